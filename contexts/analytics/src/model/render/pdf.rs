//! A document: title, a chart, the table over as many A4 pages as it takes. In a language that is written from right to
//! left everything stands mirrored, the chart, too.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{Metadata, TextDirection};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

use super::font::{Fonts, Line, apart};
use super::text_of;
use crate::model::report::{Chart, Column, Table};

const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 48.0;
const ROOM: f32 = PAGE.0 - 2.0 * MARGIN;
const SIZE: f32 = 9.0;
const LINE: f32 = 16.0;
const CHART_HEIGHT: f32 = 180.0;
/// The most bars of a chart.
const MOST_BARS: usize = 40;
/// How small a heading may be beside what stands below it.
const LEAST_HEADING: f32 = 0.65;
/// How much thicker the lines of a heading's letters are, in units of its size.
const BOLD: f32 = 0.03;

/// A colour by its three parts.
type Ink = (u8, u8, u8);
const BLACK: Ink = (0, 0, 0);
/// The product's blue.
const BLUE: Ink = (0x0b, 0x5a, 0x8c);
const GREY: Ink = (0x5f, 0x69, 0x79);
const PALE: Ink = (0xd9, 0xde, 0xe6);

/// The whole document.
///
/// # Errors
/// Says in words what the library could not do.
pub(super) fn render(table: &Table) -> Result<Vec<u8>, String> {
    let fonts = Fonts::open()?;
    let rtl = table.tongue.is_right_to_left();
    let pages = Pages::lay_out(table, &fonts, rtl);
    let mut document = Document::new();
    let direction = if rtl { TextDirection::RightToLeft } else { TextDirection::LeftToRight };
    document.set_metadata(
        Metadata::new()
            .title(table.title.clone())
            .producer("Usher".to_owned())
            .language(table.tongue.as_str().to_owned())
            .text_direction(direction),
    );
    for page in pages.0 {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or("a page without a size")?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for mark in &page.marks {
            mark.draw(&mut surface);
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().map_err(|error| format!("{error:?}"))
}

/// Something on a page, from its upper left corner.
enum Mark {
    Text { line: Line, size: f32, at: (f32, f32), ink: Ink, bold: bool },
    Box { left: f32, top: f32, width: f32, height: f32, ink: Ink },
}

impl Mark {
    fn draw(&self, surface: &mut Surface<'_>) {
        let paint = |(r, g, b): Ink| rgb::Color::new(r, g, b).into();
        match self {
            Self::Text { line, size, at, ink, bold } => {
                surface.set_fill(Some(Fill { paint: paint(*ink), ..Fill::default() }));
                let thick = Stroke { paint: paint(*ink), width: size * BOLD, ..Stroke::default() };
                surface.set_stroke(bold.then_some(thick));
                let mut x = at.0;
                for piece in &line.pieces {
                    let start = Point::from_xy(x, at.1);
                    surface.draw_glyphs(start, &piece.glyphs, piece.font.clone(), &piece.text, *size, false);
                    x += piece.width * size;
                }
            }
            Self::Box { left, top, width, height, ink } => {
                let Some(rect) = Rect::from_xywh(*left, *top, *width, *height) else { return };
                let mut path = PathBuilder::new();
                path.push_rect(rect);
                surface.set_fill(Some(Fill { paint: paint(*ink), ..Fill::default() }));
                surface.set_stroke(None);
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
            }
        }
    }
}

/// One page. Places are told from the edge at which reading begins, and from the top.
struct Paper<'a> {
    fonts: &'a Fonts,
    rtl: bool,
    marks: Vec<Mark>,
}

/// How a text stands.
#[derive(Clone, Copy)]
struct Hand {
    size: f32,
    ink: Ink,
    bold: bool,
}

const PLAIN: Hand = Hand { size: SIZE, ink: BLACK, bold: false };
const SMALL: Hand = Hand { size: 7.0, ink: GREY, bold: false };

impl<'a> Paper<'a> {
    fn new(fonts: &'a Fonts, rtl: bool) -> Self {
        Self { fonts, rtl, marks: Vec::new() }
    }

    /// A text that begins at `start`, cut to fit.
    fn text(&mut self, hand: Hand, (start, y): (f32, f32), room: f32, text: &str) {
        let line = self.fonts.fit(text, hand.size, room, None);
        self.line(hand, (start, y), line);
    }

    fn line(&mut self, hand: Hand, (start, y): (f32, f32), line: Line) {
        let left = if self.rtl { PAGE.0 - start - line.width(hand.size) } else { start };
        let Hand { size, ink, bold } = hand;
        self.marks.push(Mark::Text { line, size, at: (left, y), ink, bold });
    }

    /// A number between `start` and `start + room`: to the right in every language, so that digits stand below digits.
    fn number(&mut self, hand: Hand, (start, y): (f32, f32), room: f32, text: &str) {
        let line = self.fonts.fit(text, hand.size, room, None);
        let right = if self.rtl { PAGE.0 - start } else { start + room };
        let Hand { size, ink, bold } = hand;
        self.marks.push(Mark::Text { at: (right - line.width(size), y), line, size, ink, bold });
    }

    /// A short text that ends at `end`, such as a mark of a scale before its line.
    fn before(&mut self, hand: Hand, (end, y): (f32, f32), text: &str) {
        let line = self.fonts.set(text, None);
        let left = if self.rtl { PAGE.0 - end } else { end - line.width(hand.size) };
        let Hand { size, ink, bold } = hand;
        self.marks.push(Mark::Text { line, size, at: (left, y), ink, bold });
    }

    fn bar(&mut self, start: f32, top: f32, (width, height): (f32, f32), ink: Ink) {
        let left = if self.rtl { PAGE.0 - start - width } else { start };
        self.marks.push(Mark::Box { left, top, width, height, ink });
    }

    fn rule(&mut self, y: f32) {
        self.bar(MARGIN, y, (ROOM, 0.5), GREY);
    }
}

struct Pages<'a>(Vec<Paper<'a>>);

