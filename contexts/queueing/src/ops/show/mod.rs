//! What screens and programs are shown: the line, put into the shapes of the API.
//!
//! Everything live comes from memory; only a ticket's own record is read from the database.

mod board;
mod console;
mod counter;
mod explain;
mod floor;
mod label;
mod page;
mod places;
mod promise;
mod queue;
mod report;
mod stats;
mod ticket;
mod visit;

use usher_kernel::{Clock, Ctx, TenantId};

pub use board::{
    BoardCounter, BoardQueue, BoardService, BoardSite, BoardTenant, CallView, SiteBoard, announcement, board,
    call,
};
pub use console::{Console, console};
pub use counter::{AgentView, CounterQueue, CounterView, StandingCounter, counter};
pub use explain::explain;
pub use floor::{Floor, floor};
pub use label::Labels;
pub(crate) use label::shown as label_shown;
pub use page::{PageCounter, PublicTicket, public_ticket, public_view};
pub(crate) use places::places;
pub use places::{PlaceTenant, PublicPlace};
pub use queue::{
    ActiveTicket, PublicQueueUpdated, PublicStatistics, QueueUpdated, QueueView, Statistics,
    public_queue_updated, queue, queue_updated, view as queue_view,
};
pub use report::{Report, report};
pub use stats::{Stats, stats};
pub use ticket::{PriorityView, TicketView, of_customer, ticket};
pub use visit::{NextStepView, StoppedVisit};

use super::Queueing;

/// The system's own context inside a tenant, for reading what a screen is shown.
pub(crate) fn reader(line: &Queueing, tenant: TenantId) -> Ctx {
    let clock: Clock = line.clock().clone();
    Ctx::system(tenant, "queueing", clock)
}
