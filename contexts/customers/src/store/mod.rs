//! Rows of `customers`.

pub(crate) mod export;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};
use usher_db::{DbError, DynQuery, Json, Read, Tx, row, sql, text_column};
use usher_kernel::{TenantId, Timestamp, UserId};

use crate::model::contact::{key, plain_email, tail};
use crate::model::{Channel, Consent, Customer, CustomerId, Source, Status};

text_column!(Source, Status);

row! {
    /// A customer as they are stored.
    struct CustomerRow {
        id: CustomerId,
        tenant_id: TenantId,
        user_id: Option<UserId>,
        name: String,
        phone: Option<String>,
        email: Option<String>,
        locale: Option<String>,
        preferences: Json<BTreeMap<Channel, bool>>,
        consents: Json<BTreeMap<String, Consent>>,
        metadata: Json<Map<String, Value>>,
        notes: Option<String>,
        source: Source,
        status: Status,
        merged_into: Option<CustomerId>,
        version: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

sql! {
    INSERT = "INSERT INTO customers (id, tenant_id, user_id, name, name_key, phone, email, email_key, phone_tail,
        email_plain, locale, preferences, consents, metadata, notes, source, status, merged_into, version,
        created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE customers SET user_id = $3, name = $4, name_key = $5, phone = $6, email = $7, email_key = $8,
        phone_tail = $9, email_plain = $10, locale = $11, preferences = $12, consents = $13, metadata = $14,
        notes = $15, status = $16, merged_into = $17, version = $18, created_at = $19, updated_at = $20
        WHERE id = $1 AND tenant_id = $2 AND version = $21";
    GET = "SELECT ", CustomerRow::COLUMNS, " FROM customers WHERE id = $1 AND tenant_id = $2";
    BY_USER = "SELECT ", CustomerRow::COLUMNS, " FROM customers WHERE user_id = $1 AND tenant_id = $2";
    BY_PHONE = "SELECT ", CustomerRow::COLUMNS, " FROM customers WHERE phone = $1 AND tenant_id = $2";
    BY_EMAIL = "SELECT ", CustomerRow::COLUMNS, " FROM customers WHERE email_key = $1 AND tenant_id = $2";
    MERGED_INTO = "SELECT id FROM customers WHERE merged_into = $1 AND tenant_id = $2 ORDER BY id";
    /// Those that went into a duplicate earlier go with it, so that one look always leads to who stays.
    PASS_ON = "UPDATE customers SET merged_into = $2 WHERE merged_into = $1 AND tenant_id = $3";
    LIKE = "SELECT ", CustomerRow::COLUMNS, " FROM customers WHERE tenant_id = $1 AND id <> $2 AND status = 'active'
        AND (name_key = $3 OR phone_tail = $4 OR email_plain = $5) ORDER BY id LIMIT 50";
}

/// Every statement of this context.
pub(crate) fn statements() -> Vec<usher_db::Stmt> {
    [STATEMENTS, export::STATEMENTS].concat()
}

impl From<CustomerRow> for Customer {
    fn from(row: CustomerRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            user_id: row.user_id,
            name: row.name,
            phone: row.phone,
            email: row.email,
            locale: row.locale,
            preferences: row.preferences.0,
            consents: row.consents.0,
            metadata: row.metadata.0,
            notes: row.notes,
            source: row.source,
            status: row.status,
            merged_into: row.merged_into,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Writes a new customer; false when somebody has the number, the address or the account.
pub(crate) fn insert(tx: &mut Tx, c: &Customer) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &c.id,
            &c.tenant_id,
            &c.user_id,
            &c.name,
            &key(&c.name),
            &c.phone,
            &c.email,
            &c.email.as_deref().map(key),
            &c.phone.as_deref().and_then(tail),
            &c.email.as_deref().map(plain_email),
            &c.locale,
            &Json(&c.preferences),
            &Json(&c.consents),
            &Json(&c.metadata),
            &c.notes,
            &c.source,
            &c.status,
            &c.merged_into,
            &c.version,
            &c.created_at,
            &c.updated_at,
        ],
    )?;
    Ok(rows == 1)
}

/// Writes a changed customer over the version before; false when somebody changed it in the meantime. Number,
/// address and account were looked up before.
pub(crate) fn update(tx: &mut Tx, c: &Customer) -> Result<bool, DbError> {
    let rows = tx.execute(
        UPDATE,
        &[
            &c.id,
            &c.tenant_id,
            &c.user_id,
            &c.name,
            &key(&c.name),
            &c.phone,
            &c.email,
            &c.email.as_deref().map(key),
            &c.phone.as_deref().and_then(tail),
            &c.email.as_deref().map(plain_email),
            &c.locale,
            &Json(&c.preferences),
            &Json(&c.consents),
            &Json(&c.metadata),
            &c.notes,
            &c.status,
            &c.merged_into,
            &c.version,
            &c.created_at,
            &c.updated_at,
            &(c.version - 1),
        ],
    )?;
    Ok(rows == 1)
}

/// The row with an id, whatever became of the customer.
pub(crate) fn get(read: &mut Read, tenant: TenantId, id: CustomerId) -> Result<Option<Customer>, DbError> {
    Ok(read.query_opt::<CustomerRow>(GET, &[&id, &tenant])?.map(Customer::from))
}

pub(crate) fn by_user(read: &mut Read, tenant: TenantId, user: UserId) -> Result<Option<Customer>, DbError> {
    Ok(read.query_opt::<CustomerRow>(BY_USER, &[&user, &tenant])?.map(Customer::from))
}

pub(crate) fn by_phone(read: &mut Read, tenant: TenantId, phone: &str) -> Result<Option<Customer>, DbError> {
    Ok(read.query_opt::<CustomerRow>(BY_PHONE, &[&phone, &tenant])?.map(Customer::from))
}

pub(crate) fn by_email(read: &mut Read, tenant: TenantId, email: &str) -> Result<Option<Customer>, DbError> {
    Ok(read.query_opt::<CustomerRow>(BY_EMAIL, &[&key(email), &tenant])?.map(Customer::from))
}

/// The records that went into this one.
pub(crate) fn merged_into(
    read: &mut Read,
    tenant: TenantId,
    id: CustomerId,
) -> Result<Vec<CustomerId>, DbError> {
    read.query(MERGED_INTO, &[&id, &tenant])
}

pub(crate) fn pass_on(
    tx: &mut Tx,
    tenant: TenantId,
    from: CustomerId,
    to: CustomerId,
) -> Result<(), DbError> {
    tx.execute(PASS_ON, &[&from, &to, &tenant]).map(drop)
}

/// Who else may be the same person: the same name, the same end of the number, the same address but for its
/// +tag. At most fifty.
pub(crate) fn like(read: &mut Read, c: &Customer) -> Result<Vec<Customer>, DbError> {
    let name = Some(key(&c.name)).filter(|name| !name.is_empty());
    let (phone, email) = (c.phone.as_deref().and_then(tail), c.email.as_deref().map(plain_email));
    let rows = read.query::<CustomerRow>(LIKE, &[&c.tenant_id, &c.id, &name, &phone, &email])?;
    Ok(rows.into_iter().map(Customer::from).collect())
}

/// The accounts of some customers, of those that have one.
pub(crate) fn users_of(
    read: &mut Read,
    tenant: TenantId,
    ids: &[CustomerId],
) -> Result<HashMap<CustomerId, UserId>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = DynQuery::new("SELECT id, user_id FROM customers WHERE tenant_id = ");
    query.bind(&tenant).push_sql(" AND user_id IS NOT NULL AND id IN ").bind_list(ids.iter().copied());
    Ok(read.query_dyn::<(CustomerId, UserId)>(&query)?.into_iter().collect())
}

