//! A record as the person reads and changes it themselves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{Change, FieldFault, Timestamp};

use super::change::ConsentInput;
use super::{Channel, Consent, Customer, CustomerChange, CustomerId};

/// Purposes that anybody may speak to, asked or not.
const USUAL: &[&str] = &["marketing"];
/// How a consent came that the person gave themselves.
const SELF: &str = "account";

/// One's own record: what the tenant keeps of whoever asks, without what only staff read.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct OwnRecord {
    /// The record; null until there is one: the first change or ticket makes it.
    pub customer_id: Option<CustomerId>,
    /// What one is called here.
    #[schemars(example = &"Ana Example")]
    pub name: String,
    /// One's telephone number, E.164.
    #[schemars(example = &"+49301234567")]
    pub phone: Option<String>,
    /// One's e-mail address.
    #[schemars(example = &"ana@home.example")]
    pub email: Option<String>,
    /// The language one reads.
    #[schemars(example = &"en")]
    pub locale: Option<String>,
    /// Whether one wants to be reached on a channel, where one said so.
    pub preferences: BTreeMap<Channel, bool>,
    /// What one agreed to, by purpose.
    pub consents: BTreeMap<String, Consent>,
    /// Grows with each change; 0 until there is a record.
    pub version: i64,
    /// When it was last changed; null until there is a record.
    pub updated_at: Option<Timestamp>,
}

impl From<Customer> for OwnRecord {
    fn from(customer: Customer) -> Self {
        Self {
            customer_id: Some(customer.id),
            name: customer.name,
            phone: customer.phone,
            email: customer.email,
            locale: customer.locale,
            preferences: customer.preferences,
            consents: customer.consents,
            version: customer.version,
            updated_at: Some(customer.updated_at),
        }
    }
}

impl OwnRecord {
    /// What a record would say that is not there yet.
    pub fn to_be(customer: Customer) -> Self {
        Self { customer_id: None, version: 0, updated_at: None, ..Self::from(customer) }
    }
}

/// What one says to one purpose.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnConsent {
    /// Whether one agrees.
    pub granted: bool,
    /// How it came: ignored, it comes from oneself.
    #[serde(default, rename = "source")]
    _source: usher_kernel::ReadOnly,
    /// When it was said: ignored, it is now.
    #[serde(default, rename = "at")]
    _at: usher_kernel::ReadOnly,
}

/// A change of one's own record: what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OwnChange {
    /// What one is called here.
    #[serde(alias = "full_name")]
    #[schemars(example = &"Ana Example")]
    pub name: Option<String>,
    /// The language one reads.
    #[serde(alias = "language")]
    #[schemars(example = &"en")]
    pub locale: Change<String>,
    /// Whether one wants to be reached on a channel; null takes what one said away.
    pub preferences: Option<BTreeMap<Channel, Option<bool>>>,
    /// What one says to purposes; the others stay.
    pub consents: Option<BTreeMap<String, OwnConsent>>,
}

impl OwnChange {
    /// What is wrong with it for this record: one speaks to purposes that one was asked for, and to those that
    /// everybody is asked for sooner or later.
    pub fn faults(&self, record: &Customer) -> Vec<FieldFault> {
        let purposes = self.consents.iter().flat_map(BTreeMap::keys);
        let unknown =
            purposes.filter(|one| !record.consents.contains_key(*one) && !USUAL.contains(&one.as_str()));
        let fault = |purpose: &String| FieldFault {
            field: format!("consents.{purpose}"),
            code: "unknown",
            message: "You were not asked for this.".to_owned(),
        };
        unknown.map(fault).collect()
    }

    /// The same as a change of the record. What is said again as it was said before stays as it came.
    pub fn into_change(self, record: &Customer) -> CustomerChange {
        let anew = |(purpose, said): (String, OwnConsent)| {
            let known = record.consents.get(&purpose).is_some_and(|known| known.granted == said.granted);
            (!known).then(|| (purpose, ConsentInput::of(said.granted, SELF)))
        };
        CustomerChange {
            name: self.name,
            locale: self.locale,
            preferences: self.preferences,
            consents: self.consents.map(|all| all.into_iter().filter_map(anew).collect()),
            ..CustomerChange::default()
        }
    }
}
