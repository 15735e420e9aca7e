//! A year of a large tenant: `year DATABASE SLUG [TICKETS [PASSWORD]]` makes an embedded database with it.
//!
//! The database must not be there yet; the product adds the tables of what is not needed here when it first opens
//! it. Makes the tenant, 100 sites with 4 queues, 5 counters and 8 agents each, and hands the subscriber that keeps the figures
//! two events a ticket, the call and the end, over the last 365 days. One ticket in ten is sent on to another line, one
//! in fifteen goes on with another service, one person in twelve says how it was and is given points, and some take a
//! reward for theirs. The log and the tickets themselves are left out: no dashboard reads them; what people said is kept
//! and counted as the product does it, for its summary is made of that. With a password, an agent
//! (`agent@large.example`) and the manager of one site (`manager@large.example`) can sign in. Used by
//! `cargo xtask bench analytics`.

#![expect(clippy::print_stdout, reason = "the command line speaks here")]

use std::error::Error;
use std::sync::Arc;

use serde_json::{Value, json};
use usher_analytics::Analytics;
use usher_analytics::jobs::Tidy;
use usher_customers::Customers;
use usher_db::{Db, DbConfig, Lane, Tx};
use usher_engagement::model::{Feedback, FeedbackChannel, FeedbackId};
use usher_events::{Event, Events, Settings, Subscriber};
use usher_identity::model::NewMember;
use usher_identity::ops::{NewUser, create_user};
use usher_identity::{FirstAdmin, Identity, IdentityConfig, MailFolder};
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
    let password = args.next();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(fill(&database, &slug, tickets, password))
}

