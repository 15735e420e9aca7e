//! Document 002: tokens at counters. The same operations under its names.

mod take;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_http::{Access, Answered, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, Timestamp};

use super::refusals::{CALLING, CALLING_NAMED, ENDING, ENTERING, FROM_AFAR, ON_TICKET, refuses};
use super::tickets::{TicketFilter, found, reader};
use super::{config_of, lane_of, lane_of_counter, write};
use crate::model::Code;
use crate::model::scopes::{STATS_READ, TICKETS_CALL, TICKETS_ISSUE, TICKETS_SERVE};
use crate::model::{CounterId, QueueId, ServiceId, Status, Ticket, TicketId};
use crate::ops::place::Skip;
use crate::ops::show::{Stats, TicketView};
use crate::ops::{Queueing, call, call_next, close, place, show, ticket};
use crate::{error::Error, store};

/// A token at a counter.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Token {
    /// Its id.
    token_id: TicketId,
    /// Its number.
    token_number: String,
    /// Where it stands.
    status: Status,
    /// Who holds it.
    counter_id: Option<CounterId>,
    /// The line.
    queue_id: QueueId,
    /// What for.
    service_id: ServiceId,
    /// When it was called.
    called_at: Option<Timestamp>,
    /// When it was served.
    served_at: Option<Timestamp>,
}

impl Token {
    fn of(t: &Ticket) -> Self {
        Self {
            token_id: t.id,
            token_number: t.number.clone(),
            status: t.status,
            counter_id: t.counter_id,
            queue_id: t.queue_id,
            service_id: t.service_id,
            called_at: t.called_at,
            served_at: t.ended_at.filter(|_| t.status == Status::Served),
        }
    }
}

/// What a counter found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum MaybeToken {
    /// The next token.
    Called(Box<Token>),
    /// Nobody waits.
    Nobody {
        /// Null.
        token_id: (),
    },
}

/// Which of a counter's tokens, and how it ended.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Serve {
    /// The token; what the counter holds when absent.
    token_id: Option<TicketId>,
    /// `serving` begins, `completed` (the default) ends the service.
    status: Option<ServeAs>,
    /// The outcome's code.
    outcome: Option<String>,
}

usher_kernel::text_enum! {
    /// What "serve" means.
    enum ServeAs {
        /// Begin.
        Serving = "serving",
        /// End.
        Completed = "completed",
        /// End.
        Served = "served",
    }
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct SkipToken {
    /// The token; what the counter holds when absent.
    token_id: Option<TicketId>,
    /// Behind so many people.
    places: Option<u32>,
    /// Behind everybody.
    to_end: bool,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct CallAt {
    /// Only tokens for this service: its id, code or name.
    service_id: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Assign {
    /// To which counter.
    counter_id: CounterId,
}

/// The tenant's day so far.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct AllStats {
    /// How many wait.
    waiting: i64,
    /// How many are at a counter.
    serving: i64,
    /// How many were served.
    served_today: i64,
    /// Counters that are open.
    counters_open: i64,
    /// By line.
    queues: Vec<Stats>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let call = || Access::scope(TICKETS_CALL);
    let serve = || Access::scope(TICKETS_SERVE);
    routes
        .post("/api/tokens", Access::scope(TICKETS_ISSUE).or(Access::signed_in()), take::create, |d| {
            refuses(
                d.summary("Take a token")
                    .body::<take::NewToken>()
                    .answer::<take::TokenGiven>(201)
                    .fault("no_appointments", 422)
                    .fault("slot_taken", 409),
                &[ENTERING, FROM_AFAR],
            )
        })
        .get("/api/tokens", reader(), list, |d| {
            d.summary("The tokens' history").query::<TicketFilter>().answer::<Page<TicketView>>(200)
        })
        .get("/api/tokens/{id}/status", Access::signed_in(), take::status, |d| {
            d.summary("How a token stands").answer::<take::Standing>(200)
        })
        .post("/api/tokens/{id}/assign", call(), assign, |d| {
            refuses(
                d.summary("Call this token to a counter").body::<Assign>().answer::<Token>(200),
                &[CALLING, CALLING_NAMED],
            )
        })
        .post("/api/counters/{id}/call", call(), call_at, |d| {
            refuses(d.summary("Call the next token").body::<CallAt>().answer::<MaybeToken>(200), &[CALLING])
        })
        .post("/api/counters/{id}/serve", serve(), serve_at, |d| {
            refuses(
                d.summary("Begin or end the service of a token").body::<Serve>().answer::<Token>(200),
                &[ON_TICKET, ENDING, &[Code::AlreadyCalled, Code::CounterClosed, Code::NothingInHand]],
            )
        })
        .post("/api/counters/{id}/serve/{token_id}", serve(), serve_named, |d| {
            refuses(
                d.summary("End the service of this token").answer::<Token>(200),
                &[ON_TICKET, ENDING, &[Code::AlreadyCalled]],
            )
        })
        .post("/api/counters/{id}/skip", call(), skip_at, |d| {
            refuses(
                d.summary("Send the called token back into the line")
                    .body::<SkipToken>()
                    .answer::<Token>(200),
                &[ON_TICKET, &[Code::AlreadyCalled, Code::CounterClosed, Code::NothingInHand]],
            )
        })
        .get("/api/stats", Access::scope(STATS_READ), stats, |d| {
            d.summary("The day so far").answer::<AllStats>(200)
        })
}

async fn list(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<TicketFilter>,
) -> Result<Json<Page<TicketView>>, Fault> {
    Ok(Json(found(&ctx, &line, filter).await?))
}

async fn assign(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<TicketId>,
    Json(input): Json<Assign>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of(&line, id), move |line, tx| {
        call::call(line, tx, id, input.counter_id).map(|t| usher_http::Ok(Token::of(&t)))
    })
    .await
}

async fn call_at(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
    Json(input): Json<CallAt>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of_counter(&line, id), move |line, tx| {
        let called = match &input.service_id {
            None => call_next::call_next(line, tx, id)?,
            Some(name) => {
                let config = line.config(tx)?;
                let counter = line.counter(&config, id)?;
                line.may_work_at(tx, counter.site_id)?;
                let service = config.service_named(name).ok_or(Error::NotFound("service"))?.id;
                let agent = call_next::agent_for(line, tx, &counter)?;
                call_next::next_for(line, tx, &config, &counter, Some(service), agent)?
            }
        };
        Ok(usher_http::Ok(match &called {
            Some(ticket) => MaybeToken::Called(Box::new(Token::of(ticket))),
            None => MaybeToken::Nobody { token_id: () },
        }))
    })
    .await
}

