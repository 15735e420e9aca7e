//! Merges the three layers and refuses what it does not know.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Config, Profile};

const DEFAULTS: &str = include_str!("defaults.toml");

/// The key that a variable sets and the text for it; none where the value sets nothing, or why it cannot be.
type Meant = Result<Option<(&'static str, String)>, String>;

/// What a name of the source documents means here.
enum Means {
    /// The key, word for word.
    Key(&'static str),
    /// A key and its text, where the value says anything of it.
    Read(fn(&str) -> Meant),
}

/// Names that the source documents use; where two mean the same key, the later one wins.
const ALIASES: &[(&str, Means)] = &[
    ("NODE_ENV", Means::Key("profile")),
    ("API_GATEWAY_PORT", Means::Read(port)),
    ("PORT", Means::Read(port)),
    ("DATABASE_URL", Means::Key("database.url")),
    ("DATABASE_REPLICA_URL", Means::Key("database.replica_url")),
    ("REDIS_URL", Means::Key("redis.url")),
    ("SECRET_KEY", Means::Key("auth.jwt_secret")),
    ("JWT_SECRET", Means::Key("auth.jwt_secret")),
    ("JWT_EXPIRE", Means::Read(|text| Ok(Some(("auth.access_minutes", rounded_up(text, 1)?))))),
    ("REFRESH_TOKEN_EXPIRE", Means::Read(|text| Ok(Some(("auth.refresh_days", rounded_up(text, 24 * 60)?))))),
    ("CORS_ALLOWED_ORIGINS", Means::Key("http.cors_allowed_origins")),
    ("ALLOWED_HOSTS", Means::Key("http.allowed_hosts")),
    ("GRAPHQL_INTROSPECTION", Means::Key("graphql.introspection")),
    ("GRAPHQL_DEBUG", Means::Key("graphql.log")),
    ("ENABLE_LOGGING", Means::Read(logging)),
    ("DEBUG", Means::Read(|text| Ok(is_on(text).then(|| ("log.level", "debug".to_owned()))))),
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
    #[error("{name} {reason}")]
    Variable { name: String, reason: String },
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
        let mut given = Given::new();

        if let Some((path, text)) = self.file_text()? {
            let origin = path.display().to_string();
            for (key, value) in flatten(parse(&text, &origin)?) {
                put(&mut table, &known, &origin, &key, value)?;
                given.insert(key, origin.clone());
            }
        }
        for (name, key, text) in self.env_values(&known)? {
            let value = typed(&known, &key, &text).map_err(|reason| ConfigError::Wrong {
                origin: name.clone(),
                key: key.clone(),
                reason,
            })?;
            put(&mut table, &known, &name, &key, value)?;
            given.insert(key, name);
        }
        for (key, value) in self.set {
            put(&mut table, &known, "the command line", key, value)?;
            given.insert(key.to_owned(), "the command line".to_owned());
        }

        let mut config: Config = serde_path_to_error::deserialize(table).map_err(|error| {
            let key = error.path().to_string();
            wrong(&given, &key, &plainly(error.inner().message()))
        })?;
        apply_profile(&mut config, &given);
        check(&config, &given)?;
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
        if let Some(name) = REFUSED.iter().find(|name| self.env.contains_key(**name)) {
            return Err(ConfigError::Mongo { name: (*name).to_owned() });
        }
        let mut found = Vec::new();
        for (name, means) in ALIASES {
            // Set to nothing is how a compose file passes on what it was not given.
            let Some(text) = self.env.get(*name).filter(|text| !text.trim().is_empty()) else { continue };
            let meant = match means {
                Means::Key(key) => Ok(Some((*key, text.clone()))),
                Means::Read(read) => read(text.trim()),
            };
            match meant {
                Ok(Some((key, text))) => found.push(((*name).to_owned(), key.to_owned(), text)),
                Ok(None) => {}
                Err(reason) => return Err(ConfigError::Variable { name: (*name).to_owned(), reason }),
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
/// The keys that were set by hand, and where.
type Given = BTreeMap<String, String>;

/// What serde says of a value, as a person says it.
fn plainly(message: &str) -> String {
    if message.starts_with("invalid value: integer") {
        return "is below 0 or too large".to_owned();
    }
    if message.contains("socket address") {
        return "must be an address and a port, such as 127.0.0.1:8080 or 0.0.0.0:8080".to_owned();
    }
    if let Some((_, known)) = message.split_once(", expected one of ") {
        return format!("must be one of {known}");
    }
    format!("is not right: {message}")
}

/// A value that cannot be, with the place that it comes from.
fn wrong(given: &Given, key: &str, reason: &str) -> ConfigError {
    // `http.trusted_proxies[0]` was given as `http.trusted_proxies`.
    let whole = key.split('[').next().unwrap_or(key);
    let origin = given.get(whole).map_or("configuration", String::as_str);
    ConfigError::Wrong { origin: origin.to_owned(), key: key.to_owned(), reason: reason.to_owned() }
}

fn port(text: &str) -> Meant {
    let port: u16 = text.parse().map_err(|_| format!("is {text:?} and must be a port, 0 to 65535"))?;
    Ok(Some(("listen", format!("0.0.0.0:{port}"))))
}

fn logging(text: &str) -> Meant {
    Ok(Some(if is_on(text) { ("log.requests", "true".to_owned()) } else { ("log.level", "warn".to_owned()) }))
}

fn is_on(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text == "1"
}

/// `15m`, `24h` or `7d` in units of so many minutes, rounded up: nothing ends before its time.
fn rounded_up(text: &str, unit_minutes: u64) -> Result<String, String> {
    let refused = || format!("is {text:?} and must be a duration such as 15m, 24h or 7d");
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(refused)?;
    let (number, unit) = text.split_at(split);
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(refused()),
    };
    let number: u64 = number.parse().map_err(|_| refused())?;
    let seconds = number.checked_mul(seconds).ok_or_else(refused)?;
    Ok(seconds.div_ceil(unit_minutes * 60).to_string())
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
    let hint = match nearest {
        Some((_, name)) => format!("; did you mean `{name}`?"),
        None => known_sections(key).unwrap_or_default(),
    };
    ConfigError::Unknown { origin: origin.to_owned(), key: key.to_owned(), hint }
}

/// The sections that there are, for a key of one that there is not.
fn known_sections(key: &str) -> Option<String> {
    let (wanted, _) = key.split_once('.')?;
    let defaults: Table = DEFAULTS.parse().ok()?;
    let sections: Vec<&str> =
        defaults.iter().filter(|(_, value)| value.is_table()).map(|(name, _)| name.as_str()).collect();
    (!sections.contains(&wanted)).then(|| format!("; the sections are {}", sections.join(", ")))
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
fn apply_profile(config: &mut Config, given: &Given) {
    let free = |key: &str| !given.contains_key(key);
    if config.profile == Profile::Development {
        if free("log.format") {
            config.log.format = "human".into();
        }
        return;
    }
    if free("log.format") {
        config.log.format = "json".into();
    }
    if free("graphql.introspection") {
        config.graphql.introspection = false;
    }
    if free("http.behind_tls") {
        config.http.behind_tls = true;
    }
}

fn check(config: &Config, given: &Given) -> Result<(), ConfigError> {
    let wrong = |key: &str, reason: &str| wrong(given, key, reason);
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
    if !config.redis.url.is_empty()
        && let Some(fault) = usher_events::redis_address_fault(&config.redis.url)
    {
        return Err(wrong("redis.url", &format!("is no address such as redis://host:6379 ({fault})")));
    }
    if config.auth.access_minutes == 0 || config.auth.refresh_days == 0 {
        return Err(wrong("auth.access_minutes", "and auth.refresh_days must be at least 1"));
    }
    if !config.public_url.is_empty() && !is_origin(config.public_url.trim_end_matches('/')) {
        return Err(wrong("public_url", "must be an address such as https://queue.example, without a path"));
    }
    if let Some(one) = config.http.cors_allowed_origins.iter().find(|one| !is_origin(one)) {
        let reason = format!(
            "holds {one:?}: list origins as browsers send them, such as https://app.example, without a path"
        );
        return Err(wrong("http.cors_allowed_origins", &reason));
    }
    let oidc = &config.oidc;
    if oidc.issuer.is_empty() != oidc.client_id.is_empty() {
        return Err(wrong("oidc.issuer", "and oidc.client_id are set together or not at all"));
    }
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let safe =
        oidc.issuer.starts_with("https://") || local.iter().any(|start| oidc.issuer.starts_with(start));
    if !oidc.issuer.is_empty() && !safe {
        return Err(wrong(
            "oidc.issuer",
            "must begin with https://: whoever can read the way there signs in as anybody",
        ));
    }
    if oidc.google_client_id.is_empty() != oidc.google_client_secret.is_empty() {
        return Err(wrong(
            "oidc.google_client_id",
            "and oidc.google_client_secret are set together or not at all",
        ));
    }
    if !["", "human", "json"].contains(&config.log.format.as_str()) {
        return Err(wrong("log.format", "must be human or json"));
    }
    Ok(())
}

/// Whether a text is `scheme://host` or `scheme://host:port`, and nothing more.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        !host.is_empty() && host.chars().all(plain)
    })
}

#[cfg(test)]
mod tests;
