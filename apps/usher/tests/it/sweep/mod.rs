//! Every route of the running product, tried on both engines by people who have no business there: nobody,
//! every role without the right, every device of another kind, and the staff and devices of another tenant.
//!
//! The routes are those that the server describes, and who may use each stands in
//! `contracts/permissions.md`, so a route that is added tomorrow is swept tomorrow: it fails here until the
//! sweep knows what its parameters stand for (`things.rs`) and the right person gets through with the body
//! that it has for it (`bodies.rs`). Without that, a refusal of the wrong one would prove nothing.

mod bodies;
mod graphql;
mod people;
mod rooms;
mod routes;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use usher_db::Engine;
use usher_testkit::pg::Cluster;

use crate::http::Answer;
use crate::server::{Scratch, Server, usher};
use bodies::body_of;
use people::{BANK, PASSWORD, Person, SHOP};
use routes::{Route, names, routes};
use things::{Things, staff};

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
    ("GET /api/v1/tenants/{tenant}/devices/pairing", 422, "it needs a code; its own tests give one"),
    ("GET /api/v1/tenants/{tenant}/slots", 422, "it needs a service; its own tests give one"),
    ("GET /api/v1/public/sites/{tenant}/{site}/slots", 422, "it needs a service; its own tests give one"),
];

/// The bank with everything, a shop that has nothing to do with it, and a server for both.
struct House {
    server: Server,
    nobody: Person,
    /// Everybody of the bank: the administrator first.
    bank: Vec<Person>,
    /// The shop's administrator and devices.
    shop: Vec<Person>,
    operator: Person,
    /// Somebody of the bank with every right, at a site where nothing stands.
    elsewhere: Person,
    /// What the shop has.
    theirs: Option<Things>,
    _scratch: Scratch,
}

impl House {
    /// None, with a printed word, where the engine is not wanted or not installed.
    fn open(name: &str, engine: Engine) -> Option<(Self, Things)> {
        let scratch = Scratch::new(&format!("{name}-{engine:?}"));
        usher_testkit::config(engine, &scratch.0)?;
        // The sweep asks more often than a customer may.
        let unlimited = ["USHER_LIMITS_CUSTOMER", "USHER_LIMITS_ANONYMOUS_ISSUE", "USHER_LIMITS_DEVICE"];
        let mut env = unlimited.map(|name| (name.to_owned(), "0".to_owned())).to_vec();
        // Nobody listens there; what the routes of log-ins elsewhere permit is asked nonetheless.
        env.push(("USHER_OIDC_ISSUER".to_owned(), "http://127.0.0.1:1".to_owned()));
        env.push(("USHER_OIDC_CLIENT_ID".to_owned(), "sweep".to_owned()));
        if engine == Engine::Postgres {
            env.push(("DATABASE_URL".to_owned(), Cluster::shared()?.database()));
            env.push(("JWT_SECRET".to_owned(), "a secret of the tests, long enough to sign with".to_owned()));
        }
        let run = |args: &[&str]| {
            let out = usher(&scratch.0, &env).args(args).output().expect("the binary starts");
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        };
        let tenant = |name, slug, admin| {
            let who = ["--admin-email", admin, "--admin-password", PASSWORD];
            [&["tenant", "create", "--name", name, "--slug", slug][..], &who].concat()
        };
        let bank = tenant("Demo Bank", BANK, "admin@bank.example");
        run(&[&bank[..], &["--with-demo-data"]].concat());
        run(&tenant("Shop", SHOP, "admin@shop.example"));
        let operator =
            ["--email", "operator@usher.example", "--password", PASSWORD, "--role", "platform_admin"];
        run(&[&["user", "create"], &operator[..]].concat());
        let server = Server::start(&scratch.0, &env);

        let admin = Person::with_password("the administrator", "admin@bank.example", BANK).and_all_scopes();
        let owner = Person::with_password("another tenant's administrator", "admin@shop.example", SHOP);
        let operator = Person::with_password("the operator", "operator@usher.example", "").the_operator();
        let mut house = Self {
            server,
            nobody: Person::nobody(),
            bank: vec![admin],
            shop: vec![owner.and_all_scopes()],
            operator,
            elsewhere: Person::nobody(),
            theirs: None,
            _scratch: scratch,
        };
        house.hire();
        house.share();
        house.send_away();
        let mut things = Things::gather(&house.server, house.admin(), BANK);
        house.equip(&mut things);
        let mut theirs = Things::gather(&house.server, &house.shop[0], SHOP);
        let asked = [0, 1, 2, 3].map(|n| {
            let somebody = json!({ "email": format!("shop_{n}@shop.example") });
            house.admin().make(&house.server, &staff("invitations"), &somebody)
        });
        things.keep("invitations", "id", &json!(asked));
        let pairing =
            house.nobody.make(&house.server, "/api/v1/devices/pairing", &json!({ "type": "display" }));
        theirs.keep("codes", "code", &json!([pairing]));
        house.theirs = Some(theirs);
        Some((house, things))
    }

