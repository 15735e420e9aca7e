//! What becomes of points and feedback when a person is merged, handed out, erased.

use serde_json::json;
use usher_engagement::model::Trigger;
use usher_engagement::ops;

use crate::app::App;

const ALL: &str = "/api/v1/tenants/bank/customers";

/// Points go with a merger, and what is undone later is taken from where they went.
async fn points_follow_the_person(app: App) {
    app.programme(json!({ "active": true, "rules": [{ "on": "served", "points": 10 }] })).await;
    let coffee = app.reward(json!({ "name": "Coffee", "points_required": 15 })).await;
    let (ana, twin) = (app.customer("+49301234567").await, app.customer("+49307654321").await);
    app.give(&ana, 5).await;
    let ticket = app.ticket(&twin).await;
    app.serve(&ticket).await;
    app.settle().await;
    let wish = json!({ "duplicate_id": twin });
    app.admin.post(&format!("{ALL}/{ana}/merge"), wish).await.expect(200);
    assert_eq!(app.available(&ana).await, 15);
    app.check().await;
    // A service that was the duplicate's is undone.
    let (bank, ticket) = (app.bank, ticket.parse().unwrap());
    let back = app.on(&app.node, move |e, tx| ops::reverse(tx, e, bank, ticket, &[Trigger::Served])).await;
    assert_eq!(back.unwrap().len(), 1);
    assert_eq!(app.available(&ana).await, 5);
    app.give(&ana, 10).await;
    let bought = json!({ "customer_id": ana });
    app.admin.post(&format!("/api/rewards/{coffee}/redeem"), bought).await.expect(201);
    app.check().await;
}

/// What is kept goes back, points are forfeited, words go and scores stay.
async fn an_erased_person_leaves_figures(app: App) {
    let coffee = app.reward(json!({ "name": "Coffee", "points_required": 15, "stock": 1 })).await;
    let ana = app.customer("+49301234567").await;
    app.give(&ana, 20).await;
    let bought = json!({ "customer_id": ana });
    app.admin.post(&format!("/api/v1/tenants/bank/rewards/{coffee}/reserve"), bought).await.expect(201);
    let ticket = app.ticket(&ana).await;
    app.serve(&ticket).await;
    let said = json!({ "csat": 2, "comment": "Ana was here" });
    app.admin.post(&format!("/api/v1/tenants/bank/tickets/{ticket}/feedback"), said).await.expect(201);
    let export = app.admin.get(&format!("{ALL}/{ana}/export")).await.expect(200);
    let part = &export["engagement"];
    assert_eq!(part["points"]["available"], 5);
    assert_eq!(part["entries"].as_array().unwrap().len(), 2);
    assert_eq!(part["redemptions"][0]["status"], "reserved");
    assert_eq!(part["feedback"][0]["comment"], "Ana was here");
    assert_eq!(export["tickets"][0]["id"], json!(ticket));

    app.admin.delete(&format!("{ALL}/{ana}")).await.expect(204);
    app.check().await;
    let all = app.admin.get("/api/v1/tenants/bank/feedback").await.expect(200);
    let left = &all["items"][0];
    assert_eq!(
        (&left["csat"], &left["comment"], &left["customer_id"]),
        (&json!(2), &json!(null), &json!(null))
    );
    assert_eq!(app.admin.get(&format!("/api/rewards/{coffee}")).await.expect(200)["stock"], 1);
    app.admin.get(&format!("{ALL}/{ana}/points")).await.expect(404);
}

on_both!(points_follow_the_person, an_erased_person_leaves_figures);
