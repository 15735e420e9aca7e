//! Commands that set an installation up: migrate, tenants, users, backup and restore.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use tokio::io::AsyncWriteExt;
use usher_db::Db;
use usher_identity::FirstAdmin;
use usher_identity::model::NewMember;
use usher_kernel::Clock;
use usher_telemetry::Telemetry;

use crate::config::Config;
use crate::demo;
use crate::house::{self, House};
use crate::say::{Progress, say};

/// `usher migrate`
pub(crate) async fn migrate(config: &Config) -> Result<()> {
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("cannot make the data directory {}", config.data_dir.display()))?;
    let db = Db::open(house::database(config), house::migrations()).await?;
    say!("The database is at version {}.", env!("CARGO_PKG_VERSION"))?;
    db.close().await;
    Ok(())
}

/// What `usher tenant create` was given.
pub(crate) struct NewTenant {
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) admin_email: String,
    pub(crate) admin_password: Option<String>,
    pub(crate) with_demo_data: bool,
}

/// `usher tenant create`
pub(crate) async fn create_tenant(config: &Config, new: NewTenant) -> Result<()> {
    let house = House::build(config, Clock::system(), &Telemetry::default()).await?;
    let wanted = serde_json::from_value(serde_json::json!({ "name": new.name, "slug": new.slug }))?;
    let admin = FirstAdmin { email: new.admin_email, name: String::new(), password: new.admin_password };
    let email = admin.email.clone();
    let (tenant, made) = house.identity.create_tenant(&house.system, wanted, admin).await?;
    say!("Tenant {} ({}) was created.", tenant.name, tenant.slug)?;
    match made.generated_password {
        Some(password) => say!("{email} signs in with the password {password}")?,
        None => say!("{email} is its administrator.")?,
    }
    if new.with_demo_data {
        demo::furnish(&house, tenant.id, demo::ZONE).await?;
        say!("It has the demo bank's sites, services, queues and counters.")?;
    }
    house.stop().await;
    Ok(())
}

/// `usher tenant export`: what `GET /api/v1/tenants/{tenant}/export` answers, as a file.
pub(crate) async fn export_tenant(config: &Config, slug: &str, out: &Path) -> Result<()> {
    let house = House::build(config, Clock::system(), &Telemetry::default()).await?;
    let written = write_archive(&house, slug, out).await;
    house.stop().await;
    say!("{} holds everything of the tenant {slug} ({} KiB).", out.display(), written? / 1024)?;
    Ok(())
}

/// Writes the archive, whole or not at all; how many bytes it has.
async fn write_archive(house: &House, slug: &str, out: &Path) -> Result<u64> {
    let found = house.tenancy.tenant_named(slug);
    let tenant = found.with_context(|| format!("there is no tenant {slug}: see `usher tenant create`"))?.id;
    let new = || format!("{} cannot be written: name a file that does not exist yet", out.display());
    let mut file = tokio::fs::File::create_new(out).await.with_context(new)?;
    let written = async {
        let mut export = house.tenancy.export(&house.system.within(tenant)).await?;
        let (mut size, mut progress) = (0, Progress::begin());
        while let Some(bytes) = export.next().await? {
            file.write_all(&bytes).await?;
            size += bytes.len() as u64;
            progress.at(format_args!("{} KiB are written", size / 1024));
        }
        file.sync_all().await?;
        anyhow::Ok(size)
    };
    let written = written.await;
    if written.is_err() {
        // A part of an archive is none; why it failed is what matters.
        tokio::fs::remove_file(out).await.ok();
    }
    written
}

/// What `usher user create` was given.
pub(crate) struct NewUser {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) password: Option<String>,
    pub(crate) role: String,
    pub(crate) tenant: Option<String>,
}

/// `usher user create`
pub(crate) async fn create_user(config: &Config, new: NewUser) -> Result<()> {
    let house = House::build(config, Clock::system(), &Telemetry::default()).await?;
    let tenant = match &new.tenant {
        None => None,
        Some(slug) => {
            let found = house.tenancy.directory().tenant_by_slug(slug);
            Some(found.with_context(|| format!("there is no tenant {slug}: see `usher tenant create`"))?.id)
        }
    };
    let email = new.email.clone();
    let who = FirstAdmin { email: new.email, name: new.name, password: new.password };
    let made =
        house.identity.create_person(&house.system, tenant, who, &new.role, NewMember::default()).await?;
    match made.generated_password {
        Some(password) => say!("{email} signs in with the password {password}")?,
        None => say!("{email} has the role {}.", new.role)?,
    }
    house.stop().await;
    Ok(())
}

/// `usher analytics rebuild`
pub(crate) async fn rebuild_analytics(config: &Config) -> Result<()> {
    let house = House::build(config, Clock::system(), &Telemetry::default()).await?;
    // What the log holds and the figures do not yet is no difference to be told of.
    house.events.catch_up().await.map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let before = cells(&house).await?;
    say!("Reading the event log …")?;
    house.analytics.rebuild(&house.events).await?;
    let after = cells(&house).await?;
    let changed = after.iter().filter(|cell| !before.contains(*cell)).count();
    let gone = before.iter().filter(|cell| !after.contains(*cell)).count();
    match changed + gone {
        0 => say!("The figures are made anew and the same as before: {} cells.", after.len())?,
        _ => say!("The figures are made anew: {changed} of {} cells differ, {gone} are gone.", after.len())?,
    }
    house.stop().await;
    Ok(())
}

/// Every cell of every tenant.
async fn cells(house: &House) -> Result<BTreeSet<(String, u64)>> {
    let mut all = BTreeSet::new();
    for tenant in house.tenancy.directory().tenants() {
        let cells = house.analytics.hashes(&house.system, tenant.id).await?;
        all.extend(cells.into_iter().map(|(cell, hash)| (format!("{} {cell}", tenant.id), hash)));
    }
    Ok(all)
}

/// `usher backup`: reads the database beside whoever serves it.
pub(crate) async fn backup(config: &Config, file: &Path) -> Result<()> {
    anyhow::ensure!(config.embedded(), "PostgreSQL has its own: pg_dump --format=custom");
    let from = config.data_dir.join(house::DATABASE);
    let to = file.to_owned();
    let copy = move || {
        let mut progress = Progress::begin();
        usher_db::copy_database(&from, &to, &mut |step| progress.at(step))
    };
    let size = tokio::task::spawn_blocking(copy).await??;
    say!("{} holds the database ({} KiB).", file.display(), size / 1024)?;
    Ok(())
}

/// `usher restore`
pub(crate) fn restore(config: &Config, file: &Path, replace: bool) -> Result<()> {
    anyhow::ensure!(config.embedded(), "PostgreSQL has its own: pg_restore");
    let to = config.data_dir.join(house::DATABASE);
    let mut progress = Progress::begin();
    let told = &mut |step: usher_db::Copying| progress.at(step);
    let kept = usher_db::restore_database(file, &to, replace, &house::migrations(), told)?;
    say!("{} is in place.", to.display())?;
    if let Some(kept) = kept {
        say!("What was there before is kept as {}.", kept.display())?;
    }
    Ok(())
}
