//! A wait in the words of the screens, for paper.
//!
//! Receipt printers write what the Latin languages write (see [`escpos`](super::escpos)); in any other language a slip
//! speaks English, and its number and code need no language.

/// The words of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub language: &'static str,
    /// A wait of less than a minute up to so many.
    up_to: &'static str,
    /// The turn comes after the site has closed.
    pub after_closing: &'static str,
}

/// What receipt printers can write; the first one stands in for all others.
pub const LANGUAGES: [Words; 4] = [
    Words { language: "en", up_to: "up to", after_closing: "probably after closing time" },
    Words { language: "fr", up_to: "jusqu’à", after_closing: "probablement après la fermeture" },
    Words { language: "de", up_to: "bis", after_closing: "wahrscheinlich erst nach der Schließung" },
    Words { language: "es", up_to: "hasta", after_closing: "probablemente después del cierre" },
];

impl Words {
    /// The words for a locale: `de`, `de-AT`.
    pub fn of(locale: &str) -> Self {
        let [english, ..] = LANGUAGES;
        let language = locale.split(['-', '_']).next().unwrap_or(locale);
        LANGUAGES.into_iter().find(|words| words.language.eq_ignore_ascii_case(language)).unwrap_or(english)
    }

    /// A range in whole minutes: "10–20 min", "up to 5 min".
    pub fn wait(self, low: i64, high: i64) -> String {
        match low {
            0 => format!("{} {high} min", self.up_to),
            _ => format!("{low}–{high} min"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_no_printer_writes_is_said_in_english() {
        assert_eq!(Words::of("de-AT").wait(0, 5), "bis 5 min");
        for locale in ["", "ar", "zh-Hans", "en-GB"] {
            assert_eq!(Words::of(locale).wait(0, 5), "up to 5 min", "{locale}");
        }
    }
}
