//! A wait is over with the first call: recalls, restarts and past days tell the same figures.

use usher_kernel::{Change, SignedDuration};
use usher_queueing::jobs::Watch;
use usher_queueing::model::live::DayFigures;
use usher_queueing::model::{CounterStatus, QueueId, Status};
use usher_queueing::ops::configure::{ServiceInput, update_service};
use usher_queueing::ops::{agent, call, note, place, show};

use crate::app::{App, on_engines};

fn figures(app: &App, queue: QueueId) -> DayFigures {
    app.line.live().line(queue).unwrap().lock().day.figures(Some(3.0))
}

fn seconds(app: &App, seconds: i64) {
    app.hands.advance(SignedDuration::from_secs(seconds));
}

/// The wait and the service in the report of the day.
async fn reported(app: &App, queue: QueueId) -> (f64, f64) {
    let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
    let read = move |read: &mut usher_db::Read<'_>| show::report(&line, read, tenant, site, None);
    let page = app.line.db().read(&app.manager(), read).await.unwrap();
    let row = page.queues.into_iter().find(|row| row.queue_id == queue).unwrap();
    (row.average_wait_minutes, row.average_service_minutes)
}

#[test]
fn a_recall_keeps_the_time_of_the_first_call() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let t = app.issue(queue).await;
        app.wait(2);
        let first = app.now();
        app.next(&agent, counter).await.unwrap();
        seconds(&app, 90);
        let again = app.act(&agent, move |line, tx| call::recall(line, tx, t.id)).await.unwrap();
        assert_eq!((again.called_at, again.recalled_at), (Some(first), Some(app.now())));
        assert_eq!(
            again.last_called_at(),
            Some(app.now()),
            "the call that the board and the agent count from"
        );
        app.wait(3);
        let done = app.close(&agent, t.id).await.unwrap();
        assert_eq!((done.called_at, done.service_began()), (Some(first), again.recalled_at));
        let config = app.act(&agent, |line, tx| line.config(tx)).await.unwrap();
        let view = show::ticket(&app.line, &config, &done, app.now());
        assert_eq!((view.called_at, view.recalled_at), (Some(first), again.recalled_at));

        let told = figures(&app, queue);
        assert_eq!((told.average_wait, told.average_service, told.sla_met_percent), (2.0, 3.0, Some(100.0)));
        assert_eq!(reported(&app, queue).await, (2.0, 3.0));
        let restarted = app.reopened().await;
        assert_eq!(figures(&restarted, queue), told);
    });
}

#[test]
fn whoever_was_sent_back_is_counted_once_before_and_after_a_restart() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let t = app.issue(queue).await;
        app.wait(2);
        app.next(&agent, counter).await.unwrap();
        app.act(&agent, move |line, tx| call::recall(line, tx, t.id)).await.unwrap();
        let back = move |line: &usher_queueing::Queueing, tx: &mut usher_db::Tx<'_>| {
            place::skip(line, tx, t.id, &place::Skip::default())
        };
        let skipped = app.act(&agent, back).await.unwrap();
        assert_eq!((skipped.called_at, skipped.recalled_at), (None, None));
        assert_eq!(figures(&app, queue).average_wait, 0.0, "its wait goes on");
        app.wait(4);
        app.act(&agent, move |line, tx| note::note(line, tx, t.id, "Was outside")).await.unwrap();
        let called = app.next(&agent, counter).await.unwrap().unwrap();
        assert_eq!((called.status, called.recalled_at, called.recalls), (Status::Called, None, 0));
        let told = figures(&app, queue);
        assert_eq!((told.average_wait, told.sla_met_percent), (6.0, Some(0.0)));
        let restarted = app.reopened().await;
        assert_eq!(figures(&restarted, queue), told);
        let waits = restarted.line.live().line(queue).unwrap().lock().day.waits.len();
        assert_eq!(waits, 1, "told once");
    });
}

#[test]
fn who_was_called_again_lately_is_not_left_behind() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.hands.set("2026-03-04T19:30:00Z".parse().unwrap());
        let t = app.issue(queue).await;
        app.next(&agent, counter).await.unwrap();
        // Berlin's midnight is 23:00 UTC; three hours after the first call are over half an hour before it.
        app.hands.set("2026-03-04T22:45:00Z".parse().unwrap());
        app.act(&agent, move |line, tx| call::recall(line, tx, t.id)).await.unwrap();
        app.hands.set("2026-03-04T23:05:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.line.live().ticket(t.id).map(|t| t.status), Some(Status::Called));
        app.hands.set("2026-03-05T01:46:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.line.live().ticket(t.id).is_none());
    });
}

