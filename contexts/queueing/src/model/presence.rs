//! Whether somebody in line is still there.
//!
//! Only who has opened their ticket's page can be asked, so only they can be silent: whoever holds nothing but paper
//! never is. Who is silent stays in line at their place and is called like everybody; they only lengthen nobody's
//! estimate.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{SignedDuration, Timestamp};

use super::Ticket;

/// What is known of somebody whose ticket's page was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Presence {
    /// When their page asked whether they still come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// Whether they have shown since then that they do.
    #[serde(default)]
    pub answered: bool,
    /// Whether they let the time for an answer pass: probably gone.
    #[serde(default)]
    pub silent: bool,
}

impl Presence {
    /// What is known of a ticket's person; none when its page was never opened.
    pub fn of(t: &Ticket) -> Option<Self> {
        let extra = t.extra.as_ref().filter(|extra| extra.paged)?;
        let answered = extra.asked_at.is_some_and(|asked| extra.seen_at.is_some_and(|seen| seen >= asked));
        Some(Self { asked_at: extra.asked_at, answered, silent: extra.silent_since.is_some() })
    }

    /// Whether the question stands.
    pub fn is_asked(&self) -> bool {
        self.asked_at.is_some() && !self.answered
    }

    /// Whether the time for an answer has passed unused.
    pub fn is_overdue(&self, minutes: i64, now: Timestamp) -> bool {
        let patience = SignedDuration::from_mins(minutes);
        !self.silent && !self.answered && self.asked_at.is_some_and(|at| now.duration_since(at) >= patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_begins_when_the_time_for_an_answer_is_over() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let asked = Presence { asked_at: Some(at(0)), ..Presence::default() };
        assert!(asked.is_asked());
        assert!(!asked.is_overdue(3, at(179)) && asked.is_overdue(3, at(180)));
        let answered = Presence { answered: true, ..asked };
        assert!(!answered.is_asked() && !answered.is_overdue(3, at(999)));
        assert!(!Presence { silent: true, ..asked }.is_overdue(3, at(999)), "once");
        assert!(!Presence::default().is_overdue(3, at(999)), "never asked");
    }
}
