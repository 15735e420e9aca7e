//! What several routes answer: one type with every spelling that the source documents' clients read.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use usher_http::{Created, Json};
use usher_kernel::{Fault, FaultKind, SystemCtx, TenantId, Timestamp};
use uuid::Uuid;

use super::cookies;
use crate::Identity;
use crate::model::{SessionKind, UserView};
use crate::ops::{Entered, SignedIn};

/// A session that was opened or refreshed.
#[derive(Serialize, JsonSchema)]
pub(super) struct LoginAnswer {
    /// Always true here; refusals say false.
    success: bool,
    /// To be sent as `Authorization: Bearer` (or `Token`, see `token_type`).
    token: String,
    /// How `token` is sent: `Bearer` or `Token`.
    token_type: &'static str,
    /// The access token, sent as `Authorization: Bearer`.
    access_token: String,
    /// The same.
    #[serde(rename = "accessToken")]
    access_token_camel: String,
    /// Trades for the next access token, once; null for long-lived tokens.
    refresh_token: Option<String>,
    /// The same.
    #[serde(rename = "refreshToken")]
    refresh_token_camel: Option<String>,
    /// How long the access token is good, in seconds.
    expires_in: i64,
    /// The same.
    #[serde(rename = "expiresIn")]
    expires_in_camel: i64,
    /// When the session ends unless it is refreshed.
    session_expires_at: Timestamp,
    /// The session.
    session_id: Uuid,
    /// The person.
    user: UserView,
}

/// A sentence for who needs no data back.
#[derive(Serialize, JsonSchema)]
pub(super) struct Done {
    /// Always true here; refusals say false.
    pub(super) success: bool,
    /// What was done.
    pub(super) message: &'static str,
}

impl Done {
    pub(super) fn saying(message: &'static str) -> Json<Self> {
        Json(Self { success: true, message })
    }
}

/// The answer to a first step: a session, or the word that a second step is to follow.
pub(super) async fn entered(
    identity: &Identity,
    sys: &SystemCtx,
    entered: Entered,
) -> Result<Response, Fault> {
    match entered {
        Entered::Whole(signed) => signed_in(identity, sys, StatusCode::OK, *signed).await,
        Entered::Half { secret, life } => {
            let text = "Give the code of your authenticator app, or a recovery code.";
            let fault = Fault::new(FaultKind::Unauthenticated, "second_step_required", text);
            Err(fault.with("second_step", secret).with("expires_in", life.as_secs()))
        }
    }
}

/// The answer to an opened or refreshed session, with its cookies.
pub(super) async fn signed_in(
    identity: &Identity,
    sys: &SystemCtx,
    status: StatusCode,
    signed_in: SignedIn,
) -> Result<Response, Fault> {
    let session = &signed_in.session;
    let tenant: Option<TenantId> = session.acting_tenant;
    let user = identity.user_view(sys, signed_in.user.id, tenant).await?;
    let long_lived = session.kind == SessionKind::Token;
    let (token, token_type) = match &signed_in.secret {
        Some(secret) if long_lived => (secret.clone(), "Token"),
        _ => (signed_in.access.clone(), "Bearer"),
    };
    let expires_in = identity.tokens().life().as_secs();
    let answer = LoginAnswer {
        success: true,
        token,
        token_type,
        access_token: signed_in.access.clone(),
        access_token_camel: signed_in.access.clone(),
        refresh_token: signed_in.refresh.clone(),
        refresh_token_camel: signed_in.refresh.clone(),
        expires_in,
        expires_in_camel: expires_in,
        session_expires_at: session.expires_at,
        session_id: session.id,
        user,
    };
    let mut response = match status {
        StatusCode::CREATED => Created(answer).into_response(),
        _ => Json(answer).into_response(),
    };
    // A long-lived token is for programs, which keep no cookies.
    if !long_lived {
        cookies::set(identity, &signed_in, sys.now(), &mut response);
    }
    Ok(response)
}
