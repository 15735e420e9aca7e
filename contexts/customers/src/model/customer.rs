//! A person as one tenant knows them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_kernel::{FieldFault, Id, TenantId, Timestamp, UserId, is_unshowable, text_enum};
use usher_tenancy::model::{is_email, is_locale};

use super::contact::is_e164;

/// Longest name, in letters.
const MOST_NAME: usize = 120;
/// Longest notes, in letters.
const MOST_NOTES: usize = 4_000;
/// Largest metadata, as JSON text, in bytes.
const MOST_METADATA: usize = 16 * 1024;
/// The most purposes that somebody is asked for.
const MOST_PURPOSES: usize = 32;

/// Marks [`CustomerId`].
pub enum CustomerKind {}

/// A person who is served, as one tenant knows them.
pub type CustomerId = Id<CustomerKind>;

text_enum! {
    /// A way to reach somebody.
    pub enum Channel {
        /// A mail.
        Email = "email",
        /// A text message.
        Sms = "sms",
        /// A WhatsApp message.
        Whatsapp = "whatsapp",
        /// A push message to their phone or browser.
        Push = "push",
        /// A notification inside the product.
        InApp = "in_app",
    }
}

text_enum! {
    /// How a tenant came to know somebody.
    #[derive(Default)]
    pub enum Source {
        /// Staff wrote them down.
        #[default]
        Staff = "staff",
        /// They took a ticket.
        Ticket = "ticket",
        /// They booked.
        Appointment = "appointment",
        /// They joined with an account of their own.
        Account = "account",
        /// They bought something.
        Sale = "sale",
        /// Another system told of them.
        Import = "import",
    }
}

text_enum! {
    /// What became of the record.
    pub enum Status {
        /// It is somebody's.
        Active = "active",
        /// It was found to be another one's duplicate and went into it.
        Merged = "merged",
        /// The person was erased.
        Erased = "erased",
    }
}

/// What somebody said to one purpose, when, and how that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Consent {
    /// Whether they agreed.
    pub granted: bool,
    /// When they said so.
    pub at: Timestamp,
    /// How it came: `staff`, `kiosk`, `form 7b`.
    pub source: String,
}

