//! Devices: paired with a code that the device shows and a member enters.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use usher_db::{DbError, Lane, Read, Tx};
use usher_kernel::{Change, Diff, SiteId, SystemCtx, TenantId, Timestamp, UserId};
use usher_tenancy::{Resident, SiteGuard};
use uuid::Uuid;

use crate::error::Error;
use crate::model::{
    CODE_LIFE, Device, DeviceChange, DeviceType, DeviceView, NewPrinter, PairDevice, Paper, Presence,
    PrinterState, SILENT_AFTER, SecretKind, mint, pairing_code, read_secret, typed_code,
};
use crate::store::devices::{PairingRow, Stored};
use crate::{Identity, events, store};

/// What a device gets that asks to be paired.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PairingStarted {
    /// What it shows, for a member to enter: 8 letters without I, O, 0 and 1.
    pub code: String,
    /// What it asks with whether somebody has; a secret.
    pub device_code: String,
    /// Until when the code can be entered.
    pub expires_at: Timestamp,
}

/// What a waiting device is told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Poll {
    /// Whether somebody has entered the code.
    pub paired: bool,
    /// The device's credential, this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceView>,
}

/// What a waiting device says of itself, for who is about to pair it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PairingShown {
    /// What it is; null where it does not say.
    #[serde(rename = "type")]
    pub kind: Option<DeviceType>,
    /// Until when the code can be entered.
    pub expires_at: Timestamp,
}

/// The device that shows a code.
///
/// # Errors
/// It cannot be a code, or no device shows it.
pub fn shown_by(read: &mut Read, code: &str) -> Result<PairingShown, Error> {
    let code = read_code(code)?;
    let pairing = waiting(read, &code)?;
    Ok(PairingShown { kind: pairing.device_type, expires_at: pairing.expires_at })
}

/// A code as somebody typed it.
fn read_code(text: &str) -> Result<String, Error> {
    let wrong = || Error::field("code", "not_a_code", "A pairing code has 8 letters and digits.");
    typed_code(text).ok_or_else(wrong)
}

/// The device that shows `code` and has no place yet.
fn waiting(read: &mut Read, code: &str) -> Result<PairingRow, Error> {
    let now = read.now();
    let found = store::devices::by_code(read, code)?;
    found.filter(|one| one.expires_at > now && one.device_id.is_none()).ok_or(Error::UnknownCode)
}

/// Gives a waiting device its place in a tenant. Its credential is made when it asks for it.
///
/// # Errors
/// No device shows the code; values that cannot be kept; a site that the caller does not reach.
pub fn pair_device(
    tx: &mut Tx,
    tenant: TenantId,
    default_site: Option<SiteId>,
    known_site: &dyn Fn(SiteId) -> bool,
    input: &PairDevice,
) -> Result<Device, Error> {
    let code = read_code(&input.code)?;
    let missing = || Error::field("site_id", "required", "Say at which site the device stands.");
    let site_id = input.site_id.or(default_site).ok_or_else(missing)?;
    check_site(tx, site_id, known_site)?;
    let now = tx.now();
    let pairing = waiting(tx, &code)?;
    let kind = input.kind.or(pairing.device_type).unwrap_or(DeviceType::Kiosk);
    let name = input.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let device = new_device(tenant, name.unwrap_or(kind.as_str()), kind, site_id, input.config.clone(), now);
    let faults = device.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    if !store::devices::claim(tx, pairing.id, &device)? {
        return Err(Error::UnknownCode);
    }
    store::devices::insert(tx, &device, None)?;
    events::device(tx, events::DEVICE_PAIRED, &device, Diff::default())?;
    Ok(device)
}

/// Puts a printer on record. It shows no code, since it has no screen, and needs no credential: the server speaks to it.
///
/// # Errors
/// Something else than a printer; values that cannot be kept; a site that the caller does not reach.
pub fn register_printer(
    tx: &mut Tx,
    tenant: TenantId,
    default_site: Option<SiteId>,
    known_site: &dyn Fn(SiteId) -> bool,
    input: &NewPrinter,
) -> Result<Device, Error> {
    let kind = input.kind.unwrap_or(DeviceType::Printer);
    if kind != DeviceType::Printer {
        let text = format!("A {kind} shows a code: pair it by that, with …/devices/pair.");
        return Err(Error::field("type", "shows_a_code", text));
    }
    let missing = || Error::field("site_id", "required", "Say at which site the printer stands.");
    let site_id = input.site_id.or(default_site).ok_or_else(missing)?;
    check_site(tx, site_id, known_site)?;
    let device = new_device(tenant, input.name.trim(), kind, site_id, input.config.clone(), tx.now());
    let faults = device.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    store::devices::insert(tx, &device, None)?;
    events::device(tx, events::DEVICE_PAIRED, &device, Diff::default())?;
    Ok(device)
}

