//! The routes of this context.

mod customers;
mod own;
mod person;

use usher_http::Routes;

use crate::Customers;

/// Declares every route of customers.
pub fn routes(people: Customers) -> Routes<Customers> {
    Routes::new("customers", people).with(customers::declare).with(person::declare).with(own::declare)
}
