//! Grows the trees of a correction.
//!
//! Every round takes half of the lessons and six in ten of the features (stochastic gradient boosting, Friedman 2002),
//! sorts lessons into the bins of each feature, and splits where the summed gradients of all levels gain most. A leaf's
//! step is then, level by level, the weighted quantile of what is still missing in it.

use super::features::COUNT;
use super::lessons::Lesson;
use super::situation::{LEVELS, Wall};
use super::trees::{Forest, Levels, Node, Tree};

/// How many trees a correction has, and how many are enough to see whether it will be any good.
pub(crate) const ROUNDS: usize = 150;
pub(crate) const TRIAL: usize = 40;
/// How much of each leaf's step is taken.
const RATE: f32 = 0.055;
const DEPTH: usize = 5;
/// A leaf has at least so many lessons.
const LEAF: usize = 30;
/// And its step is smaller the fewer it has: by n ÷ (n + this).
const SHRINK: f32 = 15.0;
/// Shares of lessons and of features that a round looks at, in 256ths.
const LESSONS: u64 = 128;
const FEATURES: u64 = 154;
/// Bins per feature.
const BINS: usize = 64;
/// How much each level's gradient counts in the choice of a split.
const WORTH: Levels = [0.5, 0.7, 1.0, 1.0, 0.7];
const LEVEL_COUNT: usize = LEVELS.len();

/// Chance that is the same every time (xorshift64, Marsaglia 2003).
struct Chance(u64);

impl Chance {
    /// Whether to take something that is taken `share` times in 256.
    fn takes(&mut self, share: u64) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 56 < share
    }
}

/// Lessons in columns, with everything a round needs.
struct Table<'a> {
    lessons: &'a [Lesson],
    /// Upper bounds of each feature's bins but the last.
    bounds: Vec<Vec<f32>>,
    /// Each lesson's bins.
    bins: Vec<[u8; COUNT]>,
    /// What is told so far.
    told: Vec<Levels>,
    /// Of each lesson the gradients of the levels.
    gradients: Vec<Levels>,
    ratio: Vec<f32>,
    weight: Vec<f32>,
}

/// Sums of gradients and weights over some lessons.
#[derive(Clone, Copy, Default)]
struct Sum {
    gradients: [f64; LEVEL_COUNT],
    weight: f64,
    count: usize,
}

impl Sum {
    fn add(&mut self, gradients: &Levels, weight: f32) {
        for (sum, gradient) in self.gradients.iter_mut().zip(gradients) {
            *sum += f64::from(*gradient);
        }
        self.weight += f64::from(weight);
        self.count += 1;
    }

    fn join(&mut self, other: &Self) {
        for (sum, more) in self.gradients.iter_mut().zip(other.gradients) {
            *sum += more;
        }
        self.weight += other.weight;
        self.count += other.count;
    }

    fn without(mut self, other: &Self) -> Self {
        for (sum, less) in self.gradients.iter_mut().zip(other.gradients) {
            *sum -= less;
        }
        self.weight -= other.weight;
        self.count -= other.count;
        self
    }

    fn score(&self) -> f64 {
        self.gradients.iter().map(|sum| sum * sum).sum::<f64>() / (self.weight + 1.0)
    }
}

/// Where to split.
struct Split {
    gain: f64,
    feature: usize,
    bin: usize,
}