/// The columns' edges and widths.
struct Layout {
    edges: Vec<(f32, f32)>,
    size: f32,
}

impl Layout {
    fn of(table: &Table) -> Self {
        let by: f32 = if table.dimensions().next().is_some() { 1.0 } else { 0.0 };
        let weight = |column: &Column| if column.dimension { 2.2 } else { 1.0 };
        let all: f32 = table.columns.iter().map(weight).sum::<f32>().max(by);
        let mut start = MARGIN;
        let edges = table.columns.iter().map(|column| {
            let wide = ROOM * weight(column) / all;
            let edge = (start, wide);
            start += wide;
            edge
        });
        // Many metrics on one line are written smaller.
        let size = if table.columns.len() > 9 { 6.0 } else { SIZE };
        Self { edges: edges.collect(), size }
    }
}

impl<'a> Pages<'a> {
    fn lay_out(table: &Table, fonts: &'a Fonts, rtl: bool) -> Self {
        let layout = Layout::of(table);
        let mut page = Paper::new(fonts, rtl);
        let mut y = MARGIN;
        page.text(Hand { size: 16.0, bold: true, ..PLAIN }, (MARGIN, y), ROOM, &table.title);
        y += 20.0;
        let [from, to] = [table.period.from, table.period.to].map(|day| apart(&day.to_string()));
        let about = format!("{} · {from} – {to}", table.tenant);
        // Names of another script do not turn the line.
        let about = fonts.fit(&about, SIZE, ROOM, Some(rtl));
        page.line(Hand { ink: GREY, ..PLAIN }, (MARGIN, y), about);
        y += 24.0;
        if let Some(points) = table.chart(MOST_BARS) {
            chart(&mut page, &points, y);
            y += CHART_HEIGHT + 28.0;
        }
        let mut pages = Vec::new();
        y = headings(&mut page, table, &layout, y);
        let whole: Vec<bool> = table.metrics().map(|column| column.whole).collect();
        for row in &table.rows {
            if y > PAGE.1 - MARGIN - LINE {
                pages.push(std::mem::replace(&mut page, Paper::new(fonts, rtl)));
                y = headings(&mut page, table, &layout, MARGIN);
            }
            let numbers = row.values.iter().zip(&whole).map(|(value, whole)| text_of(*value, *whole));
            let cells: Vec<String> = row.by.iter().cloned().chain(numbers).collect();
            cells_at(&mut page, table, &layout, (false, y), &cells);
            y += LINE;
        }
        if y > PAGE.1 - MARGIN - LINE {
            pages.push(std::mem::replace(&mut page, Paper::new(fonts, rtl)));
            y = MARGIN;
        }
        let by = table.dimensions().count();
        let names = (0..by).map(|n| if n == 0 { table.tongue.total().to_owned() } else { String::new() });
        let numbers = table.total.iter().zip(&whole).map(|(value, whole)| text_of(*value, *whole));
        page.rule(y - LINE + 5.0);
        cells_at(&mut page, table, &layout, (true, y), &names.chain(numbers).collect::<Vec<_>>());
        pages.push(page);
        Self(pages)
    }
}

