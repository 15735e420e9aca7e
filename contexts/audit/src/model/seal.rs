//! One link of the chain.

use sha2::{Digest as _, Sha256};
use usher_kernel::Timestamp;
use uuid::Uuid;

use super::Broken;

/// Changed whenever the fields of a seal or their encoding change.
const FORMAT: &[u8] = b"usher.seal.1";
/// How many bytes of an event's hash are kept to tell it from its neighbours.
const MARK: usize = 4;

/// What was sealed at once of one tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The tenant; all zeros for the events of the whole installation.
    pub chain: Uuid,
    /// Its place in the chain, from 1.
    pub number: i64,
    /// The lowest place of the log that it seals.
    pub first_seq: i64,
    /// The highest.
    pub last_seq: i64,
    /// How many events.
    pub count: i64,
    /// Their places, in the order of the seal: the first, then distances, between commas.
    pub seqs: String,
    /// Four bytes of each event's hash.
    pub marks: Vec<u8>,
    /// SHA-256 over the events' hashes.
    pub digest: [u8; 32],
    /// The hash of the seal before; zeros before the first.
    pub prev_hash: [u8; 32],
    /// SHA-256 over all of the above and the time.
    pub hash: [u8; 32],
    /// When it was made.
    pub sealed_at: Timestamp,
}

/// What a seal says of the events that it is checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many of them are in the log.
    pub events: u64,
    /// How many only left their hash.
    pub retired: u64,
}

impl Seal {
    /// Seals events, given by place and hash, on top of the seal before (its number and hash).
    pub fn over(
        chain: Uuid,
        before: Option<(i64, [u8; 32])>,
        events: &[(i64, [u8; 32])],
        now: Timestamp,
    ) -> Self {
        let (number, prev_hash) = before.map_or((1, [0; 32]), |(number, hash)| (number + 1, hash));
        let places = events.iter().map(|(seq, _)| *seq);
        let mut seal = Self {
            chain,
            number,
            first_seq: places.clone().min().unwrap_or_default(),
            last_seq: places.clone().max().unwrap_or_default(),
            count: i64::try_from(events.len()).unwrap_or(i64::MAX),
            seqs: deltas(places),
            marks: events.iter().flat_map(|(_, hash)| &hash[..MARK]).copied().collect(),
            digest: digest(events.iter().map(|(_, hash)| hash)),
            prev_hash,
            hash: [0; 32],
            sealed_at: now,
        };
        seal.hash = seal.own_hash();
        seal
    }

    /// The hash that the seal's fields give.
    fn own_hash(&self) -> [u8; 32] {
        let mut sum = Sha256::new();
        let lengths = [self.seqs.len() as u64, self.marks.len() as u64].map(u64::to_be_bytes);
        let numbers =
            [self.number, self.first_seq, self.last_seq, self.count, self.sealed_at.as_microsecond()]
                .map(i64::to_be_bytes);
        sum.update(FORMAT);
        sum.update(self.chain.as_bytes());
        sum.update(numbers.as_flattened());
        sum.update(lengths.as_flattened());
        sum.update(&self.seqs);
        sum.update(&self.marks);
        sum.update(self.digest);
        sum.update(self.prev_hash);
        sum.finalize().into()
    }

    /// The places that it seals, in its order; none when the text is no list of numbers.
    pub fn places(&self) -> Option<Vec<i64>> {
        let mut at = 0i64;
        self.seqs
            .split(',')
            .map(|step| {
                at = at.checked_add(step.parse().ok()?)?;
                Some(at)
            })
            .collect()
    }

    /// Checks that the seal is what it was, and stands on the one before.
    ///
    /// # Errors
    /// The place where the chain is broken.
    pub fn check_link(&self, before: Option<(i64, [u8; 32])>) -> Result<(), Broken> {
        let (number, prev_hash) = before.map_or((1, [0; 32]), |(number, hash)| (number + 1, hash));
        if self.number != number {
            return Err(Broken::SealMissing { seal: number });
        }
        if self.hash != self.own_hash() {
            return Err(Broken::SealChanged { seal: number });
        }
        if self.prev_hash != prev_hash {
            return Err(Broken::LinkBroken { seal: number });
        }
        Ok(())
    }

