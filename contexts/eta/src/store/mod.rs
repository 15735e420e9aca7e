//! What the estimate keeps, row by row.

pub(crate) mod books;
pub(crate) mod corrections;
pub(crate) mod export;
pub(crate) mod scores;

/// Every statement of this context.
pub(crate) fn statements() -> Vec<usher_db::Stmt> {
    [books::STATEMENTS, corrections::STATEMENTS, scores::STATEMENTS].concat()
}
