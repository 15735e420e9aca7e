//! Random lives of an account against a tiny reference model: earning by rules, caps and levels, purchases and their
//! refunds, rewards kept, handed out and given back, points that wait and points that run out. What can be spent, what
//! is pending and what was ever earned are those of the model after every step, and so is each refusal.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use usher_customers::CustomerId;
use usher_db::Engine;
use usher_engagement::Error;
use usher_engagement::model::{
    Deed, Entry, EntryId, Redemption, RedemptionId, RedemptionStatus, RewardId, Taken, Trigger,
};
use usher_engagement::ops::{self, Earning, Refund, Refunded};
use usher_kernel::{SignedDuration, Timestamp};

use crate::app::{App, Node};

/// How many lives are tried on each engine, in the ordinary run and in the long one.
const ORDINARY: u32 = 24;
const LONG: u32 = 300;

/// How many minutes points are pending, for how many days they are good after that, and how long a reward is kept.
const PENDING: i64 = 30;
const GOOD_DAYS: i64 = 2;
const KEPT: i64 = 20;
/// What a reward costs, and how many there are of it.
const COST: i64 = 7;
const STOCK: i64 = 4;
/// The most points of a day, and how often a day a service counts.
const CAP: i64 = 60;
const SERVED_TIMES: i64 = 2;

fn programme() -> Value {
    json!({
        "active": true,
        "rules": [
            { "on": "served", "points": 10, "times_per_day": SERVED_TIMES },
            { "on": "waited", "points": 7, "over_minutes": 30 },
            { "on": "purchase", "points": 1 },
        ],
        "tiers": [
            { "name": "Silver", "from_points": 40, "multiplier_percent": 150 },
            { "name": "Gold", "from_points": 120, "multiplier_percent": 200 },
        ],
        "points_per_day": CAP,
        "pending_minutes": PENDING,
        "expires_after_days": GOOD_DAYS,
        "reserve_minutes": KEPT,
    })
}

/// One step of a life. Purchases and redemptions are chosen by number.
#[derive(Clone, Debug)]
enum Step {
    Give(i64),
    Take(i64),
    Serve,
    /// A service after so many minutes of waiting.
    WaitLong(i64),
    Buy(i64),
    /// A part of a purchase, or all that is left of it.
    Refund(usize, Option<i64>),
    Reserve,
    /// Many reserve at once, on all nodes.
    Rush(usize),
    Redeem(usize),
    Release(usize, bool),
    Overdue(usize),
    Expire,
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0usize..12;
    prop_oneof![
        2 => (1i64..30).prop_map(Step::Give),
        2 => (1i64..30).prop_map(Step::Take),
        4 => Just(Step::Serve),
        2 => (20i64..40).prop_map(Step::WaitLong),
        4 => (50i64..5_000).prop_map(Step::Buy),
        4 => (which.clone(), prop::option::of(1i64..3_000)).prop_map(|(n, part)| Step::Refund(n, part)),
        3 => Just(Step::Reserve),
        1 => (2usize..6).prop_map(Step::Rush),
        2 => which.clone().prop_map(Step::Redeem),
        3 => (which.clone(), any::<bool>()).prop_map(|(n, returned)| Step::Release(n, returned)),
        1 => which.prop_map(Step::Overdue),
        2 => Just(Step::Expire),
        4 => prop_oneof![1i64..40, 300i64..1_600].prop_map(Step::Wait),
    ]
}

/// Points that came in together.
struct Lot {
    id: EntryId,
    left: i64,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl Lot {
    fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// What counts by the day.
#[derive(Default)]
struct Day {
    points: i64,
    times: HashMap<Trigger, i64>,
}

/// A purchase that gave points.
struct Bought {
    receipt: String,
    lot: EntryId,
    day: i64,
    points: i64,
    amount: i64,
    left: i64,
    /// What refunds could not take back, because it was spent.
    let_go: i64,
}

/// A reward that was taken.
struct Kept {
    id: RedemptionId,
    taken: Vec<Taken>,
    until: Timestamp,
    status: RedemptionStatus,
}

/// The reference model: lots in a list, and a few counts.
struct Model {
    lots: Vec<Lot>,
    lifetime: i64,
    days: HashMap<i64, Day>,
    bought: Vec<Bought>,
    kept: Vec<Kept>,
    stock: i64,
}

/// A number of the day, as the tenant's clock has it: it lives by UTC.
fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at + SignedDuration::from_mins(minutes)
}

impl Model {
    fn new() -> Self {
        Self {
            lots: Vec::new(),
            lifetime: 0,
            days: HashMap::new(),
            bought: Vec::new(),
            kept: Vec::new(),
            stock: STOCK,
        }
    }

