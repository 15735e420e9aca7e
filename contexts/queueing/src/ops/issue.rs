//! Issuing a ticket: choosing the line, giving out the number, writing the ticket.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;
use usher_customers::CustomerId;
use usher_customers::model::contact::{keys_in_sql, plain_phone};
use usher_db::Tx;
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use super::booked_with::{self, BookedWith};
use super::line::Queueing;
use super::site_now::SiteNow;
use super::{customer, guard, micros, numbers, routing};
use crate::error::Error;
use crate::model::guard::Proof;
use crate::model::person::Faults;
use crate::model::queue::QueueStatus;
use crate::model::rank;
use crate::model::rule::{RuleEvent, wants_record};
use crate::model::service::NORMAL;
use crate::model::ticket::{Booked, Channel, Extra, Note, Numbered};
use crate::model::{
    LineView, Queue, QueueId, Service, ServiceId, TenantConfig, Ticket, TicketId, VisitId, class_number,
};
use crate::store;

/// Who wants a ticket, and for what.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Issue {
    /// The line; chosen among those that offer the service when absent.
    pub queue_id: Option<QueueId>,
    /// What for; when absent the queue's first service for which tickets are issued.
    pub service_id: Option<ServiceId>,
    /// Where, when no queue is named; the tenant's default site when absent.
    pub site_id: Option<SiteId>,
    /// The person's name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// How many people.
    pub party_size: Option<i64>,
    /// The priority class.
    pub priority: Option<String>,
    /// Why that class.
    pub priority_reason: Option<String>,
    /// Through which door.
    pub channel: Option<Channel>,
    /// What the person needs.
    pub assistance: Option<String>,
    /// A remark of staff.
    pub notes: Option<String>,
    /// Marks.
    pub tags: Vec<String>,
    /// The language the person reads.
    pub locale: Option<String>,
    /// Further services of this visit, in order.
    pub service_ids: Vec<ServiceId>,
    /// The customer whose ticket it is; found by number or address, or new, when absent.
    pub customer_id: Option<CustomerId>,
    /// The account with which they signed in.
    #[serde(skip)]
    pub user_id: Option<UserId>,
    /// The member of staff whose time was booked.
    #[serde(skip)]
    pub with: Option<BookedWith>,
    /// What somebody brings who joins by themselves.
    #[serde(skip)]
    pub proof: Proof,
}

/// The most services of one visit.
const MOST_STEPS: usize = 10;

/// How a ticket is issued beyond what the person says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// Staff may issue outside of opening hours.
    pub staff: bool,
    /// Staff confirm a priority class by giving it.
    pub confirmed: bool,
    /// The visit that this ticket goes on with.
    pub visit: Option<VisitId>,
    /// The appointment that brings the person.
    pub booked: Option<Booked>,
}

