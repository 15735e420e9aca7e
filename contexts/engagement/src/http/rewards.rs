//! The catalogue, as zeroQ documents it, and redeeming.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_db::{Lane, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Ok as Answer, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery, Timestamp};

use super::{for_whom, write};
use crate::model::scopes::{REWARDS_READ, REWARDS_WRITE};
use crate::model::{Points, RedemptionView, Reward, RewardId, RewardInput, RewardView};
use crate::{Engagement, Error, ops, store};

pub(super) fn declare(routes: Routes<Engagement>) -> Routes<Engagement> {
    routes
        .post("/api/organizations/{org}/rewards", Access::scope(REWARDS_WRITE), create, |d| {
            d.summary("Add a reward")
                .description(
                    "The first reward of an organisation switches its programme on, with points for joining and for \
                     being served, unless it has set one up already.",
                )
                .body::<RewardInput>()
                .answer::<RewardView>(201)
                .fault("some_sites", 403)
        })
        .also(&["/api/v1/tenants/{tenant}/rewards"])
        .get("/api/organizations/{org}/rewards", Access::scope(REWARDS_READ), list, |d| {
            d.summary("List the rewards").query::<RewardFilter>().answer::<Page<RewardView>>(200)
        })
        .also(&["/api/v1/tenants/{tenant}/rewards"])
        .get("/api/rewards/{id}", Access::scope(REWARDS_READ), read, |d| {
            d.summary("Read a reward").answer::<RewardView>(200)
        })
        .also(&["/api/v1/tenants/{tenant}/rewards/{id}"])
        .put("/api/rewards/{id}", Access::scope(REWARDS_WRITE), update, |d| {
            d.summary("Change a reward")
                .description("Absent fields stay.")
                .body::<RewardInput>()
                .answer::<RewardView>(200)
                .fault("some_sites", 403)
                .fault("stale", 412)
        })
        .also(&["/api/v1/tenants/{tenant}/rewards/{id}"])
        .delete("/api/rewards/{id}", Access::scope(REWARDS_WRITE), delete, |d| {
            d.summary("Take a reward out of the catalogue")
                .answer_empty(204)
                .fault("some_sites", 403)
                .fault("stale", 412)
        })
        .also(&["/api/v1/tenants/{tenant}/rewards/{id}"])
        .post("/api/rewards/{id}/redeem", Access::signed_in(), redeem, |d| {
            refusals(d.summary("Redeem a reward at once"))
                .description("For oneself; staff who hand rewards out name a customer.")
                .body::<ForWhom>()
                .answer::<Redeemed>(201)
        })
        .also(&["/api/v1/tenants/{tenant}/rewards/{id}/redeem"])
        .post("/api/v1/tenants/{tenant}/rewards/{id}/reserve", Access::signed_in(), reserve, |d| {
            refusals(d.summary("Have a reward kept"))
                .description(
                    "Points and stock are taken now and given back when it is released, or not fetched in time.",
                )
                .body::<ForWhom>()
                .answer::<Redeemed>(201)
        })
}

/// The ways in which a reward is not given.
fn refusals(docs: usher_http::Docs) -> usher_http::Docs {
    docs.fault("not_enough_points", 409)
        .fault("out_of_stock", 409)
        .fault("reward_not_given", 409)
        .fault("had_enough", 409)
}

/// Which rewards, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct RewardFilter {
    #[serde(flatten)]
    page: PageQuery,
    /// Only those that are given, or only those that are not.
    active: Option<bool>,
}

/// Who gets it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ForWhom {
    /// The customer; whoever asks when absent.
    customer_id: Option<CustomerId>,
}

/// What was redeemed or is kept, and what is left.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Redeemed {
    #[serde(flatten)]
    redemption: RedemptionView,
    /// What is left of the customer's points.
    points_left: Points,
}

fn shown(reward: Reward, now: Timestamp) -> Versioned<Answer<RewardView>> {
    Versioned { version: reward.version, answer: Answer(RewardView::at(reward, now)) }
}

async fn create(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Json(input): Json<RewardInput>,
) -> Result<Answered, Fault> {
    ctx.require_every_site()?;
    let tenant = ctx.tenant;
    write(&ctx, &engagement, move |_, tx| {
        let reward = ops::create_reward(tx, tenant, input.clone())?;
        Ok(Versioned { version: reward.version, answer: Created(RewardView::at(reward, tx.now())) })
    })
    .await
}

async fn list(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Query(filter): Query<RewardFilter>,
) -> Result<Json<Page<RewardView>>, Fault> {
    let after = filter.page.after::<RewardId>()?;
    let (tenant, limit) = (ctx.tenant, filter.page.limit());
    let read =
        move |read: &mut usher_db::Read<'_>| store::rewards::list(read, tenant, filter.active, after, limit);
    let (found, now) = (engagement.db().read(&ctx, read).await?, ctx.now());
    let views = found.into_iter().map(|reward| RewardView::at(reward, now)).collect();
    Ok(Json(Page::cut(views, limit, |reward: &RewardView| reward.id.to_string())))
}

async fn read(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<RewardId>,
) -> Result<Versioned<Answer<RewardView>>, Fault> {
    let tenant = ctx.tenant;
    let found = engagement.db().read(&ctx, move |read| store::rewards::get(read, tenant, id)).await?;
    Ok(shown(found.ok_or(Error::NotFound("reward"))?, ctx.now()))
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(engagement): State<Engagement>,
    Path(id): Path<RewardId>,
    Json(input): Json<RewardInput>,
) -> Result<Versioned<Answer<RewardView>>, Fault> {
    ctx.require_every_site()?;
    let tenant = ctx.tenant;
    let change = move |tx: &mut Tx<'_>| ops::update_reward(tx, tenant, id, input.clone(), version);
    Ok(shown(engagement.db().write(&ctx, Lane::Tenant, change).await?, ctx.now()))
}

async fn delete(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(engagement): State<Engagement>,
    Path(id): Path<RewardId>,
) -> Result<NoContent, Fault> {
    ctx.require_every_site()?;
    let tenant = ctx.tenant;
    let delete = move |tx: &mut Tx<'_>| ops::delete_reward(tx, tenant, id, version);
    engagement.db().write(&ctx, Lane::Tenant, delete).await?;
    Ok(NoContent)
}

async fn redeem(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<RewardId>,
    Json(who): Json<ForWhom>,
) -> Result<Answered, Fault> {
    take(&ctx, &engagement, id, who, true).await
}

async fn reserve(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<RewardId>,
    Json(who): Json<ForWhom>,
) -> Result<Answered, Fault> {
    take(&ctx, &engagement, id, who, false).await
}

async fn take(
    ctx: &Ctx,
    engagement: &Engagement,
    id: RewardId,
    who: ForWhom,
    at_once: bool,
) -> Result<Answered, Fault> {
    let caller = ctx.clone();
    write(ctx, engagement, move |engagement, tx| {
        let tenant = caller.tenant;
        let customer = for_whom(engagement, tx, &caller, who.customer_id)?;
        let redemption = if at_once {
            ops::redeem_at_once(tx, engagement, tenant, id, customer)?
        } else {
            ops::reserve(tx, engagement, tenant, id, customer)?
        };
        let user = engagement.customers().users_of(tx, tenant, &[customer])?.remove(&customer);
        let points_left = ops::statement(tx, tenant, Some(customer))?;
        Ok(Created(Redeemed { redemption: RedemptionView::of(redemption, user), points_left }))
    })
    .await
}
