//! Announcements: a call is one at each display of the site; displays say what became of it.

use usher_db::Tx;
use usher_kernel::SiteId;
use uuid::Uuid;

use super::line::Queueing;
use crate::error::Error;
use crate::events;
use crate::model::live::{BLOCKED, CHIME_ONLY, Call, Deaf};
use crate::store;

/// The words that a display may say. In quiet hours the chime alone is what it was set up for.
pub const OUTCOMES: [&str; 4] = ["spoken", CHIME_ONLY, "quiet", BLOCKED];

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
        let said = events::AnnouncementFact { outcome: Some(outcome.to_owned()), ..fact(site, call, device) };
        events::announcement(line, tx, "announcement.acknowledged", said)?;
    }
    Ok(())
}

/// Tells staff of a display that did not play an announcement; once, on whichever node is first.
///
/// # Errors
/// The database failed.
pub fn unheard(
    line: &Queueing,
    tx: &mut Tx<'_>,
    site: SiteId,
    announcement: Uuid,
    deaf: &Deaf,
) -> Result<bool, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let Some(call) = line.live().calls.lock().find(site, announcement).cloned() else { return Ok(false) };
    if !store::announcements::miss(tx, announcement, tenant, deaf.device_id, tx.now())? {
        return Ok(false);
    }
    let told =
        events::AnnouncementFact { device_name: Some(deaf.name.clone()), ..fact(site, call, deaf.device_id) };
    events::announcement(line, tx, "announcement.unheard", told)?;
    Ok(true)
}

fn fact(site_id: SiteId, call: Call, device: Uuid) -> events::AnnouncementFact {
    events::AnnouncementFact {
        announcement_id: call.id,
        ticket_id: call.ticket_id,
        number: call.number,
        counter_id: call.counter_id,
        site_id,
        outcome: None,
        device_id: Some(device),
        device_name: None,
    }
}
