//! A book under whatever may come: in order, finite, and the same when it is stored in between.

use std::sync::Arc;

use usher_eta::model::{Asked, Book, Forest, Key, Serves, Wait, Wall};
use usher_kernel::{Id, Timestamp};
use usher_queueing::model::{Cause, Channel, Status, TicketFact};
use uuid::Uuid;

use crate::simulated::{Chance, forest};

const STATUSES: [Status; 10] = [
    Status::Waiting,
    Status::Called,
    Status::Serving,
    Status::Paused,
    Status::WrapUp,
    Status::Parked,
    Status::Served,
    Status::NoShow,
    Status::Cancelled,
    Status::Waiting,
];

fn sound(wait: &Wait) -> bool {
    let levels = [wait.p5, wait.p10, wait.p50, wait.p90, wait.p95];
    levels.iter().all(|minutes| minutes.is_finite() && (0.0..=1440.0).contains(minutes))
        && levels.windows(2).all(|pair| pair[0] <= pair[1])
}

fn id<K>(number: usize) -> Id<K> {
    // As wide as real ones.
    Id::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number as u128))
}

/// Numbers below a bound.
fn below(chance: &mut Chance, most: usize) -> usize {
    (chance.even() * most as f64) as usize
}

fn fact(chance: &mut Chance, at: i64) -> TicketFact {
    let moment = |second: i64| Timestamp::from_second(second.clamp(0, 4_000_000_000)).unwrap();
    let status = STATUSES[below(chance, STATUSES.len())];
    let issued = at - below(chance, 7200) as i64;
    let queue = below(chance, 4);
    TicketFact {
        ticket_id: id(100 + below(chance, 60)),
        number: "A-001".to_owned(),
        queue_id: id(queue),
        service_id: id(10 + below(chance, 3)),
        site_id: id(20 + queue % 2),
        status,
        from: Some(STATUSES[below(chance, STATUSES.len())]),
        rank: issued * 1_000_000 + below(chance, 1_000_000) as i64 - 500_000,
        entry: issued * 1_000_000,
        class: ["normal", "priority", "vip", "other"][below(chance, 4)].to_owned(),
        channel: if below(chance, 9) == 0 { Channel::Appointment } else { Channel::Kiosk },
        party_size: 1,
        customer_id: None,
        version: 1,
        issued_at: moment(issued),
        counter_id: (below(chance, 3) > 0).then(|| id(30 + below(chance, 4))),
        agent_id: None,
        target_counter_id: (below(chance, 9) == 0).then(|| id(30 + below(chance, 4))),
        for_agent_id: (below(chance, 9) == 0).then(|| id(40 + below(chance, 2))),
        for_agent_until: None,
        called_at: (below(chance, 3) > 0).then(|| moment(at)),
        recalled_at: None,
        started_at: None,
        parked_until: None,
        ended_at: None,
        cause: (below(chance, 9) == 0).then_some(Cause::Expired),
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
        from_queue_id: (below(chance, 12) == 0).then(|| id(below(chance, 4))),
        reason: None,
        undone: (below(chance, 20) == 0).then(|| "ticket.called".to_owned()),
        before: None,
    }
}

/// What the event of an orderly ticket says.
fn orderly(ticket: usize, queue: usize, status: Status, counter: Option<usize>, at: i64) -> TicketFact {
    let mut fact = fact(&mut Chance(1), at);
    fact.ticket_id = id(100 + ticket);
    fact.queue_id = id(queue);
    (fact.service_id, fact.site_id, fact.status) = (id(10), id(20), status);
    (fact.class, fact.channel) = ("normal".to_owned(), Channel::Kiosk);
    (fact.rank, fact.entry) = (at * 1_000_000, at * 1_000_000);
    fact.issued_at = Timestamp::from_second(at).unwrap();
    fact.counter_id = counter.map(id);
    (fact.called_at, fact.cause, fact.from_queue_id, fact.undone, fact.from) = (None, None, None, None, None);
    (fact.target_counter_id, fact.for_agent_id) = (None, None);
    fact
}

