//! Rewards and feedback of a bank, asked over HTTP, with its line in front of them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

/// Has each of these tests run on both engines.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {$(
        mod $test {
            #[test]
            fn sqlite() {
                crate::app::run(usher_db::Engine::Sqlite, super::$test);
            }
            #[test]
            fn postgres() {
                crate::app::run(usher_db::Engine::Postgres, super::$test);
            }
        }
    )+};
}

mod app;
mod earning;
mod feedback;
mod figures;
mod ledger;
mod people;
mod races;
mod redeeming;
mod refunds;
