//! What is done apart from the requests.

mod forget_addresses;

pub(crate) use forget_addresses::FORGET_ADDRESSES;
pub use forget_addresses::ForgetAddresses;