fn named(number: usize) -> Key {
    Key(id::<()>(number).uuid().as_u128())
}

/// Somebody who would come to an empty line where so many counters are free.
pub(crate) fn comes(queue: usize, at: i64, free: f64) -> Asked {
    Asked {
        now: Wall(at),
        live: true,
        site: named(20),
        queue: named(queue),
        service: named(10),
        class: 0,
        ahead: 0.0,
        others: 0.0,
        waiting: 0.0,
        in_line: false,
        counters: 1.0,
        free,
        declared: 5.0,
    }
}

#[test]
fn who_finds_the_counter_busy_with_another_line_teaches_the_pace_and_not_the_moment() {
    let start = 1_750_000_000;
    let mut book = Book::default();
    book.counter(named(30), named(20), Some(Serves::in_order(vec![named(0), named(1)])), Wall(start));
    book.seat(named(30), named(20), true, Some(named(40)), Wall(start));
    let at_once = |book: &Book| book.tell(&comes(0, start + 2000, 1.0)).at_once.unwrap();
    let line = |book: &Book| book.tell(&Asked { ahead: 5.0, ..comes(0, start + 2000, 0.0) }).quote.wait.p50;
    let step = |book: &mut Book, ticket, queue, status, counter, second: i64| {
        let at = start + second;
        let fact = orderly(ticket, queue, status, counter, at);
        book.ticket(status == Status::Waiting, &fact, Wall(at));
    };
    // The counter holds somebody of the other line for ten minutes.
    step(&mut book, 1, 1, Status::Waiting, None, 0);
    step(&mut book, 1, 1, Status::Called, Some(30), 1);
    let (moment, wait) = (at_once(&book), line(&book));
    step(&mut book, 2, 0, Status::Waiting, None, 10);
    step(&mut book, 1, 1, Status::Served, Some(30), 1810);
    step(&mut book, 2, 0, Status::Called, Some(30), 1811);
    step(&mut book, 4, 0, Status::Parked, None, 1880);
    assert_eq!(at_once(&book), moment, "half an hour is no moment");
    assert!(line(&book) > wait, "{} {wait}", line(&book));
    // Free again: who comes now waits a moment, and that is learned.
    step(&mut book, 2, 0, Status::Served, Some(30), 1900);
    step(&mut book, 3, 0, Status::Waiting, None, 1910);
    step(&mut book, 3, 0, Status::Called, Some(30), 1970);
    step(&mut book, 4, 0, Status::Parked, None, 2040);
    assert_ne!(at_once(&book), moment);
}

#[test]
fn a_call_teaches_once_it_stands_and_nothing_when_it_is_taken_back() {
    let start = 1_750_000_000;
    let seat = |book: &mut Book| {
        book.counter(named(30), named(20), Some(Serves::in_order(vec![named(0)])), Wall(start));
        book.seat(named(30), named(20), true, Some(named(40)), Wall(start));
    };
    let step = |book: &mut Book, ticket, status, counter, second: i64| {
        let at = start + second;
        let mut fact = orderly(ticket, 0, status, counter, at);
        // Everybody came in the order of their numbers.
        fact.rank = ticket as i64;
        book.ticket(status == Status::Waiting, &fact, Wall(at));
    };
    let quick = |book: &mut Book| {
        // The first is served for ten minutes; the second waits.
        step(book, 1, Status::Waiting, None, 0);
        step(book, 1, Status::Called, Some(30), 1);
        step(book, 2, Status::Waiting, None, 10);
        step(book, 1, Status::Served, Some(30), 601);
    };
    let told = |book: &Book| book.tell(&Asked { ahead: 5.0, ..comes(0, start + 3000, 0.0) }).quote.wait.p50;
    let (mut book, mut other) = (Book::default(), Book::default());
    for book in [&mut book, &mut other] {
        seat(book);
        quick(book);
    }
    // Called by mistake and taken back within the minute, as if it had not been.
    let mut undone = orderly(2, 0, Status::Waiting, None, start + 640);
    (undone.rank, undone.undone) = (2, Some("ticket.called".to_owned()));
    step(&mut book, 2, Status::Called, Some(30), 610);
    assert_eq!(book.outcomes(named(0)), 2);
    book.ticket(false, &undone, Wall(start + 640));
    assert_eq!(book.outcomes(named(0)), 1);
    // Long after, both call the second for good; it is learned a minute later, once.
    for book in [&mut book, &mut other] {
        step(book, 2, Status::Called, Some(30), 1801);
        let before = told(book);
        step(book, 3, Status::Parked, None, 1850);
        assert_eq!(told(book), before, "it may be taken back");
        step(book, 3, Status::Parked, None, 1870);
        assert!(told(book) > before, "{} {before}", told(book));
        assert_eq!(book.outcomes(named(0)), 2);
    }
    assert_eq!(told(&book), told(&other));
}

