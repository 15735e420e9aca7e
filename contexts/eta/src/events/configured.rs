//! How a tenant is set up, as the log tells it: what services take, who can serve them, what counters serve.

use std::collections::BTreeMap;

use serde::Deserialize;
use usher_events::Event;
use usher_identity::Member;
use usher_identity::events::{MEMBER_REMOVED, MemberEvent};
use usher_identity::model::skill;
use usher_kernel::{SiteId, Timestamp};
use usher_queueing::events::ConfigFact;
use usher_queueing::model::QueueId;
use usher_queueing::ops::setup::Setup;

use super::Lines;
use crate::key;
use crate::model::{Book, Key, Serves, Wall};

/// What a counter serves, as an event of its configuration says.
#[derive(Deserialize)]
struct ServedLines {
    queue_ids: Vec<QueueId>,
    weights: Option<BTreeMap<QueueId, i64>>,
}

impl From<ServedLines> for Serves {
    fn from(ServedLines { queue_ids, weights }: ServedLines) -> Self {
        let weight = |id: &QueueId, known: &BTreeMap<QueueId, i64>| known.get(id).copied().unwrap_or(1);
        let weights = weights.map(|known| queue_ids.iter().map(|id| weight(id, &known)).collect());
        Self { queues: queue_ids.into_iter().map(key).collect(), weights }
    }
}

/// How long a service takes and what it asks for, as an event of its configuration says.
#[derive(Deserialize)]
struct Takes {
    default_minutes: f64,
    #[serde(default)]
    required_skills: Vec<String>,
}

/// How a tenant was set up where its log begins: what the log has let go of is taken to be as it is now. What was made after
/// `until` the log tells itself. Without it nobody would be known to serve any line, and nothing would be learned.
pub(super) fn before_the_log(
    book: &mut Book,
    setup: Setup,
    until: Timestamp,
    at: &mut dyn FnMut(SiteId) -> Wall,
) {
    for service in &setup.services {
        book.service(key(service.id), service.default_minutes, compared(&service.required_skills));
    }
    for one in setup.counters.into_iter().filter(|one| one.counter.id.made_at() <= until) {
        let (id, site, moment) = (key(one.counter.id), key(one.counter.site_id), at(one.counter.site_id));
        let serves = ServedLines { queue_ids: one.counter.queue_ids, weights: one.counter.weights };
        book.counter(id, site, Some(serves.into()), moment);
        book.seat(id, site, one.open, one.agent_id.map(key), moment);
        if let Some(agent) = one.agent_id.filter(|_| one.paused) {
            book.agent(key(agent), true, &mut |_| moment);
        }
    }
}

/// What somebody knew how to do where the log begins.
pub(super) fn skilled_before(book: &mut Book, member: &Member) {
    book.skills_of(key(member.user_id), compared(&member.skills));
}

/// A service was made or changed.
pub(super) fn service(book: &mut Book, fact: ConfigFact) -> serde_json::Result<()> {
    if let Some(after) = fact.after {
        let takes: Takes = serde_json::from_value(after)?;
        book.service(Key(fact.id.as_u128()), takes.default_minutes, compared(&takes.required_skills));
    }
    Ok(())
}

/// A counter was made, changed or taken out of use; gives the lines that are told other waits from now on.
pub(super) fn counter(book: &mut Book, fact: ConfigFact, site: Key, at: Wall) -> serde_json::Result<Lines> {
    let counter = Key(fact.id.as_u128());
    let serves: Option<ServedLines> = fact.after.map(serde_json::from_value).transpose()?;
    let mut lines = book.lines_of_counter(counter);
    book.counter(counter, site, serves.map(Into::into), at);
    lines.extend(book.lines_of_counter(counter));
    Ok(lines)
}

/// Somebody's membership changed, and with it perhaps what they know how to do.
pub(super) fn member(book: &mut Book, event: &Event) -> serde_json::Result<Lines> {
    let MemberEvent { member, .. } = event.payload_as()?;
    let skills = if event.kind == MEMBER_REMOVED { Vec::new() } else { compared(&member.skills) };
    book.skills_of(key(member.user_id), skills);
    Ok(book.lines_of_agent(key(member.user_id)))
}

fn compared(skills: &[String]) -> Vec<String> {
    skills.iter().map(|name| skill::key(name)).collect()
}
