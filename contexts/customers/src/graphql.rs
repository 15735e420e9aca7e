//! Customers in the graph.

use usher_graphql::{Declared, Graph};
use usher_kernel::{Ctx, Fault, Id};
use uuid::Uuid;

use crate::model::{CustomerView, Source};
use crate::{Customers, store};

/// The route that reads one customer, for links to customers.
pub const CUSTOMER: &str = "GET /api/v1/tenants/{tenant}/customers/{id}";

/// What this context adds to the graph.
pub fn graph() -> Declared {
    Graph::new(())
        .named::<CustomerView>("Customer")
        .named::<Source>("CustomerSource")
        .queries(&[
            ("customers", "GET /api/v1/tenants/{tenant}/customers"),
            ("customer", CUSTOMER),
            ("customerExport", "GET /api/v1/tenants/{tenant}/customers/{id}/export"),
            ("myRecord", "GET /api/v1/tenants/{tenant}/customers/me"),
            ("customerDuplicates", "GET /api/v1/tenants/{tenant}/customers/{id}/duplicates"),
        ])
        .mutations(&[
            ("createCustomer", "POST /api/v1/tenants/{tenant}/customers"),
            ("updateCustomer", "PUT /api/v1/tenants/{tenant}/customers/{id}"),
            ("updateMyRecord", "PUT /api/v1/tenants/{tenant}/customers/me"),
            ("eraseCustomer", "DELETE /api/v1/tenants/{tenant}/customers/{id}"),
            ("mergeCustomer", "POST /api/v1/tenants/{tenant}/customers/{id}/merge"),
        ])
        .finish()
}

/// The customers with these ids, for a link of any context.
///
/// # Errors
/// The database failed.
pub async fn customers(
    ctx: Ctx,
    people: Customers,
    ids: Vec<Uuid>,
) -> Result<Vec<(Uuid, CustomerView)>, Fault> {
    let (tenant, ids): (_, Vec<_>) = (ctx.tenant, ids.into_iter().map(Id::from_uuid).collect());
    let found = people.db().read(&ctx, move |read| store::these(read, tenant, &ids)).await?;
    Ok(found.into_iter().map(|customer| (customer.id.uuid(), CustomerView::from(customer))).collect())
}
