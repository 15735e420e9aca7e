//! Many callers at once: numbers unique and gap-free, each ticket to exactly one, in rank order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::json;
use usher_db::{DbError, Read, Tx};
use usher_events::Search;
use usher_kernel::Change;
use usher_queueing::model::{Algorithm, Live, QueueId, Status, Ticket, TicketFact, TicketId};
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::configure::QueueInput;
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_queueing::ops::place::{self, Skip};
use usher_queueing::ops::undo::undo;
use usher_queueing::ops::{call, cancel, park, transfer};
use usher_queueing::{Error, Queueing};
use uuid::Uuid;

use crate::app::{App, on_engines};
use crate::http::Web;

/// A place in calling order.
type Key = (i64, TicketId);

/// Replays the log of a line that nobody joins meanwhile: whoever was called had the smallest rank of all who waited
/// then. Gives how many were called.
async fn called_by_rank(app: &App, queue: QueueId) -> usize {
    let (tenant, tickets) = (app.tenant, Some("ticket".to_owned()));
    let wanted = Search { thing_kind: tickets, ..Search::default() };
    let search = move |read: &mut Read<'_>| usher_events::search(read, tenant, &wanted, 10_000);
    let log = app.line.db().read::<_, DbError>(&app.manager(), search).await.unwrap();
    let (mut waiting, mut called) = (BTreeSet::new(), 0);
    // The log comes newest first.
    for event in log.iter().rev() {
        let fact: TicketFact = event.payload_as().unwrap();
        if fact.queue_id != queue {
            continue;
        }
        if event.kind == "ticket.called" {
            let first = waiting.first().copied();
            assert_eq!(first, Some(fact.key()), "{} was called, and was not the first", fact.number);
            called += 1;
        }
        waiting.retain(|(_, id)| *id != fact.ticket_id);
        if fact.status == Status::Waiting {
            waiting.insert(fact.key());
        }
    }
    called
}

#[test]
fn numbers_have_no_gap_and_no_twin_under_concurrency() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let app = Arc::new(app);
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..8u128 {
            let app = Arc::clone(&app);
            tasks.spawn(async move {
                let ctx = app.agent(n);
                let mut mine = Vec::new();
                for _ in 0..25 {
                    let input = Issue { queue_id: Some(queue), ..Issue::default() };
                    mine.push(app.issue_as(&ctx, input).await.unwrap().value);
                }
                mine
            });
        }
        let all: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
        let unique: BTreeSet<i64> = all.iter().copied().collect();
        assert_eq!(all.len(), unique.len());
        assert_eq!(unique.into_iter().collect::<Vec<_>>(), (1..=200).collect::<Vec<_>>());
    });
}

#[test]
fn each_ticket_goes_to_exactly_one_of_many_callers_in_order() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let queue = app.queue("Deposit", "A", &[service], Default::default()).await;
        let mut counters = Vec::new();
        for _ in 0..6 {
            counters.push(app.counter(&[queue], 1).await);
        }
        for _ in 0..120 {
            app.issue(queue).await;
        }
        let app = Arc::new(app);
        let mut tasks = tokio::task::JoinSet::new();
        for (n, counter) in counters.into_iter().enumerate() {
            let app = Arc::clone(&app);
            tasks.spawn(async move {
                let ctx = app.agent(n as u128);
                let mut mine = Vec::new();
                while let Some(called) = app.next(&ctx, counter).await.unwrap() {
                    mine.push(called.value);
                    app.close(&ctx, called.id).await.unwrap();
                }
                mine
            });
        }
        let mine: Vec<Vec<i64>> = tasks.join_all().await;
        for one in &mine {
            assert!(
                one.windows(2).all(|pair| pair[0] < pair[1]),
                "each caller gets them in rank order: {one:?}"
            );
        }
        let all: Vec<i64> = mine.into_iter().flatten().collect();
        let unique: BTreeSet<i64> = all.iter().copied().collect();
        assert_eq!((all.len(), unique.len()), (120, 120));
        let line = app.line.live().line(queue).unwrap();
        {
            let line = line.lock();
            assert_eq!((line.len(), line.day.served), (0, 120));
        }
        assert_eq!(called_by_rank(&app, queue).await, 120);
    });
}

