//! Services.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;
use usher_identity::model::skill;
use usher_kernel::Change;

use super::{DESCRIPTION, every_site, fresh, name, text, unique};
use crate::error::Error;
use crate::events::{self, ConfigFact};
use crate::model::numbering::prefix_is_sound;
use crate::model::person::Faults;
use crate::model::service::{NORMAL, Outcome, PriorityRules};
use crate::model::{Service, ServiceId, TenantConfig};
use crate::ops::Queueing;
use crate::store;

/// A new service, or a change of one: what is absent stays, or has its default. A new one needs a name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceInput {
    /// A short code; made from the name when absent.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its name by language tag.
    pub names: Option<BTreeMap<String, String>>,
    /// What it is.
    pub description: Option<String>,
    /// What it is, by language tag.
    pub descriptions: Option<BTreeMap<String, String>>,
    /// The prefix proposed for its queue.
    pub prefix: Option<String>,
    /// How long one takes, in minutes.
    pub default_minutes: Option<f64>,
    /// Within how many minutes a person shall be called.
    pub target_minutes: Change<f64>,
    /// Who comes before whom.
    pub priority_rules: Option<PriorityRules>,
    /// What an agent must know.
    pub required_skills: Option<Vec<String>>,
    /// How it can end.
    pub outcomes: Option<Vec<Outcome>>,
    /// Whether an outcome must be given.
    pub outcome_required: Option<bool>,
    /// Whether tickets are issued for it.
    #[serde(alias = "is_active")]
    pub active: Option<bool>,
}

fn apply(input: &ServiceInput, s: &mut Service) -> Result<(), Error> {
    if let Some(text) = &input.name {
        s.name = name("name", text)?;
    }
    if let Some(code) = &input.code {
        let sound = (1..=40).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        if !sound {
            return Err(Error::field("code", "bad_code", "1 to 40 small letters, digits, - or _."));
        }
        s.code.clone_from(code);
    }
    if let Some(prefix) = &input.prefix {
        if !prefix_is_sound(prefix) {
            return Err(Error::field("prefix", "bad_prefix", "One to four capital letters A–Z or digits."));
        }
        s.prefix.clone_from(prefix);
    }
    if let Some(minutes) = input.default_minutes {
        check_minutes("default_minutes", minutes)?;
        s.default_minutes = minutes;
    }
    if let Some(minutes) = input.target_minutes.value() {
        check_minutes("target_minutes", *minutes)?;
    }
    input.target_minutes.clone().apply(&mut s.target_minutes);
    if let Some(rules) = &input.priority_rules {
        for (class, rule) in &rules.classes {
            class_name(class)?;
            if !rule.head_start_minutes.is_finite() || !(0.0..=1440.0).contains(&rule.head_start_minutes) {
                let field = format!("priority_rules.classes.{class}.head_start_minutes");
                return Err(Error::field(&field, "out_of_range", "Between 0 and 1440 minutes."));
            }
        }
        s.priority_rules.clone_from(rules);
    }
    let set = |from: &Option<String>, to: &mut String| {
        if let Some(value) = from {
            to.clone_from(value);
        }
    };
    if let Some(description) = &input.description {
        text("description", description, DESCRIPTION)?;
    }
    set(&input.description, &mut s.description);
    if let Some(names) = &input.names {
        by_language("names", names, 120)?;
        if let Some((tag, _)) = names.iter().find(|(_, text)| text.trim().is_empty()) {
            let text = "Give the name in this language, or leave the language out.";
            return Err(Error::field(&format!("names.{tag}"), "required", text));
        }
        s.names.clone_from(names);
    }
    if let Some(descriptions) = &input.descriptions {
        by_language("descriptions", descriptions, 1_000)?;
        s.descriptions.clone_from(descriptions);
    }
    if let Some(skills) = &input.required_skills {
        if let Some(fault) = skill::fault("required_skills", skills) {
            return Err(Error::Fields(vec![fault]));
        }
        s.required_skills = skill::kept(skills);
    }
    if let Some(outcomes) = &input.outcomes {
        outcomes_are_sound(outcomes)?;
        s.outcomes.clone_from(outcomes);
    }
    s.outcome_required = input.outcome_required.unwrap_or(s.outcome_required);
    s.active = input.active.unwrap_or(s.active);
    if s.outcome_required && s.outcomes.is_empty() {
        return Err(Error::field("outcomes", "required", "List the outcomes before one is demanded."));
    }
    Ok(())
}

