//! Counts and times of each route, cheap enough for every request: a few relaxed additions.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::RwLock;

/// Upper bounds of the buckets in microseconds; the last bucket has none.
const BOUNDS: [u64; 11] =
    [250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 250_000, 1_000_000, 5_000_000];

/// One route's counts and times.
#[derive(Debug)]
pub struct RouteStats {
    method: String,
    path: String,
    /// Requests by the first digit of their status, 1 to 5.
    classes: [AtomicU64; 5],
    buckets: [AtomicU64; BOUNDS.len() + 1],
    sum_micros: AtomicU64,
}

/// A route's counts at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteCounts {
    /// The method.
    pub method: String,
    /// The path pattern.
    pub path: String,
    /// Requests so far.
    pub requests: u64,
    /// Those answered with 400 to 499.
    pub refused: u64,
    /// Those answered with 500 or more.
    pub failed: u64,
    /// The upper bound of the bucket in which the median lies, in microseconds.
    pub p50_micros: u64,
    /// The upper bound of the bucket in which the 99th percentile lies, in microseconds.
    pub p99_micros: u64,
}

impl RouteStats {
    fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            classes: Default::default(),
            buckets: Default::default(),
            sum_micros: AtomicU64::new(0),
        }
    }

    /// Counts one answered request.
    pub fn record(&self, status: u16, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.classes[class].fetch_add(1, Ordering::Relaxed);
    }

    fn counts(&self) -> RouteCounts {
        let buckets: Vec<u64> = self.buckets.iter().map(|b| b.load(Ordering::Relaxed)).collect();
        let requests = buckets.iter().sum();
        let class = |n: usize| self.classes[n - 1].load(Ordering::Relaxed);
        RouteCounts {
            method: self.method.clone(),
            path: self.path.clone(),
            requests,
            refused: class(4),
            failed: class(5),
            p50_micros: percentile(&buckets, requests, 50),
            p99_micros: percentile(&buckets, requests, 99),
        }
    }
}

fn percentile(buckets: &[u64], total: u64, percent: u64) -> u64 {
    let wanted = (total * percent).div_ceil(100);
    let mut seen = 0;
    for (n, count) in buckets.iter().enumerate() {
        seen += count;
        if seen >= wanted {
            return BOUNDS.get(n).copied().unwrap_or(u64::MAX);
        }
    }
    0
}

/// The statistics of all routes.
#[derive(Clone, Default)]
pub struct RouteBoard(Arc<RwLock<Vec<Arc<RouteStats>>>>);

impl RouteBoard {
    /// A place for one route to count in.
    pub fn add(&self, method: &str, path: &str) -> Arc<RouteStats> {
        let stats = Arc::new(RouteStats::new(method, path));
        self.0.write().push(Arc::clone(&stats));
        stats
    }

    /// Every route that was asked at least once.
    pub fn counts(&self) -> Vec<RouteCounts> {
        self.0.read().iter().map(|stats| stats.counts()).filter(|counts| counts.requests > 0).collect()
    }

    /// The board in the Prometheus text format; routes that nobody asked are left out.
    pub fn render(&self) -> String {
        let mut out = String::new();
        out.push_str("# HELP usher_http_requests_total Requests by route and class of status.\n");
        out.push_str("# TYPE usher_http_requests_total counter\n");
        let board = self.0.read().clone();
        for stats in &board {
            let (method, path) = (&stats.method, &stats.path);
            for (n, class) in stats.classes.iter().enumerate() {
                let count = class.load(Ordering::Relaxed);
                if count > 0 {
                    line(
                        &mut out,
                        format_args!(
                            "usher_http_requests_total{{method=\"{method}\",route=\"{path}\",status=\"{}xx\"}} {count}",
                            n + 1
                        ),
                    );
                }
            }
        }
        out.push_str("# HELP usher_http_request_seconds Time from the head of a request to its answer.\n");
        out.push_str("# TYPE usher_http_request_seconds histogram\n");
        for stats in &board {
            let (method, path) = (&stats.method, &stats.path);
            let buckets: Vec<u64> = stats.buckets.iter().map(|b| b.load(Ordering::Relaxed)).collect();
            let total: u64 = buckets.iter().sum();
            if total == 0 {
                continue;
            }
            let mut seen = 0;
            for (bound, count) in BOUNDS.iter().zip(&buckets) {
                seen += count;
                let bound = Duration::from_micros(*bound).as_secs_f64();
                line(
                    &mut out,
                    format_args!(
                        "usher_http_request_seconds_bucket{{method=\"{method}\",route=\"{path}\",le=\"{bound}\"}} {seen}"
                    ),
                );
            }
            let labels = format!("{{method=\"{method}\",route=\"{path}\"");
            let sum = Duration::from_micros(stats.sum_micros.load(Ordering::Relaxed)).as_secs_f64();
            line(&mut out, format_args!("usher_http_request_seconds_bucket{labels},le=\"+Inf\"}} {total}"));
            line(&mut out, format_args!("usher_http_request_seconds_sum{labels}}} {sum}"));
            line(&mut out, format_args!("usher_http_request_seconds_count{labels}}} {total}"));
        }
        out
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    if out.write_fmt(text).is_ok() {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_counts_by_status_and_time() {
        let board = RouteBoard::default();
        let stats = board.add("GET", "/x/{id}");
        board.add("GET", "/never");
        for _ in 0..98 {
            stats.record(200, Duration::from_micros(300));
        }
        stats.record(404, Duration::from_millis(3));
        stats.record(500, Duration::from_secs(9));
        let counts = board.counts();
        assert_eq!(counts.len(), 1);
        assert_eq!((counts[0].requests, counts[0].refused, counts[0].failed), (100, 1, 1));
        assert_eq!((counts[0].p50_micros, counts[0].p99_micros), (500, 5_000));
        let text = board.render();
        assert!(
            text.contains("usher_http_requests_total{method=\"GET\",route=\"/x/{id}\",status=\"2xx\"} 98\n")
        );
        assert!(text.contains(",le=\"0.0005\"} 98\n"), "{text}");
        assert!(text.contains(",le=\"+Inf\"} 100\n"));
        assert!(!text.contains("/never"));
    }
}
