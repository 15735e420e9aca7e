//! The dependencies and how they are.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::RwLock;
use schemars::JsonSchema;
use serde::Serialize;

/// What a check answers: a word for a person, or why the dependency is down.
pub type CheckFuture<'a> = Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>>;

/// Looks after one dependency.
pub trait HealthCheck: Send + Sync + 'static {
    /// Its name: `database`, `redis`.
    fn name(&self) -> &'static str;

    /// Whether the product cannot do its work without it.
    fn vital(&self) -> bool {
        true
    }

    /// Asks it. Given up after two seconds.
    fn check(&self) -> CheckFuture<'_>;
}

/// How one dependency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// It works.
    Ok,
    /// Something is down that the product can do without for a while.
    Degraded,
    /// Down.
    Down,
}

/// The answer of one check.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DependencyHealth {
    /// The dependency.
    pub name: String,
    /// How it is.
    pub status: CheckState,
    /// In words.
    pub detail: String,
    /// How long it took to answer, in milliseconds.
    pub took_ms: u64,
}

/// The answers of all checks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HealthReport {
    /// The worst of them.
    pub status: CheckState,
    /// Each dependency, by name.
    pub dependencies: Vec<DependencyHealth>,
}

/// The registry of checks.
#[derive(Clone, Default)]
pub struct Health(Arc<RwLock<Vec<Arc<dyn HealthCheck>>>>);

/// How long one check may take.
const PATIENCE: Duration = Duration::from_secs(2);

impl Health {
    /// Adds a dependency.
    pub fn register(&self, check: Arc<dyn HealthCheck>) {
        self.0.write().push(check);
    }

    /// Asks every dependency, all at once.
    pub async fn report(&self) -> HealthReport {
        let checks: Vec<Arc<dyn HealthCheck>> = self.0.read().clone();
        let mut running = tokio::task::JoinSet::new();
        for check in checks {
            running.spawn(async move { ask(check.as_ref()).await });
        }
        let mut dependencies = Vec::new();
        while let Some(answer) = running.join_next().await {
            match answer {
                Ok(health) => dependencies.push(health),
                Err(error) => dependencies.push(DependencyHealth {
                    name: "check".to_owned(),
                    status: CheckState::Down,
                    detail: format!("a health check ended early: {error}"),
                    took_ms: 0,
                }),
            }
        }
        dependencies.sort_by(|a, b| a.name.cmp(&b.name));
        let worst = |state| dependencies.iter().any(|d| d.status == state);
        let status = if worst(CheckState::Down) {
            CheckState::Down
        } else if worst(CheckState::Degraded) {
            CheckState::Degraded
        } else {
            CheckState::Ok
        };
        HealthReport { status, dependencies }
    }
}

async fn ask(check: &dyn HealthCheck) -> DependencyHealth {
    let started = Instant::now();
    let outcome = match tokio::time::timeout(PATIENCE, check.check()).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    };
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (status, detail) = match outcome {
        Ok(word) => (CheckState::Ok, word),
        Err(why) if check.vital() => (CheckState::Down, why),
        Err(why) => (CheckState::Degraded, why),
    };
    DependencyHealth { name: check.name().to_owned(), status, detail, took_ms }
}
