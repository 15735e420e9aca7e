//! Settings of queues, counters and services, each with what it allows and what it refuses.

use std::sync::Arc;

use usher_kernel::{Caller, Change, Ctx, Fault, Id, SignedDuration, SiteId};
use usher_queueing::Error;
use usher_queueing::model::counter::AgentStatus;
use usher_queueing::model::queue::{Algorithm, QueueStatus, Reinstate};
use usher_queueing::model::rule::{RuleEvent, Then};
use usher_queueing::model::service::{Outcome, PriorityClass, PriorityRules};
use usher_queueing::model::ticket::Channel;
use usher_queueing::model::{CounterStatus, QueueId, Status, TicketId};
use usher_queueing::ops::configure::{
    CounterInput, QueueInput, RuleInput, ServiceInput, create_counter, create_queue, create_rule,
    create_service, delete_rule, update_counter, update_queue, update_rule, update_service,
};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::note::{self, Edit};
use usher_queueing::ops::show::{self, Stats, explain};
use usher_queueing::ops::{agent, call, cancel, close, lease, park, place, serve, transfer};
use uuid::Uuid;

use crate::app::{App, anonymous, on_engines};

/// The field and the code of a refusal of one value.
fn field(error: Error) -> (String, &'static str) {
    let fault = Fault::from(error);
    assert_eq!(fault.code(), "invalid_field", "{fault}");
    (fault.field_faults()[0].field.clone(), fault.field_faults()[0].code)
}

/// Outcomes with these codes.
fn outcomes(codes: &[&str]) -> Vec<Outcome> {
    codes.iter().map(|code| Outcome { code: (*code).to_owned(), label: "It ended".to_owned() }).collect()
}

/// Classes with these names.
fn classes(names: &[&str]) -> PriorityRules {
    let class =
        PriorityClass { head_start_minutes: 5.0, strict: false, reason_required: false, confirm: false };
    PriorityRules { classes: names.iter().map(|name| ((*name).to_owned(), class.clone())).collect() }
}

async fn change(app: &App, queue: QueueId, change: QueueInput) {
    app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &change, None)).await.unwrap();
}

#[test]
fn what_a_person_says_is_checked_and_kept_in_one_form() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let guest = anonymous(app.tenant, &app.clock);
        let plain = || Issue { queue_id: Some(queue), ..Issue::default() };
        for (wrong, name, code) in [
            (Issue { name: Some("n".repeat(121)), ..plain() }, "name", "too_long"),
            (Issue { name: Some("a\u{7}".into()), ..plain() }, "name", "control_letters"),
            (Issue { name: Some("a\u{202e}021-A".into()), ..plain() }, "name", "control_letters"),
            (Issue { phone: Some("call me".into()), ..plain() }, "phone", "not_a_phone"),
            (Issue { email: Some("nobody".into()), ..plain() }, "email", "not_an_email"),
            (Issue { party_size: Some(0), ..plain() }, "party_size", "out_of_range"),
            (Issue { assistance: Some("x".repeat(201)), ..plain() }, "assistance", "too_long"),
            (Issue { tags: vec![" ".into()], ..plain() }, "tags", "not_tags"),
            (Issue { locale: Some("Klingon".into()), ..plain() }, "locale", "not_a_locale"),
            (Issue { service_ids: vec![Id::from_uuid(Uuid::nil())], ..plain() }, "service_ids", "unknown"),
            (
                Issue { service_ids: vec![Id::from_uuid(Uuid::nil()); 11], ..plain() },
                "service_ids",
                "too_many",
            ),
        ] {
            assert_eq!(field(app.issue_as(&guest, wrong).await.unwrap_err()), (name.to_owned(), code));
        }
        change(&app, queue, QueueInput { max_per_customer_per_day: Change::Set(1), ..Default::default() })
            .await;
        let said = Issue {
            phone: Some("0049 (30) 123-45".into()),
            assistance: Some("a seat".into()),
            party_size: Some(3),
            channel: Some(Channel::Whatsapp),
            ..plain()
        };
        let t = app.issue_as(&guest, said).await.unwrap();
        assert_eq!((t.customer_phone.as_deref(), t.party_size), (Some("+493012345"), 3));
        let again = Issue { phone: Some("+49 30 12345".into()), ..plain() };
        assert_eq!(
            app.issue_as(&guest, again).await.unwrap_err().code(),
            "customer_limit",
            "the same person"
        );
        let view = {
            let config = app.act(&app.manager(), |line, tx| line.config(tx)).await.unwrap();
            show::ticket(&app.line, &config, &t, app.now())
        };
        assert_eq!((view.assistance.as_deref(), view.channel), (Some("a seat"), Channel::Whatsapp));
        for (wrong, name) in [
            (Edit { customer_email: Change::Set("x".into()), ..Edit::default() }, "customer_email"),
            (Edit { customer_phone: Change::Set("x".into()), ..Edit::default() }, "customer_phone"),
            (Edit { party_size: Some(101), ..Edit::default() }, "party_size"),
        ] {
            let manager = app.manager();
            let refused = app.act(&manager, move |line, tx| note::edit(line, tx, t.id, wrong.clone())).await;
            assert_eq!(field(refused.unwrap_err()).0, name);
        }
        let empty =
            app.act(&app.manager(), move |line, tx| note::note(line, tx, t.id, " ")).await.unwrap_err();
        assert_eq!(field(empty), ("text".to_owned(), "required"));
    });
}

