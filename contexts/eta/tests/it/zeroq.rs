//! zeroQ's `/feedback`, word for word.

use serde_json::{Value, json};

use crate::app::App;

on_both!(feedback_is_answered_as_documented, the_line_learns_from_feedback, refusals_are_the_documents);

async fn feedback_is_answered_as_documented(app: App) {
    let sent = json!({
        "service_type": "Deposit", "actual_time": 12.5, "time_of_day": 10, "queue_length": 5, "avg_service_time": 2.5,
        "day_of_week": 4,
    });
    let answer = app.admin.post("/feedback", sent).await.expect(200);
    assert_eq!(
        answer,
        json!({
            "status": "✅ Feedback retraining successful", "service_type": "Deposit", "trained_on_rows": 1,
            "avg_service_time_used": 2.5, "eta_feedback": 12.5,
        })
    );
    // Without it, what is known of the service: at first what it declares.
    let answer =
        app.admin.post("/feedback", json!({ "service_type": "Deposit", "actual_time": 3 })).await.expect(200);
    assert_eq!(answer["eta_feedback"], 3.0);
    let rows: Vec<Value> = (0..3).map(|n| json!({ "service_type": "deposit", "actual_time": n })).collect();
    let answer = app.admin.post("/feedback", json!(rows)).await.expect(200);
    assert_eq!((&answer["trained_on_rows"], &answer["eta_feedback"]), (&json!(3), &json!(2.0)));
}

async fn the_line_learns_from_feedback(app: App) {
    let path = "/getETA?service_type=Deposit&queue_length=9";
    let before = app.nobody().get(path).await.expect(200);
    for _ in 0..60 {
        let sent = json!({ "service_type": "Deposit", "actual_time": 5, "queue_length": 9 });
        app.admin.post("/feedback", sent).await.expect(200);
    }
    app.settle().await;
    let after = app.nobody().get(path).await.expect(200);
    let minutes = |answer: &Value| answer["estimated_wait_time_minutes"].as_i64().unwrap();
    assert!(minutes(&before) > 20 && (4..=6).contains(&minutes(&after)), "five minutes: {before} {after}");
    assert_eq!((&after["basis"], &after["samples"]), (&json!("pace"), &json!(60)));
    // Every node learns the same of it.
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
}

async fn refusals_are_the_documents(app: App) {
    let refused = |body: Value, status: u16| {
        let admin = app.admin.clone();
        async move { admin.post("/feedback", body).await.expect(status)["error"].as_str().unwrap().to_owned() }
    };
    let missing = "Missing required fields: service_type or actual_time";
    assert_eq!(refused(json!({ "service_type": "Deposit" }), 422).await, missing);
    assert_eq!(refused(json!({ "actual_time": 3 }), 422).await, missing);
    let nan = json!({ "service_type": "Deposit", "actual_time": "NaN" });
    assert_eq!(refused(nan, 422).await, "Invalid (NaN) values in feedback data.");
    assert_eq!(refused(json!([]), 422).await, "Empty feedback dataset");
    let unknown = json!({ "service_type": "Haircut", "actual_time": 3 });
    assert_eq!(refused(unknown, 404).await, "Model for service 'Haircut' not found.");
    let nobody = app.nobody().post("/feedback", json!({ "service_type": "Deposit", "actual_time": 3 })).await;
    nobody.expect(401);
}
