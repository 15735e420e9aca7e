//! Announcements: a call is one; displays say what became of it.

use usher_db::Tx;
use usher_kernel::SiteId;
use uuid::Uuid;

use super::line::Queueing;
use crate::error::Error;
use crate::events;
use crate::store;

/// The words that a display may say.
pub const OUTCOMES: [&str; 3] = ["spoken", "chime_only", "blocked"];

/// Notes what a display did with an announcement; repeating it changes nothing.
///
/// # Errors
/// An unknown word, or no such announcement at this site.
pub fn acknowledge(
    line: &Queueing,
    tx: &mut Tx<'_>,
    site: SiteId,
    announcement: Uuid,
    device: Uuid,
    outcome: &str,
) -> Result<(), Error> {
    if !OUTCOMES.contains(&outcome) {
        return Err(Error::field("outcome", "unknown", format!("One of {}.", OUTCOMES.join(", "))));
    }
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let call =
        line.live().calls.lock().find(site, announcement).cloned().ok_or(Error::NotFound("announcement"))?;
    if store::announcements::ack(tx, announcement, tenant, device, outcome, tx.now())? {
        let fact = events::AnnouncementFact {
            announcement_id: announcement,
            ticket_id: call.ticket_id,
            number: call.number,
            counter_id: call.counter_id,
            site_id: site,
            outcome: Some(outcome.to_owned()),
            device_id: Some(device),
        };
        events::announcement(line, tx, "announcement.acknowledged", fact)?;
    }
    Ok(())
}

/// Tells staff that nobody heard an announcement; once, on whichever node is first.
///
/// # Errors
/// The database failed.
pub fn unheard(line: &Queueing, tx: &mut Tx<'_>, site: SiteId, announcement: Uuid) -> Result<bool, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let Some(call) = line.live().calls.lock().find(site, announcement).cloned() else { return Ok(false) };
    // The nil device stands for nobody: its row is the mark that staff were told.
    if !store::announcements::ack(tx, announcement, tenant, Uuid::nil(), "unheard", tx.now())? {
        return Ok(false);
    }
    let fact = events::AnnouncementFact {
        announcement_id: announcement,
        ticket_id: call.ticket_id,
        number: call.number,
        counter_id: call.counter_id,
        site_id: site,
        outcome: None,
        device_id: None,
    };
    events::announcement(line, tx, "announcement.unheard", fact)?;
    Ok(true)
}
