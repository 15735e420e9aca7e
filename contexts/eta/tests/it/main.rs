//! The forecaster as its callers see it, and the estimates of a running bank.

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
mod book;
mod forecaster;
mod graphql;
mod learned;
mod levers;
mod live;
mod record;
mod replay;
mod screens;
mod simulated;
mod training;
mod what_if;
mod zeroq;
