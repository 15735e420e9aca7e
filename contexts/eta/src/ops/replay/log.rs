//! Reads a queue log: one row per ticket, and one per change of a counter. Rows that cannot be are left out and counted, as
//! long as they are few.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord, Trim};
use flate2::read::MultiGzDecoder;
use jiff::civil::{DateTime, date};

use crate::model::{Key, Wall};

/// What ends the compressed form begins with (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// With more than one row in so many left out it is not the log that it is taken for.
const ODD: u64 = 20;

/// Why a log cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// A column is not there.
    #[error("{file}: the column {column} is missing")]
    Column {
        /// Which of the files.
        file: &'static str,
        /// Its name.
        column: &'static str,
    },
    /// A row does not say what it should.
    #[error("{file}, line {line}: {text}")]
    Row {
        /// Which of the files.
        file: &'static str,
        /// Counted from 1, the header being the first.
        line: u64,
        /// What is wrong.
        text: String,
    },
    /// So many rows cannot be that the log says nothing.
    #[error("{first}; {count} of {rows} rows cannot be read or be so, which is more than 5 %")]
    TooMany {
        /// What is wrong with the first of them.
        first: Box<LogError>,
        /// How many there are.
        count: u64,
        /// Of how many.
        rows: u64,
    },
    /// There is not a single row.
    #[error("{file}: no rows")]
    Empty {
        /// Which of the files.
        file: &'static str,
    },
}

/// The rows of a file that were left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Which of the files.
    pub file: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// Why, and how many for that.
    pub reasons: BTreeMap<String, u64>,
}

impl LeftOut {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.reasons.values().sum()
    }
}

impl fmt::Display for LeftOut {
    /// One line for all of them, and one for each reason.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} of {} rows are left out", self.file, self.count(), self.rows)?;
        for (reason, count) in &self.reasons {
            write!(f, "\n  {count} × {reason}")?;
        }
        Ok(())
    }
}

/// How a ticket ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Served.
    Served,
    /// Served, then sent on to another line.
    Transferred,
    /// Called, and not there.
    NoShow,
    /// Left before the call.
    Abandoned,
    /// Never called.
    Unserved,
}

/// One row of the tickets.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    /// Number of its queue.
    pub(super) queue: usize,
    /// Its service, numbered over all queues.
    pub(super) service: Key,
    pub(super) arrival: Wall,
    /// When it was called, or left.
    pub(super) start: Option<Wall>,
    pub(super) end: Option<Wall>,
    pub(super) servers: f64,
    pub(super) outcome: Outcome,
    pub(super) priority: u8,
    pub(super) agent: Option<Key>,
}

impl Ticket {
    /// When it was called, if it was.
    pub(super) fn called(&self) -> Option<Wall> {
        let called = matches!(self.outcome, Outcome::Served | Outcome::Transferred | Outcome::NoShow);
        self.start.filter(|_| called)
    }
}

/// What a counter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Open,
    Close,
    Pause,
    Resume,
}

/// One row of the counters.
#[derive(Clone, Debug)]
pub(super) struct Staffing {
    pub(super) at: Wall,
    pub(super) queue: usize,
    pub(super) counter: Key,
    pub(super) change: Change,
}

/// A queue of the log.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    pub(super) name: String,
    /// Number of its site: what stands before the first hyphen of the name.
    pub(super) site: usize,
}

/// A whole log.
#[derive(Clone, Debug)]
pub struct Log {
    pub(super) tickets: Vec<Ticket>,
    pub(super) staffing: Vec<Staffing>,
    pub(super) queues: Vec<Queue>,
    pub(super) sites: usize,
    /// The names of the services, by their numbers.
    services: Vec<String>,
    /// Whether the ends of services are recorded.
    pub(super) ends: bool,
    left_out: Vec<LeftOut>,
}

/// Numbers for names, in order of appearance.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = self.0.len();
        self.0.insert(name.to_owned(), number);
        number
    }

    /// The names by their numbers.
    fn in_order(self) -> Vec<String> {
        let mut named = self.0.into_iter().collect::<Vec<_>>();
        named.sort_by_key(|(_, number)| *number);
        named.into_iter().map(|(name, _)| name).collect()
    }

    fn key(&mut self, name: &str) -> Key {
        Key(self.number(name) as u128)
    }
}

