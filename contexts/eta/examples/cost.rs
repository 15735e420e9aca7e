//! What estimates and what-ifs cost: `cargo run --release -p usher-eta --example cost`.

use std::sync::Arc;
use std::time::Instant;

use usher_eta::model::{
    Asked, Book, Event, Forecaster, Forest, Key, Lengths, Lessons, SLOT, Scene, Seat, Serves, SimCounter,
    SimKind, SimLine, Situation, Wall, What,
};
use usher_kernel::{Id, Timestamp};
use usher_queueing::model::{Channel, Status, TicketFact};

/// A Monday morning.
const NOW: i64 = 20_094 * 86_400 + 9 * 3600;
const QUEUE: u128 = 1;
const SITE: u128 = 2;
const SERVICES: u128 = 10;

#[expect(clippy::print_stdout, reason = "it is what this program is for")]
fn main() {
    let forest = Arc::new(forest());
    let what_if = a_thousand_days();
    let [(few, [p50, p99]), (many, _)] = [200_u32, 10_000].map(|people| {
        let book = book(people, &forest);
        (least(20, || everybody(&book, 200, |_| {})), one_by_one(&book))
    });
    if std::env::args().nth(1).as_deref() == Some("--json") {
        let figures = serde_json::json!({
            "what_if_ms": what_if, "trees": forest.trees(), "estimate_us_p50": p50, "estimate_us_p99": p99,
            "line_of_200_ms": few, "line_of_10000_ms": many,
        });
        println!("{figures}");
        return;
    }
    println!("1000 runs of a day with 6 counters and 4 lines: {what_if:.0} ms");
    println!("trees of the correction: {}", forest.trees());
    println!("one estimate: {p50:.1} µs, in 99 of 100 less than {p99:.1} µs");
    println!("a line of 200, all of them quoted again: {few:.2} ms");
    println!("a line of 10000, 200 of them quoted again: {many:.2} ms");
}

/// What single estimates take, in microseconds: the middle, and what 99 of 100 stay within.
fn one_by_one(book: &Book) -> [f64; 2] {
    let mut times = Vec::new();
    for _ in 0..20 {
        let mut begun = Instant::now();
        everybody(book, 200, |_| {
            let now = Instant::now();
            times.push((now - begun).as_secs_f64() * 1e6);
            begun = now;
        });
    }
    times.sort_by(f64::total_cmp);
    [times.len() / 2, times.len() * 99 / 100].map(|place| times.get(place).copied().unwrap_or(f64::NAN))
}

/// The least of some times, in milliseconds.
fn least(times: u32, mut run: impl FnMut()) -> f64 {
    let one = |_| {
        let begun = Instant::now();
        run();
        begun.elapsed().as_secs_f64() * 1000.0
    };
    (0..times).map(one).fold(f64::INFINITY, f64::min)
}

/// A branch's day: six counters, four lines, ten hours.
fn a_thousand_days() -> f64 {
    let kind = |share: f64, minutes: f64, lead: f64| SimKind { share, minutes, target: Some(15.0), lead };
    let line = |minutes: f64, per_slot: f64| SimLine {
        kinds: vec![kind(0.9, minutes, 0.0), kind(0.1, minutes, 10.0)],
        waiting: Vec::new(),
        arrivals: vec![per_slot; 20],
        gone: 0.05,
    };
    let counter = || SimCounter {
        lines: (0..4).map(|line| (line, None)).collect(),
        seats: vec![Seat::Anybody; 20],
        busy: 0.0,
    };
    let scene = Scene {
        first: SLOT,
        slots: 20,
        lines: vec![line(4.0, 12.0), line(5.0, 9.0), line(6.0, 7.0), line(12.0, 2.0)],
        counters: (0..6).map(|_| counter()).collect(),
        agents: Vec::new(),
        pace: 1.0,
    };
    let lengths = Lengths::usual();
    least(5, || {
        let outcome = scene.simulate(&lengths, 1000, scene.slots);
        assert!(outcome.called > 100_000, "{}", outcome.called);
    })
}

