//! Devices.

use serde_json::{Value, json};
use usher_kernel::SignedDuration;
use usher_testkit::TestClient;

use crate::app::{App, steady};

const DEVICES: &str = "/api/v1/tenants/bank/devices";

/// A site, and a device that shows a code.
async fn waiting(app: &App) -> (TestClient, Value, Value) {
    let admin = app.admin().await;
    let site = admin.post("/api/v1/tenants/bank/sites", json!({ "name": "Main" })).await.expect(201);
    let start = app.nobody().post("/api/v1/devices/pairing", json!({ "type": "display" })).await.expect(201);
    (admin, site, start)
}

async fn poll(app: &App, start: &Value) -> usher_testkit::Answer {
    let code = start["device_code"].as_str().unwrap();
    app.nobody().get(&format!("/api/v1/devices/pairing/{code}")).await
}

async fn a_device_is_paired_by_its_code_and_fetches_its_credential_once(app: App) {
    let (admin, site, start) = waiting(&app).await;
    assert_eq!(poll(&app, &start).await.expect(200), json!({ "paired": false }));
    let code = start["code"].as_str().unwrap().to_lowercase();
    let typed = format!("{}-{}", &code[..4], &code[4..]);
    let pair = json!({ "code": typed, "name": "Hall", "site_id": site["id"], "config": { "diagonal": 55 } });
    let device = admin.post(&format!("{DEVICES}/pair"), &pair).await.expect(201);
    insta::assert_json_snapshot!(
        "a_device_is_paired_by_its_code_and_fetches_its_credential_once",
        steady(&device)
    );
    // The code is used up.
    admin.post(&format!("{DEVICES}/pair"), &pair).await.expect_fault(404, "unknown_code");
    let got = poll(&app, &start).await.expect(200);
    assert_eq!((&got["paired"], &got["device"]["name"]), (&json!(true), &json!("Hall")));
    poll(&app, &start).await.expect_fault(404, "not_found");
    let screen = app.nobody().token(got["token"].as_str().unwrap());
    insta::assert_json_snapshot!(
        "a_device_is_paired_by_its_code_and_fetches_its_credential_once_2",
        steady(&screen.get("/api/v1/device").await.expect(200))
    );
    // It is a display: it reads, and issues nothing; it is no person.
    screen.get("/api/v1/tenants/bank/sites").await.expect(200);
    screen.get(DEVICES).await.expect_fault(403, "forbidden");
    screen.get("/api/profile").await.expect_fault(404, "not_found");
    assert_eq!(app.count("device.paired"), 1);
}

/// Who pairs a device is told what it says of itself, and decides.
async fn a_code_says_what_shows_it(app: App) {
    let (admin, site, start) = waiting(&app).await;
    let shown = |code: &Value| format!("{DEVICES}/pairing?code={}", code.as_str().unwrap());
    let told = admin.get(&shown(&start["code"])).await.expect(200);
    assert_eq!(told, json!({ "type": "display", "expires_at": start["expires_at"] }));
    let typed = start["code"].as_str().unwrap().to_lowercase();
    let typed = json!(format!("{}-{}", &typed[..4], &typed[4..]));
    admin.get(&shown(&typed)).await.expect(200);
    let silent = app.nobody().post("/api/v1/devices/pairing", json!({})).await.expect(201);
    assert_eq!(admin.get(&shown(&silent["code"])).await.expect(200)["type"], Value::Null);
    admin.get(&shown(&json!("ABCD2345"))).await.expect_fault(404, "unknown_code");
    for wrong in ["x", "7K4M2PX0"] {
        let refusal = admin.get(&shown(&json!(wrong))).await.expect(422);
        assert_eq!(refusal["errors"][0]["code"], "not_a_code");
    }
    admin.get(&format!("{DEVICES}/pairing")).await.expect(422);
    // It stays the administrator's word what it becomes; a code that was used says nothing any more.
    let pair = json!({ "code": start["code"], "type": "kiosk", "site_id": site["id"] });
    assert_eq!(admin.post(&format!("{DEVICES}/pair"), pair).await.expect(201)["type"], "kiosk");
    admin.get(&shown(&start["code"])).await.expect_fault(404, "unknown_code");
    app.time.advance(SignedDuration::from_mins(15));
    let admin = app.admin().await;
    admin.get(&shown(&silent["code"])).await.expect_fault(404, "unknown_code");
}