#[test]
fn nobody_is_called_while_one_with_a_smaller_rank_waits() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let by_priority = QueueInput { algorithm: Some(Algorithm::Priority), ..QueueInput::default() };
        let queue = app.queue("Deposit", "A", &[service], by_priority).await;
        let mut counters = Vec::new();
        for _ in 0..6 {
            counters.push(app.counter(&[queue], 1).await);
        }
        // Counts on with everything that anybody sees happen, and so tells what came before what.
        let moments = Arc::new(AtomicUsize::new(0));
        let mut waiting = BTreeMap::new();
        for _ in 0..20 {
            waiting.insert(app.issue(queue).await.key(), moments.fetch_add(1, Ordering::SeqCst));
        }
        // Where there can be another node, half of them work on that.
        let app = Arc::new(app);
        let other = app.beside().await.map_or_else(|| Arc::clone(&app), Arc::new);
        let issuing = Arc::new(AtomicUsize::new(2));
        // When each had a place in the line, and from when until when it was called: as whoever asks sees it.
        let joined = Arc::new(Mutex::new(waiting));
        let called = Arc::new(Mutex::new(Vec::<(Key, usize, usize)>::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for (n, node) in [&app, &other].into_iter().enumerate() {
            let (node, issuing, joined) = (Arc::clone(node), Arc::clone(&issuing), Arc::clone(&joined));
            let moments = Arc::clone(&moments);
            tasks.spawn(async move {
                let ctx = node.agent(100 + n as u128);
                for k in 0..40 {
                    let class = (k % 3 == 0).then(|| "priority".to_owned());
                    let input = Issue { queue_id: Some(queue), priority: class, ..Issue::default() };
                    let ticket = node.issue_as(&ctx, input).await.unwrap();
                    joined.lock().insert(ticket.key(), moments.fetch_add(1, Ordering::SeqCst));
                }
                issuing.fetch_sub(1, Ordering::SeqCst);
            });
        }
        for (n, counter) in counters.into_iter().enumerate() {
            let (node, issuing) = (Arc::clone([&app, &other][n % 2]), Arc::clone(&issuing));
            let (called, moments) = (Arc::clone(&called), Arc::clone(&moments));
            tasks.spawn(async move {
                let ctx = node.agent(n as u128);
                loop {
                    let last = issuing.load(Ordering::SeqCst) == 0;
                    let asked = moments.fetch_add(1, Ordering::SeqCst);
                    match node.next(&ctx, counter).await.unwrap() {
                        Some(ticket) => {
                            let told = moments.fetch_add(1, Ordering::SeqCst);
                            called.lock().push((ticket.key(), asked, told));
                            node.close(&ctx, ticket.id).await.unwrap();
                        }
                        None if last => break,
                        None => tokio::task::yield_now().await,
                    }
                }
            });
        }
        tasks.join_all().await;
        let (joined, called) = (joined.lock(), called.lock());
        assert_eq!(called.len(), 100);
        for (key, asked, told) in called.iter() {
            // Whoever was in line before this call began and until after it had ended.
            let passed = |(other, begun, _): &&(Key, usize, usize)| {
                other < key && joined[other] < *asked && begun > told
            };
            let passed = called.iter().find(passed);
            assert_eq!(passed, None, "waited while {key:?} was called");
        }
    });
}

#[test]
fn a_call_told_late_brings_back_nobody_who_ends_in_the_same_moment() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let issued = TicketFact::of(&app.issue(queue).await);
        let tenant = app.tenant;
        let live = Live::default();
        let lives: Vec<[TicketFact; 2]> = (1..=20_000u128)
            .map(|n| {
                let ticket_id = TicketId::from_uuid(Uuid::from_u128(n));
                let step = |status, from, version| TicketFact {
                    ticket_id,
                    status,
                    from: Some(from),
                    version,
                    ..issued.clone()
                };
                [step(Status::Called, Status::Waiting, 2), step(Status::Served, Status::Called, 3)]
            })
            .collect();
        // The other node's word and this node's own commit, each from its thread.
        let together = Barrier::new(2);
        std::thread::scope(|scope| {
            for told in 0..2 {
                let (live, lives, together) = (&live, &lives, &together);
                scope.spawn(move || {
                    for life in lives {
                        together.wait();
                        live.apply(tenant, &life[told], "2026-01-05");
                    }
                });
            }
        });
        let left = lives.iter().filter(|life| live.ticket(life[0].ticket_id).is_some()).count();
        assert_eq!(left, 0, "tickets that were served stay on the boards");
    });
}

