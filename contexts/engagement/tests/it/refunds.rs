//! Purchases that are paid back, whole or in parts: their points go, and never more than came.

use std::collections::HashMap;

use serde_json::{Value, json};
use usher_customers::CustomerId;
use usher_db::{DbError, DynQuery, Lane};
use usher_engagement::Error;
use usher_engagement::model::{Deed, Trigger};
use usher_engagement::ops::{self, Earning, Refund};
use usher_kernel::TenantId;
use usher_testkit::TestClient;

use crate::app::{App, Node};
use crate::races::{Dice, seeds};

const BOUGHT: &str = "/api/v1/tenants/bank/points/purchases";
const REFUND: &str = "/api/v1/tenants/bank/points/purchases/refund";

async fn buy(till: &TestClient, customer: &str, amount: i64, receipt: &str) -> Value {
    let bought = json!({ "customer_id": customer, "amount": amount, "reference": receipt });
    till.post(BOUGHT, bought).await.expect(200)
}

/// The change of points and what is left of the purchase after a refund.
async fn refund(till: &TestClient, wish: Value) -> (Value, Value) {
    let done = till.post(REFUND, wish).await.expect(200);
    (done["transaction"]["points_change"].clone(), done["amount_left"].clone())
}

impl App {
    /// A point for each 100, a customer, and somebody at a till.
    async fn shop(&self, more: Value) -> (String, TestClient) {
        let mut change = json!({ "active": true, "rules": [{ "on": "purchase", "points": 1 }] });
        change.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.programme(change).await;
        (self.customer("+49301234567").await, self.signed_in("agent", "till@bank.example").await)
    }

    async fn standing(&self, customer: &str) -> Value {
        self.admin.get(&format!("/api/v1/tenants/bank/customers/{customer}/points")).await.expect(200)
    }
}

/// Each part takes its part, the last what is left; then nothing is left to refund.
async fn parts_take_their_part(app: App) {
    let tiers = json!({ "tiers": [{ "name": "Silver", "from_points": 10 }] });
    let (ana, till) = app.shop(tiers).await;
    buy(&till, &ana, 1250, "receipt 1").await;
    assert_eq!(app.standing(&ana).await["tier"]["name"], "Silver");
    let part = json!({ "reference": " receipt 1 ", "amount": 500 });
    let first = till.post(REFUND, part.clone()).await.expect(200);
    let line = &first["transaction"];
    assert_eq!((&line["type"], &line["trigger"]), (&json!("reversed"), &json!("purchase")));
    assert_eq!((&line["points_change"], &line["amount"]), (&json!(-4), &json!(500)));
    assert_eq!((&first["amount_left"], &first["points"]["available"]), (&json!(750), &json!(8)));
    assert_eq!(
        (&first["points"]["lifetime"], &first["points"]["tier"]),
        (&json!(8), &Value::Null),
        "what was paid back counts for no tier"
    );
    assert_eq!(refund(&till, part).await, (json!(-5), json!(250)), "without a number it is another refund");
    let more = json!({ "reference": "receipt 1", "amount": 251 });
    let fault = till.post(REFUND, more).await.expect_fault(422, "invalid_field");
    assert_eq!(fault["errors"][0]["field"], "amount");
    let rest = json!({ "reference": "receipt 1" });
    assert_eq!(refund(&till, rest.clone()).await, (json!(-3), json!(0)));
    assert_eq!(refund(&till, rest).await, (Value::Null, json!(0)), "it is all back already");
    let one = json!({ "reference": "receipt 1", "amount": 1 });
    till.post(REFUND, one).await.expect_fault(422, "invalid_field");
    assert_eq!(
        buy(&till, &ana, 1250, "receipt 1").await["transaction"],
        Value::Null,
        "a receipt counts once"
    );
    let standing = app.standing(&ana).await;
    assert_eq!((&standing["available"], &standing["lifetime"]), (&json!(0), &json!(0)));
    assert_eq!(app.count("points.reversed").await, 3);
    app.check().await;
}

