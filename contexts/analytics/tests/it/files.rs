//! Reports as files, read back: what a spreadsheet shows is what programs are told.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde_json::Value;
use usher_analytics::model::render::render;
use usher_analytics::model::report::{Format, Table};

/// A row of a file: each cell's text or number; empty where nothing is told.
type Row = Vec<Value>;

/// The same table as programs are told it: the headings, the rows and the totals.
fn told(table: &Table) -> Vec<Row> {
    let json: Value = serde_json::from_slice(&render(table, Format::Json).unwrap()).unwrap();
    let columns = json["columns"].as_array().unwrap();
    let named =
        |row: &Value| columns.iter().map(|column| row[column["name"].as_str().unwrap()].clone()).collect();
    let headings = columns.iter().map(|column| column["label"].clone()).collect();
    let mut total: Row = named(&json["total"]);
    if table.dimensions().count() > 0 {
        total[0] = table.tongue.total().into();
    }
    let rows = json["rows"].as_array().unwrap().iter().map(named);
    [headings].into_iter().chain(rows).chain([total]).collect()
}

fn of_csv(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let cell = |text: &str| match text.parse::<f64>() {
        Ok(number) => number.into(),
        Err(_) if text.is_empty() => Value::Null,
        Err(_) => text.into(),
    };
    reader.records().map(|record| record.unwrap().iter().map(cell).collect()).collect()
}

/// What stands between two marks, the first time.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    Some(rest.split_once(to)?.0)
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The cells of a workbook's only sheet by row and column, as ECMA-376 (part 1, 18.3) writes them.
fn cells(bytes: &[u8]) -> BTreeMap<usize, BTreeMap<usize, Value>> {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        book.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let (strings, sheet) = (part("xl/sharedStrings.xml"), part("xl/worksheets/sheet1.xml"));
    let shared: Vec<String> = strings
        .split("<si>")
        .skip(1)
        .map(|one| {
            plain(one.split_once("<t").unwrap().1.split_once('>').unwrap().1.split_once("</t>").unwrap().0)
        })
        .collect();
    let mut rows: BTreeMap<usize, BTreeMap<usize, Value>> = BTreeMap::new();
    for cell in sheet.split("<c ").skip(1) {
        let place = between(cell, "r=\"", "\"").unwrap();
        let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
        let column = letters.fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1) - 1;
        let row: usize = place.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap();
        let head = cell.split_once('>').unwrap().0;
        let Some(value) = between(cell.split("</c>").next().unwrap(), "<v>", "</v>") else { continue };
        let value = if head.contains("t=\"s\"") {
            shared[value.parse::<usize>().unwrap()].clone().into()
        } else {
            value.parse::<f64>().unwrap().into()
        };
        rows.entry(row).or_default().insert(column, value);
    }
    rows
}

/// From the headings on, which stand in the fourth row.
fn of_xlsx(bytes: &[u8], columns: usize) -> Vec<Row> {
    let rows = cells(bytes);
    let last = rows.keys().max().copied().unwrap();
    let cell = |row: usize, column: usize| {
        rows.get(&row).and_then(|row| row.get(&column)).cloned().unwrap_or(Value::Null)
    };
    (4..=last).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
}

/// Every format of a table says what the JSON says: a workbook to the last digit, CSV as people write numbers.
pub(crate) fn agree(table: &Table) {
    let told = told(table);
    let book = render(table, Format::Xlsx).unwrap();
    assert_eq!(of_xlsx(&book, table.columns.len()), told, "the workbook");
    assert_eq!(cells(&book)[&1][&0], Value::from(table.title.clone()), "its title");
    let csv = of_csv(&render(table, Format::Csv).unwrap());
    // A table of one number for all has no totals of their own.
    assert_eq!(csv.len(), told.len() - usize::from(table.dimensions().count() == 0), "rows of the CSV");
    for (row, expected) in csv.iter().zip(&told) {
        assert_eq!(row.len(), expected.len());
        for (cell, expected) in row.iter().zip(expected) {
            match (cell.as_f64(), expected.as_f64()) {
                (Some(cell), Some(expected)) => {
                    assert!((cell - expected).abs() <= 0.05, "{cell} stands for {expected}");
                }
                _ => assert_eq!(cell, expected),
            }
        }
    }
    let document = render(table, Format::Pdf).unwrap();
    assert!(document.starts_with(b"%PDF-") && document.len() > 1_000, "{}", document.len());
}
