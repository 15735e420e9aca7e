//! Tenants.

use serde_json::json;
use usher_tenancy::Tenancy;

use crate::app::{App, steady};

async fn only_the_platform_administrator_creates_tenants(app: App) {
    let bank = app.tenant("Demo Bank").await;
    let other = json!({ "name": "Other" });
    app.nobody().post("/api/organizations", &other).await.expect_fault(401, "not_signed_in");
    app.admin(&bank).post("/api/organizations", &other).await.expect_fault(403, "forbidden");
    app.platform().post("/api/organizations/", &other).await.expect(201);
    assert_eq!(app.kinds(), ["tenant.created", "tenant.created"]);
}

async fn a_new_tenant_is_answered_whole(app: App) {
    let new = json!({
        "name": "Demo Bank", "address": "Street 1", "contact_email": "hello@demo-bank.example",
        "phone_number": "+49 30 1234567", "logo_url": "/logo.png", "timezone": "Europe/Berlin",
        "default_locale": "de", "locales": ["de", "en"],
    });
    let bank = app.platform().post("/api/v1/tenants", new).await.expect(201);
    insta::assert_json_snapshot!("a_new_tenant_is_answered_whole", steady(bank.clone()));
    // Found by slug, by id, and as an organization.
    for name in [bank["slug"].as_str().unwrap(), bank["id"].as_str().unwrap()] {
        for path in [format!("/api/v1/tenants/{name}"), format!("/api/organizations/{name}")] {
            assert_eq!(app.admin(&bank).get(&path).await.expect(200), bank, "{path}");
        }
    }
}

async fn a_repeated_create_makes_one_tenant(app: App) {
    let client = app.platform().idempotency_key("again");
    let first = client.post("/api/v1/tenants", json!({ "name": "Bank" })).await.expect(201);
    let second = client.post("/api/v1/tenants", json!({ "name": "Bank" })).await;
    assert_eq!(second.header("idempotency-replayed"), Some("true"), "{second}");
    assert_eq!(second.expect(201), first);
    assert_eq!(app.kinds(), ["tenant.created"]);
}

async fn a_short_name_is_taken_once(app: App) {
    app.tenant("Bank").await;
    let asked = json!({ "name": "Bank", "slug": "bank" });
    app.platform().post("/api/v1/tenants", asked).await.expect_fault(409, "slug_taken");
    // One that was made from the name gets a number instead.
    assert_eq!(app.tenant("Bank").await["slug"], "bank-2");
}

async fn wrong_values_are_named(app: App) {
    let wrong = json!({ "name": "", "timezone": "Mars/Base", "branding": { "primary_color": "#7C7C7C" } });
    let problem = app.platform().post("/api/v1/tenants", wrong).await.expect_fault(422, "invalid_field");
    let fields: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "branding.primary_color", "timezone"]);
    app.platform().post("/api/v1/tenants", json!({ "nmae": "x" })).await.expect(422);
}

async fn an_edit_keeps_what_is_absent_and_records_what_changed(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    let path = format!("/api/organizations/{}", bank["slug"].as_str().unwrap());
    let answer = admin.put(&path, json!({ "address": "Street 1", "name": "The Bank" })).await;
    assert_eq!(answer.header("etag"), Some("\"2\""));
    let changed = answer.expect(200);
    assert_eq!((&changed["name"], &changed["address"]), (&json!("The Bank"), &json!("Street 1")));
    let payload = app.last_payload();
    assert_eq!(payload["before"], json!({ "address": null, "name": "Bank" }));
    assert_eq!(payload["after"], json!({ "address": "Street 1", "name": "The Bank" }));
    // What was read may be sent back whole; nothing changed, so nothing is recorded.
    admin.put(&path, &changed).await.expect(200);
    assert_eq!(app.kinds(), ["tenant.created", "tenant.updated"]);
}

async fn an_older_version_is_refused(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    admin.put("/api/v1/tenants/bank", json!({ "address": "a" })).await.expect(200);
    let late = admin.header("if-match", "\"1\"");
    late.put("/api/v1/tenants/bank", json!({ "address": "b" })).await.expect_fault(412, "stale");
}

