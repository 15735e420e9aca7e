//! Every route of the running product, tried on both engines by people who have no business there: nobody,
//! every role without the right, every device of another kind, and the staff and devices of another tenant.
//!
//! The routes are those that the server describes, and who may use each stands in
//! `contracts/permissions.md`, so a route that is added tomorrow is swept tomorrow: it fails here until the
//! sweep knows what its parameters stand for (`things.rs`) and the right person gets through with the body
//! that it has for it (`bodies.rs`). Without that, a refusal of the wrong one would prove nothing.

mod again;
mod bodies;
mod graphql;
mod house;
mod people;
mod rooms;
mod routes;
mod taken_along;
mod things;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use usher_db::Engine;

use crate::http::Answer;
use again::Promises;
use bodies::body_of;
use house::House;
use people::{Person, SHOP};
use routes::{Route, names, routes};
use things::Things;

/// Who works in both tenants, and is no secret to either.
const BOTH: &str = "both@bank.example";
/// How long an event may take that has to come.
const SEEN: std::time::Duration = std::time::Duration::from_secs(10);
/// Where the right person is not answered with success or a conflict, and why.
const OTHERWISE: &[(&str, u16, &str)] = &[
    ("GET /graphql", 422, "it needs a query; its own sweep asks for every field"),
    ("GET /getETA", 422, "it needs a type of service; its own tests give one"),
    ("POST /api/auth/refresh", 401, "a token that is good once"),
    ("POST /api/v1/auth/refresh", 401, "a token that is good once"),
    ("POST /api/users/verify", 401, "the credential itself is asked about"),
    ("POST /api/v1/auth/verify", 401, "the credential itself is asked about"),
    ("POST /api/v1/auth/reset-password", 410, "a token from a mail"),
    ("POST /api/v1/auth/verify-email", 410, "a token from a mail"),
    ("POST /api/v1/auth/accept-invitation", 410, "a token from a mail"),
    ("POST /api/v1/auth/oidc/{provider}/start", 503, "no issuer runs here"),
    ("POST /api/v1/auth/oidc/{provider}/finish", 401, "a log-in that nobody began"),
    ("POST /api/v1/auth/linked-accounts", 401, "a log-in that nobody began"),
    ("DELETE /api/v1/auth/linked-accounts/{id}", 404, "nobody has connected one"),
    (
        "POST /api/v1/device/tickets/{secret}/withdraw",
        404,
        "a phone took that ticket; its own tests take one at the kiosk",
    ),
    ("POST /api/v1/auth/second-step", 401, "a log-in that nobody began"),
    ("POST /api/v1/auth/second-factor/confirm", 422, "a code of an app"),
    ("POST /api/v1/auth/second-factor/recovery-codes", 422, "a code of an app"),
    ("POST /api/v1/auth/second-factor/remove", 422, "a code of an app"),
    ("DELETE /api/v1/tenants/{tenant}/members/{id}/second-factor", 404, "nobody there has set one up"),
    (
        "POST /api/v1/tenants/{tenant}/customers/me/erase",
        422,
        "it needs one's own address; its own tests give one",
    ),
    ("POST /api/v1/device/tests/{id}", 404, "a test that nobody asked for; its own tests ask"),
    (
        "POST /api/v1/tenants/{tenant}/devices/{id}/print-test",
        404,
        "what it is asked of is a display; its own tests have a printer",
    ),
    ("GET /api/v1/tenants/{tenant}/devices/pairing", 422, "it needs a code; its own tests give one"),
    ("GET /api/v1/tenants/{tenant}/slots", 422, "it needs a service; its own tests give one"),
    ("GET /api/v1/public/sites/{tenant}/{site}/slots", 422, "it needs a service; its own tests give one"),
];

/// What holds at every site of the tenant: who is limited to some changes none of it, whatever else they may.
const OF_EVERY_SITE: &[&str] = &[
    "PUT /api/organizations/{org}",
    "PUT /api/v1/tenants/{tenant}",
    "PUT /api/v1/tenants/{tenant}/branding",
    "PUT /api/v1/tenants/{tenant}/settings",
    "POST /api/v1/tenants/{tenant}/sites",
    "GET /api/v1/tenants/{tenant}/export",
    "POST /api/v1/tenants/{tenant}/services",
    "PUT /api/v1/tenants/{tenant}/services/{id}",
    "DELETE /api/v1/tenants/{tenant}/services/{id}",
    "POST /api/v1/tenants/{tenant}/queues/services",
    "PUT /api/v1/tenants/{tenant}/queues/services/{id}",
    "DELETE /api/v1/tenants/{tenant}/queues/services/{id}",
    "POST /api/v1/tenants/{tenant}/routing-rules",
    "PUT /api/v1/tenants/{tenant}/routing-rules/{id}",
    "DELETE /api/v1/tenants/{tenant}/routing-rules/{id}",
    "POST /api/v1/tenants/{tenant}/roles",
    "PUT /api/v1/tenants/{tenant}/roles/{role}",
    "DELETE /api/v1/tenants/{tenant}/roles/{role}",
    "PUT /api/v1/tenants/{tenant}/reward-programme",
    "POST /api/organizations/{org}/rewards",
    "PUT /api/rewards/{id}",
    "DELETE /api/rewards/{id}",
    "POST /api/v1/tenants/{tenant}/rewards",
    "PUT /api/v1/tenants/{tenant}/rewards/{id}",
    "DELETE /api/v1/tenants/{tenant}/rewards/{id}",
];

