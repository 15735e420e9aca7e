//! Feedback on how long people really waited, as zeroQ's clients send it.

use serde_json::Value;
use usher_db::{DbError, Tx};
use usher_events::{EventId, NewEvent, append};
use usher_kernel::{Fault, FaultKind, FieldFault, SiteId};
use usher_queueing::model::{QueueId, ServiceId};

use crate::events::{FEEDBACK, FeedbackFact};

/// Hours in which many come, where nothing else is known: around noon and in the late afternoon.
const PEAK_HOURS: [i64; 7] = [10, 11, 12, 13, 16, 17, 18];
/// No wait is believed beyond a day.
const LONGEST: f64 = 1440.0;

/// One row of feedback, as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) service_type: String,
    pub(crate) actual_time: f64,
    pub(crate) time_of_day: Option<i64>,
    pub(crate) queue_length: Option<f64>,
    pub(crate) avg_service_time: Option<f64>,
    pub(crate) day_of_week: Option<i64>,
}

/// Where the feedback belongs, and what stands in for what was left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) site: SiteId,
    pub(crate) queue: QueueId,
    pub(crate) service: ServiceId,
    pub(crate) hour: i64,
    pub(crate) weekday: i64,
    pub(crate) service_minutes: f64,
}

fn refused(code: &'static str, text: &str) -> Fault {
    Fault::new(FaultKind::Invalid, code, text)
}

/// The rows of a body.
///
/// # Errors
/// The refusals that zeroQ documents, word for word; of a value that cannot be the field says what can.
pub(crate) fn rows(body: &[u8]) -> Result<Vec<Row>, Fault> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        // What Python writes for such a number is no JSON.
        Err(_) if says_nan(body) => return Err(not_a_number()),
        Err(error) => {
            let text = format!("The body is not JSON: {error}.");
            return Err(Fault::new(FaultKind::Malformed, "malformed_json", text));
        }
    };
    match value {
        Value::Array(rows) if rows.is_empty() => Err(refused("empty_feedback", "Empty feedback dataset")),
        Value::Array(rows) if rows.len() > 200 => {
            Err(refused("too_many_rows", "Send at most 200 rows at once."))
        }
        Value::Array(rows) => rows.iter().map(row).collect(),
        one => Ok(vec![row(&one)?]),
    }
}

fn says_nan(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let mut bare = text.split('"').step_by(2);
    bare.any(|part| part.contains("NaN") || part.contains("Infinity"))
}

/// What the document says to values that cannot be.
const INVALID: &str = "Invalid (NaN) values in feedback data.";

fn not_a_number() -> Fault {
    refused("not_a_number", INVALID)
}

/// A number that cannot be: in the document's words, with the range beside the field.
fn absurd(field: &str, low: f64, high: f64) -> Fault {
    let message = format!("Give a number from {low} to {high}.");
    let fault = FieldFault { field: field.to_owned(), code: "out_of_range", message };
    refused("invalid_field", INVALID).with_field(fault)
}

fn row(value: &Value) -> Result<Row, Fault> {
    const KNOWN: [&str; 6] =
        ["service_type", "actual_time", "time_of_day", "queue_length", "avg_service_time", "day_of_week"];
    let missing =
        |field| refused("required", "Missing required fields: service_type or actual_time").at(field);
    let Some(members) = value.as_object() else { return Err(missing("service_type")) };
    if let Some(unknown) = members.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        let text = format!("There is no field {unknown}. Known are {}.", KNOWN.join(", "));
        return Err(Fault::field(unknown.clone(), "unknown_field", text));
    }
    let given = |name: &str| members.get(name).filter(|value| !value.is_null());
    let service_type = match given("service_type") {
        None => return Err(missing("service_type")),
        Some(Value::String(name)) if name.trim().is_empty() => return Err(missing("service_type")),
        Some(Value::String(name)) if name.chars().count() <= 120 && !name.contains('\0') => name.clone(),
        Some(_) => return Err(Fault::field("service_type", "wrong_type", "Give the name of a service.")),
    };
    let number = |name: &'static str, low: f64, high: f64| match given(name).map(number_of) {
        None => Ok(None),
        Some(None) => Err(Fault::field(name, "wrong_type", format!("{name} must be a number."))),
        Some(Some(number)) if !number.is_finite() => Err(not_a_number().at(name)),
        Some(Some(number)) if !(low..=high).contains(&number) => Err(absurd(name, low, high)),
        Some(Some(number)) => Ok(Some(number)),
    };
    let whole = |name: &'static str, high: f64| match number(name, 0.0, high)? {
        Some(value) if value.fract() != 0.0 => {
            Err(Fault::field(name, "wrong_type", format!("{name} must be a whole number.")))
        }
        #[expect(clippy::cast_possible_truncation, reason = "0 to 23")]
        value => Ok(value.map(|value| value as i64)),
    };
    Ok(Row {
        service_type,
        actual_time: number("actual_time", 0.0, LONGEST)?.ok_or_else(|| missing("actual_time"))?,
        time_of_day: whole("time_of_day", 23.0)?,
        queue_length: number("queue_length", 0.0, 100_000.0)?,
        avg_service_time: number("avg_service_time", 0.0, LONGEST)?,
        day_of_week: whole("day_of_week", 6.0)?,
    })
}

