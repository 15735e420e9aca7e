//! Checking the chain.

use std::collections::{BTreeSet, HashMap};

use usher_db::{Db, DbError, Read};
use usher_kernel::{SystemCtx, TenantId};
use uuid::Uuid;

use super::seal::{NAME, chain};
use crate::model::{Broken, Report, Seal};
use crate::store;

/// How many seals are checked in one read: a few thousand events, some tens of milliseconds.
const PAGE: u32 = 16;

/// Checks one chain from its first seal to its last, in pages, so that it may be long.
pub(crate) async fn verify(db: &Db, sys: &SystemCtx, tenant: Option<TenantId>) -> Result<Report, DbError> {
    let chain = chain(tenant);
    let mut report = Report { tenant, seals: 0, events: 0, retired: 0, head: None, broken: None };
    let mut before = None;
    loop {
        let (from, mut so_far) = (before, report.clone());
        let (page, so_far) = db
            .read_system::<_, DbError>(sys, move |read| {
                let seals = store::page(read, chain, from.map_or(0, |(number, _)| number), PAGE)?;
                let next = check_page(read, &mut so_far, from, &seals)?;
                if seals.is_empty() {
                    so_far.broken = unsealed(read, tenant, so_far.retired)?;
                }
                Ok((next, so_far))
            })
            .await?;
        report = so_far;
        report.head = before.map(|(_, hash)| hash);
        match page {
            Some(next) if report.broken.is_none() => before = Some(next),
            _ => return Ok(report),
        }
    }
}

/// Checks every chain there is or should be: the installation's, those of `tenants`, and of whomever else there are
/// seals. Of a chain whose seals are all gone nothing but its tenant is left.
pub(crate) async fn verify_all(
    db: &Db,
    sys: &SystemCtx,
    tenants: &[TenantId],
) -> Result<Vec<Report>, DbError> {
    let sealed = db.read_system::<_, DbError>(sys, store::chains).await?;
    let known = tenants.iter().map(|tenant| chain(Some(*tenant)));
    let chains: BTreeSet<Uuid> = sealed.into_iter().chain(known).chain([chain(None)]).collect();
    let mut reports = Vec::with_capacity(chains.len());
    for chain in chains {
        let tenant = (chain != Uuid::nil()).then(|| TenantId::from_uuid(chain));
        reports.push(verify(db, sys, tenant).await?);
    }
    Ok(reports)
}

/// Checks some seals; the last one's number and hash, none when there were none.
fn check_page(
    read: &mut Read<'_>,
    report: &mut Report,
    mut before: Option<(i64, [u8; 32])>,
    seals: &[Seal],
) -> Result<Option<(i64, [u8; 32])>, DbError> {
    if seals.is_empty() {
        return Ok(None);
    }
    for seal in seals {
        if let Err(broken) = seal.check_link(before) {
            report.broken = Some(broken);
            return Ok(before);
        }
        let (events, hashes) = usher_events::between(read, report.tenant, seal.first_seq, seal.last_seq)?;
        let mut now: HashMap<i64, ([u8; 32], bool)> =
            hashes.into_iter().map(|(seq, hash)| (seq, (hash, true))).collect();
        now.extend(events.iter().filter_map(|event| Some((event.seq?, (event.hash()?, false)))));
        match seal.check_events(|seq| now.get(&seq).copied()) {
            Ok(checked) => {
                report.events += checked.events;
                report.retired += checked.retired;
            }
            Err(broken) => {
                report.broken = Some(broken);
                return Ok(before);
            }
        }
        for event in &events {
            if let Some(seq) = event.seq
                && !usher_events::personal_intact(read, event)?
            {
                report.broken = Some(Broken::PersonalChanged { seq });
                return Ok(before);
            }
        }
        report.seals += 1;
        before = Some((seal.number, seal.hash));
    }
    Ok(before)
}

/// Whether the log holds more than the seals know of what the sealer has read.
fn unsealed(read: &mut Read<'_>, tenant: Option<TenantId>, retired: u64) -> Result<Option<Broken>, DbError> {
    let read_by_sealer = usher_events::passed(read, NAME, tenant)?;
    let sealed = store::sealed(read, chain(tenant))?;
    let extra = read_by_sealer.saturating_add_unsigned(retired) - sealed;
    Ok((extra > 0).then_some(Broken::Unsealed { events: extra }))
}
