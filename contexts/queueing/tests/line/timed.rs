//! Timed work: parked tickets come back, agents are signed out, the day ends at the site's own midnight.

use serde_json::{Value, json};
use usher_db::{Lane, Tx};
use usher_identity::MemberStatus;
use usher_identity::model::{MemberChange, UserStatus};
use usher_identity::ops::{change_member, remove_member, set_status};
use usher_kernel::{Fault, SignedDuration, SystemCtx};
use usher_queueing::jobs::Watch;
use usher_queueing::model::machine::Status;
use usher_queueing::model::queue::Reset;
use usher_queueing::model::{CounterId, CounterStatus};
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::configure::{QueueInput, archive_queue};
use usher_queueing::ops::place::{Postpone, postpone};
use usher_queueing::ops::{agent, call, cancel, lease, outside, park, serve, show};

use crate::app::{App, on_engines};
use crate::http::Web;

#[test]
fn a_parked_ticket_comes_back_by_itself() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let t = app.issue(queue).await;
        app.act(&app.manager(), move |line, tx| park::park(line, tx, t.id, 10)).await.unwrap();
        app.wait(9);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty());
        app.wait(1);
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-001"]);
    });
}

#[test]
fn who_is_back_in_ten_minutes_is_not_called_before() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (t, agent) = (app.issue(queue).await, app.agent(1));
        let ten = Postpone { places: None, minutes: Some(10) };
        let away = app.act(&app.manager(), move |line, tx| postpone(line, tx, t.id, &ten)).await.unwrap();
        assert_eq!((away.status, away.rank), (Status::Parked, t.rank));
        assert_eq!(away.parked_until, app.now().checked_add(SignedDuration::from_mins(10)).ok());
        assert!(app.next(&agent, counter).await.unwrap().is_none(), "nobody else waits, and still");
        app.wait(9);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.next(&agent, counter).await.unwrap().is_none());
        let later = app.issue(queue).await;
        app.wait(1);
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-001", "A-002"], "before {}, who came later", later.number);
        assert_eq!(app.next(&agent, counter).await.unwrap().map(|called| called.id), Some(t.id));
        let long = Postpone { places: None, minutes: Some(61) };
        let long = app.act(&app.manager(), move |line, tx| postpone(line, tx, later.id, &long)).await;
        let long = Fault::from(long.unwrap_err());
        assert_eq!((long.code(), &*long.field_faults()[0].field), ("park_limit", "minutes"));
    });
}

/// Their counter closes as when they sign out themselves, and what they had in hand stays there for whoever takes over.
#[test]
fn whoever_works_here_no_longer_leaves_their_counter_at_once() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let others = (app.counter(&[queue], 1).await, app.counter(&[queue], 1).await);
        let (ana, ben, cleo) =
            (app.hire("Ana", &[]).await, app.hire("Ben", &[]).await, app.hire("Cleo", &[]).await);
        app.sit(&ana, counter).await;
        app.sit(&ben, others.0).await;
        app.sit(&cleo, others.1).await;
        let t = app.issue(queue).await;
        app.next(&ana, counter).await.unwrap();
        let seat = |app: &App, counter: CounterId| {
            let seats = app.line.live().seats.lock();
            let seat = &seats.counters[&counter];
            (seat.status, seat.agent_id)
        };
        let closed = (CounterStatus::Closed, None);
        let watch = Watch::new(&app.line);
        watch.run_due(app.now()).await;
        assert_eq!(seat(&app, counter), (CounterStatus::Open, ana.actor.user()), "who works here stays");

        let (tenant, identity) = (app.tenant, app.line.identity().clone());
        let (people, user) = (identity.clone(), ana.actor.user().unwrap());
        let remove = move |tx: &mut Tx<'_>| {
            let id = people.member_in(tx, tenant, user)?.id;
            remove_member(tx, tenant, id)
        };
        app.line.db().write(&app.manager(), Lane::Tenant, remove).await.unwrap();
        watch.run_due(app.now()).await;
        assert_eq!(seat(&app, counter), closed);
        assert_eq!(app.close(&app.manager(), t.id).await.unwrap().status, Status::Served);

        // The installation's operator keeps somebody out of everything.
        let user = cleo.actor.user().unwrap();
        let off = move |tx: &mut Tx<'_>| set_status(tx, user, UserStatus::Inactive, "test");
        let sys = SystemCtx::new("test", app.clock.clone());
        app.line.db().write_system(&sys, Lane::Any, off).await.unwrap();
        watch.run_due(app.now()).await;
        assert_eq!(seat(&app, others.1), closed);

        // Switched off while nobody was there to hear of it: a node that starts looks at everybody who sits.
        let user = ben.actor.user().unwrap();
        let off = move |tx: &mut Tx<'_>| {
            let id = identity.member_in(tx, tenant, user)?.id;
            let change = MemberChange { status: Some(MemberStatus::Inactive), ..MemberChange::default() };
            change_member(tx, tenant, &|_| true, id, change, None)
        };
        app.line.db().write(&app.manager(), Lane::Tenant, off).await.unwrap();
        let fresh = app.reopened().await;
        assert_eq!(seat(&fresh, others.0), (CounterStatus::Open, Some(user)));
        Watch::new(&fresh.line).run_due(fresh.now()).await;
        assert_eq!(seat(&fresh, others.0), closed);
    });
}

