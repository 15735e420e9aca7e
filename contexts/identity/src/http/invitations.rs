//! Invitations of people who have an account at this installation already.

use std::sync::Arc;

use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{Lane, Tx};
use usher_http::{Access, Answered, Created, Json, NoContent, Path, Query, RateClass, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery, SystemCtx};
use uuid::Uuid;

use super::answers::Done;
use crate::model::scopes::{STAFF_READ, STAFF_WRITE};
use crate::model::{InvitationView, NewInvitation, User};
use crate::{Error, Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/tenants/{tenant}/invitations", Access::scope(STAFF_READ), list, |d| {
            d.summary("List the invitations that nobody has accepted yet")
                .query::<PageQuery>()
                .answer::<Page<InvitationView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/invitations", Access::scope(STAFF_WRITE), invite, |d| {
            d.summary("Invite somebody who has an account at this installation")
                .description(
                    "They get a mail with a link, and belong to the tenant once they accept; until then nothing \
                     of them is shown here. The link is good once, for seven days.",
                )
                .body::<NewInvitation>()
                .answer::<InvitationView>(201)
                .fault("above_own", 403)
                .fault("already_member", 409)
                .fault("already_invited", 409)
                .rate(RateClass::Login)
        })
        .delete("/api/v1/tenants/{tenant}/invitations/{id}", Access::scope(STAFF_WRITE), withdraw, |d| {
            d.summary("Take an invitation back").answer_empty(204)
        })
        .post("/api/v1/auth/accept-invitation", Access::public(), accept, |d| {
            d.summary("Accept an invitation with its mailed token")
                .body::<InvitationToken>()
                .answer::<Done>(200)
                .fault("already_member", 409)
                .fault("link_spent", 410)
                .rate(RateClass::Login)
                .done_again(super::passwords::ONE_LINK)
        })
}

/// A mailed token.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InvitationToken {
    /// The token of the mail.
    token: String,
}

async fn list(
    ctx: Ctx,
    State(identity): State<Identity>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<InvitationView>>, Fault> {
    let after = query.after::<Uuid>()?;
    let limit = query.limit();
    let (tenant, now) = (ctx.tenant, ctx.now());
    let read = move |read: &mut usher_db::Read| {
        store::invitations::list(read, tenant, after, limit).map_err(Error::from)
    };
    let found = identity.db().read(&ctx, read).await?;
    let views = found.into_iter().map(|one| InvitationView::of(one, now)).collect();
    Ok(Json(Page::cut(views, limit, |one: &InvitationView| one.id.to_string())))
}

async fn invite(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(new): Json<NewInvitation>,
) -> Result<Answered, Fault> {
    let (inner, tenant) = (identity.clone(), ctx.tenant);
    let to_mail: Arc<Mutex<Option<(User, String)>>> = Arc::default();
    let written = Arc::clone(&to_mail);
    let answer = usher_http::write(&ctx, identity.db(), Lane::Tenant, move |tx| {
        let (invitation, user, secret) = ops::invite(tx, &inner, tenant, &new)?;
        *written.lock() = Some((user, secret));
        Ok::<_, Error>(Created(InvitationView::of(invitation, tx.now())))
    })
    .await?;
    // A replayed answer mails nobody a second time: the closure did not run.
    let mail = to_mail.lock().take();
    if let Some((user, secret)) = mail {
        identity.mail_invitation(&user, tenant, &secret).await;
    }
    Ok(answer)
}

async fn withdraw(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| ops::withdraw(tx, tenant, id);
    identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}

async fn accept(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Json(body): Json<InvitationToken>,
) -> Result<Json<Done>, Fault> {
    identity.accept_invitation(&sys, &body.token).await?;
    Ok(Done::saying("You belong to this organisation now. Sign in as you always do."))
}
