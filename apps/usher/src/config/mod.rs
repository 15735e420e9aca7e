//! Configuration: defaults compiled in, a file, then the environment.

mod load;

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

pub(crate) use load::Loader;

/// The whole configuration; every key stands with its meaning in `defaults.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) profile: Profile,
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: String,
    pub(crate) data_dir: PathBuf,
    pub(crate) default_tenant: String,
    pub(crate) database: Database,
    pub(crate) redis: Redis,
    pub(crate) auth: Auth,
    pub(crate) oidc: Oidc,
    pub(crate) http: Http,
    pub(crate) limits: Limits,
    pub(crate) printing: Printing,
    pub(crate) graphql: Graphql,
    pub(crate) events: Events,
    pub(crate) log: Log,
}

/// Which set of sensible defaults is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Profile {
    Development,
    Staging,
    Production,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) replica_url: String,
    pub(crate) writers: usize,
    pub(crate) readers: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redis {
    pub(crate) url: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Auth {
    pub(crate) jwt_secret: String,
    pub(crate) access_minutes: u32,
    pub(crate) refresh_days: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Oidc {
    pub(crate) google_client_id: String,
    pub(crate) google_client_secret: String,
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) label: String,
    pub(crate) second_step: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    pub(crate) cors_allowed_origins: Vec<String>,
    pub(crate) trusted_proxies: Vec<usher_http::Network>,
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) base_domain: String,
    pub(crate) behind_tls: bool,
    pub(crate) body_limit_kib: usize,
    pub(crate) timeout_seconds: u64,
    pub(crate) concurrency: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    pub(crate) anonymous_issue: u32,
    pub(crate) login: u32,
    pub(crate) anonymous: u32,
    pub(crate) customer: u32,
    pub(crate) staff: u32,
    pub(crate) device: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Printing {
    pub(crate) networks: Vec<usher_http::Network>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Graphql {
    pub(crate) introspection: bool,
    pub(crate) log: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    pub(crate) retention_days: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) level: String,
    pub(crate) requests: bool,
    pub(crate) format: String,
}

impl Config {
    /// Whether the embedded database is used.
    pub(crate) fn embedded(&self) -> bool {
        self.database.url.is_empty()
    }
}