/// Trains a forest of `rounds` trees on `lessons`.
pub(crate) fn forest(lessons: &[Lesson], rounds: usize, version: u64, trained: Wall) -> Forest {
    let mut table = Table::of(lessons);
    let mut chance = Chance(version.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let start = table.start();
    let mut forest = Forest { start, trees: Vec::with_capacity(rounds), version, trained, seen: 0 };
    for _ in 0..rounds {
        let tree = table.grow(&mut chance);
        for (told, lesson) in table.told.iter_mut().zip(lessons) {
            for (told, step) in told.iter_mut().zip(tree.leaf(&lesson.features.0).into_iter().flatten()) {
                *told += step;
            }
        }
        forest.trees.push(tree);
    }
    forest
}

impl<'a> Table<'a> {
    #[expect(clippy::cast_possible_truncation, reason = "single precision is enough, and a bin is below 64")]
    fn of(lessons: &'a [Lesson]) -> Self {
        let mut bins = vec![[0; COUNT]; lessons.len()];
        let mut bounds = Vec::with_capacity(COUNT);
        for feature in 0..COUNT {
            let cuts = cuts(lessons, feature);
            for (bins, lesson) in bins.iter_mut().zip(lessons) {
                let value = lesson.features.0[feature];
                bins[feature] = cuts.partition_point(|bound| *bound < value) as u8;
            }
            bounds.push(cuts);
        }
        Self {
            lessons,
            bounds,
            bins,
            told: Vec::new(),
            gradients: vec![Levels::default(); lessons.len()],
            ratio: lessons.iter().map(|lesson| lesson.ratio as f32).collect(),
            weight: lessons.iter().map(|lesson| lesson.weight as f32).collect(),
        }
    }

    /// Begins with the quantiles of all lessons.
    fn start(&mut self) -> Levels {
        let mut all = self.ratio.iter().copied().zip(self.weight.iter().copied()).collect::<Vec<_>>();
        all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let start = LEVELS.map(|level| quantile(&all, level));
        self.told = vec![start; self.lessons.len()];
        start
    }

    /// Grows one tree.
    fn grow(&mut self, chance: &mut Chance) -> Tree {
        let all = (0..self.lessons.len()).filter(|_| chance.takes(LESSONS)).collect::<Vec<_>>();
        let features = (0..COUNT).filter(|_| chance.takes(FEATURES)).collect::<Vec<_>>();
        for &lesson in &all {
            let (ratio, weight) = (self.ratio[lesson], self.weight[lesson]);
            for level in 0..LEVEL_COUNT {
                let below = if ratio < self.told[lesson][level] { 1.0 } else { 0.0 };
                let pull = single(LEVELS[level]) - below;
                self.gradients[lesson][level] = weight * pull * WORTH[level];
            }
        }
        let mut tree = Tree { nodes: vec![Node::leaf(0)], leaves: Vec::new() };
        let mut open = vec![(0, 0, all)];
        while let Some((node, depth, members)) = open.pop() {
            let split = if depth < DEPTH { self.split(&members, &features) } else { None };
            let Some(split) = split else {
                tree.nodes[node] = Node::leaf(tree.leaves.len());
                tree.leaves.push(self.step(&members));
                continue;
            };
            let bound = self.bounds[split.feature][split.bin];
            let goes_left = |lesson: &usize| usize::from(self.bins[*lesson][split.feature]) <= split.bin;
            let (left, right) = members.into_iter().partition::<Vec<_>, _>(goes_left);
            let next = tree.nodes.len();
            tree.nodes.extend([Node::leaf(0), Node::leaf(0)]);
            let feature = u16::try_from(split.feature).unwrap_or(Node::LEAF);
            tree.nodes[node] = Node { feature, bound, ..Node::leaf(next) };
            open.push((next, depth + 1, left));
            open.push((next + 1, depth + 1, right));
        }
        tree
    }

    /// The best split of `members`, when any gains.
    fn split(&self, members: &[usize], features: &[usize]) -> Option<Split> {
        if members.len() < 2 * LEAF {
            return None;
        }
        let mut all = Sum::default();
        for &lesson in members {
            all.add(&self.gradients[lesson], self.weight[lesson]);
        }
        let mut best = Split { gain: 1e-6, feature: COUNT, bin: 0 };
        for &feature in features {
            let mut bins = [Sum::default(); BINS];
            for &lesson in members {
                bins[usize::from(self.bins[lesson][feature])]
                    .add(&self.gradients[lesson], self.weight[lesson]);
            }
            let mut left = Sum::default();
            for (bin, sum) in bins.iter().enumerate().take(self.bounds[feature].len()) {
                left.join(sum);
                let right = all.without(&left);
                if left.count < LEAF || right.count < LEAF {
                    continue;
                }
                let gain = left.score() + right.score() - all.score();
                if gain > best.gain {
                    best = Split { gain, feature, bin };
                }
            }
        }
        (best.feature < COUNT).then_some(best)
    }

    /// The step of a leaf: of what is missing, each level's quantile.
    fn step(&self, members: &[usize]) -> Levels {
        let count = members.iter().fold(0.0_f32, |count, _| count + 1.0);
        let part = RATE * count / (count + SHRINK);
        let mut missing = Vec::with_capacity(members.len());
        let mut step = Levels::default();
        for (level, to) in step.iter_mut().enumerate() {
            missing.clear();
            let one =
                |lesson: &usize| (self.ratio[*lesson] - self.told[*lesson][level], self.weight[*lesson]);
            missing.extend(members.iter().map(one));
            missing.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            *to = part * quantile(&missing, LEVELS[level]);
        }
        step
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a level between 0 and 1")]
fn single(level: f64) -> f32 {
    level as f32
}

/// Bounds between a feature's bins: its quantiles over some thousands of lessons, without repetition.
fn cuts(lessons: &[Lesson], feature: usize) -> Vec<f32> {
    let every = (lessons.len() / 4000).max(1);
    let mut values =
        lessons.iter().step_by(every).map(|lesson| lesson.features.0[feature]).collect::<Vec<_>>();
    values.sort_unstable_by(f32::total_cmp);
    let last = values.len().saturating_sub(1);
    let mut cuts = (1..BINS).filter_map(|bin| values.get(last * bin / BINS).copied()).collect::<Vec<_>>();
    cuts.dedup();
    cuts
}

/// The weighted quantile of sorted (value, weight).
fn quantile(sorted: &[(f32, f32)], level: f64) -> f32 {
    let all = sorted.iter().map(|(_, weight)| f64::from(*weight)).sum::<f64>();
    let mut sum = 0.0;
    for (value, weight) in sorted {
        sum += f64::from(*weight);
        if sum >= level * all {
            return *value;
        }
    }
    sorted.last().map_or(0.0, |(value, _)| *value)
}
