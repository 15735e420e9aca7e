//! One connection with its prepared statements, driven by the thread that owns it.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_util::StreamExt;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, Error, SimpleQueryMessage, Statement};
use usher_kernel::TenantId;

use super::connect::{APP_ROLE, SYSTEM_ROLE};
use super::errors::{STALE_PLAN, db_error};
use super::gathered::{Gathered, for_rows};
use crate::db::Engine;
use crate::error::DbError;
use crate::row::Row;
use crate::stmt::Stmt;
use crate::tx::{Backend, Params, Sql};
use crate::value::Param;

/// How many statements put together at run time stay prepared.
const DYNAMIC: usize = 128;

/// Turns of the runtime within which what has arrived is read and acted upon: some poll the socket, some run the
/// connection's task.
const LOOK_UP: usize = 8;

type Sent = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Who the connection acts for at present.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Acting {
    /// Not known: a transaction was undone, and with it perhaps what it had set.
    Unknown,
    Tenant(TenantId),
    System,
}

pub(super) struct Session {
    runtime: Runtime,
    client: Arc<Client>,
    /// By the address of the text, since no address has two texts, and how many rows it puts in at once.
    fixed: HashMap<(usize, usize), Statement>,
    dynamic: HashMap<String, Statement>,
    /// Sent, and not yet known to have worked, in the order of sending.
    pending: Vec<Sent>,
    /// Rows that are sent together, before whatever reads them and at the end.
    gathered: Vec<Gathered>,
    /// Why they could not be sent.
    refused: Option<DbError>,
    acting: Acting,
    /// The server's process at the other end, as a condition on `pg_stat_activity`; writers know theirs.
    backend: Option<String>,
    /// Leaves what is pending at an operation's end to whatever is waited for next.
    lazy: bool,
    /// Whether the operation has sent anything but reads.
    wrote: bool,
    /// Whether anything has failed since the operation began, in which case the transaction is aborted.
    failed: bool,
}

impl Session {
    pub(super) fn new(runtime: Runtime, client: Client, backend: Option<String>) -> Self {
        Self {
            runtime,
            client: Arc::new(client),
            fixed: HashMap::new(),
            dynamic: HashMap::new(),
            pending: Vec::new(),
            gathered: Vec::new(),
            refused: None,
            acting: Acting::Unknown,
            backend,
            lazy: false,
            wrote: false,
            failed: false,
        }
    }

    pub(super) fn backend(&self) -> Option<&str> {
        self.backend.as_deref()
    }

    /// Whether the other end is gone. What it said while nobody listened is read first: nothing runs on this
    /// thread between two operations, so a database that went meanwhile has not been noticed yet.
    pub(super) fn is_closed(&self) -> bool {
        self.runtime.block_on(async {
            for _ in 0..LOOK_UP {
                tokio::task::yield_now().await;
            }
        });
        self.client.is_closed()
    }

    /// Sends statements without waiting for them: they travel with the next one that is waited for.
    pub(super) fn send(&mut self, text: String) {
        self.end_gathering(&text);
        let client = Arc::clone(&self.client);
        self.push(Box::pin(async move { client.batch_execute(&text).await }));
    }

    /// Runs statements and waits for them and for everything sent before.
    pub(super) fn run(&mut self, text: &str) -> Result<(), DbError> {
        self.end_gathering(text);
        let client = Arc::clone(&self.client);
        self.wait(async { client.batch_execute(text).await })
    }

    /// Runs statements and gives their answers as text.
    pub(super) fn simple(&mut self, text: &str) -> Result<Vec<SimpleQueryMessage>, DbError> {
        let client = Arc::clone(&self.client);
        self.wait(async { client.simple_query(text).await })
    }

    /// An operation begins; `lazy` when nobody waits at its end for what it left pending.
    pub(super) fn begin(&mut self, lazy: bool) {
        (self.lazy, self.wrote, self.failed) = (lazy, false, false);
    }

    /// Whether the operation leaves the transaction other than it found it.
    pub(super) fn spoiled(&self) -> bool {
        self.wrote || self.failed
    }

