//! Who somebody is, from what they say while doing something else.

use usher_customers::Contact;
use usher_customers::model::Source;
use usher_db::Lane;
use usher_identity::ops::change_profile;

use crate::app::App;

const ALL: &str = "/api/v1/tenants/bank/customers";

fn by(phone: &str, email: &str) -> Contact {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Contact { phone: given(phone), email: given(email), source: Source::Ticket, ..Contact::default() }
}

/// The same number however written, the same address in any case: one customer. What is no good to know somebody by
/// makes none.
async fn the_same_number_or_address_is_the_same_customer(app: App) {
    let ana = app.find(by("+49 30 1234567", "")).await.unwrap();
    assert_eq!(app.find(by("0049301234567", "")).await, Some(ana));
    let bo = app.find(by("", "bo@home.example")).await.unwrap();
    assert_ne!(ana, bo);
    assert_eq!(app.find(by("", " BO@home.example")).await, Some(bo));
    for nobody in [by("", ""), by("030 1234567", ""), by("", "nonsense"), by("call me", "@")] {
        assert_eq!(app.find(nobody).await, None);
    }
    let named = Contact { name: Some("Cleo".to_owned()), ..Contact::default() };
    assert_eq!(app.find(named).await, None, "a name alone is nobody's");
}

/// A stranger who types another's number, or two people's, changes no record and merges nobody.
async fn what_a_stranger_types_changes_no_record(app: App) {
    let (ana, bo) = (app.find(by("+49301234567", "")).await, app.find(by("", "bo@home.example")).await);
    assert_ne!(ana, bo);
    let both = Contact { name: Some("Eve".to_owned()), ..by("+49301234567", "bo@home.example") };
    assert_eq!(app.find(both).await, ana, "the number goes first");
    let new = by("+49301234567", "eve@home.example");
    assert_eq!(app.find(new).await, ana);
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let record = clerk.get(&format!("{ALL}/{}", ana.unwrap())).await.expect(200);
    assert_eq!((&record["name"], &record["email"]), (&"".into(), &serde_json::Value::Null));
    assert_eq!(record["version"], 1);
    // The address that Eve gave is nobody's yet.
    assert_ne!(app.find(by("", "eve@home.example")).await, ana);
}

/// Who signs in is known by the account; the record with their address becomes theirs once the address is proved.
async fn an_account_finds_its_own_record(app: App) {
    let ana = app.member("customer", "ana@home.example").await;
    let kept = app.find(by("", "ana@home.example")).await.unwrap();
    let account = Contact { user: Some(ana), source: Source::Account, ..Contact::default() };
    let unproved = app.find(account.clone()).await.unwrap();
    assert_ne!(unproved, kept, "whoever registers with another's address does not get their record");
    assert_eq!(app.find(account).await, Some(unproved));

    let bo = app.member("customer", "bo@home.example").await;
    let kept = app.find(by("", "bo@home.example")).await.unwrap();
    app.prove(bo).await;
    let account = Contact { user: Some(bo), source: Source::Account, ..Contact::default() };
    assert_eq!(app.find(account.clone()).await, Some(kept));
    let (people, bank) = (app.people.clone(), app.bank);
    let tied = app.db.read(&app.ctx(), move |read| people.of_user(read, bank, bo)).await.unwrap();
    assert_eq!(tied, Some(kept));
    assert_eq!(app.find(account).await, Some(kept));
}

/// An account of somebody who does not belong to the tenant says nothing of them.
async fn a_strangers_account_tells_nothing(app: App) {
    let stranger = app.identity.create_tenant(
        &app.sys,
        usher_tenancy::model::NewTenant { name: "Shop".to_owned(), ..Default::default() },
        usher_identity::FirstAdmin {
            email: "owner@shop.example".to_owned(),
            name: "Owner".to_owned(),
            password: Some("demo1234".to_owned()),
        },
    );
    let stranger = stranger.await.unwrap().1.user;
    assert_eq!(app.find(Contact { user: Some(stranger), ..Contact::default() }).await, None);
}

/// Many ask on two nodes in the same moment: one record.
async fn many_at_once_make_one_record(app: App) {
    let (here, there) = (app.db.clone(), app.beside().await);
    for n in 0..8 {
        let contact = by(&format!("+4930123456{n}"), "");
        let (a, b) = tokio::join!(app.find_on(&here, contact.clone()), app.find_on(&there, contact.clone()));
        assert_eq!(a.unwrap(), b.unwrap());
    }
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let all = clerk.get(&format!("{ALL}?limit=100")).await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 8);
}

/// Another's change of their own profile is nobody's business here.
async fn a_record_stays_when_the_account_changes(app: App) {
    let ana = app.member("customer", "ana@home.example").await;
    let account = Contact { user: Some(ana), source: Source::Account, ..Contact::default() };
    let id = app.find(account.clone()).await;
    let change: usher_identity::model::ProfileChange =
        serde_json::from_value(serde_json::json!({ "email": "new@home.example" })).unwrap();
    app.db
        .write_system(&app.sys, Lane::Any, move |tx| change_profile(tx, ana, change.clone(), true))
        .await
        .unwrap();
    assert_eq!(app.find(account).await, id);
}

on_both!(
    the_same_number_or_address_is_the_same_customer,
    what_a_stranger_types_changes_no_record,
    an_account_finds_its_own_record,
    a_strangers_account_tells_nothing,
    many_at_once_make_one_record,
    a_record_stays_when_the_account_changes,
);
