//! Limits, addresses, headers.

use axum::http::Method;
use serde_json::json;
use usher_http::{HttpConfig, Rate, RateClass, RateLimiter, Rates, Subject};
use usher_kernel::{Clock, SignedDuration, Timestamp};
use usher_telemetry::{LogConfig, LogFormat, LogSink, init_with};
use uuid::Uuid;

use crate::app::App;

#[tokio::test]
async fn anonymous_issue_is_limited_by_address_and_staff_is_not() {
    let app = App::with(HttpConfig::default());
    let issue = |from: &str| app.ask(Method::POST, "/api/tickets").from(from);
    for _ in 0..10 {
        issue("192.0.2.1").expect(200).await;
    }
    let refused = issue("192.0.2.1").send().await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "6"));
    assert_eq!(refused.json()["code"], "rate_limited");
    issue("192.0.2.2").expect(200).await;
    issue("192.0.2.1").token("kiosk").expect(200).await;
    for staff in ["writer", "admin", "operator"] {
        for _ in 0..20 {
            issue("192.0.2.1").bearer(staff).expect(200).await;
        }
    }
    app.clock.advance(SignedDuration::from_secs(6));
    issue("192.0.2.1").expect(200).await;
    issue("192.0.2.1").expect(429).await;
}

#[tokio::test]
async fn signing_in_is_limited_by_address_whoever_asks() {
    let app = App::with(HttpConfig {
        rates: Rates { login: Rate::per_minute(2), ..Rates::default() },
        ..HttpConfig::default()
    });
    let sign_in = |token: &str| app.ask(Method::POST, "/api/login").from("192.0.2.1").bearer(token);
    sign_in("reader").expect(200).await;
    sign_in("writer").expect(200).await;
    sign_in("operator").expect(429).await;
}

#[tokio::test]
async fn guessing_credentials_costs_the_address() {
    let app = App::with(HttpConfig {
        rates: Rates { anonymous: Rate::per_minute(3), ..Rates::default() },
        ..HttpConfig::default()
    });
    for n in 0..3 {
        app.get("/api/me").from("192.0.2.1").bearer(&format!("guess{n}")).expect(401).await;
    }
    app.get("/api/me").from("192.0.2.1").bearer("guess").expect(429).await;
    app.get("/api/me").from("192.0.2.1").bearer("reader").expect(200).await;
}

#[test]
fn the_limiter_forgets_and_stays_small() {
    let limiter = RateLimiter::new(Rates { anonymous: Rate::per_minute(1), ..Rates::default() });
    let now = Timestamp::UNIX_EPOCH;
    for n in 0..150_000_u128 {
        assert!(limiter.take(RateClass::Anonymous, Subject::Id(Uuid::from_u128(n)), now).is_ok());
    }
    assert!(limiter.len() <= 32 * 4_096);
    let ipv6 = |text: &str| Subject::address(Some(text.parse().unwrap()));
    assert_eq!(ipv6("2001:db8:1:2:a::1"), ipv6("2001:db8:1:2:b::2"));
    assert_ne!(ipv6("2001:db8:1:2::1"), ipv6("2001:db8:1:3::1"));
    assert_eq!(ipv6("::ffff:192.0.2.1"), ipv6("192.0.2.1"));
}

#[tokio::test]
async fn bodies_are_limited_whether_their_length_is_told_or_not() {
    let app = App::new();
    let big = "x".repeat(65);
    let told = app.ask(Method::POST, "/api/tickets").header("content-length", "65").body(big.clone());
    assert_eq!(told.expect(413).await["code"], "body_too_large");
    let key = "0123456789abcdef";
    let untold = app.ask(Method::POST, "/api/tickets").header("idempotency-key", key).body(big);
    untold.expect(413).await;
    let json = format!("{{\"title\":\"{}\"}}", "x".repeat(1_100_000));
    let untold = app.ask(Method::POST, "/api/v1/tenants/acme/books").bearer("writer").body(json);
    untold.expect(413).await;
}

#[tokio::test]
async fn keys_have_a_length() {
    let app = App::new();
    let issue = |key: &str| app.ask(Method::POST, "/api/tickets").header("idempotency-key", key);
    for bad in ["", "short", &"k".repeat(256)] {
        assert_eq!(issue(bad).expect(400).await["code"], "invalid_idempotency_key");
    }
    issue("").bearer("writer").expect(400).await;
    issue("1").bearer("writer").expect(200).await;
    issue(&"k".repeat(255)).expect(200).await;
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let got = App::new().get("/api/slow").send().await;
    assert_eq!((got.status.as_u16(), got.header("retry-after")), (503, "1"));
    assert_eq!(got.json()["code"], "timeout");
}

#[tokio::test]
async fn too_much_at_once_is_shed() {
    let app = App::with(HttpConfig { concurrency: 1, ..HttpConfig::default() });
    let (slow, fast) = tokio::join!(app.get("/api/slow").send(), app.get("/api/whoami").send());
    assert_eq!(
        (slow.json()["code"].clone(), fast.json()["code"].clone()),
        (json!("timeout"), json!("overloaded"))
    );
    app.get("/api/whoami").expect(200).await;
}