    /// The statements that make the connection act for `tenant` (none: across tenants), where that is a change.
    /// They hold until the next ones, also beyond the transaction; a rollback of it takes them back. Outside of
    /// the savepoint, so that a rollback to that does not.
    pub(super) fn act_for(&mut self, tenant: Option<TenantId>, text: &mut String) {
        use std::fmt::Write;
        let wanted = tenant.map_or(Acting::System, Acting::Tenant);
        if wanted == self.acting {
            return;
        }
        // Writing to a String cannot fail.
        let _ = match tenant {
            Some(id) if matches!(self.acting, Acting::Tenant(_)) => {
                write!(text, "SELECT set_config('usher.tenant','{id}',false);")
            }
            Some(id) => {
                write!(text, "SET ROLE {APP_ROLE};SELECT set_config('usher.tenant','{id}',false);")
            }
            None => write!(text, "SET ROLE {SYSTEM_ROLE};"),
        };
        self.acting = wanted;
    }

    /// A transaction has ended; `undone` when what was set in it may be gone with it.
    pub(super) fn ended(&mut self, undone: bool) {
        self.pending.clear();
        self.gathered.clear();
        self.refused = None;
        if undone {
            self.acting = Acting::Unknown;
        }
    }

    /// Waits for everything sent.
    pub(super) fn drain(&mut self) -> Result<(), DbError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.wait(async { Ok(()) })
    }

    /// Polls once, which sends; the answer is looked at later.
    fn push(&mut self, mut sent: Sent) {
        match sent.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            // Refused before it was sent, a wrong type for example.
            Poll::Ready(outcome) => self.pending.push(Box::pin(std::future::ready(outcome))),
            Poll::Pending => self.pending.push(sent),
        }
    }

    /// Waits for `last` and for all that was sent before it. The first error wins: what follows it in
    /// a transaction only says that the transaction is aborted.
    fn wait<T>(&mut self, last: impl Future<Output = Result<T, Error>>) -> Result<T, DbError> {
        let mut pending = std::mem::take(&mut self.pending);
        let outcome = self.runtime.block_on(async {
            let mut last = pin!(last);
            // Sent before the first wait, so that all of them share one round trip.
            let first = poll_fn(|cx| Poll::Ready(last.as_mut().poll(cx))).await;
            let mut earlier = Ok(());
            for sent in pending.drain(..) {
                let outcome = sent.await;
                earlier = earlier.and(outcome);
            }
            let outcome = match first {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => last.await,
            };
            earlier.and(outcome)
        });
        self.pending = pending;
        // What could not be sent came before it.
        let outcome = self.refused.take().map_or_else(|| outcome.map_err(db_error), Err);
        outcome.inspect_err(|error| {
            self.failed = true;
            if matches!(error, DbError::Contended(text) if text == STALE_PLAN) {
                self.fixed.clear();
                self.dynamic.clear();
            }
        })
    }

    /// Before a statement that ends an operation: what was gathered goes with it, or is forgotten where it undoes.
    /// Whatever is wrong with the rows is told when they are waited for.
    fn end_gathering(&mut self, text: &str) {
        if text.starts_with("ROLLBACK") {
            self.gathered.clear();
        } else if let Err(error) = self.send_gathered() {
            self.refused.get_or_insert(error);
        }
    }

    /// Sends the rows that were gathered.
    fn send_gathered(&mut self) -> Result<(), DbError> {
        for gathered in std::mem::take(&mut self.gathered) {
            let stmt = gathered.stmt;
            for (rows, values) in gathered.portions() {
                let statement = self.fixed_statement(stmt, rows)?;
                enough(&statement, values.len())?;
                let client = Arc::clone(&self.client);
                self.push(Box::pin(async move { client.execute_raw(&statement, values).await.map(drop) }));
            }
        }
        Ok(())
    }

    /// A statement known when the program was built, with the values of so many rows.
    fn fixed_statement(&mut self, stmt: Stmt, rows: usize) -> Result<Statement, DbError> {
        let text = stmt.text_for(Engine::Postgres);
        let key = (text.as_ptr().addr(), rows);
        if let Some(statement) = self.fixed.get(&key) {
            return Ok(statement.clone());
        }
        let statement = if rows == 1 {
            self.prepare(text)?
        } else {
            let width = self.fixed_statement(stmt, 1)?.params().len();
            let several = for_rows(text, width, rows);
            self.prepare(&several.ok_or_else(|| DbError::Type("it does not put one row in".to_owned()))?)?
        };
        self.fixed.insert(key, statement.clone());
        Ok(statement)
    }

    fn statement(&mut self, sql: Sql<'_>) -> Result<Statement, DbError> {
        match sql {
            Sql::Fixed(stmt) => self.fixed_statement(stmt, 1),
            Sql::Dynamic(query) => {
                let text = query.text();
                if let Some(statement) = self.dynamic.get(text) {
                    return Ok(statement.clone());
                }
                let statement = self.prepare(text)?;
                if self.dynamic.len() >= DYNAMIC {
                    self.dynamic.clear();
                }
                self.dynamic.insert(text.to_owned(), statement.clone());
                Ok(statement)
            }
        }
    }

    fn prepare(&mut self, text: &str) -> Result<Statement, DbError> {
        let client = Arc::clone(&self.client);
        self.wait(async { client.prepare(text).await })
    }

    /// Prepares, checks the number of parameters, and names the statement in whatever goes wrong.
    fn prepared<T>(
        &mut self,
        sql: Sql<'_>,
        params: Params<'_>,
        f: impl FnOnce(&mut Self, &Statement) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.named(sql, |session| {
            let text = match &sql {
                Sql::Fixed(stmt) => stmt.text_for(Engine::Postgres),
                Sql::Dynamic(query) => query.text(),
            };
            if session.gathered.iter().any(|gathered| gathered.concerns(text)) {
                session.send_gathered()?;
            }
            session.wrote |= !text.trim_ascii_start().starts_with("SELECT");
            let statement = session.statement(sql)?;
            enough(&statement, params.len())?;
            f(session, &statement)
        })
    }

    fn named<T>(
        &mut self,
        sql: Sql<'_>,
        f: impl FnOnce(&mut Self) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let outcome = f(self);
        let Sql::Fixed(stmt) = sql else { return outcome };
        outcome.map_err(|error| match error {
            DbError::Other(text) => DbError::Other(format!("{}: {text}", stmt.name())),
            DbError::Type(text) => DbError::Type(format!("{}: {text}", stmt.name())),
            other => other,
        })
    }
}

