//! A person as a whole: merged, handed out, erased.

use serde_json::{Value, json};
use usher_customers::{Contact, CustomerId};
use usher_kernel::SignedDuration;

use crate::app::App;

const ALL: &str = "/api/v1/tenants/bank/customers";

fn id_of(record: &Value) -> CustomerId {
    record["id"].as_str().unwrap().parse().unwrap()
}

/// Duplicates are found, and what belongs to one moves to the other with all that it knew.
async fn two_records_become_one(app: App) {
    let boss = app.signed_in("manager", "boss@bank.example").await;
    let ana = json!({ "name": "Ana Example", "phone": "+49301234567", "notes": "Regular" });
    let ana = boss.post(ALL, ana).await.expect(201);
    app.time.advance(SignedDuration::from_secs(1));
    let other = json!({ "name": "ana example", "email": "ana+bank@home.example", "notes": "Deaf" });
    let other = boss.post(ALL, other).await.expect(201);
    let third = boss.post(ALL, json!({ "name": "A", "email": "ANA@home.example" })).await.expect(201);
    boss.post(ALL, json!({ "name": "Bo", "phone": "+49309999999" })).await.expect(201);
    let paths = [&ana, &other, &third].map(|one| format!("{ALL}/{}", one["id"].as_str().unwrap()));

    let ids =
        |page: Value| page["items"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect::<Vec<_>>();
    let likely = boss.get(&format!("{}/duplicates", paths[1])).await.expect(200);
    assert_eq!(ids(likely), [ana["id"].clone(), third["id"].clone()], "by name, and by address");

    let thing = app.put_on_shelf(id_of(&other)).await;
    let wish = json!({ "duplicate_id": other["id"] });
    let merged = boss.post(&format!("{}/merge", paths[0]), wish.clone()).await.expect(200);
    assert_eq!((&merged["phone"], &merged["email"]), (&ana["phone"], &other["email"]));
    assert_eq!(merged["notes"], "Regular\nDeaf");
    assert_eq!(app.shelf.0.lock().get(&id_of(&ana)), Some(&vec![thing]));
    boss.get(&paths[1]).await.expect(404);
    boss.post(&format!("{}/merge", paths[0]), wish).await.expect(422);
    boss.post(&format!("{}/merge", paths[0]), json!({ "duplicate_id": ana["id"] })).await.expect(422);

    // Whoever still knows the old id is led to the record that stays, over however many mergers.
    boss.post(&format!("{}/merge", paths[2]), json!({ "duplicate_id": ana["id"] })).await.expect(200);
    let (people, bank, old) = (app.people.clone(), app.bank, id_of(&other));
    let now = app.db.read(&app.ctx(), move |read| people.current(read, bank, old)).await.unwrap();
    assert_eq!(now, Some(id_of(&third)));
}

/// Two accounts are two people until one lets go.
async fn two_accounts_are_not_merged(app: App) {
    let boss = app.signed_in("manager", "boss@bank.example").await;
    let mut records = Vec::new();
    for email in ["ana@home.example", "ana@work.example"] {
        let user = app.member("customer", email).await;
        let contact = Contact { user: Some(user), ..Contact::default() };
        records.push(app.find(contact).await.unwrap());
    }
    let path = format!("{ALL}/{}/merge", records[0]);
    let wish = json!({ "duplicate_id": records[1] });
    boss.post(&path, wish.clone()).await.expect_fault(409, "both_have_accounts");
    boss.put(&format!("{ALL}/{}", records[1]), json!({ "user_id": null })).await.expect(200);
    boss.post(&path, wish).await.expect(200);
}

/// Everything known is handed out, and that it was is on record.
async fn a_person_gets_everything_that_is_known(app: App) {
    let boss = app.signed_in("manager", "boss@bank.example").await;
    let ana = boss.post(ALL, json!({ "name": "Ana", "phone": "+49301234567" })).await.expect(201);
    let path = format!("{ALL}/{}", ana["id"].as_str().unwrap());
    boss.put(&path, json!({ "name": "Ana Example" })).await.expect(200);
    let thing = app.put_on_shelf(id_of(&ana)).await;
    let all = boss.get(&format!("{path}/export")).await.expect(200);
    assert_eq!(all["customer"]["name"], "Ana Example");
    assert_eq!(all["shelf"], json!([thing]));
    let kinds: Vec<&str> =
        all["history"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["customer.updated", "customer.created"]);
    assert_eq!(all["history"][0]["personal"]["before"]["name"], "Ana");
    let again = boss.get(&format!("{path}/export")).await.expect(200);
    assert_eq!(again["history"][0]["kind"], "customer.exported");
}

/// Nothing personal is left, the chain holds, and the number is free again.
async fn an_erased_person_leaves_nothing_personal(app: App) {
    let boss = app.signed_in("manager", "boss@bank.example").await;
    let wish =
        json!({ "name": "Ana", "phone": "+49301234567", "consents": {"marketing": {"granted": true}} });
    let keyed = boss.clone().idempotency_key("ana");
    let ana = keyed.post(ALL, &wish).await.expect(201);
    let twin = boss.post(ALL, json!({ "name": "Ana", "email": "ana@home.example" })).await.expect(201);
    let path = format!("{ALL}/{}", ana["id"].as_str().unwrap());
    boss.post(&format!("{path}/merge"), json!({ "duplicate_id": twin["id"] })).await.expect(200);
    let thing = app.put_on_shelf(id_of(&ana)).await;
    app.seal().await;
    let all = [("customer", id_of(&ana).uuid()), ("customer", id_of(&twin).uuid()), ("thing", thing)];
    assert_eq!(app.personal(&all).await.len(), 4, "two created, one merged, one thing");

    let stale = boss.clone().header("if-match", "\"1\"");
    stale.delete(&path).await.expect_fault(412, "stale");
    boss.delete(&path).await.expect(204);
    boss.get(&path).await.expect(404);
    boss.delete(&path).await.expect(404);
    assert_eq!(app.personal(&all).await, [Value::Null; 0]);
    assert!(app.shelf.0.lock().is_empty());
    keyed.post(ALL, &wish).await.expect_fault(410, "answer_erased");
    app.seal().await;
    let report = app.audit.verify(&app.sys, Some(app.bank)).await.unwrap();
    assert_eq!((report.broken, report.events > 5), (None, true));
    let found = boss.get(&format!("{ALL}?q=ana")).await.expect(200);
    assert_eq!(found["items"], json!([]));
    let new = boss.post(ALL, json!({ "phone": "+49301234567" })).await.expect(201);
    assert_ne!(new["id"], ana["id"]);
}

/// The addresses from which an erased customer acted go, those of staff stay: they are the bank's own record.
async fn addresses_go_with_the_customer(app: App) {
    let boss = app.signed_in("manager", "boss@bank.example").await;
    for (role, email, due) in [("customer", "ana@home.example", 1), ("agent", "bo@bank.example", 0)] {
        let user = app.member(role, email).await;
        let record = app.find(Contact { user: Some(user), ..Contact::default() }).await.unwrap();
        boss.delete(&format!("{ALL}/{record}")).await.expect(204);
        app.time.advance(SignedDuration::from_secs(1));
        assert_eq!(app.jobs.run_due(app.sys.now()).await.unwrap(), due, "{role}");
    }
    assert_eq!(app.count("audit.addresses_erased").await, 1);
}

on_both!(
    two_records_become_one,
    two_accounts_are_not_merged,
    a_person_gets_everything_that_is_known,
    an_erased_person_leaves_nothing_personal,
    addresses_go_with_the_customer,
);
