//! Points: one's own, a customer's, and those for purchases at somebody else's till.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_customers::model::scopes::CUSTOMERS_READ;
use usher_db::Read;
use usher_http::{Access, Answered, Created, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery, is_unshowable};

use super::{asking, history, write};
use crate::model::scopes::{REWARDS_REDEEM, REWARDS_WRITE};
use crate::model::{Deed, Points, Transaction, Trigger};
use crate::ops::Earning;
use crate::{Engagement, Error, ops};

/// The largest amount of a purchase, in minor units.
const MOST_AMOUNT: i64 = 1_000_000_000_000;

pub(super) fn declare(routes: Routes<Engagement>) -> Routes<Engagement> {
    let read = || Access::scope(CUSTOMERS_READ);
    routes
        .get("/api/v1/tenants/{tenant}/points", Access::signed_in(), mine, |d| {
            d.summary("How many points one has oneself").answer::<Points>(200)
        })
        .get("/api/v1/tenants/{tenant}/points/transactions", Access::signed_in(), my_lines, |d| {
            d.summary("What became of one's own points, the newest first").query::<PageQuery>().answer::<Page<
                Transaction,
            >>(
                200
            )
        })
        .post("/api/v1/tenants/{tenant}/points/purchases", Access::scope(REWARDS_REDEEM), purchase, |d| {
            d.summary("Give the points for a purchase")
                .description(
                    "For tills that are not this product's. A receipt counts once, however often it is told; \
                     `transaction` is null where it is worth nothing, or has counted already.",
                )
                .body::<Purchase>()
                .answer::<Earned>(200)
        })
        .get("/api/v1/tenants/{tenant}/customers/{id}/points", read(), of_customer, |d| {
            d.summary("How many points a customer has").answer::<Points>(200)
        })
        .get("/api/v1/tenants/{tenant}/customers/{id}/points/transactions", read(), lines, |d| {
            d.summary("What became of a customer's points, the newest first")
                .query::<PageQuery>()
                .answer::<Page<Transaction>>(200)
        })
        .post("/api/v1/tenants/{tenant}/customers/{id}/points", Access::scope(REWARDS_WRITE), adjust, |d| {
            d.summary("Give or take points by hand")
                .body::<Adjustment>()
                .answer::<Transaction>(201)
                .fault("not_enough_points", 409)
                .fault("too_many_points", 409)
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

/// Points by hand.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Adjustment {
    /// How many; negative to take some.
    #[schemars(range(min = -1_000_000_000, max = 1_000_000_000), example = 50)]
    points: i64,
    /// Why, in at most 200 letters.
    #[schemars(example = &"Sorry for the wait")]
    reason: String,
}

async fn mine(ctx: Ctx, State(engagement): State<Engagement>) -> Result<Json<Points>, Fault> {
    let (me, caller) = (engagement.clone(), ctx.clone());
    let read = move |read: &mut Read<'_>| {
        let customer = asking(&me, read, &caller)?;
        Ok::<_, Error>(ops::statement(read, caller.tenant, customer)?)
    };
    Ok(Json(engagement.db().read(&ctx, read).await?))
}

async fn my_lines(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Transaction>>, Fault> {
    shown(&ctx, &engagement, None, &page).await
}

async fn of_customer(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Points>, Fault> {
    let (me, tenant) = (engagement.clone(), ctx.tenant);
    let read = move |read: &mut Read<'_>| {
        me.customers().get(read, tenant, id)?;
        Ok::<_, Error>(ops::statement(read, tenant, Some(id))?)
    };
    Ok(Json(engagement.db().read(&ctx, read).await?))
}

async fn lines(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<CustomerId>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Transaction>>, Fault> {
    shown(&ctx, &engagement, Some(id), &page).await
}

/// A page of a customer's ledger; of one's own where none is named.
async fn shown(
    ctx: &Ctx,
    engagement: &Engagement,
    named: Option<CustomerId>,
    page: &PageQuery,
) -> Result<Json<Page<Transaction>>, Fault> {
    let below = page.after()?.unwrap_or(i64::MAX);
    let limit = page.limit();
    let (me, caller) = (engagement.clone(), ctx.clone());
    let read = move |read: &mut Read<'_>| {
        let customer = match named {
            Some(id) => Some(me.customers().get(read, caller.tenant, id)?.id),
            None => asking(&me, read, &caller)?,
        };
        match customer {
            Some(customer) => history(&me, read, &caller, customer, below, limit),
            None => Ok(Vec::new()),
        }
    };
    let found = engagement.db().read(ctx, read).await?;
    let page = Page::cut(found, limit, |(place, _)| place.to_string());
    Ok(Json(page.map(|(_, line)| line)))
}

async fn purchase(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Json(bought): Json<Purchase>,
) -> Result<Answered, Fault> {
    let reference = bought.reference.trim().to_owned();
    let mut faults = usher_http::FieldFaults::new();
    let amount = (1..=MOST_AMOUNT).contains(&bought.amount);
    faults.require(amount, "amount", "out_of_range", format!("Between 1 and {MOST_AMOUNT}."));
    let sound = (1..=100).contains(&reference.chars().count()) && !reference.chars().any(is_unshowable);
    faults.require(sound, "reference", "required", "Give the number of the receipt, in at most 100 letters.");
    faults.finish()?;
    let tenant = ctx.tenant;
    write(&ctx, &engagement, move |engagement, tx| {
        engagement.customers().get(tx, tenant, bought.customer_id)?;
        let programme = ops::programme(tx, tenant)?;
        let deed =
            Deed { trigger: Trigger::Purchase, service: None, waited_minutes: 0, amount: bought.amount };
        let source = format!("purchase/{reference}");
        let earning = Earning { customer: bought.customer_id, deed, reference: None, source };
        let entry = ops::earn(tx, engagement, tenant, &programme, earning)?;
        let users = engagement.customers().users_of(tx, tenant, &[bought.customer_id])?;
        let user = users.get(&bought.customer_id).copied();
        Ok(usher_http::Ok(Earned {
            transaction: entry.map(|entry| Transaction::of(entry, user)),
            points: ops::statement(tx, tenant, Some(bought.customer_id))?,
        }))
    })
    .await
}

async fn adjust(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<CustomerId>,
    Json(wish): Json<Adjustment>,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    write(&ctx, &engagement, move |engagement, tx| {
        let entry = ops::adjust(tx, engagement, tenant, id, wish.points, &wish.reason)?;
        let users = engagement.customers().users_of(tx, tenant, &[id])?;
        Ok(Created(Transaction::of(entry, users.get(&id).copied())))
    })
    .await
}
