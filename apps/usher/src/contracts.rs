//! The generated contracts: what clients may rely on, written down and committed.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;
use usher_kernel::Clock;
use usher_telemetry::Telemetry;

use crate::config::Loader;
use crate::house::House;
use crate::say::say;

/// Writes the contracts to `out`, or says which of them differ.
///
/// # Errors
/// A file cannot be written; with `check`, one is not what it should be.
pub(crate) async fn write(out: &Path, check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for (name, text) in all().await? {
        let path = out.join(name);
        if !check {
            std::fs::create_dir_all(out)?;
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            say!("wrote {}", path.display())?;
        } else if std::fs::read_to_string(&path).ok().as_deref() != Some(&text) {
            stale.push(path.display().to_string());
        }
    }
    anyhow::ensure!(stale.is_empty(), "not current: {}; run `cargo xtask contracts`", stale.join(", "));
    Ok(())
}

/// Every contract by its file's name. The product is put together in a folder that is thrown away.
async fn all() -> Result<Vec<(&'static str, String)>> {
    let scratch = std::env::temp_dir().join(format!("usher-contracts-{}", std::process::id()));
    let place = scratch.display().to_string();
    let config = Loader::new(None, []).set("data_dir", Some(place)).load()?;
    let house = House::build(&config, Clock::system(), &Telemetry::default()).await?;
    let registry = house.api.registry();
    let contracts = vec![
        ("openapi.json", pretty(&registry.openapi(env!("CARGO_PKG_VERSION")))?),
        ("schema.graphql", house.graphql.sdl(registry)?),
        ("permissions.md", usher_http::permissions_markdown(registry)),
        ("events.json", pretty(&events())?),
    ];
    house.stop().await;
    std::fs::remove_dir_all(&scratch).with_context(|| format!("cannot remove {}", scratch.display()))?;
    Ok(contracts)
}

/// Every published event: kind, version of the payload, and its schema.
fn events() -> Value {
    let kinds = [
        usher_tenancy::events::schemas(),
        usher_identity::events::schemas(),
        usher_audit::events::schemas(),
        usher_customers::events::schemas(),
        usher_queueing::events::schemas(),
        usher_eta::events::schemas(),
        usher_appointments::events::schemas(),
        usher_engagement::events::schemas(),
        usher_analytics::events::schemas(),
    ];
    let kinds = kinds.concat().into_iter().map(|(kind, version, schema)| {
        (kind.to_owned(), serde_json::json!({ "version": version, "payload": schema }))
    });
    Value::Object(kinds.collect())
}

fn pretty(value: &Value) -> Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
