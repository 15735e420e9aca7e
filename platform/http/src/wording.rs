//! What is wrong with a value, in words for people: serde and the crates behind it speak to programmers.

use usher_kernel::Timestamp;

/// What stands where a value was refused.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found<'a> {
    /// The text, where it is one.
    pub(crate) text: Option<&'a str>,
    /// Whether a date was wanted there.
    pub(crate) date: bool,
}

/// The code and text of a refusal of `field`, from what its deserializer said of what it found there.
pub(crate) fn of_value(field: &str, message: &str, found: Found<'_>) -> (&'static str, String) {
    let told = message
        .strip_prefix("invalid type: ")
        .map(|rest| ("wrong_type", rest))
        .or_else(|| message.strip_prefix("invalid value: ").map(|rest| ("invalid_value", rest)));
    if let Some((code, rest)) = told
        && let Some((found, wanted)) = rest.rsplit_once(", expected ")
    {
        return (code, format!("{field} must be {}, not {}.", expected(wanted), unexpected(found)));
    }
    if message.starts_with("UUID parsing failed") {
        return (
            "invalid_value",
            format!("{field} must be an id such as 01890a5d-ac96-774b-bcce-b302099a8057."),
        );
    }
    if found.date {
        return ("invalid_value", format!("{field} must be a date such as 2026-12-25."));
    }
    // It does not say that it wanted a time; but it says the same of the same text.
    let time = found.text.map(str::parse::<Timestamp>);
    if time.is_some_and(|read| read.is_err_and(|error| error.to_string() == message)) {
        return ("invalid_value", format!("{field} must be a time such as 2026-11-25T09:00:00Z."));
    }
    if message.starts_with("unknown variant") {
        return ("unknown_value", format!("{field}: {message}."));
    }
    ("invalid_value", format!("{field}: {message}."))
}

/// What serde wanted.
fn expected(wanted: &str) -> String {
    match wanted {
        "i64" | "isize" => "a whole number".to_owned(),
        "u64" | "usize" => "a whole number, not negative".to_owned(),
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "i32" => format!("a whole number from {} to {}", i32::MIN, i32::MAX),
        "f64" | "f32" => "a number".to_owned(),
        "a string" | "str" | "string" => "text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        other if other.starts_with("struct ") || other.starts_with("internally tagged") => {
            "an object".to_owned()
        }
        other => other.to_owned(),
    }
}

/// What serde found: `integer `5``, `string "x"`, `null`.
fn unexpected(found: &str) -> String {
    const LONGEST: usize = 40;
    let plain = match found {
        "sequence" => "a list",
        "map" => "an object",
        "null" | "unit value" => "null",
        other => match other.split_once('`').and_then(|(_, rest)| rest.strip_suffix('`')) {
            Some(value) => value,
            None => other.strip_prefix("string ").unwrap_or(other),
        },
    };
    if plain.chars().count() <= LONGEST {
        return plain.to_owned();
    }
    plain.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};
    use usher_kernel::{SiteId, Timestamp};

    use super::*;

    fn said<T: for<'de> Deserialize<'de>>(value: &Value) -> String {
        match T::deserialize(value) {
            Ok(_) => panic!("it was taken"),
            Err(error) => of_value("x", &error.to_string(), Found { text: value.as_str(), date: false }).1,
        }
    }

    #[test]
    fn types_are_named_as_people_name_them() {
        assert_eq!(said::<i64>(&json!(1.5)), "x must be a whole number, not 1.5.");
        assert_eq!(said::<i64>(&json!("1")), "x must be a whole number, not \"1\".");
        assert_eq!(said::<u32>(&json!(-1)), "x must be a whole number from 0 to 4294967295, not -1.");
        assert_eq!(said::<f64>(&json!(null)), "x must be a number, not null.");
        assert_eq!(said::<String>(&json!(5)), "x must be text, not 5.");
        assert_eq!(said::<String>(&json!({})), "x must be text, not an object.");
        assert_eq!(said::<bool>(&json!([])), "x must be true or false, not a list.");
        assert_eq!(said::<Vec<i64>>(&json!(true)), "x must be a list, not true.");
        #[derive(Debug, Deserialize)]
        struct Inner {}
        assert_eq!(said::<Inner>(&json!(null)), "x must be an object, not null.");
        let long = said::<i64>(&json!("a".repeat(500)));
        assert!(long.len() < 100, "{long}");
    }

    #[test]
    fn ids_and_times_show_what_one_looks_like() {
        for id in
            ["", "what", "01890a5d-ac96-774b-bcce-b302099a805", "\0", "01890a5d-ac96-774b-bcce-b302099a805g"]
        {
            assert!(said::<SiteId>(&json!(id)).contains("an id such as"), "{id:?}");
        }
        for time in [
            "",
            "yesterday",
            "2026-11-25",
            "2026-13-01T00:00:00Z",
            "2026-11-25T09:00:00",
            "99999-01-01T00:00:00Z",
            "2026-11-25T09:00:00Zx",
            "12",
        ] {
            assert!(
                said::<Timestamp>(&json!(time)).contains("a time such as"),
                "{time:?}: {}",
                said::<Timestamp>(&json!(time))
            );
        }
    }
}
