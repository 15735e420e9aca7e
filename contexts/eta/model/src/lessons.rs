//! Training of the correction: when, on what, and whether the result is good enough to be used.

use super::features::Features;
use super::fit;
use super::forecaster::Forecaster;
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
pub const MOST: usize = 30_000;
/// A correction has to be better than plain quantiles by a hundredth: less is chance.
const WORTH: f64 = 0.99;
/// With fewer waits that a champion has not seen there is no telling who is better.
const FEW_UNSEEN: usize = 20;
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
    /// After how many of them the last training was, and on which day.
    last: Option<(u64, i64)>,
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
    /// Trains when that is due on `day`, in days since the start of 1970, by the rules and the cadence of the product:
    /// what the forecaster uses changes where the challenger wins, or where what it uses is worth nothing any more.
    pub fn compete(&mut self, forecaster: &mut Forecaster, day: i64) {
        if !is_due(self.seen, self.last.map(|(seen, on)| (seen, day - on))) {
            return;
        }
        self.last = Some((self.seen, day));
        match contest(&self.kept, self.seen, forecaster.champion(), self.seen) {
            Verdict::Adopt(forest) => forecaster.adopt(*forest),
            Verdict::Keep => {}
            Verdict::Drop => forecaster.drop_correction(),
        }
    }
}

/// What came of a contest.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The challenger is better than what is used: it takes over.
    Adopt(Box<Forest>),
    /// It is not.
    Keep,
    /// What is used is no better than nothing any more.
    Drop,
}

/// Trains a challenger on `lessons`, the oldest first, and lets it compete on the newest of them, which it was not
/// trained on, with plain quantiles and with the correction in use. `end` is how many waits of the tenant there are up
/// to the newest of these, `version` what the challenger is called.
///
/// What a champion has seen is told by count: the clocks on the walls of a tenant's sites differ.
/// A champion has seen what it was trained on, so only waits after that count between the two; where there are too few
/// of those, or the champion is stale, the challenger only has to show that it is any good.
pub fn contest(lessons: &[Lesson], end: u64, champion: Option<&Forest>, version: u64) -> Verdict {
    let lessons = &lessons[lessons.len().saturating_sub(MOST)..];
    let (older, newest) = lessons.split_at(lessons.len() - lessons.len() / HELD_OUT);
    let Some(trained) = newest.last().map(|lesson| lesson.at) else { return Verdict::Keep };
    let unseen = |forest: &Forest| {
        let count = usize::try_from(end.saturating_sub(forest.seen())).unwrap_or(usize::MAX);
        &newest[newest.len().saturating_sub(count)..]
    };
    let champion = champion.filter(|forest| forest.is_fresh(trained));
    let rival =
        champion.map(|forest| (forest, unseen(forest))).filter(|(_, unseen)| unseen.len() >= FEW_UNSEEN);
    let rounds = if rival.is_some() { fit::ROUNDS } else { fit::TRIAL };
    let challenger = fit::forest(older, rounds, version, trained);
    let start = challenger.start.map(f64::from);
    let of = |forest: &Forest, lessons: &[Lesson]| loss(lessons, |lesson| forest.ratios(&lesson.features));
    let pays = of(&challenger, newest) < WORTH * loss(newest, |_| start);
    let wins = rival.is_none_or(|(forest, unseen)| of(&challenger, unseen) < of(forest, unseen));
    match rival {
        _ if pays && wins => {
            let forest = fit::forest(lessons, fit::ROUNDS, version, trained);
            Verdict::Adopt(Box::new(Forest { seen: end, ..forest }))
        }
        Some((forest, unseen)) if of(forest, unseen) >= loss(unseen, |_| start) => Verdict::Drop,
        _ => Verdict::Keep,
    }
}

