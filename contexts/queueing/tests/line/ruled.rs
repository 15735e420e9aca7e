//! Routing rules are checked when they are made, and what one cannot have later is no person's fault.

use serde_json::json;
use usher_kernel::Fault;
use usher_queueing::model::queue::QueueStatus;
use usher_queueing::model::rule::{RuleEvent, Then};
use usher_queueing::model::service::{PriorityClass, PriorityRules};
use usher_queueing::model::{QueueId, ServiceId, Ticket};
use usher_queueing::ops::configure::{
    QueueInput, RuleInput, ServiceInput, create_rule, update_queue, update_service,
};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::transfer;

use crate::app::{App, anonymous, on_engines};
use crate::http::Web;

fn always(then: Then) -> RuleInput {
    RuleInput {
        name: Some("Everybody".into()),
        event: Some(RuleEvent::Any),
        condition: Some("true".into()),
        then: Some(then),
        ..RuleInput::default()
    }
}

fn class(name: &str) -> Then {
    Then { class: Some(name.into()), ..Then::default() }
}

async fn classes(app: &App, service: ServiceId, classes: &[(&str, bool)]) {
    let class = |reason_required| PriorityClass {
        head_start_minutes: 5.0,
        strict: false,
        reason_required,
        confirm: false,
    };
    let classes = classes.iter().map(|(name, reason)| ((*name).to_owned(), class(*reason))).collect();
    let change = ServiceInput { priority_rules: Some(PriorityRules { classes }), ..ServiceInput::default() };
    app.act(&app.manager(), move |line, tx| update_service(line, tx, service, &change, None)).await.unwrap();
}

fn want(queue: QueueId) -> Issue {
    Issue { queue_id: Some(queue), ..Issue::default() }
}

#[test]
fn a_rule_names_a_class_that_there_is_and_that_needs_no_reason() {
    on_engines(|app| async move {
        app.small().await;
        classes(&app, app.first_service().await, &[("vip", false), ("frail", true)]).await;
        for (name, code) in [("emperor", "unknown"), ("frail", "reason_required")] {
            let rule = always(class(name));
            let refused = app.act(&app.manager(), move |line, tx| create_rule(line, tx, &rule)).await;
            let refused = Fault::from(refused.unwrap_err());
            let fault = &refused.field_faults()[0];
            assert_eq!((&*fault.field, fault.code), ("then.class", code), "{refused}");
        }
        for name in ["vip", "normal"] {
            let rule = always(class(name));
            app.act(&app.manager(), move |line, tx| create_rule(line, tx, &rule)).await.unwrap();
        }
    });
}

/// A condition may name a person, a number or a class; whoever sees the lines, as every customer does, reads none.
#[test]
fn whoever_may_see_the_lines_does_not_read_their_rules() {
    on_engines(|app| async move {
        app.small().await;
        let web = Web::of(&app);
        let rule = RuleInput { condition: Some("customer.name == 'Ana'".into()), ..always(class("normal")) };
        let id = app.act(&app.manager(), move |line, tx| create_rule(line, tx, &rule)).await.unwrap().id;
        let (all, one) = (web.path("/routing-rules"), web.path(&format!("/routing-rules/{id}")));
        for path in [&all, &one] {
            web.only("queues:read services:read").get(path).await.expect_fault(403, "forbidden");
        }
        assert_eq!(web.only("queues:write").get(&all).await.expect(200)["items"][0]["id"], json!(id));
        assert_eq!(
            web.only("queues:write").get(&one).await.expect(200)["condition"],
            "customer.name == 'Ana'"
        );
    });
}

#[test]
fn a_rule_that_cannot_be_followed_any_more_refuses_nobody_and_the_floor_is_told() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let (web, guest) = (Web::of(&app), anonymous(app.tenant, &app.clock));
        let rule = always(class("vip"));
        let id = app.act(&app.manager(), move |line, tx| create_rule(line, tx, &rule)).await.unwrap().id;
        assert_eq!(app.issue_as(&guest, want(queue)).await.unwrap().class, "vip");
        let floor = async || {
            let path = web.path(&format!("/sites/{}/floor", app.site));
            web.person(&app.manager()).get(&path).await.expect(200)["rules_failing"].clone()
        };
        assert_eq!(floor().await, json!([]));
        for (now, code) in
            [(vec![("king", false)], "unknown_priority"), (vec![("vip", true)], "reason_required")]
        {
            classes(&app, service, &now).await;
            assert_eq!(app.issue_as(&guest, want(queue)).await.unwrap().class, "normal");
            let told = floor().await;
            assert_eq!((&told[0]["name"], &told[0]["code"]), (&json!("Everybody"), &json!(code)), "{told}");
            let other = app
                .queue(
                    "Other",
                    if code == "reason_required" { "B" } else { "C" },
                    &[service],
                    QueueInput::default(),
                )
                .await;
            let t = app.issue_as(&guest, want(queue)).await.unwrap();
            let to = transfer::Transfer { queue_id: Some(other), ..Default::default() };
            let sent = app.act(&app.manager(), move |line, tx| transfer::transfer(line, tx, t.id, &to)).await;
            assert_eq!(sent.unwrap().class, "normal", "nor does a transfer give it");
        }
        let log = app
            .act(&app.manager(), move |line, tx| {
                let tenant = line.config(tx)?.queues[0].tenant_id;
                Ok(usher_events::history(tx, tenant, ("routing_rule", id.uuid()), None, 20)?)
            })
            .await
            .unwrap();
        let failed = log.iter().filter(|record| record.event.kind == "routing_rule.failed").count();
        assert_eq!(failed, 2, "each reason is said once in a while, not with each ticket");
        let me = web.person(&app.manager());
        let path = web.path(&format!("/routing-rules/{id}"));
        me.put(&path, json!({ "then": { "tag": "greeted" } })).await.expect(200);
        assert_eq!(floor().await, json!([]), "the rule was mended");
    });
}

