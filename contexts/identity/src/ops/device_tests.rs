//! Has a device print, chime or speak, and keeps what it says of that.

use usher_db::Tx;
use usher_kernel::{TenantId, random};
use uuid::Uuid;

use super::devices::find;
use crate::error::Error;
use crate::model::{DeviceTask, DeviceTest, DeviceType, TestOutcome};
use crate::store::devices::Stored;
use crate::{events, store};

/// Asks a device to show that it can do something; the one that was asked before gets no answer any more.
///
/// # Errors
/// No such device within the caller's sites; one that has no such part.
pub fn ask_test(tx: &mut Tx, tenant: TenantId, id: Uuid, what: DeviceTask) -> Result<DeviceTest, Error> {
    let Stored { device, .. } = find(tx, tenant, id)?;
    if !device.kind.can(what) {
        let text = match (device.kind, what) {
            (DeviceType::Printer, DeviceTask::Print) => {
                "A printer is not asked, the server prints at it: …/devices/{id}/print-test.".to_owned()
            }
            (kind, _) => format!("A {kind} cannot be asked for this: {what}."),
        };
        return Err(Error::field("what", "not_for_device", text));
    }
    let now = tx.now();
    let test = DeviceTest { id: random::uuid_v7(now), what, asked_at: now, outcome: None, answered_at: None };
    if !store::devices::set_test(tx, tenant, id, &test)? {
        return Err(Error::NotFound("device"));
    }
    let facts = events::DeviceTested { device_id: id, name: device.name.clone(), test: test.clone() };
    events::device_state(tx, events::DEVICE_TEST_ASKED, &device, &facts)?;
    Ok(test)
}

/// Keeps how a test went, from the device itself.
///
/// # Errors
/// Another test is open there, or none, or nobody waits for this one any more.
pub fn answer_test(
    tx: &mut Tx,
    tenant: TenantId,
    device: Uuid,
    test: Uuid,
    outcome: TestOutcome,
) -> Result<(), Error> {
    let stored = store::devices::get(tx, tenant, device)?.ok_or(Error::NotFound("device"))?;
    let now = tx.now();
    let open = stored.presence.test.filter(|open| open.id == test && open.is_open(now));
    let open = open.ok_or(Error::NotFound("test"))?;
    let test = DeviceTest { outcome: Some(outcome), answered_at: Some(now), ..open };
    if !store::devices::set_test(tx, tenant, device, &test)? {
        return Err(Error::NotFound("device"));
    }
    let facts = events::DeviceTested { device_id: device, name: stored.device.name.clone(), test };
    Ok(events::device_state(tx, events::DEVICE_TESTED, &stored.device, &facts)?)
}
