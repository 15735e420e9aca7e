//! Making one scheduled report: read, written down away from the database, kept.

use usher_db::{Lane, Tx};
use usher_jobs::{Job, OutsideHandler, Work};
use usher_kernel::{Clock, Ctx, Fault, SignedDuration};

use crate::Analytics;
use crate::error::Error;
use crate::model::ReportId;
use crate::model::render::render;
use crate::ops::schedule::{MAKE, Making, Prepared, fail, finish, prepare};

/// Makes a scheduled report. Drawing a document takes longer than a transaction may, so it is done between two;
/// the job's id is the result's, so a second try after a crash keeps one result.
pub struct MakeReport {
    analytics: Analytics,
    clock: Clock,
}

impl MakeReport {
    /// The handler over `analytics`.
    pub fn new(analytics: Analytics, clock: Clock) -> Self {
        Self { analytics, clock }
    }

    async fn make(&self, job: &Job) -> Result<(), Fault> {
        let Some(tenant) = job.tenant else { return Ok(()) };
        let making: Making = job.payload()?;
        let ctx = Ctx::system(tenant, "analytics", self.clock.clone());
        let line = self.analytics.line().clone();
        let prepared = self.analytics.db().read(&ctx, move |read| prepare(&line, read, &making)).await?;
        let Some(prepared) = prepared else { return Ok(()) };
        let Prepared { schedule, told } = prepared;
        let table = match told {
            Ok(table) => table,
            Err(reason) => {
                let id = schedule.id;
                let note = move |tx: &mut Tx<'_>| fail(tx, tenant, id, reason);
                self.analytics.db().write(&ctx, Lane::Tenant, note).await?;
                return Ok(());
            }
        };
        let rows = i64::try_from(table.rows.len()).unwrap_or(i64::MAX);
        let body = if schedule.skip_empty && table.is_empty() {
            None
        } else {
            let format = schedule.format;
            let drawn = tokio::task::spawn_blocking(move || render(&table, format)).await;
            Some(drawn.map_err(Fault::internal)?.map_err(Fault::internal)?)
        };
        let id = ReportId::from_uuid(job.id.uuid());
        self.analytics
            .db()
            .write::<_, Error>(&ctx, Lane::Tenant, move |tx| finish(tx, id, &schedule, rows, body.as_deref()))
            .await?;
        Ok(())
    }
}

impl OutsideHandler for MakeReport {
    fn kind(&self) -> &'static str {
        MAKE
    }

    fn time_limit(&self) -> SignedDuration {
        SignedDuration::from_mins(2)
    }

    fn run<'a>(&'a self, job: &'a Job) -> Work<'a> {
        Box::pin(self.make(job))
    }
}
