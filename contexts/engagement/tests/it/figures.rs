//! The figures of what people said are those of their answers, whatever is asked for.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_db::{DbError, DynQuery, Engine, Lane, Tx};
use usher_engagement::model::feedback::Counts;
use usher_engagement::model::{Feedback, FeedbackChannel, FeedbackId, SummaryRow};
use usher_kernel::{SiteId, TenantId, TimeZone, Timestamp, UserId};
use usher_queueing::model::{CounterId, QueueId, ServiceId, TicketId};
use usher_testkit::{OldDb, TestClient, block_on, still_clock};
use uuid::Uuid;

use crate::app::{App, Node, tables};

const SUMMARY: &str = "/api/v1/tenants/bank/feedback/summary";

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn uuid(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(kind << 64 | n)
}

/// What people said from May to October: some of it just before and just at the turn of a month.
fn made_up(tenant: TenantId, sites: &[SiteId], agents: &[UserId]) -> Vec<Feedback> {
    let mut dice = Dice(7);
    let services = [1, 2, 3].map(|n| ServiceId::from_uuid(uuid(2, n)));
    let people: Vec<Option<UserId>> = agents.iter().copied().map(Some).chain([None]).collect();
    let turns =
        ["2026-06-01T00:00:00Z", "2026-05-31T23:59:59.999999Z", "2026-09-30T23:59:59.999999Z"].map(at);
    let (from, to) = (at("2026-05-10T00:00:00Z").as_second(), at("2026-10-20T00:00:00Z").as_second());
    let one = |n: u128| {
        let any = from + i64::try_from(dice.below(u64::try_from(to - from).unwrap())).unwrap();
        let moment = turns.get(usize::try_from(n).unwrap()).copied();
        let (csat, nps) = (i64::try_from(1 + dice.below(5)).unwrap(), i64::try_from(dice.below(11)).unwrap());
        let given = dice.below(3);
        Feedback {
            id: FeedbackId::from_uuid(uuid(1, n)),
            tenant_id: tenant,
            ticket_id: TicketId::from_uuid(uuid(1, n)),
            appointment_id: None,
            site_id: dice.one(sites),
            queue_id: QueueId::from_uuid(uuid(3, 1)),
            service_id: dice.one(&services),
            counter_id: Some(CounterId::from_uuid(uuid(4, 1))),
            agent_id: dice.one(&people),
            customer_id: None,
            csat: (given != 0).then_some(csat),
            nps: (given != 1).then_some(nps),
            comment: None,
            tags: Vec::new(),
            channel: FeedbackChannel::Page,
            hour: i64::try_from(8 + dice.below(5)).unwrap(),
            created_at: moment.unwrap_or(Timestamp::from_second(any).unwrap()),
        }
    };
    (0..400).map(one).collect()
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
struct Asked {
    site: Option<SiteId>,
    service: Option<ServiceId>,
    agent: Option<UserId>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Asked {
    fn path(&self, by: &str) -> String {
        let mut path = format!("{SUMMARY}?by={by}");
        let mut and = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                path.push_str(&format!("&{name}={value}"));
            }
        };
        and("site_id", self.site.map(|id| id.to_string()));
        and("service_id", self.service.map(|id| id.to_string()));
        and("agent_id", self.agent.map(|id| id.to_string()));
        and("from", self.from.map(|at| at.to_string()));
        and("to", self.to.map(|at| at.to_string()));
        path
    }

    fn is_met(&self, said: &Feedback) -> bool {
        self.site.is_none_or(|site| said.site_id == site)
            && self.service.is_none_or(|service| said.service_id == service)
            && self.agent.is_none_or(|agent| said.agent_id == Some(agent))
            && self.from.is_none_or(|from| said.created_at >= from)
            && self.to.is_none_or(|to| said.created_at < to)
    }
}

/// The part to which an answer belongs.
fn part_of(by: &str, said: &Feedback) -> Option<String> {
    match by {
        "service" => Some(said.service_id.to_string()),
        "agent" => said.agent_id.map(|agent| agent.to_string()),
        "site" => Some(said.site_id.to_string()),
        _ => Some(said.hour.to_string()),
    }
}