/// A refund with a number counts once, and so does a request with a key.
async fn a_refund_counts_once(app: App) {
    let (ana, till) = app.shop(json!({})).await;
    buy(&till, &ana, 1000, "receipt 1").await;
    buy(&till, &ana, 1000, "receipt 2").await;
    let told = json!({ "reference": "receipt 1", "amount": 300, "refund_reference": "refund 1" });
    assert_eq!(refund(&till, told.clone()).await, (json!(-3), json!(700)));
    assert_eq!(refund(&till, told.clone()).await, (Value::Null, json!(700)));
    let mut other = told.clone();
    other["amount"] = json!(400);
    let fault = till.post(REFUND, other).await.expect_fault(422, "invalid_field");
    assert_eq!(
        (&fault["errors"][0]["field"], &fault["errors"][0]["code"]),
        (&json!("refund_reference"), &json!("taken"))
    );
    let elsewhere = json!({ "reference": "receipt 2", "amount": 300, "refund_reference": "refund 1" });
    assert_eq!(refund(&till, elsewhere).await, (json!(-3), json!(700)), "numbers are of their receipt");
    let keyed = till.clone().header("idempotency-key", "once");
    let plain = json!({ "reference": "receipt 1", "amount": 100 });
    let first = keyed.post(REFUND, plain.clone()).await.expect(200);
    assert_eq!(keyed.post(REFUND, plain).await.expect(200), first);
    assert_eq!(app.available(&ana).await, 13);
    app.check().await;
}

/// What was spent in the meantime comes from other points, and nobody owes any.
async fn nobody_owes_points(app: App) {
    let (ana, till) = app.shop(json!({})).await;
    let cup = app.reward(json!({ "name": "Cup", "points_required": 8 })).await;
    buy(&till, &ana, 1000, "receipt 1").await;
    let redeem = format!("/api/rewards/{cup}/redeem");
    till.post(&redeem, json!({ "customer_id": ana })).await.expect(201);
    let part = json!({ "reference": "receipt 1", "amount": 500 });
    assert_eq!(refund(&till, part).await, (json!(-2), json!(500)));
    buy(&till, &ana, 400, "receipt 2").await;
    let rest = json!({ "reference": "receipt 1" });
    assert_eq!(refund(&till, rest).await, (json!(-4), json!(0)), "from what the other purchase gave");
    let standing = app.standing(&ana).await;
    assert_eq!((&standing["available"], &standing["lifetime"]), (&json!(0), &json!(4)));
    app.check().await;
}

/// A refund counts for the day of its purchase; only one that is whole makes room for another purchase.
async fn a_refund_is_of_its_purchases_day(app: App) {
    let once = json!([{ "on": "purchase", "points": 1, "times_per_day": 1 }]);
    let (ana, till) = app.shop(json!({ "rules": once, "points_per_day": 10 })).await;
    buy(&till, &ana, 1000, "receipt 1").await;
    refund(&till, json!({ "reference": "receipt 1", "amount": 400 })).await;
    refund(&till, json!({ "reference": "receipt 1", "amount": 400 })).await;
    assert_eq!(buy(&till, &ana, 500, "receipt 2").await["transaction"], Value::Null, "once a day");
    refund(&till, json!({ "reference": "receipt 1" })).await;
    assert_eq!(buy(&till, &ana, 700, "receipt 3").await["transaction"]["points_change"], 7);
    app.wait(24 * 60);
    refund(&till, json!({ "reference": "receipt 3" })).await;
    assert_eq!(buy(&till, &ana, 5000, "receipt 4").await["transaction"]["points_change"], 10);
    app.check().await;
}

