//! `usher doctor`: what is wrong, and how to mend it.

use anyhow::Result;
use usher_audit::{Audit, Report};
use usher_db::{Db, Engine};
use usher_kernel::{Clock, SystemCtx};

use usher_tenancy::Tenancy;

use crate::config::{Config, Loader, Profile};
use crate::say::say;
use crate::{house, secret};

/// One finding; a bad one comes with its remedy.
enum Finding {
    Good(String),
    Bad { what: String, remedy: String },
}

/// What was found so far.
#[derive(Default)]
struct Told {
    all: usize,
    wrong: usize,
}

impl Told {
    /// Prints findings as they come: some take long to find.
    fn say(&mut self, findings: impl IntoIterator<Item = Finding>) -> Result<()> {
        for finding in findings {
            self.all += 1;
            match finding {
                Finding::Good(what) => say!("ok    {what}")?,
                Finding::Bad { what, remedy } => {
                    self.wrong += 1;
                    say!("WRONG {what}\n      {remedy}")?;
                }
            }
        }
        Ok(())
    }
}

/// Looks at configuration and dependencies, prints what it finds, and fails when anything is wrong.
///
/// # Errors
/// Something is wrong.
pub(crate) async fn examine(loader: Loader, verify_audit: bool) -> Result<()> {
    let config = loader.load()?;
    let profile = format!("{:?}", config.profile).to_lowercase();
    let mut told = Told::default();
    told.say([Finding::Good(format!("The configuration can be read; the profile is {profile}."))])?;
    told.say([listening(&config).await])?;
    told.say(log_level(&config))?;
    told.say(public_url(&config))?;
    // Looked at beside whoever serves, and left as it is: no lock, no migration.
    match Db::inspect(house::database(&config), house::migrations()).await {
        Ok(Ok(db)) => {
            told.say(signing_secret(&config))?;
            told.say(database(&db).await)?;
            if verify_audit {
                told.say(audit(&db).await)?;
            }
            db.close().await;
        }
        Ok(Err(pending)) => told.say([Finding::Bad {
            what: format!("The database is of an older version; to be run: {}", pending.join(", ")),
            remedy: "Make a backup, then run `usher migrate`, or start the server, which does the same."
                .into(),
        }])?,
        Err(error) => told.say([Finding::Bad {
            what: error.to_string(),
            remedy: "Mend this first; nothing works without the database.".into(),
        }])?,
    }
    told.say(redis(&config).await)?;
    anyhow::ensure!(told.wrong == 0, "{} of {} checks found something wrong", told.wrong, told.all);
    Ok(())
}

async fn listening(config: &Config) -> Finding {
    let address = config.listen;
    match tokio::net::TcpListener::bind(address).await {
        Ok(_) => Finding::Good(format!("{address} is free to listen on.")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Finding::Good(format!("{address} is in use: by a running Usher, or by something else."))
        }
        Err(error) => Finding::Bad {
            what: format!("{address} cannot be listened on: {error}"),
            remedy: "Set `listen` to an address of this machine and a port that this user may take.".into(),
        },
    }
}

fn log_level(config: &Config) -> Option<Finding> {
    let error = usher_telemetry::check_filter(&config.log.level).err()?;
    Some(Finding::Bad { what: error.to_string(), remedy: "Mend `log.level`.".into() })
}

/// Links in mails must lead somewhere from outside.
fn public_url(config: &Config) -> Option<Finding> {
    (config.public_url.is_empty() && config.profile != Profile::Development).then(|| Finding::Bad {
        what: format!("Links in mails lead to {}, for `public_url` is not set.", house::public_url(config)),
        remedy: "Set `public_url` to the address that people type.".into(),
    })
}

