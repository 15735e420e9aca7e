//! What kiosks print while the network is away: each number taken in once, none holding the others back, none lost to
//! the end of the day.

use serde_json::{Value, json};
use usher_kernel::SystemCtx;
use usher_queueing::jobs::Watch;
use usher_queueing::model::ticket::Cause;
use usher_queueing::model::{QueueId, ServiceId, Status, TicketId};
use usher_queueing::ops::lease::{self, Printed, Upload};
use usher_queueing::ops::show;

use crate::app::{App, on_engines};
use crate::http::Web;

fn printed(app: &App, service: ServiceId, value: i64) -> Printed {
    Printed { value, issued_at: app.now(), service_id: service, name: None, phone: None, locale: None }
}

fn words(results: &[(i64, Upload)]) -> Vec<(i64, &'static str)> {
    let word = |upload: &Upload| match upload {
        Upload::TakenIn(_) => "taken in",
        Upload::Known(_) => "known",
        Upload::Refused(error) => error.code(),
    };
    results.iter().map(|(value, upload)| (*value, word(upload))).collect()
}

async fn leased(app: &App, queue: QueueId, count: i64) -> lease::Lease {
    app.act(&app.manager(), move |line, tx| lease::lease(line, tx, queue, count, None)).await.unwrap()
}

async fn upload(app: &App, block: &lease::Lease, tickets: &[Printed]) -> Vec<(i64, Upload)> {
    let (id, tickets) = (block.id, tickets.to_vec());
    app.act(&app.manager(), move |line, tx| lease::upload(line, tx, id, &tickets)).await.unwrap()
}

/// What the log says of blocks of numbers, with the numbers that are void or refused.
async fn log(app: &App) -> Vec<(String, Value)> {
    let sys = SystemCtx::new("test", app.clock.clone());
    let since = "2026-01-01T00:00:00Z".parse().unwrap();
    let read = move |read: &mut usher_db::Read<'_>| usher_events::recent(read, since, 1_000);
    let events = app.line.db().read_system(&sys, read).await.unwrap();
    let of_leases = events.into_iter().rev().filter(|event| event.kind.starts_with("number_lease."));
    of_leases
        .map(|event| {
            let payload: Value = event.payload_as().unwrap();
            let told = if payload["void"].is_null() { &payload["refused"] } else { &payload["void"] };
            (event.kind.to_string(), told.clone())
        })
        .collect()
}

#[test]
fn one_wrong_number_keeps_no_other_back() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let block = leased(&app, queue, 3).await;
        assert_eq!(block.numbers, ["A-001", "A-002", "A-003"]);
        assert_eq!(app.issue(queue).await.number, "A-004");
        let batch = [printed(&app, service, 1), printed(&app, service, 9), printed(&app, service, 3)];
        let first = upload(&app, &block, &batch).await;
        assert_eq!(words(&first), [(1, "taken in"), (9, "lease_number"), (3, "taken in")]);
        let again = upload(&app, &block, &batch).await;
        assert_eq!(
            words(&again),
            [(1, "known"), (9, "lease_number"), (3, "known")],
            "the same upload changes nothing"
        );
        assert_eq!(app.waiting(queue), ["A-001", "A-003", "A-004"]);
        let (Upload::TakenIn(taken), Upload::Known(known)) = (&first[0].1, &again[0].1) else { panic!() };
        assert_eq!(taken.id, *known);
        assert_eq!(log(&app).await.last().unwrap().1, json!([{ "value": 9, "code": "lease_number" }]));
    });
}

#[test]
fn the_answer_says_of_each_what_became_of_it() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let web = Web::of(&app);
        let kiosk = web.device("kiosk");
        let wanted = json!({ "queue_id": queue, "count": 2 });
        let block = kiosk.post("/api/v1/device/leases", wanted).await.expect(201);
        let path = format!("/api/v1/device/leases/{}/tickets", block["id"].as_str().unwrap());
        let one = |value, at: &str| json!({ "value": value, "issued_at": at, "service_id": service });
        let now = app.now().to_string();
        let batch = json!({ "tickets": [one(1, &now), one(2, "2027-01-01T00:00:00Z"), one(1, &now)] });
        let told = kiosk.post(&path, batch).await.expect(200);
        let became: Vec<_> =
            told["results"].as_array().unwrap().iter().map(|one| (&one["result"], &one["code"])).collect();
        assert_eq!(
            became,
            [
                (&json!("taken_in"), &Value::Null),
                (&json!("refused"), &json!("issued_in_future")),
                (&json!("known"), &Value::Null),
            ]
        );
        assert!(told["results"][1]["reason"].as_str().unwrap().contains("clock"), "{told}");
        assert_eq!(told["results"][0]["ticket_id"], told["items"][0]["id"]);
        assert_eq!(told["results"][2]["ticket_id"], told["items"][0]["id"]);
        assert_eq!(told["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn what_is_uploaded_after_its_day_is_history_of_that_day() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let block = leased(&app, queue, 3).await;
        app.wait(60);
        let late = [printed(&app, service, 1), printed(&app, service, 2)];
        app.hands.set("2026-03-05T08:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(log(&app).await.last().unwrap(), &("number_lease.voided".to_owned(), json!([1, 2, 3])));
        let results = upload(&app, &block, &late).await;
        assert_eq!(words(&results), [(1, "taken in"), (2, "taken in")]);
        assert_eq!(
            log(&app).await.last().unwrap(),
            &("number_lease.corrected".to_owned(), json!([3])),
            "what was printed is not void"
        );
        assert_eq!(words(&upload(&app, &block, &late).await), [(1, "known"), (2, "known")]);
        let Upload::TakenIn(first) = &results[0].1 else { panic!() };
        let id: TicketId = first.id;
        let t = app.act(&app.manager(), move |line, tx| line.ticket_in(tx, id)).await.unwrap();
        assert_eq!(
            (t.status, t.cause, t.issued_at),
            (Status::Expired, Some(Cause::Expired), late[0].issued_at)
        );
        assert_eq!(t.ended_at, Some("2026-03-04T23:00:00Z".parse().unwrap()), "Berlin's midnight");
        assert!(app.waiting(queue).is_empty(), "nobody waits for it any more");
        assert_eq!(
            app.line.live().line(queue).unwrap().lock().day.issued,
            0,
            "and today knows nothing of it"
        );
        assert_eq!(app.issue(queue).await.number, "A-001");

        let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
        let day = Some("2026-03-04".parse().unwrap());
        let read = move |read: &mut usher_db::Read<'_>| show::report(&line, read, tenant, site, day);
        let report = app.line.db().read(&app.manager(), read).await.unwrap();
        assert_eq!((report.queues[0].issued, report.queues[0].expired), (2, 2));
    });
}
