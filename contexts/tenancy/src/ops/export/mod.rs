//! Everything of a tenant, as an archive that is made while it is sent: what each context keeps of it, page by page.

mod archive;
mod part;
mod running;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use usher_db::{Db, DbError, Lane, Tx};
use usher_kernel::{Ctx, TenantId, TimeZone, Timestamp};
use zip::result::ZipResult;

use crate::error::Error;
use crate::model::Tenant;
use crate::{Tenancy, events, store};

use archive::Archive;
use part::Lines;
pub(crate) use part::Parts;
pub use part::{LeftOut, PAGE, Part, Sheet};
use running::Held;
pub(crate) use running::Running;

/// How often a page is asked for again that the database had no time for.
const TRIES: u32 = 60;
/// How long it is left alone in between.
const PAUSE: Duration = Duration::from_millis(250);

/// Everything of a tenant on its way out: a ZIP with a file for each kind of thing, its lines JSON, and a manifest that
/// says what is in it.
///
/// Nothing is held between two steps, so that whoever takes it slowly holds up nobody: neither a transaction nor a
/// thread. What is changed while it runs may be in one file and not yet in another.
pub struct Export {
    tenancy: Tenancy,
    ctx: Ctx,
    tenant: Tenant,
    parts: Parts,
    began: Timestamp,
    archive: Option<Archive>,
    stage: Stage,
    files: Vec<FileFacts>,
    held: Option<Held>,
}

/// What comes next.
enum Stage {
    Readme,
    /// A page of a sheet.
    Page {
        sheet: usize,
        mark: Option<Value>,
        rows: u64,
        bytes: u64,
    },
    Over,
}

/// What the manifest says of a file.
#[derive(Serialize)]
struct FileFacts {
    name: String,
    about: &'static str,
    rows: u64,
    bytes: u64,
    /// Of a line.
    schema: schemars::Schema,
}

/// What is in an archive.
#[derive(Serialize)]
struct Manifest<'a> {
    format: &'static str,
    version: u16,
    tenant: Whose<'a>,
    began_at: Timestamp,
    ended_at: Timestamp,
    files: &'a [FileFacts],
    left_out: &'a [LeftOut],
}

#[derive(Serialize)]
struct Whose<'a> {
    id: TenantId,
    slug: &'a str,
    name: &'a str,
}

/// Begins to hand out everything of the tenant of `ctx`, and writes down that somebody asked for it.
///
/// # Errors
/// Who asks is limited to some sites; another export of the tenant is under way; the database failed.
pub(crate) async fn export(tenancy: &Tenancy, ctx: &Ctx) -> Result<Export, Error> {
    if !ctx.sites.is_empty() {
        return Err(Error::SomeSites);
    }
    let held = tenancy.exporting().begin(ctx.tenant, ctx.now())?;
    let parts = tenancy.parts();
    let names: Vec<String> = parts.sheets.iter().map(|sheet| sheet.file()).collect();
    let id = ctx.tenant;
    let note = move |tx: &mut Tx<'_>| {
        let tenant = store::tenants::get(tx, id)?.ok_or(Error::NoTenant)?;
        events::exported(tx, &tenant, names.clone())?;
        Ok::<_, Error>(tenant)
    };
    let tenant = tenancy.db().write(ctx, Lane::Tenant, note).await?;
    let began = ctx.now();
    Ok(Export {
        tenancy: tenancy.clone(),
        ctx: ctx.clone(),
        tenant,
        parts,
        began,
        archive: Some(Archive::new(began)),
        stage: Stage::Readme,
        files: Vec::new(),
        held: Some(held),
    })
}

impl Export {
    /// What the archive is called: `usher-demo-bank-2026-11-20.zip`.
    pub fn file_name(&self) -> String {
        format!("usher-{}-{}.zip", self.tenant.slug, self.began.to_zoned(TimeZone::UTC).date())
    }

