//! What there is in the bank, to stand in for the parameters of the routes' paths.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::BOTH;
use super::people::{BANK, PASSWORD, Person};
use crate::server::Server;

/// The receipt of a purchase that can be refunded.
pub(super) const RECEIPT: &str = "swept and refunded";

/// Real things of the bank, several of each kind.
pub(super) struct Things {
    by_kind: BTreeMap<&'static str, Vec<String>>,
    /// How many of each kind were used up.
    used: RefCell<BTreeMap<&'static str, usize>>,
    /// All ids, none of which another tenant may be told.
    pub(super) ids: BTreeSet<String>,
    /// The first number of a kiosk's lease.
    pub(super) lease_first: Value,
}

/// A way into the staff routes of the bank.
pub(super) fn staff(rest: &str) -> String {
    staff_of(BANK, rest)
}

fn staff_of(tenant: &str, rest: &str) -> String {
    format!("/api/v1/tenants/{tenant}/{rest}")
}

impl Things {
    /// Finds what the demo bank has, and makes what it lacks.
    pub(super) fn gather(server: &Server, admin: &Person, tenant: &str) -> Self {
        let staff = |rest: &str| staff_of(tenant, rest);
        let mut things = Self {
            by_kind: BTreeMap::new(),
            used: RefCell::default(),
            ids: BTreeSet::new(),
            lease_first: Value::Null,
        };
        let queues = admin.read(server, &staff("queues"));
        let queue = queues["items"][0]["id"].clone();
        let tag = json!({ "tag": "swept" });
        for n in 0..6 {
            admin.make(server, &staff("tickets"), &json!({ "queue_id": queue }));
            let name = format!("{}_{n}", tenant.replace('-', "_"));
            let new = json!({ "name": name, "scopes": ["queues:read"] });
            admin.make(server, &staff("api-keys"), &new);
            admin.make(server, &staff("customers"), &json!({ "name": name }));
            admin.make(server, &staff("roles"), &new);
            admin.make(server, &staff("services"), &json!({ "name": name }));
            let rule = json!({ "name": name, "event": "issue", "condition": "true", "then": tag });
            admin.make(server, &staff("routing-rules"), &rule);
            let schedule = json!({ "name": name, "cron": "0 7 * * MON", "format": "csv" });
            let schedule = admin.make(server, &staff("analytics/schedules"), &schedule);
            let path = format!("analytics/schedules/{}/run", schedule["id"].as_str().expect("an id"));
            admin.make(server, &staff(&path), &json!({}));
            let member = json!({ "email": format!("{name}@{tenant}.example"), "password": PASSWORD });
            admin.make(server, &staff("members"), &member);
        }
        let customers = admin.read(server, &staff("customers"));
        let customer = customers["items"][0]["id"].as_str().expect("a customer");
        let points = json!({ "points": 1000, "reason": "swept" });
        admin.make(server, &staff(&format!("customers/{customer}/points")), &points);
        let bought = json!({ "customer_id": customer, "amount": 100_000, "reference": RECEIPT });
        admin.make(server, &staff("points/purchases"), &bought);
        for n in 0..6 {
            let reward = json!({ "name": format!("Reward {n}"), "points_required": 1 });
            let reward = admin.make(server, &staff("rewards"), &reward);
            let path = staff(&format!("rewards/{}/reserve", reward["id"].as_str().expect("an id")));
            admin.make(server, &path, &json!({ "customer_id": customer }));
        }
        let kinds = ["sites", "queues", "services", "counters", "tickets", "members", "api-keys"];
        for kind in kinds.into_iter().chain(["routing-rules", "customers", "rewards", "redemptions"]) {
            let mut list = admin.read(server, &staff(&format!("{kind}?limit=100")));
            if let Some(items) = list["items"].as_array_mut() {
                items.retain(|item| item["user"]["email"] != BOTH);
            }
            things.keep(kind, "id", &list["items"]);
            if kind == "members" {
                things.keep("users", "user_id", &list["items"]);
            }
        }
        let schedules = admin.read(server, &staff("analytics/schedules"));
        things.keep("schedules", "id", &schedules["items"]);
        let made = admin.wait_for(server, &staff("analytics/results"), 6);
        things.keep("results", "id", &made["items"]);
        let tenant = admin.read(server, staff("").trim_end_matches('/'));
        things.keep("tenants", "id", &json!([tenant]));
        let roles = admin.read(server, &staff("roles"));
        let own: Vec<Value> = roles["items"]
            .as_array()
            .expect("roles")
            .iter()
            .filter(|r| r["built_in"] == false)
            .cloned()
            .collect();
        things.keep("roles", "name", &Value::from(own));
        things.book(server, admin, tenant["slug"].as_str().expect("a short name"), &queue, &queues);
        for _ in 0..2 {
            admin.sign_in_again(server);
        }
        let sessions = admin.read(server, "/api/v1/auth/sessions");
        let sessions = sessions.get("items").unwrap_or(&sessions).clone();
        things.keep("sessions", "id", &sessions);
        let days = ["2031-03-03", "2031-03-04", "2031-03-05"];
        let shifts = days.map(|day| {
            let (from, to) = (format!("{day}T08:00:00Z"), format!("{day}T12:00:00Z"));
            let who = json!({ "user_id": things.of("users"), "site_id": things.of("sites") });
            let mut shift = json!({ "starts_at": from, "ends_at": to });
            shift.as_object_mut().expect("an object").extend(who.as_object().expect("an object").clone());
            admin.make(server, &staff("shifts"), &shift)
        });
        things.keep("shifts", "id", &json!(shifts));
        things.keep("providers", "name", &json!([{ "name": "sso" }]));
        things.keep(
            "links",
            "id",
            &json!([
                { "id": "00000000-0000-7000-8000-000000000001" },
                { "id": "00000000-0000-7000-8000-000000000002" },
            ]),
        );
        // A membership that is ended takes another person than one who is removed.
        if let Some(users) = things.by_kind.get_mut("users") {
            users.reverse();
        }
        things
    }

