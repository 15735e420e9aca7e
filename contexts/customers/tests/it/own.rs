//! A person about themselves: what they say of themselves, a copy of all that is known, and to be forgotten.

use serde_json::{Value, json};
use usher_customers::{Contact, CustomerId};
use usher_identity::FirstAdmin;
use usher_identity::model::NewMember;
use usher_kernel::{SignedDuration, UserId};
use usher_tenancy::model::NewTenant;
use usher_testkit::TestClient;

use crate::app::App;

const ME: &str = "/api/v1/tenants/bank/customers/me";
const EXPORT: &str = "/api/v1/tenants/bank/customers/me/export";
const ERASE: &str = "/api/v1/tenants/bank/customers/me/erase";

impl App {
    /// Somebody with an account, and the record that the bank has of them.
    async fn with_record(&self, role: &str, email: &str) -> (TestClient, UserId, CustomerId) {
        let client = self.signed_in(role, email).await;
        let user = client.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
        let record = self.find(Contact { user: Some(user), ..Contact::default() }).await.unwrap();
        (client, user, record)
    }

    async fn jobs_done(&self) {
        self.time.advance(SignedDuration::from_secs(1));
        while self.jobs.run_due(self.sys.now()).await.unwrap() > 0 {}
    }
}

/// Name, language, channels and consents are one's own to say; what staff keep beside is not, nor are others' records.
async fn everybody_says_what_they_want(app: App) {
    let ana = app.signed_in("customer", "ana@home.example").await;
    let none = ana.get(ME).await;
    assert_eq!(none.header("etag"), Some("\"0\""));
    let none = none.expect(200);
    assert_eq!((&none["customer_id"], &none["email"]), (&Value::Null, &json!("ana@home.example")));
    assert_eq!((&none["preferences"], &none["consents"]), (&json!({}), &json!({})));
    assert_eq!(app.count("customer.created").await, 0, "reading makes nothing");

    let wish = json!({
        "name": " Ana ", "language": "fr", "preferences": { "sms": false, "email": true },
        "consents": { "marketing": { "granted": true } },
    });
    let unread = ana.clone().header("if-match", "\"0\"");
    let said = unread.put(ME, wish).await.expect(200);
    assert_eq!((&said["name"], &said["locale"]), (&json!("Ana"), &json!("fr")));
    assert_eq!(said["preferences"], json!({ "sms": false, "email": true }));
    let marketing = json!({ "granted": true, "at": "2026-11-20T09:00:00Z", "source": "account" });
    assert_eq!(said["consents"], json!({ "marketing": marketing }));
    assert_eq!(ana.get(ME).await.expect(200), said);
    assert_eq!(ana.put(ME, said.clone()).await.expect(200), said, "what was read can be sent back");
    unread.put(ME, json!({ "name": "A" })).await.expect_fault(412, "stale");

    // Staff read the same, and have asked for something else.
    let boss = app.signed_in("manager", "boss@bank.example").await;
    let path = format!("/api/v1/tenants/bank/customers/{}", said["customer_id"].as_str().unwrap());
    let seen = boss.get(&path).await.expect(200);
    assert_eq!((&seen["preferences"], &seen["source"]), (&said["preferences"], &json!("account")));
    let asked =
        json!({ "consents": { "surveys": { "granted": true, "source": "form 7b" } }, "notes": "Deaf" });
    boss.put(&path, asked).await.expect(200);
    app.time.advance(SignedDuration::from_secs(60));
    let withdrawn =
        json!({ "preferences": { "sms": null }, "consents": { "surveys": { "granted": false } } });
    let left = ana.put(ME, withdrawn).await.expect(200);
    assert_eq!(left["preferences"], json!({ "email": true }));
    let surveys = json!({ "granted": false, "at": "2026-11-20T09:01:00Z", "source": "account" });
    assert_eq!((&left["consents"]["surveys"], &left["consents"]["marketing"]), (&surveys, &marketing));
    assert_eq!(left.get("notes"), None, "what staff keep for themselves is not shown");
    let same = json!({ "consents": { "marketing": { "granted": true } } });
    assert_eq!(ana.put(ME, same).await.expect(200), left, "what is said again is not said anew");
}

/// Wrong values are refused by name, and who has no account has nothing to say here.
async fn what_cannot_be_said_is_refused(app: App) {
    let ana = app.signed_in("customer", "ana@home.example").await;
    for (wrong, field, code) in [
        (json!({ "name": "x".repeat(121) }), "name", "too_long"),
        (json!({ "locale": "Klingon!" }), "locale", "not_a_locale"),
        (json!({ "consents": { "research": { "granted": true } } }), "consents.research", "unknown"),
        (json!({ "notes": "Friendly" }), "notes", "unknown_field"),
    ] {
        let fault = ana.put(ME, wrong.clone()).await.expect(422);
        assert_eq!(
            (&fault["errors"][0]["field"], &fault["errors"][0]["code"]),
            (&json!(field), &json!(code)),
            "{wrong}"
        );
    }
    ana.put(ME, json!({ "preferences": { "pigeon": true } })).await.expect(422);
    assert_eq!(ana.get(ME).await.expect(200)["customer_id"], Value::Null, "a refusal leaves no record");
    app.client.get(ME).await.expect(401);
    app.client.put(ME, json!({})).await.expect(401);
}

