//! A person about themselves, with the account that they sign in with.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{DbError, Lane, Tx};
use usher_http::{Access, Answered, IfMatch, Json, NoContent, Ok as Answer, Routes, State, Versioned};
use usher_kernel::{Ctx, Fault, SystemCtx, UserId};

use super::person::Export;
use crate::model::{OwnChange, OwnRecord};
use crate::{Customers, Error, events, ops};

const ME: &str = "/api/v1/tenants/{tenant}/customers/me";

pub(super) fn declare(routes: Routes<Customers>) -> Routes<Customers> {
    routes
        .get(ME, Access::signed_in(), read, |d| {
            d.summary("What is kept of oneself")
                .description(
                    "One's name, language, wishes for each channel, and what one agreed to. Until there is a record, \
                     what it would say, with `customer_id` null.",
                )
                .answer::<OwnRecord>(200)
        })
        .put(ME, Access::signed_in(), update, |d| {
            d.summary("Change what is kept of oneself")
                .description(
                    "Absent fields stay. Preferences are changed by channel, where null takes away what one said; \
                     consents by purpose, among those that one was asked for and `marketing`. Makes the record where \
                     there is none.",
                )
                .body::<OwnChange>()
                .answer::<OwnRecord>(200)
                .fault("stale", 412)
        })
        .get("/api/v1/tenants/{tenant}/customers/me/export", Access::signed_in(), export, |d| {
            d.summary("Everything that is known of oneself, as a file")
                .description(
                    "The account under `account`, the record under `customer` with its `history`, and a part of each \
                     context that keeps something, under its own name. That it was asked for is recorded.",
                )
                .answer::<Export>(200)
        })
        .post("/api/v1/tenants/{tenant}/customers/me/erase", Access::signed_in(), erase, |d| {
            d.summary("Erase oneself")
                .description(
                    "Takes away the record, the names and numbers on one's tickets and all else that is personal, \
                     also beside the events; points are forfeited. Figures stay, and so does the audit chain. The \
                     membership ends, and the account a moment later where it belongs to no other tenant. Whoever \
                     works here keeps both. It cannot be taken back.",
                )
                .body::<Farewell>()
                .answer_empty(204)
                .fault("works_here", 409)
        })
}

/// The wish to be forgotten.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Farewell {
    /// The e-mail address of one's account, so that nobody does it by mistake.
    #[schemars(example = &"ana@home.example")]
    confirm: String,
}

/// The account that asks; keys and devices are nobody.
fn account(ctx: &Ctx) -> Result<UserId, Error> {
    ctx.actor.user().ok_or(Error::NoCustomer)
}

async fn read(ctx: Ctx, State(people): State<Customers>) -> Result<Versioned<Answer<OwnRecord>>, Fault> {
    let (tenant, user, me) = (ctx.tenant, account(&ctx)?, people.clone());
    let own = people.db().read(&ctx, move |read| ops::own(read, me.identity(), tenant, user)).await?;
    Ok(shown(own))
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(people): State<Customers>,
    Json(wish): Json<OwnChange>,
) -> Result<Versioned<Answer<OwnRecord>>, Fault> {
    let (tenant, user, me) = (ctx.tenant, account(&ctx)?, people.clone());
    let changed = people
        .db()
        .write(&ctx, Lane::Tenant, move |tx| {
            ops::change_own(tx, me.identity(), tenant, user, wish.clone(), version)
        })
        .await?;
    Ok(shown(OwnRecord::from(changed)))
}

fn shown(own: OwnRecord) -> Versioned<Answer<OwnRecord>> {
    Versioned { version: own.version, answer: Answer(own) }
}

async fn export(ctx: Ctx, sys: SystemCtx, State(people): State<Customers>) -> Result<Response, Fault> {
    let (tenant, holders, user) = (ctx.tenant, people.holders(), account(&ctx)?);
    let held = people.identity().account_data(&sys, user, tenant).await?;
    let (customer, mut parts) =
        people.db().read(&ctx, move |read| ops::export_own(read, &holders, tenant, user)).await?;
    parts.insert("account".to_owned(), serde_json::to_value(held).map_err(Fault::internal)?);
    if let Some(customer) = customer {
        let noted = move |tx: &mut Tx<'_>| events::noted(tx, events::CUSTOMER_EXPORTED, &customer);
        people.db().write::<_, DbError>(&ctx, Lane::Tenant, noted).await?;
    }
    let mut answer = Json(Export { parts }).into_response();
    let file = HeaderValue::from_static("attachment; filename=\"own-data.json\"");
    answer.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    Ok(answer)
}

async fn erase(
    ctx: Ctx,
    State(people): State<Customers>,
    Json(wish): Json<Farewell>,
) -> Result<Answered, Fault> {
    let (tenant, holders, user, me) = (ctx.tenant, people.holders(), account(&ctx)?, people.clone());
    usher_http::write(&ctx, people.db(), Lane::Tenant, move |tx| {
        ops::erase_own(tx, me.identity(), &holders, tenant, user, &wish.confirm).map(|()| NoContent)
    })
    .await
}
