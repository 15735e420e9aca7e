//! Customers: find, add, read, change, erase.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Lane;
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Ok as Answer, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery, is_unshowable};

use crate::model::contact::plain_phone;
use crate::model::scopes::{CUSTOMERS_MANAGE, CUSTOMERS_READ, CUSTOMERS_WRITE};
use crate::model::{Customer, CustomerChange, CustomerId, CustomerView, Source};
use crate::store::Filter;
use crate::{Customers, ops, store};

const ALL: &str = "/api/v1/tenants/{tenant}/customers";
const ONE: &str = "/api/v1/tenants/{tenant}/customers/{id}";

pub(super) fn declare(routes: Routes<Customers>) -> Routes<Customers> {
    routes
        .get(ALL, Access::scope(CUSTOMERS_READ), list, |d| {
            d.summary("Find customers").query::<CustomerFilter>().answer::<Page<CustomerView>>(200)
        })
        .post(ALL, Access::scope(CUSTOMERS_WRITE), create, |d| {
            d.summary("Add a customer")
                .description(
                    "A number or an address is one customer's. Where another has it the refusal \
                     `customer_taken` names them in `customer_id`.",
                )
                .body::<CustomerChange>()
                .answer::<CustomerView>(201)
                .fault("customer_taken", 409)
        })
        .get(ONE, Access::scope(CUSTOMERS_READ), read, |d| {
            d.summary("Read a customer").answer::<CustomerView>(200)
        })
        .put(ONE, Access::scope(CUSTOMERS_WRITE), update, |d| {
            d.summary("Change a customer")
                .description(
                    "Absent fields stay. Preferences, consents and metadata are changed by name; null takes a \
                     preference or a value away.",
                )
                .body::<CustomerChange>()
                .answer::<CustomerView>(200)
                .fault("customer_taken", 409)
                .fault("stale", 412)
        })
        .delete(ONE, Access::scope(CUSTOMERS_MANAGE), erase, |d| {
            d.summary("Erase a person")
                .description(
                    "Takes away the record, the names and numbers on their tickets and all else that is personal, \
                     also beside the events. Figures stay, and so does the audit chain.",
                )
                .answer_empty(204)
                .fault("stale", 412)
        })
}

/// Which customers, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct CustomerFilter {
    #[serde(flatten)]
    page: PageQuery,
    /// Only those whose name, number or address contains this text.
    #[serde(alias = "search")]
    q: Option<String>,
    /// Only the one with this number.
    phone: Option<String>,
    /// Only the one with this address.
    email: Option<String>,
}

/// Text for a search as the database takes it; a longer one finds nothing that a shorter one would not.
fn sought(text: Option<String>) -> Option<String> {
    let text: String = text?.chars().filter(|c| !is_unshowable(*c)).take(200).collect();
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

async fn list(
    ctx: Ctx,
    State(people): State<Customers>,
    Query(wanted): Query<CustomerFilter>,
) -> Result<Json<Page<CustomerView>>, Fault> {
    let after = wanted.page.after::<CustomerId>()?;
    let limit = wanted.page.limit();
    let filter = Filter {
        tenant: ctx.tenant,
        text: sought(wanted.q),
        phone: sought(wanted.phone).map(|phone| plain_phone(&phone)),
        email: sought(wanted.email),
        after,
        limit,
    };
    let found = people.db().read(&ctx, move |read| store::list(read, &filter)).await?;
    let views = found.into_iter().map(CustomerView::from).collect();
    Ok(Json(Page::cut(views, limit, |customer: &CustomerView| customer.id.to_string())))
}

async fn create(
    ctx: Ctx,
    State(people): State<Customers>,
    Json(new): Json<CustomerChange>,
) -> Result<Answered, Fault> {
    let (tenant, me) = (ctx.tenant, people.clone());
    usher_http::write(&ctx, people.db(), Lane::Tenant, move |tx| {
        let customer = ops::create(tx, me.identity(), tenant, new.clone(), Source::Staff)?;
        let version = customer.version;
        Ok::<_, crate::Error>(Versioned { version, answer: Created(CustomerView::from(customer)) })
    })
    .await
}

async fn read(
    ctx: Ctx,
    State(people): State<Customers>,
    Path(id): Path<CustomerId>,
) -> Result<Versioned<Answer<CustomerView>>, Fault> {
    let tenant = ctx.tenant;
    let found = people.db().read(&ctx, move |read| ops::customer(read, tenant, id)).await?;
    Ok(shown(found))
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(people): State<Customers>,
    Path(id): Path<CustomerId>,
    Json(change): Json<CustomerChange>,
) -> Result<Versioned<Answer<CustomerView>>, Fault> {
    let (tenant, me) = (ctx.tenant, people.clone());
    let changed = people
        .db()
        .write(&ctx, Lane::Tenant, move |tx| {
            ops::change(tx, me.identity(), tenant, id, change.clone(), version)
        })
        .await?;
    Ok(shown(changed))
}

async fn erase(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(people): State<Customers>,
    Path(id): Path<CustomerId>,
) -> Result<NoContent, Fault> {
    let (tenant, me, holders) = (ctx.tenant, people.clone(), people.holders());
    people
        .db()
        .write(&ctx, Lane::Tenant, move |tx| ops::erase(tx, me.identity(), &holders, tenant, id, version))
        .await?;
    Ok(NoContent)
}

pub(super) fn shown(customer: Customer) -> Versioned<Answer<CustomerView>> {
    Versioned { version: customer.version, answer: Answer(CustomerView::from(customer)) }
}
