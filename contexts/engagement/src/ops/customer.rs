//! What rewards and feedback hold of a person.

use serde_json::{Value, json};
use usher_customers::{CustomerId, Holder};
use usher_db::{Read, Tx};
use usher_kernel::{Fault, TenantId};
use uuid::Uuid;

use super::ledger::{Account, Posting};
use super::{redeem, statement};
use crate::model::{EntryKind, FeedbackView, RedemptionView, Transaction};
use crate::store::redemptions::Filter;
use crate::{Behind, events, store};

/// How many of each are handed out: more than anybody has.
const MOST: u32 = 10_000;

/// Points, redemptions and feedback of a person.
pub(crate) struct PointsOf(pub(crate) Behind);

impl Holder for PointsOf {
    fn name(&self) -> &'static str {
        "engagement"
    }

    fn export(&self, read: &mut Read<'_>, tenant: TenantId, customer: CustomerId) -> Result<Value, Fault> {
        let points = statement(read, tenant, Some(customer))?;
        let entries = store::points::history(read, tenant, customer, i64::MAX, MOST)?;
        let entries: Vec<_> = entries.into_iter().map(|entry| Transaction::of(entry, None)).collect();
        let filter =
            Filter { tenant, customer: Some(customer), status: None, code: None, before: None, limit: MOST };
        let redemptions = store::redemptions::list(read, &filter)?;
        let redemptions: Vec<_> = redemptions.into_iter().map(|one| RedemptionView::of(one, None)).collect();
        let said = store::feedback::of_customer(read, tenant, customer)?;
        let said: Vec<_> = said.into_iter().map(FeedbackView::from).collect();
        Ok(json!({ "points": points, "entries": entries, "redemptions": redemptions, "feedback": said }))
    }

    /// The balance moves with two entries, so that each ledger stays the sum of its own; what was earned on the way to
    /// a tier counts on.
    fn merge(
        &self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        duplicate: CustomerId,
        into: CustomerId,
    ) -> Result<(), Fault> {
        let engagement = &self.0.reach()?;
        // Both are held in the order of their ids before anything is moved: who redeems for either at this moment, on
        // whatever node, is done, and what they have is seen here and moves along.
        store::points::open_all(tx, &[(tenant, duplicate), (tenant, into)])?;
        store::redemptions::give_over(tx, tenant, duplicate, into)?;
        store::feedback::give_over(tx, tenant, duplicate, into)?;
        let mut from = Account::open(tx, engagement, tenant, duplicate)?;
        if from.is_new() {
            return Ok(());
        }
        let mut to = Account::open(tx, engagement, tenant, into)?;
        let (points, lifetime) = (from.balance, from.lifetime);
        let reference = |other: CustomerId| Some(other.uuid());
        let out = Posting {
            lifetime: -lifetime,
            reference: reference(into),
            ..Posting::of(EntryKind::Merged, -points)
        };
        let back =
            Posting { lifetime, reference: reference(duplicate), ..Posting::of(EntryKind::Merged, points) };
        from.post(tx, out).map_err(Fault::from)?;
        to.post(tx, back).map_err(Fault::from)?;
        Ok(store::points::give_lots_over(tx, tenant, duplicate, into)?)
    }

    /// What is kept for the person goes back, points are forfeited; the figures stay without what anybody wrote.
    fn erase(&self, tx: &mut Tx<'_>, tenant: TenantId, customer: CustomerId) -> Result<Vec<Uuid>, Fault> {
        let engagement = &self.0.reach()?;
        // Held first: a reward that is just being kept for them is seen here, and goes back.
        store::points::open_all(tx, &[(tenant, customer)])?;
        for kept in store::redemptions::reserved_by(tx, tenant, customer)? {
            redeem::release(tx, engagement, tenant, kept.id, None, false)?;
        }
        let mut account = Account::open(tx, engagement, tenant, customer)?;
        if !account.is_new() {
            let left = account.take_back(tx, &[], account.balance)?;
            if let Some(entry) =
                account.post(tx, Posting::of(EntryKind::Expired, -left)).map_err(Fault::from)?
            {
                events::points(tx, events::POINTS_EXPIRED, &entry)?;
            }
        }
        store::points::forget_notes(tx, tenant, customer)?;
        store::redemptions::forget(tx, tenant, customer)?;
        let said = store::feedback::of_customer(tx, tenant, customer)?;
        store::feedback::forget(tx, tenant, customer)?;
        Ok(said.into_iter().map(|one| one.id.uuid()).collect())
    }
}
