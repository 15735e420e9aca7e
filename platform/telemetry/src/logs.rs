//! Logs: for people in development, as JSON in production, and the latest lines in memory for the screen.

use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::Serialize;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};
use usher_kernel::{Clock, Timestamp};

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line, for machines.
    Json,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// `info`, or finer: `info,usher_queueing=debug`.
    pub filter: String,
    /// How lines look.
    pub format: LogFormat,
    /// How many lines the buffer keeps.
    pub keep: usize,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: LogFormat::Human, keep: 1_000 }
    }
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error(
        "the log level {filter:?} cannot be read ({reason}); write for example info or info,usher_db=debug"
    )]
    Filter {
        /// As it was given.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Something else in this process logs already.
    #[error("logging has been set up already")]
    Twice,
}

/// One remembered line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogLine {
    /// Its number; grows by one a line.
    pub n: u64,
    /// When.
    pub at: Timestamp,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: &'static str,
    /// The part of the product that wrote it.
    pub target: String,
    /// The text.
    pub message: String,
    /// Its fields, as `name=value`.
    pub fields: String,
}

struct Buffer {
    lines: Mutex<VecDeque<LogLine>>,
    keep: usize,
    next: AtomicU64,
}

/// The most recent log lines, bounded in number and length.
#[derive(Clone)]
pub struct LogBuffer(Arc<Buffer>);

impl Default for LogBuffer {
    fn default() -> Self {
        Self::new(LogConfig::default().keep)
    }
}

/// The longest text kept of one line, in bytes: a flood of long lines cannot fill the memory.
const LINE_LIMIT: usize = 2_048;

impl LogBuffer {
    /// A buffer of `keep` lines.
    pub fn new(keep: usize) -> Self {
        Self(Arc::new(Buffer { lines: Mutex::default(), keep: keep.max(1), next: AtomicU64::new(1) }))
    }

    /// The latest `limit` lines at least as grave as `least` (`error` … `trace`), newest first.
    pub fn latest(&self, limit: usize, least: Option<&str>) -> Vec<LogLine> {
        let least = rank(least.unwrap_or("trace"));
        let lines = self.0.lines.lock();
        lines.iter().rev().filter(|line| rank(line.level) <= least).take(limit).cloned().collect()
    }

    /// Forgets all lines.
    pub fn clear(&self) {
        self.0.lines.lock().clear();
    }

    fn push(&self, mut line: LogLine) {
        line.n = self.0.next.fetch_add(1, Ordering::Relaxed);
        let mut lines = self.0.lines.lock();
        if lines.len() >= self.0.keep {
            lines.pop_front();
        }
        lines.push_back(line);
    }
}

fn word(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// 0 for the gravest.
fn rank(level: &str) -> usize {
    ["error", "warn", "info", "debug", "trace"].iter().position(|l| *l == level).unwrap_or(4)
}

/// Where formatted lines go: standard error, unless a test takes them.
pub type LogSink = tracing_subscriber::fmt::writer::BoxMakeWriter;

/// Sets up logging for the process, to standard error.
///
/// # Errors
/// When the filter cannot be read, or logging was set up before.
pub fn init(config: &LogConfig, clock: Clock) -> Result<LogBuffer, LogError> {
    let sink = LogSink::new(std::io::stderr);
    let (subscriber, buffer) = init_with(config, clock, sink)?;
    subscriber.try_init().map_err(|_| LogError::Twice)?;
    Ok(buffer)
}

/// Whether a filter can be read.
///
/// # Errors
/// When it cannot.
pub fn check_filter(filter: &str) -> Result<(), LogError> {
    read_filter(filter).map(drop)
}

fn read_filter(filter: &str) -> Result<EnvFilter, LogError> {
    EnvFilter::try_new(filter)
        .map_err(|error| LogError::Filter { filter: filter.to_owned(), reason: error.to_string() })
}

/// The subscriber that [`init`] installs, not installed, with another sink.
///
/// # Errors
/// When the filter cannot be read.
pub fn init_with(
    config: &LogConfig,
    clock: Clock,
    sink: LogSink,
) -> Result<(impl Subscriber + Send + Sync, LogBuffer), LogError> {
    let filter = read_filter(&config.filter)?;
    let buffer = LogBuffer::new(config.keep);
    let lines = Remember { buffer: buffer.clone(), clock };
    let shown = match config.format {
        LogFormat::Human => tracing_subscriber::fmt::layer()
            .with_target(true)
            // Colours are for a terminal; in a file or a journal they are noise.
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(sink)
            .boxed(),
        LogFormat::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_writer(sink)
            .boxed(),
    };
    Ok((tracing_subscriber::registry().with(filter).with(lines).with(shown), buffer))
}

/// Puts each line into the buffer.
struct Remember {
    buffer: LogBuffer,
    clock: Clock,
}

impl<S: Subscriber> Layer<S> for Remember {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut texts = Texts::default();
        event.record(&mut texts);
        self.buffer.push(LogLine {
            n: 0,
            at: self.clock.now(),
            level: word(*event.metadata().level()),
            target: event.metadata().target().to_owned(),
            message: cut(texts.message),
            fields: cut(texts.fields),
        });
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LINE_LIMIT {
        let mut end = LINE_LIMIT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

#[derive(Default)]
struct Texts {
    message: String,
    fields: String,
}

impl Visit for Texts {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a String cannot fail.
        let written = if field.name() == "message" {
            write!(self.message, "{value:?}")
        } else {
            let space = if self.fields.is_empty() { "" } else { " " };
            write!(self.fields, "{space}{}={value:?}", field.name())
        };
        debug_assert!(written.is_ok());
    }
}