    /// What can be spent, what is pending, what was ever earned.
    fn standing(&self, now: Timestamp) -> (i64, i64, i64) {
        let sum = |is: &dyn Fn(&Lot) -> bool| -> i64 {
            self.lots.iter().filter(|lot| !lot.is_over(now) && is(lot)).map(|lot| lot.left).sum()
        };
        (sum(&|lot| lot.from <= now), sum(&|lot| lot.from > now), self.lifetime)
    }

    /// What a deed is worth now; nothing where the day has had its points.
    fn worth(&self, deed: &Deed, now: Timestamp) -> Option<i64> {
        let nothing = Day::default();
        let today = self.days.get(&day(now)).unwrap_or(&nothing);
        let times = today.times.get(&deed.trigger).copied().unwrap_or(0);
        let plain = match deed.trigger {
            Trigger::Served if times < SERVED_TIMES => 10,
            Trigger::Waited if deed.waited_minutes >= 30 => 7,
            Trigger::Purchase => deed.amount / 100,
            _ => 0,
        };
        let percent = match self.lifetime {
            ..40 => 100,
            40..120 => 150,
            _ => 200,
        };
        Some((plain * percent / 100).min(CAP - today.points)).filter(|points| *points > 0)
    }

    fn earned(&mut self, trigger: Trigger, points: i64, lot: EntryId, now: Timestamp) {
        let from = later(now, PENDING);
        let until = Some(later(from, GOOD_DAYS * 24 * 60));
        self.lots.push(Lot { id: lot, left: points, from, until });
        self.lifetime += points;
        let today = self.days.entry(day(now)).or_default();
        today.points += points;
        *today.times.entry(trigger).or_default() += 1;
    }

    /// Takes points from the lots that `may` be taken from, those first that expire first; what was taken.
    fn draw(&mut self, points: i64, may: impl Fn(&Lot) -> bool) -> Vec<Taken> {
        let mut turn: Vec<usize> = (0..self.lots.len()).collect();
        turn.retain(|n| self.lots[*n].left > 0 && may(&self.lots[*n]));
        turn.sort_by_key(|n| {
            let lot = &self.lots[*n];
            (lot.until.is_none(), lot.until, lot.from, lot.id)
        });
        let (mut missing, mut taken) = (points, Vec::new());
        for n in turn {
            let part = self.lots[n].left.min(missing);
            if part > 0 {
                self.lots[n].left -= part;
                missing -= part;
                taken.push(Taken { lot: self.lots[n].id, points: part });
            }
        }
        taken
    }

    /// Spends points, where there are so many.
    fn spend(&mut self, points: i64, now: Timestamp) -> Option<Vec<Taken>> {
        let enough = self.standing(now).0 >= points;
        enough.then(|| self.draw(points, |lot| lot.from <= now && !lot.is_over(now)))
    }

    /// Keeps a reward, where one is left and the points are there; from which lots they come.
    fn keep(&mut self, now: Timestamp) -> Option<Vec<Taken>> {
        if self.stock == 0 {
            return None;
        }
        let taken = self.spend(COST, now)?;
        self.stock -= 1;
        Some(taken)
    }

    fn kept(&mut self, made: &Redemption) {
        let (id, taken) = (made.id, made.taken.clone());
        self.kept.push(Kept { id, taken, until: made.expires_at, status: made.status });
    }

    fn give_back(&mut self, n: usize) {
        self.kept[n].status = RedemptionStatus::Released;
        self.stock += 1;
        for taken in &self.kept[n].taken {
            let lot = self.lots.iter_mut().find(|lot| lot.id == taken.lot).unwrap();
            lot.left += taken.points;
            // What should have gone back before goes now.
            if let Some(one) = self.bought.iter_mut().find(|one| one.lot == taken.lot) {
                let back = one.let_go.min(taken.points);
                lot.left -= back;
                one.let_go -= back;
                self.days.entry(one.day).or_default().points -= back;
            }
        }
    }

    /// How many points a refund takes back, and what is left of the purchase; none where it has to be refused.
    fn refund(&mut self, n: usize, part: Option<i64>) -> Option<(Option<i64>, i64)> {
        let one = &self.bought[n];
        let amount = part.unwrap_or(one.left);
        if amount > one.left {
            return None;
        }
        if amount == 0 {
            return Some((None, 0));
        }
        let gone = one.amount - one.left;
        let up_to = |part: i64| one.points * part / one.amount;
        let points = up_to(gone + amount) - up_to(gone);
        let (own, of_day, left) = (one.lot, one.day, one.left - amount);
        let sum = |taken: Vec<Taken>| taken.iter().map(|taken| taken.points).sum::<i64>();
        let mut taken = sum(self.draw(points, |lot| lot.id == own));
        taken += sum(self.draw(points - taken, |lot| lot.id != own));
        self.lifetime -= points.min(self.lifetime);
        self.bought[n].left = left;
        self.bought[n].let_go += points - taken;
        let then = self.days.entry(of_day).or_default();
        then.points -= taken;
        if left == 0 {
            *then.times.entry(Trigger::Purchase).or_default() -= 1;
        }
        Some((Some(taken), left))
    }

