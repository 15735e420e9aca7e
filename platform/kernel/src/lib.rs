//! The words that every other crate speaks: ids, tenant and actor, scopes, time, money, pages, faults.
//!
//! Pure: nothing here does I/O. It is also the only crate that may ask the machine for the time
//! or for randomness; everything above receives a [`Clock`] and calls [`Id::generate`] or [`random`].

mod clock;
mod ctx;
mod diff;
mod fault;
mod id;
mod input;
mod money;
mod page;
pub mod random;
mod scope;
mod text;
mod western;

pub use clock::{Clock, ManualClock};
pub use ctx::{Actor, Caller, Ctx, IdempotencyKey, SystemCtx};
pub use diff::Diff;
pub use fault::{Fault, FaultKind, FieldFault};
pub use id::{Id, RequestId, SiteId, TenantId, UserId};
pub use input::{Change, ReadOnly};
pub use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
pub use money::{Currency, Money, MoneyError};
pub use page::{Page, PageQuery};
pub use scope::{Scope, Scopes};
pub use text::{UnknownWord, is_unshowable};
pub use western::windows_1252;

#[doc(hidden)]
pub mod macro_support {
    //! What the macros of this crate expand to; not for use by hand.
    pub use schemars;
    pub use serde;
}