/// Those of some customers who are there: neither erased nor merged into another.
pub(crate) fn these(read: &mut Read, tenant: TenantId, ids: &[CustomerId]) -> Result<Vec<Customer>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = DynQuery::new("SELECT ");
    query.push_sql(CustomerRow::COLUMNS).push_sql(" FROM customers WHERE tenant_id = ").bind(&tenant);
    query.push_sql(" AND status = 'active' AND id IN ").bind_list(ids.iter().copied());
    Ok(read.query_dyn::<CustomerRow>(&query)?.into_iter().map(Customer::from).collect())
}

/// Which customers of a list.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) tenant: TenantId,
    /// In the name, the number or the address.
    pub(crate) text: Option<String>,
    /// This very number, in its plain form.
    pub(crate) phone: Option<String>,
    /// This very address.
    pub(crate) email: Option<String>,
    pub(crate) after: Option<CustomerId>,
    pub(crate) limit: u32,
}

/// Customers in the order in which they were made, `limit` and one more.
pub(crate) fn list(read: &mut Read, filter: &Filter) -> Result<Vec<Customer>, DbError> {
    let mut query = DynQuery::new("SELECT ");
    query.push_sql(CustomerRow::COLUMNS).push_sql(" FROM customers WHERE tenant_id = ").bind(&filter.tenant);
    query.push_sql(" AND status = 'active'");
    query.and(" AND phone = ", &filter.phone);
    if let Some(email) = &filter.email {
        query.push_sql(" AND email_key = ").bind(&key(email));
    }
    if let Some(text) = &filter.text {
        let escaped = key(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let anywhere = format!("%{escaped}%");
        query.push_sql(" AND (name_key LIKE ").bind(&anywhere).push_sql(" ESCAPE '\\'");
        query.push_sql(" OR email_key LIKE ").bind(&anywhere).push_sql(" ESCAPE '\\'");
        if let Some(digits) = crate::model::contact::piece_of_phone(text) {
            query.push_sql(" OR phone LIKE ").bind(&format!("%{digits}%"));
        }
        query.push_sql(")");
    }
    query.and(" AND id > ", &filter.after);
    query.order("id").limit(filter.limit + 1);
    Ok(read.query_dyn::<CustomerRow>(&query)?.into_iter().map(Customer::from).collect())
}