async fn a_ping_shows_that_a_device_is_alive(app: App) {
    let (admin, site, start) = waiting(&app).await;
    let pair = json!({ "code": start["code"], "type": "kiosk", "site_id": site["id"] });
    let device = admin.post(&format!("{DEVICES}/pair"), pair).await.expect(201);
    assert_eq!((&device["type"], &device["online"]), (&json!("kiosk"), &json!(false)));
    let token = poll(&app, &start).await.expect(200)["token"].clone();
    let kiosk = app.nobody().token(token.as_str().unwrap());
    kiosk.post("/api/v1/device/ping", json!({ "paper": "low", "version": "1" })).await.expect(204);
    let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
    let seen = admin.get(&path).await.expect(200);
    assert_eq!((&seen["online"], &seen["paper"]), (&json!(true), &json!("low")));
    app.time.advance(SignedDuration::from_secs(90));
    assert_eq!(admin.get(DEVICES).await.expect(200)["items"][0]["online"], false);
    admin.post("/api/v1/device/ping", json!({})).await.expect_fault(403, "forbidden");
}

async fn a_revoked_device_is_out_at_once(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let pair = json!({ "code": start["code"] });
    let device = admin.post(&format!("{DEVICES}/pair"), pair).await.expect(201);
    let token = poll(&app, &start).await.expect(200)["token"].clone();
    let screen = app.nobody().token(token.as_str().unwrap());
    screen.get("/api/v1/device").await.expect(200);
    let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
    // A site with a device is not deleted; without one it is.
    let refusal = admin.delete("/api/v1/tenants/bank/sites/main").await.expect_fault(409, "site_in_use");
    assert_eq!(refusal["cost"], json!([{ "what": "devices", "count": 1 }]));
    admin.delete(&path).await.expect(204);
    screen.get("/api/v1/device").await.expect_fault(401, "invalid_credential");
    admin.get(&path).await.expect_fault(404, "not_found");
    admin.delete("/api/v1/tenants/bank/sites/main").await.expect(204);
}

async fn a_device_is_set_up_anew(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let device = admin.post(&format!("{DEVICES}/pair"), json!({ "code": start["code"] })).await.expect(201);
    assert_eq!((&device["name"], &device["type"]), (&json!("display"), &json!("display")));
    let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
    let change = json!({ "name": "Window", "config": { "voice": true } });
    let changed = admin.put(&path, change).await.expect(200);
    assert_eq!((&changed["name"], &changed["version"]), (&json!("Window"), &json!(2)));
    let late = admin.clone().header("if-match", "\"1\"");
    late.put(&path, json!({ "name": "x" })).await.expect_fault(412, "stale");
    admin.put(&path, json!({ "name": "" })).await.expect(422);
    let unknown = json!({ "site_id": "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee" });
    admin.put(&path, unknown).await.expect(422);
}

