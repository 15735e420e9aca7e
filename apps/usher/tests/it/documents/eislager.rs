//! Document 003: its authentication service, and the users of its administration.

use serde_json::{Value, json};

use super::{Bank, refusal, text};

const AUTH: &str = "/api/v1/auth";

fn users(answer: &Value) -> Vec<String> {
    answer["items"].as_array().expect("a list").iter().map(|user| text(user, "email")).collect()
}

#[test]
fn register_log_in_and_out() {
    let bank = Bank::open("eislager-auth");
    let new =
        json!({ "name": "Pat", "email": "pat@example.com", "password": "s3cretpass1", "role": "PATRON" });
    let registered = bank.nobody().post(&format!("{AUTH}/register"), new, 201);
    assert_eq!(registered["user"]["role"], "customer");
    let mut pat = bank.log_in(&format!("{AUTH}/login"), "pat@example.com", "s3cretpass1");
    let mut again = bank.log_in(&format!("{AUTH}/login"), "pat@example.com", "s3cretpass1");
    assert_eq!(pat.post(&format!("{AUTH}/verify"), json!({}), 200)["valid"], true);
    assert_eq!(pat.put(&format!("{AUTH}/profile"), json!({ "name": "Pat P" }), 200)["name"], "Pat P");
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": "another-pass1" });
    let wrong = pat.put(&format!("{AUTH}/change-password"), change("wrong"), 422);
    assert_eq!(refusal(&wrong), "The current password is wrong.");
    pat.put(&format!("{AUTH}/change-password"), change("s3cretpass1"), 200);
    // The other session has ended with the old password, this one has not.
    again.get(&format!("{AUTH}/me"), 401);
    pat.get(&format!("{AUTH}/me"), 200);
    pat.post(&format!("{AUTH}/logout"), json!({}), 204);
    pat.get(&format!("{AUTH}/me"), 401);
}

#[test]
fn users_and_their_roles() {
    let bank = Bank::open("eislager-users");
    bank.customer("pat@example.com");
    let mut admin = bank.admin();
    let list = admin.get(&format!("{AUTH}/users?limit=200"), 200);
    assert!(users(&list).contains(&"pat@example.com".to_owned()));
    let pat = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|user| user["email"] == "pat@example.com")
        .unwrap();
    let pat = format!("{AUTH}/users/{}", text(pat, "id"));
    let role = format!("{pat}/role");
    for (theirs, ours) in [("CLERK", "agent"), ("MANUFACTURER", "manufacturer"), ("EXECUTIVE", "admin")] {
        assert_eq!(admin.put(&role, json!({ "role": theirs }), 200)["role"], ours);
    }
    let clerk =
        json!({ "email": "mona@example.com", "password": "s3cretpass1", "name": "M", "role": "manager" });
    admin.post(&format!("{AUTH}/register"), clerk, 201);
    let mut manager = bank.log_in(&format!("{AUTH}/login"), "mona@example.com", "s3cretpass1");
    // Nobody reaches above themselves, neither with a role nor to a person.
    assert_eq!(manager.put(&role, json!({ "role": "PATRON" }), 403)["code"], "above_own");
    assert_eq!(admin.put(&role, json!({ "role": "globalAdmin" }), 403)["code"], "above_own");
    assert_eq!(admin.put(&role, json!({ "role": "king" }), 422)["errors"][0]["field"], "role");
    assert_eq!(admin.put(&role, json!({}), 422)["errors"][0]["field"], "role");
    admin.delete(&pat, 204);
    bank.nobody().post(
        &format!("{AUTH}/login"),
        json!({ "email": "pat@example.com", "password": "s3cretpass1" }),
        401,
    );
    // The last administrator stays one.
    let own = text(&admin.get(&format!("{AUTH}/me"), 200), "id");
    let own = format!("{AUTH}/users/{own}");
    assert_eq!(admin.delete(&own, 409)["code"], "last_admin");
    assert_eq!(admin.put(&format!("{own}/role"), json!({ "role": "CLERK" }), 409)["code"], "last_admin");
    bank.customer("cu@example.com").get(&format!("{AUTH}/users"), 403);
}