    fn admin(&self) -> &Person {
        &self.bank[0]
    }

    /// A line in the shop, and somebody who works there as well as in the bank.
    fn share(&self) {
        let own = |rest: &str| format!("/api/v1/tenants/{SHOP}/{rest}");
        let owner = &self.shop[0];
        owner.make(&self.server, &own("sites"), &json!({ "name": "Main" }));
        let service = owner.make(&self.server, &own("services"), &json!({ "name": "Ice" }));
        let queue = json!({ "name": "Ice", "prefix": "I", "service_ids": [service["id"]] });
        let queue = owner.make(&self.server, &own("queues"), &queue);
        let counter = json!({ "name": "Hatch", "queue_ids": [queue["id"]], "status": "open" });
        owner.make(&self.server, &own("counters"), &counter);
        let both = json!({ "email": BOTH, "password": PASSWORD });
        self.admin().make(&self.server, &staff("members"), &both);
        // Only the operator takes somebody in without asking them.
        self.operator.make(&self.server, &own("members"), &json!({ "email": BOTH }));
    }

    /// An administrator of the bank who works at one site only, where there are neither lines nor counters.
    fn send_away(&mut self) {
        let server = &self.server;
        let annex = self.admin().make(server, &staff("sites"), &json!({ "name": "Annex" }));
        let email = "annex@bank.example";
        let member = json!({ "email": email, "password": PASSWORD, "role": "admin", "sites": [annex["id"]] });
        self.admin().make(server, &staff("members"), &member);
        self.elsewhere = Person::with_password("somebody at another site", email, BANK).and_all_scopes();
    }

    /// A member for each role of the tenant, and a key with one scope.
    fn hire(&mut self) {
        let server = &self.server;
        let roles = self.admin().read(server, &staff("roles"));
        let mut hired = Vec::new();
        for role in roles["items"].as_array().expect("roles") {
            let name = role["name"].as_str().expect("a name");
            if matches!(name, "platform_admin" | "admin") {
                continue;
            }
            let email = format!("{name}@bank.example");
            let member = json!({ "email": email, "password": PASSWORD, "role": name });
            self.admin().make(server, &staff("members"), &member);
            let name = format!("a {name}");
            hired.push(Person::with_password(&name, &email, BANK).and_scopes(&role["scopes"]));
        }
        assert!(hired.len() >= 5, "only {} roles", hired.len());
        let key = json!({ "name": "a service", "scopes": ["queues:read"] });
        let key = self.admin().make(server, &staff("api-keys"), &key);
        let scopes = json!(["queues:read"]);
        let key = key["key"].as_str().expect("a key");
        hired.push(Person::with_token("a service", key).and_scopes(&scopes));
        self.bank.append(&mut hired);
    }

    /// Devices of both tenants, what they have and what was said to them, and links.
    fn equip(&mut self, things: &mut Things) {
        let server = &self.server;
        let site = things.of("sites").to_owned();
        let mut devices = Vec::new();
        let mut theirs = Vec::new();
        for kind in ["kiosk", "display", "display", "display"] {
            let (device, token) = pair(server, self.admin(), BANK, kind, Some(&site));
            devices.push(json!({ "id": device }));
            if devices.len() <= 2 {
                let scopes =
                    if kind == "kiosk" { self.scopes_of("kiosk") } else { self.scopes_of("display") };
                let person = Person::with_token(&format!("a {kind} of the bank"), &token).a_device(kind);
                self.bank.push(person.and_scopes(&scopes));
                let (_, token) = pair(server, &self.shop[0], SHOP, kind, None);
                let person = Person::with_token(&format!("another tenant's {kind}"), &token).a_device(kind);
                theirs.push(person.and_scopes(&scopes));
            }
        }
        self.shop.append(&mut theirs);
        // The first two are at work; what is revoked is one of the others.
        devices.rotate_left(2);
        things.keep("devices", "id", &Value::from(devices));
        let pairing = self.nobody.make(server, "/api/v1/devices/pairing", &json!({ "type": "display" }));
        things.keep("pairings", "device_code", &json!([pairing]));
        things.keep("codes", "code", &json!([pairing]));

        let kiosk = self.bank.iter().find(|person| person.device() == Some("kiosk")).expect("a kiosk");
        let display = self.bank.iter().find(|person| person.device() == Some("display")).expect("a display");
        let lease = json!({ "queue_id": things.of("queues"), "count": 4 });
        let lease = kiosk.make(server, "/api/v1/device/leases", &lease);
        things.lease_first = lease["first"].clone();
        things.keep("leases", "id", &json!([lease]));

        // Somebody is called, so that the display has something to play.
        let queue = things.of("queues").to_owned();
        let counters = self.admin().read(server, &staff("counters?limit=100"));
        let serves = |counter: &&Value| {
            counter["queue_ids"].as_array().is_some_and(|queues| queues.contains(&json!(queue)))
        };
        let counter = counters["items"].as_array().expect("items").iter().find(serves).expect("a counter");
        things.put_first("counters", counter["id"].as_str().expect("an id"));
        let path = format!("/api/counters/{}", things.of("counters"));
        let open = self.admin().ask(server, "PUT", &path, Some(&json!({ "status": "open" })));
        assert_eq!(open.status, 200, "{open:?}");
        self.admin().make(server, &format!("{path}/call"), &json!({}));
        let board = display.read(server, "/api/v1/device/board");
        things.keep("announcements", "announcement_id", &board["queue_of_calls"]);
        things.keep("now", "at", &json!([board]));
        let offered = self.admin().read(server, &staff(&format!("queues/{queue}")));
        things.put_first("services", offered["service_ids"][0].as_str().expect("a service"));

        let join = json!({ "service_id": things.of("services"), "queue_id": queue });
        let join = self.nobody.make(server, &format!("/api/v1/public/sites/{BANK}/{site}/tickets"), &join);
        things.keep("secrets", "secret", &json!([join]));
    }