/// Does something and only then lets go of what it holds: whoever does the like on another node has begun meanwhile.
async fn slowly<D: Send + 'static>(
    node: &App,
    mut act: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<D, Error> + Send + 'static,
) -> Result<D, Error> {
    node.act(&node.manager(), move |line, tx| {
        let done = act(line, tx)?;
        std::thread::sleep(Duration::from_millis(200));
        Ok(done)
    })
    .await
}

/// Does something on a node and, once that is done and before it is committed, lets another begin.
async fn before_it_is_committed<D: Send + 'static, T>(
    node: &App,
    mut act: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<D, Error> + Send + 'static,
    other: impl Future<Output = T>,
) -> (Result<D, Error>, T) {
    let acted = Arc::new(AtomicBool::new(false));
    let tell = Arc::clone(&acted);
    let first = slowly(node, move |line, tx| {
        let done = act(line, tx);
        tell.store(true, Ordering::SeqCst);
        done
    });
    let second = async {
        usher_testkit::until("the first has begun", async || acted.load(Ordering::SeqCst)).await;
        other.await
    };
    tokio::join!(first, second)
}

/// Two wanted the last place: one has it, and the other is told why not.
async fn one_of(node: &App, both: [Result<Ticket, Error>; 2], refusal: &str) {
    let (won, lost): (Vec<_>, Vec<_>) = both.into_iter().partition(Result::is_ok);
    let codes: Vec<&str> = lost.iter().filter_map(|lost| lost.as_ref().err()).map(Error::code).collect();
    assert_eq!((won.len(), codes), (1, vec![refusal]));
    for ticket in won.into_iter().flatten() {
        node.act(&node.manager(), move |line, tx| cancel::leave(line, tx, ticket.id)).await.unwrap();
    }
}

#[test]
fn what_a_line_takes_at_most_holds_on_both_nodes_at_once() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let full = QueueInput { max_active_tickets: Change::Set(1), ..QueueInput::default() };
        let once = QueueInput { max_per_customer_per_day: Change::Set(1), ..QueueInput::default() };
        let full = app.queue("Full", "A", &[service], full).await;
        let once = app.queue("Once", "B", &[service], once).await;
        let open = app.queue("Open", "C", &[service], QueueInput::default()).await;
        // The embedded engine has one process, in which one writes for a site.
        let Some(other) = app.beside().await else { return };
        let join = |queue, phone: Option<String>| {
            let input = Issue { queue_id: Some(queue), phone, ..Issue::default() };
            let terms = Terms { staff: true, confirmed: true, ..Terms::default() };
            move |line: &Queueing, tx: &mut Tx<'_>| issue(line, tx, &input, terms)
        };
        for round in 0..3 {
            let both = tokio::join!(slowly(&app, join(full, None)), slowly(&other, join(full, None)));
            one_of(&app, both.into(), "queue_full").await;

            // Whoever is sent there from another line takes the last place as well as whoever comes.
            let sent = app.issue(open).await.id;
            let there = transfer::Transfer { queue_id: Some(full), ..transfer::Transfer::default() };
            let send = move |line: &Queueing, tx: &mut Tx<'_>| transfer::transfer(line, tx, sent, &there);
            let both = tokio::join!(slowly(&app, join(full, None)), slowly(&other, send));
            one_of(&app, both.into(), "queue_full").await;

            // One number, given twice at once, of somebody who is on record.
            let phone = Some(format!("+49151000000{round}"));
            let before = Issue { queue_id: Some(open), phone: phone.clone(), ..Issue::default() };
            app.issue_as(&app.manager(), before).await.unwrap();
            let twice = join(once, phone.clone());
            let both = tokio::join!(slowly(&app, twice), slowly(&other, join(once, phone)));
            one_of(&app, both.into(), "customer_limit").await;
        }
    });
}

#[test]
fn whoever_comes_back_on_one_node_is_counted_before_whoever_comes_on_the_other() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let most = QueueInput { max_active_tickets: Change::Set(1), ..QueueInput::default() };
        let full = app.queue("Full", "A", &[service], most).await;
        let Some(other) = app.beside().await else { return };
        let manager = other.manager();
        let away = app.issue(full).await.id;
        app.act(&app.manager(), move |line, tx| park::park(line, tx, away, 5)).await.unwrap();
        let back = move |line: &Queueing, tx: &mut Tx<'_>| park::unpark(line, tx, away);
        let comes = other.issue_as(&manager, Issue { queue_id: Some(full), ..Issue::default() });
        let (back, came) = before_it_is_committed(&app, back, comes).await;
        assert_eq!(back.unwrap().status, Status::Waiting);
        assert_eq!(came.unwrap_err().code(), "queue_full");
        assert_eq!(other.spare(full).await.2, 1, "who is in it");
    });
}

