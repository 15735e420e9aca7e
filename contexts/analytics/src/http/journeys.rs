//! How people go from service to service.

use usher_http::{Access, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault};
use usher_queueing::model::TicketId;

use super::ask;
use crate::Analytics;
use crate::model::scopes::ANALYTICS_READ;
use crate::ops::Asked;
use crate::ops::journeys::{Journey, Journeys, journey, journeys};

pub(super) fn routes(routes: Routes<Analytics>) -> Routes<Analytics> {
    let read = || Access::scope(ANALYTICS_READ);
    routes
        .get("/api/v1/tenants/{tenant}/analytics/journeys", read(), all, |d| {
            d.summary("How many went from one service to another")
                .description("By transfer of a ticket, or by the next ticket of a visit.")
                .query::<Asked>()
                .answer::<Journeys>(200)
        })
        .get("/api/v1/tenants/{tenant}/analytics/tickets/{id}/journey", read(), one, |d| {
            d.summary("A ticket's stay from step to step")
                .description(
                    "With the other tickets of its visit, in order. Tickets of the last 100 days are remembered.",
                )
                .answer::<Journey>(200)
        })
}

async fn all(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Query(asked): Query<Asked>,
) -> Result<Json<Journeys>, Fault> {
    ask(&ctx, &analytics, move |line, read| journeys(line, read, &asked)).await.map(Json)
}

async fn one(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Path(ticket): Path<TicketId>,
) -> Result<Json<Journey>, Fault> {
    ask(&ctx, &analytics, move |line, read| journey(line, read, ticket)).await.map(Json)
}
