//! What people say of a service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_kernel::{FieldFault, SiteId, TenantId, Timestamp, is_unshowable, text_enum};
use usher_queueing::model::{AgentId, CounterId, QueueId, ServiceId, TicketId};
use uuid::Uuid;

use super::FeedbackId;

/// Up to here a CSAT score calls the manager.
const LOW_CSAT: i64 = 2;
/// Up to here an NPS score does, where there is no CSAT score.
const LOW_NPS: i64 = 4;
/// Longest comment, in letters.
const MOST_COMMENT: usize = 2_000;
const MOST_TAGS: usize = 10;

text_enum! {
    /// How feedback came.
    pub enum FeedbackChannel {
        /// From the ticket's page.
        Page = "page",
        /// Staff wrote down what was said to them.
        Staff = "staff",
    }
}

/// What somebody says.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FeedbackInput {
    /// How satisfied they are: 1 (not at all) to 5.
    #[serde(alias = "csat_score")]
    #[schemars(range(min = 1, max = 5), example = 5)]
    pub csat: Option<i64>,
    /// How likely they would recommend it: 0 (not at all) to 10.
    #[serde(alias = "nps_score")]
    #[schemars(range(min = 0, max = 10), example = 9)]
    pub nps: Option<i64>,
    /// In their words.
    pub comment: Option<String>,
    /// In a word: `friendly`, `slow`.
    pub tags: Vec<String>,
}

impl FeedbackInput {
    /// The same in the form in which it is kept.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        let comment = self.comment.take();
        self.comment = comment.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut tags: Vec<String> = self.tags.iter().map(|tag| tag.trim().to_lowercase()).collect();
        tags.sort();
        tags.dedup();
        self.tags = tags;
        self
    }

    /// What is wrong with it, field by field.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |field: &str, code, message: &str| {
            faults.push(FieldFault { field: field.to_owned(), code, message: message.to_owned() });
        };
        if self.csat.is_some_and(|score| !(1..=5).contains(&score)) {
            fault("csat", "out_of_range", "Between 1 and 5.");
        }
        if self.nps.is_some_and(|score| !(0..=10).contains(&score)) {
            fault("nps", "out_of_range", "Between 0 and 10.");
        }
        if self.csat.is_none() && self.nps.is_none() {
            fault("csat", "required", "Give a score: csat from 1 to 5, or nps from 0 to 10.");
        }
        if let Some(comment) = &self.comment {
            if comment.chars().count() > MOST_COMMENT {
                fault("comment", "too_long", "At most 2000 letters.");
            } else if comment.chars().any(|c| is_unshowable(c) && c != '\n') {
                fault("comment", "control_letters", "The text contains letters that cannot be shown.");
            }
        }
        let sound = |tag: &String| (1..=40).contains(&tag.chars().count()) && !tag.chars().any(is_unshowable);
        if self.tags.len() > MOST_TAGS || !self.tags.iter().all(sound) {
            fault("tags", "not_tags", "At most 10 words of 1 to 40 letters.");
        }
        faults
    }
}

/// What one person said of one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Feedback {
    /// Its id.
    pub id: FeedbackId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The ticket that was served.
    pub ticket_id: TicketId,
    /// The appointment that brought the person.
    pub appointment_id: Option<Uuid>,
    /// Where.
    pub site_id: SiteId,
    /// In which line.
    pub queue_id: QueueId,
    /// For what.
    pub service_id: ServiceId,
    /// At which counter.
    pub counter_id: Option<CounterId>,
    /// By whom.
    pub agent_id: Option<AgentId>,
    /// The customer, where known.
    pub customer_id: Option<CustomerId>,
    /// 1 to 5.
    pub csat: Option<i64>,
    /// 0 to 10.
    pub nps: Option<i64>,
    /// In their words.
    pub comment: Option<String>,
    /// In a word.
    pub tags: Vec<String>,
    /// How it came.
    pub channel: FeedbackChannel,
    /// The hour of the day in which they were served, by the site's clock.
    pub hour: i64,
    /// When it was said.
    pub created_at: Timestamp,
}

