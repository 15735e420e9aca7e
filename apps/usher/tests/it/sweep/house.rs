//! The house that is swept: a bank with everything, a shop, everybody who works there, and a server for both.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use usher_db::Engine;
use usher_testkit::pg::Cluster;

use super::BOTH;
use super::people::{BANK, PASSWORD, Person, SHOP};
use super::routes::Route;
use super::things::{Things, staff};
use crate::server::{Scratch, Server, usher};

/// The bank with everything, a shop that has nothing to do with it, and a server for both.
pub(super) struct House {
    pub(super) server: Server,
    pub(super) nobody: Person,
    /// Everybody of the bank: the administrator first.
    pub(super) bank: Vec<Person>,
    /// The shop's administrator and devices.
    pub(super) shop: Vec<Person>,
    pub(super) operator: Person,
    /// Somebody of the bank with every right, at a site where nothing stands.
    pub(super) elsewhere: Person,
    /// What the shop has.
    pub(super) theirs: Option<Things>,
    _scratch: Scratch,
}

impl House {
    /// None, with a printed word, where the engine is not wanted or not installed.
    pub(super) fn open(name: &str, engine: Engine) -> Option<(Self, Things)> {
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

    pub(super) fn admin(&self) -> &Person {
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
    pub(super) fn right_one(&self, route: &Route) -> &Person {
        if route.is_public() {
            return &self.nobody;
        }
        let everybody = self.bank.iter().chain([&self.operator]);
        everybody.into_iter().find(|person| route.admits(person)).expect("somebody may use it")
    }

    /// What another tenant could have changed.
    pub(super) fn state(&self) -> BTreeMap<String, Value> {
        let kinds = ["", "branding", "settings", "sites", "queues", "services", "counters", "tickets"];
        let more = ["members", "api-keys", "devices", "roles", "routing-rules", "availabilities"];
        let more = more.into_iter().chain(["tickets/appointments", "waitlist"]);
        let read = |kind: &str| {
            let path = staff(&format!("{kind}?limit=100"));
            let path = path.trim_end_matches("/?limit=100").to_owned();
            let mut body = self.admin().read(&self.server, &path);
            forget_time(&mut body);
            // A reminder that becomes due is written down.
            let bookings = body["items"].as_array_mut().filter(|_| kind == "tickets/appointments");
            for booking in bookings.into_iter().flatten().filter_map(Value::as_object_mut) {
                booking.remove("version");
            }
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