/// The driver panics where a statement is given more or fewer parameters than it has.
fn enough(statement: &Statement, given: usize) -> Result<(), DbError> {
    let wanted = statement.params().len();
    if wanted == given {
        return Ok(());
    }
    Err(DbError::Type(format!("{wanted} parameters wanted, {given} given")))
}

fn bound(params: Params<'_>) -> impl ExactSizeIterator<Item = Param<'_>> {
    (0..params.len()).map(move |index| params.get(index))
}

impl Backend for Session {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn query(
        &mut self,
        sql: Sql<'_>,
        params: Params<'_>,
        each: &mut dyn FnMut(&Row<'_>) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        self.prepared(sql, params, |session, statement| {
            let client = Arc::clone(&session.client);
            let mut refused = Ok(());
            session.wait(async {
                let mut rows = pin!(client.query_raw(statement, bound(params)).await?);
                while let Some(row) = rows.next().await {
                    let row = row?;
                    if refused.is_ok() {
                        refused = each(&Row(&row));
                    }
                }
                Ok(())
            })?;
            refused
        })
    }

    fn execute(&mut self, sql: Sql<'_>, params: Params<'_>) -> Result<u64, DbError> {
        self.prepared(sql, params, |session, statement| {
            let client = Arc::clone(&session.client);
            session.wait(async { client.execute_raw(statement, bound(params)).await })
        })
    }

    fn defer(&mut self, sql: Sql<'_>, params: Params<'_>) -> Result<(), DbError> {
        self.prepared(sql, params, |session, statement| {
            let (client, statement) = (Arc::clone(&session.client), statement.clone());
            let owned: Vec<Param<'static>> = bound(params).map(Param::into_owned).collect();
            session.push(Box::pin(async move { client.execute_raw(&statement, owned).await.map(drop) }));
            Ok(())
        })
    }

    fn prepare(&mut self, sql: Sql<'_>) -> Result<(), DbError> {
        self.named(sql, |session| session.statement(sql).map(drop))
    }

    fn gather(&mut self, stmt: Stmt, params: Params<'_>) -> Result<(), DbError> {
        self.wrote = true;
        let same = |gathered: &&mut Gathered| std::ptr::eq(gathered.stmt.text(), stmt.text());
        if let Some(gathered) = self.gathered.iter_mut().find(same) {
            gathered.add(bound(params));
            return Ok(());
        }
        let mut gathered = Gathered::new(stmt, params.len());
        gathered.add(bound(params));
        self.gathered.push(gathered);
        Ok(())
    }

    fn settle(&mut self) -> Result<(), DbError> {
        if self.lazy {
            return Ok(());
        }
        self.send_gathered()?;
        self.drain()
    }
}
