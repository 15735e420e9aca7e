//! Merges the three layers and refuses what it does not know.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, Profile};

const DEFAULTS: &str = include_str!("defaults.toml");

/// Names that the source documents use, and the keys that they mean.
const ALIASES: &[(&str, &str)] = &[
    ("DATABASE_URL", "database.url"),
    ("DATABASE_REPLICA_URL", "database.replica_url"),
    ("REDIS_URL", "redis.url"),
    ("JWT_SECRET", "auth.jwt_secret"),
    ("SECRET_KEY", "auth.jwt_secret"),
    ("CORS_ALLOWED_ORIGINS", "http.cors_allowed_origins"),
    ("ALLOWED_HOSTS", "http.allowed_hosts"),
];

/// Names of a database that Usher does not speak to.
const REFUSED: &[&str] = &["MONGODB_URI", "MONGODB_USER", "MONGODB_PASSWORD"];

/// USHER_ variables that are not configuration keys (tests and builds read them).
const NOT_KEYS: &[&str] = &["USHER_CONFIG", "USHER_SKIP_WEB"];
/// What all variables that only tests read begin with.
const TEST_KEYS: &str = "USHER_TEST_";

/// Why the configuration was refused; one line that says what and how to mend it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("cannot read {path}: {reason}")]
    Unreadable { path: PathBuf, reason: std::io::Error },
    #[error("{origin} is not TOML: {reason}")]
    NotToml { origin: String, reason: String },
    #[error("{origin}: there is no setting `{key}`{hint}")]
    Unknown { origin: String, key: String, hint: String },
    #[error("{origin}: `{key}` {reason}")]
    Wrong { origin: String, key: String, reason: String },
    #[error(
        "{name} is set, but Usher keeps its data in SQLite or PostgreSQL: remove it and set DATABASE_URL"
    )]
    Mongo { name: String },
}

/// Gathers the layers; tests give their own environment.
pub(crate) struct Loader {
    file: Option<PathBuf>,
    env: BTreeMap<String, String>,
    set: Vec<(&'static str, Value)>,
}

impl Loader {
    /// Reads `file`, else `usher.toml` of the working directory where there is one, and `env`.
    pub(crate) fn new(file: Option<PathBuf>, env: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { file, env: env.into_iter().collect(), set: Vec::new() }
    }

    /// Overrides a key from the command line.
    #[must_use]
    pub(crate) fn set(mut self, key: &'static str, value: Option<impl Into<Value>>) -> Self {
        self.set.extend(value.map(|value| (key, value.into())));
        self
    }

    /// The configuration.
    ///
    /// # Errors
    /// The first thing that is wrong: an unreadable file, an unknown key, a value of another type.
    pub(crate) fn load(self) -> Result<Config, ConfigError> {
        let mut table = parse(DEFAULTS, "the built-in defaults")?;
        let known = keys_of(&table);
        let mut given: Vec<String> = Vec::new();

        if let Some((path, text)) = self.file_text()? {
            let origin = path.display().to_string();
            for (key, value) in flatten(parse(&text, &origin)?) {
                put(&mut table, &known, &origin, &key, value)?;
                given.push(key);
            }
        }
        for (name, key, text) in self.env_values(&known)? {
            let value = typed(&known, &key, &text).map_err(|reason| ConfigError::Wrong {
                origin: name.clone(),
                key: key.clone(),
                reason,
            })?;
            put(&mut table, &known, &name, &key, value)?;
            given.push(key);
        }
        for (key, value) in self.set {
            put(&mut table, &known, "the command line", key, value)?;
            given.push(key.to_owned());
        }

        let mut config: Config = table.try_into().map_err(|error: toml::de::Error| ConfigError::Wrong {
            origin: "configuration".into(),
            key: error.message().split('`').nth(1).unwrap_or("value").to_owned(),
            reason: format!("is not right: {}", error.message()),
        })?;
        apply_profile(&mut config, &given);
        check(&config)?;
        Ok(config)
    }

    fn file_text(&self) -> Result<Option<(PathBuf, String)>, ConfigError> {
        let path = match &self.file {
            Some(path) => path.clone(),
            None if Path::new("usher.toml").exists() => PathBuf::from("usher.toml"),
            None => return Ok(None),
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(reason) => Err(ConfigError::Unreadable { path, reason }),
        }
    }

