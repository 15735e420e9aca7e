//! A document: title, a chart, the table over as many A4 pages as it takes.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::font::{encode, fit, width};
use super::text_of;
use crate::model::report::{Chart, Column, Table};

const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 48.0;
const SIZE: f32 = 9.0;
const LINE: f32 = 16.0;
const CHART_HEIGHT: f32 = 180.0;
/// The most bars of a chart.
const MOST_BARS: usize = 40;
/// #0B5A8C, the product's blue.
const BLUE: (f32, f32, f32) = (0.043, 0.353, 0.549);
/// #5F6979.
const GREY: (f32, f32, f32) = (0.373, 0.412, 0.475);

/// The whole document.
pub(super) fn render(table: &Table) -> Vec<u8> {
    let pages = Pages::lay_out(table);
    let mut next = 1;
    let mut refs = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree) = (Ref::new(1), refs());
    let (plain, bold, info) = (refs(), refs(), refs());
    let ids: Vec<(Ref, Ref)> = pages.0.iter().map(|_| (refs(), refs())).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).lang(TextStr(table.tongue.as_str()));
    let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(ids.iter().map(|(page, _)| *page)).count(count);
    pdf.document_info(info).title(TextStr(&table.title)).producer(TextStr("Usher"));
    for ((page, content), drawn) in ids.into_iter().zip(pages.0) {
        let mut one = pdf.page(page);
        one.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).parent(tree).contents(content);
        one.resources().fonts().pair(Name(b"F"), plain).pair(Name(b"B"), bold);
        one.finish();
        pdf.stream(content, &drawn.finish());
    }
    for (id, name) in [(plain, &b"Helvetica"[..]), (bold, b"Helvetica-Bold")] {
        pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.finish()
}

struct Pages(Vec<Content>);

/// The columns' left edges and widths.
struct Layout {
    edges: Vec<(f32, f32)>,
    size: f32,
}

impl Layout {
    fn of(table: &Table) -> Self {
        let by: f32 = if table.dimensions().next().is_some() { 1.0 } else { 0.0 };
        let room = PAGE.0 - 2.0 * MARGIN;
        let weight = |column: &Column| if column.dimension { 2.2 } else { 1.0 };
        let all: f32 = table.columns.iter().map(weight).sum::<f32>().max(by);
        let mut left = MARGIN;
        let edges = table.columns.iter().map(|column| {
            let wide = room * weight(column) / all;
            let edge = (left, wide);
            left += wide;
            edge
        });
        // Many metrics on one line are written smaller.
        let size = if table.columns.len() > 9 { 6.0 } else { SIZE };
        Self { edges: edges.collect(), size }
    }
}

impl Pages {
    fn lay_out(table: &Table) -> Self {
        let layout = Layout::of(table);
        let mut page = Content::new();
        let mut y = PAGE.1 - MARGIN;
        text(&mut page, b"B", 16.0, (MARGIN, y), &fit(&table.title, 16.0, PAGE.0 - 2.0 * MARGIN));
        y -= 20.0;
        color(&mut page, GREY);
        let about = format!("{} · {} – {}", table.tenant, table.period.from, table.period.to);
        text(&mut page, b"F", SIZE, (MARGIN, y), &fit(&about, SIZE, PAGE.0 - 2.0 * MARGIN));
        color(&mut page, (0.0, 0.0, 0.0));
        y -= 24.0;
        if let Some(points) = table.chart(MOST_BARS) {
            chart(&mut page, &points, y);
            y -= CHART_HEIGHT + 28.0;
        }
        let mut pages = Vec::new();
        y = headings(&mut page, table, &layout, y);
        let whole: Vec<bool> = table.metrics().map(|column| column.whole).collect();
        for row in &table.rows {
            if y < MARGIN + LINE {
                pages.push(std::mem::replace(&mut page, Content::new()));
                y = headings(&mut page, table, &layout, PAGE.1 - MARGIN);
            }
            let numbers = row.values.iter().zip(&whole).map(|(value, whole)| text_of(*value, *whole));
            let cells: Vec<String> = row.by.iter().cloned().chain(numbers).collect();
            cells_at(&mut page, table, &layout, (b"F", y), &cells);
            y -= LINE;
        }
        if y < MARGIN + LINE {
            pages.push(std::mem::replace(&mut page, Content::new()));
            y = PAGE.1 - MARGIN;
        }
        let by = table.dimensions().count();
        let names = (0..by).map(|n| if n == 0 { table.tongue.total().to_owned() } else { String::new() });
        let numbers = table.total.iter().zip(&whole).map(|(value, whole)| text_of(*value, *whole));
        rule(&mut page, y + LINE - 5.0);
        cells_at(&mut page, table, &layout, (b"B", y), &names.chain(numbers).collect::<Vec<_>>());
        pages.push(page);
        Self(pages)
    }
}

