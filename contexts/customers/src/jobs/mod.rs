//! What is done apart from the requests.

mod forget_account;
mod forget_addresses;

pub(crate) use forget_account::FORGET_ACCOUNT;
pub use forget_account::ForgetAccount;
pub(crate) use forget_addresses::FORGET_ADDRESSES;
pub use forget_addresses::ForgetAddresses;
