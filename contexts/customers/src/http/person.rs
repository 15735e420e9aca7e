//! The person behind the records: duplicates, and everything that is known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_db::Lane;
use usher_http::{Access, Answered, IfMatch, Json, Path, Routes, State};
use usher_kernel::{Ctx, Fault};

use super::customers::shown;
use crate::model::scopes::{CUSTOMERS_MANAGE, CUSTOMERS_READ};
use crate::model::{CustomerId, CustomerView};
use crate::{Customers, events, ops, store};

pub(super) fn declare(routes: Routes<Customers>) -> Routes<Customers> {
    routes
        .get("/api/v1/tenants/{tenant}/customers/{id}/duplicates", Access::scope(CUSTOMERS_READ), likely, |d| {
            d.summary("Who may be the same person")
                .description(
                    "The same name, the same last eight digits, or the same address but for its `+tag`: at most \
                     fifty, oldest first.",
                )
                .answer::<Duplicates>(200)
        })
        .post("/api/v1/tenants/{tenant}/customers/{id}/merge", Access::scope(CUSTOMERS_MANAGE), merge, |d| {
            d.summary("Merge a duplicate into this customer")
                .description(
                    "What this customer lacks is filled from the duplicate; tickets, points and all else of it \
                     move over. The duplicate is no customer any more. It cannot be taken back.",
                )
                .body::<Merge>()
                .answer::<CustomerView>(200)
                .fault("both_have_accounts", 409)
                .fault("stale", 412)
        })
        .get("/api/v1/tenants/{tenant}/customers/{id}/export", Access::scope(CUSTOMERS_MANAGE), export, |d| {
            d.summary("Everything that is known of a person")
                .description("Each context adds its part under its own name. That it was asked for is recorded.")
                .answer::<Export>(200)
        })
}

/// Records that may be of one person.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Duplicates {
    items: Vec<CustomerView>,
}

/// What to merge.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The record that goes into this one.
    duplicate_id: CustomerId,
}

/// Everything that is known of a person, by who keeps it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Export {
    #[serde(flatten)]
    pub(super) parts: Map<String, Value>,
}

async fn likely(
    ctx: Ctx,
    State(people): State<Customers>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Duplicates>, Fault> {
    let tenant = ctx.tenant;
    let found = people
        .db()
        .read(&ctx, move |read| {
            let customer = ops::customer(read, tenant, id)?;
            Ok::<_, crate::Error>(store::like(read, &customer)?)
        })
        .await?;
    Ok(Json(Duplicates { items: found.into_iter().map(CustomerView::from).collect() }))
}

async fn merge(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(people): State<Customers>,
    Path(id): Path<CustomerId>,
    Json(wish): Json<Merge>,
) -> Result<Answered, Fault> {
    let (tenant, holders) = (ctx.tenant, people.holders());
    usher_http::write(&ctx, people.db(), Lane::Tenant, move |tx| {
        ops::merge(tx, &holders, tenant, id, wish.duplicate_id, version).map(shown)
    })
    .await
}

async fn export(
    ctx: Ctx,
    State(people): State<Customers>,
    Path(id): Path<CustomerId>,
) -> Result<Json<Export>, Fault> {
    let (tenant, holders) = (ctx.tenant, people.holders());
    let (customer, parts) =
        people.db().read(&ctx, move |read| ops::export(read, &holders, tenant, id)).await?;
    let noted = move |tx: &mut usher_db::Tx<'_>| events::noted(tx, events::CUSTOMER_EXPORTED, &customer);
    people.db().write(&ctx, Lane::Tenant, noted).await?;
    Ok(Json(Export { parts }))
}
