//! Saying how it was from a ticket's page: whoever holds its secret, without signing in.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_http::{Access, Answered, Created, Json, Path, RateClass, Routes, State};
use usher_kernel::{Caller, Ctx, Fault, Timestamp};
use usher_queueing::model::TicketId;

use super::write;
use crate::model::{FeedbackChannel, FeedbackInput};
use crate::{Engagement, Error, ops, store};

const PATH: &str = "/api/v1/public/tickets/{secret}/feedback";

pub(super) fn declare(routes: Routes<Engagement>) -> Routes<Engagement> {
    routes
        .get(PATH, Access::public(), form, |d| {
            d.summary("Whether something can be said of a ticket's service").answer::<Form>(200)
        })
        .post(PATH, Access::public(), give, |d| {
            d.summary("Say how it was")
                .body::<FeedbackInput>()
                .answer::<Form>(201)
                .fault("not_served", 409)
                .fault("said_already", 409)
                .fault("too_late", 410)
                .rate(RateClass::AnonymousIssue)
        })
}

/// How it stands with a ticket's feedback.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Form {
    /// Whether something can be said now.
    open: bool,
    /// When something was said.
    given_at: Option<Timestamp>,
    /// The scores that were given.
    #[schemars(example = 5)]
    csat: Option<i64>,
    /// The scores that were given.
    #[schemars(example = 9)]
    nps: Option<i64>,
}

fn form_of(read: &mut Read<'_>, engagement: &Engagement, ctx: &Ctx, id: TicketId) -> Result<Form, Error> {
    let ticket = engagement.line().ticket_in(read, id)?;
    let said = store::feedback::of_ticket(read, ctx.tenant, id)?;
    Ok(Form {
        open: said.is_none() && ops::can_say(&ticket, read.now()).is_ok(),
        given_at: said.as_ref().map(|said| said.created_at),
        csat: said.as_ref().and_then(|said| said.csat),
        nps: said.as_ref().and_then(|said| said.nps),
    })
}

async fn form(
    caller: Arc<Caller>,
    State(engagement): State<Engagement>,
    Path(secret): Path<String>,
) -> Result<Json<Form>, Fault> {
    let (ctx, id) = engagement.line().holder(&caller, &secret).await?;
    let (me, asked) = (engagement.clone(), ctx.clone());
    Ok(Json(engagement.db().read(&ctx, move |read| form_of(read, &me, &asked, id)).await?))
}

async fn give(
    caller: Arc<Caller>,
    State(engagement): State<Engagement>,
    Path(secret): Path<String>,
    Json(input): Json<FeedbackInput>,
) -> Result<Answered, Fault> {
    let (ctx, id) = engagement.line().holder(&caller, &secret).await?;
    let asked = ctx.clone();
    write(&ctx, &engagement, move |engagement, tx| {
        ops::say(tx, engagement, asked.tenant, id, input.clone(), FeedbackChannel::Page)?;
        Ok(Created(form_of(tx, engagement, &asked, id)?))
    })
    .await
}
