//! Training a correction in a job, and putting it to use on every node.

use serde_json::{Value, json};

use crate::app::App;

on_both!(a_correction_is_trained_used_and_kept);

/// Six hundred waits: quick before noon, slow after it.
async fn teach(app: &App) {
    for part in 0..3 {
        let rows: Vec<Value> = (0..200)
            .map(|n| {
                let n = part * 200 + n;
                let (hour, length) = (8 + n % 9, (n * 7) % 12);
                let pace = if hour < 12 { 1.0 } else { 4.0 };
                json!({
                    "service_type": "Deposit", "time_of_day": hour, "queue_length": length,
                    "actual_time": f64::from(length + 1) * pace,
                })
            })
            .collect();
        app.admin.post("/feedback", json!(rows)).await.expect(200);
    }
    app.settle().await;
}

async fn a_correction_is_trained_used_and_kept(app: App) {
    teach(&app).await;
    let asked = |hour: i64| format!("/getETA?service_type=Deposit&queue_length=6&time_of_day={hour}");
    let before = app.nobody().get(&asked(15)).await.expect(200);
    // Nothing is known to the job before it is stored.
    app.work().await;
    app.settle().await;
    assert!(!app.book().is_corrected(usher_eta::model::Wall(0)));
    assert!(app.node.following.store().await.unwrap());
    app.wait(16 * 60);
    app.work().await;
    app.work().await;
    app.settle().await;
    let after = app.nobody().get(&asked(15)).await.expect(200);
    let off = |answer: &Value| (answer["p50"].as_f64().unwrap() - 28.0).abs();
    assert!(off(&after) < off(&before), "seven times four minutes: {before} {after}");
    // Whoever starts later has it, stored or from the log.
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
    assert!(app.node.following.store().await.unwrap());
    let started = app.beside().await;
    assert_eq!(started.eta.picture_of(app.bank), app.book());
    // Nothing was learned since: no other training is due.
    app.wait(16 * 60);
    app.work().await;
    app.work().await;
    app.settle().await;
    let path = format!("queues/{}/eta/explain?ahead=6", app.queue);
    let reasons = app.get(&path).await;
    assert_eq!(reasons["correction_version"], 600, "{reasons}");
    // Two months later it is stale.
    app.wait(61 * 86_400);
    assert_eq!(app.get(&path).await["correction_version"], json!(null));
}
