//! Whose a ticket is.

use serde_json::json;
use usher_customers::model::{CustomerChange, Source};
use usher_customers::{CustomerId, ops};
use usher_db::{DynQuery, Lane, Tx};
use usher_events::retention;
use usher_kernel::{TenantId, Timestamp};
use usher_queueing::model::{Status, Ticket, TicketFact, TicketId};
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::note::{Edit, edit, note};
use usher_queueing::ops::place::{self, Move, Reprioritise};
use usher_queueing::ops::undo::undo;
use usher_queueing::ops::{cancel, serve};
use usher_queueing::{Error, Queueing};

use crate::app::{App, on_engines};
use crate::http::Web;

impl App {
    pub(crate) async fn add(&self, record: serde_json::Value) -> CustomerId {
        let (people, tenant) = (self.line.identity().clone(), self.tenant);
        let new: CustomerChange = serde_json::from_value(record).unwrap();
        let add = move |tx: &mut Tx<'_>| ops::create(tx, &people, tenant, new.clone(), Source::Staff);
        self.line.db().write(&self.manager(), Lane::Tenant, add).await.unwrap().id
    }

    async fn ticket(&self, id: usher_queueing::model::TicketId) -> Ticket {
        self.act(&self.manager(), move |line, tx| line.ticket_in(tx, id)).await.unwrap()
    }
}

fn field(error: Error) -> (String, &'static str) {
    match error {
        Error::Fields(mut faults) => {
            let fault = faults.remove(0);
            (fault.field, fault.code)
        }
        other => panic!("{other}"),
    }
}

/// A number or an address ties a ticket to the customer who has it; without one nobody is looked for.
#[test]
fn a_ticket_is_tied_to_whoever_has_the_number() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let with = |phone: &str, email: &str| Issue {
            queue_id: Some(queue),
            phone: (!phone.is_empty()).then(|| phone.to_owned()),
            email: (!email.is_empty()).then(|| email.to_owned()),
            ..Issue::default()
        };
        let (who, ana) = (app.manager(), app.add(json!({ "name": "Ana", "phone": "+49301234567" })).await);
        let known = app.issue_as(&who, with("0049 30 1234567", "")).await.unwrap();
        assert_eq!(known.customer_id, Some(ana));
        assert_eq!(known.customer_name, None, "what a stranger types does not bring up a name");
        let new = app.issue_as(&who, with("", "bo@home.example")).await.unwrap().customer_id;
        assert!(new.is_some() && new != Some(ana));
        assert_eq!(app.issue_as(&who, with("", "BO@home.example")).await.unwrap().customer_id, new);
        assert_eq!(app.issue_as(&who, with("030 1234567", "")).await.unwrap().customer_id, None);
        assert_eq!(app.issue(queue).await.customer_id, None);
        // A number that is given later ties the ticket then; one that is tied stays.
        let late = app.issue(queue).await.id;
        let phone: Edit = serde_json::from_value(json!({ "phone": "+49301234567" })).unwrap();
        let tied = app.act(&who, move |line, tx| edit(line, tx, late, phone.clone())).await.unwrap();
        assert_eq!(tied.customer_id, Some(ana));
        let other: Edit = serde_json::from_value(json!({ "phone": "+49307654321" })).unwrap();
        let kept = app.act(&who, move |line, tx| edit(line, tx, late, other.clone())).await.unwrap();
        assert_eq!(kept.customer_id, Some(ana));
        assert_eq!(TicketFact::of(&kept).customer_id, Some(ana));
    });
}

/// Staff name the customer: the ticket is theirs and has their name. Nobody else's customer can be named.
#[test]
fn staff_take_a_ticket_for_a_customer() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let ana = app.add(json!({ "name": "Ana" })).await;
        let wanted = Issue { queue_id: Some(queue), customer_id: Some(ana), ..Issue::default() };
        let ticket = app.issue_as(&app.manager(), wanted.clone()).await.unwrap();
        assert_eq!((ticket.customer_id, ticket.customer_name.as_deref()), (Some(ana), Some("Ana")));
        let unknown = CustomerId::generate(app.now());
        let wanted = Issue { customer_id: Some(unknown), ..wanted };
        let refused = app.issue_as(&app.manager(), wanted).await.unwrap_err();
        assert_eq!(field(refused), ("customer_id".to_owned(), "unknown"));
    });
}