/// The headings; the place of the first row.
fn headings(page: &mut Paper<'_>, table: &Table, layout: &Layout, y: f32) -> f32 {
    // A heading is written smaller before it is cut.
    let sizes = table
        .columns
        .iter()
        .zip(&layout.edges)
        .map(|(column, (_, wide))| (wide - 6.0) / page.fonts.set(column.label, None).width(1.0).max(1.0));
    let size = sizes.fold(layout.size, f32::min).max(layout.size * LEAST_HEADING);
    let labels: Vec<String> = table.columns.iter().map(|column| column.label.to_owned()).collect();
    let narrow = Layout { edges: layout.edges.clone(), size };
    cells_at(page, table, &narrow, (true, y), &labels);
    page.rule(y + 5.0);
    y + LINE + 2.0
}

/// One line of cells: names where reading begins, numbers to the right.
fn cells_at(page: &mut Paper<'_>, table: &Table, layout: &Layout, (bold, y): (bool, f32), cells: &[String]) {
    let hand = Hand { size: layout.size, bold, ..PLAIN };
    for ((column, (start, wide)), cell) in table.columns.iter().zip(&layout.edges).zip(cells) {
        if column.dimension {
            page.text(hand, (*start, y), wide - 6.0, cell);
        } else {
            page.number(hand, (start + 6.0, y), wide - 6.0, cell);
        }
    }
}

/// Bars from zero with their scale; `top` is the upper edge.
fn chart(page: &mut Paper<'_>, chart: &Chart<'_>, top: f32) {
    let most = chart.points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let (start, end, bottom) = (MARGIN + 32.0, PAGE.0 - MARGIN, top + CHART_HEIGHT);
    let height = CHART_HEIGHT - 28.0;
    page.text(Hand { bold: true, ..PLAIN }, (MARGIN, top), ROOM, chart.label);
    let step = nice_step(most);
    let scale = |value: f64| if most > 0.0 { narrow(value / most) * height } else { 0.0 };
    let mut mark = 0.0;
    while mark <= most && step > 0.0 {
        let y = bottom - scale(mark);
        page.bar(start, y, (end - start, 0.5), PALE);
        let label = if step < 1.0 { format!("{mark:.1}") } else { format!("{mark:.0}") };
        page.before(SMALL, (start - 4.0, y + 2.0), &label);
        mark += step;
    }
    let room = (end - start) / narrow_count(chart.points.len());
    let mut at = start;
    for (_, value) in &chart.points {
        let tall = scale(*value);
        page.bar(at + room * 0.12, bottom - tall, (room * 0.76, tall), BLUE);
        at += room;
    }
    // As many names as fit.
    let every = (44.0 / room).ceil().max(1.0);
    let (mut at, mut due) = (start, 0.0);
    for (n, (name, _)) in chart.points.iter().enumerate() {
        if narrow_count(n) >= due || n == 0 {
            page.text(SMALL, (at + room * 0.12, bottom + 10.0), (room * every - 4.0).max(12.0), name);
            due = narrow_count(n) + every;
        }
        at += room;
    }
}