/// Issues a ticket.
///
/// # Errors
/// The line takes nobody now (each reason has its own code), a value is wrong, or the database failed.
pub fn issue(line: &Queueing, tx: &mut Tx<'_>, input: &Issue, terms: Terms) -> Result<Ticket, Error> {
    let config = line.config(tx)?;
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let now = tx.now();
    let input = &sound(&config, input)?;
    let (mut queue, service) = choose(line, &config, tenant, input, now)?;
    if terms.staff {
        line.may_work_at(tx, queue.site_id)?;
    }
    if !service.active {
        return Err(Error::ServiceInactive(service.name.clone()));
    }
    let mut class = input.priority.clone().unwrap_or_else(|| NORMAL.to_owned());
    let mut extra = extra_of(input, now, tx.caller().actor.kind());
    extra.booked = terms.booked;
    let mut ruled = None;
    if !config.rules.is_empty() {
        let wanted = wants_record(&config.rules, RuleEvent::Issue, queue.site_id);
        let record = if wanted { customer::known(line, tx, tenant, input)? } else { None };
        let asked = routing::Asked {
            event: RuleEvent::Issue,
            record: record.as_ref(),
            locale: input.locale.as_deref(),
            queue: &queue,
            service: &service,
            name: input.name.as_deref().unwrap_or(""),
            phone: input.phone.as_deref().unwrap_or(""),
            class: &class,
            party_size: input.party_size.unwrap_or(1),
            channel: input.channel.unwrap_or(Channel::Api),
        };
        let verdict = routing::ask(line, &config, &asked, now)?;
        if let Some(text) = verdict.refuse {
            return Err(Error::RuleRefused(text));
        }
        ruled = routing::line_of(line, tx, &config, verdict.queue, queue.site_id)?;
        if let Some((id, named)) = verdict.class {
            let sound = check_class(&service, &named, input.priority_reason.as_deref(), ISSUE_FIELDS);
            if routing::or_without(line, tx, &config, id, sound)?.is_some() {
                class = named;
            }
        }
        extra.tags.extend(verdict.tags);
    }
    check_class(&service, &class, input.priority_reason.as_deref(), ISSUE_FIELDS)?;
    let site = line.site_now(tenant, queue.site_id, now)?;
    admit(line, &site, terms, now)?;
    // Whoever is not let in leaves no trace as a customer.
    if let Some((id, other)) = ruled.take() {
        let passed = guard::check(line, tx, &config, &other, &site, &input.proof);
        ruled = routing::or_without(line, tx, &config, id, passed)?.map(|()| (id, other));
    }
    if ruled.is_none() {
        guard::check(line, tx, &config, &queue, &site, &input.proof)?;
    }
    let person = customer::whose(line, tx, tenant, input)?;
    let mut given = None;
    if let Some((id, other)) = ruled.take() {
        let slot = seat(line, tx, &other, &site, input, person.id);
        given = routing::or_without(line, tx, &config, id, slot)?;
        if given.is_some() {
            queue = other;
        } else {
            guard::check(line, tx, &config, &queue, &site, &input.proof)?;
        }
    }
    let slot = match given {
        Some(slot) => slot,
        None => seat(line, tx, &queue, &site, input, person.id)?,
    };
    if slot.closed {
        // By another node, which this one has not heard of yet.
        let reason = store::sites::reason(tx, queue.site_id)?.unwrap_or_default();
        return Err(Error::SiteClosed { site: site.site.name.clone(), reason });
    }
    let entry = terms.booked.map_or(slot.entry, |booked| micros(booked.enters_at));
    let confirmed = terms.confirmed || service.class(&class).is_none_or(|rules| !rules.confirm);
    let placed = rank::rank(queue.settings.algorithm, entry, &service, &class, confirmed);
    let id = TicketId::generate(now);
    let with = booked_with::bound(line, &config, tenant, service.id, input.with.as_ref());
    let view = line.view(&config, &queue, &service, Some((placed, id)), now);
    let mut view = LineView { class: class_number(&class), ..view };
    // Whoever waits for one member of staff is told of that person's line, as their page tells them.
    if let Some(counter) = with.and_then(|with| booked_with::counter_of(line, &config, with.agent, queue.id))
    {
        view = line.view_for_one(&view, &config, &queue, &service, (placed, id), counter);
    }
    let estimate = line.ask(&view);
    let ahead = line.live().line(queue.id).map_or(0, |l| l.lock().expected_before((placed, id)));
    let several = !extra.remaining_services.is_empty();
    extra.with = with.map(|with| with.name.clone());
    let numbered =
        Numbered { id, day: slot.day, cycle: slot.cycle, value: slot.value, entry, issued_at: now };
    let mut ticket = Ticket {
        rank: placed,
        class,
        class_reason: input.priority_reason.clone(),
        class_confirmed: confirmed,
        party_size: input.party_size.unwrap_or(1),
        customer_id: person.id,
        customer_name: input.name.clone().or(person.name),
        customer_phone: input.phone.clone(),
        customer_email: input.email.clone(),
        issued_p50: estimate.p50,
        issued_p90: estimate.p90,
        issued_ahead: ahead,
        visit_id: terms.visit.or_else(|| several.then(|| VisitId::generate(now))),
        extra: (!extra.is_empty()).then_some(extra),
        for_agent_id: with.map(|with| with.agent),
        for_agent_until: with.map(|with| with.until),
        counted_in: Some(queue.id),
        ..Ticket::waiting(&queue, &service, numbered, input.channel.unwrap_or(Channel::Api))
    };
    store::tickets::insert(tx, &mut ticket)?;
    line.record(tx, "ticket.issued", &ticket, |_| {})?;
    Ok(ticket)
}

/// What the person says, in the form in which it is kept.
fn sound<'i>(config: &TenantConfig, input: &'i Issue) -> Result<Cow<'i, Issue>, Error> {
    let mut faults = Faults::default();
    faults.text("name", input.name.as_deref(), 120);
    faults.email("email", input.email.as_deref());
    faults.people("party_size", input.party_size);
    faults.text("priority_reason", input.priority_reason.as_deref(), 200);
    faults.text("assistance", input.assistance.as_deref(), 200);
    faults.text("notes", input.notes.as_deref(), 2_000);
    faults.tags("tags", &input.tags);
    faults.locale("locale", input.locale.as_deref());
    let phone = input.phone.as_deref().map(plain_phone);
    faults.phone("phone", phone.as_deref());
    if input.service_ids.len() > MOST_STEPS {
        return Err(Error::field(
            "service_ids",
            "too_many",
            format!("At most {MOST_STEPS} services a visit."),
        ));
    }
    if let Some(unknown) = input.service_ids.iter().find(|id| config.service(**id).is_none()) {
        return Err(Error::field("service_ids", "unknown", format!("There is no service {unknown}.")));
    }
    if !faults.0.is_empty() {
        return Err(Error::Fields(faults.0));
    }
    Ok(if phone == input.phone { Cow::Borrowed(input) } else { Cow::Owned(Issue { phone, ..input.clone() }) })
}

