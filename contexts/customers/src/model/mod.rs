//! Customers: types and rules, without I/O.

mod change;
pub mod contact;
mod customer;
mod own;
pub mod scopes;

pub use change::{ConsentInput, CustomerChange};
pub use contact::Contact;
pub use customer::{Channel, Consent, Customer, CustomerId, CustomerKind, CustomerView, Source, Status};
pub use own::{OwnChange, OwnConsent, OwnRecord};
