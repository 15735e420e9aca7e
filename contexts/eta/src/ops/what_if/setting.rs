//! A site as it stands and as its day is planned, and what a wish changes in it.

use std::collections::HashMap;

use usher_identity::model::Shift;
use usher_kernel::{Fault, SignedDuration, SiteId, Timestamp};
use usher_queueing::Queueing;
use usher_queueing::model::live::Seats;
use usher_queueing::model::{Algorithm, Counter, CounterId, QueueId, QueueStatus, TenantConfig};
use usher_tenancy::Site;

use super::kinds::{Comer, comers, lead};
use super::roster::{Duty, Place, Sitter, planned};
use super::wish::{CounterPlan, WhatIf, faults};
use crate::model::{Book, SLOT, Scene, Seat, SimAgent, SimCounter, SimLine, Wall};
use crate::{Eta, key};

/// No day is longer than this.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How long before now a shift may have ended of somebody who still sits at a counter.
const OVERTIME: SignedDuration = SignedDuration::from_hours(12);
/// What a service takes where none is declared, in minutes.
const DECLARED: f64 = 5.0;

/// A site as it stands, ready to be simulated away from every lock.
pub(crate) struct Setting {
    pub(super) site: SiteId,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    pub(super) scene: Scene,
    pub(super) queues: Vec<(QueueId, String)>,
    /// Who comes to each line, as the kinds of the scene.
    pub(super) comers: Vec<Vec<Comer>>,
    pub(super) counters: Vec<CounterId>,
    /// Whether today's plan is the roster's.
    pub(super) by_roster: bool,
}

/// From when to when the published shifts of a site are needed for its plan.
pub(crate) fn roster_span(now: Timestamp) -> (Timestamp, Timestamp) {
    let before = now.saturating_sub(OVERTIME).unwrap_or(Timestamp::MIN);
    (before, now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX))
}

/// How a site stands, who works there by its roster, and what is usual there.
///
/// # Errors
/// A value of the wish is out of range.
pub(crate) fn setting(
    eta: &Eta,
    line: &Queueing,
    config: &TenantConfig,
    site: &Site,
    shifts: &[Shift],
    wish: &WhatIf,
    now: Timestamp,
) -> Result<Setting, Fault> {
    let faults = faults(wish, now);
    if !faults.is_empty() {
        return Err(Fault::fields(faults));
    }
    let closing = closing(site, now);
    let latest = now.saturating_add(LONGEST).unwrap_or(Timestamp::MAX);
    let until = wish.until.unwrap_or(closing).clamp(now, latest);
    let at = eta.wall(site.tenant_id, site.id, now);
    // Half-hours begin on the second.
    let from = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let first = SLOT - at.minute() % SLOT;
    let left = minutes_until(now, until);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "slots of a day")]
    let slots = 1 + ((left - first).max(0.0) / SLOT).ceil() as usize;
    let shared = eta.book(site.tenant_id);
    let book = shared.read();
    let queues: Vec<_> = config.queues_at(site.id).filter(|q| q.status != QueueStatus::Inactive).collect();
    let moment = Moment { at, first, slots };
    let (mut lines, mut all_comers) = (Vec::new(), Vec::new());
    for queue in &queues {
        let comers = comers(&book, config, queue);
        lines.push(sim_line(&book, queue.settings.algorithm, queue.id, &comers, &moment));
        all_comers.push(comers);
    }
    let place = |id: &QueueId| queues.iter().position(|queue| queue.id == *id);
    let seats = line.live().seats.lock();
    let known: Vec<_> = config.counters_at(site.id).collect();
    let places: Vec<Place> = known.iter().map(|counter| place_of(&seats, counter, site, now)).collect();
    let duty = |shift: &Shift| Duty {
        who: shift.user_id,
        from: minutes_until(from, shift.starts_at),
        until: minutes_until(from, shift.ends_at),
    };
    let duties: Vec<Duty> = shifts.iter().map(duty).collect();
    let by_roster = duties.iter().any(|duty| duty.until > 0.0 && duty.from < left);
    let open = planned(&places, if by_roster { &duties } else { &[] }, first, slots);
    let mut crew = Crew::default();
    let mut counters = Vec::new();
    for (counter, sitters) in known.iter().zip(open) {
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
        let unable = |agent: Sitter| unable(&book, agent, &all_comers);
        let seats = sitters.into_iter().map(|sitter| crew.seat(sitter, unable)).collect();
        counters.push(SimCounter { lines, seats, busy });
    }
    drop(seats);
    let scene = Scene { first, slots, lines, counters, agents: crew.agents, pace: 1.0 };
    let queues = queues.iter().map(|queue| (queue.id, queue.name.clone())).collect();
    let counters = known.iter().map(|counter| counter.id).collect();
    Ok(Setting { site: site.id, from, until, scene, queues, comers: all_comers, counters, by_roster })
}

