//! Operations on their way through a database thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::oneshot;
use usher_kernel::{Caller, TenantId};

use crate::error::DbError;
use crate::extensions::Extensions;
use crate::tx::{Backend, Hooks, Read, Tx};

/// Who an operation acts for.
pub(crate) struct Binding {
    pub(crate) caller: Arc<Caller>,
    pub(crate) tenant: Option<TenantId>,
}

/// A write with its result and its caller's return address, whatever their types.
pub(crate) trait WriteOp: Send {
    fn binding(&self) -> &Binding;
    /// Whether nobody waits for the answer any more.
    fn abandoned(&self) -> bool;
    /// Runs the closure once and keeps its result; whether that was `Ok`.
    fn run(&mut self, backend: &mut dyn Backend, extensions: &Extensions, hooks: &mut Hooks) -> Ran;
    /// Replaces the result.
    fn fail(&mut self, error: DbError);
    /// Hands the result to the caller.
    fn answer(self: Box<Self>);
}

/// How one attempt ended.
#[derive(Debug)]
pub(crate) enum Ran {
    /// Keep what it did.
    Done,
    /// It refused, for a reason of its own: undo it and answer.
    Refused,
    /// The database failed it: undo it and answer with the error, unless another attempt may help.
    Failed(DbError),
}

pub(crate) struct Write<F, T, E> {
    binding: Binding,
    f: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Write<F, T, E> {
    pub(crate) fn new(binding: Binding, f: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { binding, f, result: None, reply }, answer)
    }
}

impl<F, T, E> WriteOp for Write<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn binding(&self) -> &Binding {
        &self.binding
    }

    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, backend: &mut dyn Backend, extensions: &Extensions, hooks: &mut Hooks) -> Ran {
        let read = Read::new(backend, &self.binding.caller, self.binding.tenant, extensions);
        let mut tx = Tx::new(read, hooks);
        // The closure's own state after a panic does not matter: it is not run again.
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.f)(&mut tx)));
        tx.settle();
        let poison = tx.take_poison();
        let result = match outcome {
            Ok(result) => result,
            Err(_) => return Ran::Failed(DbError::Panicked),
        };
        match (result, poison) {
            // The operation's own words, where it turned the error into some.
            (Err(own), Some(error))
                if !matches!(error, DbError::Contended(_) | DbError::Unavailable(_) | DbError::DiskFull) =>
            {
                self.result = Some(Err(own));
                Ran::Refused
            }
            (_, Some(error)) => Ran::Failed(error),
            (result, None) => {
                let ran = if result.is_ok() { Ran::Done } else { Ran::Refused };
                self.result = Some(result);
                ran
            }
        }
    }

    fn fail(&mut self, error: DbError) {
        self.result = Some(Err(E::from(error)));
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(E::from(DbError::Closed)));
        // Whoever asked may have gone away.
        drop(self.reply.send(result));
    }
}

/// A read, whatever its types.
pub(crate) trait ReadOp: Send {
    fn binding(&self) -> &Binding;
    fn abandoned(&self) -> bool;
    /// Runs the closure and answers its caller.
    fn run(self: Box<Self>, backend: &mut dyn Backend, extensions: &Extensions);
    /// Answers without having run.
    fn fail(self: Box<Self>, error: DbError);
}

pub(crate) struct ReadJob<F, T, E> {
    binding: Binding,
    f: F,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> ReadJob<F, T, E> {
    pub(crate) fn new(binding: Binding, f: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { binding, f, reply }, answer)
    }
}

impl<F, T, E> ReadOp for ReadJob<F, T, E>
where
    F: FnOnce(&mut Read<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn binding(&self) -> &Binding {
        &self.binding
    }

    fn abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(self: Box<Self>, backend: &mut dyn Backend, extensions: &Extensions) {
        let Self { binding, f, reply } = *self;
        let mut read = Read::new(backend, &binding.caller, binding.tenant, extensions);
        let outcome = catch_unwind(AssertUnwindSafe(|| f(&mut read)));
        let result = match (outcome, read.take_poison()) {
            (Err(_), _) => Err(E::from(DbError::Panicked)),
            (Ok(Ok(_)), Some(error)) => Err(E::from(error)),
            (Ok(result), _) => result,
        };
        drop(reply.send(result));
    }

    fn fail(self: Box<Self>, error: DbError) {
        drop(self.reply.send(Err(E::from(error))));
    }
}

/// Runs hooks; one that panics does not keep the others from running.
pub(crate) fn run_hooks(hooks: &mut Vec<Box<dyn FnOnce() + Send>>) {
    for hook in hooks.drain(..) {
        if catch_unwind(AssertUnwindSafe(hook)).is_err() {
            tracing::error!("a hook of a database operation panicked");
        }
    }
}