/// The token that is meant at a counter: the named one, which must be held there, or the one held longest.
fn at_counter(
    line: &Queueing,
    tx: &mut usher_db::Tx<'_>,
    counter: CounterId,
    named: Option<TicketId>,
) -> Result<TicketId, Error> {
    let config = line.config(tx)?;
    let counter = line.counter(&config, counter)?;
    line.may_work_at(tx, counter.site_id)?;
    crate::ops::serve::open(line, tx, counter.id)?;
    match named {
        Some(id) => {
            let t = ticket(tx, id)?;
            match t.counter_id.filter(|_| t.status.is_held()) {
                Some(holder) if holder != counter.id => Err(Error::AlreadyCalled {
                    number: t.number,
                    holder: line.counter_text(&config, t.tenant_id, holder),
                }),
                _ => Ok(id),
            }
        }
        None => store::tickets::held_by(tx, counter.id)?.first().map(|t| t.id).ok_or_else(|| {
            Error::Conflict(Code::NothingInHand, format!("{} holds no ticket. Call one first.", counter.name))
        }),
    }
}

async fn serve_at(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
    Json(input): Json<Serve>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of_counter(&line, id), move |line, tx| {
        let token = at_counter(line, tx, id, input.token_id)?;
        let t = match input.status {
            Some(ServeAs::Serving) => crate::ops::serve::start(line, tx, token)?,
            _ => {
                let ending = close::Close { outcome: input.outcome.clone(), ..close::Close::default() };
                close::close(line, tx, token, &ending)?
            }
        };
        Ok(usher_http::Ok(Token::of(&t)))
    })
    .await
}

async fn serve_named(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path((counter, token)): Path<(CounterId, TicketId)>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of_counter(&line, counter), move |line, tx| {
        let t = close::close(line, tx, token, &close::Close::default())?;
        // Checked after the guarded update, which spares the usual case a read; a refusal rolls it back.
        if t.counter_id != Some(counter) {
            let config = line.config(tx)?;
            let holder =
                t.counter_id.map_or_else(String::new, |c| line.counter_text(&config, t.tenant_id, c));
            return Err(Error::AlreadyCalled { number: t.number, holder });
        }
        Ok(usher_http::Ok(Token::of(&t)))
    })
    .await
}

async fn skip_at(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<CounterId>,
    Json(input): Json<SkipToken>,
) -> Result<Answered, Fault> {
    write(&ctx, &line, lane_of_counter(&line, id), move |line, tx| {
        let token = at_counter(line, tx, id, input.token_id)?;
        let back = Skip { places: input.places, to_end: input.to_end };
        place::skip(line, tx, token, &back).map(|t| usher_http::Ok(Token::of(&t)))
    })
    .await
}

async fn stats(ctx: Ctx, State(line): State<Queueing>) -> Result<Json<AllStats>, Fault> {
    line.day_known().await;
    let config = config_of(&ctx, &line).await?;
    let now = ctx.now();
    let mine = config.queues.iter().filter(|q| ctx.may_at(q.site_id));
    let queues: Vec<Stats> = mine.map(|q| show::stats(&line, &config, q, now)).collect();
    let mine = config.counters.iter().filter(|c| ctx.may_at(c.site_id));
    let counters: Vec<CounterId> = mine.map(|c| c.id).collect();
    Ok(Json(AllStats {
        waiting: queues.iter().map(|q| q.waiting).sum(),
        serving: queues.iter().map(|q| q.serving).sum(),
        served_today: queues.iter().map(|q| q.served_today).sum(),
        counters_open: line.live().seats.lock().open_among(&counters),
        queues,
    }))
}
