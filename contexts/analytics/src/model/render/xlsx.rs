//! An Excel workbook.

use rust_xlsxwriter::{Chart, ChartType, Format, Workbook, Worksheet, XlsxError};

use crate::model::report::Table;

/// The most points of a chart.
const MOST_POINTS: usize = 60;

/// One sheet: title, headings, rows, totals, and beside them a chart.
pub(super) fn render(table: &Table) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    fill(book.add_worksheet(), table).map_err(|error| error.to_string())?;
    book.save_to_buffer().map_err(|error| error.to_string())
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let heading = Format::new().set_bold().set_border_bottom(rust_xlsxwriter::FormatBorder::Thin);
    let name = table.tongue.report();
    sheet.set_name(name)?;
    sheet.set_right_to_left(table.tongue.is_right_to_left());
    // `write_string` never makes a formula of a text.
    sheet.write_string_with_format(0, 0, &table.title, &bold)?;
    sheet.write_string(
        1,
        0,
        format!("{}, {} {} {}", table.tenant, table.period.from, table.tongue.until(), table.period.to),
    )?;
    let first = 4;
    for (at, column) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(first - 1, at, column.label, &heading)?;
        sheet.set_column_width(at, if column.dimension { 24 } else { 14 })?;
    }
    let by = u16::try_from(table.dimensions().count()).unwrap_or(0);
    let formats: Vec<Format> = table
        .metrics()
        .map(|column| Format::new().set_num_format(if column.whole { "0" } else { "0.0" }))
        .collect();
    let mut line = first;
    for row in &table.rows {
        for (at, name) in (0..).zip(&row.by) {
            sheet.write_string(line, at, name)?;
        }
        for ((at, value), format) in (by..).zip(&row.values).zip(&formats) {
            if let Some(value) = value {
                sheet.write_number_with_format(line, at, *value, format)?;
            }
        }
        line += 1;
    }
    if by > 0 {
        sheet.write_string_with_format(line, 0, table.tongue.total(), &bold)?;
    }
    for ((at, value), format) in (by..).zip(&table.total).zip(&formats) {
        if let Some(value) = value {
            sheet.write_number_with_format(line, at, *value, &format.clone().set_bold())?;
        }
    }
    sheet.set_freeze_panes(first, 0)?;
    if let Some(points) = table.chart(MOST_POINTS) {
        let last = first - 1 + u32::try_from(points.points.len()).unwrap_or(0);
        let mut chart = Chart::new(ChartType::Column);
        chart
            .add_series()
            .set_categories((name, first, 0, last, 0))
            .set_values((name, first, by, last, by))
            .set_name(points.label);
        chart.legend().set_hidden();
        chart.title().set_name(points.label);
        let beside = u16::try_from(table.columns.len()).unwrap_or(8) + 1;
        sheet.insert_chart(first - 1, beside, &chart)?;
    }
    Ok(())
}
