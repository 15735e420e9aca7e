//! What people say, once.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use usher_db::{Lane, Tx};
use usher_engagement::events::FEEDBACK_LOW;
use usher_engagement::model::{Feedback, FeedbackChannel, FeedbackId};
use usher_kernel::SiteId;
use usher_queueing::model::{Booked, EntryRule, QueueId, ServiceId, TicketId};
use usher_queueing::ops::issue::{Issue, Terms, issue};
use usher_realtime::{Room, door};
use uuid::Uuid;

use crate::app::App;

const FEEDBACK: &str = "/api/v1/tenants/bank/feedback";

impl App {
    /// What opens a ticket's page.
    async fn page(&self, ticket: &str) -> String {
        let secret = self.node.line.secrets().seal::<TicketId>(ticket.parse().unwrap());
        format!("/api/v1/public/tickets/{secret}/feedback")
    }

    async fn served(&self, customer: &str) -> String {
        let ticket = self.ticket(customer).await;
        self.serve(&ticket).await;
        ticket
    }
}

/// From the ticket's page, without signing in, once the service has ended, and no second time.
async fn whoever_was_served_says_how_it_was(app: App) {
    app.programme(json!({ "active": true, "rules": [{ "on": "feedback", "points": 3 }] })).await;
    let ana = app.customer("+49301234567").await;
    let ticket = app.ticket(&ana).await;
    let (page, somebody) = (app.page(&ticket).await, app.nobody());
    let good = json!({ "csat": 5, "nps": 9, "comment": " Quick \n", "tags": ["Friendly", "friendly"] });
    assert_eq!(somebody.get(&page).await.expect(200)["open"], false);
    somebody.post(&page, good.clone()).await.expect_fault(409, "not_served");
    app.serve(&ticket).await;
    assert_eq!(somebody.get(&page).await.expect(200)["open"], true);
    for wrong in [
        json!({}),
        json!({"csat": 0}),
        json!({"csat": 6}),
        json!({"nps": 11}),
        json!({"csat": 3, "comment": "x".repeat(2001)}),
        json!({"csat": 4.5}),
        json!({"csat": "NaN"}),
    ] {
        somebody.post(&page, wrong).await.expect(422);
    }
    let said = somebody.post(&page, good.clone()).await.expect(201);
    assert_eq!((&said["open"], &said["csat"]), (&json!(false), &json!(5)));
    somebody.post(&page, good).await.expect_fault(409, "said_already");
    somebody.get("/api/v1/public/tickets/nonsense/feedback").await.expect(404);
    let all = app.admin.get(FEEDBACK).await.expect(200);
    let one = &all["items"][0];
    assert_eq!(
        (&one["ticket_id"], &one["customer_id"], &one["channel"]),
        (&json!(ticket), &json!(ana), &json!("page"))
    );
    assert_eq!((&one["comment"], &one["tags"]), (&json!("Quick"), &json!(["friendly"])));
    assert_eq!(app.available(&ana).await, 3, "and has points for it");
    assert_eq!(app.count("feedback.low").await, 0);
}

/// Whom an appointment brought, speaks of it, too; where nobody was booked there is none to name.
async fn whoever_was_booked_speaks_of_the_appointment(app: App) {
    let ana = app.customer("+49301234567").await;
    let without = app.served(&ana).await;
    let appointment = uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0815);
    let at = app.sys.now();
    let booked = Booked { appointment_id: appointment, slot_at: at, enters_at: at, rule: EntryRule::Slot };
    let who = Issue {
        queue_id: Some(app.queue.parse().unwrap()),
        customer_id: ana.parse().ok(),
        ..Issue::default()
    };
    let terms = Terms { staff: true, booked: Some(booked), ..Terms::default() };
    let line = app.node.line.clone();
    let taken = move |tx: &mut Tx<'_>| issue(&line, tx, &who, terms);
    let ticket = app.node.db.write(&app.ctx(), Lane::Tenant, taken).await.unwrap().id.to_string();
    app.serve(&ticket).await;
    for ticket in [&without, &ticket] {
        let page = app.page(ticket).await;
        app.nobody().post(&page, json!({ "csat": 5 })).await.expect(201);
    }
    let all = app.admin.get(FEEDBACK).await.expect(200);
    let named = |ticket: &str| {
        let items = all["items"].as_array().unwrap();
        items.iter().find(|one| one["ticket_id"] == ticket).unwrap()["appointment_id"].clone()
    };
    assert_eq!((named(&ticket), named(&without)), (json!(appointment), Value::Null));
    let found = app.admin.get(&format!("{FEEDBACK}?appointment_id={appointment}")).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["items"][0]["ticket_id"], json!(ticket));
    let fault =
        app.admin.get(&format!("{FEEDBACK}?appointment_id=x")).await.expect_fault(422, "invalid_field");
    assert_eq!(fault["errors"][0]["field"], "appointment_id");
}

