//! The correction: boosted trees that say by how much the prior is off, as quantiles of wait ÷ prior.
//!
//! Gradient boosting (Friedman 2001, "Greedy function approximation: a gradient boosting machine") of the pinball
//! loss, with all quantiles in one set of trees: each leaf holds a step for every level, so that a prediction walks each
//! tree once.

use serde::{Deserialize, Serialize};

use super::features::{COUNT, Features};
use super::situation::{LEVELS, Wall};

/// The value of each level.
pub(crate) type Levels = [f32; LEVELS.len()];

/// A split, or with `feature` = [`Node::LEAF`] a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Node {
    pub(crate) feature: u16,
    /// Up to here it goes to `next`, beyond to the node after.
    pub(crate) bound: f32,
    /// The left one of the two nodes below, or the leaf's number.
    pub(crate) next: u32,
}

impl Node {
    pub(crate) const LEAF: u16 = u16::MAX;

    pub(crate) fn leaf(number: usize) -> Self {
        Self { feature: Self::LEAF, bound: 0.0, next: u32::try_from(number).unwrap_or(u32::MAX) }
    }
}

/// One tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) leaves: Vec<Levels>,
}

impl Tree {
    /// The leaf that `features` belong to; none in a tree that does not hang together.
    pub(crate) fn leaf(&self, features: &[f32; COUNT]) -> Option<&Levels> {
        let mut at = self.nodes.first()?;
        // A sound tree ends long before this.
        for _ in 0..64 {
            if at.feature == Node::LEAF {
                return self.leaves.get(at.next as usize);
            }
            let value = features.get(usize::from(at.feature))?;
            let step = u32::from(*value > at.bound);
            at = self.nodes.get(at.next.saturating_add(step) as usize)?;
        }
        None
    }
}

/// A correction that has not been trained for so many days is not used any more.
const STALE_DAYS: i64 = 60;

/// A trained correction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    pub(crate) start: Levels,
    pub(crate) trees: Vec<Tree>,
    /// How many waits there had been when it was trained: its version.
    pub version: u64,
    /// The newest wait that it was trained on.
    pub trained: Wall,
    /// How many waits came up to there: what it has seen. 0 where it was trained before that was written down.
    #[serde(default)]
    pub(crate) seen: u64,
}

impl Forest {
    /// How many waits came up to the newest one that it was trained on.
    pub(crate) fn seen(&self) -> u64 {
        if self.seen == 0 { self.version } else { self.seen }
    }

    /// How many trees it has.
    pub fn trees(&self) -> usize {
        self.trees.len()
    }

    /// Whether it was trained lately enough to be used at `now`.
    pub(crate) fn is_fresh(&self, now: Wall) -> bool {
        now.day().saturating_sub(self.trained.day()) <= STALE_DAYS
    }

    /// Quantiles of wait ÷ prior, not yet in order.
    pub(crate) fn ratios(&self, features: &Features) -> [f64; LEVELS.len()] {
        let mut sum = self.start;
        for leaf in self.trees.iter().filter_map(|tree| tree.leaf(&features.0)) {
            for (sum, step) in sum.iter_mut().zip(leaf) {
                *sum += step;
            }
        }
        sum.map(f64::from)
    }
}
