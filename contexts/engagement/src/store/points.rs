//! The programme, the accounts, the ledger and its lots.

use usher_customers::CustomerId;
use usher_db::{DbError, Json, Read, Tx, row, sql};
use usher_kernel::{TenantId, Timestamp};
use uuid::Uuid;

use crate::model::{Entry, EntryId, EntryKind, Lot, Programme, RewardId, Taken, Trigger};

row! {
    /// A line of the ledger as it is stored.
    struct EntryRow {
        id: EntryId,
        tenant_id: TenantId,
        customer_id: CustomerId,
        seq: i64,
        kind: EntryKind,
        points: i64,
        balance: i64,
        trigger_word: Option<Trigger>,
        reference: Option<Uuid>,
        amount: Option<i64>,
        amount_left: Option<i64>,
        reward_id: Option<RewardId>,
        source: Option<String>,
        day: String,
        note: Option<String>,
        created_at: Timestamp,
    }
}

row! {
    /// A lot as it is stored.
    struct LotRow { id: EntryId, remaining: i64, available_at: Timestamp, expires_at: Option<Timestamp> }
}

row! {
    /// How an account stands.
    pub(crate) struct AccountRow { balance: i64, lifetime: i64, entries: i64 }
}

row! {
    /// What counts by the day.
    pub(crate) struct DayRow { points: i64, times: i64 }
}

sql! {
    PROGRAMME = "SELECT settings, version, updated_at FROM reward_programmes WHERE tenant_id = $1";
    PUT_PROGRAMME = "INSERT INTO reward_programmes (tenant_id, settings, version, updated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id) DO UPDATE SET settings = excluded.settings, version = excluded.version,
        updated_at = excluded.updated_at WHERE reward_programmes.version = excluded.version - 1";
    OPEN = "INSERT INTO points_accounts (id, tenant_id, balance, lifetime, entries) VALUES ($1, $2, 0, 0, 0) ON CONFLICT DO NOTHING";
    ACCOUNT = "SELECT balance, lifetime, entries FROM points_accounts WHERE id = $1 AND tenant_id = $2";
    MOVE = "UPDATE points_accounts SET balance = balance + $3, lifetime = lifetime + $4,
        entries = entries + 1 WHERE id = $1 AND tenant_id = $2";
    INSERT = "INSERT INTO points_entries (id, tenant_id, customer_id, seq, kind, points, balance, trigger_word, reference,
        amount, amount_left, reward_id, source, day, note, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING";
    HISTORY = "SELECT ", EntryRow::COLUMNS, " FROM points_entries
        WHERE customer_id = $1 AND tenant_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4";
    ENTRY = "SELECT ", EntryRow::COLUMNS, " FROM points_entries WHERE id = $1 AND tenant_id = $2";
    ABOUT = "SELECT ", EntryRow::COLUMNS, " FROM points_entries WHERE reference = $1 AND tenant_id = $2 ORDER BY id";
    BY_SOURCE = "SELECT ", EntryRow::COLUMNS, " FROM points_entries WHERE source = $1 AND tenant_id = $2";
    /// A purchase that was refunded in part has still counted, and so has what was undone when its points were spent.
    DAY = "SELECT coalesce(CAST(sum(points) AS BIGINT), 0) AS points,
        coalesce(CAST(sum(CASE WHEN trigger_word <> $4 OR amount_left > 0 OR source LIKE 'reversal/%/short' THEN 0
            WHEN kind = 'earned' THEN 1 ELSE -1 END) AS BIGINT), 0)
            AS times
        FROM points_entries WHERE customer_id = $1 AND tenant_id = $2 AND day = $3 AND kind IN ('earned', 'reversed')";
    FORGET_NOTES = "UPDATE points_entries SET note = NULL WHERE customer_id = $1 AND tenant_id = $2 AND note IS NOT NULL";
    LOTS = "SELECT ", LotRow::COLUMNS, " FROM points_lots
        WHERE customer_id = $1 AND tenant_id = $2 AND remaining > 0 ORDER BY id";
    ADD_LOT = "INSERT INTO points_lots (id, tenant_id, customer_id, points, remaining, available_at, expires_at)
        VALUES ($1, $2, $3, $4, $4, $5, $6)";
    TAKE = "UPDATE points_lots SET remaining = remaining - $2 WHERE id = $1 AND tenant_id = $3";
    EXPIRING across "a job looks for what has expired of every tenant's, and works on each in its own" =
        "SELECT DISTINCT tenant_id, customer_id FROM points_lots
        WHERE remaining > 0 AND expires_at IS NOT NULL AND expires_at <= $1 LIMIT $2";
    MOVE_LOTS = "UPDATE points_lots SET customer_id = $2 WHERE customer_id = $1 AND tenant_id = $3";
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Self {
        Self {
            id: row.id,
            tenant_id: row.tenant_id,
            customer_id: row.customer_id,
            seq: row.seq,
            kind: row.kind,
            points: row.points,
            balance: row.balance,
            trigger: row.trigger_word,
            reference: row.reference,
            amount: row.amount,
            amount_left: row.amount_left,
            reward_id: row.reward_id,
            source: row.source,
            day: row.day,
            note: row.note,
            created_at: row.created_at,
        }
    }
}