/// What a stream says until it has said all of `words`.
async fn heard_until(stream: &mut Body, words: &[&str]) -> String {
    let mut text = String::new();
    let listen = async {
        while !words.iter().all(|word| text.contains(word)) {
            let frame = stream.frame().await.unwrap().unwrap();
            text.push_str(&String::from_utf8_lossy(frame.data_ref().unwrap()));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), listen).await.unwrap();
    text
}

/// The time to say something ends.
async fn too_late_is_too_late(app: App) {
    let ana = app.customer("+49301234567").await;
    let ticket = app.served(&ana).await;
    app.wait(31 * 24 * 60);
    let page = app.page(&ticket).await;
    assert_eq!(app.nobody().get(&page).await.expect(200)["open"], false);
    app.nobody().post(&page, json!({ "csat": 5 })).await.expect_fault(410, "too_late");
}

/// Staff write down what they are told; a low score calls the site's staff at once.
async fn a_low_score_calls_the_manager(app: App) {
    let ana = app.customer("+49301234567").await;
    let ticket = app.served(&ana).await;
    let boss = app.signed_in("manager", "boss@bank.example").await;
    let site =
        boss.get(&format!("/api/v1/tenants/bank/tickets/{ticket}")).await.expect(200)["site_id"].clone();
    let room = Room::new(app.bank, "site", site.as_str().unwrap().parse().unwrap());
    let hub = app.node.line.hub();
    let listening = hub.admit_unasked(app.ctx().caller().clone(), vec![room]).unwrap();
    let mut heard = door::sse(listening, hub.since(None)).into_body();
    heard_until(&mut heard, &["snapshot"]).await;
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let path = format!("/api/v1/tenants/bank/tickets/{ticket}/feedback");
    let said = clerk.post(&path, json!({ "csat": 1, "comment": "Waited for an hour" })).await.expect(201);
    assert_eq!(said["channel"], "staff");
    clerk.get(FEEDBACK).await.expect(403);
    assert_eq!(app.count("feedback.low").await, 1);
    let text = heard_until(&mut heard, &[FEEDBACK_LOW, &ticket]).await;
    assert!(!text.contains("Waited for an hour"), "the words are not shouted: {text}");
    let low = boss.get(&format!("{FEEDBACK}?low=true")).await.expect(200);
    assert_eq!(low["items"][0]["comment"], "Waited for an hour");
}

/// By service, agent and hour, in figures that add up.
async fn figures_by_service_agent_and_hour(app: App) {
    let ana = app.customer("+49301234567").await;
    for (csat, nps) in [(5, 10), (4, 7), (1, 0)] {
        let ticket = app.served(&ana).await;
        let page = app.page(&ticket).await;
        app.nobody().post(&page, json!({ "csat": csat, "nps": nps })).await.expect(201);
        app.wait(60);
    }
    let by = async |by: &str| app.admin.get(&format!("{FEEDBACK}/summary?by={by}")).await.expect(200);
    let service = by("service").await;
    let total = json!({
        "key": null, "name": null, "responses": 3, "csat_average": 3.33, "csat_percent": 66.7, "nps": 0.0,
        "promoters": 1, "passives": 1, "detractors": 1,
    });
    assert_eq!(service["total"], total);
    assert_eq!(
        (&service["items"][0]["name"], &service["items"][0]["responses"]),
        (&json!("Deposit"), &json!(3))
    );
    let names = |summary: &Value| {
        summary["items"].as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&by("agent").await), [json!("admin")]);
    assert_eq!(names(&by("site").await), [json!("Main")]);
    assert_eq!(names(&by("hour").await), [json!("09:00"), json!("10:00"), json!("11:00")]);
    let none = app.admin.get(&format!("{FEEDBACK}/summary?to=2026-01-01T00:00:00Z")).await.expect(200);
    assert_eq!((&none["total"]["responses"], &none["total"]["nps"]), (&json!(0), &json!(null)));
}

