//! Those who wait in a line, in calling order.
//!
//! Whoever is called leaves at the head, and whoever comes stands at the end: neither moves the others. How far all of them
//! have moved up is summed at every change, of ten thousand people, too; so what it is summed from stands apart from all
//! else that is known of them.

use std::collections::VecDeque;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::line::{Again, Waiting, count};
use crate::situation::Key;

/// So many are summed at once.
const LANES: usize = 8;

/// Those who wait, in calling order; stored as the list that it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    people: VecDeque<Waiting>,
    /// How many were before each of them when they joined.
    places: VecDeque<f64>,
}

impl Row {
    /// Somebody stands at a place, those from there on one further behind.
    pub(super) fn insert(&mut self, at: usize, who: Waiting) {
        self.places.insert(at, who.places);
        self.people.insert(at, who);
    }

    /// Whoever stands at a place leaves.
    pub(super) fn remove(&mut self, at: usize) -> Option<Waiting> {
        self.places.remove(at);
        self.people.remove(at)
    }

    /// Adds to what somebody was told; the head is looked at first.
    pub(super) fn tell(&mut self, ticket: Key, tell: impl FnOnce(&mut Vec<Again>)) {
        if let Some(who) = self.people.iter_mut().find(|who| who.ticket == ticket) {
            tell(&mut who.again);
        }
    }

    /// The places that they have moved up since they joined, summed. Places are whole numbers: the sum is the same in
    /// whichever order it is made.
    pub(super) fn moved(&self) -> f64 {
        let (first, then) = self.places.as_slices();
        moved(first, 0) + moved(then, first.len())
    }
}

/// The same of those who stand one behind the other, the first of them behind so many.
fn moved(places: &[f64], behind: usize) -> f64 {
    let mut sums = [0.0_f64; LANES];
    let mut stand: [f64; LANES] = std::array::from_fn(|lane| count(behind + lane));
    let chunks = places.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for ((sum, stand), joined) in sums.iter_mut().zip(&mut stand).zip(chunk) {
            *sum += (*joined - *stand).max(0.0);
            *stand += count(LANES);
        }
    }
    for ((sum, stand), joined) in sums.iter_mut().zip(&stand).zip(rest) {
        *sum += (*joined - *stand).max(0.0);
    }
    sums.iter().sum()
}

impl Deref for Row {
    type Target = VecDeque<Waiting>;
    fn deref(&self) -> &VecDeque<Waiting> {
        &self.people
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.people.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let people = VecDeque::<Waiting>::deserialize(deserializer)?;
        let places = people.iter().map(|who| who.places).collect();
        Ok(Self { people, places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::situation::Wall;

    fn somebody(n: u32) -> Waiting {
        Waiting {
            rank: i64::from(n),
            ticket: Key(u128::from(n)),
            service: Key(1),
            class: 0,
            since: Wall(i64::from(n)),
            places: f64::from(n * 7919 % 120),
            silent: false,
            target: None,
            for_agent: None,
            told: None,
            again: Vec::new(),
        }
    }

    #[test]
    fn moves_are_those_of_each_of_them() {
        let mut row = Row::default();
        assert_eq!(row.moved(), 0.0);
        for n in 0..400_u32 {
            let place = usize::try_from(n * 104_729).unwrap();
            // The end and the head as a rule, sometimes anywhere.
            let at = if n % 5 == 0 { place % (row.len() + 1) } else { row.len() };
            row.insert(at, somebody(n));
            if n % 3 == 0 {
                let at = if n % 2 == 0 { 0 } else { place % row.len() };
                let who = row.get(at).cloned();
                assert_eq!(row.remove(at), who);
            }
            let each = row.iter().enumerate().map(|(place, who)| (who.places - count(place)).max(0.0));
            assert_eq!(row.moved(), each.sum::<f64>(), "{n}");
        }
        assert!(row.len() > 200 && row.moved() > 0.0);
        assert_eq!(row.remove(row.len()), None);
        let stored = serde_json::to_string(&row).unwrap();
        let list: Vec<Waiting> = row.iter().cloned().collect();
        assert_eq!(stored, serde_json::to_string(&list).unwrap(), "a list, as it was stored before");
        assert_eq!(serde_json::from_str::<Row>(&stored).unwrap(), row);
    }
}
