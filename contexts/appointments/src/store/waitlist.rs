//! The waitlist.

use usher_customers::CustomerId;
use usher_customers::model::contact::keys_in_sql;
use usher_db::{DbError, DynQuery, FromRow, Read, Row, Tx};
use usher_kernel::{SiteId, TenantId, Timestamp, UserId};
use usher_queueing::model::ServiceId;
use uuid::Uuid;

use crate::model::{Availability, Entry, EntryState, WaitlistId};

/// The columns in the order in which an [`Entry`] is read.
const COLUMNS: &str = "id, tenant_id, site_id, service_id, staff_id, status, from_at, until_at, name, phone, \
    email, customer_id, party_size, locale, appointment_id, joined_at, booked_by, version";

usher_db::sql! {
    pub(crate) GET = "SELECT ", COLUMNS, " FROM waitlist WHERE id = $1 AND tenant_id = $2";
    pub(crate) HOME_OF across "the secret of its page names an entry before anybody knows the tenant" =
        "SELECT tenant_id, site_id FROM waitlist WHERE id = $1";
    pub(crate) INSERT = "INSERT INTO waitlist (", COLUMNS, ") \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    pub(crate) SAVE = "UPDATE waitlist SET status = $3, appointment_id = $4, version = version + 1 \
         WHERE id = $1 AND version = $2 AND tenant_id = $5";
    /// Who waits for a slot that begins within a stretch, who joined first coming first.
    pub(crate) WAITING_FOR = "SELECT ", COLUMNS, " FROM waitlist WHERE site_id = $1 AND service_id = $2 AND tenant_id = $3 \
         AND status = 'waiting' AND from_at <= $4 AND until_at > $5 AND (staff_id IS NULL OR staff_id = $6) AND id > $7 \
         ORDER BY id LIMIT 50";
    pub(crate) AHEAD = "SELECT count(*) FROM waitlist WHERE site_id = $1 AND service_id = $2 AND tenant_id = $3 \
         AND status = 'waiting' AND id < $4";
    pub(crate) WAITING_SAME = "SELECT count(*) FROM waitlist WHERE site_id = $1 AND service_id = $2 AND tenant_id = $3 \
         AND status = 'waiting' AND (customer_id = $4 OR phone = $5 OR lower(email) IN ($6, $7))";
    pub(crate) OF_CUSTOMER = "SELECT ", COLUMNS, " FROM waitlist \
         WHERE customer_id = $1 AND tenant_id = $2 ORDER BY id DESC LIMIT 1000";
    /// Moves a person's places to another record of theirs.
    pub(crate) GIVE_OVER = "UPDATE waitlist SET customer_id = $2 WHERE customer_id = $1 AND tenant_id = $3";
    /// Takes away who it was.
    pub(crate) FORGET = "UPDATE waitlist SET customer_id = NULL, name = NULL, phone = NULL, email = NULL \
         WHERE customer_id = $1 AND tenant_id = $2";
    /// Takes away who waits for somebody else.
    pub(crate) FORGET_BOOKER = "UPDATE waitlist SET booked_by = NULL WHERE booked_by = $1 AND tenant_id = $2";
    /// Whose time has passed while they waited.
    pub(crate) OVER across "timed work is found for all tenants at once, and done in each by itself" =
        "SELECT tenant_id, site_id, id FROM waitlist WHERE status = 'waiting' AND until_at <= $1 \
         ORDER BY until_at, id LIMIT 200";
}

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut c = row.columns();
        Ok(Self {
            id: c.next()?,
            tenant_id: c.next()?,
            site_id: c.next()?,
            service_id: c.next()?,
            staff_id: c.next()?,
            status: c.next()?,
            from_at: c.next()?,
            until_at: c.next()?,
            name: c.next()?,
            phone: c.next()?,
            email: c.next()?,
            customer_id: c.next()?,
            party_size: c.next()?,
            locale: c.next()?,
            appointment_id: c.next()?,
            joined_at: c.next()?,
            booked_by: c.next()?,
            version: c.next()?,
        })
    }
}

/// Writes a new entry.
pub(crate) fn insert(tx: &mut Tx<'_>, e: &Entry) -> Result<(), DbError> {
    tx.execute(
        INSERT,
        &[
            &e.id,
            &e.tenant_id,
            &e.site_id,
            &e.service_id,
            &e.staff_id,
            &e.status,
            &e.from_at,
            &e.until_at,
            &e.name,
            &e.phone,
            &e.email,
            &e.customer_id,
            &e.party_size,
            &e.locale,
            &e.appointment_id,
            &e.joined_at,
            &e.booked_by,
            &e.version,
        ],
    )?;
    Ok(())
}

