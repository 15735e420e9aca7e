//! Reads a queue log: one row per ticket, and one per change of a counter.

use std::collections::BTreeMap;
use std::io::Read;

use csv::{ReaderBuilder, StringRecord, Trim};
use flate2::read::MultiGzDecoder;
use jiff::civil::{DateTime, date};

use crate::model::{Key, Wall};

/// What ends the compressed form begins with (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

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
    /// There is not a single row.
    #[error("{file}: no rows")]
    Empty {
        /// Which of the files.
        file: &'static str,
    },
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
    /// not.
    ///
    /// # Errors
    /// A column is missing, or a row does not say what it should: the error names the line.
    pub fn parse(tickets: &[u8], counters: Option<&[u8]>) -> Result<Self, LogError> {
        let (mut queues, mut services, mut people, mut sites) =
            (Names::default(), Names::default(), Names::default(), Names::default());
        let mut rows = Vec::new();
        let columns = ["queue", "service_type", "arrival_ts", "start_ts", "outcome"];
        each("tickets", tickets, &columns, |row| {
            let name = row.text("queue")?;
            let agent = row.get("agent");
            rows.push(Ticket {
                queue: queues.number(name),
                service: services.key(&format!("{name}\n{}", row.get("service_type"))),
                arrival: row
                    .time("arrival_ts")?
                    .ok_or_else(|| row.wrong("arrival_ts is empty".to_owned()))?,
                start: row.time("start_ts")?,
                end: row.time("end_ts")?,
                servers: row.number("servers")?,
                outcome: row.outcome()?,
                priority: row.priority()?,
                agent: (!agent.is_empty()).then(|| people.key(agent)),
            });
            row.in_order(rows.last())
        })?;
        let mut staffing = Vec::new();
        each("counters", counters.unwrap_or_default(), &["ts", "queue", "agent", "event"], |row| {
            staffing.push(Staffing {
                at: row.time("ts")?.ok_or_else(|| row.wrong("ts is empty".to_owned()))?,
                queue: queues.number(row.text("queue")?),
                counter: people.key(row.text("agent")?),
                change: row.change()?,
            });
            Ok(())
        })?;
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
        Ok(Self { tickets: rows, staffing, queues, sites: sites.0.len(), services, ends })
    }

    /// The name of the service of `ticket`.
    pub(super) fn service(&self, ticket: &Ticket) -> &str {
        let name = usize::try_from(ticket.service.0).ok().and_then(|number| self.services.get(number));
        name.and_then(|name| name.split_once('\n')).map_or("", |(_, service)| service)
    }
}

/// Calls `take` with each row of a file.
fn each(
    file: &'static str,
    bytes: &[u8],
    columns: &[&'static str],
    mut take: impl FnMut(&Row<'_>) -> Result<(), LogError>,
) -> Result<(), LogError> {
    if bytes.is_empty() {
        return Ok(());
    }
    let plain: Box<dyn Read + '_> =
        if bytes.starts_with(&GZIP) { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) };
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(plain);
    let unreadable = |line: u64, error: &csv::Error| {
        let text = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("{len} values for {expected_len} columns")
            }
            csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
            _ => error.to_string(),
        };
        LogError::Row { file, line: error.position().map_or(line, csv::Position::line), text }
    };
    let header = reader.headers().map_err(|error| unreadable(1, &error))?.clone();
    let bare = |name: &str| name.trim_start_matches('\u{feff}').to_owned();
    let places = header.iter().enumerate().map(|(at, name)| (bare(name), at)).collect::<BTreeMap<_, _>>();
    if let Some(&column) = columns.iter().find(|column| !places.contains_key(**column)) {
        return Err(LogError::Column { file, column });
    }
    let mut record = StringRecord::new();
    loop {
        let line = reader.position().line();
        if !reader.read_record(&mut record).map_err(|error| unreadable(line, &error))? {
            return Ok(());
        }
        let line = record.position().map_or(line, csv::Position::line);
        take(&Row { file, line, places: &places, record: &record })?;
    }
}

/// One row, by the names of its columns.
struct Row<'a> {
    file: &'static str,
    line: u64,
    places: &'a BTreeMap<String, usize>,
    record: &'a StringRecord,
}

impl Row<'_> {
    fn get(&self, column: &str) -> &str {
        self.places.get(column).and_then(|at| self.record.get(*at)).unwrap_or("")
    }

    fn wrong(&self, text: String) -> LogError {
        LogError::Row { file: self.file, line: self.line, text }
    }

    fn text(&self, column: &str) -> Result<&str, LogError> {
        match self.get(column) {
            "" => Err(self.wrong(format!("{column} is empty"))),
            text => Ok(text),
        }
    }

    fn time(&self, column: &str) -> Result<Option<Wall>, LogError> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let bad = || self.wrong(format!("{column} is {text:?}, not a local time like 2025-01-06T07:32:41"));
        let time = text.parse::<DateTime>().map_err(|_| bad())?;
        let since = time.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
        Ok(Some(Wall(since.as_secs())))
    }

    fn number(&self, column: &str) -> Result<f64, LogError> {
        let text = self.get(column);
        let number = if text.is_empty() { Ok(0.0) } else { text.parse::<f64>() };
        let good = |number: &f64| (0.0..=100_000.0).contains(number);
        number
            .ok()
            .filter(good)
            .ok_or_else(|| self.wrong(format!("{column} is {text:?}, not a number from 0 to 100000")))
    }

    fn priority(&self) -> Result<u8, LogError> {
        let text = self.get("priority");
        let bad = |_| self.wrong(format!("priority is {text:?}, not a whole number from 0 to 255"));
        if text.is_empty() { Ok(0) } else { text.parse().map_err(bad) }
    }

    fn outcome(&self) -> Result<Outcome, LogError> {
        match self.get("outcome") {
            "served" => Ok(Outcome::Served),
            "transferred" => Ok(Outcome::Transferred),
            "no_show" => Ok(Outcome::NoShow),
            "abandoned" => Ok(Outcome::Abandoned),
            "unserved" => Ok(Outcome::Unserved),
            other => Err(self.wrong(format!(
                "outcome is {other:?}, not one of served, transferred, no_show, abandoned, unserved"
            ))),
        }
    }

    fn change(&self) -> Result<Change, LogError> {
        match self.get("event") {
            "open" => Ok(Change::Open),
            "close" => Ok(Change::Close),
            "pause" => Ok(Change::Pause),
            "resume" => Ok(Change::Resume),
            other => Err(self.wrong(format!("event is {other:?}, not one of open, close, pause, resume"))),
        }
    }

    /// A call comes after the arrival, an end after the call.
    fn in_order(&self, ticket: Option<&Ticket>) -> Result<(), LogError> {
        let Some(ticket) = ticket else { return Ok(()) };
        if ticket.start.is_some_and(|start| start < ticket.arrival) {
            return Err(self.wrong("start_ts is before arrival_ts".to_owned()));
        }
        let begun = ticket.start.unwrap_or(ticket.arrival);
        if ticket.end.is_some_and(|end| end < begun) {
            return Err(self.wrong("end_ts is before start_ts".to_owned()));
        }
        Ok(())
    }
}