impl Log {
    /// Reads tickets and, where there are any, changes of counters; both CSV with a header, compressed with gzip or
    /// not. Rows that do not say what they should, or what cannot be, are [left out](Self::left_out).
    ///
    /// # Errors
    /// A column is missing, or more than one row in twenty had to be left out: the error names the first one's line.
    pub fn parse(tickets: &[u8], counters: Option<&[u8]>) -> Result<Self, LogError> {
        let (mut queues, mut services, mut people, mut sites) =
            (Names::default(), Names::default(), Names::default(), Names::default());
        let mut rows = Vec::new();
        let columns = ["queue", "service_type", "arrival_ts", "start_ts", "outcome"];
        let odd = each("tickets", tickets, &columns, |row| {
            let (name, agent) = (row.text("queue")?, row.get("agent"));
            let mut ticket = Ticket {
                queue: 0,
                service: Key::default(),
                arrival: row.time("arrival_ts")?.ok_or_else(|| Wrong::plain("arrival_ts is empty"))?,
                start: row.time("start_ts")?,
                end: row.time("end_ts")?,
                servers: row.number("servers")?,
                outcome: row.outcome()?,
                priority: row.priority()?,
                agent: None,
            };
            in_order(&ticket)?;
            // Only a row that can be gives names their numbers.
            ticket.queue = queues.number(name);
            ticket.service = services.key(&format!("{name}\n{}", row.get("service_type")));
            ticket.agent = (!agent.is_empty()).then(|| people.key(agent));
            rows.push(ticket);
            Ok(())
        })?;
        let mut left_out = vec![odd];
        let mut staffing = Vec::new();
        left_out.push(each(
            "counters",
            counters.unwrap_or_default(),
            &["ts", "queue", "agent", "event"],
            |row| {
                let at = row.time("ts")?.ok_or_else(|| Wrong::plain("ts is empty"))?;
                let (queue, agent, change) = (row.text("queue")?, row.text("agent")?, row.change()?);
                let (queue, counter) = (queues.number(queue), people.key(agent));
                staffing.push(Staffing { at, queue, counter, change });
                Ok(())
            },
        )?);
        left_out.retain(|odd| odd.count() > 0);
        if rows.is_empty() {
            return Err(LogError::Empty { file: "tickets" });
        }
        let site = |name: &str| name.split('-').next().unwrap_or(name).to_owned();
        let queue = |name: String| Queue { site: sites.number(&site(&name)), name };
        let queues = queues.in_order().into_iter().map(queue).collect();
        rows.sort_by_key(|ticket| ticket.arrival);
        staffing.sort_by_key(|staffing| staffing.at);
        let ends = rows.iter().any(|ticket| ticket.end.is_some());
        let services = services.in_order();
        Ok(Self { tickets: rows, staffing, queues, sites: sites.0.len(), services, ends, left_out })
    }

    /// The rows of its files that were left out; only files that have such rows.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The name of the service of `ticket`.
    pub(super) fn service(&self, ticket: &Ticket) -> &str {
        let name = usize::try_from(ticket.service.0).ok().and_then(|number| self.services.get(number));
        name.and_then(|name| name.split_once('\n')).map_or("", |(_, service)| service)
    }
}

/// What is wrong with a row.
struct Wrong {
    /// The same for all rows of which it is so.
    reason: String,
    /// With what the row says.
    text: String,
}

impl Wrong {
    fn plain(reason: &str) -> Self {
        Self { reason: reason.to_owned(), text: reason.to_owned() }
    }
}

/// Calls `take` with each row of a file; gives those that it did not take.
fn each(
    file: &'static str,
    bytes: &[u8],
    columns: &[&'static str],
    mut take: impl FnMut(&Row<'_>) -> Result<(), Wrong>,
) -> Result<LeftOut, LogError> {
    let mut odd = LeftOut { file, rows: 0, reasons: BTreeMap::new() };
    if bytes.is_empty() {
        return Ok(odd);
    }
    let plain: Box<dyn Read + '_> =
        if bytes.starts_with(&GZIP) { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) };
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(plain);
    let at = |line: u64, error: &csv::Error| error.position().map_or(line, csv::Position::line);
    let broken = |error: &csv::Error| match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Wrong {
            reason: format!("other than {expected_len} values"),
            text: format!("{len} values for {expected_len} columns"),
        },
        csv::ErrorKind::Utf8 { .. } => Wrong::plain("not UTF-8"),
        _ => Wrong::plain(&error.to_string()),
    };
    let row = |line: u64, text: String| LogError::Row { file, line, text };
    let header = reader.headers().map_err(|error| row(at(1, &error), broken(&error).text))?.clone();
    let bare = |name: &str| name.trim_start_matches('\u{feff}').to_owned();
    let places = header.iter().enumerate().map(|(at, name)| (bare(name), at)).collect::<BTreeMap<_, _>>();
    if let Some(&column) = columns.iter().find(|column| !places.contains_key(**column)) {
        return Err(LogError::Column { file, column });
    }
    let (mut record, mut first) = (StringRecord::new(), None);
    loop {
        let line = reader.position().line();
        let (line, taken) = match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                (line, take(&Row { places: &places, record: &record }))
            }
            // What comes after a file that cannot be read further is unknown.
            Err(error) if error.is_io_error() => return Err(row(at(line, &error), broken(&error).text)),
            Err(error) => (at(line, &error), Err(broken(&error))),
        };
        odd.rows += 1;
        if let Err(Wrong { reason, text }) = taken {
            *odd.reasons.entry(reason).or_default() += 1;
            if first.is_none() {
                first = Some(row(line, text));
            }
        }
    }
    match first {
        Some(first) if odd.count() * ODD > odd.rows => {
            Err(LogError::TooMany { first: Box::new(first), count: odd.count(), rows: odd.rows })
        }
        _ => Ok(odd),
    }
}