    fn scopes_of(&self, role: &str) -> Value {
        let roles = self.admin().read(&self.server, &staff("roles"));
        let roles = roles["items"].as_array().expect("roles");
        roles.iter().find(|known| known["name"] == role).expect("a role")["scopes"].clone()
    }

    /// Who has the right to use a route.
    fn right_one(&self, route: &Route) -> &Person {
        if route.is_public() {
            return &self.nobody;
        }
        let everybody = self.bank.iter().chain([&self.operator]);
        everybody.into_iter().find(|person| route.admits(person)).expect("somebody may use it")
    }

    /// What another tenant could have changed.
    fn state(&self) -> BTreeMap<String, Value> {
        let kinds = ["", "branding", "settings", "sites", "queues", "services", "counters", "tickets"];
        let more = ["members", "api-keys", "devices", "roles", "routing-rules", "availabilities"];
        let more = more.into_iter().chain(["tickets/appointments", "waitlist"]);
        let read = |kind: &str| {
            let path = staff(&format!("{kind}?limit=100"));
            let path = path.trim_end_matches("/?limit=100").to_owned();
            let mut body = self.admin().read(&self.server, &path);
            forget_time(&mut body);
            (path, body)
        };
        kinds.into_iter().chain(more).map(read).collect()
    }
}

/// Leaves out what changes by itself, as times and what follows from them.
fn forget_time(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !name.ends_with("_at") && name != "estimate" && name != "online");
            members.values_mut().for_each(forget_time);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_time),
        _ => {}
    }
}

/// Pairs a device: its id and its token.
fn pair(server: &Server, admin: &Person, tenant: &str, kind: &str, site: Option<&str>) -> (Value, String) {
    let nobody = Person::nobody();
    let start = nobody.make(server, "/api/v1/devices/pairing", &json!({ "type": kind }));
    let code = json!({ "code": start["code"], "type": kind, "site_id": site });
    let device = admin.make(server, &format!("/api/v1/tenants/{tenant}/devices/pair"), &code);
    let code = start["device_code"].as_str().expect("a code");
    let got = nobody.read(server, &format!("/api/v1/devices/pairing/{code}"));
    (device["id"].clone(), got["token"].as_str().expect("a token").to_owned())
}

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
    let described = described(&house);
    assert_eq!(names(&routes), described, "contracts/permissions.md is not that of this binary");
    // Answers that do not end are tried one by one, in `rooms.rs`.
    let routes: Vec<&Route> = routes.iter().filter(|route| !route.is_live()).collect();

    let before = house.state();
    let mut faults = Vec::new();
    for route in &routes {
        wrong_ones(&house, &things, route, &mut faults);
        outsiders(&house, &things, route, &mut faults);
        of_another_site(&house, &things, route, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(house.state(), before, "somebody who was refused has changed something");

    // What a device is told of comes first, before it is over; what is deleted is deleted last.
    let mut routes = routes;
    routes.sort_by_key(|route| (route.method == "DELETE", !route.path.contains("/device/")));
    for route in routes {
        right_ones(&house, &things, route, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
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
fn right_ones(house: &House, things: &Things, route: &Route, faults: &mut Vec<String>) {
    let right_one = house.right_one(route);
    // Of a calendar only the address ends, not what it shows.
    let uses_up = route.method == "DELETE" && !route.path.ends_with("/calendar");
    let path = if uses_up { things.fill_anew(&route.path) } else { things.fill(&route.path) };
    let body = body_of(route, things);
    let answer = right_one.ask(&house.server, &route.method, &path, body.as_ref());
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
fn described(house: &House) -> BTreeSet<String> {
    let openapi = house.nobody.read(&house.server, "/api/openapi.json");
    let paths = openapi["paths"].as_object().expect("paths");
    let route = |path: &String, methods: &Value| -> Vec<String> {
        let methods = methods.as_object().expect("methods").keys();
        methods.map(|method| format!("{} {path}", method.to_ascii_uppercase())).collect()
    };
    paths.iter().flat_map(|(path, methods)| route(path, methods)).collect()
}