#[test]
fn a_claimed_priority_counts_once_staff_confirm_it() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let frail =
            PriorityClass { head_start_minutes: 10.0, strict: false, reason_required: true, confirm: true };
        let rules = PriorityRules { classes: [("frail".to_owned(), frail)].into() };
        let demand = ServiceInput { priority_rules: Some(rules), ..Default::default() };
        app.act(&app.manager(), move |line, tx| update_service(line, tx, service, &demand, None))
            .await
            .unwrap();
        let by_class = QueueInput { algorithm: Some(Algorithm::Priority), ..Default::default() };
        let queue = app.queue("Deposit", "A", &[service], by_class).await;
        let guest = anonymous(app.tenant, &app.clock);
        app.issue(queue).await;
        app.wait(1);
        let claim = Issue {
            queue_id: Some(queue),
            priority: Some("frail".into()),
            priority_reason: Some("crutches".into()),
            ..Issue::default()
        };
        let t = app.issue_as(&guest, claim).await.unwrap();
        assert_eq!(app.waiting(queue), ["A-001", "A-002"], "a claim alone moves nobody");
        let why = |id: TicketId| {
            let (line, ctx) = (app.line.clone(), app.manager());
            let app = &app;
            async move { app.line.db().read(&ctx, move |read| explain(&line, read, id)).await.unwrap() }
        };
        let told = why(t.id).await;
        assert_eq!(told.ahead, ["A-001"]);
        assert!(told.text.contains("frail is not confirmed yet"), "{}", told.text);
        let seen =
            app.act(&app.agent(1), move |line, tx| serve::confirm_priority(line, tx, t.id)).await.unwrap();
        assert!(seen.class_confirmed);
        assert_eq!(app.waiting(queue), ["A-002", "A-001"]);
        let terms: Vec<(&str, f64)> =
            why(t.id).await.terms.iter().map(|term| (term.name, term.value)).collect();
        assert_eq!(terms, [("entered", 0.0), ("head_start", 10.0)]);
        let undone = app.act(&app.agent(1), usher_queueing::ops::undo::undo).await.unwrap();
        assert_eq!((undone.operation, undone.tickets[0].class_confirmed), ("confirm_priority", false));
        assert_eq!(app.waiting(queue), ["A-001", "A-002"]);
    });
}

