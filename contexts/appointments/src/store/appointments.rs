//! Appointments.

use usher_customers::CustomerId;
use usher_customers::model::contact::{end_of_phone, keys_in_sql, piece_of_phone};
use usher_db::{DbError, DynQuery, FromRow, Read, Row, Tx};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use usher_queueing::model::{Channel, ServiceId, TicketId};
use uuid::Uuid;

use crate::model::{Appointment, AppointmentId, AvailabilityId, SeriesId, State, Stretch, Taken};

/// The columns in the order in which an [`Appointment`] is read.
const COLUMNS: &str = "id, tenant_id, site_id, service_id, availability_id, staff_id, reference, status, \
    starts_at, ends_at, busy_from, busy_until, hold_until, name, phone, email, customer_id, party_size, notes, \
    locale, channel, series_id, waitlist_id, ticket_id, created_at, checked_in_at, reason, due_at, reminded, \
    booked_by, version";

/// The states that take up a place; the text of the index `appointments_taken`.
const TAKEN: &str = "status IN ('held', 'booked', 'checked_in')";

usher_db::sql! {
    pub(crate) GET = "SELECT ", COLUMNS, " FROM appointments WHERE id = $1 AND tenant_id = $2";
    pub(crate) BY_REFERENCE = "SELECT ", COLUMNS, " FROM appointments WHERE tenant_id = $1 AND reference = $2";
    pub(crate) REFERENCE_EXISTS = "SELECT count(*) FROM appointments WHERE tenant_id = $1 AND reference = $2";
    pub(crate) OF_TICKET = "SELECT ", COLUMNS, " FROM appointments WHERE ticket_id = $1 AND tenant_id = $2";
    pub(crate) OF_SERIES = "SELECT ", COLUMNS, " FROM appointments \
         WHERE series_id = $1 AND tenant_id = $2 AND starts_at >= $3 ORDER BY starts_at, id LIMIT 60";
    pub(crate) HOME_OF across "the secret of its page names an appointment before anybody knows the tenant" =
        "SELECT tenant_id, site_id FROM appointments WHERE id = $1";
    pub(crate) SITE_OF = "SELECT site_id FROM appointments WHERE id = $1 AND tenant_id = $2";
    pub(crate) INSERT = "INSERT INTO appointments (", COLUMNS, ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
         $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)";
    pub(crate) SAVE = "UPDATE appointments SET availability_id = $3, staff_id = $4, status = $5, starts_at = $6, \
         ends_at = $7, busy_from = $8, busy_until = $9, hold_until = $10, name = $11, phone = $12, email = $13, \
         customer_id = $14, party_size = $15, notes = $16, locale = $17, ticket_id = $18, checked_in_at = $19, \
         reason = $20, due_at = $21, waitlist_id = $22, booked_by = $23, version = version + 1 \
         WHERE id = $1 AND version = $2 AND tenant_id = $24";
    /// What was reminded stands beside what people change: neither is in the other's way, and neither is lost by it.
    pub(crate) REMINDED = "UPDATE appointments SET reminded = $3, due_at = $4 \
         WHERE id = $1 AND version = $2 AND tenant_id = $5 AND (reminded IS NULL OR reminded > $3)";
    pub(crate) REMIND_ANEW = "UPDATE appointments SET reminded = NULL WHERE id = $1 AND tenant_id = $2";
    pub(crate) LOOK_AGAIN = "UPDATE appointments SET due_at = $3 WHERE id = $1 AND version = $2 AND tenant_id = $4";
    /// When the places of an availability are taken. What is only held counts until the hold ends, whether or not
    /// anybody has noticed yet.
    pub(crate) BUSY = "SELECT busy_from, busy_until, party_size FROM appointments \
         WHERE availability_id = $1 AND busy_from > $2 AND busy_from < $3 AND busy_until > $4 AND tenant_id = $5 \
         AND id <> $6 AND ", TAKEN, " AND (status <> 'held' OR hold_until > $7)";
    /// The same of a member of staff's time, in other availabilities.
    pub(crate) STAFF_BUSY = "SELECT busy_from, busy_until, party_size FROM appointments \
         WHERE staff_id = $1 AND busy_from > $2 AND busy_from < $3 AND busy_until > $4 AND tenant_id = $5 \
         AND id <> $6 AND ", TAKEN, " AND (status <> 'held' OR hold_until > $7) AND availability_id <> $8";
    /// Of whom appointments to come by an availability are that may be somebody's.
    pub(crate) TO_COME = "SELECT customer_id, phone, email FROM appointments \
         WHERE availability_id = $1 AND tenant_id = $2 AND status = 'booked' AND starts_at > $3 AND id <> $4 \
         AND (customer_id = $5 OR phone LIKE $6 OR lower(email) IN ($7, $8))";
    pub(crate) AT_SITE = "SELECT count(*) FROM appointments \
         WHERE tenant_id = $1 AND site_id = $2 AND starts_at > $3 AND status IN ('held', 'booked')";
    /// How many are still to come by an availability.
    pub(crate) OPEN = "SELECT count(*) FROM appointments WHERE availability_id = $1 AND tenant_id = $2 \
         AND busy_until > $3 AND ", TAKEN;
    /// Moves a person's appointments to another record of theirs.
    pub(crate) GIVE_OVER = "UPDATE appointments SET customer_id = $2, version = version + 1 \
         WHERE customer_id = $1 AND tenant_id = $3";
    /// Takes away who it was. The version grows: whoever read it before and changes it at this moment, on whatever node,
    /// is refused, and writes nothing of the person back.
    pub(crate) FORGET = "UPDATE appointments SET customer_id = NULL, name = NULL, phone = NULL, email = NULL, \
         notes = NULL, reason = NULL, version = version + 1 WHERE customer_id = $1 AND tenant_id = $2";
    /// Takes away who booked for somebody else: what they booked stays that person's.
    pub(crate) FORGET_BOOKER = "UPDATE appointments SET booked_by = NULL, version = version + 1 \
         WHERE booked_by = $1 AND tenant_id = $2";
    /// With what something is due.
    pub(crate) DUE across "timed work is found for all tenants at once, and done in each by itself" =
        "SELECT tenant_id, site_id, id FROM appointments WHERE due_at <= $1 ORDER BY due_at, id LIMIT 200";
}

