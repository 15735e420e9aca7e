//! Business writes that can be repeated safely.
//!
//! The answer of a request with an `Idempotency-Key` is stored in the transaction that does its work, so
//! there is never one without the other. Nobody looks for an answer first, because nearly every request is the
//! first of its key: a second one does the work, runs into the stored answer (or into what the first has
//! changed), is rolled back as a whole and answers what is stored. Two at once: on SQLite the one writer takes
//! them in turn; on PostgreSQL the loser waits for the winner's row. An answer that named a person is emptied with
//! their erasure, and says so to whoever asks for it again.

use std::collections::HashSet;
use std::sync::Arc;

use axum::http::StatusCode;
use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::Value;
use sha2::{Digest, Sha256};
use usher_db::{Db, DbError, Lane, MigrationSet, Read, Stmt, Tx};
use usher_kernel::{
    Caller, Ctx, Fault, FaultKind, IdempotencyKey, SignedDuration, SystemCtx, TenantId, Timestamp,
};

use crate::answer::{Answer, Answered};
use crate::store::idempotency::{self as store, Stored};

/// The tables of this crate.
pub const MIGRATIONS: MigrationSet =
    MigrationSet { context: "http", migrations: usher_db::migrations!("0001_init", "0002_keys_in_order") };

/// Every statement of this crate, for the test that prepares them on both engines.
pub fn statements() -> Vec<Stmt> {
    store::STATEMENTS.to_vec()
}

/// How long an answer can be asked for again.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How many stored answers are looked at in one transaction of the purge.
const PURGE_PAGE: i64 = 500;
/// How many are read at a time where somebody is looked for in them.
const LOOK_PAGE: i64 = 500;

/// Runs the business write of a request inside its tenant, at most once per `Idempotency-Key`.
///
/// Call it once per request: the key stands for the whole of it. Without a key it is `db.write` and
/// nothing more.
///
/// # Errors
/// What `f` refuses with; 422 `idempotency_key_reused` when the key came with another body before; 410
/// `answer_erased` when its answer was emptied by [`forget_answers`]; a [`DbError`] as a fault.
pub async fn write<T, E>(
    ctx: &Ctx,
    db: &Db,
    lane: Lane,
    f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<Answered, Fault>
where
    T: Answer,
    E: From<DbError> + Into<Fault> + Send + 'static,
{
    let Some(key) = &ctx.idempotency else {
        let answer = db.write(ctx, lane, f).await.map_err(Into::into)?;
        return Answered::of(&answer);
    };
    let record = Record::new(key, ctx, Some(ctx.tenant));
    let work = Arc::new(Mutex::new(f));
    let once = || db.write(ctx, lane, record.guard(&work));
    match once().await {
        Ok(answer) => Ok(answer),
        // Perhaps the same request was there first and has changed what this one found.
        Err(failure) => match db.read(ctx, record.lookup()).await {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => failure.again(once).await,
            Err(other) => Err(other.into()),
        },
    }
}

/// The same as [`write`] for the few routes that work across tenants.
///
/// # Errors
/// As [`write`].
pub async fn write_system<T, E>(
    sys: &SystemCtx,
    db: &Db,
    lane: Lane,
    f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<Answered, Fault>
where
    T: Answer,
    E: From<DbError> + Into<Fault> + Send + 'static,
{
    let Some(key) = &sys.idempotency else {
        let answer = db.write_system(sys, lane, f).await.map_err(Into::into)?;
        return Answered::of(&answer);
    };
    let record = Record::new(key, sys, None);
    let work = Arc::new(Mutex::new(f));
    let once = || db.write_system(sys, lane, record.guard(&work));
    match once().await {
        Ok(answer) => Ok(answer),
        Err(failure) => match db.read_system(sys, record.lookup()).await {
            Ok(Some(answer)) => Ok(answer),
            Ok(None) => failure.again(once).await,
            Err(other) => Err(other.into()),
        },
    }
}

/// Deletes stored answers that are older than a day; for an hourly job. How many there were.
///
/// Goes through the table page by page in small transactions, so that it needs no index of its own and nobody
/// waits long behind it.
///
/// # Errors
/// A [`DbError`].
pub async fn purge_idempotency_keys(db: &Db, sys: &SystemCtx) -> Result<u64, DbError> {
    let before = sys.now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    let (mut purged, mut after) = (0, Some(Vec::new()));
    while let Some(from) = after {
        let (count, next) = db
            .write_system::<_, DbError>(sys, Lane::Any, move |tx| store::purge(tx, &from, PURGE_PAGE, before))
            .await?;
        purged += count;
        after = next;
    }
    Ok(purged)
}

/// Empties the stored answers of a tenant that speak of somebody, in the transaction that erases them: those in which one
/// of `words` stands by itself (ids of the person and of what is theirs, secrets of its pages), or one of `values` is the
/// whole of a text (a number, an address). The key of an emptied answer is spent: it does nothing again and is answered
/// with 410 `answer_erased`. Reads all that the tenant's keys keep, which is a day's answers. Says how many were emptied;
/// those that cannot be read any more are among them, since nobody knows of whom they speak.
///
/// # Errors
/// A [`DbError`].
pub fn forget_answers(
    tx: &mut Tx<'_>,
    tenant: TenantId,
    words: &HashSet<String>,
    values: &[&str],
) -> Result<u64, DbError> {
    // As JSON writes a whole text.
    let values: Vec<String> = values
        .iter()
        .filter(|value| !value.is_empty())
        .map(|value| Value::from(*value).to_string())
        .collect();
    let (mut after, mut emptied) = (Vec::<u8>::new(), 0);
    loop {
        let page = store::bodies(tx, tenant, &after, LOOK_PAGE)?;
        let Some(last) = page.last() else { return Ok(emptied) };
        after.clone_from(&last.id);
        for kept in &page {
            let names_them = match unpacked(&kept.body) {
                Ok(body) => speaks_of(&String::from_utf8_lossy(&body), words, &values),
                Err(error) => {
                    tracing::error!(%tenant, %error, "a stored answer cannot be read any more; it is emptied");
                    true
                }
            };
            if names_them {
                emptied += store::empty(tx, tenant, &kept.id)?;
            }
        }
    }
}

/// Whether one of the words stands in a body, or one of the texts.
fn speaks_of(body: &str, words: &HashSet<String>, values: &[String]) -> bool {
    let between = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    body.split(between).any(|word| words.contains(word)) || values.iter().any(|value| body.contains(value))
}

/// Why a guarded write did not answer.
enum Failure {
    /// The database's own failure, perhaps the key of another.
    Db(DbError),
    /// A refusal.
    Fault(Fault),
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Db(error) => error.into(),
            Failure::Fault(fault) => fault,
        }
    }
}

