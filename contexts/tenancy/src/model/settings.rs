//! The settings of a tenant: their names, their values, what is wrong with them.
//!
//! Others are refused, for a misspelt one would be silently nothing. What an older version took in stays.

use serde_json::{Map, Value};
use usher_kernel::{FieldFault, text_enum};

use super::Tenant;
use super::tenant::fault;

/// What a board shows of a person who is called.
pub const BOARD_LABEL: &str = "board_label";
/// For how many days the tenant's events stay in the log.
pub const RETENTION_DAYS: &str = "retention_days";
/// The reasons for a break that agents choose from.
pub const PAUSE_REASONS: &str = "pause_reasons";
/// Whether people choose several services for one visit by themselves.
pub const SEVERAL_SERVICES: &str = "several_services";
/// The help that people can ask for as they join.
pub const ASSISTANCE: &str = "assistance";

/// Every setting that there is.
const KNOWN: [&str; 5] = [BOARD_LABEL, RETENTION_DAYS, PAUSE_REASONS, SEVERAL_SERVICES, ASSISTANCE];

/// A hundred years.
const MOST_DAYS: u64 = 36_500;
const MOST_REASONS: usize = 30;
/// All of it together is one line of a ticket.
const MOST_HELP: usize = 6;

text_enum! {
    /// What a board shows of a person who is called, beside their number.
    pub enum BoardLabel {
        /// Nothing: the number alone.
        Number = "number",
        /// Their first name.
        FirstName = "first_name",
        /// Their initials.
        Initials = "initials",
    }
}

impl Tenant {
    /// The settings that nobody knows, of those that were not there `before`.
    pub fn unknown_settings(&self, before: Option<&Self>) -> Vec<FieldFault> {
        let kept = |name: &str| before.is_some_and(|before| before.settings.contains_key(name));
        let unknown = self.settings.keys().filter(|name| !KNOWN.contains(&name.as_str()) && !kept(name));
        unknown.map(|name| fault(&format!("settings.{name}"), "unknown_setting", no_such(name))).collect()
    }

    /// What boards show of a person; nothing but the number unless the tenant chose otherwise.
    pub fn board_label(&self) -> BoardLabel {
        let chosen = self.setting(BOARD_LABEL).and_then(Value::as_str);
        chosen.and_then(|word| word.parse().ok()).unwrap_or(BoardLabel::Number)
    }

    /// For how many days its events stay; none leaves it to the installation.
    pub fn retention_days(&self) -> Option<u64> {
        self.setting(RETENTION_DAYS).and_then(Value::as_u64).filter(|days| (1..=MOST_DAYS).contains(days))
    }

    /// The reasons for a break; none leaves them to the product.
    pub fn pause_reasons(&self) -> Option<Vec<String>> {
        let listed = self.setting(PAUSE_REASONS)?.as_array()?;
        Some(listed.iter().filter_map(|reason| reason.as_str().map(str::to_owned)).collect())
    }

    /// Whether people choose several services for one visit by themselves; staff always do.
    pub fn several_services(&self) -> bool {
        self.setting(SEVERAL_SERVICES).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The help that people can ask for as they join: `seat`, `lift` and `interpreter` are said in their language, others
    /// as they are written. None where the tenant offers none.
    pub fn assistance(&self) -> Vec<String> {
        let listed = self.setting(ASSISTANCE).and_then(Value::as_array);
        listed
            .into_iter()
            .flatten()
            .filter_map(|help| help.as_str().map(|text| text.trim().to_owned()))
            .collect()
    }
}

/// Names the known setting that is most like the one which was given.
fn no_such(name: &str) -> String {
    let like = KNOWN.map(|known| (strsim::jaro_winkler(name, known), known));
    let near = like.into_iter().filter(|(likeness, _)| *likeness > 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, near)) => format!("There is no setting {name}. Did you mean {near}?"),
        None => format!("There is no setting {name}. There are {}.", KNOWN.join(", ")),
    }
}

