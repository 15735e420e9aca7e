//! What the demo bank is made of.

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};
use usher_db::{Lane, Tx};
use usher_identity::model::NewMember;
use usher_identity::{DeviceType, FirstAdmin, NewRole};
use usher_kernel::{Change, Ctx, SiteId, TenantId, UserId};
use usher_queueing::model::queue::Algorithm;
use usher_queueing::model::{CounterId, QueueId, ServiceId};
use usher_queueing::ops::configure::{self, CounterInput, QueueInput, ServiceInput};
use usher_tenancy::model::{NewTenant, SiteChange};

use super::{LOGINS, SLUG};
use crate::house::House;

/// A service and the line for it: code, name, its names in other languages, prefix, minutes, promised wait.
struct Offer {
    code: &'static str,
    name: &'static str,
    german: &'static str,
    french: &'static str,
    spanish: &'static str,
    arabic: &'static str,
    prefix: &'static str,
    minutes: f64,
    target: f64,
}

const OFFERS: &[Offer] = &[
    Offer {
        code: "deposit",
        name: "Deposit",
        german: "Einzahlung",
        french: "Dépôt",
        spanish: "Ingreso",
        arabic: "إيداع",
        prefix: "D",
        minutes: 4.0,
        target: 10.0,
    },
    Offer {
        code: "withdrawal",
        name: "Withdrawal",
        german: "Auszahlung",
        french: "Retrait",
        spanish: "Retirada",
        arabic: "سحب",
        prefix: "W",
        minutes: 3.0,
        target: 10.0,
    },
    Offer {
        code: "passbook",
        name: "Passbook",
        german: "Sparbuch",
        french: "Livret",
        spanish: "Libreta de ahorro",
        arabic: "دفتر التوفير",
        prefix: "P",
        minutes: 5.0,
        target: 15.0,
    },
    Offer {
        code: "loan-office",
        name: "Loan Office",
        german: "Kredite",
        french: "Bureau des prêts",
        spanish: "Préstamos",
        arabic: "مكتب القروض",
        prefix: "L",
        minutes: 15.0,
        target: 20.0,
    },
];

