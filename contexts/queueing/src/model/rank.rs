//! The order of a line: every algorithm is a pure function from a ticket to a rank.
//!
//! A rank is a time in microseconds; the lowest is called first, ties go by id. Skipping, postponing
//! and moving rewrite it.

use schemars::JsonSchema;
use serde::Serialize;

use super::queue::Algorithm;
use super::service::{NORMAL, Service};

/// Microseconds of a minute.
const MINUTE: f64 = 60_000_000.0;
/// What a strict class is ahead by: ten years, longer than anybody waits.
const STRICT: i64 = 10 * 365 * 86_400 * 1_000_000;

/// Minutes as microseconds, within what a rank can take.
pub fn micros(minutes: f64) -> i64 {
    if minutes.is_finite() {
        // A day's worth of minutes is far below the limits of the cast.
        #[expect(clippy::cast_possible_truncation, reason = "clamped to ten days")]
        let value = (minutes.clamp(-14_400.0, 14_400.0) * MINUTE) as i64;
        value
    } else {
        0
    }
}

/// The head start of a class in microseconds; a class that is still to be confirmed has none.
fn head_start(service: &Service, class: &str, confirmed: bool) -> i64 {
    match service.class(class) {
        Some(rules) if confirmed || !rules.confirm => {
            micros(rules.head_start_minutes) + if rules.strict { STRICT } else { 0 }
        }
        _ => 0,
    }
}

/// The rank of a ticket that entered at `entry`.
pub fn rank(algorithm: Algorithm, entry: i64, service: &Service, class: &str, confirmed: bool) -> i64 {
    match algorithm {
        Algorithm::Fifo => entry,
        Algorithm::Priority => entry - head_start(service, class, confirmed),
        Algorithm::Sla => {
            entry + micros(service.target_minutes.unwrap_or(service.default_minutes))
                - head_start(service, class, confirmed)
        }
    }
}

/// A rank between two neighbours: after `before`, and before `after` where there is room.
///
/// Neighbours are microseconds apart at the least, minutes as a rule; without room the ranks are equal
/// to `before`'s successor and the id decides.
pub fn between(before: i64, after: i64) -> i64 {
    if after > before + 1 { before + (after - before) / 2 } else { before + 1 }
}

/// One part of a rank.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Term {
    /// Its name: `entered` (`appointment` for who has booked), `head_start`, `target`, `moved`; `skills` and `with` are no
    /// part of the rank and say who can serve it.
    pub name: &'static str,
    /// Its weight in minutes; for `entered` and `appointment` how long ago it was, for `skills` how many open counters can.
    pub value: f64,
    /// In words.
    pub text: String,
}

/// Why a ticket stands where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Explanation {
    /// The rank, in microseconds.
    pub rank: i64,
    /// Its parts.
    pub terms: Vec<Term>,
    /// The numbers of those before it, the next one first.
    pub ahead: Vec<String>,
    /// In one sentence.
    pub text: String,
}

/// What [`explain`] needs of a ticket.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its stored rank.
    pub rank: i64,
    /// When it entered the line, in microseconds.
    pub entry: i64,
    /// Its class.
    pub class: &'a str,
    /// Whether the class counts.
    pub confirmed: bool,
}

