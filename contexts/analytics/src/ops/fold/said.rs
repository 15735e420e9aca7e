//! What people said of their service, and the points that they got and spent.

use usher_db::{DbError, Tx};
use usher_engagement::events::FeedbackEvent;
use usher_kernel::{TenantId, TimeZone, Timestamp};
use uuid::Uuid;

use super::{Fold, NOWHERE, Thing, local};
use crate::model::{Count, Measures, Scope, day_number};
use crate::store::traces;

impl Fold<'_> {
    /// Somebody said how it was. It counts when they said it, for whoever served them; the line and the counter are those
    /// that are remembered of the ticket.
    pub(crate) fn feedback(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        fact: &FeedbackEvent,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let zone = self.zone(tenant, fact.site_id);
        let (date, hour) = local(&zone, at.as_microsecond());
        if day_number(date) < self.floor(tx, tenant)? {
            return Ok(());
        }
        let mut said = Measures::default();
        said.bump(Count::Feedback, 1);
        if let Some(stars) = fact.csat {
            said.bump(Count::Stars, stars);
            said.bump(Count::StarsOf, 1);
        }
        if let Some(nps) = fact.nps {
            said.bump(Count::NpsOf, 1);
            said.bump(Count::Promoters, i64::from(nps >= 9));
            said.bump(Count::Detractors, i64::from(nps <= 6));
        }
        let leg = match self.tickets.get(&(tenant, fact.ticket_id)).and_then(|touched| touched.now.as_ref()) {
            Some(trace) => trace.legs.last().cloned(),
            None => {
                let known = traces::some(tx, tenant, &[fact.ticket_id])?;
                known.into_iter().next().and_then(|(_, trace)| trace.legs.last().cloned())
            }
        };
        let site = fact.site_id;
        let counter = leg.as_ref().and_then(|leg| leg.counter);
        let things = [
            Some((Scope::Tenant, Uuid::nil(), NOWHERE)),
            Some((Scope::Site, site.uuid(), site)),
            Some((Scope::Service, fact.service_id.uuid(), site)),
            leg.map(|leg| (Scope::Queue, leg.queue.uuid(), site)),
            counter.map(|counter| (Scope::Counter, counter.uuid(), site)),
            fact.agent_id.map(|agent| (Scope::Agent, agent.uuid(), site)),
        ];
        let things: Vec<Thing> = things.into_iter().flatten().collect();
        self.count(tenant, (date, hour), &things, (&said, 1));
        Ok(())
    }

    /// Points were given or spent: the tenant's, for they belong to no site.
    pub(crate) fn points(
        &mut self,
        tx: &mut Tx<'_>,
        tenant: TenantId,
        (count, by): (Count, i64),
        at: Timestamp,
    ) -> Result<(), DbError> {
        let zone = self.directory.tenant(tenant).map_or(TimeZone::UTC, |tenant| tenant.zone());
        let (date, hour) = local(&zone, at.as_microsecond());
        if day_number(date) >= self.floor(tx, tenant)? {
            let mut measures = Measures::default();
            measures.bump(count, by);
            let whole = [(Scope::Tenant, Uuid::nil(), NOWHERE)];
            self.count(tenant, (date, hour), &whole, (&measures, 1));
        }
        Ok(())
    }
}
