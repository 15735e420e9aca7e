//! What was told of a person from outside, when they ask for all that is known of them, and when they are erased.

use serde_json::{Value, json};
use usher_analytics::ops::track::{Track, track};
use usher_customers::model::Source;
use usher_customers::{Contact, ops};
use usher_db::{Lane, Tx};
use usher_identity::FirstAdmin;
use usher_identity::model::NewMember;
use usher_kernel::UserId;

use crate::app::{App, on_engines};

impl App {
    async fn account(&self, email: &str) -> UserId {
        let who = FirstAdmin { email: email.to_owned(), password: None, name: "Ana".to_owned() };
        let made = self.line.identity().create_person(
            &self.sys,
            Some(self.tenant),
            who,
            "customer",
            NewMember::default(),
        );
        made.await.unwrap().user
    }

    async fn tell(&self, of: UserId, page: &str) {
        let metadata = json!({ "page": page }).as_object().unwrap().clone();
        let told = Track {
            event_type: "page.viewed".to_owned(),
            queue_id: None,
            user_id: Some(of),
            metadata,
            timestamp: None,
        };
        let db = self.line.db();
        db.write(&self.manager(), Lane::Any, move |tx| track(tx, &told)).await.unwrap();
    }

    /// What somebody gets of it when they ask for their own data.
    async fn own(&self, user: UserId) -> Value {
        let (holders, tenant) = (self.line.customers().holders(), self.tenant);
        let who = self.manager();
        let own = self.line.db().read(&who, move |read| {
            ops::export_own(read, &holders, tenant, user).map(|(_, parts)| Value::Object(parts))
        });
        own.await.unwrap()["tracked"].clone()
    }
}

/// Whoever has a record, and whoever has an account alone, gets what was told of them and loses what is personal of it;
/// that it happened, and how often, stays, and nobody else is touched.
#[test]
fn what_was_told_of_a_person_is_theirs() {
    on_engines(|app| async move {
        let (ana, bo, cem) = (
            app.account("ana@home.example").await,
            app.account("bo@home.example").await,
            app.account("cem@home.example").await,
        );
        let (customers, tenant) = (app.line.customers().clone(), app.tenant);
        let contact = Contact { user: Some(ana), source: Source::Account, ..Contact::default() };
        let people = customers.clone();
        let make = move |tx: &mut Tx<'_>| people.find_or_create(tx, tenant, &contact);
        let record = app.line.db().write(&app.manager(), Lane::Tenant, make).await.unwrap().unwrap();
        for (user, page) in [(ana, "loans"), (ana, "cards"), (bo, "branches"), (cem, "jobs")] {
            app.tell(user, page).await;
        }
        let told = app.own(ana).await;
        assert_eq!(
            (told[0]["metadata"].clone(), told[1]["metadata"].clone()),
            (json!({ "page": "cards" }), json!({ "page": "loans" }))
        );
        assert_eq!((&told[0]["event_type"], told.as_array().unwrap().len()), (&json!("page.viewed"), 2));
        assert_eq!(app.own(bo).await[0]["metadata"], json!({ "page": "branches" }), "without a record");

        let (identity, holders) = (app.line.identity().clone(), customers.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, record, None);
        app.line.db().write(&app.manager(), Lane::Tenant, erase).await.unwrap();
        let (identity, holders) = (app.line.identity().clone(), customers.holders());
        let erase_own =
            move |tx: &mut Tx<'_>| ops::erase_own(tx, &identity, &holders, tenant, bo, "bo@home.example");
        app.line.db().write(&app.manager(), Lane::Tenant, erase_own).await.unwrap();
        for user in [ana, bo] {
            let left = app.own(user).await;
            assert_eq!((&left[0]["event_type"], &left[0]["metadata"]), (&json!("page.viewed"), &Value::Null));
        }
        assert_eq!(app.own(cem).await[0]["metadata"], json!({ "page": "jobs" }));
        let board = app.dashboard(crate::figures::today()).await;
        assert_eq!(board.engagement.unwrap().events[0].count, 4);
    });
}
