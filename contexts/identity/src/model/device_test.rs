//! Tests of a device: somebody has it print, chime or speak, and it says how that went.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{SignedDuration, Timestamp, text_enum};
use uuid::Uuid;

use super::DeviceType;

/// A test that is not answered within this time stays without an answer: nobody stands by any more.
pub const TEST_LIFE: SignedDuration = SignedDuration::from_secs(60);

text_enum! {
    /// What a device is to show that it can.
    pub enum DeviceTask {
        /// Print a slip.
        Print = "print",
        /// Play the chime that a call begins with.
        Chime = "chime",
        /// Speak a sentence.
        Voice = "voice",
    }
}

text_enum! {
    /// How a test went, as far as the device can know it.
    pub enum TestOutcome {
        /// It did what was asked.
        Done = "done",
        /// Its browser gives it no sound until somebody touches the screen.
        Blocked = "blocked",
        /// It has no voice for the language, or none finished in time.
        NoVoice = "no_voice",
        /// No printer is set up.
        NoPrinter = "no_printer",
        /// The printer has no paper.
        NoPaper = "no_paper",
        /// The printer does not answer, or may not be reached.
        PrinterAway = "printer_away",
        /// Somebody is being served there just now.
        Busy = "busy",
        /// Something else stood in the way.
        Failed = "failed",
    }
}

/// The newest test of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceTest {
    /// Its id, with which the device answers.
    pub id: Uuid,
    /// What was asked.
    pub what: DeviceTask,
    /// When.
    pub asked_at: Timestamp,
    /// How it went; null until the device has answered.
    pub outcome: Option<TestOutcome>,
    /// When the device answered.
    pub answered_at: Option<Timestamp>,
}

/// What is to be tested.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskTest {
    /// What the device is to do.
    pub what: DeviceTask,
}

/// How a test went.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerTest {
    /// How.
    pub outcome: TestOutcome,
}

impl DeviceTest {
    /// Whether the device may still say how it went, at `now`.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.outcome.is_none() && now.duration_since(self.asked_at) < TEST_LIFE
    }
}

impl DeviceType {
    /// Whether a device of this type can be asked to do it.
    pub const fn can(self, what: DeviceTask) -> bool {
        match self {
            Self::Kiosk => true,
            Self::Display => !matches!(what, DeviceTask::Print),
            Self::Till | Self::Printer => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screens_do_what_they_have() {
        let can = |kind: DeviceType| {
            DeviceTask::ALL
                .iter()
                .filter(|what| kind.can(**what))
                .map(|what| what.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(can(DeviceType::Kiosk), ["print", "chime", "voice"]);
        assert_eq!(can(DeviceType::Display), ["chime", "voice"]);
        assert_eq!(can(DeviceType::Till), [""; 0]);
    }

    #[test]
    fn a_test_is_answered_once_and_within_a_minute() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let what = DeviceTask::Chime;
        let test = DeviceTest { id: Uuid::nil(), what, asked_at: at(0), outcome: None, answered_at: None };
        assert!(test.is_open(at(59)) && !test.is_open(at(60)));
        let answered = DeviceTest { outcome: Some(TestOutcome::Done), answered_at: Some(at(1)), ..test };
        assert!(!answered.is_open(at(2)));
    }
}
