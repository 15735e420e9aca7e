//! The routes of figures and reports.

mod figures;
mod journeys;
mod reports;
mod services;
mod track;

use usher_db::Read;
use usher_http::Routes;
use usher_kernel::{Ctx, Fault};
use usher_queueing::Queueing;

use crate::Analytics;
use crate::error::Error;

/// Every route of this context.
pub fn routes(analytics: Analytics) -> Routes<Analytics> {
    Routes::new("analytics", analytics)
        .with(figures::routes)
        .with(journeys::routes)
        .with(track::routes)
        .with(services::routes)
        .with(reports::routes)
}

/// Reads something in the caller's tenant.
async fn ask<T: Send + 'static>(
    ctx: &Ctx,
    analytics: &Analytics,
    mut f: impl FnMut(&Queueing, &mut Read<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Fault> {
    let line = analytics.line().clone();
    Ok(analytics.db().read(ctx, move |read| f(&line, read)).await?)
}
