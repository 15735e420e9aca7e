//! What is read from where, and what is refused.

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

/// The example of an environment names every setting, and says of each what it is without being set.
#[test]
fn the_example_of_an_environment_is_true() {
    let example = include_str!("../../../../../.env.example");
    let known = keys_of(&parse(DEFAULTS, "the built-in defaults").unwrap());
    let mut left: Vec<String> = known.keys().map(|key| variable_of(key)).collect();
    for line in example.lines().filter_map(|line| line.strip_prefix("#USHER_")) {
        let (name, text) = line.split_once('=').unwrap();
        let name = format!("USHER_{name}");
        let key = known.keys().find(|key| variable_of(key) == name).unwrap();
        assert_eq!(
            typed(&known, key, text.trim_matches('"')).as_ref(),
            known.get(key).ok_or(&String::new()),
            "{name}"
        );
        left.retain(|known| *known != name);
    }
    assert_eq!(left, Vec::<String>::new(), "not in .env.example: run `cargo xtask contracts`");
    assert!(example.lines().all(|line| line.is_empty() || line.starts_with('#')), "nothing is set by it");
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
fn durations_are_kept_to_the_minute() {
    let minutes = |text: &str| env(&[("JWT_EXPIRE", text)]).load().unwrap().auth.access_minutes;
    assert_eq!((minutes("15m"), minutes("90s"), minutes("1d")), (15, 2, 24 * 60));
    let days = |text: &str| env(&[("REFRESH_TOKEN_EXPIRE", text)]).load().unwrap().auth.refresh_days;
    assert_eq!((days("7d"), days("36h"), days("30m")), (7, 2, 1));
}

#[test]
fn a_documents_whole_environment_is_taken() {
    let config = env(&[
        ("NODE_ENV", "development"),
        ("ENABLE_LOGGING", "true"),
        ("API_GATEWAY_PORT", "4000"),
        ("QUEUE_SERVICE_PORT", "4001"),
        ("JWT_SECRET", "your-super-secret-jwt-key-min-32-chars!!!"),
        ("JWT_EXPIRE", "24h"),
        ("REFRESH_TOKEN_SECRET", "your-super-secret-refresh-key-min-32!!!"),
        ("REFRESH_TOKEN_EXPIRE", "7d"),
        ("GRAPHQL_INTROSPECTION", "true"),
        ("GRAPHQL_DEBUG", "false"),
        ("ENABLE_NOTIFICATIONS", "true"),
        ("ENABLE_ANALYTICS", "true"),
        ("SECRET_KEY", "not the one that signs, and long enough to"),
        ("DEBUG", "False"),
        ("ALLOWED_HOSTS", "api.smartqueue.app,.example.org"),
        ("REDIS_URL", ""),
    ])
    .load()
    .unwrap();
    assert!(config.log.requests);
    assert_eq!(config.log.level, "info");
    assert_eq!(config.auth.jwt_secret, "your-super-secret-jwt-key-min-32-chars!!!");
    assert_eq!(config.http.allowed_hosts, ["api.smartqueue.app", ".example.org"]);
    let quiet = env(&[("ENABLE_LOGGING", "false"), ("DEBUG", "true")]).load().unwrap();
    assert_eq!(quiet.log.level, "debug", "whoever debugs wants to see something");
}

#[test]
fn a_profile_changes_what_nobody_set() {
    let production = |more: &[(&str, &str)]| {
        let pairs = [&[("USHER_PROFILE", "production")], more].concat();
        env(&pairs).load().unwrap()
    };
    let config = production(&[]);
    assert!(config.http.behind_tls && config.log.format == "json");
    assert!(!production(&[("USHER_HTTP_BEHIND_TLS", "false")]).http.behind_tls);
    assert!(!env(&[]).load().unwrap().http.behind_tls);
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
    assert_eq!(
        refused(&[("JWT_EXPIRE", "soon")]),
        "JWT_EXPIRE is \"soon\" and must be a duration such as 15m, 24h or 7d"
    );
    assert_eq!(refused(&[("PORT", "70000")]), "PORT is \"70000\" and must be a port, 0 to 65535");
    assert!(refused(&[("SECRET_KEY", "short")]).starts_with("SECRET_KEY: `auth.jwt_secret` is too short"));
    assert!(refused(&[("USHER_AUTH_ACCESS_MINUTES", "-5")]).contains("is below 0"));
    assert!(refused(&[("USHER_PROFILE", "prod")]).contains("must be one of `development`"));
    assert!(
        refused(&[("USHER_HTTP_TRUSTED_PROXIES", "10.0.0.0/8,abc")]).contains("`http.trusted_proxies[1]`")
    );
    assert!(refused(&[("USHER_PUBLIC_URL", "example.com")]).contains("such as https://queue.example"));
    for origin in ["*", "https://app.example/", "app.example", "https://a.example/path"] {
        assert!(refused(&[("CORS_ALLOWED_ORIGINS", origin)]).contains("list origins"), "{origin}");
    }
    assert!(refused(&[("REDIS_URL", "redis://x")]).contains("needs PostgreSQL"));
    let nodes = [("DATABASE_URL", "postgres://x/y"), ("JWT_SECRET", "0123456789abcdef0123456789abcdef")];
    let nonsense = refused(&[nodes[0], nodes[1], ("REDIS_URL", "nonsense")]);
    assert!(nonsense.contains("is no address such as redis://"), "{nonsense}");
    assert!(refused(&[("USHER_LISTEN", "here")]).contains("such as 127.0.0.1:8080"));
    let issuer = |url| [("USHER_OIDC_ISSUER", url), ("USHER_OIDC_CLIENT_ID", "usher")];
    assert!(refused(&issuer("http://id.example")).contains("must begin with https://"));
    assert!(env(&issuer("http://127.0.0.1:9000")).load().is_ok());
    assert!(refused(&[("USHER_OIDC_ISSUER", "https://id.example")]).contains("set together"));
    assert!(refused(&[("USHER_OIDC_GOOGLE_CLIENT_ID", "x")]).contains("set together"));
}

#[test]
fn a_file_with_an_unknown_key_is_refused_with_the_nearest_one() {
    let dir = std::env::temp_dir().join(format!("usher-config-{}", std::process::id()));
    std::fs::write(&dir, "[htttp]\nbehind_tls = true\n").unwrap();
    let error = Loader::new(Some(dir.clone()), []).load().unwrap_err().to_string();
    std::fs::remove_file(&dir).unwrap();
    assert!(error.contains("did you mean `http.behind_tls`?"), "{error}");
}
