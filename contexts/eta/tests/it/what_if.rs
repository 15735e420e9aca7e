//! What if.

use serde_json::{Value, json};

use crate::app::App;

on_both!(more_counters_wait_less, what_cannot_be_is_refused);

async fn ask(app: &App, wish: Value) -> Value {
    let path = format!("/api/v1/tenants/bank/sites/{}/what-if", app.site);
    app.admin.post(&path, wish).await.expect(200)
}

async fn more_counters_wait_less(app: App) {
    app.morning(20, 170).await;
    for _ in 0..8 {
        app.ticket().await;
    }
    app.settle().await;
    let wish = json!({ "more_counters": 2, "runs": 200, "suggest": true, "until": "2026-11-20T13:00:00Z" });
    let answer = ask(&app, wish.clone()).await;
    let (today, other) = (&answer["today"], &answer["alternative"]);
    let of = |plan: &Value, name: &str| plan[name].as_f64().unwrap();
    assert!(of(other, "wait_p90") < of(today, "wait_p90"), "{answer}");
    assert!(of(other, "sla_percent") >= of(today, "sla_percent"), "{answer}");
    assert_eq!(today["half_hours"][0]["counters"], 1);
    assert_eq!(other["half_hours"][0]["counters"], 3);
    assert_eq!(
        today["half_hours"].as_array().unwrap().len(),
        answer["suggestion"]["half_hours"].as_array().unwrap().len()
    );
    assert_eq!(ask(&app, wish).await, answer, "the same chance every time");
    // The only counter closes for good: nobody is called any more.
    let closed = json!({ "counters": [{ "counter_id": app.counters[0], "open": false }], "runs": 5 });
    let closed = ask(&app, closed).await;
    assert_eq!(closed["alternative"]["called"], 0.0, "{closed}");
    assert!(of(&closed["today"], "called") > 7.0);
}

async fn what_cannot_be_is_refused(app: App) {
    let path = format!("/api/v1/tenants/bank/sites/{}/what-if", app.site);
    for (wish, field) in [
        (json!({ "runs": 0 }), "runs"),
        (json!({ "arrivals_percent": -1 }), "arrivals_percent"),
        (json!({ "service_percent": 0 }), "service_percent"),
        (json!({ "until": "2020-01-01T00:00:00Z" }), "until"),
        (
            json!({ "counters": [{ "counter_id": "01890a5d-ac96-774b-bcce-b302099a8057", "open": true }] }),
            "counters[0].counter_id",
        ),
        (
            json!({ "counters": [{ "counter_id": app.counters[0], "open": true, "queue_ids":
                ["01890a5d-ac96-774b-bcce-b302099a8057"] }] }),
            "counters[0].queue_ids",
        ),
    ] {
        let refused = app.admin.post(&path, wish.clone()).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], field, "{wish}");
    }
    app.admin.post("/api/v1/tenants/bank/sites/nowhere/what-if", json!({})).await.expect(404);
}
