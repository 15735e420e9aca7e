//! A year of a large tenant: `year DATABASE SLUG [TICKETS]` makes an embedded database with it.
//!
//! The database must not be there yet; the product adds the tables of what is not needed here when it first opens
//! it. Makes the tenant, 100 sites with 4 queues, 5 counters and 8 agents each, and hands the subscriber that keeps the figures
//! two events a ticket, the call and the end, over the last 365 days. The log and the tickets themselves are left
//! out: no dashboard reads them. Used by `cargo xtask bench analytics`.

#![expect(clippy::print_stdout, reason = "the command line speaks here")]

use std::error::Error;
use std::sync::Arc;

use serde_json::json;
use usher_analytics::Analytics;
use usher_analytics::jobs::Tidy;
use usher_customers::Customers;
use usher_db::{Db, DbConfig, Lane, Tx};
use usher_events::{Event, Events, Settings, Subscriber};
use usher_identity::ops::{NewUser, create_user};
use usher_identity::{Identity, IdentityConfig, MailFolder};
use usher_jobs::Recurring;
use usher_kernel::{Clock, Ctx, SignedDuration, SiteId, SystemCtx, TenantId, Timestamp, UserId};
use usher_queueing::model::{CounterId, QueueId, ServiceId, TicketFact, TicketId};
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, ServiceInput, create_counter, create_queue, create_service,
};
use usher_queueing::{Parts, Queueing};
use usher_realtime::{Hub, HubConfig};
use usher_tenancy::Tenancy;
use usher_tenancy::model::NewTenant;
use uuid::Uuid;

type Outcome<T> = Result<T, Box<dyn Error>>;

const SITES: usize = 100;
const QUEUES: usize = 4;
const COUNTERS: usize = 5;
const AGENTS: usize = 8;
const DAYS: i64 = 365;
/// How many tickets go into one transaction.
const BATCH: usize = 10_000;

/// One site with its parts.
struct Branch {
    site: SiteId,
    lines: Vec<(QueueId, ServiceId)>,
    counters: Vec<CounterId>,
    agents: Vec<UserId>,
}

