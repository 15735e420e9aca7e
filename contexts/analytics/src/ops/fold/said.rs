//! What people said of their service, and the points that they got and spent.

use usher_db::{DbError, Read};
use usher_engagement::events::FeedbackEvent;
use usher_kernel::{TenantId, TimeZone, Timestamp};
use uuid::Uuid;

use super::{Fold, NOWHERE, Thing, count, local};
use crate::model::{Count, Measures, Scope, day_number};
use crate::store::traces;

impl Fold<'_> {
    /// Somebody said how it was. It counts when they said it, for whoever served them; the line and the counter are those
    /// that are remembered of the ticket.
    pub(crate) fn feedback(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        fact: &FeedbackEvent,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let zone = self.zone(tenant, fact.site_id);
        let (date, hour) = local(&zone, at.as_microsecond());
        let day = day_number(date);
        if day < self.floor(read, tenant)? {
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
        let leg = match self.tickets.get_mut(&(tenant, fact.ticket_id)) {
            Some(touched) => {
                touched.asked = true;
                touched.now.as_ref().and_then(|trace| trace.legs.last().cloned())
            }
            None => {
                let known = traces::some(read, tenant, &[fact.ticket_id])?;
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
        count(&mut self.cells, tenant, (day, hour), things.into_iter().flatten(), &said);
        Ok(())
    }

    /// Points were given or spent: the tenant's, for they belong to no site.
    pub(crate) fn points(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        (what, by): (Count, i64),
        at: Timestamp,
    ) -> Result<(), DbError> {
        let zone = self.directory.tenant(tenant).map_or(TimeZone::UTC, |tenant| tenant.zone());
        let (date, hour) = local(&zone, at.as_microsecond());
        let day = day_number(date);
        if day >= self.floor(read, tenant)? {
            let mut measures = Measures::default();
            measures.bump(what, by);
            let whole: Thing = (Scope::Tenant, Uuid::nil(), NOWHERE);
            count(&mut self.cells, tenant, (day, hour), [whole], &measures);
        }
        Ok(())
    }
}
