//! Every refusal has its own code and a text that a person understands.

use usher_kernel::{Change, Fault};
use usher_queueing::Error;
use usher_queueing::model::Status;
use usher_queueing::model::counter::{AgentStatus, CounterStatus};
use usher_queueing::model::queue::QueueStatus;
use usher_queueing::model::rule::Then;
use usher_queueing::model::service::{Outcome, PriorityClass, PriorityRules};
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::configure::{
    QueueInput, RuleInput, ServiceInput, archive_queue, create_rule, create_service, update_queue,
    update_service,
};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::{agent, call, cancel, close, park, place, serve, transfer};

use crate::app::{anonymous, on_engines};
use crate::http::Web;

fn code(error: Error) -> &'static str {
    let text = error.to_string();
    assert!(text.len() > 10, "a person reads this: {text}");
    Fault::from(error).code()
}

#[test]
fn a_line_that_takes_nobody_says_why() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (manager, guest) = (app.manager(), anonymous(app.tenant, &app.clock));
        let set = |change: QueueInput| {
            let app = &app;
            let manager = manager.clone();
            async move {
                app.act(&manager, move |line, tx| update_queue(line, tx, queue, &change, None)).await.unwrap()
            }
        };
        let want = || Issue { queue_id: Some(queue), phone: Some("+49301".into()), ..Issue::default() };
        set(QueueInput { status: Some(QueueStatus::Paused), ..Default::default() }).await;
        assert_eq!(code(app.issue_as(&guest, want()).await.unwrap_err()), "queue_paused");
        set(QueueInput { status: Some(QueueStatus::Inactive), ..Default::default() }).await;
        assert_eq!(code(app.issue_as(&guest, want()).await.unwrap_err()), "queue_inactive");
        let open = QueueInput {
            status: Some(QueueStatus::Active),
            max_active_tickets: Change::Set(2),
            max_per_customer_per_day: Change::Set(1),
            ..Default::default()
        };
        set(open).await;
        app.issue_as(&guest, want()).await.unwrap();
        let limit = app.issue_as(&guest, want()).await.unwrap_err();
        assert!(limit.to_string().starts_with("One person may take 1 ticket a day"), "{limit}");
        assert_eq!(code(limit), "customer_limit");
        let other = Issue { phone: Some("+49302".into()), ..want() };
        app.issue_as(&guest, other).await.unwrap();
        app.next(&manager, counter).await.unwrap();
        let third = Issue { phone: Some("+49303".into()), ..want() };
        assert_eq!(code(app.issue_as(&guest, third).await.unwrap_err()), "queue_full");
        let in_use = app.act(&manager, move |line, tx| archive_queue(line, tx, queue)).await.unwrap_err();
        assert_eq!(code(in_use), "in_use");
    });
}

#[test]
fn a_closed_site_says_when_or_why() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let (manager, guest) = (app.manager(), anonymous(app.tenant, &app.clock));
        let kept = app.issue(queue).await;
        let site = app.site;
        let closing = CloseSite { reason: "A pipe burst".into(), mode: ClosingMode::Cancel };
        let closed =
            app.act(&manager, move |line, tx| close_site::close(line, tx, site, &closing)).await.unwrap();
        assert_eq!(closed.cancelled, 1);
        assert!(app.waiting(queue).is_empty(), "{} is told", kept.number);
        let want = Issue { queue_id: Some(queue), ..Issue::default() };
        let refused = app.issue_as(&guest, want.clone()).await.unwrap_err();
        assert!(refused.to_string().contains("A pipe burst"));
        assert_eq!(code(refused), "site_closed");
        app.act(&manager, move |line, tx| close_site::reopen(line, tx, site)).await.unwrap();
        app.issue_as(&guest, want.clone()).await.unwrap();
        let hours = serde_json::json!({"hours": {"thu": [{"opens": "09:00", "closes": "17:00"}]}});
        let change: usher_tenancy::model::SiteChange = serde_json::from_value(hours).unwrap();
        let tenant = app.tenant;
        app.line
            .db()
            .write(&manager, usher_db::Lane::Tenant, move |tx| {
                usher_tenancy::ops::update_site(tx, tenant, site, change.clone(), None)
            })
            .await
            .unwrap();
        let refused = app.issue_as(&guest, want.clone()).await.unwrap_err();
        assert!(refused.to_string().contains("tomorrow at 09:00"), "{refused}");
        assert_eq!(code(refused), "out_of_hours");
        app.issue_as(&manager, want).await.expect("staff may issue before the doors open");
    });
}

