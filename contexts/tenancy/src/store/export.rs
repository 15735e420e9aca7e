//! What is handed out of tenants and sites.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_db::{row, sql};
use usher_kernel::Timestamp;
use uuid::Uuid;

use crate::ops::Part;

row! {
    /// The organisation with its branding and its settings.
    #[derive(Serialize, JsonSchema)]
    struct TenantLine {
        id: Uuid,
        slug: String,
        name: String,
        address: Option<String>,
        contact_email: Option<String>,
        phone_number: Option<String>,
        branding: Value,
        default_locale: String,
        locales: Value,
        currency: String,
        timezone: String,
        settings: Value,
        listed: bool,
        status: String,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

row! {
    /// A site with its weekly hours and exceptions.
    #[derive(Serialize, JsonSchema)]
    struct SiteLine {
        id: Uuid,
        slug: String,
        name: String,
        kind: String,
        address: Option<String>,
        latitude: Option<f64>,
        longitude: Option<f64>,
        timezone: String,
        opening: Value,
        capacity: Option<i64>,
        manager_id: Option<Uuid>,
        status: String,
        notice: Option<String>,
        is_default: bool,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

sql! {
    TENANT = "SELECT ", TenantLine::COLUMNS, " FROM tenants WHERE id = $1";
    SITES = "SELECT ", SiteLine::COLUMNS, " FROM sites WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// The tables of this context.
pub(crate) fn parts() -> Vec<Part> {
    vec![
        Part::few::<TenantLine>(
            "organisation",
            &["tenants"],
            "The organisation, its branding and its settings",
            TENANT,
        ),
        Part::by_id(
            "sites",
            &["sites"],
            "Sites, when they are open and where they are",
            SITES,
            |site: &SiteLine| site.id,
        ),
    ]
}
