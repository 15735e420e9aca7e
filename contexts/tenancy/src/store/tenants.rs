//! Rows of `tenants`.

use serde_json::{Map, Value};
use usher_db::{DbError, Json, Read, Tx, row, sql, text_column};
use usher_kernel::{Currency, TenantId, Timestamp};

use crate::model::{Branding, Tenant, TenantStatus};

text_column!(TenantStatus);

row! {
    /// A tenant as it is stored.
    struct TenantRow {
        id: TenantId,
        slug: String,
        name: String,
        address: Option<String>,
        contact_email: Option<String>,
        phone_number: Option<String>,
        branding: Json<Branding>,
        default_locale: String,
        locales: Json<Vec<String>>,
        currency: String,
        timezone: String,
        settings: Json<Map<String, Value>>,
        listed: bool,
        status: TenantStatus,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO tenants (", TenantRow::COLUMNS, ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE tenants SET slug = $2, name = $3, address = $4, contact_email = $5, phone_number = $6,
        branding = $7, default_locale = $8, locales = $9, currency = $10, timezone = $11, settings = $12,
        listed = $13, status = $14, version = $15, updated_at = $16 WHERE id = $1";
    /// Takes the row's lock on PostgreSQL, so that two changes of one tenant come one after the other.
    LOCK = "UPDATE tenants SET version = version WHERE id = $1";
    GET = "SELECT ", TenantRow::COLUMNS, " FROM tenants WHERE id = $1";
    BY_SLUG = "SELECT ", TenantRow::COLUMNS, " FROM tenants WHERE slug = $1";
    ALL = "SELECT ", TenantRow::COLUMNS, " FROM tenants ORDER BY id";
}

impl TenantRow {
    fn into_model(self) -> Result<Tenant, DbError> {
        let currency: Currency =
            self.currency.parse().map_err(|e| DbError::Type(format!("currency: {e}")))?;
        Ok(Tenant {
            id: self.id,
            slug: self.slug,
            name: self.name,
            address: self.address,
            contact_email: self.contact_email,
            phone_number: self.phone_number,
            logo_url: self.branding.0.logo_url.clone(),
            branding: self.branding.0,
            default_locale: self.default_locale,
            locales: self.locales.0,
            currency,
            timezone: self.timezone,
            settings: self.settings.0,
            listed: self.listed,
            status: self.status,
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Writes a new tenant; false when its short name is taken.
pub(crate) fn insert(tx: &mut Tx, tenant: &Tenant) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &tenant.id,
            &tenant.slug,
            &tenant.name,
            &tenant.address,
            &tenant.contact_email,
            &tenant.phone_number,
            &Json(&tenant.branding),
            &tenant.default_locale,
            &Json(&tenant.locales),
            &tenant.currency.to_string(),
            &tenant.timezone,
            &Json(&tenant.settings),
            &tenant.listed,
            &tenant.status,
            &tenant.version,
            &tenant.created_at,
            &tenant.updated_at,
        ],
    )?;
    Ok(rows == 1)
}

/// Writes a changed tenant.
pub(crate) fn update(tx: &mut Tx, tenant: &Tenant) -> Result<(), DbError> {
    tx.execute(
        UPDATE,
        &[
            &tenant.id,
            &tenant.slug,
            &tenant.name,
            &tenant.address,
            &tenant.contact_email,
            &tenant.phone_number,
            &Json(&tenant.branding),
            &tenant.default_locale,
            &Json(&tenant.locales),
            &tenant.currency.to_string(),
            &tenant.timezone,
            &Json(&tenant.settings),
            &tenant.listed,
            &tenant.status,
            &tenant.version,
            &tenant.updated_at,
        ],
    )?;
    Ok(())
}

/// Reads a tenant for a change: whoever comes next waits.
pub(crate) fn lock(tx: &mut Tx, id: TenantId) -> Result<Option<Tenant>, DbError> {
    tx.execute(LOCK, &[&id])?;
    get(tx, id)
}

pub(crate) fn get(read: &mut Read, id: TenantId) -> Result<Option<Tenant>, DbError> {
    read.query_opt::<TenantRow>(GET, &[&id])?.map(TenantRow::into_model).transpose()
}

pub(crate) fn by_slug(read: &mut Read, slug: &str) -> Result<Option<Tenant>, DbError> {
    read.query_opt::<TenantRow>(BY_SLUG, &[&slug])?.map(TenantRow::into_model).transpose()
}

pub(crate) fn all(read: &mut Read) -> Result<Vec<Tenant>, DbError> {
    read.query::<TenantRow>(ALL, &[])?.into_iter().map(TenantRow::into_model).collect()
}
