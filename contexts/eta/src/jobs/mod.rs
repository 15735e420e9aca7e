//! Work that nobody asks for: training corrections, and forgetting what is old.

mod due;
pub(crate) mod kept;
mod train;

pub use due::Due;
pub use train::Train;
