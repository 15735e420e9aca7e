//! A tenant's colours and logo, and whether text on them can be read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::FieldFault;

/// Contrast that WCAG 2.2 AA asks of text.
const READABLE: f64 = 4.5;
/// The design system's ink, `#14181F`.
const INK: Rgb = Rgb(0x14, 0x18, 0x1F);
const WHITE: Rgb = Rgb(0xFF, 0xFF, 0xFF);

/// What a tenant's screens look like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Branding {
    /// The main colour, `#RRGGBB`; text on it is white or ink, whichever is readable.
    pub primary_color: Option<String>,
    /// A second colour, `#RRGGBB`.
    pub accent_color: Option<String>,
    /// Address of the logo.
    pub logo_url: Option<String>,
    /// Address of a logo for dark screens.
    pub logo_dark_url: Option<String>,
    /// One line shown under the name.
    pub tagline: Option<String>,
}

impl Branding {
    /// What is wrong with it, field by field; an unreadable colour comes with the nearest that passes.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let colours = [("primary_color", &self.primary_color), ("accent_color", &self.accent_color)];
        for (field, value) in colours {
            let Some(text) = value else { continue };
            let field = format!("branding.{field}");
            match Rgb::parse(text) {
                None => faults.push(FieldFault {
                    field,
                    code: "not_a_color",
                    message: format!("{text:?} is not a colour such as #0B5A8C."),
                }),
                Some(colour) if !colour.carries_text() => {
                    let near = colour.nearest_readable();
                    faults.push(FieldFault {
                        field,
                        code: "color_unreadable",
                        message: format!(
                            "Neither white nor black text can be read on {}; {} is near and can.",
                            colour.hex(),
                            near.hex()
                        ),
                    });
                }
                Some(_) => {}
            }
        }
        for (field, value) in [("logo_url", &self.logo_url), ("logo_dark_url", &self.logo_dark_url)] {
            if let Some(url) = value
                && !is_web_address(url)
            {
                faults.push(FieldFault {
                    field: format!("branding.{field}"),
                    code: "not_an_address",
                    message: "Give an address that begins with https:// or a path on this server.".to_owned(),
                });
            }
        }
        if self.tagline.as_ref().is_some_and(|line| line.chars().count() > 120) {
            faults.push(FieldFault {
                field: "branding.tagline".to_owned(),
                code: "too_long",
                message: "At most 120 letters.".to_owned(),
            });
        }
        faults
    }
}

/// Whether a picture can be loaded from `url`: http(s) or a path of this server, never a script.
pub fn is_web_address(url: &str) -> bool {
    let path = url.starts_with('/') && !url.starts_with("//");
    (path || url.starts_with("https://") || url.starts_with("http://"))
        && url.len() <= 2048
        && !url
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\'))
}

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rgb(u8, u8, u8);

impl Rgb {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self(red, green, blue))
    }

    fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }

    /// Relative luminance as WCAG 2.2 defines it, 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn carries_text(self) -> bool {
        self.contrast(WHITE) >= READABLE || self.contrast(INK) >= READABLE
    }

    /// The nearest colour on the way to black or white that carries text.
    fn nearest_readable(self) -> Self {
        let mix = |channel: u8, target: u8, step: u16| {
            let (from, to) = (u16::from(channel), u16::from(target));
            u8::try_from((from * (255 - step) + to * step) / 255).unwrap_or(channel)
        };
        for step in 0..=255 {
            for target in [0, 255] {
                let near =
                    Self(mix(self.0, target, step), mix(self.1, target, step), mix(self.2, target, step));
                if near.carries_text() {
                    return near;
                }
            }
        }
        WHITE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(branding: &Branding) -> Vec<(String, &'static str)> {
        branding.faults().into_iter().map(|f| (f.field, f.code)).collect()
    }

    #[test]
    fn readable_colours_pass() {
        for colour in ["#0B5A8C", "#FFD21F", "#000000", "#ffffff", "#8E0F1C"] {
            let branding = Branding { primary_color: Some(colour.to_owned()), ..Branding::default() };
            assert_eq!(faults(&branding), [], "{colour}");
        }
    }

    #[test]
    fn an_unreadable_colour_is_refused_with_a_near_one() {
        let grey = "#7C7C7C";
        let branding = Branding { primary_color: Some(grey.to_owned()), ..Branding::default() };
        assert_eq!(faults(&branding), [("branding.primary_color".to_owned(), "color_unreadable")]);
        let near = Rgb::parse(grey).unwrap().nearest_readable();
        assert!(near.carries_text());
        assert!(near.luminance() > 0.15 && near.luminance() < 0.26, "{near:?}");
    }

    #[test]
    fn the_unreadable_band_is_where_the_design_says() {
        let unreadable: Vec<f64> =
            (0..=255u8).map(|g| Rgb(g, g, g)).filter(|c| !c.carries_text()).map(Rgb::luminance).collect();
        assert!(!unreadable.is_empty());
        assert!(unreadable.iter().all(|l| (0.183..0.2155).contains(l)), "{unreadable:?}");
    }

    #[test]
    fn addresses_that_run_script_are_refused() {
        for bad in
            ["javascript:alert(1)", "data:image/svg+xml,x", "//evil.example/x", "https://a b", "https://a\"b"]
        {
            assert!(!is_web_address(bad), "{bad}");
        }
        for good in ["/files/logo.png", "https://cdn.example/logo.png"] {
            assert!(is_web_address(good), "{good}");
        }
        let branding = Branding {
            primary_color: Some("blue".to_owned()),
            logo_url: Some("ftp://x".to_owned()),
            ..Branding::default()
        };
        assert_eq!(
            faults(&branding),
            [
                ("branding.primary_color".to_owned(), "not_a_color"),
                ("branding.logo_url".to_owned(), "not_an_address")
            ]
        );
    }
}
