//! The stable codes of refusals. Each stands in the documentation of the routes that answer with it; a test compares
//! the two, so that neither a code that is sent nor one that is documented can be forgotten.

use usher_kernel::FaultKind;

usher_kernel::text_enum! {
    /// The code of a refusal of the line.
    pub enum Code {
        /// No service has this name.
        UnknownServiceType = "unknown_service_type",
        /// The version that the client read is no longer the current one.
        Stale = "stale",
        /// The line takes nobody for a while.
        QueuePaused = "queue_paused",
        /// The line is switched off.
        QueueInactive = "queue_inactive",
        /// The line holds as many as it may.
        QueueFull = "queue_full",
        /// Outside of opening hours.
        OutOfHours = "out_of_hours",
        /// Closed in an emergency.
        SiteClosed = "site_closed",
        /// Every number of the range is on a living ticket.
        NumbersExhausted = "numbers_exhausted",
        /// The person has taken as many tickets today as they may.
        CustomerLimit = "customer_limit",
        /// The service is switched off.
        ServiceInactive = "service_inactive",
        /// No line there serves it.
        ServiceNotHere = "service_not_here",
        /// A routing rule refused.
        RuleRefused = "rule_refused",
        /// A priority class without the reason it needs.
        ReasonRequired = "reason_required",
        /// A priority class that the service does not have.
        UnknownPriority = "unknown_priority",
        /// The counter is closed.
        CounterClosed = "counter_closed",
        /// The counter holds as many tickets as it may.
        CounterFull = "counter_full",
        /// The counter does not serve the ticket's line.
        NotServedHere = "not_served_here",
        /// Somebody joins who is not at the site.
        TooFar = "too_far",
        /// The code of a screen that shows another one by now.
        JoinCodeOld = "join_code_old",
        /// The agent sits nowhere.
        NoCounter = "no_counter",
        /// Somebody sits there.
        CounterTaken = "counter_taken",
        /// The agent is on a break.
        OnBreak = "on_break",
        /// A member of the tenant, but not at this site.
        WrongSite = "wrong_site",
        /// Another counter has the ticket.
        AlreadyCalled = "already_called",
        /// Only another counter may call it.
        ForOtherCounter = "for_other_counter",
        /// Only the member of staff may call it with whom it was booked.
        ForOtherAgent = "for_other_agent",
        /// The agent lacks a skill that the service asks for.
        SkillMissing = "skill_missing",
        /// Not possible in the ticket's state.
        NotAllowedInState = "not_allowed_in_state",
        /// Somebody changed it at the same moment.
        ChangedMeanwhile = "changed_meanwhile",
        /// Called again too often.
        RecallLimit = "recall_limit",
        /// Parked for too long, or for no time.
        ParkLimit = "park_limit",
        /// Too late to take a no-show back.
        ReinstateTooLate = "reinstate_too_late",
        /// An outcome must be given.
        OutcomeRequired = "outcome_required",
        /// An outcome that the service does not have.
        UnknownOutcome = "unknown_outcome",
        /// No further step to issue.
        NoNextStep = "no_next_step",
        /// The next step was issued already.
        VisitWentOn = "visit_went_on",
        /// There is nothing to take back.
        NothingToUndo = "nothing_to_undo",
        /// The time to take it back is over.
        UndoTooLate = "undo_too_late",
        /// Somebody went on with the ticket or the counter.
        UndoMovedOn = "undo_moved_on",
        /// The number of a ticket that was over is on somebody else's by now.
        NumberGivenOut = "number_given_out",
        /// A value that must be unique is taken.
        Taken = "taken",
        /// Numbers under the prefix are in use.
        PrefixInUse = "prefix_in_use",
        /// Something still depends on it.
        InUse = "in_use",
        /// A number outside of the lease.
        LeaseNumber = "lease_number",
        /// The site is closed in an emergency already.
        AlreadyClosed = "already_closed",
        /// The site is not closed in an emergency.
        NotClosed = "not_closed",
        /// The line is at another site.
        OtherSite = "other_site",
        /// The other ticket does not wait in that line.
        NotInLine = "not_in_line",
        /// No priority waits to be confirmed.
        NothingToConfirm = "nothing_to_confirm",
        /// The ticket's life is over.
        Over = "over",
        /// A ticket that is said to have been printed later than now.
        IssuedInFuture = "issued_in_future",
        /// The ticket is in that line already.
        SameLine = "same_line",
        /// The counter holds no ticket.
        NothingInHand = "nothing_in_hand",
    }
}

impl Code {
    /// What kind of refusal it is, and with that its status.
    pub const fn kind(self) -> FaultKind {
        match self {
            Self::UnknownServiceType => FaultKind::NotFound,
            Self::Stale => FaultKind::Stale,
            Self::WrongSite | Self::TooFar | Self::JoinCodeOld => FaultKind::Forbidden,
            Self::ReasonRequired
            | Self::UnknownPriority
            | Self::OutcomeRequired
            | Self::UnknownOutcome
            | Self::ParkLimit => FaultKind::Invalid,
            _ => FaultKind::Conflict,
        }
    }
}
