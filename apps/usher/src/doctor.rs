//! `usher doctor`: what is wrong, and how to mend it.

use anyhow::Result;
use usher_audit::{Audit, Report};
use usher_db::{Db, Engine};
use usher_kernel::{Clock, SystemCtx};

use crate::config::{Config, Loader};
use crate::house;

/// One finding; a bad one comes with its remedy.
enum Finding {
    Good(String),
    Bad { what: String, remedy: String },
}

/// Looks at configuration and dependencies, prints what it finds, and fails when anything is wrong.
///
/// # Errors
/// Something is wrong.
#[expect(clippy::print_stdout, reason = "the command line speaks here")]
pub(crate) async fn examine(loader: Loader, verify_audit: bool) -> Result<()> {
    let config = loader.load()?;
    let mut findings = vec![Finding::Good("The configuration can be read.".into())];
    findings.extend(listening(&config).await);
    match Db::open(house::database(&config), house::migrations()).await {
        Ok(db) => {
            findings.extend(database(&db).await);
            if verify_audit {
                findings.extend(audit(&db).await);
            }
            db.close().await;
        }
        Err(error) => findings.push(Finding::Bad {
            what: error.to_string(),
            remedy: "Mend this first; nothing works without the database.".into(),
        }),
    }
    let mut wrong = 0;
    for finding in &findings {
        match finding {
            Finding::Good(what) => println!("ok    {what}"),
            Finding::Bad { what, remedy } => {
                wrong += 1;
                println!("WRONG {what}\n      {remedy}");
            }
        }
    }
    anyhow::ensure!(wrong == 0, "{wrong} of {} checks found something wrong", findings.len());
    Ok(())
}

async fn listening(config: &Config) -> Option<Finding> {
    let free = tokio::net::TcpListener::bind(config.listen).await.is_ok();
    Some(if free {
        Finding::Good(format!("{} is free to listen on.", config.listen))
    } else {
        Finding::Good(format!("{} is in use: by a running Usher, or by something else.", config.listen))
    })
}

async fn database(db: &Db) -> Vec<Finding> {
    let mut findings =
        vec![Finding::Good(format!("The database answers ({:?}) and is at this version.", db.engine()))];
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
    match Audit::reading(db.clone()).verify_all(&system).await {
        Ok(reports) => reports.iter().map(chain).collect(),
        Err(error) => vec![Finding::Bad {
            what: format!("The audit chains could not be read: {error}"),
            remedy: "Mend the database first.".into(),
        }],
    }
}

fn chain(report: &Report) -> Finding {
    let whose = report.tenant.map_or("the installation".to_owned(), |tenant| format!("tenant {tenant}"));
    match &report.broken {
        None => Finding::Good(format!("The audit chain of {whose} holds: {} events.", report.events)),
        Some(place) => Finding::Bad {
            what: format!("The audit chain of {whose} is broken: {place}"),
            remedy: "Somebody changed the log outside of Usher. Compare it with a backup.".into(),
        },
    }
}
