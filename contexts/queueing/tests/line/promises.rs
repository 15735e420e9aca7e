//! What the floor says of lines whose services promise different things, and which counter it would open.

use usher_kernel::{Change, SignedDuration};
use usher_queueing::model::{CounterId, CounterStatus, QueueId, ServiceId};
use usher_queueing::ops::agent;
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, ServiceInput, update_counter, update_service,
};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::show;

use crate::app::{App, on_engines};
use crate::skills::demand;

/// What is said of the first line.
async fn first(app: &App) -> serde_json::Value {
    let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
    let read = move |read: &mut usher_db::Read<'_>| show::floor(&line, read, tenant, site);
    let floor = app.line.db().read(&app.manager(), read).await.unwrap();
    serde_json::to_value(&floor.lines[0]).unwrap()
}

/// What is said of a line.
async fn of(app: &App, queue: QueueId) -> serde_json::Value {
    let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
    let read = move |read: &mut usher_db::Read<'_>| show::floor(&line, read, tenant, site);
    let floor = app.line.db().read(&app.manager(), read).await.unwrap();
    serde_json::to_value(floor.lines.iter().find(|line| line.queue_id == queue).unwrap()).unwrap()
}

async fn promise(app: &App, service: ServiceId, minutes: f64) {
    let target = ServiceInput { target_minutes: Change::Set(minutes), ..ServiceInput::default() };
    app.act(&app.manager(), move |line, tx| update_service(line, tx, service, &target, None)).await.unwrap();
}

async fn come(app: &App, queue: QueueId, service: ServiceId) {
    let want = Issue { queue_id: Some(queue), service_id: Some(service), ..Issue::default() };
    app.issue_as(&app.manager(), want).await.unwrap();
}

async fn shut(app: &App, counter: CounterId) {
    let shut = move |line: &usher_queueing::Queueing, tx: &mut usher_db::Tx<'_>| {
        agent::set_counter(line, tx, counter, CounterStatus::Closed)
    };
    app.act(&app.manager(), shut).await.unwrap();
}

#[test]
fn each_who_waits_is_judged_by_the_target_of_their_own_service() {
    on_engines(|app| async move {
        let (quick, slow) = (app.service("Quick").await, app.service("Slow").await);
        let other = app.service("Other").await;
        promise(&app, quick, 20.0).await;
        promise(&app, slow, 60.0).await;
        let queue = app.queue("All", "A", &[quick, slow, other], QueueInput::default()).await;
        app.counter(&[queue], 1).await;
        let due = |line: &serde_json::Value| {
            let at: usher_kernel::Timestamp = line["breach_at"].as_str().unwrap().parse().unwrap();
            at.duration_since(app.now())
        };
        // One without a promise waits as long as they like.
        come(&app, queue, other).await;
        app.wait(90);
        let line = first(&app).await;
        assert_eq!((&line["state"], &line["breach_at"]), (&"ok".into(), &serde_json::Value::Null), "{line}");
        come(&app, queue, slow).await;
        app.wait(25);
        let line = first(&app).await;
        assert_eq!((&line["state"], &line["target_minutes"]), (&"ok".into(), &60.0.into()), "{line}");
        assert_eq!(due(&line), SignedDuration::from_mins(35), "the slow one has 35 minutes left");
        come(&app, queue, quick).await;
        let line = first(&app).await;
        assert_eq!(due(&line), SignedDuration::from_mins(20), "the quick one is due before");
        assert_eq!(line["target_minutes"], 20.0, "{line}");
        app.wait(21);
        let line = first(&app).await;
        assert_eq!(
            (&line["state"], &line["breach_at"]),
            (&"broken".into(), &serde_json::Value::Null),
            "{line}"
        );
        assert_eq!(
            (&line["longest_minutes"], &line["breach_chance"]),
            (&136.0.into(), &1.0.into()),
            "{line}"
        );
    });
}

#[test]
fn a_service_that_nobody_can_come_for_any_more_warns_of_nothing() {
    on_engines(|app| async move {
        let (old, new) = (app.service("Old").await, app.service("New").await);
        promise(&app, old, 1.0).await;
        let queue = app.queue("All", "A", &[old, new], QueueInput::default()).await;
        app.counter(&[queue], 1).await;
        for _ in 0..3 {
            come(&app, queue, new).await;
        }
        let line = first(&app).await;
        assert_eq!(
            line["state"], "at_risk",
            "whoever comes for the first waits longer than a minute: {line}"
        );
        let off = ServiceInput { active: Some(false), ..ServiceInput::default() };
        app.act(&app.manager(), move |line, tx| update_service(line, tx, old, &off, None)).await.unwrap();
        let line = first(&app).await;
        assert_eq!(
            (&line["state"], &line["breach_chance"]),
            (&"ok".into(), &serde_json::Value::Null),
            "{line}"
        );
    });
}

