//! How a tenant's people earn points.

use usher_db::{DbError, Read, Tx};
use usher_kernel::{Diff, TenantId};

use crate::error::Error;
use crate::model::{Programme, ProgrammeChange};
use crate::{events, store};

/// A tenant's programme; that which everybody begins with where there is none.
///
/// # Errors
/// The database failed.
pub fn programme(read: &mut Read, tenant: TenantId) -> Result<Programme, DbError> {
    Ok(store::points::programme(read, tenant)?.unwrap_or_default())
}

/// Changes the programme. `read_version` is the version that the client had, where it said so.
///
/// # Errors
/// Another version; values that cannot be kept.
pub fn update_programme(
    tx: &mut Tx,
    tenant: TenantId,
    change: ProgrammeChange,
    read_version: Option<i64>,
) -> Result<Programme, Error> {
    let before = programme(tx, tenant)?;
    if read_version.is_some_and(|read| read != before.version) {
        return Err(Error::Stale { current: before.version });
    }
    let mut changed = before.clone();
    change.apply(&mut changed);
    let faults = changed.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    let diff = Diff::between(&before, &changed, &["version", "updated_at"]);
    if diff.is_empty() && before.version > 0 {
        return Ok(before);
    }
    changed.version += 1;
    changed.updated_at = Some(tx.now());
    if !store::points::put_programme(tx, tenant, &changed)? {
        return Err(Error::Stale { current: changed.version });
    }
    events::programme(tx, tenant, &changed, &diff)?;
    Ok(changed)
}
