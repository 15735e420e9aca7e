//! Every route that the source documents name is mounted and in the published description, but for those
//! that are still to come.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::http::Conn;
use crate::server::{Scratch, Server};

/// The documented routes that are still to come, by how their paths begin, and by the part of the product that brings
/// them. A route that is mounted must not stand here, and a line that stands for none must go.
const PENDING: &[(&str, Part)] = &[
    ("/api/notifications", Part::Messaging),
    ("/api/v1/communications", Part::Messaging),
    ("/api/v1/files", Part::Messaging),
    ("/api/v1/sales", Part::Chain),
    ("/api/v1/inventory", Part::Chain),
    ("/api/v1/analytics", Part::Chain),
    ("/api/v1/admin/audit-logs", Part::Chain),
    ("/api/v1/admin/compliance", Part::Chain),
    ("/api/v1/admin/config", Part::Chain),
    ("/api/v1/admin/broadcasts", Part::Chain),
];

/// What brings routes that are still to come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// Messages to people, chat, mail, files.
    Messaging,
    /// The ice-cream chain: sales, stock, administration, its own figures.
    Chain,
}

/// The documents of the queue side, as their routes name them.
const QUEUE_SIDE: [&str; 4] = ["000_", "001_", "002_", "004_"];

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
        match (pending(&route.1).is_some(), mounted.contains(route)) {
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
    for (path, _) in PENDING {
        assert!(documented.iter().any(|route| begins(&route.1, path)), "no document names {path}");
    }
}

/// Of the four documents of the queue side nothing is to come but messages.
#[test]
fn the_queue_side_is_whole() {
    let list = read("documented-routes.json");
    for route in list.as_array().expect("a list") {
        let text = |name: &str| route[name].as_str().expect("text");
        if QUEUE_SIDE.iter().any(|document| text("seed").starts_with(document)) {
            let part = pending(&nameless(text("path")));
            assert!(matches!(part, None | Some(Part::Messaging)), "{} {}", text("method"), text("path"));
        }
    }
}

/// Routes of a tenant that are no field of the graph, and why.
const NOT_IN_THE_GRAPH: &[(&str, &str)] = &[
    ("/queues/services", "another door to the services"),
    ("/queues/services/{id}", "another door to the services"),
    ("/sites/{site}/counters", "another door to the counters"),
    ("/sites/{site}/queues", "another door to the lines"),
    ("/sites/{site}/services", "another door to the services"),
    ("/tickets/{id}", "DELETE is another door to the cancelling of a ticket"),
    ("/tickets/appointments/{id}/calendar", "a file"),
    ("/analytics/results/{id}", "a file"),
    ("/customers/me/export", "a file"),
    ("/customers/me/erase", "ends one's own account, which is nothing to do among other things"),
    ("/devices/pairing", "a look at the device whose code somebody has typed, before pairDevice"),
    ("/events", "live events are subscriptions"),
    ("/export", "a file"),
];

/// Whoever reads the graph finds everything of a tenant there.
#[test]
fn every_route_of_a_tenant_is_in_the_graph_or_said_to_be_elsewhere() {
    const TENANT: &str = "/api/v1/tenants/{tenant}/";
    let graph = text_of("schema.graphql");
    let openapi = read("openapi.json");
    let mut left: BTreeSet<&str> = NOT_IN_THE_GRAPH.iter().map(|(path, _)| *path).collect();
    let mut faults = Vec::new();
    for (path, methods) in openapi["paths"].as_object().expect("paths") {
        let Some(rest) = path.strip_prefix(TENANT) else { continue };
        for method in methods.as_object().expect("methods").keys() {
            let route = format!("{} {path}", method.to_ascii_uppercase());
            let here = graph.contains(&format!("`{route}`"));
            let elsewhere = NOT_IN_THE_GRAPH.iter().find(|(only, _)| only.strip_prefix('/') == Some(rest));
            match elsewhere {
                _ if here => {}
                Some((only, _)) => drop(left.remove(only)),
                None => faults.push(route),
            }
        }
    }
    assert!(faults.is_empty(), "no field of the graph:\n{}", faults.join("\n"));
    assert!(left.is_empty(), "these are in the graph: {left:?}");
}

/// What brings a route, where it is still to come.
fn pending(path: &str) -> Option<Part> {
    PENDING.iter().find(|(start, _)| begins(path, start)).map(|(_, part)| *part)
}

/// Whether a path is this one or lies below it.
fn begins(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
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

fn text_of(contract: &str) -> String {
    let path = format!("{}/../../contracts/{contract}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{contract}: {error}"))
}

fn read(contract: &str) -> Value {
    serde_json::from_str(&text_of(contract)).unwrap_or_else(|error| panic!("{contract}: {error}"))
}
