//! The second step: at log-in, in one's own account, and its reset by an administrator.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use usher_http::{Access, IsPlatform, Json, NoContent, Path, RateClass, Routes, State};
use usher_kernel::{Ctx, Fault, SystemCtx};
use uuid::Uuid;

use super::answers::{self, LoginAnswer};
use super::auth::client;
use crate::model::FactorView;
use crate::model::scopes::STAFF_WRITE;
use crate::ops::{FactorSetup, RecoveryCodes};
use crate::{Error, Identity};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    let own = Access::signed_in;
    routes
        .post("/api/v1/auth/second-step", Access::public(), finish, |d| {
            d.summary("Finish a log-in with a code")
                .description(
                    "`second_step` comes with the answer `second_step_required` and is good for five minutes. \
                     `code` is the app's, each good once, or a recovery code. After 5 wrong ones the person \
                     waits, longer each time.",
                )
                .body::<Finish>()
                .answer::<LoginAnswer>(200)
                .fault("step_over", 401)
                .fault("locked_out", 429)
                .rate(RateClass::Login)
                .secret_answer()
        })
        .get("/api/v1/auth/second-factor", own(), read, |d| {
            d.summary("How one's own second step stands").answer::<FactorView>(200)
        })
        .post("/api/v1/auth/second-factor", own(), set_up, |d| {
            d.summary("Begin to set up an authenticator app")
                .description("It is asked at log-in once a code of it was confirmed.")
                .body::<SetUp>()
                .answer::<FactorSetup>(200)
                .fault("second_step_there", 409)
                .fault("locked_out", 429)
                .secret_answer()
        })
        .post("/api/v1/auth/second-factor/confirm", own(), confirm, |d| {
            coded(d.summary("Confirm the app with one of its codes; answers the recovery codes"))
                .answer::<RecoveryCodes>(200)
                .fault("second_step_there", 409)
                .secret_answer()
        })
        .post("/api/v1/auth/second-factor/recovery-codes", own(), renew, |d| {
            coded(d.summary("Make new recovery codes; the old ones end"))
                .answer::<RecoveryCodes>(200)
                .secret_answer()
        })
        .post("/api/v1/auth/second-factor/remove", own(), remove, |d| {
            coded(d.summary("Take one's own second step away"))
                .answer_empty(204)
                .done_again("a code is good once, so a repeat is refused")
        })
        .delete(
            "/api/v1/tenants/{tenant}/members/{id}/second-factor",
            Access::scope(STAFF_WRITE),
            reset,
            |d| {
                d.summary("Take the second step away from a member who lost app and recovery codes")
                    .description(
                        "Only for somebody who belongs to this tenant alone; for others the installation's \
                         operator does it.",
                    )
                    .answer_empty(204)
                    .fault("above_own", 403)
            },
        )
}

fn coded(docs: usher_http::Docs) -> usher_http::Docs {
    docs.body::<Code>().fault("locked_out", 429)
}

/// The second step of a log-in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Finish {
    /// What the first step answered.
    second_step: String,
    /// The app's code, or a recovery code.
    code: String,
}

/// Who sets an app up.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct SetUp {
    /// The password once more; absent for who has none.
    password: Option<String>,
}

/// A code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// The app's code, or a recovery code.
    code: String,
}

async fn finish(
    sys: SystemCtx,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(body): Json<Finish>,
) -> Result<Response, Fault> {
    let signed_in = identity.second_step(&sys, &body.second_step, body.code, client(&headers)).await?;
    answers::signed_in(&identity, &sys, StatusCode::OK, signed_in).await
}

async fn read(sys: SystemCtx, State(identity): State<Identity>) -> Result<Json<FactorView>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    Ok(Json(identity.factor_view(&sys, id).await?))
}

async fn set_up(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Json(body): Json<SetUp>,
) -> Result<Json<FactorSetup>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    Ok(Json(identity.set_up_factor(&sys, id, ctx.map(|ctx| ctx.tenant), body.password).await?))
}

async fn confirm(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Json(body): Json<Code>,
) -> Result<Json<RecoveryCodes>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    Ok(Json(identity.confirm_factor(&sys, id, ctx.map(|ctx| ctx.tenant), body.code).await?))
}

async fn renew(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Json(body): Json<Code>,
) -> Result<Json<RecoveryCodes>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    Ok(Json(identity.renew_codes(&sys, id, ctx.map(|ctx| ctx.tenant), body.code).await?))
}

async fn remove(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Json(body): Json<Code>,
) -> Result<NoContent, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    identity.remove_factor(&sys, id, ctx.map(|ctx| ctx.tenant), body.code).await?;
    Ok(NoContent)
}

async fn reset(
    ctx: Ctx,
    IsPlatform(platform): IsPlatform,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<NoContent, Fault> {
    identity.reset_member_factor(&ctx, platform, id).await?;
    Ok(NoContent)
}
