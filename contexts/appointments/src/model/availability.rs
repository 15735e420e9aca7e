//! When a service can be booked at a site, and by which rules.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{FieldFault, SiteId, TenantId, Timestamp, UserId, is_unshowable};
use usher_queueing::model::{EntryRule, ServiceId};
use usher_tenancy::OpeningHours;
use usher_tenancy::model::{Exception, Weekly};

use super::AvailabilityId;

usher_kernel::text_enum! {
    /// Where somebody stands who comes before the time that they booked.
    pub enum EarlyRule {
        /// As if they had come at the booked time.
        Slot = "slot",
        /// As of when they came, like everybody who walks in.
        Arrival = "arrival",
    }
}

usher_kernel::text_enum! {
    /// Where somebody stands who comes after the time that they booked, beyond the grace.
    pub enum LateRule {
        /// As if they had come at the booked time.
        Slot = "slot",
        /// As of when they came, like everybody who walks in.
        Arrival = "arrival",
    }
}

/// By which rules slots are cut, booked and kept. Times are whole minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Rules {
    /// What staff call it.
    pub name: String,
    /// The weekly hours in the site's time; absent: whenever the site is open.
    pub weekly: Option<Weekly>,
    /// Dates that differ from their weekday. What the site itself is closed on stays closed.
    pub exceptions: Vec<Exception>,
    /// How long one appointment takes.
    #[schemars(range(min = 5, max = 1440))]
    pub duration_minutes: i64,
    /// From one beginning to the next; duration and buffers together when absent.
    #[schemars(range(min = 5, max = 1440))]
    pub step_minutes: Option<i64>,
    /// Kept free before each appointment.
    #[schemars(range(min = 0, max = 240))]
    pub buffer_before_minutes: i64,
    /// Kept free after each appointment.
    #[schemars(range(min = 0, max = 240))]
    pub buffer_after_minutes: i64,
    /// How many places there are at once: each appointment takes one, or each person, as `counts_people` says.
    #[schemars(range(min = 1, max = 500))]
    pub capacity: i64,
    /// Whether everybody who comes takes a place; else an appointment takes one, however many come.
    pub counts_people: bool,
    /// How many people may come together where they book for themselves.
    #[schemars(range(min = 1, max = 100))]
    pub max_party: i64,
    /// How long before its beginning a slot can last be booked.
    #[schemars(range(min = 0, max = 525_600))]
    pub lead_minutes: i64,
    /// How many days ahead one can book.
    #[schemars(range(min = 1, max = 730))]
    pub horizon_days: i64,
    /// How long before its beginning an appointment can last be moved or cancelled by the person.
    #[schemars(range(min = 0, max = 525_600))]
    pub cancel_cutoff_minutes: i64,
    /// How long before its beginning one can check in.
    #[schemars(range(min = 0, max = 1440))]
    pub early_minutes: i64,
    /// How long after its beginning one can still check in; then it is a no-show.
    #[schemars(range(min = 0, max = 1440))]
    pub late_minutes: i64,
    /// Up to how late somebody keeps the place of the booked time.
    #[schemars(range(min = 0, max = 1440))]
    pub grace_minutes: i64,
    /// Where somebody stands who comes early.
    pub early_rule: EarlyRule,
    /// Where somebody stands who comes later than the grace.
    pub late_rule: LateRule,
    /// How long a slot is held for somebody who is still typing.
    #[schemars(range(min = 1, max = 60))]
    pub hold_minutes: i64,
    /// How long a freed place is kept for somebody on the waitlist.
    #[schemars(range(min = 1, max = 1440))]
    pub offer_minutes: i64,
    /// How many appointments to come one person may have of this; absent: any number.
    #[schemars(range(min = 1, max = 100))]
    pub max_per_person: Option<i64>,
    /// How long before its beginning people are reminded, at most five times.
    #[schemars(inner(range(min = 1, max = 43_200)))]
    pub reminder_minutes: Vec<i64>,
    /// What to bring, as the person reads it.
    pub instructions: String,
    /// Whether people book for themselves; else only staff do.
    pub online: bool,
    /// Whether it is offered at all.
    pub active: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            name: String::new(),
            weekly: None,
            exceptions: Vec::new(),
            duration_minutes: 30,
            step_minutes: None,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            capacity: 1,
            counts_people: false,
            max_party: 100,
            lead_minutes: 60,
            horizon_days: 60,
            cancel_cutoff_minutes: 120,
            early_minutes: 30,
            late_minutes: 15,
            grace_minutes: 5,
            early_rule: EarlyRule::Slot,
            late_rule: LateRule::Arrival,
            hold_minutes: 5,
            offer_minutes: 30,
            max_per_person: None,
            reminder_minutes: vec![1440, 120],
            instructions: String::new(),
            online: true,
            active: true,
        }
    }
}

impl Rules {
    /// From one beginning to the next.
    pub fn step(&self) -> i64 {
        self.step_minutes
            .unwrap_or(self.duration_minutes + self.buffer_before_minutes + self.buffer_after_minutes)
    }

    /// The hours in which it is offered, before the site's own are looked at.
    pub fn hours(&self) -> OpeningHours {
        OpeningHours { weekly: self.weekly.clone(), exceptions: self.exceptions.clone() }
    }

    /// How many places so many people take who come together.
    pub fn places(&self, people: i64) -> i64 {
        if self.counts_people { people } else { 1 }
    }

