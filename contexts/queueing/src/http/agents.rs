//! Agents at work.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Tx};
use usher_http::{Access, Answered, Json, Routes, State};
use usher_kernel::{Ctx, Fault, FaultKind, UserId};

use super::refusals::{CALLING, ENDING, refuses};
use super::tickets::Call;
use super::{lane_of_counter, shown, write};
use crate::error::Error;
use crate::model::Code;
use crate::model::counter::{Agent, AgentStatus};
use crate::model::scopes::{TICKETS_CALL, TICKETS_ISSUE, TICKETS_SERVE};
use crate::model::{CounterId, TicketId};
use crate::ops::show::{Console, TicketView, console};
use crate::ops::{Queueing, agent, call_next, close, undo};

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// Where.
    counter_id: CounterId,
    /// Whether somebody who sits there is signed out.
    #[serde(default)]
    take_over: bool,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    /// Whether they take tickets.
    status: AgentStatus,
    /// Why they are on a break.
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct CompleteAndCall {
    /// The counter; the caller's own when absent.
    counter_id: Option<CounterId>,
    /// Which ticket is finished, where the counter holds several.
    ticket_id: Option<TicketId>,
    /// How it ended.
    outcome: Option<String>,
    /// A remark.
    note: Option<String>,
}

/// The ticket that was called, once as a whole and once with its fields beside it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Called {
    /// The ticket; null when nobody waits.
    ticket: Option<TicketView>,
    #[serde(flatten)]
    fields: Option<TicketView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Turned {
    /// The ticket that was finished.
    completed: Option<TicketView>,
    /// The ticket that was called; null when nobody waits.
    ticket: Option<TicketView>,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
struct UndoneView {
    /// The operation that was taken back.
    undone: &'static str,
    /// The tickets as they stand again.
    tickets: Vec<TicketView>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let serve = || Access::scope(TICKETS_SERVE);
    routes
        .get("/api/v1/tenants/{tenant}/agents/me", serve(), me, |d| {
            d.summary("Everything the caller's console shows").answer::<Console>(200)
        })
        .post("/api/v1/tenants/{tenant}/agents/sign-in", serve(), sign_in, |d| {
            refuses(
                d.summary("Sit down at a counter").body::<SignIn>().answer::<Console>(200),
                &[&[Code::CounterTaken, Code::ChangedMeanwhile, Code::WrongSite]],
            )
        })
        .post("/api/v1/tenants/{tenant}/agents/sign-out", serve(), sign_out, |d| {
            d.summary("Leave the counter").answer::<Console>(200)
        })
        .post("/api/v1/tenants/{tenant}/agents/set-status", serve(), set_status, |d| {
            d.summary("Take tickets, or take a break").body::<SetStatus>().answer::<Console>(200)
        })
        .post("/api/v1/tenants/{tenant}/agents/call-next", Access::scope(TICKETS_CALL), next, |d| {
            refuses(
                d.summary("Call the next ticket").body::<Call>().answer::<Called>(200),
                &[CALLING, &[Code::NoCounter]],
            )
        })
        .post(
            "/api/v1/tenants/{tenant}/agents/complete-and-call-next",
            Access::scope(TICKETS_CALL),
            turn,
            |d| {
                refuses(
                    d.summary("Finish the ticket in hand and call the next, as one operation")
                        .body::<CompleteAndCall>()
                        .answer::<Turned>(200),
                    &[CALLING, ENDING, &[Code::NoCounter, Code::NotAllowedInState, Code::AlreadyCalled]],
                )
            },
        )
        // Whoever may take a ticket out of the line may take that back.
        .post(
            "/api/v1/tenants/{tenant}/agents/undo",
            serve().or(Access::scope(TICKETS_ISSUE)),
            take_back,
            |d| {
                refuses(
                    d.summary("Take back one's last action, within 60 seconds")
                        .description(
                            "Whoever names the action, as `agents/me` does in `undo`, takes back that one or nothing: \
                             where the last one is another, the answer is `undo_moved_on`.",
                        )
                        .body::<undo::LastAction>()
                        .answer::<UndoneView>(200),
                    &[&[
                        Code::NothingToUndo,
                        Code::UndoTooLate,
                        Code::UndoMovedOn,
                        Code::NumberGivenOut,
                        Code::NotAllowedInState,
                        Code::ChangedMeanwhile,
                    ]],
                )
            },
        )
}

/// The person who asks; a service with an API key sits at no counter.
fn person(ctx: &Ctx) -> Result<UserId, Fault> {
    ctx.actor.user().ok_or_else(|| {
        Fault::new(FaultKind::Forbidden, "people_only", "Only a person who is signed in can do this.")
    })
}

/// The writer of the caller's own counter.
fn my_lane(ctx: &Ctx, line: &Queueing, named: Option<CounterId>) -> Lane {
    let mine = ctx.actor.user().and_then(|user| {
        line.live().seats.lock().agents.get(&(ctx.tenant, user)).and_then(|agent| agent.counter_id)
    });
    named.or(mine).map_or(Lane::Tenant, |counter| lane_of_counter(line, counter))
}

async fn me(ctx: Ctx, State(line): State<Queueing>) -> Result<Json<Console>, Fault> {
    let user = person(&ctx)?;
    line.day_known().await;
    let (me, tenant) = (line.clone(), ctx.tenant);
    Ok(Json(line.db().read(&ctx, move |read| console(&me, read, tenant, user)).await?))
}

/// Changes where the caller sits or whether they take tickets, and answers with what their console shows then.
async fn seat(
    ctx: &Ctx,
    line: &Queueing,
    lane: Lane,
    user: UserId,
    mut f: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<Agent, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    line.day_known().await;
    let tenant = ctx.tenant;
    write(ctx, line, lane, move |line, tx| {
        f(line, tx)?;
        Ok(usher_http::Ok(console(line, tx, tenant, user)?))
    })
    .await
}

async fn sign_in(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<SignIn>,
) -> Result<Answered, Fault> {
    let user = person(&ctx)?;
    seat(&ctx, &line, lane_of_counter(&line, input.counter_id), user, move |line, tx| {
        let name = agent::name_of(line, tx, user)?;
        agent::sign_in(line, tx, user, &name, input.counter_id, input.take_over)
    })
    .await
}

async fn sign_out(ctx: Ctx, State(line): State<Queueing>) -> Result<Answered, Fault> {
    let user = person(&ctx)?;
    let lane = my_lane(&ctx, &line, None);
    seat(&ctx, &line, lane, user, move |line, tx| agent::sign_out(line, tx, user)).await
}

async fn set_status(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<SetStatus>,
) -> Result<Answered, Fault> {
    let user = person(&ctx)?;
    let lane = my_lane(&ctx, &line, None);
    seat(&ctx, &line, lane, user, move |line, tx| {
        let name = agent::name_of(line, tx, user)?;
        agent::set_status(line, tx, user, &name, input.status, input.reason.as_deref())
    })
    .await
}

async fn next(ctx: Ctx, State(line): State<Queueing>, Json(input): Json<Call>) -> Result<Answered, Fault> {
    let lane = my_lane(&ctx, &line, input.counter_id);
    write(&ctx, &line, lane, move |line, tx| {
        let counter = match input.counter_id {
            Some(counter) => counter,
            None => agent::my_counter(line, tx)?,
        };
        let called = call_next::call_next(line, tx, counter)?;
        let ticket = called.map(|t| shown(line, tx, &t)).transpose()?;
        Ok(usher_http::Ok(Called { fields: ticket.clone(), ticket }))
    })
    .await
}

async fn turn(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<CompleteAndCall>,
) -> Result<Answered, Fault> {
    let lane = my_lane(&ctx, &line, input.counter_id);
    write(&ctx, &line, lane, move |line, tx| -> Result<_, Error> {
        let counter = match input.counter_id {
            Some(counter) => counter,
            None => agent::my_counter(line, tx)?,
        };
        let ending =
            close::Close { outcome: input.outcome.clone(), note: input.note.clone(), wrap_up: Some(false) };
        let turn = close::complete_and_call_next(line, tx, counter, input.ticket_id, &ending)?;
        let completed = turn.completed.map(|t| shown(line, tx, &t)).transpose()?;
        let ticket = turn.called.map(|t| shown(line, tx, &t)).transpose()?;
        Ok(usher_http::Ok(Turned { completed, ticket }))
    })
    .await
}

async fn take_back(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(meant): Json<undo::LastAction>,
) -> Result<Answered, Fault> {
    let lane = my_lane(&ctx, &line, None);
    write(&ctx, &line, lane, move |line, tx| {
        let undone = undo::undo_this(line, tx, &meant)?;
        let tickets = undone.tickets.iter().map(|t| shown(line, tx, t)).collect::<Result<_, _>>()?;
        Ok(usher_http::Ok(UndoneView { undone: undone.operation, tickets }))
    })
    .await
}
