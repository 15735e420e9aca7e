//! Points taken back, because what they were given for was undone.

use usher_db::Tx;
use usher_kernel::TenantId;
use uuid::Uuid;

use super::ledger::{Account, Posting};
use crate::error::Error;
use crate::model::{Entry, EntryKind, Trigger};
use crate::{Engagement, events, store};

/// Takes back what was earned with a ticket for these triggers and has not been taken back. What was spent
/// in the meantime comes from other points; where there are too few, the rest is let go, because nobody owes points.
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
        let source = format!("reversal/{}", earned.id);
        if about.iter().any(|entry| entry.source.as_deref() == Some(source.as_str())) {
            continue;
        }
        let Some(customer) = engagement.customers().current(tx, tenant, earned.customer_id)? else {
            continue;
        };
        let mut account = Account::open(tx, engagement, tenant, customer)?;
        let taken = account.take_back(tx, &[earned.id], earned.points)?;
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
