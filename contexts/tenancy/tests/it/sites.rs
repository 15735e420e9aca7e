//! Sites and their hours.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_db::{DbError, Lane, Tx};
use usher_kernel::{SignedDuration, SiteId};
use usher_tenancy::{Resident, SiteGuard};

use crate::app::{App, steady};

const SITES: &str = "/api/v1/tenants/bank/sites";

fn berlin() -> Value {
    let day = json!([{ "opens": "08:30", "closes": "12:00" }, { "opens": "13:00", "closes": "16:00" }]);
    json!({
        "name": "Main branch", "timezone": "Europe/Berlin", "address": "Street 1", "lat": 52.5, "lon": 13.4,
        "hours": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day },
        "holidays": [{ "date": "2026-12-25", "name": "Christmas Day" }], "capacity": 40,
    })
}

async fn a_new_site_is_answered_whole_and_knows_whether_it_is_open(app: App) {
    let bank = app.tenant("Bank").await;
    let site = app.admin(&bank).post(SITES, berlin()).await.expect(201);
    insta::assert_json_snapshot!(
        "a_new_site_is_answered_whole_and_knows_whether_it_is_open",
        steady(site.clone())
    );
    // 9:00 UTC is 10:00 in Berlin; at noon there is a break, and at night the weekend.
    app.time.advance(SignedDuration::from_hours(2));
    let path = format!("{SITES}/main-branch");
    let lunch = app.clerk(&bank).get(&path).await.expect(200);
    assert_eq!((&lunch["open"], &lunch["opens_at"]), (&json!(false), &json!("2026-11-20T12:00:00Z")));
    app.time.advance(SignedDuration::from_hours(8));
    let night = app.clerk(&bank).get(&path).await.expect(200);
    assert_eq!(night["opens_at"], "2026-11-23T07:30:00Z");
    let public = app.nobody().get("/api/v1/public/tenants/bank").await.expect(200);
    assert_eq!(public["sites"][0]["opens_at"], "2026-11-23T07:30:00Z");
}

async fn a_wrong_date_is_asked_for_as_a_date(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    for wrong in ["2026-02-30", "zz", "", "2026-12-25T00:00:00Z", "25.12.2026"] {
        let body = json!({ "name": "Main", "holidays": [{ "date": "2026-12-24" }, { "date": wrong }] });
        let told = admin.post(SITES, body).await.expect_fault(422, "invalid_field");
        assert_eq!(told["errors"][0]["field"], "holidays[1].date");
        assert_eq!(
            told["errors"][0]["message"], "holidays[1].date must be a date such as 2026-12-25.",
            "{wrong:?}"
        );
    }
}

async fn the_first_site_is_the_default_one_until_another_is(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    let main = admin.post(SITES, json!({ "name": "Main" })).await.expect(201);
    app.time.advance(SignedDuration::from_secs(1));
    let north = admin.post(SITES, json!({ "name": "North" })).await.expect(201);
    assert_eq!((&main["is_default"], &north["is_default"]), (&json!(true), &json!(false)));
    admin
        .put(&format!("{SITES}/main"), json!({ "is_default": false }))
        .await
        .expect_fault(409, "default_site");
    admin.put(&format!("{SITES}/north"), json!({ "is_default": true })).await.expect(200);
    let marked: Vec<Value> = admin.get(SITES).await.expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|site| site["is_default"].clone())
        .collect();
    assert_eq!(marked, [json!(false), json!(true)]);
}

async fn lists_are_paged_and_filtered(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    for name in ["A one", "B two", "C three"] {
        app.time.advance(SignedDuration::from_secs(1));
        let kind = if name.starts_with('B') { "shop" } else { "branch" };
        admin.post(SITES, json!({ "name": name, "kind": kind })).await.expect(201);
    }
    let first = admin.get(&format!("{SITES}?limit=2")).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("{SITES}/?limit=2&cursor={cursor}")).await.expect(200);
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (names(&first), names(&second)),
        (vec!["A one".into(), "B two".into()], vec!["C three".into()])
    );
    assert_eq!(names(&admin.get(&format!("{SITES}?kind=shop")).await.expect(200)), ["B two"]);
    assert_eq!(names(&admin.get(&format!("{SITES}?q=THREE")).await.expect(200)), ["C three"]);
    admin.get(&format!("{SITES}?cursor=x")).await.expect(422);
}

