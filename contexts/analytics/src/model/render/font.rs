//! Letters on paper: which font has them, in which order they stand, and how those of a script join.
//!
//! The two fonts are Noto Sans and Noto Sans Arabic (regular, without hints), cut down to the letters of Latin, Greek
//! and Cyrillic and of Arabic; `OFL.txt` beside them is their licence, and ADR 10 says how they were made.

use harfrust::{Direction, FontRef, ShapeOptions, Shaper, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use unicode_bidi::{Level, ParagraphBidiInfo};

static NOTO_SANS: &[u8] = include_bytes!("NotoSans.ttf");
static NOTO_SANS_ARABIC: &[u8] = include_bytes!("NotoSansArabic.ttf");

/// Both fonts, ready to set texts.
pub(super) struct Fonts {
    western: Face,
    arabic: Face,
}

struct Face {
    bytes: FontRef<'static>,
    shaping: ShaperData,
    drawn: Font,
}

/// A text in one line, ready to be drawn; widths are in units of the size.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    width: f32,
}

/// A part of a line, in one font and one direction; pieces follow each other from left to right.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) font: Font,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

/// A text that keeps its own direction within another, such as a date: its parts would change places beside Arabic
/// letters (Unicode Standard Annex 9).
pub(super) fn apart(text: &str) -> String {
    format!("\u{2066}{text}\u{2069}")
}

impl Line {
    /// How wide it is at a size, in points.
    pub(super) fn width(&self, size: f32) -> f32 {
        self.width * size
    }
}

impl Fonts {
    /// The fonts of this program.
    ///
    /// # Errors
    /// A font is broken; that would be this program's fault.
    pub(super) fn open() -> Result<Self, String> {
        Ok(Self { western: Face::open(NOTO_SANS)?, arabic: Face::open(NOTO_SANS_ARABIC)? })
    }

    /// Sets a text that reads in the direction of its own first letter, or of the one that is given: `rtl`.
    pub(super) fn set(&self, text: &str, rtl: Option<bool>) -> Line {
        let text = text.replace(|c: char| c.is_control(), " ");
        let base = rtl.map(|rtl| if rtl { Level::rtl() } else { Level::ltr() });
        let mut line = Line::default();
        if text.is_empty() {
            return line;
        }
        let order = ParagraphBidiInfo::new(&text, base);
        let (levels, runs) = order.visual_runs(0..text.len());
        for run in runs {
            let rtl = levels.get(run.start).is_some_and(Level::is_rtl);
            let mut parts = self.by_face(&text[run]);
            if rtl {
                parts.reverse();
            }
            for (face, part) in parts {
                let piece = face.shape(part, rtl);
                line.width += piece.width;
                line.pieces.push(piece);
            }
        }
        line
    }

    /// The same cut to fit a width, with an ellipsis where something is missing.
    pub(super) fn fit(&self, text: &str, size: f32, room: f32, rtl: Option<bool>) -> Line {
        let whole = self.set(text, rtl);
        if whole.width(size) <= room {
            return whole;
        }
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        // The longest beginning that fits: more letters are never narrower by more than what joins them.
        let cut = |letters: usize| {
            let end = ends.get(letters).copied().unwrap_or(text.len());
            self.set(&format!("{}…", text[..end].trim_end()), rtl)
        };
        let (mut fits, mut too_long) = (0, ends.len());
        while too_long - fits > 1 {
            let middle = usize::midpoint(fits, too_long);
            if cut(middle).width(size) <= room {
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        cut(fits)
    }

    /// A run in parts, each with the font that has its letters. Blanks and marks stay with the letters before them.
    fn by_face<'a>(&self, run: &'a str) -> Vec<(&Face, &'a str)> {
        let mut parts: Vec<(bool, usize)> = Vec::new();
        for (at, letter) in run.char_indices() {
            let before = parts.last().map(|(arabic, _)| *arabic);
            let arabic = match letter {
                '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' => true,
                ' ' | '\u{200c}'..='\u{200f}' | '\u{2066}'..='\u{2069}' => before.unwrap_or(false),
                _ => false,
            };
            if before != Some(arabic) {
                parts.push((arabic, at));
            }
        }
        let ends = parts.iter().skip(1).map(|(_, at)| *at).chain([run.len()]);
        parts
            .iter()
            .zip(ends)
            .map(|((arabic, at), end)| (if *arabic { &self.arabic } else { &self.western }, &run[*at..end]))
            .collect()
    }
}

impl Face {
    fn open(bytes: &'static [u8]) -> Result<Self, String> {
        let drawn = Font::new(bytes.into(), 0).ok_or("a font of this program cannot be read")?;
        let bytes = FontRef::new(bytes).map_err(|error| error.to_string())?;
        Ok(Self { shaping: ShaperData::new(&bytes), bytes, drawn })
    }

    fn shaper(&self) -> Shaper<'_> {
        self.shaping.shaper(&self.bytes).build()
    }

