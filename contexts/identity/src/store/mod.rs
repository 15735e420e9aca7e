//! SQL of this context.

pub(crate) mod devices;
pub(crate) mod doors;
pub(crate) mod export;
pub(crate) mod invitations;
pub(crate) mod members;
pub(crate) mod sessions;
pub(crate) mod shifts;
pub(crate) mod users;

use usher_db::Stmt;

/// Every statement, for the test that prepares each on both engines.
pub(crate) fn statements() -> Vec<Stmt> {
    let own = [users::STATEMENTS, members::STATEMENTS, sessions::STATEMENTS, devices::STATEMENTS];
    let more = [doors::STATEMENTS, shifts::STATEMENTS, invitations::STATEMENTS, export::STATEMENTS];
    [own.concat(), more.concat()].concat()
}
