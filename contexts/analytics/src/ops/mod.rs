//! What people and the system do with figures, one file each.

pub mod dashboard;
pub(crate) mod fold;
pub mod journeys;
pub mod lists;
pub mod person;
pub mod promise;
pub(crate) mod read;
pub(crate) mod rebuild;
pub mod report;
pub mod schedule;
pub mod track;
pub(crate) mod view;

pub use view::Asked;
