//! `cargo xtask contracts`: what the outside relies on, written from the code.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::tools::{build_product, call, npm_install};

/// Every setting with its default.
const DEFAULTS: &str = "apps/usher/src/config/defaults.toml";
/// The same for those who set the environment.
const ENV_EXAMPLE: &str = ".env.example";
const ENV_HEAD: &str = "\
# Usher's settings as environment variables, each with its default. Copy this file to `.env` and take the `#` away in
# front of what you set; what stays as it is keeps its default. Usher reads the environment and not the file:
# `set -a; . ./.env; set +a; usher serve`, or EnvironmentFile of systemd. Other names that work, such as DATABASE_URL,
# stand in docs/operations/configuration.md. Written from defaults.toml by `cargo xtask contracts`.
";

/// Writes `contracts/`, `.env.example` and the screens' types, or with `check` says whether they are as the code says.
///
/// # Errors
/// When something cannot be built or, with `check`, differs.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    settings(root, check)?;
    let usher = build_product(root)?;
    let mut args = vec!["contracts", "--out", "contracts"];
    if check {
        args.push("--check");
    }
    let drift = "the contracts are not what the code says; run `cargo xtask contracts` and commit the result";
    call(root, &usher.to_string_lossy(), &args).run().context(drift)?;
    let web = root.join("web");
    npm_install(&web)?;
    let mut args = vec!["run", "--silent", "types"];
    if check {
        args.extend(["--", "--check"]);
    }
    call(&web, "npm", &args).run().context(drift)
}

/// Writes `.env.example`, or says whether it is as the defaults are.
fn settings(root: &Path, check: bool) -> Result<()> {
    let defaults = std::fs::read_to_string(root.join(DEFAULTS)).context(DEFAULTS)?;
    let example = env_example(&defaults);
    let path = root.join(ENV_EXAMPLE);
    if !check {
        return std::fs::write(&path, example).context(ENV_EXAMPLE);
    }
    if std::fs::read_to_string(&path).unwrap_or_default() != example {
        bail!("{ENV_EXAMPLE} is not what {DEFAULTS} says; run `cargo xtask contracts` and commit the result");
    }
    Ok(())
}

/// The settings as variables with what is said of each, none of them set.
fn env_example(defaults: &str) -> String {
    let mut text = ENV_HEAD.to_owned();
    let mut section = String::new();
    // Behind the head of the defaults, which speaks of the file.
    for line in defaults.lines().skip_while(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = format!("{}_", name.to_ascii_uppercase());
            text.push_str(&format!("# {name}\n"));
        } else if let Some((key, value)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            let value = match value.trim_matches('"') {
                "[]" => "",
                _ if value.contains(' ') => value,
                plain => plain,
            };
            text.push_str(&format!("#USHER_{section}{}={value}\n", key.to_ascii_uppercase()));
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_becomes_a_variable_that_is_not_set() {
        let defaults = "# Head.\n\n# Where.\nlisten = \"127.0.0.1:4000\"\n\n[http]\n# Who = what.\norigins = []\n\
                        limit_kib = 256\nlabel = \"Sign on\"\n";
        let variables = "\n# Where.\n#USHER_LISTEN=127.0.0.1:4000\n\n# http\n# Who = what.\n#USHER_HTTP_ORIGINS=\n\
                         #USHER_HTTP_LIMIT_KIB=256\n#USHER_HTTP_LABEL=\"Sign on\"\n";
        assert_eq!(env_example(defaults), format!("{ENV_HEAD}{variables}"));
    }
}
