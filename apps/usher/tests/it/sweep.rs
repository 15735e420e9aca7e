//! Every route of the running product, tried by people who have no business there: nobody, a customer, and
//! the administrator of another tenant.
//!
//! The routes are those that the server describes, and who may use each stands in
//! `contracts/permissions.md`, so a route that is added tomorrow is swept tomorrow.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::http::{Answer, Conn};
use crate::server::{Scratch, Server, usher};

const BANK: &str = "demo-bank";
const PASSWORD: &str = "demo1234";
/// What a customer may do in a tenant; a role that grants more is noticed here.
const CUSTOMER: &[&str] = &["tenants:read", "sites:read", "services:read", "queues:read"];
/// An id that nothing has.
const NOTHING: &str = "01900000-0000-7000-8000-000000000000";

/// A route and who may use it.
struct Route {
    method: String,
    path: String,
    who: Vec<Who>,
}

/// One way to be let in.
#[derive(Debug, PartialEq, Eq)]
enum Who {
    Anybody,
    SignedIn,
    Scope(String),
    Device,
    Platform,
}

#[test]
fn nobody_gets_through_a_route_that_is_not_theirs() {
    let scratch = Scratch::new("sweep");
    found(&scratch);
    // The sweep asks more often than a customer may.
    let unlimited = ["USHER_LIMITS_CUSTOMER", "USHER_LIMITS_ANONYMOUS_ISSUE", "USHER_LIMITS_DEVICE"];
    let server = Server::start(&scratch.0, &unlimited.map(|name| (name.to_owned(), "0".to_owned())));
    let things = Things::gather(&server);
    let routes = routes();
    assert_eq!(names(&routes), described(&server), "contracts/permissions.md is not that of this binary");

    let mut faults = Vec::new();
    for route in &routes {
        if route.is_live() {
            // Answers that do not end are tried one by one, below.
            continue;
        }
        let public = route.allows(&[Who::Anybody]);
        let nobody = ask(&server, route, &things, None);
        if !public && nobody.status != 401 {
            faults.push(route.wrong("nobody", &nobody, "401"));
        }
        let customer = ask(&server, route, &things, Some(("customer@bank.example", BANK)));
        let scopes = CUSTOMER.iter().map(|scope| Who::Scope((*scope).to_owned()));
        let open: Vec<Who> = [Who::Anybody, Who::SignedIn].into_iter().chain(scopes).collect();
        if !route.allows(&open) && !matches!(customer.status, 403 | 404) {
            faults.push(route.wrong("a customer", &customer, "403 or 404"));
        }
        let outsider = ask(&server, route, &things, Some(("admin@shop.example", "shop")));
        if !public {
            if route.names_a_tenant() && outsider.status != 404 {
                faults.push(route.wrong("another tenant's administrator", &outsider, "404"));
            } else if route.path.contains('{') && !(400..500).contains(&outsider.status) {
                faults.push(route.wrong("another tenant's administrator", &outsider, "a refusal"));
            }
            let text = outsider.body.to_string();
            let path = things.fill(&route.path);
            let told = things.ids.iter().find(|id| text.contains(id.as_str()) && !path.contains(id.as_str()));
            if let Some(id) = told {
                faults.push(format!("{} {} tells another tenant of {id}", route.method, route.path));
            }
        }
        // In their own tenant they may do everything, to what is theirs.
        let reaching =
            route.names_a_tenant().then(|| at(&server, route, &things.fill_at("shop", &route.path)));
        if let Some(answer) = reaching
            && !public
            && things.names_one(&route.path)
            && !(400..500).contains(&answer.status)
        {
            faults.push(route.wrong("another tenant with an id of this one", &answer, "a refusal"));
        }
        for (who, answer) in [("nobody", &nobody), ("a customer", &customer), ("an outsider", &outsider)] {
            if answer.status >= 500 {
                faults.push(route.wrong(who, answer, "no failure"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nobody_follows_a_room_that_is_not_theirs() {
    let scratch = Scratch::new("sweep-rooms");
    found(&scratch);
    let server = Server::start(&scratch.0, &[]);
    let things = Things::gather(&server);
    let outsider = sign_in(&server, "admin@shop.example", "shop");
    let customer = sign_in(&server, "customer@bank.example", BANK);
    let queue = things.of("queues");
    let site = things.of("sites");
    let rooms = [format!("queue:{queue}"), format!("site:{site}"), format!("floor:{site}")];
    for room in &rooms {
        let path = format!("/api/v1/tenants/{BANK}/events?rooms={room}");
        let answer = get(&server, &path, Some(&outsider));
        assert!(matches!(answer.status, 403 | 404 | 422), "another tenant follows {room}: {answer:?}");
    }
    for room in &rooms[2..] {
        let path = format!("/api/v1/tenants/{BANK}/events?rooms={room}");
        for token in [None, Some(customer.as_str())] {
            let answer = get(&server, &path, token);
            assert!(matches!(answer.status, 401 | 403 | 404 | 422), "{room} is open: {answer:?}");
        }
    }
    let path = "/api/v1/device/events";
    assert_eq!(get(&server, path, None).status, 401);
    assert!(matches!(get(&server, path, Some(&customer)).status, 403 | 404));
    assert!(matches!(get(&server, path, Some(&outsider)).status, 403 | 404));
}

/// A ticket at a counter goes other ways through the code than one that waits.
#[test]
fn a_ticket_at_a_counter_is_out_of_another_tenants_reach() {
    let scratch = Scratch::new("sweep-held");
    found(&scratch);
    let server = Server::start(&scratch.0, &[]);
    let things = Things::gather(&server);
    let mut admin = Conn::new(&server.addr, Some(&sign_in(&server, "admin@bank.example", BANK)));
    let path = |tenant: &str, rest: &str| format!("/api/v1/tenants/{tenant}/{rest}");
    let ticket = things.of("tickets").to_owned();
    let line = admin.get(&path(BANK, &format!("tickets/{ticket}"))).expect("the server answers").body;
    let counters = admin.get(&path(BANK, "counters?limit=200")).expect("the server answers").body;
    let serves = |counter: &&Value| {
        counter["queue_ids"].as_array().is_some_and(|queues| queues.contains(&line["queue_id"]))
    };
    let counter = counters["items"].as_array().expect("items").iter().find(serves).expect("a counter");
    let counter = counter["id"].as_str().expect("an id");
    let open = admin.put(&format!("/api/counters/{counter}"), &json!({ "status": "open" }));
    assert_eq!(open.expect("the server answers").status, 200);
    let assign = admin.post(&format!("/api/tokens/{ticket}/assign"), &json!({ "counter_id": counter }), None);
    let assign = assign.expect("the server answers");
    assert_eq!(assign.status, 200, "{assign:?}");

    let before = admin.get(&path(BANK, &format!("tickets/{ticket}"))).expect("the server answers").body;
    let mut shop = Conn::new(&server.addr, Some(&sign_in(&server, "admin@shop.example", "shop")));
    for op in ["close", "recall", "start_service", "skip", "mark_no_show", "cancel"] {
        let at = path("shop", &format!("tickets/{ticket}/{op}"));
        let answer = shop.post(&at, &json!({}), None).expect("the server answers");
        assert_eq!(answer.status, 404, "{op}: {answer:?}");
    }
    let served = shop.put(&format!("/api/tickets/{ticket}"), &json!({ "status": "served" }));
    assert_eq!(served.expect("the server answers").status, 404);
    let after = admin.get(&path(BANK, &format!("tickets/{ticket}"))).expect("the server answers").body;
    assert_eq!(after["status"], before["status"]);
    assert_eq!(after["version"], before["version"]);
}

/// A bank with everything, a customer of it, and a shop that has nothing to do with either.
fn found(scratch: &Scratch) {
    let run = |args: &[&str]| {
        let out = usher(&scratch.0, &[]).args(args).output().expect("the binary starts");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    let tenant = |name, slug, admin| {
        [
            "tenant",
            "create",
            "--name",
            name,
            "--slug",
            slug,
            "--admin-email",
            admin,
            "--admin-password",
            PASSWORD,
        ]
    };
    let bank = tenant("Demo Bank", BANK, "admin@bank.example");
    run(&[&bank[..], &["--with-demo-data"]].concat());
    run(&tenant("Shop", "shop", "admin@shop.example"));
    let customer = ["--email", "customer@bank.example", "--password", PASSWORD, "--role", "customer"];
    run(&[&["user", "create"], &customer[..], &["--tenant", BANK]].concat());
}

/// What there is in the bank, by the segment before its id in a path.
struct Things {
    by_kind: BTreeMap<&'static str, String>,
    /// All ids, none of which another tenant may be told.
    ids: BTreeSet<String>,
}

impl Things {
    fn gather(server: &Server) -> Self {
        let token = sign_in(server, "admin@bank.example", BANK);
        let mut conn = Conn::new(&server.addr, Some(&token));
        let mut things = Self { by_kind: BTreeMap::new(), ids: BTreeSet::new() };
        let path = |rest: &str| format!("/api/v1/tenants/{BANK}/{rest}");
        let queues = conn.get(&path("queues")).expect("the server answers").body;
        let queue = queues["items"][0]["id"].clone();
        for _ in 0..2 {
            let new = json!({ "queue_id": queue });
            let made = conn.post(&path("tickets"), &new, None).expect("the server answers");
            assert_eq!(made.status, 201, "{made:?}");
        }
        let new = json!({ "name": "sweep", "scopes": ["queues:read"] });
        let made = conn.post(&path("api-keys"), &new, None).expect("the server answers");
        assert_eq!(made.status, 201, "{made:?}");
        for kind in ["sites", "queues", "services", "counters", "tickets", "members", "api-keys"] {
            let list = conn.get(&path(kind)).expect("the server answers").body;
            let items = list["items"].as_array().unwrap_or_else(|| panic!("{kind}: {list}"));
            let ids: Vec<String> =
                items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect();
            assert!(!ids.is_empty(), "the bank has no {kind}: {list}");
            things.by_kind.insert(kind, ids[0].clone());
            things.ids.extend(ids);
            if kind == "members" {
                let user = items[0]["user_id"].as_str().expect("a member is somebody");
                things.by_kind.insert("users", user.to_owned());
                things.ids.insert(user.to_owned());
            }
        }
        let same = [("staff", "members"), ("tokens", "tickets"), ("agents", "members")];
        for (other, kind) in same {
            let id = things.of(kind).to_owned();
            things.by_kind.insert(other, id);
        }
        let customer = conn.get(&path("roles")).expect("the server answers").body;
        let customer = customer["items"].as_array().into_iter().flatten().find(|r| r["name"] == "customer");
        let scopes = customer.map(|role| role["scopes"].clone()).unwrap_or_default();
        let scopes: BTreeSet<&str> =
            scopes.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert_eq!(scopes, CUSTOMER.iter().copied().collect(), "what a customer may do has changed");
        things
    }

    fn of(&self, kind: &str) -> &str {
        self.by_kind.get(kind).map_or(NOTHING, String::as_str)
    }

    /// Whether a path names something of the bank besides its tenant.
    fn names_one(&self, path: &str) -> bool {
        let filled = self.fill_at("shop", path);
        filled.split('/').any(|segment| self.ids.contains(segment))
    }

    /// A path with real things of the bank in the places of its parameters.
    fn fill(&self, path: &str) -> String {
        self.fill_at(BANK, path)
    }

    /// The same things, said to be of `tenant`.
    fn fill_at<'a>(&'a self, tenant: &'a str, path: &'a str) -> String {
        let mut kind = "";
        let segments = path.split('/').map(|segment| {
            let value = match segment {
                "{tenant}" | "{org}" => tenant,
                "{site}" => self.of("sites"),
                parameter if parameter.starts_with('{') => self.of(kind),
                plain => plain,
            };
            kind = segment;
            value
        });
        segments.collect::<Vec<_>>().join("/")
    }
}

impl Route {
    /// Whether the answer goes on for ever, or begins with an upgrade.
    fn is_live(&self) -> bool {
        self.path.ends_with("/events") || self.path.starts_with("/ws/")
    }

    fn names_a_tenant(&self) -> bool {
        self.path.contains("{tenant}") || self.path.contains("{org}")
    }

    fn allows(&self, any: &[Who]) -> bool {
        self.who.iter().any(|who| any.contains(who))
    }

    fn wrong(&self, who: &str, answer: &Answer, expected: &str) -> String {
        let Answer { status, body } = answer;
        format!("{} {} answers {status} to {who}; {expected} was expected: {body}", self.method, self.path)
    }
}

/// Asks as `who`, freshly signed in: some routes end sessions.
fn ask(server: &Server, route: &Route, things: &Things, who: Option<(&str, &str)>) -> Answer {
    let token = who.map(|(email, tenant)| sign_in(server, email, tenant));
    send(server, route, &things.fill(&route.path), token.as_deref())
}

/// Asks for `path` as the shop's administrator.
fn at(server: &Server, route: &Route, path: &str) -> Answer {
    send(server, route, path, Some(&sign_in(server, "admin@shop.example", "shop")))
}

fn send(server: &Server, route: &Route, path: &str, token: Option<&str>) -> Answer {
    let body = matches!(&*route.method, "POST" | "PUT" | "PATCH").then(|| json!({}));
    let mut conn = Conn::new(&server.addr, token);
    let answer = conn.send(&route.method, path, body.as_ref(), None);
    answer.unwrap_or_else(|_| panic!("{} {} is not answered", route.method, route.path))
}

fn get(server: &Server, path: &str, token: Option<&str>) -> Answer {
    Conn::new(&server.addr, token).get(path).unwrap_or_else(|_| panic!("{path} is not refused"))
}

fn sign_in(server: &Server, email: &str, tenant: &str) -> String {
    let who = json!({ "email": email, "password": PASSWORD, "tenant": tenant });
    let answer = Conn::new(&server.addr, None).post("/api/v1/auth/login", &who, None);
    let answer = answer.expect("the server answers");
    answer.body["access_token"].as_str().unwrap_or_else(|| panic!("{email}: {answer:?}")).to_owned()
}

/// The routes of `contracts/permissions.md`.
fn routes() -> Vec<Route> {
    let path = format!("{}/../../contracts/permissions.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the permissions");
    let rows = text.lines().filter(|line| line.contains("| `/"));
    let routes: Vec<Route> = rows
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            Route {
                method: cells[1].to_owned(),
                path: cells[2].trim_matches('`').to_owned(),
                who: cells[3].split(" or ").flat_map(|ways| ways.split(", ")).map(who).collect(),
            }
        })
        .collect();
    assert!(routes.len() > 150, "only {} routes were read", routes.len());
    routes
}

fn who(text: &str) -> Who {
    match text {
        "anybody" => Who::Anybody,
        "signed in" => Who::SignedIn,
        "platform administrator" => Who::Platform,
        device if device.starts_with("device") => Who::Device,
        scope if scope.starts_with('`') => Who::Scope(scope.trim_matches('`').to_owned()),
        other => panic!("nobody knows who {other:?} is"),
    }
}

fn names(routes: &[Route]) -> BTreeSet<String> {
    routes.iter().map(|route| format!("{} {}", route.method, route.path)).collect()
}

/// The routes that the server says it has.
fn described(server: &Server) -> BTreeSet<String> {
    let openapi = get(server, "/api/openapi.json", None).body;
    let paths = openapi["paths"].as_object().expect("paths");
    let route = |path: &String, methods: &Value| -> Vec<String> {
        let methods = methods.as_object().expect("methods").keys();
        methods.map(|method| format!("{} {path}", method.to_ascii_uppercase())).collect()
    };
    paths.iter().flat_map(|(path, methods)| route(path, methods)).collect()
}
