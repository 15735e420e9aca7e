//! What this context publishes.

/// The personal values of a person were erased. Payload: `{"things": [ids], "values": count}`.
pub const PERSON_ERASED: &str = "audit.person_erased";
/// The addresses from which a user acted were erased. Payload: `{"addresses": count}`.
pub const ADDRESSES_ERASED: &str = "audit.addresses_erased";

/// Every kind that this context publishes.
pub const KINDS: &[&str] = &[PERSON_ERASED, ADDRESSES_ERASED];
