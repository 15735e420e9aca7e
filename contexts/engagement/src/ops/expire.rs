//! Points that are too old.

use usher_customers::CustomerId;
use usher_db::Tx;
use usher_kernel::TenantId;

use super::ledger::{Account, Posting};
use crate::error::Error;
use crate::model::{Entry, EntryKind};
use crate::{Engagement, events};

/// Takes what has expired of a customer's points; none when nothing has.
///
/// # Errors
/// The database failed.
pub fn expire(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    customer: CustomerId,
) -> Result<Option<Entry>, Error> {
    let mut account = Account::open(tx, engagement, tenant, customer)?;
    let over = account.take_expired(tx)?;
    if over == 0 {
        return Ok(None);
    }
    let entry = account.post(tx, Posting::of(EntryKind::Expired, -over))?;
    if let Some(entry) = &entry {
        events::points(tx, events::POINTS_EXPIRED, entry)?;
    }
    Ok(entry)
}
