//! What an appointment is called by, aloud and on paper: six letters and digits that are not mistaken.

/// Letters and digits without those that look or sound like another.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// How many of them.
const LENGTH: usize = 6;

/// A reference from random bytes: a thousand million of them.
pub fn reference(random: [u8; LENGTH]) -> String {
    random.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

/// The reference that somebody typed: in any case, with blanks and dashes; none when it is no reference.
pub fn typed(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            // Nobody was given these; whoever reads them means the other.
            'O' | '0' => 'Q',
            'I' | '1' => 'L',
            other => other,
        })
        .collect();
    let sound = plain.len() == LENGTH && plain.bytes().all(|byte| LETTERS.contains(&byte));
    sound.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_reads_back() {
        let made = reference([0, 31, 32, 255, 7, 100]);
        assert_eq!(made, "A9A9HE");
        assert_eq!(typed(" a9a-9he ").as_deref(), Some("A9A9HE"));
        for wrong in ["", "A9A9H", "A9A9HEE", "A9A9H!", "ÄÖÜÄÖÜ"] {
            assert_eq!(typed(wrong), None, "{wrong}");
        }
    }
}
