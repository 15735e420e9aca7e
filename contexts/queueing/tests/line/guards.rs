//! Joining by oneself where the line wants one near, or before its screen.

use serde_json::{Value, json};
use usher_identity::DeviceType;
use usher_kernel::{Change, SignedDuration, SystemCtx};
use usher_queueing::model::QueueId;
use usher_queueing::ops::configure::{QueueInput, create_queue, update_queue};
use usher_tenancy::model::SiteChange;

use crate::app::{App, on_engines};
use crate::http::Web;

/// Puts the branch at a place.
async fn place(app: &App, latitude: Change<f64>, longitude: Change<f64>) {
    let (tenant, site) = (app.tenant, app.site);
    let change = SiteChange { latitude, longitude, ..SiteChange::default() };
    let write = move |tx: &mut usher_db::Tx<'_>| {
        usher_tenancy::ops::update_site(tx, tenant, site, change.clone(), None)
    };
    app.line.db().write(&app.manager(), usher_db::Lane::Tenant, write).await.unwrap();
}

async fn set(app: &App, queue: QueueId, input: QueueInput) -> Result<(), usher_queueing::Error> {
    app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &input, None).map(|_| ())).await
}

fn at(latitude: f64, accuracy: f64) -> Value {
    json!({ "latitude": latitude, "longitude": 13.405, "accuracy": accuracy })
}

#[test]
fn a_fence_lets_in_who_is_near_and_keeps_no_place() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let near = || QueueInput { join_within_meters: Change::Set(200), ..QueueInput::default() };
        let refused = set(&app, queue, near()).await.unwrap_err();
        assert!(refused.to_string().contains("position first"), "{refused}");
        let new = QueueInput { name: Some("Other".into()), prefix: Some("Z".into()), ..near() };
        let made = app.act(&app.manager(), move |line, tx| create_queue(line, tx, &new)).await;
        assert!(made.is_err(), "neither is a new one fenced without a place");
        place(&app, Change::Set(52.52), Change::Set(13.405)).await;
        set(&app, queue, near()).await.unwrap();

        let web = Web::of(&app);
        let site = format!("/api/v1/public/sites/{}/{}", app.tenant, app.site);
        let board = web.client.get(&site).await.expect(200);
        assert_eq!(
            (&board["queues"][0]["asks_position"], &board["queues"][0]["asks_code"]),
            (&json!(true), &json!(false))
        );
        let join = |position: Value| {
            let mut body = json!({ "service_id": service });
            if !position.is_null() {
                body["position"] = position;
            }
            let (client, path) = (web.client.clone(), format!("{site}/tickets"));
            async move { client.post(&path, body).await }
        };
        let missing = join(Value::Null).await.expect_fault(422, "invalid_field");
        assert_eq!(
            (&missing["errors"][0]["field"], &missing["errors"][0]["code"]),
            (&json!("position"), &json!("position_required"))
        );
        let far = join(at(52.53, 10.0)).await.expect_fault(403, "too_far");
        assert!(far["detail"].as_str().unwrap().contains("200 m"), "{far}");
        for absurd in [at(91.0, 1.0), at(52.52, -1.0)] {
            join(absurd).await.expect_fault(422, "invalid_field");
        }
        join(json!({ "latitude": "here", "longitude": 0 })).await.expect(422);
        let joined = join(at(52.521, 10.0)).await.expect(201);
        // Neither the ticket nor its history says where the person was.
        let me = web.person(&app.agent(1));
        let id: usher_queueing::model::TicketId =
            app.line.secrets().open(joined["secret"].as_str().unwrap()).unwrap();
        for path in [format!("/tickets/{id}"), format!("/tickets/{id}/history")] {
            let told = me.get(&web.path(&path)).await.expect(200).to_string();
            assert!(!told.contains("52.5") && !told.contains("latitude"), "{told}");
        }
        // Staff and kiosks are not asked.
        me.post(&web.path("/tickets"), json!({ "queue_id": queue })).await.expect(201);
        let kiosk = web.device("kiosk");
        kiosk.post("/api/v1/device/tickets", json!({ "service_id": service })).await.expect(201);
        // A site that lost its place asks nobody.
        place(&app, Change::Clear, Change::Clear).await;
        join(Value::Null).await.expect(201);
    });
}

#[test]
fn a_code_on_the_screen_opens_the_line_for_its_window_and_the_next() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let web = Web::of(&app);
        let display = web.device("display");
        let shown = || async { display.get("/api/v1/device/board").await.expect(200)["join_code"].clone() };
        assert_eq!(shown().await, Value::Null);
        let asks = QueueInput { join_code_seconds: Change::Set(60), ..QueueInput::default() };
        set(&app, queue, asks).await.unwrap();
        let code = shown().await;
        assert_eq!(code["until"], "2026-03-04T10:01:00Z");
        let url = code["url"].as_str().unwrap();
        assert!(url.ends_with(&format!("?code={}", code["code"].as_str().unwrap())), "{url}");
        let site = format!("/api/v1/public/sites/{}/{}", app.tenant, app.site);
        // What anybody may read from afar does not say it.
        let board = web.client.get(&site).await.expect(200);
        assert_eq!(board["queues"][0]["asks_code"], true);
        assert!(!board.to_string().contains(code["code"].as_str().unwrap()));
        // A screen that can be read from the street shows none.
        let sys = SystemCtx::new("test", app.clock.clone());
        let config = json!({ "join_code": false }).as_object().unwrap().clone();
        let (identity, kind) = (app.line.identity(), DeviceType::Display);
        let made = identity.provision_device(&sys, app.tenant, app.site, kind, "Window", config).await;
        let window = web.display_at(made.unwrap().0.id, app.site);
        assert_eq!(window.get("/api/v1/device/board").await.expect(200)["join_code"], Value::Null);
        let join = |code: Value| {
            let body = json!({ "service_id": service, "join_code": code });
            let (client, path) = (web.client.clone(), format!("{site}/tickets"));
            async move { client.post(&path, body).await }
        };
        for none in [Value::Null, json!(" ")] {
            let missing = join(none).await.expect_fault(422, "invalid_field");
            assert_eq!(missing["errors"][0]["code"], "join_code_required");
        }
        for wrong in [json!("AAAAAAAA"), json!("x".repeat(5000)), json!("\u{7}")] {
            join(wrong).await.expect_fault(403, "join_code_old");
        }
        join(code["code"].clone()).await.expect(201);
        app.hands.advance(SignedDuration::from_secs(119));
        join(code["code"].clone()).await.expect(201);
        assert_ne!(shown().await["code"], code["code"]);
        app.hands.advance(SignedDuration::from_secs(1));
        let old = join(code["code"].clone()).await.expect_fault(403, "join_code_old");
        assert_eq!(old["errors"][0]["field"], "join_code");
        web.device("kiosk")
            .post("/api/v1/device/tickets", json!({ "service_id": service }))
            .await
            .expect(201);
        for wrong in [14, 3601, -1] {
            let input = QueueInput { join_code_seconds: Change::Set(wrong), ..QueueInput::default() };
            assert!(set(&app, queue, input).await.is_err(), "{wrong}");
        }
    });
}