#[test]
fn an_agent_is_advised_once_the_time_to_come_is_over() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (t, ana) = (app.issue(queue).await, app.hire("Ana", &[]).await);
        let (web, watch) = (Web::of(&app), Watch::new(&app.line));
        app.sit(&ana, counter).await;
        app.next(&ana, counter).await.unwrap();
        let me = web.person(&ana);
        let late = async || {
            watch.run_due(app.now()).await;
            let console = me.get(&web.path("/agents/me")).await.expect(200);
            console["now"][0]["overdue_since"].clone()
        };
        app.hands.advance(SignedDuration::from_secs(179));
        assert_eq!(late().await, Value::Null);
        app.hands.advance(SignedDuration::from_secs(1));
        let since = json!(app.now());
        assert_eq!(late().await, since);
        app.wait(1);
        assert_eq!(watch.run_due(app.now()).await, 0, "said once");
        let again = app.reopened().await;
        assert_eq!(Watch::new(&again.line).run_due(again.now()).await, 0, "and not again after a restart");
        app.act(&ana, move |line, tx| call::recall(line, tx, t.id)).await.unwrap();
        assert_eq!(late().await, Value::Null, "the time begins anew with each call");
        app.wait(3);
        assert_eq!(late().await, json!(app.now()));
        let history = web.path(&format!("/tickets/{}/history", t.id));
        let history = me.get(&history).await.expect(200);
        let advised = |one: &&Value| one["kind"] == "ticket.overdue";
        assert_eq!(history["items"].as_array().unwrap().iter().filter(advised).count(), 2);
        app.act(&ana, move |line, tx| serve::start(line, tx, t.id)).await.unwrap();
        assert_eq!(late().await, Value::Null, "they came");
    });
}

#[test]
fn the_day_ends_at_the_sites_midnight_also_when_clocks_change() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        // The night in which Berlin's clocks go forward: midnight is at 23:00 UTC before and 22:00 UTC after it.
        app.hands.set("2026-03-28T12:00:00Z".parse().unwrap());
        let (held, left) = (app.issue(queue).await, app.issue(queue).await);
        app.act(&agent, move |line, tx| lease::lease(line, tx, queue, 2, None)).await.unwrap();
        app.hands.set("2026-03-28T22:30:00Z".parse().unwrap());
        app.next(&agent, counter).await.unwrap();
        app.hands.set("2026-03-28T22:59:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-002"]);
        app.hands.set("2026-03-28T23:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty(), "{} expired", left.number);
        assert_eq!(
            app.line.live().ticket(held.id).map(|t| t.status),
            Some(Status::Called),
            "who is served stays"
        );
        assert_eq!(app.issue(queue).await.number, "A-002", "a new series, past the living A-001");
        app.hands.set("2026-03-29T22:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty(), "the short day ends an hour earlier by UTC");
        let ended = app.act(&agent, move |line, tx| line.ticket_in(tx, held.id)).await.unwrap();
        assert_eq!(
            ended.status,
            Status::NoShow,
            "who was called and left at a counter is not there for ever"
        );
        assert!(app.line.live().ticket(held.id).is_none());
    });
}

#[test]
fn an_agent_who_does_nothing_is_signed_out() {
    on_engines(|app| async move {
        let (_, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        app.wait(119);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.line.live().seats.lock().is_open(counter));
        app.wait(1);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(!app.line.live().seats.lock().is_open(counter));
    });
}

#[test]
fn what_is_told_of_hours_ago_signs_nobody_out() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.wait(240);
        let now = app.now();
        app.sit(&agent, counter).await;
        // As the demo tells of its morning.
        app.hands.set(now.checked_sub(SignedDuration::from_hours(3)).unwrap());
        let id = app.issue(queue).await.id;
        app.next(&agent, counter).await.unwrap().unwrap();
        app.close(&agent, id).await.unwrap();
        app.hands.set(now);
        Watch::new(&app.line).run_due(now).await;
        assert!(app.line.live().seats.lock().is_open(counter));
    });
}