/// Points follow a merger, an erased person's are nobody's, and a purchase of unknown amount goes back as a whole.
async fn whose_points_they_are(app: App) {
    let (ana, till) = app.shop(json!({})).await;
    let twin = app.customer("+49307654321").await;
    buy(&till, &twin, 1000, "receipt 1").await;
    buy(&till, &twin, 500, "receipt 2").await;
    let all = "/api/v1/tenants/bank/customers";
    app.admin.post(&format!("{all}/{ana}/merge"), json!({ "duplicate_id": twin })).await.expect(200);
    let back = till.post(REFUND, json!({ "reference": "receipt 1", "amount": 400 })).await.expect(200);
    assert_eq!((&back["points"]["customer_id"], &back["points"]["available"]), (&json!(ana), &json!(11)));
    // As it was before amounts were kept.
    let bank = app.bank;
    let forget = move |tx: &mut usher_db::Tx<'_>| {
        let mut old = DynQuery::new("UPDATE points_entries SET amount = NULL WHERE tenant_id = ");
        old.bind(&bank).push_sql(" AND source = 'purchase/receipt 2'");
        tx.execute_dyn(&old).map(drop)
    };
    app.node.db.write::<_, DbError>(&app.ctx(), Lane::Tenant, forget).await.unwrap();
    let part = json!({ "reference": "receipt 2", "amount": 100 });
    let fault = till.post(REFUND, part).await.expect_fault(422, "invalid_field");
    assert_eq!(fault["errors"][0]["field"], "amount");
    assert_eq!(refund(&till, json!({ "reference": "receipt 2" })).await, (json!(-5), json!(0)));
    app.check().await;
    app.admin.delete(&format!("{all}/{ana}")).await.expect(204);
    let gone = till.post(REFUND, json!({ "reference": "receipt 1" })).await.expect(200);
    assert_eq!(
        (&gone["transaction"], &gone["points"]["customer_id"], &gone["points"]["lifetime"]),
        (&Value::Null, &Value::Null, &json!(0))
    );
    app.check().await;
}

/// What cannot be a refund is refused, by its field.
async fn a_wrong_refund_is_refused(app: App) {
    let (ana, till) = app.shop(json!({})).await;
    buy(&till, &ana, 1000, "receipt 1").await;
    for (wrong, field) in [
        (json!({ "reference": "receipt 9" }), "reference"),
        (json!({ "reference": " " }), "reference"),
        (json!({ "reference": "receipt 1", "amount": 0 }), "amount"),
        (json!({ "reference": "receipt 1", "amount": -5 }), "amount"),
        (json!({ "reference": "receipt 1", "amount": 1001 }), "amount"),
        (json!({ "reference": "receipt 1", "refund_reference": "" }), "refund_reference"),
        (json!({ "reference": "receipt 1", "refund_reference": "x".repeat(101) }), "refund_reference"),
    ] {
        let fault = till.post(REFUND, wrong).await.expect_fault(422, "invalid_field");
        assert_eq!(fault["errors"][0]["field"], field);
    }
    let guest = app.signed_in("customer", "ana@home.example").await;
    guest.post(REFUND, json!({ "reference": "receipt 1" })).await.expect(403);
    app.nobody().post(REFUND, json!({ "reference": "receipt 1" })).await.expect(401);
    assert_eq!(app.available(&ana).await, 10);
}

/// A purchase as the test remembers it.
#[derive(Clone, Copy)]
struct Receipt {
    points: i64,
    amount: i64,
    left: i64,
    taken: i64,
    /// What went back or was let go.
    gone: i64,
}

/// What two tills do at once.
#[derive(Clone, Debug)]
enum Deal {
    Buy { number: usize, amount: i64 },
    Refund(Refund),
    Spend(i64),
}

impl Dice {
    fn up_to(&mut self, most: u64) -> i64 {
        i64::try_from(self.below(most)).unwrap() + 1
    }

    fn deal(&mut self, next: usize) -> Deal {
        let receipt = format!("r{}", self.below(u64::try_from(next).unwrap() + 1));
        match self.below(10) {
            0..=2 => Deal::Buy { number: next, amount: self.up_to(5_000) },
            3 => Deal::Spend(self.up_to(30)),
            4 => Deal::Refund(Refund { receipt, ..Refund::default() }),
            5 | 6 => {
                let reference = Some(format!("n{}", self.below(3)));
                Deal::Refund(Refund { receipt, amount: Some(self.up_to(2_000)), reference })
            }
            _ => Deal::Refund(Refund { receipt, amount: Some(self.up_to(2_000)), reference: None }),
        }
    }
}

/// What a deal did: with which receipt, for how much, what of it is left, and the points.
type Done = Option<(String, i64, i64, i64)>;

