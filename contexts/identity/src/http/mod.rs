//! The routes of this context.

mod answers;
mod api_keys;
mod auth;
mod authenticator;
mod cookies;
mod device_tests;
mod devices;
mod installation;
mod invitations;
mod issuers;
mod links;
mod members;
mod passwords;
mod profile;
mod register;
mod roles;
mod second_step;
mod sessions;
mod shifts;
mod tenants;
mod users;

use usher_http::Routes;

pub(crate) use issuers::Issuers;

use crate::Identity;

/// Declares every route of identity.
pub fn routes(identity: Identity) -> Routes<Identity> {
    Routes::new("identity", identity)
        .with(auth::declare)
        .with(register::declare)
        .with(passwords::declare)
        .with(profile::declare)
        .with(sessions::declare)
        .with(second_step::declare)
        .with(links::declare)
        .with(users::declare)
        .with(members::declare)
        .with(invitations::declare)
        .with(roles::declare)
        .with(api_keys::declare)
        .with(devices::declare)
        .with(device_tests::declare)
        .with(shifts::declare)
        .with(tenants::declare)
        .with(installation::declare)
}