/// One's own data from every context, as a file, and that it was handed out is on record.
async fn everybody_gets_their_own_data(app: App) {
    let (ana, user, record) = app.with_record("customer", "ana@home.example").await;
    let thing = app.put_on_shelf(record).await;
    let answer = ana.get(EXPORT).await;
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"own-data.json\""));
    let all = answer.expect(200);
    assert_eq!((&all["customer"]["id"], &all["shelf"]), (&json!(record), &json!([thing])));
    assert_eq!(all["account"]["profile"]["id"], json!(user));
    assert_eq!(all["account"]["profile"]["email"], "ana@home.example");
    assert_eq!(all["account"]["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(app.count("customer.exported").await, 1);

    let ben = app.signed_in("customer", "ben@home.example").await;
    let none = ben.get(EXPORT).await.expect(200);
    assert_eq!(none["account"]["profile"]["email"], "ben@home.example");
    assert_eq!(
        (&none["customer"], &none["shelf"]),
        (&Value::Null, &Value::Null),
        "the bank knows no more of him"
    );
    app.client.get(EXPORT).await.expect(401);
}

/// The record, the membership and the account go; the chain holds, and the address is free again.
async fn whoever_asks_is_forgotten(app: App) {
    let (ana, user, record) = app.with_record("customer", "ana@home.example").await;
    let thing = app.put_on_shelf(record).await;
    app.seal().await;
    ana.post(ERASE, json!({})).await.expect(422);
    let wrong = ana.post(ERASE, json!({ "confirm": "ben@home.example" })).await.expect(422);
    assert_eq!(
        (&wrong["errors"][0]["field"], &wrong["errors"][0]["code"]),
        (&json!("confirm"), &json!("mismatch"))
    );
    app.client.post(ERASE, json!({ "confirm": "ana@home.example" })).await.expect(401);

    ana.post(ERASE, json!({ "confirm": " ANA@home.example " })).await.expect(204);
    app.jobs_done().await;
    ana.get("/api/v1/auth/me").await.expect(401);
    let log_in = json!({ "email": "ana@home.example", "password": "demo1234" });
    app.client.post("/api/v1/auth/login", log_in).await.expect(401);
    assert!(app.shelf.0.lock().is_empty());
    let things = [("customer", record.uuid()), ("thing", thing), ("user", user.uuid())];
    assert_eq!(app.personal(&things).await, [Value::Null; 0]);
    assert_eq!((app.count("customer.erased").await, app.count("audit.addresses_erased").await), (1, 2));
    app.seal().await;
    let report = app.audit.verify(&app.sys, Some(app.bank)).await.unwrap();
    assert_eq!((report.broken, report.events > 5), (None, true));
    let boss = app.signed_in("manager", "boss@bank.example").await;
    boss.get(&format!("/api/v1/tenants/bank/customers/{record}")).await.expect(404);
    app.signed_in("customer", "ana@home.example").await;
}

/// Whoever belongs to another tenant, too, is forgotten here and keeps the account there.
async fn an_account_that_is_used_elsewhere_stays(app: App) {
    let (ana, user, _) = app.with_record("customer", "ana@home.example").await;
    let other = NewTenant { name: "Clinic".to_owned(), ..NewTenant::default() };
    let chief =
        FirstAdmin { email: "chief@clinic.example".to_owned(), password: None, name: "Chief".to_owned() };
    let (clinic, _) = app.identity.create_tenant(&app.sys, other, chief).await.unwrap();
    let member = NewMember { user_id: Some(user), ..NewMember::default() };
    let join = move |tx: &mut usher_db::Tx<'_>| {
        usher_identity::ops::add_member(tx, clinic.id, &|_| true, user, &member).map(drop)
    };
    app.db.write(&app.sys.within(clinic.id), usher_db::Lane::Tenant, join).await.unwrap();
    ana.post(ERASE, json!({ "confirm": "ana@home.example" })).await.expect(204);
    app.jobs_done().await;
    ana.get(EXPORT).await.expect(404);
    let me = ana.clone().header("x-tenant", "clinic").get("/api/v1/auth/me").await.expect(200);
    assert_eq!((&me["email"], &me["tenants"][0]["slug"]), (&json!("ana@home.example"), &json!("clinic")));
    assert_eq!(me["tenants"].as_array().unwrap().len(), 1);
}

/// Staff are no customers: what the bank knows of them as such goes, their work stays.
async fn staff_stay(app: App) {
    let (clerk, _, _) = app.with_record("agent", "bo@bank.example").await;
    let wish = json!({ "confirm": "bo@bank.example" });
    clerk.post(ERASE, wish.clone()).await.expect(204);
    app.jobs_done().await;
    assert_eq!(clerk.get("/api/v1/auth/me").await.expect(200)["role"], "agent");
    clerk.post(ERASE, wish).await.expect_fault(409, "works_here");
}

on_both!(
    everybody_says_what_they_want,
    what_cannot_be_said_is_refused,
    everybody_gets_their_own_data,
    whoever_asks_is_forgotten,
    an_account_that_is_used_elsewhere_stays,
    staff_stay,
);