#[test]
fn the_administration_of_users() {
    const USERS: &str = "/api/v1/admin/users";
    let bank = Bank::open("eislager-admin");
    let mut pat = bank.customer("pat@example.com");
    let mut admin = bank.admin();
    let page = admin.get(&format!("{USERS}?limit=1"), 200);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1));
    let next = text(&page, "next_cursor");
    let next = admin.get(&format!("{USERS}?limit=1&cursor={next}"), 200);
    assert_ne!(users(&next), users(&page));
    let found = admin.get(&format!("{USERS}?role=PATRON&q=pat@"), 200);
    assert_eq!(users(&found), ["pat@example.com"]);
    let of_pat = format!("{USERS}/{}", text(&found["items"][0], "id"));
    assert_eq!(admin.put(&format!("{of_pat}/role"), json!({ "role": "CLERK" }), 200)["role"], "agent");

    let status = format!("{of_pat}/status");
    assert_eq!(admin.put(&status, json!({ "status": "inactive" }), 200)["status"], "inactive");
    let kept_out = admin.get(&format!("{USERS}?status=inactive"), 200);
    assert_eq!(users(&kept_out), ["pat@example.com"]);
    let sites = "/api/v1/tenants/demo-bank/sites";
    pat.get(sites, 404);
    assert_eq!(admin.put(&status, json!({ "status": "active" }), 200)["status"], "active");
    pat.get(sites, 200);
    assert_eq!(admin.put(&status, json!({ "status": "asleep" }), 422)["errors"][0]["field"], "status");

    let machines = admin.get(&format!("{USERS}/machines"), 200);
    let everybody = admin.get(&format!("{USERS}?limit=200"), 200)["items"].as_array().map(Vec::len);
    assert_eq!(machines["total"].as_u64(), everybody.map(|n| n as u64), "{machines}");
    assert_eq!(machines["by_status"], json!({ "active": everybody, "inactive": 0 }));
    assert!(machines["by_role"].get("customer").is_none(), "Pat was the only one: {machines}");
    assert!(machines["devices"].is_array() && machines["sessions"][0]["last_seen"].is_string(), "{machines}");
    pat.get(&format!("{USERS}/machines"), 403);

    admin.delete(&of_pat, 204);
    assert_eq!(users(&admin.get(&format!("{USERS}?q=pat@"), 200)), [""; 0]);
    let own = text(&admin.get(&format!("{AUTH}/me"), 200), "id");
    let own = format!("{USERS}/{own}/status");
    assert_eq!(admin.put(&own, json!({ "status": "inactive" }), 409)["code"], "last_admin");
}

#[test]
fn a_forgotten_password_comes_by_mail_in_the_persons_language() {
    let bank = Bank::open("eislager-mail");
    let new = json!({ "name": "Luc", "email": "luc@example.com", "password": "s3cretpass1", "locale": "fr" });
    bank.nobody().post(&format!("{AUTH}/register"), new, 201);
    let forgot = format!("{AUTH}/forgot-password");
    let told = bank.nobody().post(&forgot, json!({ "email": "luc@example.com" }), 200);
    assert_eq!(told, bank.nobody().post(&forgot, json!({ "email": "nobody@example.com" }), 200));
    let mail = bank.mail("luc@example.com", "#reset=");
    assert!(mail.contains("Content-Language: fr") && mail.contains("Bonjour Luc"), "{mail}");
    let (_, secret) = mail.split_once("#reset=").unwrap();
    let secret = secret.split_whitespace().next().unwrap();
    let reset = |status| {
        let body = json!({ "token": secret, "password": "another-pass1" });
        bank.nobody().post(&format!("{AUTH}/reset-password"), body, status)
    };
    reset(200);
    assert_eq!(reset(410)["code"], "link_spent");
    bank.log_in(&format!("{AUTH}/login"), "luc@example.com", "another-pass1");
}
