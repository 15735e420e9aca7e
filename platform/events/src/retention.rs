//! Taking old events out of the log.

use usher_db::{Db, DbError, Engine, Lane, Read, Tx};
use usher_kernel::{SystemCtx, TenantId, Timestamp};

use crate::digest::SALT;
use crate::event::Event;
use crate::store::{archive, cursors, log, personal, postgres};

/// How many rows are looked at in one read.
const LOOK: u32 = 5_000;
/// How many events are taken out in one transaction: a few milliseconds of the writer's time.
const PAGE: usize = 200;

/// What remains of an event past its tenant's retention, beside its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The event without its personal values and address, in the archive.
    Archived,
    /// Nothing.
    Nothing,
}

/// How long each tenant keeps its events.
pub trait Rules: Send + Sync {
    /// Events of the tenant before the time given are taken out; none keeps them all. `None` stands for the
    /// events of the whole installation.
    fn before(&self, tenant: Option<TenantId>) -> Option<(Timestamp, Keep)>;
}

/// Walks the log from its beginning and takes out what the rules no longer keep, page by page; says how many
/// events that were. Stops at the first event that some subscriber has still to read, and never takes the
/// newest: its place in the sequence must not be given again.
pub(crate) async fn retire(db: &Db, sys: &SystemCtx, rules: &dyn Rules) -> Result<u64, DbError> {
    let (mut after, mut count) = (0, 0);
    loop {
        let (rows, head) = db
            .read_system::<_, DbError>(sys, move |read| {
                Ok((archive::ages(read, after, LOOK)?, log::head(read)?))
            })
            .await?;
        let Some(last) = rows.last().map(|row| row.seq) else { return Ok(count) };
        let old: Vec<(i64, Keep)> = rows
            .iter()
            .filter(|row| row.seq < head)
            .filter_map(|row| {
                let (before, keep) = rules.before(row.tenant_id)?;
                (row.at < before).then_some((row.seq, keep))
            })
            .collect();
        for page in old.chunks(PAGE) {
            let page = page.to_vec();
            let taken = db
                .write_system::<_, DbError>(sys, Lane::Background, move |tx| {
                    if !all_read(tx, &page)? {
                        return Ok(None);
                    }
                    page.iter()
                        .try_fold(0, |sum, (seq, keep)| Ok(sum + u64::from(take(tx, *seq, *keep)?)))
                        .map(Some)
                })
                .await?;
            match taken {
                Some(taken) => count += taken,
                None => return Ok(count),
            }
        }
        after = last;
    }
}

/// Whether every subscriber has read this page.
fn all_read(read: &mut Read<'_>, page: &[(i64, Keep)]) -> Result<bool, DbError> {
    let (Some((from, _)), Some((through, _))) = (page.first(), page.last()) else { return Ok(true) };
    match read.engine() {
        Engine::Sqlite => Ok(cursors::lowest(read)? >= *through),
        Engine::Postgres => Ok(postgres::unread(read, *from, *through)? == 0),
    }
}

/// Takes one event out; false when another node was faster.
fn take(tx: &mut Tx<'_>, seq: i64, keep: Keep) -> Result<bool, DbError> {
    let Some(event) = archive::get(tx, seq)? else { return Ok(false) };
    let hash = crate::digest::event_hash(&event, seq);
    let body = match keep {
        Keep::Archived => Some(body(&event)?),
        Keep::Nothing => None,
    };
    personal::delete_of_event(tx, event.id)?;
    archive::retire(tx, &event, seq, &hash, body.as_deref())?;
    Ok(true)
}

/// What is archived of an event: all that its hash is made of.
#[derive(serde::Serialize, serde::Deserialize)]
struct Body {
    ip_hash: Option<[u8; 32]>,
    event: Event,
}

fn body(event: &Event) -> Result<String, DbError> {
    let ip_hash = crate::digest::ip_hash(event.ip.as_deref(), event.ip_mark.as_deref());
    serde_json::to_string(&Body { ip_hash, event: event.clone() })
        .map_err(|error| DbError::Type(error.to_string()))
}

/// The hash of an archived event as its body is now; none when that cannot be read any more.
pub(crate) fn hash_of_body(body: &str, seq: i64) -> Option<[u8; 32]> {
    let Body { ip_hash, mut event } = serde_json::from_str(body).ok()?;
    event.ip_mark = ip_hash.map(|hash| hash.into());
    Some(crate::digest::event_hash(&event, seq))
}

/// An archived event; none when its body cannot be read any more.
pub(crate) fn event_of_body(body: &str, seq: i64) -> Option<Event> {
    let Body { event, .. } = serde_json::from_str(body).ok()?;
    Some(Event { seq: Some(seq), ..event })
}

/// Erases the personal values of everything that has happened to one thing (a customer, a ticket), and the
/// addresses from which its owner or nobody in particular did it. Says how many values that were. The events
/// stay, and so do their hashes.
///
/// # Errors
/// The database failed.
pub fn erase_thing(tx: &mut Tx<'_>, tenant: Option<TenantId>, thing: uuid::Uuid) -> Result<u64, DbError> {
    let values = personal::delete_of_thing(tx, tenant, thing)?;
    let addresses = personal::addresses_of_thing(tx, tenant, thing)?;
    Ok(values + forget(tx, &addresses)?)
}

/// Erases the addresses from which one actor acted, between two places of the log; `through` bounds how much
/// one transaction looks at (the log has no index by actor). Says how many that were.
///
/// # Errors
/// The database failed.
pub fn erase_addresses(
    tx: &mut Tx<'_>,
    tenant: Option<TenantId>,
    actor: uuid::Uuid,
    after: i64,
    through: i64,
) -> Result<u64, DbError> {
    let addresses = personal::addresses_of_actor(tx, tenant, actor, (after, through))?;
    forget(tx, &addresses)
}

fn forget(tx: &mut Tx<'_>, addresses: &[personal::AddressRow]) -> Result<u64, DbError> {
    for row in addresses {
        let salt = row.ip_mark.as_deref().filter(|mark| mark.len() == SALT).unwrap_or_default();
        personal::forget_address(tx, row.seq, &crate::digest::salted(salt, row.ip.as_bytes()))?;
    }
    Ok(addresses.len() as u64)
}
