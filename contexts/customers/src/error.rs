//! Everything that this context refuses.

use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault};

use crate::model::CustomerId;

/// Why something about a customer was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such customer, or it is another tenant's, or they were erased or merged into another.
    #[error("There is no such customer.")]
    NoCustomer,
    /// Values that cannot be kept.
    #[error("{}", FieldFault::list(.0))]
    Fields(Vec<FieldFault>),
    /// Another customer has this number, address or account.
    #[error("Another customer has this {what} already. Change that one, or merge the two.")]
    Taken {
        /// The number, address or account.
        what: &'static str,
        /// The field that holds it.
        field: &'static str,
        /// Who has it.
        holder: CustomerId,
    },
    /// Both have an account of their own, so they are two people who can sign in.
    #[error("Both customers have an account of their own. Take the account off one of them first.")]
    BothHaveAccounts,
    /// One of the staff who is no customer: an administrator ends their membership.
    #[error(
        "You are no customer here, you work here. Ask an administrator to end your membership and your account."
    )]
    WorksHere,
    /// The version that the client read is no longer the current one.
    #[error("Somebody else changed this in the meantime. Read it again, then repeat your change.")]
    Stale {
        /// The version that is stored.
        current: i64,
    },
    /// Another context could not hand over, move or take away what it keeps of a person.
    #[error("{}", .0.detail())]
    Holder(Fault),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Error {
    /// One wrong field.
    pub(crate) fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldFault { field: field.to_owned(), code, message: message.into() }])
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::NoCustomer => Self::new(FaultKind::NotFound, "not_found", text),
            Error::Fields(fields) => Self::fields(fields),
            Error::Taken { field, holder, .. } => {
                let fault = Self::new(FaultKind::Conflict, "customer_taken", text).at(field);
                fault.with("customer_id", holder.to_string())
            }
            Error::BothHaveAccounts => Self::new(FaultKind::Conflict, "both_have_accounts", text),
            Error::WorksHere => Self::new(FaultKind::Conflict, "works_here", text),
            Error::Stale { current } => {
                Self::new(FaultKind::Stale, "stale", text).with("current_version", current)
            }
            Error::Holder(fault) => fault,
            Error::Db(error) => error.into(),
        }
    }
}
