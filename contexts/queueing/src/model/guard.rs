//! Guards of joining: that somebody is near, and that they stand before a screen of the site.
//!
//! A position decides at once and is kept nowhere, not in memory, events or logs. The code on the screens is an HMAC
//! over the site and the time window, so that every node makes and knows the same one without storing it.

use hmac::{Hmac, Mac};
use schemars::JsonSchema;
use serde::Deserialize;
use sha2::Sha256;
use usher_kernel::{FieldFault, SiteId, Timestamp};

/// The mean radius of the earth in metres (IUGG).
const EARTH: f64 = 6_371_008.8;
/// How much inaccuracy of a phone counts in its owner's favour, in metres.
const MOST_INACCURACY: f64 = 200.0;
/// The letters of a code: none that are taken for another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Length of a code: 40 bits, good for minutes, tried at most ten times a minute from one address.
const LENGTH: usize = 8;

/// The shortest and the longest radius of a fence, in metres.
pub const RADIUS: std::ops::RangeInclusive<i64> = 50..=50_000;
/// How often a code may change, in seconds.
pub const WINDOW: std::ops::RangeInclusive<i64> = 15..=3_600;

/// Where somebody says they are. It decides and is then forgotten.
#[derive(Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// How far the true place may be from it, in metres; up to 200 count in the person's favour.
    #[serde(default)]
    pub accuracy: Option<f64>,
}

impl std::fmt::Debug for Position {
    /// Says nothing of the place, so that no log can.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Position")
    }
}

impl Position {
    /// What is wrong with it.
    pub fn fault(&self) -> Option<FieldFault> {
        let at = |field: &str, most: f64| FieldFault {
            field: format!("position.{field}"),
            code: "out_of_range",
            message: format!("Give degrees between -{most} and {most}."),
        };
        if !self.latitude.is_finite() || self.latitude.abs() > 90.0 {
            return Some(at("latitude", 90.0));
        }
        if !self.longitude.is_finite() || self.longitude.abs() > 180.0 {
            return Some(at("longitude", 180.0));
        }
        let accuracy = self.accuracy.unwrap_or(0.0);
        (!accuracy.is_finite() || accuracy < 0.0).then(|| FieldFault {
            field: "position.accuracy".to_owned(),
            code: "out_of_range",
            message: "Give metres, 0 or more.".to_owned(),
        })
    }

    /// Whether it may lie within `radius` metres of a place.
    #[expect(clippy::cast_precision_loss, reason = "metres, at most fifty thousand")]
    pub fn is_near(&self, latitude: f64, longitude: f64, radius: i64) -> bool {
        let doubt = self.accuracy.unwrap_or(0.0).min(MOST_INACCURACY);
        distance(self.latitude, self.longitude, latitude, longitude) <= radius as f64 + doubt
    }
}

/// The way between two places along the surface, in metres (haversine).
fn distance(lat_a: f64, lon_a: f64, lat_b: f64, lon_b: f64) -> f64 {
    let (a, b) = (lat_a.to_radians(), lat_b.to_radians());
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let h = half(a, b) + a.cos() * b.cos() * half(lon_a.to_radians(), lon_b.to_radians());
    2.0 * EARTH * h.clamp(0.0, 1.0).sqrt().asin()
}

/// What somebody brings who joins by themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proof {
    /// Where they are.
    pub position: Option<Position>,
    /// The code of a screen.
    pub code: Option<String>,
}

/// Makes and knows the codes on the screens of sites.
#[derive(Clone)]
pub struct JoinCodes(Hmac<Sha256>);

impl std::fmt::Debug for JoinCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JoinCodes")
    }
}

impl JoinCodes {
    /// Codes from the installation's secret; a purpose word keeps them apart from other uses of it.
    pub fn new(secret: &[u8]) -> Self {
        // Any key length is taken; the fallback is never reached.
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.update(b"usher join code 1\0");
        Self(mac)
    }

    /// The code of a site at a moment, and until when its screens show it.
    pub fn at(&self, site: SiteId, seconds: i64, now: Timestamp) -> (String, Timestamp) {
        let window = now.as_second().div_euclid(seconds.max(1));
        let until = Timestamp::from_second((window + 1).saturating_mul(seconds.max(1))).unwrap_or(now);
        (self.code(site, seconds, window), until)
    }

