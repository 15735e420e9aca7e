//! How often one caller may ask.
//!
//! A token bucket per caller and class, kept as one number each (GCRA: the moment at which the bucket
//! would be full again). Sharded and bounded: a flood of addresses cannot fill the memory.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::time::Duration;

use parking_lot::Mutex;
use usher_kernel::{Actor, Fault, FaultKind, Timestamp};
use uuid::Uuid;

/// A class of callers that share a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// Nobody in particular, by address.
    Anonymous,
    /// Tickets issued to nobody in particular, by address.
    AnonymousIssue,
    /// Signing in, registering, asking for a new password: by address, whoever asks.
    Login,
    /// A signed-in person who may at most read in the tenant: a customer.
    Customer,
    /// Members of staff and API keys.
    Staff,
    /// Paired devices.
    Device,
}

/// A rate: so many a minute, of which `burst` may come at once. A rate of 0 a minute means no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a minute over time.
    pub per_minute: u32,
    /// How many may come at once.
    pub burst: u32,
}

impl Rate {
    /// So many a minute, all of which may come at once.
    pub const fn per_minute(n: u32) -> Self {
        Self { per_minute: n, burst: n }
    }
}

/// The rate of each class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// See [`RateClass::Anonymous`].
    pub anonymous: Rate,
    /// See [`RateClass::AnonymousIssue`].
    pub anonymous_issue: Rate,
    /// See [`RateClass::Login`].
    pub login: Rate,
    /// See [`RateClass::Customer`].
    pub customer: Rate,
    /// See [`RateClass::Staff`].
    pub staff: Rate,
    /// See [`RateClass::Device`].
    pub device: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            anonymous: Rate::per_minute(600),
            anonymous_issue: Rate::per_minute(10),
            login: Rate::per_minute(30),
            customer: Rate::per_minute(600),
            staff: Rate::per_minute(6_000),
            device: Rate::per_minute(6_000),
        }
    }
}

impl Rates {
    /// No limit at all, for tests and benchmarks.
    pub fn unlimited() -> Self {
        let none = Rate::per_minute(0);
        Self {
            anonymous: none,
            anonymous_issue: none,
            login: none,
            customer: none,
            staff: none,
            device: none,
        }
    }

    /// The rate of one class.
    pub fn of(&self, class: RateClass) -> Rate {
        match class {
            RateClass::Anonymous => self.anonymous,
            RateClass::AnonymousIssue => self.anonymous_issue,
            RateClass::Login => self.login,
            RateClass::Customer => self.customer,
            RateClass::Staff => self.staff,
            RateClass::Device => self.device,
        }
    }
}

/// Whose bucket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An address; of IPv6 the network of 64 bits, which is what one customer is given.
    Address(u128),
    /// A user, key or device.
    Id(Uuid),
}

impl Subject {
    /// The bucket of an address; callers of unknown address share one.
    pub fn address(ip: Option<IpAddr>) -> Self {
        Self::Address(match ip.map(|ip| ip.to_canonical()) {
            Some(IpAddr::V4(ip)) => u128::from(u32::from(ip)),
            Some(IpAddr::V6(ip)) => u128::from(ip) >> 64 << 64,
            None => 0,
        })
    }

    /// The bucket of an actor; anonymous ones share their address's.
    pub fn of(actor: &Actor, ip: Option<IpAddr>) -> Self {
        actor.id().map_or_else(|| Self::address(ip), Self::Id)
    }
}

const SHARDS: usize = 32;
/// Live buckets per shard: 32 × 4,096 buckets of about 64 bytes are 8 MB at the very most.
const SHARD_LIMIT: usize = 4_096;

type Shard = HashMap<(RateClass, Subject), i64>;

/// Counts requests against [`Rates`].
pub struct RateLimiter {
    rates: Rates,
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
}

impl RateLimiter {
    /// All buckets full.
    pub fn new(rates: Rates) -> Self {
        Self {
            rates,
            hasher: RandomState::new(),
            shards: (0..SHARDS).map(|_| Mutex::new(Shard::new())).collect(),
        }
    }

    /// Takes one token.
    ///
    /// # Errors
    /// 429 `rate_limited` with the time to wait when the bucket is empty.
    pub fn take(&self, class: RateClass, subject: Subject, now: Timestamp) -> Result<(), Fault> {
        let rate = self.rates.of(class);
        // Microseconds a token; a rate too high to be counted in them is no limit.
        let step = 60_000_000_i64.checked_div(i64::from(rate.per_minute)).unwrap_or(0);
        if step == 0 {
            return Ok(());
        }
        let now = now.as_microsecond();
        let burst = step * i64::from(rate.burst.max(1));
        let key = (class, subject);
        let shard = &self.shards[(self.hasher.hash_one(key) as usize) % SHARDS];
        let mut shard = shard.lock();
        if shard.len() >= SHARD_LIMIT && !shard.contains_key(&key) {
            make_room(&mut shard, now);
        }
        let full_at = shard.entry(key).or_insert(now);
        let next = (*full_at).max(now) + step;
        let wait = next - now - burst;
        if wait > 0 {
            let wait = Duration::from_micros(wait.unsigned_abs());
            return Err(Fault::new(
                FaultKind::TooMany,
                "rate_limited",
                format!("Too many requests. Try again in {} s.", wait.as_secs() + 1),
            )
            .retry_after(wait));
        }
        *full_at = next;
        Ok(())
    }

    /// How many buckets are kept at present.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().len()).sum()
    }

    /// Whether no bucket is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Forgets the full buckets, which are as good as absent; if none is full, any one.
fn make_room(shard: &mut Shard, now: i64) {
    shard.retain(|_, full_at| *full_at > now);
    if shard.len() >= SHARD_LIMIT
        && let Some(key) = shard.keys().next().copied()
    {
        shard.remove(&key);
    }
}