/// The line and service that are meant.
fn choose(
    line: &Queueing,
    config: &TenantConfig,
    tenant: TenantId,
    input: &Issue,
    now: Timestamp,
) -> Result<(std::sync::Arc<Queue>, std::sync::Arc<Service>), Error> {
    let wanted = input.service_id.or_else(|| input.service_ids.first().copied());
    if let Some(id) = input.queue_id {
        let queue = line.queue(config, id)?;
        let none = || Error::field("service_id", "required", "This queue offers no service yet.");
        let service = match wanted {
            Some(service) => line.service(config, service)?,
            None => config.first_service(&queue).cloned().ok_or_else(none)?,
        };
        if !queue.serves(service.id) {
            return Err(Error::NoQueue { service: service.name.clone(), site: queue.name.clone() });
        }
        return Ok((queue, service));
    }
    let Some(service) = wanted else {
        return Err(Error::field("service_id", "required", "Say which service or which queue is meant."));
    };
    let service = line.service(config, service)?;
    let site = match input.site_id {
        Some(id) => line.directory().site(tenant, id),
        None => line.directory().default_site(tenant),
    }
    .ok_or(Error::NotFound("site"))?;
    shortest(line, config, site.id, &service, now)
        .map(|queue| (queue, std::sync::Arc::clone(&service)))
        .ok_or_else(|| Error::NoQueue { service: service.name.clone(), site: site.name.clone() })
}

/// The active line of a site that offers a service with the shortest estimate, ties by id; a line that takes
/// nobody only where there is no other.
pub(crate) fn shortest(
    line: &Queueing,
    config: &TenantConfig,
    site: SiteId,
    service: &Service,
    now: Timestamp,
) -> Option<std::sync::Arc<Queue>> {
    let mut offering = config.queues_at(site).filter(|q| q.serves(service.id));
    let first = offering.next()?;
    let Some(second) = offering.next() else { return Some(first.clone()) };
    [first, second]
        .into_iter()
        .chain(offering)
        .min_by(|a, b| {
            let weigh = |q: &Queue| {
                let closed = q.status != QueueStatus::Active;
                (closed, line.estimate(config, q, service, None, now).p50.unwrap_or(f64::INFINITY))
            };
            let ((a_closed, a_wait), (b_closed, b_wait)) = (weigh(a), weigh(b));
            a_closed.cmp(&b_closed).then(a_wait.total_cmp(&b_wait)).then(a.id.cmp(&b.id))
        })
        .cloned()
}

/// The names under which a request gives a priority class and the reason for it.
#[derive(Clone, Copy)]
pub(crate) struct ClassFields {
    pub(crate) class: &'static str,
    pub(crate) reason: &'static str,
}

/// Those of a new ticket.
pub(crate) const ISSUE_FIELDS: ClassFields = ClassFields { class: "priority", reason: "priority_reason" };

/// The service has the class, and a reason is given where it asks for one.
pub(crate) fn check_class(
    service: &Service,
    class: &str,
    reason: Option<&str>,
    fields: ClassFields,
) -> Result<(), Error> {
    if class == NORMAL {
        return Ok(());
    }
    let Some(rules) = service.class(class) else {
        let known: Vec<&str> = std::iter::once(NORMAL)
            .chain(service.priority_rules.classes.keys().map(String::as_str))
            .collect();
        return Err(Error::UnknownClass {
            service: service.name.clone(),
            class: class.to_owned(),
            known: known.join(", "),
            field: fields.class,
        });
    };
    if rules.reason_required && reason.is_none_or(|r| r.trim().is_empty()) {
        return Err(Error::ReasonRequired { class: class.to_owned(), field: fields.reason });
    }
    Ok(())
}

/// The site takes people now.
fn admit(line: &Queueing, site: &SiteNow, terms: Terms, now: Timestamp) -> Result<(), Error> {
    if let Some(reason) = line.closure(site.site.id) {
        return Err(Error::SiteClosed { site: site.site.name.clone(), reason: reason.to_string() });
    }
    if !site.open && !terms.staff {
        return Err(Error::OutOfHours { site: site.site.name.clone(), opens_at: site.opens_text(now) });
    }
    Ok(())
}

