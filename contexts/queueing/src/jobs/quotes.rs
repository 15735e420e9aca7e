//! Whoever waits in a line that stands still is told anew once a minute: what they were told before was said at another
//! moment, and its times come nearer though nobody is called.

use parking_lot::Mutex;
use usher_kernel::{SignedDuration, Timestamp};

use crate::events::Requotes;
use crate::ops::Queueing;

/// How long what is told stays without anything happening.
const STAYS: SignedDuration = SignedDuration::from_secs(60);

/// When all were last told anew.
#[derive(Debug, Default)]
pub(super) struct Quoted(Mutex<Option<Timestamp>>);

impl Quoted {
    /// Whether it is time again.
    fn is_due(&self, now: Timestamp) -> bool {
        let mut last = self.0.lock();
        let is_due = last.is_some_and(|last| now.duration_since(last) >= STAYS);
        // A clock that was put back begins anew.
        if is_due || last.is_none_or(|last| last > now) {
            *last = Some(now);
        }
        is_due
    }
}

/// Has every line in which somebody waits shown anew. It costs nothing where nobody looks: what a room is sent is made only
/// for a room that somebody listens to.
pub(super) fn renew(line: &Queueing, quoted: &Quoted, now: Timestamp) {
    if !quoted.is_due(now) {
        return;
    }
    let screens = Requotes::of(line);
    for shared in line.live().lines() {
        let (tenant, place) = {
            let one = shared.lock();
            (one.tenant_id, (!one.is_empty()).then_some((one.site_id, one.queue_id)))
        };
        if place.is_some() {
            screens.lines(tenant, place);
        }
    }
}
