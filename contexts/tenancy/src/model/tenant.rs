//! A tenant: one customer organisation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_kernel::{Change, Currency, FieldFault, TenantId, TimeZone, Timestamp, is_unshowable, text_enum};

use super::branding::is_web_address;
use super::{Branding, settings, slug};

/// Largest settings of one tenant, as JSON text, in bytes.
const MAX_SETTINGS: usize = 64 * 1024;

text_enum! {
    /// Whether a tenant works.
    pub enum TenantStatus {
        /// It works.
        Active = "active",
        /// Everybody but the platform administrator is refused.
        Suspended = "suspended",
    }
}

/// A customer organisation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its short name in addresses; unique in the installation.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Where it can be written to.
    pub contact_email: Option<String>,
    /// Where it can be called.
    pub phone_number: Option<String>,
    /// Address of its logo; the one of its branding.
    pub logo_url: Option<String>,
    /// Its colours and logo.
    pub branding: Branding,
    /// The language of those who have not chosen one, a BCP 47 tag.
    pub default_locale: String,
    /// The languages its screens offer, in order; the default one is among them.
    pub locales: Vec<String>,
    /// Its currency, an ISO 4217 code.
    pub currency: Currency,
    /// Its time zone, an IANA name; new sites take it.
    pub timezone: String,
    /// Choices of this tenant by name: see [`super::settings`].
    pub settings: Map<String, Value>,
    /// Whether it is shown in the public list of tenants.
    pub listed: bool,
    /// Whether it works.
    pub status: TenantStatus,
    /// Grows with each change.
    pub version: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a new tenant is made of.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// Its name.
    pub name: String,
    /// Its short name; made from the name when absent.
    #[serde(default)]
    pub slug: Option<String>,
    /// Everything else, each with a default.
    #[serde(default)]
    pub address: Option<String>,
    /// Where it can be written to.
    #[serde(default)]
    pub contact_email: Option<String>,
    /// Where it can be called.
    #[serde(default, alias = "phone")]
    pub phone_number: Option<String>,
    /// Address of its logo.
    #[serde(default, alias = "logo")]
    pub logo_url: Option<String>,
    /// Its colours and logo.
    #[serde(default)]
    pub branding: Option<Branding>,
    /// The language of those who have not chosen one; `en` when absent.
    #[serde(default)]
    pub default_locale: Option<String>,
    /// The languages its screens offer; the default one alone when absent.
    #[serde(default)]
    pub locales: Option<Vec<String>>,
    /// Its currency; `EUR` when absent.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// Its time zone; `UTC` when absent.
    #[serde(default, alias = "time_zone")]
    pub timezone: Option<String>,
    /// Choices of this tenant by name.
    #[serde(default)]
    pub settings: Option<Map<String, Value>>,
    /// Whether it is shown in the public list of tenants; it is, when absent.
    #[serde(default)]
    pub listed: Option<bool>,
}

/// A change of a tenant; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TenantChange {
    /// Its name.
    pub name: Option<String>,
    /// Its short name; only the platform administrator changes it, because addresses carry it.
    pub slug: Option<String>,
    /// Its postal address.
    pub address: Change<String>,
    /// Where it can be written to.
    pub contact_email: Change<String>,
    /// Where it can be called.
    #[serde(alias = "phone")]
    pub phone_number: Change<String>,
    /// Address of its logo.
    #[serde(alias = "logo")]
    pub logo_url: Change<String>,
    /// Its colours and logo, as a whole.
    pub branding: Option<Branding>,
    /// The language of those who have not chosen one.
    pub default_locale: Option<String>,
    /// The languages its screens offer.
    pub locales: Option<Vec<String>>,
    /// Its currency.
    pub currency: Option<Currency>,
    /// Its time zone.
    #[serde(alias = "time_zone")]
    pub timezone: Option<String>,
    /// Choices to set by name; null takes one away, what is not named stays.
    pub settings: Option<Map<String, Value>>,
    /// Whether it is shown in the public list of tenants.
    pub listed: Option<bool>,
    /// Whether it works; only the platform administrator changes it.
    pub status: Option<TenantStatus>,
}

impl TenantChange {
    /// Whether the change touches what only the platform administrator may change.
    pub fn is_platform_only(&self, tenant: &Tenant) -> bool {
        self.slug.as_ref().is_some_and(|slug| *slug != tenant.slug)
            || self.status.is_some_and(|status| status != tenant.status)
    }

