//! What the figures say of what happened.

use usher_analytics::model::PeriodWord;
use usher_analytics::ops::Asked;
use usher_analytics::ops::dashboard::{DashboardRole, dashboard};
use usher_analytics::ops::journeys::{journey, journeys};
use usher_analytics::ops::person::person;
use usher_analytics::ops::promise::{abandonment, sla};
use usher_analytics::ops::track::{Track, track};
use usher_kernel::{Fault, FaultKind, UserId};
use usher_queueing::ops::transfer::{Transfer, transfer};
use usher_queueing::ops::{agent, call, cancel, issue, place, undo};
use uuid::Uuid;

use crate::app::{App, on_engines};

pub(crate) fn today() -> Asked {
    Asked { period: Some(PeriodWord::Today), ..Asked::default() }
}

fn kind_of(error: usher_analytics::Error) -> (FaultKind, &'static str) {
    let fault = Fault::from(error);
    (fault.kind(), fault.code())
}

#[test]
fn a_day_in_figures() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        app.serve(&ana, line, 4, 6).await;
        app.serve(&ana, line, 20, 10).await;
        let gone = app.issue(line).await.id;
        app.act(&app.manager(), move |line, tx| cancel::leave(line, tx, gone)).await.unwrap();
        let missed = app.issue(line).await.id;
        app.wait(2);
        app.next(&ana, line.counter).await;
        app.act(&ana, move |line, tx| place::mark_no_show(line, tx, missed)).await.unwrap();
        app.issue(line).await;

        let board = app.dashboard(today()).await;
        assert_eq!((board.role, board.running), (DashboardRole::Admin, true));
        let all = &board.figures;
        assert_eq!((all.issued, all.called, all.served, all.left, all.no_shows), (5, 3, 2, 1, 1));
        assert_eq!(all.abandonment_percent, Some(50.0));
        // 4, 20 and 2 minutes; two of three within the promised ten.
        assert_eq!(all.average_wait_minutes, Some(8.7));
        assert_eq!(all.sla_met_percent, Some(66.7));
        let p90 = all.p90_wait_minutes.unwrap();
        assert!((p90 - 20.0).abs() <= 20.0 * 0.025, "{p90}");
        assert_eq!(all.average_service_minutes, Some(8.0));
        assert_eq!(board.now.as_ref().map(|now| (now.waiting, now.counters_open)), Some((1, 1)));

        // The same by everything that figures are kept for.
        assert_eq!(board.queues[0].name, "Deposit");
        for figures in [
            &board.sites[0].figures,
            &board.queues[0].figures,
            &board.services[0].figures,
            &board.days[0].figures,
        ] {
            assert_eq!(figures, all);
        }
        assert_eq!((board.counters[0].figures.served, board.counters[0].figures.issued), (2, 0));
        assert_eq!(board.agents[0].figures.served, 2);

        // Ten in the morning in Berlin is hour 10, a Wednesday.
        let first = &board.peak_hours[0];
        assert_eq!((first.weekday, first.hour, first.issued, first.served), (2, 10, 5, 2));
        assert_eq!(board.throughput_per_hour, Some(2.0));
        // Today alone is not over, so it is set against nothing.
        assert!(board.compared.is_none());
    });
}

#[test]
fn what_is_undone_was_never_counted() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        let ticket = app.issue(line).await.id;
        app.wait(5);
        app.next(&ana, line.counter).await;
        let called = app.cells().await;
        app.wait(1);
        app.close(&ana, ticket).await;
        assert_ne!(app.cells().await, called);
        app.act(&ana, undo::undo).await.unwrap();
        assert_eq!(app.cells().await, called, "completing was taken back");

        // A no-show who comes after all is none.
        app.act(&ana, move |line, tx| place::mark_no_show(line, tx, ticket)).await.unwrap();
        assert_eq!(app.dashboard(today()).await.figures.no_shows, 1);
        app.act(&ana, move |line, tx| place::reinstate(line, tx, ticket)).await.unwrap();
        let figures = app.dashboard(today()).await.figures;
        assert_eq!((figures.no_shows, figures.issued), (0, 1));

        // Who comes back within the time for it has not left.
        let leaver = app.issue(line).await.id;
        app.act(&app.manager(), move |line, tx| cancel::leave(line, tx, leaver)).await.unwrap();
        assert_eq!(app.dashboard(today()).await.figures.left, 1);
        app.act(&app.manager(), move |line, tx| cancel::undo_leave(line, tx, leaver)).await.unwrap();
        assert_eq!(app.dashboard(today()).await.figures.left, 0);
    });
}

