//! Paired devices, and those that wait to be.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_kernel::{
    Change, FieldFault, Scope, Scopes, SignedDuration, SiteId, TenantId, Timestamp, is_unshowable, text_enum,
};
use uuid::Uuid;

use super::DeviceTest;
use super::device_config::DeviceConfig;
use super::role::BuiltIn;

/// Without a ping for this long a device counts as away: three missed pings of 30 s.
pub const SILENT_AFTER: SignedDuration = SignedDuration::from_secs(90);
/// How long a pairing code can be entered.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// Largest configuration, as JSON text, in bytes.
const MAX_CONFIG: usize = 32 * 1024;

text_enum! {
    /// What a device is.
    pub enum DeviceType {
        /// Issues tickets.
        Kiosk = "kiosk",
        /// Shows a board.
        Display = "display",
        /// Sells.
        Till = "till",
        /// Prints.
        Printer = "printer",
    }
}

impl DeviceType {
    /// What a device of this type may do.
    pub fn scopes(self) -> Scopes {
        match self {
            Self::Kiosk => BuiltIn::Kiosk.scopes(),
            Self::Display | Self::Printer => BuiltIn::Display.scopes(),
            Self::Till => {
                Scopes::of(BuiltIn::Kiosk.scopes().iter().cloned().chain([Scope::new("customers:read")]))
            }
        }
    }
}

text_enum! {
    /// How a device's paper stands.
    #[derive(Default)]
    pub enum Paper {
        /// There is enough, or nobody has said otherwise.
        #[default]
        Ok = "ok",
        /// It comes to an end.
        Low = "low",
        /// There is none.
        Out = "out",
    }
}

text_enum! {
    /// Whether a printer on the network takes tickets.
    #[derive(Default)]
    pub enum PrinterState {
        /// It took the last one, or was never asked.
        #[default]
        Ok = "ok",
        /// It does not answer, or says that it is not ready.
        Away = "away",
    }
}

/// A paired device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Device {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// What people call it.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: DeviceType,
    /// Where it stands.
    pub site_id: SiteId,
    /// How it is set up: sizes, languages, what a display shows.
    pub config: Map<String, Value>,
    /// Grows with each change of the set-up; pings do not count.
    pub version: i64,
    /// When it was paired.
    pub created_at: Timestamp,
    /// When the set-up was last changed.
    pub updated_at: Timestamp,
    /// When it was revoked, where it was.
    pub revoked_at: Option<Timestamp>,
}

impl Device {
    /// How the paper stands by what the set-up says, for printers that cannot say it themselves.
    pub(crate) fn paper_said(&self) -> Paper {
        self.config
            .get("paper")
            .and_then(Value::as_str)
            .and_then(|word| word.parse().ok())
            .unwrap_or_default()
    }

    /// What is wrong with it, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: &str| {
            faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
        };
        if self.name.is_empty() {
            fault("name", "required", "Give the device a name.");
        } else if self.name.chars().count() > 80 || self.name.chars().any(is_unshowable) {
            fault("name", "too_long", "At most 80 letters that can be shown.");
        }
        if serde_json::to_string(&self.config).map_or(0, |text| text.len()) > MAX_CONFIG {
            fault("config", "too_large", "The configuration of a device holds at most 32 KiB.");
        }
        faults.extend(super::device_config::faults(self.kind, &self.config));
        faults
    }
}

/// The last sign of life of a device.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Presence {
    /// When it was last seen.
    pub last_ping_at: Option<Timestamp>,
    /// What it said of itself: audio, version, what it could not upload.
    pub report: Map<String, Value>,
    /// How its paper stands.
    pub paper: Paper,
    /// Whether its network printer, or the printer that it is, takes tickets.
    pub printer: PrinterState,
    /// The newest test of it.
    pub test: Option<DeviceTest>,
}

