//! Routing rules: a condition in CEL and what follows when it holds.

use cel::{Context, Program, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_kernel::{FieldFault, SiteId};

use super::{QueueId, RuleId};

usher_kernel::text_enum! {
    /// When a rule is asked.
    pub enum RuleEvent {
        /// When a ticket is issued.
        Issue = "issue",
        /// When a ticket is transferred.
        Transfer = "transfer",
        /// Both times.
        Any = "any",
    }
}

/// What follows when a rule's condition holds; the first rule that decides a point decides it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Then {
    /// Into this line instead.
    pub queue_id: Option<QueueId>,
    /// With this priority class.
    pub class: Option<String>,
    /// With this mark.
    pub tag: Option<String>,
    /// Not at all; the person reads this.
    pub refuse: Option<String>,
}

/// A rule as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoutingRule {
    /// Its id.
    pub id: RuleId,
    /// What it is for.
    pub name: String,
    /// At one site only.
    pub site_id: Option<SiteId>,
    /// When it is asked.
    pub event: RuleEvent,
    /// The condition, in CEL, over `service`, `queue`, `customer`, `channel`, `time` and `load`.
    pub condition: String,
    /// What follows.
    pub then: Then,
    /// Lower ones are asked first.
    pub position: i64,
    /// Whether it is asked at all.
    pub active: bool,
    /// Counts its changes.
    pub version: i64,
}

/// What a condition may look at.
#[derive(Clone, Debug, Serialize)]
pub struct RoutingFacts<'a> {
    /// `service.code`, `service.name`.
    pub service: ServiceFacts<'a>,
    /// `queue.name`, `queue.prefix`, `queue.waiting`.
    pub queue: QueueFacts<'a>,
    /// `customer.name`, `customer.phone`, `customer.priority`, `customer.party_size`.
    pub customer: CustomerFacts<'a>,
    /// The channel's word.
    pub channel: &'a str,
    /// `time.hour`, `time.minute`, `time.weekday` (Monday = 1), `time.date`, in the site's zone.
    pub time: TimeFacts,
    /// `load.waiting` (whole site), `load.counters_open`.
    pub load: LoadFacts,
}

/// The service.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by RoutingFacts")]
pub struct ServiceFacts<'a> {
    pub code: &'a str,
    pub name: &'a str,
}

/// The queue that is chosen without a rule.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by RoutingFacts")]
pub struct QueueFacts<'a> {
    pub name: &'a str,
    pub prefix: &'a str,
    pub waiting: i64,
}

/// The person.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by RoutingFacts")]
pub struct CustomerFacts<'a> {
    pub name: &'a str,
    pub phone: &'a str,
    pub priority: &'a str,
    pub party_size: i64,
}

/// The time.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by RoutingFacts")]
pub struct TimeFacts {
    pub hour: i64,
    pub minute: i64,
    pub weekday: i64,
    pub date: String,
}

/// The site.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by RoutingFacts")]
pub struct LoadFacts {
    pub waiting: i64,
    pub counters_open: i64,
}

impl RoutingFacts<'_> {
    /// The names that a condition may use.
    const NAMES: [&'static str; 6] = ["service", "queue", "customer", "channel", "time", "load"];

    /// Facts of nothing in particular, to try a new rule on.
    fn sample() -> RoutingFacts<'static> {
        RoutingFacts {
            service: ServiceFacts { code: "deposit", name: "Deposit" },
            queue: QueueFacts { name: "Deposit", prefix: "A", waiting: 3 },
            customer: CustomerFacts { name: "", phone: "", priority: "normal", party_size: 1 },
            channel: "kiosk",
            time: TimeFacts { hour: 10, minute: 30, weekday: 1, date: "2026-01-05".to_owned() },
            load: LoadFacts { waiting: 5, counters_open: 2 },
        }
    }

    fn context(&self) -> Result<Context<'static, 'static>, String> {
        let all = cel::to_value(self).map_err(|error| error.to_string())?;
        let mut context = Context::default();
        if let Value::Map(map) = all {
            for name in Self::NAMES {
                if let Some(value) = map.get(&cel::objects::Key::from(name)) {
                    context.add_variable_from_value(name, value.clone());
                }
            }
        }
        Ok(context)
    }
}

/// A rule made ready to be asked.
pub struct Compiled {
    /// The rule.
    pub rule: RoutingRule,
    program: Program,
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rule.fmt(f)
    }
}

