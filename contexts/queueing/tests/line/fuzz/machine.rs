//! Bytes as a story of tickets: the machine, the rank and the line in memory against a tiny reference.
//!
//! The reference knows the life of a ticket as lists by state, a rank as a sum, and a line as a sorted
//! list. What happens is told to the memory at once, or late, twice and out of order, as another node would.

use std::collections::HashMap;

use usher_kernel::{Id, SiteId, TenantId, Timestamp};
use usher_queueing::model::fact::place;
use usher_queueing::model::rank::{Place, between, explain, micros, rank};
use usher_queueing::model::service::{NORMAL, PriorityClass, PriorityRules};
use usher_queueing::model::ticket::Channel;
use usher_queueing::model::{
    Algorithm, Live, Op, Order, QueueId, Service, Status, TicketFact, TicketId, machine,
};
use uuid::Uuid;

const DAY: &str = "2026-11-20";
/// The morning of that day, in microseconds.
const MORNING: i64 = 1_795_158_000_000_000;
const MOST_TICKETS: usize = 64;
const LINES: usize = 3;
const CLASSES: [&str; 5] = [NORMAL, "priority", "vip", "frail", "urgent"];

/// What may happen from a state and where it leads, written from the states' side.
fn life(from: Status) -> &'static [(Op, Status)] {
    use Status::{Called, Cancelled, Expired, NoShow, Parked, Paused, Served, Serving, Waiting, WrapUp};
    match from {
        Waiting => &[
            (Op::Call, Called),
            (Op::Park, Parked),
            (Op::Transfer, Waiting),
            (Op::Postpone, Waiting),
            (Op::Move, Waiting),
            (Op::Reprioritise, Waiting),
            (Op::ConfirmPriority, Waiting),
            (Op::Cancel, Cancelled),
            (Op::Expire, Expired),
        ],
        Called => &[
            (Op::Recall, Called),
            (Op::StartService, Serving),
            (Op::Close, Served),
            (Op::Skip, Waiting),
            (Op::MarkNoShow, NoShow),
            (Op::Transfer, Waiting),
            (Op::ConfirmPriority, Called),
            (Op::Cancel, Cancelled),
        ],
        Serving => &[
            (Op::Pause, Paused),
            (Op::Close, Served),
            (Op::WrapUp, WrapUp),
            (Op::Transfer, Waiting),
            (Op::ConfirmPriority, Serving),
        ],
        WrapUp => &[(Op::Close, Served), (Op::FinishWrapUp, Served)],
        Paused => &[(Op::Resume, Serving), (Op::Close, Served), (Op::Transfer, Waiting)],
        Parked => &[(Op::Unpark, Waiting), (Op::Cancel, Cancelled), (Op::Expire, Expired)],
        NoShow => &[(Op::Reinstate, Waiting)],
        Cancelled => &[(Op::UndoLeave, Waiting)],
        Served | Expired => &[],
    }
}

/// The head start of a class in minutes, once it counts.
fn head_start(class: &str, confirmed: bool) -> i64 {
    match class {
        "priority" => 10,
        "vip" => 20,
        "frail" if confirmed => 5,
        "urgent" => 10 * 365 * 24 * 60,
        _ => 0,
    }
}

fn service() -> Service {
    let mut rules = PriorityRules::default();
    let class = |head_start_minutes, strict, confirm| PriorityClass {
        head_start_minutes,
        strict,
        reason_required: false,
        confirm,
    };
    rules.classes.insert("frail".into(), class(5.0, false, true));
    rules.classes.insert("urgent".into(), class(0.0, true, false));
    Service {
        id: Id::from_uuid(Uuid::nil()),
        code: "deposit".into(),
        name: "Deposit".into(),
        names: Default::default(),
        description: String::new(),
        descriptions: Default::default(),
        prefix: "A".into(),
        default_minutes: 5.0,
        target_minutes: Some(15.0),
        priority_rules: rules,
        required_skills: vec![],
        outcomes: vec![],
        outcome_required: false,
        active: true,
        version: 1,
    }
}

/// The bytes, one after the other; none left is the end of the story.
struct Bytes<'a>(std::slice::Iter<'a, u8>);

impl Bytes<'_> {
    fn next(&mut self) -> Option<usize> {
        self.0.next().map(|byte| usize::from(*byte))
    }
}

/// One ticket as the database would have it.
struct Known {
    fact: TicketFact,
    confirmed: bool,
}

struct World {
    service: Service,
    algorithm: Algorithm,
    now: i64,
    tickets: Vec<Known>,
    /// Told to the memory later.
    post: Vec<TicketFact>,
    live: Live,
    /// The newest that the memory was told of each ticket.
    told: HashMap<TicketId, TicketFact>,
    /// The lines as facts alone rebuild them, without the memory's bookkeeping.
    orders: [Order; LINES],
}