    /// Appointments of the first line's service, people who wait for a place where none is free, and calendars.
    fn book(&mut self, server: &Server, admin: &Person, slug: &str, queue: &Value, queues: &Value) {
        let staff = |rest: &str| staff_of(slug, rest);
        let first = queues["items"].as_array().and_then(|all| all.iter().find(|one| one["id"] == *queue));
        let (site, service) = (&first.expect("a line")["site_id"], &first.expect("a line")["service_ids"][0]);
        let offer = json!({ "service_id": service, "site_id": site, "capacity": 100, "lead_minutes": 0 });
        let kept: Vec<Value> = (0..3).map(|_| admin.make(server, &staff("availabilities"), &offer)).collect();
        let slots = format!("slots?service_id={}&days=3", service.as_str().expect("an id"));
        let slots = admin.read(server, &staff(&slots));
        // The day after tomorrow: it is still to come when the sweep gets there.
        let slot = slots["days"][2]["slots"][0]["starts_at"].clone();
        self.keep("slots", "starts_at", &json!([{ "starts_at": slot }]));
        let new = json!({ "service_id": service, "site_id": site, "starts_at": slot, "name": "Swept" });
        let booked: Vec<Value> =
            (0..4).map(|_| admin.make(server, &staff("tickets/appointments"), &new)).collect();
        self.keep("references", "reference", &json!(booked));
        let last = |url: &Value| url.as_str().and_then(|url| url.rsplit('/').next()).map(str::to_owned);
        let secrets: Vec<Value> = booked.iter().map(|one| json!({ "secret": last(&one["url"]) })).collect();
        self.keep("appointment-secrets", "secret", &json!(secrets));
        self.keep("appointments", "id", &json!(booked));
        // Where nothing is open everybody waits.
        let other = self.by_kind["services"].last().expect("a service").clone();
        let closed = json!({ "service_id": other, "site_id": site, "weekly": {} });
        admin.make(server, &staff("availabilities"), &closed);
        let wish = json!({ "service_id": other, "site_id": site, "name": "Swept" });
        let waiting: Vec<Value> = (0..3).map(|_| admin.make(server, &staff("waitlist"), &wish)).collect();
        self.keep("waitlist", "id", &json!(waiting));
        let site = site.as_str().expect("an id");
        let public = format!("/api/v1/public/sites/{slug}/{site}/waitlist");
        let joined = Person::nobody().make(server, &public, &wish);
        self.keep("waitlist-secrets", "secret", &json!([joined]));
        for site in self.by_kind["sites"].clone() {
            admin.ask(server, "POST", &staff(&format!("sites/{site}/calendar")), Some(&json!({})));
        }
        let feed = admin.make(server, &staff("calendar"), &json!({}));
        self.keep("calendar-secrets", "secret", &json!([{ "secret": last(&feed["url"]) }]));
        self.keep("availabilities", "id", &json!(kept));
    }

    /// Remembers the ids in a list.
    pub(super) fn keep(&mut self, kind: &'static str, field: &str, list: &Value) {
        let items = list.as_array().unwrap_or_else(|| panic!("{kind}: {list}"));
        let ids: Vec<String> =
            items.iter().filter_map(|item| item[field].as_str().map(str::to_owned)).collect();
        assert!(!ids.is_empty(), "the bank has no {kind}: {list}");
        // Names are not secret; ids are.
        self.ids.extend(ids.iter().filter(|id| id.len() == 36).cloned());
        self.by_kind.insert(kind, ids);
    }