async fn fill(database: &str, slug: &str, tickets: i64, password: Option<String>) -> Outcome<()> {
    let clock = Clock::system();
    let sets = vec![
        usher_events::migrations(),
        usher_http::MIGRATIONS,
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_jobs::migrations(),
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
        usher_engagement::MIGRATIONS,
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

    let mut branches = found(&line, &sys.within(tenant)).await?;
    if let Some(password) = password {
        let (agent, site) =
            (sign_in(&line, &sys, tenant, "agent", &password, Vec::new()).await?, branches[0].site);
        branches[0].agents[0] = agent;
        sign_in(&line, &sys, tenant, "manager", &password, vec![site]).await?;
    }
    events.catch_up().await?;
    let keeper = Analytics::subscriber(&line);
    let mut dice = Dice(0x5eed);
    let (mut batch, mut told, mut made) = (Batch::default(), 0, 0_i64);
    for day in (0..DAYS).rev() {
        let midnight = clock.now() - SignedDuration::from_hours(24 * (day + 1));
        // As many on each day as bring the sum to what was asked for.
        let due = tickets * (DAYS - day) / DAYS;
        while made < due {
            let branch = &branches[dice.below(SITES)];
            Day { dice: &mut dice, tenant, branch, midnight, batch: &mut batch }.ticket()?;
            made += 1;
            if batch.events.len() >= 2 * BATCH {
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

/// Somebody who can sign in; an agent works everywhere, a manager at some sites.
async fn sign_in(
    line: &Queueing,
    sys: &SystemCtx,
    tenant: TenantId,
    role: &str,
    password: &str,
    sites: Vec<SiteId>,
) -> Outcome<UserId> {
    let person = FirstAdmin {
        email: format!("{role}@large.example"),
        name: format!("The {role}"),
        password: Some(password.to_owned()),
    };
    let member = NewMember { sites, ..NewMember::default() };
    Ok(line.identity().create_person(sys, Some(tenant), person, role, member).await?.user)
}

/// What goes into one transaction: what happened, and what people said.
#[derive(Default)]
struct Batch {
    events: Vec<Arc<Event>>,
    said: Vec<Feedback>,
}

/// A day at a branch.
struct Day<'a> {
    dice: &'a mut Dice,
    tenant: TenantId,
    branch: &'a Branch,
    midnight: Timestamp,
    batch: &'a mut Batch,
}

/// Where a ticket stands, and who has it.
#[derive(Clone, Copy)]
struct Stand {
    queue: QueueId,
    service: ServiceId,
    counter: CounterId,
    agent: UserId,
}

impl Day<'_> {
    /// One ticket of the day: its call and its end, and between them its way into another line.
    fn ticket(&mut self) -> Outcome<()> {
        let seconds = SignedDuration::from_secs;
        // Most come late in the morning and early in the afternoon.
        let hour = 8 + (self.dice.below(5) + self.dice.below(6)) as i64;
        let issued = self.midnight + seconds(hour * 3600 + self.dice.below(3600) as i64);
        let id = TicketId::generate(issued);
        let mut stand = self.stand();
        let mut called = issued + seconds(20 + self.dice.spread(500));
        self.tell(
            id,
            "ticket.called",
            (called, issued, called),
            (2, "called", "waiting"),
            stand,
            &json!({}),
        )?;
        let mut version = 3;
        if self.dice.below(10) == 0 {
            let (sent, next) = (called + seconds(30 + self.dice.spread(120)), self.elsewhere(stand));
            let from = json!({ "from_queue_id": stand.queue, "counter_id": null, "agent_id": null });
            self.tell(
                id,
                "ticket.transferred",
                (sent, issued, called),
                (3, "waiting", "called"),
                next,
                &from,
            )?;
            (stand, called) = (next, sent + seconds(20 + self.dice.spread(300)));
            self.tell(
                id,
                "ticket.called",
                (called, issued, called),
                (4, "called", "waiting"),
                stand,
                &json!({}),
            )?;
            version = 5;
        }
        let ended = called + seconds(30 + self.dice.spread(400));
        let (status, cause, last) = match self.dice.below(20) {
            0 => ("no_show", "missed", "ticket.no_show"),
            1 => ("cancelled", "left", "ticket.cancelled"),
            _ => ("served", "served", "ticket.completed"),
        };
        let mut more = json!({ "ended_at": ended, "cause": cause });
        let served = status == "served";
        if served && self.dice.below(15) == 0 {
            let next = self.elsewhere(stand);
            more["next_step"] = json!({ "service_id": next.service, "ticket_id": TicketId::generate(ended) });
        }
        self.tell(id, last, (ended, issued, called), (version, status, "called"), stand, &more)?;
        if served && self.dice.below(12) == 0 {
            self.said(id, stand, called, ended)?;
        }
        Ok(())
    }

    /// Another line of the branch than where somebody stands, and somebody who serves it.
    fn elsewhere(&mut self, from: Stand) -> Stand {
        loop {
            let next = self.stand();
            if next.queue != from.queue {
                return next;
            }
        }
    }

    /// A line of the branch, and somebody who serves it.
    fn stand(&mut self) -> Stand {
        let (queue, service) = self.branch.lines[self.dice.below(QUEUES)];
        let (counter, agent) = (self.branch.counters[self.dice.below(COUNTERS)], self.dice.below(AGENTS));
        Stand { queue, service, counter, agent: self.branch.agents[agent] }
    }

    /// Something that happened to a ticket: when, when it was issued and called; its version, state and the one before.
    fn tell(
        &mut self,
        id: TicketId,
        kind: &str,
        (at, issued, called): (Timestamp, Timestamp, Timestamp),
        (version, status, from): (i64, &str, &str),
        stand: Stand,
        more: &Value,
    ) -> Outcome<()> {
        let mut payload = json!({
            "ticket_id": id, "number": "A-001", "queue_id": stand.queue, "service_id": stand.service,
            "site_id": self.branch.site, "status": status, "from": from, "rank": 0,
            "entry": issued.as_microsecond(), "class": "normal", "channel": "kiosk", "party_size": 1,
            "version": version, "issued_at": issued, "called_at": called,
            "counter_id": stand.counter, "agent_id": stand.agent,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            payload[name] = value.clone();
        }
        let whole: TicketFact = serde_json::from_value(payload.clone())?;
        self.event(kind, ("ticket", id.uuid(), whole.version), at, &payload)
    }

    /// The person says how it was a while later and is given points; now and then somebody takes a reward.
    fn said(&mut self, ticket: TicketId, stand: Stand, began: Timestamp, ended: Timestamp) -> Outcome<()> {
        let at = ended + SignedDuration::from_secs(60 + self.dice.spread(1800));
        let said = Feedback {
            id: FeedbackId::generate(at),
            tenant_id: self.tenant,
            ticket_id: ticket,
            appointment_id: None,
            site_id: self.branch.site,
            queue_id: stand.queue,
            service_id: stand.service,
            counter_id: Some(stand.counter),
            agent_id: Some(stand.agent),
            customer_id: None,
            csat: Some(5 - (self.dice.below(3) * self.dice.below(3)) as i64),
            nps: (self.dice.below(2) == 0).then(|| (10 - self.dice.below(6)) as i64),
            comment: None,
            tags: Vec::new(),
            channel: FeedbackChannel::Page,
            hour: i64::from(began.to_zoned(usher_kernel::TimeZone::UTC).hour()),
            created_at: at,
        };
        let fact = json!({
            "feedback_id": said.id, "ticket_id": ticket, "site_id": said.site_id, "service_id": said.service_id,
            "agent_id": said.agent_id, "customer_id": null, "csat": said.csat, "nps": said.nps, "tags": [],
        });
        self.event("feedback.given", ("feedback", said.id.uuid(), 1), at, &fact)?;
        self.batch.said.push(said);
        let (customer, nobody) = (Uuid::from_u128(self.dice.next().into()), Uuid::nil());
        let points = json!({
            "entry_id": customer, "customer_id": customer, "kind": "earned", "points": 5, "balance": 5,
            "trigger": "feedback", "reference_id": null,
        });
        self.event("points.earned", ("customer", customer, 1), at, &points)?;
        if self.dice.below(20) == 0 {
            let reward = json!({
                "redemption_id": customer, "reward_id": nobody, "customer_id": customer, "points": 50,
                "status": "reserved", "expires_at": at,
            });
            self.event("reward.reserved", ("redemption", customer, 1), at, &reward)?;
        }
        Ok(())
    }

    fn event(
        &mut self,
        kind: &str,
        (thing, id, version): (&str, Uuid, i64),
        at: Timestamp,
        payload: &Value,
    ) -> Outcome<()> {
        let event = json!({
            "id": Uuid::from_u128(self.dice.next().into()), "tenant": self.tenant, "site": self.branch.site,
            "kind": kind, "version": 1, "thing_kind": thing, "thing_id": id, "thing_version": version, "at": at,
            "actor_kind": "system", "actor_id": null, "request_id": Uuid::nil(), "payload": payload,
            "personal_hash": null, "node": 0,
        });
        self.batch.events.push(serde_json::from_value(event)?);
        Ok(())
    }
}

/// One transaction, as the log would hand it; and what is old is forgotten as it is in time.
async fn hand(db: &Db, sys: &SystemCtx, keeper: &Arc<dyn Subscriber>, batch: Batch) -> Outcome<()> {
    let keeper = Arc::clone(keeper);
    db.write_system::<_, usher_analytics::Error>(sys, Lane::Any, move |tx| {
        for said in &batch.said {
            usher_engagement::ops::bring_in(tx, said)
                .map_err(|error| usher_analytics::Error::Internal(error.to_string()))?;
        }
        let done = keeper.handle(tx, &batch.events).and_then(|()| Tidy.run(tx));
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
