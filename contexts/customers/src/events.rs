//! What this context publishes. Values that are personal stand beside the event, so that they can be erased; what
//! stands in it is which fields changed, and what somebody agreed to.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use usher_db::{DbError, Tx};
use usher_events::{NewEvent, append_for};
use usher_kernel::Diff;

use crate::model::{Customer, CustomerId, Source};

/// A tenant came to know somebody.
pub const CUSTOMER_CREATED: &str = "customer.created";
/// A record was changed.
pub const CUSTOMER_UPDATED: &str = "customer.updated";
/// A duplicate went into another record, and with it everything that it had.
pub const CUSTOMER_MERGED: &str = "customer.merged";
/// Somebody was handed everything that is known of a person.
pub const CUSTOMER_EXPORTED: &str = "customer.exported";
/// A person was erased.
pub const CUSTOMER_ERASED: &str = "customer.erased";

/// The version of every payload here.
const VERSION: u16 = 1;

/// What was said to one purpose: in `customer.created` and `customer.updated`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// The purpose.
    pub purpose: String,
    /// Whether it was agreed to.
    pub granted: bool,
    /// How it came.
    pub source: String,
}

/// `customer.created`, `customer.updated`, `customer.exported`, `customer.erased`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CustomerEvent {
    /// The customer.
    pub customer_id: CustomerId,
    /// How the tenant came to know them.
    pub source: Source,
    /// The fields that were filled or changed.
    pub fields: Vec<String>,
    /// What was said to purposes with it.
    pub consents: Vec<Said>,
}

/// `customer.merged`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MergedEvent {
    /// The record that stays.
    pub customer_id: CustomerId,
    /// The one that went into it.
    pub duplicate_id: CustomerId,
}

/// Each kind with its version and the schema of its payload.
pub fn schemas() -> Vec<(&'static str, u16, Schema)> {
    let of = |kind| {
        let mut generator = SchemaGenerator::default();
        let schema = match kind {
            CUSTOMER_MERGED => generator.root_schema_for::<MergedEvent>(),
            _ => generator.root_schema_for::<CustomerEvent>(),
        };
        (kind, VERSION, schema)
    };
    [CUSTOMER_CREATED, CUSTOMER_UPDATED, CUSTOMER_MERGED, CUSTOMER_EXPORTED, CUSTOMER_ERASED].map(of).into()
}

/// What an event keeps apart of a person.
fn personal(customer: &Customer) -> Value {
    json!({
        "name": customer.name, "phone": customer.phone, "email": customer.email, "locale": customer.locale,
        "preferences": customer.preferences, "metadata": customer.metadata, "notes": customer.notes,
        "user_id": customer.user_id,
    })
}

/// What was said between two states of a record.
fn said(before: Option<&Customer>, after: &Customer) -> Vec<Said> {
    let news = after.consents.iter().filter(|(purpose, said)| {
        before.and_then(|before| before.consents.get(*purpose)).is_none_or(|known| known != *said)
    });
    news.map(|(purpose, said)| Said {
        purpose: purpose.clone(),
        granted: said.granted,
        source: said.source.clone(),
    })
    .collect()
}

fn write(
    tx: &mut Tx,
    kind: &'static str,
    customer: &Customer,
    facts: &CustomerEvent,
    personal: Option<Value>,
) -> Result<(), DbError> {
    let thing = ("customer", customer.id.uuid());
    let mut event = NewEvent::new(kind, VERSION, thing, customer.version, facts);
    event.personal = personal;
    append_for(tx, customer.tenant_id, event).map(drop)
}

/// `customer.created`.
pub(crate) fn created(tx: &mut Tx, customer: &Customer) -> Result<(), DbError> {
    let nobody = customer.emptied(customer.status, customer.created_at);
    let diff = Diff::between(&personal(&nobody), &personal(customer), &[]);
    let facts = CustomerEvent {
        customer_id: customer.id,
        source: customer.source,
        fields: diff.after.keys().cloned().collect(),
        consents: said(None, customer),
    };
    write(tx, CUSTOMER_CREATED, customer, &facts, Some(Value::Object(diff.after)))
}

/// `customer.updated`; nothing when nothing changed.
pub(crate) fn updated(tx: &mut Tx, before: &Customer, after: &Customer) -> Result<(), DbError> {
    let diff = Diff::between(&personal(before), &personal(after), &[]);
    let facts = CustomerEvent {
        customer_id: after.id,
        source: after.source,
        fields: diff.after.keys().cloned().collect(),
        consents: said(Some(before), after),
    };
    let personal = (!diff.is_empty()).then(|| json!({ "before": diff.before, "after": diff.after }));
    write(tx, CUSTOMER_UPDATED, after, &facts, personal)
}

/// `customer.merged`, with what the duplicate was beside it.
pub(crate) fn merged(tx: &mut Tx, into: &Customer, duplicate: &Customer) -> Result<(), DbError> {
    let facts = MergedEvent { customer_id: into.id, duplicate_id: duplicate.id };
    let event = NewEvent::new(CUSTOMER_MERGED, VERSION, ("customer", into.id.uuid()), into.version, &facts)
        .with_personal(json!({ "duplicate": personal(duplicate) }));
    append_for(tx, into.tenant_id, event).map(drop)
}

/// `customer.exported` and `customer.erased`.
pub(crate) fn noted(tx: &mut Tx, kind: &'static str, customer: &Customer) -> Result<(), DbError> {
    let facts = CustomerEvent {
        customer_id: customer.id,
        source: customer.source,
        fields: Vec::new(),
        consents: Vec::new(),
    };
    write(tx, kind, customer, &facts, None)
}
