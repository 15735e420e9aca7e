//! The one source of randomness.

use std::cell::RefCell;

use jiff::Timestamp;
use uuid::Uuid;

/// A UUIDv7 of the moment `now`, with 74 random bits.
pub fn uuid_v7(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &id_bytes()).into_uuid()
}

/// Ten random bytes for an id, from a supply that each thread fetches for a hundred ids at a time: an
/// operation makes several, and asking the system costs more than the rest of making one. For ids
/// only; secrets come from [`bytes`], which keeps none in memory.
fn id_bytes() -> [u8; 10] {
    thread_local! {
        static SUPPLY: RefCell<([u8; 1000], usize)> = const { RefCell::new(([0; 1000], 1000)) };
    }
    SUPPLY.with_borrow_mut(|(supply, used)| {
        if *used == supply.len() {
            *supply = bytes();
            *used = 0;
        }
        let mut out = [0; 10];
        out.copy_from_slice(&supply[*used..*used + 10]);
        *used += 10;
        out
    })
}

/// `N` bytes from the operating system's secure generator.
///
/// # Panics
/// When the operating system has no randomness to give; nothing can be done safely then.
#[expect(clippy::expect_used, reason = "without randomness no secret may be made")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    getrandom::fill(&mut out).expect("the operating system gives randomness");
    out
}

/// A uniformly chosen index below `n`; 0 when `n` is 0.
pub fn below(n: u32) -> u32 {
    if n == 0 {
        return 0;
    }
    // Lemire's multiply-shift; the bias for n < 2^32 from a 64-bit draw is below 2^-32.
    let draw = u128::from(u64::from_le_bytes(bytes()));
    u32::try_from((draw * u128::from(n)) >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn ids_of_one_moment_differ_on_all_threads() {
        let make = || (0..1000).map(|_| super::uuid_v7(jiff::Timestamp::UNIX_EPOCH)).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(make)).collect();
        let ids: HashSet<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 4000);
    }
}
