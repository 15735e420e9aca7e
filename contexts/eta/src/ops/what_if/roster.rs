//! Which counters are open in the rest of a day: by the published roster where there is one, else as they are now.
//!
//! A roster says who works and not where. Whoever sits at a counter stays there, others go to the counter that they
//! usually sit at, else to a free one. Who sits at a counter without a shift stays until the end. Half-hours are whole:
//! one counts where somebody is there for half of it at least.

use std::collections::HashMap;

use usher_queueing::model::AgentId;

use crate::model::SLOT;

/// How long a break takes, in minutes: nobody says it.
const BREAK: f64 = 30.0;
/// One that takes longer than that is over after so many minutes.
const OVERDUE: f64 = 5.0;

/// Somebody's work by the roster, in minutes from now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Duty {
    pub(super) who: AgentId,
    pub(super) from: f64,
    pub(super) until: f64,
}

/// A counter as it stands now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Place {
    /// Whether it is open, its agent on a break or not.
    pub(super) open: bool,
    /// Who sits there.
    pub(super) seated: Option<AgentId>,
    /// Who usually does.
    pub(super) usual: Option<AgentId>,
    /// For how long its agent has been on a break, in minutes.
    pub(super) away: Option<f64>,
}

/// Who sits at an open counter; none where it is open and nobody is known to.
pub(super) type Sitter = Option<AgentId>;

/// Who sits at each counter in each half-hour; none while it is closed. The first one ends `first` minutes from now.
#[expect(clippy::cast_precision_loss, reason = "slots of a day")]
pub(super) fn planned(
    places: &[Place],
    duties: &[Duty],
    first: f64,
    slots: usize,
) -> Vec<Vec<Option<Sitter>>> {
    let mut open = vec![vec![None; slots]; places.len()];
    let mut before = HashMap::new();
    for slot in 0..slots {
        let span = match slot {
            0 => (0.0, first),
            _ => (first + (slot - 1) as f64 * SLOT, first + slot as f64 * SLOT),
        };
        let sits = |place: &Place| stays(place, duties, slot, span).then_some(place.seated);
        let mut taken: Vec<Option<Sitter>> = places.iter().map(sits).collect();
        // Who is not there yet is not there in the half-hour that has begun.
        if slot > 0 {
            let come = comers(places, duties, span);
            before = seat(places, &come, &before, &mut taken);
        }
        for (place, (open, taken)) in places.iter().zip(open.iter_mut().zip(taken)) {
            let back = place.away.map_or(0.0, |away| (BREAK - away).max(OVERDUE));
            open[slot] = taken.filter(|_| covered(span, back, f64::INFINITY) >= 0.5 * (span.1 - span.0));
        }
    }
    open
}

/// Whether whoever sits at a counter is there in a half-hour.
fn stays(place: &Place, duties: &[Duty], slot: usize, span: (f64, f64)) -> bool {
    let rostered = place.seated.filter(|who| duties.iter().any(|duty| duty.who == *who));
    match rostered {
        Some(who) if slot > 0 => works(duties, who, span),
        _ => place.open,
    }
}

/// Who works in a half-hour and sits nowhere now, in the order of the roster.
fn comers(places: &[Place], duties: &[Duty], span: (f64, f64)) -> Vec<AgentId> {
    let mut come = Vec::new();
    for duty in duties {
        let seated = places.iter().any(|place| place.seated == Some(duty.who));
        if !seated && !come.contains(&duty.who) && works(duties, duty.who, span) {
            come.push(duty.who);
        }
    }
    come
}

/// Seats those who come: first where they sat the half-hour before, then where they usually sit, then anywhere; who finds
/// no counter has none. Gives where each of them sits.
fn seat(
    places: &[Place],
    come: &[AgentId],
    before: &HashMap<AgentId, usize>,
    taken: &mut [Option<Sitter>],
) -> HashMap<AgentId, usize> {
    let mut seats = HashMap::new();
    let usual = |who: &AgentId| places.iter().position(|place| place.usual == Some(*who));
    for has_sat in [true, false] {
        for who in come {
            let wanted = if has_sat { before.get(who).copied() } else { usual(who) };
            if !seats.contains_key(who)
                && let Some(place) = wanted.filter(|place| taken[*place].is_none())
            {
                taken[place] = Some(Some(*who));
                seats.insert(*who, place);
            }
        }
    }
    for who in come {
        if !seats.contains_key(who)
            && let Some(place) = taken.iter().position(Option::is_none)
        {
            taken[place] = Some(Some(*who));
            seats.insert(*who, place);
        }
    }
    seats
}