#[test]
fn a_counter_holds_as_many_as_it_may_and_weighs_its_lines() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let a = app.queue("One", "A", &[service], QueueInput::default()).await;
        let b = app.queue("Two", "B", &[service], QueueInput::default()).await;
        let agent = app.agent(1);
        let two = app.counter(&[a, b], 2).await;
        for queue in [a, a, b, b] {
            app.issue(queue).await;
        }
        let first = app.next(&agent, two).await.unwrap().unwrap();
        app.wait(1);
        assert_eq!(
            app.next(&agent, two).await.unwrap().unwrap().number,
            "A-002",
            "the order of its lines decides"
        );
        let full = app.next(&agent, two).await.unwrap_err();
        assert!(full.to_string().contains("A-001, A-002"), "{full}");
        assert_eq!(full.code(), "counter_full");
        app.close(&agent, first.id).await.unwrap();
        assert_eq!(app.next(&agent, two).await.unwrap().unwrap().number, "B-001");

        app.wait(60);
        let many = CounterInput {
            name: Some("Weighted".into()),
            queue_ids: Some(vec![a, b]),
            weights: Change::Set([(a, 1), (b, 3)].into()),
            capacity: Some(50),
            status: Some(CounterStatus::Open),
            site_id: Some(app.site),
            ..Default::default()
        };
        let counter = app.act(&agent, move |line, tx| create_counter(line, tx, &many)).await.unwrap().id;
        app.next(&agent, counter).await.unwrap();
        for _ in 0..12 {
            app.issue(a).await;
            app.issue(b).await;
            app.wait(1);
        }
        let mut from_b = 0;
        for _ in 0..12 {
            let called = app.next(&agent, counter).await.unwrap().unwrap();
            from_b += i32::from(called.queue_id == b);
        }
        assert_eq!(from_b, 9, "three of four come from the line that weighs three");

        let foreign = app.queue("Three", "C", &[service], QueueInput::default()).await;
        let wrong = CounterInput { weights: Change::Set([(foreign, 2)].into()), ..Default::default() };
        let refused = app.act(&agent, move |line, tx| update_counter(line, tx, counter, &wrong, None)).await;
        assert_eq!(field(refused.unwrap_err()), ("weights".to_owned(), "unknown"));
        let fewer = CounterInput { queue_ids: Some(vec![b]), ..Default::default() };
        let kept =
            app.act(&agent, move |line, tx| update_counter(line, tx, counter, &fewer, None)).await.unwrap();
        assert_eq!(kept.weights, Some([(b, 3)].into()), "a line that it serves no more weighs nothing");
        let none = CounterInput { capacity: Some(0), ..Default::default() };
        let refused = app.act(&agent, move |line, tx| update_counter(line, tx, counter, &none, None)).await;
        assert_eq!(field(refused.unwrap_err()), ("capacity".to_owned(), "out_of_range"));
    });
}

#[test]
fn nothing_begins_at_a_closed_counter_and_the_reason_for_a_break_is_short() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let ana = app.agent(1);
        let user = ana.actor.user().unwrap();
        app.sit(&ana, counter).await;
        let t = app.issue(queue).await;
        app.next(&ana, counter).await.unwrap();
        let long = "x".repeat(61);
        let refused = app
            .act(&ana, move |line, tx| {
                agent::set_status(line, tx, user, "", AgentStatus::Paused, Some(&long))
            })
            .await;
        assert_eq!(field(refused.unwrap_err()), ("reason".to_owned(), "length"));
        app.act(&ana, move |line, tx| agent::sign_out(line, tx, user)).await.unwrap();
        let refused = app.act(&ana, move |line, tx| serve::start(line, tx, t.id)).await.unwrap_err();
        assert_eq!(refused.code(), "counter_closed");
        app.sit(&ana, counter).await;
        app.act(&ana, move |line, tx| serve::start(line, tx, t.id)).await.unwrap();
        app.act(&ana, move |line, tx| serve::pause(line, tx, t.id)).await.unwrap();
        app.act(&ana, move |line, tx| agent::set_counter(line, tx, counter, CounterStatus::Closed))
            .await
            .unwrap();
        let refused = app.act(&ana, move |line, tx| serve::resume(line, tx, t.id)).await.unwrap_err();
        assert_eq!(refused.code(), "counter_closed");
        let done = app.close(&ana, t.id).await.unwrap();
        assert_eq!(done.status, Status::Served, "what is in hand may be finished");
    });
}

#[test]
fn staff_of_one_site_touch_no_ticket_of_another() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let t = app.issue(queue).await;
        let elsewhere: SiteId = Id::from_uuid(Uuid::from_u128(77));
        let ctx = {
            let mut caller = Caller::clone(app.agent(1).caller());
            caller.sites = Arc::from([elsewhere]);
            Ctx::new(app.tenant, Arc::new(caller))
        };
        let want = Issue { queue_id: Some(queue), ..Issue::default() };
        assert_eq!(app.issue_as(&ctx, want).await.unwrap_err().code(), "wrong_site");
        assert_eq!(app.next(&ctx, counter).await.unwrap_err().code(), "wrong_site");
        macro_rules! refused {
            ($(|$line:ident, $tx:ident| $op:expr;)+) => {$(
                let refused = app.act(&ctx, move |$line, $tx| $op.map(|_| ())).await;
                assert_eq!(refused.unwrap_err().code(), "wrong_site", "{}", stringify!($op));
            )+};
        }
        refused! {
            |line, tx| call::call(line, tx, t.id, counter);
            |line, tx| park::park(line, tx, t.id, 5);
            |line, tx| place::postpone(line, tx, t.id, &Default::default());
            |line, tx| place::move_to(line, tx, t.id, &place::Move { reason: "x".into(), ..Default::default() });
            |line, tx| transfer::transfer(line, tx, t.id, &Default::default());
            |line, tx| cancel::cancel(line, tx, t.id, None);
            |line, tx| note::note(line, tx, t.id, "x");
            |line, tx| note::edit(line, tx, t.id, Edit::default());
        }
        app.next(&app.agent(2), counter).await.unwrap();
        refused! {
            |line, tx| call::recall(line, tx, t.id);
            |line, tx| serve::start(line, tx, t.id);
            |line, tx| close::finish_wrap_up(line, tx, t.id, None);
            |line, tx| place::skip(line, tx, t.id, &Default::default());
            |line, tx| place::mark_no_show(line, tx, t.id);
        }
        app.act(&app.agent(2), move |line, tx| place::mark_no_show(line, tx, t.id)).await.unwrap();
        refused! { |line, tx| place::reinstate(line, tx, t.id); }
    });
}

