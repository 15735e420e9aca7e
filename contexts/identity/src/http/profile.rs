//! One's own record.

use usher_db::Tx;
use usher_http::{Access, IfMatch, Json, Ok as Answer, Routes, State, Versioned};
use usher_kernel::{Ctx, Fault, SystemCtx};

use crate::model::{ProfileChange, UserView, key};
use crate::{Error, Identity, ops};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/profile", Access::signed_in(), read, |d| {
            d.summary("Read one's own record").answer::<UserView>(200)
        })
        .also(&["/api/v1/auth/profile"])
        .put("/api/profile", Access::signed_in(), update, |d| {
            d.summary("Change one's own record")
                .description(
                    "Absent fields stay. A new e-mail address counts as unproved until it is verified; a mail to it \
                     brings the link.",
                )
                .body::<ProfileChange>()
                .answer::<UserView>(200)
                .fault("email_taken", 409)
                .fault("username_taken", 409)
                .fault("stale", 412)
        })
        .also(&["/api/v1/auth/profile"])
}

async fn read(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    State(identity): State<Identity>,
) -> Result<Versioned<Answer<UserView>>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let user = identity.user_view(&sys, id, ctx.map(|ctx| ctx.tenant)).await?;
    Ok(Versioned { version: user.version, answer: Answer(user) })
}

async fn update(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    if_match: IfMatch,
    State(identity): State<Identity>,
    Json(change): Json<ProfileChange>,
) -> Result<Versioned<Answer<UserView>>, Fault> {
    let id = sys.actor.user().ok_or(Error::NotFound("user"))?;
    let tenant = ctx.map(|ctx| ctx.tenant);
    let before = identity.user_view(&sys, id, tenant).await?;
    if_match.check(before.version)?;
    let write = move |tx: &mut Tx| ops::change_profile(tx, id, change.clone(), true);
    let saved = identity.write_for(&sys, tenant, write).await?;
    if saved.email_verified_at.is_none() && key(&saved.email) != key(&before.email) {
        identity.offer_verification(&sys, &saved, true).await;
    }
    let user = identity.user_view(&sys, id, tenant).await?;
    Ok(Versioned { version: user.version, answer: Answer(user) })
}