/// Whether somebody works for half of a span at least.
fn works(duties: &[Duty], who: AgentId, span: (f64, f64)) -> bool {
    let theirs = duties.iter().filter(|duty| duty.who == who);
    theirs.map(|duty| covered(span, duty.from, duty.until)).sum::<f64>() >= 0.5 * (span.1 - span.0)
}

/// How many minutes of a span lie between two moments.
fn covered(span: (f64, f64), from: f64, until: f64) -> f64 {
    (span.1.min(until) - span.0.max(from)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use usher_kernel::Id;
    use uuid::Uuid;

    fn who(number: u128) -> AgentId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    fn seated(number: u128) -> Place {
        Place { open: true, seated: Some(who(number)), ..Place::default() }
    }

    fn duty(number: u128, from: f64, until: f64) -> Duty {
        Duty { who: who(number), from, until }
    }

    /// Six half-hours from the beginning of one: who sits there, `o` where nobody is known to.
    fn day(places: &[Place], duties: &[Duty]) -> Vec<String> {
        let open = planned(places, duties, SLOT, 6);
        let letter = |sitter: &Option<Sitter>| match sitter {
            None => '-',
            Some(None) => 'o',
            Some(Some(who)) => char::from_digit(u32::try_from(who.uuid().as_u128()).unwrap(), 10).unwrap(),
        };
        let letters = |slots: &Vec<Option<Sitter>>| slots.iter().map(letter).collect();
        open.iter().map(letters).collect()
    }

    #[test]
    fn without_a_roster_it_stays_as_it_is() {
        let free = Place { open: true, ..Place::default() };
        assert_eq!(day(&[seated(1), free, Place::default()], &[]), ["111111", "oooooo", "------"]);
    }

    #[test]
    fn shifts_end_and_begin_and_have_breaks_between_them() {
        let duties =
            [duty(1, -120.0, 60.0), duty(1, 90.0, 300.0), duty(2, 30.0, 120.0), duty(3, 135.0, 400.0)];
        // The first is seated and has half an hour's break, the second comes to the usual counter, the third in the middle
        // of a half-hour to the first free one.
        let usual = Place { usual: Some(who(2)), ..Place::default() };
        assert_eq!(day(&[seated(1), Place::default(), usual], &duties), ["11-111", "----33", "-222--"]);
    }

    #[test]
    fn who_works_over_time_leaves_and_who_has_no_shift_stays() {
        let duties = [duty(1, -300.0, -10.0), duty(3, -300.0, 60.0)];
        assert_eq!(day(&[seated(1), seated(2)], &duties), ["13----", "222222"]);
    }

    #[test]
    fn nobody_sits_on_two_chairs_and_who_finds_none_has_none() {
        let duties = [duty(1, 0.0, 300.0), duty(1, 300.0, 400.0), duty(2, 0.0, 300.0), duty(3, 0.0, 300.0)];
        assert_eq!(day(&[Place::default(), Place::default()], &duties), ["-11111", "-22222"]);
    }

    #[test]
    fn a_break_ends() {
        let away = |minutes: f64| Place { away: Some(minutes), ..seated(1) };
        assert_eq!(day(&[away(1.0)], &[]), ["-11111"]);
        assert_eq!(day(&[away(20.0)], &[]), ["111111"]);
        assert_eq!(day(&[away(500.0)], &[]), ["111111"], "longer than breaks are: it may end any minute");
        // The half-hour ends in three minutes.
        let sits = Some(Some(who(1)));
        assert_eq!(planned(&[away(20.0)], &[], 3.0, 3), [[None, sits, sits]]);
    }
}
