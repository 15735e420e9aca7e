//! How a device is set up from afar: what its screens read, checked before it is kept.
//!
//! Members that are not named here are kept as they are, for programs that set up devices of their own.

use serde_json::{Map, Value};
use usher_kernel::FieldFault;
use usher_tenancy::model::is_locale;

/// The most pictures and films of a media strip.
const MOST_MEDIA: usize = 50;
/// The most sites of one display.
const MOST_SITES: usize = 12;
/// The most counters whose calls alone a display shows.
const MOST_COUNTERS: usize = 50;

/// How a display divides its screen.
const LAYOUTS: [&str; 3] = ["calls", "split", "waits"];

/// What is wrong with a configuration, member by member, as fields `config.…`.
pub(super) fn faults(config: &Map<String, Value>) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (name, value) in config {
        if let Some((code, message)) = fault_of(name, value) {
            faults.push(FieldFault { field: format!("config.{name}"), code, message });
        }
    }
    faults
}

type Wrong = Option<(&'static str, String)>;

fn fault_of(name: &str, value: &Value) -> Wrong {
    match name {
        "diagonal_inches" => number(value, 3.0, 300.0),
        "distance_m" => number(value, 0.5, 100.0),
        "idle_seconds" => whole(value, 10, 600),
        "offline_numbers" => whole(value, 0, 50),
        "printer" | "ask_phone" | "maintenance" | "spoken" | "scanner" | "join_code" => flag(value),
        "paper" => word(value, &["ok", "low", "out"]),
        "layout" => word(value, &LAYOUTS),
        "quiet_from" | "quiet_to" => (!value.as_str().is_some_and(is_time))
            .then(|| ("not_a_time", "Give a time such as 08:30.".to_owned())),
        "public_url" => (!value.as_str().is_some_and(|url| is_address(url, &["https://", "http://"])))
            .then(|| ("not_an_address", "Give an address that begins with https://.".to_owned())),
        "printer_address" => value
            .as_str()
            .is_none_or(|text| text.parse::<std::net::SocketAddr>().is_err())
            .then(|| ("not_a_printer", "Give address and port, such as 192.168.1.50:9100.".to_owned())),
        "languages" => list(value, 10, is_locale),
        "counters" => list(value, MOST_COUNTERS, |id| id.parse::<uuid::Uuid>().is_ok()),
        "sites" => list(value, MOST_SITES, |id| id.parse::<uuid::Uuid>().is_ok()),
        "media" => media(value),
        _ => None,
    }
}

fn number(value: &Value, least: f64, most: f64) -> Wrong {
    let sound = value.as_f64().is_some_and(|n| (least..=most).contains(&n));
    (!sound).then(|| ("out_of_range", format!("Between {least} and {most}.")))
}

fn whole(value: &Value, least: i64, most: i64) -> Wrong {
    let sound = value.as_i64().is_some_and(|n| (least..=most).contains(&n));
    (!sound).then(|| ("out_of_range", format!("A whole number between {least} and {most}.")))
}

fn flag(value: &Value) -> Wrong {
    (!value.is_boolean()).then(|| ("invalid_value", "Either true or false.".to_owned()))
}

fn word(value: &Value, words: &[&str]) -> Wrong {
    let sound = value.as_str().is_some_and(|word| words.contains(&word));
    (!sound).then(|| ("unknown", format!("One of {}.", words.join(", "))))
}

fn list(value: &Value, most: usize, sound: impl Fn(&str) -> bool) -> Wrong {
    let items = value.as_array().filter(|items| items.len() <= most);
    let all = items.is_some_and(|items| items.iter().all(|one| one.as_str().is_some_and(&sound)));
    (!all).then(|| ("invalid_value", format!("A list of at most {most} entries, each of its kind.")))
}

/// `{ "url", "kind"?, "seconds"?, "alt"? }`, each at our own address or one by TLS: boards load nothing else.
fn media(value: &Value) -> Wrong {
    let Some(items) = value.as_array().filter(|items| items.len() <= MOST_MEDIA) else {
        return Some(("too_many", format!("A list of at most {MOST_MEDIA} pictures and films.")));
    };
    for item in items {
        let url = item["url"].as_str().is_some_and(|url| is_address(url, &["https://", "/"]));
        let kind = item.get("kind").is_none_or(|kind| kind == "image" || kind == "video");
        let seconds =
            item.get("seconds").is_none_or(|n| n.as_f64().is_some_and(|n| (2.0..=600.0).contains(&n)));
        let alt =
            item.get("alt").is_none_or(|alt| alt.as_str().is_some_and(|alt| alt.chars().count() <= 200));
        if !url {
            return Some(("not_an_address", "Each needs an address that begins with https://.".to_owned()));
        }
        if !(kind && seconds && alt) {
            let text = "`kind` is image or video, `seconds` between 2 and 600, `alt` at most 200 letters.";
            return Some(("invalid_value", text.to_owned()));
        }
    }
    None
}

fn is_time(text: &str) -> bool {
    let parts = text.split_once(':').filter(|(hour, minute)| hour.len() == 2 && minute.len() == 2);
    parts.is_some_and(|(hour, minute)| {
        let below = |text: &str, most: u8| text.parse::<u8>().is_ok_and(|n| n < most);
        below(hour, 24) && below(minute, 60)
    })
}

fn is_address(text: &str, starts: &[&str]) -> bool {
    text.len() <= 500
        && starts.iter().any(|start| text.len() > start.len() && text.starts_with(start))
        && !text.starts_with("//")
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(config: &Value) -> Vec<String> {
        faults(config.as_object().unwrap()).into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn what_devices_understand_is_kept() {
        let sound = json!({
            "diagonal_inches": 21.5, "distance_m": 8, "idle_seconds": 40, "offline_numbers": 10, "printer": true, "printer_address": "10.0.0.7:9100",
            "layout": "split", "quiet_from": "20:00", "public_url": "https://q.example",
            "languages": ["de", "en-GB"], "sites": ["0190a0a0-0000-7000-8000-000000000001"],
            "counters": ["0190a0a0-0000-7000-8000-000000000002"],
            "media": [{ "url": "/files/a.png" }, { "url": "https://x.example/a.mp4", "kind": "video", "seconds": 9 }],
            "theirs": { "anything": [1, 2] },
        });
        assert!(of(&sound).is_empty(), "{:?}", of(&sound));
    }

    #[test]
    fn what_they_would_stumble_over_is_named() {
        for (name, value) in [
            ("diagonal_inches", json!("big")),
            ("diagonal_inches", json!(0)),
            ("distance_m", json!(1e9)),
            ("idle_seconds", json!(9.5)),
            ("offline_numbers", json!(51)),
            ("printer", json!("yes")),
            ("paper", json!("wet")),
            ("layout", json!("round")),
            ("printer_address", json!("printer.example:9100")),
            ("quiet_from", json!("8:30")),
            ("quiet_to", json!("24:00")),
            ("public_url", json!("javascript:alert(1)")),
            ("languages", json!(["English"])),
            ("sites", json!(["main"])),
            ("counters", json!(["3"])),
            ("counters", json!("0190a0a0-0000-7000-8000-000000000002")),
            ("media", json!([{ "url": "http://x.example/a.png" }])),
            ("media", json!([{ "url": "//x.example/a.png" }])),
            ("media", json!([{ "url": "/a.png", "kind": "page" }])),
            ("media", json!([{ "url": "/a.png", "seconds": 0 }])),
            ("media", json!({})),
            ("media", json!(["/a.png"])),
        ] {
            assert_eq!(of(&json!({ name: value })), [format!("config.{name}")], "{value}");
        }
    }
}
