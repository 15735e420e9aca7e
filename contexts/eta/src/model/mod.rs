//! Types and rules of the estimate; pure.
//!
//! [`Forecaster`] is what a tenant's lines have taught: [`prior`] × correction ([`trees`]) → [`calibration`].
//! [`Book`] is that and how the lines stand, made of the event log.

mod book;
mod calibration;
mod draws;
mod durations;
mod fading;
mod features;
mod fit;
mod forecaster;
mod lessons;
mod outcome;
mod packed;
mod prior;
mod recent;
mod scene;
pub mod scopes;
mod scores;
mod simulation;
mod situation;
mod staffing;
mod surge;
mod trees;

pub use book::{Asked, Book, Serves, Told};
pub(crate) use book::{BLOCK, ComerKind, Waiting, decode};
pub use draws::{Chance, Lengths};
pub(crate) use forecaster::REQUOTED;
pub use forecaster::{Event, Forecaster, What};
pub use lessons::{Lesson, Lessons};
pub(crate) use lessons::{MOST, Verdict, contest, is_due};
pub use outcome::{Outcome, Waits};
pub use scene::{SLOT, Scene, Seat, SimAgent, SimCounter, SimKind, SimLine};
pub use scores::EstimateAccuracy;
pub(crate) use scores::{Hour, Score, Scores};
pub use situation::{Crowd, Head, Key, LEVELS, Quote, Situation, Wait, Wall, Work};
pub use staffing::{Needed, fewest};
pub use trees::Forest;