#[test]
fn at_another_hour_nobody_has_waited_since_now() {
    let start = 1_750_000_000;
    let mut book = Book::default();
    book.counter(named(30), named(20), Some(Serves::in_order(vec![named(0)])), Wall(start));
    book.seat(named(30), named(20), true, Some(named(40)), Wall(start));
    let step = |book: &mut Book, ticket, status, second: i64| {
        let at = start + second;
        book.ticket(status == Status::Waiting, &orderly(ticket, 0, status, None, at), Wall(at));
    };
    for ticket in 1..=9 {
        step(&mut book, ticket, Status::Waiting, ticket as i64);
    }
    // At eight in the evening, with three people in line then.
    let evening = Asked { ahead: 3.0, waiting: 3.0, ..comes(0, start + 5 * 3600, 0.0) };
    let other = Asked { live: false, ..evening };
    let (aged, fresh) = (book.tell(&evening).quote.wait, book.tell(&other).quote.wait);
    assert!(aged.p50 > fresh.p50, "five hours without a call: {aged:?} {fresh:?}");
    // As where nobody of them is there any more.
    for ticket in 1..=9 {
        step(&mut book, ticket, Status::Cancelled, 100);
    }
    assert_eq!(book.tell(&evening).quote.wait, fresh);
    assert_eq!(book.tell(&other).quote.wait, fresh);
}

#[test]
fn a_clock_that_is_a_day_ahead_for_a_while_leaves_the_estimate_where_it_was() {
    let (start, now) = (1_750_000_000, 40 * 3600);
    let mut book = Book::default();
    book.counter(named(30), named(20), Some(Serves::in_order(vec![named(0)])), Wall(start));
    book.seat(named(30), named(20), true, Some(named(40)), Wall(start));
    let step = |book: &mut Book, ticket, status, second: i64| {
        let at = start + second;
        let mut fact = orderly(ticket, 0, status, (status != Status::Waiting).then_some(30), at);
        // Everybody came in the order of their numbers.
        fact.rank = ticket as i64;
        book.ticket(status == Status::Waiting, &fact, Wall(at));
    };
    let told = |book: &Book, second: i64| {
        let asked = Asked { ahead: 5.0, waiting: 5.0, ..comes(0, start + second, 0.0) };
        book.tell(&asked).wait().p50
    };
    // Hour by hour five come at once, and each takes five minutes.
    for round in 0..40 {
        let (begin, first) = (round as i64 * 3600, round * 5);
        for n in 0..5 {
            step(&mut book, first + n, Status::Waiting, begin + n as i64);
        }
        for n in 0..5 {
            let call = begin + 20 + n as i64 * 300;
            step(&mut book, first + n, Status::Called, call);
            step(&mut book, first + n, Status::Served, call + 300);
        }
    }
    // One is served, and five wait.
    step(&mut book, 200, Status::Waiting, now);
    step(&mut book, 200, Status::Called, now + 1);
    (201..206).for_each(|ticket| step(&mut book, ticket, Status::Waiting, now + 10));
    let before = told(&book, now + 60);
    // The clock jumps ahead; the counter goes on, and somebody comes.
    let far = now + 86_000;
    step(&mut book, 200, Status::Served, far);
    step(&mut book, 201, Status::Called, far + 10);
    step(&mut book, 206, Status::Waiting, far + 20);
    let ahead = told(&book, far + 30);
    // And it is put right again.
    let back = now + 300;
    step(&mut book, 201, Status::Served, back);
    step(&mut book, 202, Status::Called, back + 10);
    step(&mut book, 207, Status::Waiting, back + 20);
    let after = told(&book, back + 200);
    for (when, minutes) in [("ahead", ahead), ("right again", after)] {
        let share = minutes / before;
        assert!((1.0 / 1.5..1.5).contains(&share), "{when}: {minutes} after {before}");
    }
}

