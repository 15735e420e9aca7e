//! What a book learns from, and when.
//!
//! A call teaches once it stands: whoever made it may take it back for a minute, and then it says nothing of how long
//! people wait. Until then it only counts as something that happened.

use usher_queueing::model::live::undo::UNDO_SECONDS;
use usher_queueing::model::{Cause, Status, TicketFact};

use super::line::{Again, Called, Waiting};
use super::tickets::moved;
use super::{Asked, Book, DECLARED};
use crate::forecaster::{Event, REQUOTED, What};
use crate::situation::{Key, Quote, Wall};

/// What it says of a line that somebody is out of it who was not called: that they left, or only that they are away. Who is
/// parked comes back, whom the end of the day or of the line sends home did not go by themselves, and what is taken back
/// did not happen.
pub(super) fn out(fact: &TicketFact) -> What {
    let sent = matches!(fact.cause, Some(Cause::Expired | Cause::LineClosed | Cause::Undone));
    match sent || fact.undone.is_some() || fact.status == Status::Parked {
        true => What::Away,
        false => What::Left,
    }
}

impl Book {
    /// Somebody says how long they really waited: what zeroQ's clients send back.
    pub fn feedback(&mut self, asked: &Asked, minutes: f64, service_minutes: Option<f64>, at: Wall) {
        self.settle(asked.queue, at);
        if let Some(minutes) = service_minutes {
            let what = What::Finished { service: asked.service, minutes };
            self.forecaster.observe(&Event { at, queue: asked.queue, site: asked.site, what });
        }
        let quote = self.tell(asked).quote;
        self.learn(&quote, minutes, at);
        let what = What::Reported { minutes };
        self.forecaster.observe(&Event { at, queue: asked.queue, site: asked.site, what });
    }

    fn learn(&mut self, quote: &Quote, minutes: f64, at: Wall) {
        if let Some(lesson) = self.forecaster.learn(quote, minutes, at) {
            self.lessons.push(&lesson);
        }
    }

    /// Somebody was called out of a line.
    pub(super) fn called(&mut self, queue: Key, who: Waiting, fact: &TicketFact, at: Wall) {
        let site = Key(fact.site_id.uuid().as_u128());
        let waited =
            fact.called_at.map(|called| called.duration_since(fact.waits_since()).as_secs_f64() / 60.0);
        let minutes = waited.unwrap_or_else(|| at.minutes_since(who.since));
        let counter = fact.counter_id.map(|counter| Key(counter.uuid().as_u128()));
        self.forecaster.observe(&Event { at, queue, site, what: What::Called { counter, minutes } });
        if let Some(line) = self.lines.get_mut(&queue) {
            line.called.push_back(Called { who, minutes, at });
        }
    }

    /// Somebody has left a line: those who wait at some places of it are told anew, as their screens tell them, and what
    /// that was worth is learned once they are called.
    pub(super) fn tell_again(&mut self, queue: Key, at: Wall) {
        let Some(line) = self.lines.get(&queue) else { return };
        let site = line.site;
        let others = f64::from(line.len()) - 1.0 + line.outside();
        for who in line.at(&REQUOTED) {
            let staffing = self.staffing(queue, who.service);
            if staffing.open == 0 {
                continue;
            }
            let ahead = self.before(queue, who.service, (who.rank, who.ticket));
            let asked = Asked {
                now: at,
                live: true,
                site,
                queue,
                service: who.service,
                class: who.class,
                ahead,
                others: self.others_first(queue, who.service, ahead),
                waiting: others,
                in_line: true,
                counters: f64::from(staffing.open),
                free: f64::from(staffing.free),
                declared: self.declared.get(&who.service).copied().unwrap_or(DECLARED),
            };
            let told = self.tell(&asked);
            if let (None, Some(line)) = (told.at_once, self.lines.get_mut(&queue)) {
                let (places, wait) = (told.quote.places, told.quote.wait);
                line.keep(who.ticket, Again { at, places, wait });
            }
        }
    }

    /// A call was taken back: they wait where they waited, and the next call teaches what they were told.
    pub(super) fn uncalled(&mut self, ticket: Key, queue: Key, fact: &TicketFact, at: Wall) {
        let site = Key(fact.site_id.uuid().as_u128());
        let Some(line) = self.lines.get_mut(&queue) else { return };
        let place = line.called.iter().rposition(|called| called.who.ticket == ticket);
        let Some(Called { who, minutes, .. }) = place.and_then(|place| line.called.remove(place)) else {
            return self.join(false, ticket, queue, fact, at);
        };
        self.forecaster.observe(&Event { at, queue, site, what: What::Uncalled { minutes } });
        self.insert(queue, moved(who, fact), fact);
    }

    /// Learns from the calls of a line that nobody can take back any more, in the order in which they were made: a busy
    /// line has thousands that somebody still can, and they are not looked at.
    pub(super) fn settle(&mut self, queue: Key, now: Wall) {
        // Wall clocks count whole seconds; one that was put back is past as well.
        let stands =
            |called: &mut Called| now.0.saturating_sub(called.at.0).saturating_abs() > UNDO_SECONDS + 1;
        while let Some(line) = self.lines.get_mut(&queue)
            && let Some(Called { who, minutes, at }) = line.called.pop_front_if(stands)
        {
            for again in &who.again {
                let left = at.minutes_since(again.at);
                self.forecaster.learn_again(queue, &again.wait, again.places, left);
            }
            let Some(told) = who.told else { continue };
            match (told.at_once, told.quote) {
                (Some(_), _) => line.at_once.learn(minutes),
                (None, Some(quote)) => self.learn(&quote, minutes, at.max(self.forecaster.today(queue))),
                (None, None) => {}
            }
        }
    }
}