/// No appointment takes up its place for longer than this: what was busy before cannot meet what is asked for.
const LONGEST_DAYS: i64 = 3;

impl FromRow for Appointment {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        Ok(Self {
            id: c.next()?,
            tenant_id: c.next()?,
            site_id: c.next()?,
            service_id: c.next()?,
            availability_id: c.next()?,
            staff_id: c.next()?,
            reference: c.next()?,
            status: c.next()?,
            starts_at: c.next()?,
            ends_at: c.next()?,
            busy_from: c.next()?,
            busy_until: c.next()?,
            hold_until: c.next()?,
            name: c.next()?,
            phone: c.next()?,
            email: c.next()?,
            customer_id: c.next()?,
            party_size: c.next()?,
            notes: c.next()?,
            locale: c.next()?,
            channel: c.next::<ChannelText>()?.0,
            series_id: c.next()?,
            waitlist_id: c.next()?,
            ticket_id: c.next()?,
            created_at: c.next()?,
            checked_in_at: c.next()?,
            reason: c.next()?,
            due_at: c.next()?,
            reminded: c.next()?,
            booked_by: c.next()?,
            version: c.next()?,
        })
    }
}

/// Writes a new one.
pub(crate) fn insert(tx: &mut Tx<'_>, a: &Appointment) -> Result<(), DbError> {
    tx.execute(
        INSERT,
        &[
            &a.id,
            &a.tenant_id,
            &a.site_id,
            &a.service_id,
            &a.availability_id,
            &a.staff_id,
            &a.reference,
            &a.status,
            &a.starts_at,
            &a.ends_at,
            &a.busy_from,
            &a.busy_until,
            &a.hold_until,
            &a.name,
            &a.phone,
            &a.email,
            &a.customer_id,
            &a.party_size,
            &a.notes,
            &a.locale,
            &a.channel.as_str(),
            &a.series_id,
            &a.waitlist_id,
            &a.ticket_id,
            &a.created_at,
            &a.checked_in_at,
            &a.reason,
            &a.due_at,
            &a.reminded,
            &a.booked_by,
            &a.version,
        ],
    )?;
    Ok(())
}

