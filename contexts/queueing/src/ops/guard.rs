//! Who may join by themselves, where a line asks for more than the wish.

use usher_db::Tx;
use usher_kernel::{Actor, Timestamp};

use super::line::Queueing;
use super::site_now::SiteNow;
use crate::error::Error;
use crate::model::guard::Proof;
use crate::model::scopes::TICKETS_ISSUE;
use crate::model::{Queue, TenantConfig};

/// Passes who is near enough and stands before a screen, where the line asks for it. Whoever issues tickets to
/// others (staff, kiosks, programs with that right) and the product itself are not asked.
///
/// # Errors
/// Position or code is missing, the person is too far away, the code is not on the screens any more.
pub(super) fn check(
    line: &Queueing,
    tx: &Tx<'_>,
    config: &TenantConfig,
    queue: &Queue,
    site: &SiteNow,
    proof: &Proof,
) -> Result<(), Error> {
    let caller = tx.caller();
    if caller.may(&TICKETS_ISSUE) || matches!(caller.actor, Actor::System { .. } | Actor::Device { .. }) {
        return Ok(());
    }
    if queue.settings.join_code_seconds.is_some() {
        let seconds = code_seconds(config, queue.site_id).unwrap_or_default();
        let Some(code) = proof.code.as_deref().filter(|code| !code.trim().is_empty()) else {
            let text = "Scan the code on a screen at the branch, then join.";
            return Err(Error::field("join_code", "join_code_required", text));
        };
        if !line.join_codes().is_good(queue.site_id, seconds, tx.now(), code) {
            return Err(Error::JoinCodeOld);
        }
    }
    // A site without a position asks nobody for theirs.
    if let (Some(radius), Some((latitude, longitude))) = (queue.settings.join_within_meters, place(site)) {
        let Some(position) = proof.position else {
            let text =
                "This line is joined at the branch only: allow your position, or ask staff for a ticket.";
            return Err(Error::field("position", "position_required", text));
        };
        if let Some(fault) = position.fault() {
            return Err(Error::Fields(vec![fault]));
        }
        if !position.is_near(latitude, longitude, radius) {
            return Err(Error::TooFar { site: site.site.name.clone(), radius });
        }
    }
    Ok(())
}

fn place(site: &SiteNow) -> Option<(f64, f64)> {
    site.site.latitude.zip(site.site.longitude)
}

/// What a line asks of somebody who joins by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asks {
    pub(crate) position: bool,
    pub(crate) code: bool,
}

/// What a line asks of somebody who joins by themselves now.
pub(crate) fn asks(queue: &Queue, site: &SiteNow) -> Asks {
    Asks {
        position: queue.settings.join_within_meters.is_some() && place(site).is_some(),
        code: queue.settings.join_code_seconds.is_some(),
    }
}

/// How often the code on the screens of a site changes: as often as the line wishes that is the strictest. None where
/// no line asks for one.
fn code_seconds(config: &TenantConfig, site: usher_kernel::SiteId) -> Option<i64> {
    config.queues_at(site).filter_map(|queue| queue.settings.join_code_seconds).min()
}

/// The code that the screens of a site show now, and until when; none where no line asks for one.
pub(crate) fn code_now(
    line: &Queueing,
    config: &TenantConfig,
    site: usher_kernel::SiteId,
    now: Timestamp,
) -> Option<(String, Timestamp)> {
    let seconds = code_seconds(config, site)?;
    Some(line.join_codes().at(site, seconds, now))
}