fn main() -> Outcome<()> {
    let mut args = std::env::args().skip(1);
    let (database, slug) = (args.next().ok_or("the database")?, args.next().ok_or("the tenant's slug")?);
    let tickets: i64 = args.next().map_or(Ok(5_000_000), |text| text.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(fill(&database, &slug, tickets))
}

async fn fill(database: &str, slug: &str, tickets: i64) -> Outcome<()> {
    let clock = Clock::system();
    let sets = vec![
        usher_events::migrations(),
        usher_http::MIGRATIONS,
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_jobs::migrations(),
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
        usher_analytics::MIGRATIONS,
    ];
    let db = Db::open(DbConfig::sqlite(database).without_sync(), sets).await?;
    let events = Events::new(db.clone(), clock.clone(), Settings::default());
    let tenancy = Tenancy::new(db.clone(), events.bus(), None);
    let mail = Arc::new(MailFolder::new(std::env::temp_dir().join("usher-year-mail")));
    let secret = IdentityConfig::new(b"nobody ever signs in to this program of the benchmark".to_vec());
    let identity = Identity::new(tenancy.clone(), events.bus(), clock.clone(), mail, secret)?;
    let hub = Hub::new(HubConfig::default(), clock.clone());
    let line = Queueing::new(Parts {
        customers: Customers::new(identity.clone()),
        identity,
        hub,
        secret: b"year".to_vec(),
        clock: clock.clone(),
    });
    let analytics = Analytics::new(&line, &events);
    let sys = SystemCtx::new("year", clock.clone());
    tenancy.load(&sys).await?;
    usher_queueing::start(&line, events.bus(), &sys).await?;
    let tenant = TenantId::generate(clock.now());
    let new = json!({ "name": "Large Bank", "slug": slug, "timezone": "Europe/Berlin" });
    let new: NewTenant = serde_json::from_value(new)?;
    db.write_system(&sys, Lane::Any, move |tx| usher_tenancy::ops::create_tenant(tx, tenant, new.clone()))
        .await?;

    let branches = found(&line, &sys.within(tenant)).await?;
    events.catch_up().await?;
    let keeper = Analytics::subscriber(&line);
    let mut dice = Dice(0x5eed);
    let (mut batch, mut told, mut made) = (Vec::with_capacity(2 * BATCH), 0, 0_i64);
    for day in (0..DAYS).rev() {
        let midnight = clock.now() - SignedDuration::from_hours(24 * (day + 1));
        // As many on each day as bring the sum to what was asked for.
        let due = tickets * (DAYS - day) / DAYS;
        while made < due {
            let branch = &branches[dice.below(SITES)];
            ticket(&mut dice, tenant, branch, midnight, &mut batch)?;
            made += 1;
            if batch.len() >= 2 * BATCH {
                hand(&db, &sys, &keeper, std::mem::take(&mut batch)).await?;
            }
        }
        if made / 500_000 > told {
            told = made / 500_000;
            println!("{made} tickets");
        }
    }
    hand(&db, &sys, &keeper, batch).await?;
    let cells = analytics.hashes(&sys, tenant).await?.len();
    println!("{made} tickets in {cells} cells");
    db.close().await;
    Ok(())
}

/// The sites, lines, counters and people.
async fn found(line: &Queueing, ctx: &Ctx) -> Outcome<Vec<Branch>> {
    let services = service_ids(line, ctx).await?;
    let mut branches = Vec::new();
    for n in 0..SITES {
        let (me, tenant, services) = (line.clone(), ctx.tenant, services.clone());
        let site = line
            .db()
            .write(ctx, Lane::Tenant, move |tx| {
                let change = usher_tenancy::model::SiteChange {
                    name: Some(format!("Branch {n:03}")),
                    timezone: Some("Europe/Berlin".to_owned()),
                    ..Default::default()
                };
                usher_tenancy::ops::create_site(tx, tenant, change)
            })
            .await?
            .id;
        let furnish = move |tx: &mut Tx<'_>| -> Result<Branch, usher_queueing::Error> {
            let mut branch = Branch { site, lines: Vec::new(), counters: Vec::new(), agents: Vec::new() };
            for q in 0..QUEUES {
                let service = services[(n + q) % services.len()];
                let queue = QueueInput {
                    name: Some(format!("Line {q} of {n:03}")),
                    prefix: Some(["A", "C", "E", "F"][q].to_owned()),
                    service_ids: Some(vec![service]),
                    site_id: Some(site),
                    ..QueueInput::default()
                };
                branch.lines.push((create_queue(&me, tx, &queue)?.id, service));
            }
            for c in 0..COUNTERS {
                let counter = CounterInput {
                    name: Some(format!("Counter {c} of {n:03}")),
                    queue_ids: Some(branch.lines.iter().map(|(queue, _)| *queue).collect()),
                    site_id: Some(site),
                    ..CounterInput::default()
                };
                branch.counters.push(create_counter(&me, tx, &counter)?.id);
            }
            Ok(branch)
        };
        let mut branch = line.db().write(ctx, Lane::Tenant, furnish).await?;
        let hire = move |tx: &mut Tx<'_>| {
            (0..AGENTS)
                .map(|a| {
                    let email = format!("agent{a}.{n}@large.example");
                    let person =
                        NewUser { email, name: format!("Agent {a} of {n:03}"), ..NewUser::default() };
                    create_user(tx, person).map(|user| user.id)
                })
                .collect::<Result<Vec<UserId>, usher_identity::Error>>()
        };
        branch.agents = line.db().write(ctx, Lane::Tenant, hire).await?;
        branches.push(branch);
    }
    Ok(branches)
}