    /// The next bytes of the archive; none at its end.
    ///
    /// # Errors
    /// The database failed, or nobody took a byte for so long that another export began: the archive is then cut off,
    /// which its readers see.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        while !matches!(self.stage, Stage::Over) {
            if let Some(held) = &self.held {
                held.step(self.ctx.now())?;
            }
            let ready = self.step().await?;
            if !ready.is_empty() {
                return Ok(Some(ready));
            }
        }
        Ok(None)
    }

    async fn step(&mut self) -> Result<Vec<u8>, Error> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Over => Ok(Vec::new()),
            Stage::Readme => {
                self.stage = Stage::Page { sheet: 0, mark: None, rows: 0, bytes: 0 };
                let text = self.readme().into_bytes();
                self.pack(Some("README.txt".to_owned()), text).await
            }
            Stage::Page { sheet, mark, rows, bytes } => {
                let Some(found) = self.parts.sheets.get(sheet).map(Arc::clone) else {
                    return self.end().await;
                };
                let begins = mark.is_none().then(|| found.file());
                let Lines { text, rows: more, next } =
                    page(self.tenancy.db().clone(), self.ctx.clone(), Arc::clone(&found), mark).await?;
                let (rows, bytes) = (rows + more, bytes + text.len() as u64);
                self.stage = if next.is_some() {
                    Stage::Page { sheet, mark: next, rows, bytes }
                } else {
                    let (name, schema) = (found.file(), (found.schema)());
                    self.files.push(FileFacts { name, about: found.about, rows, bytes, schema });
                    Stage::Page { sheet: sheet + 1, mark: None, rows: 0, bytes: 0 }
                };
                self.pack(begins, text).await
            }
        }
    }

    /// Puts text into the archive, after the beginning of a file where one is named.
    async fn pack(&mut self, begins: Option<String>, text: Vec<u8>) -> Result<Vec<u8>, Error> {
        let Some(mut archive) = self.archive.take() else { return Ok(Vec::new()) };
        let (archive, ready) = compressed(move || {
            if let Some(name) = begins {
                archive.begin(&name)?;
            }
            archive.write(&text)?;
            let ready = archive.take();
            Ok((archive, ready))
        })
        .await?;
        self.archive = Some(archive);
        Ok(ready)
    }

    /// The manifest, which is complete only now, and the end of the archive.
    async fn end(&mut self) -> Result<Vec<u8>, Error> {
        let Tenant { id, slug, name, .. } = &self.tenant;
        let manifest = Manifest {
            format: "usher-export",
            version: 1,
            tenant: Whose { id: *id, slug, name },
            began_at: self.began,
            ended_at: self.ctx.now(),
            files: &self.files,
            left_out: &self.parts.left_out,
        };
        let text = serde_json::to_vec_pretty(&manifest).map_err(|error| Error::Archive(error.to_string()))?;
        // The next one may begin before these bytes are taken.
        self.held = None;
        let Some(mut archive) = self.archive.take() else { return Ok(Vec::new()) };
        compressed(move || {
            archive.begin("manifest.json")?;
            archive.write(&text)?;
            archive.finish()
        })
        .await
    }

    fn readme(&self) -> String {
        let Tenant { name, slug, .. } = &self.tenant;
        let mut text = format!(
            "Everything that is kept of {name} ({slug}), as of {}.\n\n\
             Each file holds one kind of thing: a line of JSON for each (NDJSON, UTF-8). Times are RFC 3339 in UTC, ids\n\
             UUIDs; what a member of a line may hold is in manifest.json as JSON Schema, and so is how many lines each\n\
             file has and when the export ended. What was changed in the meantime may be in one file and not yet in\n\
             another.\n\n\
             An archive without manifest.json was cut off: ask for it again.\n\n",
            self.began,
        );
        let width = self.parts.sheets.iter().map(|sheet| sheet.file().len()).max().unwrap_or_default();
        // Writing to a String cannot fail.
        for sheet in &self.parts.sheets {
            let _ = writeln!(text, "{:width$}  {}", sheet.file(), sheet.about);
        }
        text.push_str("\nNot in it, besides passwords and all other secrets:\n\n");
        for LeftOut { tables, why } in &self.parts.left_out {
            let _ = writeln!(text, "- {why} ({})", tables.join(", "));
        }
        text
    }
}

/// A page of a sheet. Whoever works in the meantime goes first: where the database is busy it is asked again.
async fn page(db: Db, ctx: Ctx, sheet: Arc<Sheet>, mark: Option<Value>) -> Result<Lines, DbError> {
    let mut tries = 0;
    loop {
        let (sheet, tenant, mark) = (Arc::clone(&sheet), ctx.tenant, mark.clone());
        match db.read(&ctx, move |read| sheet.read(read, tenant, mark.as_ref())).await {
            Err(error) if error.is_transient() && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

/// Runs what takes a processor for some milliseconds beside the tasks that answer requests.
async fn compressed<T: Send + 'static>(
    work: impl FnOnce() -> ZipResult<T> + Send + 'static,
) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|error| Error::Archive(error.to_string()))?;
    done.map_err(|error| Error::Archive(error.to_string()))
}
