//! Making the read models anew from the log.

use std::collections::BTreeMap;

use usher_db::Tx;
use usher_kernel::{TenantId, Timestamp};
use usher_tenancy::model::Directory;

use crate::error::Error;
use crate::model::{Cell, Grain, Key, Part, Scope, date_of, day_number, first_of_month, month_number};
use crate::store::{cells, state, traces};

/// Takes out all that the subscriber has made, so that reading the log again makes it anew. Where retention has
/// shortened a tenant's log, days that it no longer holds whole stay as they were counted.
///
/// # Errors
/// The database failed.
pub(crate) fn clear(tx: &mut Tx<'_>, directory: &Directory) -> Result<(), Error> {
    for tenant in directory.tenants() {
        match usher_events::retired_until(tx, tenant.id)? {
            None => {
                for grain in [Grain::Day, Grain::Month] {
                    cells::clear_from(tx, tenant.id, grain, i64::MIN)?;
                }
                traces::clear(tx, tenant.id, None)?;
                state::clear(tx, tenant.id, i64::MIN, true)?;
            }
            Some(retired) => clear_since(tx, tenant.id, retired)?,
        }
    }
    Ok(())
}

/// From the second day after the last retired event on, whatever the site's time zone, the log is whole.
fn clear_since(tx: &mut Tx<'_>, tenant: TenantId, retired: Timestamp) -> Result<(), Error> {
    let floor = day_number(usher_kernel::TimeZone::UTC.to_datetime(retired).date()) + 2;
    let known = state::floor(tx, tenant)?;
    let floor = floor.max(known);
    let month = month_number(date_of(floor));
    cells::clear_from(tx, tenant, Grain::Day, floor)?;
    cells::clear_from(tx, tenant, Grain::Month, month)?;
    // The month in which the log begins is made of the days that stay, and of those that come again.
    let first = day_number(first_of_month(month));
    let part = Part::days((first, floor));
    for scope in Scope::ALL {
        let mut kept: BTreeMap<cells::Place, Cell> = BTreeMap::new();
        cells::of_scope(tx, tenant, (*scope, None), &part, |packed| {
            let (thing, site) = (packed.thing, packed.site);
            let key = Key { scope: *scope, thing, site, grain: Grain::Month, at: month };
            packed.add_to(&mut kept.entry((tenant, key)).or_default().total)
        })?;
        for cell in cells::changed(tx, &mut cells::Known::default(), &kept)? {
            cells::put(tx, &cell)?;
        }
    }
    // A ticket lives a day; three cover every time zone.
    let since = (floor - 3) * 86_400_000_000;
    traces::clear(tx, tenant, Some(since))?;
    state::clear(tx, tenant, floor, false)?;
    Ok(())
}
