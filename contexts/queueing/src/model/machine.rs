//! The life of a ticket as one table: operation × state → state.
//!
//! Everything that depends on what may happen when is read from [`TABLE`]: the guard of each
//! operation, the text of the 409, the `allowed` list of a ticket, the documentation and the tests.

usher_kernel::text_enum! {
    /// Where a ticket stands.
    pub enum Status {
        /// In line.
        Waiting = "waiting",
        /// Called to a counter.
        Called = "called",
        /// Being served.
        Serving = "serving",
        /// The person has left; the agent finishes the paperwork.
        WrapUp = "wrap_up",
        /// Service is interrupted.
        Paused = "paused",
        /// Out of the line for a while, by agreement.
        Parked = "parked",
        /// Done.
        Served = "served",
        /// Called, and did not come.
        NoShow = "no_show",
        /// Left, or was taken out.
        Cancelled = "cancelled",
        /// Still in line when the business day ended.
        Expired = "expired",
    }
}

impl Status {
    /// What a person reads: "A-042 is waiting".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Waiting => "is waiting",
            Self::Called => "has been called",
            Self::Serving => "is being served",
            Self::WrapUp => "is in wrap-up",
            Self::Paused => "is paused",
            Self::Parked => "is parked",
            Self::Served => "has been served",
            Self::NoShow => "did not come when called",
            Self::Cancelled => "was cancelled",
            Self::Expired => "expired at the end of the day",
        }
    }

    /// What the ticket's holder reads: staff's own words for it say nothing to them.
    pub const fn phrase_for_holder(self) -> &'static str {
        match self {
            Self::WrapUp => Self::Served.phrase(),
            Self::Paused => Self::Serving.phrase(),
            Self::Parked => "is kept for you while you are away",
            other => other.phrase(),
        }
    }

    /// Whether a counter holds the ticket: these count against the counter's capacity.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Called | Self::Serving | Self::WrapUp | Self::Paused)
    }

    /// Whether the ticket counts towards what its line takes at most: it waits, or a counter holds it.
    pub const fn counts_in_line(self) -> bool {
        matches!(self, Self::Waiting) || self.is_held()
    }

    /// Whether the ticket's life is over (a no-show and a fresh leave can still be taken back).
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Served | Self::NoShow | Self::Cancelled | Self::Expired)
    }
}

usher_kernel::text_enum! {
    /// What can happen to a ticket once it is issued.
    pub enum Op {
        /// Call it to a counter.
        Call = "call",
        /// Call it again.
        Recall = "recall",
        /// Begin to serve.
        StartService = "start_service",
        /// Interrupt the service.
        Pause = "pause",
        /// Go on serving.
        Resume = "resume",
        /// Finish; the person leaves.
        Close = "close",
        /// Finish with the person, keep the counter for the paperwork.
        WrapUp = "wrap_up",
        /// Finish the paperwork.
        FinishWrapUp = "finish_wrap_up",
        /// Send a called ticket back into the line.
        Skip = "skip",
        /// The person did not come.
        MarkNoShow = "mark_no_show",
        /// Take a no-show back into the line.
        Reinstate = "reinstate",
        /// Take it out of the line for some minutes.
        Park = "park",
        /// Bring it back before its time, or when its time has come.
        Unpark = "unpark",
        /// Send it to another queue, service or counter.
        Transfer = "transfer",
        /// The customer lets others go first.
        Postpone = "postpone",
        /// A manager moves it within or between lines.
        Move = "move",
        /// Change its priority class.
        Reprioritise = "reprioritise",
        /// A member of staff confirms the claimed priority.
        ConfirmPriority = "confirm_priority",
        /// Take it out for good.
        Cancel = "cancel",
        /// The customer takes leaving back.
        UndoLeave = "undo_leave",
        /// The business day ended.
        Expire = "expire",
    }
}

/// The machine: for each operation, the states it may start from and where it leads.
pub const TABLE: &[(Op, &[(Status, Status)])] = {
    use Status::{Called, Cancelled, Expired, NoShow, Parked, Paused, Served, Serving, Waiting, WrapUp};
    &[
        (Op::Call, &[(Waiting, Called)]),
        (Op::Recall, &[(Called, Called)]),
        (Op::StartService, &[(Called, Serving)]),
        (Op::Pause, &[(Serving, Paused)]),
        (Op::Resume, &[(Paused, Serving)]),
        (Op::Close, &[(Called, Served), (Serving, Served), (Paused, Served), (WrapUp, Served)]),
        (Op::WrapUp, &[(Serving, WrapUp)]),
        (Op::FinishWrapUp, &[(WrapUp, Served)]),
        (Op::Skip, &[(Called, Waiting)]),
        (Op::MarkNoShow, &[(Called, NoShow)]),
        (Op::Reinstate, &[(NoShow, Waiting)]),
        (Op::Park, &[(Waiting, Parked)]),
        (Op::Unpark, &[(Parked, Waiting)]),
        (Op::Transfer, &[(Waiting, Waiting), (Called, Waiting), (Serving, Waiting), (Paused, Waiting)]),
        (Op::Postpone, &[(Waiting, Waiting)]),
        (Op::Move, &[(Waiting, Waiting)]),
        (Op::Reprioritise, &[(Waiting, Waiting)]),
        (Op::ConfirmPriority, &[(Waiting, Waiting), (Called, Called), (Serving, Serving)]),
        (Op::Cancel, &[(Waiting, Cancelled), (Called, Cancelled), (Parked, Cancelled)]),
        (Op::UndoLeave, &[(Cancelled, Waiting)]),
        (Op::Expire, &[(Waiting, Expired), (Parked, Expired)]),
    ]
};