/// Whether the secret that an embedded installation made for itself is still there.
fn signing_secret(config: &Config) -> Option<Finding> {
    if !config.auth.jwt_secret.is_empty() || !config.embedded() {
        return None;
    }
    Some(match secret::look(&config.data_dir) {
        Ok(Some(_)) => Finding::Good("The signing secret is there.".into()),
        Ok(None) => Finding::Bad {
            what: "The database is there, and the secret that it was used with is not.".into(),
            remedy:
                "Put secret.key back from the backup. Without it a new one is made at the next start, and \
                     everybody signs in again."
                    .into(),
        },
        Err(error) => Finding::Bad { what: format!("{error:#}"), remedy: "Mend the file.".into() },
    })
}

async fn redis(config: &Config) -> Option<Finding> {
    if config.redis.url.is_empty() {
        return None;
    }
    Some(match usher_events::ask_redis(&config.redis.url).await {
        Ok(()) => Finding::Good("Redis answers.".into()),
        Err(why) => Finding::Bad {
            what: format!("Redis does not answer: {why}"),
            remedy: "Check REDIS_URL and that the server runs. Until then other nodes' events come from the \
                     log, up to a second late."
                .into(),
        },
    })
}

async fn database(db: &Db) -> Vec<Finding> {
    let mut findings = vec![Finding::Good(format!(
        "The database answers ({}) and is at this version.",
        db.engine().as_str()
    ))];
    if db.engine() == Engine::Sqlite {
        findings.push(match db.integrity_check().await {
            Ok(faults) if faults.is_empty() => Finding::Good("The database file is whole.".into()),
            Ok(faults) => Finding::Bad {
                what: format!("The database file is damaged: {}", faults.join("; ")),
                remedy: "Stop Usher and put the last backup back with `usher restore --replace`.".into(),
            },
            Err(error) => Finding::Bad {
                what: format!("The database file could not be checked: {error}"),
                remedy: "Try again; if it stays, restore the last backup.".into(),
            },
        });
        return findings;
    }
    match db.check_rls().await {
        Ok(holes) if holes.is_empty() => findings.push(Finding::Good("Row-level security binds.".into())),
        Ok(holes) => findings.push(Finding::Bad {
            what: format!("Row-level security does not bind: {}", holes.join("; ")),
            remedy:
                "Let the server connect as a role without SUPERUSER and BYPASSRLS, then run `usher migrate`."
                    .into(),
        }),
        Err(error) => findings.push(Finding::Bad {
            what: format!("Row-level security could not be checked: {error}"),
            remedy: "Try again; if it stays, look at the server's log.".into(),
        }),
    }
    findings
}

/// Walks every tenant's audit chain.
async fn audit(db: &Db) -> Vec<Finding> {
    let system = SystemCtx::new("doctor", Clock::system());
    let tenancy = Tenancy::reading(db.clone());
    let checked = async {
        // Whose chains there are to be; and chains are named as people name tenants.
        tenancy.load(&system).await?;
        let tenants: Vec<_> = tenancy.directory().tenants().iter().map(|tenant| tenant.id).collect();
        Audit::reading(db.clone()).verify_all(&system, &tenants).await
    };
    match checked.await {
        Ok(reports) => reports.iter().map(|report| chain(report, &tenancy)).collect(),
        Err(error) => vec![Finding::Bad {
            what: format!("The audit chains could not be read: {error}"),
            remedy: "Mend the database first.".into(),
        }],
    }
}

fn chain(report: &Report, tenancy: &Tenancy) -> Finding {
    let whose = match report.tenant {
        None => "the installation".to_owned(),
        Some(id) => {
            let slug = tenancy.tenant(id).map_or_else(|_| id.to_string(), |tenant| tenant.slug.clone());
            format!("the tenant {slug}")
        }
    };
    match (&report.broken, report.head) {
        (None, Some(head)) => {
            let head: String = head.iter().map(|byte| format!("{byte:02x}")).collect();
            Finding::Good(format!(
                "The audit chain of {whose} holds, {} long; its head is {head}.",
                report.events
            ))
        }
        (None, None) => Finding::Good(format!("The audit chain of {whose} has not begun yet.")),
        (Some(place), _) => Finding::Bad {
            what: format!("The audit chain of {whose} is broken: {place}"),
            remedy: "Somebody changed the log outside of Usher. Compare it with a backup.".into(),
        },
    }
}