/// Writes one back, if nobody changed it since it was read; then its version has grown. What was reminded stays as it is
/// stored.
pub(crate) fn save(tx: &mut Tx<'_>, a: &mut Appointment) -> Result<bool, DbError> {
    let saved = tx.execute(
        SAVE,
        &[
            &a.id,
            &a.version,
            &a.availability_id,
            &a.staff_id,
            &a.status,
            &a.starts_at,
            &a.ends_at,
            &a.busy_from,
            &a.busy_until,
            &a.hold_until,
            &a.name,
            &a.phone,
            &a.email,
            &a.customer_id,
            &a.party_size,
            &a.notes,
            &a.locale,
            &a.ticket_id,
            &a.checked_in_at,
            &a.reason,
            &a.due_at,
            &a.waitlist_id,
            &a.booked_by,
            &a.tenant_id,
        ],
    )?;
    a.version += i64::from(saved == 1);
    Ok(saved == 1)
}

/// Notes the last reminder that went out and when something becomes due next, if nobody changed the appointment since it
/// was read and nobody noted as much. Its version stays.
pub(crate) fn reminded(tx: &mut Tx<'_>, a: &Appointment) -> Result<bool, DbError> {
    Ok(tx.execute(REMINDED, &[&a.id, &a.version, &a.reminded, &a.due_at, &a.tenant_id])? == 1)
}

/// Has every reminder go out anew.
pub(crate) fn remind_anew(tx: &mut Tx<'_>, a: &Appointment) -> Result<(), DbError> {
    tx.execute(REMIND_ANEW, &[&a.id, &a.tenant_id])?;
    Ok(())
}

/// Notes when something becomes due next, if nobody changed the appointment since it was read. Its version stays.
pub(crate) fn look_again(tx: &mut Tx<'_>, a: &Appointment) -> Result<bool, DbError> {
    Ok(tx.execute(LOOK_AGAIN, &[&a.id, &a.version, &a.due_at, &a.tenant_id])? == 1)
}

/// An appointment of the tenant.
pub(crate) fn get(read: &mut Read<'_>, id: AppointmentId) -> Result<Option<Appointment>, DbError> {
    let tenant = read.tenant();
    read.query_opt(GET, &[&id, &tenant])
}

/// The appointment that somebody calls by its reference.
pub(crate) fn by_reference(read: &mut Read<'_>, reference: &str) -> Result<Option<Appointment>, DbError> {
    let tenant = read.tenant();
    read.query_opt(BY_REFERENCE, &[&tenant, &reference])
}

/// Whether a reference is given already.
pub(crate) fn reference_exists(read: &mut Read<'_>, reference: &str) -> Result<bool, DbError> {
    let tenant = read.tenant();
    Ok(read.query_one::<i64>(REFERENCE_EXISTS, &[&tenant, &reference])? > 0)
}

/// The appointment that became a ticket.
pub(crate) fn of_ticket(read: &mut Read<'_>, ticket: TicketId) -> Result<Option<Appointment>, DbError> {
    let tenant = read.tenant();
    read.query_opt(OF_TICKET, &[&ticket, &tenant])
}

/// The appointments of a series that begin at or after a moment.
pub(crate) fn of_series(
    read: &mut Read<'_>,
    series: SeriesId,
    from: Timestamp,
) -> Result<Vec<Appointment>, DbError> {
    let tenant = read.tenant();
    read.query(OF_SERIES, &[&series, &tenant, &from])
}

/// Whose an appointment is, and where.
pub(crate) fn home_of(read: &mut Read<'_>, id: AppointmentId) -> Result<Option<(TenantId, SiteId)>, DbError> {
    read.query_opt(HOME_OF, &[&id])
}

