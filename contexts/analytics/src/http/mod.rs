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

/// Reads figures of the caller's tenant: from the replica where there is one, for they are half a second old anyway.
async fn ask<T: Send + 'static>(
    ctx: &Ctx,
    analytics: &Analytics,
    mut f: impl FnMut(&Queueing, &mut Read<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Fault> {
    let line = analytics.line().clone();
    Ok(analytics.db().read_stale(ctx, move |read| f(&line, read)).await?)
}

/// Reads what people have set up in the caller's tenant, as it is now.
async fn stored<T: Send + 'static>(
    ctx: &Ctx,
    analytics: &Analytics,
    f: impl FnOnce(&mut Read<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Fault> {
    Ok(analytics.db().read(ctx, f).await?)
}
