//! What kiosks print while the network is away: each number taken in once, none holding the others back, none lost to
//! the end of the day.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_db::{Lane, Tx};
use usher_http::{Api, HttpConfig, Rates};
use usher_identity::model::{DeviceChange, DeviceType};
use usher_kernel::{Change, SystemCtx};
use usher_queueing::jobs::Watch;
use usher_queueing::model::ticket::Cause;
use usher_queueing::model::{QueueId, ServiceId, Status, TicketId};
use usher_queueing::ops::configure::{QueueInput, create_queue};
use usher_queueing::ops::lease::{self, Printed, Upload};
use usher_queueing::ops::show;
use usher_testkit::TestClient;
use uuid::Uuid;

use crate::app::{App, on_engines, owned};
use crate::http::Web;
use crate::timed::open_until;

pub(crate) fn printed(app: &App, service: ServiceId, value: i64) -> Printed {
    Printed {
        value,
        issued_at: app.now(),
        service_id: service,
        name: None,
        phone: None,
        locale: None,
        assistance: None,
    }
}

pub(crate) fn words(results: &[(i64, Upload)]) -> Vec<(i64, &'static str)> {
    let word = |upload: &Upload| match upload {
        Upload::TakenIn(_) => "taken in",
        Upload::Known(_) => "known",
        Upload::Refused(error) => error.code(),
    };
    results.iter().map(|(value, upload)| (*value, word(upload))).collect()
}

pub(crate) async fn leased(app: &App, queue: QueueId, count: i64) -> lease::Lease {
    app.act(&app.manager(), move |line, tx| lease::lease(line, tx, queue, count, None)).await.unwrap()
}

pub(crate) async fn upload(app: &App, block: &lease::Lease, tickets: &[Printed]) -> Vec<(i64, Upload)> {
    let (id, tickets) = (block.id, tickets.to_vec());
    app.act(&app.manager(), move |line, tx| lease::upload(line, tx, id, &tickets)).await.unwrap()
}

/// What the log says of blocks of numbers, with the numbers that are void or refused.
async fn log(app: &App) -> Vec<(String, Value)> {
    let sys = SystemCtx::new("test", app.clock.clone());
    let since = "2026-01-01T00:00:00Z".parse().unwrap();
    let read = move |read: &mut usher_db::Read<'_>| usher_events::recent(read, since, 1_000, |_| true);
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

/// What somebody asked a kiosk for that was on its own reaches the agent.
#[test]
fn help_that_was_asked_for_offline_is_not_forgotten() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let block = leased(&app, queue, 1).await;
        let one = Printed { assistance: Some("seat".into()), ..printed(&app, service, 1) };
        let told = upload(&app, &block, &[one]).await;
        let Upload::TakenIn(ticket) = &told[0].1 else { panic!("{told:?}") };
        assert_eq!(ticket.extra.as_ref().unwrap().assistance.as_deref(), Some("seat"));
    });
}

#[test]
fn a_block_says_how_long_it_is_good_where_hours_run_past_midnight() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        open_until(&app, "02:00").await;
        // Half past midnight in Berlin: the evening's day still runs, for an hour and a half.
        app.hands.set("2026-03-04T23:30:00Z".parse().unwrap());
        let block = leased(&app, queue, 2).await;
        assert_eq!((block.day.as_str(), block.good_for_seconds), ("2026-03-04", 5_400));
        // At noon it runs until midnight, by the site's clock.
        app.hands.set("2026-03-06T11:00:00Z".parse().unwrap());
        let block = leased(&app, queue, 2).await;
        assert_eq!((block.day.as_str(), block.good_for_seconds), ("2026-03-06", 12 * 3_600));
    });
}