/// A person as one tenant knows them.
#[derive(Clone, Debug, PartialEq)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// Whose record it is.
    pub tenant_id: TenantId,
    /// Their account, where they have one.
    pub user_id: Option<UserId>,
    /// What they are called; may be empty.
    pub name: String,
    /// Their telephone number, E.164; nobody else of the tenant has it.
    pub phone: Option<String>,
    /// Their e-mail address; nobody else of the tenant has it.
    pub email: Option<String>,
    /// The language they read, a BCP 47 tag.
    pub locale: Option<String>,
    /// Whether they want to be reached on a channel, where they said so.
    pub preferences: BTreeMap<Channel, bool>,
    /// What they agreed to, by purpose.
    pub consents: BTreeMap<String, Consent>,
    /// What the tenant keeps beside.
    pub metadata: Map<String, Value>,
    /// What staff should know.
    pub notes: Option<String>,
    /// How the tenant came to know them.
    pub source: Source,
    /// What became of the record.
    pub status: Status,
    /// The record that it went into.
    pub merged_into: Option<CustomerId>,
    /// Grows with each change.
    pub version: i64,
    /// When the record was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Customer {
    /// A new record without anything in it.
    pub fn new(id: CustomerId, tenant: TenantId, source: Source, now: Timestamp) -> Self {
        Self {
            id,
            tenant_id: tenant,
            user_id: None,
            name: String::new(),
            phone: None,
            email: None,
            locale: None,
            preferences: BTreeMap::new(),
            consents: BTreeMap::new(),
            metadata: Map::new(),
            notes: None,
            source,
            status: Status::Active,
            merged_into: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The same record with nothing personal left, as it stays behind.
    pub fn emptied(&self, status: Status, now: Timestamp) -> Self {
        Self {
            status,
            created_at: self.created_at,
            version: self.version + 1,
            ..Self::new(self.id, self.tenant_id, self.source, now)
        }
    }

    /// Takes over what a duplicate has and this record lacks. What both have stays as it is here; of consents
    /// the one that was said last counts.
    pub fn absorb(&mut self, other: Self) {
        self.user_id = self.user_id.or(other.user_id);
        if self.name.is_empty() {
            self.name = other.name;
        }
        self.phone = self.phone.take().or(other.phone);
        self.email = self.email.take().or(other.email);
        self.locale = self.locale.take().or(other.locale);
        for (channel, wanted) in other.preferences {
            self.preferences.entry(channel).or_insert(wanted);
        }
        for (purpose, said) in other.consents {
            match self.consents.get(&purpose) {
                Some(own) if own.at >= said.at => {}
                _ => drop(self.consents.insert(purpose, said)),
            }
        }
        for (name, value) in other.metadata {
            self.metadata.entry(name).or_insert(value);
        }
        self.notes = match (self.notes.take(), other.notes) {
            (Some(own), Some(more)) if own != more => {
                Some(format!("{own}\n{more}").chars().take(MOST_NOTES).collect())
            }
            (own, more) => own.or(more),
        };
        self.created_at = self.created_at.min(other.created_at);
    }

    /// What is wrong with the record, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: String| {
            faults.push(FieldFault { field: field.to_owned(), code, message });
        };
        let texts = [("name", Some(&self.name), MOST_NAME), ("notes", self.notes.as_ref(), MOST_NOTES)];
        for (field, text, most) in texts {
            let Some(text) = text else { continue };
            if text.chars().count() > most {
                fault(field, "too_long", format!("At most {most} letters."));
            } else if text.chars().any(|c| is_unshowable(c) && c != '\n') {
                fault(field, "control_letters", "The text contains letters that cannot be shown.".to_owned());
            }
        }
        if self.phone.as_ref().is_some_and(|phone| !is_e164(phone)) {
            let text = "Give the number with its country's prefix, for example +49 30 1234567.";
            fault("phone", "not_a_phone", text.to_owned());
        }
        if self.email.as_ref().is_some_and(|email| !is_email(email)) {
            fault("email", "not_an_email", "This is not an e-mail address.".to_owned());
        }
        if self.locale.as_ref().is_some_and(|tag| !is_locale(tag)) {
            fault("locale", "not_a_locale", "Give a language tag such as en or de-CH.".to_owned());
        }
        if self.name.is_empty() && self.phone.is_none() && self.email.is_none() && self.user_id.is_none() {
            fault("name", "required", "Give a name, a telephone number or an e-mail address.".to_owned());
        }
        let word = |text: &str| {
            (1..=40).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if self.consents.len() > MOST_PURPOSES {
            fault("consents", "too_many", format!("At most {MOST_PURPOSES} purposes."));
        }
        for (purpose, said) in &self.consents {
            let field = format!("consents.{purpose}");
            if !word(purpose) {
                let text = "A purpose has 1 to 40 letters a–z, digits and underscores.";
                fault(&field, "not_a_purpose", text.to_owned());
            } else if said.source.chars().count() > 80 || said.source.chars().any(is_unshowable) {
                fault(&field, "not_a_source", "Say in at most 80 letters how the consent came.".to_owned());
            }
        }
        if serde_json::to_string(&self.metadata).map_or(0, |text| text.len()) > MOST_METADATA {
            fault("metadata", "too_large", "The metadata holds at most 16 KiB.".to_owned());
        }
        faults
    }
}

