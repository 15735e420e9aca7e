//! What can happen in a story.

use proptest::prelude::*;

use super::model::CLASSES;

/// What is done to a ticket, by its place among all that were issued.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// By staff, or by somebody who claims the class.
    Issue {
        queue: usize,
        service: usize,
        class: usize,
        claimed: bool,
    },
    /// A kiosk takes so many numbers of a line, to print them while the server is away.
    Lease(usize, i64),
    /// A kiosk brings the next that it printed, for a service.
    Upload(usize, usize),
    CallNext(usize),
    CompleteAndCallNext(usize),
    CallNamed(usize, usize),
    To(Verb, usize),
    SkipToEnd(usize),
    Skip(usize, u32),
    Reinstate(usize),
    Postpone(usize, u32),
    Move {
        ticket: usize,
        queue: Option<usize>,
        position: Option<u32>,
    },
    Transfer(usize, usize),
    TransferToCounter(usize, usize),
    Reprioritise(usize, usize),
    Recall(usize),
    Confirm(usize),
    /// By who has left, and not by staff.
    UndoLeave(usize),
    Undo,
    Wait(i64),
}

/// What takes a ticket from one state to another and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Start,
    Pause,
    Resume,
    Close,
    WrapUp,
    FinishWrapUp,
    NoShow,
    Park,
    Away,
    Unpark,
    Leave,
    Expire,
}

/// Any of them, the common ones more often.
pub(super) fn step() -> impl Strategy<Value = Step> {
    use Verb::{
        Away, Close, Expire, FinishWrapUp, Leave, NoShow, Park, Pause, Resume, Start, Unpark, WrapUp,
    };
    let any = || 0usize..24;
    let verb = prop_oneof![
        3 => Just(Start), 1 => Just(Pause), 1 => Just(Resume), 3 => Just(Close), 2 => Just(WrapUp),
        2 => Just(FinishWrapUp), 1 => Just(NoShow), 1 => Just(Park), 1 => Just(Away), 1 => Just(Unpark),
        2 => Just(Leave), 1 => Just(Expire),
    ];
    prop_oneof![
        8 => (0usize..2, 0usize..2, 0usize..CLASSES.len(), prop::bool::ANY)
            .prop_map(|(queue, service, class, claimed)| Step::Issue { queue, service, class, claimed }),
        2 => (0usize..2, 1i64..4).prop_map(|(queue, count)| Step::Lease(queue, count)),
        3 => (any(), 0usize..2).prop_map(|(block, service)| Step::Upload(block, service)),
        5 => (0usize..3).prop_map(Step::CallNext),
        3 => (0usize..3).prop_map(Step::CompleteAndCallNext),
        2 => (any(), 0usize..3).prop_map(|(t, c)| Step::CallNamed(t, c)),
        10 => (verb, any()).prop_map(|(verb, t)| Step::To(verb, t)),
        1 => any().prop_map(Step::SkipToEnd),
        1 => (any(), 1u32..4).prop_map(|(t, n)| Step::Skip(t, n)),
        1 => any().prop_map(Step::Reinstate),
        1 => (any(), 1u32..4).prop_map(|(t, n)| Step::Postpone(t, n)),
        2 => (any(), prop::option::of(0usize..2), prop::option::of(1u32..5))
            .prop_map(|(ticket, queue, position)| Step::Move { ticket, queue, position }),
        2 => (any(), 0usize..2).prop_map(|(t, q)| Step::Transfer(t, q)),
        1 => (any(), 0usize..3).prop_map(|(t, c)| Step::TransferToCounter(t, c)),
        1 => (any(), 0usize..CLASSES.len()).prop_map(|(t, class)| Step::Reprioritise(t, class)),
        2 => any().prop_map(Step::Recall),
        2 => any().prop_map(Step::Confirm),
        2 => any().prop_map(Step::UndoLeave),
        4 => Just(Step::Undo),
        2 => prop_oneof![Just(7i64), Just(67), Just(613)].prop_map(Step::Wait),
    ]
}
