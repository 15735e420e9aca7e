//! A site as it stands, and what a wish changes in it.

use usher_kernel::{Fault, SignedDuration, SiteId, Timestamp};
use usher_queueing::Queueing;
use usher_queueing::model::{Algorithm, CounterId, Queue, QueueId, QueueStatus, TenantConfig};
use usher_tenancy::Site;

use super::wish::{CounterPlan, WhatIf, faults};
use crate::model::{Book, Key, SLOT, Scene, SimCounter, SimLine, Wall};
use crate::{Eta, key};

/// No day is longer than this.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// Who has a head start where a line has one, and no service says how much, in minutes.
const HEAD_START: f64 = 10.0;
/// What a service takes where none is declared, in minutes.
const DECLARED: f64 = 5.0;

/// A site as it stands, ready to be simulated away from every lock.
pub(crate) struct Setting {
    pub(super) site: SiteId,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) scene: Scene,
    pub(super) queues: Vec<(QueueId, String)>,
    pub(super) counters: Vec<CounterId>,
}

/// How a site stands and what is usual there.
///
/// # Errors
/// A value of the wish is out of range.
pub(crate) fn setting(
    eta: &Eta,
    line: &Queueing,
    config: &TenantConfig,
    site: &Site,
    wish: &WhatIf,
    now: Timestamp,
) -> Result<Setting, Fault> {
    let faults = faults(wish, now);
    if !faults.is_empty() {
        return Err(Fault::fields(faults));
    }
    let closing =
        site.state(now).closes_at.unwrap_or_else(|| site.end_of_business_day(site.business_day(now)));
    let latest = now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX);
    let until = wish.until.unwrap_or(closing).clamp(now, latest);
    let at = eta.wall(site.tenant_id, site.id, now);
    // Half-hours begin on the second.
    let from = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let first = SLOT - at.minute() % SLOT;
    let left = until.duration_since(now).as_secs_f64() / 60.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "slots of a day")]
    let slots = 1 + ((left - first).max(0.0) / SLOT).ceil() as usize;
    let shared = eta.book(site.tenant_id);
    let book = shared.read();
    let queues: Vec<_> = config.queues_at(site.id).filter(|q| q.status != QueueStatus::Inactive).collect();
    let mut lines = Vec::with_capacity(queues.len());
    for queue in &queues {
        let head = head_start(config, queue);
        let declared = config.services_of(queue).next().map_or(DECLARED, |service| service.default_minutes);
        let moment = Moment { at, first, slots };
        lines.push(sim_line(&book, config, queue, declared, head, &moment));
    }
    let place = |id: &QueueId| queues.iter().position(|queue| queue.id == *id);
    let seats = line.live().seats.lock();
    let mut counters = Vec::new();
    let mut ids = Vec::new();
    for counter in config.counters_at(site.id) {
        let weight = |id: &QueueId| counter.weights.as_ref().map(|known| known.get(id).copied().unwrap_or(1));
        #[expect(clippy::cast_precision_loss, reason = "1 to 100")]
        let lines =
            counter.queue_ids.iter().filter_map(|id| Some((place(id)?, weight(id).map(|w| w as f64))));
        let lines: Vec<_> = lines.collect();
        let held = seats.counters.get(&counter.id).and_then(|seat| seat.holding.first().copied());
        let busy = held.and_then(|ticket| {
            let mut standings =
                queues.iter().filter_map(|queue| Some((queue, book.standing(key(queue.id))?)));
            standings.find_map(|(queue, line)| Some((key(queue.id), *line.serving.get(&key(ticket))?)))
        });
        let busy = busy.map_or(0.0, |(queue, serving)| {
            let elapsed = at.minutes_since(serving.since);
            book.forecaster().remaining_minutes(queue, serving.service, elapsed, DECLARED)
        });
        ids.push(counter.id);
        counters.push(SimCounter { lines, open: vec![seats.is_open(counter.id); slots], busy });
    }
    drop(seats);
    let scene = Scene { first, slots, lines, counters, pace: 1.0 };
    let queues = queues.iter().map(|queue| (queue.id, queue.name.clone())).collect();
    Ok(Setting { site: site.id, from, until, scene, queues, counters: ids })
}

/// The moment from which a day is run.
struct Moment {
    at: Wall,
    first: f64,
    slots: usize,
}