/// A class has a name, and not that of everybody without one.
fn class_name(class: &str) -> Result<(), Error> {
    let field = "priority_rules.classes";
    if class.trim().is_empty() || class.chars().count() > 40 {
        return Err(Error::field(field, "bad_name", "A class has a name of 1 to 40 letters."));
    }
    if class.trim().eq_ignore_ascii_case(NORMAL) {
        let text = "Everybody without a class is \"normal\" already. Give the class another name.";
        return Err(Error::field(&format!("{field}.{class}"), "reserved", text));
    }
    Ok(())
}

/// Each outcome has a code of its own and a label.
fn outcomes_are_sound(outcomes: &[Outcome]) -> Result<(), Error> {
    for (index, outcome) in outcomes.iter().enumerate() {
        let field = |name: &str| format!("outcomes[{index}].{name}");
        for (name, value) in [("code", &outcome.code), ("label", &outcome.label)] {
            if value.trim().is_empty() {
                return Err(Error::field(&field(name), "required", "Give a code and a label."));
            }
            text(&field(name), value, 120)?;
        }
        if outcomes.iter().take(index).any(|other| other.code == outcome.code) {
            let text = format!("The code {} is that of another outcome in this list.", outcome.code);
            return Err(Error::field(&field("code"), "taken", text));
        }
    }
    Ok(())
}

/// Texts by language tag.
fn by_language(field: &str, texts: &BTreeMap<String, String>, most: usize) -> Result<(), Error> {
    let mut faults = Faults::default();
    for (tag, text) in texts {
        let field = format!("{field}.{tag}");
        faults.locale(&field, Some(tag));
        faults.text(&field, Some(text), most);
    }
    if faults.0.is_empty() { Ok(()) } else { Err(Error::Fields(faults.0)) }
}

fn check_minutes(field: &str, minutes: f64) -> Result<(), Error> {
    if minutes.is_finite() && minutes > 0.0 && minutes <= 1440.0 {
        Ok(())
    } else {
        Err(Error::field(field, "out_of_range", "More than 0 and at most 1440 minutes."))
    }
}

/// A code made from the Latin letters and digits of a name; none when it has none.
fn latin(title: &str) -> Option<String> {
    let letters = title.to_lowercase();
    let letters = letters.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' });
    let code: String = letters.take(36).collect();
    Some(code.trim_matches('-').to_owned()).filter(|code| !code.is_empty())
}

/// The code itself, or with the first number behind it that makes it free.
fn numbered(code: &str, config: &TenantConfig) -> String {
    let free = |code: &String| config.services.iter().all(|other| other.code != *code);
    let others = (2..).map(|n: u32| format!("{code}-{n}"));
    std::iter::once(code.to_owned()).chain(others).find(free).unwrap_or_default()
}

/// The service of this name, made where there is none: what a queue offers whose maker named no service.
///
/// # Errors
/// As [`create_service`]; a service is made by those who work at every site.
pub(super) fn service_called(line: &Queueing, tx: &mut Tx<'_>, title: &str) -> Result<ServiceId, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    if let Some(known) = config.services.iter().find(|s| s.name.to_lowercase() == title.to_lowercase()) {
        return Ok(known.id);
    }
    every_site(tx)?;
    let code = numbered(latin(title).as_deref().unwrap_or("service"), &config);
    let input = ServiceInput { name: Some(title.to_owned()), code: Some(code), ..ServiceInput::default() };
    create_service(line, tx, &input).map(|service| service.id)
}

