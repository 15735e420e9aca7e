//! Tickets, for staff.

mod read;

pub(super) use read::{TicketFilter, found, visible};

use schemars::JsonSchema;
use serde::Deserialize;
use usher_http::{Access, Answered, Created, Json, NoContent, Path, Routes, State};
use usher_kernel::{Ctx, Fault};

use super::refusals::{CALLING, CALLING_NAMED, ENDING, ENTERING, INTO_LINE, ON_TICKET, refuses};
use super::{lane_of, lane_of_queue, on_ticket, shown, write};
use crate::error::Error;
use crate::model::Code;
use crate::model::scopes::{TICKETS_CALL, TICKETS_ISSUE, TICKETS_MANAGE, TICKETS_READ, TICKETS_SERVE};
use crate::model::ticket::Channel;
use crate::model::{CounterId, TicketId};
use crate::ops::issue::{Issue, Terms};
use crate::ops::show::TicketView;
use crate::ops::{Queueing, agent, call, cancel, close, issue, note, park, place, serve, transfer, visit};

const T: &str = "/api/v1/tenants/{tenant}/tickets";

/// Which counter calls.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Call {
    /// The counter; the caller's own when absent.
    pub(super) counter_id: Option<CounterId>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Park {
    /// For how long.
    minutes: i64,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewNote {
    /// What.
    text: String,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Reason {
    /// Why.
    pub(super) reason: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct FinishWrapUp {
    /// The outcome's code.
    outcome: Option<String>,
}

/// Declares an operation on one ticket: path word, permission, handler, summary, what it refuses beyond what all of
/// them do, body.
macro_rules! operation {
    ($routes:ident, $word:literal, $scope:expr, $handler:expr, $summary:literal, $refusals:expr $(, $body:ty)?) => {
        $routes.post(
            concat!("/api/v1/tenants/{tenant}/tickets/{id}/", $word),
            Access::scope($scope),
            $handler,
            |d| {
                let d = d.summary($summary)$(.body::<$body>())?.answer::<TicketView>(200);
                refuses(refuses(d, &[ON_TICKET]), $refusals)
            },
        )
    };
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let r = routes.with(read::routes);
    let r = r.post(T, Access::scope(TICKETS_ISSUE), create, |d| {
        refuses(
            d.summary("Issue a ticket").body::<Issue>().answer::<TicketView>(201),
            &[ENTERING, &[Code::WrongSite]],
        )
    });
    let r = r
        .put("/api/v1/tenants/{tenant}/tickets/{id}", Access::scope(TICKETS_ISSUE), edit, |d| {
            refuses(
                d.summary("Change what a ticket says of a person")
                    .body::<note::Edit>()
                    .answer::<TicketView>(200),
                &[&[Code::ChangedMeanwhile, Code::WrongSite]],
            )
        })
        .delete("/api/v1/tenants/{tenant}/tickets/{id}", Access::scope(TICKETS_ISSUE), remove, |d| {
            refuses(d.summary("Take a ticket out of the line").answer_empty(204), &[ON_TICKET])
        });
    let r = operation!(
        r,
        "call",
        TICKETS_CALL,
        call_named,
        "Call this ticket",
        &[CALLING, CALLING_NAMED, &[Code::NoCounter]],
        Call
    );
    let r = operation!(r, "recall", TICKETS_CALL, recall, "Call it again", &[&[Code::RecallLimit]]);
    let r = operation!(r, "start_service", TICKETS_SERVE, start, "Begin to serve", &[&[Code::CounterClosed]]);
    let r = operation!(r, "pause", TICKETS_SERVE, pause, "Interrupt the service", &[]);
    let r = operation!(r, "resume", TICKETS_SERVE, resume, "Go on serving", &[&[Code::CounterClosed]]);
    let r = operation!(
        r,
        "park",
        TICKETS_SERVE,
        park_it,
        "Take it out of the line for some minutes",
        &[&[Code::ParkLimit]],
        Park
    );
    let r = operation!(r, "unpark", TICKETS_SERVE, unpark, "Bring it back into the line", &[]);
    let r = operation!(
        r,
        "transfer",
        TICKETS_SERVE,
        transfer_it,
        "Send it to another queue, service or counter",
        &[
            INTO_LINE,
            &[
                Code::SameLine,
                Code::NotServedHere,
                Code::SkillMissing,
                Code::ServiceNotHere,
                Code::RuleRefused
            ]
        ],
        transfer::Transfer
    );
    let r = operation!(
        r,
        "skip",
        TICKETS_CALL,
        skip,
        "Send a called ticket back into the line",
        &[],
        place::Skip
    );
    let r = operation!(r, "mark_no_show", TICKETS_CALL, no_show, "The person did not come", &[]);
    let r = operation!(
        r,
        "reinstate",
        TICKETS_CALL,
        reinstate,
        "Take a no-show back into the line",
        &[&[Code::ReinstateTooLate, Code::NumberGivenOut]]
    );
    let r = operation!(r, "close", TICKETS_SERVE, close_it, "Finish", &[ENDING], close::Close);
    let r = r.post(
        "/api/v1/tenants/{tenant}/tickets/{id}/continue_visit",
        Access::scope(TICKETS_ISSUE),
        continue_visit,
        |d| {
            refuses(
                d.summary("Issue the next step of a visit that stopped")
                    .body::<visit::Continue>()
                    .answer::<TicketView>(201),
                &[ENTERING, &[Code::NoNextStep, Code::VisitWentOn, Code::WrongSite]],
            )
        },
    );
    let r = operation!(
        r,
        "finish_wrap_up",
        TICKETS_SERVE,
        finish_wrap_up,
        "End the wrap-up",
        &[ENDING],
        FinishWrapUp
    );
    let r = operation!(
        r,
        "reprioritise",
        TICKETS_MANAGE,
        reprioritise,
        "Give it another priority",
        &[&[Code::UnknownPriority, Code::ReasonRequired]],
        place::Reprioritise
    );
    let r = operation!(
        r,
        "confirm_priority",
        TICKETS_SERVE,
        confirm_priority,
        "Confirm the claimed priority",
        &[&[Code::NothingToConfirm]]
    );
    let r = operation!(
        r,
        "move",
        TICKETS_MANAGE,
        move_it,
        "Move it within or between lines",
        &[&[Code::QueueInactive, Code::OtherSite, Code::ServiceNotHere, Code::NotInLine]],
        place::Move
    );
    let r = operation!(
        r,
        "postpone",
        TICKETS_SERVE,
        postpone,
        "Let others go first",
        &[&[Code::ParkLimit]],
        place::Postpone
    );
    let r = operation!(r, "check_in", TICKETS_ISSUE, check_in, "The person is there", &[&[Code::Over]]);
    let r = operation!(r, "note", TICKETS_SERVE, add_note, "Add a remark", &[], NewNote);
    operation!(r, "cancel", TICKETS_ISSUE, cancel_it, "Take it out of the line", &[], Reason)
}

async fn create(ctx: Ctx, State(line): State<Queueing>, Json(input): Json<Issue>) -> Result<Answered, Fault> {
    let lane = input.queue_id.map_or(usher_db::Lane::Tenant, |queue| lane_of_queue(&line, queue));
    let input = Issue { channel: input.channel.or(Some(Channel::Staff)), ..input };
    write(&ctx, &line, lane, move |line, tx| {
        let terms = Terms { staff: true, confirmed: true, ..Terms::default() };
        let ticket = issue::issue(line, tx, &input, terms)?;
        Ok(Created(shown(line, tx, &ticket)?))
    })
    .await
}

async fn continue_visit(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
    Json(input): Json<visit::Continue>,
) -> Result<Answered, Fault> {
    // The ticket was served, so its line is asked for by its record; the tenant's writer takes it.
    let lane = input.queue_id.map_or(usher_db::Lane::Tenant, |queue| lane_of_queue(&line, queue));
    write(&ctx, &line, lane, move |line, tx| {
        let next = visit::continue_visit(line, tx, id, &input)?;
        Ok(Created(shown(line, tx, &next)?))
    })
    .await
}

async fn edit(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
    Json(input): Json<note::Edit>,
) -> Result<Answered, Fault> {
    on_ticket(&ctx, &line, id, move |line, tx| note::edit(line, tx, id, input.clone())).await
}

async fn remove(ctx: Ctx, State(line): State<Queueing>, Path(id): Path<TicketId>) -> Result<Answered, Fault> {
    let lane = lane_of(&line, id);
    write(&ctx, &line, lane, move |line, tx| cancel::cancel(line, tx, id, None).map(|_| NoContent)).await
}

async fn call_named(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
    Json(input): Json<Call>,
) -> Result<Answered, Fault> {
    on_ticket(&ctx, &line, id, move |line, tx| {
        let counter = match input.counter_id {
            Some(counter) => counter,
            None => agent::my_counter(line, tx)?,
        };
        call::call(line, tx, id, counter)
    })
    .await
}

/// Handlers of operations without a body.
macro_rules! plain {
    ($($handler:ident => $op:path;)+) => {$(
        async fn $handler(ctx: Ctx, State(line): State<Queueing>, Path(id): Path<TicketId>) -> Result<Answered, Fault> {
            on_ticket(&ctx, &line, id, move |line, tx| $op(line, tx, id)).await
        }
    )+};
}
plain! {
    recall => call::recall;
    start => serve::start;
    pause => serve::pause;
    resume => serve::resume;
    unpark => park::unpark;
    no_show => place::mark_no_show;
    reinstate => place::reinstate;
    confirm_priority => serve::confirm_priority;
    check_in => note::check_in;
}

/// Handlers of operations with a body.
macro_rules! with_body {
    ($($handler:ident($input:ident: $body:ty) => |$line:ident, $tx:ident, $id:ident| $op:expr;)+) => {$(
        async fn $handler(
            ctx: Ctx,
            State(line): State<Queueing>,
            Path($id): Path<TicketId>,
            Json($input): Json<$body>,
        ) -> Result<Answered, Fault> {
            on_ticket(&ctx, &line, $id, move |$line, $tx| -> Result<_, Error> { $op }).await
        }
    )+};
}
with_body! {
    park_it(input: Park) => |line, tx, id| park::park(line, tx, id, input.minutes);
    transfer_it(input: transfer::Transfer) => |line, tx, id| transfer::transfer(line, tx, id, &input);
    skip(input: place::Skip) => |line, tx, id| place::skip(line, tx, id, &input);
    close_it(input: close::Close) => |line, tx, id| close::close(line, tx, id, &input);
    finish_wrap_up(input: FinishWrapUp) => |line, tx, id| close::finish_wrap_up(line, tx, id, input.outcome.as_deref());
    reprioritise(input: place::Reprioritise) => |line, tx, id| place::reprioritise(line, tx, id, &input);
    move_it(input: place::Move) => |line, tx, id| place::move_to(line, tx, id, &input);
    postpone(input: place::Postpone) => |line, tx, id| place::postpone(line, tx, id, &input);
    add_note(input: NewNote) => |line, tx, id| note::note(line, tx, id, &input.text);
    cancel_it(input: Reason) => |line, tx, id| cancel::cancel(line, tx, id, input.reason.as_deref());
}

/// Who may read tickets.
pub(super) fn reader() -> Access {
    Access::scope(TICKETS_READ)
}
