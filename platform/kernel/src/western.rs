//! Letters for machines that know no others than those of Western Europe: receipt printers, the fonts that every PDF
//! reader has.

use encoding_rs::WINDOWS_1252;

/// A letter in Windows-1252. None where that has no such letter, and for control letters, which would be commands.
///
/// ```
/// use usher_kernel::windows_1252;
/// assert_eq!([windows_1252('é'), windows_1252('€')], [Some(0xe9), Some(0x80)]);
/// assert_eq!([windows_1252('ب'), windows_1252('\u{1b}')], [None, None]);
/// ```
pub fn windows_1252(letter: char) -> Option<u8> {
    if letter.is_control() {
        return None;
    }
    let mut utf8 = [0; 4];
    match WINDOWS_1252.encode(letter.encode_utf8(&mut utf8)) {
        (bytes, _, false) => bytes.first().copied(),
        _ => None,
    }
}
