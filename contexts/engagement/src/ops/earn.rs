//! Points for something that was done.

use usher_customers::CustomerId;
use usher_db::Tx;
use usher_kernel::{SignedDuration, TenantId, Timestamp};
use uuid::Uuid;

use super::ledger::{Account, Posting};
use crate::error::Error;
use crate::model::{Deed, Entry, EntryKind, Programme, Trigger};
use crate::{Engagement, events, store};

/// What somebody did, and what makes it one of a kind.
#[derive(Clone, Debug)]
pub struct Earning {
    /// Who.
    pub customer: CustomerId,
    /// What.
    pub deed: Deed,
    /// The ticket, feedback or purchase.
    pub reference: Option<Uuid>,
    /// What it is known by, so that it counts once: the event, the number of a receipt.
    pub source: String,
}

/// Gives the points that a programme has for a deed: none where it has none, where the day's cap is reached, for what
/// has counted before, and for somebody who was erased. Who was merged into another record earns there.
///
/// # Errors
/// The database failed.
pub fn earn(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    programme: &Programme,
    earning: Earning,
) -> Result<Option<Entry>, Error> {
    if programme.points_for(&earning.deed, 0, i64::MAX) == 0 {
        return Ok(None);
    }
    let trigger = earning.deed.trigger;
    let Some(mut account) = Account::of_now(tx, engagement, tenant, earning.customer)? else {
        return Ok(None);
    };
    let today = store::points::day(tx, tenant, account.customer, account.day(), trigger)?;
    let mut points = programme.points_for(&earning.deed, today.times, account.lifetime);
    if let Some(most) = programme.points_per_day {
        points = points.min(most - today.points);
    }
    if points <= 0 {
        return Ok(None);
    }
    let before = programme.tier_of(account.lifetime).map(|tier| tier.name.clone());
    let bought = (trigger == Trigger::Purchase).then_some(earning.deed.amount);
    let posting = Posting {
        lifetime: points,
        trigger: Some(trigger),
        reference: earning.reference,
        amount: bought,
        source: Some(earning.source),
        ..Posting::of(EntryKind::Earned, points)
    };
    let entry = match account.post(tx, posting) {
        Ok(Some(entry)) => entry,
        // Who has all that anybody may have gets no more, which is no reason to hold anything up.
        Ok(None) | Err(Error::TooManyPoints) => return Ok(None),
        Err(other) => return Err(other),
    };
    let available = later(entry.created_at, SignedDuration::from_mins(programme.pending_minutes));
    let expires =
        programme.expires_after_days.map(|days| later(available, SignedDuration::from_hours(24 * days)));
    store::points::add_lot(tx, &entry, available, expires)?;
    events::points(tx, events::POINTS_EARNED, &entry)?;
    let tier = programme.tier_of(account.lifetime).filter(|tier| Some(&tier.name) != before.as_ref());
    if let Some(tier) = tier {
        events::tier_reached(tx, &entry, tier)?;
    }
    Ok(Some(entry))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}