#[test]
fn when_the_clocks_change_estimates_stay_near_what_they_were() {
    // In the night in which they go forward by an hour, and in that in which they go back.
    for change in [3600, -3600] {
        let (start, two) = (1_750_000_000, 40 * 3600);
        let mut book = Book::default();
        book.counter(named(30), named(20), Some(Serves::in_order(vec![named(0)])), Wall(start));
        book.seat(named(30), named(20), true, Some(named(40)), Wall(start));
        let step = |book: &mut Book, ticket, status, second: i64| {
            let at = start + second;
            let mut fact = orderly(ticket, 0, status, (status != Status::Waiting).then_some(30), at);
            // Everybody came in the order of their numbers.
            fact.rank = ticket as i64;
            book.ticket(status == Status::Waiting, &fact, Wall(at));
        };
        let told = |book: &Book, second: i64| {
            let asked = Asked { ahead: 5.0, waiting: 5.0, ..comes(0, start + second, 0.0) };
            book.tell(&asked).wait().p50
        };
        for round in 0..40 {
            let (begin, first) = (round as i64 * 3600, round * 5);
            for n in 0..5 {
                step(&mut book, first + n, Status::Waiting, begin + n as i64);
            }
            for n in 0..5 {
                let call = begin + 20 + n as i64 * 300;
                step(&mut book, first + n, Status::Called, call);
                step(&mut book, first + n, Status::Served, call + 300);
            }
        }
        // One is served and five wait as the wall shows another hour.
        step(&mut book, 200, Status::Waiting, two);
        step(&mut book, 200, Status::Called, two + 1);
        (201..206).for_each(|ticket| step(&mut book, ticket, Status::Waiting, two + 10));
        let before = told(&book, two + 60);
        let changed = two + 120 + change;
        let at_once = told(&book, changed);
        step(&mut book, 200, Status::Served, changed + 10);
        step(&mut book, 201, Status::Called, changed + 20);
        step(&mut book, 206, Status::Waiting, changed + 30);
        let later = told(&book, changed + 60);
        for (when, minutes) in [("at once", at_once), ("a minute later", later)] {
            let share = minutes / before;
            assert!((1.0 / 1.5..1.5).contains(&share), "{change}, {when}: {minutes} after {before}");
        }
        // Nothing that is told is longer for it once they have gone: what was learned is as it was.
        (201..207).for_each(|ticket| step(&mut book, ticket, Status::Cancelled, changed + 120));
        let after = told(&book, changed + 180);
        assert!((0.8..1.25).contains(&(after / before)), "{change}: {after} after {before}");
    }
}

