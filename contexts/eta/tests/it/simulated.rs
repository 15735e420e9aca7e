//! A made-up line: people come by chance, some counters serve them in the order of arrival, day after day the same.

use std::collections::VecDeque;

use usher_eta::model::{
    Crowd, Event, Forecaster, Forest, Head, Key, Lessons, Quote, Situation, Wall, What, Work,
};

/// The line that everybody stands in.
pub(crate) const QUEUE: Key = Key(1);
pub(crate) const SITE: Key = Key(9);
pub(crate) const SERVICE: Key = Key(5);

/// Somebody joins a line of which nothing else is known.
pub(crate) fn joining(now: Wall, ahead: f64, counters: f64) -> Situation {
    Situation {
        now,
        live: true,
        queue: QUEUE,
        service: SERVICE,
        site: SITE,
        class: 0,
        ahead,
        waiting: ahead,
        in_line: false,
        counters,
        paused: 0.0,
        elsewhere: 0.0,
        head: None,
        crowd: Crowd::default(),
        work: None,
        declared: 6.0,
    }
}

/// A correction as a tenant has it after some thousand waits, of people who take longer in the second half of a day;
/// trained in a far future, so that it is fresh at any time before.
pub(crate) fn forest() -> Forest {
    let (mut forecaster, mut lessons, mut chance) = (Forecaster::default(), Lessons::default(), Chance(7));
    let day = 60_000;
    for n in 0..4_000 {
        let at = Wall((day - 40 + n / 100) * 86_400 + n % 100 * 300);
        let ahead = (chance.even() * 12.0).floor();
        let counters = 1.0 + (chance.even() * 3.0).floor();
        let quote = forecaster.estimate(&joining(at, ahead, counters));
        let slow = if n % 100 > 50 { 2.0 } else { 1.0 };
        let minutes = (ahead + 1.0) * slow * (0.5 + chance.even()) * 4.0 / counters;
        for what in [What::Joined { counters }, What::Called { counter: None, minutes }] {
            forecaster.observe(&Event { at, queue: QUEUE, site: SITE, what });
        }
        lessons.extend(forecaster.learn(&quote, minutes, at));
        lessons.compete(&mut forecaster, at.day());
    }
    forecaster.correction(Wall(day * 86_400)).cloned().unwrap()
}

/// Chance that is the same every time.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Evenly between 0 and 1.
    pub(crate) fn even(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Exponential with `mean`.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.even().ln()
    }
}

/// A person of the made-up line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) arrival: Wall,
    pub(crate) start: Wall,
    pub(crate) end: Wall,
    pub(crate) counter: usize,
}

/// People of `days` days, ten hours each, at a line whose counters are busy nine tenths of the time.
pub(crate) fn people(days: i64, counters: usize, seed: u64) -> Vec<Person> {
    working(days, counters, seed, |_| 240.0)
}

/// The same where all counters are quick on some days and slow on others: a day tells more than its hours do.
pub(crate) fn moody(days: i64, counters: usize, seed: u64) -> Vec<Person> {
    working(days, counters, seed, |day| if day % 3 == 0 { 250.0 } else { 120.0 })
}

/// `seconds` says what a service takes on a day.
fn working(days: i64, counters: usize, seed: u64, seconds: impl Fn(i64) -> f64) -> Vec<Person> {
    let mut chance = Chance(seed);
    let mut people = Vec::new();
    for day in 0..days {
        let opening = (20_000 + day) * 86_400 + 8 * 3600;
        let mut free = vec![opening as f64; counters];
        let mut now = opening as f64;
        loop {
            now += chance.exponential(240.0 / 0.9 / counters as f64).max(1.0);
            if now > (opening + 36_000) as f64 {
                break;
            }
            let (counter, since) =
                free.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, now));
            let start = since.max(now);
            let end = start + chance.exponential(seconds(day)).max(1.0);
            free[counter] = end;
            let second = |at: f64| Wall(at.ceil() as i64);
            people.push(Person { arrival: second(now), start: second(start), end: second(end), counter });
        }
    }
    people
}