/// A customer as the API shows them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Customer")]
pub struct CustomerView {
    /// Their id.
    pub id: CustomerId,
    /// Their account, where they have one.
    pub user_id: Option<UserId>,
    /// What they are called.
    #[schemars(example = &"Ana Example")]
    pub name: String,
    /// Their telephone number, E.164.
    #[schemars(example = &"+49301234567")]
    pub phone: Option<String>,
    /// Their e-mail address.
    #[schemars(example = &"ana@home.example")]
    pub email: Option<String>,
    /// The language they read.
    #[schemars(example = &"en")]
    pub locale: Option<String>,
    /// Whether they want to be reached on a channel, where they said so.
    pub preferences: BTreeMap<Channel, bool>,
    /// What they agreed to, by purpose.
    pub consents: BTreeMap<String, Consent>,
    /// What the tenant keeps beside.
    pub metadata: Map<String, Value>,
    /// What staff should know.
    pub notes: Option<String>,
    /// How the tenant came to know them.
    pub source: Source,
    /// Grows with each change.
    pub version: i64,
    /// When the record was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.id,
            user_id: customer.user_id,
            name: customer.name,
            phone: customer.phone,
            email: customer.email,
            locale: customer.locale,
            preferences: customer.preferences,
            consents: customer.consents,
            metadata: customer.metadata,
            notes: customer.notes,
            source: customer.source,
            version: customer.version,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer() -> Customer {
        let now = Timestamp::UNIX_EPOCH;
        Customer::new(CustomerId::generate(now), TenantId::generate(now), Source::Staff, now)
    }

    fn said(at: i64, granted: bool) -> Consent {
        Consent { granted, at: Timestamp::from_second(at).unwrap(), source: "staff".to_owned() }
    }

    #[test]
    fn each_wrong_value_is_named() {
        let codes = |change: &dyn Fn(&mut Customer)| {
            let mut one = Customer { name: "Ana".to_owned(), ..customer() };
            change(&mut one);
            one.faults().into_iter().map(|f| (f.field, f.code)).collect::<Vec<_>>()
        };
        let one = |field: &str, code: &'static str| vec![(field.to_owned(), code)];
        assert_eq!(codes(&|_| {}), []);
        assert_eq!(codes(&|c| c.name.clear()), one("name", "required"));
        assert_eq!(codes(&|c| c.name = "x".repeat(121)), one("name", "too_long"));
        assert_eq!(codes(&|c| c.name = "A\0".to_owned()), one("name", "control_letters"));
        assert_eq!(codes(&|c| c.phone = Some("030123".to_owned())), one("phone", "not_a_phone"));
        assert_eq!(codes(&|c| c.email = Some("ana".to_owned())), one("email", "not_an_email"));
        assert_eq!(codes(&|c| c.locale = Some("English".to_owned())), one("locale", "not_a_locale"));
        assert_eq!(codes(&|c| c.notes = Some("x".repeat(4001))), one("notes", "too_long"));
        let wrong = |c: &mut Customer| drop(c.consents.insert("Ads!".to_owned(), said(0, true)));
        assert_eq!(codes(&wrong), one("consents.Ads!", "not_a_purpose"));
        let large = |c: &mut Customer| drop(c.metadata.insert("a".to_owned(), "x".repeat(20_000).into()));
        assert_eq!(codes(&large), one("metadata", "too_large"));
    }

    #[test]
    fn a_duplicate_fills_what_is_missing_and_overwrites_nothing() {
        let mut one = Customer {
            name: "Ana".to_owned(),
            phone: Some("+49301234567".to_owned()),
            notes: Some("Regular".to_owned()),
            ..customer()
        };
        one.consents.insert("marketing".to_owned(), said(5, false));
        one.preferences.insert(Channel::Sms, false);
        let mut other = Customer {
            name: "A. Example".to_owned(),
            phone: Some("+49307654321".to_owned()),
            email: Some("ana@home.example".to_owned()),
            notes: Some("Deaf".to_owned()),
            ..customer()
        };
        other.consents.insert("marketing".to_owned(), said(3, true));
        other.consents.insert("surveys".to_owned(), said(3, true));
        other.preferences.insert(Channel::Sms, true);
        other.preferences.insert(Channel::Email, true);
        one.absorb(other);
        assert_eq!((&*one.name, one.phone.as_deref()), ("Ana", Some("+49301234567")));
        assert_eq!(one.email.as_deref(), Some("ana@home.example"));
        assert_eq!(one.notes.as_deref(), Some("Regular\nDeaf"));
        assert!(!one.consents["marketing"].granted, "who withdrew later has withdrawn");
        assert!(one.consents["surveys"].granted);
        assert_eq!(one.preferences, [(Channel::Email, true), (Channel::Sms, false)].into());
    }
}