    fn expire(&mut self, now: Timestamp) -> i64 {
        let over = self.lots.iter_mut().filter(|lot| lot.is_over(now));
        over.map(|lot| std::mem::take(&mut lot.left)).sum()
    }
}

/// One who lives such a life, on all nodes in turn.
struct Life<'a> {
    app: &'a App,
    nodes: [&'a Node; 2],
    who: CustomerId,
    reward: RewardId,
    name: String,
}

impl Life<'_> {
    async fn earn(&self, node: &Node, deed: Deed, source: String) -> Result<Option<Entry>, Error> {
        let (bank, customer) = (self.app.bank, self.who);
        let earning = Earning { customer, deed, reference: None, source };
        let earn = move |e: &usher_engagement::Engagement, tx: &mut usher_db::Tx<'_>| {
            let programme = ops::programme(tx, bank)?;
            ops::earn(tx, e, bank, &programme, earning.clone())
        };
        self.app.on(node, earn).await
    }

    async fn adjust(&self, node: &Node, points: i64) -> Result<Entry, Error> {
        let (bank, who) = (self.app.bank, self.who);
        self.app.on(node, move |e, tx| ops::adjust(tx, e, bank, who, points, "test")).await
    }

    async fn reserve(&self, node: &Node) -> Result<Redemption, Error> {
        let (bank, who, reward) = (self.app.bank, self.who, self.reward);
        self.app.on(node, move |e, tx| ops::reserve(tx, e, bank, reward, who)).await
    }

    async fn refund(&self, node: &Node, receipt: &str, amount: Option<i64>) -> Result<Refunded, Error> {
        let bank = self.app.bank;
        let wish = Refund { receipt: receipt.to_owned(), amount, reference: None };
        self.app.on(node, move |e, tx| ops::refund(tx, e, bank, &wish)).await
    }

    async fn standing(&self) -> (i64, i64, i64) {
        let (bank, who) = (self.app.bank, self.who);
        let read = move |read: &mut usher_db::Read<'_>| ops::statement(read, bank, Some(who));
        let points = self.app.node.db.read(&self.app.ctx(), read).await.unwrap();
        (points.available, points.pending, points.lifetime)
    }

    async fn take(&self, turn: usize, step: &Step, model: &mut Model) -> Result<(), TestCaseError> {
        let (app, bank, node) = (self.app, self.app.bank, self.nodes[turn % 2]);
        let now = app.sys.now();
        match *step {
            Step::Give(points) => {
                let entry = self.adjust(node, points).await.unwrap();
                model.lots.push(Lot { id: entry.id, left: points, from: now, until: None });
            }
            Step::Take(points) => {
                let made = self.adjust(node, -points).await;
                prop_assert_eq!(made.is_ok(), model.spend(points, now).is_some(), "{:?}", made);
            }
            Step::Serve | Step::WaitLong(_) | Step::Buy(_) => {
                let (trigger, waited_minutes, amount) = match *step {
                    Step::WaitLong(minutes) => (Trigger::Waited, minutes, 0),
                    Step::Buy(amount) => (Trigger::Purchase, 0, amount),
                    _ => (Trigger::Served, 0, 0),
                };
                let deed = Deed { trigger, service: None, waited_minutes, amount };
                let receipt = format!("{}-{turn}", self.name);
                let bought = trigger == Trigger::Purchase;
                let source = if bought { ops::purchase_source(&receipt) } else { receipt.clone() };
                let entry = self.earn(node, deed, source.clone()).await.unwrap();
                let worth = model.worth(&deed, now);
                prop_assert_eq!(entry.as_ref().map(|entry| entry.points), worth, "{:?}", step);
                let Some(entry) = entry else { return Ok(()) };
                model.earned(trigger, entry.points, entry.id, now);
                if bought {
                    let (lot, points) = (entry.id, entry.points);
                    let day = day(now);
                    model.bought.push(Bought { receipt, lot, day, points, amount, left: amount, let_go: 0 });
                }
                // It counts once, however often it is told.
                let again = self.earn(self.nodes[(turn + 1) % 2], deed, source).await.unwrap();
                prop_assert!(again.is_none(), "{again:?}");
            }
            Step::Refund(n, part) if n < model.bought.len() => {
                let receipt = model.bought[n].receipt.clone();
                let made = self.refund(node, &receipt, part).await;
                let expected = model.refund(n, part);
                prop_assert_eq!(made.is_ok(), expected.is_some(), "{:?}: {:?}", step, made);
                if let (Ok(made), Some((taken, left))) = (made, expected) {
                    prop_assert_eq!(made.entry.map(|entry| -entry.points), taken);
                    prop_assert_eq!(made.amount_left, Some(left));
                }
            }
            Step::Reserve => {
                let made = self.reserve(node).await;
                let expected = model.keep(now);
                prop_assert_eq!(made.as_ref().ok().map(|made| &made.taken), expected.as_ref(), "{:?}", made);
                if let Ok(made) = made {
                    model.kept(&made);
                }
            }
            Step::Rush(many) => {
                let all = (0..many).map(|n| self.reserve(self.nodes[n % 2]));
                let made: Vec<_> = futures(all).await.into_iter().flatten().collect();
                // Whoever was first took what expires first: together they took what as many in a row would.
                let mut expected: Vec<_> = (0..many).map_while(|_| model.keep(now)).collect();
                let mut taken: Vec<_> = made.iter().map(|made| made.taken.clone()).collect();
                let order = |taken: &Vec<Taken>| taken.iter().map(|t| (t.lot, t.points)).collect::<Vec<_>>();
                expected.sort_by_key(order);
                taken.sort_by_key(order);
                prop_assert_eq!(taken, expected);
                made.iter().for_each(|made| model.kept(made));
            }
            Step::Redeem(n) if n < model.kept.len() => {
                let Kept { id, status, until, .. } = model.kept[n];
                let made = app.on(node, move |_, tx| ops::redeem(tx, bank, id)).await;
                let may = status == RedemptionStatus::Reserved && until > now;
                prop_assert_eq!(made.is_ok(), may, "{:?}", made);
                if may {
                    model.kept[n].status = RedemptionStatus::Redeemed;
                }
            }
            Step::Release(n, returned) if n < model.kept.len() => {
                let Kept { id, status, .. } = model.kept[n];
                let release = app.on(node, move |e, tx| ops::release(tx, e, bank, id, None, returned));
                let made = release.await;
                let may = match status {
                    RedemptionStatus::Reserved => true,
                    RedemptionStatus::Redeemed => returned,
                    RedemptionStatus::Released => false,
                };
                prop_assert_eq!(made.is_ok(), may, "{:?}", made);
                if may {
                    model.give_back(n);
                }
            }
            Step::Overdue(n) if model.kept.get(n).is_some_and(|kept| kept.until <= now) => {
                let Kept { id, status, .. } = model.kept[n];
                app.on(node, move |e, tx| ops::release_overdue(tx, e, bank, id)).await.unwrap();
                if status == RedemptionStatus::Reserved {
                    model.give_back(n);
                }
            }
            Step::Expire => {
                let who = self.who;
                let entry = app.on(node, move |e, tx| ops::expire(tx, e, bank, who)).await.unwrap();
                prop_assert_eq!(entry.map_or(0, |entry| -entry.points), model.expire(now));
            }
            Step::Wait(minutes) => app.wait(minutes),
            Step::Refund(..) | Step::Redeem(_) | Step::Release(..) | Step::Overdue(_) => {}
        }
        let now = app.sys.now();
        prop_assert_eq!(self.standing().await, model.standing(now), "after {:?}", step);
        Ok(())
    }
}