/// The figures of some answers, counted one by one.
fn figures<'a>(key: Option<String>, all: impl Iterator<Item = &'a Feedback>) -> Value {
    let mut counts = Counts::default();
    for said in all {
        let (csat, nps) = (said.csat, said.nps);
        counts.responses += 1;
        counts.csat_given += i64::from(csat.is_some());
        counts.csat_sum += csat.unwrap_or(0);
        counts.satisfied += i64::from(matches!(csat, Some(4 | 5)));
        counts.promoters += i64::from(matches!(nps, Some(9 | 10)));
        counts.passives += i64::from(matches!(nps, Some(7 | 8)));
        counts.detractors += i64::from(matches!(nps, Some(0..=6)));
    }
    serde_json::to_value(SummaryRow::of(key, None, counts)).unwrap()
}

/// Asks, and counts the answers beside it.
async fn compare(client: &TestClient, said: &[Feedback], asked: &Asked) {
    for by in ["service", "agent", "site", "hour"] {
        let path = asked.path(by);
        let mut told = client.get(&path).await.expect(200);
        let met: Vec<&Feedback> = said.iter().filter(|one| asked.is_met(one)).collect();
        assert_eq!(told["total"], figures(None, met.iter().copied()), "{path}");
        let mut keys: Vec<Option<String>> = met.iter().map(|one| part_of(by, one)).collect();
        keys.sort();
        keys.dedup();
        let mut items = told["items"].as_array_mut().unwrap().clone();
        let order: Vec<(i64, i64)> = items
            .iter()
            .map(|item| match by {
                "hour" => (item["key"].as_str().unwrap().parse().unwrap(), 0),
                _ => (0, -item["responses"].as_i64().unwrap()),
            })
            .collect();
        assert!(order.is_sorted(), "{path}: {order:?}");
        items.iter_mut().for_each(|item| item["name"] = Value::Null);
        items.sort_by_key(|item| item["key"].as_str().map(str::to_owned));
        let wanted: Vec<Value> = keys
            .into_iter()
            .map(|key| {
                let own = met.iter().copied().filter(|one| part_of(by, one) == key);
                figures(key.clone(), own)
            })
            .collect();
        assert_eq!(items, wanted, "{path}");
    }
}