#[test]
fn staff_of_one_site_change_no_rule_and_no_service_of_all_sites() {
    on_engines(|app| async move {
        app.small().await;
        let ctx = |site: SiteId| {
            let mut caller = Caller::clone(app.agent(1).caller());
            caller.sites = Arc::from([site]);
            Ctx::new(app.tenant, Arc::new(caller))
        };
        let (here, elsewhere) = (ctx(app.site), ctx(Id::from_uuid(Uuid::from_u128(77))));
        let rule = |site: Change<SiteId>| RuleInput {
            name: Some("rule".into()),
            condition: Some("true".into()),
            then: Some(Then { tag: Some("vip".into()), ..Default::default() }),
            site_id: site,
            ..Default::default()
        };
        let of_all =
            app.act(&app.manager(), move |line, tx| create_rule(line, tx, &rule(Change::Keep))).await;
        let (of_all, site) = (of_all.unwrap().id, app.site);
        let made = app.act(&here, move |line, tx| create_rule(line, tx, &rule(Change::Keep))).await;
        assert_eq!(made.unwrap_err().code(), "some_sites");
        let own = app.act(&here, move |line, tx| create_rule(line, tx, &rule(Change::Set(site)))).await;
        let own = own.unwrap().id;
        for (who, id, code) in [(&here, of_all, "some_sites"), (&elsewhere, own, "wrong_site")] {
            let off = RuleInput { active: Some(false), ..Default::default() };
            let changed = app.act(who, move |line, tx| update_rule(line, tx, id, &off, None)).await;
            assert_eq!(changed.unwrap_err().code(), code);
            let deleted = app.act(who, move |line, tx| delete_rule(line, tx, id)).await;
            assert_eq!(deleted.unwrap_err().code(), code);
        }
        // One of their own does not become one of all.
        let everywhere = RuleInput { site_id: Change::Clear, ..Default::default() };
        let widened = app.act(&here, move |line, tx| update_rule(line, tx, own, &everywhere, None)).await;
        assert_eq!(widened.unwrap_err().code(), "some_sites");
        app.act(&here, move |line, tx| delete_rule(line, tx, own)).await.unwrap();

        // A line of theirs offers what there is; a service that there is not is the organisation's to make.
        let named = |name: &str| QueueInput { name: Some(name.to_owned()), ..Default::default() };
        let unknown = named("Unheard of");
        let refused = app.act(&here, move |line, tx| create_queue(line, tx, &unknown)).await;
        assert_eq!(refused.unwrap_err().code(), "some_sites");
        let service = app.first_service().await;
        let known = QueueInput { service_ids: Some(vec![service]), ..named("Unheard of") };
        app.act(&here, move |line, tx| create_queue(line, tx, &known)).await.unwrap();
    });
}

