//! Types and rules of the estimate; pure.
//!
//! It is the room `model` of `usher-eta`, which shows it as `usher_eta::model`; a crate of its own because it is
//! arithmetic: it is compiled with optimisations in tests too, and nothing else of the context has to be.
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

pub use book::{Arrivals, Asked, BLOCK, Book, ComerKind, Serves, Serving, Standing, Told, Waiting, decode};
pub use draws::{Chance, Lengths};
pub use forecaster::{Event, Forecaster, REQUOTED, What};
pub use lessons::{Lesson, Lessons, MOST, Verdict, contest, is_due};
pub use outcome::{Outcome, Waits};
pub use scene::{SLOT, Scene, Seat, SimAgent, SimCounter, SimKind, SimLine};
pub use scores::{EstimateAccuracy, Hour, Score, Scores};
pub use situation::{Crowd, Head, Key, LEVELS, Quote, Situation, Wait, Wall, Work};
pub use staffing::{Needed, fewest};
pub use trees::Forest;