/// Plays one story.
pub(crate) fn run(data: &[u8]) {
    let mut bytes = Bytes(data.iter());
    let Some(head) = bytes.next() else { return };
    let algorithm = Algorithm::ALL[head % Algorithm::ALL.len()];
    let late = head & 0x80 != 0;
    let mut world = World {
        service: service(),
        algorithm,
        now: MORNING,
        tickets: Vec::new(),
        post: Vec::new(),
        live: Live::default(),
        told: HashMap::new(),
        orders: std::array::from_fn(|_| Order::default()),
    };
    while let Some(what) = bytes.next() {
        let Some(with) = bytes.next() else { break };
        // Often no time passes, so that ranks meet and ids decide.
        world.now += i64::try_from(with & 3).unwrap_or(0) * 20_000_000;
        match what % 32 {
            0..=7 if world.tickets.len() < MOST_TICKETS => world.issue(what, with),
            8 | 9 => world.deliver(with, what % 32 == 9),
            _ => world.act(what, with),
        }
        if !late {
            while !world.post.is_empty() {
                world.deliver(0, false);
            }
        }
    }
    while !world.post.is_empty() {
        world.deliver(world.post.len() / 2, false);
    }
    world.settled();
}

impl World {
    fn rank_of(&self, entry: i64, class: &str, confirmed: bool) -> i64 {
        let got = rank(self.algorithm, entry, &self.service, class, confirmed);
        let minutes = match self.algorithm {
            Algorithm::Fifo => 0,
            Algorithm::Priority => -head_start(class, confirmed),
            Algorithm::Sla => 15 - head_start(class, confirmed),
        };
        assert_eq!(got, entry + minutes * 60_000_000, "the rank of {class}");
        got
    }

