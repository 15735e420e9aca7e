//! Routing rules: a condition in CEL and what follows when it holds.

use cel::{Context, Program, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Map;
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

/// The longest condition, in bytes.
const MOST_BYTES: usize = 2000;
/// How deep its brackets may stand in each other.
const MOST_NESTED: usize = 16;
/// How many signs of operators it may have: each can be a level of the tree that is walked when it is asked.
const MOST_SIGNS: usize = 48;
/// Reading one level of brackets takes a dozen calls, more than the stack of a worker may have left.
const READING_STACK: usize = 32 << 20;

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
    /// The condition, in CEL, over `service` (`code`, `name`), `queue` (`name`, `prefix`, `waiting`), `customer` (`name`,
    /// `phone`, `priority`, `party_size`, and of their record `known`, `id`, `locale`, `metadata`), `channel`, `time`
    /// (`hour`, `minute`, `weekday` with Monday = 1, `date`) and `load` (`waiting`, `counters_open`). What a record may
    /// not have is asked for first: `has(customer.metadata.tier) && customer.metadata.tier == "gold"`.
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
    /// `customer.name`, `customer.phone`, `customer.priority`, `customer.party_size`; of their record `customer.known`,
    /// `customer.id`, `customer.locale`, `customer.metadata`.
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
    pub known: bool,
    pub id: String,
    pub locale: &'a str,
    pub metadata: Map<String, serde_json::Value>,
}

