//! Points of a purchase taken back, because it was refunded, whole or in part.

use usher_customers::CustomerId;
use usher_db::Tx;
use usher_kernel::TenantId;

use super::ledger::{Account, Posting};
use crate::error::Error;
use crate::model::{Entry, EntryKind, Trigger, ledger};
use crate::{Engagement, events, store};

/// What is refunded.
#[derive(Clone, Debug, Default)]
pub struct Refund {
    /// The number of the receipt.
    pub receipt: String,
    /// For how much, in minor units; all that is left where it is absent.
    pub amount: Option<i64>,
    /// What this refund is known by, so that it counts once.
    pub reference: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Refunded {
    /// Whose points they are; none where they are nobody's any more.
    pub customer: Option<CustomerId>,
    /// The line of the ledger; none where there was nothing to take back, or it was told before.
    pub entry: Option<Entry>,
    /// What of the purchase can still be refunded; none where its amount is not known, or its customer is gone.
    pub amount_left: Option<i64>,
}

/// What a purchase is known by in the ledger.
pub fn purchase_source(receipt: &str) -> String {
    format!("purchase/{receipt}")
}

/// Takes the points of a purchase back, in proportion to what is refunded of it: all refunds of a purchase never take
/// more than it gave. What was spent in the meantime comes from other points; where there are too few, the rest is let
/// go, because nobody owes points.
///
/// # Errors
/// No points were given for the receipt; more is to be refunded than is left of it, or a part of an amount that is not
/// known; the refund was told before with another amount.
pub fn refund(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    refund: &Refund,
) -> Result<Refunded, Error> {
    let earned =
        store::points::by_source(tx, tenant, &purchase_source(&refund.receipt))?.ok_or_else(|| {
            Error::field("reference", "unknown", "No points were given for a purchase with this receipt.")
        })?;
    let Some(mut account) = Account::of_now(tx, engagement, tenant, earned.customer_id)? else {
        return Ok(Refunded { customer: None, entry: None, amount_left: None });
    };
    let before = store::points::about(tx, tenant, earned.id.uuid())?;
    let source = source_of(&earned, refund, before.len());
    if let Some(told) = before.iter().find(|entry| entry.source.as_deref() == Some(source.as_str())) {
        return again(account.customer, told, refund);
    }
    let left = before.iter().filter_map(|entry| entry.amount_left).min().or(earned.amount);
    if left == Some(0) && refund.amount.is_none() {
        return Ok(Refunded { customer: Some(account.customer), entry: None, amount_left: Some(0) });
    }
    let (points, amount) = part_of(&earned, left, refund.amount)?;
    let taken = account.take_back(tx, &[earned.id], points)?;
    let amount_left = left.zip(amount).map_or(0, |(left, amount)| left - amount);
    let posting = Posting {
        lifetime: -points.min(account.lifetime),
        trigger: Some(Trigger::Purchase),
        reference: Some(earned.id.uuid()),
        amount,
        amount_left: Some(amount_left),
        source: Some(source),
        day: Some(earned.day),
        ..Posting::of(EntryKind::Reversed, -taken)
    };
    let entry = account.post(tx, posting)?;
    if let Some(entry) = &entry {
        events::points(tx, events::POINTS_REVERSED, entry)?;
    }
    Ok(Refunded { customer: Some(account.customer), entry, amount_left: Some(amount_left) })
}

fn source_of(earned: &Entry, refund: &Refund, before: usize) -> String {
    match &refund.reference {
        Some(reference) => format!("refund/{}/of/{reference}", earned.id),
        None => format!("refund/{}/no/{before}", earned.id),
    }
}

/// The answer to a refund that was told before.
fn again(customer: CustomerId, told: &Entry, refund: &Refund) -> Result<Refunded, Error> {
    match (refund.amount, told.amount) {
        (Some(now), Some(then)) if now != then => {
            let text = format!("This refund was told before with the amount {then}.");
            Err(Error::field("refund_reference", "taken", text))
        }
        _ => Ok(Refunded { customer: Some(customer), entry: None, amount_left: told.amount_left }),
    }
}

/// How many points a refund takes, and for how much it is.
fn part_of(earned: &Entry, left: Option<i64>, wanted: Option<i64>) -> Result<(i64, Option<i64>), Error> {
    match (earned.amount, left) {
        (Some(whole), Some(left)) => {
            let amount = wanted.unwrap_or(left);
            if amount > left {
                let text = format!("At most {left} of this purchase can be refunded.");
                return Err(Error::field("amount", "out_of_range", text));
            }
            let before = whole - left;
            Ok((ledger::share(earned.points, whole, before, before + amount), Some(amount)))
        }
        // Purchases from before amounts were kept go back as a whole.
        _ if wanted.is_none() => Ok((earned.points, None)),
        _ => {
            let text = "The amount of this purchase is not known; it can only be refunded as a whole.";
            Err(Error::field("amount", "not_here", text))
        }
    }
}
