//! Rows of `devices`, `pairings` and `api_keys`.

use serde_json::{Map, Value};
use usher_db::{DbError, Json, Read, Tx, row, sql, text_column};
use usher_kernel::{SiteId, TenantId, Timestamp};
use uuid::Uuid;

use crate::model::{ApiKey, Device, DeviceTest, DeviceType, Paper, Presence, PrinterState, SecretHash};

text_column!(DeviceType, Paper, PrinterState);

row! {
    /// A device as it is stored.
    struct DeviceRow {
        id: Uuid,
        tenant_id: TenantId,
        name: String,
        kind: DeviceType,
        site_id: SiteId,
        config: Json<Map<String, Value>>,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
        revoked_at: Option<Timestamp>,
        last_ping_at: Option<Timestamp>,
        report: Json<Map<String, Value>>,
        secret_hash: Option<SecretHash>,
        silent_since: Option<Timestamp>,
        paper: Paper,
        printer: PrinterState,
        test: Option<Json<DeviceTest>>,
    }
}

row! {
    /// A device that waits to be paired, or to fetch its credential.
    pub(crate) struct PairingRow {
        id: Uuid,
        code: String,
        secret_hash: SecretHash,
        device_type: Option<DeviceType>,
        device_id: Option<Uuid>,
        device_tenant: Option<TenantId>,
        expires_at: Timestamp,
    }
}

row! {
    /// An API key as it is stored.
    struct ApiKeyRow {
        id: Uuid,
        tenant_id: TenantId,
        name: String,
        scopes: Json<Vec<String>>,
        sites: Json<Vec<SiteId>>,
        secret_hash: SecretHash,
        hint: String,
        created_at: Timestamp,
        expires_at: Option<Timestamp>,
        last_used_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
    }
}

sql! {
    INSERT = "INSERT INTO devices (id, tenant_id, name, kind, site_id, config, secret_hash, version, created_at,
        updated_at, report, paper) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11)";
    UPDATE = "UPDATE devices SET name = $3, site_id = $4, config = $5, version = $6, updated_at = $7,
        revoked_at = $8 WHERE tenant_id = $1 AND id = $2";
    SET_SECRET = "UPDATE devices SET secret_hash = $3 WHERE tenant_id = $1 AND id = $2";
    PING = "UPDATE devices SET last_ping_at = $3, report = $4, silent_since = NULL
        WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    SET_PRINTER = "UPDATE devices SET paper = $3, printer = $4 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    SET_TEST = "UPDATE devices SET test = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    /// Every device of one tenant; only those that were alive before can fall silent.
    FELL_SILENT = "UPDATE devices SET silent_since = $2 WHERE tenant_id = $1 AND last_ping_at < $3
        AND silent_since IS NULL AND revoked_at IS NULL RETURNING ", DeviceRow::COLUMNS;
    TENANTS_WITH_SILENT across "the job that looks for silent devices begins with whose they are" =
        "SELECT DISTINCT tenant_id FROM devices WHERE last_ping_at < $1 AND silent_since IS NULL AND revoked_at IS NULL";
    GET = "SELECT ", DeviceRow::COLUMNS, " FROM devices WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    BY_ID across "a credential names its device before anybody knows the tenant" =
        "SELECT ", DeviceRow::COLUMNS, " FROM devices WHERE id = $1 AND revoked_at IS NULL";
    OF_TENANT = "SELECT ", DeviceRow::COLUMNS, " FROM devices
        WHERE tenant_id = $1 AND revoked_at IS NULL ORDER BY id";
    PRINTERS across "the server asks every printer on record how it is, whose ever it is" =
        "SELECT ", DeviceRow::COLUMNS, " FROM devices WHERE kind = 'printer' AND revoked_at IS NULL ORDER BY id";
    COUNT_AT = "SELECT count(*) FROM devices WHERE tenant_id = $1 AND site_id = $2 AND revoked_at IS NULL";
    DROP_REVOKED_AT = "DELETE FROM devices WHERE tenant_id = $1 AND site_id = $2 AND revoked_at IS NOT NULL";
    INSERT_PAIRING = "INSERT INTO pairings (", PairingRow::COLUMNS, ") VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING";
    BY_CODE = "SELECT ", PairingRow::COLUMNS, " FROM pairings WHERE code = $1";
    PAIRING = "SELECT ", PairingRow::COLUMNS, " FROM pairings WHERE id = $1";
    CLAIM = "UPDATE pairings SET device_id = $2, device_tenant = $3
        WHERE id = $1 AND device_id IS NULL AND expires_at > $4";
    END_PAIRING = "DELETE FROM pairings WHERE id = $1";
    PURGE_PAIRINGS = "DELETE FROM pairings WHERE expires_at <= $1";
    INSERT_KEY = "INSERT INTO api_keys (", ApiKeyRow::COLUMNS, ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    KEYS = "SELECT ", ApiKeyRow::COLUMNS, " FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL ORDER BY id";
    KEY_BY_ID across "a credential names its key before anybody knows the tenant" =
        "SELECT ", ApiKeyRow::COLUMNS, " FROM api_keys WHERE id = $1 AND revoked_at IS NULL";
    REVOKE_KEY = "UPDATE api_keys SET revoked_at = $3 WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    USED_KEY across "the key has just proved itself, and only its own time is written" =
        "UPDATE api_keys SET last_used_at = $2 WHERE id = $1";
}