/// Where `op` leads from `from`; none when it is not allowed there.
pub fn next(op: Op, from: Status) -> Option<Status> {
    TABLE
        .iter()
        .find(|(listed, _)| *listed == op)
        .and_then(|(_, steps)| steps.iter().find(|(start, _)| *start == from))
        .map(|(_, to)| *to)
}

/// The operations that may start from `from`, in the order of the table.
pub fn allowed(from: Status) -> impl Iterator<Item = Op> {
    TABLE.iter().filter(move |(_, steps)| steps.iter().any(|(start, _)| *start == from)).map(|(op, _)| *op)
}

/// What somebody may choose to do with a ticket in this state: the end of the day is nobody's choice, and only a
/// priority that is still `claimed` can be confirmed.
pub fn choices(from: Status, claimed: bool) -> impl Iterator<Item = Op> {
    allowed(from).filter(move |op| match op {
        Op::Expire => false,
        Op::ConfirmPriority => claimed,
        _ => true,
    })
}

impl Op {
    /// What is done to the ticket, as people say it: "can be *called again*".
    pub const fn done(self) -> &'static str {
        match self {
            Self::Call => "called",
            Self::Recall => "called again",
            Self::StartService => "taken into service",
            Self::Pause => "paused",
            Self::Resume => "taken up again",
            Self::Close => "finished",
            Self::WrapUp => "sent into wrap-up",
            Self::FinishWrapUp => "finished after wrap-up",
            Self::Skip => "sent back into the line",
            Self::MarkNoShow => "marked as a no-show",
            Self::Reinstate => "taken back after a missed call",
            Self::Park => "parked",
            Self::Unpark => "brought back from parking",
            Self::Transfer => "transferred",
            Self::Postpone => "postponed",
            Self::Move => "moved",
            Self::Reprioritise => "given another priority",
            Self::ConfirmPriority => "confirmed in its priority",
            Self::Cancel => "cancelled",
            Self::UndoLeave => "taken back after leaving",
            Self::Expire => "ended with the day",
        }
    }
}

/// The refusal of `op` on ticket `number` in state `from`, naming what is allowed from there; `claimed` where its
/// priority is still to be confirmed.
pub fn refusal(op: Op, number: &str, from: Status, claimed: bool) -> String {
    let words: Vec<&str> = choices(from, claimed).map(Op::done).collect();
    let way_out = match words.split_last() {
        None => "Nothing more can be done with it.".to_owned(),
        Some((only, [])) => format!("It can be {only}."),
        Some((last, others)) => format!("It can be {} or {last}.", others.join(", ")),
    };
    format!("{number} cannot be {} now: it {}. {way_out}", op.done(), from.phrase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_stands_once_and_leads_somewhere() {
        for &op in Op::ALL {
            let rows: Vec<_> = TABLE.iter().filter(|(listed, _)| *listed == op).collect();
            assert_eq!(rows.len(), 1, "{op:?}");
            assert!(!rows[0].1.is_empty(), "{op:?}");
            for (index, (from, _)) in rows[0].1.iter().enumerate() {
                assert!(!rows[0].1[..index].iter().any(|(other, _)| other == from), "{op:?} from {from}");
            }
        }
        assert_eq!(TABLE.len(), Op::ALL.len());
    }

    #[test]
    fn every_state_is_reached_and_words_are_stable() {
        for &status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            let word = serde_json::to_value(status).unwrap();
            assert_eq!(word, status.as_str());
            if status != Status::Waiting {
                assert!(
                    TABLE.iter().any(|(_, steps)| steps.iter().any(|(_, to)| *to == status)),
                    "nothing leads to {status}"
                );
            }
        }
        for &op in Op::ALL {
            assert_eq!(serde_json::to_value(op).unwrap(), op.as_str());
        }
    }

    #[test]
    fn next_and_allowed_agree_on_every_pair() {
        for &op in Op::ALL {
            for &from in Status::ALL {
                assert_eq!(next(op, from).is_some(), allowed(from).any(|o| o == op));
            }
        }
    }

    #[test]
    fn served_and_expired_are_the_end() {
        assert_eq!(allowed(Status::Served).count(), 0);
        assert_eq!(allowed(Status::Expired).count(), 0);
        assert_eq!(allowed(Status::NoShow).collect::<Vec<_>>(), [Op::Reinstate]);
    }

    #[test]
    fn a_refusal_names_state_and_way_out() {
        assert_eq!(
            refusal(Op::Resume, "A-042", Status::Parked, false),
            "A-042 cannot be taken up again now: it is parked. It can be brought back from parking or cancelled."
        );
        assert_eq!(
            refusal(Op::Call, "A-1", Status::NoShow, false),
            "A-1 cannot be called now: it did not come when called. It can be taken back after a missed call."
        );
        let waiting = |claimed| refusal(Op::Resume, "A-042", Status::Waiting, claimed);
        assert!(!waiting(true).contains("ended with the day"));
        assert!(!waiting(false).contains("confirmed in its priority"), "there is nothing to confirm");
        assert!(waiting(true).contains("confirmed in its priority"));
        assert!(
            refusal(Op::Call, "A-1", Status::Served, false).ends_with("Nothing more can be done with it.")
        );
    }

    #[test]
    fn no_refusal_shows_a_programs_word() {
        for &op in Op::ALL {
            for &from in Status::ALL {
                let text = refusal(op, "A-1", from, true);
                assert!(!text.contains('_'), "{text}");
            }
        }
    }
}
