//! Names that stand in an address.

/// Longest slug, so that it fits a DNS label (slugs are subdomains too).
const MAX: usize = 63;

/// Words that would be mistaken for a route or a host of the product itself.
const RESERVED: &[&str] =
    &["api", "www", "admin", "app", "static", "assets", "new", "me", "system", "default"];

/// Why a slug was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugFault {
    /// Not made of the letters allowed.
    #[error("A short name has 2 to 63 letters a–z, digits and single hyphens, and begins with a letter.")]
    Shape,
    /// Reads like an id, so a path could mean either.
    #[error("A short name must not look like an id.")]
    LooksLikeId,
    /// Kept for the product itself.
    #[error("This short name is kept for the product itself.")]
    Reserved,
}

/// Checks a tenant's or site's short name.
///
/// # Errors
/// The first rule that it breaks.
pub fn check(slug: &str) -> Result<(), SlugFault> {
    let letters = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let begins = slug.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    if !(2..=MAX).contains(&slug.len()) || !letters || !begins || slug.ends_with('-') || slug.contains("--") {
        return Err(SlugFault::Shape);
    }
    if uuid::Uuid::try_parse(slug).is_ok() {
        return Err(SlugFault::LooksLikeId);
    }
    if RESERVED.contains(&slug) {
        return Err(SlugFault::Reserved);
    }
    Ok(())
}

/// A short name made from a name: "Demo Bank Zürich" gives `demo-bank-zurich`.
///
/// Names without a Latin letter give `fallback`.
pub fn from_name(name: &str, fallback: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        if !push_latin(letter, &mut slug) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let begin = slug.find(|c: char| c.is_ascii_lowercase()).unwrap_or(slug.len());
    let mut slug = slug.split_off(begin);
    slug.truncate(MAX - 4);
    let slug = slug.trim_end_matches('-').to_owned();
    if check(&slug).is_ok() { slug } else { fallback.to_owned() }
}

/// Writes a letter or digit without its marks; false for everything else.
fn push_latin(letter: char, slug: &mut String) -> bool {
    let plain = match letter {
        'a'..='z' | '0'..='9' => {
            slug.push(letter);
            return true;
        }
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ì'..='ï' | 'ī' | 'į' => "i",
        'ñ' | 'ń' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ß' => "ss",
        'ł' => "l",
        'ś' | 'š' | 'ş' => "s",
        'ź' | 'ż' | 'ž' => "z",
        'ğ' => "g",
        'ř' => "r",
        _ => return false,
    };
    slug.push_str(plain);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_short_names_and_refuses_the_rest() {
        for good in ["demo-bank", "eislager", "a1", "north"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["", "a", "-a", "a-", "1a", "a--b", "Demo", "a b", "é", "a/b", &"a".repeat(64)] {
            assert_eq!(check(bad), Err(SlugFault::Shape), "{bad}");
        }
        assert_eq!(check("api"), Err(SlugFault::Reserved));
        assert_eq!(check("a0f0c6de-8a4b-7cde-9abc-0123456789ab"), Err(SlugFault::LooksLikeId));
    }

    #[test]
    fn makes_a_short_name_from_a_name() {
        for (name, slug) in [
            ("Demo Bank", "demo-bank"),
            ("Café  Größe & Söhne!", "cafe-grosse-sohne"),
            ("2nd Street Branch", "nd-street-branch"),
            ("東京支店", "site"),
            ("API", "site"),
        ] {
            assert_eq!(from_name(name, "site"), slug, "{name}");
        }
        assert!(check(&from_name(&"long name ".repeat(20), "site")).is_ok());
    }
}
