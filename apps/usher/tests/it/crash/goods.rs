//! Points that are redeemed and slots that are booked while the server is killed.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::told::{Told, What};
use crate::http::Conn;

const BANK: &str = "/api/v1/tenants/demo-bank";
/// Points of the customer who redeems: more than any round spends.
const POINTS: i64 = 1_000_000;
/// What one reward costs.
const COST: i64 = 50;
/// Who books, in every list by this name.
const NAME: &str = "Crash";

/// A customer with points, a reward that never runs out, and slots with room for many.
#[derive(Clone)]
pub(super) struct Goods {
    customer: String,
    reward: String,
    service: Value,
    site: Value,
    slots: Vec<Value>,
}

impl Goods {
    /// Sets them up in a bank with demo data.
    pub(super) fn set_up(conn: &mut Conn) -> Self {
        let customer = made(conn, &format!("{BANK}/customers"), &json!({ "name": "Crash Rewards" }));
        let customer = text(&customer["id"]);
        let points = json!({ "points": POINTS, "reason": "For the crash rounds" });
        made(conn, &format!("{BANK}/customers/{customer}/points"), &points);
        let reward = json!({ "name": "Crash coffee", "type": "voucher", "points_required": COST });
        let reward = text(&made(conn, &format!("{BANK}/rewards"), &reward)["id"]);

        let offers = read(conn, &format!("{BANK}/availabilities"));
        let loans = offers["items"].as_array().expect("items").iter().find(|one| one["name"] == "Loan talks");
        let loans = loans.unwrap_or_else(|| panic!("{offers}"));
        let roomy = conn.put(
            &format!("{BANK}/availabilities/{}", text(&loans["id"])),
            &json!({ "capacity": 500, "max_per_person": null }),
        );
        assert_eq!(roomy.as_ref().map(|answer| answer.status).ok(), Some(200), "{:?}", roomy.ok());
        let (service, site) = (loans["service_id"].clone(), loans["site_id"].clone());
        let slots = format!("{BANK}/slots?service_id={}&site_id={}&days=7", text(&service), text(&site));
        let days = read(conn, &slots);
        // The first days' slots pass, or have been booked by the demo.
        let later = days["days"].as_array().expect("days").iter().skip(2);
        let slots: Vec<Value> = later
            .flat_map(|day| day["slots"].as_array().expect("slots"))
            .map(|slot| slot["starts_at"].clone())
            .collect();
        assert!(slots.len() > 100, "{days}");
        Self { customer, reward, service, site, slots }
    }

    /// One redemption.
    pub(super) fn redeem(&self) -> (What, String, Value) {
        let path = format!("{BANK}/rewards/{}/redeem", self.reward);
        (What::Redeem, path, json!({ "customer_id": self.customer }))
    }

    /// The n-th booking; slots are taken in turn.
    pub(super) fn book(&self, n: u64) -> (What, String, Value) {
        let slot = usize::try_from(n).unwrap_or(0) % self.slots.len();
        let new = json!({
            "service_id": self.service, "site_id": self.site, "starts_at": self.slots[slot], "name": NAME,
        });
        (What::Book(self.slots[slot].clone()), format!("{BANK}/tickets/appointments"), new)
    }

    /// What was redeemed and booked is what clients were told, each once, and the points add up.
    pub(super) fn compare(&self, conn: &mut Conn, told: &Told) {
        let redeemed = all(conn, &format!("redemptions?customer_id={}", self.customer));
        assert_eq!(
            redeemed.len(),
            told.redeemed.len(),
            "redemptions that nobody was told of, or that are gone"
        );
        for id in &told.redeemed {
            assert_eq!(redeemed[id]["status"], "redeemed", "{id} was handed out");
        }
        let spent = COST * i64::try_from(told.redeemed.len()).expect("few");
        let points = read(conn, &format!("{BANK}/customers/{}/points", self.customer));
        assert_eq!(points["available"], json!(POINTS - spent), "{points}");

        let booked = all(conn, &format!("tickets/appointments?q={NAME}"));
        assert_eq!(booked.len(), told.booked.len(), "bookings that nobody was told of, or that are gone");
        for (id, starts_at) in &told.booked {
            assert_eq!(
                (&booked[id]["status"], &booked[id]["starts_at"]),
                (&json!("booked"), starts_at),
                "{id}"
            );
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn made(conn: &mut Conn, path: &str, body: &Value) -> Value {
    let answer = conn.post(path, body, None).expect("the server answers");
    assert_eq!(answer.status, 201, "{path}: {answer:?}");
    answer.body
}

fn read(conn: &mut Conn, path: &str) -> Value {
    let answer = conn.get(path).expect("the server answers");
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.body
}

/// Everything of a list, by its id.
fn all(conn: &mut Conn, list: &str) -> HashMap<String, Value> {
    let mut found = HashMap::new();
    let mut cursor = String::new();
    loop {
        let page = read(conn, &format!("{BANK}/{list}&limit=200{cursor}"));
        for one in page["items"].as_array().unwrap_or_else(|| panic!("{page}")) {
            found.insert(text(&one["id"]), one.clone());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={}", next.replace('+', "%2B").replace(' ', "%20")),
            None => return found,
        }
    }
}
