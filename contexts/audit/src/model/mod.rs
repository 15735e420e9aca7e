//! The chain, pure: how a seal is made and how it is checked.

mod entry;
pub mod scopes;
mod seal;
mod verdict;

pub(crate) use entry::Entry;
pub use seal::{Checked, Seal};
pub use verdict::{Broken, Report};