#[test]
fn a_transfer_is_two_waits_and_a_step() {
    on_engines(|app| async move {
        let deposit = app.open_line(app.site, "Deposit", "A").await;
        let loans = app.open_line(app.site, "Loans", "L").await;
        let (ana, ben) = (app.staff(101, &[], &[]), app.staff(102, &[], &[]));
        app.sit(&ana, deposit.counter).await;
        app.sit(&ben, loans.counter).await;
        let ticket = app.issue(deposit).await.id;
        app.wait(3);
        app.next(&ana, deposit.counter).await;
        app.wait(2);
        let send = Transfer { queue_id: Some(loans.queue), ..Transfer::default() };
        app.act(&ana, move |line, tx| transfer(line, tx, ticket, &send)).await.unwrap();
        let sent = app.cells().await;
        app.act(&ana, undo::undo).await.unwrap();
        assert_ne!(app.cells().await, sent);
        let manager = app.manager();
        let flows = || app.ask(&manager, |line, read| journeys(line, read, &today()));
        assert!(flows().await.unwrap().flows.is_empty());
        let send = Transfer { queue_id: Some(loans.queue), ..Transfer::default() };
        app.act(&ana, move |line, tx| transfer(line, tx, ticket, &send)).await.unwrap();
        app.wait(7);
        app.next(&ben, loans.counter).await;
        app.wait(12);
        app.close(&ben, ticket).await;

        let board = app.dashboard(today()).await;
        assert_eq!((board.figures.issued, board.figures.called, board.figures.served), (1, 2, 1));
        let of = |name: &str| board.queues.iter().find(|queue| queue.name == name).unwrap().figures.clone();
        let (first, second) = (of("Deposit"), of("Loans"));
        assert_eq!((first.issued, first.transferred, first.served), (1, 1, 0));
        assert_eq!((second.issued, second.transferred, second.served), (0, 0, 1));
        assert_eq!((first.average_wait_minutes, second.average_wait_minutes), (Some(3.0), Some(7.0)));

        let flows = flows().await.unwrap().flows;
        let step = (flows[0].from_name.as_str(), flows[0].to_name.as_str(), flows[0].how.as_str());
        assert_eq!((step, flows[0].count, flows.len()), (("Deposit", "Loans", "transfer"), 1, 1));
        let journey = app.ask(&app.manager(), move |line, read| journey(line, read, ticket)).await.unwrap();
        let waits: Vec<_> =
            journey.steps.iter().map(|step| (step.wait_minutes, step.service_minutes)).collect();
        assert_eq!(waits, [(Some(3.0), None), (Some(7.0), Some(12.0))]);
        assert_eq!(journey.minutes, Some(24.0));
    });
}

#[test]
fn a_visit_goes_on_from_service_to_service() {
    on_engines(|app| async move {
        let deposit = app.open_line(app.site, "Deposit", "A").await;
        let loans = app.open_line(app.site, "Loans", "L").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, deposit.counter).await;
        let wanted = issue::Issue {
            queue_id: Some(deposit.queue),
            service_id: Some(deposit.service),
            service_ids: vec![loans.service],
            ..issue::Issue::default()
        };
        let terms = issue::Terms { staff: true, confirmed: true, ..Default::default() };
        let first =
            app.act(&app.manager(), move |line, tx| issue::issue(line, tx, &wanted, terms)).await.unwrap().id;
        app.wait(3);
        app.next(&ana, deposit.counter).await;
        app.wait(2);
        app.close(&ana, first).await;
        let asked = today();
        let flows =
            app.ask(&app.manager(), move |line, read| journeys(line, read, &asked)).await.unwrap().flows;
        assert_eq!((flows[0].how.as_str(), flows[0].count), ("visit", 1));
        let journey = app.ask(&app.manager(), move |line, read| journey(line, read, first)).await.unwrap();
        let names: Vec<_> = journey.steps.iter().map(|step| step.service_name.clone()).collect();
        assert_eq!(names, ["Deposit", "Loans"]);
        assert_eq!(journey.ended_at, None);
    });
}

