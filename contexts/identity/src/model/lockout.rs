//! How long somebody waits who keeps guessing.

use usher_kernel::{SignedDuration, Timestamp};

/// Wrong passwords in a row that cost nothing.
pub const FREE_TRIES: i64 = 5;
/// The first wait.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// The longest wait: an owner who is locked out by somebody else must get in again.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// Failures this old are forgotten.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// What is known of the failures for one e-mail address or name, whether somebody has it or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// Wrong passwords in a row.
    pub count: i64,
    /// Refused until then, whatever the password.
    pub locked_until: Option<Timestamp>,
}

impl Failures {
    /// How long until the next try is looked at; none when it is now.
    pub fn wait(&self, now: Timestamp) -> Option<SignedDuration> {
        let until = self.locked_until.filter(|until| *until > now)?;
        Some(until.duration_since(now))
    }

    /// The failures after one more.
    pub fn and_one(self, now: Timestamp) -> Self {
        let count = self.count.saturating_add(1);
        if count < FREE_TRIES {
            return Self { count, locked_until: None };
        }
        // 30 s, 1 min, 2 min, 4 min, 8 min, then 15 min each.
        let doublings = u32::try_from(count - FREE_TRIES).unwrap_or(u32::MAX).min(10);
        let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
        Self { count, locked_until: now.checked_add(wait).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_failure_locks_and_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let now = Timestamp::UNIX_EPOCH;
        let mut failures = Failures::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            failures = failures.and_one(now);
            waits.push(failures.wait(now).map_or(0, |wait| wait.as_secs()));
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
    }

    #[test]
    fn a_wait_ends() {
        let now = Timestamp::UNIX_EPOCH;
        let locked = Failures { count: 4, locked_until: None }.and_one(now);
        assert!(locked.wait(now + SignedDuration::from_secs(29)).is_some());
        assert!(locked.wait(now + SignedDuration::from_secs(30)).is_none());
    }
}
