//! Points taken back, because what they were given for was undone.

use usher_db::Tx;
use usher_kernel::TenantId;
use uuid::Uuid;

use super::ledger::{Account, Posting};
use crate::error::Error;
use crate::model::{Entry, EntryId, EntryKind, Redemption, Taken, Trigger, ledger};
use crate::{Engagement, events, store};

/// What the reversal of an earning is known by: where all its points went back, and where some had been spent. The
/// second does not give back its turn in what counts so many times a day, because what was spent stays earned; the
/// store's statement for the day knows it by its end.
fn sources_of(earned: EntryId) -> [String; 2] {
    let whole = format!("reversal/{earned}");
    let short = format!("{whole}/short");
    [whole, short]
}

/// Takes back what was earned with a ticket for these triggers and has not been taken back. What was spent
/// in the meantime comes from other points; where there are too few, the rest is let go, because nobody owes points
/// (what of it comes back with a released reward is taken then).
///
/// # Errors
/// The database failed.
pub fn reverse(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    reference: Uuid,
    triggers: &[Trigger],
) -> Result<Vec<Entry>, Error> {
    let about = store::points::about(tx, tenant, reference)?;
    let mut done = Vec::new();
    for earned in about.iter().filter(|entry| entry.kind == EntryKind::Earned) {
        let Some(trigger) = earned.trigger.filter(|trigger| triggers.contains(trigger)) else { continue };
        let [whole, short] = sources_of(earned.id);
        let is_reversal = |source: &str| source == whole || source == short;
        if about.iter().any(|entry| entry.source.as_deref().is_some_and(is_reversal)) {
            continue;
        }
        let Some(mut account) = Account::of_now(tx, engagement, tenant, earned.customer_id)? else {
            continue;
        };
        let taken = account.take_back(tx, &[earned.id], earned.points)?;
        let source = if taken < earned.points { short } else { whole };
        let posting = Posting {
            lifetime: -earned.points.min(account.lifetime),
            trigger: Some(trigger),
            reference: Some(reference),
            source: Some(source),
            // It is as if it had not been earned: not on that day, and not less than others earn today.
            day: Some(earned.day.clone()),
            ..Posting::of(EntryKind::Reversed, -taken)
        };
        if let Some(entry) = account.post(tx, posting)? {
            events::points(tx, events::POINTS_REVERSED, &entry)?;
            done.push(entry);
        }
    }
    Ok(done)
}

/// Takes back from points that come back with a released reward what a reversal or a refund let go because they were
/// spent: nobody keeps points of something undone by having a reward kept meanwhile. The points are in their lots
/// again, and the account is held.
///
/// # Errors
/// The database failed.
pub(super) fn settle(tx: &mut Tx, account: &mut Account, released: &Redemption) -> Result<(), Error> {
    let tenant = released.tenant_id;
    for back in &released.taken {
        let earned =
            store::points::entry(tx, tenant, back.lot)?.filter(|entry| entry.kind == EntryKind::Earned);
        let Some(earned) = earned else { continue };
        let points = let_go(tx, &earned)?.min(back.points);
        if points == 0 {
            continue;
        }
        store::points::take(tx, tenant, &[Taken { lot: back.lot, points }])?;
        let posting = Posting {
            trigger: earned.trigger,
            reference: Some(earned.id.uuid()),
            source: Some(format!("reversal/{}/of/{}/short", earned.id, released.id)),
            day: Some(earned.day.clone()),
            ..Posting::of(EntryKind::Reversed, -points)
        };
        if let Some(entry) = account.post(tx, posting)? {
            events::points(tx, events::POINTS_REVERSED, &entry)?;
        }
    }
    Ok(())
}

/// How many points of an earning should have gone back and did not, because they were spent.
fn let_go(tx: &mut Tx, earned: &Entry) -> Result<i64, Error> {
    let tenant = earned.tenant_id;
    // Refunds, and what was taken back later.
    let mut back = store::points::about(tx, tenant, earned.id.uuid())?;
    let left = back.iter().filter_map(|entry| entry.amount_left).min();
    let mut wanted = match (earned.amount, left) {
        (Some(whole), Some(left)) => ledger::share(earned.points, whole, 0, whole - left),
        (None, Some(0)) => earned.points,
        _ => 0,
    };
    for source in sources_of(earned.id) {
        if let Some(undone) = store::points::by_source(tx, tenant, &source)? {
            wanted = earned.points;
            back.push(undone);
        }
    }
    let reversed = back.iter().filter(|entry| entry.kind == EntryKind::Reversed);
    let taken: i64 = reversed.map(|entry| -entry.points).sum();
    Ok((wanted - taken).max(0))
}