    /// Whether a code is the site's now, or was in the window before: who has just scanned it needs time to choose.
    pub fn is_good(&self, site: SiteId, seconds: i64, now: Timestamp, typed: &str) -> bool {
        let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let typed: String = kept.map(|c| c.to_ascii_uppercase()).take(LENGTH + 1).collect();
        let window = now.as_second().div_euclid(seconds.max(1));
        [window, window - 1].into_iter().any(|window| self.code(site, seconds, window) == typed)
    }

    fn code(&self, site: SiteId, seconds: i64, window: i64) -> String {
        let mut mac = self.0.clone();
        mac.update(site.uuid().as_bytes());
        mac.update(&seconds.to_be_bytes());
        mac.update(&window.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        tag.iter().take(LENGTH).map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use usher_kernel::Id;
    use uuid::Uuid;

    use super::*;

    fn at(latitude: f64, longitude: f64, accuracy: Option<f64>) -> Position {
        Position { latitude, longitude, accuracy }
    }

    #[test]
    fn distances_are_those_of_the_earth() {
        // Berlin to Paris, 878 km; along the equator a degree is 111.2 km; over the date line it is short.
        assert!((distance(52.5200, 13.4050, 48.8566, 2.3522) / 1000.0 - 877.5).abs() < 1.0);
        assert!((distance(0.0, 0.0, 0.0, 1.0) / 1000.0 - 111.195).abs() < 0.01);
        assert!((distance(10.0, 179.9995, 10.0, -179.9995) - 109.5).abs() < 1.0);
        assert!((distance(0.0, 0.0, 0.0, 180.0) / 1000.0 - 20_015.1).abs() < 1.0);
    }

    #[test]
    fn a_phones_doubt_counts_for_its_owner_but_not_without_end() {
        // 111 m north.
        let there = |accuracy| at(52.001, 13.0, accuracy).is_near(52.0, 13.0, 100);
        assert!(!there(None) && !there(Some(5.0)) && there(Some(30.0)));
        assert!(!at(52.01, 13.0, Some(1e9)).is_near(52.0, 13.0, 100), "a kilometre away");
    }

    #[test]
    fn absurd_positions_are_named() {
        let field = |p: Position| p.fault().map(|f| f.field);
        assert_eq!(field(at(52.0, 13.0, Some(20.0))), None);
        assert_eq!(field(at(90.5, 0.0, None)).as_deref(), Some("position.latitude"));
        assert_eq!(field(at(f64::NAN, 0.0, None)).as_deref(), Some("position.latitude"));
        assert_eq!(field(at(0.0, -181.0, None)).as_deref(), Some("position.longitude"));
        assert_eq!(field(at(0.0, 0.0, Some(-1.0))).as_deref(), Some("position.accuracy"));
        assert_eq!(field(at(0.0, 0.0, Some(f64::INFINITY))).as_deref(), Some("position.accuracy"));
        assert_eq!(format!("{:?}", at(52.0, 13.0, None)), "Position");
    }

    #[test]
    fn a_code_lives_for_its_window_and_the_next_at_its_site() {
        let codes = JoinCodes::new(b"one");
        let (here, there) = (Id::from_uuid(Uuid::from_u128(1)), Id::from_uuid(Uuid::from_u128(2)));
        let second = |n| Timestamp::from_second(n).unwrap();
        let (code, until) = codes.at(here, 60, second(120));
        assert_eq!((code.len(), until), (8, second(180)));
        assert_eq!(codes.at(here, 60, second(179)).0, code);
        assert_ne!(codes.at(here, 60, second(180)).0, code);
        let typed = format!("{}-{} ", &code[..4], code[4..].to_lowercase());
        for (now, good) in [(120, true), (179, true), (239, true), (240, false), (119, false)] {
            assert_eq!(codes.is_good(here, 60, second(now), &typed), good, "{now}");
        }
        assert!(!codes.is_good(there, 60, second(120), &code));
        assert!(!JoinCodes::new(b"two").is_good(here, 60, second(120), &code));
        for wrong in ["", "AAAAAAAA", &code[..7], &"A".repeat(10_000)] {
            assert!(!codes.is_good(here, 60, second(120), wrong), "{wrong:.9}");
        }
    }
}