#[test]
fn numbers_prefixes_and_blocks_refuse_what_they_cannot_keep() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let manager = app.manager();
        let service = app.first_service().await;
        let twin = QueueInput { name: Some("Other".into()), prefix: Some("A".into()), ..Default::default() };
        let taken = app.act(&manager, move |line, tx| create_queue(line, tx, &twin)).await.unwrap_err();
        assert_eq!(taken.code(), "taken");
        for (wrong, name) in [
            (QueueInput { prefix: Some("a b".into()), ..Default::default() }, "prefix"),
            (QueueInput { last_number: Some(0), ..Default::default() }, "last_number"),
            (QueueInput { padding: Some(9), ..Default::default() }, "padding"),
            (QueueInput { recall_limit: Some(-1), ..Default::default() }, "recall_limit"),
            (QueueInput { park_limit_minutes: Some(0), ..Default::default() }, "park_limit_minutes"),
            (QueueInput { no_show_minutes: Some(0), ..Default::default() }, "no_show_minutes"),
            (QueueInput { call_ahead: Some(51), ..Default::default() }, "call_ahead"),
            (QueueInput { reinstate_minutes: Some(-1), ..Default::default() }, "reinstate_minutes"),
            (QueueInput { max_active_tickets: Change::Set(0), ..Default::default() }, "max_active_tickets"),
            (
                QueueInput { max_per_customer_per_day: Change::Set(0), ..Default::default() },
                "max_per_customer_per_day",
            ),
            (
                QueueInput { service_ids: Some(vec![Id::from_uuid(Uuid::nil())]), ..Default::default() },
                "service_ids",
            ),
        ] {
            let refused =
                app.act(&manager, move |line, tx| update_queue(line, tx, queue, &wrong, None)).await;
            assert_eq!(field(refused.unwrap_err()).0, name);
        }
        for (wrong, name) in [
            (
                ServiceInput { names: Some([("xx_1".into(), "x".into())].into()), ..Default::default() },
                "names.xx_1",
            ),
            (
                ServiceInput {
                    descriptions: Some([("de".into(), "x".repeat(1001))].into()),
                    ..Default::default()
                },
                "descriptions.de",
            ),
            (
                ServiceInput { required_skills: Some(vec![" ".into()]), ..Default::default() },
                "required_skills",
            ),
            (ServiceInput { target_minutes: Change::Set(0.0), ..Default::default() }, "target_minutes"),
            (ServiceInput { outcome_required: Some(true), ..Default::default() }, "outcomes"),
            (
                ServiceInput { names: Some([("en".into(), " ".into())].into()), ..Default::default() },
                "names.en",
            ),
            (
                ServiceInput { outcomes: Some(outcomes(&["done", "left", "done"])), ..Default::default() },
                "outcomes[2].code",
            ),
            (ServiceInput { outcomes: Some(outcomes(&[""])), ..Default::default() }, "outcomes[0].code"),
            (
                ServiceInput { priority_rules: Some(classes(&["vip", "Normal"])), ..Default::default() },
                "priority_rules.classes.Normal",
            ),
            (
                ServiceInput { priority_rules: Some(classes(&[" "])), ..Default::default() },
                "priority_rules.classes",
            ),
        ] {
            let refused =
                app.act(&manager, move |line, tx| update_service(line, tx, service, &wrong, None)).await;
            assert_eq!(field(refused.unwrap_err()).0, name);
        }

        let many = app.act(&manager, move |line, tx| lease::lease(line, tx, queue, 51, None)).await;
        assert_eq!(field(many.unwrap_err()), ("count".to_owned(), "out_of_range"));
        let block = app.act(&manager, move |line, tx| lease::lease(line, tx, queue, 2, None)).await.unwrap();
        let printed = |value, service_id| lease::Printed {
            value,
            issued_at: app.now(),
            service_id,
            name: None,
            phone: None,
            locale: None,
            assistance: None,
        };
        let refused = async |wrong: lease::Printed| {
            let wrong = [wrong];
            let told = app.act(&manager, move |line, tx| lease::upload(line, tx, block.id, &wrong)).await;
            match told.unwrap().pop() {
                Some((_, lease::Upload::Refused(error))) => error,
                other => panic!("not refused: {other:?}"),
            }
        };
        let other = app
            .act(&manager, |line, tx| {
                let input = ServiceInput { name: Some("Loans".into()), ..Default::default() };
                create_service(line, tx, &input)
            })
            .await
            .unwrap()
            .id;
        for (value, service, code) in [(9, service, "lease_number"), (1, other, "service_not_here")] {
            assert_eq!(refused(printed(value, service)).await.code(), code);
        }
        let named = |name: &str, phone: &str| lease::Printed {
            name: Some(name.to_owned()),
            phone: Some(phone.to_owned()),
            ..printed(1, service)
        };
        for (wrong, name) in [
            (named(&"x".repeat(121), "110"), "name"),
            (named("A\u{0}", "110"), "name"),
            (named("Ana", "call me"), "phone"),
            (lease::Printed { locale: Some("English".into()), ..printed(1, service) }, "locale"),
            (lease::Printed { assistance: Some("x".repeat(201)), ..printed(1, service) }, "assistance"),
        ] {
            assert_eq!(field(refused(wrong).await).0, name);
        }
        let ahead = |minutes| app.now() + SignedDuration::from_mins(minutes);
        let early = lease::Printed { issued_at: ahead(6), ..printed(1, service) };
        assert_eq!(refused(early).await.code(), "issued_in_future");
        let many = vec![printed(1, service); 51];
        let too_many = app.act(&manager, move |line, tx| lease::upload(line, tx, block.id, &many)).await;
        assert_eq!(field(too_many.unwrap_err()), ("tickets".to_owned(), "too_many"));
        let a_little_ahead = lease::Printed { issued_at: ahead(4), ..named("Ana", "0049 30 12345") };
        let sound = vec![a_little_ahead];
        let taken =
            app.act(&manager, move |line, tx| lease::upload(line, tx, block.id, &sound)).await.unwrap();
        let [(1, lease::Upload::TakenIn(taken))] = taken.as_slice() else { panic!("{taken:?}") };
        assert_eq!((taken.customer_phone.as_deref(), taken.issued_at), (Some("+493012345"), app.now()));
        change(&app, queue, QueueInput { status: Some(QueueStatus::Paused), ..Default::default() }).await;
        let paused =
            app.act(&manager, move |line, tx| lease::lease(line, tx, queue, 2, None)).await.unwrap_err();
        assert_eq!(paused.code(), "queue_paused");
        let end =
            QueueInput { status: Some(QueueStatus::Active), last_number: Some(2), ..Default::default() };
        change(&app, queue, end).await;
        let none =
            app.act(&manager, move |line, tx| lease::lease(line, tx, queue, 2, None)).await.unwrap_err();
        assert_eq!(none.code(), "numbers_exhausted");
    });
}

