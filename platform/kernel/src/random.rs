//! The one source of randomness.

use jiff::Timestamp;
use uuid::Uuid;

/// A UUIDv7 of the moment `now`, with 74 random bits.
pub fn uuid_v7(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let random: [u8; 10] = bytes();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
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
