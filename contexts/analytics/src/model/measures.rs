//! What is counted in one cell of the rollups, and the bytes that it is stored as.

use super::Histogram;

/// The plain counts of a cell, in the order in which they are stored. New ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Tickets issued.
    Issued,
    /// Tickets called.
    Called,
    /// Tickets served.
    Served,
    /// Called, and did not come.
    NoShows,
    /// Left by themselves.
    Left,
    /// Still in line at the end of the day.
    Expired,
    /// Taken out by staff, or with their line.
    Cancelled,
    /// Sent on to another line, service or counter.
    Transferred,
    /// Calls within the promised wait.
    SlaMet,
    /// Calls for which a wait was promised.
    SlaOf,
    /// Milliseconds from the call to the end of service.
    Handling,
    /// Milliseconds that an agent was signed in.
    Present,
    /// Milliseconds of breaks.
    Paused,
    /// Milliseconds that a counter was open.
    Open,
    /// People who said how it was.
    Feedback,
    /// The stars that were given, added up.
    Stars,
    /// How many gave any.
    StarsOf,
    /// How many would recommend it (9 or 10 of 10).
    Promoters,
    /// How many would not (6 or less).
    Detractors,
    /// How many were asked that and said so.
    NpsOf,
    /// Points given, less what was taken back. The tenant's alone.
    PointsEarned,
    /// Points that rewards were taken for, less what was given back. The tenant's alone.
    PointsSpent,
    /// Rewards that were taken, less those given back. The tenant's alone.
    Rewards,
    /// Appointments that were booked for the time. Of a service at a site, as are the following.
    Appointments,
    /// Those to which the person came.
    Kept,
    /// Those to which they did not.
    Missed,
    /// Those that were called off.
    CalledOff,
    /// Those that were moved away to another time.
    Moved,
    /// Places that were offered to the waitlist.
    Offers,
    /// Those of them that somebody took.
    OffersTaken,
}

/// How many plain counts there are.
const COUNTS: usize = 30;
/// The first byte of a stored cell.
const VERSION: u8 = 1;

/// What is counted in one cell. The counts of a change may be negative: it takes out what was counted before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    counts: [i64; COUNTS],
    /// From entering the line to the call.
    pub waits: Histogram,
    /// From the beginning of service to its end.
    pub services: Histogram,
}

impl Measures {
    /// One of the counts.
    pub fn get(&self, count: Count) -> i64 {
        self.counts[count as usize]
    }

    /// Adds to one of the counts.
    pub fn bump(&mut self, count: Count, by: i64) {
        self.counts[count as usize] += by;
    }

    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.add_times(other, 1);
    }

    /// Adds another's `times` over; -1 takes it out.
    pub fn add_times(&mut self, other: &Self, times: i64) {
        for (mine, more) in self.counts.iter_mut().zip(other.counts) {
            *mine += times * more;
        }
        self.waits.add(&other.waits, times);
        self.services.add(&other.services, times);
    }

    /// Whether nothing is counted, and nothing is to be taken out.
    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|n| *n == 0) && self.waits.is_empty() && self.services.is_empty()
    }

    /// Writes it behind `out`: counts, then both histograms, as variable-length numbers.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        let used = self.counts.iter().rposition(|n| *n != 0).map_or(0, |last| last + 1);
        unsigned(out, used as u64);
        self.counts[..used].iter().for_each(|n| signed(out, *n));
        for histogram in [&self.waits, &self.services] {
            let (sum, parts) = histogram.parts();
            signed(out, sum);
            unsigned(out, parts.clone().count() as u64);
            let mut before = 0;
            for (bucket, count) in parts {
                unsigned(out, (bucket - before) as u64);
                signed(out, count);
                before = bucket;
            }
        }
    }

    /// Adds what `bytes` hold `times` over, and takes it from their front; none where they are not what `encode`
    /// wrote.
    pub(crate) fn add_encoded(&mut self, bytes: &mut &[u8], times: i64) -> Option<()> {
        let (version, rest) = bytes.split_first()?;
        *bytes = rest;
        if *version != VERSION {
            return None;
        }
        let used = usize::try_from(take_unsigned(bytes)?).ok()?;
        for n in 0..used {
            let value = take_signed(bytes)?;
            let here = self.counts.get_mut(n)?;
            *here = here.checked_add(value.checked_mul(times)?)?;
        }
        for histogram in [&mut self.waits, &mut self.services] {
            histogram.add_sum(take_signed(bytes)?.checked_mul(times)?)?;
            let mut bucket = 0;
            for _ in 0..take_unsigned(bytes)? {
                bucket = usize::try_from(take_unsigned(bytes)?).ok()?.checked_add(bucket)?;
                histogram.add_part(bucket, take_signed(bytes)?.checked_mul(times)?);
            }
        }
        Some(())
    }
}