#[test]
fn a_transferred_ticket_keeps_its_number_and_a_missed_one_its_place_unless_the_line_says_otherwise() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let to_end = QueueInput { reinstate: Some(Reinstate::End), ..Default::default() };
        let a = app.queue("Deposit", "A", &[deposit], to_end).await;
        let b = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let counter = app.counter(&[a], 1).await;
        let agent = app.agent(1);
        let (first, second) = (app.issue(a).await, app.issue(a).await);
        let to_loans = transfer::Transfer { service_id: Some(loans), ..Default::default() };
        let moved = app
            .act(&agent, move |line, tx| transfer::transfer(line, tx, second.id, &to_loans))
            .await
            .unwrap();
        assert_eq!((moved.number.as_str(), moved.queue_id, moved.service_id), ("A-002", b, loans));
        let page = show::public_ticket(&app.line, app.tenant, second.id).await.unwrap().unwrap();
        assert_eq!(page.moved_to.as_deref(), Some("Loans"));
        let same = transfer::Transfer { queue_id: Some(b), ..Default::default() };
        let refused = app
            .act(&agent, move |line, tx| transfer::transfer(line, tx, second.id, &same))
            .await
            .unwrap_err();
        assert_eq!(refused.code(), "same_line");

        app.next(&agent, counter).await.unwrap();
        app.act(&agent, move |line, tx| place::mark_no_show(line, tx, first.id)).await.unwrap();
        let third = app.issue(a).await;
        app.act(&agent, move |line, tx| place::reinstate(line, tx, first.id)).await.unwrap();
        assert_eq!(app.waiting(a), ["A-003", "A-001"], "{} came first", third.number);
    });
}

#[test]
fn a_ticket_is_told_to_come_near_as_the_line_calls_ahead() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        change(&app, queue, QueueInput { call_ahead: Some(2), ..Default::default() }).await;
        let mut near = Vec::new();
        for _ in 0..4 {
            let t = app.issue(queue).await;
            near.push(show::public_ticket(&app.line, app.tenant, t.id).await.unwrap().unwrap().near);
        }
        assert_eq!(near, [true, true, false, false]);
    });
}

#[test]
fn names_and_pages_speak_the_persons_language() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let named = ServiceInput {
            names: Some([("de".into(), "Einzahlung".into()), ("pt-BR".into(), "Depósito".into())].into()),
            descriptions: Some([("de".into(), "Geld auf ein Konto".into())].into()),
            description: Some("Money into an account".into()),
            ..Default::default()
        };
        let kept = app
            .act(&app.manager(), move |line, tx| update_service(line, tx, service, &named, None))
            .await
            .unwrap();
        assert_eq!(
            (kept.description_in("de-AT"), kept.description_in("fr")),
            ("Geld auf ein Konto", "Money into an account")
        );
        for (locale, name) in [
            (Some("de-CH"), "Einzahlung"),
            (Some("pt-BR"), "Depósito"),
            (Some("fr"), "Deposit"),
            (None, "Deposit"),
        ] {
            let want = Issue { queue_id: Some(queue), locale: locale.map(str::to_owned), ..Issue::default() };
            let t = app.issue_as(&app.manager(), want).await.unwrap();
            let page = show::public_ticket(&app.line, app.tenant, t.id).await.unwrap().unwrap();
            assert_eq!(page.service.name, name, "{locale:?}");
        }
    });
}

