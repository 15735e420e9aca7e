//! Everything of the bank, taken along: what its lists show is in the archive, what is the shop's is not, and nothing in
//! it opens anything.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use usher_db::Engine;

use super::house::House;
use super::people::PASSWORD;
use super::things::{Things, staff};
use crate::export::files;

/// The lists of a tenant, and in which file of the archive what they show is found by its id.
const LISTS: &[(&str, &str)] = &[
    ("sites", "sites"),
    ("members", "members"),
    ("roles", "roles"),
    ("api-keys", "api_keys"),
    ("devices", "devices"),
    ("shifts", "shifts"),
    ("invitations", "invitations"),
    ("customers", "customers"),
    ("services", "services"),
    ("queues", "queues"),
    ("counters", "counters"),
    ("tickets", "tickets"),
    ("routing-rules", "routing_rules"),
    ("availabilities", "availabilities"),
    ("tickets/appointments", "appointments"),
    ("waitlist", "waitlist"),
    ("rewards", "rewards"),
    ("redemptions", "redemptions"),
    ("feedback", "feedback"),
    ("analytics/schedules", "report_schedules"),
    ("audit", "events"),
];

#[test]
fn everything_is_taken_along_and_nothing_of_another_on_sqlite() {
    everything_is_taken_along(Engine::Sqlite);
}

#[test]
fn everything_is_taken_along_and_nothing_of_another_on_postgres() {
    everything_is_taken_along(Engine::Postgres);
}

fn everything_is_taken_along(engine: Engine) {
    let Some((house, things)) = House::open("taken-along", engine) else { return };
    fill(&house, &things);
    let (server, admin) = (&house.server, house.admin());
    let mut listed: BTreeMap<&str, BTreeSet<String>> =
        LISTS.iter().map(|(list, file)| (*file, ids(&house, list))).collect();
    let points = format!("customers/{}/points/transactions", things.of("customers"));
    listed.insert("points_entries", ids(&house, &points));

    let answer = admin.ask(server, "GET", &staff("export"), None);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/zip")));
    let files = files(&answer.bytes);
    let manifest: Value = serde_json::from_str(&files["manifest.json"]).expect("a manifest");
    let told = manifest["files"].as_array().expect("files");
    assert_eq!(files.len(), told.len() + 2, "README.txt and manifest.json besides those");
    let mut lines: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for file in told {
        let name = file["name"].as_str().expect("a name");
        let text = &files[name];
        let parsed: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {e}")))
            .collect();
        assert!(!parsed.is_empty(), "the bank has something of everything, but nothing is in {name}");
        assert_eq!((&json!(parsed.len()), &json!(text.len())), (&file["rows"], &file["bytes"]), "{name}");
        lines.insert(name.strip_suffix(".ndjson").expect("lines"), parsed);
    }
    for (file, wanted) in listed {
        assert!(!wanted.is_empty(), "the bank has nothing that {file} could hold");
        let found: BTreeSet<String> =
            lines[file].iter().filter_map(|line| line["id"].as_str().map(str::to_owned)).collect();
        let missing: Vec<_> = wanted.difference(&found).collect();
        assert!(missing.is_empty(), "not in {file}: {missing:?}");
    }
    let balance: i64 =
        lines["points_accounts"].iter().map(|account| account["balance"].as_i64().expect("points")).sum();
    let entries: i64 =
        lines["points_entries"].iter().map(|entry| entry["points"].as_i64().expect("points")).sum();
    assert_eq!(balance, entries, "the ledger is whole");

    // Nothing of the shop: whoever belongs to both, or is asked to, is known here as a person.
    let theirs = house.theirs.as_ref().expect("a shop");
    let people: BTreeSet<&String> = theirs.every("users").iter().collect();
    for id in theirs.ids.iter().filter(|id| !people.contains(id)) {
        let place = files.iter().find(|(_, text)| text.contains(id.as_str()));
        assert_eq!(place.map(|(name, _)| name), None, "{id} is the shop's");
    }

    // Nothing that opens something.
    let everybody = house.bank.iter().chain(&house.shop).chain([&house.operator]);
    let mut secrets: Vec<String> = everybody.filter_map(|person| person.token(server)).collect();
    for kind in ["secrets", "appointment-secrets", "waitlist-secrets", "calendar-secrets", "pairings"] {
        secrets.extend(things.every(kind).iter().cloned());
    }
    secrets.extend(["$argon2", PASSWORD].map(str::to_owned));
    assert!(secrets.len() > 10 && secrets.iter().all(|secret| secret.len() >= 7), "{secrets:?}");
    for (name, text) in &files {
        assert!(!secrets.iter().any(|secret| text.contains(secret.as_str())), "{name} holds a secret");
    }
    for (name, lines) in &lines {
        for member in lines.iter().flat_map(|line| line.as_object().expect("an object").keys()) {
            let opens = ["secret", "password", "token", "hash"].iter().any(|word| member.contains(word));
            assert!(!opens || *name == "audit_seals", "{name}: {member}");
        }
    }
    assert!(lines["redemptions"].iter().all(|line| line.get("code").is_none()));

    // It stands in the trail, in the archive itself too; and it is for those who see all of the bank.
    let trail = admin.read(server, &staff("audit?kind=tenant.exported"));
    assert_eq!(trail["items"][0]["actor_kind"], "user");
    assert!(lines["events"].iter().any(|event| event["id"] == trail["items"][0]["id"]));
    let elsewhere = house.elsewhere.ask(server, "GET", &staff("export"), None);
    assert_eq!((elsewhere.status, &elsewhere.body["code"]), (403, &json!("some_sites")));
}

/// What the sweep's bank lacks: somebody who was served and said how it was, an agent, a site that had to close.
fn fill(house: &House, things: &Things) {
    let (server, admin) = (&house.server, house.admin());
    let counter = things.of("counters");
    let served = admin.make(server, &format!("/api/counters/{counter}/serve"), &json!({}));
    let ticket = served["token_id"].as_str().expect("a token");
    let page = admin.make(server, &staff(&format!("tickets/{ticket}/reprint")), &json!({}));
    let say = format!("/api/v1/public/tickets/{}/feedback", page["secret"].as_str().expect("a page"));
    house.nobody.make(server, &say, &json!({ "csat_score": 5, "comment": "Kind" }));
    let seat = json!({ "counter_id": counter, "take_over": true });
    admin.make(server, &staff("agents/sign-in"), &seat);
    let site = admin.make(server, &staff("sites"), &json!({ "name": "Old town" }));
    let close = staff(&format!("sites/{}/close", site["id"].as_str().expect("a site")));
    admin.make(server, &close, &json!({ "reason": "Water", "mode": "carry_over" }));
}

/// The ids of all that a list shows, page after page.
fn ids(house: &House, list: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let page = house.admin().read(&house.server, &staff(&format!("{list}?limit=100{cursor}")));
        let items = page["items"].as_array().unwrap_or_else(|| panic!("{list}: {page}"));
        // The roles that everybody has are no thing of the tenant's.
        all.extend(items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}
