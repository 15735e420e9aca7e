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
    let path = data_dir.join(FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= 32 => Ok(text.trim().to_owned()),
        Ok(_) => anyhow::bail!(
            "{} is damaged: put its backup back, or delete it (everybody then signs in again)",
            path.display()
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let secret: String = random::bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
            write_private(&path, &secret).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(secret)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
