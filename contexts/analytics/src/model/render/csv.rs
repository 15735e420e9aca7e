//! Comma-separated values.

use super::text_of;
use crate::model::report::Table;

/// What a file of UTF-8 begins with: without it Excel reads the letters of the machine's old code page, and an umlaut is two
/// wrong letters. Files of comma-separated values are for people; programs ask for JSON.
const MARK: &str = "\u{feff}";

/// The table with a row of headings and one of totals.
pub(super) fn render(table: &Table) -> Result<Vec<u8>, String> {
    let mut out = csv::Writer::from_writer(MARK.as_bytes().to_vec());
    let write = |out: &mut csv::Writer<Vec<u8>>, cells: Vec<String>| {
        out.write_record(&cells).map_err(|error| error.to_string())
    };
    write(&mut out, table.columns.iter().map(|column| column.label.to_owned()).collect())?;
    let whole: Vec<bool> = table.metrics().map(|column| column.whole).collect();
    let numbers = |values: &[Option<f64>]| -> Vec<String> {
        values.iter().zip(&whole).map(|(value, whole)| text_of(*value, *whole)).collect()
    };
    for row in &table.rows {
        let names = row.by.iter().map(|name| guarded(name));
        write(&mut out, names.chain(numbers(&row.values)).collect())?;
    }
    let by = table.dimensions().count();
    if by > 0 {
        let names = (0..by).map(|n| if n == 0 { table.tongue.total().to_owned() } else { String::new() });
        write(&mut out, names.chain(numbers(&table.total)).collect())?;
    }
    out.into_inner().map_err(|error| error.to_string())
}

/// A name that a spreadsheet would take for a formula gets an apostrophe before it, which makes it text
/// (OWASP, "CSV Injection").
fn guarded(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{name}")
    } else {
        name.to_owned()
    }
}
