//! SQL of this context.

pub(crate) mod devices;
pub(crate) mod members;
pub(crate) mod sessions;
pub(crate) mod users;

use usher_db::Stmt;

/// Every statement, for the test that prepares each on both engines.
pub(crate) fn statements() -> Vec<Stmt> {
    [users::STATEMENTS, members::STATEMENTS, sessions::STATEMENTS, devices::STATEMENTS].concat()
}