fn new_device(
    tenant: TenantId,
    name: &str,
    kind: DeviceType,
    site_id: SiteId,
    config: Map<String, Value>,
    now: Timestamp,
) -> Device {
    Device {
        id: usher_kernel::random::uuid_v7(now),
        tenant_id: tenant,
        name: name.to_owned(),
        kind,
        site_id,
        config,
        version: 1,
        created_at: now,
        updated_at: now,
        revoked_at: None,
    }
}

/// Changes a device's set-up.
///
/// # Errors
/// No such device; another version; values that cannot be kept; a site that the caller does not reach.
pub fn change_device(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    id: Uuid,
    change: DeviceChange,
    read_version: Option<i64>,
) -> Result<DeviceView, Error> {
    let Stored { device: before, mut presence, .. } = find(tx, tenant, id)?;
    if read_version.is_some_and(|read| read != before.version) {
        return Err(Error::Stale { current: before.version });
    }
    let mut device = before.clone();
    if let Some(name) = change.name {
        device.name = name.trim().to_owned();
    }
    if let Some(site) = change.site_id {
        check_site(tx, site, known_site)?;
        device.site_id = site;
    }
    match change.config {
        Change::Keep => {}
        Change::Clear => device.config = Map::new(),
        Change::Set(config) => device.config = config,
    }
    let faults = device.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    let diff = Diff::between(&before, &device, &["version", "updated_at"]);
    if !diff.is_empty() {
        device.version += 1;
        device.updated_at = tx.now();
        store::devices::update(tx, &device)?;
        events::device(tx, events::DEVICE_UPDATED, &device, diff)?;
    }
    // Whoever says how the paper stands knows it better than what was said before; of another printer nothing was said
    // yet; another edit says nothing of either.
    let changed = |key: &str| device.config.get(key) != before.config.get(key);
    let other = changed("printer_id") || changed("printer_address");
    if other || changed("paper") {
        let printer = if other { PrinterState::Ok } else { presence.printer };
        let paper = device.paper_said();
        note_printer(tx, &device, &presence, paper, printer)?;
        (presence.paper, presence.printer) = (paper, printer);
    }
    Ok(DeviceView::at(device, presence, tx.now()))
}

