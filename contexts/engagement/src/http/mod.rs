//! The routes of this context.

mod feedback;
mod points;
mod programme;
mod public;
mod purchases;
mod redemptions;
mod rewards;

use usher_customers::{Contact, CustomerId};
use usher_db::{Lane, Read, Tx};
use usher_http::{Answer, Answered, Routes};
use usher_kernel::{Ctx, Fault};

use crate::model::{Transaction, scopes};
use crate::{Engagement, Error};

/// Declares every route of engagement.
pub fn routes(engagement: Engagement) -> Routes<Engagement> {
    Routes::new("engagement", engagement)
        .with(rewards::declare)
        .with(redemptions::declare)
        .with(points::declare)
        .with(purchases::declare)
        .with(programme::declare)
        .with(feedback::declare)
        .with(public::declare)
}

/// Runs a write, honouring the idempotency key.
async fn write<T: Answer>(
    ctx: &Ctx,
    engagement: &Engagement,
    mut f: impl FnMut(&Engagement, &mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    let me = engagement.clone();
    usher_http::write(ctx, engagement.db(), Lane::Tenant, move |tx| f(&me, tx)).await
}

/// For whom a reward is: the one whom staff name, else whoever asks, who gets a record with it.
fn for_whom(
    engagement: &Engagement,
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    named: Option<CustomerId>,
) -> Result<CustomerId, Error> {
    let own = match ctx.actor.user() {
        Some(user) => {
            let contact = Contact {
                user: Some(user),
                source: usher_customers::model::Source::Account,
                ..Contact::default()
            };
            match named {
                Some(_) => engagement.customers().of_user(tx, ctx.tenant, user)?,
                None => engagement.customers().find_or_create(tx, ctx.tenant, &contact)?,
            }
        }
        None => None,
    };
    match named {
        Some(other) if Some(other) != own && !ctx.may(&scopes::REWARDS_REDEEM) => {
            Err(Error::NotFound("customer"))
        }
        Some(other) => Ok(other),
        None => own.ok_or_else(|| Error::field("customer_id", "required", "Say which customer it is for.")),
    }
}

/// The customer who asks, where they have a record.
fn asking(engagement: &Engagement, read: &mut Read<'_>, ctx: &Ctx) -> Result<Option<CustomerId>, Error> {
    match ctx.actor.user() {
        Some(user) => Ok(engagement.customers().of_user(read, ctx.tenant, user)?),
        None => Ok(None),
    }
}

/// Lines of one customer's ledger, the newest first, one more than the limit.
fn history(
    engagement: &Engagement,
    read: &mut Read<'_>,
    ctx: &Ctx,
    customer: CustomerId,
    below: i64,
    limit: u32,
) -> Result<Vec<(i64, Transaction)>, Error> {
    let entries = crate::store::points::history(read, ctx.tenant, customer, below, limit + 1)?;
    let users = engagement.customers().users_of(read, ctx.tenant, &[customer])?;
    let user = users.get(&customer).copied();
    Ok(entries.into_iter().map(|entry| (entry.seq, Transaction::of(entry, user))).collect())
}
