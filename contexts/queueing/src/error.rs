//! Everything that this context refuses.

use usher_db::DbError;
use usher_kernel::{Fault, FaultKind, FieldFault};

use crate::model::Code;
use crate::model::machine::{self, Op, Status};

/// Why an operation on the line was refused.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or somebody else's.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// zeroQ's own text for a service it does not know.
    #[error("Unknown service type: {0}")]
    UnknownServiceType(String),
    /// Values that cannot be kept.
    #[error("{}", FieldFault::list(.0))]
    Fields(Vec<FieldFault>),
    /// The version that the client read is no longer the current one.
    #[error(
        "Somebody else changed this in the meantime: you have version {read}, the current one is {current}."
    )]
    Stale {
        /// What the client had.
        read: i64,
        /// What is stored.
        current: i64,
    },
    /// The line takes nobody for a while.
    #[error("{0} is paused at the moment. Those already in line are still served.")]
    QueuePaused(String),
    /// The line is switched off.
    #[error("{0} is not in use.")]
    QueueInactive(String),
    /// The line holds as many as it may.
    #[error("{0} is full: {waiting} in line. Please come back a little later.", waiting = people(*.1))]
    QueueFull(String, i64),
    /// Outside of opening hours.
    #[error("{site} is closed now.{}", opens(.opens_at))]
    OutOfHours {
        /// The site.
        site: String,
        /// When it opens, in its own time.
        opens_at: Option<String>,
    },
    /// Closed in an emergency.
    #[error("{site} had to close: {reason}")]
    SiteClosed {
        /// The site.
        site: String,
        /// Why.
        reason: String,
    },
    /// Every number of the range is on a living ticket.
    #[error("Every number of {0} is in use; the range must be made larger.")]
    NumbersExhausted(String),
    /// The person has taken as many tickets today as they may.
    #[error("One person may take {} a day for this line, and that limit is reached.", counted(*.0, "ticket"))]
    CustomerLimit(i64),
    /// The service is switched off.
    #[error("{0} is not offered at the moment.")]
    ServiceInactive(String),
    /// No line at the site serves it.
    #[error("{service} is not offered at {site}.")]
    NoQueue {
        /// The service.
        service: String,
        /// The site.
        site: String,
    },
    /// A routing rule refused.
    #[error("{0}")]
    RuleRefused(String),
    /// A priority class without the reason it needs.
    #[error("The priority {class} needs a reason.")]
    ReasonRequired {
        /// The class.
        class: String,
        /// The field that the reason belongs to.
        field: &'static str,
    },
    /// A priority class that the service does not have.
    #[error("{service} has no priority {class}; it has: {known}.")]
    UnknownClass {
        /// The service.
        service: String,
        /// What was asked for.
        class: String,
        /// What there is.
        known: String,
        /// The field that named it.
        field: &'static str,
    },
    /// Serving at a closed counter.
    #[error("{0} is closed. Open it by signing in to it.")]
    CounterClosed(String),
    /// The counter holds as many tickets as it may.
    #[error("{counter} already holds {holding}: finish or put back one first.")]
    CounterFull {
        /// The counter.
        counter: String,
        /// The numbers it holds.
        holding: String,
    },
    /// The counter does not serve the ticket's line.
    #[error("{counter} does not serve {queue}.")]
    NotServedHere {
        /// The counter.
        counter: String,
        /// The line.
        queue: String,
    },
    /// Somebody joins who is not at the site.
    #[error(
        "You are too far from {site} to join this line: come within {radius} m, or ask staff for a ticket."
    )]
    TooFar {
        /// The site's name.
        site: String,
        /// How near one has to be, in metres.
        radius: i64,
    },
    /// The code of a screen that shows another one by now.
    #[error("This code has run out. Scan the code on the screen again.")]
    JoinCodeOld,
    /// The agent sits nowhere.
    #[error("You are not signed in to a counter.")]
    NoCounter,
    /// Somebody sits there.
    #[error("{agent} sits at {counter}. Take it over, or choose another.")]
    CounterTaken {
        /// The counter.
        counter: String,
        /// Who sits there.
        agent: String,
    },
    /// The agent is on a break.
    #[error("You are on a break. Set yourself available first.")]
    OnBreak,
    /// A member of the tenant, but not at this site.
    #[error("You do not work at {0}.")]
    WrongSite(String),
    /// A named call that came too late: it says who has the ticket.
    #[error("{number} went to {holder}.")]
    AlreadyCalled {
        /// The ticket's number.
        number: String,
        /// The counter, and the agent where known.
        holder: String,
    },
    /// Only another counter may call it.
    #[error("{number} is waiting for {counter}.")]
    ForOtherCounter {
        /// The ticket's number.
        number: String,
        /// The counter.
        counter: String,
    },
    /// Only another member of staff may call it, with whom it was booked.
    #[error("{number} has an appointment with {agent}.")]
    ForOtherAgent {
        /// The ticket's number.
        number: String,
        /// The member of staff.
        agent: String,
    },
    /// The agent there lacks a skill that the ticket's service asks for.
    #[error("{number} needs {skills}, which {counter} cannot give: it waits for somebody who can.")]
    SkillMissing {
        /// The ticket's number.
        number: String,
        /// What the service asks for.
        skills: String,
        /// The counter, and the agent where known.
        counter: String,
    },
    /// Not possible in the ticket's state.
    #[error("{}", machine::refusal(*.op, .number, *.status, *.claimed))]
    NotAllowed {
        /// What was asked for.
        op: Op,
        /// The ticket's number.
        number: String,
        /// Where it stands.
        status: Status,
        /// Whether its priority is still to be confirmed.
        claimed: bool,
    },
    /// The same, said to the ticket's holder: what staff may do with it is nothing to them.
    #[error("That is not possible now: {number} {}.", .status.phrase_for_holder())]
    NotNow {
        /// The ticket's number.
        number: String,
        /// Where it stands.
        status: Status,
    },
    /// Somebody changed the ticket at the same moment.
    #[error("{0} was changed by somebody else at the same moment. Look again.")]
    Raced(String),
    /// Called again too often.
    #[error(
        "{number} has been called again {}, which is the limit. Mark it as a no-show.",
        counted(*.limit, "time")
    )]
    RecallLimit {
        /// The ticket's number.
        number: String,
        /// How often.
        limit: i64,
    },
    /// Parked for too long, or for no time.
    #[error("A ticket of this line may be parked for {}.", minutes_up_to(*.0))]
    ParkLimit(i64),
    /// Too late to take a no-show back.
    #[error("{number} missed its call more than {} ago. A new ticket is needed.", counted(*.minutes, "minute"))]
    TooLateToReinstate {
        /// The ticket's number.
        number: String,
        /// The grace time.
        minutes: i64,
    },
    /// An outcome must be given.
    #[error("Say how it ended: {0}.")]
    OutcomeRequired(String),
    /// An outcome that the service does not have.
    #[error("{0} is not an outcome of this service.")]
    UnknownOutcome(String),
    /// No further step to issue.
    #[error("{0} has no further service to come.")]
    NoNextStep(String),
    /// The next step was issued already.
    #[error("The visit of {number} went on with {next} already.")]
    VisitWentOn {
        /// The ticket that was served.
        number: String,
        /// The ticket of the next step.
        next: String,
    },
    /// There is nothing to take back.
    #[error("There is nothing to undo.")]
    NothingToUndo,
    /// The time to take it back is over.
    #[error("Undo is possible for {0} seconds; that time is over.")]
    UndoTooLate(i64),
    /// Somebody went on with the ticket or the counter.
    #[error("{0} has moved on since; it cannot be undone any more.")]
    UndoMovedOn(String),
    /// The number of a ticket that was over is on somebody else's by now.
    #[error("{0} is on somebody else's ticket by now. Issue a new ticket.")]
    NumberGivenOut(String),
    /// A value that must be unique is taken.
    #[error("{what} {value} is taken {wherever}.")]
    Taken {
        /// The field.
        field: &'static str,
        /// What it is.
        what: &'static str,
        /// The value.
        value: String,
        /// Where it must be unique.
        wherever: &'static str,
    },
    /// Numbers under a prefix that is to be changed are in use.
    #[error("{}", prefix_in_use(.prefix, *.tickets, *.blocks))]
    PrefixInUse {
        /// The prefix.
        prefix: String,
        /// How many living tickets have such a number.
        tickets: usize,
        /// How many blocks of numbers kiosks may still print from.
        blocks: usize,
    },
    /// Something still depends on it.
    #[error("{what} cannot be deleted: {why}.")]
    InUse {
        /// Its name.
        what: String,
        /// What depends on it.
        why: String,
    },
    /// A number outside of the lease.
    #[error("Number {0} is not one of this block.")]
    LeaseNumber(i64),
    /// Something this installation or this line does not do.
    #[error("{1}")]
    Conflict(Code, String),
    /// A ticket page's secret that is not one of ours.
    #[error("This link does not open a ticket.")]
    BadLink,
    /// What customers refuses.
    #[error(transparent)]
    Customers(usher_customers::Error),
    /// What another context refused.
    #[error("{}", .0.detail())]
    Refused(Box<Fault>),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// "1 ticket", "2 tickets".
