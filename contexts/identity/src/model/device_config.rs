//! How a device is set up from afar: what its screens read, checked before it is kept.
//!
//! Members that are not named here are kept as they are, for programs that set up devices of their own.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use usher_kernel::{FieldFault, text_enum};
use usher_tenancy::model::is_locale;
use uuid::Uuid;

use super::device::{DeviceType, Paper};

/// The most pictures and films of a media strip.
const MOST_MEDIA: usize = 50;
/// The most sites of one display.
const MOST_SITES: usize = 12;
/// The most counters whose calls alone a display shows.
const MOST_COUNTERS: usize = 50;

text_enum! {
    /// How a display divides its screen.
    pub enum DisplayLayout {
        /// Calls first.
        Calls = "calls",
        /// Calls beside pictures and films.
        Split = "split",
        /// Waits first.
        Waits = "waits",
        /// One counter alone, large: for the screen above it. `counters` names that one.
        Counter = "counter",
    }
}

text_enum! {
    /// What a display shows beside its calls.
    pub enum MediaKind {
        /// A picture.
        Image = "image",
        /// A film, which is played without its sound.
        Video = "video",
    }
}

/// A picture or film of a display.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MediaItem {
    /// Its address: by TLS, or a path of this installation.
    #[schemars(length(max = 500))]
    pub url: String,
    /// What it is; told by its address when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MediaKind")]
    pub kind: Option<MediaKind>,
    /// For how many seconds it is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", range(min = 2, max = 600))]
    pub seconds: Option<f64>,
    /// What is on it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(max = 200))]
    pub alt: Option<String>,
}

/// How a device is set up. Any member may be absent; others than these are kept as they are, for programs that set up
/// devices of their own.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(default)]
#[schemars(extend("additionalProperties" = true))]
pub struct DeviceConfig {
    /// The diagonal of its screen in inches.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", range(min = 3, max = 300))]
    pub diagonal_inches: Option<f64>,
    /// How far away the farthest seat of a board is, in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", range(min = 0.5, max = 100))]
    pub distance_m: Option<f64>,
    /// After how many seconds without a touch a kiosk asks whether somebody is still there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", range(min = 10, max = 600))]
    pub idle_seconds: Option<i64>,
    /// How many numbers of each line a kiosk keeps for a time without the network; 0 for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", range(min = 0, max = 50))]
    pub offline_numbers: Option<i64>,
    /// Whether a receipt printer is attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub printer: Option<bool>,
    /// The printer on record at which the server prints a kiosk's tickets; it goes before an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Uuid")]
    pub printer_id: Option<Uuid>,
    /// A receipt printer on the network, such as `192.168.1.50:9100`; the server prints there. Where the printer itself is
    /// on record, its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub printer_address: Option<String>,
    /// How the paper stands, for printers that cannot say it themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Paper")]
    pub paper: Option<Paper>,
    /// Whether a kiosk asks for a mobile number before it gives a ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub ask_phone: Option<bool>,
    /// Whether it is out of order and says so instead of serving.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub maintenance: Option<bool>,
    /// Whether a kiosk speaks from the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub spoken: Option<bool>,
    /// Whether a kiosk has a camera for codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub scanner: Option<bool>,
    /// Whether a display shows the code with which people at the site join a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub join_code: Option<bool>,
    /// The languages of its screen, where they are not the tenant's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>", length(max = 10))]
    pub languages: Option<Vec<String>>,
    /// How a display divides its screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DisplayLayout")]
    pub layout: Option<DisplayLayout>,
    /// The counters whose calls alone a display shows; all of its sites when absent. One above a counter names that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Uuid>", length(max = 50))]
    pub counters: Option<Vec<Uuid>>,
    /// Further sites whose calls a display shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<Uuid>", length(max = 12))]
    pub sites: Option<Vec<Uuid>>,
    /// Whether a display chimes and speaks; false for one that stands where another is heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub sound: Option<bool>,
    /// What a display shows under its calls, without sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<MediaItem>", length(max = 50))]
    pub media: Option<Vec<MediaItem>>,
    /// From when on a display hardly makes a sound, by the site's clock, such as `20:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub quiet_from: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub quiet_to: Option<String>,
    /// Where phones reach this installation, when that is not the screen's own address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(max = 500))]
    pub public_url: Option<String>,
}

/// What is wrong with the configuration of a device, member by member, as fields `config.…`.
pub(super) fn faults(kind: DeviceType, config: &Map<String, Value>) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for (name, value) in config {
        if let Some((code, message)) = fault_of(name, value) {
            faults.push(FieldFault { field: format!("config.{name}"), code, message });
        }
    }
    let sound = |name: &str| faults.iter().all(|fault: &FieldFault| fault.field != format!("config.{name}"));
    let mut missing = Vec::new();
    let mut lacks = |name: &str, code, message: &str| {
        if sound(name) {
            let field = format!("config.{name}");
            missing.push(FieldFault { field, code, message: message.to_owned() });
        }
    };
    let above_a_counter =
        config.get("layout").and_then(Value::as_str) == Some(DisplayLayout::Counter.as_str());
    let counters = config.get("counters").and_then(Value::as_array).map_or(0, Vec::len);
    if above_a_counter && counters != 1 {
        lacks("counters", "one_counter", "A display above a counter names that one counter.");
    }
    if kind == DeviceType::Printer && !config.contains_key("printer_address") {
        let message = "Give the printer's address and port, such as 192.168.1.50:9100.";
        lacks("printer_address", "required", message);
    }
    faults.append(&mut missing);
    faults
}

