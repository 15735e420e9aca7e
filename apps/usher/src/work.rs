//! Work that nobody asks for: jobs, timed work of the line, cleaning up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use usher_analytics::jobs::{DueReports, MakeReport};
use usher_customers::{ForgetAccount, ForgetAddresses};
use usher_engagement::{Ask, Expire, Release};
use usher_eta::jobs::{Due, Train};
use usher_events::retention::{Keep, Rules};
use usher_identity::{Silence, Tidy};
use usher_jobs::{Jobs, Running};
use usher_kernel::{Clock, SignedDuration, TenantId, Timestamp};
use usher_queueing::{Watch, Watching};
use usher_tenancy::Tenant;

use crate::house::House;

/// How often what is past its time is taken out.
const CLEANING: Duration = Duration::from_secs(3600);
/// A start has other things to do first.
const SETTLED: Duration = Duration::from_secs(60);

/// What is under way beside the requests.
pub(crate) struct Work {
    jobs: Running,
    cleaning: JoinHandle<()>,
    _watching: (Watching, usher_appointments::Watching),
}

impl Work {
    /// Begins: on every node that serves, and in `usher worker`.
    pub(crate) fn begin(house: &House, clock: &Clock, retention_days: u32) -> Self {
        let jobs = Jobs::new(house.db.clone(), clock.clone());
        jobs.recur(Arc::new(Tidy::new(house.identity.clone())));
        jobs.handle_outside(Arc::new(ForgetAddresses::new(house.audit.clone(), clock.clone())));
        let people = house.line.customers();
        jobs.handle_outside(Arc::new(ForgetAccount::new(people, house.audit.clone(), clock.clone())));
        jobs.recur(Arc::new(Silence));
        jobs.recur(Arc::new(usher_analytics::jobs::Tidy));
        jobs.recur(Arc::new(DueReports));
        jobs.handle_outside(Arc::new(MakeReport::new(house.analytics.clone(), clock.clone())));
        jobs.handle_outside(Arc::new(Train::new(house.db.clone(), clock.clone())));
        jobs.recur(Arc::new(Due));
        jobs.handle(Arc::new(Ask::new(house.engagement.clone())));
        jobs.handle(Arc::new(Release::new(house.engagement.clone())));
        jobs.recur(Arc::new(Expire::new(house.engagement.clone())));
        Self {
            jobs: jobs.start(),
            cleaning: clean(house, retention_days),
            _watching: (
                Watch::new(&house.line).start(),
                usher_appointments::Watch::new(&house.appointments).start(),
            ),
        }
    }

    /// Lets what is under way finish.
    pub(crate) async fn stop(self) {
        self.cleaning.abort();
        // Aborted or done; either way nothing of it is left.
        self.cleaning.await.ok();
        self.jobs.stop().await;
    }
}

/// Takes out idempotency keys and events past their time, once an hour.
fn clean(house: &House, retention_days: u32) -> JoinHandle<()> {
    let (db, events, system) = (house.db.clone(), house.events.clone(), house.system.clone());
    let tenancy = house.tenancy.clone();
    tokio::spawn(async move {
        let mut tick = tokio::time::interval_at(Instant::now() + SETTLED, CLEANING);
        loop {
            tick.tick().await;
            if let Err(error) = usher_http::purge_idempotency_keys(&db, &system).await {
                tracing::warn!(%error, "old idempotency keys stay until the next hour");
            }
            let rules = Retention::of(system.now(), retention_days, &tenancy.directory().tenants());
            if !rules.keeps_all()
                && let Err(error) = events.retire(&rules).await
            {
                tracing::warn!(%error, "old events stay until the next hour");
            }
        }
    })
}

/// How long each tenant's events stay in the log before they go into the archive: so many days by the tenant's
/// own setting, else by the installation's, where 0 keeps them for ever.
struct Retention {
    installation: Option<Timestamp>,
    own: HashMap<TenantId, Timestamp>,
}

impl Retention {
    fn of(now: Timestamp, installation: u32, tenants: &[Arc<Tenant>]) -> Self {
        let before = |days: u64| {
            let hours = i64::try_from(days).ok().filter(|days| *days > 0)?.checked_mul(24)?;
            now.checked_sub(SignedDuration::from_hours(hours)).ok()
        };
        let own = tenants.iter().filter_map(|tenant| Some((tenant.id, before(tenant.retention_days()?)?)));
        Self { installation: before(installation.into()), own: own.collect() }
    }

    /// Whether everything stays.
    fn keeps_all(&self) -> bool {
        self.installation.is_none() && self.own.is_empty()
    }
}

impl Rules for Retention {
    fn before(&self, tenant: Option<TenantId>) -> Option<(Timestamp, Keep)> {
        let own = tenant.and_then(|id| self.own.get(&id).copied());
        own.or(self.installation).map(|before| (before, Keep::Archived))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use usher_tenancy::model::NewTenant;

    use super::*;

    fn tenant(settings: &serde_json::Value) -> Arc<Tenant> {
        let new: NewTenant = serde_json::from_value(json!({"name": "Bank", "settings": settings})).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        Arc::new(new.build(TenantId::generate(now), now))
    }

    #[test]
    fn a_tenants_own_days_go_before_the_installations() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let (own, plain) = (tenant(&json!({"retention_days": 30})), tenant(&json!({})));
        let tenants = [Arc::clone(&own), Arc::clone(&plain)];
        let before = |rules: &Retention, id| rules.before(id).map(|(at, _)| at.to_string());
        let year = Retention::of(now, 365, &tenants);
        assert_eq!(before(&year, Some(own.id)).as_deref(), Some("2026-10-21T10:00:00Z"));
        assert_eq!(before(&year, Some(plain.id)).as_deref(), Some("2025-11-20T10:00:00Z"));
        assert_eq!(before(&year, None).as_deref(), Some("2025-11-20T10:00:00Z"));
        let forever = Retention::of(now, 0, &tenants);
        assert_eq!(before(&forever, Some(own.id)).as_deref(), Some("2026-10-21T10:00:00Z"));
        assert_eq!(before(&forever, Some(plain.id)), None);
        assert!(!forever.keeps_all());
        assert!(Retention::of(now, 0, &[plain]).keeps_all());
    }
}