#[test]
fn days_and_hours_are_the_sites_own() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Night", "N").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        // Half past eleven at night in Berlin; served after midnight.
        app.hands.set("2026-03-04T22:30:00Z".parse().unwrap());
        app.serve(&ana, line, 10, 40).await;
        let board = app.dashboard(Asked { period: Some(PeriodWord::Week), ..Asked::default() }).await;
        let busy: Vec<_> = board
            .days
            .iter()
            .filter(|day| day.figures.issued + day.figures.served > 0)
            .map(|day| (day.date.to_string(), day.figures.issued, day.figures.served))
            .collect();
        assert_eq!(busy, [("2026-03-04".to_owned(), 1, 0), ("2026-03-05".to_owned(), 0, 1)]);
        let hours: Vec<_> = board.peak_hours.iter().map(|hour| (hour.weekday, hour.hour)).collect();
        assert_eq!(hours, [(2, 23), (3, 0)]);
        // The 4th is over and set against the Wednesday before.
        let compared = board.compared.unwrap();
        assert_eq!((compared.figures.issued, compared.figures_before.issued), (1, 0));
    });
}

#[test]
fn whole_months_and_their_days_say_the_same() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        for day in ["2026-03-31", "2026-04-01", "2026-04-30", "2026-05-01"] {
            app.hands.set(format!("{day}T09:00:00Z").parse().unwrap());
            app.serve(&ana, line, 5, 5).await;
        }
        let within = |from: &str, to: &str| Asked {
            from: Some(from.parse().unwrap()),
            to: Some(to.parse().unwrap()),
            ..Asked::default()
        };
        for (from, to, served) in [
            ("2026-04-01", "2026-04-30", 2),
            ("2026-03-31", "2026-05-01", 4),
            ("2026-04-02", "2026-04-30", 1),
            ("2026-01-01", "2026-12-31", 4),
        ] {
            let board = app.dashboard(within(from, to)).await;
            assert_eq!(board.figures.served, served, "{from} to {to}");
            let by_day: i64 = board.days.iter().map(|day| day.figures.served).sum();
            assert_eq!(by_day, served, "{from} to {to}");
            assert_eq!(board.queues[0].figures.served, served, "{from} to {to}");
        }
    });
}

#[test]
fn managers_see_their_sites_and_agents_themselves() {
    on_engines(|app| async move {
        let here = app.open_line(app.site, "Here", "H").await;
        let there_site = app.branch("Other branch").await;
        let there = app.open_line(there_site, "There", "T").await;
        let (ana, ben) = (app.staff(101, &[], &[]), app.staff(102, &[], &[]));
        app.sit(&ana, here.counter).await;
        app.sit(&ben, there.counter).await;
        app.serve(&ana, here, 1, 1).await;
        app.serve(&ben, there, 1, 1).await;
        app.serve(&ben, there, 1, 1).await;

        let manager = app.staff(9, &["analytics:read"], &[app.site]);
        let read = |asked: Asked| app.ask(&manager, move |line, read| dashboard(line, read, &asked));
        let board = read(today()).await.unwrap();
        assert_eq!((board.role, board.figures.served, board.sites.len()), (DashboardRole::Manager, 1, 1));
        assert!(board.agents.iter().all(|agent| agent.agent_id.uuid() != Uuid::from_u128(102)));
        let elsewhere = Asked { site_id: Some(there_site), ..today() };
        assert_eq!(kind_of(read(elsewhere).await.unwrap_err()), (FaultKind::Forbidden, "other_site"));
        let elsewhere = Asked { queue_id: Some(there.queue), ..today() };
        assert_eq!(kind_of(read(elsewhere).await.unwrap_err()).0, FaultKind::NotFound);

        let agent = app.staff(102, &["tickets:serve"], &[]);
        let own = app.ask(&agent, |line, read| dashboard(line, read, &today())).await.unwrap();
        assert_eq!((own.role, own.figures.served, own.agents.len()), (DashboardRole::Agent, 2, 1));
        assert!(own.sites.is_empty() && own.queues.is_empty() && own.now.is_none());
    });
}

