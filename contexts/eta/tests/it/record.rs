//! The record of what estimates were worth.

use serde_json::json;

use crate::app::{App, id_of};

on_both!(
    the_record_is_what_was_told_against_what_was,
    a_call_that_was_taken_back_does_not_count,
    the_record_is_on_the_ticket,
);

async fn the_record_is_what_was_told_against_what_was(app: App) {
    let mut told = Vec::new();
    for _ in 0..3 {
        let estimate = app.ticket().await["issued_estimate"].clone();
        told.push(["p50", "p90"].map(|level| estimate[level].as_f64().unwrap()));
    }
    let parked = app.ticket().await;
    app.act(&id_of(&parked), "park", json!({ "minutes": 30 })).await;
    app.act(&id_of(&parked), "unpark", json!({})).await;
    let mut off = Vec::new();
    let mut covered = 0.0;
    for (n, [p50, p90]) in told.iter().enumerate() {
        app.wait(240);
        let ticket = app.next(0).await.unwrap();
        app.act(&ticket, "close", json!({})).await;
        let waited = 4.0 * (n as f64 + 1.0);
        off.push((waited - p50).abs());
        covered += if waited <= *p90 { 1.0 } else { 0.0 };
    }
    app.next(0).await.unwrap();
    app.settle().await;
    let record = app.get(&format!("queues/{}/eta/accuracy?days=7", app.queue)).await;
    let thousandth = |value: f64| json!((value * 1000.0).round() / 1000.0);
    let overall = &record["overall"];
    assert_eq!(overall["estimates"], 3, "who was parked does not count: {record}");
    assert_eq!(overall["mae_minutes"], thousandth(off.iter().sum::<f64>() / 3.0));
    off.sort_by(f64::total_cmp);
    assert_eq!(overall["median_error_minutes"], thousandth(off[1]));
    assert_eq!(overall["p90_coverage"], thousandth(covered / 3.0));
    assert_eq!(record["last_7_days"], *overall);
    assert_eq!((&record["by_hour"][0]["hour"], &record["by_hour"][0]["estimates"]), (&json!(9), &json!(3)));
    assert_eq!(record["by_service"][0]["name"], "Deposit");

    app.wait(8 * 86_400);
    let later = app.get(&format!("queues/{}/eta/accuracy", app.queue)).await;
    assert_eq!(
        (&later["last_7_days"]["estimates"], &later["last_30_days"]["estimates"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(later["last_7_days"]["mae_minutes"], json!(null));
    let wrong = format!("/api/v1/tenants/bank/queues/{}/eta/accuracy?days=31", app.queue);
    assert_eq!(app.admin.get(&wrong).await.expect(422)["errors"][0]["field"], "days");
}

async fn a_call_that_was_taken_back_does_not_count(app: App) {
    let seat = json!({ "counter_id": app.counters[0] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    app.ticket().await;
    app.wait(60);
    app.next(0).await.unwrap();
    app.admin.post("/api/v1/tenants/bank/agents/undo", json!({})).await.expect(200);
    app.settle().await;
    let path = format!("queues/{}/eta/accuracy", app.queue);
    assert_eq!(app.get(&path).await["overall"]["estimates"], 0);
    app.wait(60);
    app.next(0).await.unwrap();
    app.settle().await;
    let overall = app.get(&path).await["overall"].clone();
    assert_eq!(overall["estimates"], 1, "{overall}");
}

async fn the_record_is_on_the_ticket(app: App) {
    let service = app.get("services").await["items"][0]["id"].clone();
    let ticket = async || {
        let path = format!("/api/v1/public/sites/bank/{}/tickets", app.site);
        let wish = json!({ "queue_id": app.queue, "service_id": service });
        let made = app.nobody().post(&path, wish).await.expect(201);
        made["secret"].as_str().unwrap().to_owned()
    };
    let page = async |secret: &str| {
        let page = app.nobody().get(&format!("/api/v1/public/tickets/{secret}")).await.expect(200);
        page["estimates_kept"].clone()
    };
    let secret = ticket().await;
    assert_eq!(page(&secret).await, json!(null), "nothing was measured yet");
    // Twenty are called; whoever looks after that is told of them within moments.
    app.morning(20, 100).await;
    app.settle().await;
    let accuracy = app.get(&format!("queues/{}/eta/accuracy", app.queue)).await["last_30_days"].clone();
    assert!(accuracy["estimates"].as_i64().unwrap() >= 20, "{accuracy}");
    let secret = ticket().await;
    let wanted = json!({ "estimates": accuracy["estimates"], "p90_coverage": accuracy["p90_coverage"] });
    let mut known = page(&secret).await;
    for _ in 0..500 {
        if known == wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        known = page(&secret).await;
    }
    assert_eq!(known, wanted);
    // It is read now and then, and not each time that somebody looks.
    app.next(0).await.unwrap();
    app.settle().await;
    let secret = ticket().await;
    assert_eq!(page(&secret).await, wanted);
}
