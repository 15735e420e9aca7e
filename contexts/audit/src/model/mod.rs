//! The chain, pure: how a seal is made and how it is checked.

pub mod scopes;
mod seal;
mod verdict;

pub use seal::{Checked, Seal};
pub use verdict::{Broken, Report};
