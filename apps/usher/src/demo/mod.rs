//! The demo: a bank of two branches with staff, devices, a day behind it and, if asked, a crowd.

mod appointments;
mod bank;
mod guest;
mod history;
mod people;
mod traffic;

use serde_json::{Value, json};

pub(crate) use bank::{Bank, create, furnish};
pub(crate) use history::{Pace, live_through};
pub(crate) use traffic::keep_busy;

/// The tenant's short name.
pub(crate) const SLUG: &str = "demo-bank";

/// The time zone in which the bank stands.
pub(crate) const ZONE: &str = "Europe/Paris";

/// Somebody who can sign in to the demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Login {
    pub(crate) role: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

const fn login(role: &'static str, name: &'static str, email: &'static str, password: &'static str) -> Login {
    Login { role, name, email, password }
}

/// Fixed log-ins: the documents' administrator, and one for every role.
pub(crate) const LOGINS: &[Login] = &[
    login("platform_admin", "Pat Operator", "platform@usher.local", "admin123"),
    login("admin", "Ada Admin", "admin@demo-bank.com", "admin123"),
    login("manager", "Mona Manager", "manager@demo-bank.com", "demo1234"),
    login("agent", "Alex Agent", "agent@demo-bank.com", "demo1234"),
    login("agent", "Bo Agent", "agent2@demo-bank.com", "demo1234"),
    login("reception", "Remy Reception", "reception@demo-bank.com", "demo1234"),
    login("manufacturer", "Milo Manufacturer", "manufacturer@demo-bank.com", "demo1234"),
    login("customer", "Carla Customer", "customer@demo-bank.com", "demo1234"),
];

/// What `--ready-file` says: where the demo answers, who can sign in, what there is.
pub(crate) fn ready(url: &str, bank: &Bank) -> Value {
    let logins: Vec<Value> = LOGINS
        .iter()
        .map(|l| {
            let tenant = (l.role != "platform_admin").then_some(SLUG);
            json!({ "tenant": tenant, "role": l.role, "email": l.email, "password": l.password })
        })
        .collect();
    json!({ "url": url, "logins": logins, "tenants": [bank.summary()] })
}
