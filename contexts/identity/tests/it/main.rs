//! People, memberships and credentials, asked over HTTP.

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
mod contract;
mod devices;
mod google;
mod invitations;
mod issuer;
mod members;
mod oidc;
mod passwords;
mod roles;
mod second_step;
mod sessions;
mod shifts;
mod sign_in;
mod users;
