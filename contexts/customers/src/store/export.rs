//! What is handed out of the people who are served when everything of a tenant is exported.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_db::{row, sql};
use usher_kernel::Timestamp;
use usher_tenancy::Part;
use uuid::Uuid;

row! {
    /// A customer; of one who was erased or merged into another only that is left.
    #[derive(Serialize, JsonSchema)]
    struct CustomerLine {
        id: Uuid,
        user_id: Option<Uuid>,
        name: String,
        phone: Option<String>,
        email: Option<String>,
        locale: Option<String>,
        preferences: Value,
        consents: Value,
        metadata: Value,
        notes: Option<String>,
        source: String,
        status: String,
        merged_into: Option<Uuid>,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

sql! {
    CUSTOMERS = "SELECT ", CustomerLine::COLUMNS, " FROM customers
        WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    vec![Part::by_id(
        "customers",
        &["customers"],
        "The people who are served: how they are reached, and what they agreed to",
        CUSTOMERS,
        |customer: &CustomerLine| customer.id,
    )]
}
