//! What this context publishes.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The personal values of a person were erased.
pub const PERSON_ERASED: &str = "audit.person_erased";
/// The addresses from which a user acted were erased.
pub const ADDRESSES_ERASED: &str = "audit.addresses_erased";

/// Every kind that this context publishes.
pub const KINDS: &[&str] = &[PERSON_ERASED, ADDRESSES_ERASED];

/// The version of every payload here.
pub(crate) const VERSION: u16 = 1;

/// `audit.person_erased`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PersonErased {
    /// The other records whose events held something of the person.
    pub things: Vec<Uuid>,
    /// How many values were erased.
    pub values: u64,
}

/// `audit.addresses_erased`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AddressesErased {
    /// How many addresses were erased.
    pub addresses: u64,
}

/// Each kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    let generator = SchemaGenerator::default;
    vec![
        (PERSON_ERASED, VERSION, generator().into_root_schema_for::<PersonErased>()),
        (ADDRESSES_ERASED, VERSION, generator().into_root_schema_for::<AddressesErased>()),
    ]
}