    /// Puts the change into effect; version and times are the caller's matter.
    pub fn apply(self, tenant: &mut Tenant) {
        if let Some(name) = self.name {
            tenant.name = name.trim().to_owned();
        }
        if let Some(slug) = self.slug {
            tenant.slug = slug;
        }
        trimmed(self.address).apply(&mut tenant.address);
        trimmed(self.contact_email).apply(&mut tenant.contact_email);
        trimmed(self.phone_number).apply(&mut tenant.phone_number);
        if let Some(branding) = self.branding {
            tenant.logo_url.clone_from(&branding.logo_url);
            tenant.branding = branding;
        }
        if !self.logo_url.is_keep() {
            trimmed(self.logo_url).apply(&mut tenant.logo_url);
            tenant.branding.logo_url.clone_from(&tenant.logo_url);
        }
        if let Some(locale) = self.default_locale {
            tenant.default_locale = locale;
        }
        if let Some(locales) = self.locales {
            tenant.locales = locales;
        }
        if !tenant.locales.contains(&tenant.default_locale) {
            tenant.locales.insert(0, tenant.default_locale.clone());
        }
        if let Some(currency) = self.currency {
            tenant.currency = currency;
        }
        if let Some(timezone) = self.timezone {
            tenant.timezone = timezone;
        }
        for (name, value) in self.settings.into_iter().flatten() {
            if value.is_null() {
                tenant.settings.remove(&name);
            } else {
                tenant.settings.insert(name, value);
            }
        }
        if let Some(listed) = self.listed {
            tenant.listed = listed;
        }
        if let Some(status) = self.status {
            tenant.status = status;
        }
    }
}

impl NewTenant {
    /// The tenant that it describes, not yet checked.
    pub fn build(self, id: TenantId, now: Timestamp) -> Tenant {
        let name = self.name.trim().to_owned();
        let slug = self.slug.unwrap_or_else(|| slug::from_name(&name, "tenant"));
        let default_locale = self.default_locale.unwrap_or_else(|| "en".to_owned());
        let mut tenant = Tenant {
            id,
            slug,
            name,
            address: None,
            contact_email: None,
            phone_number: None,
            logo_url: None,
            branding: Branding::default(),
            locales: vec![default_locale.clone()],
            default_locale,
            currency: self.currency.unwrap_or(Currency::EUR),
            timezone: self.timezone.unwrap_or_else(|| "UTC".to_owned()),
            settings: Map::new(),
            listed: self.listed.unwrap_or(true),
            status: TenantStatus::Active,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let set = |value: Option<String>| value.map_or(Change::Keep, Change::Set);
        TenantChange {
            address: set(self.address),
            contact_email: set(self.contact_email),
            phone_number: set(self.phone_number),
            logo_url: set(self.logo_url),
            branding: self.branding,
            locales: self.locales,
            settings: self.settings,
            ..TenantChange::default()
        }
        .apply(&mut tenant);
        tenant
    }
}

impl Tenant {
    /// What is wrong with it, field by field; empty when it can be kept.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        check_name("name", &self.name, &mut faults);
        check_slug(&self.slug, &mut faults);
        check_text("address", self.address.as_deref(), 500, &mut faults);
        check_text("phone_number", self.phone_number.as_deref(), 40, &mut faults);
        if let Some(email) = &self.contact_email
            && !is_email(email)
        {
            faults.push(fault("contact_email", "not_an_email", "This is not an e-mail address."));
        }
        if let Some(url) = &self.logo_url
            && !is_web_address(url)
        {
            faults.push(fault(
                "logo_url",
                "not_an_address",
                "Give an address that begins with https:// or a path on this server.",
            ));
        }
        faults.extend(self.branding.faults());
        check_zone(&self.timezone, &mut faults);
        if !is_locale(&self.default_locale) {
            faults.push(fault("default_locale", "not_a_locale", "Give a language tag such as en or de-CH."));
        }
        if self.locales.len() > 30 || !self.locales.iter().all(|tag| is_locale(tag)) {
            faults.push(fault("locales", "not_a_locale", "Give up to 30 language tags such as en or de-CH."));
        }
        settings::check(&self.settings, &mut faults);
        if serde_json::to_string(&self.settings).map_or(0, |text| text.len()) > MAX_SETTINGS {
            faults.push(fault("settings", "too_large", "The settings of a tenant hold at most 64 KiB."));
        }
        faults
    }

    /// Its time zone; UTC should the installed zone data no longer know it.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }

    /// One of its settings.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name)
    }
}

/// A value without blanks around it; nothing but blanks clears the field.
pub(super) fn trimmed(change: Change<String>) -> Change<String> {
    match change {
        Change::Set(text) if text.trim().is_empty() => Change::Clear,
        Change::Set(text) => Change::Set(text.trim().to_owned()),
        other => other,
    }
}

pub(super) fn fault(field: &str, code: &'static str, message: impl Into<String>) -> FieldFault {
    FieldFault { field: field.to_owned(), code, message: message.into() }
}

pub(super) fn check_name(field: &str, name: &str, faults: &mut Vec<FieldFault>) {
    if name.is_empty() {
        faults.push(fault(field, "required", "Give a name."));
    } else {
        check_text(field, Some(name), 120, faults);
    }
}

