//! A person's name as a public board may show it.

use usher_kernel::is_unshowable;
use usher_tenancy::model::BoardLabel;

/// A first name longer than this is cut: a board has no room for it.
const LONGEST: usize = 24;

/// What a board shows of somebody called `name`; none when it shows the number alone, or the name has no letters.
pub fn of(kind: BoardLabel, name: &str) -> Option<String> {
    match kind {
        BoardLabel::Number => None,
        BoardLabel::FirstName => first_name(name),
        BoardLabel::Initials => initials(name),
    }
}

/// The words of a name, given names first, also where it is written "Silva, Ana".
fn words(name: &str) -> Vec<&str> {
    let (family, given) = name.split_once(',').unwrap_or(("", name));
    let all = given.split_whitespace().chain(family.split_whitespace());
    let words: Vec<&str> = all.filter(|word| word.chars().any(char::is_alphabetic)).collect();
    // "Dr." and "Mrs." are nobody's first name.
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.ends_with('.')).collect();
    if plain.is_empty() { words } else { plain }
}

fn first_name(name: &str) -> Option<String> {
    let first: String = words(name).first()?.chars().filter(|c| !is_unshowable(*c)).take(LONGEST).collect();
    (!first.is_empty()).then_some(first)
}

fn initials(name: &str) -> Option<String> {
    let words = words(name);
    let letter = |word: &&str| word.chars().find(|c| c.is_alphabetic()).map(|c| c.to_uppercase().to_string());
    let first = letter(words.first()?)?;
    Some(match words.len() {
        1 => format!("{first}."),
        _ => format!("{first}. {}.", letter(words.last()?)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_what_a_board_may_show() {
        for (name, first, initials) in [
            ("Ana Maria Silva", "Ana", "A. S."),
            ("Silva, Ana Maria", "Ana", "A. S."),
            ("  ana ", "ana", "A."),
            ("Dr. Ana Silva", "Ana", "A. S."),
            ("J. R.", "J.", "J. R."),
            ("Zoë-Ñusta van der Berg", "Zoë-Ñusta", "Z. B."),
            ("عمر خيام", "عمر", "ع. خ."),
            ("李小龙", "李小龙", "李."),
            ("ßtraße Öl", "ßtraße", "SS. Ö."),
        ] {
            assert_eq!(of(BoardLabel::FirstName, name).as_deref(), Some(first), "{name}");
            assert_eq!(of(BoardLabel::Initials, name).as_deref(), Some(initials), "{name}");
            assert_eq!(of(BoardLabel::Number, name), None);
        }
    }

    #[test]
    fn what_is_no_name_is_not_shown() {
        for name in ["", "  ", ",", "42", "...", "\u{7}", "🙂"] {
            assert_eq!(of(BoardLabel::FirstName, name), None, "{name:?}");
            assert_eq!(of(BoardLabel::Initials, name), None, "{name:?}");
        }
        let long = of(BoardLabel::FirstName, &"a".repeat(500)).unwrap();
        assert_eq!(long.chars().count(), LONGEST);
    }
}
