//! Who has an appointment with one member of staff is called by that person, while they are here or still waited for.

use usher_kernel::{Ctx, SignedDuration};
use usher_queueing::Watch;
use usher_queueing::model::{AgentStatus, CounterId, CounterStatus, QueueId, Ticket, TicketFact};
use usher_queueing::ops::booked_with::BookedWith;
use usher_queueing::ops::configure::{ServiceInput, update_service};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::show::{console, public_view};
use usher_queueing::ops::{agent, call, transfer, undo};

use crate::app::{App, on_engines};

/// How long the person is waited for, in minutes.
const GRACE: i64 = 10;

impl App {
    /// A line at two counters, and two who may sit there.
    async fn two_counters(&self) -> (QueueId, [CounterId; 2], [Ctx; 2]) {
        let (queue, first) = self.small().await;
        let second = self.counter(&[queue], 1).await;
        (queue, [first, second], [self.agent(1), self.agent(2)])
    }

    /// Somebody comes to an appointment with a member of staff.
    async fn comes_to(&self, who: &Ctx, queue: QueueId) -> Ticket {
        let until = self.now() + SignedDuration::from_mins(GRACE);
        let with = BookedWith { agent: who.actor.user().unwrap(), name: "Ana".to_owned(), until };
        let wish = Issue { queue_id: Some(queue), with: Some(with), ..Issue::default() };
        self.issue_as(&self.manager(), wish).await.unwrap()
    }

    async fn due(&self) -> usize {
        Watch::new(&self.line).run_due(self.now()).await
    }

    async fn stands(&self, t: &Ticket) -> Ticket {
        let id = t.id;
        self.act(&self.manager(), move |line, tx| line.ticket_in(tx, id)).await.unwrap()
    }

    async fn leaves(&self, who: &Ctx) {
        let user = who.actor.user().unwrap();
        self.act(who, move |line, tx| agent::sign_out(line, tx, user)).await.unwrap();
    }

    /// The numbers that an agent's console shows in line.
    async fn line_of(&self, who: &Ctx) -> (Vec<String>, i64) {
        let (tenant, user) = (self.tenant, who.actor.user().unwrap());
        let shown = self.act(who, move |line, tx| console(line, tx, tenant, user)).await.unwrap();
        (shown.line.into_iter().map(|t| t.number).collect(), shown.waiting_mine)
    }
}

#[test]
fn the_others_pass_over_who_waits_for_one_agent() {
    on_engines(|app| async move {
        let (queue, [counter, second], [ana, ben]) = app.two_counters().await;
        app.sit(&ben, second).await;
        let hers = app.comes_to(&ana, queue).await;
        let any = app.issue(queue).await;
        assert_eq!(hers.for_agent_id, ana.actor.user());
        let page = |t: &Ticket| {
            let config = app.line.known_config(app.tenant).unwrap();
            public_view(&app.line, &config, t, app.now()).unwrap().with
        };
        assert_eq!((page(&hers).as_deref(), page(&any)), (Some("Ana"), None));
        assert_eq!(app.line_of(&ben).await, (vec![any.number.clone()], 1), "she is not in his line");
        assert_eq!(app.next(&ben, second).await.unwrap().map(|t| t.id), Some(any.id));
        app.close(&ben, any.id).await.unwrap();
        assert_eq!(app.next(&ben, second).await.unwrap(), None);
        let id = hers.id;
        let named = app.act(&ben, move |line, tx| call::call(line, tx, id, second)).await.unwrap_err();
        assert_eq!(named.code(), "for_other_agent");
        assert_eq!(named.to_string(), format!("{} has an appointment with Ana.", hers.number));

        app.sit(&ana, counter).await;
        assert_eq!(app.line_of(&ana).await, (vec![hers.number.clone()], 1));
        let called = app.next(&ana, counter).await.unwrap().unwrap();
        assert_eq!((called.id, called.agent_id), (hers.id, ana.actor.user()));
    });
}

/// Several lines at a counter are asked by another statement than one.
#[test]
fn it_is_the_same_at_a_counter_of_several_lines() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.service("Loans").await;
        let other = app.queue("Loans", "B", &[service], Default::default()).await;
        let (one, both) = (app.counter(&[queue, other], 1).await, app.counter(&[queue, other], 1).await);
        let (ana, ben) = (app.agent(1), app.agent(2));
        app.sit(&ana, one).await;
        app.sit(&ben, both).await;
        let hers = app.comes_to(&ana, queue).await;
        let any = app.issue(other).await;
        assert_eq!(app.next(&ben, both).await.unwrap().map(|t| t.id), Some(any.id));
        assert_eq!(app.next(&ana, one).await.unwrap().map(|t| t.id), Some(hers.id));
    });
}

#[test]
fn who_is_not_here_when_the_grace_is_over_is_waited_for_no_longer() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (ana, ben) = (app.agent(1), app.agent(2));
        app.sit(&ben, counter).await;
        let hers = app.comes_to(&ana, queue).await;
        app.wait(GRACE - 1);
        assert_eq!((app.due().await, app.next(&ben, counter).await.unwrap()), (0, None));
        // A node that starts now knows it as well.
        let fresh = app.reopened().await;
        assert_eq!(fresh.line.live().line(queue).unwrap().lock().bound().count(), 1);

        app.wait(1);
        assert_eq!(app.due().await, 1);
        let free = app.stands(&hers).await;
        assert_eq!((free.for_agent_id, free.for_agent_until), (None, None));
        assert_eq!(app.due().await, 0, "it is released once");
        assert_eq!(app.next(&ben, counter).await.unwrap().map(|t| t.id), Some(hers.id));
        let (tenant, id) = (app.tenant, hers.id);
        let history = app
            .act(&app.manager(), move |_, tx| {
                Ok(usher_events::history(tx, tenant, ("ticket", id.uuid()), None, 10)?)
            })
            .await
            .unwrap();
        assert!(history.iter().any(|record| record.event.kind == "ticket.released"));
    });
}