/// Who is signed in joins on the public page as themselves: the ticket is among their own, and tied to their record.
/// Without an account it is nobody's, and what a kiosk gives out is nobody's either.
#[test]
fn who_is_signed_in_joins_as_themselves() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let (web, ana) = (Web::of(&app), app.hire("Ana", &[]).await);
        let public = format!("/api/v1/public/sites/{}/{}/tickets", app.tenant, app.site);
        let wish = json!({ "service_id": service, "queue_id": queue });
        let id_of =
            |joined: &serde_json::Value| app.line.secrets().open(joined["secret"].as_str().unwrap()).unwrap();
        let own = web.person(&ana).post(&public, wish.clone()).await.expect(201);
        let own = app.ticket(id_of(&own)).await;
        let (tenant, user, people) = (app.tenant, ana.actor.user().unwrap(), app.line.customers().clone());
        let known = app.line.db().read(&ana, move |read| people.of_user(read, tenant, user)).await.unwrap();
        assert!(known.is_some());
        assert_eq!((own.customer_id, own.customer_name.as_deref()), (known, Some("Ana")));

        let nobody = web.client.post(&public, wish.clone()).await.expect(201);
        assert_eq!(app.ticket(id_of(&nobody)).await.customer_id, None);
        let kiosk = web.device("kiosk").post("/api/v1/device/tickets", wish).await.expect(201);
        assert_eq!(app.ticket(id_of(&kiosk)).await.customer_id, None);
    });
}

/// Tickets move with a merger, and lose what they say of a person with their erasure; figures stay.
#[test]
fn tickets_follow_the_person() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let who = app.manager();
        let (ana, twin) = (app.add(json!({ "name": "Ana" })).await, app.add(json!({ "name": "Ana" })).await);
        let issue = Issue {
            queue_id: Some(queue),
            customer_id: Some(twin),
            assistance: Some("a chair".to_owned()),
            notes: Some("Ana is deaf".to_owned()),
            ..Issue::default()
        };
        let id = app.issue_as(&who, issue).await.unwrap().id;
        let (people, tenant) = (app.line.customers().clone(), app.tenant);
        let holders = people.holders();
        let merge = move |tx: &mut Tx<'_>| ops::merge(tx, &holders, tenant, ana, twin, None);
        app.line.db().write(&who, Lane::Tenant, merge).await.unwrap();
        assert_eq!(app.ticket(id).await.customer_id, Some(ana));
        // The line goes on with the ticket as if nothing had been.
        app.act(&who, move |line, tx| note(line, tx, id, "Waits outside")).await.unwrap();

        let (identity, holders) = (app.line.identity().clone(), people.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, ana, None);
        app.line.db().write(&who, Lane::Tenant, erase).await.unwrap();
        let left = app.ticket(id).await;
        assert_eq!((left.customer_id, left.customer_name, left.extra), (None, None, None));
        assert_eq!(left.queue_id, queue);
        assert_eq!(app.waiting(queue), [left.number]);
    });
}

struct All;
impl retention::Rules for All {
    fn before(&self, _: Option<TenantId>) -> Option<(Timestamp, retention::Keep)> {
        Some((Timestamp::MAX, retention::Keep::Archived))
    }
}

/// How many rows of the log, of what stands beside it, and of the archive hold a word.
async fn rows_with(app: &App, word: &'static str) -> [usize; 3] {
    let mut counts = [0; 3];
    let columns = [
        "SELECT payload FROM events WHERE tenant_id = ",
        "SELECT value FROM event_personal WHERE tenant_id = ",
        "SELECT body FROM event_archive WHERE body IS NOT NULL AND tenant_id = ",
    ];
    for (count, sql) in counts.iter_mut().zip(columns) {
        let read = move |_: &Queueing, tx: &mut Tx<'_>| {
            let mut query = DynQuery::new(sql);
            query.bind(&tx.tenant());
            Ok(tx.query_dyn::<String>(&query)?)
        };
        let texts = app.act(&app.manager(), read).await.unwrap();
        *count = texts.iter().filter(|text| text.contains(word)).count();
    }
    counts
}

