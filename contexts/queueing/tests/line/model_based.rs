//! Random operations of several actors against a tiny reference model, under each algorithm.
//!
//! The model is a set of tickets with their places. After every step the memory's order is the model's order, numbers
//! have no gap and no twin, no counter holds more than it may, no line knows of more spare places than it has, and what the
//! model refuses the product refuses with the code that the model expects. A place that a rule gives is computed here
//! anew; one between others is only checked to be there, for where exactly between them is nobody's business.

mod model;
mod step;

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use usher_db::{Engine, Tx};
use usher_kernel::{Change, SignedDuration};
use usher_queueing::model::queue::Algorithm;
use usher_queueing::model::service::{PriorityClass, PriorityRules};
use usher_queueing::model::{CounterId, QueueId, ServiceId, Status, Ticket};
use usher_queueing::ops::configure::{QueueInput, ServiceInput, update_service};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::{call, cancel, close, expire, lease, park, place, serve, transfer, undo};
use usher_queueing::{Error, Queueing};

use crate::app::{App, anonymous};
use model::{Block, CLAIM, CLASSES, Known, Model, SERVES, TARGETS};
use step::{Step, Verb, step};

/// How many stories are tried on each engine, in the ordinary run and in the long one.
const ORDINARY: u32 = 24;
const LONG: u32 = 500;

/// What the lines take at most: more than a story has people, so that nobody is refused, and each who comes takes a place.
const MOST: i64 = 1_000;

/// Three people who have not worked anywhere yet.
fn fresh() -> u128 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    u128::from(3 * NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A prefix that no queue has yet.
fn fresh_prefix() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let letter = |n: u32| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    [letter(n / 17_576), letter(n / 676), letter(n / 26), letter(n)].into_iter().collect()
}

/// The branch of one story: two lines for two services, and three counters.
struct Branch {
    services: [ServiceId; 2],
    queues: [QueueId; 2],
    counters: [CounterId; 3],
    /// The first of the three who work there: what others did in other stories is not theirs to take back.
    staff: u128,
}

async fn branch(app: &App, algorithm: Algorithm) -> Branch {
    let mut services = Vec::new();
    for (n, target) in TARGETS.into_iter().enumerate() {
        let id = app.service(&format!("S{n} {}", app.now().as_microsecond())).await;
        let mut priority_rules = PriorityRules::default();
        let claim = PriorityClass {
            head_start_minutes: CLAIM.1,
            strict: false,
            reason_required: false,
            confirm: true,
        };
        priority_rules.classes.insert(CLAIM.0.to_owned(), claim);
        let change = ServiceInput {
            target_minutes: Change::Set(target),
            priority_rules: Some(priority_rules),
            ..ServiceInput::default()
        };
        app.act(&app.manager(), move |line, tx| update_service(line, tx, id, &change, None)).await.unwrap();
        services.push(id);
    }
    let services = [services[0], services[1]];
    let more = || QueueInput {
        algorithm: Some(algorithm),
        reinstate_minutes: Some(1440),
        max_active_tickets: Change::Set(MOST),
        ..QueueInput::default()
    };
    let queues = [
        app.queue("one", &fresh_prefix(), &services, more()).await,
        app.queue("two", &fresh_prefix(), &services, more()).await,
    ];
    let mut counters = Vec::new();
    for serves in SERVES {
        let lines: Vec<QueueId> = serves.iter().map(|queue| queues[*queue]).collect();
        counters.push(app.counter(&lines, 1).await);
    }
    Branch { services, queues, counters: [counters[0], counters[1], counters[2]], staff: fresh() }
}

async fn run(app: &App, algorithm: Algorithm, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let branch = branch(app, algorithm).await;
    let mut model = Model::new(algorithm);
    for (n, step) in steps.into_iter().enumerate() {
        let who = n % 3;
        one(app, &branch, &mut model, who, step).await?;
        for (q, queue) in branch.queues.iter().enumerate() {
            prop_assert_eq!(app.waiting(*queue), model.numbers(q), "after {:?}", step);
            prop_assert_eq!(model.values(q), (1..=model.values(q).len() as i64).collect::<Vec<_>>());
        }
        for (c, counter) in branch.counters.iter().enumerate() {
            let holding = app.line.live().seats.lock().counters[counter].holding.len();
            prop_assert_eq!(holding, usize::from(model.held(c)), "after {:?}", step);
        }
        for queue in branch.queues {
            let (_, spare, inside) = app.spare(queue).await;
            let fits = spare.is_none_or(|spare| spare <= MOST - inside);
            prop_assert!(fits, "{spare:?} spare beside {inside}, after {step:?}");
        }
    }
    Ok(())
}

