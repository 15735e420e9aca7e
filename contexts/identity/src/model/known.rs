//! What this node knows of sessions, memberships, keys and devices, so that a request is authenticated
//! without the database.
//!
//! Filled as credentials are presented; emptied by events, this node's own and those of others. A value
//! read from the database is kept only if nothing was emptied meanwhile: otherwise a slow read could put
//! back what an event has just taken away.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use parking_lot::RwLock;
use usher_kernel::{Scopes, SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use super::{DeviceType, LiveSession, SecretHash, Standing};

/// Entries of one sort that are held at most; beyond, all are dropped and read again as they are needed.
const MOST: usize = 200_000;

/// A membership in force.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveMember {
    /// The membership.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
    /// What it permits.
    pub standing: Standing,
}

/// An API key in force.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveKey {
    /// Whose it is.
    pub tenant: TenantId,
    /// Of its secret.
    pub secret_hash: SecretHash,
    /// What it may do.
    pub scopes: Scopes,
    /// The sites it is limited to; empty means all.
    pub sites: Arc<[SiteId]>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// A paired device in force.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveDevice {
    /// Whose it is.
    pub tenant: TenantId,
    /// Of its secret.
    pub secret_hash: SecretHash,
    /// What it is.
    pub kind: DeviceType,
    /// Where it stands.
    pub site: SiteId,
}

/// A point in the history of one sort of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch(u64);

/// Entries of one sort.
struct Shelf<K, V> {
    entries: HashMap<K, Arc<V>>,
    epoch: u64,
}

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), epoch: 0 }
    }
}

impl<K: Eq + Hash, V> Shelf<K, V> {
    fn keep(&mut self, key: K, value: Arc<V>, since: Epoch) {
        if self.epoch != since.0 {
            return;
        }
        if self.entries.len() >= MOST {
            self.entries.clear();
        }
        self.entries.insert(key, value);
    }

    fn forget(&mut self, gone: impl Fn(&K, &V) -> bool) {
        self.epoch += 1;
        self.entries.retain(|key, value| !gone(key, value));
    }

    fn forget_one(&mut self, key: &K) {
        self.epoch += 1;
        self.entries.remove(key);
    }
}

macro_rules! shelves {
    ($($name:ident, $epoch:ident, $keep:ident: $key:ty => $value:ty, $what:literal;)*) => {
        /// What this node knows; shared, cheap to clone.
        #[derive(Clone, Default)]
        pub struct Known(Arc<Shelves>);

        #[derive(Default)]
        struct Shelves {
            $($name: RwLock<Shelf<$key, $value>>,)*
        }

        impl Known {
            $(
                #[doc = concat!("The ", $what, ", where it is known.")]
                pub fn $name(&self, key: &$key) -> Option<Arc<$value>> {
                    self.0.$name.read().entries.get(key).cloned()
                }

                #[doc = concat!("To be taken before a ", $what, " is read from the database.")]
                pub fn $epoch(&self) -> Epoch {
                    Epoch(self.0.$name.read().epoch)
                }

                #[doc = concat!("Keeps a ", $what, " that was read after `since`.")]
                pub fn $keep(&self, key: $key, value: Arc<$value>, since: Epoch) {
                    self.0.$name.write().keep(key, value, since);
                }
            )*
        }
    };
}

shelves! {
    session, session_epoch, keep_session: Uuid => LiveSession, "session";
    member, member_epoch, keep_member: (TenantId, UserId) => LiveMember, "membership";
    api_key, api_key_epoch, keep_api_key: Uuid => LiveKey, "API key";
    device, device_epoch, keep_device: Uuid => LiveDevice, "device";
}

impl Known {
    /// A session was ended or changed.
    pub fn forget_session(&self, id: Uuid) {
        self.0.session.write().forget_one(&id);
    }

    /// Something about a person changed that their sessions carry.
    pub fn forget_sessions_of(&self, user: UserId) {
        self.0.session.write().forget(|_, session| session.user == user);
    }

    /// A membership was changed or ended.
    pub fn forget_member(&self, tenant: TenantId, user: UserId) {
        self.0.member.write().forget_one(&(tenant, user));
    }

    /// A tenant's own role was changed.
    pub fn forget_members_of(&self, tenant: TenantId) {
        self.0.member.write().forget(|(of, _), _| *of == tenant);
    }

    /// An API key was revoked.
    pub fn forget_api_key(&self, id: Uuid) {
        self.0.api_key.write().forget_one(&id);
    }

    /// A device was revoked or moved.
    pub fn forget_device(&self, id: Uuid) {
        self.0.device.write().forget_one(&id);
    }

    /// Drops sessions that have ended by themselves.
    pub fn forget_ended(&self, now: Timestamp) {
        // Not an event: what ended by itself cannot be put back by a slow read either.
        self.0.session.write().entries.retain(|_, session| session.expires_at > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(user: u128) -> Arc<LiveSession> {
        Arc::new(LiveSession {
            user: UserId::from_uuid(Uuid::from_u128(user)),
            tenant: None,
            secret_hash: [0; 32],
            expires_at: Timestamp::MAX,
            platform: false,
            locale: Arc::from(""),
        })
    }

    #[test]
    fn a_slow_read_does_not_put_back_what_an_event_took_away() {
        let known = Known::default();
        let id = Uuid::from_u128(1);
        let before = known.session_epoch();
        known.forget_session(id);
        known.keep_session(id, session(1), before);
        assert!(known.session(&id).is_none());
        known.keep_session(id, session(1), known.session_epoch());
        assert!(known.session(&id).is_some());
    }

    #[test]
    fn all_sessions_of_a_person_are_forgotten_together() {
        let known = Known::default();
        for (id, user) in [(1, 7), (2, 7), (3, 8)] {
            known.keep_session(Uuid::from_u128(id), session(user), known.session_epoch());
        }
        known.forget_sessions_of(UserId::from_uuid(Uuid::from_u128(7)));
        let left: Vec<u128> = (1..=3).filter(|n| known.session(&Uuid::from_u128(*n)).is_some()).collect();
        assert_eq!(left, [3]);
    }
}