impl Compiled {
    /// Compiles a rule and tries it once.
    ///
    /// # Errors
    /// The condition cannot be read (with line and column), names something unknown, or does not
    /// answer true or false.
    pub fn new(rule: RoutingRule) -> Result<Self, FieldFault> {
        let fault = |code, message| FieldFault { field: "condition".to_owned(), code, message };
        let program = Program::compile(&rule.condition).map_err(|errors| {
            let text = errors.errors.first().map_or_else(
                || "the condition cannot be read".to_owned(),
                |e| format!("line {}, column {}: {}", e.pos.0.max(1), e.pos.1 + 1, e.msg),
            );
            fault("bad_condition", text)
        })?;
        let unknown: Vec<String> = program
            .references()
            .variables()
            .into_iter()
            .filter(|name| !RoutingFacts::NAMES.contains(name))
            .map(str::to_owned)
            .collect();
        if let Some(name) = unknown.first() {
            let at = rule.condition.find(name.as_str()).unwrap_or(0);
            return Err(fault(
                "unknown_name",
                format!("column {}: {name} is unknown; known are {}", at + 1, RoutingFacts::NAMES.join(", ")),
            ));
        }
        let compiled = Self { rule, program };
        match compiled.ask(&RoutingFacts::sample()) {
            Ok(_) => Ok(compiled),
            Err(text) => Err(fault("bad_condition", text)),
        }
    }

    /// Whether the condition holds.
    fn ask(&self, facts: &RoutingFacts<'_>) -> Result<bool, String> {
        match self.program.execute(&facts.context()?) {
            Ok(Value::Bool(answer)) => Ok(answer),
            Ok(_) => Err("the condition must answer true or false".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// What the rules of a tenant decide for one ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Into this line.
    pub queue_id: Option<QueueId>,
    /// With this class.
    pub class: Option<String>,
    /// With these marks.
    pub tags: Vec<String>,
    /// Refused with this text.
    pub refuse: Option<String>,
}

/// Asks the rules in order. A rule that fails on these facts is passed over.
pub fn route(rules: &[Compiled], event: RuleEvent, site: SiteId, facts: &RoutingFacts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    for compiled in rules {
        let rule = &compiled.rule;
        let asked = rule.active
            && (rule.event == event || rule.event == RuleEvent::Any)
            && rule.site_id.is_none_or(|at| at == site);
        if !asked || !compiled.ask(facts).unwrap_or(false) {
            continue;
        }
        let then = &rule.then;
        verdict.queue_id = verdict.queue_id.or(then.queue_id);
        verdict.class = verdict.class.or_else(|| then.class.clone());
        verdict.refuse = verdict.refuse.or_else(|| then.refuse.clone());
        verdict.tags.extend(then.tag.clone());
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;
    use usher_kernel::Id;

    fn rule(condition: &str, then: Then) -> RoutingRule {
        RoutingRule {
            id: Id::from_uuid(uuid::Uuid::nil()),
            name: "r".into(),
            site_id: None,
            event: RuleEvent::Issue,
            condition: condition.into(),
            then,
            position: 0,
            active: true,
            version: 1,
        }
    }

    #[test]
    fn the_first_rule_that_decides_a_point_decides_it() {
        let vip = Then { class: Some("vip".into()), tag: Some("a".into()), ..Then::default() };
        let late = Then { class: Some("priority".into()), tag: Some("b".into()), ..Then::default() };
        let rules = [
            Compiled::new(rule(
                "customer.party_size >= 4",
                Then { tag: Some("no".into()), ..Then::default() },
            ))
            .unwrap(),
            Compiled::new(rule("service.code == 'deposit' && load.waiting > 2", vip)).unwrap(),
            Compiled::new(rule("time.hour >= 10", late)).unwrap(),
        ];
        let verdict =
            route(&rules, RuleEvent::Issue, Id::from_uuid(uuid::Uuid::nil()), &RoutingFacts::sample());
        assert_eq!(verdict.class.as_deref(), Some("vip"));
        assert_eq!(verdict.tags, ["a", "b"]);
        let none =
            route(&rules, RuleEvent::Transfer, Id::from_uuid(uuid::Uuid::nil()), &RoutingFacts::sample());
        assert_eq!(none, Verdict::default());
    }

    #[test]
    fn bad_conditions_are_refused_with_their_place() {
        let broken = Compiled::new(rule("service.code == ", Then::default())).unwrap_err();
        assert!(broken.message.contains("column"), "{}", broken.message);
        let unknown = Compiled::new(rule("weather == 'rain'", Then::default())).unwrap_err();
        assert_eq!((unknown.code, unknown.message.contains("weather")), ("unknown_name", true));
        let number = Compiled::new(rule("load.waiting + 1", Then::default())).unwrap_err();
        assert!(number.message.contains("true or false"));
    }
}