    fn issue(&mut self, what: usize, with: usize) {
        let n = self.tickets.len();
        // Ids that are in no order, so that ties go against the order of issue.
        let id = (n as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) ^ what as u128;
        let class = CLASSES[with % CLASSES.len()];
        let fact = TicketFact {
            ticket_id: TicketId::from_uuid(Uuid::from_u128(id)),
            number: format!("A-{n:03}"),
            queue_id: queue(what % LINES),
            service_id: self.service.id,
            site_id: site(),
            status: Status::Waiting,
            from: None,
            rank: self.rank_of(self.now, class, false),
            entry: self.now,
            class: class.into(),
            channel: Channel::Kiosk,
            party_size: 1,
            customer_id: None,
            version: 1,
            issued_at: Timestamp::from_microsecond(self.now).expect("a time"),
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
        self.post.push(fact.clone());
        self.tickets.push(Known { fact, confirmed: false });
    }

    fn act(&mut self, what: usize, with: usize) {
        if self.tickets.is_empty() {
            return;
        }
        let op = Op::ALL[what % Op::ALL.len()];
        let n = with % self.tickets.len();
        let Known { fact: mut t, mut confirmed } =
            Known { fact: self.tickets[n].fact.clone(), confirmed: self.tickets[n].confirmed };
        let expected = life(t.status).iter().find(|(listed, _)| *listed == op).map(|(_, to)| *to);
        assert_eq!(machine::next(op, t.status), expected, "{op} from {}", t.status);
        assert_eq!(machine::allowed(t.status).count(), life(t.status).len(), "from {}", t.status);
        let Some(to) = expected else {
            let text = machine::refusal(op, &t.number, t.status, true);
            assert!(text.starts_with(&t.number) && text.contains(op.done()), "{text}");
            // The end of the day is nobody's choice, so nobody is told of it.
            let mut offered = life(t.status).iter().filter(|(op, _)| *op != Op::Expire);
            assert!(offered.all(|(op, _)| text.contains(op.done())), "{text}");
            return;
        };
        t.from = Some(t.status);
        t.status = to;
        t.version += 1;
        let now = Timestamp::from_microsecond(self.now).expect("a time");
        match op {
            Op::Call => t.called_at = Some(now),
            Op::StartService => t.started_at = Some(now),
            Op::Transfer => {
                t.from_queue_id = Some(t.queue_id);
                t.queue_id = queue(with / 7 % LINES);
                t.transfers += 1;
            }
            Op::Skip | Op::Postpone | Op::Move => t.rank = self.behind(&t, what / 32),
            Op::Reprioritise => {
                t.class = CLASSES[with / 5 % CLASSES.len()].into();
                t.rank = self.rank_of(t.entry, &t.class, confirmed);
            }
            Op::ConfirmPriority => {
                confirmed = true;
                t.rank = self.rank_of(t.entry, &t.class, confirmed);
            }
            _ => {}
        }
        if to.is_final() {
            t.ended_at = Some(now);
        }
        let terms = explain(
            self.algorithm,
            Place { rank: t.rank, entry: t.entry, class: &t.class, confirmed },
            &self.service,
            self.now,
        );
        let moved = t.rank != self.rank_of(t.entry, &t.class, confirmed);
        assert_eq!(terms.iter().any(|term| term.name == "moved"), moved, "{terms:?}");
        self.post.push(t.clone());
        self.tickets[n] = Known { fact: t, confirmed };
    }

    /// A rank behind the `places`th of those in the ticket's line.
    fn behind(&self, t: &TicketFact, places: usize) -> i64 {
        let mut others: Vec<i64> = self
            .tickets
            .iter()
            .map(|known| &known.fact)
            .filter(|f| f.status == Status::Waiting && f.queue_id == t.queue_id && f.ticket_id != t.ticket_id)
            .map(|f| f.rank)
            .collect();
        others.sort_unstable();
        let Some(&before) = others.get(places).or(others.last()) else { return t.rank };
        let after = others.get(places + 1).copied().unwrap_or(before + micros(2.0));
        let found = between(before, after);
        assert!(before < found && (found < after || after <= before + 1), "{before} {found} {after}");
        found
    }

    /// Tells the memory one of the facts that are under way; `again` leaves it under way once more.
    fn deliver(&mut self, which: usize, again: bool) {
        if self.post.is_empty() {
            return;
        }
        let at = which % self.post.len();
        let fact = if again { self.post[at].clone() } else { self.post.remove(at) };
        let before = self.told.get(&fact.ticket_id);
        let newer = before.is_none_or(|known| known.version < fact.version);
        assert_eq!(self.live.apply(tenant(), &fact, DAY), newer, "{} v{}", fact.number, fact.version);
        if newer {
            let old = before.filter(|known| known.status == Status::Waiting);
            if let Some(old) = old {
                self.orders[line_of(old.queue_id)].remove(old.key());
            }
            place(&mut self.orders[line_of(fact.queue_id)], None, &fact);
            self.told.insert(fact.ticket_id, fact.clone());
        }
        self.compare(&fact);
    }

    /// The memory shows what it was told, and nothing else.
    fn compare(&self, last: &TicketFact) {
        for n in 0..LINES {
            let mut expected: Vec<&TicketFact> = self
                .told
                .values()
                .filter(|fact| fact.queue_id == queue(n) && fact.status == Status::Waiting)
                .collect();
            expected.sort_by_key(|fact| fact.key());
            let keys: Vec<_> = expected.iter().map(|fact| fact.key()).collect();
            assert!(self.orders[n].iter().eq(keys.iter().copied()), "the order rebuilt from facts");
            let Some(line) = self.live.line(queue(n)) else {
                assert!(keys.is_empty());
                continue;
            };
            let line = line.lock();
            assert!(line.order.iter().eq(keys.iter().copied()), "the order of line {n}");
            assert!(line.waiting().map(|t| t.id).eq(keys.iter().map(|(_, id)| *id)), "who waits in {n}");
            let here = self.told.values().filter(|fact| fact.queue_id == queue(n));
            let mut elsewhere: Vec<TicketId> = here
                .filter(|fact| fact.status != Status::Waiting && !fact.status.is_final())
                .map(|fact| fact.ticket_id)
                .collect();
            elsewhere.sort_unstable();
            let mut aside: Vec<TicketId> = line.aside().map(|t| t.id).collect();
            aside.sort_unstable();
            assert_eq!(aside, elsewhere, "who is aside in {n}");
            assert_eq!(line.oldest_entry(), expected.iter().map(|fact| fact.entry).min());
            let ahead = keys.iter().filter(|key| **key < last.key() && key.1 != last.ticket_id).count();
            let others = keys.iter().filter(|key| key.1 != last.ticket_id).count();
            let got = line.ahead_of(last.key());
            assert_eq!((got.ahead, got.behind), (ahead as i64, (others - ahead) as i64));
            assert_eq!(line.order.at(ahead), keys.get(ahead).copied());
        }
        let told = &self.told[&last.ticket_id];
        let whereabouts = (!told.status.is_final()).then_some(told.queue_id);
        assert_eq!(self.live.whereabouts(last.ticket_id), whereabouts, "{}", last.number);
        let living = self.live.ticket(last.ticket_id);
        assert_eq!(
            living.map(|t| (t.status, t.version)),
            whereabouts.map(|_| (told.status, told.version)),
            "{}",
            last.number
        );
    }

    /// When everything has arrived, the memory is what the database would be.
    fn settled(&self) {
        for known in &self.tickets {
            assert_eq!(self.told.get(&known.fact.ticket_id), Some(&known.fact));
        }
    }
}

fn queue(n: usize) -> QueueId {
    QueueId::from_uuid(Uuid::from_u128(n as u128 + 1))
}

fn line_of(queue: QueueId) -> usize {
    usize::try_from(queue.uuid().as_u128() - 1).expect("one of ours")
}

fn site() -> SiteId {
    SiteId::from_uuid(Uuid::from_u128(77))
}

fn tenant() -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(78))
}
