//! Helvetica as every PDF reader has it: its letters and their widths.

use usher_kernel::windows_1252;

/// The widths of the letters from space to tilde, in thousandths of the size (Adobe's metrics of Helvetica).
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// A text in the encoding of the standard fonts. They have the letters of Western Europe; any other stands as a
/// question mark.
pub(super) fn encode(text: &str) -> Vec<u8> {
    text.chars().map(|letter| windows_1252(letter).unwrap_or(b'?')).collect()
}

/// How wide a text is at a size, in points. Letters with accents are as wide as an average one.
pub(super) fn width(text: &str, size: f32) -> f32 {
    let thousandths: f32 = text
        .chars()
        .map(|c| {
            let place = u32::from(c).checked_sub(0x20).and_then(|n| usize::try_from(n).ok());
            f32::from(place.and_then(|n| WIDTHS.get(n)).copied().unwrap_or(556))
        })
        .sum();
    thousandths * size / 1000.0
}

/// A text cut to fit a width, with an ellipsis where something is missing.
pub(super) fn fit(text: &str, size: f32, room: f32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if width(&cut, size) + width("…", size) > room {
            cut.pop();
            break;
        }
    }
    cut.push('…');
    cut
}