#[test]
fn finishing_and_calling_the_next_ends_nothing_in_another_counters_hands() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let second = app.counter(&[queue], 1).await;
        let (one, two) = (app.agent(1), app.agent(2));
        let (a, b, c) = (app.issue(queue).await, app.issue(queue).await, app.issue(queue).await);
        app.next(&one, counter).await.unwrap();
        app.next(&two, second).await.unwrap();
        let turn = |id| {
            let ending = close::Close::default();
            app.act(&one, move |line, tx| close::complete_and_call_next(line, tx, counter, Some(id), &ending))
        };
        let theirs = turn(b.id).await.unwrap_err();
        assert!(theirs.to_string().contains("A-002 went to Counter"), "{theirs}");
        assert_eq!(code(theirs), "already_called");
        let still = app.act(&one, move |line, tx| line.ticket_in(tx, b.id)).await.unwrap();
        assert_eq!((still.status, app.waiting(queue)), (Status::Called, vec!["A-003".to_owned()]));
        let own = turn(a.id).await.unwrap();
        assert_eq!((own.completed.map(|t| t.id), own.called.map(|t| t.id)), (Some(a.id), Some(c.id)));
    });
}

#[test]
fn a_counter_that_was_opened_elsewhere_a_moment_ago_serves() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        let t = app.issue(queue).await.id;
        app.next(&agent, counter).await.unwrap();
        // As on a node that has not heard of it yet.
        app.line.live().seats.lock().counters.get_mut(&counter).unwrap().status = CounterStatus::Closed;
        app.act(&agent, move |line, tx| serve::start(line, tx, t)).await.unwrap();
        app.act(&agent, move |line, tx| serve::pause(line, tx, t)).await.unwrap();
        app.act(&agent, move |line, tx| serve::resume(line, tx, t)).await.unwrap();
        let served = format!("/api/counters/{counter}/serve");
        Web::of(&app).person(&agent).post(&served, serde_json::json!({})).await.expect(200);
    });
}

#[test]
fn counters_refuse_what_they_cannot_do() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (one, two) = (app.agent(1), app.agent(2));
        let (a, b, c) = (app.issue(queue).await, app.issue(queue).await, app.issue(queue).await);
        app.next(&one, counter).await.unwrap();
        assert_eq!(code(app.next(&one, counter).await.unwrap_err()), "counter_full");
        let other = app.counter(&[], 1).await;
        let wrong = app.act(&one, move |line, tx| call::call(line, tx, b.id, other)).await.unwrap_err();
        assert_eq!(code(wrong), "not_served_here");
        let second = app.counter(&[queue], 1).await;
        app.sit(&one, counter).await;
        let late = app.act(&two, move |line, tx| call::call(line, tx, a.id, second)).await.unwrap_err();
        assert!(late.to_string().contains("Counter (Ana)"), "{late}");
        assert_eq!(code(late), "already_called");
        let user = two.actor.user().unwrap();
        let taken = app
            .act(&two, move |line, tx| agent::sign_in(line, tx, user, "Ben", counter, false))
            .await
            .unwrap_err();
        assert_eq!(code(taken), "counter_taken");
        app.act(&two, move |line, tx| agent::sign_in(line, tx, user, "Ben", counter, true)).await.unwrap();
        assert_eq!(code(app.act(&one, agent::my_counter).await.unwrap_err()), "no_counter");
        app.close(&two, a.id).await.unwrap();
        app.act(&two, move |line, tx| {
            agent::set_status(line, tx, user, "", AgentStatus::Paused, Some("Lunch"))
        })
        .await
        .unwrap();
        assert_eq!(code(app.next(&two, counter).await.unwrap_err()), "on_break");
        app.act(&two, move |line, tx| agent::sign_out(line, tx, user)).await.unwrap();
        assert_eq!(code(app.next(&two, counter).await.unwrap_err()), "counter_closed");
        app.act(&one, move |line, tx| agent::set_counter(line, tx, counter, CounterStatus::Open))
            .await
            .unwrap();
        assert_eq!(app.next(&one, counter).await.unwrap().map(|t| t.id), Some(b.id));
        for _ in 0..3 {
            app.act(&one, move |line, tx| call::recall(line, tx, b.id)).await.unwrap();
        }
        assert_eq!(
            code(app.act(&one, move |line, tx| call::recall(line, tx, b.id)).await.unwrap_err()),
            "recall_limit"
        );
        let long = app.act(&one, move |line, tx| park::park(line, tx, c.id, 500)).await.unwrap_err();
        assert_eq!(code(long), "park_limit");
        let nowhere = transfer::Transfer::default();
        let nowhere =
            app.act(&one, move |line, tx| transfer::transfer(line, tx, c.id, &nowhere)).await.unwrap_err();
        assert_eq!(code(nowhere), "invalid_field");
        let silent = place::Move::default();
        let silent =
            app.act(&one, move |line, tx| place::move_to(line, tx, c.id, &silent)).await.unwrap_err();
        assert_eq!(code(silent), "invalid_field");
    });
}