fn counted(count: i64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn prefix_in_use(prefix: &str, tickets: usize, blocks: usize) -> String {
    let mut why = Vec::new();
    match tickets {
        0 => {}
        1 => why.push(format!("1 ticket has a number with {prefix}")),
        many => why.push(format!("{many} tickets have a number with {prefix}")),
    }
    if blocks > 0 {
        why.push(format!("a kiosk may still print numbers with {prefix} when it is offline"));
    }
    format!(
        "The prefix {prefix} cannot be changed now: {}. Pause the queue and change it once those tickets have ended and, \
         where kiosks hold numbers, the day is over; or make a new queue with the other prefix.",
        why.join(", and ")
    )
}

fn people(count: i64) -> String {
    if count == 1 { "1 person is".to_owned() } else { format!("{count} people are") }
}

fn minutes_up_to(most: i64) -> String {
    if most <= 1 { counted(1, "minute") } else { format!("1 to {most} minutes") }
}

fn opens(at: &Option<String>) -> String {
    at.as_ref().map_or_else(String::new, |at| format!(" It opens {at}."))
}

impl Error {
    /// The same refusal in words for the ticket's holder.
    pub(crate) fn for_holder(self) -> Self {
        match self {
            Self::NotAllowed { number, status, .. } => Self::NotNow { number, status },
            other => other,
        }
    }

    /// 422 for one wrong field.
    pub fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldFault { field: field.to_owned(), code, message: message.into() }])
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) | Self::BadLink => "not_found",
            Self::Fields(_) => "invalid_field",
            Self::Customers(_) => "customer",
            Self::Refused(fault) => fault.code(),
            Self::Db(_) => "database",
            own => own.own_code().map_or("conflict", Code::as_str),
        }
    }

    /// The same for a refusal that is this context's own.
    fn own_code(&self) -> Option<Code> {
        Some(match self {
            Self::UnknownServiceType(_) => Code::UnknownServiceType,
            Self::Stale { .. } => Code::Stale,
            Self::QueuePaused(_) => Code::QueuePaused,
            Self::QueueInactive(_) => Code::QueueInactive,
            Self::QueueFull(..) => Code::QueueFull,
            Self::OutOfHours { .. } => Code::OutOfHours,
            Self::SiteClosed { .. } => Code::SiteClosed,
            Self::NumbersExhausted(_) => Code::NumbersExhausted,
            Self::CustomerLimit(_) => Code::CustomerLimit,
            Self::ServiceInactive(_) => Code::ServiceInactive,
            Self::NoQueue { .. } => Code::ServiceNotHere,
            Self::RuleRefused(_) => Code::RuleRefused,
            Self::ReasonRequired { .. } => Code::ReasonRequired,
            Self::UnknownClass { .. } => Code::UnknownPriority,
            Self::CounterClosed(_) => Code::CounterClosed,
            Self::CounterFull { .. } => Code::CounterFull,
            Self::NotServedHere { .. } => Code::NotServedHere,
            Self::TooFar { .. } => Code::TooFar,
            Self::JoinCodeOld => Code::JoinCodeOld,
            Self::NoCounter => Code::NoCounter,
            Self::CounterTaken { .. } => Code::CounterTaken,
            Self::OnBreak => Code::OnBreak,
            Self::WrongSite(_) => Code::WrongSite,
            Self::AlreadyCalled { .. } => Code::AlreadyCalled,
            Self::ForOtherCounter { .. } => Code::ForOtherCounter,
            Self::ForOtherAgent { .. } => Code::ForOtherAgent,
            Self::SkillMissing { .. } => Code::SkillMissing,
            Self::NotAllowed { .. } | Self::NotNow { .. } => Code::NotAllowedInState,
            Self::Raced(_) => Code::ChangedMeanwhile,
            Self::RecallLimit { .. } => Code::RecallLimit,
            Self::ParkLimit(_) => Code::ParkLimit,
            Self::TooLateToReinstate { .. } => Code::ReinstateTooLate,
            Self::OutcomeRequired(_) => Code::OutcomeRequired,
            Self::UnknownOutcome(_) => Code::UnknownOutcome,
            Self::NoNextStep(_) => Code::NoNextStep,
            Self::VisitWentOn { .. } => Code::VisitWentOn,
            Self::NothingToUndo => Code::NothingToUndo,
            Self::UndoTooLate(_) => Code::UndoTooLate,
            Self::UndoMovedOn(_) => Code::UndoMovedOn,
            Self::NumberGivenOut(_) => Code::NumberGivenOut,
            Self::Taken { .. } => Code::Taken,
            Self::PrefixInUse { .. } => Code::PrefixInUse,
            Self::InUse { .. } => Code::InUse,
            Self::LeaseNumber(_) => Code::LeaseNumber,
            Self::Conflict(code, _) => *code,
            Self::NotFound(_)
            | Self::BadLink
            | Self::Fields(_)
            | Self::Customers(_)
            | Self::Refused(_)
            | Self::Db(_) => return None,
        })
    }

    /// The field of a form that a refusal belongs to, where it is about one.
    fn field_at_fault(&self) -> Option<&'static str> {
        match self {
            Self::Taken { field, .. }
            | Self::ReasonRequired { field, .. }
            | Self::UnknownClass { field, .. } => Some(field),
            Self::OutcomeRequired(_) | Self::UnknownOutcome(_) => Some("outcome"),
            Self::ParkLimit(_) => Some("minutes"),
            Self::JoinCodeOld => Some("join_code"),
            Self::PrefixInUse { .. } => Some("prefix"),
            _ => None,
        }
    }

    fn kind(&self) -> FaultKind {
        match self {
            Self::NotFound(_) | Self::BadLink => FaultKind::NotFound,
            Self::Fields(_) => FaultKind::Invalid,
            own => own.own_code().map_or(FaultKind::Conflict, Code::kind),
        }
    }
}

impl From<usher_customers::Error> for Error {
    fn from(error: usher_customers::Error) -> Self {
        match error {
            usher_customers::Error::Db(error) => Self::Db(error),
            other => Self::Customers(other),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::Fields(fields) => Self::fields(fields),
            Error::Refused(fault) => *fault,
            Error::Db(error) => error.into(),
            Error::Customers(error) => error.into(),
            Error::NotAllowed { op, number, status, claimed } => {
                let allowed: Vec<_> = machine::choices(status, claimed).map(Op::as_str).collect();
                let text = machine::refusal(op, &number, status, claimed);
                Self::new(FaultKind::Conflict, "not_allowed_in_state", text)
                    .with("state", status.as_str())
                    .with("allowed", allowed)
            }
            Error::NotNow { status, .. } => {
                Self::new(FaultKind::Conflict, "not_allowed_in_state", error.to_string())
                    .with("state", status.as_str())
            }
            other => {
                let field = other.field_at_fault();
                let fault = Self::new(other.kind(), other.code(), other.to_string());
                match field {
                    Some(field) => fault.at(field),
                    None => fault,
                }
            }
        }
    }
}