/// A counter: label, and the prefixes of the lines that it serves.
type Desk = (&'static str, &'static [&'static str]);

/// A branch to be: its counters, of which the demo's own people staff the first few.
struct Plan {
    slug: &'static str,
    name: &'static str,
    address: &'static str,
    desks: &'static [Desk],
    /// Who sits at the desks, in their order; the last ones may be empty.
    staff: &'static [&'static str],
}

const BRANCHES: &[Plan] = &[
    Plan {
        slug: "main",
        name: "Main branch",
        address: "1 Market Square",
        desks: &[
            ("A", &["D", "W"]),
            ("B", &["P"]),
            ("E", &["L"]),
            ("C", &["D", "W", "P", "L"]),
            ("D", &["D", "W", "P"]),
        ],
        staff: &["Ines", "Omar", "Lena"],
    },
    Plan {
        slug: "north",
        name: "North branch",
        address: "20 Station Road",
        desks: &[("A", &["D", "W"]), ("B", &["D", "W", "P", "L"])],
        staff: &["Juan", "Mira"],
    },
];

/// A branch of the demo as it was created.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) id: SiteId,
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) queues: Vec<(QueueId, ServiceId, &'static str)>,
    pub(crate) counters: Vec<(CounterId, &'static str)>,
    /// Counters that the demo's own people staff, and who sits there.
    pub(crate) staffed: Vec<(CounterId, UserId, String)>,
    pub(crate) kiosk_token: String,
    pub(crate) display_token: String,
}

/// The demo bank as it was created.
#[derive(Clone, Debug)]
pub(crate) struct Bank {
    pub(crate) tenant: TenantId,
    /// The customer who can sign in, where there is one.
    pub(crate) guest: Option<UserId>,
    pub(crate) services: Vec<(ServiceId, &'static str, f64)>,
    pub(crate) branches: Vec<Branch>,
}

impl Bank {
    /// How long one service takes, in minutes.
    pub(crate) fn minutes(&self, service: ServiceId) -> f64 {
        self.services.iter().find(|(id, ..)| *id == service).map_or(5.0, |(.., minutes)| *minutes)
    }

    /// The bank in the ready file.
    pub(crate) fn summary(&self) -> Value {
        let sites: Vec<Value> = self
            .branches
            .iter()
            .map(|b| {
                json!({
                    "id": b.id, "slug": b.slug, "name": b.name,
                    "kiosk_token": b.kiosk_token, "display_token": b.display_token,
                })
            })
            .collect();
        let services: Vec<Value> =
            self.services.iter().map(|(id, name, _)| json!({ "id": id, "name": name })).collect();
        let queues: Vec<Value> = self
            .branches
            .iter()
            .flat_map(|b| {
                b.queues.iter().map(|(id, service, name)| {
                    json!({ "id": id, "name": name, "site_id": b.id, "service_ids": [service] })
                })
            })
            .collect();
        let counters: Vec<Value> = self
            .branches
            .iter()
            .flat_map(|b| {
                b.counters.iter().map(|(id, number)| {
                    let staffed = b.staffed.iter().any(|(counter, ..)| counter == id);
                    json!({ "id": id, "number": number, "site_id": b.id, "staffed": staffed })
                })
            })
            .collect();
        json!({
            "id": self.tenant, "slug": SLUG, "sites": sites, "services": services,
            "queues": queues, "counters": counters,
        })
    }
}

/// Creates the bank with its staff in an empty installation, standing in an IANA time zone.
///
/// # Errors
/// The database; the zone is unknown; or something of it is there already.
pub(crate) async fn create(house: &House, timezone: &str) -> Result<Bank> {
    let (tenant, guest) = create_tenant(house, timezone).await?;
    Ok(Bank { guest, ..furnish(house, tenant, timezone).await? })
}

/// Gives a tenant the bank's sites, services, queues, counters and devices, its customers and its rewards.
///
/// # Errors
/// The database; or something of it is there already.
pub(crate) async fn furnish(house: &House, tenant: TenantId, timezone: &str) -> Result<Bank> {
    let ctx = house.system.within(tenant);
    let services = create_services(house, &ctx).await?;
    let mut branches = Vec::new();
    for plan in BRANCHES {
        let site = create_site(house, &ctx, plan, timezone).await?;
        branches.push(open_branch(house, &ctx, site, plan, &services).await?);
        let service = |code| services.iter().find(|(_, offer)| offer.code == code).map(|(id, _)| *id);
        if let (Some(loans), Some(passbooks)) = (service("loan-office"), service("passbook")) {
            super::appointments::open(house, &ctx, site, loans, passbooks).await?;
        }
    }
    super::people::welcome(house, &ctx).await?;
    let services = services.into_iter().map(|(id, offer)| (id, offer.name, offer.minutes)).collect();
    Ok(Bank { tenant, guest: None, services, branches })
}

/// The bank, and its customer who can sign in.
async fn create_tenant(house: &House, timezone: &str) -> Result<(TenantId, Option<UserId>)> {
    let new: NewTenant = serde_json::from_value(json!({
        "name": "Demo Bank", "slug": SLUG, "contact_email": "hello@demo-bank.com", "default_locale": "en",
        "locales": ["en", "de", "fr", "es", "ar"], "currency": "EUR", "timezone": timezone,
    }))
    .context("the demo's own tenant")?;
    let mut tenant = None;
    for login in LOGINS.iter().filter(|l| l.role == "admin") {
        let admin = person(login.email, login.name, login.password);
        tenant = Some(house.identity.create_tenant(&house.system, new.clone(), admin).await?.0.id);
    }
    let tenant = tenant.context("the demo has an administrator")?;
    create_reception(house, tenant).await?;
    let mut guest = None;
    for login in LOGINS.iter().filter(|l| l.role != "admin") {
        let within = (login.role != "platform_admin").then_some(tenant);
        let who = person(login.email, login.name, login.password);
        let made = house.identity.create_person(&house.system, within, who, login.role, NewMember::default());
        let made = made.await?.user;
        guest = guest.or((login.role == "customer").then_some(made));
    }
    Ok((tenant, guest))
}

/// The bank's own role: gives tickets, finds, edits and prints them, and calls nobody.
async fn create_reception(house: &House, tenant: TenantId) -> Result<()> {
    let role: NewRole = serde_json::from_value(json!({
        "name": "reception", "description": "Gives and finds tickets at the door.",
        "scopes": [
            "tenants:read", "sites:read", "services:read", "queues:read", "counters:read",
            "tickets:read", "tickets:issue", "events:read", "customers:read", "customers:write",
            "appointments:read", "appointments:write",
            "rewards:read", "rewards:redeem",
        ],
    }))
    .context("the demo's own role")?;
    let write = move |tx: &mut Tx<'_>| usher_identity::create_role(tx, tenant, role.clone());
    house.db.write(&house.system.within(tenant), Lane::Tenant, write).await?;
    Ok(())
}

fn person(email: &str, name: &str, password: &str) -> FirstAdmin {
    FirstAdmin { email: email.to_owned(), name: name.to_owned(), password: Some(password.to_owned()) }
}

async fn create_services(house: &House, ctx: &Ctx) -> Result<Vec<(ServiceId, &'static Offer)>> {
    let line = house.line.clone();
    let write = move |tx: &mut Tx<'_>| {
        OFFERS
            .iter()
            .map(|offer| {
                let input: ServiceInput = serde_json::from_value(json!({
                    "code": offer.code, "name": offer.name, "prefix": offer.prefix,
                    "names": {
                        "en": offer.name, "de": offer.german, "fr": offer.french, "es": offer.spanish, "ar": offer.arabic,
                    },
                    "default_minutes": offer.minutes, "target_minutes": offer.target,
                }))
                .unwrap_or_default();
                Ok((configure::create_service(&line, tx, &input)?.id, offer))
            })
            .collect::<Result<Vec<_>, usher_queueing::Error>>()
    };
    Ok(house.db.write(ctx, Lane::Tenant, write).await?)
}

/// Open around the clock, so that the demo works whenever it is looked at.
async fn create_site(house: &House, ctx: &Ctx, plan: &Plan, timezone: &str) -> Result<SiteId> {
    let tenant = ctx.tenant;
    let new: SiteChange = serde_json::from_value(json!({
        "name": plan.name, "slug": plan.slug, "kind": "branch", "address": plan.address,
        "timezone": timezone,
    }))
    .context("the demo's own site")?;
    let write = move |tx: &mut Tx<'_>| usher_tenancy::ops::create_site(tx, tenant, new.clone());
    Ok(house.db.write(ctx, Lane::Tenant, write).await?.id)
}

async fn open_branch(
    house: &House,
    ctx: &Ctx,
    site: SiteId,
    plan: &'static Plan,
    services: &[(ServiceId, &'static Offer)],
) -> Result<Branch> {
    let Plan { slug, name, desks, .. } = *plan;
    let (line, offers) = (house.line.clone(), services.to_vec());
    let queues = house
        .db
        .write(ctx, Lane::Site(site), move |tx| {
            offers
                .iter()
                .map(|(service, offer)| {
                    let input = QueueInput {
                        site_id: Some(site),
                        name: Some(offer.name.to_owned()),
                        prefix: Some(offer.prefix.to_owned()),
                        service_ids: Some(vec![*service]),
                        algorithm: Some(Algorithm::Priority),
                        ..QueueInput::default()
                    };
                    Ok((configure::create_queue(&line, tx, &input)?.id, *service, offer.name, offer.prefix))
                })
                .collect::<Result<Vec<_>, usher_queueing::Error>>()
        })
        .await?;
    let (line, lines) = (house.line.clone(), queues.clone());
    let counters = house
        .db
        .write(ctx, Lane::Site(site), move |tx| {
            desks
                .iter()
                .map(|(label, serves)| {
                    let wanted = |prefix: &&str| lines.iter().find(|(.., p)| p == prefix).map(|(id, ..)| *id);
                    let queue_ids: Vec<QueueId> = serves.iter().filter_map(wanted).collect();
                    let input = CounterInput {
                        site_id: Some(site),
                        name: Some(format!("Counter {label}")),
                        number: Some((*label).to_owned()),
                        // Equal shares: a strict order would let the second line wait for ever in a rush.
                        weights: Change::Set(queue_ids.iter().map(|id| (*id, 1)).collect()),
                        queue_ids: Some(queue_ids),
                        ..CounterInput::default()
                    };
                    Ok((configure::create_counter(&line, tx, &input)?.id, *label))
                })
                .collect::<Result<Vec<_>, usher_queueing::Error>>()
        })
        .await?;
    let staffed = staff(house, ctx, site, plan, &counters).await?;
    let device = |kind, name: &'static str| {
        house.identity.provision_device(&house.system, ctx.tenant, site, kind, name, Map::new())
    };
    Ok(Branch {
        id: site,
        slug,
        name,
        queues: queues.into_iter().map(|(id, service, name, _)| (id, service, name)).collect(),
        counters,
        staffed,
        kiosk_token: device(DeviceType::Kiosk, "Kiosk at the door").await?.1,
        display_token: device(DeviceType::Display, "Board in the hall").await?.1,
    })
}

/// The demo's own people, one to a counter; they cannot sign in, nobody knows their passwords.
async fn staff(
    house: &House,
    ctx: &Ctx,
    site: SiteId,
    plan: &Plan,
    counters: &[(CounterId, &'static str)],
) -> Result<Vec<(CounterId, UserId, String)>> {
    let mut seated = Vec::new();
    for ((counter, _), name) in counters.iter().zip(plan.staff) {
        let email = format!("{}.{}@demo-bank.com", name.to_lowercase(), plan.slug);
        let who = FirstAdmin { email, name: (*name).to_owned(), password: None };
        let made = house
            .identity
            .create_person(&house.system, Some(ctx.tenant), who, "agent", NewMember::default())
            .await?;
        let (line, counter, user) = (house.line.clone(), *counter, made.user);
        house
            .db
            .write(ctx, Lane::Site(site), move |tx| {
                usher_queueing::ops::agent::sign_in(&line, tx, user, name, counter, false)
            })
            .await?;
        seated.push((counter, user, (*name).to_owned()));
    }
    Ok(seated)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::BRANCHES;

    #[test]
    fn everybody_sits_at_one_desk_of_one_branch() {
        let mut seated = HashSet::new();
        for plan in BRANCHES {
            assert!(plan.staff.len() <= plan.desks.len(), "{}", plan.name);
            assert!(plan.staff.iter().all(|name| seated.insert(*name)), "{}", plan.name);
        }
    }
}
