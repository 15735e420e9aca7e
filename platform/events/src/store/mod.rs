//! The SQL of the log, its readers and its side tables.

pub(crate) mod archive;
pub(crate) mod cursors;
pub(crate) mod dead;
pub(crate) mod log;
pub(crate) mod personal;
pub(crate) mod postgres;
pub(crate) mod sqlite;

/// Every statement that both engines accept; those of one engine only are in [`sqlite`] and [`postgres`].
pub(crate) fn common() -> Vec<usher_db::Stmt> {
    [archive::STATEMENTS, cursors::STATEMENTS, dead::STATEMENTS, log::STATEMENTS, personal::STATEMENTS]
        .concat()
}