/// A step of the scale: 1, 2 or 5 times a power of ten, about four of them.
fn nice_step(most: f64) -> f64 {
    if most <= 0.0 || !most.is_finite() {
        return 0.0;
    }
    let power = 10_f64.powf((most / 4.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|n| n * power);
    steps.into_iter().find(|step| most / step <= 5.0).unwrap_or(power * 10.0)
}

#[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
fn narrow(share: f64) -> f32 {
    share as f32
}

fn narrow_count(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::tests::table_in;
    use super::*;
    use crate::model::Tongue;

    /// Where every text begins from the left, with what it says.
    fn texts(page: &Paper<'_>) -> Vec<(f32, String)> {
        let of = |mark: &Mark| match mark {
            Mark::Text { line, at, .. } => {
                Some((at.0, line.pieces.iter().map(|piece| piece.text.as_str()).collect()))
            }
            Mark::Box { .. } => None,
        };
        page.marks.iter().filter_map(of).collect()
    }

    fn bars(page: &Paper<'_>) -> Vec<f32> {
        let of = |mark: &Mark| match mark {
            Mark::Box { left, ink, .. } if *ink == BLUE => Some(*left),
            _ => None,
        };
        page.marks.iter().filter_map(of).collect()
    }

    #[test]
    fn an_arabic_report_is_a_mirror_of_the_others() {
        let fonts = Fonts::open().unwrap();
        let names = ["Deposit", "القروض", "Loans"];
        let pages = [Tongue::English, Tongue::Arabic].map(|tongue| {
            let table = table_in(tongue, &names);
            Pages::lay_out(&table, &fonts, tongue.is_right_to_left())
        });
        let [english, arabic] = pages.each_ref().map(|pages| &pages.0[0]);
        let at = |page: &Paper<'_>, name: &str| {
            texts(page).into_iter().filter(|(_, text)| text == name).map(|(x, _)| x).fold(0.0, f32::max)
        };
        assert!((at(english, "Queue") - MARGIN).abs() < 0.1);
        assert!(at(arabic, "الطابور") > PAGE.0 / 2.0, "the first column is the right one");
        assert!(at(english, "Issued") > at(english, "Queue"));
        assert!(at(arabic, "صدرت") < at(arabic, "الطابور"));
        // The bars run the other way, over the same width.
        let (there, back) = (bars(english), bars(arabic));
        assert_eq!((there.len(), back.len()), (3, 3));
        assert!(there[0] < there[1] && there[1] < there[2], "{there:?}");
        assert!(back[0] > back[1] && back[1] > back[2], "{back:?}");
        assert!(texts(arabic).iter().any(|(_, text)| text.contains("Deposit")), "names stay as they are");
    }

    #[test]
    fn nothing_stands_beside_the_paper() {
        let fonts = Fonts::open().unwrap();
        let long = "قسم القروض والودائع للعملاء الكبار in the Größe of a very long line · ".repeat(3);
        for tongue in Tongue::ALL {
            let table = table_in(*tongue, &[&long, "A", ""]);
            for page in Pages::lay_out(&table, &fonts, tongue.is_right_to_left()).0 {
                for mark in &page.marks {
                    let (left, width) = match mark {
                        Mark::Text { line, size, at, .. } => (at.0, line.width(*size)),
                        Mark::Box { left, width, .. } => (*left, *width),
                    };
                    assert!(
                        left >= MARGIN - 5.0 && left + width <= PAGE.0 - MARGIN + 5.0,
                        "{tongue}: {left} {width}"
                    );
                }
            }
        }
    }
}
