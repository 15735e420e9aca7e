//! What the estimates of a queue were worth.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::{DbError, Read};
use usher_kernel::TenantId;
use usher_queueing::model::{QueueId, ServiceId};

use crate::model::{EstimateAccuracy, Hour, Scores};
use crate::store;

/// What the estimates of a queue were worth.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct EstimateRecord {
    /// The queue.
    queue_id: QueueId,
    /// How many days are looked at.
    days: i64,
    /// Over those days.
    overall: EstimateAccuracy,
    /// Over the last seven days, today included.
    last_7_days: EstimateAccuracy,
    /// Over the last thirty.
    last_30_days: EstimateAccuracy,
    /// By the hour at which tickets were issued, on the site's clock.
    by_hour: Vec<EstimateHour>,
    /// By service.
    by_service: Vec<EstimateOfService>,
}

/// One hour of the day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct EstimateHour {
    /// The hour, 0 to 23.
    hour: i64,
    #[serde(flatten)]
    accuracy: EstimateAccuracy,
}

/// One service.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct EstimateOfService {
    /// The service.
    service_id: ServiceId,
    /// Its name.
    name: String,
    #[serde(flatten)]
    accuracy: EstimateAccuracy,
}

/// The record of a queue; `today` is the day on the wall of its site.
///
/// # Errors
/// The database failed.
pub(crate) fn record(
    read: &mut Read<'_>,
    tenant: TenantId,
    queue: QueueId,
    today: i64,
    days: i64,
    names: &HashMap<ServiceId, String>,
) -> Result<EstimateRecord, DbError> {
    let all = store::scores::since(read, tenant, queue, today - 29)?;
    let last = |days: i64| all.iter().filter(move |(hour, _)| hour.day > today - days);
    let over = |days: i64| EstimateAccuracy::of(last(days).map(|(_, scores)| scores));
    let by_hour = split(last(days), |hour| hour.hour).into_iter();
    let by_service = split(last(days), |hour| hour.service).into_iter();
    Ok(EstimateRecord {
        queue_id: queue,
        days,
        overall: over(days),
        last_7_days: over(7),
        last_30_days: over(30),
        by_hour: by_hour.map(|(hour, accuracy)| EstimateHour { hour, accuracy }).collect(),
        by_service: by_service
            .map(|(service_id, accuracy)| EstimateOfService {
                service_id,
                name: names.get(&service_id).cloned().unwrap_or_default(),
                accuracy,
            })
            .collect(),
    })
}

fn split<'s, K: Ord>(
    scores: impl Iterator<Item = &'s (Hour, Scores)>,
    by: impl Fn(&Hour) -> K,
) -> BTreeMap<K, EstimateAccuracy> {
    let mut groups: BTreeMap<K, Vec<&Scores>> = BTreeMap::new();
    for (hour, scores) in scores {
        groups.entry(by(hour)).or_default().push(scores);
    }
    groups.into_iter().map(|(key, scores)| (key, EstimateAccuracy::of(scores))).collect()
}
