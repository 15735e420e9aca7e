//! The estimates of a line through GraphQL: what the routes answer, by the same permissions.

use serde_json::{Value, json};
use usher_testkit::TestClient;

use crate::app::{App, id_of};

on_both!(
    the_estimate_and_its_reasons_are_those_of_the_routes,
    the_record_is_that_of_the_route,
    a_plan_is_tried_out,
    what_is_wrong_is_said_by_field_and_strangers_are_told_nothing,
);

async fn answer(client: &TestClient, query: &str, variables: Value) -> Value {
    client.post("/graphql", json!({ "query": query, "variables": variables })).await.expect(200)
}

async fn data(app: &App, query: &str, variables: Value) -> Value {
    let answer = answer(&app.admin, query, variables).await;
    assert!(answer.get("errors").is_none(), "{query}: {answer}");
    answer["data"].clone()
}

async fn the_estimate_and_its_reasons_are_those_of_the_routes(app: App) {
    app.morning(8, 170).await;
    for _ in 0..3 {
        app.ticket().await;
    }
    app.settle().await;
    let query = "query($q: ID!) { \
        now: queueEstimate(id: $q) { basis p10 p50 p90 low high serving afterClosing samples } \
        tenth: queueEstimate(id: $q, ahead: 9) { p50 } \
        queueEstimateReasons(id: $q, ahead: 9) { peopleAhead othersFirst countersOpen atOnce paceMinutes text \
            estimate { p50 } } }";
    let asked = data(&app, query, json!({ "q": app.queue })).await;
    let route = app.estimate().await;
    for (field, member) in [
        ("basis", "basis"),
        ("p10", "p10"),
        ("p50", "p50"),
        ("p90", "p90"),
        ("low", "low"),
        ("high", "high"),
        ("serving", "serving"),
        ("afterClosing", "after_closing"),
        ("samples", "samples"),
    ] {
        assert_eq!(asked["now"][field], route[member], "{field}: {asked} {route}");
    }
    let reasons = app.get(&format!("queues/{}/eta/explain?ahead=9", app.queue)).await;
    let told = &asked["queueEstimateReasons"];
    assert_eq!((&told["peopleAhead"], &told["text"]), (&json!(9), &reasons["text"]));
    assert_eq!(told["paceMinutes"], reasons["pace_minutes"]);
    assert_eq!((&told["othersFirst"], &told["countersOpen"]), (&json!(0.0), &json!(1)));
    assert_eq!(told["estimate"]["p50"], asked["tenth"]["p50"]);
    assert!(asked["tenth"]["p50"].as_f64() > asked["now"]["p50"].as_f64(), "{asked}");
}

async fn the_record_is_that_of_the_route(app: App) {
    app.morning(6, 170).await;
    app.settle().await;
    let query = "query($q: ID!) { queueEstimateAccuracy(id: $q, days: 7) { days \
        overall { estimates maeMinutes p90Coverage } byService { name estimates } } }";
    let asked = data(&app, query, json!({ "q": app.queue })).await["queueEstimateAccuracy"].clone();
    let route = app.get(&format!("queues/{}/eta/accuracy?days=7", app.queue)).await;
    assert_eq!(route["overall"]["estimates"], 6);
    assert_eq!(
        (&asked["overall"]["maeMinutes"], &asked["overall"]["p90Coverage"]),
        (&route["overall"]["mae_minutes"], &route["overall"]["p90_coverage"])
    );
    assert_eq!((&asked["days"], &asked["overall"]["estimates"]), (&json!(7), &json!(6)));
    assert_eq!(asked["byService"], json!([{ "name": "Deposit", "estimates": 6 }]));
}

async fn a_plan_is_tried_out(app: App) {
    for _ in 0..8 {
        app.ticket().await;
    }
    app.settle().await;
    let query = "mutation($s: String!, $until: DateTime) { \
        whatIf(site: $s, moreCounters: 2, runs: 50, until: $until) { basis runs \
        today { called waitP90 } alternative { waitP90 } } }";
    let wish = json!({ "s": app.site, "until": "2026-11-20T11:00:00Z" });
    let asked = data(&app, query, wish).await["whatIf"].clone();
    assert_eq!((&asked["basis"], &asked["runs"]), (&json!("seats"), &json!(50)));
    let of = |plan: &str| asked[plan]["waitP90"].as_f64().unwrap();
    assert!(of("alternative") < of("today"), "{asked}");
}

async fn what_is_wrong_is_said_by_field_and_strangers_are_told_nothing(app: App) {
    let query = "query($q: ID!, $n: Int) { queueEstimate(id: $q, ahead: $n) { p50 } }";
    let far = answer(&app.admin, query, json!({ "q": app.queue, "n": -1 })).await;
    assert_eq!(far["data"]["queueEstimate"], Value::Null);
    assert_eq!(far["errors"][0]["path"], json!(["queueEstimate"]), "{far}");
    let gone = json!({ "q": "01890a5d-ac96-774b-bcce-b302099a8057" });
    let gone = answer(&app.admin, query, gone).await;
    assert_eq!(gone["errors"][0]["extensions"]["code"], "not_found", "{gone}");
    let (shop, _) = app.second_tenant().await;
    let other = answer(&shop, query, json!({ "q": app.queue })).await;
    assert_eq!(other["errors"][0]["extensions"]["code"], "not_found", "{other}");
    let accuracy = "query($q: ID!) { queueEstimateAccuracy(id: $q) { days } }";
    let elsewhere =
        id_of(&app.admin.post("/api/v1/tenants/bank/sites", json!({ "name": "Other" })).await.expect(201));
    let clerk = app.clerk_at(&elsewhere).await;
    let refused = answer(&clerk, accuracy, json!({ "q": app.queue })).await;
    assert_eq!(refused["data"]["queueEstimateAccuracy"], Value::Null, "{refused}");
    assert!(refused["errors"][0]["extensions"]["code"].is_string(), "{refused}");
}