/// Revokes a device: its credential is worth nothing from this moment.
///
/// # Errors
/// No such device.
pub fn revoke_device(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<(), Error> {
    let mut device = find(tx, tenant, id)?.device;
    device.revoked_at = Some(tx.now());
    device.updated_at = tx.now();
    device.version += 1;
    store::devices::update(tx, &device)?;
    events::device(tx, events::DEVICE_REVOKED, &device, Diff::default())?;
    Ok(())
}

/// How a device's paper stands, in the words that a report uses.
fn paper_in(report: &Map<String, Value>) -> Option<Paper> {
    report.get("paper").and_then(Value::as_str)?.parse().ok()
}

/// What a device's printer, the device itself or the set-up said of paper and printer. Staff hear of what changed.
///
/// # Errors
/// No such device.
fn note_printer(
    tx: &mut Tx,
    device: &Device,
    presence: &Presence,
    paper: Paper,
    printer: PrinterState,
) -> Result<(), Error> {
    if (paper, printer) == (presence.paper, presence.printer) {
        return Ok(());
    }
    if !store::devices::set_printer(tx, device.tenant_id, device.id, paper, printer)? {
        return Err(Error::NotFound("device"));
    }
    let name = || device.name.clone();
    if paper != presence.paper {
        let facts =
            events::DeviceStood { device_id: device.id, name: name(), before: presence.paper, after: paper };
        events::device_state(tx, events::DEVICE_PAPER, device, &facts)?;
    }
    if printer != presence.printer {
        let (before, after) = (presence.printer, printer);
        let facts = events::DeviceStood { device_id: device.id, name: name(), before, after };
        events::device_state(tx, events::DEVICE_PRINTER, device, &facts)?;
    }
    Ok(())
}

/// Keeps what a printer on the network said: whether it takes tickets, and its paper where it says so. Of a printer that
/// is on record itself an answer is a sign of life.
///
/// # Errors
/// No such device.
pub(crate) fn printer_said(
    tx: &mut Tx,
    tenant: TenantId,
    id: Uuid,
    paper: Option<Paper>,
    printer: PrinterState,
) -> Result<(), Error> {
    let before = store::devices::get(tx, tenant, id)?.ok_or(Error::NotFound("device"))?;
    let answered = paper.is_some() || printer == PrinterState::Ok;
    if before.device.kind == DeviceType::Printer && answered {
        sign_of_life(tx, &before, &before.presence.report)?;
    }
    let paper = paper.unwrap_or(before.presence.paper);
    note_printer(tx, &before.device, &before.presence, paper, printer)
}

/// A device was heard of; staff are told where it had been silent.
fn sign_of_life(tx: &mut Tx, before: &Stored, report: &Map<String, Value>) -> Result<(), Error> {
    let Device { id, tenant_id, .. } = before.device;
    if !store::devices::ping(tx, tenant_id, id, report)? {
        return Err(Error::NotFound("device"));
    }
    if let Some(since) = before.silent_since {
        let name = before.device.name.clone();
        let facts = events::DeviceBack { device_id: id, name, silent_since: since };
        events::device_state(tx, events::DEVICE_BACK, &before.device, &facts)?;
    }
    Ok(())
}

/// A sign of life, with what the device says of itself. Staff hear of it only where something has changed for them:
/// it was silent, or its paper is low, at an end or there again.
///
/// # Errors
/// No such device; more than 4 KiB to say.
pub fn ping_device(
    tx: &mut Tx,
    tenant: TenantId,
    id: Uuid,
    report: &Map<String, Value>,
) -> Result<(), Error> {
    if serde_json::to_string(report).map_or(0, |text| text.len()) > 4096 {
        return Err(Error::field("report", "too_large", "A ping holds at most 4 KiB."));
    }
    let Some(before) = store::devices::get(tx, tenant, id)? else { return Err(Error::NotFound("device")) };
    sign_of_life(tx, &before, report)?;
    let paper = paper_in(report).unwrap_or(before.presence.paper);
    note_printer(tx, &before.device, &before.presence, paper, before.presence.printer)
}

/// Marks devices that stopped giving signs of life, of every tenant, and tells of each once.
///
/// # Errors
/// The database.
pub(crate) fn raise_silence(tx: &mut Tx) -> Result<(), Error> {
    let before = tx.now().checked_sub(SILENT_AFTER).unwrap_or(Timestamp::MIN);
    for tenant in store::devices::tenants_with_silent(tx, before)? {
        for device in store::devices::fell_silent(tx, tenant, before)? {
            let facts =
                events::DeviceSilent { device_id: device.id, name: device.name.clone(), kind: device.kind };
            events::device_state(tx, events::DEVICE_SILENT, &device, &facts)?;
        }
    }
    Ok(())
}

/// A device of the tenant within the caller's sites.
pub(super) fn find(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<Stored, Error> {
    let stored = store::devices::get(tx, tenant, id)?.ok_or(Error::NotFound("device"))?;
    if !tx.caller().may_at(stored.device.site_id) {
        return Err(Error::NotFound("device"));
    }
    Ok(stored)
}

fn check_site(tx: &Tx, site: SiteId, known_site: &dyn Fn(SiteId) -> bool) -> Result<(), Error> {
    if !known_site(site) {
        return Err(Error::field("site_id", "unknown_site", "There is no such site."));
    }
    if !tx.caller().may_at(site) {
        return Err(Error::AboveOwn);
    }
    Ok(())
}

impl Identity {
    /// Begins to pair a device that nobody knows yet.
    pub(crate) async fn start_pairing(
        &self,
        sys: &SystemCtx,
        kind: Option<DeviceType>,
    ) -> Result<PairingStarted, Error> {
        let write = move |tx: &mut Tx| {
            let now = tx.now();
            let id = usher_kernel::random::uuid_v7(now);
            let secret = mint(SecretKind::Pairing, id);
            let expires_at = now.checked_add(CODE_LIFE).unwrap_or(now);
            // One in 10^12 codes is in use already; three in a row never are.
            for _ in 0..3 {
                let pairing = PairingRow {
                    id,
                    code: pairing_code(),
                    secret_hash: secret.hash,
                    device_type: kind,
                    device_id: None,
                    device_tenant: None,
                    expires_at,
                };
                if store::devices::insert_pairing(tx, &pairing)? {
                    return Ok(PairingStarted { code: pairing.code, device_code: secret.text, expires_at });
                }
            }
            Err(Error::Internal("no pairing code is free".to_owned()))
        };
        self.db().write_system(sys, Lane::Any, write).await
    }

    /// Whether somebody has entered the code; if so, the device's credential, this once.
    ///
    /// # Errors
    /// The code has run out, or the credential was fetched before.
    pub(crate) async fn poll_pairing(&self, sys: &SystemCtx, device_code: &str) -> Result<Poll, Error> {
        let presented = read_secret(SecretKind::Pairing, device_code).ok_or(Error::NotFound("pairing"))?;
        let found = self
            .db()
            .read_system(sys, move |read| store::devices::pairing(read, presented.id))
            .await?
            .filter(|pairing| pairing.secret_hash == presented.hash && pairing.expires_at > sys.now());
        let pairing = found.ok_or(Error::NotFound("pairing"))?;
        let (Some(id), Some(tenant)) = (pairing.device_id, pairing.device_tenant) else {
            return Ok(Poll { paired: false, token: None, device: None });
        };
        let write = move |tx: &mut Tx| {
            let stored = store::devices::get(tx, tenant, id)?;
            // Deleting the row decides which of two polls gets the credential.
            if !store::devices::end_pairing(tx, pairing.id)? {
                return Err(Error::NotFound("pairing"));
            }
            let Some(stored) = stored else { return Ok(None) };
            let secret = mint(SecretKind::Device, id);
            store::devices::set_secret(tx, tenant, id, &secret.hash)?;
            let device = DeviceView::at(stored.device, stored.presence, tx.now());
            Ok(Some(Poll { paired: true, token: Some(secret.text), device: Some(device) }))
        };
        // A device that was revoked before it fetched its credential has none to fetch.
        self.write_for(sys, Some(tenant), write).await?.ok_or(Error::NotFound("pairing"))
    }

    /// Creates a device that is paired from the start, with its credential: for the demo and for
    /// installations that roll out devices by script.
    ///
    /// # Errors
    /// Values that cannot be kept.
    pub async fn provision_device(
        &self,
        sys: &SystemCtx,
        tenant: TenantId,
        site: SiteId,
        kind: DeviceType,
        name: &str,
        config: Map<String, Value>,
    ) -> Result<(DeviceView, String), Error> {
        let name = name.to_owned();
        let write = move |tx: &mut Tx| {
            let device = new_device(tenant, &name, kind, site, config.clone(), tx.now());
            let faults = device.faults();
            if !faults.is_empty() {
                return Err(Error::Fields(faults));
            }
            let secret = mint(SecretKind::Device, device.id);
            store::devices::insert(tx, &device, Some(&secret.hash))?;
            events::device(tx, events::DEVICE_PAIRED, &device, Diff::default())?;
            Ok((DeviceView::new(device, tx.now()), secret.text))
        };
        self.write_for(sys, Some(tenant), write).await
    }
}

/// Devices and shifts that are not over keep a site from being deleted.
pub(crate) struct DevicesAtSite;

/// Who belongs to a tenant, for the context that keeps tenants.
pub(crate) struct Members;

impl usher_tenancy::People for Members {
    fn belongs(&self, tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<bool, DbError> {
        Ok(store::members::of_user_in(tx, tenant, user)?.is_some())
    }
}

impl SiteGuard for DevicesAtSite {
    fn residents(&self, tx: &mut Tx, site: SiteId) -> Result<Vec<Resident>, DbError> {
        let Some(tenant) = tx.tenant() else { return Ok(Vec::new()) };
        let count = store::devices::count_at(tx, tenant, site)?;
        if count == 0 {
            // Rows of revoked devices would hold the site by their foreign key; their history is in the log.
            store::devices::drop_revoked_at(tx, tenant, site)?;
        }
        let shifts = store::shifts::count_at(tx, tenant, site)?;
        if shifts == 0 {
            store::shifts::drop_past_at(tx, tenant, site)?;
        }
        Ok(vec![Resident { what: "devices", count }, Resident { what: "shifts", count: shifts }])
    }
}