#[test]
fn a_rules_line_that_takes_nobody_leaves_people_where_they_wanted_to_be() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let other = app.queue("Other", "B", &[service], QueueInput::default()).await;
        let third = app.queue("Third", "C", &[service], QueueInput::default()).await;
        let guest = anonymous(app.tenant, &app.clock);
        let rule = always(Then { queue_id: Some(other), ..Then::default() });
        app.act(&app.manager(), move |line, tx| create_rule(line, tx, &rule)).await.unwrap();
        let set = async |change: QueueInput| {
            app.act(&app.manager(), move |line, tx| update_queue(line, tx, other, &change, None))
                .await
                .unwrap();
        };
        assert_eq!(app.issue_as(&guest, want(queue)).await.unwrap().queue_id, other);
        let active = || QueueInput { status: Some(QueueStatus::Active), ..QueueInput::default() };
        let cases = [
            QueueInput { status: Some(QueueStatus::Paused), ..active() },
            QueueInput { status: Some(QueueStatus::Inactive), ..active() },
            QueueInput { max_active_tickets: usher_kernel::Change::Set(1), ..active() },
            QueueInput {
                max_active_tickets: usher_kernel::Change::Clear,
                join_code_seconds: usher_kernel::Change::Set(60),
                ..active()
            },
        ];
        for case in cases {
            set(case.clone()).await;
            let t = app.issue_as(&guest, want(queue)).await.unwrap();
            assert_eq!(t.queue_id, queue, "{case:?}");
            if case.join_code_seconds == usher_kernel::Change::Keep {
                let to = transfer::Transfer { queue_id: Some(third), ..Default::default() };
                let sent =
                    app.act(&app.manager(), move |line, tx| transfer::transfer(line, tx, t.id, &to)).await;
                assert_eq!(sent.unwrap().queue_id, third, "{case:?}");
            }
        }
    });
}

#[test]
fn a_rule_knows_who_is_on_record_and_makes_nobody_one() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let other = app.queue("Other", "B", &[service], QueueInput::default()).await;
        classes(&app, service, &[("vip", false)]).await;
        let manager = app.manager();
        let record = json!({
            "name": "Ana", "phone": "+49301234567", "locale": "fr", "metadata": { "tier": "gold", "visits": 12 },
        });
        let ana = app.add(record).await;
        let by_number = || Issue { phone: Some("0049 30 1234567".into()), ..want(queue) };
        let before = app.issue_as(&manager, by_number()).await.unwrap();
        assert_eq!((before.customer_id, before.class.as_str()), (Some(ana), "normal"));
        let gold = "has(customer.metadata.tier) && customer.metadata.tier == 'gold' && customer.metadata.visits > 10";
        let rules = [
            (format!("customer.known && customer.locale == 'fr' && {gold}"), class("vip")),
            (format!("customer.id == '{ana}'"), Then { tag: Some("ana".into()), ..Then::default() }),
            (
                "!customer.known && customer.party_size > 5".to_owned(),
                Then { refuse: Some("Groups of people whom we know only.".into()), ..Then::default() },
            ),
        ];
        for (condition, then) in rules {
            let rule = RuleInput { condition: Some(condition), ..always(then) };
            app.act(&manager, move |line, tx| create_rule(line, tx, &rule)).await.unwrap();
        }
        let said =
            |t: &Ticket| (t.class.clone(), t.extra.as_ref().map(|e| e.tags.clone()).unwrap_or_default());
        let known = ("vip".to_owned(), vec!["ana".to_owned()]);
        let unknown = ("normal".to_owned(), Vec::new());
        let named = Issue { customer_id: Some(ana), party_size: Some(6), ..want(queue) };
        for input in [by_number(), named] {
            assert_eq!(said(&app.issue_as(&manager, input).await.unwrap()), known);
        }
        assert_eq!(said(&app.issue(queue).await), unknown);

        // Whoever is refused has not become a customer by having been looked for.
        let stranger =
            |people| Issue { phone: Some("+49307654321".into()), party_size: people, ..want(queue) };
        for _ in 0..2 {
            let refused = app.issue_as(&manager, stranger(Some(6))).await.unwrap_err();
            assert_eq!(refused.code(), "rule_refused");
        }
        assert_eq!(said(&app.issue_as(&manager, stranger(None)).await.unwrap()), unknown);
        app.issue_as(&manager, stranger(Some(6))).await.unwrap();

        // The same when a ticket is sent on.
        let there = transfer::Transfer { queue_id: Some(other), ..transfer::Transfer::default() };
        let sent = app.act(&manager, move |line, tx| transfer::transfer(line, tx, before.id, &there)).await;
        assert_eq!(said(&sent.unwrap()), known);
    });
}
