//! A session: one signing-in of one person, and everything that came of it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::{TenantId, Timestamp, UserId, text_enum};
use uuid::Uuid;

use super::SecretHash;

text_enum! {
    /// How a session is used.
    pub enum SessionKind {
        /// A browser or an app: short access tokens, refreshed.
        Web = "web",
        /// One long-lived `Authorization: Token`.
        Token = "token",
    }
}

/// One signing-in of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// Its id; also the refresh family.
    pub id: Uuid,
    /// The person.
    pub user_id: UserId,
    /// The tenant they signed in to.
    pub acting_tenant: Option<TenantId>,
    /// How it is used.
    pub kind: SessionKind,
    /// Of the cookie or the long-lived token.
    pub secret_hash: SecretHash,
    /// Of the refresh token that is good next; none for long-lived tokens.
    pub refresh_hash: Option<SecretHash>,
    /// How often it was refreshed.
    pub refreshes: i64,
    /// From which address it began.
    pub ip: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was ended, where it was.
    pub revoked_at: Option<Timestamp>,
}

/// What an authenticated request needs to know of a session: held in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveSession {
    /// The person.
    pub user: UserId,
    /// The tenant they signed in to.
    pub tenant: Option<TenantId>,
    /// Of the cookie or the long-lived token.
    pub secret_hash: SecretHash,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Whether the person operates the installation.
    pub platform: bool,
    /// The language they read; empty when they chose none.
    pub locale: Arc<str>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SessionView {
    /// Its id.
    pub id: Uuid,
    /// How it is used.
    pub kind: SessionKind,
    /// From which address it began.
    pub ip: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}
