//! Rewards on their way: found by their code, handed out, given back.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_customers::CustomerId;
use usher_http::{Access, Answered, Json, Ok as Answer, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery, is_unshowable};

use super::{asking, write};
use crate::model::scopes::{REWARDS_REDEEM, REWARDS_WRITE};
use crate::model::{Redemption, RedemptionId, RedemptionStatus, RedemptionView};
use crate::store::redemptions::Filter;
use crate::{Engagement, Error, ops, store};

pub(super) fn declare(routes: Routes<Engagement>) -> Routes<Engagement> {
    routes
        .get("/api/v1/tenants/{tenant}/redemptions", Access::signed_in(), list, |d| {
            d.summary("List redemptions, the newest first: staff all of them, others their own")
                .query::<RedemptionFilter>()
                .answer::<Page<RedemptionView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/redemptions/{id}/redeem", Access::scope(REWARDS_REDEEM), redeem, |d| {
            d.summary("Hand a reserved reward out")
                .answer::<RedemptionView>(200)
                .fault("decided", 409)
                .fault("timed_out", 409)
        })
        .post("/api/v1/tenants/{tenant}/redemptions/{id}/release", Access::signed_in(), release, |d| {
            d.summary("Give points and reward back")
                .description(
                    "What is kept for oneself, or for anybody by those who hand rewards out. What was handed out and \
                     brought back is released by those who change rewards.",
                )
                .body::<Reason>()
                .answer::<RedemptionView>(200)
                .fault("decided", 409)
        })
}

/// Which redemptions, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct RedemptionFilter {
    #[serde(flatten)]
    page: PageQuery,
    /// Only with this code.
    code: Option<String>,
    /// Only in this state.
    status: Option<RedemptionStatus>,
    /// Only of this customer.
    customer_id: Option<CustomerId>,
}

/// Why.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Reason {
    /// Why, in at most 200 letters.
    reason: Option<String>,
}

async fn list(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Query(wanted): Query<RedemptionFilter>,
) -> Result<Json<Page<RedemptionView>>, Fault> {
    let before = wanted.page.after::<RedemptionId>()?;
    let limit = wanted.page.limit();
    let code = wanted.code.map(|code| code.trim().to_uppercase());
    let (me, caller) = (engagement.clone(), ctx.clone());
    let read = move |read: &mut usher_db::Read<'_>| {
        let customer = if caller.may(&REWARDS_REDEEM) {
            wanted.customer_id
        } else {
            match asking(&me, read, &caller)? {
                Some(own) => Some(own),
                None => return Ok(Page { items: Vec::new(), next_cursor: None }),
            }
        };
        let tenant = caller.tenant;
        let filter = Filter { tenant, customer, status: wanted.status, code, before, limit };
        let found = store::redemptions::list(read, &filter)?;
        let page = Page::cut(found, limit, |one: &Redemption| one.id.to_string());
        let ids: Vec<_> = page.items.iter().map(|one| one.customer_id).collect();
        let users = me.customers().users_of(read, tenant, &ids)?;
        Ok::<_, Error>(page.map(|one| {
            let user = users.get(&one.customer_id).copied();
            RedemptionView::of(one, user)
        }))
    };
    Ok(Json(engagement.db().read(&ctx, read).await?))
}

async fn redeem(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<RedemptionId>,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    write(&ctx, &engagement, move |engagement, tx| {
        let one = ops::redeem(tx, tenant, id)?;
        let user = engagement.customers().users_of(tx, tenant, &[one.customer_id])?;
        let user = user.get(&one.customer_id).copied();
        Ok(Answer(RedemptionView::of(one, user)))
    })
    .await
}

async fn release(
    ctx: Ctx,
    State(engagement): State<Engagement>,
    Path(id): Path<RedemptionId>,
    Json(why): Json<Reason>,
) -> Result<Answered, Fault> {
    let reason = why.reason.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if reason.as_ref().is_some_and(|text| text.chars().count() > 200 || text.chars().any(is_unshowable)) {
        return Err(Fault::field("reason", "too_long", "At most 200 letters that can be shown."));
    }
    let caller = ctx.clone();
    write(&ctx, &engagement, move |engagement, tx| {
        let tenant = caller.tenant;
        let found = store::redemptions::get(tx, tenant, id)?.ok_or(Error::NotFound("redemption"))?;
        let own = asking(engagement, tx, &caller)? == Some(found.customer_id);
        if !own && !caller.may(&REWARDS_REDEEM) {
            return Err(Error::NotFound("redemption"));
        }
        let one = ops::release(tx, engagement, tenant, id, reason.as_deref(), caller.may(&REWARDS_WRITE))?;
        let user = engagement.customers().users_of(tx, tenant, &[one.customer_id])?;
        let user = user.get(&one.customer_id).copied();
        Ok(Answer(RedemptionView::of(one, user)))
    })
    .await
}