async fn service_ids(line: &Queueing, ctx: &Ctx) -> Outcome<Vec<ServiceId>> {
    let me = line.clone();
    let make = move |tx: &mut Tx<'_>| {
        (0..8)
            .map(|n| {
                let service = ServiceInput {
                    name: Some(format!("Service {n}")),
                    target_minutes: usher_kernel::Change::Set(15.0),
                    ..ServiceInput::default()
                };
                create_service(&me, tx, &service).map(|service| service.id)
            })
            .collect::<Result<Vec<ServiceId>, usher_queueing::Error>>()
    };
    Ok(line.db().write(ctx, Lane::Tenant, make).await?)
}

/// One ticket of a day: its call and its end.
fn ticket(
    dice: &mut Dice,
    tenant: TenantId,
    branch: &Branch,
    midnight: Timestamp,
    batch: &mut Vec<Arc<Event>>,
) -> Outcome<()> {
    let seconds = SignedDuration::from_secs;
    let (queue, service) = branch.lines[dice.below(QUEUES)];
    // Most come late in the morning and early in the afternoon.
    let hour = 8 + (dice.below(5) + dice.below(6)) as i64;
    let issued = midnight + seconds(hour * 3600 + dice.below(3600) as i64);
    let called = issued + seconds(20 + dice.spread(500));
    let ended = called + seconds(30 + dice.spread(400));
    let id = TicketId::generate(issued);
    let (status, cause) = match dice.below(20) {
        0 => ("no_show", "missed"),
        1 => ("cancelled", "left"),
        _ => ("served", "served"),
    };
    let fact = |status: &str, from: &str, version: i64| {
        json!({
            "ticket_id": id, "number": "A-001", "queue_id": queue, "service_id": service,
            "site_id": branch.site, "status": status, "from": from, "rank": 0,
            "entry": issued.as_microsecond(), "class": "normal", "channel": "kiosk", "party_size": 1,
            "version": version, "issued_at": issued, "called_at": called,
        })
    };
    let mut call = fact("called", "waiting", 2);
    let mut end = fact(status, "called", 3);
    let (counter, agent) = (branch.counters[dice.below(COUNTERS)], branch.agents[dice.below(AGENTS)]);
    for one in [&mut call, &mut end] {
        one["counter_id"] = json!(counter);
        one["agent_id"] = json!(agent);
    }
    end["ended_at"] = json!(ended);
    end["cause"] = json!(cause);
    let last = match status {
        "served" => "ticket.completed",
        "no_show" => "ticket.no_show",
        _ => "ticket.cancelled",
    };
    for (kind, at, payload) in [("ticket.called", called, call), (last, ended, end)] {
        let whole: TicketFact = serde_json::from_value(payload.clone())?;
        batch.push(serde_json::from_value(json!({
            "id": Uuid::from_u128(dice.next().into()), "tenant": tenant, "site": branch.site, "kind": kind,
            "version": 1, "thing_kind": "ticket", "thing_id": id, "thing_version": whole.version, "at": at,
            "actor_kind": "system", "actor_id": null, "request_id": Uuid::nil(), "payload": payload,
            "personal_hash": null, "node": 0,
        }))?);
    }
    Ok(())
}

/// One transaction, as the log would hand it; and what is old is forgotten as it is in time.
async fn hand(db: &Db, sys: &SystemCtx, keeper: &Arc<dyn Subscriber>, batch: Vec<Arc<Event>>) -> Outcome<()> {
    let keeper = Arc::clone(keeper);
    db.write_system::<_, usher_analytics::Error>(sys, Lane::Any, move |tx| {
        let done = keeper.handle(tx, &batch).and_then(|()| Tidy.run(tx));
        done.map_err(|fault| usher_analytics::Error::Internal(fault.to_string()))
    })
    .await?;
    Ok(())
}

/// Numbers that look random and are the same every time (xorshift*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n
    }

    /// From an exponential distribution with this mean, at most eight times it.
    fn spread(&mut self, mean: i64) -> i64 {
        let uniform = (self.below(1_000_000) + 1) as f64 / 1_000_001.0;
        (-uniform.ln() * mean as f64).min(8.0 * mean as f64) as i64
    }
}