/// What staff wrote of a person as they moved, ranked or took out a ticket is read in its history until the person is
/// erased, and then nowhere: not in the log, not beside it, not in the archive. Why a line closed is a fact and stays.
#[test]
fn what_staff_wrote_of_a_person_goes_with_the_person() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let (who, web) = (app.manager(), Web::of(&app));
        let ana = app.add(json!({ "name": "Ana" })).await;
        let issue = Issue { queue_id: Some(queue), customer_id: Some(ana), ..Issue::default() };
        let id = app.issue_as(&who, issue.clone()).await.unwrap().id;
        app.issue(queue).await;
        let there = Move { position: Some(2), reason: " Ana Weiss is deaf ".into(), ..Move::default() };
        app.act(&who, move |line, tx| place::move_to(line, tx, id, &there)).await.unwrap();
        let rank =
            Reprioritise { class: "normal".into(), reason: Some("Frau Weiss waits for a lift".into()) };
        app.act(&who, move |line, tx| place::reprioritise(line, tx, id, &rank)).await.unwrap();
        let why = Some("Ana Weiss had a row");
        app.act(&who, move |line, tx| cancel::cancel(line, tx, id, why)).await.unwrap();
        let caught = app.issue_as(&who, issue).await.unwrap().id;
        let shut = CloseSite { reason: "Water in the hall".into(), mode: ClosingMode::Cancel };
        let site = app.site;
        app.act(&who, move |line, tx| close_site::close(line, tx, site, &shut)).await.unwrap();

        let me = web.person(&who);
        let told = async |id: TicketId| -> Vec<Option<String>> {
            let history = me.get(&web.path(&format!("/tickets/{id}/history"))).await.expect(200);
            let said = history["items"].as_array().unwrap().iter().map(|one| one["reason"].clone());
            said.map(|reason| reason.as_str().map(str::to_owned)).collect()
        };
        let said = |text: &str| Some(text.to_owned());
        let written = [
            None,
            said("Ana Weiss is deaf"),
            said("Frau Weiss waits for a lift"),
            said("Ana Weiss had a row"),
        ];
        assert_eq!(told(id).await, written);
        assert_eq!(told(caught).await, [None, said("Water in the hall")]);
        assert_eq!(rows_with(&app, "Weiss").await, [0, 3, 0], "beside the log, and not in it");

        let (people, tenant) = (app.line.customers().clone(), app.tenant);
        let (identity, holders) = (app.line.identity().clone(), people.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, ana, None);
        app.line.db().write(&who, Lane::Tenant, erase).await.unwrap();
        assert_eq!(rows_with(&app, "Weiss").await, [0, 0, 0]);
        assert_eq!(told(id).await, [None, None, None, None]);
        assert_eq!(told(caught).await, [None, said("Water in the hall")]);
        app.retire(&All).await;
        let [log, _, archived] = rows_with(&app, "ticket_id").await;
        assert!(log <= 1 && archived > 5, "{log} events are left, {archived} are in the archive");
        assert_eq!(rows_with(&app, "Weiss").await, [0, 0, 0]);
    });
}

/// How many answers that are kept under an idempotency key hold the beginning of a word. They are compressed: what comes
/// for the first time stands there as it is, and an end may be a pointer to another.
async fn answers_with(app: &App, word: &'static str) -> usize {
    let read = |_: &Queueing, tx: &mut Tx<'_>| {
        let mut query =
            DynQuery::new("SELECT body FROM idempotency_keys WHERE body IS NOT NULL AND tenant_id = ");
        query.bind(&tx.tenant());
        Ok(tx.query_dyn::<Vec<u8>>(&query)?)
    };
    let bodies = app.act(&app.manager(), read).await.unwrap();
    bodies.iter().filter(|body| body.windows(word.len()).any(|part| part == word.as_bytes())).count()
}

