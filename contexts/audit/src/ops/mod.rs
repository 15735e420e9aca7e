//! What is done with the audit trail.

mod erase;
mod export;
mod seal;
mod verify;

pub use erase::erase;
pub(crate) use erase::erase_addresses;
pub use export::parts;
pub(crate) use seal::Sealer;
pub(crate) use verify::{verify, verify_all};
