//! Points for purchases at somebody else's till, given and taken back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_db::Tx;
use usher_http::{Access, Answered, FieldFaults, Json, Ok as Answer, Routes, State};
use usher_kernel::{Ctx, Fault, TenantId, is_unshowable};

use super::write;
use crate::model::scopes::REWARDS_REDEEM;
use crate::model::{Deed, Entry, Points, Transaction, Trigger};
use crate::ops::{Earning, Refund};
use crate::{Engagement, Error, ops};

/// The largest amount of a purchase, in minor units.
const MOST_AMOUNT: i64 = 1_000_000_000_000;

pub(super) fn declare(routes: Routes<Engagement>) -> Routes<Engagement> {
    routes
        .post("/api/v1/tenants/{tenant}/points/purchases", Access::scope(REWARDS_REDEEM), purchase, |d| {
            d.summary("Give the points for a purchase")
                .description(
                    "For tills that are not this product's. A receipt counts once, however often it is told; \
                     `transaction` is null where it is worth nothing, or has counted already.",
                )
                .body::<Purchase>()
                .answer::<Earned>(200)
        })
        .post("/api/v1/tenants/{tenant}/points/purchases/refund", Access::scope(REWARDS_REDEEM), refund, |d| {
            d.summary("Take the points of a purchase back")
                .description(
                    "For a receipt that was refunded, whole or in part: points go in proportion to `amount`, and all \
                     refunds of a receipt together take no more than it gave. Nobody owes points: where the customer \
                     has too few left, the rest is let go. A refund with a `refund_reference` counts once, however \
                     often it is told; `transaction` is null where it has counted already.",
                )
                .body::<PurchaseRefund>()
                .answer::<TakenBack>(200)
        })
}

/// Something that was bought.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Purchase {
    /// By whom.
    customer_id: CustomerId,
    /// For how much, in minor units of the tenant's currency.
    #[schemars(range(min = 1, max = 1_000_000_000_000_i64), example = 1250)]
    amount: i64,
    /// The number of the receipt: what makes it one of a kind.
    #[schemars(example = &"receipt 2026-0815")]
    reference: String,
}

/// The points for a purchase.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Earned {
    /// The line of the ledger; null where there was none to write.
    transaction: Option<Transaction>,
    /// How the customer stands now.
    points: Points,
}

/// Something that was bought and is paid back.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PurchaseRefund {
    /// The number of the receipt, as it was told with the purchase.
    #[schemars(example = &"receipt 2026-0815")]
    reference: String,
    /// How much is paid back, in minor units of the tenant's currency; all that is left of it when absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1_000_000_000_000_i64), example = 500)]
    amount: Option<i64>,
    /// The number of the refund, by which it counts once; without it, every telling is another refund.
    #[serde(default)]
    #[schemars(example = &"refund 2026-0099")]
    refund_reference: Option<String>,
}

/// The points that went back with a refund.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct TakenBack {
    /// The line of the ledger; null where there was none to write.
    transaction: Option<Transaction>,
    /// How much of the purchase can still be refunded; null where its amount is not known, or its customer is gone.
    #[schemars(example = 750)]
    amount_left: Option<i64>,
    /// How the customer stands now.
    points: Points,
}

/// A number of a receipt or refund without the blanks around it; a fault where it is none.
fn number(text: &str, field: &str, what: &str, faults: &mut FieldFaults) -> String {
    let text = text.trim();
    let sound = (1..=100).contains(&text.chars().count()) && !text.chars().any(is_unshowable);
    faults.require(
        sound,
        field,
        "required",
        format!("Give the number of the {what}, in at most 100 letters."),
    );
    text.to_owned()
}

fn check_amount(amount: i64, faults: &mut FieldFaults) {
    let sound = (1..=MOST_AMOUNT).contains(&amount);
    faults.require(sound, "amount", "out_of_range", format!("Between 1 and {MOST_AMOUNT}."));
}

async fn purchase(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Json(bought): Json<Purchase>,
) -> Result<Answered, Fault> {
    let mut faults = FieldFaults::new();
    check_amount(bought.amount, &mut faults);
    let receipt = number(&bought.reference, "reference", "receipt", &mut faults);
    faults.finish()?;
    let (tenant, customer) = (ctx.tenant, bought.customer_id);
    write(&ctx, &engagement, move |engagement, tx| {
        engagement.customers().get(tx, tenant, customer)?;
        let programme = ops::programme(tx, tenant)?;
        let deed =
            Deed { trigger: Trigger::Purchase, service: None, waited_minutes: 0, amount: bought.amount };
        let source = ops::purchase_source(&receipt);
        let earning = Earning { customer, deed, reference: None, source };
        let entry = ops::earn(tx, engagement, tenant, &programme, earning)?;
        let (transaction, points) = told(engagement, tx, tenant, Some(customer), entry)?;
        Ok(Answer(Earned { transaction, points }))
    })
    .await
}

async fn refund(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Json(wish): Json<PurchaseRefund>,
) -> Result<Answered, Fault> {
    let mut faults = FieldFaults::new();
    if let Some(amount) = wish.amount {
        check_amount(amount, &mut faults);
    }
    let receipt = number(&wish.reference, "reference", "receipt", &mut faults);
    let reference =
        wish.refund_reference.map(|text| number(&text, "refund_reference", "refund", &mut faults));
    faults.finish()?;
    let tenant = ctx.tenant;
    let wanted = Refund { receipt, amount: wish.amount, reference };
    write(&ctx, &engagement, move |engagement, tx| {
        let done = ops::refund(tx, engagement, tenant, &wanted)?;
        let (transaction, points) = told(engagement, tx, tenant, done.customer, done.entry)?;
        Ok(Answer(TakenBack { transaction, amount_left: done.amount_left, points }))
    })
    .await
}

/// A line of the ledger as it is shown, and how its customer stands.
fn told(
    engagement: &Engagement,
    tx: &mut Tx<'_>,
    tenant: TenantId,
    customer: Option<CustomerId>,
    entry: Option<Entry>,
) -> Result<(Option<Transaction>, Points), Error> {
    let user = match customer {
        Some(customer) => engagement.customers().users_of(tx, tenant, &[customer])?.get(&customer).copied(),
        None => None,
    };
    let points = ops::statement(tx, tenant, customer)?;
    Ok((entry.map(|entry| Transaction::of(entry, user)), points))
}