async fn staff_hear_once_of_a_device_that_falls_silent_and_of_its_paper(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let device = admin.post(&format!("{DEVICES}/pair"), json!({ "code": start["code"] })).await.expect(201);
    let token = poll(&app, &start).await.expect(200)["token"].clone();
    let screen = app.nobody().token(token.as_str().unwrap());
    let look = || async {
        let write = |tx: &mut usher_db::Tx<'_>| usher_jobs::Recurring::run(&usher_identity::Silence, tx);
        app.db.write_system(&app.sys, usher_db::Lane::Any, write).await.unwrap();
    };
    look().await;
    assert_eq!(app.count("device.silent"), 0, "one that was never seen has not fallen silent");
    screen.post("/api/v1/device/ping", json!({ "paper": "ok" })).await.expect(204);
    app.time.advance(SignedDuration::from_secs(90));
    look().await;
    assert_eq!(app.count("device.silent"), 0);
    app.time.advance(SignedDuration::from_secs(1));
    look().await;
    look().await;
    assert_eq!(app.count("device.silent"), 1);
    let event = app.last("device.silent");
    assert_eq!(
        (event.tenant, event.thing_id.to_string()),
        (Some(app.bank), device["id"].as_str().unwrap().to_owned())
    );
    for paper in ["low", "low", "out", "wet"] {
        screen.post("/api/v1/device/ping", json!({ "paper": paper })).await.expect(204);
    }
    assert_eq!((app.count("device.back"), app.count("device.paper")), (1, 2));
    assert!(app.last("device.paper").payload.get().contains("\"out\""));
    let wrong = json!({ "config": { "idle_seconds": -1, "media": "x", "theirs": 1 } });
    let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
    let refusal = admin.put(&path, wrong).await.expect(422);
    let fields: Vec<_> = refusal["errors"].as_array().unwrap().iter().map(|e| e["field"].clone()).collect();
    assert_eq!(fields, ["config.idle_seconds", "config.media"]);
}

/// A printer at the machine cannot say how its paper stands: whoever looks after it does.
async fn the_set_up_says_how_the_paper_stands_until_somebody_says_otherwise(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let low =
        json!({ "code": start["code"], "type": "kiosk", "config": { "printer": true, "paper": "low" } });
    let device = admin.post(&format!("{DEVICES}/pair"), low).await.expect(201);
    let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
    let stands = || async {
        let device = admin.get(&path).await.expect(200);
        (device["paper"].as_str().unwrap().to_owned(), device["printer"].as_str().unwrap().to_owned())
    };
    let as_words = |paper: &str| (paper.to_owned(), "ok".to_owned());
    assert_eq!(stands().await, as_words("low"));
    let out = json!({ "config": { "printer": true, "paper": "out" } });
    assert_eq!(admin.put(&path, &out).await.expect(200)["paper"], "out");
    assert_eq!((stands().await, app.count("device.paper")), (as_words("out"), 1));
    // A kiosk that knows better says so; another edit says nothing of the paper.
    let token = poll(&app, &start).await.expect(200)["token"].clone();
    let kiosk = app.nobody().token(token.as_str().unwrap());
    kiosk.post("/api/v1/device/ping", json!({})).await.expect(204);
    assert_eq!(stands().await, as_words("out"), "a kiosk that does not know says nothing");
    kiosk.post("/api/v1/device/ping", json!({ "paper": "ok" })).await.expect(204);
    admin.put(&path, json!({ "name": "Door" })).await.expect(200);
    assert_eq!((stands().await, app.count("device.paper")), (as_words("ok"), 2));
    admin.put(&path, json!({ "config": null })).await.expect(200);
    assert_eq!((stands().await, app.count("device.paper")), (as_words("ok"), 2), "nothing new");
}

