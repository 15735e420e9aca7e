//! Bytes as what strangers send: the first byte says to which parser, the rest is the text.
//!
//! No text may bring a parser down, and what one accepts has to hold together.

use std::sync::OnceLock;

use tokio::runtime::Runtime;
use usher_identity::model::{CODE_LENGTH, SecretKind, read_secret, typed_code};
use usher_kernel::{Clock, Id, TimeZone, Timestamp};
use usher_queueing::model::ids::TicketKind;
use usher_queueing::model::rule::{
    Compiled, CustomerFacts, LoadFacts, QueueFacts, RuleEvent, ServiceFacts, Then, TimeFacts, route,
};
use usher_queueing::model::secret::SecretKey;
use usher_queueing::model::{RoutingFacts, RoutingRule, TicketId, Verdict};
use usher_realtime::{Hub, HubConfig, Since};
use usher_tenancy::OpeningHours;
use uuid::Uuid;

/// The parsers, in the order of the first byte.
const PARSERS: [fn(&str); 6] = [ticket_secret, typed, credential, hours, cursor, condition];

/// Hands one text to one parser.
pub(crate) fn run(data: &[u8]) {
    let Some((which, text)) = data.split_first() else { return };
    PARSERS[usize::from(*which) % PARSERS.len()](&String::from_utf8_lossy(text));
}

/// Only what was sealed opens, in one spelling.
fn ticket_secret(text: &str) {
    let key = SecretKey::new(b"a key of the fuzz tests", "ticket page");
    if let Some(ticket) = key.open::<TicketKind>(text) {
        assert_eq!(key.seal(ticket), text, "two spellings open one ticket");
    }
    let mut id = [0; 16];
    for (at, byte) in text.bytes().take(16).enumerate() {
        id[at] = byte;
    }
    let ticket = TicketId::from_uuid(Uuid::from_bytes(id));
    let sealed = key.seal(ticket);
    assert_eq!(key.open(&sealed), Some(ticket));
    let mut forged = sealed.clone().into_bytes();
    let at = text.len() % forged.len();
    forged[at] = text.bytes().last().filter(u8::is_ascii).unwrap_or(b'A');
    let forged = String::from_utf8(forged).expect("letters");
    assert_eq!(key.open::<TicketKind>(&forged).is_some(), forged == sealed, "{forged}");
}

/// A code is read the same again, and from what people make of it.
fn typed(text: &str) {
    let Some(code) = typed_code(text) else { return };
    assert_eq!(code.len(), CODE_LENGTH);
    assert!(!code.contains(['I', 'O', '0', '1']), "{code}");
    assert_eq!(typed_code(&code).as_ref(), Some(&code));
    let (left, right) = code.split_at(CODE_LENGTH / 2);
    assert_eq!(typed_code(&format!(" {}-{right} ", left.to_lowercase())), Some(code.clone()));
}

/// A credential is of the one kind that it says.
fn credential(text: &str) {
    let kinds = [
        SecretKind::Session,
        SecretKind::Refresh,
        SecretKind::ApiKey,
        SecretKind::Device,
        SecretKind::Pairing,
        SecretKind::Ticket,
        SecretKind::Mail,
    ];
    for kind in kinds {
        assert!(read_secret(kind, text).is_none() || SecretKind::of(text) == Some(kind));
    }
}

/// Hours that can be kept say the same after being stored, and open and close in turn.
fn hours(text: &str) {
    let Ok(hours) = serde_json::from_str::<OpeningHours>(text) else { return };
    let stored = serde_json::to_string(&hours).expect("hours are JSON");
    assert_eq!(serde_json::from_str::<OpeningHours>(&stored).as_ref().ok(), Some(&hours));
    if !hours.faults("weekly", "exceptions").is_empty() {
        return;
    }
    for zone in ["UTC", "Europe/Berlin", "Africa/Accra", "America/St_Johns"] {
        let zone = TimeZone::get(zone).expect("a zone of the bundle");
        // An ordinary noon, and the hours around both changes of the clock.
        for second in [1_795_172_400, 1_774_746_000, 1_792_890_000, 1_772_953_200] {
            let at = Timestamp::from_second(second).expect("a time");
            let state = hours.state(at, &zone);
            assert_eq!(state.open, hours.is_open(at, &zone));
            assert!(!(state.open && state.opens_at.is_some()), "{state:?}");
            assert!(state.open || state.closes_at.is_none(), "{state:?}");
            if let Some(opens) = state.opens_at {
                assert!(opens > at && hours.is_open(opens, &zone), "{state:?}");
            }
            if let Some(closes) = state.closes_at {
                assert!(closes > at && !hours.is_open(closes, &zone), "{state:?}");
            }
            let day = hours.business_day(at, &zone);
            assert!(day <= zone.to_datetime(at).date() && hours.end_of_business_day(day, &zone) > at);
        }
    }
}

/// A cursor of nobody we know asks for a snapshot; one never counts for what was not sent.
fn cursor(text: &str) {
    static HUB: OnceLock<(Runtime, Hub)> = OnceLock::new();
    let (_, hub) = HUB.get_or_init(|| {
        // Never driven: reading a cursor needs no task.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let entered = runtime.enter();
        let hub = Hub::new(HubConfig::default(), Clock::manual(Timestamp::UNIX_EPOCH).0);
        drop(entered);
        (runtime, hub)
    });
    match hub.since(Some(text)) {
        Since::Start => assert!(text.trim().is_empty()),
        Since::After(number) => assert_eq!(number, 0, "nothing was sent yet"),
        Since::Unusable => assert!(!text.trim().is_empty()),
    }
}

/// A condition is refused with its place, or answers on any facts.
fn condition(text: &str) {
    let rule = RoutingRule {
        id: Id::from_uuid(Uuid::nil()),
        name: "fuzz".into(),
        site_id: None,
        event: RuleEvent::Any,
        condition: text.to_owned(),
        then: Then { tag: Some("held".into()), ..Then::default() },
        position: 0,
        active: true,
        version: 1,
    };
    match Compiled::new(rule) {
        Err(fault) => assert!(fault.field == "condition" && !fault.message.is_empty()),
        Ok(compiled) => {
            for (words, number) in [("", 0), ("deposit", 1), ("\u{fc}'\"\\\n", i64::MAX), ("vip", i64::MIN)] {
                let site = Id::from_uuid(Uuid::nil());
                let verdict =
                    route(std::slice::from_ref(&compiled), RuleEvent::Issue, site, &facts(words, number));
                let held = Verdict { tags: vec!["held".into()], ..Verdict::default() };
                assert!(verdict == held || verdict == Verdict::default(), "{verdict:?}");
            }
        }
    }
}

fn facts(words: &str, number: i64) -> RoutingFacts<'_> {
    RoutingFacts {
        service: ServiceFacts { code: words, name: words },
        queue: QueueFacts { name: words, prefix: words, waiting: number },
        customer: CustomerFacts {
            name: words,
            phone: words,
            priority: words,
            party_size: number,
            known: number > 0,
            id: words.to_owned(),
            locale: words,
            metadata: [(words.to_owned(), number.into())].into_iter().collect(),
        },
        channel: words,
        time: TimeFacts { hour: number, minute: number, weekday: number, date: words.to_owned() },
        load: LoadFacts { waiting: number, counters_open: number },
    }
}
