//! Work that comes back.

mod tidy;

pub use tidy::Tidy;