/// A device shows that it can do something, and says how that went.
async fn a_device_is_tested_and_says_how_it_went(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let kiosk = json!({ "code": start["code"], "type": "kiosk" });
    let device = admin.post(&format!("{DEVICES}/pair"), kiosk).await.expect(201);
    let token = poll(&app, &start).await.expect(200)["token"].clone();
    let screen = app.nobody().token(token.as_str().unwrap());
    let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
    let tests = format!("{path}/tests");
    let ask = |what: &str| {
        let (admin, tests, body) = (admin.clone(), tests.clone(), json!({ "what": what }));
        async move { admin.post(&tests, body).await }
    };
    let answer = |test: &Value, outcome: &str| {
        let path = format!("/api/v1/device/tests/{}", test["id"].as_str().unwrap());
        let (screen, body) = (screen.clone(), json!({ "outcome": outcome }));
        async move { screen.post(&path, body).await }
    };
    let chime = ask("chime").await.expect(201);
    assert_eq!((&chime["what"], &chime["outcome"]), (&json!("chime"), &json!(null)));
    assert!(app.last("device.test_asked").payload.get().contains(chime["id"].as_str().unwrap()));
    assert_eq!(admin.get(&path).await.expect(200)["test"], chime);
    answer(&chime, "loud").await.expect(422);
    app.time.advance(SignedDuration::from_secs(2));
    answer(&chime, "blocked").await.expect(204);
    let shown = admin.get(&path).await.expect(200);
    assert_eq!(
        (&shown["test"]["outcome"], &shown["test"]["answered_at"], &shown["version"]),
        (&json!("blocked"), &json!("2026-11-20T09:00:02Z"), &device["version"])
    );
    answer(&chime, "done").await.expect_fault(404, "not_found");
    // Only the newest waits for an answer, and not for ever.
    let voice = ask("voice").await.expect(201);
    let print = ask("print").await.expect(201);
    answer(&voice, "done").await.expect_fault(404, "not_found");
    app.time.advance(SignedDuration::from_secs(60));
    answer(&print, "done").await.expect_fault(404, "not_found");
    assert_eq!((app.count("device.test_asked"), app.count("device.tested")), (3, 1));

    ask("dance").await.expect(422);
    let agent = app.person("agent", "agent@bank.example").await;
    agent.post(&tests, json!({ "what": "chime" })).await.expect_fault(403, "forbidden");
    screen.post(&tests, json!({ "what": "chime" })).await.expect_fault(403, "forbidden");
    let nobody = format!("{DEVICES}/0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee/tests");
    admin.post(&nobody, json!({ "what": "chime" })).await.expect_fault(404, "not_found");
    let path = format!("/api/v1/device/tests/{}", print["id"].as_str().unwrap());
    admin.post(&path, json!({ "outcome": "done" })).await.expect_fault(403, "forbidden");
}

async fn a_board_prints_nothing(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let device = admin.post(&format!("{DEVICES}/pair"), json!({ "code": start["code"] })).await.expect(201);
    let tests = format!("{DEVICES}/{}/tests", device["id"].as_str().unwrap());
    let refusal = admin.post(&tests, json!({ "what": "print" })).await.expect(422);
    assert_eq!(
        (&refusal["errors"][0]["field"], &refusal["errors"][0]["code"]),
        (&json!("what"), &json!("not_for_device"))
    );
    admin.post(&tests, json!({ "what": "voice" })).await.expect(201);
}

/// A printer has no screen for a code: it is put on record by its address.
async fn a_printer_is_put_on_record_by_its_address(app: App) {
    let admin = app.admin().await;
    let site = admin.post("/api/v1/tenants/bank/sites", json!({ "name": "Main" })).await.expect(201);
    let set_up = json!({ "printer_address": "10.0.0.7:9100", "paper": "low" });
    let new = json!({ "name": " In the hall ", "config": set_up });
    let printer = admin.post(DEVICES, &new).await.expect(201);
    assert_eq!(
        (&printer["type"], &printer["name"], &printer["site_id"]),
        (&json!("printer"), &json!("In the hall"), &site["id"])
    );
    assert_eq!(
        (&printer["online"], &printer["last_seen"], &printer["paper"], &printer["printer"]),
        (&json!(false), &Value::Null, &json!("low"), &json!("ok"))
    );
    assert_eq!(app.count("device.paired"), 1);
    let nowhere = "0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee";
    for (wrong, field, code) in [
        (json!({ "name": "x" }), "config.printer_address", "required"),
        (
            json!({ "name": "x", "config": { "printer_address": "hall" } }),
            "config.printer_address",
            "not_a_printer",
        ),
        (json!({ "name": " ", "config": set_up }), "name", "required"),
        (json!({ "name": "x", "type": "kiosk", "config": set_up }), "type", "shows_a_code"),
        (json!({ "name": "x", "site_id": nowhere, "config": set_up }), "site_id", "unknown_site"),
    ] {
        let refusal = admin.post(DEVICES, &wrong).await.expect(422);
        let first = &refusal["errors"][0];
        assert_eq!((&first["field"], &first["code"]), (&json!(field), &json!(code)), "{wrong}");
    }
    let agent = app.person("agent", "agent@bank.example").await;
    agent.post(DEVICES, &new).await.expect_fault(403, "forbidden");
    let path = format!("{DEVICES}/{}", printer["id"].as_str().unwrap());
    let moved = json!({ "config": { "printer_address": "10.0.0.8:9100" } });
    assert_eq!(admin.put(&path, moved).await.expect(200)["version"], 2);
    let lost = admin.put(&path, json!({ "config": {} })).await.expect(422);
    assert_eq!(lost["errors"][0]["field"], "config.printer_address");
    // The server prints at it; there is nobody whom one could ask.
    for what in ["print", "chime"] {
        let refusal = admin.post(&format!("{path}/tests"), json!({ "what": what })).await.expect(422);
        assert_eq!(refusal["errors"][0]["code"], "not_for_device");
    }
    admin.delete(&path).await.expect(204);
    admin.get(&path).await.expect_fault(404, "not_found");
}

