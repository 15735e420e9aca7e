//! Work that comes back.

mod devices;
mod tidy;

pub use devices::Silence;
pub use tidy::Tidy;