async fn an_edit_replaces_hours_and_keeps_the_rest(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    let site = admin.post(SITES, berlin()).await.expect(201);
    let path = format!("{SITES}/{}", site["id"].as_str().unwrap());
    let hours = json!({ "sat": [{ "opens": "10:00", "closes": "14:00" }] });
    let changed = admin.put(&path, json!({ "hours": hours })).await.expect(200);
    assert_eq!((&changed["open"], &changed["address"]), (&json!(false), &json!("Street 1")));
    assert_eq!(app.last_payload()["before"].as_object().unwrap().keys().collect::<Vec<_>>(), ["opening"]);
    let always = admin.put(&path, json!({ "hours": null })).await.expect(200);
    assert_eq!((&always["open"], &always["closes_at"]), (&json!(true), &json!("2026-12-24T23:00:00Z")));
    // What was read may be sent back whole.
    admin.put(&path, &always).await.expect(200);
    let stale = admin.header("if-match", "\"1\"");
    stale.put(&path, json!({ "name": "x" })).await.expect_fault(412, "stale");
}

async fn wrong_hours_are_named(app: App) {
    let bank = app.tenant("Bank").await;
    let wrong = json!({
        "name": "Main", "latitude": 95.0, "longitude": 1.0, "capacity": 0,
        "hours": { "mon": [{ "opens": "08:00", "closes": "12:00" }, { "opens": "11:00", "closes": "13:00" }] },
    });
    let problem = app.admin(&bank).post(SITES, wrong).await.expect_fault(422, "invalid_field");
    let fields: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["latitude", "capacity", "hours.mon"]);
    let unreadable = json!({ "name": "Main", "hours": { "mon": [{ "opens": "8", "closes": "12:00" }] } });
    let problem = app.admin(&bank).post(SITES, unreadable).await.expect(422);
    assert_eq!(problem["errors"][0]["field"], "hours.mon[0].opens");
}

struct Line(i64);

impl SiteGuard for Line {
    fn residents(&self, _: &mut Tx, _: SiteId) -> Result<Vec<Resident>, DbError> {
        Ok(vec![Resident { what: "people waiting", count: self.0 }, Resident { what: "queues", count: 0 }])
    }
}

async fn a_site_where_something_lives_is_not_deleted(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    admin.post(SITES, json!({ "name": "Main" })).await.expect(201);
    let north = admin.post(SITES, json!({ "name": "North" })).await.expect(201);
    admin.delete(&format!("{SITES}/main")).await.expect_fault(409, "default_site");
    app.tenancy.guard_sites(Arc::new(Line(12)));
    let refusal = admin.delete(&format!("{SITES}/north")).await.expect_fault(409, "site_in_use");
    assert_eq!(refusal["cost"], json!([{ "what": "people waiting", "count": 12 }]));
    assert_eq!(refusal["detail"], "This site cannot be deleted, because it still has: 12 people waiting.");
    admin.get(&format!("{SITES}/{}", north["id"].as_str().unwrap())).await.expect(200);
}

async fn an_empty_site_is_deleted_and_its_short_name_is_free_again(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    admin.post(SITES, json!({ "name": "Main" })).await.expect(201);
    admin.post(SITES, json!({ "name": "North" })).await.expect(201);
    admin.delete(&format!("{SITES}/north")).await.expect(204);
    admin.get(&format!("{SITES}/north")).await.expect_fault(404, "not_found");
    admin.delete(&format!("{SITES}/north")).await.expect_fault(404, "not_found");
    admin.post(SITES, json!({ "name": "North", "slug": "north" })).await.expect(201);
    admin.post(SITES, json!({ "name": "North", "slug": "north" })).await.expect_fault(409, "slug_taken");
    assert!(app.kinds().contains(&"site.deleted".to_owned()));
}