/// Writes an entry back, if nobody changed it since it was read; then its version has grown.
pub(crate) fn save(tx: &mut Tx<'_>, e: &mut Entry) -> Result<bool, DbError> {
    let saved = tx.execute(SAVE, &[&e.id, &e.version, &e.status, &e.appointment_id, &e.tenant_id])?;
    e.version += i64::from(saved == 1);
    Ok(saved == 1)
}

/// An entry of the tenant.
pub(crate) fn get(read: &mut Read<'_>, id: WaitlistId) -> Result<Option<Entry>, DbError> {
    let tenant = read.tenant();
    read.query_opt(GET, &[&id, &tenant])
}

/// Whose an entry is, and where.
pub(crate) fn home_of(read: &mut Read<'_>, id: WaitlistId) -> Result<Option<(TenantId, SiteId)>, DbError> {
    read.query_opt(HOME_OF, &[&id])
}

/// Some of those who wait for a slot of an availability that begins between two moments, who joined first coming first,
/// behind `behind`; none behind the last.
pub(crate) fn waiting_for(
    read: &mut Read<'_>,
    by: &Availability,
    (first, last): (Timestamp, Timestamp),
    behind: Option<WaitlistId>,
) -> Result<Vec<Entry>, DbError> {
    let tenant = read.tenant();
    let behind = behind.unwrap_or(WaitlistId::from_uuid(Uuid::nil()));
    read.query(WAITING_FOR, &[&by.site_id, &by.service_id, &tenant, &last, &first, &by.staff_id, &behind])
}

/// How many wait for the same and joined before.
pub(crate) fn ahead(read: &mut Read<'_>, e: &Entry) -> Result<i64, DbError> {
    let tenant = read.tenant();
    read.query_one(AHEAD, &[&e.site_id, &e.service_id, &tenant, &e.id])
}

/// How often a person waits for the same already.
pub(crate) fn waiting_same(read: &mut Read<'_>, e: &Entry) -> Result<i64, DbError> {
    let tenant = read.tenant();
    let [email, english] = keys_in_sql(e.email.as_deref());
    read.query_one(
        WAITING_SAME,
        &[&e.site_id, &e.service_id, &tenant, &e.customer_id, &e.phone, &email, &english],
    )
}

/// A person's places on waitlists, the newest first.
pub(crate) fn of_customer(read: &mut Read<'_>, customer: CustomerId) -> Result<Vec<Entry>, DbError> {
    let tenant = read.tenant();
    read.query(OF_CUSTOMER, &[&customer, &tenant])
}

/// Moves a person's places to another record of theirs.
pub(crate) fn give_over(tx: &mut Tx<'_>, from: CustomerId, to: CustomerId) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(GIVE_OVER, &[&from, &to, &tenant])?;
    Ok(())
}

/// Takes away who it was from a person's places.
pub(crate) fn forget_person(tx: &mut Tx<'_>, customer: CustomerId) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(FORGET, &[&customer, &tenant])?;
    Ok(())
}

/// Takes away who waits for somebody else.
pub(crate) fn forget_booker(tx: &mut Tx<'_>, user: UserId) -> Result<(), DbError> {
    let tenant = tx.tenant();
    tx.execute(FORGET_BOOKER, &[&user, &tenant])?;
    Ok(())
}

/// Whose time has passed while they waited, of all tenants.
pub(crate) fn over(
    read: &mut Read<'_>,
    now: Timestamp,
) -> Result<Vec<(TenantId, SiteId, WaitlistId)>, DbError> {
    read.query(OVER, &[&now])
}

/// A filter over the waitlist; what is none does not restrict.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) statuses: Vec<EntryState>,
    pub(crate) site: Option<SiteId>,
    pub(crate) service: Option<ServiceId>,
    pub(crate) after: Option<WaitlistId>,
    /// The sites that the caller is limited to; empty means all.
    pub(crate) sites: Vec<SiteId>,
}

/// The waitlist, who joined first coming first.
pub(crate) fn list(read: &mut Read<'_>, filter: &Filter, limit: u32) -> Result<Vec<Entry>, DbError> {
    let mut q = DynQuery::new("SELECT ");
    q.push_sql(COLUMNS).push_sql(" FROM waitlist WHERE tenant_id = ").bind(&read.tenant());
    if !filter.statuses.is_empty() {
        q.push_sql(" AND status IN ").bind_list(filter.statuses.iter().map(|s| s.as_str()));
    }
    q.and(" AND site_id = ", &filter.site);
    if !filter.sites.is_empty() {
        q.push_sql(" AND site_id IN ").bind_list(filter.sites.iter().copied());
    }
    q.and(" AND service_id = ", &filter.service).and(" AND id > ", &filter.after);
    q.order("id").limit(limit);
    read.query_dyn(&q)
}