async fn strike(app: &App, node: &Node, who: CustomerId, deal: Deal) -> Result<Done, Error> {
    let bank: TenantId = app.bank;
    match deal {
        Deal::Buy { number, amount } => {
            let receipt = format!("r{number}");
            let source = ops::purchase_source(&receipt);
            let deed = Deed { trigger: Trigger::Purchase, service: None, waited_minutes: 0, amount };
            let earning = Earning { customer: who, deed, reference: None, source };
            let entry = app.on(node, move |e, tx| {
                let programme = ops::programme(tx, bank)?;
                ops::earn(tx, e, bank, &programme, earning.clone())
            });
            Ok(entry.await?.map(|entry| (receipt, amount, amount, entry.points)))
        }
        Deal::Refund(wish) => {
            let receipt = wish.receipt.clone();
            let done = app.on(node, move |e, tx| ops::refund(tx, e, bank, &wish)).await?;
            Ok(done.entry.map(|e| (receipt, e.amount.unwrap(), e.amount_left.unwrap(), e.points)))
        }
        Deal::Spend(points) => {
            app.on(node, move |e, tx| ops::adjust(tx, e, bank, who, -points, "test")).await.map(|_| None)
        }
    }
}

fn refused(error: &Error) -> bool {
    match error {
        Error::NotEnoughPoints { .. } => true,
        Error::Fields(faults) => {
            faults.iter().all(|fault| matches!(fault.code, "unknown" | "out_of_range" | "taken"))
        }
        _ => false,
    }
}

fn note(receipts: &mut HashMap<String, Receipt>, done: Done) {
    let Some((receipt, amount, left, points)) = done else { return };
    if points > 0 {
        let whole = Receipt { points, amount, left, taken: 0, gone: 0 };
        // Whoever refunded it at the same moment may have been told of first.
        let known = receipts.entry(receipt).or_insert(whole);
        (known.points, known.amount) = (points, amount);
        return;
    }
    let known = receipts.get_mut(&receipt).unwrap();
    known.left = known.left.min(left);
    known.taken -= points;
    known.gone += amount;
    assert!(known.taken <= known.points, "{receipt} took more than it gave");
    assert!(known.gone <= known.amount, "{receipt} was refunded for more than it was");
}

/// Random purchases and refunds at two tills on two nodes at once: no receipt gives back more than it gave, what is
/// left of it is what was not refunded, and all that is refunded whole was never earned.
async fn random_refunds(app: App) {
    let other = app.beside().await;
    let (ana, till) = app.shop(json!({})).await;
    let who: CustomerId = ana.parse().unwrap();
    for seed in seeds([3, 99, 2026]) {
        let mut dice = Dice(seed);
        let mut receipts: HashMap<String, Receipt> = HashMap::new();
        let (mut next, base) = (0, usize::try_from(seed).unwrap() * 1000);
        for step in 0..40 {
            let deals = [dice.deal(next), dice.deal(next + 1)].map(|deal| renumbered(deal, base));
            next += 2;
            let [first, second] = deals;
            let (first, second) =
                tokio::join!(strike(&app, &app.node, who, first), strike(&app, &other, who, second));
            let mut outcomes = Vec::new();
            for outcome in [first, second] {
                match outcome {
                    Ok(done) => outcomes.push(done),
                    Err(error) => assert!(refused(&error), "seed {seed}, step {step}: {error}"),
                }
            }
            // Both may be about one receipt: the purchase was first.
            outcomes.sort_by_key(|done| done.as_ref().is_none_or(|(_, _, _, points)| *points <= 0));
            outcomes.into_iter().for_each(|done| note(&mut receipts, done));
            app.check().await;
        }
        for (receipt, known) in &receipts {
            assert_eq!(known.left, known.amount - known.gone, "seed {seed}: {receipt}");
            let done = till.post(REFUND, json!({ "reference": receipt })).await.expect(200);
            assert_eq!(done["amount_left"], 0);
        }
        assert_eq!(
            app.standing(&ana).await["lifetime"],
            0,
            "seed {seed}: nothing that was paid back was earned"
        );
        app.check().await;
    }
}

/// The receipts of one seed are not those of another.
fn renumbered(deal: Deal, base: usize) -> Deal {
    match deal {
        Deal::Buy { number, amount } => Deal::Buy { number: number + base, amount },
        Deal::Refund(wish) => {
            let number: usize = wish.receipt.trim_start_matches('r').parse().unwrap();
            Deal::Refund(Refund { receipt: format!("r{}", number + base), ..wish })
        }
        spend @ Deal::Spend(_) => spend,
    }
}

on_both!(
    parts_take_their_part,
    a_refund_counts_once,
    nobody_owes_points,
    a_refund_is_of_its_purchases_day,
    whose_points_they_are,
    a_wrong_refund_is_refused,
    random_refunds,
);
