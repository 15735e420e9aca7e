//! Training of the correction: when, on what, and whether the result is good enough to be used.

use super::features::Features;
use super::fit;
use super::situation::{LEVELS, Wall};
use super::trees::Forest;

/// The first training needs so many lessons.
const FIRST: u64 = 500;
/// Then the next one is due when there are a quarter more.
const GROWTH: f64 = 1.25;
/// Or after so many days, when there are so many more.
const WEEK: i64 = 7;
const FEW: u64 = 100;
/// No more than the newest so many are trained on.
pub(crate) const MOST: usize = 30_000;
/// The newest tenth decides whether a candidate is any good.
const HELD_OUT: usize = 10;

/// A wait that is known, and how things stood when it began.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lesson {
    pub(crate) features: Features,
    /// Wait ÷ prior.
    pub(crate) ratio: f64,
    /// What a unit of the ratio is worth, in minutes: the prior. So errors count in minutes.
    pub(crate) weight: f64,
    pub(crate) at: Wall,
}

/// The newest lessons of a tenant.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    kept: Vec<Lesson>,
    seen: u64,
    due: u64,
}

impl Extend<Lesson> for Lessons {
    /// Adds the newest lessons.
    fn extend<T: IntoIterator<Item = Lesson>>(&mut self, lessons: T) {
        for lesson in lessons {
            if self.kept.len() >= 2 * MOST {
                self.kept.drain(..MOST);
            }
            self.kept.push(lesson);
            self.seen += 1;
        }
    }
}

impl Lessons {
    /// Whether enough was added since the last training.
    pub fn due(&self) -> bool {
        self.seen >= self.due.max(FIRST)
    }

    /// Trains a candidate; gives it when on the newest lessons, which it was not trained on, it beats the plain
    /// quantiles of the others.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count"
    )]
    pub fn train(&mut self) -> Option<Forest> {
        self.due = (self.seen as f64 * GROWTH) as u64;
        let lessons = &self.kept[self.kept.len().saturating_sub(MOST)..];
        let (older, newest) = lessons.split_at(lessons.len() - lessons.len() / HELD_OUT);
        let trained = newest.last()?.at;
        let trial = fit::forest(older, fit::TRIAL, self.seen, trained);
        let plain = trial.start.map(f64::from);
        let better = loss(newest, |lesson| trial.ratios(&lesson.features)) < loss(newest, |_| plain);
        better.then(|| fit::forest(lessons, fit::ROUNDS, self.seen, trained))
    }
}

/// What came of a contest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// The challenger is better than what is used: it takes over.
    Adopt(Box<Forest>),
    /// It is not.
    Keep,
    /// What is used is no better than nothing any more.
    Drop,
}

/// Trains a challenger on `lessons`, the oldest first, and lets it compete on the newest of them, which it was not
/// trained on, with the correction in use and with plain quantiles. `version` is how many waits there were so far.
pub(crate) fn contest(lessons: &[Lesson], champion: Option<&Forest>, version: u64) -> Verdict {
    let lessons = &lessons[lessons.len().saturating_sub(MOST)..];
    let (older, newest) = lessons.split_at(lessons.len() - lessons.len() / HELD_OUT);
    let Some(trained) = newest.last().map(|lesson| lesson.at) else { return Verdict::Keep };
    // Against a champion it competes at its full strength; alone it only has to show that it is any good.
    let rounds = if champion.is_some() { fit::ROUNDS } else { fit::TRIAL };
    let challenger = fit::forest(older, rounds, version, trained);
    let start = challenger.start.map(f64::from);
    let plain = loss(newest, |_| start);
    let reigning = champion.map(|forest| loss(newest, |lesson| forest.ratios(&lesson.features)));
    let challenging = loss(newest, |lesson| challenger.ratios(&lesson.features));
    match reigning {
        _ if challenging < plain && reigning.is_none_or(|loss| challenging < loss) => {
            Verdict::Adopt(Box::new(fit::forest(lessons, fit::ROUNDS, version, trained)))
        }
        Some(loss) if loss >= plain => Verdict::Drop,
        _ => Verdict::Keep,
    }
}

/// Whether a contest is due: enough waits to begin with, then a quarter more, or a week with some new ones.
#[expect(clippy::cast_precision_loss, reason = "a count")]
pub(crate) fn is_due(seen: u64, last: Option<(u64, i64)>) -> bool {
    match last {
        None => seen >= FIRST,
        Some((at, days)) => {
            seen as f64 >= at as f64 * GROWTH || days >= WEEK && seen >= at.saturating_add(FEW)
        }
    }
}

/// The pinball loss of all levels, in minutes.
fn loss(lessons: &[Lesson], told: impl Fn(&Lesson) -> [f64; LEVELS.len()]) -> f64 {
    let one = |lesson: &Lesson| {
        let told = told(lesson).into_iter().zip(LEVELS);
        let levels = told.map(|(quantile, level)| {
            let over = lesson.ratio - quantile;
            if over > 0.0 { level * over } else { (level - 1.0) * over }
        });
        lesson.weight * levels.sum::<f64>()
    };
    lessons.iter().map(one).sum()
}