#[test]
fn an_agents_hours_are_breaks_work_and_the_rest() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        let user = ana.actor.user().unwrap();
        app.sit(&ana, line.counter).await;
        app.serve(&ana, line, 30, 30).await;
        let pause = |status| {
            move |line: &usher_queueing::Queueing, tx: &mut usher_db::Tx<'_>| {
                agent::set_status(line, tx, user, "Ana", status, Some("Lunch"))
            }
        };
        app.act(&ana, pause(usher_queueing::model::AgentStatus::Paused)).await.unwrap();
        app.wait(30);
        app.act(&ana, pause(usher_queueing::model::AgentStatus::Available)).await.unwrap();
        app.wait(30);
        // Still there: the time that runs counts as well.
        let now = app.dashboard(today()).await;
        app.act(&ana, move |line, tx| agent::sign_out(line, tx, user)).await.unwrap();
        let then = app.dashboard(today()).await;
        for board in [now, then] {
            let one = &board.agents[0];
            let hours = (one.present_hours, one.break_hours, one.handling_hours, one.idle_hours);
            assert_eq!(hours, (2.0, 0.5, 0.5, 1.0));
            assert_eq!(one.served_per_hour, Some(0.7));
            let counter = &board.counters[0];
            assert_eq!((counter.open_hours, counter.busy_percent), (2.0, Some(25.0)));
        }
    });
}

#[test]
fn promises_and_losses_by_day() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        app.serve(&ana, line, 5, 1).await;
        app.serve(&ana, line, 11, 1).await;
        let gone = app.issue(line).await.id;
        app.act(&app.manager(), move |line, tx| cancel::leave(line, tx, gone)).await.unwrap();
        let kept = app.ask(&app.manager(), |line, read| sla(line, read, &today())).await.unwrap();
        assert_eq!((kept.promised, kept.met, kept.met_percent), (2, 1, Some(50.0)));
        assert_eq!(
            kept.within.iter().map(|w| w.percent).collect::<Vec<_>>()[1..3],
            [Some(50.0), Some(100.0)]
        );
        let lost = app.ask(&app.manager(), |line, read| abandonment(line, read, &today())).await.unwrap();
        assert_eq!((lost.left, lost.served, lost.percent), (1, 2, Some(33.3)));
        assert_eq!(lost.hours.iter().map(|hour| hour.left).sum::<i64>(), 1);
    });
}

#[test]
fn a_wait_ends_with_the_first_call_and_service_begins_with_the_last() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        let ticket = app.issue(line).await.id;
        app.wait(4);
        app.next(&ana, line.counter).await;
        app.wait(7);
        app.act(&ana, move |line, tx| call::recall(line, tx, ticket)).await.unwrap();
        app.wait(5);
        app.close(&ana, ticket).await;
        let figures = app.dashboard(today()).await.figures;
        assert_eq!((figures.average_wait_minutes, figures.average_service_minutes), (Some(4.0), Some(5.0)));
        assert_eq!(figures.sla_met_percent, Some(100.0), "within the promised ten");
        let told = app.ask(&app.manager(), move |line, read| journey(line, read, ticket)).await.unwrap();
        assert_eq!((told.steps[0].wait_minutes, told.steps[0].service_minutes), (Some(4.0), Some(5.0)));
    });
}