#[test]
fn a_promise_that_is_broken_more_likely_than_not_is_at_risk() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let target = ServiceInput { target_minutes: Change::Set(12.0), ..ServiceInput::default() };
        app.act(&app.manager(), move |line, tx| update_service(line, tx, service, &target, None))
            .await
            .unwrap();
        let first = async || {
            let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
            let read = move |read: &mut usher_db::Read<'_>| show::floor(&line, read, tenant, site);
            let line = app.line.db().read(&app.manager(), read).await.unwrap().lines.remove(0);
            (line.state, line.breach_chance)
        };
        assert_eq!(first().await, ("ok", None), "nobody waits");
        app.issue(queue).await;
        app.issue(queue).await;
        // Five minutes each at one counter: who joins now waits ten, nine in ten no more than nineteen.
        assert_eq!(first().await, ("ok", Some(0.41)));
        app.issue(queue).await;
        // Fifteen now, one in ten no more than seven and a half.
        assert_eq!(first().await, ("at_risk", Some(0.66)));
        app.wait(13);
        assert_eq!(first().await.0, "broken");
    });
}

/// What the floor says of a line: who is the last to be called before the site closes.
async fn last_before_closing(app: &App) -> Option<String> {
    let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
    let read = move |read: &mut usher_db::Read<'_>| show::floor(&line, read, tenant, site);
    app.line.db().read(&app.manager(), read).await.unwrap().lines.remove(0).last_served_before_close
}

#[test]
fn the_floor_names_the_last_who_is_called_before_closing() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let first = app.issue(queue).await;
        assert_eq!(last_before_closing(&app).await, None, "a site without hours does not close");

        // It is eleven in Berlin.
        let hours = serde_json::json!({"hours": {"wed": [{"opens": "09:00", "closes": "11:30"}]}});
        let change: usher_tenancy::model::SiteChange = serde_json::from_value(hours).unwrap();
        let (tenant, site) = (app.tenant, app.site);
        let set = move |tx: &mut usher_db::Tx<'_>| {
            usher_tenancy::ops::update_site(tx, tenant, site, change.clone(), None)
        };
        app.line.db().write(&app.manager(), usher_db::Lane::Tenant, set).await.unwrap();
        assert_eq!(last_before_closing(&app).await, Some(first.number.clone()), "there is time for one");

        // Five minutes each at one counter: the seventh is called after thirty, the eighth after closing.
        let mut numbers = vec![first.number];
        for _ in 1..9 {
            numbers.push(app.issue(queue).await.number);
        }
        assert_eq!(last_before_closing(&app).await.as_ref(), Some(&numbers[6]));
        app.wait(18);
        assert_eq!(last_before_closing(&app).await.as_ref(), Some(&numbers[2]), "twelve minutes are left");
        let second = app.counter(&[queue], 1).await;
        assert_eq!(last_before_closing(&app).await.as_ref(), Some(&numbers[4]), "and now two counters");
        let agent = app.agent(1);
        app.sit(&agent, second).await;
        for _ in 0..9 {
            let called = app.next(&agent, second).await.unwrap().unwrap();
            app.close(&agent, called.id).await.unwrap();
        }
        assert_eq!(last_before_closing(&app).await, None, "nobody waits");
        app.issue(queue).await;
        app.wait(13);
        assert_eq!(last_before_closing(&app).await, None, "it has closed");
    });
}

#[test]
fn where_nobody_serves_the_whole_minutes_are_those_of_one_counter() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        for _ in 0..30 {
            app.issue(queue).await;
        }
        let shown = async || show::queue(&app.line, app.tenant, queue).await.unwrap().unwrap();
        let served = shown().await;
        assert_eq!((served.estimated_wait_time, served.estimate.serving), (150, true), "five minutes each");
        app.act(&app.manager(), move |line, tx| agent::set_counter(line, tx, counter, CounterStatus::Closed))
            .await
            .unwrap();
        let unserved = shown().await;
        assert_eq!((unserved.estimate.serving, unserved.estimate.p50), (false, None));
        assert_eq!(unserved.estimated_wait_time, 150, "not 0: thirty people wait");
    });
}