/// What of a customer stands in their record; to know it, the record has to be read.
const OF_RECORD: [&str; 4] = ["known", "id", "locale", "metadata"];

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
            customer: CustomerFacts {
                name: "",
                phone: "",
                priority: "normal",
                party_size: 1,
                known: false,
                id: String::new(),
                locale: "",
                metadata: Map::new(),
            },
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
    /// Whether it names anything of a record.
    wants_record: bool,
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
    /// The condition is too large or cannot be read (with line and column), names something unknown, or
    /// does not answer true or false.
    pub fn new(rule: RoutingRule) -> Result<Self, FieldFault> {
        let fault = |code, message| FieldFault { field: "condition".to_owned(), code, message };
        if let Some(text) = too_large(&rule.condition) {
            return Err(fault("too_complex", text));
        }
        let program = read(&rule.condition).map_err(|text| fault("bad_condition", text))?;
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
        let mut words = rule.condition.split(|c: char| !c.is_alphanumeric() && c != '_');
        let wants_record = words.any(|word| OF_RECORD.contains(&word));
        let compiled = Self { rule, program, wants_record };
        match compiled.ask(&RoutingFacts::sample()) {
            Ok(_) => Ok(compiled),
            Err(text) if compiled.rule.condition.contains("metadata") => {
                let hint = "what a record may not have is asked for with has(customer.metadata.name) first";
                Err(fault("bad_condition", format!("{text}; {hint}")))
            }
            Err(text) => Err(fault("bad_condition", text)),
        }
    }

    /// Whether it is asked on this occasion.
    fn applies(&self, event: RuleEvent, site: SiteId) -> bool {
        let rule = &self.rule;
        rule.active
            && (rule.event == event || rule.event == RuleEvent::Any)
            && rule.site_id.is_none_or(|at| at == site)
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

/// What is too much about a condition: a text of any size must not exhaust the stack.
fn too_large(condition: &str) -> Option<String> {
    let (mut nested, mut deepest) = (0usize, 0);
    let mut signs = condition.split(|c: char| !c.is_alphanumeric()).filter(|word| *word == "in").count();
    let mut last = b' ';
    for byte in condition.bytes() {
        match byte {
            b'(' | b'[' | b'{' => nested += 1,
            b')' | b']' | b'}' => nested = nested.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(nested);
        // `&&`, `||` and `==`, `!=`, `<=`, `>=` are one sign each.
        let second = matches!((last, byte), (b'&', b'&') | (b'|', b'|') | (b'=' | b'!' | b'<' | b'>', b'='));
        signs += usize::from(!second && b"!-+*/%&|<>=?.[".contains(&byte));
        last = if second { b' ' } else { byte };
    }
    if condition.len() > MOST_BYTES {
        Some(format!("the condition is longer than {MOST_BYTES} bytes"))
    } else if deepest > MOST_NESTED {
        Some(format!("brackets stand more than {MOST_NESTED} deep in each other"))
    } else if signs > MOST_SIGNS {
        Some(format!("there are more than {MOST_SIGNS} signs of operators; make two rules of it"))
    } else {
        None
    }
}

/// Reads a condition on a stack of its own.
fn read(condition: &str) -> Result<Program, String> {
    let unreadable = || "the condition cannot be read".to_owned();
    let read = std::thread::scope(|scope| {
        let reading = std::thread::Builder::new().name("rule".to_owned()).stack_size(READING_STACK);
        reading.spawn_scoped(scope, || Program::compile(condition)).map(|thread| thread.join())
    });
    // No thread to be had, or the parser gave up with a panic: the condition is refused, nothing else ends.
    let read = read.map_err(|error| error.to_string())?.map_err(|_| unreadable())?;
    read.map_err(|errors| {
        errors.errors.first().map_or_else(unreadable, |e| {
            format!("line {}, column {}: {}", e.pos.0.max(1), e.pos.1 + 1, e.msg)
        })
    })
}

/// What the rules of a tenant decide for one ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Into this line, as this rule says.
    pub queue: Option<(RuleId, QueueId)>,
    /// With this class, as this rule says.
    pub class: Option<(RuleId, String)>,
    /// With these marks.
    pub tags: Vec<String>,
    /// Refused with this text.
    pub refuse: Option<String>,
}

/// Whether any of the rules that are asked on this occasion wants to know what stands in the person's record.
pub fn wants_record(rules: &[Compiled], event: RuleEvent, site: SiteId) -> bool {
    rules.iter().any(|compiled| compiled.wants_record && compiled.applies(event, site))
}

/// Asks the rules in order. A rule that fails on these facts is passed over.
pub fn route(rules: &[Compiled], event: RuleEvent, site: SiteId, facts: &RoutingFacts<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    for compiled in rules {
        let rule = &compiled.rule;
        if !compiled.applies(event, site) || !compiled.ask(facts).unwrap_or(false) {
            continue;
        }
        let then = &rule.then;
        verdict.queue = verdict.queue.or(then.queue_id.map(|queue| (rule.id, queue)));
        verdict.class = verdict.class.or_else(|| Some((rule.id, then.class.clone()?)));
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
        assert_eq!(verdict.class.map(|(_, class)| class).as_deref(), Some("vip"));
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

    #[test]
    fn a_record_is_read_only_where_a_rule_asks_for_it() {
        let site = Id::from_uuid(uuid::Uuid::nil());
        let wants = |condition: &str| {
            let compiled = Compiled::new(rule(condition, Then::default())).unwrap();
            let transfer = wants_record(std::slice::from_ref(&compiled), RuleEvent::Transfer, site);
            assert!(!transfer, "it is asked when a ticket is issued");
            wants_record(&[compiled], RuleEvent::Issue, site)
        };
        assert!(!wants("customer.party_size >= 4 && customer.name != 'identity'"));
        assert!(wants("customer.known"));
        assert!(wants("has(customer.metadata.tier) && customer.metadata.tier == 'gold'"));
        let bare = Compiled::new(rule("customer.metadata.tier == 'gold'", Then::default())).unwrap_err();
        assert!(bare.code == "bad_condition" && bare.message.contains("has("), "{}", bare.message);
        let none = Compiled::new(rule("customer.tags == 'gold'", Then::default())).unwrap_err();
        assert!(none.code == "bad_condition" && none.message.contains("tags"), "{}", none.message);
    }

    #[test]
    fn no_condition_exhausts_the_stack() {
        let deep = |open: &str, middle: &str, close: &str, n: usize| {
            format!("{}{middle}{}", open.repeat(n), close.repeat(n))
        };
        for fits in [
            deep("(", "true", ")", MOST_NESTED),
            deep("[", "1", "]", MOST_NESTED) + " == []",
            deep("!", "true", "", MOST_SIGNS),
            deep("true ? true : ", "true", "", MOST_SIGNS),
            deep("1 + ", "1 > 0", "", MOST_SIGNS - 1),
            deep("true && ", "true", "", MOST_SIGNS),
            deep("1 in ", "[]", "", MOST_SIGNS - 1),
            format!("[1]{} == 1", "[0]".repeat(MOST_SIGNS - 2)),
        ] {
            let read = Compiled::new(rule(&fits, Then::default()));
            assert!(read.as_ref().err().is_none_or(|fault| fault.code != "too_complex"), "{fits}: {read:?}");
        }
        for over in [
            deep("(", "true", ")", 40),
            deep("{1:", "true", "}", 40),
            deep("1 + ", "1", "", MOST_SIGNS + 1),
            deep("1 in ", "[]", "", MOST_SIGNS + 1),
            deep("(", "", "", 100_000),
            "a".repeat(MOST_BYTES + 1),
        ] {
            assert_eq!(Compiled::new(rule(&over, Then::default())).unwrap_err().code, "too_complex");
        }
    }
}