/// Whole months, ends within a month and at its turn, open ends; every filter, and for whoever is limited to sites.
async fn the_figures_are_those_of_the_answers(app: App) {
    let mut sites = Vec::new();
    for name in ["East", "West", "North"] {
        let made = app.admin.post("/api/v1/tenants/bank/sites", json!({ "name": name })).await.expect(201);
        sites.push(made["id"].as_str().unwrap().parse::<SiteId>().unwrap());
    }
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let me = clerk.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
    let head = app.signed_in("agent", "head@bank.example").await;
    let head = head.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
    let agents = [me, head, UserId::from_uuid(uuid(5, 2))];
    let said = made_up(app.bank, &sites, &agents);
    let all = said.clone();
    let bring = move |tx: &mut Tx<'_>| {
        for one in &all {
            assert!(usher_engagement::ops::bring_in(tx, one)?);
            assert!(!usher_engagement::ops::bring_in(tx, one)?, "once for a ticket");
        }
        Ok::<_, usher_engagement::Error>(())
    };
    app.node.db.write_system(&app.sys, Lane::Any, bring).await.unwrap();

    let ends = [
        ("", ""),
        ("2026-06-01T00:00:00Z", "2026-10-01T00:00:00Z"),
        ("2026-05-31T22:00:00Z", "2026-08-31T22:00:00Z"),
        ("2026-06-20T10:30:00Z", ""),
        ("", "2026-07-08T07:59:59.5Z"),
        ("2026-07-03T00:00:00Z", "2026-07-30T00:00:00Z"),
        ("2026-07-03T00:00:00Z", "2026-07-04T12:00:00Z"),
        ("2026-07-20T00:00:00Z", "2026-08-10T00:00:00Z"),
        ("2026-09-01T00:00:00Z", "2026-06-01T00:00:00Z"),
        ("2026-06-01T00:00:00Z", "9999-12-01T00:00:00Z"),
    ];
    let end = |text: &str| (!text.is_empty()).then(|| at(text));
    let (site, service, agent) = (Some(sites[0]), Some(said[0].service_id), Some(agents[1]));
    for (from, to) in ends {
        let time = Asked { from: end(from), to: end(to), ..Asked::default() };
        for asked in [
            time.clone(),
            Asked { site, ..time.clone() },
            Asked { service, ..time.clone() },
            Asked { agent, ..time.clone() },
            Asked { site, service, agent, ..time.clone() },
        ] {
            compare(&app.admin, &said, &asked).await;
        }
    }

    let told = app.admin.get(&Asked::default().path("agent")).await.expect(200);
    let mut names: Vec<_> =
        told["items"].as_array().unwrap().iter().map(|item| item["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, [None, None, Some("clerk"), Some("head")], "two that nobody knows by name");

    let own: Vec<Feedback> = said.iter().filter(|one| one.agent_id == Some(me)).cloned().collect();
    compare(&clerk, &own, &Asked { from: end(ends[2].0), ..Asked::default() }).await;
    let boss = app.signed_in_at("manager", "boss@bank.example", &sites[1..]).await;
    let there: Vec<Feedback> = said.iter().filter(|one| sites[1..].contains(&one.site_id)).cloned().collect();
    assert!(there.len() < said.len());
    compare(&boss, &there, &Asked { to: end(ends[2].1), ..Asked::default() }).await;
}

/// Many answers about few services at once on two nodes: each is counted, though all change the same counts.
async fn every_answer_is_counted_once_at_the_same_time(app: App) {
    let other = app.beside().await;
    let sites = [1, 2].map(|n| SiteId::from_uuid(uuid(6, n)));
    let mut said = made_up(app.bank, &sites, &[UserId::from_uuid(uuid(5, 1))]);
    said.truncate(160);
    said.iter_mut().for_each(|one| one.created_at = at("2026-07-08T09:00:00Z"));
    // Two in each transaction, so that it may hold what another wants and want what that one holds.
    let bring = async |node: &Node, all: &[Feedback]| {
        for two in all.chunks(2) {
            let two = two.to_vec();
            let brought = app.on(node, move |_, tx| {
                two.iter().try_for_each(|one| usher_engagement::ops::bring_in(tx, one).map(drop))
            });
            brought.await.unwrap();
        }
    };
    let (here, there) = said.split_at(80);
    tokio::join!(
        bring(&app.node, &here[..40]),
        bring(&app.node, &here[40..]),
        bring(&other, &there[..40]),
        bring(&other, &there[40..]),
    );
    compare(&app.admin, &said, &Asked::default()).await;
}

/// More parts than a summary tells of: those with the most answers, and all of them in the total.
async fn those_with_the_most_answers_are_told_of(app: App) {
    let agents: Vec<UserId> = (0..510).map(|n| UserId::from_uuid(uuid(5, n))).collect();
    let template = made_up(app.bank, &[SiteId::from_uuid(uuid(6, 1))], &agents[..1]).remove(0);
    let bring = move |tx: &mut Tx<'_>| {
        let often = agents.iter().chain(&agents[500..]);
        for (n, agent) in (1_000_u128..).zip(often) {
            let (id, ticket_id) = (FeedbackId::from_uuid(uuid(1, n)), TicketId::from_uuid(uuid(1, n)));
            let one = Feedback { id, ticket_id, agent_id: Some(*agent), ..template.clone() };
            usher_engagement::ops::bring_in(tx, &one)?;
        }
        Ok::<_, usher_engagement::Error>(())
    };
    app.node.db.write_system(&app.sys, Lane::Any, bring).await.unwrap();
    let told = app.admin.get(&format!("{SUMMARY}?by=agent")).await.expect(200);
    let items = told["items"].as_array().unwrap();
    assert_eq!((&told["total"]["responses"], items.len()), (&json!(520), 500));
    assert!(items[..10].iter().all(|item| item["responses"] == 2) && items[10]["responses"] == 1);
}

