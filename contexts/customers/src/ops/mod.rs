//! What people do with customers: one file each.

mod change;
mod create;
mod erase;
mod export;
mod find;
mod merge;
mod own;

use usher_db::{Read, Tx};
use usher_kernel::TenantId;

pub use change::change;
pub use create::create;
pub use erase::erase;
pub use export::export;
pub use find::{find_or_create, known};
pub use merge::merge;
pub use own::{change_own, erase_own, export_own, own};

use crate::error::Error;
use crate::model::{Customer, CustomerId, Status};
use crate::store;

/// A customer of the tenant who is neither erased nor merged into another.
///
/// # Errors
/// There is none with this id.
pub(crate) fn customer(read: &mut Read, tenant: TenantId, id: CustomerId) -> Result<Customer, Error> {
    let found = store::get(read, tenant, id)?.filter(|found| found.status == Status::Active);
    found.ok_or(Error::NoCustomer)
}

/// The same for writing: nobody else writes the rows before this is committed.
fn held(tx: &mut Tx, tenant: TenantId, id: CustomerId) -> Result<Customer, Error> {
    tx.lock_rows("customers", &[id])?;
    customer(tx, tenant, id)
}

/// Refuses a number, an address or an account that another customer has.
fn check_taken(read: &mut Read, c: &Customer) -> Result<(), Error> {
    let tenant = c.tenant_id;
    let other = |found: Option<Customer>| found.map(|found| found.id).filter(|id| *id != c.id);
    if let Some(phone) = &c.phone
        && let Some(holder) = other(store::by_phone(read, tenant, phone)?)
    {
        return Err(Error::Taken { what: "telephone number", field: "phone", holder });
    }
    if let Some(email) = &c.email
        && let Some(holder) = other(store::by_email(read, tenant, email)?)
    {
        return Err(Error::Taken { what: "e-mail address", field: "email", holder });
    }
    if let Some(user) = c.user_id
        && let Some(holder) = other(store::by_user(read, tenant, user)?)
    {
        return Err(Error::Taken { what: "account", field: "user_id", holder });
    }
    Ok(())
}