fn sim_line(
    book: &Book,
    config: &TenantConfig,
    queue: &Queue,
    declared: f64,
    head: f64,
    moment: &Moment,
) -> SimLine {
    let id = key(queue.id);
    let standing = book.standing(id);
    let waiting = standing.iter().flat_map(|line| line.waiting.iter()).filter(|who| !who.silent);
    let mut waiting: Vec<_> =
        waiting.map(|who| (moment.at.minutes_since(who.since), who.class > 0 && head > 0.0)).collect();
    let outside = standing.map_or(0, |line| usize::try_from(line.outside).unwrap_or(0));
    waiting.extend(std::iter::repeat_n((0.0, false), outside));
    let begins = moment.at.half_hour();
    let usual = |slot: usize| {
        let people = standing.map_or(0.0, |line| line.arrivals.expected((begins + slot) % 48));
        if slot == 0 { people * moment.first / SLOT } else { people }
    };
    SimLine {
        minutes: book.service_minutes(id, Key::default(), declared),
        target: config.target_of(queue),
        waiting,
        arrivals: (0..moment.slots).map(usual).collect(),
        gone: book.forecaster().leaving(id),
        head_start: head,
        privileged: if head > 0.0 { standing.map_or(0.0, |line| line.arrivals.privileged()) } else { 0.0 },
    }
}

/// By how many minutes a line puts those of a class before others.
fn head_start(config: &TenantConfig, queue: &Queue) -> f64 {
    match queue.settings.algorithm {
        Algorithm::Fifo => 0.0,
        Algorithm::Priority | Algorithm::Sla => most_head_start(config, queue),
    }
}

fn most_head_start(config: &TenantConfig, queue: &Queue) -> f64 {
    let first = config.services_of(queue).next();
    let classes = first.iter().flat_map(|service| service.priority_rules.classes.values());
    classes.map(|class| class.head_start_minutes).reduce(f64::max).unwrap_or(HEAD_START)
}

impl Setting {
    /// The scene with what the wish changes.
    pub(super) fn changed(&self, config: &TenantConfig, wish: &WhatIf) -> Result<Scene, Fault> {
        let mut scene = self.scene.clone();
        scene.pace = wish.service_percent.unwrap_or(100.0) / 100.0;
        let share = wish.arrivals_percent.unwrap_or(100.0) / 100.0;
        for (line, (queue, _)) in scene.lines.iter_mut().zip(&self.queues) {
            line.arrivals.iter_mut().for_each(|people| *people *= share);
            match wish.algorithm {
                None => {}
                Some(Algorithm::Fifo) => (line.head_start, line.privileged) = (0.0, 0.0),
                Some(_) => {
                    line.head_start = config.queue(*queue).map_or(HEAD_START, |q| most_head_start(config, q));
                }
            }
        }
        for (n, plan) in wish.counters.iter().enumerate() {
            self.change(&mut scene, plan, n)?;
        }
        let every: Vec<_> = (0..scene.lines.len()).map(|line| (line, None)).collect();
        for _ in 0..wish.more_counters.unwrap_or(0) {
            scene.counters.push(SimCounter {
                lines: every.clone(),
                open: vec![true; scene.slots],
                busy: 0.0,
            });
        }
        Ok(scene)
    }

    fn change(&self, scene: &mut Scene, plan: &CounterPlan, n: usize) -> Result<(), Fault> {
        let field = |name: &str| format!("counters[{n}].{name}");
        let at = self.counters.iter().position(|known| *known == plan.counter_id);
        let counter = at.and_then(|at| scene.counters.get_mut(at)).ok_or_else(|| {
            Fault::field(field("counter_id"), "unknown", "There is no such counter at this site.")
        })?;
        let slot = |at: Timestamp| {
            let minutes = at.duration_since(self.from).as_secs_f64() / 60.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "slots of a day")]
            let slot = if minutes < self.scene.first {
                0
            } else {
                ((minutes - self.scene.first) / SLOT) as usize + 1
            };
            slot
        };
        let begin = plan.from.map_or(0, slot);
        // Up to the half-hour in which it ends, and not into one that begins just then.
        let end = plan.until.map_or(self.scene.slots, |until| {
            slot(until.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(until)) + 1
        });
        if plan.until.is_some_and(|until| plan.from.is_some_and(|from| from >= until)) {
            return Err(Fault::field(field("until"), "out_of_order", "It ends after it begins."));
        }
        for open in counter.open.iter_mut().take(end).skip(begin) {
            *open = plan.open;
        }
        if let Some(queues) = &plan.queue_ids {
            let place = |id: &QueueId| self.queues.iter().position(|(known, _)| known == id);
            let lines: Option<Vec<_>> = queues.iter().map(|id| Some((place(id)?, None))).collect();
            counter.lines = lines.ok_or_else(|| {
                Fault::field(field("queue_ids"), "unknown", "Name queues of this site that take people.")
            })?;
        }
        Ok(())
    }
}
