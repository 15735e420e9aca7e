//! Points given or taken by hand.

use usher_customers::CustomerId;
use usher_db::Tx;
use usher_kernel::{TenantId, is_unshowable};

use super::ledger::{Account, Posting};
use crate::error::Error;
use crate::model::{Entry, EntryKind};
use crate::{Engagement, events, store};

/// The longest reason, in letters.
const MOST_REASON: usize = 200;

/// Gives somebody points, or takes some where `points` is negative. They neither expire nor count for tiers.
///
/// # Errors
/// No such customer; no points, or no reason; more to take than can be spent.
pub fn adjust(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    customer: CustomerId,
    points: i64,
    reason: &str,
) -> Result<Entry, Error> {
    let reason = reason.trim();
    if points == 0 || points.unsigned_abs() > 1_000_000_000 {
        return Err(Error::field("points", "out_of_range", "Between -1000000000 and 1000000000, and not 0."));
    }
    if reason.is_empty() || reason.chars().count() > MOST_REASON || reason.chars().any(is_unshowable) {
        return Err(Error::field(
            "reason",
            "required",
            format!("Say why, in at most {MOST_REASON} letters."),
        ));
    }
    engagement.customers().get(tx, tenant, customer)?;
    let mut account = Account::open(tx, engagement, tenant, customer)?;
    if points < 0 {
        account.spend(tx, -points)?;
    }
    let posting = Posting { note: Some(reason.to_owned()), ..Posting::of(EntryKind::Adjusted, points) };
    let entry = account.post(tx, posting)?.ok_or(Error::NotFound("entry"))?;
    if points > 0 {
        store::points::add_lot(tx, &entry, entry.created_at, None)?;
    }
    events::points(tx, events::POINTS_ADJUSTED, &entry)?;
    Ok(entry)
}