impl Failure {
    /// A second try where a broken uniqueness may have been the winner's key, that has been purged or
    /// rolled back since; else the fault.
    async fn again<F>(self, once: impl FnOnce() -> F) -> Result<Answered, Fault>
    where
        F: Future<Output = Result<Answered, Failure>>,
    {
        match self {
            Self::Db(error) if error.is_unique() => once().await.map_err(Into::into),
            other => Err(other.into()),
        }
    }
}

/// How many bytes one byte of LZ4 stands for at most.
const TIGHTEST: usize = 256;

/// The body of an answer as it was given, or why it cannot be read any more.
fn unpacked(stored: &[u8]) -> Result<Vec<u8>, String> {
    // Its size stands before it. One that is broken would have gigabytes kept free for nothing.
    let size = stored.first_chunk().map_or(0, |size| u32::from_le_bytes(*size));
    if usize::try_from(size).map_or(true, |size| size > stored.len().saturating_mul(TIGHTEST)) {
        return Err(format!("{} bytes are no {size}", stored.len()));
    }
    lz4_flex::decompress_size_prepended(stored).map_err(|error| error.to_string())
}

/// The same as an answer.
fn unpack(stored: &[u8]) -> Result<Bytes, Failure> {
    let body = unpacked(stored).map(Bytes::from);
    body.map_err(|error| Failure::Fault(Fault::internal(format!("a stored answer: {error}"))))
}

/// One request's place among the stored answers.
#[derive(Clone, Copy)]
struct Record {
    id: [u8; store::ID],
    fingerprint: [u8; 32],
}

impl Record {
    fn new(key: &IdempotencyKey, caller: &Caller, tenant: Option<TenantId>) -> Self {
        let mut hash = Sha256::new();
        for part in [tenant.map(TenantId::uuid), caller.actor.id()] {
            hash.update(part.unwrap_or_default());
        }
        for part in [caller.actor.kind(), &key.route, &key.key] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        // The key's own beginning goes first, the hash makes it one of its own: keys that begin with the time
        // are neighbours in the index, and a commit of many requests writes few pages of it.
        let mut id = [0; store::ID];
        let (start, rest) = id.split_at_mut(store::ID / 2);
        for (to, from) in start.iter_mut().zip(key.key.bytes()) {
            *to = from;
        }
        rest.copy_from_slice(&hash.finalize()[..store::ID / 2]);
        Self { id, fingerprint: key.fingerprint }
    }

    /// The stored answer, where there is one for this very request.
    fn find(&self, db: &mut Read<'_>) -> Result<Option<Answered>, Failure> {
        let Some(stored) = store::get(db, &self.id)? else { return Ok(None) };
        if stored.status == store::EMPTIED {
            return Err(Failure::Fault(Fault::new(
                FaultKind::Gone,
                "answer_erased",
                "This was done under this Idempotency-Key, and what it answered went with the erasure of a person. \
                 Nothing was done again. Take a new key for something new.",
            )));
        }
        if stored.fingerprint != self.fingerprint {
            return Err(Failure::Fault(Fault::new(
                FaultKind::Invalid,
                "idempotency_key_reused",
                "This Idempotency-Key came with another request before. Take a new one.",
            )));
        }
        let status = u16::try_from(stored.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        Ok(Some(Answered {
            status: status.ok_or_else(|| Failure::Fault(Fault::internal("a stored answer has no status")))?,
            body: stored.body.map(|body| unpack(&body)).transpose()?,
            version: stored.version,
            replayed: true,
        }))
    }

    fn lookup(self) -> impl FnOnce(&mut Read<'_>) -> Result<Option<Answered>, Failure> + Send + 'static {
        move |db| self.find(db)
    }

    /// The work and its answer, stored together.
    fn guard<T, E, F>(
        self,
        work: &Arc<Mutex<F>>,
    ) -> impl FnMut(&mut Tx<'_>) -> Result<Answered, Failure> + Send + 'static
    where
        T: Answer,
        E: Into<Fault>,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let work = Arc::clone(work);
        move |tx| {
            let answer = (work.lock())(tx).map_err(|error| Failure::Fault(error.into()))?;
            let answered = Answered::of(&answer).map_err(Failure::Fault)?;
            let stored = Stored {
                fingerprint: self.fingerprint.to_vec(),
                status: i64::from(answered.status.as_u16()),
                version: answered.version,
                body: answered.body.as_deref().map(lz4_flex::compress_prepend_size),
            };
            store::put(tx, &self.id, &stored)?;
            Ok(answered)
        }
    }
}