#[tokio::test]
async fn addresses_come_from_trusted_proxies_only() {
    let app = App::with(HttpConfig {
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()],
        ..HttpConfig::default()
    });
    let ip = async |from: &str, forwarded: &str| {
        let ask = app.get("/api/whoami").from(from).header("x-forwarded-for", forwarded);
        ask.expect(200).await["ip"].clone()
    };
    assert_eq!(ip("192.0.2.1", "198.51.100.9").await, "192.0.2.1");
    assert_eq!(ip("10.1.1.1", "198.51.100.9").await, "198.51.100.9");
    assert_eq!(ip("10.1.1.1", "203.0.113.5, 198.51.100.9, 10.2.2.2").await, "198.51.100.9");
    assert_eq!(ip("10.1.1.1", "nonsense").await, "10.1.1.1");
    assert!("10.0.0.0/33".parse::<usher_http::Network>().is_err());
}

#[tokio::test]
async fn languages_are_taken_from_person_request_or_tenant() {
    let app = App::new();
    let locale = async |ask: crate::app::Ask| ask.expect(200).await["locale"].clone();
    assert_eq!(locale(app.get("/api/whoami")).await, "en");
    assert_eq!(locale(app.get("/api/whoami").header("accept-language", "ar-EG,ar;q=0.8")).await, "ar-EG");
    assert_eq!(locale(app.get("/api/whoami").header("accept-language", "<x>")).await, "en");
    assert_eq!(locale(app.get("/api/whoami").token("kiosk").header("accept-language", "de")).await, "fr");
}

#[tokio::test]
async fn every_answer_carries_its_id_and_secure_headers() {
    let app = App::with(HttpConfig { hsts: true, ..HttpConfig::default() });
    let id = "0190a0a0-0000-7000-8000-000000000001";
    for (path, status) in
        [("/api/whoami", 200), ("/api/me", 401), ("/api/nowhere", 404), ("/api/broken", 500)]
    {
        let got = app.get(path).header("x-request-id", id).send().await;
        assert_eq!(got.status.as_u16(), status);
        assert_eq!(got.header("x-request-id"), id);
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("cache-control"), "no-store");
        assert!(got.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert!(got.header("strict-transport-security").starts_with("max-age="));
    }
    assert_eq!(app.get("/api/whoami").header("x-request-id", id).expect(200).await["request_id"], id);
    let made = app.get("/api/whoami").header("x-request-id", "<script>").send().await;
    assert!(made.header("x-request-id").parse::<Uuid>().is_ok());
}

#[tokio::test]
async fn other_origins_are_let_in_by_name_only() {
    let app =
        App::with(HttpConfig { cors_origins: vec!["https://shop.example".into()], ..HttpConfig::default() });
    let preflight = async |origin: &str| {
        let ask = app.ask(Method::OPTIONS, "/api/me").header("origin", origin);
        ask.header("access-control-request-method", "POST").send().await
    };
    let ours = preflight("https://shop.example").await;
    assert_eq!(ours.status, 204);
    assert_eq!(ours.header("access-control-allow-origin"), "https://shop.example");
    for name in ["idempotency-key", "if-match", "if-none-match", "last-event-id"] {
        assert!(ours.header("access-control-allow-headers").contains(name), "{name}");
    }
    assert_eq!(preflight("https://evil.example").await.header("access-control-allow-origin"), "");
    let got = app.get("/api/whoami").header("origin", "https://shop.example").send().await;
    assert_eq!(
        (got.header("access-control-allow-origin"), got.header("vary")),
        ("https://shop.example", "origin")
    );
    let got = app.get("/api/whoami").header("origin", "https://evil.example").send().await;
    assert_eq!(got.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn large_texts_are_compressed_for_who_takes_that() {
    let app = App::new();
    let plain = app.get("/api/docs/swagger-ui.css").send().await;
    assert_eq!(plain.header("content-encoding"), "");
    let small = app.get("/api/whoami").header("accept-encoding", "gzip").send().await;
    assert_eq!(small.header("content-encoding"), "");
    let packed = app.get("/api/docs/swagger-ui.css").header("accept-encoding", "gzip").send().await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("gzip", "accept-encoding"));
    assert!(packed.bytes < plain.bytes / 2);
}

#[tokio::test]
async fn the_log_has_request_ids_and_no_secrets() {
    let config = LogConfig { filter: "trace".into(), format: LogFormat::Json, keep: 100 };
    let clock = Clock::manual(Timestamp::UNIX_EPOCH).0;
    let (subscriber, log) = init_with(&config, clock, LogSink::new(std::io::sink)).unwrap();
    let guard = tracing::subscriber::set_default(subscriber);
    let app = App::with(HttpConfig { access_log: true, ..HttpConfig::default() });
    let id = "0190a0a0-0000-7000-8000-000000000001";
    app.get("/ws/live?ticket=once").header("x-request-id", id).expect(200).await;
    app.get("/api/me?token=sesame")
        .bearer("reader")
        .header("cookie", "usher_session=biscuit")
        .expect(200)
        .await;
    app.get("/api/broken").header("x-request-id", id).expect(500).await;
    app.get("/api/panicking").expect(500).await;
    drop(guard);
    let lines = log.latest(100, None);
    let text: Vec<String> = lines.iter().map(|line| format!("{} {}", line.message, line.fields)).collect();
    let text = text.join("\n");
    for secret in ["once", "sesame", "reader", "biscuit", "ticket="] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let (_, after) =
        text.split_once("path=\"/ws/live\" status=200 millis=").expect("the request with its path");
    assert_eq!(after.split_whitespace().nth(1), Some(format!("request={id}").as_str()), "{text}");
    // What the client is not told stands here.
    assert!(text.contains(&format!("request={id} detail=the password of the database is hunter2")), "{text}");
    assert!(text.contains("detail=a handler panicked: a bug"), "{text}");
}