#[test]
fn whom_an_emergency_sent_home_keeps_their_place() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        app.issue(queue).await;
        let (manager, site) = (app.manager(), app.site);
        let closing = CloseSite { reason: "No power".into(), mode: ClosingMode::CarryOver };
        app.act(&manager, move |line, tx| close_site::close(line, tx, site, &closing)).await.unwrap();
        app.wait(24 * 60);
        Watch::new(&app.line).run_due(app.now()).await;
        app.act(&manager, move |line, tx| close_site::reopen(line, tx, site)).await.unwrap();
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-001"]);
        app.wait(24 * 60);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty());
    });
}

#[test]
fn a_site_that_was_opened_again_keeps_its_people_also_after_a_restart() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        app.issue(queue).await;
        let (manager, site) = (app.manager(), app.site);
        let closing = CloseSite { reason: "No power".into(), mode: ClosingMode::CarryOver };
        app.act(&manager, move |line, tx| close_site::close(line, tx, site, &closing)).await.unwrap();
        let twice = CloseSite { reason: "Again".into(), mode: ClosingMode::Cancel };
        let twice = app.act(&manager, move |line, tx| close_site::close(line, tx, site, &twice)).await;
        assert_eq!(twice.unwrap_err().code(), "already_closed");
        app.wait(24 * 60);
        app.act(&manager, move |line, tx| close_site::reopen(line, tx, site)).await.unwrap();
        let twice = app.act(&manager, move |line, tx| close_site::reopen(line, tx, site)).await;
        assert_eq!(twice.unwrap_err().code(), "not_closed");
        let again = app.reopened().await;
        assert!(again.line.closure(site).is_none());
        Watch::new(&again.line).run_due(again.now()).await;
        assert_eq!(again.waiting(queue), ["A-001"], "a restart does not send them home");
        again.wait(24 * 60);
        Watch::new(&again.line).run_due(again.now()).await;
        assert!(again.waiting(queue).is_empty());
        let anew = CloseSite { reason: "Flood".into(), mode: ClosingMode::Cancel };
        again.act(&manager, move |line, tx| close_site::close(line, tx, site, &anew)).await.unwrap();
        assert!(again.reopened().await.line.closure(site).is_some(), "it can happen twice");
    });
}

async fn opening_hours(app: &App) {
    open_until(app, "17:00").await;
}

/// Opens the site on Wednesdays from nine until then, in Berlin.
pub(crate) async fn open_until(app: &App, closes: &str) {
    let hours = serde_json::json!({"hours": {"wed": [{"opens": "09:00", "closes": closes}]}});
    let change: usher_tenancy::model::SiteChange = serde_json::from_value(hours).unwrap();
    let (tenant, site) = (app.tenant, app.site);
    let write = move |tx: &mut usher_db::Tx<'_>| {
        usher_tenancy::ops::update_site(tx, tenant, site, change.clone(), None)
    };
    app.line.db().write(&app.manager(), usher_db::Lane::Tenant, write).await.unwrap();
}

#[test]
fn an_agent_who_stays_seated_is_signed_out_at_closing_unless_somebody_is_there() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let second = app.counter(&[queue], 1).await;
        let (ana, ben) = (app.agent(1), app.agent(2));
        opening_hours(&app).await;
        app.sit(&ana, counter).await;
        app.sit(&ben, second).await;
        // Berlin is an hour ahead: it closes at four by UTC.
        app.hands.set("2026-03-04T15:59:00Z".parse().unwrap());
        let t = app.issue(queue).await;
        app.next(&ben, second).await.unwrap();
        app.sit(&ana, counter).await;
        app.wait(14);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.line.live().seats.lock().is_open(counter));
        app.wait(1);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(
            !app.line.live().seats.lock().is_open(counter),
            "a quarter of an hour after the last thing she did"
        );
        assert!(app.line.live().seats.lock().is_open(second), "{} is still being served", t.number);
        app.close(&ben, t.id).await.unwrap();
        app.wait(15);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(!app.line.live().seats.lock().is_open(second));
    });
}

#[test]
fn who_would_join_too_late_is_told_that_the_site_closes_before() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        opening_hours(&app).await;
        let told = async |time: &str| {
            app.hands.set(time.parse().unwrap());
            let board = show::board(&app.line, app.tenant, app.site).await.unwrap().unwrap();
            let own = show::queue(&app.line, app.tenant, queue).await.unwrap().unwrap().estimate;
            let estimate = &board.queues[0].estimate;
            assert_eq!(estimate.after_closing, own.after_closing);
            (estimate.serving, estimate.after_closing)
        };
        app.hands.set("2026-03-04T15:00:00Z".parse().unwrap());
        app.sit(&app.agent(1), counter).await;
        for _ in 0..4 {
            app.issue(queue).await;
        }
        // It closes at four by UTC; the four take twenty minutes.
        assert_eq!(told("2026-03-04T15:10:00Z").await, (true, false));
        assert_eq!(told("2026-03-04T15:50:00Z").await, (true, true));
        assert_eq!(told("2026-03-04T16:01:00Z").await, (true, true), "and once it has closed");
        let ana = app.agent(1);
        let user = ana.actor.user().unwrap();
        app.act(&ana, move |line, tx| agent::sign_out(line, tx, user)).await.unwrap();
        assert_eq!(told("2026-03-04T16:02:00Z").await, (false, false), "nobody knows");
    });
}