#[test]
fn a_counter_is_suggested_where_whoever_sits_there_can_serve_and_it_helps_by_a_step() {
    on_engines(|app| async move {
        let loans = app.service("Loans").await;
        promise(&app, loans, 12.0).await;
        let queue = app.queue("Loans", "A", &[loans], QueueInput::default()).await;
        let (one, two) = (app.counter(&[queue], 1).await, app.counter(&[queue], 1).await);
        let (ana, ben) = (app.hire("Ana", &["loans"]).await, app.hire("Ben", &[]).await);
        app.sit(&ana, one).await;
        demand(&app, loans, &["loans"]).await;
        let usual = ben.actor.user().unwrap().uuid();
        let usual = CounterInput { staff_id: Change::Set(usual), ..CounterInput::default() };
        app.act(&app.manager(), move |line, tx| update_counter(line, tx, two, &usual, None)).await.unwrap();
        shut(&app, two).await;
        for _ in 0..3 {
            app.issue(queue).await;
        }
        let line = first(&app).await;
        assert_eq!(
            (&line["state"], &line["suggestion"]),
            (&"at_risk".into(), &serde_json::Value::Null),
            "{line}"
        );
        app.train(&ben, &["loans"]).await;
        let line = first(&app).await;
        let suggestion = &line["suggestion"];
        assert_eq!(suggestion["counter_id"], serde_json::json!(two), "{line}");
        assert_eq!((&suggestion["from_minutes"], &suggestion["to_minutes"]), (&15.0.into(), &7.5.into()));
        // Where one is left before two counters, a third changes nothing that anybody would notice.
        let (three, cleo) = (app.counter(&[queue], 1).await, app.hire("Cleo", &["loans"]).await);
        app.sit(&cleo, three).await;
        for _ in 0..2 {
            let called = app.next(&ana, one).await.unwrap().unwrap();
            app.close(&ana, called.id).await.unwrap();
        }
        app.wait(13);
        let line = first(&app).await;
        assert_eq!(
            (&line["state"], &line["suggestion"]),
            (&"broken".into(), &serde_json::Value::Null),
            "{line}"
        );
        // Where nobody serves any counter helps.
        shut(&app, one).await;
        shut(&app, three).await;
        let line = first(&app).await;
        assert_eq!(line["state"], "unserved", "{line}");
        assert_eq!(line["suggestion"]["from_minutes"], line["suggestion"]["to_minutes"]);
        assert_eq!(line["suggestion"]["text_key"], "open_counter", "{line}");
    });
}

#[test]
fn whom_nobody_serves_is_warned_of_whichever_service_comes_first() {
    on_engines(|app| async move {
        let (cash, loans) = (app.service("Cash").await, app.service("Loans").await);
        promise(&app, cash, 60.0).await;
        promise(&app, loans, 90.0).await;
        demand(&app, loans, &["loans"]).await;
        for (prefix, services) in [("A", [cash, loans]), ("B", [loans, cash])] {
            let queue = app.queue(prefix, prefix, &services, QueueInput::default()).await;
            let (one, two) = (app.counter(&[queue], 5).await, app.counter(&[queue], 5).await);
            let (ben, ana) = (app.agent(1), app.hire(&format!("Ana{prefix}"), &["loans"]).await);
            app.sit(&ben, one).await;
            let usual = ana.actor.user().unwrap().uuid();
            let usual = CounterInput { staff_id: Change::Set(usual), ..CounterInput::default() };
            app.act(&app.manager(), move |line, tx| update_counter(line, tx, two, &usual, None))
                .await
                .unwrap();
            shut(&app, two).await;
            come(&app, queue, cash).await;
            let line = of(&app, queue).await;
            assert_eq!(
                (&line["state"], &line["suggestion"]),
                (&"ok".into(), &serde_json::Value::Null),
                "{line}"
            );
            assert!(line["forecast_p50"].is_f64(), "cash is served: {line}");
            // Long before the promise is broken: nobody is there who could keep it.
            come(&app, queue, loans).await;
            let line = of(&app, queue).await;
            assert_eq!((&line["state"], &line["breach_chance"]), (&"at_risk".into(), &1.0.into()), "{line}");
            assert_eq!(line["suggestion"]["counter_id"], serde_json::json!(two), "who can: {line}");
            assert_eq!(line["suggestion"]["from_minutes"], line["suggestion"]["to_minutes"], "{line}");
            // With nobody left for cash nobody is served.
            let called = app.next(&ben, one).await.unwrap().unwrap();
            app.close(&ben, called.id).await.unwrap();
            let line = of(&app, queue).await;
            assert_eq!((&line["state"], &line["breach_chance"]), (&"unserved".into(), &1.0.into()), "{line}");
            app.sit(&ana, two).await;
            let line = of(&app, queue).await;
            assert_eq!(
                (&line["state"], &line["suggestion"]),
                (&"ok".into(), &serde_json::Value::Null),
                "{line}"
            );
        }
    });
}