/// A tenant's programme; none for a tenant that has not begun.
pub(crate) fn programme(read: &mut Read, tenant: TenantId) -> Result<Option<Programme>, DbError> {
    let row = read.query_opt::<(Json<Programme>, i64, Timestamp)>(PROGRAMME, &[&tenant])?;
    Ok(row.map(|(Json(programme), version, at)| Programme { version, updated_at: Some(at), ..programme }))
}

/// Writes a programme over the version before; false when somebody changed it in the meantime.
pub(crate) fn put_programme(tx: &mut Tx, tenant: TenantId, programme: &Programme) -> Result<bool, DbError> {
    let now = tx.now();
    Ok(tx.execute(PUT_PROGRAMME, &[&tenant, &Json(programme), &programme.version, &now])? == 1)
}

/// Makes the account where there is none, and keeps others off it until the commit.
pub(crate) fn open(tx: &mut Tx, tenant: TenantId, customer: CustomerId) -> Result<AccountRow, DbError> {
    tx.execute(OPEN, &[&customer, &tenant])?;
    tx.lock_rows("points_accounts", &[customer])?;
    tx.query_one(ACCOUNT, &[&customer, &tenant])
}

/// Makes the accounts of several customers and keeps others off them, in an order in which nobody waits for one
/// who waits.
pub(crate) fn open_all(tx: &mut Tx, customers: &[(TenantId, CustomerId)]) -> Result<(), DbError> {
    for (tenant, customer) in customers {
        tx.execute(OPEN, &[customer, tenant])?;
    }
    let ids: Vec<CustomerId> = customers.iter().map(|(_, customer)| *customer).collect();
    tx.lock_rows("points_accounts", &ids)
}

/// An account, where there is one.
pub(crate) fn account(
    read: &mut Read,
    tenant: TenantId,
    customer: CustomerId,
) -> Result<Option<AccountRow>, DbError> {
    read.query_opt(ACCOUNT, &[&customer, &tenant])
}

/// Moves balance and lifetime of an account by an entry.
pub(crate) fn shift(
    tx: &mut Tx,
    tenant: TenantId,
    customer: CustomerId,
    balance: i64,
    lifetime: i64,
) -> Result<(), DbError> {
    tx.execute(MOVE, &[&customer, &tenant, &balance, &lifetime]).map(drop)
}

/// Adds a line; false when there is one of the same source.
pub(crate) fn insert(tx: &mut Tx, e: &Entry) -> Result<bool, DbError> {
    let rows = tx.execute(
        INSERT,
        &[
            &e.id,
            &e.tenant_id,
            &e.customer_id,
            &e.seq,
            &e.kind,
            &e.points,
            &e.balance,
            &e.trigger,
            &e.reference,
            &e.amount,
            &e.amount_left,
            &e.reward_id,
            &e.source,
            &e.day,
            &e.note,
            &e.created_at,
        ],
    )?;
    Ok(rows == 1)
}

