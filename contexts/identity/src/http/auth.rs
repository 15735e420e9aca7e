//! Signing in and out, refreshing, and asking who one is.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_http::{Access, IsPlatform, Json, NoContent, RateClass, Routes, State};
use usher_kernel::{Actor, Ctx, Fault, SystemCtx, Timestamp};

use super::answers::{self, LoginAnswer};
use super::cookies;
use crate::model::{SessionKind, UserView};
use crate::ops::{Client, SignIn};
use crate::{Error, Identity, ops};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .post("/api/v1/auth/login", Access::public(), login, |d| {
            d.summary("Sign in with a password")
                .description(
                    "Answers an access token (15 minutes) and a refresh token, and sets the web's cookies. \
                     After 5 wrong passwords in a row the address waits, longer each time. Who has an \
                     authenticator app is answered `second_step_required` with a `second_step`, which \
                     `/api/v1/auth/second-step` takes with a code.",
                )
                .body::<SignIn>()
                .answer::<LoginAnswer>(200)
                .fault("invalid_credentials", 401)
                .fault("second_step_required", 401)
                .fault("user_inactive", 403)
                .fault("not_a_member", 403)
                .fault("tenant_suspended", 403)
                .fault("locked_out", 429)
                .fault("sign_in_busy", 503)
                .rate(RateClass::Login)
                .secret_answer()
        })
        .also(&["/api/login", "/api/auth/login"])
        .post("/api/v1/auth", Access::public(), long_lived, |d| {
            d.summary("Sign in for a long-lived token")
                .description(
                    "`token` is sent as `Authorization: Token …` and is good for a year or until log-out.",
                )
                .body::<SignIn>()
                .answer::<LoginAnswer>(200)
                .fault("invalid_credentials", 401)
                .fault("second_step_required", 401)
                .fault("user_inactive", 403)
                .fault("not_a_member", 403)
                .fault("tenant_suspended", 403)
                .fault("locked_out", 429)
                .fault("sign_in_busy", 503)
                .rate(RateClass::Login)
                .secret_answer()
        })
        .post("/api/v1/auth/refresh", Access::public(), refresh, |d| {
            d.summary("Trade a refresh token for the next one and a new access token")
                .description(
                    "The token comes in the body or in the web's cookie and is good once: using it a second \
                     time ends the session.",
                )
                .body::<RefreshBody>()
                .answer::<LoginAnswer>(200)
                .fault("session_ended", 401)
                .fault("refresh_reused", 401)
                .secret_answer()
        })
        .also(&["/api/auth/refresh"])
        .post("/api/v1/auth/logout", Access::signed_in(), logout, |d| {
            d.summary("End this session")
                .answer_empty(204)
                .done_again("it ends the session that asks, so a repeat is refused with 401")
        })
        .also(&["/api/auth/logout", "/api/logout"])
        .get("/api/v1/auth/me", Access::signed_in(), me, |d| {
            d.summary("Who is asking").answer::<UserView>(200)
        })
        .post("/api/v1/auth/verify", Access::public(), verify, |d| {
            d.summary("Check an access token")
                .description("The token stands in the body, or else in the Authorization header.")
                .body::<VerifyBody>()
                .answer::<Verified>(200)
                .fault("session_ended", 401)
                .done_again("nothing is changed by it")
        })
        .also(&["/api/users/verify"])
        .post("/api/v1/auth/ticket", Access::signed_in(), ticket, |d| {
            d.summary("A single-use ticket for a live connection")
                .description("Good once within 60 s as `?ticket=` where a browser cannot send a header.")
                .answer::<Ticket>(200)
                .secret_answer()
        })
}

/// A refresh token; absent where the cookie carries it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefreshBody {
    /// The refresh token.
    #[serde(default, alias = "refreshToken", alias = "token")]
    refresh_token: Option<String>,
}

/// A token to be checked; absent where the header carries it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VerifyBody {
    /// The token.
    #[serde(default, alias = "access_token", alias = "accessToken")]
    token: Option<String>,
}

