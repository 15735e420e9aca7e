//! A ticket in the language of receipt printers (ESC/POS), 80 mm wide.
//!
//! Text goes out in Windows-1252 (the printer's code page 16), which holds what the Latin languages write; a letter
//! that it does not hold becomes `?`, and a text of which it holds less than half is left out: a site's Arabic name is no
//! row of question marks. The number and the QR code, which say everything, need none of it. The codes
//! are those of the makers' common reference (ESC @, ESC a, ESC !, GS !, GS ( k, GS V; DLE EOT asks for a state).

use usher_identity::Paper;
use usher_kernel::windows_1252;

/// What a ticket's paper says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip<'a> {
    /// The site.
    pub site: &'a str,
    /// What for.
    pub service: &'a str,
    /// The number, large.
    pub number: &'a str,
    /// The spoken wait, where there is one: "10–20 min".
    pub wait: Option<&'a str>,
    /// What else is to be said of it: "probably after closing time".
    pub note: Option<&'a str>,
    /// Day and time.
    pub issued: &'a str,
    /// What the QR code opens.
    pub url: &'a str,
    /// The site's address.
    pub address: Option<&'a str>,
}

/// Asks the printer, whatever it is doing, how its paper stands: DLE EOT 4.
pub const ASK_PAPER: [u8; 3] = [DLE, EOT, 4];
/// Asks the printer whether it is ready: DLE EOT 1.
pub const ASK_STATE: [u8; 3] = [DLE, EOT, 1];

const DLE: u8 = 0x10;
const EOT: u8 = 0x04;
const ESC: u8 = 0x1b;
const GS: u8 = 0x1d;
/// Columns of the normal font on 72 mm.
const COLUMNS: usize = 42;
/// Dots of a module of the QR code.
const MODULE: u8 = 6;

/// Whether a byte answers a DLE EOT; what a printer sends unasked has other fixed bits.
pub fn is_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// What the answer to [`ASK_PAPER`] says: two bits for its end, two for coming near it.
pub fn paper_in(answer: u8) -> Paper {
    match answer {
        byte if byte & 0b0110_0000 != 0 => Paper::Out,
        byte if byte & 0b0000_1100 != 0 => Paper::Low,
        _ => Paper::Ok,
    }
}

/// Whether the answer to [`ASK_STATE`] says that the printer takes nothing: its cover is open, or it has failed.
pub fn is_offline(answer: u8) -> bool {
    answer & 0b0000_1000 != 0
}

/// The bytes that print it and cut it off.
pub fn encode(slip: &Slip<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    // Begin anew, code page Windows-1252, everything in the middle.
    out.extend([ESC, b'@', ESC, b't', 16, ESC, b'a', 1]);
    for text in [slip.site, slip.service].into_iter().filter(|text| is_writable(text)) {
        lines(&mut out, text);
    }
    // Eight times as high and four times as wide, bold.
    out.extend([ESC, b'E', 1, GS, b'!', 0x37]);
    lines(&mut out, slip.number);
    out.extend([GS, b'!', 0, ESC, b'E', 0]);
    if let Some(wait) = slip.wait {
        out.extend([GS, b'!', 0x11]);
        lines(&mut out, wait);
        out.extend([GS, b'!', 0]);
    }
    if let Some(note) = slip.note {
        lines(&mut out, note);
    }
    lines(&mut out, slip.issued);
    qr(&mut out, slip.url);
    if let Some(address) = slip.address.filter(|text| is_writable(text)) {
        lines(&mut out, address);
    }
    // Feed to the knife, then a partial cut.
    out.extend([GS, b'V', 66, 24]);
    out
}

/// Whether a text can be read where letters that the printer does not hold are `?`.
fn is_writable(text: &str) -> bool {
    let letters = || text.chars().filter(|letter| letter.is_alphabetic());
    2 * letters().filter(|letter| windows_1252(*letter).is_some()).count() >= letters().count()
}

/// Text in lines that fit, none broken inside a word that fits on its own.
fn lines(out: &mut Vec<u8>, text: &str) {
    let mut line: Vec<u8> = Vec::new();
    for word in text.split_whitespace() {
        let mut word: Vec<u8> = word.chars().map(|letter| windows_1252(letter).unwrap_or(b'?')).collect();
        if !line.is_empty() && line.len() + 1 + word.len() > COLUMNS {
            out.append(&mut line);
            out.push(b'\n');
        }
        while word.len() > COLUMNS {
            let rest = word.split_off(COLUMNS);
            out.append(&mut word);
            out.push(b'\n');
            word = rest;
        }
        if !line.is_empty() {
            line.push(b' ');
        }
        line.append(&mut word);
    }
    out.append(&mut line);
    out.push(b'\n');
}