/// Leads people through a forecaster: each gets an estimate, and it learns from each that had to wait.
#[derive(Clone, Default)]
pub(crate) struct Walk {
    pub(crate) forecaster: Forecaster,
    waiting: VecDeque<(Person, Option<Quote>, f64)>,
    serving: Vec<Person>,
}

impl Walk {
    /// Everybody of `people`; `told` hears each estimate when the wait is known, in minutes.
    pub(crate) fn lead(&mut self, people: &[Person], counters: usize, mut told: impl FnMut(&Quote, f64)) {
        for person in people {
            self.until(person.arrival, &mut told);
            let now = person.arrival;
            let ahead = self.waiting.len() as f64;
            let quote =
                (person.start > now).then(|| self.forecaster.estimate(&self.situation(now, counters)));
            self.observe(now, What::Joined { counters: counters as f64 });
            self.waiting.push_back((*person, quote, ahead));
            self.until(now, &mut told);
        }
        self.until(Wall(i64::MAX), &mut told);
    }

    fn observe(&mut self, at: Wall, what: What) {
        self.forecaster.observe(&Event { at, queue: QUEUE, site: SITE, what });
    }

    /// Everything that happens up to `now`.
    fn until(&mut self, now: Wall, told: &mut impl FnMut(&Quote, f64)) {
        loop {
            let call = self.waiting.front().map(|(person, ..)| person.start).filter(|start| *start <= now);
            let ended = self.serving.iter().enumerate().min_by_key(|(_, person)| person.end);
            let ended = ended.map(|(at, person)| (at, person.end)).filter(|(_, end)| *end <= now);
            match (call, ended) {
                (call, Some((at, end))) if call.is_none_or(|start| end <= start) => {
                    let person = self.serving.swap_remove(at);
                    let minutes = end.minutes_since(person.start);
                    self.observe(end, What::Finished { service: SERVICE, minutes });
                }
                (Some(start), _) => {
                    let Some((person, quote, _)) = self.waiting.pop_front() else { return };
                    let minutes = start.minutes_since(person.arrival);
                    let counter = Some(Key(person.counter as u128));
                    self.observe(start, What::Called { counter, minutes });
                    if let Some(quote) = quote {
                        told(&quote, minutes);
                        self.forecaster.learn(&quote, minutes, start);
                    }
                    self.serving.push(person);
                }
                _ => return,
            }
        }
    }

    fn situation(&self, now: Wall, counters: usize) -> Situation {
        let ahead = self.waiting.len() as f64;
        let minutes = self.forecaster.service_minutes(QUEUE, SERVICE, 5.0);
        let elapsed = |person: &Person| now.minutes_since(person.start);
        let moved = |(place, (_, _, places)): (usize, &(Person, Option<Quote>, f64))| places - place as f64;
        Situation {
            head: self.waiting.front().map(|(person, _, places)| Head {
                waited: now.minutes_since(person.arrival),
                places: *places,
            }),
            crowd: Crowd {
                waited: self.waiting.iter().map(|(person, ..)| now.minutes_since(person.arrival)).sum(),
                moved: self.waiting.iter().enumerate().map(moved).sum(),
            },
            work: Some(Work {
                ahead: ahead * minutes,
                remaining: self
                    .serving
                    .iter()
                    .map(|person| self.forecaster.remaining_minutes(QUEUE, SERVICE, elapsed(person), 5.0))
                    .sum(),
                serving: self.serving.len() as f64,
                elapsed: self.serving.iter().map(elapsed).sum(),
                longest: self.serving.iter().map(elapsed).fold(0.0, f64::max),
            }),
            declared: 5.0,
            ..joining(now, ahead, counters as f64)
        }
    }
}