/// The outcome is the expected one: the ticket in its state, or the refusal with its code.
fn agrees(
    step: Step,
    expected: Result<Status, &'static str>,
    got: &Result<Ticket, Error>,
) -> Result<(), TestCaseError> {
    let got = got.as_ref().map(|t| t.status).map_err(Error::code);
    prop_assert_eq!(got, expected, "{:?}", step);
    Ok(())
}

async fn one(
    app: &App,
    branch: &Branch,
    model: &mut Model,
    who: usize,
    step: Step,
) -> Result<(), TestCaseError> {
    let actor = app.agent(branch.staff + who as u128);
    let pick = |t: usize| (!model.tickets.is_empty()).then(|| t % model.tickets.len().max(1));
    let now = app.now();
    macro_rules! done {
        (|$line:ident, $tx:ident| $op:expr) => {
            app.act(&actor, move |$line, $tx| $op).await
        };
    }
    match step {
        Step::Issue { queue, service, class, claimed } => {
            let wanted = Issue {
                queue_id: Some(branch.queues[queue]),
                service_id: Some(branch.services[service]),
                priority: Some(CLASSES[class].to_owned()),
                ..Issue::default()
            };
            let guest = anonymous(app.tenant, &app.clock);
            let t = app.issue_as(if claimed { &guest } else { &actor }, wanted).await.unwrap();
            model.issue(&t, queue, service, (class, !claimed))?;
        }
        Step::Lease(queue, count) => {
            let id = branch.queues[queue];
            let kiosk = app.manager();
            let block =
                app.act(&kiosk, move |line, tx| lease::lease(line, tx, id, count, None)).await.unwrap();
            prop_assert_eq!(block.last - block.first + 1, count);
            model.blocks.push(Block { id: block.id, queue, left: (block.first..=block.last).collect() });
        }
        Step::Upload(n, service) => {
            let at = n % model.blocks.len().max(1);
            let Some(block) = model.blocks.get_mut(at).filter(|block| !block.left.is_empty()) else {
                return Ok(());
            };
            let (id, queue, value) = (block.id, block.queue, block.left.remove(0));
            let one = lease::Printed {
                value,
                issued_at: now,
                service_id: branch.services[service],
                name: None,
                phone: None,
                locale: None,
                assistance: None,
            };
            let kiosk = app.manager();
            let bring = move |line: &Queueing, tx: &mut Tx<'_>| {
                lease::upload(line, tx, id, std::slice::from_ref(&one))
            };
            let mut brought = app.act(&kiosk, bring).await.unwrap();
            let Some((_, lease::Upload::TakenIn(t))) = brought.pop() else {
                return Err(TestCaseError::fail(format!("{step:?}: number {value} was not taken in")));
            };
            model.issue(&t, queue, service, (0, true))?;
        }
        Step::CallNext(c) => {
            let expected = model.next(c);
            match app.next(&actor, branch.counters[c]).await {
                Ok(called) => {
                    prop_assert!(!model.held(c), "a full counter called");
                    prop_assert_eq!(called.as_ref().map(|t| t.id), expected.map(|n| model.tickets[n].id));
                    if let Some(t) = expected {
                        model.act(who, t, now, |t| t.call(c));
                    }
                }
                Err(error) => {
                    prop_assert_eq!(error.code(), "counter_full");
                    prop_assert!(model.held(c));
                }
            }
        }
        Step::CompleteAndCallNext(c) => {
            let (counter, ending) = (branch.counters[c], close::Close::default());
            let (completed, called) = (model.holds(c), model.next(c));
            let turn = done!(|line, tx| close::complete_and_call_next(line, tx, counter, None, &ending));
            let turn = turn.map_err(|error| TestCaseError::fail(format!("{step:?}: {error}")))?;
            let ended = turn.completed.as_ref().map(|t| (t.id, t.status));
            prop_assert_eq!(ended, completed.map(|n| (model.tickets[n].id, Status::Served)));
            let next = turn.called.as_ref().map(|t| (t.id, t.status));
            prop_assert_eq!(next, called.map(|n| (model.tickets[n].id, Status::Called)));
            model.turn(who, now, completed, called.map(|called| (called, c)));
        }
        Step::CallNamed(t, c) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let (id, counter) = (model.tickets[t].id, branch.counters[c]);
            let expected = model.may_call(t, c);
            let got = done!(|line, tx| call::call(line, tx, id, counter));
            agrees(step, expected, &got)?;
            if got.is_ok() {
                model.act(who, t, now, |t| t.call(c));
            }
        }
        Step::To(verb, t) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let wrap_up = || close::Close { wrap_up: Some(true), ..close::Close::default() };
            let got = match verb {
                Verb::Start => done!(|line, tx| serve::start(line, tx, id)),
                Verb::Pause => done!(|line, tx| serve::pause(line, tx, id)),
                Verb::Resume => done!(|line, tx| serve::resume(line, tx, id)),
                Verb::Close => app.close(&actor, id).await,
                Verb::WrapUp => done!(|line, tx| close::close(line, tx, id, &wrap_up())),
                Verb::FinishWrapUp => done!(|line, tx| close::finish_wrap_up(line, tx, id, None)),
                Verb::NoShow => done!(|line, tx| place::mark_no_show(line, tx, id)),
                Verb::Park => done!(|line, tx| park::park(line, tx, id, 10)),
                Verb::Away => {
                    let ten = place::Postpone { places: None, minutes: Some(10) };
                    done!(|line, tx| place::postpone(line, tx, id, &ten))
                }
                Verb::Unpark => done!(|line, tx| park::unpark(line, tx, id)),
                Verb::Leave => done!(|line, tx| cancel::leave(line, tx, id)),
                Verb::Expire => done!(|line, tx| expire::expire(line, tx, id)),
            };
            agrees(step, model.tickets[t].led_by(verb), &got)?;
            if let Ok(done) = got {
                match verb {
                    Verb::Expire => model.change(t, |t| t.turn(done.status)),
                    Verb::Leave => model.act(who, t, now, |t| t.leave(now)),
                    _ => model.act(who, t, now, |t| t.turn(done.status)),
                }
            }
        }
        Step::SkipToEnd(t) | Step::Skip(t, _) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let skip = match step {
                Step::Skip(_, places) => place::Skip { places: Some(places), to_end: false },
                _ => place::Skip { places: None, to_end: true },
            };
            let places = skip.places;
            let got = done!(|line, tx| place::skip(line, tx, id, &skip));
            agrees(step, model.tickets[t].back_from(&[Status::Called]), &got)?;
            if let Ok(done) = got {
                let queue = model.tickets[t].queue;
                model.act(who, t, now, |t| t.turn(Status::Waiting));
                model.put(t, queue, places.map(|n| n as usize), done.rank)?;
            }
        }
        Step::Reinstate(t) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let got = done!(|line, tx| place::reinstate(line, tx, id));
            agrees(step, model.tickets[t].back_from(&[Status::NoShow]), &got)?;
            if got.is_ok() {
                model.act(who, t, now, |t| t.turn(Status::Waiting));
            }
        }
        Step::Postpone(t, places) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let wish = place::Postpone { places: Some(places), minutes: None };
            let got = done!(|line, tx| place::postpone(line, tx, id, &wish));
            agrees(step, model.tickets[t].back_from(&[Status::Waiting]), &got)?;
            if let Ok(done) = got {
                let queue = model.tickets[t].queue;
                let at = model.waiting(queue).iter().position(|other| *other == t).unwrap_or(0);
                model.act(who, t, now, |_| {});
                model.put(t, queue, Some(at + places as usize), done.rank)?;
            }
        }
        Step::Move { ticket, queue, position } => {
            let Some(t) = pick(ticket) else { return Ok(()) };
            let id = model.tickets[t].id;
            let wish = place::Move {
                queue_id: queue.map(|q| branch.queues[q]),
                position,
                reason: "a reason".into(),
                ..place::Move::default()
            };
            let got = done!(|line, tx| place::move_to(line, tx, id, &wish));
            agrees(step, model.tickets[t].back_from(&[Status::Waiting]), &got)?;
            if let Ok(done) = got {
                let to = queue.unwrap_or(model.tickets[t].queue);
                model.act(who, t, now, |t| t.enter(to, t.target));
                model.put(t, to, position.map(|n| n as usize - 1), done.rank)?;
            }
        }
        Step::Transfer(t, to) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let wish = transfer::Transfer { queue_id: Some(branch.queues[to]), ..Default::default() };
            let got = done!(|line, tx| transfer::transfer(line, tx, id, &wish));
            let expected = match model.tickets[t].back_from(Known::IN_REACH) {
                Ok(_) if model.tickets[t].queue == to => Err("same_line"),
                other => other,
            };
            agrees(step, expected, &got)?;
            if let Ok(done) = got {
                model.act(who, t, now, |t| t.enter(to, None));
                model.newly(t, &done)?;
            }
        }
        Step::TransferToCounter(t, c) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let (id, counter) = (model.tickets[t].id, branch.counters[c]);
            let wish = transfer::Transfer { counter_id: Some(counter), ..Default::default() };
            let got = done!(|line, tx| transfer::transfer(line, tx, id, &wish));
            agrees(step, model.tickets[t].back_from(Known::IN_REACH), &got)?;
            if let Ok(done) = got {
                let was = model.tickets[t].queue;
                let to = if SERVES[c].contains(&was) { was } else { SERVES[c][0] };
                model.act(who, t, now, |t| t.enter(to, Some(c)));
                if to != was {
                    model.newly(t, &done)?;
                }
            }
        }
        Step::Reprioritise(t, class) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let wish = place::Reprioritise { class: CLASSES[class].into(), reason: None };
            let got = done!(|line, tx| place::reprioritise(line, tx, id, &wish));
            agrees(step, model.tickets[t].back_from(&[Status::Waiting]), &got)?;
            if let Ok(done) = got {
                model.act(who, t, now, |_| {});
                model.reclass(t, class);
                prop_assert_eq!(done.rank, model.tickets[t].rank, "by the head start and nothing else");
            }
        }
        Step::Recall(t) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let got = done!(|line, tx| call::recall(line, tx, id));
            agrees(step, model.tickets[t].may_recall(), &got)?;
            if let Ok(done) = got {
                model.tickets[t].recalls += 1;
                prop_assert_eq!(done.recalls, model.tickets[t].recalls);
            }
        }
        Step::Confirm(t) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let got = done!(|line, tx| serve::confirm_priority(line, tx, id));
            agrees(step, model.tickets[t].may_confirm(), &got)?;
            if let Ok(done) = got {
                model.act(who, t, now, |_| {});
                model.reclass(t, model.tickets[t].class);
                prop_assert_eq!(done.rank, model.tickets[t].rank, "by the head start and nothing else");
            }
        }
        Step::UndoLeave(t) => {
            let Some(t) = pick(t) else { return Ok(()) };
            let id = model.tickets[t].id;
            let guest = anonymous(app.tenant, &app.clock);
            let got = app.act(&guest, move |line, tx| cancel::undo_leave(line, tx, id)).await;
            agrees(step, model.tickets[t].may_return(now), &got)?;
            if let Ok(done) = got {
                prop_assert_eq!(done.rank, model.tickets[t].rank, "the old place");
                model.change(t, |t| t.turn(Status::Waiting));
            }
        }
        Step::Undo => {
            let expected = model.may_undo(who, now);
            let got = app.act(&actor, undo::undo).await;
            let ids = |undone: &undo::Undone| undone.tickets.iter().map(|t| t.id).collect::<Vec<_>>();
            let told = got.as_ref().map(ids).map_err(Error::code);
            let wanted = expected.map(|all| all.into_iter().map(|t| model.tickets[t].id).collect::<Vec<_>>());
            prop_assert_eq!(&told, &wanted, "{:?}", step);
            if told.is_ok() {
                model.undo(who);
            }
        }
        Step::Wait(seconds) => app.hands.advance(SignedDuration::from_secs(seconds)),
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
        let algorithm = prop_oneof![Just(Algorithm::Fifo), Just(Algorithm::Priority), Just(Algorithm::Sla)];
        let stories = (algorithm, prop::collection::vec(step(), 1..60));
        let day = std::cell::Cell::new(app.now());
        let outcome = TestRunner::new(config).run(&stories, |(algorithm, steps)| {
            // Each story has a day of its own, of which it uses less than what is left until midnight.
            day.set(day.get().saturating_add(SignedDuration::from_hours(24)).unwrap());
            app.hands.set(day.get());
            runtime.block_on(run(&app, algorithm, steps))
        });
        runtime.shutdown_background();
        outcome.unwrap();
    }
}
