//! Random operations of several actors against a tiny reference model.
//!
//! The model is a list of lines in calling order and a set of held tickets. After every step the
//! memory's order is the model's order, numbers have no gap and no twin, no counter holds more than it
//! may, and what the model refuses the product refuses.

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use usher_queueing::Error;
use usher_queueing::model::{CounterId, QueueId, Status, TicketId};
use usher_queueing::ops::{call, cancel, park, place, serve};

use usher_db::Engine;

use crate::app::App;

/// How many stories are tried on each engine, in the ordinary run and in the long one.
const ORDINARY: u32 = 24;
const LONG: u32 = 500;

#[derive(Clone, Debug)]
enum Step {
    Issue(usize),
    CallNext(usize),
    CallNamed(usize, usize),
    Start(usize),
    Close(usize),
    SkipToEnd(usize),
    NoShow(usize),
    Reinstate(usize),
    Park(usize),
    Unpark(usize),
    Leave(usize),
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    let any = 0usize..24;
    prop_oneof![
        6 => (0usize..2).prop_map(Step::Issue),
        5 => (0usize..3).prop_map(Step::CallNext),
        2 => (any.clone(), 0usize..3).prop_map(|(t, c)| Step::CallNamed(t, c)),
        2 => any.clone().prop_map(Step::Start),
        3 => any.clone().prop_map(Step::Close),
        1 => any.clone().prop_map(Step::SkipToEnd),
        1 => any.clone().prop_map(Step::NoShow),
        1 => any.clone().prop_map(Step::Reinstate),
        1 => any.clone().prop_map(Step::Park),
        1 => any.clone().prop_map(Step::Unpark),
        1 => any.prop_map(Step::Leave),
        1 => Just(Step::Wait),
    ]
}

struct Known {
    id: TicketId,
    number: String,
    value: i64,
    queue: usize,
    status: Status,
    counter: Option<usize>,
}

#[derive(Default)]
struct Model {
    tickets: Vec<Known>,
    /// Waiting tickets by line, in calling order; a no-show and a parked one keep their place to come back to.
    order: [Vec<usize>; 2],
}

impl Model {
    fn waiting(&self, queue: usize) -> Vec<usize> {
        self.order[queue].iter().copied().filter(|n| self.tickets[*n].status == Status::Waiting).collect()
    }
    fn held(&self, counter: usize) -> bool {
        self.tickets.iter().any(|t| t.counter == Some(counter) && t.status.is_held())
    }
}

/// A prefix that no queue has yet.
fn fresh_prefix() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let letter = |n: u32| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    [letter(n / 17_576), letter(n / 676), letter(n / 26), letter(n)].into_iter().collect()
}

