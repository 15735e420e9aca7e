//! Types and rules of the estimate; pure.

mod pace;
pub mod scopes;

pub use pace::{Pace, Quantiles};