#[test]
fn what_happens_outside_is_counted_and_bounded() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let customer = app.staff(77, &["tenants:read"], &[]);
        let me = customer.actor.user();
        let event = |kind: &str| Track {
            event_type: kind.to_owned(),
            queue_id: Some(line.queue),
            user_id: None,
            metadata: serde_json::Map::new(),
            timestamp: None,
        };
        let db = app.line.db().clone();
        let tell = |input: Track| db.write(&customer, usher_db::Lane::Any, move |tx| track(tx, &input));
        app.events.catch_up().await.unwrap();
        assert_eq!(tell(event("page.viewed")).await.unwrap().user_id, me);
        tell(event("page.viewed")).await.unwrap();

        let code = |error| match Fault::from(error).field_faults() {
            [one] => (one.field.clone(), one.code),
            other => panic!("{other:?}"),
        };
        assert_eq!(code(tell(event("")).await.unwrap_err()).0, "event_type");
        assert_eq!(code(tell(event(&"x".repeat(61))).await.unwrap_err()).0, "event_type");
        assert_eq!(code(tell(event("a b")).await.unwrap_err()).0, "event_type");
        let other = Track { user_id: Some(UserId::from_uuid(Uuid::from_u128(5))), ..event("x") };
        assert_eq!(code(tell(other).await.unwrap_err()), ("user_id".to_owned(), "not_yours"));
        let unknown = usher_kernel::Id::from_uuid(Uuid::from_u128(5));
        let nowhere = Track { queue_id: Some(unknown), ..event("x") };
        assert_eq!(code(tell(nowhere).await.unwrap_err()), ("queue_id".to_owned(), "not_found"));
        let big = serde_json::json!({ "text": "x".repeat(5000) }).as_object().unwrap().clone();
        assert_eq!(code(tell(Track { metadata: big, ..event("x") }).await.unwrap_err()).0, "metadata");
        let old = Some("2020-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(code(tell(Track { timestamp: old, ..event("x") }).await.unwrap_err()).0, "timestamp");

        let board = app.dashboard(today()).await;
        let events = board.engagement.unwrap().events;
        assert_eq!((events[0].event_type.as_str(), events[0].count, events.len()), ("page.viewed", 2, 1));
        let user = me.unwrap();
        let own = app.ask(&customer, move |line, read| person(line, read, user, &today())).await.unwrap();
        assert_eq!(own.events[0].count, 2);
    });
}

#[test]
fn questions_that_mean_nothing_are_refused_with_a_word() {
    on_engines(|app: App| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let date = |text: &str| Some(text.parse().unwrap());
        let refused = |asked: Asked| {
            let app = &app;
            async move {
                let told = app.ask(&app.manager(), move |line, read| dashboard(line, read, &asked)).await;
                let fault = Fault::from(told.unwrap_err());
                let one = &fault.field_faults()[0];
                (one.field.clone(), one.code)
            }
        };
        let both = Asked { from: date("2026-03-01"), ..today() };
        assert_eq!(refused(both).await, ("period".to_owned(), "one_of_both"));
        let backwards = Asked { from: date("2026-03-02"), to: date("2026-03-01"), ..Asked::default() };
        assert_eq!(refused(backwards).await, ("to".to_owned(), "before_from"));
        let half = Asked { to: date("2026-03-01"), ..Asked::default() };
        assert_eq!(refused(half).await, ("from".to_owned(), "required"));
        let long = Asked { from: date("2020-01-01"), ..Asked::default() };
        assert_eq!(refused(long).await, ("from".to_owned(), "too_long"));
        let early = Asked { from: date("1800-01-01"), to: date("1800-01-02"), ..Asked::default() };
        assert_eq!(refused(early).await, ("from".to_owned(), "out_of_range"));
        let two = Asked { queue_id: Some(line.queue), service_id: Some(line.service), ..Asked::default() };
        assert_eq!(refused(two).await, ("service_id".to_owned(), "one_of_both"));
        let unknown = Asked { queue_id: Some(usher_kernel::Id::from_uuid(Uuid::max())), ..today() };
        let told = app.ask(&app.manager(), move |line, read| dashboard(line, read, &unknown)).await;
        assert_eq!(kind_of(told.unwrap_err()).0, FaultKind::NotFound);
    });
}
