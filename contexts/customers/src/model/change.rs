//! What a client sends to make or change a record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use usher_kernel::{Change, Timestamp, UserId};

use super::contact::plain_phone;
use super::{Channel, Consent, Customer};

/// What somebody says to one purpose.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentInput {
    /// Whether they agree.
    pub granted: bool,
    /// How it came; the kind of who says it when absent.
    #[serde(default)]
    pub source: Option<String>,
    /// When it was said: ignored, it is now.
    #[serde(default, rename = "at")]
    _at: usher_kernel::ReadOnly,
}

impl ConsentInput {
    /// What was said, and how that came.
    pub(super) fn of(granted: bool, source: &str) -> Self {
        Self { granted, source: Some(source.to_owned()), _at: usher_kernel::ReadOnly }
    }
}

/// A new customer, or a change of one: what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerChange {
    /// What they are called.
    #[serde(alias = "full_name")]
    #[schemars(example = &"Ana Example")]
    pub name: Option<String>,
    /// Their telephone number, with the country's prefix.
    #[serde(alias = "phone_number")]
    #[schemars(example = &"+49 30 1234567")]
    pub phone: Change<String>,
    /// Their e-mail address.
    #[schemars(example = &"ana@home.example")]
    pub email: Change<String>,
    /// The language they read.
    #[serde(alias = "language")]
    #[schemars(example = &"en")]
    pub locale: Change<String>,
    /// Whether they want to be reached on a channel; null takes what they said away.
    pub preferences: Option<BTreeMap<Channel, Option<bool>>>,
    /// What they say to purposes; the others stay.
    pub consents: Option<BTreeMap<String, ConsentInput>>,
    /// Metadata to set by name; null takes one away.
    pub metadata: Option<Map<String, Value>>,
    /// What staff should know.
    pub notes: Change<String>,
    /// Their account in this tenant.
    pub user_id: Change<UserId>,
}

impl CustomerChange {
    /// Puts the change into effect; version and times of the record are the caller's matter. `by` is the kind of
    /// who says it.
    pub fn apply(self, customer: &mut Customer, now: Timestamp, by: &str) {
        if let Some(name) = self.name {
            customer.name = name.trim().to_owned();
        }
        match self.phone {
            Change::Keep => {}
            Change::Clear => customer.phone = None,
            Change::Set(phone) => {
                customer.phone = Some(plain_phone(&phone)).filter(|phone| !phone.is_empty())
            }
        }
        trimmed(self.email, &mut customer.email);
        trimmed(self.locale, &mut customer.locale);
        trimmed(self.notes, &mut customer.notes);
        self.user_id.apply(&mut customer.user_id);
        for (channel, wanted) in self.preferences.into_iter().flatten() {
            match wanted {
                Some(wanted) => drop(customer.preferences.insert(channel, wanted)),
                None => drop(customer.preferences.remove(&channel)),
            }
        }
        for (purpose, said) in self.consents.into_iter().flatten() {
            let source = said.source.map_or_else(|| by.to_owned(), |text| text.trim().to_owned());
            let known = customer.consents.get(&purpose);
            // Who sends back what was read has not said it again.
            if known.is_none_or(|known| known.granted != said.granted || known.source != source) {
                customer.consents.insert(purpose, Consent { granted: said.granted, at: now, source });
            }
        }
        for (name, value) in self.metadata.into_iter().flatten() {
            if value.is_null() {
                customer.metadata.remove(&name);
            } else {
                customer.metadata.insert(name, value);
            }
        }
    }
}

/// A text without space around it; an empty one is none.
fn trimmed(change: Change<String>, place: &mut Option<String>) {
    match change {
        Change::Keep => {}
        Change::Clear => *place = None,
        Change::Set(text) => *place = Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
    }
}
