//! The signing secret of an embedded installation: made once, kept in the data directory.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use usher_kernel::random;

const FILE: &str = "secret.key";

/// The secret of `data_dir`, made on first use and readable by its owner only.
///
/// # Errors
/// The file cannot be read or written, or is too short to be a secret.
pub(crate) fn of_data_dir(data_dir: &Path) -> Result<String> {
    if let Some(secret) = look(data_dir)? {
        return Ok(secret);
    }
    let path = data_dir.join(FILE);
    let secret: String = random::bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    write_private(&path, &secret).map_err(|error| {
        let path = path.display();
        if matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded) {
            return anyhow::anyhow!("The disk that holds {path} is full. Free some space and start again.");
        }
        anyhow::Error::new(error).context(format!("cannot write {path}"))
    })?;
    Ok(secret)
}

/// The secret of `data_dir`; none before it was first used.
///
/// # Errors
/// The file cannot be read, or is too short to be a secret.
pub(crate) fn look(data_dir: &Path) -> Result<Option<String>> {
    let path = data_dir.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= 32 => Ok(Some(text.trim().to_owned())),
        Ok(_) => anyhow::bail!(
            "{} is damaged: put its backup back, or delete it (everybody then signs in again)",
            path.display()
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes beside the wished file and renames at the end: a disk that is full leaves no half of a secret, which
/// the next start would take for a damaged one.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let written = write_part(&part, text).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // What is left of it would only take up space.
        std::fs::remove_file(&part).ok();
    }
    written
}

fn write_part(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