async fn status_and_short_name_belong_to_the_platform(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    for change in [json!({ "status": "suspended" }), json!({ "slug": "other" })] {
        admin.put("/api/v1/tenants/bank", change).await.expect_fault(403, "platform_only");
    }
    app.platform().put("/api/v1/tenants/bank", json!({ "slug": "other" })).await.expect(200);
    app.platform().get("/api/v1/tenants/bank").await.expect_fault(404, "not_found");
    app.platform().get("/api/v1/tenants/other").await.expect(200);
}

async fn a_suspended_tenant_is_closed_to_all_but_the_platform(app: App) {
    let bank = app.tenant("Bank").await;
    app.platform().put("/api/v1/tenants/bank", json!({ "status": "suspended" })).await.expect(200);
    app.admin(&bank).get("/api/v1/tenants/bank").await.expect_fault(403, "tenant_suspended");
    assert_eq!(app.nobody().get("/api/v1/public/tenants").await.expect(200)["items"], json!([]));
    app.platform().get("/api/v1/tenants/bank").await.expect(200);
    app.platform().put("/api/v1/tenants/bank", json!({ "status": "active" })).await.expect(200);
    app.admin(&bank).get("/api/v1/tenants/bank").await.expect(200);
    assert_eq!(app.kinds(), ["tenant.created", "tenant.suspended", "tenant.resumed"]);
}

async fn another_tenant_is_not_there(app: App) {
    app.tenant("Bank").await;
    let other = app.tenant("Other").await;
    let stranger = app.admin(&other);
    for path in ["/api/v1/tenants/bank", "/api/organizations/bank", "/api/v1/tenants/bank/sites"] {
        stranger.get(path).await.expect_fault(404, "not_found");
    }
    stranger.put("/api/v1/tenants/bank", json!({ "name": "Mine" })).await.expect_fault(404, "not_found");
}

async fn settings_and_branding_have_their_own_routes(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    let settings = json!({ "board_label": "number", "pause_reasons": ["Tea"] });
    admin.put("/api/v1/tenants/bank/settings", &settings).await.expect(200);
    let left = admin.put("/api/v1/tenants/bank/settings", json!({ "pause_reasons": null })).await.expect(200);
    assert_eq!(left, json!({ "board_label": "number" }));
    let refused = admin.put("/api/v1/tenants/bank/settings", json!({ "board_lable": "number" })).await;
    let refused = refused.expect_fault(422, "invalid_field");
    assert!(refused["detail"].as_str().unwrap().contains("Did you mean board_label?"), "{refused}");
    let branding = json!({ "primary_color": "#0B5A8C", "logo_url": "/logo.svg" });
    admin.put("/api/v1/tenants/bank/branding", branding).await.expect(200);
    let read = app.clerk(&bank).get("/api/v1/tenants/bank").await.expect(200);
    assert_eq!(read["logo_url"], "/logo.svg");
    // Whoever may not change the tenant sees none of its settings.
    assert_eq!(read["settings"], json!({}));
    app.clerk(&bank).get("/api/v1/tenants/bank/settings").await.expect_fault(403, "forbidden");
}

async fn everything_is_known_again_after_a_start(app: App) {
    let bank = app.tenant("Bank").await;
    app.admin(&bank).post("/api/v1/tenants/bank/sites", json!({ "name": "Main" })).await.expect(201);
    let log = usher_events::Bus::new();
    let fresh = Tenancy::new(app.db.clone(), &log, None);
    assert!(fresh.directory().is_empty());
    fresh.load(&app.sys).await.unwrap();
    assert_eq!(fresh.directory().len(), (1, 1));
    let id = fresh.default_tenant().unwrap().id;
    assert_eq!(fresh.default_site(id).unwrap().slug, "main");
}

on_both! {
    only_the_platform_administrator_creates_tenants,
    a_new_tenant_is_answered_whole,
    a_repeated_create_makes_one_tenant,
    a_short_name_is_taken_once,
    wrong_values_are_named,
    an_edit_keeps_what_is_absent_and_records_what_changed,
    an_older_version_is_refused,
    status_and_short_name_belong_to_the_platform,
    a_suspended_tenant_is_closed_to_all_but_the_platform,
    another_tenant_is_not_there,
    settings_and_branding_have_their_own_routes,
    everything_is_known_again_after_a_start,
}
