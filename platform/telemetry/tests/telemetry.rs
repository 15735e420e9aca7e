//! Logs, health and metrics from outside.

#![expect(clippy::panic, reason = "one check of these tests has a bug on purpose")]

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use usher_kernel::{Clock, Timestamp};
use usher_telemetry::{
    CheckFuture, CheckState, Health, HealthCheck, LogConfig, LogError, LogFormat, LogSink, Metrics, init_with,
};

/// Keeps what was written.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn clock() -> Clock {
    Clock::manual(Timestamp::UNIX_EPOCH).0
}

#[test]
fn lines_are_written_as_json_and_remembered() {
    let paper = Paper::default();
    let sink = paper.clone();
    let config = LogConfig { filter: "info,quiet=error".into(), format: LogFormat::Json, keep: 3 };
    let (subscriber, buffer) = init_with(&config, clock(), LogSink::new(move || sink.clone())).unwrap();
    tracing::subscriber::with_default(subscriber, || {
        tracing::debug!("too fine");
        tracing::info!(target: "quiet", "too quiet");
        tracing::info!(queue = "A", waiting = 7, "one");
        tracing::warn!("two");
        tracing::error!("three");
        tracing::info!("{}", "x".repeat(5_000));
    });
    let text = String::from_utf8(paper.0.lock().clone()).unwrap();
    let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["message"], &first["queue"], &first["waiting"]),
        (&"one".into(), &"A".into(), &7.into())
    );
    assert_eq!(text.lines().count(), 4);
    // The buffer holds the last three, newest first, cut to a bounded length.
    let lines = buffer.latest(10, None);
    let numbers: Vec<u64> = lines.iter().map(|line| line.n).collect();
    assert_eq!(numbers, [4, 3, 2]);
    assert!(lines[0].message.len() < 2_100);
    let grave: Vec<String> = buffer.latest(10, Some("warn")).into_iter().map(|line| line.message).collect();
    assert_eq!(grave, ["three", "two"]);
    buffer.clear();
    assert!(buffer.latest(10, None).is_empty());
}

#[test]
fn a_filter_that_cannot_be_read_says_what_would_be_right() {
    let config = LogConfig { filter: "info,usher_db=loud".into(), ..LogConfig::default() };
    let Err(error) = init_with(&config, clock(), LogSink::new(std::io::sink)) else { panic!("it was taken") };
    assert!(matches!(error, LogError::Filter { .. }));
    assert!(error.to_string().contains("usher_db=debug"), "{error}");
}

/// A dependency that answers as it is told.
struct Told(&'static str, bool, Result<&'static str, &'static str>);

impl HealthCheck for Told {
    fn name(&self) -> &'static str {
        self.0
    }
    fn vital(&self) -> bool {
        self.1
    }
    fn check(&self) -> CheckFuture<'_> {
        let answer = self.2.map(str::to_owned).map_err(str::to_owned);
        Box::pin(async { answer })
    }
}

/// A dependency that never answers.
struct Silent;

impl HealthCheck for Silent {
    fn name(&self) -> &'static str {
        "silent"
    }
    fn check(&self) -> CheckFuture<'_> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            Ok(String::new())
        })
    }
}

/// A dependency whose check has a bug.
struct Broken;

impl HealthCheck for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }
    fn check(&self) -> CheckFuture<'_> {
        Box::pin(async { panic!("a bug in a check") })
    }
}

#[tokio::test(start_paused = true)]
async fn the_worst_dependency_decides() {
    let health = Health::default();
    assert_eq!(health.report().await.status, CheckState::Ok);
    health.register(Arc::new(Told("database", true, Ok("3 ms behind"))));
    assert_eq!(health.report().await.status, CheckState::Ok);
    health.register(Arc::new(Told("mail", false, Err("refused"))));
    assert_eq!(health.report().await.status, CheckState::Degraded);
    health.register(Arc::new(Silent));
    health.register(Arc::new(Broken));
    let report = health.report().await;
    assert_eq!(report.status, CheckState::Down);
    let names: Vec<&str> = report.dependencies.iter().map(|d| d.name.as_str()).collect();
    assert_eq!(names, ["check", "database", "mail", "silent"]);
    assert_eq!(report.dependencies[3].detail, "no answer within 2 s");
}

#[test]
fn counters_are_rendered_for_prometheus() {
    let metrics = Metrics::default();
    assert_eq!(metrics.render(), "");
    metrics.install();
    metrics::counter!("usher_test_total").increment(3);
    metrics.upkeep();
    assert!(metrics.render().contains("usher_test_total 3"));
    let same = Metrics::default();
    same.install();
    assert!(same.render().contains("usher_test_total 3"));
}
