//! What a board shows of a person: nothing, unless the tenant chose otherwise.
//!
//! Names stand neither in events nor in the memory of calls. Where a tenant shows them they are read beside the
//! calls that are shown, so that a changed or erased name, and a changed choice, count at once on every node.

use std::collections::HashMap;

use usher_db::Read;
use usher_kernel::TenantId;
use usher_tenancy::model::BoardLabel;

use crate::error::Error;
use crate::model::live::Call;
use crate::model::{TicketId, label};
use crate::ops::Queueing;
use crate::store;

/// What boards show of some people, by their tickets; those who are not in it are shown by their number.
#[derive(Clone, Debug, Default)]
pub struct Labels(HashMap<TicketId, String>);

impl Labels {
    /// The labels of the people behind some calls. Nothing is read where only numbers are shown.
    ///
    /// # Errors
    /// The database failed.
    pub fn of_calls(
        line: &Queueing,
        read: &mut Read<'_>,
        tenant: TenantId,
        calls: &[Call],
    ) -> Result<Self, Error> {
        let kind = shown(line, tenant);
        if kind == BoardLabel::Number || calls.is_empty() {
            return Ok(Self::default());
        }
        let names = store::tickets::names(read, calls.iter().map(|call| call.ticket_id))?;
        let labels = names.into_iter().filter_map(|(id, name)| Some((id, label::of(kind, &name)?)));
        Ok(Self(labels.collect()))
    }

    /// What is shown for a call.
    pub fn of(&self, call: &Call) -> String {
        self.0.get(&call.ticket_id).unwrap_or(&call.number).clone()
    }
}

/// What a tenant's boards show of a person.
pub(crate) fn shown(line: &Queueing, tenant: TenantId) -> BoardLabel {
    line.directory().tenant(tenant).map_or(BoardLabel::Number, |tenant| tenant.board_label())
}