/// Where an appointment of the tenant is.
pub(crate) fn site_of(read: &mut Read<'_>, id: AppointmentId) -> Result<Option<SiteId>, DbError> {
    let tenant = read.tenant();
    read.query_opt(SITE_OF, &[&id, &tenant])
}

/// Whose time is looked at.
pub(crate) enum Taker {
    /// All appointments by an availability.
    By(AvailabilityId),
    /// Those of a member of staff by other availabilities.
    Staff(UserId, AvailabilityId),
}

/// What is taken within a stretch, at `now`; `but` is left out.
pub(crate) fn taken(
    read: &mut Read<'_>,
    taker: &Taker,
    within: Stretch,
    but: Option<AppointmentId>,
    now: Timestamp,
) -> Result<Vec<Taken>, DbError> {
    let tenant = read.tenant();
    let but = but.unwrap_or(AppointmentId::from_uuid(Uuid::nil()));
    // A lower bound for the index: nothing that began earlier lasts until then.
    let floor = crate::model::slots::after(within.from, -LONGEST_DAYS * 1_440);
    let rows: Vec<(Timestamp, Timestamp, i64)> = match taker {
        Taker::By(id) => read.query(BUSY, &[id, &floor, &within.until, &within.from, &tenant, &but, &now])?,
        Taker::Staff(staff, id) => {
            read.query(STAFF_BUSY, &[staff, &floor, &within.until, &within.from, &tenant, &but, &now, id])?
        }
    };
    let taken = |(from, until, people)| Taken { stretch: Stretch { from, until }, people };
    Ok(rows.into_iter().map(taken).collect())
}

/// Of whom an appointment is: the customer, the number and the address.
pub(crate) type Whose = (Option<CustomerId>, Option<String>, Option<String>);

/// Of whom the other appointments to come by the same availability are, as far as they may be the same person's: a number
/// with the same end may still be another.
pub(crate) fn to_come(read: &mut Read<'_>, of: &Appointment, now: Timestamp) -> Result<Vec<Whose>, DbError> {
    let tenant = read.tenant();
    let end = end_of_phone(of.phone.as_deref());
    let [email, english] = keys_in_sql(of.email.as_deref());
    read.query(
        TO_COME,
        &[&of.availability_id, &tenant, &now, &of.id, &of.customer_id, &end, &email, &english],
    )
}

/// How many appointments are still to come by an availability.
pub(crate) fn open(read: &mut Read<'_>, id: AvailabilityId, now: Timestamp) -> Result<i64, DbError> {
    let tenant = read.tenant();
    read.query_one(OPEN, &[&id, &tenant, &now])
}

/// With what something is due at `now`, of all tenants.
pub(crate) fn due(
    read: &mut Read<'_>,
    now: Timestamp,
) -> Result<Vec<(TenantId, SiteId, AppointmentId)>, DbError> {
    read.query(DUE, &[&now])
}

/// Moves a person's appointments to another record of theirs.
pub(crate) fn give_over(tx: &mut Tx<'_>, from: CustomerId, to: CustomerId) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(GIVE_OVER, &[&from, &to, &tenant])?;
    Ok(())
}

/// Takes away who it was from a person's appointments.
pub(crate) fn forget_person(tx: &mut Tx<'_>, customer: CustomerId) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(FORGET, &[&customer, &tenant])?;
    Ok(())
}

/// Takes away who booked for somebody else.
pub(crate) fn forget_booker(tx: &mut Tx<'_>, user: UserId) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(FORGET_BOOKER, &[&user, &tenant])?;
    Ok(())
}

/// A filter over appointments; what is none does not restrict.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) statuses: Vec<State>,
    pub(crate) site: Option<SiteId>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) staff: Option<UserId>,
    pub(crate) customer: Option<CustomerId>,
    /// Those that somebody has among their own.
    pub(crate) own: Option<(Option<CustomerId>, UserId)>,
    /// The same, and those that they serve.
    pub(crate) person: Option<(Option<CustomerId>, UserId)>,
    pub(crate) series: Option<SeriesId>,
    pub(crate) search: Option<String>,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    /// Behind this place in the list.
    pub(crate) after: Option<(Timestamp, AppointmentId)>,
    /// The sites that the caller is limited to; empty means all.
    pub(crate) sites: Vec<SiteId>,
}