/// What is wrong with the values of the settings.
pub(super) fn check(settings: &Map<String, Value>, faults: &mut Vec<FieldFault>) {
    let mut refuse = |name: &str, code: &'static str, message: String| {
        faults.push(fault(&format!("settings.{name}"), code, message));
    };
    if let Some(value) = settings.get(BOARD_LABEL)
        && value.as_str().is_none_or(|word| word.parse::<BoardLabel>().is_err())
    {
        let words: Vec<&str> = BoardLabel::ALL.iter().map(|label| label.as_str()).collect();
        refuse(BOARD_LABEL, "unknown", format!("One of {}.", words.join(", ")));
    }
    if let Some(value) = settings.get(RETENTION_DAYS)
        && value.as_u64().is_none_or(|days| !(1..=MOST_DAYS).contains(&days))
    {
        let text = format!("Between 1 and {MOST_DAYS} days; null leaves it to the installation.");
        refuse(RETENTION_DAYS, "out_of_range", text);
    }
    if let Some(value) = settings.get(PAUSE_REASONS) {
        let sound = |reason: &Value| {
            reason.as_str().is_some_and(|text| (1..=60).contains(&text.trim().chars().count()))
        };
        if value.as_array().is_none_or(|list| list.len() > MOST_REASONS || !list.iter().all(sound)) {
            let text = format!("A list of at most {MOST_REASONS} texts of 1 to 60 letters.");
            refuse(PAUSE_REASONS, "not_a_list", text);
        }
    }
    if settings.get(SEVERAL_SERVICES).is_some_and(|value| !value.is_boolean()) {
        refuse(SEVERAL_SERVICES, "invalid_value", "Either true or false.".to_owned());
    }
    if let Some(value) = settings.get(ASSISTANCE) {
        // A comma parts what one person asks for.
        let sound = |help: &Value| {
            help.as_str()
                .is_some_and(|text| (1..=30).contains(&text.trim().chars().count()) && !text.contains(','))
        };
        if value.as_array().is_none_or(|list| list.len() > MOST_HELP || !list.iter().all(sound)) {
            let text = format!("A list of at most {MOST_HELP} texts of 1 to 30 letters without commas.");
            refuse(ASSISTANCE, "not_a_list", text);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_kernel::{TenantId, Timestamp};

    use super::*;
    use crate::model::NewTenant;

    fn tenant(settings: &Value) -> Tenant {
        let new: NewTenant = serde_json::from_value(json!({"name": "Bank", "settings": settings})).unwrap();
        new.build(TenantId::generate(Timestamp::UNIX_EPOCH), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn without_a_choice_nothing_personal_is_shown_and_the_installation_decides() {
        let plain = tenant(&json!({}));
        assert_eq!((plain.board_label(), plain.retention_days()), (BoardLabel::Number, None));
        assert_eq!(plain.pause_reasons(), None);
        assert_eq!((plain.several_services(), plain.assistance()), (false, Vec::new()));
    }

    #[test]
    fn choices_are_read_back() {
        let bank =
            tenant(&json!({"board_label": "initials", "retention_days": 90, "pause_reasons": ["Tea"]}));
        assert_eq!((bank.board_label(), bank.retention_days()), (BoardLabel::Initials, Some(90)));
        assert_eq!(bank.pause_reasons(), Some(vec!["Tea".to_owned()]));
        let kind = tenant(&json!({"several_services": true, "assistance": ["seat", " A hand "]}));
        assert!(kind.several_services());
        assert_eq!(kind.assistance(), ["seat", "A hand"]);
        assert_eq!((bank.faults(), kind.faults()), (vec![], vec![]));
    }

    #[test]
    fn a_name_that_nobody_knows_is_refused_with_the_nearest_unless_it_is_there() {
        let old = tenant(&json!({"voice": ["fr"]}));
        let told = |settings: &Value| -> Vec<String> {
            let faults = tenant(settings).unknown_settings(Some(&old));
            faults.into_iter().map(|f| format!("{} {}: {}", f.field, f.code, f.message)).collect()
        };
        assert_eq!(told(&json!({"board_label": "number", "voice": ["de"]})), [""; 0]);
        assert_eq!(
            told(&json!({"board_person": "full"})),
            [
                "settings.board_person unknown_setting: There is no setting board_person. Did you mean board_label?"
            ]
        );
        assert_eq!(
            told(&json!({"xyz": 1})),
            [
                "settings.xyz unknown_setting: There is no setting xyz. There are board_label, retention_days, \
              pause_reasons, several_services, assistance."
            ]
        );
        assert_eq!(old.unknown_settings(None).len(), 1);
    }

    #[test]
    fn each_wrong_value_is_named() {
        for (settings, field, code) in [
            (json!({"board_label": "surname"}), "settings.board_label", "unknown"),
            (json!({"board_label": 1}), "settings.board_label", "unknown"),
            (json!({"retention_days": 0}), "settings.retention_days", "out_of_range"),
            (json!({"retention_days": 36_501}), "settings.retention_days", "out_of_range"),
            (json!({"retention_days": "90"}), "settings.retention_days", "out_of_range"),
            (json!({"pause_reasons": "Tea"}), "settings.pause_reasons", "not_a_list"),
            (json!({"pause_reasons": ["Tea", " "]}), "settings.pause_reasons", "not_a_list"),
            (json!({"several_services": "yes"}), "settings.several_services", "invalid_value"),
            (json!({"assistance": "seat"}), "settings.assistance", "not_a_list"),
            (json!({"assistance": ["a seat, please"]}), "settings.assistance", "not_a_list"),
            (json!({"assistance": ["x".repeat(31)]}), "settings.assistance", "not_a_list"),
        ] {
            let faults = tenant(&settings).faults();
            assert_eq!(faults.len(), 1, "{settings}");
            assert_eq!((faults[0].field.as_str(), faults[0].code), (field, code), "{settings}");
        }
    }
}
