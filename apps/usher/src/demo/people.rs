//! Whom the demo bank knows, and what they get for coming.

use anyhow::{Context, Result};
use serde_json::json;
use usher_customers::model::{CustomerChange, Source};
use usher_db::{Lane, Tx};
use usher_engagement::model::{ProgrammeChange, RewardInput};
use usher_engagement::{Error, ops};
use usher_kernel::Ctx;

use crate::house::House;

/// Name, number, address, language, points to begin with.
const PEOPLE: &[(&str, &str, &str, &str, i64)] = &[
    ("Amélie Laurent", "+33140205050", "amelie@home.example", "fr", 240),
    ("Youssef Haddad", "+33140205151", "youssef@home.example", "ar", 35),
    ("Grace Miller", "+442079460011", "grace@home.example", "en", 620),
    ("Jonas Weber", "+49301234567", "jonas@home.example", "de", 0),
    ("Lucía Romero", "+34911234567", "lucia@home.example", "es", 90),
];

/// Gives the bank customers, a programme and rewards.
///
/// # Errors
/// The database; or something of it is there already.
pub(crate) async fn welcome(house: &House, ctx: &Ctx) -> Result<()> {
    let programme: ProgrammeChange = serde_json::from_value(json!({
        "name": "Market Square points", "active": true, "expires_after_days": 730,
        "rules": [
            { "on": "joined", "points": 5, "times_per_day": 3 },
            { "on": "served", "points": 10 },
            { "on": "waited", "points": 15, "over_minutes": 30 },
            { "on": "feedback", "points": 5 },
            { "on": "purchase", "points": 1, "per_amount": 100 },
        ],
        "tiers": [
            { "name": "Silver", "from_points": 100 },
            { "name": "Gold", "from_points": 500, "multiplier_percent": 150 },
        ],
    }))
    .context("the demo's own programme")?;
    let rewards: Vec<RewardInput> = serde_json::from_value(json!([
        { "name": "Coffee at the bar", "type": "voucher", "points_required": 50,
          "description": "A cup of your choice while you wait." },
        { "name": "Tote bag", "type": "gift", "points_required": 150, "stock": 40, "per_customer": 1 },
        { "name": "A month without fees", "type": "discount", "points_required": 400 },
    ]))
    .context("the demo's own rewards")?;
    let (tenant, identity, engagement) = (ctx.tenant, house.identity.clone(), house.engagement.clone());
    let write = move |tx: &mut Tx<'_>| {
        ops::update_programme(tx, tenant, programme.clone(), None)?;
        for reward in &rewards {
            ops::create_reward(tx, tenant, reward.clone())?;
        }
        for (name, phone, email, locale, points) in PEOPLE {
            let record = json!({
                "name": name, "phone": phone, "email": email, "locale": locale,
                "preferences": { "email": true, "sms": *points > 0 },
                "consents": { "feedback": { "granted": true, "source": "form at the desk" } },
            });
            let record: CustomerChange = serde_json::from_value(record).unwrap_or_default();
            let made = usher_customers::ops::create(tx, &identity, tenant, record, Source::Staff)?;
            if *points > 0 {
                ops::adjust(tx, &engagement, tenant, made.id, *points, "From the old card")?;
            }
        }
        Ok::<_, Error>(())
    };
    house.db.write(ctx, Lane::Tenant, write).await?;
    Ok(())
}
