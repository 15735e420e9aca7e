//! A report written down.

mod csv;
mod font;
mod pdf;
mod xlsx;

use super::report::{Format, Table, Told};

/// The report in a format, as bytes of a file.
///
/// # Errors
/// Says in words what a library could not do.
pub fn render(table: &Table, format: Format) -> Result<Vec<u8>, String> {
    match format {
        Format::Json => serde_json::to_vec(&Told::from(table)).map_err(|error| error.to_string()),
        Format::Csv => csv::render(table),
        Format::Xlsx => xlsx::render(table),
        Format::Pdf => pdf::render(table),
    }
}

/// A number as people write it: whole, or with one decimal.
fn text_of(value: Option<f64>, whole: bool) -> String {
    match value {
        None => String::new(),
        Some(value) if whole => format!("{value:.0}"),
        Some(value) => format!("{value:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use usher_kernel::civil::Date;

    use super::*;
    use crate::model::report::{Column, Dimension, Metric, Row};
    use crate::model::{Period, Tongue};

    pub(super) fn table(names: &[&str]) -> Table {
        table_in(Tongue::English, names)
    }

    pub(super) fn table_in(tongue: Tongue, names: &[&str]) -> Table {
        let row = |n: usize, name: &&str| Row {
            by: vec![(*name).to_owned()],
            values: vec![Some(f64::from(u32::try_from(n).unwrap())), None],
        };
        Table {
            title: "Queues".to_owned(),
            tongue,
            tenant: "Bank".to_owned(),
            period: Period { from: Date::constant(2026, 3, 1), to: Date::constant(2026, 3, 31) },
            at: "2026-04-01T08:00:00Z".parse().unwrap(),
            columns: vec![
                Column::by(Dimension::Queue, tongue),
                Column::of(Metric::Issued, tongue),
                Column::of(Metric::P90Wait, tongue),
            ],
            rows: names.iter().enumerate().map(|(n, name)| row(n, name)).collect(),
            total: vec![Some(7.0), Some(12.5)],
        }
    }

    #[test]
    fn a_name_that_begins_like_a_formula_stays_a_name_in_csv() {
        let evil = ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\tx", "plain, with a comma"];
        let text = String::from_utf8(render(&table(&evil), Format::Csv).unwrap()).unwrap();
        for name in &evil[..5] {
            assert!(!text.contains(&format!("\n{name}")), "{text}");
            assert!(text.contains(&format!("'{name}")), "{text}");
        }
        assert!(text.contains("\"plain, with a comma\",5,"), "{text}");
        assert!(text.starts_with("\u{feff}Queue,Issued,P90 wait (min)"), "{text}");
        assert!(text.contains("Total,7,12.5"), "{text}");
    }

    #[test]
    fn a_spreadsheet_knows_that_csv_is_utf_8_and_a_program_reads_it_as_before() {
        let file = render(&table(&["Schlüssel"]), Format::Csv).unwrap();
        assert_eq!(&file[..3], [0xef, 0xbb, 0xbf], "Excel takes anything else for its old code page");
        let mut reader = ::csv::Reader::from_reader(&file[..]);
        assert_eq!(reader.headers().unwrap().get(0), Some("Queue"));
        assert_eq!(reader.records().next().unwrap().unwrap().get(0), Some("Schlüssel"));
        let json = render(&table(&["Schlüssel"]), Format::Json).unwrap();
        assert_eq!(json.first(), Some(&b'{'), "programs get none");
    }

    #[test]
    fn a_workbook_and_a_document_are_what_they_say() {
        let names: Vec<String> = (0..200)
            .map(|n| if n == 7 { "Desk 7".to_owned() } else { format!("Schalter {n} – Größe") })
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let book = render(&table(&names), Format::Xlsx).unwrap();
        assert_eq!(&book[..4], b"PK\x03\x04");
        let document = render(&table(&names), Format::Pdf).unwrap();
        assert_eq!(&document[..5], b"%PDF-");
        let text = String::from_utf8_lossy(&document);
        assert!(text.matches("/MediaBox").count() > 3, "200 rows need several pages");
        assert_eq!(
            text.matches("/FontFile").count(),
            1,
            "only the font that has letters in it, and of that those"
        );
        assert!(document.len() < 100_000, "{}", document.len());
        // Nothing to tell is a document as well.
        assert_eq!(&render(&table(&[]), Format::Pdf).unwrap()[..5], b"%PDF-");
        assert!(render(&table(&[]), Format::Xlsx).is_ok());
    }

    #[test]
    fn programs_get_every_value_by_its_name() {
        let json: serde_json::Value =
            serde_json::from_slice(&render(&table(&["A", "B"]), Format::Json).unwrap()).unwrap();
        assert_eq!(json["rows"][1]["queue"], "B");
        assert_eq!(json["rows"][1]["issued"], 1.0);
        assert_eq!(json["rows"][1]["p90_wait_minutes"], serde_json::Value::Null);
        assert_eq!(json["total"]["issued"], 7.0);
    }

    #[test]
    fn every_format_speaks_the_language_of_the_report() {
        let csv =
            |tongue| String::from_utf8(render(&table_in(tongue, &["A"]), Format::Csv).unwrap()).unwrap();
        assert!(csv(Tongue::German).starts_with("\u{feff}Warteschlange,Ausgegeben,"));
        assert!(csv(Tongue::German).contains("Gesamt,7,12.5"));
        assert!(csv(Tongue::Arabic).starts_with("\u{feff}الطابور,"));
        for tongue in Tongue::ALL {
            assert!(render(&table_in(*tongue, &["A", "B"]), Format::Xlsx).is_ok(), "{tongue}");
            let document = render(&table_in(*tongue, &["A", "B"]), Format::Pdf).unwrap();
            let text = String::from_utf8_lossy(&document);
            assert!(
                text.contains(&format!("/Lang({tongue})")) || text.contains(&format!("/Lang ({tongue})")),
                "{tongue}"
            );
        }
    }
}