/// What was said elsewhere counts as what is said here; nobody is called for it, and nothing is given.
async fn what_was_said_elsewhere_is_brought_in_once(app: App) {
    app.programme(json!({ "active": true, "rules": [{ "on": "feedback", "points": 3 }] })).await;
    let ana = app.customer("+49301234567").await;
    let ticket = app.served(&ana).await;
    app.nobody().post(&app.page(&ticket).await, json!({ "csat": 5 })).await.expect(201);
    let known =
        app.admin.get(&format!("{FEEDBACK}?ticket_id={ticket}")).await.expect(200)["items"][0].clone();
    let id = |name: &str| known[name].as_str().unwrap().parse::<Uuid>().unwrap();
    let elsewhere = |n: u128, csat| Feedback {
        id: FeedbackId::from_uuid(Uuid::from_u128(n)),
        tenant_id: app.bank,
        ticket_id: TicketId::from_uuid(Uuid::from_u128(n)),
        appointment_id: None,
        site_id: SiteId::from_uuid(id("site_id")),
        queue_id: QueueId::from_uuid(id("queue_id")),
        service_id: ServiceId::from_uuid(id("service_id")),
        counter_id: None,
        agent_id: None,
        customer_id: None,
        csat: Some(csat),
        nps: None,
        comment: None,
        tags: Vec::new(),
        channel: FeedbackChannel::Staff,
        hour: 9,
        created_at: app.sys.now(),
    };
    let bring = |said: Feedback| {
        app.node.db.write_system(&app.sys, Lane::Any, move |tx| usher_engagement::ops::bring_in(tx, &said))
    };
    for said in [elsewhere(1, 1), elsewhere(2, 2)] {
        assert!(bring(said.clone()).await.unwrap());
        assert!(!bring(said).await.unwrap(), "once for a ticket");
    }
    let summary = app.admin.get(&format!("{FEEDBACK}/summary")).await.expect(200);
    assert_eq!(
        (&summary["total"]["responses"], &summary["total"]["csat_average"]),
        (&json!(3), &json!(2.67))
    );
    assert_eq!((app.count("feedback.low").await, app.available(&ana).await), (0, 3));
}

/// An agent reads the figures of those whom they served, and of nobody else.
async fn an_agent_reads_their_own_figures(app: App) {
    let ana = app.customer("+49301234567").await;
    let ticket = app.served(&ana).await;
    let page = app.page(&ticket).await;
    app.nobody().post(&page, json!({ "csat": 1, "comment": "Slow" })).await.expect(201);
    let (clerk, boss) = (
        app.signed_in("agent", "clerk@bank.example").await,
        app.signed_in("manager", "boss@bank.example").await,
    );
    let path = format!("{FEEDBACK}/summary?by=agent");
    assert_eq!(boss.get(&path).await.expect(200)["total"]["responses"], 1);
    let own = clerk.get(&path).await.expect(200);
    assert_eq!((&own["total"]["responses"], &own["items"]), (&json!(0), &json!([])), "another served her");
    let me = clerk.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    assert_eq!(clerk.get(&format!("{path}&agent_id={me}")).await.expect(200)["total"]["responses"], 0);
    let served_by = app.admin.get("/api/v1/auth/me").await.expect(200)["id"].as_str().unwrap().to_owned();
    clerk.get(&format!("{path}&agent_id={served_by}")).await.expect_fault(403, "forbidden");
    let seat = json!({ "counter_id": app.counter, "take_over": true });
    clerk.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    let (ticket, line) = (app.ticket(&ana).await, "/api/v1/tenants/bank/tickets");
    clerk.post(&format!("{line}/{ticket}/call"), json!({})).await.expect(200);
    clerk.post(&format!("{line}/{ticket}/close"), json!({})).await.expect(200);
    app.nobody().post(&app.page(&ticket).await, json!({ "csat": 4 })).await.expect(201);
    let own = clerk.get(&path).await.expect(200);
    assert_eq!((&own["total"]["responses"], &own["total"]["csat_average"]), (&json!(1), &json!(4.0)));
    assert_eq!(own["items"][0]["key"], json!(me));
    let guest = app.signed_in("customer", "guest@home.example").await;
    guest.get(&path).await.expect_fault(403, "forbidden");
}

/// People are asked once the service cannot be taken back any more, and only those who can be reached and said nothing.
async fn people_are_asked_after_the_undo(app: App) {
    let ana = app.customer("+49301234567").await;
    app.served(&ana).await;
    app.settle().await;
    app.work().await;
    assert_eq!(app.count("feedback.requested").await, 0);
    app.wait(2);
    app.work().await;
    app.work().await;
    assert_eq!(app.count("feedback.requested").await, 1);
    let undone = app.served(&ana).await;
    app.undo().await;
    let told = app.served(&ana).await;
    let page = app.page(&told).await;
    app.nobody().post(&page, json!({ "csat": 5 })).await.expect(201);
    app.settle().await;
    app.wait(2);
    app.work().await;
    assert_eq!(app.count("feedback.requested").await, 1, "{undone} was taken back, {told} has said it");
}

on_both!(
    whoever_was_booked_speaks_of_the_appointment,
    whoever_was_served_says_how_it_was,
    too_late_is_too_late,
    a_low_score_calls_the_manager,
    figures_by_service_agent_and_hour,
    what_was_said_elsewhere_is_brought_in_once,
    an_agent_reads_their_own_figures,
    people_are_asked_after_the_undo,
);