#[test]
fn numbers_begin_anew_at_closing_where_the_line_says_so() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let by_closing = QueueInput { reset: Some(Reset::Closing), ..Default::default() };
        let (a, b) = (
            app.queue("One", "A", &[service], by_closing).await,
            app.queue("Two", "B", &[service], QueueInput::default()).await,
        );
        opening_hours(&app).await;
        app.hands.set("2026-03-04T15:59:00Z".parse().unwrap());
        for queue in [a, b] {
            let t = app.issue(queue).await;
            app.act(&app.manager(), move |line, tx| cancel::cancel(line, tx, t.id, None)).await.unwrap();
        }
        app.hands.set("2026-03-04T16:01:00Z".parse().unwrap());
        assert_eq!(app.issue(a).await.number, "A-001", "the next day's series");
        assert_eq!(app.issue(b).await.number, "B-002", "the day lasts until midnight");
    });
}

#[test]
fn whoever_was_counted_outside_has_gone_by_the_next_day() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let counted = |app: &App| app.line.live().line(queue).unwrap().lock().outside;
        let count = async |people: i64| {
            app.act(&app.manager(), move |line, tx| outside::update(line, tx, queue, people)).await.unwrap()
        };
        count(3).await;
        app.hands.set("2026-03-05T08:00:00Z".parse().unwrap());
        assert_eq!(
            Watch::new(&app.line).run_due(app.now()).await,
            1,
            "nobody has come yet, and the day has begun"
        );
        assert_eq!((counted(&app), counted(&app.reopened().await)), (0, 0));

        // Whoever stands there before the first ticket of the day is of that day.
        let morning = count(2).await;
        assert_eq!((morning.previous_length, morning.outside_count), (0, 2));
        app.issue(queue).await;
        assert_eq!(Watch::new(&app.line).run_due(app.now()).await, 0);
        assert_eq!((counted(&app), counted(&app.reopened().await)), (2, 2));

        // The first number of a day does the same where nothing has been done at its beginning, and so does a block.
        app.hands.set("2026-03-06T08:00:00Z".parse().unwrap());
        app.issue(queue).await;
        assert_eq!((counted(&app), counted(&app.reopened().await)), (0, 0));
        count(4).await;
        app.hands.set("2026-03-07T08:00:00Z".parse().unwrap());
        app.act(&app.manager(), move |line, tx| lease::lease(line, tx, queue, 2, None)).await.unwrap();
        assert_eq!((counted(&app), counted(&app.reopened().await)), (0, 0));
        count(1).await;
        app.hands.set("2026-03-08T08:00:00Z".parse().unwrap());
        assert_eq!(count(1).await.outside_count, 1, "and so does whoever is counted");
    });
}

#[test]
fn whoever_was_counted_outside_of_a_line_that_is_given_up_keeps_nobody_waiting() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let first = app.queue("First", "A", &[service], QueueInput::default()).await;
        let second = app.queue("Second", "B", &[service], QueueInput::default()).await;
        app.counter(&[first, second], 1).await;
        app.act(&app.manager(), move |line, tx| outside::update(line, tx, first, 6)).await.unwrap();
        let before = async || {
            let config = app.act(&app.manager(), |line, tx| line.config(tx)).await.unwrap();
            let (queue, service) = (config.queue(second).unwrap(), config.service(service).unwrap());
            app.line.view(&config, queue, service, None, app.now()).others_first
        };
        assert_eq!(before().await, 6.0, "the counter takes them first");
        app.act(&app.manager(), move |line, tx| archive_queue(line, tx, first)).await.unwrap();
        assert_eq!(before().await, 0.0);
        assert_eq!(app.reopened().await.line.live().line(first).unwrap().lock().outside, 0);
        app.hands.set("2026-03-05T08:00:00Z".parse().unwrap());
        assert_eq!(Watch::new(&app.line).run_due(app.now()).await, 0);
    });
}

#[test]
fn the_long_night_of_autumn_is_one_night() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        // Berlin's clocks go back: midnight is at 22:00 UTC before and 23:00 UTC after it.
        app.hands.set("2026-10-24T21:59:00Z".parse().unwrap());
        app.issue(queue).await;
        app.hands.set("2026-10-24T22:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty());
        assert_eq!(app.issue(queue).await.number, "A-001");
        app.hands.set("2026-10-25T22:59:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-001"], "the long day ends an hour later by UTC");
        app.hands.set("2026-10-25T23:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty());
    });
}
