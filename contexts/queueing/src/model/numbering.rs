//! Ticket numbers: a prefix and a counter that runs through a range and wraps.

/// What a queue prints on its tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbering<'a> {
    /// Before the number: "A".
    pub prefix: &'a str,
    /// The first number of the range.
    pub first: i64,
    /// The last number of the range; after it comes `first` again.
    pub last: i64,
    /// How many digits are shown at least.
    pub padding: i64,
}

impl Numbering<'_> {
    /// What follows `value`, and whether the range began anew.
    ///
    /// The same step is taken in SQL by the statement that allocates numbers; the tests hold the two together.
    pub fn after(&self, value: i64) -> (i64, bool) {
        if value >= self.last || value < self.first - 1 {
            (self.first, value >= self.last)
        } else {
            (value + 1, false)
        }
    }

    /// The number as printed: `A-042`; without a prefix `042`.
    pub fn text(&self, value: i64) -> String {
        let width = usize::try_from(self.padding.clamp(1, 9)).unwrap_or(1);
        if self.prefix.is_empty() {
            format!("{value:0width$}")
        } else {
            format!("{}-{value:0width$}", self.prefix)
        }
    }

    /// How many different numbers there are.
    pub fn size(&self) -> i64 {
        self.last - self.first + 1
    }
}

/// What stands before the digits of a number as printed; empty where nothing does.
pub fn prefix_of(number: &str) -> &str {
    number.rsplit_once('-').map_or("", |(prefix, _)| prefix)
}

/// Whether `prefix` can be printed, spoken and typed: one to four Latin capitals or digits.
pub fn prefix_is_sound(prefix: &str) -> bool {
    (1..=4).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prints_like_the_documents() {
        let n = Numbering { prefix: "A", first: 1, last: 999, padding: 3 };
        assert_eq!(n.text(42), "A-042");
        assert_eq!(n.text(1000), "A-1000");
        assert_eq!(Numbering { prefix: "", padding: 1, ..n }.text(7), "7");
        assert_eq!((prefix_of("A-042"), prefix_of("7")), ("A", ""));
    }

    proptest! {
        /// From before the first number on, a run over the range gives each number once, then wraps.
        #[test]
        fn each_number_once_per_cycle(first in 0i64..50, size in 1i64..60) {
            let n = Numbering { prefix: "A", first, last: first + size - 1, padding: 3 };
            prop_assert_eq!(n.size(), size);
            let mut value = first - 1;
            for expected in first..=n.last {
                let (next, wrapped) = n.after(value);
                prop_assert_eq!((next, wrapped), (expected, false));
                value = next;
            }
            prop_assert_eq!(n.after(value), (first, true));
        }
    }

    #[test]
    fn prefixes() {
        assert!(prefix_is_sound("A") && prefix_is_sound("AB12"));
        assert!(
            !prefix_is_sound("")
                && !prefix_is_sound("a")
                && !prefix_is_sound("ABCDE")
                && !prefix_is_sound("Ä")
        );
    }
}
