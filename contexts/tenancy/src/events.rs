//! What this context publishes.
//!
//! Each event carries the whole record, so that who listens needs no further read, and for an edit the
//! members that it changed.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use usher_db::{DbError, Tx};
use usher_events::NewEvent;
use usher_kernel::Diff;

use crate::model::{Site, Tenant};

/// A tenant was created.
pub const TENANT_CREATED: &str = "tenant.created";
/// A tenant's record, branding or settings were changed.
pub const TENANT_UPDATED: &str = "tenant.updated";
/// A tenant was suspended: everybody but the platform administrator is refused.
pub const TENANT_SUSPENDED: &str = "tenant.suspended";
/// A suspended tenant works again.
pub const TENANT_RESUMED: &str = "tenant.resumed";
/// Everything of a tenant was asked for, and begun to be handed out.
pub const TENANT_EXPORTED: &str = "tenant.exported";
/// A site was created.
pub const SITE_CREATED: &str = "site.created";
/// A site was changed.
pub const SITE_UPDATED: &str = "site.updated";
/// A site was deleted.
pub const SITE_DELETED: &str = "site.deleted";

/// Every kind that this context publishes.
pub const KINDS: &[&str] = &[
    TENANT_CREATED,
    TENANT_UPDATED,
    TENANT_SUSPENDED,
    TENANT_RESUMED,
    TENANT_EXPORTED,
    SITE_CREATED,
    SITE_UPDATED,
    SITE_DELETED,
];

/// Version of every payload here.
const VERSION: u16 = 1;

/// The payload of the events of a tenant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TenantEvent {
    /// The tenant after it.
    pub tenant: Tenant,
    /// What an edit changed.
    #[serde(flatten, default, skip_serializing_if = "Diff::is_empty")]
    pub diff: Diff,
}

/// The payload of the events of a site.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SiteEvent {
    /// The site after it; before it, where it was deleted.
    pub site: Site,
    /// What an edit changed.
    #[serde(flatten, default, skip_serializing_if = "Diff::is_empty")]
    pub diff: Diff,
}

/// The payload of `tenant.exported`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TenantExported {
    /// The files of the archive.
    pub files: Vec<String>,
}

/// Each kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    let schema = |kind: &str| match (kind, kind.split('.').next()) {
        (TENANT_EXPORTED, _) => SchemaGenerator::default().into_root_schema_for::<TenantExported>(),
        (_, Some("tenant")) => SchemaGenerator::default().into_root_schema_for::<TenantEvent>(),
        _ => SchemaGenerator::default().into_root_schema_for::<SiteEvent>(),
    };
    KINDS.iter().map(|kind| (*kind, VERSION, schema(kind))).collect()
}

/// Appends an event of a tenant.
pub(crate) fn tenant(tx: &mut Tx, kind: &'static str, tenant: &Tenant, diff: Diff) -> Result<(), DbError> {
    let payload = TenantEvent { tenant: tenant.clone(), diff };
    let thing = ("tenant", tenant.id.uuid());
    usher_events::append(tx, NewEvent::new(kind, VERSION, thing, tenant.version, &payload))?;
    Ok(())
}

/// Appends that everything of a tenant is handed out.
pub(crate) fn exported(tx: &mut Tx, tenant: &Tenant, files: Vec<String>) -> Result<(), DbError> {
    let payload = TenantExported { files };
    let thing = ("tenant", tenant.id.uuid());
    usher_events::append(tx, NewEvent::new(TENANT_EXPORTED, VERSION, thing, tenant.version, &payload))?;
    Ok(())
}

/// Appends an event of a site.
pub(crate) fn site(tx: &mut Tx, kind: &'static str, site: &Site, diff: Diff) -> Result<(), DbError> {
    let payload = SiteEvent { site: site.clone(), diff };
    let thing = ("site", site.id.uuid());
    usher_events::append(tx, NewEvent::new(kind, VERSION, thing, site.version, &payload).at_site(site.id))?;
    Ok(())
}
