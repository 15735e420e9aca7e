//! The list of places where one can wait, for the front page of an installation.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_http::{Access, Json, Query, Routes, State};
use usher_kernel::{Fault, Page, PageQuery, SiteId, TenantId};

use crate::ops::Queueing;
use crate::ops::show::{PublicPlace, places};

/// The longest text that is looked for.
const LONGEST: usize = 100;

/// Which places.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Find {
    #[serde(flatten)]
    page: PageQuery,
    /// A piece of the name of the site or its tenant, or of its address.
    q: Option<String>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    routes.get("/api/v1/public/sites", Access::public(), list, |d| {
        d.summary("Find a site of any tenant that shows itself, with how many wait there")
            .query::<Find>()
            .answer::<Page<PublicPlace>>(200)
    })
}

async fn list(
    State(line): State<Queueing>,
    Query(find): Query<Find>,
) -> Result<Json<Page<PublicPlace>>, Fault> {
    let piece = find.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    if piece.is_some_and(|q| q.chars().count() > LONGEST) {
        return Err(Fault::field("q", "too_long", format!("At most {LONGEST} letters.")));
    }
    let after = find.page.after_by(|text| {
        let (tenant, site) = text.split_once(' ')?;
        Some((tenant.parse::<TenantId>().ok()?, site.parse::<SiteId>().ok()?))
    })?;
    let limit = find.page.limit();
    let rows = places(&line, piece, after, limit as usize + 1, line.clock().now());
    let page = Page::cut(rows, limit, |((tenant, site), _)| format!("{tenant} {site}"));
    Ok(Json(page.map(|(_, place)| place)))
}
