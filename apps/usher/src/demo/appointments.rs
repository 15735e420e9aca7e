//! What can be booked at the demo bank, and who has booked already.

use anyhow::{Context, Result};
use serde_json::json;
use usher_appointments::ops::book::{Book, Person, book};
use usher_appointments::ops::configure::{AvailabilityInput, create};
use usher_appointments::ops::{By, place};
use usher_appointments::{Appointments, Error};
use usher_db::{Lane, Tx};
use usher_kernel::{Ctx, SiteId};
use usher_queueing::model::{Channel, ServiceId};

use crate::house::House;

/// Who has booked, and how many of the free slots before theirs stay free.
const BOOKED: &[(&str, usize)] =
    &[("Amira Haddad", 1), ("Jonas Weber", 2), ("Lucie Martin", 4), ("Sam Okafor", 9)];

/// Has loans and passbooks booked at a branch, and fills some of the next hours.
///
/// # Errors
/// The database; or something of it is there already.
pub(super) async fn open(
    house: &House,
    ctx: &Ctx,
    site: SiteId,
    loans: ServiceId,
    passbooks: ServiceId,
) -> Result<()> {
    let day = json!([{ "opens": "09:00", "closes": "17:00" }]);
    let offers = [
        // Like the branch around the clock, so that the demo works whenever it is looked at.
        json!({
            "site_id": site, "service_id": loans, "name": "Loan talks", "duration_minutes": 30, "capacity": 2,
            "lead_minutes": 0, "cancel_cutoff_minutes": 30, "early_minutes": 60,
            "instructions": "Please bring an identity card and your last three payslips.",
        }),
        json!({
            "site_id": site, "service_id": passbooks, "name": "Passbooks", "duration_minutes": 15,
            "buffer_after_minutes": 5, "max_per_person": 2,
            "weekly": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day },
        }),
    ];
    let inputs: Vec<AvailabilityInput> = offers
        .into_iter()
        .map(|offer| serde_json::from_value(offer).context("the demo's own appointments"))
        .collect::<Result<_>>()?;
    let me = house.appointments.clone();
    let write = move |tx: &mut Tx<'_>| {
        for input in &inputs {
            create(&me, tx, input)?;
        }
        fill(&me, tx, site, loans)
    };
    house.db.write(ctx, Lane::Site(site), write).await?;
    Ok(())
}

fn fill(me: &Appointments, tx: &mut Tx<'_>, site: SiteId, service: ServiceId) -> Result<(), Error> {
    let offer = place::offer(me, tx, service, Some(site), None, By::Staff)?;
    let today = offer.site.zone().to_datetime(tx.now()).date();
    let days = place::days(tx, &offer, today, 2, By::Staff)?;
    let mut free = days.iter().flat_map(|day| &day.slots).filter(|slot| slot.free > 0);
    for (name, skip) in BOOKED {
        let Some(slot) = free.nth(*skip) else { break };
        let wanted = Book {
            service_id: service,
            site_id: Some(site),
            staff_id: None,
            starts_at: slot.starts_at,
            person: Person { name: Some((*name).to_owned()), ..Person::default() },
            customer_id: None,
            user_id: None,
            booked_by: None,
            hold: false,
            repeat: None,
            channel: Channel::Web,
        };
        book(me, tx, &wanted, By::Staff)?;
    }
    Ok(())
}
