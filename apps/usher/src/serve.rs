//! Serving: bind, answer, and stop in good order.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use usher_kernel::Clock;
use usher_telemetry::{LogConfig, LogFormat, Telemetry};

use crate::config::Config;
use crate::demo;
use crate::house::House;
use crate::say::say;
use crate::work::Work;

/// How long what was taken on may take to finish once the product is told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Marks a folder whose database the demo may empty.
const DEMO_MARK: &str = "demo";

/// Starts logging as the configuration says.
///
/// # Errors
/// A level that is none.
pub(crate) fn telemetry(config: &Config, clock: &Clock) -> Result<Telemetry> {
    let format = if config.log.format == "json" { LogFormat::Json } else { LogFormat::Human };
    let log = LogConfig { filter: config.log.level.clone(), format, ..LogConfig::default() };
    let telemetry = Telemetry { logs: usher_telemetry::init(&log, clock.clone())?, ..Telemetry::default() };
    telemetry.metrics.install();
    Ok(telemetry)
}

/// `usher serve`
pub(crate) async fn serve(config: &Config, ready_file: Option<&Path>) -> Result<()> {
    let listener = bind(config).await?;
    let clock = Clock::system();
    let telemetry = telemetry(config, &clock)?;
    let house = Arc::new(House::build(config, clock.clone(), &telemetry).await?);
    let work = Work::begin(&house, &clock, config.events.retention_days);
    let address = listener.local_addr()?;
    tracing::info!(%address, engine = house.db.engine().as_str(), "serving");
    announce(ready_file, &serde_json::json!({ "url": format!("http://{address}") }))?;
    answer(listener, &house).await?;
    work.stop().await;
    close(house).await;
    Ok(())
}

/// `usher worker`: jobs and subscribers only.
pub(crate) async fn worker(config: &Config) -> Result<()> {
    anyhow::ensure!(
        !config.embedded(),
        "a worker needs PostgreSQL: the embedded database belongs to the one process that serves it; \
         set DATABASE_URL, or run `usher serve`, which does the same work"
    );
    let clock = Clock::system();
    let telemetry = telemetry(config, &clock)?;
    let house = Arc::new(House::build(config, clock.clone(), &telemetry).await?);
    let work = Work::begin(&house, &clock, config.events.retention_days);
    tracing::info!("working");
    stop_signal().await;
    work.stop().await;
    close(house).await;
    Ok(())
}

/// `usher demo`
pub(crate) async fn demo(
    config: &Config,
    ready_file: Option<&Path>,
    timezone: &str,
    traffic: bool,
) -> Result<()> {
    anyhow::ensure!(
        config.embedded(),
        "the demo keeps its data in a folder of its own: run it without DATABASE_URL"
    );
    let listener = bind(config).await?;
    begin_anew(&config.data_dir)?;
    let clock = Clock::system();
    let mut quiet = config.clone();
    if quiet.log.level == "info" {
        // The addresses and log-ins below are what matters on this terminal.
        quiet.log.level = "warn".into();
    }
    let telemetry = telemetry(&quiet, &clock)?;
    let house = Arc::new(House::build(&quiet, clock.clone(), &telemetry).await?);
    let work = Work::begin(&house, &clock, config.events.retention_days);
    let bank = demo::create(&house, timezone).await?;
    let url = format!("http://{}", reachable(listener.local_addr()?));
    let behind = {
        let (house, bank) = (Arc::clone(&house), bank.clone());
        tokio::spawn(async move {
            let pace = if traffic { demo::Pace::LIVELY } else { demo::Pace::DAY };
            if let Err(error) = demo::live_through(&house, &bank, pace).await {
                tracing::warn!(%error, "the demo's day could not be told to its end");
            }
            if traffic {
                demo::keep_busy(&house, &bank, pace).await;
            }
        })
    };
    print_welcome(&url, &bank)?;
    announce(ready_file, &demo::ready(&url, &bank))?;
    answer(listener, &house).await?;
    behind.abort();
    // The task holds the house until it has noticed.
    behind.await.ok();
    work.stop().await;
    close(house).await;
    Ok(())
}

/// Empties the demo's folder: a demo is the same every time, and yesterday's crowd would stand in today's lines.
/// Only a folder that a demo has marked as its own is emptied, and only while nobody serves from it.
fn begin_anew(folder: &Path) -> Result<()> {
    let (database, mark) = (folder.join(crate::house::DATABASE), folder.join(DEMO_MARK));
    if database.exists() {
        anyhow::ensure!(
            mark.exists(),
            "{} was not made by a demo, which begins with an empty one each time: \
             name another folder with --data-dir, or move the database away",
            database.display()
        );
        usher_db::remove_database(&database)?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let text = "The database beside this file belongs to `usher demo`, which empties it at every start.\n";
    std::fs::write(&mark, text).with_context(|| format!("cannot write {}", mark.display()))
}

fn print_welcome(url: &str, bank: &demo::Bank) -> Result<()> {
    say!("\nUsher's demo bank is open: {url}\n")?;
    for branch in &bank.branches {
        say!("  {}", branch.name)?;
        say!("    waits, and joining from a phone  {url}/s/{}/{}", demo::SLUG, branch.slug)?;
        say!("    kiosk                            {url}/kiosk#token={}", branch.kiosk_token)?;
        say!("    board                            {url}/display#token={}", branch.display_token)?;
    }
    say!("\n  Staff sign in at {url}/login")?;
    for login in demo::LOGINS {
        say!("    {:<15} {:<26} {}", login.role, login.email, login.password)?;
    }
    say!("\n  API: {url}/api/docs    Ctrl-C ends the demo.\n")
}

/// An address that a browser on this machine can open.
fn reachable(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

async fn bind(config: &Config) -> Result<TcpListener> {
    TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}: if something else is listening there, stop it or choose another address with --listen",
            config.listen
        )
    })
}

async fn answer(listener: TcpListener, house: &House) -> Result<()> {
    let hub = house.hub.clone();
    let stop = async move {
        stop_signal().await;
        tracing::info!("stopping: no new work, finishing what was taken on");
        // Live connections would hold the server open for ever.
        hub.stop();
    };
    usher_http::serve(listener, house.router(), stop, GRACE).await.context("serving ended")
}

async fn close(house: Arc<House>) {
    match Arc::try_unwrap(house) {
        Ok(house) => house.stop().await,
        Err(_) => tracing::warn!("something still uses the database; it is closed with the process"),
    }
}

/// Ctrl-C, or the service manager's request to end.
async fn stop_signal() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! { () = interrupt => {}, _ = terminate.recv() => {} }
            }
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

/// Tells whoever started us that we answer: the file appears whole or not at all.
fn announce(ready_file: Option<&Path>, what: &serde_json::Value) -> Result<()> {
    let Some(path) = ready_file else { return Ok(()) };
    let part = path.with_extension("part");
    std::fs::write(&part, what.to_string())
        .and_then(|()| std::fs::rename(&part, path))
        .with_context(|| format!("cannot write the ready file {}", path.display()))
}
