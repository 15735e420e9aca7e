//! What routes refuse, in sets that go together; each route names those that its operation may answer with.

use usher_http::Docs;

use crate::model::Code;

/// A line that takes nobody now, or not this person with this wish.
pub(super) const ENTERING: &[Code] = &[
    Code::QueuePaused,
    Code::QueueInactive,
    Code::QueueFull,
    Code::OutOfHours,
    Code::SiteClosed,
    Code::NumbersExhausted,
    Code::CustomerLimit,
    Code::ServiceInactive,
    Code::ServiceNotHere,
    Code::RuleRefused,
    Code::ReasonRequired,
    Code::UnknownPriority,
];
/// Who joins by themselves and is not where the line asks them to be.
pub(super) const FROM_AFAR: &[Code] = &[Code::TooFar, Code::JoinCodeOld];
/// An operation on a ticket as it stands.
pub(super) const ON_TICKET: &[Code] = &[Code::NotAllowedInState, Code::ChangedMeanwhile, Code::WrongSite];
/// A line that takes nobody from another one.
pub(super) const INTO_LINE: &[Code] =
    &[Code::QueuePaused, Code::QueueInactive, Code::QueueFull, Code::NumbersExhausted, Code::OtherSite];
/// A counter that calls nobody now.
pub(super) const CALLING: &[Code] =
    &[Code::CounterClosed, Code::CounterFull, Code::OnBreak, Code::ChangedMeanwhile, Code::WrongSite];
/// A named ticket that this counter cannot call.
pub(super) const CALLING_NAMED: &[Code] = &[
    Code::AlreadyCalled,
    Code::ForOtherCounter,
    Code::ForOtherAgent,
    Code::NotServedHere,
    Code::SkillMissing,
    Code::NotAllowedInState,
];
/// The end of a service.
pub(super) const ENDING: &[Code] = &[Code::OutcomeRequired, Code::UnknownOutcome];
/// Configuration of one site that is made or changed.
pub(super) const CONFIGURING: &[Code] = &[Code::Taken, Code::WrongSite];
/// Configuration that is changed.
pub(super) const CHANGING: &[Code] = &[Code::Stale, Code::ChangedMeanwhile, Code::WrongSite];

/// Documents what a route refuses.
pub(super) fn refuses(docs: Docs, sets: &[&[Code]]) -> Docs {
    sets.iter().copied().flatten().fold(docs, |docs, code| docs.fault(code.as_str(), code.kind().status()))
}
