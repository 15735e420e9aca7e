//! The load generator: one call, one record.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Bench;
use super::programs::Server;
use crate::tools::{Call, call};

/// A scenario file and how it is run.
pub(super) struct Load<'a> {
    pub(super) scenario: PathBuf,
    pub(super) clients: u32,
    pub(super) count: u32,
    pub(super) warmup: u32,
    /// Cycles a second; as fast as it goes when 0.
    pub(super) rate: u32,
    /// Further variables of the scenario.
    pub(super) vars: &'a [(&'a str, &'a str)],
}

impl Bench {
    /// One of the product's scenarios.
    pub(super) fn own(&self, name: &str, clients: u32, count: u32, warmup: u32) -> Load<'static> {
        let scenario = self.root.join("bench/scenarios").join(name);
        Load { scenario, clients, count, warmup, rate: 0, vars: &[] }
    }

    /// One of the yardsticks' scenarios.
    pub(super) fn theirs(&self, name: &str, clients: u32, count: u32, warmup: u32) -> Load<'static> {
        let scenario = self.tools.join("scenarios").join(name);
        Load { scenario, clients, count, warmup, rate: 0, vars: &[] }
    }

    /// Runs a load to its end and gives its record.
    pub(super) fn run_load(&self, server: &Server, load: &Load<'_>) -> Result<Value> {
        let record = self.record("load")?;
        let pid = format!("server={}", server.pid());
        let (scenario, base) = (load.scenario.to_string_lossy(), server.base());
        let numbers = [load.clients, load.count, load.warmup, load.rate].map(|n| n.to_string());
        let [clients, count, warmup, rate] = &numbers;
        let mut args = vec!["http", "--base", &base, "--scenario", &scenario, "--clients", clients];
        args.extend(["--count", count, "--warmup", warmup, "--runs", "1", "--pid", &pid]);
        if load.rate > 0 {
            args.extend(["--rate", rate]);
        }
        let vars: Vec<String> = load.vars.iter().map(|(name, value)| format!("{name}={value}")).collect();
        for var in &vars {
            args.extend(["--var", var]);
        }
        let result = self.recorded(self.generator(&args), &record)?;
        if result.get("errors").and_then(Value::as_object).is_some_and(|errors| !errors.is_empty()) {
            bail!("requests failed: {}", result["errors"]);
        }
        Ok(result)
    }

    /// The load generator with these arguments.
    pub(super) fn generator(&self, args: &[&str]) -> Call {
        call(&self.root, &self.yardsticks.join("qload").to_string_lossy(), args)
    }

    /// Where a run leaves its record.
    pub(super) fn record(&self, name: &str) -> Result<PathBuf> {
        let record = self.work.join(format!("{name}.jsonl"));
        std::fs::write(&record, "")?;
        Ok(record)
    }

    /// Runs the generator and reads what it recorded.
    pub(super) fn recorded(&self, generator: Call, record: &PathBuf) -> Result<Value> {
        generator.arg("--json").arg(&record.to_string_lossy()).run()?;
        let text = std::fs::read_to_string(record)?;
        let last = text.lines().last().context("the load generator recorded nothing")?;
        Ok(serde_json::from_str(last)?)
    }
}

/// A figure of a record.
pub(super) fn figure(record: &Value, pointer: &str) -> Result<f64> {
    record.pointer(pointer).and_then(Value::as_f64).with_context(|| format!("no {pointer} recorded"))
}