#[test]
fn a_kiosk_that_loses_its_numbers_does_not_take_all_of_a_line() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let (service, manager) = (app.first_service().await, app.manager());
        let take = async |kiosk: u128| {
            let kiosk = Some(Uuid::from_u128(kiosk));
            app.act(&manager, move |line, tx| lease::lease(line, tx, queue, 2, kiosk)).await
        };
        let first = take(1).await.unwrap();
        for _ in 1..20 {
            take(1).await.unwrap();
        }
        assert_eq!(take(1).await.unwrap_err().code(), "numbers_exhausted");
        take(2).await.unwrap();
        // What it prints of one of them gives it another.
        upload(&app, &first, &[printed(&app, service, 1)]).await;
        take(1).await.unwrap();
        assert_eq!(take(1).await.unwrap_err().code(), "numbers_exhausted");
        app.wait(24 * 60);
        take(1).await.unwrap();
    });
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

/// The routes with devices that sign in by what they were paired with.
fn doors(app: &App) -> TestClient {
    let config = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
    let identity = app.line.identity().clone();
    let api =
        Api::builder(config, Arc::new(identity.clone()), Arc::new(app.tenancy.clone()), app.clock.clone());
    let api = api.mount(usher_identity::routes(identity)).mount(usher_queueing::routes(app.line.clone()));
    TestClient::new(api.build().unwrap().into_router())
}

#[test]
fn a_kiosk_that_moves_issues_at_its_new_site_and_uploads_what_it_printed_before() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let (tenant, main, service) = (app.tenant, app.site, app.first_service().await);
        let identity = app.line.identity().clone();
        let sys = SystemCtx::new("test", app.clock.clone());
        let found = move |tx: &mut Tx<'_>| {
            let name = Some("Annex".to_owned());
            let annex = usher_tenancy::model::SiteChange { name, ..Default::default() };
            usher_tenancy::ops::create_site(tx, tenant, annex)
        };
        let annex = app.line.db().write(&app.manager(), Lane::Tenant, found).await.unwrap().id;
        let new = QueueInput {
            name: Some("Annex".to_owned()),
            prefix: Some("B".to_owned()),
            service_ids: Some(vec![service]),
            site_id: Some(annex),
            ..QueueInput::default()
        };
        let there = app.act(&app.manager(), move |line, tx| create_queue(line, tx, &new)).await.unwrap().id;
        let doors = doors(&app);
        let mut kiosks = Vec::new();
        for name in ["Door", "Hall"] {
            let made =
                identity.provision_device(&sys, tenant, main, DeviceType::Kiosk, name, Default::default());
            let (device, token) = made.await.unwrap();
            kiosks.push((device.id, doors.clone().token(&token)));
        }
        let [(door, kiosk), (_, other)] = &kiosks[..] else { panic!() };
        let take = async |kiosk: &TestClient, queue: QueueId| {
            kiosk.post("/api/v1/device/leases", json!({ "queue_id": queue, "count": 3 })).await
        };
        let (own, foreign) = (take(kiosk, queue).await.expect(201), take(other, queue).await.expect(201));
        assert_eq!(kiosk.get("/api/v1/device/kiosk").await.expect(200)["site"]["name"], "Main branch");

        let door = *door;
        let config = json!({ "offline_numbers": 5 }).as_object().unwrap().clone();
        let change =
            DeviceChange { site_id: Some(annex), config: Change::Set(config), ..DeviceChange::default() };
        let give = move |tx: &mut Tx<'_>| {
            usher_identity::ops::change_device(tx, tenant, &|_| true, door, change.clone(), None)
        };
        app.line.db().write(&app.manager(), Lane::Tenant, give).await.unwrap();

        let about = kiosk.get("/api/v1/device").await.expect(200);
        assert_eq!(
            (
                &about["device"]["site_id"],
                &about["device"]["config"]["offline_numbers"],
                &about["site"]["name"]
            ),
            (&json!(annex), &json!(5), &json!("Annex"))
        );
        let board = kiosk.get("/api/v1/device/kiosk").await.expect(200);
        let lines: Vec<_> = board["queues"].as_array().unwrap().iter().map(|q| q["name"].clone()).collect();
        assert_eq!((&board["site"]["name"], lines), (&json!("Annex"), vec![json!("Annex")]));
        let ticket = kiosk.post("/api/v1/device/tickets", json!({ "service_id": service })).await.expect(201);
        assert_eq!((&ticket["number"], &ticket["site"]["name"]), (&json!("B-001"), &json!("Annex")));
        take(kiosk, queue).await.expect_fault(404, "not_found");
        assert_eq!(take(kiosk, there).await.expect(201)["numbers"][0], "B-002");

        let upload = async |block: &Value, values: &[i64]| {
            let now = app.now();
            let one = |value| json!({ "value": value, "issued_at": now, "service_id": service });
            let tickets: Vec<_> = values.iter().map(one).collect();
            let path = format!("/api/v1/device/leases/{}/tickets", block["id"].as_str().unwrap());
            kiosk.post(&path, json!({ "tickets": tickets })).await
        };
        let told = upload(&own, &[1, 2]).await.expect(200);
        let became: Vec<_> =
            told["results"].as_array().unwrap().iter().map(|one| one["result"].clone()).collect();
        assert_eq!(became, ["taken_in", "taken_in"], "what was printed there waits there");
        assert_eq!((app.waiting(queue), app.waiting(there)), (owned(&["A-001", "A-002"]), owned(&["B-001"])));
        upload(&foreign, &[4]).await.expect_fault(404, "not_found");

        app.hands.set("2026-03-05T08:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        let voided: Vec<_> =
            log(&app).await.into_iter().filter(|(kind, _)| kind.ends_with("voided")).collect();
        let voids = |numbers: Value| ("number_lease.voided".to_owned(), numbers);
        assert!(voided.contains(&voids(json!([3]))), "the number that it never printed: {voided:?}");
    });
}