async fn run(app: &App, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let service = app.service(&format!("S{}", app.now().as_microsecond())).await;
    // Each case has lines of its own at the one site.
    let queues: [QueueId; 2] = [
        app.queue("one", &fresh_prefix(), &[service], Default::default()).await,
        app.queue("two", &fresh_prefix(), &[service], Default::default()).await,
    ];
    let counters: [CounterId; 3] = [
        app.counter(&[queues[0]], 1).await,
        app.counter(&[queues[1], queues[0]], 1).await,
        app.counter(&[queues[0], queues[1]], 1).await,
    ];
    let serves: [&[usize]; 3] = [&[0], &[1, 0], &[0, 1]];
    let mut model = Model::default();
    for (n, step) in steps.into_iter().enumerate() {
        let actor = app.agent(n as u128 % 3);
        let pick = |t: usize| (!model.tickets.is_empty()).then(|| t % model.tickets.len().max(1));
        match step.clone() {
            Step::Issue(queue) => {
                let t = app.issue(queues[queue]).await;
                model.tickets.push(Known {
                    id: t.id,
                    number: t.number,
                    value: t.value,
                    queue,
                    status: Status::Waiting,
                    counter: None,
                });
                model.order[queue].push(model.tickets.len() - 1);
            }
            Step::CallNext(c) => {
                let expected = serves[c].iter().find_map(|q| model.waiting(*q).first().copied());
                match app.next(&actor, counters[c]).await {
                    Ok(called) => {
                        prop_assert!(!model.held(c), "a full counter called");
                        prop_assert_eq!(called.as_ref().map(|t| t.id), expected.map(|n| model.tickets[n].id));
                        if let Some(n) = expected {
                            model.tickets[n].status = Status::Called;
                            model.tickets[n].counter = Some(c);
                        }
                    }
                    Err(Error::CounterFull { .. }) => prop_assert!(model.held(c)),
                    Err(other) => prop_assert!(false, "{other}"),
                }
            }
            Step::CallNamed(t, c) => {
                let Some(t) = pick(t) else { continue };
                let (id, counter) = (model.tickets[t].id, counters[c]);
                let known = &mut model.tickets[t];
                let may = known.status == Status::Waiting && serves[c].contains(&known.queue);
                let outcome = app.act(&actor, move |line, tx| call::call(line, tx, id, counter)).await;
                if outcome.is_ok() {
                    prop_assert!(may);
                    known.status = Status::Called;
                    known.counter = Some(c);
                } else {
                    prop_assert!(!may || model.held(c), "{:?}", outcome.err());
                }
            }
            Step::Wait => app.wait(1),
            other => {
                let (Step::Start(t)
                | Step::Close(t)
                | Step::SkipToEnd(t)
                | Step::NoShow(t)
                | Step::Reinstate(t)
                | Step::Park(t)
                | Step::Unpark(t)
                | Step::Leave(t)) = other
                else {
                    unreachable!("the rest is above")
                };
                let Some(t) = pick(t) else { continue };
                let id = model.tickets[t].id;
                let from = model.tickets[t].status;
                let (to, outcome) = match other {
                    Step::Start(_) => (
                        (from == Status::Called).then_some(Status::Serving),
                        app.act(&actor, move |line, tx| serve::start(line, tx, id)).await,
                    ),
                    Step::Close(_) => (from.is_held().then_some(Status::Served), app.close(&actor, id).await),
                    Step::SkipToEnd(_) => (
                        (from == Status::Called).then_some(Status::Waiting),
                        app.act(&actor, move |line, tx| {
                            place::skip(line, tx, id, &place::Skip { places: None, to_end: true })
                        })
                        .await,
                    ),
                    Step::NoShow(_) => (
                        (from == Status::Called).then_some(Status::NoShow),
                        app.act(&actor, move |line, tx| place::mark_no_show(line, tx, id)).await,
                    ),
                    Step::Reinstate(_) => (
                        (from == Status::NoShow).then_some(Status::Waiting),
                        app.act(&actor, move |line, tx| place::reinstate(line, tx, id)).await,
                    ),
                    Step::Park(_) => (
                        (from == Status::Waiting).then_some(Status::Parked),
                        app.act(&actor, move |line, tx| park::park(line, tx, id, 10)).await,
                    ),
                    Step::Unpark(_) => (
                        (from == Status::Parked).then_some(Status::Waiting),
                        app.act(&actor, move |line, tx| park::unpark(line, tx, id)).await,
                    ),
                    _ => (
                        matches!(from, Status::Waiting | Status::Called | Status::Parked)
                            .then_some(Status::Cancelled),
                        app.act(&actor, move |line, tx| cancel::leave(line, tx, id)).await,
                    ),
                };
                match (to, outcome) {
                    (Some(to), Ok(ticket)) => {
                        prop_assert_eq!(ticket.status, to);
                        model.tickets[t].status = to;
                        if matches!(other, Step::SkipToEnd(_)) {
                            let queue = model.tickets[t].queue;
                            model.order[queue].retain(|n| *n != t);
                            // Behind everybody: a new entry time comes after every rank that was given,
                            // also those of tickets that are out of line and will come back.
                            model.order[queue].push(t);
                        }
                        if !to.is_held() {
                            model.tickets[t].counter = None;
                        }
                    }
                    (None, Err(Error::NotAllowed { status, .. })) => prop_assert_eq!(status, from),
                    (expected, got) => prop_assert!(false, "{step:?} from {from}: {expected:?}, {got:?}"),
                }
            }
        }
        for (q, queue) in queues.iter().enumerate() {
            let expected: Vec<String> =
                model.waiting(q).into_iter().map(|n| model.tickets[n].number.clone()).collect();
            prop_assert_eq!(app.waiting(*queue), expected, "after {:?}", step);
            let mut values: Vec<i64> =
                model.tickets.iter().filter(|t| t.queue == q).map(|t| t.value).collect();
            values.sort_unstable();
            prop_assert_eq!(&values, &(1..=values.len() as i64).collect::<Vec<_>>());
        }
        for (c, counter) in counters.iter().enumerate() {
            let holding = app.line.live().seats.lock().counters[counter].holding.len();
            prop_assert_eq!(holding, usize::from(model.held(c)));
        }
    }
    Ok(())
}

#[test]
fn the_line_behaves_like_the_model() {
    let ordinary = if std::env::var_os("USHER_TEST_LONG").is_some() { LONG } else { ORDINARY };
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(ordinary);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let Some(app) = runtime.block_on(App::open(engine)) else { continue };
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config).run(&prop::collection::vec(step(), 1..60), |steps| {
            app.hands.advance(usher_kernel::SignedDuration::from_secs(1));
            runtime.block_on(run(&app, steps))
        });
        runtime.shutdown_background();
        outcome.unwrap();
    }
}