/// Several at once: what came of each.
async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(Box::pin).map(Some).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (one, done) in waiting.iter_mut().zip(&mut done) {
            let Some(future) = one else { continue };
            if let std::task::Poll::Ready(value) = future.as_mut().poll(cx) {
                (*one, *done) = (None, Some(value));
            }
        }
        if waiting.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

fn lives(engine: Engine) {
    let cases = if std::env::var_os("USHER_TEST_LONG").is_some() { LONG } else { ORDINARY };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let Some(app) = runtime.block_on(App::open(engine)) else { return };
    let other = runtime.block_on(async {
        app.programme(programme()).await;
        app.beside().await
    });
    let lived = AtomicUsize::new(0);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new(config).run(&prop::collection::vec(step(), 1..40), |steps| {
        let n = lived.fetch_add(1, Ordering::Relaxed);
        runtime.block_on(async {
            let who = app.customer(&format!("+4930{:08}", 10_000_000 + n)).await.parse().unwrap();
            let reward = json!({ "name": format!("Cup {n}"), "points_required": COST, "stock": STOCK });
            let reward = app.reward(reward).await.parse().unwrap();
            let name = format!("life {n}");
            let life = Life { app: &app, nodes: [&app.node, &other], who, reward, name };
            let mut model = Model::new();
            for (turn, step) in steps.iter().enumerate() {
                life.take(turn, step, &mut model).await?;
            }
            app.check().await;
            Ok::<_, TestCaseError>(())
        })
    });
    runtime.shutdown_background();
    told.unwrap();
}

#[test]
fn random_lives_stand_as_the_model_says_on_sqlite() {
    lives(Engine::Sqlite);
}

#[test]
fn random_lives_stand_as_the_model_says_on_postgres() {
    lives(Engine::Postgres);
}