impl Feedback {
    /// Whether a manager should know at once.
    pub fn is_low(&self) -> bool {
        match (self.csat, self.nps) {
            (Some(csat), _) => csat <= LOW_CSAT,
            (None, Some(nps)) => nps <= LOW_NPS,
            (None, None) => false,
        }
    }
}

/// What one person said of one service, as the API shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Feedback")]
pub struct FeedbackView {
    /// Its id.
    pub id: FeedbackId,
    /// The ticket that was served.
    pub ticket_id: TicketId,
    /// The appointment that brought the person; null for whoever came without.
    pub appointment_id: Option<Uuid>,
    /// Where.
    pub site_id: SiteId,
    /// In which line.
    pub queue_id: QueueId,
    /// For what.
    pub service_id: ServiceId,
    /// At which counter.
    pub counter_id: Option<CounterId>,
    /// By whom.
    pub agent_id: Option<AgentId>,
    /// The customer, where known.
    pub customer_id: Option<CustomerId>,
    /// How satisfied they are: 1 to 5.
    #[schemars(example = 5)]
    pub csat: Option<i64>,
    /// How likely they would recommend it: 0 to 10.
    #[schemars(example = 9)]
    pub nps: Option<i64>,
    /// In their words.
    pub comment: Option<String>,
    /// In a word.
    pub tags: Vec<String>,
    /// How it came.
    pub channel: FeedbackChannel,
    /// When it was said.
    pub created_at: Timestamp,
}

impl From<Feedback> for FeedbackView {
    fn from(said: Feedback) -> Self {
        Self {
            id: said.id,
            ticket_id: said.ticket_id,
            appointment_id: said.appointment_id,
            site_id: said.site_id,
            queue_id: said.queue_id,
            service_id: said.service_id,
            counter_id: said.counter_id,
            agent_id: said.agent_id,
            customer_id: said.customer_id,
            csat: said.csat,
            nps: said.nps,
            comment: said.comment,
            tags: said.tags,
            channel: said.channel,
            created_at: said.created_at,
        }
    }
}

text_enum! {
    /// By what a summary is split.
    pub enum Grouping {
        /// What people came for.
        Service = "service",
        /// Who served.
        Agent = "agent",
        /// The hour of the day.
        Hour = "hour",
        /// Where.
        Site = "site",
    }
}

/// Counts of scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Who said something.
    pub responses: i64,
    /// Who gave a CSAT score.
    pub csat_given: i64,
    /// The sum of these.
    pub csat_sum: i64,
    /// 4 and 5 among them.
    pub satisfied: i64,
    /// 9 and 10 of the NPS scores.
    pub promoters: i64,
    /// 7 and 8.
    pub passives: i64,
    /// 0 to 6.
    pub detractors: i64,
}

impl Counts {
    /// Those of one answer.
    pub fn of(said: &Feedback) -> Self {
        let (csat, nps) = (said.csat, said.nps);
        Self {
            responses: 1,
            csat_given: i64::from(csat.is_some()),
            csat_sum: csat.unwrap_or(0),
            satisfied: i64::from(csat.is_some_and(|score| score >= 4)),
            promoters: i64::from(nps.is_some_and(|score| score >= 9)),
            passives: i64::from(nps.is_some_and(|score| (7..=8).contains(&score))),
            detractors: i64::from(nps.is_some_and(|score| score <= 6)),
        }
    }

    /// Adds others so many times; -1 takes them out.
    pub fn add(&mut self, other: &Self, times: i64) {
        self.responses += other.responses * times;
        self.csat_given += other.csat_given * times;
        self.csat_sum += other.csat_sum * times;
        self.satisfied += other.satisfied * times;
        self.promoters += other.promoters * times;
        self.passives += other.passives * times;
        self.detractors += other.detractors * times;
    }
}

