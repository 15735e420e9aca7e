//! Connections: how they are made and set up.

use std::str::FromStr;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, SimpleQueryMessage};

use super::errors::text;
use super::session::Session;
use super::tls::{Tls, is_refusal};
use crate::config::OpenError;

/// The role that the server's connections take on: it has no way around row-level security.
pub(super) const APP_ROLE: &str = "usher_app";
/// The role for work across tenants; an operation takes it on through a `SystemCtx` only.
pub(super) const SYSTEM_ROLE: &str = "usher_system";

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Migrations, as the owner of the tables.
    Migrate,
    /// Group commits.
    Write,
    /// Reads.
    Read,
}

/// Where the server is.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    tls: Tls,
    at: String,
}

impl Server {
    /// Reads the URL.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let (url, tls) = Tls::parse(url).map_err(|reason| OpenError::BadUrl { reason })?;
        let mut config =
            Config::from_str(&url).map_err(|error| OpenError::BadUrl { reason: text(&error) })?;
        if config.get_dbname().is_none() {
            return Err(OpenError::BadUrl { reason: "it names no database".to_owned() });
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        // A socket of this machine is never encrypted, whatever is asked for.
        let unix = |host: &Host| !matches!(host, Host::Tcp(_));
        let here = !config.get_hosts().is_empty() && config.get_hosts().iter().all(unix);
        config.ssl_mode(if here { SslMode::Disable } else { tls.mode() });
        config.keepalives(true);
        config.keepalives_idle(Duration::from_secs(30));
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.display().to_string(),
            None => "localhost".to_owned(),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let at = format!("{host}:{port}/{}", config.get_dbname().unwrap_or_default());
        Ok(Self { config, tls, at })
    }

    /// Host, port and database, without the password.
    pub(super) fn place(&self) -> &str {
        &self.at
    }

    pub(super) fn error(&self, detail: String) -> OpenError {
        OpenError::Server { at: self.at.clone(), detail }
    }

    /// Connects, sets the session up and hands it over together with the runtime that drives it.
    pub(super) fn connect(&self, purpose: Purpose) -> Result<Session, OpenError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| OpenError::Other(format!("no runtime could be started: {error}")))?;
        let (client, backend) = self.client(&runtime, purpose).map_err(|error| {
            let spoken = self.tls.explain(&error);
            spoken.map_or_else(
                || self.error(text(&error)),
                |(detail, remedy)| OpenError::Tls { at: self.at.clone(), detail, remedy },
            )
        })?;
        Ok(Session::new(runtime, client, backend))
    }

    fn client(
        &self,
        runtime: &Runtime,
        purpose: Purpose,
    ) -> Result<(Client, Option<String>), tokio_postgres::Error> {
        let mut config = self.config.clone();
        config.application_name(match purpose {
            Purpose::Migrate => "usher migrate",
            Purpose::Write => "usher write",
            Purpose::Read => "usher read",
        });
        runtime.block_on(async {
            let first = config.connect(self.tls.connector()).await;
            let (client, connection) = match first {
                Err(error) if self.tls.may_do_without() && is_refusal(&error) => {
                    config.ssl_mode(SslMode::Disable).connect(self.tls.connector()).await?
                }
                first => first?,
            };
            // Ends with the client; what went wrong on the line is seen by whoever waits for an answer.
            runtime.spawn(async move { drop(connection.await) });
            let backend = match purpose {
                Purpose::Write => backend(&client).await?,
                Purpose::Migrate | Purpose::Read => None,
            };
            client.batch_execute(&setup(purpose)).await?;
            Ok((client, backend))
        })
    }
}

/// What tells the process that serves a connection from all others, also after a restart of the server.
async fn backend(client: &Client) -> Result<Option<String>, tokio_postgres::Error> {
    let ask = "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    let found = client.simple_query(ask).await?;
    Ok(found.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            Some(format!("pid = {} AND backend_start = '{}'", row.get(0)?, row.get(1)?))
        }
        _ => None,
    }))
}

fn setup(purpose: Purpose) -> String {
    let common =
        "SET client_min_messages = warning; SET TIME ZONE 'UTC'; SET standard_conforming_strings = on;";
    match purpose {
        Purpose::Migrate => common.to_owned(),
        // Every statement has its index. A plan made while a table was small would read all of it, and be kept until
        // the table's statistics are renewed: so none is made.
        Purpose::Write => format!(
            "{common} SET lock_timeout = '250ms'; SET idle_in_transaction_session_timeout = '10s'; \
             SET synchronous_commit = on; SET enable_seqscan = off; SET jit = off; SET ROLE {APP_ROLE};"
        ),
        Purpose::Read => format!(
            "{common} SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '10s'; \
             SET enable_seqscan = off; SET jit = off; SET ROLE {APP_ROLE};"
        ),
    }
}