/// One row, by the names of its columns.
struct Row<'a> {
    places: &'a BTreeMap<String, usize>,
    record: &'a StringRecord,
}

impl Row<'_> {
    fn get(&self, column: &str) -> &str {
        self.places.get(column).and_then(|at| self.record.get(*at)).unwrap_or("")
    }

    /// A column says something that it cannot say.
    fn wrong(&self, column: &str, what: &str) -> Wrong {
        let text = format!("{column} is {:?}, {what}", self.get(column));
        Wrong { reason: format!("{column} is {what}"), text }
    }

    fn text(&self, column: &str) -> Result<&str, Wrong> {
        match self.get(column) {
            "" => Err(Wrong::plain(&format!("{column} is empty"))),
            text => Ok(text),
        }
    }

    fn time(&self, column: &str) -> Result<Option<Wall>, Wrong> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let bad = |_| self.wrong(column, "not a local time like 2025-01-06T07:32:41");
        let time = text.parse::<DateTime>().map_err(bad)?;
        let since = time.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
        Ok(Some(Wall(since.as_secs())))
    }

    fn number(&self, column: &str) -> Result<f64, Wrong> {
        let text = self.get(column);
        let number = if text.is_empty() { Ok(0.0) } else { text.parse::<f64>() };
        let good = |number: &f64| (0.0..=100_000.0).contains(number);
        number.ok().filter(good).ok_or_else(|| self.wrong(column, "not a number from 0 to 100000"))
    }

    /// A whole number, also as a column with gaps is often written ("1.0"), or whether there is any.
    fn priority(&self) -> Result<u8, Wrong> {
        let text = self.get("priority");
        if text.is_empty() || text.eq_ignore_ascii_case("false") {
            return Ok(0);
        }
        if text.eq_ignore_ascii_case("true") {
            return Ok(1);
        }
        let whole = match text.split_once('.') {
            Some((whole, rest)) if rest.bytes().all(|digit| digit == b'0') => whole,
            _ => text,
        };
        whole.parse().map_err(|_| self.wrong("priority", "not a whole number from 0 to 255"))
    }

    fn outcome(&self) -> Result<Outcome, Wrong> {
        match &*self.get("outcome").to_ascii_lowercase() {
            "served" => Ok(Outcome::Served),
            "transferred" => Ok(Outcome::Transferred),
            "no_show" => Ok(Outcome::NoShow),
            "abandoned" => Ok(Outcome::Abandoned),
            "unserved" => Ok(Outcome::Unserved),
            _ => Err(self.wrong("outcome", "not one of served, transferred, no_show, abandoned, unserved")),
        }
    }

    fn change(&self) -> Result<Change, Wrong> {
        match self.get("event") {
            "open" => Ok(Change::Open),
            "close" => Ok(Change::Close),
            "pause" => Ok(Change::Pause),
            "resume" => Ok(Change::Resume),
            _ => Err(self.wrong("event", "not one of open, close, pause, resume")),
        }
    }
}

/// A call comes after the arrival, an end after the call; and who was called, or left, did so at a moment: else they would
/// stand in the line until the day is over.
fn in_order(ticket: &Ticket) -> Result<(), Wrong> {
    if ticket.start.is_none() {
        match ticket.outcome {
            Outcome::Served | Outcome::Transferred | Outcome::NoShow => {
                return Err(Wrong::plain("start_ts is empty, but it was called"));
            }
            Outcome::Abandoned => {
                return Err(Wrong::plain("start_ts is empty, so nobody knows when it left"));
            }
            Outcome::Unserved => {}
        }
    }
    if ticket.start.is_some_and(|start| start < ticket.arrival) {
        return Err(Wrong::plain("start_ts is before arrival_ts"));
    }
    let begun = ticket.start.unwrap_or(ticket.arrival);
    if ticket.end.is_some_and(|end| end < begun) {
        return Err(Wrong::plain("end_ts is before start_ts"));
    }
    Ok(())
}
