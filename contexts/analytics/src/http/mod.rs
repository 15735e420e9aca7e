//! The routes of figures and reports.

mod figures;
mod journeys;
mod reports;
mod services;
mod track;

use usher_db::Read;
use usher_http::Routes;
use usher_kernel::{Ctx, Fault, Page, PageQuery};
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

/// One page of a list that lies in memory, ordered by id.
fn page<T>(mut items: Vec<T>, query: &PageQuery, id: impl Fn(&T) -> uuid::Uuid) -> Result<Page<T>, Fault> {
    items.sort_by_key(&id);
    if let Some(cursor) = &query.cursor {
        let wrong = |_| Fault::field("cursor", "invalid_cursor", "Give a next_cursor of this list.");
        let after: uuid::Uuid = cursor.parse().map_err(wrong)?;
        items.retain(|item| id(item) > after);
    }
    Ok(Page::cut(items, query.limit(), |item| id(item).to_string()))
}
