//! Training a tenant's correction: read, trained away from the database, put to use where it is better than what there is.

use serde::{Deserialize, Serialize};
use usher_db::{Db, DbError, Lane};
use usher_events::{NewEvent, append, retired_until};
use usher_jobs::{Job, OutsideHandler, Work};
use usher_kernel::{Clock, Ctx, Fault, SignedDuration};

use crate::events::{CORRECTION_CHANGED, CorrectionFact};
use crate::model::{BLOCK, Forest, MOST, Verdict, contest, decode};
use crate::store;

/// The kind of the job.
pub(super) const TRAIN: &str = "eta.train";
/// How many trainings are remembered; those whose corrections the log still names are remembered as well.
const REMEMBERED: i64 = 24;

/// After how many known waits.
#[derive(Serialize, Deserialize)]
pub(super) struct Training {
    pub(super) lessons: i64,
}

/// Trains a tenant's correction. That takes a second or two of one thread, between two transactions.
pub struct Train {
    db: Db,
    clock: Clock,
}

impl Train {
    /// The handler over `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    async fn train(&self, job: &Job) -> Result<(), Fault> {
        let Some(tenant) = job.tenant else { return Ok(()) };
        let Training { lessons: version } = job.payload()?;
        let ctx = Ctx::system(tenant, "eta", self.clock.clone());
        let most = i64::try_from(MOST as u64 / BLOCK + 1).unwrap_or(i64::MAX);
        let (blocks, champion) = self
            .db
            .read(&ctx, move |read| {
                let blocks = store::corrections::blocks(read, tenant, most)?;
                Ok::<_, DbError>((blocks, store::corrections::champion(read, tenant)?))
            })
            .await?;
        let trained = tokio::task::spawn_blocking(move || {
            let end = blocks.last().map_or(0, |(number, _)| (number.unsigned_abs() + 1) * BLOCK);
            let lessons: Vec<_> = blocks.iter().flat_map(|(_, waits)| decode(waits)).collect();
            let champion: Option<Forest> =
                champion.and_then(|(_, forest)| serde_json::from_str(&forest).ok());
            let verdict = contest(&lessons, end, champion.as_ref(), version.unsigned_abs());
            Ok::<_, serde_json::Error>(match verdict {
                Verdict::Adopt(forest) => ("adopted", Some(serde_json::to_string(&forest)?)),
                Verdict::Keep => ("kept", None),
                Verdict::Drop => ("dropped", None),
            })
        });
        let (verdict, forest) = trained.await.map_err(Fault::internal)?.map_err(Fault::internal)?;
        tracing::info!(%tenant, version, verdict, "a correction of the estimates was trained");
        self.db
            .write::<_, DbError>(&ctx, Lane::Background, move |tx| {
                // A second try after a crash finds what the first one wrote.
                if !store::corrections::put(tx, tenant, version, verdict, forest.as_deref())? {
                    return Ok(());
                }
                let retired = retired_until(tx, tenant)?;
                store::corrections::forget(tx, tenant, REMEMBERED, retired)?;
                store::corrections::forget_blocks(tx, tenant, most)?;
                if verdict == "kept" {
                    return Ok(());
                }
                let fact = CorrectionFact { version: (verdict == "adopted").then_some(version) };
                let thing = ("estimate", tenant.uuid());
                append(tx, NewEvent::new(CORRECTION_CHANGED, 1, thing, 0, &fact)).map(drop)
            })
            .await?;
        Ok(())
    }
}

impl OutsideHandler for Train {
    fn kind(&self) -> &'static str {
        TRAIN
    }

    fn time_limit(&self) -> SignedDuration {
        SignedDuration::from_mins(5)
    }

    fn run<'a>(&'a self, job: &'a Job) -> Work<'a> {
        Box::pin(self.train(job))
    }
}