/// What people said, in figures.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SummaryRow {
    /// The service, agent or site, or the hour; null for all of it, and for who served when nobody knows.
    pub key: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// How many said something.
    #[schemars(example = 42)]
    pub responses: i64,
    /// The mean CSAT score.
    #[schemars(example = 4.3)]
    pub csat_average: Option<f64>,
    /// How many in a hundred of the CSAT scores are 4 or 5.
    #[schemars(example = 85.7)]
    pub csat_percent: Option<f64>,
    /// Promoters less detractors, in a hundred: -100 to 100.
    #[schemars(example = 31.0)]
    pub nps: Option<f64>,
    /// How many gave 9 or 10.
    pub promoters: i64,
    /// How many gave 7 or 8.
    pub passives: i64,
    /// How many gave 0 to 6.
    pub detractors: i64,
}

impl SummaryRow {
    /// The figures of some counts.
    pub fn of(key: Option<String>, name: Option<String>, counts: Counts) -> Self {
        let scored = counts.promoters + counts.passives + counts.detractors;
        Self {
            key,
            name,
            responses: counts.responses,
            csat_average: ratio(counts.csat_sum, counts.csat_given, 100.0),
            csat_percent: ratio(counts.satisfied * 100, counts.csat_given, 10.0),
            nps: ratio((counts.promoters - counts.detractors) * 100, scored, 10.0),
            promoters: counts.promoters,
            passives: counts.passives,
            detractors: counts.detractors,
        }
    }
}

/// A quotient to so many parts of one; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of answers")]
fn ratio(part: i64, whole: i64, parts: f64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * parts).round() / parts)
}

/// What people said: all of it, and split.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Summary {
    /// All of it.
    pub total: SummaryRow,
    /// By what it is split.
    pub by: Grouping,
    /// The parts, those with the most answers first; hours in order.
    pub items: Vec<SummaryRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_and_words_have_their_bounds() {
        let codes = |json: serde_json::Value| {
            let input: FeedbackInput = serde_json::from_value(json).unwrap();
            input.tidied().faults().into_iter().map(|f| (f.field, f.code)).collect::<Vec<_>>()
        };
        use serde_json::json;
        for sound in [
            json!({"csat": 1}),
            json!({"csat_score": 5, "nps": 0}),
            json!({"nps_score": 10, "tags": [" Slow "]}),
        ] {
            assert_eq!(codes(sound), []);
        }
        for (wrong, field, code) in [
            (json!({"csat": 0}), "csat", "out_of_range"),
            (json!({"csat": 6}), "csat", "out_of_range"),
            (json!({"nps": -1}), "nps", "out_of_range"),
            (json!({"nps": 11}), "nps", "out_of_range"),
            (json!({"comment": "fine"}), "csat", "required"),
            (json!({"csat": 3, "comment": "x".repeat(2001)}), "comment", "too_long"),
            (json!({"csat": 3, "comment": "a\u{0}b"}), "comment", "control_letters"),
            (json!({"csat": 3, "tags": [""]}), "tags", "not_tags"),
        ] {
            assert_eq!(codes(wrong.clone()), [(field.to_owned(), code)], "{wrong}");
        }
    }

    #[test]
    fn figures() {
        let counts = Counts {
            responses: 4,
            csat_given: 3,
            csat_sum: 11,
            satisfied: 2,
            promoters: 2,
            passives: 0,
            detractors: 1,
        };
        let row = SummaryRow::of(None, None, counts);
        assert_eq!((row.csat_average, row.csat_percent, row.nps), (Some(3.67), Some(66.7), Some(33.3)));
        let none = SummaryRow::of(None, None, Counts::default());
        assert_eq!((none.csat_average, none.csat_percent, none.nps), (None, None, None));
    }
}
