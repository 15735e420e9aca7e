//! Points: one's own and a customer's, and by hand.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_customers::CustomerId;
use usher_customers::model::scopes::CUSTOMERS_READ;
use usher_db::Read;
use usher_http::{Access, Answered, Created, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery};

use super::{asking, history, write};
use crate::model::scopes::REWARDS_WRITE;
use crate::model::{Points, Transaction};
use crate::{Engagement, Error, ops};

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
