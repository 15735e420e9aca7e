//! Invitations: who has an account belongs to another tenant only once they say so.

use serde_json::{Value, json};
use usher_kernel::SignedDuration;

use crate::app::App;

const INVITATIONS: &str = "/api/v1/tenants/shop/invitations";
const MEMBERS: &str = "/api/v1/tenants/shop/members";
const ACCEPT: &str = "/api/v1/auth/accept-invitation";

/// Ana works in the bank; the shop wants her, too.
async fn invited(app: &App) -> (usher_testkit::TestClient, Value) {
    app.person("agent", "ana@bank.example").await;
    app.shop().await;
    let shop = app.as_user("admin@shop.example").await;
    let new = json!({ "email": "ANA@bank.example", "role": "manager" });
    let invitation = shop.post(INVITATIONS, new).await.expect(201);
    (shop, invitation)
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().unwrap().clone()
}

fn token(app: &App) -> Value {
    json!({ "token": app.mails.secret("ana@bank.example", "invitation").unwrap() })
}

async fn nothing_of_a_person_is_shown_before_they_accept(app: App) {
    let (shop, invitation) = invited(&app).await;
    let ana = app.as_user("ana@bank.example").await.get("/api/v1/auth/me").await.expect(200);
    let (id, name) = (ana["id"].as_str().unwrap(), ana["name"].as_str().unwrap());
    assert_eq!(invitation["status"], "invited");
    let shown = [
        invitation.to_string(),
        shop.get(INVITATIONS).await.expect(200).to_string(),
        shop.get(MEMBERS).await.expect(200).to_string(),
        app.last("invitation.sent").payload.get().to_owned(),
    ];
    for text in shown {
        assert!(!text.contains(id) && !text.contains(&format!("\"{name}\"")), "{text}");
    }
    shop.get(&format!("/api/users/{id}")).await.expect_fault(404, "not_found");
    shop.post(MEMBERS, json!({ "user_id": id })).await.expect(422);
    assert_eq!(app.as_user("ana@bank.example").await.get(MEMBERS).await.status, 404);

    app.nobody().post(ACCEPT, token(&app)).await.expect(200);
    assert_eq!(items(&shop.get(INVITATIONS).await.expect(200)), Vec::<Value>::new());
    let members = items(&shop.get(&format!("{MEMBERS}?role=manager")).await.expect(200));
    assert_eq!(members[0]["user_id"], id);
    app.as_user("ana@bank.example").await.get(MEMBERS).await.expect(200);
    app.nobody().post(ACCEPT, token(&app)).await.expect_fault(410, "link_spent");
    shop.post(INVITATIONS, json!({ "email": "ana@bank.example" })).await.expect_fault(409, "already_member");
}

async fn an_invitation_can_be_taken_back_and_runs_out(app: App) {
    let (shop, invitation) = invited(&app).await;
    let again = json!({ "email": "ana@bank.example" });
    shop.post(INVITATIONS, &again).await.expect_fault(409, "already_invited");
    let one = format!("{INVITATIONS}/{}", invitation["id"].as_str().unwrap());
    let bank = app.admin().await;
    bank.delete(&one).await.expect_fault(404, "not_found");
    let elsewhere = one.replace("/shop/", "/bank/");
    bank.delete(&elsewhere).await.expect_fault(404, "not_found");
    shop.delete(&one).await.expect(204);
    shop.delete(&one).await.expect_fault(404, "not_found");
    app.nobody().post(ACCEPT, token(&app)).await.expect_fault(410, "link_spent");

    shop.post(INVITATIONS, &again).await.expect(201);
    app.time.advance(SignedDuration::from_hours(7 * 24 + 1));
    app.nobody().post(ACCEPT, token(&app)).await.expect_fault(410, "link_spent");
    let shop = app.as_user("admin@shop.example").await;
    assert_eq!(items(&shop.get(INVITATIONS).await.expect(200))[0]["status"], "expired");
    // One that ran out is in nobody's way.
    shop.post(INVITATIONS, &again).await.expect(201);
    app.nobody().post(ACCEPT, token(&app)).await.expect(200);
}

async fn two_who_press_at_once_make_one_member(app: App) {
    let (_, _) = invited(&app).await;
    let (one, other) = (app.nobody(), app.nobody());
    let (a, b) = tokio::join!(one.post(ACCEPT, token(&app)), other.post(ACCEPT, token(&app)));
    let mut answers = [a.status.as_u16(), b.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [200, 410], "{a} {b}");
}

async fn what_cannot_be_asked_is_refused(app: App) {
    let (shop, _) = invited(&app).await;
    for (body, status, code) in [
        (json!({ "email": "nobody@home.example" }), 422, "invalid_field"),
        (json!({ "email": "" }), 422, "invalid_field"),
        (json!({ "email": "admin@shop.example" }), 409, "already_member"),
        (json!({ "email": "root@usher.example" }), 403, "above_own"),
        (json!({ "email": "admin@bank.example", "role": "king" }), 422, "invalid_field"),
        (json!({ "email": "admin@bank.example", "name": "Ada" }), 422, "invalid_field"),
    ] {
        shop.post(INVITATIONS, &body).await.expect_fault(status, code);
    }
    for secret in ["", "usi_", "usm_AAAA"] {
        app.nobody().post(ACCEPT, json!({ "token": secret })).await.expect_fault(410, "link_spent");
    }
    // The operator of the installation takes people in as they are.
    let operator = app.operator().await;
    operator.post(MEMBERS, json!({ "email": "admin@bank.example", "role": "agent" })).await.expect(201);
}

on_both! {
    nothing_of_a_person_is_shown_before_they_accept,
    an_invitation_can_be_taken_back_and_runs_out,
    two_who_press_at_once_make_one_member,
    what_cannot_be_asked_is_refused,
}