/// A QR code, model 2, drawn by the printer.
fn qr(out: &mut Vec<u8>, url: &str) {
    let data: Vec<u8> = url.bytes().filter(|byte| byte.is_ascii_graphic()).take(500).collect();
    // Model, size of a module, error correction M.
    out.extend([GS, b'(', b'k', 4, 0, 49, 65, 50, 0]);
    out.extend([GS, b'(', b'k', 3, 0, 49, 67, MODULE]);
    out.extend([GS, b'(', b'k', 3, 0, 49, 69, 49]);
    let [low, high] = u16::try_from(data.len() + 3).unwrap_or(u16::MAX).to_le_bytes();
    out.extend([GS, b'(', b'k', low, high, 49, 80, 48]);
    out.extend(data);
    out.extend([GS, b'(', b'k', 3, 0, 49, 81, 48, b'\n']);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip<'a>() -> Slip<'a> {
        Slip {
            site: "Hauptstraße",
            service: "Deposit",
            number: "A-042",
            wait: Some("10–20 min"),
            note: None,
            issued: "2026-11-20 09:00",
            url: "https://q.example/t/abc",
            address: None,
        }
    }

    #[test]
    fn a_ticket_is_begun_sized_coded_and_cut() {
        let bytes = encode(&slip());
        let expected: Vec<u8> = [
            &b"\x1b@\x1bt\x10\x1ba\x01Hauptstra\xdfe\nDeposit\n"[..],
            b"\x1bE\x01\x1d!\x37A-042\n\x1d!\x00\x1bE\x00",
            b"\x1d!\x1110\x9620 min\n\x1d!\x002026-11-20 09:00\n",
            b"\x1d(k\x04\x00\x31\x41\x32\x00\x1d(k\x03\x00\x31\x43\x06\x1d(k\x03\x00\x31\x45\x31",
            b"\x1d(k\x1a\x00\x31\x50\x30https://q.example/t/abc\x1d(k\x03\x00\x31\x51\x30\n",
            b"\x1dV\x42\x18",
        ]
        .concat();
        assert_eq!(bytes, expected);
        let bytes = encode(&Slip { note: Some("nach der Schließung"), ..slip() });
        let noted = b"min\n\x1d!\x00nach der Schlie\xdfung\n2026";
        assert!(bytes.windows(noted.len()).any(|part| part == noted), "under the wait, in ordinary letters");
    }

    #[test]
    fn a_state_is_read_from_the_bits_that_the_reference_gives_it() {
        let papers = [0x12, 0x1e, 0x7e, 0x72].map(paper_in);
        assert_eq!(papers, [Paper::Ok, Paper::Low, Paper::Out, Paper::Out]);
        assert_eq!([0x12, 0x16, 0x1a].map(is_offline), [false, false, true]);
        // The first byte of a state that is sent unasked, XON and XOFF, letters: none of them answers.
        assert!([0x12, 0x16, 0x1a, 0x1e, 0x72, 0x7e].iter().all(|byte| is_answer(*byte)));
        assert!(![0x10, 0x11, 0x13, 0x14, 0x00, 0x0f, 0x80, 0xff, b'A'].iter().any(|byte| is_answer(*byte)));
    }

    #[test]
    fn nothing_in_a_name_is_a_command_and_unknown_letters_are_marked() {
        let mut out = Vec::new();
        lines(&mut out, "A\u{1b}@B\u{1d}V 東京 ز");
        assert_eq!(out, b"A?@B?V ?? ?\n");
        let mut out = Vec::new();
        qr(&mut out, "a\n\u{1d}b");
        assert!(out.windows(2).any(|pair| pair == b"ab"));
    }

    #[test]
    fn a_text_that_no_printer_writes_is_left_out() {
        let bytes = encode(&Slip {
            site: "الفرع الرئيسي 2",
            address: Some("شارع 5"),
            service: "Łódź desk",
            ..slip()
        });
        assert!(bytes.starts_with(b"\x1b@\x1bt\x10\x1ba\x01?\xf3d? desk\n\x1bE\x01"), "{bytes:?}");
        assert!(bytes.ends_with(b"\x1d(k\x03\x00\x31\x51\x30\n\x1dV\x42\x18"), "{bytes:?}");
    }

    #[test]
    fn long_texts_are_broken_between_words() {
        let mut out = Vec::new();
        lines(&mut out, &format!("{} {} {}", "a".repeat(40), "bb", "c".repeat(100)));
        let text = String::from_utf8(out).unwrap();
        let widths: Vec<usize> = text.lines().map(str::len).collect();
        assert_eq!(widths, [40, 2, 42, 42, 16]);
    }
}
