//! Every half minute: devices that have fallen silent are told of, once.

use usher_db::Tx;
use usher_jobs::{Recurring, Schedule};
use usher_kernel::{Fault, SignedDuration};

use crate::ops;

/// Raises `device.silent` for devices that stopped giving signs of life.
pub struct Silence;

impl Recurring for Silence {
    fn name(&self) -> &'static str {
        "identity.device_silence"
    }

    fn schedule(&self) -> Schedule {
        Schedule::Every(SignedDuration::from_secs(30))
    }

    fn run(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        Ok(ops::raise_silence(tx)?)
    }
}