#[test]
fn events_of_any_kind_leave_every_estimate_sound_and_the_book_whole() {
    // A million where long runs are asked for.
    let events = if std::env::var_os("USHER_TEST_LONG").is_some() { 1_000_000 } else { 60_000 };
    let (mut chance, mut book) = (Chance(23), Book::default());
    let mut at = 1_750_000_000_i64;
    let mut correction: Option<Arc<Forest>> = None;
    for n in 0..events {
        // In the second half a correction is in use.
        if n == events / 2 {
            let forest = Arc::new(forest());
            book.correct(Some(forest.version), Some(Arc::clone(&forest)));
            assert!(book.is_corrected(Wall(at)));
            correction = Some(forest);
        }
        // The clock jumps now and then, back as well.
        at += match n % 5_003 {
            17 => -7_200,
            18 => 400_000,
            _ => below(&mut chance, 40) as i64,
        };
        let (wall, queue) = (Wall(at), below(&mut chance, 4));
        let site = Key(id::<()>(20 + queue % 2).uuid().as_u128());
        let key = |number: usize| Key(id::<()>(number).uuid().as_u128());
        match below(&mut chance, 40) {
            0 => book.seat(key(30 + below(&mut chance, 4)), site, chance.even() < 0.7, Some(key(40)), wall),
            1 => {
                let weights = (chance.even() < 0.3).then(|| vec![below(&mut chance, 9) as i64, 3]);
                let serves = Serves { queues: vec![key(queue), key(0)], weights };
                book.counter(key(30 + below(&mut chance, 4)), site, Some(serves), wall);
            }
            2 => book.agent(key(40), chance.even() < 0.3, &mut |_| wall),
            3 => book.outside(key(queue), site, below(&mut chance, 9) as i64 - 3),
            5 => {
                let asks = (chance.even() < 0.5).then(|| "loans".to_owned());
                book.service(key(10 + below(&mut chance, 3)), 5.0, asks.into_iter().collect());
            }
            6 => {
                let knows = (chance.even() < 0.5).then(|| "loans".to_owned());
                book.skills_of(key(40), knows.into_iter().collect());
            }
            4 if n % 97 == 0 => book.counter(key(30 + below(&mut chance, 4)), site, None, wall),
            _ => {
                let issued = chance.even() < 0.3;
                book.ticket(issued, &fact(&mut chance, at), wall);
            }
        }
        if n % 7 == 0 {
            let odd = [f64::NAN, f64::INFINITY, -5.0, 0.0, 1e300];
            let mut number =
                |most: f64| odd.get(below(&mut chance, 40)).copied().unwrap_or_else(|| chance.even() * most);
            let asked = Asked {
                now: Wall(at),
                live: n % 5 > 0,
                site,
                queue: key(queue),
                service: key(10),
                class: 1,
                ahead: number(60.0),
                others: number(20.0),
                waiting: number(80.0),
                in_line: n % 2 == 0,
                counters: number(5.0),
                free: number(3.0),
                declared: number(20.0),
            };
            let wait = book.tell(&asked).wait();
            assert!(sound(&wait), "{wait:?} of {asked:?}");
        }
        if n % 20_011 == 20_000 {
            let mut again = Book::unpack(&book.pack().unwrap()).unwrap();
            // The correction is stored apart.
            again.correct(correction.as_ref().map(|forest| forest.version), correction.clone());
            // Both go on from here to the bit.
            let mut twin = Chance(chance.0);
            let (one, other) = (fact(&mut chance, at), fact(&mut twin, at));
            book.ticket(true, &one, wall);
            again.ticket(true, &other, wall);
            assert_eq!(again.pack().unwrap(), book.pack().unwrap());
            book = again;
        }
    }
}

#[test]
fn who_stands_in_a_line_that_is_taken_second_teaches_what_they_really_waited_for() {
    let start = 1_750_000_000;
    let mut book = Book::default();
    let serves = Serves::in_order(vec![named(0), named(1)]);
    book.counter(named(30), named(20), Some(serves), Wall(start));
    book.seat(named(30), named(20), true, Some(named(40)), Wall(start));
    let mut step = |ticket, queue, status, counter, second: i64| {
        let at = start + second;
        book.ticket(status == Status::Waiting, &orderly(ticket, queue, status, counter, at), Wall(at));
    };
    // Round by round five come to the first line and one to the second; each takes five minutes.
    let rounds: usize = 40;
    for round in 0..rounds {
        let (begin, first) = (round as i64 * 3600, round * 6);
        for n in 0..5 {
            step(first + n, 0, Status::Waiting, None, begin + n as i64);
        }
        step(first + 5, 1, Status::Waiting, None, begin + 10);
        for n in 0..6 {
            let (queue, at) = (usize::from(n == 5), begin + 20 + n as i64 * 300);
            step(first + n, queue, Status::Called, Some(30), at);
            step(first + n, queue, Status::Served, Some(30), at + 300);
        }
    }
    let now = start + rounds as i64 * 3600;
    let alone = book.tell(&Asked { free: 0.0, ..comes(1, now, 0.0) }).quote.wait.p50;
    let second = book.tell(&Asked { others: 5.0, ..comes(1, now, 0.0) }).quote.wait.p50;
    assert!((20.0..=30.0).contains(&second), "25 minutes for the five of the other line: {second}");
    assert!(alone < 8.0, "and nothing of it where nobody of theirs waits: {alone}");
}

