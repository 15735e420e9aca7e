//! Rosters.

use serde_json::{Value, json};
use usher_kernel::SignedDuration;
use usher_testkit::TestClient;

use crate::app::App;

const SHIFTS: &str = "/api/v1/tenants/bank/shifts";

/// A site, and an agent's client and id.
async fn staffed(app: &App) -> (String, TestClient, String) {
    let admin = app.admin().await;
    let site = admin.post("/api/v1/tenants/bank/sites", json!({ "name": "Main" })).await.expect(201);
    let agent = app.person("agent", "ana@bank.example").await;
    let user = agent.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    (site["id"].as_str().unwrap().to_owned(), agent, user)
}

fn shift(user: &str, site: &str, from: &str, to: &str) -> Value {
    json!({
        "user_id": user,
        "site_id": site,
        "starts_at": format!("2026-11-20T{from}:00Z"),
        "ends_at": format!("2026-11-20T{to}:00Z"),
    })
}

async fn a_roster_is_planned_published_and_seen_by_who_works(app: App) {
    let (site, agent, user) = staffed(&app).await;
    let admin = app.admin().await;
    let morning = admin.post(SHIFTS, shift(&user, &site, "10:00", "12:00")).await.expect(201);
    assert_eq!((&morning["user_name"], &morning["published"]), (&json!("ana"), &json!(false)));
    admin.post(SHIFTS, shift(&user, &site, "12:00", "16:00")).await.expect(201);
    let clash = admin.post(SHIFTS, shift(&user, &site, "11:59", "13:00")).await;
    clash.expect_fault(409, "shift_clash");
    // Plans are the planner's.
    let seen = |client: TestClient, path: String| async move {
        client.get(&path).await.expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!(seen(agent.clone(), SHIFTS.to_owned()).await, 0);
    assert_eq!(seen(agent.clone(), format!("{SHIFTS}/mine")).await, 0);
    assert_eq!(seen(admin.clone(), SHIFTS.to_owned()).await, 2);
    let day = json!({ "site_id": site, "from": "2026-11-20T00:00:00Z", "to": "2026-11-20T12:00:00Z" });
    assert_eq!(admin.post(&format!("{SHIFTS}/publish"), &day).await.expect(200)["published"], 1);
    assert_eq!(admin.post(&format!("{SHIFTS}/publish"), &day).await.expect(200)["published"], 0);
    assert_eq!(seen(agent.clone(), format!("{SHIFTS}/mine")).await, 1);
    assert_eq!(app.count("shift.published"), 1);
    // Pages go by the begin.
    let first = admin.get(&format!("{SHIFTS}?limit=1")).await.expect(200);
    assert_eq!(first["items"][0]["id"], morning["id"]);
    let cursor = first["next_cursor"].as_str().unwrap().replace(' ', "%20");
    let second = admin.get(&format!("{SHIFTS}?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(
        (&second["items"][0]["starts_at"], &second["next_cursor"]),
        (&json!("2026-11-20T12:00:00Z"), &Value::Null)
    );
    assert_eq!(seen(admin.clone(), format!("{SHIFTS}?from=2026-11-20T12:00:00Z")).await, 1);
    assert_eq!(seen(admin.clone(), format!("{SHIFTS}?to=2026-11-20T12:00:00Z&site_id={site}")).await, 1);
    admin.get(&format!("{SHIFTS}?cursor=x")).await.expect(422);
    agent.post(SHIFTS, shift(&user, &site, "18:00", "19:00")).await.expect_fault(403, "forbidden");
}

async fn a_shift_is_changed_under_its_version_and_taken_out(app: App) {
    let (site, _, user) = staffed(&app).await;
    let admin = app.admin().await;
    let made = admin.post(SHIFTS, shift(&user, &site, "10:00", "12:00")).await.expect(201);
    let path = format!("{SHIFTS}/{}", made["id"].as_str().unwrap());
    let longer = json!({ "ends_at": "2026-11-20T13:00:00Z", "note": "with the new till" });
    let changed = admin.put(&path, &longer).await;
    assert_eq!(changed.header("etag"), Some("\"2\""));
    changed.expect(200);
    admin
        .clone()
        .header("if-match", "\"1\"")
        .put(&path, json!({ "note": "" }))
        .await
        .expect_fault(412, "stale");
    admin.clone().header("if-match", "\"1\"").delete(&path).await.expect_fault(412, "stale");
    admin.delete(&path).await.expect(204);
    admin.delete(&path).await.expect_fault(404, "not_found");
    let kinds = app.kinds();
    assert!(kinds.iter().any(|kind| kind == "shift.cancelled"), "{kinds:?}");
}

async fn what_cannot_be_a_shift_is_refused_at_its_field(app: App) {
    let (site, _, user) = staffed(&app).await;
    let admin = app.admin().await;
    let good = shift(&user, &site, "10:00", "12:00");
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let nobody = "0190a0a0-0000-7000-8000-000000000001";
    for (body, field) in [
        (with("user_id", Value::Null), "user_id"),
        (with("user_id", json!(nobody)), "user_id"),
        (with("site_id", json!(nobody)), "site_id"),
        (with("ends_at", json!("2026-11-20T10:00:00Z")), "ends_at"),
        (with("ends_at", json!("2026-11-21T10:00:01Z")), "ends_at"),
        (with("starts_at", json!("soon")), "starts_at"),
        (with("note", json!("x".repeat(201))), "note"),
        (with("note", json!("a\u{7}")), "note"),
    ] {
        let refusal = admin.post(SHIFTS, &body).await.expect(422);
        assert_eq!(refusal["errors"][0]["field"], field, "{body}");
    }
    let wide = json!({ "site_id": site, "from": "2026-01-01T00:00:00Z", "to": "2026-12-01T00:00:00Z" });
    assert_eq!(admin.post(&format!("{SHIFTS}/publish"), wide).await.expect(422)["errors"][0]["field"], "to");
}

async fn coming_and_going_is_noted_on_the_published_shift(app: App) {
    let (site, _, user) = staffed(&app).await;
    let admin = app.admin().await;
    let made = admin.post(SHIFTS, shift(&user, &site, "10:00", "12:00")).await.expect(201);
    let (identity, tenant) = (app.identity.clone(), app.bank);
    let (site_id, user_id) = (site.parse().unwrap(), user.parse().unwrap());
    let step = |come: bool| {
        let (identity, sys) = (identity.clone(), app.sys.clone());
        let db = app.db.clone();
        async move {
            let write = move |tx: &mut usher_db::Tx| match come {
                true => identity.clock_in(tx, tenant, user_id, site_id),
                false => identity.clock_out(tx, tenant, user_id),
            };
            db.write(&sys.within(tenant), usher_db::Lane::Tenant, write).await.unwrap();
        }
    };
    app.time.advance(SignedDuration::from_mins(30));
    step(true).await;
    let path = SHIFTS.to_owned();
    let read = || async { app.admin().await.get(&path).await.expect(200)["items"][0].clone() };
    assert_eq!(read().await["clocked_in_at"], Value::Null, "not published yet");
    let day = json!({ "site_id": site, "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z" });
    app.admin().await.post(&format!("{SHIFTS}/publish"), day).await.expect(200);
    step(true).await;
    assert_eq!(read().await["clocked_in_at"], "2026-11-20T09:30:00Z", "half an hour early");
    app.time.advance(SignedDuration::from_mins(60));
    step(true).await;
    assert_eq!(read().await["clocked_in_at"], "2026-11-20T09:30:00Z", "once");
    step(false).await;
    assert_eq!(read().await["clocked_out_at"], "2026-11-20T10:30:00Z");
    // Whoever comes back is there again, since they first came.
    app.time.advance(SignedDuration::from_mins(30));
    step(true).await;
    let back = read().await;
    assert_eq!(
        (&back["clocked_in_at"], &back["clocked_out_at"]),
        (&json!("2026-11-20T09:30:00Z"), &Value::Null)
    );
    app.time.advance(SignedDuration::from_mins(30));
    step(false).await;
    assert_eq!(read().await["clocked_out_at"], "2026-11-20T11:30:00Z");
    let refusal = app.admin().await.delete(&format!("{SHIFTS}/{}", made["id"].as_str().unwrap())).await;
    refusal.expect_fault(409, "shift_begun");
    assert_eq!((app.count("shift.clocked_in"), app.count("shift.clocked_out")), (2, 2));
}

/// Two shifts on one day: going in the evening says nothing of when one went at noon.
async fn going_ends_the_last_shift_alone(app: App) {
    let (site, _, user) = staffed(&app).await;
    let admin = app.admin().await;
    admin.post(SHIFTS, shift(&user, &site, "09:00", "11:00")).await.expect(201);
    admin.post(SHIFTS, shift(&user, &site, "15:00", "17:00")).await.expect(201);
    let day = json!({ "site_id": site, "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z" });
    admin.post(&format!("{SHIFTS}/publish"), day).await.expect(200);
    let (tenant, site, user) = (app.bank, site.parse().unwrap(), user.parse().unwrap());
    for (minutes, come) in [(0, true), (120, false), (240, true), (120, false)] {
        app.time.advance(SignedDuration::from_mins(minutes));
        let identity = app.identity.clone();
        let write = move |tx: &mut usher_db::Tx| match come {
            true => identity.clock_in(tx, tenant, user, site),
            false => identity.clock_out(tx, tenant, user),
        };
        app.db.write(&app.sys.within(tenant), usher_db::Lane::Tenant, write).await.unwrap();
    }
    let shifts = app.admin().await.get(SHIFTS).await.expect(200);
    let out = |n: usize| shifts["items"][n]["clocked_out_at"].clone();
    assert_eq!((out(0), out(1)), (json!("2026-11-20T11:00:00Z"), json!("2026-11-20T17:00:00Z")));
}

/// Nobody waits for somebody who works here no longer; where they have been stays on record.
async fn whoever_leaves_has_no_shifts_to_come(app: App) {
    let (site, agent, user) = staffed(&app).await;
    let admin = app.admin().await;
    admin.post(SHIFTS, shift(&user, &site, "06:00", "08:00")).await.expect(201);
    admin.post(SHIFTS, shift(&user, &site, "10:00", "12:00")).await.expect(201);
    let member = agent.get("/api/v1/auth/me").await.expect(200)["member_id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/api/v1/tenants/bank/members/{member}")).await.expect(204);
    let left = admin.get(SHIFTS).await.expect(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "{left}");
    assert_eq!(left["items"][0]["starts_at"], "2026-11-20T06:00:00Z");
    assert_eq!(app.count("shift.cancelled"), 1);
}

async fn who_does_not_come_is_late(app: App) {
    let (site, _, user) = staffed(&app).await;
    let admin = app.admin().await;
    admin.post(SHIFTS, shift(&user, &site, "10:00", "12:00")).await.expect(201);
    let day = json!({ "site_id": site, "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z" });
    admin.post(&format!("{SHIFTS}/publish"), day).await.expect(200);
    let late = || async { app.admin().await.get(SHIFTS).await.expect(200)["items"][0]["late"].clone() };
    app.time.advance(SignedDuration::from_mins(65));
    assert_eq!(late().await, false);
    app.time.advance(SignedDuration::from_mins(1));
    assert_eq!(late().await, true);
    // Whoever has shifts to come keeps their site.
    let refusal = app.admin().await.delete(&format!("/api/v1/tenants/bank/sites/{site}")).await;
    assert_eq!(refusal.status.as_u16(), 409, "{refusal}");
}

on_both! {
    a_roster_is_planned_published_and_seen_by_who_works,
    a_shift_is_changed_under_its_version_and_taken_out,
    what_cannot_be_a_shift_is_refused_at_its_field,
    coming_and_going_is_noted_on_the_published_shift,
    going_ends_the_last_shift_alone,
    whoever_leaves_has_no_shifts_to_come,
    who_does_not_come_is_late,
}
