//! A reward on its way: reserved, handed out, gone back.
//!
//! Points and stock are taken when it is reserved, so nothing can be promised twice; handing it out changes its state
//! alone. The account is held before the reward, always in this order.

use usher_customers::CustomerId;
use usher_db::Tx;
use usher_jobs::NewJob;
use usher_kernel::{SignedDuration, TenantId, Timestamp};

use super::ledger::{Account, Posting};
use super::programme::programme;
use super::reverse::settle;
use crate::error::Error;
use crate::jobs::RELEASE;
use crate::model::{EntryKind, Redemption, RedemptionId, RedemptionStatus, Reward, RewardId};
use crate::{Engagement, events, store};

/// How often a code is thought of that nobody has: the first is free as good as always.
const TRIES: usize = 5;
/// Why it goes back by itself.
const TIME_OUT: &str = "time_out";

/// Keeps a reward for a customer until its time is over.
///
/// # Errors
/// No such reward or customer; it is not given now, nothing is left of it, or the customer has had enough of it; too
/// few points.
pub fn reserve(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    reward: RewardId,
    customer: CustomerId,
) -> Result<Redemption, Error> {
    let minutes = programme(tx, tenant)?.reserve_minutes;
    let reserved = take(tx, engagement, tenant, reward, customer, SignedDuration::from_mins(minutes))?;
    events::redemption(tx, events::REWARD_RESERVED, &reserved)?;
    let job = NewJob::new(RELEASE, &reserved.id).at(reserved.expires_at).keyed(reserved.id.to_string());
    usher_jobs::enqueue(tx, job)?;
    Ok(reserved)
}

/// Reserves a reward and hands it out in one.
///
/// # Errors
/// As [`reserve`].
pub fn redeem_at_once(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    reward: RewardId,
    customer: CustomerId,
) -> Result<Redemption, Error> {
    let mut redemption = take(tx, engagement, tenant, reward, customer, SignedDuration::from_mins(1))?;
    // Whoever counts what is spent hears of both, as of those that are reserved first.
    events::redemption(tx, events::REWARD_RESERVED, &redemption)?;
    hand_out(tx, &mut redemption)?;
    Ok(redemption)
}

/// Hands a reserved reward out.
///
/// # Errors
/// No such redemption; it was decided already, or its time is over.
pub fn redeem(tx: &mut Tx, tenant: TenantId, id: RedemptionId) -> Result<Redemption, Error> {
    let mut redemption = held(tx, tenant, id)?;
    if redemption.status != RedemptionStatus::Reserved {
        return Err(Error::Decided(redemption.status));
    }
    if redemption.expires_at <= tx.now() {
        return Err(Error::TimeOut(redemption.expires_at));
    }
    hand_out(tx, &mut redemption)?;
    Ok(redemption)
}

/// Gives points and reward back. One that was handed out goes back only where `returned` says that the customer has
/// brought it back. Of points whose deed was undone in the meantime nothing stays.
///
/// # Errors
/// No such redemption; it was decided already.
pub fn release(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    id: RedemptionId,
    reason: Option<&str>,
    returned: bool,
) -> Result<Redemption, Error> {
    // The account is held first, as everywhere; whose it is is looked at again once it is held.
    let owner = store::redemptions::get(tx, tenant, id)?.ok_or(Error::NotFound("redemption"))?.customer_id;
    let mut account = Account::open(tx, engagement, tenant, owner)?;
    let mut found = held(tx, tenant, id)?;
    if found.customer_id != owner {
        account = Account::open(tx, engagement, tenant, found.customer_id)?;
    }
    let goes_back = match found.status {
        RedemptionStatus::Reserved => true,
        RedemptionStatus::Redeemed => returned,
        RedemptionStatus::Released => false,
    };
    if !goes_back {
        return Err(Error::Decided(found.status));
    }
    let now = tx.now();
    if !store::redemptions::release(tx, &found, now, reason)? {
        return Err(Error::Decided(RedemptionStatus::Released));
    }
    store::points::give_back(tx, tenant, &found.taken)?;
    store::rewards::put_back(tx, tenant, found.reward_id)?;
    let posting = Posting {
        reference: Some(found.id.uuid()),
        reward: Some(found.reward_id),
        source: Some(format!("release/{}", found.id)),
        ..Posting::of(EntryKind::Released, found.points)
    };
    account.post(tx, posting)?;
    settle(tx, &mut account, &found)?;
    found.status = RedemptionStatus::Released;
    found.released_at = Some(now);
    found.reason = reason.map(str::to_owned);
    events::redemption(tx, events::REWARD_RELEASED, &found)?;
    Ok(found)
}