/// What was answered about a person under a key goes with the person, whoever asked and however the answer names them:
/// the key is spent, says so, and does nothing again. What was answered about others stays.
#[test]
fn what_was_answered_goes_with_the_person() {
    on_engines(async |app| {
        let (queue, counter) = app.small().await;
        let (web, who, agent) = (Web::of(&app), app.manager(), app.hire("Kim", &[]).await);
        app.sit(&agent, counter).await;
        let service = app.first_service().await;
        let tickets = web.path("/tickets");
        let public = format!("/api/v1/public/sites/{}/{}/tickets", app.tenant, app.site);
        let desk = |key: &str| web.person(&who).idempotency_key(key);
        let phone = || web.client.clone().idempotency_key("the key of a phone");
        let ana = json!({ "queue_id": queue, "name": "Ana Weiss", "phone": "+493098765432" });
        let bo = json!({ "queue_id": queue, "name": "Bo Braun", "phone": "+493012345678" });
        let joins = json!({ "service_id": service, "name": "Ana Weiss", "phone": "+493098765432" });
        let issued = desk("ana").post(&tickets, &ana).await.expect(201);
        let other = desk("bo").post(&tickets, &bo).await.expect(201);
        phone().post(&public, &joins).await.expect(201);
        let next = web.path("/agents/call-next");
        let called = web.person(&agent).idempotency_key("next").post(&next, json!({})).await.expect(200);
        assert_eq!(called["id"], issued["id"]);
        assert_eq!((answers_with(&app, "Ana Wei").await, answers_with(&app, "Bo Bra").await), (2, 1));

        let customer: CustomerId = issued["customer_id"].as_str().unwrap().parse().unwrap();
        let (people, tenant) = (app.line.customers().clone(), app.tenant);
        let (identity, holders) = (app.line.identity().clone(), people.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, customer, None);
        app.line.db().write(&who, Lane::Tenant, erase).await.unwrap();
        assert_eq!((answers_with(&app, "Wei").await, answers_with(&app, "98765").await), (0, 0));

        let line = app.waiting(queue);
        desk("ana").post(&tickets, &ana).await.expect_fault(410, "answer_erased");
        desk("ana").post(&tickets, &bo).await.expect_fault(410, "answer_erased");
        phone().post(&public, &joins).await.expect_fault(410, "answer_erased");
        let again = web.person(&agent).idempotency_key("next").post(&next, json!({})).await;
        again.expect_fault(410, "answer_erased");
        assert_eq!(desk("bo").post(&tickets, &bo).await.expect(201), other);
        assert_eq!(app.waiting(queue), line, "nobody was given a ticket, and nobody was called");
    });
}

/// Staff take their last action back though the person's record was merged, or erased, in that minute; the ticket stays
/// whose it then is, and what was erased does not come back.
#[test]
fn a_merger_does_not_stand_in_the_way_of_undo() {
    on_engines(async |app| {
        let (queue, counter) = app.small().await;
        let (who, agent) = (app.manager(), app.agent(1));
        app.sit(&agent, counter).await;
        let (ana, twin) = (app.add(json!({ "name": "Ana" })).await, app.add(json!({ "name": "Ana" })).await);
        let issue = Issue { queue_id: Some(queue), customer_id: Some(twin), ..Issue::default() };
        let id = app.issue_as(&who, issue).await.unwrap().id;
        app.next(&agent, counter).await.unwrap();
        let (people, tenant) = (app.line.customers().clone(), app.tenant);
        let holders = people.holders();
        let merge = move |tx: &mut Tx<'_>| ops::merge(tx, &holders, tenant, ana, twin, None);
        app.line.db().write(&who, Lane::Tenant, merge).await.unwrap();
        app.act(&agent, undo).await.unwrap();
        let back = app.ticket(id).await;
        assert_eq!((back.status, back.customer_id), (Status::Waiting, Some(ana)));
        assert_eq!(app.waiting(queue), [back.number]);

        app.next(&agent, counter).await.unwrap();
        let (identity, holders) = (app.line.identity().clone(), people.holders());
        let erase = move |tx: &mut Tx<'_>| ops::erase(tx, &identity, &holders, tenant, ana, None);
        app.line.db().write(&who, Lane::Tenant, erase).await.unwrap();
        app.act(&agent, undo).await.unwrap();
        let back = app.ticket(id).await;
        assert_eq!((back.status, back.customer_id, back.customer_name), (Status::Waiting, None, None));

        // Somebody else's step still stands in the way, also when a merger came after it.
        app.next(&agent, counter).await.unwrap();
        app.act(&app.agent(2), move |line, tx| serve::start(line, tx, id)).await.unwrap();
        assert_eq!(app.act(&agent, undo).await.unwrap_err().code(), "undo_moved_on");
    });
}
