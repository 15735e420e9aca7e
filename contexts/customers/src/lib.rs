//! The people who are served, as each tenant knows them.
//!
//! A *customer* is one person in one tenant: name, number, address, the language they read, how they want to be
//! reached, what they agreed to, and what staff should know. A number or an address is one customer's; an
//! *account* is the user of identity with which they sign in, where they have one. *Duplicates* are records of one
//! person, to be merged; a person is *exported* and *erased* as a whole.
//!
//! [`Customers`] is the facade. Later contexts ask it who somebody is ([`Customers::find_or_create`]) and add a
//! [`Holder`] for what they keep of a person, so that it is handed out, moved and erased with the record.
//! Published: see [`events`].

pub mod error;
pub mod events;
pub mod graphql;
mod http;
mod jobs;
pub mod model;
pub mod ops;
mod store;

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;
use usher_db::{Db, DbError, MigrationSet, Read, Stmt, Tx, migrations};
use usher_identity::Identity;
use usher_kernel::{Fault, TenantId, UserId};
use uuid::Uuid;

pub use error::Error;
pub use http::routes;
pub use jobs::{ForgetAccount, ForgetAddresses};
pub use model::{Contact, Customer, CustomerId};

/// The tables of this context.
pub const MIGRATIONS: MigrationSet =
    MigrationSet { context: "customers", migrations: migrations!("0001_init") };

/// Every statement of this context, so that a test can prepare each on both engines.
pub fn statements() -> Vec<Stmt> {
    store::statements()
}

/// What this context hands out when everything of a tenant is exported.
pub fn parts() -> Vec<usher_tenancy::Part> {
    store::export::parts()
}

/// What another context keeps of a person.
pub trait Holder: Send + Sync + 'static {
    /// What it keeps, as a member of the export: `tickets`.
    fn name(&self) -> &'static str;

    /// All of it, for the person to read.
    ///
    /// # Errors
    /// The database failed.
    fn export(
        &self,
        read: &mut Read<'_>,
        tenant: TenantId,
        customer: CustomerId,
    ) -> Result<serde_json::Value, Fault>;

    /// Moves it from a duplicate to the record that stays.
    ///
    /// # Errors
    /// The database failed.
    fn merge(
        &self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        duplicate: CustomerId,
        into: CustomerId,
    ) -> Result<(), Fault>;

    /// Takes away what is personal of it and keeps the figures; answers with the things that are the person's: the
    /// personal values beside their events go too, and what answers that are kept for repeated requests say of them.
    ///
    /// # Errors
    /// The database failed.
    fn erase(&self, tx: &mut Tx<'_>, tenant: TenantId, customer: CustomerId) -> Result<Vec<Uuid>, Fault>;

    /// The secrets that open the pages of such things, where they have pages: what answers to whoever holds one call the
    /// thing by, and not by its id.
    fn pages(&self, _: &[Uuid]) -> Vec<String> {
        Vec::new()
    }

    /// What it keeps in the tenant of an account as such, whether or not there is a record of its owner; none where it
    /// keeps nothing by account. It stands in the place of what [`Holder::export`] says.
    ///
    /// # Errors
    /// The database failed.
    fn export_account(
        &self,
        _: &mut Read<'_>,
        _: TenantId,
        _: UserId,
    ) -> Result<Option<serde_json::Value>, Fault> {
        Ok(None)
    }

    /// Takes away what is personal of that; answers as [`Holder::erase`] does.
    ///
    /// # Errors
    /// The database failed.
    fn erase_account(&self, _: &mut Tx<'_>, _: TenantId, _: UserId) -> Result<Vec<Uuid>, Fault> {
        Ok(Vec::new())
    }
}

/// The people who are served, for everybody who needs to know them. Cheap to clone.
#[derive(Clone)]
pub struct Customers(Arc<Inner>);

struct Inner {
    identity: Identity,
    holders: RwLock<Vec<Arc<dyn Holder>>>,
}

impl Customers {
    /// Customers over identity's database.
    pub fn new(identity: Identity) -> Self {
        Self(Arc::new(Inner { identity, holders: RwLock::default() }))
    }

    /// Has `holder` asked whenever a person is exported, merged or erased.
    pub fn register(&self, holder: Arc<dyn Holder>) {
        self.0.holders.write().push(holder);
    }

    /// Who this is: see [`ops::find_or_create`]. Without a number, an address or an account the database is not
    /// asked.
    ///
    /// # Errors
    /// The database failed.
    pub fn find_or_create(
        &self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        contact: &Contact,
    ) -> Result<Option<CustomerId>, Error> {
        ops::find_or_create(tx, &self.0.identity, tenant, contact)
    }

    /// The record of whoever this is, where there is one: see [`ops::known`]. Without a number, an address or an
    /// account the database is not asked.
    ///
    /// # Errors
    /// The database failed.
    pub fn known(
        &self,
        read: &mut Read<'_>,
        tenant: TenantId,
        contact: &Contact,
    ) -> Result<Option<Customer>, Error> {
        ops::known(read, &self.0.identity, tenant, contact)
    }

    /// A customer of the tenant.
    ///
    /// # Errors
    /// There is none with this id, or they were erased or merged into another.
    pub fn get(&self, read: &mut Read<'_>, tenant: TenantId, id: CustomerId) -> Result<Customer, Error> {
        ops::customer(read, tenant, id)
    }

    /// Whether the tenant has a customer with this id.
    ///
    /// # Errors
    /// The database failed.
    pub fn exists(&self, read: &mut Read<'_>, tenant: TenantId, id: CustomerId) -> Result<bool, DbError> {
        Ok(self.current(read, tenant, id)? == Some(id))
    }

    /// Under which id somebody is known now: that of the record into which theirs was merged; none when they
    /// were erased or never were.
    ///
    /// # Errors
    /// The database failed.
    pub fn current(
        &self,
        read: &mut Read<'_>,
        tenant: TenantId,
        id: CustomerId,
    ) -> Result<Option<CustomerId>, DbError> {
        let Some(found) = store::get(read, tenant, id)? else { return Ok(None) };
        match (found.status, found.merged_into) {
            (model::Status::Active, _) => Ok(Some(id)),
            (model::Status::Merged, Some(into)) => {
                let kept = store::get(read, tenant, into)?;
                Ok(kept.filter(|kept| kept.status == model::Status::Active).map(|kept| kept.id))
            }
            _ => Ok(None),
        }
    }

    /// The customer who signs in with an account.
    ///
    /// # Errors
    /// The database failed.
    pub fn of_user(
        &self,
        read: &mut Read<'_>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<CustomerId>, DbError> {
        Ok(store::by_user(read, tenant, user)?.map(|found| found.id))
    }

    /// The accounts of some customers, of those that have one.
    ///
    /// # Errors
    /// The database failed.
    pub fn users_of(
        &self,
        read: &mut Read<'_>,
        tenant: TenantId,
        customers: &[CustomerId],
    ) -> Result<HashMap<CustomerId, UserId>, DbError> {
        store::users_of(read, tenant, customers)
    }

    pub(crate) fn db(&self) -> &Db {
        self.0.identity.tenancy().db()
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// Who is asked whenever a person is exported, merged or erased.
    pub fn holders(&self) -> Vec<Arc<dyn Holder>> {
        self.0.holders.read().clone()
    }
}