    /// Makes one of a kind the one that is taken.
    pub(super) fn put_first(&mut self, kind: &'static str, id: &str) {
        let ids = self.by_kind.get_mut(kind).unwrap_or_else(|| panic!("the sweep has no {kind}"));
        let at = ids.iter().position(|known| known == id).unwrap_or_else(|| panic!("{id} is no {kind}"));
        ids.swap(0, at);
    }

    /// One of a kind: the same every time.
    pub(super) fn of(&self, kind: &str) -> &str {
        self.by_kind.get(kind).map_or_else(|| panic!("the sweep has no {kind}"), |ids| ids[0].as_str())
    }

    /// All of a kind.
    pub(super) fn every(&self, kind: &str) -> &[String] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Another one than [`Things::of`] names, and not the first that is used up.
    pub(super) fn another(&self, kind: &str) -> &str {
        self.by_kind[kind].last().map_or("", String::as_str)
    }

    /// One that nobody else has used up: for what is deleted or ended.
    fn next(&self, kind: &'static str) -> &str {
        let mut used = self.used.borrow_mut();
        let count = used.entry(kind).or_default();
        *count += 1;
        let ids = &self.by_kind[kind];
        ids.get(*count).unwrap_or_else(|| panic!("the sweep has too few {kind}: {}", ids.len()))
    }

    /// A path with real things of the bank in the places of its parameters.
    pub(super) fn fill(&self, path: &str) -> String {
        self.fill_at(BANK, path)
    }

    /// The same for what uses its thing up.
    pub(super) fn fill_anew(&self, path: &str) -> String {
        Self::put_in(BANK, path, |kind| self.next(kind))
    }

    /// The same things, said to be of `tenant`.
    pub(super) fn fill_at(&self, tenant: &str, path: &str) -> String {
        Self::put_in(tenant, path, |kind| self.of(kind))
    }

    /// Whether there is something for each parameter of a path.
    pub(super) fn can_fill(&self, path: &str) -> bool {
        let mut all = true;
        Self::put_in("", path, |kind| {
            all &= self.by_kind.contains_key(kind);
            ""
        });
        all
    }

    fn put_in<'a>(tenant: &'a str, path: &'a str, mut one: impl FnMut(&'static str) -> &'a str) -> String {
        let mut before = "";
        let segments = path.split('/').map(|segment| {
            let value = match segment {
                "{tenant}" | "{org}" => tenant,
                "{kind}" => "ticket",
                "{file}" => "index.css",
                parameter if parameter.starts_with('{') => one(kind_of(before, parameter)),
                plain => plain,
            };
            before = segment;
            value
        });
        segments.collect::<Vec<_>>().join("/")
    }
}

/// What the parameters of a path stand for, besides its tenant.
pub(super) fn kinds_in(path: &str) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    Things::put_in("", path, |kind| {
        kinds.push(kind);
        ""
    });
    kinds
}

/// What a parameter stands for. A route with a new one needs an entry here, and things to go with it.
fn kind_of(before: &str, parameter: &str) -> &'static str {
    match (before, parameter) {
        ("appointments", "{secret}") => "appointment-secrets",
        ("waitlist", "{secret}") => "waitlist-secrets",
        ("calendars", "{secret}") => "calendar-secrets",
        (_, "{secret}") => "secrets",
        (_, "{provider}") => "providers",
        (_, "{device_code}") => "pairings",
        (_, "{site}") => "sites",
        (_, "{role}") => "roles",
        (_, "{token_id}") | ("{kind}", "{id}") => "tickets",
        (_, "{agent_id}" | "{userId}") => "users",
        ("queues", _) => "queues",
        ("customers", _) => "customers",
        ("rewards", _) => "rewards",
        ("redemptions", _) => "redemptions",
        ("sites", _) => "sites",
        ("services", _) => "services",
        ("counters", _) => "counters",
        ("tickets", _) => "tickets",
        ("tokens", _) => "tickets",
        ("staff" | "members", _) => "members",
        ("invitations", _) => "invitations",
        ("users", _) => "users",
        ("sessions", _) => "sessions",
        ("api-keys", _) => "api-keys",
        ("devices", _) => "devices",
        ("routing-rules", _) => "routing-rules",
        ("appointments", _) => "appointments",
        ("availabilities", _) => "availabilities",
        ("waitlist", _) => "waitlist",
        ("queue", _) => "queues",
        ("user", _) => "users",
        ("schedules", _) => "schedules",
        ("results", _) => "results",
        ("announcements", _) => "announcements",
        ("leases", _) => "leases",
        ("shifts", _) => "shifts",
        ("linked-accounts" | "tests", _) => "links",
        _ => panic!("the sweep does not know what {parameter} behind {before} stands for"),
    }
}
