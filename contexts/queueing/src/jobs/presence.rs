//! People whose turn comes near are asked on their page whether they still come; who does not answer in time counts
//! as probably gone.

use usher_kernel::Timestamp;

use super::{act, config_of};
use crate::model::TicketId;
use crate::ops::{Queueing, presence};

/// So many places behind the asking one are looked at for silence: people who were asked and overtaken since. A line
/// asks at the twentieth place at most.
const BEHIND: usize = 20;

pub(super) async fn ask(line: &Queueing, now: Timestamp) -> usize {
    let mut done = 0;
    for shared in line.live().lines() {
        let (tenant, site, queue, anybody) = {
            let one = shared.lock();
            (
                one.tenant_id,
                one.site_id,
                one.queue_id,
                one.waiting().take(2 * BEHIND).any(|ticket| ticket.presence.is_some()),
            )
        };
        // Nobody is asked to come to a site that is closed in an emergency, nor expected to answer.
        if !anybody || line.closure(site).is_some() {
            continue;
        }
        let Some(config) = config_of(line, tenant).await else { continue };
        let Some(settings) = config.queue(queue).map(|queue| &queue.settings) else { continue };
        let Some(near) = settings.ask_at_place.and_then(|n| usize::try_from(n).ok()) else { continue };
        let (mut to_ask, mut silent): (Vec<TicketId>, Vec<TicketId>) = Default::default();
        {
            let one = shared.lock();
            for (place, ticket) in one.waiting().take(near + BEHIND).enumerate() {
                let Some(presence) = ticket.presence else { continue };
                if place < near && presence.asked_at.is_none() {
                    to_ask.push(ticket.id);
                } else if presence.is_overdue(settings.silent_minutes, now) {
                    silent.push(ticket.id);
                }
            }
        }
        for id in to_ask {
            let asked = act(line, tenant, site, "asking whether somebody still comes", move |line, tx| {
                presence::ask(line, tx, id)
            });
            done += usize::from(asked.await == Some(true));
        }
        for id in silent {
            let marked = act(line, tenant, site, "noting that somebody is silent", move |line, tx| {
                presence::mark_silent(line, tx, id)
            });
            done += usize::from(marked.await == Some(true));
        }
    }
    done
}
