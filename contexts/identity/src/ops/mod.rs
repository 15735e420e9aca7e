//! What people, administrators and devices do: one file each.

mod api_keys;
mod authenticate;
mod bootstrap;
mod device_tests;
mod devices;
mod hasher;
mod installation;
mod invitations;
mod machines;
mod mail;
mod members;
mod oidc;
mod own;
mod passwords;
mod register;
mod roles;
mod second_step;
mod sessions;
mod shifts;
mod sign_in;
mod tickets;
mod users;

pub use api_keys::{create_api_key, revoke_api_key};
pub use bootstrap::{Bootstrapped, FirstAdmin};
pub use device_tests::{answer_test, ask_test};
pub(crate) use devices::{DevicesAtSite, Members, printer_said, raise_silence};
pub use devices::{
    PairingShown, PairingStarted, Poll, change_device, pair_device, ping_device, register_printer,
    revoke_device, shown_by,
};
pub use hasher::Hasher;
pub(crate) use invitations::{invite, withdraw};
pub use mail::{Mail, MailFolder, Mailer, Sending};
pub(crate) use members::add_person;
pub(crate) use members::seat;
pub use members::{add_member, change_member, remove_member};
pub use oidc::{Departure, unlink_account};
pub use own::{AccountData, leave};
pub(crate) use register::Registered;
pub use register::{NewUser, Registration, create_user};
pub use roles::{NewRole, RoleChange, create_role, delete_role, update_role};
pub use second_step::{FactorSetup, RecoveryCodes};
pub use sessions::{end_session, end_sessions};
pub use shifts::{cancel_shift, change_shift, plan_shift, publish_shifts};
pub(crate) use shifts::{clock_in, clock_out};
pub(crate) use sign_in::Entered;
pub use sign_in::{Client, SignIn, SignedIn};
pub(crate) use tickets::TICKET_LIFE;
pub use users::{change_profile, set_status};

use usher_kernel::Caller;

use crate::model::Standing;

/// What the caller may give, change and take away.
pub(crate) fn standing(caller: &Caller) -> Standing {
    Standing { scopes: caller.scopes.clone(), sites: caller.sites.clone() }
}
