//! What contexts fill in: who may listen, and what a room looks like now.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use usher_kernel::{Caller, Ctx, Fault, TenantId};

use crate::Room;

/// Decides who may listen to rooms of one kind.
pub trait RoomGate: Send + Sync + 'static {
    /// Whether the caller may join `room`; the room is of the caller's tenant.
    ///
    /// # Errors
    /// The refusal that the client reads: 404 for a thing that is not there or somebody else's,
    /// 401 or 403 for one that the caller may not follow.
    fn may_join<'a>(&'a self, ctx: &'a Ctx, room: &'a Room) -> BoxFuture<'a, Result<(), Fault>>;
}

/// Tells what a room of one kind looks like now.
///
/// Everybody in a room hears the same events, so everybody in it reads the same snapshot:
/// it is asked for once and shared between the clients that need it at about the same time.
pub trait SnapshotSource: Send + Sync + 'static {
    /// The room's state as JSON.
    ///
    /// # Errors
    /// The room cannot be read now; the connection ends and the client comes back.
    fn snapshot<'a>(&'a self, room: &'a Room) -> BoxFuture<'a, Result<Bytes, Fault>>;
}

/// Says whether what let a client in still holds.
pub trait Vouch: Send + Sync + 'static {
    /// Whether `caller` may go on listening in `tenant`: their credential is in force, they may do there what they might
    /// when they came in, and the tenant works. Asked of everybody who listens, so answered from memory where it can be.
    fn still_holds<'a>(&'a self, caller: &'a Caller, tenant: Option<TenantId>) -> BoxFuture<'a, bool>;
}

/// A gate that lets everybody in whom the door itself let in.
#[derive(Clone, Copy, Debug)]
pub struct OpenGate;

impl RoomGate for OpenGate {
    fn may_join<'a>(&'a self, _ctx: &'a Ctx, _room: &'a Room) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Why a connection is ended by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// What let the client in no longer holds: signed out, revoked, roles changed. It may come back
    /// with a fresh credential and its cursor.
    Revoked,
    /// The server stops; another node or the next start takes the client over.
    Stopping,
}

impl Closing {
    /// The WebSocket close code: 4401 for a revoked session, 1001 ("going away") for a stop.
    pub const fn code(self) -> u16 {
        match self {
            Self::Revoked => 4401,
            Self::Stopping => 1001,
        }
    }

    /// The reason as a client reads it.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Revoked => "the session ended",
            Self::Stopping => "the server stops",
        }
    }
}
