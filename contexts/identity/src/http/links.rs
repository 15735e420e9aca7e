//! Signing in through another issuer, and accounts elsewhere that open one's own.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_http::{Access, Created, Json, NoContent, Path, RateClass, Routes, State};
use usher_kernel::{Ctx, Fault, Page, SystemCtx, UserId};
use uuid::Uuid;

use super::answers::{self, LoginAnswer};
use super::auth::client;
use super::cookies;
use crate::model::oidc::{LinkedAccount, Outsider, ProviderView, authorization_url, new_verifier};
use crate::ops::Departure;
use crate::{Error, Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/auth/providers", Access::public(), providers, |d| {
            d.summary("The issuers that one can sign in through").answer::<Page<ProviderView>>(200)
        })
        .post("/api/v1/auth/oidc/{provider}/start", Access::public(), start, |d| {
            d.summary("Begin to sign in through another issuer")
                .description(
                    "The browser goes to `authorization_url` and comes back to `/login` with a `code` and a \
                     `state`. A cookie ties the log-in to this browser.",
                )
                .body::<Start>()
                .answer::<Departure>(200)
                .fault("issuer_away", 503)
                .rate(RateClass::Login)
                .secret_answer()
        })
        .post("/api/v1/auth/oidc/{provider}/finish", Access::public(), finish, |d| {
            returning(d.summary("Sign in with what the issuer sent back"))
                .body::<Return>()
                .description(
                    "Whoever is not known yet becomes a customer of the request's tenant. An account with the \
                     same address is taken only where both sides know that the address is proved.",
                )
                .answer::<LoginAnswer>(200)
                .fault("second_step_required", 401)
                .fault("address_unproved", 403)
                .fault("user_inactive", 403)
                .fault("confirm_first", 409)
                .secret_answer()
        })
        .get("/api/v1/auth/linked-accounts", Access::signed_in(), list, |d| {
            d.summary("List the accounts elsewhere that open one's own").answer::<Page<LinkedAccount>>(200)
        })
        .post("/api/v1/auth/linked-accounts", Access::signed_in(), link, |d| {
            returning(d.summary("Connect an account elsewhere with one's own, with what the issuer sent back"))
                .body::<Link>()
                .answer::<LinkedAccount>(201)
                .fault("link_taken", 409)
                .done_again("what the issuer sent back is good once, so a repeat is refused with `log_in_over`")
        })
        .delete("/api/v1/auth/linked-accounts/{id}", Access::signed_in(), unlink, |d| {
            d.summary("Disconnect an account elsewhere").answer_empty(204).fault("last_way_in", 409)
        })
}

fn returning(docs: usher_http::Docs) -> usher_http::Docs {
    docs.fault("log_in_over", 401)
        .fault("other_browser", 401)
        .fault("issuer_refused", 401)
        .fault("issuer_away", 503)
        .rate(RateClass::Login)
}

/// Who begins, and for what.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Start {
    /// Whether the account there is to be connected with that of whoever is signed in here.
    link: bool,
}

/// What the issuer sent the browser back with.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Return {
    /// Traded for the person's token, once.
    code: String,
    /// What this installation sent along.
    state: String,
}

/// The same, and which issuer it was.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Link {
    /// The issuer's name in paths.
    provider: String,
    /// Traded for the person's token, once.
    code: String,
    /// What this installation sent along.
    state: String,
}

async fn providers(State(identity): State<Identity>) -> Result<Json<Page<ProviderView>>, Fault> {
    let providers = identity.config().oidc.iter();
    let items = providers.map(|p| ProviderView { name: p.name.clone(), label: p.label.clone() }).collect();
    Ok(Json(Page { items, next_cursor: None }))
}

/// Where issuers send the browser back to.
fn redirect(identity: &Identity) -> String {
    format!("{}/login", identity.config().public_url.trim_end_matches('/'))
}

async fn start(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Path(name): Path<String>,
    Json(body): Json<Start>,
) -> Result<Response, Fault> {
    let provider = identity.provider(&name)?;
    let linking: Option<UserId> = match body.link {
        true => Some(sys.actor.user().ok_or(Error::SessionEnded)?),
        false => None,
    };
    let discovered = identity.issuers().discover(provider, sys.now()).await?;
    let verifier = new_verifier();
    let begun = identity.begin_flow(&sys, &provider.name, &verifier, linking).await?;
    let authorization_url =
        authorization_url(provider, &discovered, &redirect(&identity), &begun.state, &verifier);
    let mut response = Json(Departure { authorization_url, expires_at: begun.expires_at }).into_response();
    cookies::set_verifier(&identity, &verifier, &mut response);
    Ok(response)
}

/// Ends the log-in's record, then asks the issuer who it is.
async fn who_returned(
    identity: &Identity,
    sys: &SystemCtx,
    name: &str,
    headers: &HeaderMap,
    body: &Return,
    linking: Option<UserId>,
) -> Result<Outsider, Fault> {
    let provider = identity.provider(name)?;
    if body.code.len() > 2048 {
        return Err(Fault::field("code", "too_long", "A code has at most 2048 letters."));
    }
    let verifier = cookies::verifier(headers);
    identity.end_flow(sys, &provider.name, &body.state, verifier.as_deref(), linking).await?;
    let verifier = verifier.unwrap_or_default();
    let now = sys.now();
    Ok(identity.issuers().exchange(provider, &body.code, &redirect(identity), &verifier, now).await?)
}

async fn finish(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Return>,
) -> Result<Response, Fault> {
    let outsider = who_returned(&identity, &sys, &name, &headers, &body, None).await?;
    let provider = identity.provider(&name)?;
    let preferred = ctx.map(|ctx| ctx.tenant);
    let entered = identity.enter_from(&sys, provider, outsider, preferred, client(&headers)).await?;
    let mut response = answers::entered(&identity, &sys, entered).await?;
    cookies::clear_verifier(&identity, &mut response);
    Ok(response)
}

async fn list(sys: SystemCtx, State(identity): State<Identity>) -> Result<Json<Page<LinkedAccount>>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let read = move |read: &mut usher_db::Read| store::doors::links_of(read, id).map_err(Error::from);
    let items = identity.db().read_system(&sys, read).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn link(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(Link { provider: name, code, state }): Json<Link>,
) -> Result<Created<LinkedAccount>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let back = Return { code, state };
    let outsider = who_returned(&identity, &sys, &name, &headers, &back, Some(id)).await?;
    let provider = identity.provider(&name)?;
    let tenant = ctx.map(|ctx| ctx.tenant);
    Ok(Created(identity.link_account(&sys, tenant, id, provider, outsider).await?))
}

async fn unlink(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Path(link): Path<Uuid>,
) -> Result<NoContent, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let write = move |tx: &mut Tx| ops::unlink_account(tx, link, id);
    identity.write_for(&sys, ctx.map(|ctx| ctx.tenant), write).await?;
    Ok(NoContent)
}