/// Makes a service.
///
/// # Errors
/// A value cannot be kept, or the code is taken.
pub fn create_service(line: &Queueing, tx: &mut Tx<'_>, input: &ServiceInput) -> Result<Service, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let Some(title) = &input.name else { return Err(Error::field("name", "required", "Give a name.")) };
    let config = line.load_config(tx, tenant)?;
    let mut s = Service {
        id: ServiceId::generate(tx.now()),
        // Nobody chose "service", so nobody need choose another.
        code: latin(title).unwrap_or_else(|| numbered("service", &config)),
        name: String::new(),
        names: BTreeMap::new(),
        description: String::new(),
        descriptions: BTreeMap::new(),
        prefix: "A".to_owned(),
        default_minutes: 5.0,
        target_minutes: None,
        priority_rules: PriorityRules::default(),
        required_skills: Vec::new(),
        outcomes: Vec::new(),
        outcome_required: false,
        active: true,
        version: 1,
    };
    apply(input, &mut s)?;
    free_code(line, tx, &s)?;
    store::config::insert_service(tx, tenant, &s)
        .map_err(|error| unique(error.into(), "code", "The code", &s.code, "by another service"))?;
    let fact =
        ConfigFact { id: s.id.uuid(), site_id: None, before: None, after: serde_json::to_value(&s).ok() };
    events::config(line, tx, "service.created", ("service", s.id.uuid()), 1, fact)?;
    Ok(s)
}

fn free_code(line: &Queueing, tx: &mut Tx<'_>, s: &Service) -> Result<(), Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    if config.services.iter().any(|other| other.code == s.code && other.id != s.id) {
        return Err(Error::Taken {
            field: "code",
            what: "The code",
            value: s.code.clone(),
            wherever: "by another service",
        });
    }
    Ok(())
}

/// Changes a service.
///
/// # Errors
/// There is none, the version is not the current one, a value cannot be kept.
pub fn update_service(
    line: &Queueing,
    tx: &mut Tx<'_>,
    id: ServiceId,
    input: &ServiceInput,
    version: Option<i64>,
) -> Result<Service, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let old = line.service(&config, id)?;
    fresh(version, old.version)?;
    let mut s = Service::clone(&old);
    apply(input, &mut s)?;
    if s == *old {
        return Ok(s);
    }
    free_code(line, tx, &s)?;
    if !store::config::save_service(tx, &s)? {
        return Err(Error::Raced(s.name));
    }
    s.version += 1;
    let fact = ConfigFact {
        id: id.uuid(),
        site_id: None,
        before: serde_json::to_value(&*old).ok(),
        after: serde_json::to_value(&s).ok(),
    };
    events::config(line, tx, "service.updated", ("service", id.uuid()), s.version, fact)?;
    Ok(s)
}

/// Takes a service out of use. Its history stays.
///
/// # Errors
/// There is none, or a queue still offers nothing else.
pub fn archive_service(line: &Queueing, tx: &mut Tx<'_>, id: ServiceId) -> Result<(), Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let config = line.load_config(tx, tenant)?;
    let old = line.service(&config, id)?;
    let offering: Vec<&str> =
        config.queues.iter().filter(|q| q.serves(id)).map(|q| q.name.as_str()).collect();
    if !offering.is_empty() {
        return Err(Error::InUse {
            what: old.name.clone(),
            why: format!("offered by {}", offering.join(", ")),
        });
    }
    store::config::archive_service(tx, id, tx.now())?;
    let fact =
        ConfigFact { id: id.uuid(), site_id: None, before: serde_json::to_value(&*old).ok(), after: None };
    events::config(line, tx, "service.archived", ("service", id.uuid()), old.version + 1, fact)
}
