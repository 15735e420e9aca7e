//! SQL only; rows in, model out.

pub(crate) mod export;
pub(crate) mod feedback;
pub(crate) mod figures;
pub(crate) mod points;
pub(crate) mod redemptions;
pub(crate) mod rewards;

use usher_db::{Stmt, text_column};

use crate::model::{EntryKind, FeedbackChannel, RedemptionStatus, Trigger};

text_column!(EntryKind, FeedbackChannel, RedemptionStatus, Trigger);

/// Every fixed statement of this context.
pub(crate) fn statements() -> Vec<Stmt> {
    [
        export::STATEMENTS,
        feedback::STATEMENTS,
        figures::STATEMENTS,
        points::STATEMENTS,
        redemptions::STATEMENTS,
        rewards::STATEMENTS,
    ]
    .concat()
}