/// Appointments, the earliest first.
pub(crate) fn list(read: &mut Read<'_>, filter: &Filter, limit: u32) -> Result<Vec<Appointment>, DbError> {
    let mut q = DynQuery::new("SELECT ");
    q.push_sql(COLUMNS).push_sql(" FROM appointments WHERE tenant_id = ").bind(&read.tenant());
    if !filter.statuses.is_empty() {
        q.push_sql(" AND status IN ").bind_list(filter.statuses.iter().map(|s| s.as_str()));
    }
    q.and(" AND site_id = ", &filter.site);
    if !filter.sites.is_empty() {
        q.push_sql(" AND site_id IN ").bind_list(filter.sites.iter().copied());
    }
    q.and(" AND service_id = ", &filter.service)
        .and(" AND staff_id = ", &filter.staff)
        .and(" AND customer_id = ", &filter.customer);
    if let Some((customer, user)) = &filter.own {
        q.push_sql(" AND (customer_id = ").bind(customer);
        q.push_sql(" OR booked_by = ").bind(user).push_sql(")");
    }
    if let Some((customer, user)) = &filter.person {
        q.push_sql(" AND (customer_id = ").bind(customer);
        q.push_sql(" OR booked_by = ").bind(user);
        q.push_sql(" OR staff_id = ").bind(user).push_sql(")");
    }
    q.and(" AND series_id = ", &filter.series)
        .and(" AND starts_at >= ", &filter.from)
        .and(" AND starts_at < ", &filter.to);
    if let Some((at, id)) = &filter.after {
        q.push_sql(" AND (starts_at, id) > (").bind(at).push_sql(", ").bind(id).push_sql(")");
    }
    if let Some(search) = &filter.search {
        let digits = piece_of_phone(search);
        q.piece_in(&["reference", "name", "email"], search, &["phone"], digits.as_deref());
    }
    q.order("starts_at, id").limit(limit);
    read.query_dyn(&q)
}

/// Who comes to a site between two moments and left a number: the earliest first.
pub(crate) fn with_phone(
    read: &mut Read<'_>,
    site: SiteId,
    within: Stretch,
) -> Result<Vec<Appointment>, DbError> {
    let mut q = beginning(read, site, within, [State::Booked, State::CheckedIn]);
    q.push_sql(" AND phone IS NOT NULL").order("starts_at, id");
    read.query_dyn(&q)
}

/// Who is still to come to a site within a stretch, and what is held there: the earliest first.
pub(crate) fn expected(
    read: &mut Read<'_>,
    site: SiteId,
    within: Stretch,
) -> Result<Vec<Appointment>, DbError> {
    let mut q = beginning(read, site, within, [State::Held, State::Booked]);
    q.order("starts_at, id");
    read.query_dyn(&q)
}

/// Appointments that begin at a site within a stretch and stand like this.
fn beginning(read: &Read<'_>, site: SiteId, within: Stretch, states: [State; 2]) -> DynQuery {
    let mut q = DynQuery::new("SELECT ");
    q.push_sql(COLUMNS).push_sql(" FROM appointments WHERE tenant_id = ").bind(&read.tenant());
    q.push_sql(" AND site_id = ").bind(&site);
    q.push_sql(" AND starts_at >= ").bind(&within.from).push_sql(" AND starts_at < ").bind(&within.until);
    q.push_sql(" AND status IN ").bind_list(states.map(State::as_str));
    q
}

/// A channel as it is stored; the line's store reads its own.
struct ChannelText(Channel);

impl usher_db::FromColumn for ChannelText {
    fn from_column(column: usher_db::Column<'_>) -> Result<Self, usher_db::Mismatch> {
        let text = String::from_column(column)?;
        text.parse().map(Self).map_err(|_| usher_db::Mismatch("a channel".into()))
    }
}
