//! What staff see: the console's order, what a call has come to, and what keeps a site.

use std::collections::BTreeMap;

use usher_db::Lane;
use usher_kernel::{Change, Fault, SignedDuration};
use usher_queueing::Error;
use usher_queueing::model::Code;
use usher_queueing::model::queue::Algorithm;
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, archive_counter, archive_queue, create_queue, update_counter,
};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::{cancel, note, show};
use usher_tenancy::ops::delete_site;

use crate::app::{App, on_engines};

/// The numbers of the console's line, in order.
async fn console_line(app: &App) -> Vec<String> {
    let (agent, tenant) = (app.agent(1), app.tenant);
    let user = agent.actor.user().unwrap();
    let seen = app.act(&agent, move |line, tx| show::console(line, tx, tenant, user)).await.unwrap();
    seen.line.into_iter().map(|t| t.number).collect()
}

#[test]
fn the_console_names_whom_the_counter_calls() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let by_priority = || QueueInput { algorithm: Some(Algorithm::Priority), ..QueueInput::default() };
        let deposit = app.queue("Deposit", "D", &[service], by_priority()).await;
        let loans = app.queue("Loans", "L", &[service], by_priority()).await;
        let counter = app.counter(&[deposit, loans], 20).await;
        let shares = CounterInput {
            weights: Change::Set(BTreeMap::from([(deposit, 1), (loans, 2)])),
            ..CounterInput::default()
        };
        app.act(&app.manager(), move |line, tx| update_counter(line, tx, counter, &shares, None))
            .await
            .unwrap();
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        // Long waits in one line, an urgent newcomer before them, and a line that weighs double.
        for _ in 0..3 {
            app.issue(deposit).await;
            app.wait(4);
        }
        for _ in 0..2 {
            app.issue(loans).await;
            app.wait(2);
        }
        let vip = Issue { queue_id: Some(deposit), priority: Some("vip".to_owned()), ..Issue::default() };
        app.issue_as(&app.manager(), vip).await.unwrap();
        app.hands.advance(SignedDuration::from_secs(1));
        let said = console_line(&app).await;
        assert_eq!(said.len(), 6);
        let mut called = Vec::new();
        while let Some(t) = app.next(&agent, counter).await.unwrap() {
            called.push(t.number);
        }
        assert_eq!(called, said);
        assert!(console_line(&app).await.is_empty());
    });
}

#[test]
fn the_desk_checks_somebody_in() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let t = app.issue(queue).await;
        let id = t.id;
        let (seen, now) = app
            .act(&app.manager(), move |line, tx| {
                let stored = note::check_in(line, tx, id)?;
                let config = line.config(tx)?;
                Ok((show::ticket(line, &config, &stored, tx.now()), tx.now()))
            })
            .await
            .unwrap();
        assert_eq!((seen.seen_at, seen.recall_limit), (Some(now), 3));
        assert_eq!(app.waiting(queue), ["A-001"], "the place in line is the same");
        app.act(&app.manager(), move |line, tx| cancel::cancel(line, tx, id, None)).await.unwrap();
        let late = app.act(&app.manager(), move |line, tx| note::check_in(line, tx, id)).await.unwrap_err();
        assert!(matches!(late, Error::Conflict(Code::Over, _)), "{late}");
    });
}

#[test]
fn a_name_that_is_taken_names_its_field() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        app.queue("Deposit", "D", &[service], QueueInput::default()).await;
        let twin = QueueInput {
            name: Some("Twin".to_owned()),
            prefix: Some("D".to_owned()),
            service_ids: Some(vec![service]),
            site_id: Some(app.site),
            ..QueueInput::default()
        };
        let refused = app.act(&app.manager(), move |line, tx| create_queue(line, tx, &twin)).await;
        let refusal = Fault::from(refused.unwrap_err());
        let fields: Vec<_> = refusal.field_faults().iter().map(|f| (f.field.as_str(), f.code)).collect();
        assert_eq!((refusal.code(), fields), ("taken", vec![("prefix", "taken")]));
    });
}

#[test]
fn a_site_stays_while_people_lines_or_counters_are_there() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let t = app.issue(queue).await;
        let tenancy = app.line.identity().tenancy().clone();
        let (tenant, site) = (app.tenant, app.site);
        let delete = async || {
            let (guards, manager) = (tenancy.site_guards(), app.manager());
            let db = app.line.db();
            db.write(&manager, Lane::Tenant, move |tx| delete_site(tx, &guards, tenant, site, None)).await
        };
        let cost = Fault::from(delete().await.unwrap_err());
        let expected = serde_json::json!([
            {"what": "people in line", "count": 1}, {"what": "queues", "count": 1},
            {"what": "counters", "count": 1},
        ]);
        assert_eq!((cost.code(), cost.extra().get("cost")), ("site_in_use", Some(&expected)));
        app.act(&app.manager(), move |line, tx| cancel::cancel(line, tx, t.id, None)).await.unwrap();
        app.act(&app.manager(), move |line, tx| archive_counter(line, tx, counter)).await.unwrap();
        app.act(&app.manager(), move |line, tx| archive_queue(line, tx, queue)).await.unwrap();
        delete().await.unwrap();
    });
}