/// A correction as a tenant has it after some thousand waits: of people who take longer in the afternoon, and at the
/// second of two counters.
fn forest() -> Forest {
    let (mut forecaster, mut lessons) = (Forecaster::default(), Lessons::default());
    let mut state = 7_u64;
    let mut even = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).unwrap_or(0)) / f64::from(u32::MAX >> 1)
    };
    for n in 0..4_000_i64 {
        let at = Wall(NOW - 40 * 86_400 + (n / 100) * 86_400 + (n % 100) * 300);
        let situation = Situation {
            now: at,
            live: true,
            queue: Key(QUEUE),
            service: Key(SERVICES + (n % 3).unsigned_abs() as u128),
            site: Key(SITE),
            class: 0,
            ahead: (even() * 12.0).floor(),
            waiting: 12.0,
            in_line: false,
            counters: 1.0 + (even() * 3.0).floor(),
            paused: 0.0,
            elsewhere: 0.0,
            head: None,
            crowd: usher_eta::model::Crowd::default(),
            work: None,
            declared: 5.0,
        };
        let quote = forecaster.estimate(&situation);
        let slow = if n % 100 > 50 { 2.0 } else { 1.0 };
        let minutes = (situation.ahead + 1.0) * slow * (0.5 + even()) * 4.0 / situation.counters;
        let counter = Some(Key(20 + u128::from(n % 2 == 0)));
        for what in [What::Joined { counters: situation.counters }, What::Called { counter, minutes }] {
            forecaster.observe(&Event { at, queue: Key(QUEUE), site: Key(SITE), what });
        }
        lessons.extend(forecaster.learn(&quote, minutes, at));
        lessons.compete(&mut forecaster, at.day());
    }
    forecaster.correction(Wall(NOW)).cloned().unwrap_or_else(|| unreachable!("it pays"))
}

fn id<K>(number: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(number))
}

/// A book with so many people in one line, of three services, and three counters.
fn book(people: u32, forest: &Arc<Forest>) -> Book {
    let mut book = Book::default();
    for counter in 30..33 {
        book.counter(Key(counter), Key(SITE), Some(Serves::in_order(vec![Key(QUEUE)])), Wall(NOW));
        book.seat(Key(counter), Key(SITE), true, None, Wall(NOW));
    }
    let moment = |second: i64| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    for n in 0..people + 3 {
        let at = NOW + i64::from(n);
        let waiting = TicketFact {
            ticket_id: id(1000 + u128::from(n)),
            number: String::new(),
            queue_id: id(QUEUE),
            service_id: id(SERVICES + u128::from(n % 3)),
            site_id: id(SITE),
            status: Status::Waiting,
            from: None,
            rank: at * 1_000_000,
            entry: at * 1_000_000,
            class: "normal".to_owned(),
            channel: Channel::Kiosk,
            party_size: 1,
            customer_id: None,
            version: 1,
            issued_at: moment(at),
            counter_id: None,
            agent_id: None,
            target_counter_id: None,
            for_agent_id: None,
            for_agent_until: None,
            called_at: None,
            recalled_at: None,
            started_at: None,
            parked_until: None,
            ended_at: None,
            cause: None,
            outcome: None,
            recalls: 0,
            transfers: 0,
            issued_ahead: 0,
            issued_p50: None,
            issued_p90: None,
            visit_id: None,
            next_step: None,
            presence: None,
            overdue_since: None,
            from_queue_id: None,
            reason: None,
            undone: None,
            before: None,
        };
        book.ticket(true, &waiting, Wall(at));
        if n < 3 {
            let counter_id = Some(id(30 + u128::from(n)));
            let called = TicketFact { status: Status::Called, counter_id, version: 2, ..waiting };
            book.ticket(false, &called, Wall(at));
        }
    }
    book.correct(Some(forest.version), Some(Arc::clone(forest)));
    book
}

/// Each of the first people of the line is quoted anew; `told` hears of each.
fn everybody(book: &Book, people: u32, mut told: impl FnMut(u32)) {
    let mut sum = 0.0;
    for n in 0..people {
        let asked = Asked {
            now: Wall(NOW + 600),
            live: true,
            site: Key(SITE),
            queue: Key(QUEUE),
            service: Key(SERVICES + u128::from(n % 3)),
            class: 0,
            ahead: f64::from(n),
            others: 0.0,
            waiting: f64::from(people),
            in_line: true,
            counters: 3.0,
            free: 0.0,
            declared: 5.0,
        };
        sum += book.tell(&asked).wait().p90;
        told(n);
    }
    assert!(sum > 0.0, "{sum}");
}