#[test]
fn nobody_gets_through_a_route_that_is_not_theirs_on_sqlite() {
    sweep(Engine::Sqlite);
}

#[test]
fn nobody_gets_through_a_route_that_is_not_theirs_on_postgres() {
    sweep(Engine::Postgres);
}

fn sweep(engine: Engine) {
    let Some((house, things)) = House::open("sweep", engine) else { return };
    let routes = routes();
    let openapi = house.nobody.read(&house.server, "/api/openapi.json");
    assert_eq!(names(&routes), described(&openapi), "contracts/permissions.md is not that of this binary");
    // Answers that do not end are tried one by one, in `rooms.rs`.
    let routes: Vec<&Route> = routes.iter().filter(|route| !route.is_live()).collect();

    let before = house.state();
    let mut faults = Vec::new();
    let promises = Promises::of(&openapi, &mut faults);
    for route in &routes {
        wrong_ones(&house, &things, route, &mut faults);
        outsiders(&house, &things, route, &mut faults);
        of_another_site(&house, &things, route, &mut faults);
        of_every_site(&house, &things, route, &mut faults);
    }
    let known = names(&routes.iter().map(|route| (*route).clone()).collect::<Vec<_>>());
    let gone: Vec<&&str> = OF_EVERY_SITE.iter().filter(|name| !known.contains(**name)).collect();
    assert!(gone.is_empty(), "there are no such routes: {gone:?}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(house.state(), before, "somebody who was refused has changed something");

    // What a device is told of comes first, before it is over; what is deleted is deleted last.
    let mut routes = routes;
    routes.sort_by_key(|route| (route.method == "DELETE", !route.path.contains("/device/")));
    for route in routes {
        right_ones(&house, &things, route, &promises, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    promises.were_tried();
}

/// Nobody, and everybody of the tenant without the right.
fn wrong_ones(house: &House, things: &Things, route: &Route, faults: &mut Vec<String>) {
    if route.is_public() {
        return;
    }
    let path = things.fill(&route.path);
    let body = body_of(route, things);
    for person in [&house.nobody].into_iter().chain(&house.bank) {
        let signed_in = person.name != house.nobody.name;
        if signed_in && route.admits(person) {
            continue;
        }
        let expected = if signed_in { (403, "forbidden") } else { (401, "not_signed_in") };
        let answer = person.ask(&house.server, &route.method, &path, body.as_ref());
        if (answer.status, answer.body["code"].as_str()) != (expected.0, Some(expected.1)) {
            faults.push(route.wrong(&person.name, &answer, &format!("{expected:?}")));
        }
    }
}

/// Those of another tenant, in the bank and with the bank's things in their own tenant.
fn outsiders(house: &House, things: &Things, route: &Route, faults: &mut Vec<String>) {
    if route.is_public() {
        return;
    }
    let body = body_of(route, things);
    for person in &house.shop {
        let path = things.fill(&route.path);
        let answer = person.ask(&house.server, &route.method, &path, body.as_ref());
        let admitted = route.admits(person);
        let named = body.iter().any(|body| names_one(things, &body.to_string()));
        let expected: &[u16] = match () {
            () if route.names_a_tenant() => &[404],
            () if !admitted => &[403],
            () if route.names_a_thing() => &[404],
            // A thing of the bank in the body is as unknown.
            () if named => &[404, 409, 422],
            () => &[],
        };
        if !expected.is_empty() && !expected.contains(&answer.status) {
            faults.push(route.wrong(&person.name, &answer, &format!("{expected:?}")));
        }
        telltale(things, route, person, &path, body.as_ref(), &answer, faults);
        // In their own tenant they may do everything, to what is theirs.
        if route.names_a_tenant() && route.names_a_thing() && admitted {
            let path = things.fill_at(SHOP, &route.path);
            let answer = person.ask(&house.server, &route.method, &path, body.as_ref());
            // What is filtered by a thing that is not there is as empty as what is not there.
            if answer.status != 404 && answer.body["items"] != json!([]) {
                let who = format!("{} with what is the bank's", person.name);
                faults.push(route.wrong(&who, &answer, "404"));
            }
            telltale(things, route, person, &path, body.as_ref(), &answer, faults);
        }
        // And what is theirs has nothing to do with what is the bank's, one reference at a time.
        let Some(theirs) = house.theirs.as_ref().filter(|theirs| theirs.can_fill(&route.path)) else {
            continue;
        };
        for body in if admitted { mixed(things, theirs, route) } else { Vec::new() } {
            let path = theirs.fill_at(SHOP, &route.path);
            let answer = person.ask(&house.server, &route.method, &path, Some(&body));
            if !matches!(answer.status, 404 | 409 | 422) {
                let who = format!("{} for {body}", person.name);
                faults.push(route.wrong(&who, &answer, "a refusal"));
            }
            telltale(things, route, person, &path, Some(&body), &answer, faults);
        }
    }
}

/// Staff of one site: a ticket, a line or a counter of another cannot be read, as it stands in no list of theirs, and
/// whoever would change it is told that they do not work there.
fn of_another_site(house: &House, things: &Things, route: &Route, faults: &mut Vec<String>) {
    let of_a_site = ["tickets", "queues", "counters"];
    // The audit trail is the tenant's as a whole: who may read it reads all of it.
    if route.path.contains("/audit/") {
        return;
    }
    if route.is_public() || !things::kinds_in(&route.path).iter().any(|kind| of_a_site.contains(kind)) {
        return;
    }
    let (path, body) = (things.fill(&route.path), body_of(route, things));
    let answer = house.elsewhere.ask(&house.server, &route.method, &path, body.as_ref());
    let fine = match (answer.status, answer.body["code"].as_str()) {
        (404, Some("not_found")) => true,
        (403, Some("wrong_site")) => route.method != "GET",
        _ => !route.admits(&house.elsewhere),
    };
    if !fine {
        faults.push(route.wrong(&house.elsewhere.name, &answer, "404, or 403 wrong_site"));
    }
}

/// Staff of one site with every right: what holds at all sites is not theirs to change, and they are told why.
fn of_every_site(house: &House, things: &Things, route: &Route, faults: &mut Vec<String>) {
    if !OF_EVERY_SITE.contains(&&*route.name()) {
        return;
    }
    let (path, body) = (things.fill(&route.path), body_of(route, things));
    let answer = house.elsewhere.ask(&house.server, &route.method, &path, body.as_ref());
    let told = matches!(answer.body["code"].as_str(), Some("some_sites" | "above_own"));
    if answer.status != 403 || !told {
        faults.push(route.wrong(&house.elsewhere.name, &answer, "403 some_sites"));
    }
}

/// The body of a request of theirs, each time with another of its references to something of the bank.
fn mixed(things: &Things, theirs: &Things, route: &Route) -> Vec<Value> {
    let (Some(ours), Some(own)) = (body_of(route, things), body_of(route, theirs)) else { return Vec::new() };
    let members = ours.as_object().expect("an object").iter();
    let references = members.filter(|(_, value)| names_one(things, &value.to_string()));
    references
        .map(|(name, value)| {
            let mut body = own.clone();
            body[name] = value.clone();
            body
        })
        .collect()
}

fn names_one(things: &Things, text: &str) -> bool {
    things.ids.iter().any(|id| text.contains(id.as_str()))
}

/// An answer to somebody else names nothing of the bank that they have not named themselves.
fn telltale(
    things: &Things,
    route: &Route,
    person: &Person,
    path: &str,
    body: Option<&Value>,
    answer: &Answer,
    faults: &mut Vec<String>,
) {
    let asked = format!("{path} {}", body.unwrap_or(&Value::Null));
    let text = answer.body.to_string();
    let told = things.ids.iter().find(|id| text.contains(id.as_str()) && !asked.contains(id.as_str()));
    if let Some(id) = told {
        faults.push(format!("{} tells {} of {id}: {text}", route.name(), person.name));
    }
}

/// Those who may: everybody may read what they may read, and one of them gets through where something is done.
fn right_ones(house: &House, things: &Things, route: &Route, promises: &Promises, faults: &mut Vec<String>) {
    let right_one = house.right_one(route);
    // Of a calendar only the address ends, not what it shows.
    let uses_up = route.method == "DELETE" && !route.path.ends_with("/calendar");
    let path = if uses_up { things.fill_anew(&route.path) } else { things.fill(&route.path) };
    let body = body_of(route, things);
    let answer = again::ask(&house.server, promises, route, right_one, (&path, body.as_ref()), faults);
    let name = route.name();
    let otherwise = OTHERWISE.iter().find(|(known, ..)| *known == name);
    let fine = match otherwise {
        Some((_, status, _)) => answer.status == *status,
        None => answer.status < 300 || answer.status == 409,
    };
    if !fine {
        faults.push(route.wrong(&right_one.name, &answer, "success"));
    }
    if route.method != "GET" {
        return;
    }
    for person in house.bank.iter().filter(|person| route.admits(person)) {
        let answer = person.ask(&house.server, "GET", &path, None);
        if answer.status == 401 || answer.status >= 500 || answer.body["code"] == "forbidden" {
            faults.push(route.wrong(&person.name, &answer, "an answer"));
        }
    }
}

/// The routes that the server says it has.
fn described(openapi: &Value) -> BTreeSet<String> {
    let paths = openapi["paths"].as_object().expect("paths");
    let route = |path: &String, methods: &Value| -> Vec<String> {
        let methods = methods.as_object().expect("methods").keys();
        methods.map(|method| format!("{} {path}", method.to_ascii_uppercase())).collect()
    };
    paths.iter().flat_map(|(path, methods)| route(path, methods)).collect()
}
