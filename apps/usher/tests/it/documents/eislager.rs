//! Document 003, its authentication service.

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
