//! What is done apart from the requests.

mod ask;
mod expire;
mod release;

pub(crate) use ask::ASK;
pub use ask::Ask;
pub use expire::Expire;
pub(crate) use release::RELEASE;
pub use release::Release;