#[test]
fn a_counter_holds_no_more_than_it_may_from_whichever_line_and_node_it_is_sent_to() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let b = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let counter = app.counter(&[a, b], 1).await;
        let Some(other) = app.beside().await else { return };
        let staff = Web::of(&other).person(&other.agent(2));
        let named = |id| move |line: &Queueing, tx: &mut Tx<'_>| call::call(line, tx, id, counter);
        for _ in 0..3 {
            // Two named calls, of two lines.
            let (one, two) = (app.issue(a).await.id, app.issue(b).await.id);
            let both = tokio::join!(slowly(&app, named(one)), slowly(&other, named(two)));
            one_of(&app, both.into(), "counter_full").await;

            // A named call, and one for the service of the other line.
            let one = app.issue(a).await.id;
            app.issue(b).await;
            let path = format!("/api/counters/{counter}/call");
            let for_service = staff.post(&path, json!({ "service_id": loans }));
            let (won, lost) = before_it_is_committed(&app, named(one), for_service).await;
            lost.expect_fault(409, "counter_full");

            // Somebody who was put back comes to the counter again, and another is called there.
            let one = won.unwrap().id;
            let back = move |line: &Queueing, tx: &mut Tx<'_>| place::skip(line, tx, one, &Skip::default());
            app.act(&app.manager(), back).await.unwrap();
            let two = app.issue(b).await.id;
            let again =
                |line: &Queueing, tx: &mut Tx<'_>| undo(line, tx).map(|undone| undone.tickets[0].clone());
            let elsewhere = async { other.act(&other.manager(), named(two)).await };
            let both = before_it_is_committed(&app, again, elsewhere).await;
            one_of(&app, both.into(), "counter_full").await;
        }
    });
}

#[test]
fn nobody_stays_behind_in_a_site_that_is_closed_while_they_come_on_another_node() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let Some(other) = app.beside().await else { return };
        let (site, manager) = (app.site, app.manager());
        let closing = CloseSite { reason: "A pipe burst".into(), mode: ClosingMode::Cancel };
        let close = move |line: &Queueing, tx: &mut Tx<'_>| close_site::close(line, tx, site, &closing);
        let wanted = Issue { queue_id: Some(queue), ..Issue::default() };
        let join = move |line: &Queueing, tx: &mut Tx<'_>| {
            issue(line, tx, &wanted, Terms { staff: true, ..Terms::default() })
        };
        let gone = async |ticket: TicketId| {
            let now = app.act(&app.manager(), move |line, tx| line.ticket_in(tx, ticket)).await.unwrap();
            assert_eq!(now.status, Status::Cancelled, "{}", now.number);
        };
        let open_again = async || {
            let knows = async |closed: bool| {
                let what = if closed { "the other node knows of the closing" } else { "and of the opening" };
                usher_testkit::until(what, async || other.line.closure(site).is_some() == closed).await;
            };
            knows(true).await;
            app.act(&manager, move |line, tx| close_site::reopen(line, tx, site)).await.unwrap();
            knows(false).await;
        };
        for _ in 0..3 {
            // One has come, of whom the first node may not have heard yet; another is coming as it closes.
            let came = other.act(&manager, join.clone()).await.unwrap();
            let closed = async { app.act(&manager, close.clone()).await };
            let (coming, closed) = before_it_is_committed(&other, join.clone(), closed).await;
            assert_eq!(closed.unwrap().cancelled, 2);
            gone(came.id).await;
            gone(coming.unwrap().id).await;
            // And nobody comes afterwards, though the other node may not have heard of that.
            let late = other.act(&manager, join.clone()).await.unwrap_err();
            assert_eq!(late.code(), "site_closed");
            assert!(late.to_string().contains("A pipe burst"), "{late}");
            open_again().await;

            // Nor does anybody who comes while it is being closed.
            let coming = async { other.act(&manager, join.clone()).await };
            let (closed, coming) = before_it_is_committed(&app, close.clone(), coming).await;
            assert_eq!(closed.unwrap().cancelled, 0);
            assert_eq!(coming.unwrap_err().code(), "site_closed");
            open_again().await;
        }
    });
}
