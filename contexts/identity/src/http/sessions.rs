//! One's own sessions.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_http::{Access, Json, NoContent, Path, Routes, State};
use usher_kernel::{Ctx, Fault, Page, SystemCtx};
use uuid::Uuid;

use super::answers::{self, LoginAnswer};
use super::auth::client;
use crate::model::SessionView;
use crate::{Error, Identity, ops};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/auth/sessions", Access::signed_in(), list, |d| {
            d.summary("List one's own sessions").answer::<Page<SessionView>>(200)
        })
        .delete("/api/v1/auth/sessions", Access::signed_in(), end_others, |d| {
            d.summary("End all of one's sessions but this one").answer_empty(204)
        })
        .delete("/api/v1/auth/sessions/{id}", Access::signed_in(), end, |d| {
            d.summary("End one of one's sessions").answer_empty(204)
        })
        .post("/api/v1/auth/switch", Access::signed_in(), switch, |d| {
            d.summary("Go on in another organisation")
                .description(
                    "For whoever belongs to several: opens a session in `tenant`, sets the web's cookies, and ends \
                     the session that asks. The installation's operator may name any organisation, and none to \
                     leave it.",
                )
                .body::<Switch>()
                .answer::<LoginAnswer>(200)
                .fault("not_a_member", 403)
                .fault("tenant_suspended", 403)
                .secret_answer()
        })
}

/// Where to go on.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Switch {
    /// The organisation, by short name or id; absent where its operator leaves to the installation itself.
    #[serde(default, alias = "organization_id", alias = "organizationId", alias = "organization")]
    tenant: Option<String>,
}

async fn switch(
    sys: SystemCtx,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(body): Json<Switch>,
) -> Result<Response, Fault> {
    let opened = identity.switch(&sys, body.tenant.as_deref(), client(&headers)).await?;
    answers::signed_in(&identity, &sys, StatusCode::OK, opened).await
}

async fn list(sys: SystemCtx, State(identity): State<Identity>) -> Result<Json<Page<SessionView>>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let items = identity.sessions_of(&sys, id).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn end(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Path(session): Path<Uuid>,
) -> Result<NoContent, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let write = move |tx: &mut Tx| ops::end_session(tx, id, session, "revoked_by_owner");
    identity.write_for(&sys, ctx.map(|ctx| ctx.tenant), write).await?;
    Ok(NoContent)
}

async fn end_others(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
) -> Result<NoContent, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let current = Identity::session_of(&sys);
    let write = move |tx: &mut Tx| ops::end_sessions(tx, id, current, "revoked_by_owner");
    identity.write_for(&sys, ctx.map(|ctx| ctx.tenant), write).await?;
    Ok(NoContent)
}