    /// Checks the sealed events. `hash_at` gives an event's hash as it is now, and whether that is all that
    /// retention has left of it; none when there is no such event.
    ///
    /// # Errors
    /// The place where the chain is broken.
    pub fn check_events(&self, hash_at: impl Fn(i64) -> Option<([u8; 32], bool)>) -> Result<Checked, Broken> {
        let seal = self.number;
        let places = self.places().ok_or(Broken::SealChanged { seal })?;
        let mut hashes = Vec::with_capacity(places.len());
        let mut checked = Checked { events: 0, retired: 0 };
        for (index, seq) in places.into_iter().enumerate() {
            let (hash, retired) = hash_at(seq).ok_or(Broken::EventMissing { seal, seq })?;
            if self.marks.get(index * MARK..(index + 1) * MARK) != Some(&hash[..MARK]) {
                return Err(Broken::EventChanged { seal, seq });
            }
            *(if retired { &mut checked.retired } else { &mut checked.events }) += 1;
            hashes.push(hash);
        }
        // Only a change that happens to keep the four bytes of its event comes this far.
        if self.digest != digest(hashes.iter()) {
            return Err(Broken::EventChanged { seal, seq: self.first_seq });
        }
        Ok(checked)
    }
}

fn digest<'a>(hashes: impl Iterator<Item = &'a [u8; 32]>) -> [u8; 32] {
    hashes.fold(Sha256::new(), |sum, hash| sum.chain_update(hash)).finalize().into()
}

fn deltas(places: impl Iterator<Item = i64>) -> String {
    let mut before = 0;
    let steps = places.map(|seq| {
        let step = seq - before;
        before = seq;
        step.to_string()
    });
    steps.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        let events = [(7, [1; 32]), (9, [2; 32]), (8, [3; 32])];
        Seal::over(Uuid::from_u128(1), None, &events, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_seal_knows_its_places_in_its_own_order() {
        let seal = seal();
        assert_eq!(seal.seqs, "7,2,-1");
        assert_eq!(seal.places(), Some(vec![7, 9, 8]));
        assert_eq!((seal.first_seq, seal.last_seq, seal.count), (7, 9, 3));
    }

    #[test]
    fn every_field_of_a_seal_is_sealed() {
        type Change = fn(&mut Seal);
        let changes: [Change; 11] = [
            |s| s.chain = Uuid::nil(),
            |s| s.number = 2,
            |s| s.first_seq += 1,
            |s| s.last_seq += 1,
            |s| s.count += 1,
            |s| s.seqs = "7,1,1".to_owned(),
            |s| s.marks[0] ^= 1,
            |s| s.digest[0] ^= 1,
            |s| s.prev_hash[0] ^= 1,
            |s| s.hash[0] ^= 1,
            |s| s.sealed_at = Timestamp::MAX,
        ];
        assert_eq!(seal().check_link(None), Ok(()));
        for (index, change) in changes.into_iter().enumerate() {
            let mut seal = seal();
            change(&mut seal);
            assert!(seal.check_link(None).is_err(), "change {index} went unnoticed");
        }
    }

    #[test]
    fn the_changed_event_is_named() {
        let hash = |seq: i64| Some(([[1; 32], [3; 32], [2; 32]][usize::try_from(seq - 7).unwrap()], false));
        assert_eq!(seal().check_events(hash), Ok(Checked { events: 3, retired: 0 }));
        let changed = |seq| if seq == 8 { Some(([9; 32], false)) } else { hash(seq) };
        assert_eq!(seal().check_events(changed), Err(Broken::EventChanged { seal: 1, seq: 8 }));
        let missing = |seq| if seq == 9 { None } else { hash(seq) };
        assert_eq!(seal().check_events(missing), Err(Broken::EventMissing { seal: 1, seq: 9 }));
    }
}