#[test]
fn rules_choose_line_and_class_by_service_time_and_load() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let a = app.queue("One", "A", &[service], QueueInput::default()).await;
        let b = app.queue("Two", "B", &[service], QueueInput::default()).await;
        let rule = |event, condition: &str, then: Then| {
            let input = RuleInput {
                name: Some("rule".into()),
                event: Some(event),
                condition: Some(condition.to_owned()),
                then: Some(then),
                ..Default::default()
            };
            let app = &app;
            async move {
                app.act(&app.manager(), move |line, tx| create_rule(line, tx, &input)).await.unwrap();
            }
        };
        // Ten in the morning by UTC is eleven in Berlin.
        let to_b = Then { queue_id: Some(b), ..Default::default() };
        rule(RuleEvent::Issue, "service.code == 'deposit' && time.hour == 11 && load.waiting >= 2", to_b)
            .await;
        let vip = Then { class: Some("vip".into()), tag: Some("gold".into()), ..Default::default() };
        rule(RuleEvent::Issue, "customer.name.startsWith('Dr')", vip).await;
        let refuse = Then { refuse: Some("Nobody is sent there.".into()), ..Default::default() };
        rule(RuleEvent::Transfer, "queue.prefix == 'B'", refuse).await;
        app.issue(a).await;
        let want = Issue { queue_id: Some(a), name: Some("Dr Who".into()), ..Issue::default() };
        let doctor = app.issue_as(&app.manager(), want).await.unwrap();
        assert_eq!((doctor.class.as_str(), doctor.extra.unwrap().tags), ("vip", vec!["gold".to_owned()]));
        let third = app.issue(a).await;
        assert_eq!((third.queue_id, third.number.as_str()), (b, "B-001"), "two wait already");
        let to_b = transfer::Transfer { queue_id: Some(b), ..Default::default() };
        let refused = app
            .act(&app.agent(1), move |line, tx| transfer::transfer(line, tx, doctor.id, &to_b))
            .await
            .unwrap_err();
        assert_eq!((refused.code(), refused.to_string().as_str()), ("rule_refused", "Nobody is sent there."));
    });
}

#[test]
fn the_figures_of_a_line_are_those_of_its_day() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let service = app.first_service().await;
        let target = ServiceInput { target_minutes: Change::Set(5.0), ..Default::default() };
        app.act(&app.manager(), move |line, tx| update_service(line, tx, service, &target, None))
            .await
            .unwrap();
        let agent = app.agent(1);
        let [a, b, c, d] =
            [app.issue(queue).await, app.issue(queue).await, app.issue(queue).await, app.issue(queue).await];
        app.wait(2);
        app.next(&agent, counter).await.unwrap();
        app.wait(4);
        app.close(&agent, a.id).await.unwrap();
        app.next(&agent, counter).await.unwrap();
        app.wait(2);
        app.close(&agent, b.id).await.unwrap();
        app.next(&agent, counter).await.unwrap();
        app.act(&agent, move |line, tx| place::mark_no_show(line, tx, c.id)).await.unwrap();
        app.act(&agent, move |line, tx| note::note(line, tx, b.id, "came back for a pen")).await.unwrap();
        app.act(&agent, move |line, tx| note::note(line, tx, c.id, "phoned")).await.unwrap();
        app.wait(1);
        let figures = |app: &App| {
            let (line, now) = (app.line.clone(), app.now());
            let ctx = app.manager();
            let db = app.line.db().clone();
            async move {
                let config = db.read(&ctx, move |read| line.config(read)).await.unwrap();
                (config, now)
            }
        };
        let stats = |app: &App, config: &usher_queueing::model::TenantConfig, now| -> Stats {
            show::stats(&app.line, config, config.queue(queue).unwrap(), now)
        };
        let (config, now) = figures(&app).await;
        let s = stats(&app, &config, now);
        assert_eq!((s.waiting, s.serving, s.served_today), (1, 0, 2), "{} waits", d.number);
        assert_eq!((s.average_wait_minutes, s.p90_wait_minutes), (5.3, 8.0), "2, 6 and 8 minutes");
        assert_eq!((s.average_service_minutes, s.p90_service_minutes), (3.0, 4.0));
        assert_eq!(s.longest_current_wait_minutes, 9.0);
        assert_eq!(s.sla_met_percent, Some(33.3));
        assert_eq!(s.abandonment_percent, 33.3, "one of three did not come");
        assert_eq!(s.throughput_per_hour, 8.0, "two in the quarter of an hour that counts at least");
        let again = app.reopened().await;
        let (config, now) = figures(&again).await;
        let rebuilt = stats(&again, &config, now);
        assert_eq!(
            (rebuilt.served_today, rebuilt.average_wait_minutes, rebuilt.abandonment_percent),
            (s.served_today, s.average_wait_minutes, s.abandonment_percent)
        );
        let served = |app: &App| app.line.live().seats.lock().counters[&counter].served_today;
        assert_eq!((served(&app), served(&again)), (2, 2), "a remark is no service");
    });
}