    /// When somebody who booked `slot` and came at `came` counts as having entered the line, and by which rule.
    pub fn enters(&self, slot: Timestamp, came: Timestamp) -> (Timestamp, EntryRule) {
        let late = came.duration_since(slot);
        let within_grace = late <= usher_kernel::SignedDuration::from_mins(self.grace_minutes);
        let counts_slot = match (came <= slot, within_grace) {
            (true, _) => self.early_rule == EarlyRule::Slot,
            (false, true) => true,
            (false, false) => self.late_rule == LateRule::Slot,
        };
        if counts_slot { (slot, EntryRule::Slot) } else { (came, EntryRule::Arrival) }
    }

    /// What is wrong with them, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = self.hours().faults("weekly", "exceptions");
        let mut refuse = |field: &str, code, message: String| {
            faults.push(FieldFault { field: field.to_owned(), code, message });
        };
        for (field, value, least, most) in [
            ("duration_minutes", Some(self.duration_minutes), 5, 1_440),
            ("step_minutes", self.step_minutes, 5, 1_440),
            ("buffer_before_minutes", Some(self.buffer_before_minutes), 0, 240),
            ("buffer_after_minutes", Some(self.buffer_after_minutes), 0, 240),
            ("capacity", Some(self.capacity), 1, 500),
            ("max_party", Some(self.max_party), 1, 100),
            ("lead_minutes", Some(self.lead_minutes), 0, 525_600),
            ("horizon_days", Some(self.horizon_days), 1, 730),
            ("cancel_cutoff_minutes", Some(self.cancel_cutoff_minutes), 0, 525_600),
            ("early_minutes", Some(self.early_minutes), 0, 1_440),
            ("late_minutes", Some(self.late_minutes), 0, 1_440),
            ("grace_minutes", Some(self.grace_minutes), 0, 1_440),
            ("hold_minutes", Some(self.hold_minutes), 1, 60),
            ("offer_minutes", Some(self.offer_minutes), 1, 1_440),
            ("max_per_person", self.max_per_person, 1, 100),
        ] {
            if value.is_some_and(|value| !(least..=most).contains(&value)) {
                refuse(field, "out_of_range", format!("Give a whole number from {least} to {most}."));
            }
        }
        if self.reminder_minutes.len() > 5 {
            refuse("reminder_minutes", "too_many", "At most five reminders.".to_owned());
        }
        if self.reminder_minutes.iter().any(|minutes| !(1..=43_200).contains(minutes)) {
            let text = "A reminder goes out 1 to 43200 minutes before.";
            refuse("reminder_minutes", "out_of_range", text.to_owned());
        }
        for (field, text, most) in [("name", &self.name, 120), ("instructions", &self.instructions, 2_000)] {
            if text.chars().count() > most {
                refuse(field, "too_long", format!("At most {most} letters."));
            } else if text.chars().any(|c| is_unshowable(c) && c != '\n') {
                let text = "The text contains letters that cannot be shown.";
                refuse(field, "control_letters", text.to_owned());
            }
        }
        faults
    }
}

/// When a service can be booked at a site, by a certain member of staff or by whoever is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Availability {
    /// Its id.
    pub id: AvailabilityId,
    /// Whose it is.
    #[serde(skip)]
    pub tenant_id: TenantId,
    /// Where.
    pub site_id: SiteId,
    /// What for.
    pub service_id: ServiceId,
    /// Whose time it is; absent: anybody's.
    pub staff_id: Option<UserId>,
    /// The rules.
    #[serde(flatten)]
    pub rules: Rules,
    /// Grows with each change.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn who_comes_early_or_a_little_late_keeps_the_booked_time() {
        let slot = at("2026-03-04T09:00:00Z");
        let rules = Rules::default();
        for came in ["2026-03-04T08:31:00Z", "2026-03-04T09:00:00Z", "2026-03-04T09:05:00Z"] {
            assert_eq!(rules.enters(slot, at(came)), (slot, EntryRule::Slot), "{came}");
        }
        let late = at("2026-03-04T09:05:01Z");
        assert_eq!(rules.enters(slot, late), (late, EntryRule::Arrival));
    }

    #[test]
    fn the_rules_for_early_and_late_are_settings() {
        let slot = at("2026-03-04T09:00:00Z");
        let rules = Rules { early_rule: EarlyRule::Arrival, late_rule: LateRule::Slot, ..Rules::default() };
        let (early, late) = (at("2026-03-04T08:40:00Z"), at("2026-03-04T09:14:00Z"));
        assert_eq!(rules.enters(slot, early), (early, EntryRule::Arrival));
        assert_eq!(rules.enters(slot, late), (slot, EntryRule::Slot));
    }

    #[test]
    fn each_wrong_rule_is_named() {
        let rules = Rules {
            duration_minutes: -5,
            capacity: 0,
            hold_minutes: i64::MAX,
            reminder_minutes: vec![0; 6],
            name: "x".repeat(121),
            ..Rules::default()
        };
        let fields: Vec<String> = rules.faults().into_iter().map(|fault| fault.field).collect();
        let expected =
            ["duration_minutes", "capacity", "hold_minutes", "reminder_minutes", "reminder_minutes", "name"];
        assert_eq!(fields, expected);
        assert_eq!(Rules::default().faults(), []);
    }
}