/// What a good token says.
#[derive(Serialize, JsonSchema)]
struct Verified {
    /// Always true here; refusals say false.
    success: bool,
    /// The token is good.
    valid: bool,
    /// Whose it is.
    user: UserView,
    /// Until when it is good, where it ends by itself soon.
    expires_at: Option<Timestamp>,
}

/// A ticket for one live connection.
#[derive(Serialize, JsonSchema)]
struct Ticket {
    /// The ticket.
    ticket: String,
    /// How long it is good, in seconds.
    expires_in: i64,
}

/// What the request says of its program.
pub(super) fn client(headers: &HeaderMap) -> Client {
    let text = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Client { user_agent: text.map(str::to_owned) }
}

async fn login(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(input): Json<SignIn>,
) -> Result<Response, Fault> {
    sign_in(sys, ctx, identity, &headers, input, SessionKind::Web).await
}

async fn long_lived(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(input): Json<SignIn>,
) -> Result<Response, Fault> {
    sign_in(sys, ctx, identity, &headers, input, SessionKind::Token).await
}

async fn sign_in(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    identity: Identity,
    headers: &HeaderMap,
    input: SignIn,
    kind: SessionKind,
) -> Result<Response, Fault> {
    let preferred = ctx.map(|ctx| ctx.tenant);
    let entered = identity.sign_in(&sys, input, preferred, kind, client(headers)).await?;
    answers::entered(&identity, &sys, entered).await
}

async fn refresh(
    sys: SystemCtx,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(body): Json<RefreshBody>,
) -> Result<Response, Fault> {
    let token = body.refresh_token.or_else(|| cookies::refresh_token(&headers)).ok_or(Error::SessionEnded)?;
    let signed_in = identity.refresh(&sys, &token).await?;
    answers::signed_in(&identity, &sys, StatusCode::OK, signed_in).await
}

async fn logout(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
) -> Result<Response, Fault> {
    // Keys and devices have no session to end; they are revoked by an administrator.
    if let Actor::User { id, session } = sys.actor {
        let tenant = ctx.map(|ctx| ctx.tenant);
        let write = move |tx: &mut usher_db::Tx| ops::end_session(tx, id, session, "signed_out");
        identity.write_for(&sys, tenant, write).await?;
    }
    let mut response = NoContent.into_response();
    cookies::clear(&identity, &mut response);
    Ok(response)
}

async fn me(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    IsPlatform(platform): IsPlatform,
    State(identity): State<Identity>,
    headers: HeaderMap,
) -> Result<Json<UserView>, Fault> {
    let user = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let mut tenant = ctx.map(|ctx| ctx.tenant);
    // A request that names none falls to the installation's own choice: its operator is in an organisation only
    // where they went into one.
    if platform && !headers.contains_key("x-tenant") {
        tenant = identity.tenant_of_session(&sys).await?;
    }
    Ok(Json(identity.user_view(&sys, user, tenant).await?))
}

async fn verify(
    sys: SystemCtx,
    State(identity): State<Identity>,
    headers: HeaderMap,
    Json(body): Json<VerifyBody>,
) -> Result<Json<Verified>, Fault> {
    let in_header = || {
        let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        text.split_once(' ').map(|(_, token)| token.trim().to_owned())
    };
    let token = body.token.or_else(in_header).ok_or(Error::SessionEnded)?;
    let (user, tenant, expires_at) = identity.check_token(&sys, &token).await?;
    let user = identity.user_view(&sys, user, tenant).await?;
    Ok(Json(Verified { success: true, valid: true, user, expires_at }))
}

async fn ticket(sys: SystemCtx, State(identity): State<Identity>) -> Result<Json<Ticket>, Fault> {
    let ticket = identity.issue_ticket(&sys).await?;
    Ok(Json(Ticket { ticket, expires_in: ops::TICKET_LIFE.as_secs() }))
}
