//! A year of a large tenant: how long its dashboards take.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::client::{Client, TENANT, text};
use super::programs::ADMIN;
use super::{Bench, Sample, median};
use crate::tools::call;

/// How many tickets the year has, unless `USHER_BENCH_TICKETS` says otherwise.
const TICKETS: &str = "5000000";
/// How often each dashboard is asked for in a round.
const TIMES: usize = 7;
/// What a dashboard may take, in milliseconds.
const LIMIT: f64 = 300.0;

/// Whoever else asks, by role; the program that makes the year makes them.
const OTHERS: [(Who, &str); 2] =
    [(Who::Manager, "manager@large.example"), (Who::Agent, "agent@large.example")];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    /// The administrator, who sees all sites.
    Admin,
    /// The manager of one site.
    Manager,
    /// An agent, who sees their own work.
    Agent,
}

/// What is asked for, of a whole year and without a filter unless it says so. `T` is the tenant's path; names in braces
/// are ids, and `{since}` is a moment in the middle of a month, of whose answers half have to be looked at one by one.
const ASKED: &[(&str, Who, &str)] = &[
    ("dashboard, today", Who::Admin, "T/analytics/dashboard?period=today"),
    ("dashboard, a week", Who::Admin, "T/analytics/dashboard?period=week"),
    ("dashboard, a month", Who::Admin, "T/analytics/dashboard?period=month"),
    ("dashboard, a year", Who::Admin, "T/analytics/dashboard?period=year"),
    ("dashboard of a queue", Who::Admin, "T/analytics/dashboard?period=year&queue_id={queue}"),
    ("dashboard of a service", Who::Admin, "T/analytics/dashboard?period=year&service_id={service}"),
    ("dashboard of a site's manager", Who::Manager, "T/analytics/dashboard?period=year"),
    ("dashboard of an agent", Who::Agent, "T/analytics/dashboard?period=year"),
    ("sites, a year", Who::Admin, "T/analytics/sites?period=year"),
    ("queues, a year", Who::Admin, "T/analytics/queues?period=year&limit=200"),
    ("services, a year", Who::Admin, "T/analytics/services?period=year"),
    ("counters, a year", Who::Admin, "T/analytics/counters?period=year&limit=200"),
    ("agents, a year", Who::Admin, "T/analytics/agents?period=year&limit=200"),
    ("heat map, a year", Who::Admin, "T/analytics/heat-map?period=year"),
    ("heat map of a queue", Who::Admin, "T/analytics/heat-map?period=year&queue_id={queue}"),
    ("promises, a year", Who::Admin, "T/analytics/sla?period=year"),
    ("promises of a queue", Who::Admin, "T/analytics/sla?period=year&queue_id={queue}"),
    ("losses, a year", Who::Admin, "T/analytics/abandonment?period=year"),
    ("losses of a service", Who::Admin, "T/analytics/abandonment?period=year&service_id={service}"),
    ("journeys, a year", Who::Admin, "T/analytics/journeys?period=year"),
    ("journeys of a service", Who::Manager, "T/analytics/journeys?period=year&service_id={service}"),
    ("feedback by service", Who::Admin, "T/feedback/summary?by=service"),
    ("feedback by agent", Who::Admin, "T/feedback/summary?by=agent"),
    ("feedback by agent, most of a year", Who::Admin, "T/feedback/summary?by=agent&from={since}"),
    ("feedback by hour, one site", Who::Manager, "T/feedback/summary?by=hour"),
    ("report, queue by month", Who::Admin, "T/analytics/report?period=year&dimensions=queue,month"),
    (
        "report of feedback and points",
        Who::Admin,
        "T/analytics/report?period=year&dimensions=month&metrics=csat,nps,points_earned,rewards",
    ),
    ("document 004, a queue", Who::Admin, "/api/analytics/queue/{queue}?period=year"),
    ("document 004, a person", Who::Admin, "/api/analytics/user/{agent}?period=year"),
    ("document 004, the report", Who::Admin, "/api/analytics/report?period=year"),
];

/// The middle of each dashboard's times beside what it may take.
pub(super) fn year(bench: &Bench) -> Result<Vec<Sample>> {
    let data = made(bench)?;
    let server = bench.product(&data, &[])?;
    let mut people = BTreeMap::from([(Who::Admin, Client::sign_in(&server, ADMIN.0)?)]);
    for (who, email) in OTHERS {
        people.insert(who, Client::sign_in(&server, email)?);
    }
    let ids = ids(&mut people)?;
    let mut samples = Vec::new();
    for (name, who, path) in ASKED {
        let (client, _) = people.get_mut(who).context("somebody who asks")?;
        let path = ids.iter().fold((*path).to_owned(), |path, (name, id)| path.replace(name, id));
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let begun = Instant::now();
            client.read(&path)?;
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        samples.push(Sample::new(*name, median(times), LIMIT, "ms", "at most 1"));
    }
    server.stop()?;
    Ok(samples)
}

/// The folder with the year in it, filled at the first round.
fn made(bench: &Bench) -> Result<PathBuf> {
    let data = bench.work.join("year");
    if data.exists() {
        return Ok(data);
    }
    let data = bench.fresh("year")?;
    let tickets = std::env::var("USHER_BENCH_TICKETS").unwrap_or_else(|_| TICKETS.to_owned());
    let (program, database) = (bench.product.join("examples/year"), data.join("usher.db"));
    let begun = Instant::now();
    let args = [&*database.to_string_lossy(), "demo-bank", &tickets, ADMIN.1];
    call(&bench.root, &program.to_string_lossy(), &args).run()?;
    let admin = ["user", "create", "--role", "admin", "--tenant", "demo-bank"];
    let made =
        bench.usher(&data, &[]).args(admin).args(["--email", ADMIN.0, "--password", ADMIN.1]).output()?;
    if !made.status.success() {
        bail!("nobody could be made to ask: {}", String::from_utf8_lossy(&made.stderr));
    }
    std::fs::write(data.join("made"), "")?;
    println!("    {tickets} tickets were made in {:.0} s", begun.elapsed().as_secs_f64());
    Ok(data)
}

/// What stands in paths for what: the tenant, a queue and a service of the manager's site, and the agent.
fn ids(people: &mut BTreeMap<Who, (Client, String)>) -> Result<Vec<(&'static str, String)>> {
    let agent = people.get(&Who::Agent).context("the agent")?.1.clone();
    let mut first = |who: Who, path: &str| {
        let (client, _) = people.get_mut(&who).context("somebody who asks")?;
        Ok::<_, anyhow::Error>(client.get(&format!("{TENANT}/{path}?limit=1"))?["items"][0].clone())
    };
    let queue = first(Who::Manager, "queues")?;
    let since = first(Who::Admin, "feedback")?["created_at"].as_str().and_then(most_of_a_year);
    Ok(vec![
        ("T/", format!("{TENANT}/")),
        ("{queue}", text(&queue, "/id")?),
        ("{service}", text(&queue, "/service_ids/0")?),
        ("{agent}", agent),
        ("{since}", since.context("something that was said")?),
    ])
}

/// The middle of the month after the one that lies a year before a time, as the API writes it.
fn most_of_a_year(time: &str) -> Option<String> {
    let (year, month) = (time.get(..4)?.parse::<u32>().ok()?, time.get(5..7)?.parse::<u32>().ok()?);
    let (year, month) = if month == 12 { (year, 1) } else { (year - 1, month + 1) };
    Some(format!("{year}-{month:02}-15T12:00:00Z"))
}