#[test]
fn a_ticket_whose_answer_came_too_late_is_taken_back_as_if_it_had_never_been_issued() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let service = app.first_service().await;
        let (web, agent) = (Web::of(&app), app.agent(1));
        let kiosk = web.device("kiosk");
        let take = async || {
            let made =
                kiosk.post("/api/v1/device/tickets", json!({ "service_id": service })).await.expect(201);
            format!("/api/v1/device/tickets/{}/withdraw", made["secret"].as_str().unwrap())
        };
        let late = take().await;
        let issued = || app.line.live().line(queue).unwrap().lock().day.issued;
        assert_eq!((app.waiting(queue).len(), issued()), (1, 1));
        kiosk.post(&late, json!({})).await.expect(204);
        assert_eq!((app.waiting(queue).len(), issued()), (0, 0), "nobody came, and nobody left");
        kiosk.post(&late, json!({})).await.expect_fault(409, "not_allowed_in_state");

        // Called in the moment between: it ends, and is nobody's fault.
        let called = take().await;
        app.next(&agent, counter).await.unwrap().unwrap();
        kiosk.post(&called, json!({})).await.expect(204);
        let left = app.line.live().line(queue).unwrap().lock().day.left;
        assert_eq!(left, 0);
        assert!(app.next(&agent, counter).await.unwrap().is_none(), "the counter is free again");

        // Nobody else's ticket: neither one that a phone took, nor by anything but a kiosk.
        let site = format!("/api/v1/public/sites/{}/{}/tickets", app.tenant, app.site);
        let phone = web.client.post(&site, json!({ "service_id": service })).await.expect(201);
        let own = format!("/api/v1/device/tickets/{}/withdraw", phone["secret"].as_str().unwrap());
        kiosk.post(&own, json!({})).await.expect_fault(404, "not_found");
        web.device("display").post(&own, json!({})).await.expect(403);
        kiosk
            .post("/api/v1/device/tickets/nonsense/withdraw", json!({}))
            .await
            .expect_fault(404, "not_found");

        // A restart and the report of the day know of the two that count.
        let figures = |app: &App| app.line.live().line(queue).unwrap().lock().day.clone();
        assert_eq!(figures(&app).issued, 2);
        assert_eq!(figures(&app.reopened().await), figures(&app));
        let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
        let read = move |read: &mut usher_db::Read<'_>| show::report(&line, read, tenant, site, None);
        let report = app.line.db().read(&app.manager(), read).await.unwrap();
        let by_hour: i64 = report.hours.iter().map(|hour| hour.issued).sum();
        assert_eq!((report.queues[0].issued, by_hour), (2, 2));
    });
}