#[test]
fn who_is_here_keeps_their_people_through_a_break_until_they_leave() {
    on_engines(|app| async move {
        let (queue, [counter, second], [ana, ben]) = app.two_counters().await;
        app.sit(&ana, counter).await;
        app.sit(&ben, second).await;
        let hers = app.comes_to(&ana, queue).await;
        app.wait(GRACE * 2);
        let user = ana.actor.user().unwrap();
        let paused = AgentStatus::Paused;
        app.act(&ana, move |line, tx| agent::set_status(line, tx, user, "", paused, Some("Lunch")))
            .await
            .unwrap();
        assert_eq!((app.due().await, app.next(&ben, second).await.unwrap()), (0, None));
        app.leaves(&ana).await;
        assert_eq!(app.due().await, 1);
        assert_eq!(app.next(&ben, second).await.unwrap().map(|t| t.id), Some(hers.id));
    });
}

/// At a counter that does not serve the line they cannot call it: that is not here.
#[test]
fn who_serves_another_line_is_not_here() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let service = app.service("Loans").await;
        let other = app.queue("Loans", "B", &[service], Default::default()).await;
        let elsewhere = app.counter(&[other], 1).await;
        let (ana, ben) = (app.agent(1), app.agent(2));
        app.sit(&ana, elsewhere).await;
        app.sit(&ben, counter).await;
        let hers = app.comes_to(&ana, queue).await;
        app.wait(GRACE);
        assert_eq!(app.due().await, 1);
        assert_eq!(app.next(&ben, counter).await.unwrap().map(|t| t.id), Some(hers.id));
    });
}

#[test]
fn a_transfer_lets_go_and_undo_binds_again() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (ana, ben) = (app.agent(1), app.agent(2));
        app.sit(&ben, counter).await;
        let hers = app.comes_to(&ana, queue).await;
        let id = hers.id;
        let to = transfer::Transfer { counter_id: Some(counter), ..Default::default() };
        let sent = app.act(&ben, move |line, tx| transfer::transfer(line, tx, id, &to)).await.unwrap();
        assert_eq!((sent.for_agent_id, sent.target_counter_id), (None, Some(counter)));
        app.act(&ben, undo::undo).await.unwrap();
        let back = app.stands(&hers).await;
        assert_eq!((back.for_agent_id, back.target_counter_id), (ana.actor.user(), None));
        assert_eq!(TicketFact::of(&back).for_agent_until, hers.for_agent_until);
        assert_eq!(app.next(&ben, counter).await.unwrap(), None);
    });
}

/// Nobody waits for somebody who would never call them.
#[test]
fn who_lacks_the_skills_is_not_waited_for() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let change = ServiceInput { required_skills: Some(vec!["Loans".to_owned()]), ..Default::default() };
        app.act(&app.manager(), move |line, tx| update_service(line, tx, service, &change, None))
            .await
            .unwrap();
        let (ana, kim) = (app.hire("Ana", &[]).await, app.hire("Kim", &["Loans"]).await);
        assert_eq!(app.comes_to(&ana, queue).await.for_agent_id, None);
        assert_eq!(app.comes_to(&kim, queue).await.for_agent_id, kim.actor.user());
    });
}

#[test]
fn who_waits_for_somebody_else_keeps_nobody_waiting() {
    on_engines(|app| async move {
        let (queue, [counter, second], [ana, ben]) = app.two_counters().await;
        app.sit(&ben, second).await;
        let shut = CounterStatus::Closed;
        app.act(&app.manager(), move |line, tx| agent::set_counter(line, tx, counter, shut)).await.unwrap();
        for _ in 0..2 {
            app.comes_to(&ana, queue).await;
        }
        // Ben calls none of them: whoever comes is told that the next call is theirs.
        let any = app.issue(queue).await;
        assert_eq!((any.issued_p50, any.issued_ahead), (Some(0.0), 2));
        app.sit(&ana, counter).await;
        let next = app.issue(queue).await;
        assert_eq!((next.issued_p50, next.issued_ahead), (Some(7.5), 3), "three, at two counters");
    });
}

#[test]
fn who_comes_to_one_agent_is_told_of_that_agent_from_the_start() {
    on_engines(|app| async move {
        let (queue, [counter, second], [ana, ben]) = app.two_counters().await;
        app.sit(&ana, counter).await;
        app.sit(&ben, second).await;
        app.comes_to(&ana, queue).await;
        app.issue(queue).await;
        let hers = app.comes_to(&ana, queue).await;
        // Hers, and half of the one whom either may call, rounded up: two before one counter.
        assert_eq!(hers.issued_p50, Some(10.0));
        let config = app.line.known_config(app.tenant).unwrap();
        let page = public_view(&app.line, &config, &hers, app.now()).unwrap();
        assert_eq!(page.estimate.and_then(|estimate| estimate.p50), hers.issued_p50, "as their page says");
    });
}