    /// `(variable, key, text)` of every variable that means a key.
    fn env_values(&self, known: &Known) -> Result<Vec<(String, String, String)>, ConfigError> {
        let mut found = Vec::new();
        for (name, text) in &self.env {
            if REFUSED.contains(&name.as_str()) {
                return Err(ConfigError::Mongo { name: name.clone() });
            }
            if let Some((_, key)) = ALIASES.iter().find(|(alias, _)| alias == name) {
                found.push((name.clone(), (*key).to_owned(), text.clone()));
            } else if let Some(value) = special(name, text) {
                let (key, text) = value.map_err(|reason| ConfigError::Wrong {
                    origin: name.clone(),
                    key: name.clone(),
                    reason,
                })?;
                found.push((name.clone(), key.to_owned(), text));
            }
        }
        // The product's own names win over the documents'.
        for (name, text) in self.env.iter().filter(|(name, _)| name.starts_with("USHER_")) {
            if NOT_KEYS.contains(&name.as_str()) || name.starts_with(TEST_KEYS) {
                continue;
            }
            match known.keys().find(|key| variable_of(key) == *name) {
                Some(key) => found.push((name.clone(), key.clone(), text.clone())),
                None => {
                    let names: Vec<String> = known.keys().map(|key| variable_of(key)).collect();
                    return Err(unknown("the environment", name, names.iter().map(String::as_str)));
                }
            }
        }
        Ok(found)
    }
}

type Known = BTreeMap<String, Value>;

/// The documents' variables whose value is not the key's value word for word.
fn special(name: &str, text: &str) -> Option<Result<(&'static str, String), String>> {
    let days = |text: &str| duration_hours(text).map(|hours| hours.div_ceil(24).to_string());
    let minutes = |text: &str| duration_hours(text).map(|hours| (hours * 60).to_string());
    match name {
        "PORT" | "API_GATEWAY_PORT" => Some(Ok(("listen", format!("0.0.0.0:{text}")))),
        "JWT_EXPIRE" => Some(minutes(text).map(|value| ("auth.access_minutes", value))),
        "REFRESH_TOKEN_EXPIRE" => Some(days(text).map(|value| ("auth.refresh_days", value))),
        "DEBUG" | "ENABLE_LOGGING" => {
            let on = text.eq_ignore_ascii_case("true") || text == "1";
            let level = match (name, on) {
                ("DEBUG", true) => "debug",
                ("ENABLE_LOGGING", false) => "warn",
                _ => return None,
            };
            Some(Ok(("log.level", level.to_owned())))
        }
        "NODE_ENV" => Some(Ok(("profile", text.to_owned()))),
        _ => None,
    }
}

/// `24h` or `7d` in hours, rounded up.
fn duration_hours(text: &str) -> Result<u64, String> {
    let refused = || format!("{text:?} is not a duration such as 15m, 24h or 7d");
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(refused)?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().map_err(|_| refused())?;
    match unit {
        "m" => Ok(number.div_ceil(60)),
        "h" => Ok(number),
        "d" => Ok(number * 24),
        _ => Err(refused()),
    }
}

fn variable_of(key: &str) -> String {
    format!("USHER_{}", key.replace('.', "_").to_ascii_uppercase())
}

fn parse(text: &str, origin: &str) -> Result<Table, ConfigError> {
    text.parse::<Table>().map_err(|error| ConfigError::NotToml {
        origin: origin.to_owned(),
        reason: error.to_string().trim_end().replace('\n', " "),
    })
}

fn flatten(table: Table) -> Vec<(String, Value)> {
    let mut flat = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(inner) => {
                flat.extend(flatten(inner).into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            value => flat.push((name, value)),
        }
    }
    flat
}

fn keys_of(table: &Table) -> Known {
    flatten(table.clone()).into_iter().collect()
}

fn put(table: &mut Table, known: &Known, origin: &str, key: &str, value: Value) -> Result<(), ConfigError> {
    let Some(default) = known.get(key) else {
        return Err(unknown(origin, key, known.keys().map(String::as_str)));
    };
    if default.type_str() != value.type_str() {
        let reason = format!("is {} and must be {}", value.type_str(), default.type_str());
        return Err(ConfigError::Wrong { origin: origin.to_owned(), key: key.to_owned(), reason });
    }
    match key.split_once('.') {
        Some((section, name)) => {
            if let Some(Value::Table(inner)) = table.get_mut(section) {
                inner.insert(name.to_owned(), value);
            }
        }
        None => {
            table.insert(key.to_owned(), value);
        }
    }
    Ok(())
}

fn unknown<'a>(origin: &str, key: &str, names: impl Iterator<Item = &'a str>) -> ConfigError {
    let nearest = names
        .map(|name| (strsim::jaro_winkler(name, key), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.7);
    let hint = nearest.map_or(String::new(), |(_, name)| format!("; did you mean `{name}`?"));
    ConfigError::Unknown { origin: origin.to_owned(), key: key.to_owned(), hint }
}

/// Reads a variable's text as the type of the key's default.
fn typed(known: &Known, key: &str, text: &str) -> Result<Value, String> {
    match known.get(key) {
        Some(Value::Integer(_)) => text
            .trim()
            .parse()
            .map(Value::Integer)
            .map_err(|_| format!("must be a whole number, not {text:?}")),
        Some(Value::Boolean(_)) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Value::Boolean(true)),
            "false" | "0" | "no" | "off" | "" => Ok(Value::Boolean(false)),
            _ => Err(format!("must be true or false, not {text:?}")),
        },
        Some(Value::Array(_)) => Ok(Value::Array(
            text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(Value::from).collect(),
        )),
        _ => Ok(Value::String(text.trim().to_owned())),
    }
}

