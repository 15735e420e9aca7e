//! Has somebody who was served asked how it was, once nobody can take the service back any more. Telling them is for
//! those who listen to the event.

use usher_db::Tx;
use usher_jobs::{Handler, Job};
use usher_kernel::Fault;
use usher_queueing::model::{Status, TicketId};

use crate::events::{RequestEvent, requested};
use crate::{Engagement, Error, store};

/// The kind of the job; its payload is the ticket's id.
pub(crate) const ASK: &str = "engagement.ask";

/// Does the job: see [`ASK`].
pub struct Ask(Engagement);

impl Ask {
    /// The job over `engagement`.
    pub fn new(engagement: Engagement) -> Self {
        Self(engagement)
    }
}

impl Handler for Ask {
    fn kind(&self) -> &'static str {
        ASK
    }

    fn run(&self, tx: &mut Tx<'_>, job: &Job) -> Result<(), Fault> {
        let id: TicketId = job.payload()?;
        let Some(tenant) = job.tenant else { return Err(Fault::internal("a job without its tenant")) };
        let ticket = match self.0.line().ticket_in(tx, id).map_err(Error::from) {
            Ok(ticket) => ticket,
            Err(Error::NotFound(_)) => return Ok(()),
            Err(other) => return Err(other.into()),
        };
        let Some(customer) = ticket.customer_id.filter(|_| ticket.status == Status::Served) else {
            return Ok(());
        };
        if store::feedback::of_ticket(tx, tenant, id)?.is_none() {
            let facts = RequestEvent {
                ticket_id: id,
                site_id: ticket.site_id,
                service_id: ticket.service_id,
                customer_id: customer,
            };
            requested(tx, tenant, &facts)?;
        }
        Ok(())
    }
}
