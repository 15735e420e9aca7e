//! Calendar files (RFC 5545), so that an appointment stands in the person's own calendar.
//!
//! Times are written in UTC: every program shows them on its own clock, across a change of clocks too, and no file
//! has to bring the rules of a time zone with it. The library for such files that is kept up brings a second one for
//! times into the house; a dozen properties are not worth that.

use std::fmt::Write as _;

use usher_kernel::Timestamp;

/// Octets of a line, without its end.
const LINE: usize = 75;

/// One appointment in a calendar.
#[derive(Clone, Debug)]
pub struct Event {
    /// The same in every version of it.
    pub uid: String,
    /// Grows with each change, so that a program takes the newer one.
    pub sequence: i64,
    /// When it was last said.
    pub stamp: Timestamp,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// What it is.
    pub summary: String,
    /// More about it.
    pub description: String,
    /// Where.
    pub location: String,
    /// Its page.
    pub url: Option<String>,
    /// Whether it does not take place.
    pub cancelled: bool,
}

/// A calendar file with these events.
pub fn file(name: &str, events: &[Event]) -> String {
    let mut out = String::new();
    let mut line = |property: &str, value: &str| fold(&mut out, &format!("{property}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Usher//Appointments//EN");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("X-WR-CALNAME", &text(name));
    for event in events {
        line("BEGIN", "VEVENT");
        line("UID", &text(&event.uid));
        line("SEQUENCE", &event.sequence.to_string());
        line("DTSTAMP", &utc(event.stamp));
        line("DTSTART", &utc(event.starts_at));
        line("DTEND", &utc(event.ends_at));
        line("SUMMARY", &text(&event.summary));
        if !event.description.is_empty() {
            line("DESCRIPTION", &text(&event.description));
        }
        line("LOCATION", &text(&event.location));
        if let Some(url) = &event.url {
            line("URL", url);
        }
        line("STATUS", if event.cancelled { "CANCELLED" } else { "CONFIRMED" });
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    out
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text as a property's value.
fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '\\' | ';' | ',' => {
                let _ = write!(out, "\\{c}");
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line, broken where it is longer than a line may be; never inside a letter.
fn fold(out: &mut String, line: &str) {
    let mut left = LINE;
    for c in line.chars() {
        if c.len_utf8() > left {
            out.push_str("\r\n ");
            // The blank that goes on with a line counts.
            left = LINE - 1;
        }
        out.push(c);
        left -= c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        let at = |text: &str| text.parse().unwrap();
        Event {
            uid: "0190@usher".into(),
            sequence: 3,
            stamp: at("2026-03-04T10:00:00Z"),
            starts_at: at("2026-10-25T00:30:00Z"),
            ends_at: at("2026-10-25T01:30:00Z"),
            summary: "Loans, part; two \\ three\nlines".into(),
            description: "é".repeat(80),
            location: "Main branch".into(),
            url: Some("https://usher.example/appointments/x".into()),
            cancelled: false,
        }
    }

    #[test]
    fn a_file_is_as_the_rfc_has_it() {
        let file = file("Usher", &[event()]);
        assert!(
            file.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && file.ends_with("END:VCALENDAR\r\n")
        );
        // The hour from half past two to half past two of that night in Berlin, told apart by UTC.
        assert!(file.contains("\r\nDTSTART:20261025T003000Z\r\nDTEND:20261025T013000Z\r\n"));
        assert!(file.contains("SUMMARY:Loans\\, part\\; two \\\\ three\\nlines\r\n"));
        assert!(file.contains("\r\nSEQUENCE:3\r\n") && file.contains("\r\nSTATUS:CONFIRMED\r\n"));
    }

    #[test]
    fn long_lines_are_broken_between_letters() {
        let file = file("Usher", &[event()]);
        assert!(file.split("\r\n").all(|line| line.len() <= LINE), "{file}");
        let whole = file.replace("\r\n ", "");
        assert!(whole.contains(&format!("DESCRIPTION:{}\r\n", "é".repeat(80))));
    }

    #[test]
    fn no_text_begins_a_line_of_its_own() {
        let mut sly = event();
        sly.summary = "x\r\nEND:VEVENT".into();
        assert!(!file("Usher", &[sly]).contains("\r\nEND:VEVENT\r\nLOCATION"));
    }
}
