//! The one way in which points move: an account held, an entry, its lots.

use usher_customers::CustomerId;
use usher_db::Tx;
use usher_kernel::{TenantId, TimeZone, Timestamp};
use uuid::Uuid;

use crate::error::Error;
use crate::model::{Entry, EntryId, EntryKind, RewardId, Taken, Trigger};
use crate::store::points as store;
use crate::{Engagement, model};

/// The most points that anybody has.
const MOST: i64 = 1_000_000_000;

/// An account that nobody else moves before this is committed.
pub(super) struct Account {
    tenant: TenantId,
    pub(super) customer: CustomerId,
    pub(super) balance: i64,
    pub(super) lifetime: i64,
    entries: i64,
    day: String,
}

/// What is to be written about points.
pub(super) struct Posting {
    pub(super) kind: EntryKind,
    pub(super) points: i64,
    /// By how much all that was ever earned changes.
    pub(super) lifetime: i64,
    pub(super) trigger: Option<Trigger>,
    pub(super) reference: Option<Uuid>,
    pub(super) amount: Option<i64>,
    pub(super) amount_left: Option<i64>,
    pub(super) reward: Option<RewardId>,
    pub(super) source: Option<String>,
    pub(super) note: Option<String>,
    /// The day on which it counts; today where it is none.
    pub(super) day: Option<String>,
}

impl Posting {
    /// Points of a kind, with nothing else to be said.
    pub(super) fn of(kind: EntryKind, points: i64) -> Self {
        Self {
            kind,
            points,
            lifetime: 0,
            trigger: None,
            reference: None,
            amount: None,
            amount_left: None,
            reward: None,
            source: None,
            note: None,
            day: None,
        }
    }
}

impl Account {
    /// A customer's account; a new one where there is none.
    pub(super) fn open(
        tx: &mut Tx,
        engagement: &Engagement,
        tenant: TenantId,
        customer: CustomerId,
    ) -> Result<Self, Error> {
        let store::AccountRow { balance, lifetime, entries } = store::open(tx, tenant, customer)?;
        let day = day_at(engagement, tenant, tx.now());
        Ok(Self { tenant, customer, balance, lifetime, entries, day })
    }

    /// The account of whoever somebody is now: of the record into which theirs was merged; none where they were erased.
    pub(super) fn of_now(
        tx: &mut Tx,
        engagement: &Engagement,
        tenant: TenantId,
        customer: CustomerId,
    ) -> Result<Option<Self>, Error> {
        let people = engagement.customers();
        let Some(known) = people.current(tx, tenant, customer)? else { return Ok(None) };
        let account = Self::open(tx, engagement, tenant, known)?;
        // Who they are is looked at again once the account is held: a merger may have been on its way.
        match people.current(tx, tenant, customer)? {
            Some(now) if now == known => Ok(Some(account)),
            Some(now) => Self::open(tx, engagement, tenant, now).map(Some),
            None => Ok(None),
        }
    }

    /// Whether nothing has been written to it yet.
    pub(super) fn is_new(&self) -> bool {
        self.entries == 0
    }

    /// The tenant's day.
    pub(super) fn day(&self) -> &str {
        &self.day
    }

    /// Writes an entry; none when there is one of the same source already.
    pub(super) fn post(&mut self, tx: &mut Tx, posting: Posting) -> Result<Option<Entry>, Error> {
        let now = tx.now();
        if posting.points > MOST - self.balance {
            return Err(Error::TooManyPoints);
        }
        let entry = Entry {
            id: EntryId::generate(now),
            tenant_id: self.tenant,
            customer_id: self.customer,
            seq: self.entries + 1,
            kind: posting.kind,
            points: posting.points,
            balance: self.balance + posting.points,
            trigger: posting.trigger,
            reference: posting.reference,
            amount: posting.amount,
            amount_left: posting.amount_left,
            reward_id: posting.reward,
            source: posting.source,
            day: posting.day.unwrap_or_else(|| self.day.clone()),
            note: posting.note,
            created_at: now,
        };
        if !store::insert(tx, &entry)? {
            return Ok(None);
        }
        store::shift(tx, self.tenant, self.customer, posting.points, posting.lifetime)?;
        self.balance = entry.balance;
        self.lifetime += posting.lifetime;
        self.entries += 1;
        Ok(Some(entry))
    }

    /// Takes points that can be spent, those first that expire first.
    pub(super) fn spend(&self, tx: &mut Tx, points: i64) -> Result<Vec<Taken>, Error> {
        let now = tx.now();
        let lots = store::lots(tx, self.tenant, self.customer)?;
        let Some(taken) = model::ledger::spend(&lots, points, now) else {
            let available = model::ledger::spendable(&lots, now);
            return Err(Error::NotEnoughPoints { needed: points, available });
        };
        store::take(tx, self.tenant, &taken)?;
        Ok(taken)
    }

    /// Takes back as many of `points` as are there: from the lots of these entries first.
    pub(super) fn take_back(&self, tx: &mut Tx, own: &[EntryId], points: i64) -> Result<i64, Error> {
        let lots = store::lots(tx, self.tenant, self.customer)?;
        let taken = model::ledger::take_back(&lots, own, points);
        store::take(tx, self.tenant, &taken)?;
        Ok(taken.iter().map(|taken| taken.points).sum())
    }

    /// Takes what has expired.
    pub(super) fn take_expired(&self, tx: &mut Tx) -> Result<i64, Error> {
        let now = tx.now();
        let lots = store::lots(tx, self.tenant, self.customer)?;
        let taken = model::ledger::expired(&lots, now);
        store::take(tx, self.tenant, &taken)?;
        Ok(taken.iter().map(|taken| taken.points).sum())
    }
}

/// The day of a tenant at a moment, by which points are counted.
pub(super) fn day_at(engagement: &Engagement, tenant: TenantId, at: Timestamp) -> String {
    let known = engagement.line().directory().tenant(tenant);
    let zone = known.and_then(|tenant| TimeZone::get(&tenant.timezone).ok()).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).date().to_string()
}