/// Lines below a place, the newest first.
pub(crate) fn history(
    read: &mut Read,
    tenant: TenantId,
    customer: CustomerId,
    below: i64,
    limit: u32,
) -> Result<Vec<Entry>, DbError> {
    let rows = read.query::<EntryRow>(HISTORY, &[&customer, &tenant, &below, &limit])?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// A line of the ledger.
pub(crate) fn entry(read: &mut Read, tenant: TenantId, id: EntryId) -> Result<Option<Entry>, DbError> {
    Ok(read.query_opt::<EntryRow>(ENTRY, &[&id, &tenant])?.map(Entry::from))
}

/// Lines about one ticket, feedback, redemption or refunded purchase, the oldest first.
pub(crate) fn about(read: &mut Read, tenant: TenantId, reference: Uuid) -> Result<Vec<Entry>, DbError> {
    let rows = read.query::<EntryRow>(ABOUT, &[&reference, &tenant])?;
    Ok(rows.into_iter().map(Entry::from).collect())
}

/// The line of a source.
pub(crate) fn by_source(read: &mut Read, tenant: TenantId, source: &str) -> Result<Option<Entry>, DbError> {
    Ok(read.query_opt::<EntryRow>(BY_SOURCE, &[&source, &tenant])?.map(Entry::from))
}

/// What a customer has earned on a day, and how often for a trigger.
pub(crate) fn day(
    read: &mut Read,
    tenant: TenantId,
    customer: CustomerId,
    day: &str,
    trigger: Trigger,
) -> Result<DayRow, DbError> {
    read.query_one(DAY, &[&customer, &tenant, &day, &trigger])
}

/// Takes off a customer's lines what staff wrote.
pub(crate) fn forget_notes(tx: &mut Tx, tenant: TenantId, customer: CustomerId) -> Result<(), DbError> {
    tx.execute(FORGET_NOTES, &[&customer, &tenant]).map(drop)
}

/// What is left of what came in.
pub(crate) fn lots(read: &mut Read, tenant: TenantId, customer: CustomerId) -> Result<Vec<Lot>, DbError> {
    let rows = read.query::<LotRow>(LOTS, &[&customer, &tenant])?;
    let lot = |row: LotRow| Lot {
        id: row.id,
        remaining: row.remaining,
        available_at: row.available_at,
        expires_at: row.expires_at,
    };
    Ok(rows.into_iter().map(lot).collect())
}

/// Points that came in with an entry.
pub(crate) fn add_lot(
    tx: &mut Tx,
    entry: &Entry,
    available_at: Timestamp,
    expires_at: Option<Timestamp>,
) -> Result<(), DbError> {
    tx.execute(
        ADD_LOT,
        &[&entry.id, &entry.tenant_id, &entry.customer_id, &entry.points, &available_at, &expires_at],
    )
    .map(drop)
}

/// Takes points from lots.
pub(crate) fn take(tx: &mut Tx, tenant: TenantId, taken: &[Taken]) -> Result<(), DbError> {
    taken.iter().try_for_each(|one| tx.execute(TAKE, &[&one.lot, &one.points, &tenant]).map(drop))
}

/// Gives points back to the lots from which they were taken.
pub(crate) fn give_back(tx: &mut Tx, tenant: TenantId, taken: &[Taken]) -> Result<(), DbError> {
    taken.iter().try_for_each(|one| tx.execute(TAKE, &[&one.lot, &-one.points, &tenant]).map(drop))
}

/// Whose points have expired, of every tenant.
pub(crate) fn expiring(
    read: &mut Read,
    at: Timestamp,
    most: i64,
) -> Result<Vec<(TenantId, CustomerId)>, DbError> {
    read.query(EXPIRING, &[&at, &most])
}

/// Gives what is left of a customer's lots to another.
pub(crate) fn give_lots_over(
    tx: &mut Tx,
    tenant: TenantId,
    from: CustomerId,
    to: CustomerId,
) -> Result<(), DbError> {
    tx.execute(MOVE_LOTS, &[&from, &to, &tenant]).map(drop)
}