    /// Joins the letters of a piece and says where each stands.
    #[expect(clippy::cast_precision_loss, reason = "units of a font are small")]
    fn shape(&self, text: &str, rtl: bool) -> Piece {
        let mut letters = UnicodeBuffer::new();
        letters.push_str(text);
        letters.guess_segment_properties();
        letters.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let set = self.shaper().shape(letters, ShapeOptions::default());
        let mut starts: Vec<usize> = set.glyph_infos().iter().map(|glyph| glyph.cluster as usize).collect();
        starts.sort_unstable();
        let end_of = |start: usize| {
            let next = starts.partition_point(|other| *other <= start);
            starts.get(next).copied().unwrap_or(text.len())
        };
        let units = self.drawn.units_per_em();
        let glyphs: Vec<KrillaGlyph> = set
            .glyph_infos()
            .iter()
            .zip(set.glyph_positions())
            .map(|(glyph, place)| {
                let start = glyph.cluster as usize;
                let em = |units_there: i32| units_there as f32 / units;
                KrillaGlyph::new(
                    GlyphId::new(glyph.glyph_id),
                    em(place.x_advance),
                    em(place.x_offset),
                    em(place.y_offset),
                    em(place.y_advance),
                    start..end_of(start),
                    None,
                )
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Piece { font: self.drawn.clone(), text: text.to_owned(), glyphs, width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &Line) -> Vec<&str> {
        line.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    fn ids(line: &Line) -> Vec<u32> {
        line.pieces.iter().flat_map(|piece| &piece.glyphs).map(|glyph| glyph.glyph_id.to_u32()).collect()
    }

    #[test]
    fn letters_of_arabic_are_joined_and_stand_from_right_to_left() {
        let fonts = Fonts::open().unwrap();
        // Three times the same letter: at the beginning, inside and at the end it has three forms, the last one left.
        let three = ids(&fonts.set("\u{633}\u{633}\u{633}", None));
        assert_eq!(three.len(), 3);
        assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2], "{three:?}");
        let apart = ids(&fonts.set("\u{633}", None));
        assert!(!three.contains(&apart[0]), "none of them is the form that stands alone");
        // Lam and alef cross each other, in forms that both have for that alone.
        let crossed = ids(&fonts.set("\u{644}\u{627}", None));
        let others = ["\u{644}", "\u{627}", "\u{633}\u{644}\u{633}", "\u{633}\u{627}"]
            .map(|text| ids(&fonts.set(text, None)));
        assert!(!crossed.iter().any(|glyph| others.concat().contains(glyph)), "{crossed:?} {others:?}");
    }

    #[test]
    fn directions_are_mixed_as_people_read_them() {
        let fonts = Fonts::open().unwrap();
        // From left to right, as the pieces stand on the paper.
        let heading = fonts.set("انتظار P90 (د)", None);
        assert_eq!(texts(&heading), [")", "د", " (", "P90", "انتظار "]);
        let about = texts(&fonts.set(&format!("بنك · {}", apart("2026-03-01")), Some(true))).concat();
        assert!(about.replace(['\u{2066}', '\u{2069}'], "").starts_with("2026-03-01"), "{about}");
        assert_eq!(texts(&fonts.set("Bank · 2026-03-01 – 2026-03-31", Some(false))).len(), 1);
        // A bracket that opens to the other side is the other letter.
        let brackets = |rtl| ids(&fonts.set("(", Some(rtl)));
        assert_ne!(brackets(true), brackets(false));
    }

    #[test]
    fn every_letter_of_the_five_languages_and_their_neighbours_is_there() {
        let fonts = Fonts::open().unwrap();
        for text in [
            "ÀÉÎÕÜßæœøåñçğışžłąęőűăș€–—“”„«»…·°%",
            "Καλημέρα κόσμε",
            "Здравствуйте, Ґава, Ђорђе",
            "متوسط الانتظار (د) گچپژ ۱۲۳ ١٢٣،؟",
        ] {
            assert!(!ids(&fonts.set(text, None)).contains(&0), "{text}");
        }
    }

    #[test]
    fn a_long_name_is_cut_and_still_fits() {
        let fonts = Fonts::open().unwrap();
        for name in [
            "Kreditabteilung für Großkunden am Marktplatz",
            "قسم القروض للعملاء الكبار في الساحة",
            "WWWWWWWWWWWWWW",
        ] {
            let cut = fonts.fit(name, 9.0, 60.0, None);
            assert!(cut.width(9.0) <= 60.0 && cut.width(9.0) > 40.0, "{name}: {}", cut.width(9.0));
            assert!(texts(&cut).concat().contains('…'), "{name}");
            assert!(!texts(&fonts.fit(name, 9.0, 900.0, None)).concat().contains('…'));
        }
        assert_eq!(texts(&fonts.fit("Ab", 9.0, 0.0, None)), ["…"]);
        assert!(fonts.set("", None).pieces.is_empty());
    }
}