/// A device as the API shows it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DeviceView {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: DeviceType,
    /// Where it stands.
    pub site_id: SiteId,
    /// How it is set up.
    #[schemars(with = "DeviceConfig")]
    pub config: Map<String, Value>,
    /// Whether it was seen in the last 90 seconds.
    pub online: bool,
    /// When it was last seen; a printer, when it last answered.
    pub last_ping_at: Option<Timestamp>,
    /// The same, as the floor names it.
    pub last_seen: Option<Timestamp>,
    /// What it last said of itself: audio, version, what it could not upload.
    pub report: Map<String, Value>,
    /// How its paper stands, by what its printer, the device or the set-up said last.
    pub paper: Paper,
    /// Whether its network printer, or the printer that it is, takes tickets.
    pub printer: PrinterState,
    /// The newest test of it, and how that went.
    pub test: Option<DeviceTest>,
    /// Grows with each change of the set-up.
    pub version: i64,
    /// When it was paired.
    pub created_at: Timestamp,
    /// When the set-up was last changed.
    pub updated_at: Timestamp,
}

impl DeviceView {
    /// Whether it shows the code with which people at the site join a line.
    pub fn shows_join_code(&self) -> bool {
        self.config.get("join_code") != Some(&Value::Bool(false))
    }

    /// The printer on record at which its tickets are printed, where its set-up names one.
    pub fn printer_id(&self) -> Option<Uuid> {
        self.config.get("printer_id")?.as_str()?.parse().ok()
    }

    /// Where the server prints, by its set-up: at its own printer, or at itself.
    pub fn printer_address(&self) -> Option<SocketAddr> {
        self.config.get("printer_address")?.as_str()?.parse().ok()
    }

    /// The sites besides its own whose boards it shows.
    pub fn further_sites(&self) -> impl Iterator<Item = SiteId> {
        let named = self.config.get("sites").and_then(Value::as_array);
        named.into_iter().flatten().filter_map(|site| site.as_str()?.parse().ok())
    }

    /// A device that has just got its place, at `now`.
    pub fn new(device: Device, now: Timestamp) -> Self {
        let presence = Presence { paper: device.paper_said(), ..Presence::default() };
        Self::at(device, presence, now)
    }

    /// A device and its last sign of life, at `now`.
    pub fn at(device: Device, presence: Presence, now: Timestamp) -> Self {
        let online = presence.last_ping_at.is_some_and(|seen| now.duration_since(seen) < SILENT_AFTER);
        Self {
            id: device.id,
            name: device.name,
            kind: device.kind,
            site_id: device.site_id,
            config: device.config,
            online,
            last_ping_at: presence.last_ping_at,
            last_seen: presence.last_ping_at,
            report: presence.report,
            paper: presence.paper,
            printer: presence.printer,
            test: presence.test,
            version: device.version,
            created_at: device.created_at,
            updated_at: device.updated_at,
        }
    }
}

/// What a member enters to pair a device.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairDevice {
    /// The code that the device shows.
    pub code: String,
    /// What people call it; its type when absent.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is; what the device said of itself when absent, else a kiosk.
    #[serde(default, rename = "type", alias = "kind")]
    pub kind: Option<DeviceType>,
    /// Where it stands; the tenant's default site when absent.
    #[serde(default)]
    pub site_id: Option<SiteId>,
    /// How it is set up.
    #[serde(default)]
    #[schemars(with = "DeviceConfig")]
    pub config: Map<String, Value>,
}

/// A device that shows no code to pair it by: a printer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPrinter {
    /// What people call it.
    pub name: String,
    /// What it is: `printer`, also when absent. Whatever has a screen shows a code and is paired by that.
    #[serde(default, rename = "type", alias = "kind")]
    pub kind: Option<DeviceType>,
    /// Where it stands; the tenant's default site when absent.
    #[serde(default)]
    pub site_id: Option<SiteId>,
    /// How it is set up, with its `printer_address`.
    #[serde(default)]
    #[schemars(with = "DeviceConfig")]
    pub config: Map<String, Value>,
}

/// A change of a device's set-up; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceChange {
    /// What people call it.
    pub name: Option<String>,
    /// Where it stands.
    pub site_id: Option<SiteId>,
    /// How it is set up, as a whole; null empties it.
    #[schemars(with = "Option<DeviceConfig>")]
    pub config: Change<Map<String, Value>>,
}