type Wrong = Option<(&'static str, String)>;

fn fault_of(name: &str, value: &Value) -> Wrong {
    match name {
        "diagonal_inches" => number(value, 3.0, 300.0),
        "distance_m" => number(value, 0.5, 100.0),
        "idle_seconds" => whole(value, 10, 600),
        "offline_numbers" => whole(value, 0, 50),
        "printer" | "ask_phone" | "maintenance" | "spoken" | "scanner" | "join_code" | "sound" => flag(value),
        "paper" => word(value, Paper::ALL.iter().map(|paper| paper.as_str())),
        "layout" => word(value, DisplayLayout::ALL.iter().map(|layout| layout.as_str())),
        "quiet_from" | "quiet_to" => (!value.as_str().is_some_and(is_time))
            .then(|| ("not_a_time", "Give a time such as 08:30.".to_owned())),
        "public_url" => (!value.as_str().is_some_and(|url| is_address(url, &["https://", "http://"])))
            .then(|| ("not_an_address", "Give an address that begins with https://.".to_owned())),
        "printer_address" => value
            .as_str()
            .is_none_or(|text| text.parse::<std::net::SocketAddr>().is_err())
            .then(|| ("not_a_printer", "Give address and port, such as 192.168.1.50:9100.".to_owned())),
        "printer_id" => value
            .as_str()
            .is_none_or(|id| id.parse::<Uuid>().is_err())
            .then(|| ("invalid_value", "Give the id of a printer on record.".to_owned())),
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

fn word(value: &Value, words: impl Iterator<Item = &'static str>) -> Wrong {
    let words: Vec<&str> = words.collect();
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
        let known = |kind: &Value| kind.as_str().is_some_and(|word| word.parse::<MediaKind>().is_ok());
        let kind = item.get("kind").is_none_or(known);
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
        as_a(DeviceType::Display, config)
    }

    fn as_a(kind: DeviceType, config: &Value) -> Vec<String> {
        faults(kind, config.as_object().unwrap()).into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn what_devices_understand_is_kept() {
        let sound = json!({
            "diagonal_inches": 21.5, "distance_m": 8, "idle_seconds": 40, "offline_numbers": 10, "printer": true, "printer_address": "10.0.0.7:9100",
            "layout": "split", "quiet_from": "20:00", "public_url": "https://q.example", "sound": false,
            "printer_id": "0190a0a0-0000-7000-8000-000000000003",
            "languages": ["de", "en-GB"], "sites": ["0190a0a0-0000-7000-8000-000000000001"],
            "counters": ["0190a0a0-0000-7000-8000-000000000002"],
            "media": [{ "url": "/files/a.png" }, { "url": "https://x.example/a.mp4", "kind": "video", "seconds": 9 }],
            "theirs": { "anything": [1, 2] },
        });
        assert!(of(&sound).is_empty(), "{:?}", of(&sound));
    }

    #[test]
    fn every_member_that_is_described_is_checked() {
        let schema = schemars::schema_for!(DeviceConfig).to_value();
        let described: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        for name in &described {
            assert!(fault_of(name, &json!({ "no": "such" })).is_some(), "{name} is not checked");
        }
        assert_eq!(described.len(), 22, "{described:?}");
        assert!(schema.get("required").is_none(), "{schema}");
        let media = schemars::schema_for!(MediaItem).to_value();
        assert_eq!(media["required"], json!(["url"]));
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
            ("printer_id", json!("the one in the hall")),
            ("sound", json!("loud")),
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

    #[test]
    fn a_display_above_a_counter_names_that_one() {
        let (one, two) = ("0190a0a0-0000-7000-8000-000000000001", "0190a0a0-0000-7000-8000-000000000002");
        let above = |counters: Value| of(&json!({ "layout": "counter", "counters": counters }));
        assert!(above(json!([one])).is_empty());
        for wrong in [json!([]), json!([one, two]), json!(["3"]), json!(one)] {
            assert_eq!(above(wrong.clone()), ["config.counters"], "{wrong}");
        }
        assert_eq!(of(&json!({ "layout": "counter" })), ["config.counters"]);
        assert!(of(&json!({ "layout": "calls", "counters": [one, two] })).is_empty());
    }

    #[test]
    fn a_printer_has_an_address() {
        let printer = |config: Value| as_a(DeviceType::Printer, &config);
        assert!(printer(json!({ "printer_address": "[fe80::1]:9100", "paper": "low" })).is_empty());
        for wrong in [json!({}), json!({ "printer_address": null }), json!({ "printer_address": "10.0.0.7" })]
        {
            assert_eq!(printer(wrong.clone()), ["config.printer_address"], "{wrong}");
        }
        assert!(as_a(DeviceType::Kiosk, &json!({})).is_empty());
    }
}
