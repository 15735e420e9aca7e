//! Many at once on two nodes, and long random lives: nobody owes points, and nothing is given twice.

use serde_json::json;
use usher_customers::CustomerId;
use usher_engagement::Error;
use usher_engagement::model::{Redemption, RedemptionId, RewardId};
use usher_engagement::ops;
use usher_kernel::TenantId;

use crate::app::{App, Node};

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Give(i64),
    Take(i64),
    Reserve,
    Redeem,
    Release,
    Wait(i64),
    Expire,
}

/// A small generator of its own, so that a failure comes again with its seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        // Marsaglia's xorshift64.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn deed(&mut self) -> Deed {
        let some = i64::try_from(self.below(30)).unwrap_or(1) + 1;
        match self.below(12) {
            0..=2 => Deed::Give(some),
            3 => Deed::Take(some),
            4..=6 => Deed::Reserve,
            7 => Deed::Redeem,
            8 | 9 => Deed::Release,
            10 => Deed::Wait(some),
            _ => Deed::Expire,
        }
    }
}

/// A few that are the same in every run; many more in the long one.
pub(crate) fn seeds(few: [u64; 3]) -> Vec<u64> {
    let more = if std::env::var_os("USHER_TEST_LONG").is_some() { 5_000..5_060 } else { 0..0 };
    few.into_iter().chain(more).collect()
}

async fn reserve(
    app: &App,
    node: &Node,
    tenant: TenantId,
    reward: RewardId,
    who: CustomerId,
) -> Result<Redemption, Error> {
    app.on(node, move |engagement, tx| ops::reserve(tx, engagement, tenant, reward, who)).await
}

fn refused(error: &Error) -> bool {
    matches!(
        error,
        Error::NotEnoughPoints { .. } | Error::OutOfStock(_) | Error::Decided(_) | Error::TimeOut(_)
    )
}

/// Twenty at once on two nodes want one of three that are left; points are enough for all, then for two.
async fn the_last_ones_are_given_once(app: App) {
    let other = app.beside().await;
    let bank = app.bank;
    let reward: RewardId =
        app.reward(json!({ "name": "Cup", "points_required": 10, "stock": 3 })).await.parse().unwrap();
    let (ana, bo) = (app.customer("+49301234567").await, app.customer("+49307654321").await);
    app.give(&ana, 1000).await;
    app.give(&bo, 25).await;
    let (ana, bo): (CustomerId, CustomerId) = (ana.parse().unwrap(), bo.parse().unwrap());
    let race = async |who: CustomerId| {
        let mut kept = Vec::new();
        for _ in 0..5 {
            let (a, b, c, d) = tokio::join!(
                reserve(&app, &app.node, bank, reward, who),
                reserve(&app, &other, bank, reward, who),
                reserve(&app, &app.node, bank, reward, who),
                reserve(&app, &other, bank, reward, who),
            );
            for outcome in [a, b, c, d] {
                match outcome {
                    Ok(one) => kept.push(one),
                    Err(error) => assert!(refused(&error), "{error}"),
                }
            }
        }
        kept
    };
    let kept = race(ana).await;
    assert_eq!(kept.len(), 3, "no more than there were");
    for one in &kept[..2] {
        let id = one.id;
        // Two hand it out and two give it back at once: one of them wins.
        let (a, b, c, d) = tokio::join!(
            app.on(&app.node, move |_, tx| ops::redeem(tx, bank, id)),
            app.on(&other, move |_, tx| ops::redeem(tx, bank, id)),
            app.on(&app.node, move |e, tx| ops::release(tx, e, bank, id, None, false)),
            app.on(&other, move |e, tx| ops::release(tx, e, bank, id, None, false)),
        );
        let won = [a, b, c, d].into_iter().filter(Result::is_ok).count();
        assert_eq!(won, 1);
        app.check().await;
    }
    for one in kept {
        app.on(&app.node, move |e, tx| ops::release(tx, e, bank, one.id, None, true)).await.ok();
    }
    assert_eq!(race(bo).await.len(), 2, "no more than the points allow");
    app.check().await;
}