/// What a profile changes of the keys that nobody set.
fn apply_profile(config: &mut Config, given: &[String]) {
    let free = |key: &str| !given.iter().any(|k| k == key);
    if config.profile == Profile::Development {
        if free("log.format") {
            config.log.format = "human".into();
        }
        return;
    }
    if free("log.format") {
        config.log.format = "json".into();
    }
    if free("http.behind_tls") {
        config.http.behind_tls = true;
    }
}

fn check(config: &Config) -> Result<(), ConfigError> {
    let wrong = |key: &str, reason: &str| ConfigError::Wrong {
        origin: "configuration".into(),
        key: key.into(),
        reason: reason.into(),
    };
    let url = &config.database.url;
    if !url.is_empty() && !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(wrong(
            "database.url",
            "must start with postgres:// (leave it empty for the embedded database)",
        ));
    }
    let secret = &config.auth.jwt_secret;
    if !secret.is_empty() && secret.len() < 32 {
        return Err(wrong("auth.jwt_secret", "is too short: use at least 32 random characters"));
    }
    if secret.is_empty() && !config.embedded() {
        return Err(wrong(
            "auth.jwt_secret",
            "is missing: on PostgreSQL every node needs the same one; set JWT_SECRET to at least 32 random characters",
        ));
    }
    if !config.redis.url.is_empty() && config.embedded() {
        return Err(wrong(
            "redis.url",
            "needs PostgreSQL: several nodes cannot share the embedded database; set DATABASE_URL",
        ));
    }
    if config.auth.access_minutes == 0 || config.auth.refresh_days == 0 {
        return Err(wrong("auth.access_minutes", "and auth.refresh_days must be at least 1"));
    }
    if !["", "human", "json"].contains(&config.log.format.as_str()) {
        return Err(wrong("log.format", "must be human or json"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Loader {
        Loader::new(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_defaults_stand_alone() {
        let config = env(&[]).load().unwrap();
        assert!(config.embedded());
        assert_eq!(config.listen.port(), 4000);
        assert_eq!(config.log.format, "human");
    }

    #[test]
    fn the_documents_names_work() {
        let config = env(&[
            ("PORT", "4100"),
            ("JWT_EXPIRE", "24h"),
            ("REFRESH_TOKEN_EXPIRE", "7d"),
            ("CORS_ALLOWED_ORIGINS", "https://a.example, https://b.example"),
            ("NODE_ENV", "production"),
        ])
        .load()
        .unwrap();
        assert_eq!(config.listen.to_string(), "0.0.0.0:4100");
        assert_eq!(config.auth.access_minutes, 24 * 60);
        assert_eq!(config.auth.refresh_days, 7);
        assert_eq!(config.http.cors_allowed_origins.len(), 2);
        assert_eq!(config.log.format, "json");
    }

    #[test]
    fn the_products_own_names_win() {
        let config = env(&[("PORT", "4100"), ("USHER_LISTEN", "127.0.0.1:9")]).load().unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:9");
    }

    #[test]
    fn every_refusal_names_the_key_and_the_way_out() {
        let refused = |pairs: &[(&str, &str)]| env(pairs).load().unwrap_err().to_string();
        assert_eq!(
            refused(&[("USHER_DATABASE_ULR", "x")]),
            "the environment: there is no setting `USHER_DATABASE_ULR`; did you mean `USHER_DATABASE_URL`?"
        );
        assert!(refused(&[("DATABASE_URL", "mysql://x")]).contains("must start with postgres://"));
        assert!(refused(&[("DATABASE_URL", "postgres://x/y")]).contains("set JWT_SECRET"));
        assert!(refused(&[("JWT_SECRET", "short")]).contains("at least 32"));
        assert!(refused(&[("MONGODB_URI", "mongodb://x")]).contains("set DATABASE_URL"));
        assert!(refused(&[("USHER_AUTH_ACCESS_MINUTES", "soon")]).contains("whole number"));
        assert!(refused(&[("JWT_EXPIRE", "soon")]).contains("not a duration"));
        assert!(refused(&[("REDIS_URL", "redis://x")]).contains("needs PostgreSQL"));
        assert!(refused(&[("USHER_LISTEN", "here")]).contains("socket address"));
    }

    #[test]
    fn a_file_with_an_unknown_key_is_refused_with_the_nearest_one() {
        let dir = std::env::temp_dir().join(format!("usher-config-{}", std::process::id()));
        std::fs::write(&dir, "[htttp]\nbehind_tls = true\n").unwrap();
        let error = Loader::new(Some(dir.clone()), []).load().unwrap_err().to_string();
        std::fs::remove_file(&dir).unwrap();
        assert!(error.contains("did you mean `http.behind_tls`?"), "{error}");
    }
}