#[test]
fn counters_whose_agents_cannot_serve_somebody_do_not_count_in_what_is_learned() {
    let start = 1_750_000_000;
    let mut book = Book::default();
    for (counter, agent) in [(30, 40), (31, 41)] {
        let serves = Serves::in_order(vec![named(0)]);
        book.counter(named(counter), named(20), Some(serves), Wall(start));
        book.seat(named(counter), named(20), true, Some(named(agent)), Wall(start));
    }
    book.service(named(10), 5.0, vec!["loans".to_owned()]);
    book.skills_of(named(40), vec!["cash".to_owned(), "loans".to_owned()]);
    // Four come at once, each takes five minutes at the only counter that can.
    let rounds = 60;
    for n in 0..rounds * 4 {
        let (round, place) = (n / 4, n % 4);
        let begin = start + round as i64 * 3600;
        if place == 0 {
            for other in 0..4 {
                let at = begin + other as i64;
                book.ticket(true, &orderly(n + other, 0, Status::Waiting, None, at), Wall(at));
            }
        }
        let at = begin + 10 + place as i64 * 300;
        book.ticket(false, &orderly(n, 0, Status::Called, Some(30), at), Wall(at));
        book.ticket(false, &orderly(n, 0, Status::Served, Some(30), at + 300), Wall(at + 300));
    }
    let asked = Asked { ahead: 3.0, ..comes(0, start + rounds as i64 * 3600, 0.0) };
    let told = book.tell(&asked).quote.wait.p50;
    assert!((12.0..=17.0).contains(&told), "a quarter of an hour behind three: {told}");
    // Whoever learns it halves what there is to wait for, less what lines in the same place always lose.
    book.skills_of(named(41), vec!["loans".to_owned()]);
    let start = start + rounds as i64 * 3600;
    book.ticket(true, &orderly(9_000, 0, Status::Waiting, None, start), Wall(start));
    let helped = book.tell(&Asked { counters: 2.0, ..asked }).quote.wait.p50;
    assert!(helped < 0.85 * told, "{helped} {told}");
}

/// A book with one counter, whose agent has these skills: it serves line 0, then line 1. Service 11 asks for loans.
fn counter_with(skills: &[&str]) -> Book {
    let (start, mut book) = (Wall(1_750_000_000), Book::default());
    let serves = Serves::in_order(vec![named(0), named(1)]);
    book.counter(named(30), named(20), Some(serves), start);
    book.seat(named(30), named(20), true, Some(named(40)), start);
    book.service(named(11), 5.0, vec!["loans".to_owned()]);
    book.skills_of(named(40), skills.iter().map(|skill| (*skill).to_owned()).collect());
    book
}

/// Whether somebody who comes to a line while others wait, and is called a minute later, counts as one who found nobody
/// before them: then it is the moment that is learned, and not the pace.
fn finds_nobody(book: &mut Book, queue: usize, second: i64) -> bool {
    let start = 1_750_000_000;
    let moment = |book: &Book| book.tell(&comes(queue, start + second, 1.0)).at_once.unwrap();
    let before = moment(book);
    let ticket = 500 + second as usize;
    for (status, counter, after) in
        [(Status::Waiting, None, 0), (Status::Called, Some(30), 60), (Status::Served, Some(30), 61)]
    {
        let at = start + second + after;
        let mut fact = orderly(ticket, queue, status, counter, at);
        fact.rank = (start + second) * 1_000_000;
        book.ticket(status == Status::Waiting, &fact, Wall(at));
    }
    // Long enough after for the call to stand.
    let at = start + second + 200;
    book.ticket(false, &orderly(99, queue, Status::Parked, None, at), Wall(at));
    moment(book) != before
}

