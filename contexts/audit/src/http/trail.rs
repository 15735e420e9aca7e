//! Searching the trail, and the history of one thing.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::DbError;
use usher_events::{Record, Search};
use usher_http::{Access, Json, Path, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery, Timestamp};
use uuid::Uuid;

use crate::Audit;
use crate::model::Entry;
use crate::model::scopes::AUDIT_READ;

pub(super) fn declare(routes: Routes<Audit>) -> Routes<Audit> {
    routes
        .get("/api/v1/tenants/{tenant}/audit", Access::scope(AUDIT_READ), search, |d| {
            d.summary("Search the audit trail, newest first")
                .description("Members who are limited to sites are told what happened at those.")
                .query::<AuditQuery>()
                .answer::<Page<Entry>>(200)
        })
        .get("/api/v1/tenants/{tenant}/audit/{kind}/{id}", Access::scope(AUDIT_READ), history, |d| {
            d.summary("Read the history of one thing, newest first")
                .description(
                    "`kind` is the kind of the thing, for example `ticket`. Members who are limited to sites are told what \
                     happened at those.",
                )
                .query::<PageQuery>()
                .answer::<Page<Entry>>(200)
        })
}

/// What to look for; what is absent does not matter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct AuditQuery {
    /// The id of the thing that it happened to.
    thing: Option<Uuid>,
    /// The id of the user, API key or device that did it.
    actor: Option<Uuid>,
    /// What happened, for example `ticket.called`.
    kind: Option<String>,
    /// Not before this moment.
    from: Option<Timestamp>,
    /// Before this moment.
    to: Option<Timestamp>,
    #[serde(flatten)]
    page: PageQuery,
}

fn page(records: Vec<Record>, limit: u32) -> Json<Page<Entry>> {
    let entries = records.into_iter().map(Entry::from).collect();
    Json(Page::cut(entries, limit, |entry: &Entry| entry.seq.to_string()))
}

async fn search(
    ctx: Ctx,
    State(audit): State<Audit>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<Entry>>, Fault> {
    let limit = query.page.limit();
    let below = query.page.after()?;
    let AuditQuery { thing, actor, kind, from, to, .. } = query;
    found(&ctx, &audit, Search { kind, thing, actor, from, to, below, ..Search::default() }, limit).await
}

/// A page of what is searched for. Whoever is limited to sites finds what happened at those; what belongs to no site,
/// such as a sign-in or a setting of the tenant, is for those who see all of it.
async fn found(ctx: &Ctx, audit: &Audit, wanted: Search, limit: u32) -> Result<Json<Page<Entry>>, Fault> {
    let (tenant, wanted) = (ctx.tenant, Search { sites: Arc::clone(&ctx.sites), ..wanted });
    let records = audit
        .db()
        .read::<_, DbError>(ctx, move |read| {
            let events = usher_events::search(read, tenant, &wanted, limit + 1)?;
            events
                .into_iter()
                .map(|event| {
                    let personal = match event.personal_hash {
                        Some(_) => usher_events::personal_of(read, &event)?,
                        None => None,
                    };
                    Ok(Record { event, personal })
                })
                .collect()
        })
        .await?;
    Ok(page(records, limit))
}

async fn history(
    ctx: Ctx,
    State(audit): State<Audit>,
    Path((kind, id)): Path<(String, Uuid)>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Entry>>, Fault> {
    let (thing_kind, thing) = (Some(kind), Some(id));
    let wanted = Search { thing, thing_kind, below: query.after()?, ..Search::default() };
    found(&ctx, &audit, wanted, query.limit()).await
}