/// Gives back what was kept until its time was over; nothing where it was decided in the meantime.
///
/// # Errors
/// The database failed.
pub fn release_overdue(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    id: RedemptionId,
) -> Result<(), Error> {
    match release(tx, engagement, tenant, id, Some(TIME_OUT), false) {
        Ok(_) | Err(Error::NotFound(_) | Error::Decided(_)) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Takes points and stock for a reward.
fn take(
    tx: &mut Tx,
    engagement: &Engagement,
    tenant: TenantId,
    reward: RewardId,
    customer: CustomerId,
    keep: SignedDuration,
) -> Result<Redemption, Error> {
    engagement.customers().get(tx, tenant, customer)?;
    let mut account = Account::open(tx, engagement, tenant, customer)?;
    let reward = store::rewards::held(tx, tenant, reward)?.ok_or(Error::NotFound("reward"))?;
    let now = tx.now();
    check(tx, &reward, customer, now)?;
    let taken = account.spend(tx, reward.points_required)?;
    if !store::rewards::take_one(tx, tenant, reward.id)? {
        return Err(Error::OutOfStock(reward.name));
    }
    let mut redemption = Redemption {
        id: RedemptionId::generate(now),
        tenant_id: tenant,
        reward_id: reward.id,
        customer_id: customer,
        points: reward.points_required,
        status: RedemptionStatus::Reserved,
        code: Redemption::new_code(),
        taken,
        reserved_at: now,
        expires_at: now.saturating_add(keep).unwrap_or(Timestamp::MAX),
        redeemed_at: None,
        released_at: None,
        reason: None,
    };
    let mut stored = false;
    for _ in 0..TRIES {
        if store::redemptions::insert(tx, &redemption)? {
            stored = true;
            break;
        }
        redemption.code = Redemption::new_code();
    }
    if !stored {
        return Err(Error::NotFound("free code"));
    }
    let posting = Posting {
        reference: Some(redemption.id.uuid()),
        reward: Some(reward.id),
        ..Posting::of(EntryKind::Redeemed, -reward.points_required)
    };
    account.post(tx, posting)?;
    Ok(redemption)
}

fn check(tx: &mut Tx, reward: &Reward, customer: CustomerId, now: Timestamp) -> Result<(), Error> {
    if !reward.is_given(now) {
        return Err(Error::RewardNotGiven(reward.name.clone()));
    }
    if reward.stock == Some(0) {
        return Err(Error::OutOfStock(reward.name.clone()));
    }
    if let Some(most) = reward.per_customer
        && store::redemptions::had(tx, reward.tenant_id, customer, reward.id)? >= most
    {
        return Err(Error::HadEnough { name: reward.name.clone(), most });
    }
    Ok(())
}

fn hand_out(tx: &mut Tx, redemption: &mut Redemption) -> Result<(), Error> {
    let now = tx.now();
    if !store::redemptions::redeem(tx, redemption.tenant_id, redemption.id, now)? {
        return Err(Error::Decided(RedemptionStatus::Released));
    }
    redemption.status = RedemptionStatus::Redeemed;
    redemption.redeemed_at = Some(now);
    Ok(events::redemption(tx, events::REWARD_REDEEMED, redemption)?)
}

/// A redemption that nobody else decides before this is committed.
fn held(tx: &mut Tx, tenant: TenantId, id: RedemptionId) -> Result<Redemption, Error> {
    tx.lock_rows("redemptions", &[id])?;
    store::redemptions::get(tx, tenant, id)?.ok_or(Error::NotFound("redemption"))
}
