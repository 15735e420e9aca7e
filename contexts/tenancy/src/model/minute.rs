//! A time of day on a door, to the minute.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Minutes since midnight, 0 to 1440, written `HH:MM`; 1440 is `24:00`, the day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(u16);

/// The text is no time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time of day such as 08:30")]
pub struct NotATime(String);

impl Minute {
    /// Minutes of one day.
    pub const DAY: u16 = 24 * 60;
    /// 00:00, the day's beginning.
    pub const MIDNIGHT: Self = Self(0);
    /// 24:00, the day's end.
    pub const END_OF_DAY: Self = Self(Self::DAY);

    /// The time `hour:minute`; none when it is not on the clock.
    pub const fn at(hour: u16, minute: u16) -> Option<Self> {
        if hour < 24 && minute < 60 || hour == 24 && minute == 0 {
            Some(Self(hour * 60 + minute))
        } else {
            None
        }
    }

    /// Minutes since midnight.
    pub const fn of_day(self) -> u16 {
        self.0
    }
}

impl FromStr for Minute {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let refused = || NotATime(text.to_owned());
        let digits = |part: &str| -> Option<u16> {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let mut parts = text.split(':');
        let (Some(hour), Some(minute)) = (parts.next().and_then(digits), parts.next().and_then(digits))
        else {
            return Err(refused());
        };
        // Seconds are accepted as the `time` inputs of browsers write them, if they are zero.
        match (parts.next(), parts.next()) {
            (None | Some("00"), None) => Self::at(hour, minute).ok_or_else(refused),
            _ => Err(refused()),
        }
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Minute {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "TimeOfDay".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$",
            "examples": ["08:30"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_times_of_day() {
        for (text, minutes) in
            [("00:00", 0), ("08:30", 510), ("23:59", 1439), ("24:00", 1440), ("08:30:00", 510)]
        {
            assert_eq!(text.parse::<Minute>().map(Minute::of_day), Ok(minutes), "{text}");
        }
        assert_eq!("08:05".parse::<Minute>().unwrap().to_string(), "08:05");
        assert_eq!(Minute::END_OF_DAY.to_string(), "24:00");
    }

    #[test]
    fn refuses_what_is_not_on_the_clock() {
        for text in
            ["", "8:30", "24:01", "25:00", "12:60", "+8:30", "08-30", "08:30:01", "08:30:00:00", "１2:00"]
        {
            assert!(text.parse::<Minute>().is_err(), "{text}");
        }
    }
}