/// Text for people: not too long, and no control letters but line ends.
pub(super) fn check_text(field: &str, text: Option<&str>, most: usize, faults: &mut Vec<FieldFault>) {
    let Some(text) = text else { return };
    if text.chars().count() > most {
        faults.push(fault(field, "too_long", format!("At most {most} letters.")));
    } else if text.chars().any(|c| is_unshowable(c) && c != '\n') {
        faults.push(fault(field, "control_letters", "The text contains letters that cannot be shown."));
    }
}

pub(super) fn check_slug(text: &str, faults: &mut Vec<FieldFault>) {
    if let Err(wrong) = slug::check(text) {
        let code = match wrong {
            slug::SlugFault::Shape => "not_a_slug",
            slug::SlugFault::LooksLikeId => "slug_looks_like_id",
            slug::SlugFault::Reserved => "slug_reserved",
        };
        faults.push(fault("slug", code, wrong.to_string()));
    }
}

pub(super) fn check_zone(name: &str, faults: &mut Vec<FieldFault>) {
    if TimeZone::get(name).is_err() {
        faults.push(fault(
            "timezone",
            "unknown_timezone",
            format!("{name:?} is not a time zone such as Europe/Berlin."),
        ));
    }
}

/// Whether `text` can be an e-mail address: one `@`, something before it, a host after it.
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| {
        !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"')
    };
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && local.chars().all(|c| plain(c) && c != '@')
        && !local.starts_with('.')
        && !local.ends_with('.')
        && host.contains('.')
        && host.split('.').all(label)
}

/// Whether `text` has the shape of a BCP 47 tag: `en`, `de-CH`, `zh-Hans-CN`.
pub fn is_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_lowercase())
        && text.len() <= 35
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tenant(value: Value) -> Tenant {
        let new: NewTenant = serde_json::from_value(value).unwrap();
        new.build(TenantId::generate(Timestamp::UNIX_EPOCH), Timestamp::UNIX_EPOCH)
    }

    fn codes(tenant: &Tenant) -> Vec<String> {
        tenant.faults().into_iter().map(|f| format!("{} {}", f.field, f.code)).collect()
    }

    #[test]
    fn a_name_is_enough() {
        let bank = tenant(json!({"name": " Demo Bank "}));
        assert_eq!((bank.name.as_str(), bank.slug.as_str()), ("Demo Bank", "demo-bank"));
        assert_eq!((bank.locales.as_slice(), bank.timezone.as_str()), (&["en".to_owned()][..], "UTC"));
        assert_eq!(codes(&bank), [""; 0]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let wrong = tenant(json!({
            "name": "", "slug": "API", "address": "x".repeat(501), "contact_email": "nobody",
            "logo_url": "javascript:1", "default_locale": "English", "timezone": "Mars/Base",
            "phone_number": "1\u{7}2",
        }));
        assert_eq!(
            codes(&wrong),
            [
                "name required",
                "slug not_a_slug",
                "address too_long",
                "phone_number control_letters",
                "contact_email not_an_email",
                "logo_url not_an_address",
                "branding.logo_url not_an_address",
                "timezone unknown_timezone",
                "default_locale not_a_locale",
                "locales not_a_locale",
            ]
        );
    }

    #[test]
    fn a_change_keeps_what_is_absent_and_clears_what_is_null() {
        let mut bank = tenant(json!({"name": "Bank", "address": "Street 1", "contact_email": "a@b.example",
                                     "settings": {"board_label": "number", "listed": 1}}));
        let change: TenantChange = serde_json::from_value(json!({
            "address": null, "logo_url": "/logo.png", "default_locale": "fr",
            "settings": {"listed": null, "voice": ["fr"]},
        }))
        .unwrap();
        change.apply(&mut bank);
        assert_eq!(bank.address, None);
        assert_eq!(bank.contact_email.as_deref(), Some("a@b.example"));
        assert_eq!(bank.branding.logo_url.as_deref(), Some("/logo.png"));
        assert_eq!(bank.locales, ["fr", "en"]);
        assert_eq!(Value::Object(bank.settings), json!({"board_label": "number", "voice": ["fr"]}));
    }

    #[test]
    fn only_slug_and_status_are_the_platforms() {
        let bank = tenant(json!({"name": "Bank"}));
        let platform_only =
            |value| serde_json::from_value::<TenantChange>(value).unwrap().is_platform_only(&bank);
        assert!(platform_only(json!({"status": "suspended"})));
        assert!(platform_only(json!({"slug": "other"})));
        assert!(!platform_only(json!({"status": "active", "slug": "bank", "name": "New"})));
    }

    #[test]
    fn email_addresses() {
        for good in ["a@b.example", "first.last+tag@sub.example.org", "ünal@exämple.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b.c", "a@b", "a b@c.d", "a@-b.c", "a@b..c", "a@@b.c", ".a@b.c", "a@b.c\n"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn language_tags() {
        for good in ["en", "de-CH", "zh-Hans-CN", "gsw"] {
            assert!(is_locale(good), "{good}");
        }
        for bad in ["", "e", "English", "en_US", "en-", "EN"] {
            assert!(!is_locale(bad), "{bad}");
        }
    }
}