/// The terms that make up a rank, and what is left over by moves.
pub fn explain(algorithm: Algorithm, place: Place<'_>, service: &Service, now: i64) -> Vec<Term> {
    #[expect(clippy::cast_precision_loss, reason = "minutes for people")]
    let minutes = |micros: i64| (micros as f64 / MINUTE * 10.0).round() / 10.0;
    let waited = minutes(now - place.entry);
    let mut terms =
        vec![Term { name: "entered", value: waited, text: format!("entered the line {waited} min ago") }];
    let head = head_start(service, place.class, place.confirmed);
    if algorithm != Algorithm::Fifo && place.class != NORMAL {
        let text = match service.class(place.class) {
            _ if head == 0 => format!("{} is not confirmed yet and gives no head start", place.class),
            Some(rules) if rules.strict => format!("{} always comes first", place.class),
            _ => format!("{} gives a head start of {} min", place.class, minutes(head)),
        };
        terms.push(Term { name: "head_start", value: minutes(head.min(STRICT - 1)), text });
    }
    if algorithm == Algorithm::Sla {
        let target = service.target_minutes.unwrap_or(service.default_minutes);
        terms.push(Term { name: "target", value: target, text: format!("is due within {target} min") });
    }
    let moved = place.rank - rank(algorithm, place.entry, service, place.class, place.confirmed);
    if moved != 0 {
        let text = if moved > 0 { "was put back in the line" } else { "was moved forward in the line" };
        terms.push(Term { name: "moved", value: minutes(moved), text: text.to_owned() });
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ServiceId;
    use crate::model::service::{PriorityClass, PriorityRules};
    use proptest::prelude::*;

    fn service() -> Service {
        Service {
            id: ServiceId::from_uuid(uuid::Uuid::nil()),
            code: "deposit".into(),
            name: "Deposit".into(),
            names: Default::default(),
            description: String::new(),
            descriptions: Default::default(),
            prefix: "A".into(),
            default_minutes: 5.0,
            target_minutes: Some(15.0),
            priority_rules: PriorityRules::default(),
            required_skills: vec![],
            outcomes: vec![],
            outcome_required: false,
            active: true,
            version: 1,
        }
    }

    #[test]
    fn three_algorithms() {
        let s = service();
        assert_eq!(rank(Algorithm::Fifo, 1000, &s, "vip", true), 1000);
        assert_eq!(rank(Algorithm::Priority, 0, &s, "priority", true), -600_000_000);
        assert_eq!(rank(Algorithm::Priority, 0, &s, "nonsense", true), 0);
        assert_eq!(rank(Algorithm::Sla, 0, &s, NORMAL, true), 900_000_000);
    }

    #[test]
    fn an_unconfirmed_class_waits_for_staff() {
        let mut s = service();
        let rule =
            PriorityClass { head_start_minutes: 10.0, strict: false, reason_required: false, confirm: true };
        s.priority_rules.classes.insert("frail".into(), rule);
        assert_eq!(rank(Algorithm::Priority, 7, &s, "frail", false), 7);
        assert!(rank(Algorithm::Priority, 7, &s, "frail", true) < 7);
    }

    #[test]
    fn strict_beats_any_wait() {
        let mut s = service();
        let rule =
            PriorityClass { head_start_minutes: 0.0, strict: true, reason_required: false, confirm: false };
        s.priority_rules.classes.insert("urgent".into(), rule);
        let old = rank(Algorithm::Priority, 0, &s, "vip", true);
        assert!(rank(Algorithm::Priority, 30 * 86_400_000_000, &s, "urgent", true) < old);
    }

    #[test]
    fn explanation_adds_up() {
        let s = service();
        let r = rank(Algorithm::Sla, 0, &s, "priority", true);
        let place = Place { rank: r + 120_000_000, entry: 0, class: "priority", confirmed: true };
        let terms = explain(Algorithm::Sla, place, &s, 300_000_000);
        let names: Vec<_> = terms.iter().map(|t| (t.name, t.value)).collect();
        assert_eq!(names, [("entered", 5.0), ("head_start", 10.0), ("target", 15.0), ("moved", 2.0)]);
    }

    proptest! {
        /// Nobody is overtaken by somebody who came later than the head start allows.
        #[test]
        fn starvation_is_bounded(first in 0i64..1_000_000_000_000, later in 0i64..1_000_000_000_000, vip: bool) {
            let s = service();
            let class = if vip { "vip" } else { "priority" };
            let bound = if vip { micros(20.0) } else { micros(10.0) };
            let normal = rank(Algorithm::Priority, first, &s, NORMAL, true);
            let other = rank(Algorithm::Priority, first + later, &s, class, true);
            prop_assert_eq!(other < normal, later < bound);
        }

        #[test]
        fn between_stays_between(a in -1000i64..1000, gap in 2i64..1000) {
            let r = between(a, a + gap);
            prop_assert!(a < r && r < a + gap);
        }
    }
}
