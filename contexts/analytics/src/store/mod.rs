//! SQL of the figures; rows in, model out.

pub(crate) mod cells;
pub(crate) mod export;
pub(crate) mod reports;
pub(crate) mod state;
pub(crate) mod traces;

use usher_db::Stmt;

/// Every fixed statement.
pub(crate) fn statements() -> Vec<Stmt> {
    [cells::STATEMENTS, traces::STATEMENTS, state::STATEMENTS, reports::STATEMENTS, export::STATEMENTS]
        .concat()
}