#[test]
fn services_demand_reasons_and_outcomes() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let manager = app.manager();
        let service = app.first_service().await;
        let frail =
            PriorityClass { head_start_minutes: 10.0, strict: false, reason_required: true, confirm: true };
        let change = ServiceInput {
            priority_rules: Some(PriorityRules { classes: [("frail".to_owned(), frail)].into() }),
            outcomes: Some(vec![Outcome { code: "done".into(), label: "Done".into() }]),
            outcome_required: Some(true),
            ..Default::default()
        };
        app.act(&manager, move |line, tx| update_service(line, tx, service, &change, None)).await.unwrap();
        let want = |class: &str, reason: Option<&str>| Issue {
            queue_id: Some(queue),
            priority: Some(class.to_owned()),
            priority_reason: reason.map(str::to_owned),
            ..Issue::default()
        };
        assert_eq!(code(app.issue_as(&manager, want("frail", None)).await.unwrap_err()), "reason_required");
        assert_eq!(code(app.issue_as(&manager, want("king", None)).await.unwrap_err()), "unknown_priority");
        let plain = app.issue_as(&manager, want("normal", None)).await.unwrap();
        for (class, code, name) in
            [("frail", "reason_required", "reason"), ("king", "unknown_priority", "class")]
        {
            let wish = place::Reprioritise { class: class.into(), reason: None };
            let refused =
                app.act(&manager, move |line, tx| place::reprioritise(line, tx, plain.id, &wish)).await;
            let fault = Fault::from(refused.unwrap_err());
            assert_eq!((fault.code(), &*fault.field_faults()[0].field), (code, name), "as its body says");
        }
        let nothing =
            app.act(&manager, move |line, tx| serve::confirm_priority(line, tx, plain.id)).await.unwrap_err();
        assert_eq!(code(nothing), "nothing_to_confirm");
        let no = app.act(&manager, move |line, tx| serve::pause(line, tx, plain.id)).await.unwrap_err();
        assert!(!no.to_string().contains("confirmed in its priority"), "{no}");
        app.act(&manager, move |line, tx| cancel::cancel(line, tx, plain.id, None)).await.unwrap();
        let t = app.issue_as(&manager, want("frail", Some("crutches"))).await.unwrap();
        app.next(&manager, counter).await.unwrap();
        assert_eq!(code(app.close(&manager, t.id).await.unwrap_err()), "outcome_required");
        let unknown = close::Close { outcome: Some("moon".into()), ..Default::default() };
        let unknown =
            app.act(&manager, move |line, tx| close::close(line, tx, t.id, &unknown)).await.unwrap_err();
        assert_eq!(code(unknown), "unknown_outcome");
        let done = close::Close { outcome: Some("done".into()), ..Default::default() };
        app.act(&manager, move |line, tx| close::close(line, tx, t.id, &done)).await.unwrap();
        let twin = ServiceInput { name: Some("Deposit".into()), ..Default::default() };
        assert_eq!(
            code(app.act(&manager, move |line, tx| create_service(line, tx, &twin)).await.unwrap_err()),
            "taken"
        );
        let off = ServiceInput { active: Some(false), ..Default::default() };
        app.act(&manager, move |line, tx| update_service(line, tx, service, &off, None)).await.unwrap();
        let off = Issue { queue_id: Some(queue), ..Issue::default() };
        assert_eq!(code(app.issue_as(&manager, off).await.unwrap_err()), "service_inactive");
    });
}

#[test]
fn rules_route_refuse_and_are_refused() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let manager = app.manager();
        let rule = |condition: &str, then: Then| RuleInput {
            name: Some("rule".into()),
            condition: Some(condition.to_owned()),
            then: Some(then),
            ..Default::default()
        };
        let refuse = Then { refuse: Some("Groups book ahead, please.".into()), ..Default::default() };
        let bad = rule("customer.party_size >", refuse.clone());
        let bad = app.act(&manager, move |line, tx| create_rule(line, tx, &bad)).await.unwrap_err();
        let fault = Fault::from(bad);
        assert_eq!(fault.field_faults()[0].field, "condition");
        assert!(fault.detail().contains("column"), "{fault}");
        let good = rule("customer.party_size > 5", refuse);
        app.act(&manager, move |line, tx| create_rule(line, tx, &good)).await.unwrap();
        let many = Issue { queue_id: Some(queue), party_size: Some(6), ..Issue::default() };
        assert_eq!(code(app.issue_as(&manager, many).await.unwrap_err()), "rule_refused");
        let few = Issue { queue_id: Some(queue), party_size: Some(2), ..Issue::default() };
        app.issue_as(&manager, few).await.unwrap();
    });
}
