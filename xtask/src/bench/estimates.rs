//! What estimates and what-ifs cost, beside what they may.

use anyhow::{Context, Result};
use serde_json::Value;

use super::load::figure;
use super::{Bench, Sample};
use crate::tools::call;

/// A figure of the example `cost`: its name there and here, its unit, and what it may be.
const ASKED: [(&str, &str, &str, f64); 4] = [
    ("/estimate_us_p99", "one estimate, p99", "µs", 20.0),
    ("/line_of_200_ms", "a line of 200 told again", "ms", 1.0),
    ("/line_of_10000_ms", "the first 200 of 10,000 told again", "ms", 1.0),
    ("/what_if_ms", "a what-if of 1,000 days", "ms", 200.0),
];

pub(super) fn cost(bench: &Bench) -> Result<Vec<Sample>> {
    let program = bench.product.join("examples/cost");
    let said = call(&bench.root, &program.to_string_lossy(), &["--json"]).output()?;
    let cost: Value = serde_json::from_str(said.trim()).context("the example `cost` says no JSON")?;
    ASKED
        .into_iter()
        .map(|(pointer, name, unit, most)| {
            Ok(Sample::new(name, figure(&cost, pointer)?, most, unit, "at most 1"))
        })
        .collect()
}