/// Whether a contest is due: enough waits to begin with, then a quarter more, or a week with some new ones.
#[expect(clippy::cast_precision_loss, reason = "a count")]
pub fn is_due(seen: u64, last: Option<(u64, i64)>) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::Chance;
    use crate::features::COUNT;

    /// Waits of which the first feature tells the ratio, or tells nothing.
    fn lessons(count: i64, telling: bool, number: u32) -> Vec<Lesson> {
        since(0, count, telling, number)
    }

    fn since(first: i64, count: i64, telling: bool, number: u32) -> Vec<Lesson> {
        let mut chance = Chance::new(number);
        let one = |n| {
            let mut features = [0.0; COUNT];
            let high = chance.even() < 0.5;
            features[0] = if high { 1.0 } else { 0.0 };
            let usual = if high { 2.0 } else { 0.5 };
            let ratio = if telling { usual * (0.8 + 0.4 * chance.even()) } else { 0.5 + 1.5 * chance.even() };
            Lesson { features: Features(features), ratio, weight: 10.0, at: Wall(n * 600) }
        };
        (first..first + count).map(one).collect()
    }

    fn adopted(verdict: Verdict) -> Option<Forest> {
        match verdict {
            Verdict::Adopt(forest) => Some(*forest),
            Verdict::Keep | Verdict::Drop => None,
        }
    }

    #[test]
    fn what_tells_something_is_adopted_and_what_tells_nothing_is_not() {
        let forest = adopted(contest(&lessons(800, true, 1), 800, None, 800)).unwrap();
        assert_eq!((forest.version, forest.trained), (800, Wall(799 * 600)));
        assert!(matches!(contest(&lessons(800, false, 2), 800, None, 800), Verdict::Keep));
        assert!(matches!(contest(&[], 0, None, 0), Verdict::Keep));
    }

    #[test]
    fn a_champion_stays_while_it_is_the_better_one_and_goes_when_nothing_is_better() {
        let champion = adopted(contest(&lessons(2_000, true, 3), 2_000, None, 2_000)).unwrap();
        // A challenger that saw a tenth as much.
        let few = since(2_000, 200, true, 4);
        assert!(matches!(contest(&few, 2_200, Some(&champion), 2_200), Verdict::Keep));
        // What it learned holds no more.
        let other = since(2_000, 800, false, 5);
        assert!(matches!(contest(&other, 2_800, Some(&champion), 3_000), Verdict::Drop));
        // It has seen all of it, or is two months old: the challenger takes over.
        assert!(adopted(contest(&lessons(800, true, 3), 2_000, Some(&champion), 2_100)).is_some());
        assert!(adopted(contest(&since(20_000, 800, true, 6), 2_800, Some(&champion), 4_000)).is_some());
    }

    #[test]
    fn a_tie_changes_nothing() {
        let lessons = lessons(2_000, true, 3);
        // The challenger is trained on the same waits with the same chance, and so is no better.
        let (older, _) = lessons.split_at(1_800);
        let twin = fit::forest(older, fit::ROUNDS, 2_000, older[1_799].at);
        let twin = Forest { seen: 1_800, ..twin };
        assert!(matches!(contest(&lessons, 2_000, Some(&twin), 2_000), Verdict::Keep));
    }

    #[test]
    fn what_a_champion_has_not_seen_is_told_by_count_and_not_by_the_walls() {
        let champion = adopted(contest(&lessons(2_000, true, 3), 2_000, None, 2_000)).unwrap();
        // New waits of a site far in the west, whose walls say that they came before those that the champion knows.
        let mut other = since(0, 800, false, 5);
        other
            .iter_mut()
            .for_each(|lesson| lesson.at = Wall(champion.trained.0 - 10 * 3600 + lesson.at.0 % 3600));
        assert!(matches!(contest(&other, 2_800, Some(&champion), 2_800), Verdict::Drop));
    }

    #[test]
    fn a_training_is_due_after_a_quarter_more_or_a_week() {
        assert!(!is_due(499, None) && is_due(500, None));
        assert!(!is_due(1_249, Some((1_000, 1))) && is_due(1_250, Some((1_000, 1))));
        assert!(!is_due(1_100, Some((1_000, 6))) && is_due(1_100, Some((1_000, 7))));
        assert!(!is_due(1_099, Some((1_000, 30))));
    }
}