#[test]
fn what_moves_nowhere_says_why() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let other = app.queue("Other", "B", &[service], QueueInput::default()).await;
        let (manager, tenant) = (app.manager(), app.tenant);
        let north = app
            .line
            .db()
            .write(&manager, usher_db::Lane::Tenant, move |tx| {
                let named =
                    usher_tenancy::model::SiteChange { name: Some("North".into()), ..Default::default() };
                usher_tenancy::ops::create_site(tx, tenant, named)
            })
            .await
            .unwrap();
        let far = QueueInput { name: Some("Far".into()), site_id: Some(north.id), ..Default::default() };
        let far = app.act(&manager, move |line, tx| create_queue(line, tx, &far)).await.unwrap().id;
        let (a, b) = (app.issue(queue).await, app.issue(other).await);
        let wish = |wish: place::Move| {
            let app = &app;
            async move {
                let wish = place::Move { reason: "a reason".into(), ..wish };
                app.act(&app.manager(), move |line, tx| place::move_to(line, tx, a.id, &wish)).await
            }
        };
        let before = place::Move { before_ticket_id: Some(b.id), ..Default::default() };
        assert_eq!(wish(before).await.unwrap_err().code(), "not_in_line");
        let away = place::Move { queue_id: Some(far), ..Default::default() };
        assert_eq!(wish(away).await.unwrap_err().code(), "other_site");
        let away = transfer::Transfer { queue_id: Some(far), ..Default::default() };
        let refused = app.act(&manager, move |line, tx| transfer::transfer(line, tx, a.id, &away)).await;
        assert_eq!(refused.unwrap_err().code(), "other_site");
        change(&app, other, QueueInput { status: Some(QueueStatus::Inactive), ..Default::default() }).await;
        let off = place::Move { queue_id: Some(other), ..Default::default() };
        assert_eq!(wish(off).await.unwrap_err().code(), "queue_inactive");
        let stale = QueueInput { name: Some("New".into()), ..Default::default() };
        let refused =
            app.act(&manager, move |line, tx| update_queue(line, tx, queue, &stale, Some(99))).await;
        assert_eq!(refused.unwrap_err().code(), "stale");
        let refused = app.act(&manager, move |line, tx| park::park(line, tx, a.id, 61)).await.unwrap_err();
        assert_eq!((refused.code(), refused.to_string().contains("60 minutes")), ("park_limit", true));
        let never = app.act(&manager, move |line, tx| park::park(line, tx, a.id, -5)).await.unwrap_err();
        assert_eq!(never.to_string(), "A ticket of this line may be parked for 1 to 60 minutes.");
        for (nowhere, name, code) in [
            (place::Move { position: Some(0), ..Default::default() }, "position", "out_of_range"),
            (
                place::Move { before_ticket_id: Some(a.id), ..Default::default() },
                "before_ticket_id",
                "itself",
            ),
        ] {
            assert_eq!(field(wish(nowhere).await.unwrap_err()), (name.to_owned(), code));
        }
        for (wish, name) in [
            (place::Postpone { places: Some(51), minutes: None }, "places"),
            (place::Postpone { places: None, minutes: None }, "places"),
            (place::Postpone { places: Some(1), minutes: Some(1) }, "places"),
        ] {
            let refused = app.act(&manager, move |line, tx| place::postpone(line, tx, a.id, &wish)).await;
            assert_eq!(field(refused.unwrap_err()).0, name);
        }
        app.act(&manager, move |line, tx| cancel::leave(line, tx, a.id)).await.unwrap();
        let over = app.act(&manager, move |line, tx| note::seen(line, tx, a.id, true)).await.unwrap_err();
        assert_eq!(over.code(), "over");
        app.hands.advance(SignedDuration::from_secs(31));
        let late = app.act(&manager, move |line, tx| cancel::undo_leave(line, tx, a.id)).await.unwrap_err();
        assert_eq!(late.code(), "undo_too_late");
    });
}