/// A number in a line, for somebody who may take one there.
fn seat(
    line: &Queueing,
    tx: &mut Tx<'_>,
    queue: &Queue,
    site: &SiteNow,
    input: &Issue,
    customer: Option<CustomerId>,
) -> Result<store::lines::Slot, Error> {
    if queue.settings.max_per_customer_per_day.is_some() {
        store::lines::hold(tx, queue.id)?;
    }
    limit(tx, queue, site, input, customer)?;
    allocate(line, tx, queue, site, tx.now())
}

/// The person has not taken as many tickets as they may.
fn limit(
    tx: &mut Tx<'_>,
    queue: &Queue,
    site: &SiteNow,
    input: &Issue,
    customer: Option<CustomerId>,
) -> Result<(), Error> {
    let Some(limit) = queue.settings.max_per_customer_per_day else { return Ok(()) };
    if customer.is_none() && input.phone.is_none() && input.email.is_none() {
        return Ok(());
    }
    // Ids sort by time: nothing of the day is older than two days.
    let floor = first_id(tx.now().as_millisecond() - 2 * 86_400_000);
    let day = site.series(queue).to_owned();
    let [email, english] = keys_in_sql(input.email.as_deref());
    let taken: i64 = tx.query_one(
        store::tickets::TAKEN_BY,
        &[
            &queue.site_id,
            &floor,
            &queue.id,
            &day,
            &customer,
            &input.phone,
            &email,
            &queue.tenant_id,
            &english,
        ],
    )?;
    if taken >= limit { Err(Error::CustomerLimit(limit)) } else { Ok(()) }
}

/// The smallest id of a millisecond.
pub(crate) fn first_id(millis: i64) -> TicketId {
    let millis = u128::try_from(millis.max(0)).unwrap_or(0);
    TicketId::from_uuid(Uuid::from_u128(millis << 80))
}

/// Gives out the next number, and with it one of the spare places of a line that takes only so many; begins a new day where
/// one has begun; skips numbers that still live, and those that a kiosk may still print.
pub(crate) fn allocate(
    line: &Queueing,
    tx: &mut Tx<'_>,
    queue: &Queue,
    site: &SiteNow,
    now: Timestamp,
) -> Result<store::lines::Slot, Error> {
    let mut day = site.series(queue).to_owned();
    let size = queue.settings.numbering().size();
    let (mut counted, mut people) = (false, 1);
    // Beside every number once: another day, the same of another node, and the count of those in line.
    for _ in 0..size.saturating_add(3) {
        match store::lines::allocate(tx, queue.id, &day, micros(now), people)? {
            Some(slot) if slot.carried || slot.cycle > 0 => {
                let taken = numbers::taken(tx, queue, site, (slot.value, slot.value))?;
                if !taken.contains(&slot.value) {
                    return Ok(slot);
                }
                // The next number is for the same person.
                people = 0;
            }
            Some(slot) => return Ok(slot),
            None => {
                let guards = store::lines::guards(tx, queue.id)?.ok_or(Error::NotFound("queue"))?;
                if guards.day < day {
                    numbers::begin(line, tx, queue, site, &day, &guards)?;
                } else if guards.day > day {
                    // Another node's clock is past midnight already; the later day holds.
                    day = guards.day;
                } else if guards.status == QueueStatus::Active && !counted {
                    // No spare place is known of, though there may be some; or another node has begun the day between
                    // the two looks, and there are numbers now.
                    store::lines::count(tx, queue.id)?;
                    counted = true;
                } else {
                    return Err(closed(line, queue, &guards));
                }
            }
        }
    }
    Err(Error::NumbersExhausted(queue.name.clone()))
}

/// Why a line takes nobody.
pub(crate) fn closed(line: &Queueing, queue: &Queue, guards: &store::lines::Guards) -> Error {
    let name = queue.name.clone();
    match guards.status {
        QueueStatus::Paused => Error::QueuePaused(name),
        QueueStatus::Inactive => Error::QueueInactive(name),
        QueueStatus::Active => {
            let waiting = line.live().line(queue.id).map_or(0, |l| l.lock().len());
            Error::QueueFull(name, waiting.max(guards.max_active.unwrap_or(waiting)))
        }
    }
}

fn extra_of(input: &Issue, now: Timestamp, by: &str) -> Extra {
    // The first of several services is the ticket's own, unless another was named.
    let rest = if input.service_id.is_some() || input.service_ids.is_empty() { 0 } else { 1 };
    Extra {
        notes: input
            .notes
            .iter()
            .map(|text| Note { at: now, by: by.to_owned(), text: text.clone() })
            .collect(),
        tags: input.tags.clone(),
        assistance: input.assistance.clone(),
        locale: input.locale.clone(),
        remaining_services: input
            .service_ids
            .iter()
            .skip(rest)
            .copied()
            .filter(|s| Some(*s) != input.service_id)
            .collect(),
        ..Extra::default()
    }
}
