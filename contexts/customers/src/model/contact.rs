//! Telephone numbers and e-mail addresses in the form in which they are kept and compared.

use usher_kernel::UserId;

use super::Source;

/// How many last digits of a number two people hardly share by chance.
const TAIL: usize = 8;

/// How few digits without a country are a number that somebody can be found by.
const FEWEST: usize = 7;

/// What somebody says of themselves, or a member of staff of them, while doing something else: taking a ticket,
/// booking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The account with which they are signed in.
    pub user: Option<UserId>,
    /// What they are called.
    pub name: Option<String>,
    /// Their telephone number, however written.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The language they read.
    pub locale: Option<String>,
    /// Through which door, should they be new.
    pub source: Source,
}

impl Contact {
    /// Whether nothing in it says who it is: then there is nobody to look for.
    pub fn is_nobody(&self) -> bool {
        self.user.is_none() && self.phone.is_none() && self.email.is_none()
    }
}

/// A telephone number without the signs that people put between its digits: digits, and a `+` where it has its
/// country.
pub fn plain_phone(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '/' | '.'))
        .map(|c| match u32::from(c) {
            // Arabic and Persian digits, as a phone set to these languages types them.
            n @ (0x660..=0x669 | 0x6F0..=0x6F9) => char::from_digit(n & 0xF, 10).unwrap_or(c),
            _ => c,
        })
        .collect();
    match plain.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => plain,
    }
}

/// The digits by which a number is looked for with a piece of it: without the `+`, which nobody types there, and without
/// the 0 that national numbers begin with. None where the text is no piece of a number.
pub fn piece_of_phone(text: &str) -> Option<String> {
    let plain = plain_phone(text);
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    let sound = plain.len() >= 3 && digits.chars().all(|c| c.is_ascii_digit());
    sound.then(|| digits.trim_start_matches('0').to_owned())
}

/// Whether a plain number has its country, as E.164 wants it: only then is it the same number everywhere.
pub fn is_e164(plain: &str) -> bool {
    plain.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// The form in which addresses and names are compared: case and space around them do not matter.
pub fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

/// How an address may read that a statement makes small with `lower()`: as [`key`] has it, or with only the letters of
/// English small, where the database knows no others. Two addresses are one in both.
pub fn keys_in_sql(email: Option<&str>) -> [Option<String>; 2] {
    [email.map(key), email.map(|text| text.trim().to_ascii_lowercase())]
}

/// The end of a plain number by which those that may be the same are found with `LIKE`, whether or not they have their
/// country: see [`is_same_phone`].
pub fn end_of_phone(phone: Option<&str>) -> Option<String> {
    let digits = phone?.trim_start_matches(['+', '0']);
    let from = digits.len().saturating_sub(FEWEST);
    Some(format!("%{}", digits.get(from..)?))
}

/// The last digits of a number, which stay the same however its beginning is written.
pub(crate) fn tail(phone: &str) -> Option<String> {
    let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= TAIL).then(|| digits[digits.len() - TAIL..].iter().collect())
}

/// Whether two plain numbers are one, where either may lack its country: then the digits behind a leading 0 are compared,
/// at least seven of them.
pub fn is_same_phone(one: &str, other: &str) -> bool {
    fn bare(phone: &str) -> &str {
        phone.trim_start_matches(['+', '0'])
    }
    if one.starts_with('+') && other.starts_with('+') {
        return one == other;
    }
    let (one, other) = (bare(one), bare(other));
    let (long, short) = if one.len() < other.len() { (other, one) } else { (one, other) };
    short.len() >= FEWEST && short.bytes().all(|b| b.is_ascii_digit()) && long.ends_with(short)
}

/// An address without what many providers let people add to their own: `ana+bank@home.example` is Ana's.
pub(crate) fn plain_email(email: &str) -> String {
    let email = key(email);
    match email.split_once('@') {
        Some((local, domain)) => {
            let local = local.split_once('+').map_or(local, |(own, _)| own);
            format!("{local}@{domain}")
        }
        None => email,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_one_form() {
        for written in ["+49 (30) 123-4567", "0049 30 1234567", "+٤٩ ٣٠ ١٢٣٤٥٦٧", "+۴۹ ۳۰ ۱۲۳۴۵۶۷"]
        {
            assert_eq!(plain_phone(written), "+49301234567", "{written}");
        }
        assert_eq!(plain_phone("030 12345"), "03012345");
        assert!(is_e164("+49301234567"));
        for wrong in ["", "+", "030123456", "+0301234567", "+4930", "+49x0123456", "+1234567890123456"] {
            assert!(!is_e164(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_number_is_known_without_its_country() {
        for same in ["+49301234567", "0301234567", "301234567", "1234567"] {
            assert!(is_same_phone(same, "+49301234567") && is_same_phone("+49301234567", same), "{same}");
        }
        assert!(is_same_phone("0301234567", "0301234567"));
        for other in ["+43301234567", "0301234568", "234567", "", "0", "+", "30x234567"] {
            assert!(!is_same_phone(other, "+49301234567"), "{other}");
        }
    }

    #[test]
    fn those_that_may_be_the_same_are_found_by_a_statement() {
        let found = |phone: &str| end_of_phone(Some(phone)).unwrap();
        assert_eq!(found("+49301234567"), "%1234567");
        assert_eq!(found("0301234567"), found("+49301234567"));
        assert_eq!((found("112"), found("0112")), ("%112".to_owned(), "%112".to_owned()));
        assert_eq!(end_of_phone(None), None);
        let [key, english] = keys_in_sql(Some(" ÄNA@Home.example"));
        assert_eq!(key.as_deref(), Some("äna@home.example"));
        assert_eq!(english.as_deref(), Some("Äna@home.example"), "as a database without a language has it");
    }

    #[test]
    fn likely_the_same_person() {
        assert_eq!(tail("+49301234567").as_deref(), Some("01234567"));
        assert_eq!(tail("+49301234567"), tail("+43301234567"));
        assert_eq!(tail("1234567"), None);
        assert_eq!(plain_email(" Ana+Bank@Home.example"), "ana@home.example");
        assert_eq!(plain_email("+@x"), "@x");
    }
}