/// A device with its last sign of life and what is stored of its secret.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) device: Device,
    pub(crate) presence: Presence,
    pub(crate) secret_hash: Option<SecretHash>,
    /// Since when staff know that it is silent.
    pub(crate) silent_since: Option<Timestamp>,
}

impl From<DeviceRow> for Stored {
    fn from(row: DeviceRow) -> Self {
        Self {
            device: Device {
                id: row.id,
                tenant_id: row.tenant_id,
                name: row.name,
                kind: row.kind,
                site_id: row.site_id,
                config: row.config.0,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
                revoked_at: row.revoked_at,
            },
            presence: Presence {
                last_ping_at: row.last_ping_at,
                report: row.report.0,
                paper: row.paper,
                printer: row.printer,
                test: row.test.map(|test| test.0),
            },
            secret_hash: row.secret_hash,
            silent_since: row.silent_since,
        }
    }
}

impl From<ApiKeyRow> for ApiKey {
    fn from(row: ApiKeyRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            name: row.name,
            scopes: row.scopes.0,
            sites: row.sites.0,
            secret_hash: row.secret_hash,
            hint: row.hint,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// Writes a new device; its secret comes when it fetches it.
pub(crate) fn insert(tx: &mut Tx, device: &Device, secret_hash: Option<&SecretHash>) -> Result<(), DbError> {
    let report = Json(Map::new());
    tx.execute(
        INSERT,
        &[
            &device.id,
            &device.tenant_id,
            &device.name,
            &device.kind,
            &device.site_id,
            &Json(&device.config),
            &secret_hash,
            &device.version,
            &device.created_at,
            &report,
            &device.paper_said(),
        ],
    )?;
    Ok(())
}

/// Writes a changed or revoked device.
pub(crate) fn update(tx: &mut Tx, device: &Device) -> Result<(), DbError> {
    tx.execute(
        UPDATE,
        &[
            &device.tenant_id,
            &device.id,
            &device.name,
            &device.site_id,
            &Json(&device.config),
            &device.version,
            &device.updated_at,
            &device.revoked_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn set_secret(tx: &mut Tx, tenant: TenantId, id: Uuid, hash: &SecretHash) -> Result<(), DbError> {
    tx.execute(SET_SECRET, &[&tenant, &id, hash])?;
    Ok(())
}

/// A sign of life; false when there is no such device.
pub(crate) fn ping(
    tx: &mut Tx,
    tenant: TenantId,
    id: Uuid,
    report: &Map<String, Value>,
) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(PING, &[&tenant, &id, &now, &Json(report)])? == 1)
}

/// How a device's paper and printer stand; false when there is no such device.
pub(crate) fn set_printer(
    tx: &mut Tx,
    tenant: TenantId,
    id: Uuid,
    paper: Paper,
    printer: PrinterState,
) -> Result<bool, DbError> {
    Ok(tx.execute(SET_PRINTER, &[&tenant, &id, &paper, &printer])? == 1)
}

/// The newest test of a device; false when there is no such device.
pub(crate) fn set_test(tx: &mut Tx, tenant: TenantId, id: Uuid, test: &DeviceTest) -> Result<bool, DbError> {
    Ok(tx.execute(SET_TEST, &[&tenant, &id, &Json(test)])? == 1)
}

/// The tenants that have devices which were last seen before a time and are not known to be silent.
pub(crate) fn tenants_with_silent(read: &mut Read, before: Timestamp) -> Result<Vec<TenantId>, DbError> {
    read.query(TENANTS_WITH_SILENT, &[&before])
}

/// Marks a tenant's devices silent that were last seen before a time; those that it marked.
pub(crate) fn fell_silent(tx: &mut Tx, tenant: TenantId, before: Timestamp) -> Result<Vec<Device>, DbError> {
    let now = tx.now();
    let rows = tx.query::<DeviceRow>(FELL_SILENT, &[&tenant, &now, &before])?;
    Ok(rows.into_iter().map(|row| Stored::from(row).device).collect())
}

pub(crate) fn get(read: &mut Read, tenant: TenantId, id: Uuid) -> Result<Option<Stored>, DbError> {
    Ok(read.query_opt::<DeviceRow>(GET, &[&tenant, &id])?.map(Stored::from))
}

pub(crate) fn by_id(read: &mut Read, id: Uuid) -> Result<Option<Stored>, DbError> {
    Ok(read.query_opt::<DeviceRow>(BY_ID, &[&id])?.map(Stored::from))
}

pub(crate) fn of_tenant(read: &mut Read, tenant: TenantId) -> Result<Vec<Stored>, DbError> {
    Ok(read.query::<DeviceRow>(OF_TENANT, &[&tenant])?.into_iter().map(Stored::from).collect())
}

/// The printers on record of every tenant.
pub(crate) fn printers(read: &mut Read) -> Result<Vec<Stored>, DbError> {
    Ok(read.query::<DeviceRow>(PRINTERS, &[])?.into_iter().map(Stored::from).collect())
}

pub(crate) fn count_at(read: &mut Read, tenant: TenantId, site: SiteId) -> Result<i64, DbError> {
    read.query_one(COUNT_AT, &[&tenant, &site])
}

/// Removes the rows of devices that were revoked at a site, so that the site can be deleted.
pub(crate) fn drop_revoked_at(tx: &mut Tx, tenant: TenantId, site: SiteId) -> Result<(), DbError> {
    tx.execute(DROP_REVOKED_AT, &[&tenant, &site])?;
    Ok(())
}

/// Keeps a device's wish to be paired; false when its code is in use.
pub(crate) fn insert_pairing(tx: &mut Tx, pairing: &PairingRow) -> Result<bool, DbError> {
    let now = tx.now();
    tx.execute(PURGE_PAIRINGS, &[&now])?;
    let rows = tx.execute(
        INSERT_PAIRING,
        &[
            &pairing.id,
            &pairing.code,
            &pairing.secret_hash,
            &pairing.device_type,
            &pairing.device_id,
            &pairing.device_tenant,
            &pairing.expires_at,
        ],
    )?;
    Ok(rows == 1)
}

pub(crate) fn by_code(read: &mut Read, code: &str) -> Result<Option<PairingRow>, DbError> {
    read.query_opt(BY_CODE, &[&code])
}

pub(crate) fn pairing(read: &mut Read, id: Uuid) -> Result<Option<PairingRow>, DbError> {
    read.query_opt(PAIRING, &[&id])
}

/// Gives a waiting device its place; false when somebody was faster or the code has run out.
pub(crate) fn claim(tx: &mut Tx, pairing: Uuid, device: &Device) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(CLAIM, &[&pairing, &device.id, &device.tenant_id, &now])? == 1)
}

pub(crate) fn end_pairing(tx: &mut Tx, id: Uuid) -> Result<bool, DbError> {
    Ok(tx.execute(END_PAIRING, &[&id])? == 1)
}

pub(crate) fn insert_key(tx: &mut Tx, key: &ApiKey) -> Result<(), DbError> {
    tx.execute(
        INSERT_KEY,
        &[
            &key.id,
            &key.tenant_id,
            &key.name,
            &Json(&key.scopes),
            &Json(&key.sites),
            &key.secret_hash,
            &key.hint,
            &key.created_at,
            &key.expires_at,
            &key.last_used_at,
            &key.revoked_at,
        ],
    )?;
    Ok(())
}

pub(crate) fn keys(read: &mut Read, tenant: TenantId) -> Result<Vec<ApiKey>, DbError> {
    Ok(read.query::<ApiKeyRow>(KEYS, &[&tenant])?.into_iter().map(ApiKey::from).collect())
}

pub(crate) fn key_by_id(read: &mut Read, id: Uuid) -> Result<Option<ApiKey>, DbError> {
    Ok(read.query_opt::<ApiKeyRow>(KEY_BY_ID, &[&id])?.map(ApiKey::from))
}

/// Revokes a key; false when there is none.
pub(crate) fn revoke_key(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(REVOKE_KEY, &[&tenant, &id, &now])? == 1)
}

pub(crate) fn used_key(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<(), DbError> {
    tx.execute(USED_KEY, &[&id, &at])?;
    Ok(())
}
