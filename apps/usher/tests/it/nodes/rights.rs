//! Who may do what is the same on every node within a second: a log-out, another role, a key and a device that were
//! revoked. Each is known to the other node, and so in its memory, before it ends on the first.

use std::time::Duration;

use serde_json::{Value, json};
use usher_testkit::eventually;

use super::{Pair, T, admin, post, sign_in};
use crate::http::Conn;
use crate::server::Server;

/// How long what has ended may still be good on the other node.
const AT_ONCE: Duration = Duration::from_secs(1);

pub(super) fn hold_everywhere(pair: &Pair) {
    log_out(pair);
    let token = admin(&pair.a);
    let mut here = Conn::new(&pair.a.addr, Some(&token));
    role(pair, &mut here);
    key(pair, &mut here);
    device(pair, &mut here);
}

/// Asks until the answer has this status.
fn until(node: &Server, token: &str, path: &str, status: u16) {
    let mut conn = Conn::new(&node.addr, Some(token));
    let what = format!("{path} is answered with {status}");
    eventually(&what, AT_ONCE, || (conn.get(path).expect("an answer").status == status).then_some(()));
}

fn status(node: &Server, token: &str, path: &str) -> u16 {
    Conn::new(&node.addr, Some(token)).get(path).expect("an answer").status
}

fn change(conn: &mut Conn, method: &str, path: &str, body: Option<&Value>) {
    let answer = conn.send(method, path, body, None).expect("an answer");
    assert!((200..300).contains(&answer.status), "{path}: {answer:?}");
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn log_out(pair: &Pair) {
    let token = admin(&pair.a);
    assert_eq!(status(&pair.b, &token, "/api/v1/auth/me"), 200);
    post(&mut Conn::new(&pair.a.addr, Some(&token)), "/api/v1/auth/logout", &json!({}));
    until(&pair.b, &token, "/api/v1/auth/me", 401);
}

fn role(pair: &Pair, here: &mut Conn) {
    let agent = sign_in(&pair.b, "agent@demo-bank.com", "demo1234");
    let console = format!("{T}/agents/me");
    assert_eq!(status(&pair.b, &agent, &console), 200);
    let me = Conn::new(&pair.b.addr, Some(&agent)).get("/api/v1/auth/me").expect("an answer").body;
    let path = format!("/api/v1/auth/users/{}/role", text(&me["id"]));
    change(here, "PUT", &path, Some(&json!({ "role": "customer" })));
    until(&pair.b, &agent, &console, 403);
    // And back, with the same session.
    change(here, "PUT", &path, Some(&json!({ "role": "agent" })));
    until(&pair.b, &agent, &console, 200);
}

fn key(pair: &Pair, here: &mut Conn) {
    let new = json!({ "name": "nodes", "scopes": ["queues:read"] });
    let made = post(here, &format!("{T}/api-keys"), &new);
    let (key, queues) = (text(&made["key"]), format!("{T}/queues"));
    assert_eq!(status(&pair.b, key, &queues), 200);
    change(here, "DELETE", &format!("{T}/api-keys/{}", text(&made["id"])), None);
    until(&pair.b, key, &queues, 401);
}

fn device(pair: &Pair, here: &mut Conn) {
    let mut screen = Conn::new(&pair.b.addr, None);
    let begun = post(&mut screen, "/api/v1/devices/pairing", &json!({ "type": "display" }));
    let site = here.get(&format!("{T}/sites")).expect("an answer").body["items"][0]["id"].clone();
    let pairing = json!({ "code": begun["code"], "type": "display", "site_id": site });
    let paired = post(here, &format!("{T}/devices/pair"), &pairing);
    let fetched = format!("/api/v1/devices/pairing/{}", text(&begun["device_code"]));
    let fetched = screen.get(&fetched).expect("an answer").body;
    let (token, board) = (text(&fetched["token"]), "/api/v1/device/board");
    assert_eq!(status(&pair.b, token, board), 200);
    change(here, "DELETE", &format!("{T}/devices/{}", text(&paired["id"])), None);
    until(&pair.b, token, board, 401);
}