fn unsigned(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// Small numbers of either sign in few bytes (zigzag).
fn signed(out: &mut Vec<u8>, n: i64) {
    unsigned(out, (n.cast_unsigned() << 1) ^ (n >> 63).cast_unsigned());
}

fn take_unsigned(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

fn take_signed(bytes: &mut &[u8]) -> Option<i64> {
    let n = take_unsigned(bytes)?;
    Some((n >> 1).cast_signed() ^ -(n & 1).cast_signed())
}

/// One cell: a day (or month) of one thing, and on days the same by hour of the site's local time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// All of it.
    pub total: Measures,
    /// By hour, 0 to 23; empty where hours are not kept.
    pub hours: Hours,
}

/// Measures by hour of the day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours(Vec<(u8, Measures)>);

impl Hours {
    /// The measures of an hour.
    pub fn at(&mut self, hour: u8) -> &mut Measures {
        let place = match self.0.binary_search_by_key(&hour, |(known, _)| *known) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, (hour, Measures::default()));
                place
            }
        };
        &mut self.0[place].1
    }

    /// The hours in order.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &Measures)> {
        self.0.iter().map(|(hour, measures)| (*hour, measures))
    }

    /// Adds another cell's.
    pub fn add(&mut self, other: &Self) {
        other.0.iter().for_each(|(hour, measures)| self.at(*hour).add(measures));
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, measures)| measures.is_empty())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (hour, measures) in self.0.iter().filter(|(_, measures)| !measures.is_empty()) {
            out.push(*hour);
            measures.encode(&mut out);
        }
        out
    }

    /// Adds stored hours; none where the bytes are not what `encode` wrote.
    pub(crate) fn add_encoded(&mut self, mut bytes: &[u8], times: i64) -> Option<()> {
        while let Some((hour, rest)) = bytes.split_first() {
            bytes = rest;
            self.at(*hour).add_encoded(&mut bytes, times)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn measures(counts: &[i64], waits: &[i64]) -> Measures {
        let mut all = Measures::default();
        all.counts[..counts.len()].copy_from_slice(counts);
        waits.iter().for_each(|wait| all.waits.count(*wait, 1));
        waits.iter().take(3).for_each(|wait| all.services.count(wait / 2, -1));
        all
    }

    proptest! {
        #[test]
        fn stored_and_read_again_is_the_same(
            counts in prop::collection::vec(-1_000_000i64..1_000_000_000_000, 0..COUNTS),
            waits in prop::collection::vec(0i64..1_000_000_000_000, 0..60),
            hour in 0u8..24,
        ) {
            let one = measures(&counts, &waits);
            let mut bytes = Vec::new();
            one.encode(&mut bytes);
            let (mut read, mut rest) = (Measures::default(), bytes.as_slice());
            read.add_encoded(&mut rest, 1).unwrap();
            prop_assert!(rest.is_empty());
            let mut again = Vec::new();
            read.encode(&mut again);
            prop_assert_eq!(&again, &bytes);

            let mut hours = Hours::default();
            hours.at(hour).add(&one);
            let mut back = Hours::default();
            back.add_encoded(&hours.encode(), 1).unwrap();
            prop_assert_eq!(back.encode(), hours.encode());
        }

        /// Bytes that somebody made unreadable are refused, not believed and not a panic.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut rest = bytes.as_slice();
            let _ = Measures::default().add_encoded(&mut rest, -1);
            let _ = Hours::default().add_encoded(&bytes, 1);
        }
    }
}