async fn sites_are_changed_by_who_may_and_seen_by_their_own_tenant(app: App) {
    let bank = app.tenant("Bank").await;
    let other = app.tenant("Other").await;
    let site = app.admin(&bank).post(SITES, json!({ "name": "Main" })).await.expect(201);
    let id = site["id"].as_str().unwrap();
    app.clerk(&bank).post(SITES, json!({ "name": "x" })).await.expect_fault(403, "forbidden");
    app.nobody().get(SITES).await.expect(401);
    // Under its own tenant's path the stranger's site is not there either.
    let path = format!("/api/v1/tenants/other/sites/{id}");
    app.admin(&other).get(&path).await.expect_fault(404, "not_found");
    app.admin(&other).put(&path, json!({ "name": "Mine" })).await.expect_fault(404, "not_found");
    app.admin(&other).delete(&path).await.expect_fault(404, "not_found");
}

async fn a_tenant_without_a_site_gets_its_first_when_one_is_needed(app: App) {
    let bank = app.tenant("Bank of the South").await;
    let ctx = app.sys.within(bank["id"].as_str().unwrap().parse().unwrap());
    let home = async || {
        let tenant = ctx.tenant;
        let make = move |tx: &mut Tx<'_>| usher_tenancy::ops::home_site(tx, tenant);
        app.db.write::<_, usher_tenancy::Error>(&ctx, Lane::Tenant, make).await.unwrap()
    };
    let first = home().await;
    assert_eq!(
        (&*first.name, &*first.slug, first.is_default),
        ("Bank of the South", "bank-of-the-south", true)
    );
    assert_eq!(home().await.id, first.id, "one site for whatever is made without naming one");
    let admin = app.admin(&bank);
    let north =
        admin.post("/api/v1/tenants/bank-of-the-south/sites", json!({ "name": "North", "is_default": true }));
    assert_eq!(north.await.expect(201)["id"], home().await.id.to_string());
}

async fn whoever_is_limited_to_a_site_changes_no_other(app: App) {
    let bank = app.tenant("Bank").await;
    let admin = app.admin(&bank);
    let main = admin.post(SITES, json!({ "name": "Main" })).await.expect(201);
    let north = admin.post(SITES, json!({ "name": "North" })).await.expect(201);
    let local = app.admin_at(&bank, &main);
    let (own, other) = (format!("{SITES}/main"), format!("{SITES}/north"));
    local.put(&own, json!({ "notice": "Side door" })).await.expect(200);
    local.put(&other, json!({ "notice": "Closed" })).await.expect_fault(403, "wrong_site");
    local.delete(&other).await.expect_fault(403, "wrong_site");
    local.post(SITES, json!({ "name": "South" })).await.expect_fault(403, "some_sites");
    // What holds at all of them is not theirs to change either.
    let bank = "/api/v1/tenants/bank";
    local.put(bank, json!({ "address": "Elsewhere" })).await.expect_fault(403, "some_sites");
    local.put(&format!("{bank}/branding"), json!({})).await.expect_fault(403, "some_sites");
    let settings = json!({ "board_label": "initials" });
    local.put(&format!("{bank}/settings"), &settings).await.expect_fault(403, "some_sites");
    admin.put(&format!("{bank}/settings"), &settings).await.expect(200);
    let left = admin.get(&other).await.expect(200);
    assert_eq!((&left["id"], &left["notice"]), (&north["id"], &Value::Null));
}

on_both! {
    whoever_is_limited_to_a_site_changes_no_other,
    a_tenant_without_a_site_gets_its_first_when_one_is_needed,
    a_new_site_is_answered_whole_and_knows_whether_it_is_open,
    a_wrong_date_is_asked_for_as_a_date,
    the_first_site_is_the_default_one_until_another_is,
    lists_are_paged_and_filtered,
    an_edit_replaces_hours_and_keeps_the_rest,
    wrong_hours_are_named,
    a_site_where_something_lives_is_not_deleted,
    an_empty_site_is_deleted_and_its_short_name_is_free_again,
    sites_are_changed_by_who_may_and_seen_by_their_own_tenant,
}