async fn a_screen_above_a_counter_names_the_one(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let (one, two) = ("0199aaaa-bbbb-7ccc-8ddd-000000000001", "0199aaaa-bbbb-7ccc-8ddd-000000000002");
    let above = |counters: Value| json!({ "layout": "counter", "counters": counters });
    let nowhere = json!({ "code": start["code"], "config": { "layout": "counter" } });
    let refusal = admin.post(&format!("{DEVICES}/pair"), nowhere).await.expect(422);
    assert_eq!(
        (&refusal["errors"][0]["field"], &refusal["errors"][0]["code"]),
        (&json!("config.counters"), &json!("one_counter"))
    );
    let pair = json!({ "code": start["code"], "config": above(json!([one])) });
    let device = admin.post(&format!("{DEVICES}/pair"), pair).await.expect(201);
    let path = format!("{DEVICES}/{}", device["id"].as_str().unwrap());
    let both = admin.put(&path, json!({ "config": above(json!([one, two])) })).await.expect(422);
    assert_eq!(both["errors"][0]["code"], "one_counter");
}

async fn a_code_runs_out(app: App) {
    let (_, _, start) = waiting(&app).await;
    app.time.advance(SignedDuration::from_mins(15));
    let admin = app.admin().await;
    let pair = json!({ "code": start["code"] });
    admin.post(&format!("{DEVICES}/pair"), pair).await.expect_fault(404, "unknown_code");
    poll(&app, &start).await.expect_fault(404, "not_found");
    admin.post(&format!("{DEVICES}/pair"), json!({ "code": "O0I1" })).await.expect(422);
}

async fn devices_of_another_tenant_are_not_there(app: App) {
    let (admin, _, start) = waiting(&app).await;
    let device = admin.post(&format!("{DEVICES}/pair"), json!({ "code": start["code"] })).await.expect(201);
    app.shop().await;
    let stranger = app.as_user("admin@shop.example").await;
    let id = device["id"].as_str().unwrap();
    stranger.get(DEVICES).await.expect_fault(404, "not_found");
    let path = format!("/api/v1/tenants/shop/devices/{id}");
    stranger.get(&path).await.expect_fault(404, "not_found");
    stranger.put(&path, json!({ "name": "x" })).await.expect_fault(404, "not_found");
    stranger.delete(&path).await.expect_fault(404, "not_found");
    let printer = json!({ "name": "x", "config": { "printer_address": "10.0.0.7:9100" } });
    stranger.post(DEVICES, printer).await.expect_fault(404, "not_found");
    stranger.post(&format!("{path}/tests"), json!({ "what": "chime" })).await.expect_fault(404, "not_found");
}

on_both! {
    a_device_is_paired_by_its_code_and_fetches_its_credential_once,
    a_code_says_what_shows_it,
    a_ping_shows_that_a_device_is_alive,
    a_revoked_device_is_out_at_once,
    a_device_is_set_up_anew,
    staff_hear_once_of_a_device_that_falls_silent_and_of_its_paper,
    the_set_up_says_how_the_paper_stands_until_somebody_says_otherwise,
    a_device_is_tested_and_says_how_it_went,
    a_board_prints_nothing,
    a_printer_is_put_on_record_by_its_address,
    a_screen_above_a_counter_names_the_one,
    a_code_runs_out,
    devices_of_another_tenant_are_not_there,
}