/// Somebody has a reward kept on one node while their record goes into another on the other node: whoever was first,
/// points and reward are with the record that stays.
async fn a_merger_takes_along_what_is_just_being_kept(app: App) {
    let other = app.beside().await;
    let bank = app.bank;
    let reward: RewardId = app.reward(json!({ "name": "Cup", "points_required": 10 })).await.parse().unwrap();
    let ana = app.customer("+49301234567").await;
    for n in 0..8 {
        let twin = app.customer(&format!("+4930{:08}", 20_000_000 + n)).await;
        app.give(&twin, 15).await;
        let who: CustomerId = twin.parse().unwrap();
        let path = format!("/api/v1/tenants/bank/customers/{ana}/merge");
        let (merged, _) = tokio::join!(
            app.admin.post(&path, json!({ "duplicate_id": twin })),
            reserve(&app, &other, bank, reward, who),
        );
        merged.expect(200);
        app.check().await;
        let left = format!("/api/v1/tenants/bank/redemptions?customer_id={twin}");
        assert_eq!(app.admin.get(&left).await.expect(200)["items"], json!([]));
    }
    let kept = format!("/api/v1/tenants/bank/redemptions?customer_id={ana}");
    let kept = app.admin.get(&kept).await.expect(200)["items"].as_array().unwrap().len();
    let spent = i64::try_from(kept).unwrap() * 10;
    assert_eq!(app.available(&ana).await, 8 * 15 - spent);
}

/// Random lives on two nodes, several deeds at a time; what has to hold holds after each step, and in the end what was
/// given less what was taken is the balance.
async fn random_lives(app: App) {
    let other = app.beside().await;
    let bank = app.bank;
    app.programme(json!({ "reserve_minutes": 20 })).await;
    let reward: RewardId =
        app.reward(json!({ "name": "Cup", "points_required": 7, "stock": 5 })).await.parse().unwrap();
    let people = [app.customer("+49301234567").await, app.customer("+49307654321").await];
    let people: Vec<CustomerId> = people.iter().map(|id| id.parse().unwrap()).collect();
    for seed in seeds([7, 42, 4711]) {
        let mut dice = Dice(seed);
        let mut kept: Vec<RedemptionId> = Vec::new();
        for step in 0..40 {
            let deeds: Vec<_> = (0..2)
                .map(|n| {
                    let who = people[usize::try_from(dice.below(2)).unwrap()];
                    let which = kept.get(usize::try_from(dice.below(8)).unwrap()).copied();
                    (dice.deed(), who, which, if n == 0 { &app.node } else { &other })
                })
                .collect();
            let mut done = Vec::new();
            for outcome in [one(&app, bank, reward, deeds[0]), one(&app, bank, reward, deeds[1])] {
                done.push(outcome);
            }
            let [first, second] = <[_; 2]>::try_from(done).ok().unwrap();
            let (first, second) = tokio::join!(first, second);
            for outcome in [first, second] {
                match outcome {
                    Ok(Some(one)) => kept.insert(0, one),
                    Ok(None) => {}
                    Err(error) => assert!(refused(&error), "seed {seed}, step {step}: {error}"),
                }
            }
            app.check().await;
        }
    }
}

async fn one(
    app: &App,
    bank: TenantId,
    reward: RewardId,
    (deed, who, which, node): (Deed, CustomerId, Option<RedemptionId>, &Node),
) -> Result<Option<RedemptionId>, Error> {
    match (deed, which) {
        (Deed::Give(points), _) => {
            app.on(node, move |e, tx| ops::adjust(tx, e, bank, who, points, "test")).await.map(|_| None)
        }
        (Deed::Take(points), _) => {
            app.on(node, move |e, tx| ops::adjust(tx, e, bank, who, -points, "test")).await.map(|_| None)
        }
        (Deed::Reserve, _) => reserve(app, node, bank, reward, who).await.map(|kept| Some(kept.id)),
        (Deed::Redeem, Some(id)) => app.on(node, move |_, tx| ops::redeem(tx, bank, id)).await.map(|_| None),
        (Deed::Release, Some(id)) => {
            app.on(node, move |e, tx| ops::release(tx, e, bank, id, None, true)).await.map(|_| None)
        }
        (Deed::Wait(minutes), _) => {
            app.wait(minutes);
            app.work().await;
            Ok(None)
        }
        (Deed::Expire, _) => app.on(node, move |e, tx| ops::expire(tx, e, bank, who)).await.map(|_| None),
        (Deed::Redeem | Deed::Release, None) => Ok(None),
    }
}

on_both!(the_last_ones_are_given_once, a_merger_takes_along_what_is_just_being_kept, random_lives,);
