//! Who comes to a line: for which service, in which priority class, and where that puts them.

use usher_queueing::model::service::NORMAL;
use usher_queueing::model::{Algorithm, Queue, Service, TenantConfig, class_number};

use crate::key;
use crate::model::{Book, Key, SimKind};

/// Who always comes first stands as if they had come so many minutes earlier: longer than anybody waits.
const STRICT: f64 = 5_256_000.0;
/// What a service takes where it is not offered any more, in minutes.
const DECLARED: f64 = 5.0;

/// Those who come for one service in one class.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Comer {
    pub(super) service: Key,
    pub(super) class: u8,
    /// How many of all they are: what counts is the ratio to the others.
    pub(super) share: f64,
    minutes: f64,
    target: Option<f64>,
    /// What the service takes by its declaration: `sla` counts with it where there is no target.
    declared: f64,
    /// By how many minutes their class is treated as having come earlier.
    head_start: f64,
}

impl Comer {
    /// The same for a simulation.
    pub(super) fn kind(&self, algorithm: Algorithm) -> SimKind {
        SimKind { share: self.share, minutes: self.minutes, target: self.target, lead: lead(algorithm, self) }
    }
}

/// By how many minutes an algorithm treats them as having come earlier: what `rank` does for a ticket.
pub(super) fn lead(algorithm: Algorithm, comer: &Comer) -> f64 {
    match algorithm {
        Algorithm::Fifo => 0.0,
        Algorithm::Priority => comer.head_start,
        Algorithm::Sla => comer.head_start - comer.target.unwrap_or(comer.declared),
    }
}

/// Who comes to a line, and who waits in it: at least one kind for each of the services that one can come for.
pub(super) fn comers(book: &Book, config: &TenantConfig, queue: &Queue) -> Vec<Comer> {
    let id = key(queue.id);
    let standing = book.standing(id);
    let services: Vec<_> = config.services_of(queue).collect();
    let one = |service: Key, class: u8, share: f64| {
        let known = services.iter().find(|known| key(known.id) == service);
        let declared = known.map_or(DECLARED, |service| service.default_minutes);
        Comer {
            service,
            class,
            share,
            minutes: book.service_minutes(id, service, declared),
            target: known.and_then(|service| service.target_minutes),
            declared,
            head_start: known.map_or(0.0, |service| head_start(service, class)),
        }
    };
    let came = standing.iter().flat_map(|line| line.arrivals.kinds());
    let open = || services.iter().filter(|service| service.active);
    let offered = |kind: &&crate::model::ComerKind| open().any(|one| key(one.id) == kind.service);
    let mut all: Vec<Comer> =
        came.filter(offered).map(|kind| one(kind.service, kind.class, kind.weight)).collect();
    // A line that nobody came to yet: as many for each of its services.
    let share = if all.is_empty() { 1.0 } else { 0.0 };
    let waiting = standing.iter().flat_map(|line| line.waiting.iter()).map(|who| (who.service, who.class));
    for (kinds, share) in
        [(open().map(|service| (key(service.id), 0)).collect::<Vec<_>>(), share), (waiting.collect(), 0.0)]
    {
        for (service, class) in kinds {
            if !all.iter().any(|known| (known.service, known.class) == (service, class)) {
                all.push(one(service, class, share));
            }
        }
    }
    if all.is_empty() {
        all.push(one(Key::default(), 0, 1.0));
    }
    all
}

/// The head start of a class by its number, in minutes; of several classes with one number the largest.
fn head_start(service: &Service, class: u8) -> f64 {
    let classes = service.priority_rules.classes.iter();
    classes
        .filter(|(name, _)| name.as_str() != NORMAL && class_number(name) == class)
        .map(|(_, rules)| rules.head_start_minutes + if rules.strict { STRICT } else { 0.0 })
        .fold(0.0, f64::max)
}
