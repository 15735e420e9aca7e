//! Types and rules of the estimate; pure.
//!
//! [`Forecaster`] is what a tenant's lines have taught: [`prior`] × correction ([`trees`]) → [`calibration`].
//! [`Pace`] is what the product quotes from today.

mod calibration;
mod durations;
mod fading;
mod features;
mod fit;
mod forecaster;
mod lessons;
mod pace;
mod prior;
mod recent;
pub mod scopes;
mod situation;
mod trees;

pub use forecaster::{Event, Forecaster, What};
pub use lessons::{Lesson, Lessons};
pub use pace::{Pace, Quantiles};
pub use situation::{Crowd, Head, Key, LEVELS, Quote, Situation, Wait, Wall, Work};
pub use trees::Forest;