/// The headings; the place of the first row.
fn headings(page: &mut Content, table: &Table, layout: &Layout, y: f32) -> f32 {
    let labels: Vec<String> = table.columns.iter().map(|column| column.label.to_owned()).collect();
    cells_at(page, table, layout, (b"B", y), &labels);
    rule(page, y - 5.0);
    y - LINE - 2.0
}

/// One line of cells: names to the left, numbers to the right.
fn cells_at(page: &mut Content, table: &Table, layout: &Layout, at: (&[u8], f32), cells: &[String]) {
    for ((column, (left, wide)), cell) in table.columns.iter().zip(&layout.edges).zip(cells) {
        let cell = fit(cell, layout.size, wide - 6.0);
        let x = if column.dimension { *left } else { left + wide - width(&cell, layout.size) };
        text(page, at.0, layout.size, (x, at.1), &cell);
    }
}

/// Bars from zero with their scale; `top` is the upper edge.
fn chart(page: &mut Content, chart: &Chart<'_>, top: f32) {
    let most = chart.points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let (left, right, bottom) = (MARGIN + 32.0, PAGE.0 - MARGIN, top - CHART_HEIGHT);
    let height = CHART_HEIGHT - 28.0;
    text(page, b"B", SIZE, (MARGIN, top), chart.label);
    let step = nice_step(most);
    let scale = |value: f64| if most > 0.0 { narrow(value / most) * height } else { 0.0 };
    color(page, GREY);
    page.set_line_width(0.5).set_stroke_rgb(0.85, 0.87, 0.9);
    let mut mark = 0.0;
    while mark <= most && step > 0.0 {
        let y = bottom + scale(mark);
        page.move_to(left, y).line_to(right, y).stroke();
        let label = if step < 1.0 { format!("{mark:.1}") } else { format!("{mark:.0}") };
        text(page, b"F", 7.0, (left - 4.0 - width(&label, 7.0), y - 2.0), &label);
        mark += step;
    }
    let room = (right - left) / narrow_count(chart.points.len());
    color(page, BLUE);
    let mut x = left;
    for (_, value) in &chart.points {
        page.rect(x + room * 0.12, bottom, room * 0.76, scale(*value)).fill_nonzero();
        x += room;
    }
    color(page, GREY);
    // As many names as fit.
    let every = (44.0 / room).ceil().max(1.0);
    let (mut x, mut due) = (left, 0.0);
    for (n, (name, _)) in chart.points.iter().enumerate() {
        if narrow_count(n) >= due || n == 0 {
            let name = fit(name, 7.0, (room * every - 4.0).max(12.0));
            text(page, b"F", 7.0, (x + room * 0.12, bottom - 10.0), &name);
            due = narrow_count(n) + every;
        }
        x += room;
    }
    color(page, (0.0, 0.0, 0.0));
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

fn text(page: &mut Content, font: &[u8], size: f32, (x, y): (f32, f32), text: &str) {
    page.begin_text().set_font(Name(font), size).next_line(x, y).show(Str(&encode(text))).end_text();
}

fn rule(page: &mut Content, y: f32) {
    page.set_line_width(0.5).set_stroke_rgb(GREY.0, GREY.1, GREY.2);
    page.move_to(MARGIN, y).line_to(PAGE.0 - MARGIN, y).stroke();
}

fn color(page: &mut Content, (r, g, b): (f32, f32, f32)) {
    page.set_fill_rgb(r, g, b);
}
