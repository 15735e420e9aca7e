//! The rewards of a tenant.

use usher_db::Tx;
use usher_kernel::{Diff, TenantId};

use super::programme::{programme, update_programme};
use crate::error::Error;
use crate::model::{ProgrammeChange, Reward, RewardId, RewardInput, RewardView};
use crate::{events, store};

/// Adds a reward. The first one of a tenant that has no programme switches that on which everybody begins with.
///
/// # Errors
/// Values that cannot be kept.
pub fn create_reward(tx: &mut Tx, tenant: TenantId, input: RewardInput) -> Result<Reward, Error> {
    let now = tx.now();
    let reward = input.build(RewardId::generate(now), tenant, now);
    let faults = reward.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    store::rewards::insert(tx, &reward)?;
    events::reward(tx, events::REWARD_CREATED, &reward, &Diff::default())?;
    if programme(tx, tenant)?.version == 0 {
        let on = ProgrammeChange { active: Some(true), ..ProgrammeChange::default() };
        update_programme(tx, tenant, on, None)?;
    }
    Ok(reward)
}

/// Changes a reward. `read_version` is the version that the client had, where it said so.
///
/// # Errors
/// No such reward; another version; values that cannot be kept.
pub fn update_reward(
    tx: &mut Tx,
    tenant: TenantId,
    id: RewardId,
    input: RewardInput,
    read_version: Option<i64>,
) -> Result<Reward, Error> {
    let before = held(tx, tenant, id, read_version)?;
    let mut reward = before.clone();
    input.apply(&mut reward);
    let faults = reward.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    if reward == before {
        return Ok(before);
    }
    let now = tx.now();
    let shown = |reward: &Reward| RewardView::at(reward.clone(), now);
    let diff = Diff::between(&shown(&before), &shown(&reward), &["version", "updated_at", "available"]);
    reward.version += 1;
    reward.updated_at = now;
    store::rewards::update(tx, &reward)?;
    events::reward(tx, events::REWARD_UPDATED, &reward, &diff)?;
    Ok(reward)
}

/// Takes a reward out of the catalogue; what is kept for customers stays kept.
///
/// # Errors
/// No such reward; another version.
pub fn delete_reward(
    tx: &mut Tx,
    tenant: TenantId,
    id: RewardId,
    read_version: Option<i64>,
) -> Result<(), Error> {
    let mut reward = held(tx, tenant, id, read_version)?;
    let now = tx.now();
    reward.version += 1;
    reward.updated_at = now;
    reward.deleted_at = Some(now);
    store::rewards::update(tx, &reward)?;
    events::reward(tx, events::REWARD_DELETED, &reward, &Diff::default())?;
    Ok(())
}

fn held(tx: &mut Tx, tenant: TenantId, id: RewardId, read_version: Option<i64>) -> Result<Reward, Error> {
    let found = store::rewards::held(tx, tenant, id)?.ok_or(Error::NotFound("reward"))?;
    match read_version {
        Some(read) if read != found.version => Err(Error::Stale { current: found.version }),
        _ => Ok(found),
    }
}
