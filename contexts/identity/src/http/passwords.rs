//! Forgotten, reset and changed passwords; e-mail verification.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_http::{Access, Json, RateClass, Routes, State};
use usher_kernel::{Ctx, Fault, SystemCtx};

use super::answers::Done;
use crate::{Error, Identity};

/// Why a repeat of what takes a mailed link is not recognised.
pub(super) const ONE_LINK: &str = "the mailed link is good once, so a repeat is refused with `link_spent`";
/// Why a repeat of what mails a link is not recognised.
const ANOTHER_MAIL: &str = "each request mails another link, for whoever did not get the last one";

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .post("/api/v1/auth/forgot-password", Access::public(), forgot, |d| {
            d.summary("Ask for a mail to choose a new password")
                .description("The answer is the same whether somebody has this address or not.")
                .body::<Forgot>()
                .answer::<Done>(200)
                .rate(RateClass::Login)
                .done_again(ANOTHER_MAIL)
        })
        .post("/api/v1/auth/reset-password", Access::public(), reset, |d| {
            d.summary("Choose a new password with a mailed token")
                .description("The token is good once, for 30 minutes. Every session of the person ends.")
                .body::<Reset>()
                .answer::<Done>(200)
                .fault("link_spent", 410)
                .fault("sign_in_busy", 503)
                .rate(RateClass::Login)
                .done_again(ONE_LINK)
        })
        .put("/api/v1/auth/change-password", Access::signed_in(), change, |d| {
            d.summary("Change one's own password")
                .description("The person's other sessions end.")
                .body::<ChangePassword>()
                .answer::<Done>(200)
                .fault("locked_out", 429)
                .fault("sign_in_busy", 503)
        })
        .post("/api/v1/auth/verify-email", Access::public(), verify, |d| {
            d.summary("Prove an e-mail address with a mailed token")
                .body::<MailedToken>()
                .answer::<Done>(200)
                .fault("link_spent", 410)
                .rate(RateClass::Login)
                .done_again(ONE_LINK)
        })
        .post("/api/v1/auth/resend-verification", Access::signed_in(), resend, |d| {
            d.summary("Ask for another mail to prove one's e-mail address")
                .answer::<Done>(200)
                .rate(RateClass::Login)
                .done_again(ANOTHER_MAIL)
        })
}

/// Whose password is forgotten.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Forgot {
    /// The e-mail address.
    email: String,
}

/// A mailed token and the new password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reset {
    /// The token of the mail.
    token: String,
    /// The new password.
    #[serde(alias = "new_password", alias = "newPassword")]
    password: String,
}

/// The current and the new password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    /// The current password.
    #[serde(alias = "currentPassword", alias = "old_password", alias = "oldPassword")]
    current_password: String,
    /// The new password.
    #[serde(alias = "newPassword", alias = "password")]
    new_password: String,
}

/// A mailed token.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MailedToken {
    /// The token of the mail.
    token: String,
}

async fn forgot(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Json(body): Json<Forgot>,
) -> Result<Json<Done>, Fault> {
    identity.forgot_password(&sys, body.email).await?;
    Ok(Done::saying("If somebody is registered with this address, a mail is on its way."))
}

async fn reset(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Json(body): Json<Reset>,
) -> Result<Json<Done>, Fault> {
    identity.reset_password(&sys, &body.token, body.password).await?;
    Ok(Done::saying("The new password is set. Sign in with it."))
}

async fn change(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
    Json(body): Json<ChangePassword>,
) -> Result<Json<Done>, Fault> {
    let tenant = ctx.map(|ctx| ctx.tenant);
    identity.change_password(&sys, tenant, body.current_password, body.new_password).await?;
    Ok(Done::saying("The password is changed. Your other sessions were ended."))
}

async fn verify(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Json(body): Json<MailedToken>,
) -> Result<Json<Done>, Fault> {
    identity.verify_email(&sys, &body.token).await?;
    Ok(Done::saying("The address is confirmed."))
}

async fn resend(sys: SystemCtx, State(identity): State<Identity>) -> Result<Json<Done>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    identity.resend_verification(&sys, id).await?;
    Ok(Done::saying("A mail is on its way."))
}
