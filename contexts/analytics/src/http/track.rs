//! What happened outside.

use usher_db::Lane;
use usher_http::{Access, Answered, Created, Json, Routes, State};
use usher_kernel::{Ctx, Fault};

use crate::Analytics;
use crate::ops::track::{Track, Tracked, track};

pub(super) fn routes(routes: Routes<Analytics>) -> Routes<Analytics> {
    routes.post("/api/v1/tenants/{tenant}/analytics/track", Access::signed_in(), tell, |d| {
        d.summary("Write down something that happened outside")
            .description(
                "It is counted by day, line and person and appears in dashboards and reports. Of others than \
                 oneself only whoever holds `analytics:write` may tell. What is told of a person is handed out to them with \
                 all else that is known of them, and its `metadata` goes when they are erased.",
            )
            .body::<Track>()
            .answer::<Tracked>(201)
    })
}

async fn tell(
    ctx: Ctx,
    State(analytics): State<Analytics>,
    Json(input): Json<Track>,
) -> Result<Answered, Fault> {
    usher_http::write(&ctx, analytics.db(), Lane::Any, move |tx| track(tx, &input).map(Created)).await
}