/// Four who wait in a line from the start.
fn four(book: &mut Book, queue: usize, mut change: impl FnMut(&mut TicketFact)) {
    for n in 0..4 {
        let at = 1_750_000_000 + n as i64;
        let mut fact = orderly(n, queue, Status::Waiting, None, at);
        change(&mut fact);
        book.ticket(true, &fact, Wall(at));
    }
}

#[test]
fn whom_a_counter_passes_over_is_not_before_anybody_in_what_is_learned() {
    let loans = |fact: &mut TicketFact| fact.service_id = id(11);
    // In the same line.
    for (skills, nobody) in [(&[][..], true), (&["loans"][..], false)] {
        let mut book = counter_with(skills);
        four(&mut book, 0, loans);
        assert_eq!(finds_nobody(&mut book, 0, 100), nobody, "{skills:?}");
    }
    // In a line that the counter takes first.
    for (skills, nobody) in [(&[][..], true), (&["loans"][..], false)] {
        let mut book = counter_with(skills);
        four(&mut book, 0, loans);
        assert_eq!(finds_nobody(&mut book, 1, 100), nobody, "{skills:?}");
    }
    // What the agent learns later counts from then on.
    let mut book = counter_with(&[]);
    four(&mut book, 0, loans);
    assert!(finds_nobody(&mut book, 0, 100));
    book.skills_of(named(40), vec!["loans".to_owned()]);
    assert!(!finds_nobody(&mut book, 0, 400));
}

#[test]
fn who_waits_for_another_counter_or_agent_is_not_before_anybody_in_what_is_learned() {
    for queue in [0, 1] {
        let mut book = counter_with(&[]);
        four(&mut book, 0, |fact| fact.for_agent_id = Some(id(41)));
        assert!(finds_nobody(&mut book, queue, 100), "they wait for somebody else");
        let mut book = counter_with(&[]);
        four(&mut book, 0, |fact| fact.target_counter_id = Some(id(31)));
        assert!(finds_nobody(&mut book, queue, 100), "they wait for another counter");
        let mut book = counter_with(&[]);
        four(&mut book, 0, |fact| (fact.for_agent_id, fact.target_counter_id) = (Some(id(40)), Some(id(30))));
        assert!(!finds_nobody(&mut book, queue, 100), "they wait for this one");
        // Released, anybody calls them; stored in between, the book goes on to the bit.
        let mut book = counter_with(&[]);
        four(&mut book, 0, |fact| fact.for_agent_id = Some(id(41)));
        let mut again = Book::unpack(&book.pack().unwrap()).unwrap();
        assert_eq!(again, book);
        for book in [&mut book, &mut again] {
            four(book, 0, |_| {});
            assert!(!finds_nobody(book, queue, 100), "they wait for anybody");
        }
        assert_eq!(again, book);
    }
}

#[test]
fn whom_a_counter_passes_over_tells_nothing_of_its_pace() {
    let start = 1_750_000_000;
    for (skills, slower) in [(&[][..], false), (&["loans"][..], true)] {
        let mut book = counter_with(skills);
        four(&mut book, 0, |fact| fact.service_id = id(11));
        // Nobody was called for five hours: those who could have been say that it is slow.
        let asked = Asked { ahead: 3.0, waiting: 3.0, ..comes(0, start + 5 * 3600, 0.0) };
        let with = book.tell(&asked).quote.wait;
        for n in 0..4 {
            let gone = orderly(n, 0, Status::Cancelled, None, start + 100);
            book.ticket(false, &gone, Wall(start + 100));
        }
        let alone = book.tell(&asked).quote.wait;
        assert_eq!(with.p50 > alone.p50, slower, "{skills:?}: {with:?} {alone:?}");
        assert!(slower || with == alone, "{with:?} {alone:?}");
    }
}