/// A number, or its name where it has none in JSON.
fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Keeps one row and has every node learn from it.
///
/// # Errors
/// The database failed.
pub(crate) fn keep(tx: &mut Tx<'_>, row: &Row, place: &Place) -> Result<f64, DbError> {
    let hour = row.time_of_day.unwrap_or(place.hour);
    let fact = FeedbackFact {
        queue_id: place.queue,
        service_id: place.service,
        service_type: row.service_type.clone(),
        actual_time: row.actual_time,
        time_of_day: hour,
        queue_length: row.queue_length.unwrap_or(0.0),
        avg_service_time: row.avg_service_time.unwrap_or(place.service_minutes),
        service_time_given: row.avg_service_time.is_some(),
        day_of_week: row.day_of_week.unwrap_or(place.weekday),
        peak_hour: PEAK_HOURS.contains(&hour),
    };
    let id = EventId::generate(tx.now()).uuid();
    append(tx, NewEvent::new(FEEDBACK, 1, ("estimate_feedback", id), 0, &fact).at_site(place.site))?;
    Ok(fact.avg_service_time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &str) -> String {
        rows(body.as_bytes()).unwrap_err().detail().to_owned()
    }

    #[test]
    fn the_documents_refusals_word_for_word() {
        let missing = "Missing required fields: service_type or actual_time";
        assert_eq!(told(""), missing);
        assert_eq!(told(r#"{"service_type": "Withdrawal"}"#), missing);
        assert_eq!(told(r#"{"actual_time": 3}"#), missing);
        assert_eq!(told(r#"{"service_type": " ", "actual_time": 3}"#), missing);
        assert_eq!(told("7"), missing);
        assert_eq!(told("[]"), "Empty feedback dataset");
        let nan = "Invalid (NaN) values in feedback data.";
        assert_eq!(told(r#"{"service_type": "Withdrawal", "actual_time": NaN}"#), nan);
        assert_eq!(told(r#"{"service_type": "Withdrawal", "actual_time": "nan"}"#), nan);
        assert_eq!(
            told(r#"{"service_type": "Withdrawal", "actual_time": 1, "queue_length": -Infinity}"#),
            nan
        );
    }

    #[test]
    fn absurd_values_are_refused_in_the_documents_words_and_by_name() {
        for (member, field, range) in [
            (r#""actual_time": -1"#, "actual_time", "0 to 1440"),
            (r#""actual_time": "-0.5""#, "actual_time", "0 to 1440"),
            (r#""actual_time": 1441"#, "actual_time", "0 to 1440"),
            (r#""actual_time": 1, "queue_length": -3"#, "queue_length", "0 to 100000"),
            (r#""actual_time": 1, "queue_length": 1e9"#, "queue_length", "0 to 100000"),
            (r#""actual_time": 1, "avg_service_time": -2.5"#, "avg_service_time", "0 to 1440"),
            (r#""actual_time": 1, "time_of_day": 24"#, "time_of_day", "0 to 23"),
            (r#""actual_time": 1, "day_of_week": 7"#, "day_of_week", "0 to 6"),
        ] {
            let body = format!(r#"{{"service_type": "Withdrawal", {member}}}"#);
            let fault = rows(body.as_bytes()).unwrap_err();
            assert_eq!(fault.detail(), "Invalid (NaN) values in feedback data.", "{body}");
            let told = &fault.field_faults()[0];
            assert_eq!((&*told.field, told.code), (field, "out_of_range"), "{body}");
            assert_eq!(told.message, format!("Give a number from {range}."), "{body}");
        }
        // Of what is no number, or none of its fields, the document says nothing.
        for (member, field) in [
            (r#""actual_time": true"#, "actual_time"),
            (r#""actual_time": 1, "time_of_day": 1.5"#, "time_of_day"),
            (r#""actual_time": 1, "colour": 7"#, "colour"),
        ] {
            let body = format!(r#"{{"service_type": "Withdrawal", {member}}}"#);
            let fault = rows(body.as_bytes()).unwrap_err();
            assert_eq!(fault.field_faults()[0].field, field, "{body}");
        }
    }

    #[test]
    fn what_is_left_out_stays_out() {
        let body = r#"{"service_type": "Withdrawal", "actual_time": 12.5, "queue_length": null}"#;
        let row = &rows(body.as_bytes()).unwrap()[0];
        assert_eq!((row.actual_time, row.queue_length, row.time_of_day), (12.5, None, None));
    }
}
