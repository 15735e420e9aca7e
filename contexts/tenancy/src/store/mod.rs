//! SQL of this context.

pub(crate) mod export;
pub(crate) mod sites;
pub(crate) mod tenants;

use usher_db::Stmt;

/// Every statement, for the test that prepares each on both engines.
pub(crate) fn statements() -> Vec<Stmt> {
    [tenants::STATEMENTS, sites::STATEMENTS, export::STATEMENTS].concat()
}