/// When the site closes for good today; the end of its day where it does not close, or has closed.
fn closing(site: &Site, now: Timestamp) -> Timestamp {
    let closing = site.opening.closes_for_good(now, &site.zone()).filter(|closing| *closing > now);
    closing.unwrap_or_else(|| site.end_of_business_day(site.business_day(now)))
}

/// Minutes from one moment to another; below 0 where it is past.
fn minutes_until(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64() / 60.0
}

/// A counter as it stands, for the plan of its day.
fn place_of(seats: &Seats, counter: &Counter, site: &Site, now: Timestamp) -> Place {
    let open = seats.is_open(counter.id);
    let seated = seats.counters.get(&counter.id).and_then(|seat| seat.agent_id);
    let agent = seated.and_then(|agent| seats.agents.get(&(site.tenant_id, agent)));
    let away = agent.filter(|_| open && !seats.serves(counter.id));
    Place {
        open,
        seated,
        usual: counter.staff_id,
        away: away.map(|agent| minutes_until(agent.since, now).max(0.0)),
    }
}

/// Those who serve, each once.
#[derive(Default)]
struct Crew {
    places: HashMap<Sitter, usize>,
    agents: Vec<SimAgent>,
}

impl Crew {
    /// The seat of whoever sits at a counter, none while it is closed.
    fn seat(&mut self, sitter: Option<Sitter>, unable: impl FnOnce(Sitter) -> Vec<(usize, usize)>) -> Seat {
        let Some(sitter) = sitter else { return Seat::Closed };
        let place = *self.places.entry(sitter).or_insert_with(|| {
            self.agents.push(SimAgent { unable: unable(sitter) });
            self.agents.len() - 1
        });
        Seat::Somebody(place)
    }
}

/// Whom somebody cannot serve for want of a skill: a line and one of its kinds.
fn unable(book: &Book, agent: Sitter, comers: &[Vec<Comer>]) -> Vec<(usize, usize)> {
    let agent = agent.map(key);
    let kinds = comers
        .iter()
        .enumerate()
        .flat_map(|(line, kinds)| kinds.iter().enumerate().map(move |(kind, comer)| (line, kind, comer)));
    kinds
        .filter(|(.., comer)| !book.is_able(comer.service, agent))
        .map(|(line, kind, _)| (line, kind))
        .collect()
}

/// The moment from which a day is run.
struct Moment {
    at: Wall,
    first: f64,
    slots: usize,
}

fn sim_line(book: &Book, algorithm: Algorithm, queue: QueueId, comers: &[Comer], moment: &Moment) -> SimLine {
    let id = key(queue);
    let standing = book.standing(id);
    let waiting = standing.iter().flat_map(|line| line.waiting.iter()).filter(|who| !who.silent);
    let kind = |who: &crate::model::Waiting| {
        comers.iter().position(|comer| (comer.service, comer.class) == (who.service, who.class))
    };
    let mut waiting: Vec<_> =
        waiting.filter_map(|who| Some((moment.at.minutes_since(who.since), kind(who)?))).collect();
    let outside = standing.map_or(0, |line| usize::try_from(line.outside).unwrap_or(0));
    // Nobody knows what those without a ticket come for: for what most do.
    let most = comers.iter().enumerate().max_by(|(_, a), (_, b)| a.share.total_cmp(&b.share));
    waiting.extend(std::iter::repeat_n((0.0, most.map_or(0, |(kind, _)| kind)), outside));
    let begins = moment.at.half_hour();
    let usual = |slot: usize| {
        let people = standing.map_or(0.0, |line| line.arrivals.expected((begins + slot) % 48));
        if slot == 0 { people * moment.first / SLOT } else { people }
    };
    SimLine {
        kinds: comers.iter().map(|comer| comer.kind(algorithm)).collect(),
        waiting,
        arrivals: (0..moment.slots).map(usual).collect(),
        gone: book.forecaster().leaving(id),
    }
}

impl Setting {
    /// The scene with what the wish changes.
    pub(super) fn changed(&self, wish: &WhatIf) -> Result<Scene, Fault> {
        let mut scene = self.scene.clone();
        scene.pace = wish.service_percent.unwrap_or(100.0) / 100.0;
        let share = wish.arrivals_percent.unwrap_or(100.0) / 100.0;
        for (line, comers) in scene.lines.iter_mut().zip(&self.comers) {
            line.arrivals.iter_mut().for_each(|people| *people *= share);
            let Some(algorithm) = wish.algorithm else { continue };
            for (kind, comer) in line.kinds.iter_mut().zip(comers) {
                kind.lead = lead(algorithm, comer);
            }
        }
        for (n, plan) in wish.counters.iter().enumerate() {
            self.change(&mut scene, plan, n)?;
        }
        let every: Vec<_> = (0..scene.lines.len()).map(|line| (line, None)).collect();
        for _ in 0..wish.more_counters.unwrap_or(0) {
            scene.counters.push(SimCounter {
                lines: every.clone(),
                seats: vec![Seat::Anybody; scene.slots],
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
        for seat in counter.seats.iter_mut().take(end).skip(begin) {
            *seat = seat.once(plan.open);
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