/// By what a month's counts are known: by agent or by hour.
type Kept = (TenantId, Timestamp, SiteId, ServiceId, Option<Uuid>, Option<i64>);
/// The same with how many said something and the sum of the CSAT scores.
type Row = (TenantId, Timestamp, SiteId, ServiceId, Option<Uuid>, Option<i64>, i64, i64);

/// What was said before months were counted is counted when they are first.
fn what_was_said_before_is_counted(engine: Engine) {
    block_on(async {
        let Some(old) = OldDb::open(engine, tables(), ("engagement", 4)).await else { return };
        let (sys, clock) = (old.system(), still_clock());
        let (one, other) = (TenantId::generate(clock.now()), TenantId::generate(clock.now()));
        let sites = [1, 2].map(|n| SiteId::from_uuid(uuid(6, n)));
        let mut said = made_up(one, &sites, &[UserId::from_uuid(uuid(5, 1))]);
        said.iter_mut().skip(300).for_each(|said| said.tenant_id = other);
        let all = said.clone();
        let insert = move |tx: &mut Tx<'_>| {
            for f in &all {
                let mut row = DynQuery::new(
                    "INSERT INTO feedback (id, tenant_id, ticket_id, site_id, queue_id, service_id, tags, channel, \
                     agent_id, csat, nps, hour, created_at) VALUES (",
                );
                row.bind(&f.id).push_sql(", ").bind(&f.tenant_id).push_sql(", ").bind(&f.ticket_id);
                row.push_sql(", ").bind(&f.site_id).push_sql(", ").bind(&f.queue_id);
                row.push_sql(", ").bind(&f.service_id).push_sql(", '[]', 'page', ");
                row.bind(&f.agent_id).push_sql(", ").bind(&f.csat).push_sql(", ").bind(&f.nps);
                row.push_sql(", ").bind(&f.hour).push_sql(", ").bind(&f.created_at).push_sql(")");
                tx.execute_dyn(&row)?;
            }
            Ok::<_, DbError>(())
        };
        old.write_system(&sys, Lane::Any, insert).await.unwrap();

        let db = old.brought_up().await;
        for by_agent in [true, false] {
            let mut wanted: BTreeMap<Kept, (i64, i64)> = BTreeMap::new();
            for f in &said {
                let month =
                    f.created_at.to_zoned(TimeZone::UTC).first_of_month().unwrap().start_of_day().unwrap();
                let agent = by_agent.then(|| f.agent_id.map_or(Uuid::nil(), |agent| agent.uuid()));
                let hour = (!by_agent).then_some(f.hour);
                let key = (f.tenant_id, month.timestamp(), f.site_id, f.service_id, agent, hour);
                let sums = wanted.entry(key).or_default();
                *sums = (sums.0 + 1, sums.1 + f.csat.unwrap_or(0));
            }
            let mut query = DynQuery::new("SELECT tenant_id, month, site_id, service_id, ");
            query.across("a test reads what it put in itself").push_sql(if by_agent {
                "agent_id, CAST(NULL AS BIGINT), responses, csat_sum FROM feedback_by_agent"
            } else {
                "CAST(NULL AS UUID), hour, responses, csat_sum FROM feedback_by_hour"
            });
            let read = move |read: &mut usher_db::Read<'_>| read.query_dyn::<Row>(&query);
            let rows = db.read_system::<_, DbError>(&sys, read).await.unwrap();
            let kept = rows.into_iter().map(|r| ((r.0, r.1, r.2, r.3, r.4, r.5), (r.6, r.7)));
            assert_eq!(kept.collect::<BTreeMap<_, _>>(), wanted, "by agent: {by_agent}");
        }
    });
}

#[test]
fn what_was_said_before_is_counted_sqlite() {
    what_was_said_before_is_counted(Engine::Sqlite);
}

#[test]
fn what_was_said_before_is_counted_postgres() {
    what_was_said_before_is_counted(Engine::Postgres);
}

on_both!(
    the_figures_are_those_of_the_answers,
    every_answer_is_counted_once_at_the_same_time,
    those_with_the_most_answers_are_told_of,
);
