//! Every route that the source documents name is mounted and in the published description, but for those
//! that are still to come.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::http::Conn;
use crate::server::{Scratch, Server};

/// The parts of the documented API that have no route yet: each is a segment that stands on its own in
/// their paths. A part that has got its routes goes from this list.
const PENDING: &[&str] =
    &["analytics", "notifications", "sales", "inventory", "admin", "communications", "files"];

/// Within a pending part, what is there already.
const THERE: &[&str] = &["/api/v1/admin/system/", "/api/analytics/", "/api/organizations/{}/analytics/"];

/// A method and a path whose parameters have no names: the documents name them as each likes.
type Route = (String, String);

#[test]
fn every_documented_route_is_mounted_or_known_to_be_pending() {
    let documented = documented();
    assert!(documented.len() > 200, "only {} documented routes were read", documented.len());

    let scratch = Scratch::new("contract");
    let server = Server::start(&scratch.0, &[]);
    let mut conn = Conn::new(&server.addr, None);
    let mounted = routes_of(&conn.get("/api/openapi.json").expect("the server answers").body);
    let published = routes_of(&read("openapi.json"));

    let mut faults = Vec::new();
    for route in &documented {
        let name = format!("{} {}", route.0, route.1);
        match (is_pending(&route.1), mounted.contains(route)) {
            (false, false) => faults.push(format!("{name} is documented and not mounted")),
            (true, true) => faults.push(format!("{name} is mounted: it is no longer pending")),
            (true, false) => {}
            (false, true) => {
                if !published.contains(route) {
                    faults.push(format!("{name} is not in contracts/openapi.json"));
                }
                // The description is made from the routes, yet only the answer proves that one is reached.
                let answer = conn.send(&route.0, &route.1.replace("{}", "x"), None, None);
                let answer = answer.expect("the server answers");
                if answer.body["code"] == "no_such_route" || matches!(answer.status, 405 | 501) {
                    faults.push(format!("{name} answers {answer:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_pending_that_no_document_names() {
    let documented = documented();
    for part in PENDING {
        let named = documented.iter().any(|(_, path)| path.split('/').any(|segment| segment == *part));
        assert!(named, "no document names {part}");
    }
}

fn is_pending(path: &str) -> bool {
    !THERE.iter().any(|there| path.starts_with(there))
        && path.split('/').any(|segment| PENDING.contains(&segment))
}

fn documented() -> BTreeSet<Route> {
    let list = read("documented-routes.json");
    list.as_array()
        .expect("a list")
        .iter()
        .map(|route| {
            let text = |name: &str| route[name].as_str().expect("text").to_owned();
            let method = text("method");
            // A WebSocket begins as a GET.
            let method = if method == "WS" { "GET".to_owned() } else { method };
            (method, nameless(&text("path")))
        })
        .collect()
}

fn routes_of(openapi: &Value) -> BTreeSet<Route> {
    let paths = openapi["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").keys();
            methods.map(move |method| (method.to_ascii_uppercase(), nameless(path)))
        })
        .collect()
}

/// `/api/queues/{id}` as `/api/queues/{}`.
fn nameless(path: &str) -> String {
    let segments = path.trim_end_matches('/').split('/');
    let segments = segments.map(|s| if s.starts_with('{') { "{}" } else { s });
    segments.collect::<Vec<_>>().join("/")
}

fn read(contract: &str) -> Value {
    let path = format!("{}/../../contracts/{contract}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{contract}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{contract}: {error}"))
}
