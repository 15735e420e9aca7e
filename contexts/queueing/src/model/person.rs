//! What a ticket may say of a person, in the form in which it is kept.

use usher_kernel::{FieldFault, is_unshowable};
use usher_tenancy::model::{is_email, is_locale};

/// The most people of one party.
pub const MOST_PEOPLE: i64 = 100;
const MOST_TAGS: usize = 20;

/// What is wrong with what is said of a person, field by field.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<FieldFault>);

impl Faults {
    fn refuse(&mut self, field: &str, code: &'static str, message: String) {
        self.0.push(FieldFault { field: field.to_owned(), code, message });
    }

    /// A text for people: not too long, nothing that cannot be shown.
    pub fn text(&mut self, field: &str, text: Option<&str>, most: usize) {
        let Some(text) = text else { return };
        if text.chars().count() > most {
            self.refuse(field, "too_long", format!("At most {most} letters."));
        } else if text.chars().any(|c| is_unshowable(c) && c != '\n') {
            self.refuse(
                field,
                "control_letters",
                "The text contains letters that cannot be shown.".to_owned(),
            );
        }
    }

    /// A telephone number, already in the form of [`phone`].
    pub fn phone(&mut self, field: &str, phone: Option<&str>) {
        let sound = |text: &str| {
            let digits = text.strip_prefix('+').unwrap_or(text);
            (3..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
        };
        if phone.is_some_and(|text| !sound(text)) {
            let text = "A telephone number has 3 to 20 digits, with or without a + before them.";
            self.refuse(field, "not_a_phone", text.to_owned());
        }
    }

    /// An e-mail address.
    pub fn email(&mut self, field: &str, email: Option<&str>) {
        if email.is_some_and(|text| !is_email(text)) {
            self.refuse(field, "not_an_email", "This is not an e-mail address.".to_owned());
        }
    }

    /// A language.
    pub fn locale(&mut self, field: &str, locale: Option<&str>) {
        if locale.is_some_and(|tag| !is_locale(tag)) {
            self.refuse(field, "not_a_locale", "Give a language tag such as en or de-CH.".to_owned());
        }
    }

    /// A number of people.
    pub fn people(&mut self, field: &str, size: Option<i64>) {
        if size.is_some_and(|size| !(1..=MOST_PEOPLE).contains(&size)) {
            self.refuse(field, "out_of_range", format!("Between 1 and {MOST_PEOPLE} people."));
        }
    }

    /// Marks of staff.
    pub fn tags(&mut self, field: &str, tags: &[String]) {
        let sound = |tag: &String| (1..=40).contains(&tag.trim().chars().count());
        if tags.len() > MOST_TAGS || !tags.iter().all(sound) {
            self.refuse(field, "not_tags", format!("At most {MOST_TAGS} marks of 1 to 40 letters."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_value_is_named() {
        let codes = |fill: &dyn Fn(&mut Faults)| {
            let mut faults = Faults::default();
            fill(&mut faults);
            faults.0.into_iter().map(|f| f.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&|f| f.text("x", Some("Zoë\nB"), 5)), [""; 0]);
        assert_eq!(codes(&|f| f.text("x", Some("123456"), 5)), ["too_long"]);
        assert_eq!(codes(&|f| f.text("x", Some("a\u{7}"), 5)), ["control_letters"]);
        for sound in ["110", "+493012345", "03012345"] {
            assert_eq!(codes(&|f| f.phone("x", Some(sound))), [""; 0], "{sound}");
        }
        for wrong in ["", "+", "12", "call me", "+49+30", "123456789012345678901"] {
            assert_eq!(codes(&|f| f.phone("x", Some(wrong))), ["not_a_phone"], "{wrong}");
        }
        assert_eq!(codes(&|f| f.email("x", Some("nobody"))), ["not_an_email"]);
        assert_eq!(codes(&|f| f.locale("x", Some("English"))), ["not_a_locale"]);
        assert_eq!(codes(&|f| f.people("x", Some(0))), ["out_of_range"]);
        assert_eq!(codes(&|f| f.people("x", Some(101))), ["out_of_range"]);
        assert_eq!(codes(&|f| f.tags("x", &[" ".to_owned()])), ["not_tags"]);
    }
}
