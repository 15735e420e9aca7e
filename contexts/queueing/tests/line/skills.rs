//! Services that ask for skills are served by those who have them, and by nobody else.

use usher_queueing::Error;
use usher_queueing::model::{AgentStatus, QueueId, ServiceId};
use usher_queueing::ops::configure::{QueueInput, ServiceInput, update_service};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::show::{Console, console, explain};
use usher_queueing::ops::{agent, call, close, transfer};
use usher_testkit::until;

use crate::app::{App, on_engines};

pub(crate) async fn demand(app: &App, service: ServiceId, skills: &[&str]) {
    let skills = skills.iter().map(|s| (*s).to_owned()).collect();
    let change = ServiceInput { required_skills: Some(skills), ..Default::default() };
    app.act(&app.manager(), move |line, tx| update_service(line, tx, service, &change, None)).await.unwrap();
}

async fn console_of(app: &App, ctx: &usher_kernel::Ctx) -> Console {
    let (line, tenant, user) = (app.line.clone(), app.tenant, ctx.actor.user().unwrap());
    app.line.db().read(ctx, move |read| console(&line, read, tenant, user)).await.unwrap()
}

#[test]
fn a_counter_calls_only_what_its_agent_can_serve() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let queue = app.queue("All", "A", &[deposit, loans], QueueInput::default()).await;
        let (one, two) = (app.counter(&[queue], 5).await, app.counter(&[queue], 5).await);
        let (ana, ben) = (app.hire("Ana", &["LOANS "]).await, app.hire("Ben", &[]).await);
        app.sit(&ana, one).await;
        app.sit(&ben, two).await;
        let want = |service| Issue { queue_id: Some(queue), service_id: Some(service), ..Issue::default() };
        let a = app.issue_as(&app.manager(), want(loans)).await.unwrap();
        let b = app.issue_as(&app.manager(), want(deposit)).await.unwrap();
        let c = app.issue_as(&app.manager(), want(loans)).await.unwrap();
        demand(&app, loans, &["Loans"]).await;

        let seen = console_of(&app, &ben).await;
        let line: Vec<&str> = seen.line.iter().map(|t| t.number.as_str()).collect();
        assert_eq!((line, seen.waiting_mine, seen.waiting_all), (vec!["A-002"], 1, 3));
        assert_eq!(app.next(&ben, two).await.unwrap().map(|t| t.id), Some(b.id), "the first he can serve");
        assert!(app.next(&ben, two).await.unwrap().is_none(), "nobody waits whom he can serve");
        let refused = app.act(&ben, move |line, tx| call::call(line, tx, a.id, two)).await.unwrap_err();
        assert_eq!(refused.code(), "skill_missing");
        assert!(refused.to_string().contains("A-001 needs Loans"), "{refused}");
        let to_two = transfer::Transfer { counter_id: Some(two), ..Default::default() };
        let refused =
            app.act(&ana, move |line, tx| transfer::transfer(line, tx, a.id, &to_two)).await.unwrap_err();
        assert_eq!(refused.code(), "skill_missing");

        assert_eq!(app.next(&ana, one).await.unwrap().map(|t| t.id), Some(a.id));
        app.train(&ben, &["loans", "cash"]).await;
        assert_eq!(
            app.next(&ben, two).await.unwrap().map(|t| t.id),
            Some(c.id),
            "what he learned counts at once"
        );
        let again = app.reopened().await;
        let (b1, b2) = (
            again.issue_as(&app.manager(), want(loans)).await.unwrap(),
            again.issue_as(&app.manager(), want(loans)).await.unwrap(),
        );
        let called = again.act(&ben, move |line, tx| call::call(line, tx, b2.id, two)).await.unwrap();
        assert_eq!(called.id, b2.id, "and after a restart");
        again.train(&ben, &[]).await;
        assert!(again.next(&ben, two).await.unwrap().is_none(), "{} needs what he no longer can", b1.number);
    });
}

#[test]
fn finishing_and_calling_the_next_passes_over_what_the_agent_cannot_serve() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let b = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let counter = app.counter(&[b, a], 1).await;
        let ben = app.hire("Ben", &[]).await;
        app.sit(&ben, counter).await;
        let first = app.issue(a).await;
        app.next(&ben, counter).await.unwrap();
        let (loan, second) = (app.issue(b).await, app.issue(a).await);
        demand(&app, loans, &["loans"]).await;
        let turn = app
            .act(&ben, move |line, tx| {
                close::complete_and_call_next(line, tx, counter, None, &close::Close::default())
            })
            .await
            .unwrap();
        assert_eq!(turn.completed.map(|t| t.id), Some(first.id));
        assert_eq!(turn.called.map(|t| t.id), Some(second.id), "{} comes first and is not his", loan.number);
        assert_eq!(app.waiting(b), ["B-001"]);
    });
}

#[test]
fn estimates_count_those_who_can_serve() {
    on_engines(|app| async move {
        let loans = app.service("Loans").await;
        let queue = app.queue("Loans", "A", &[loans], QueueInput::default()).await;
        let (one, two) = (app.counter(&[queue], 1).await, app.counter(&[queue], 1).await);
        let (ana, ben) = (app.hire("Ana", &["loans"]).await, app.hire("Ben", &[]).await);
        app.sit(&ana, one).await;
        app.sit(&ben, two).await;
        let want = Issue { queue_id: Some(queue), ..Issue::default() };
        app.issue_as(&app.manager(), want.clone()).await.unwrap();
        let both = app.issue_as(&app.manager(), want.clone()).await.unwrap();
        demand(&app, loans, &["loans"]).await;
        let third = app.issue_as(&app.manager(), want.clone()).await.unwrap();
        // Five minutes each: one person before two counters, two before one.
        assert_eq!((both.issued_p50, third.issued_p50), (Some(2.5), Some(10.0)));
        assert_eq!(third.issued_ahead, 2, "places in the line stay what they are");
        app.train(&ana, &[]).await;
        let why = |id| {
            let (line, ctx) = (app.line.clone(), app.manager());
            let app = &app;
            async move { app.line.db().read(&ctx, move |read| explain(&line, read, id)).await.unwrap() }
        };
        let told = why(third.id).await;
        assert!(told.text.contains("needs loans, which nobody at an open counter"), "{}", told.text);
        app.train(&ana, &["loans"]).await;
        let told = why(third.id).await;
        let term = told.terms.last().unwrap();
        assert_eq!((term.name, term.value), ("skills", 1.0));
        assert!(told.text.contains("A-003 has 2 before it") && told.text.contains("1 open counter can do"));
        app.train(&ana, &[]).await;
        let nobody = app.issue_as(&app.manager(), want).await.unwrap();
        assert_eq!(nobody.issued_p50, None, "nobody can serve it now, and nothing else is promised");
    });
}

/// How many come before somebody who joins now, how many of other lines first, and how many counters could serve them.
async fn joining(app: &App, queue: QueueId, service: ServiceId) -> (i64, f64, i64) {
    app.act(&app.manager(), move |line, tx| {
        let config = line.config(tx)?;
        let (queue, service) = (config.queue(queue).unwrap(), config.service(service).unwrap());
        let view = line.view(&config, queue, service, None, tx.now());
        Ok::<_, Error>((view.people_ahead, view.others_first, view.open_counters))
    })
    .await
    .unwrap()
}

#[test]
fn whom_the_counter_passes_over_keeps_nobody_waiting() {
    on_engines(|app| async move {
        let (cash, loans) = (app.service("Cash").await, app.service("Loans").await);
        let queue = app.queue("All", "A", &[cash, loans], QueueInput::default()).await;
        let (one, two) = (app.counter(&[queue], 5).await, app.counter(&[queue], 5).await);
        let (ana, ben) = (app.hire("Ana", &["loans"]).await, app.hire("Ben", &[]).await);
        app.sit(&ben, one).await;
        app.sit(&ana, two).await;
        demand(&app, loans, &["loans"]).await;
        let pause = async |status: AgentStatus| {
            let user = ana.actor.user().unwrap();
            app.act(&ana, move |line, tx| agent::set_status(line, tx, user, "", status, Some("Lunch")))
                .await
                .unwrap();
        };
        pause(AgentStatus::Paused).await;
        let want = |service| Issue { queue_id: Some(queue), service_id: Some(service), ..Issue::default() };
        for _ in 0..4 {
            app.issue_as(&app.manager(), want(loans)).await.unwrap();
        }
        // Nobody else is here whom Ben could call: the next call is theirs.
        assert_eq!(joining(&app, queue, cash).await, (0, 0.0, 1));
        let first = app.issue_as(&app.manager(), want(cash)).await.unwrap();
        assert_eq!((first.issued_p50, first.issued_ahead), (Some(0.0), 4), "the place stays what it is");
        assert_eq!(joining(&app, queue, cash).await, (1, 0.0, 1));
        assert_eq!(joining(&app, queue, loans).await, (5, 0.0, 0), "nobody serves it: all of them");
        // With Ana back somebody may call each of them, for cash and for loans.
        pause(AgentStatus::Available).await;
        assert_eq!(joining(&app, queue, cash).await, (5, 0.0, 2));
        assert_eq!(joining(&app, queue, loans).await, (5, 0.0, 1));
        // Called they go, and a node that starts now counts the same.
        pause(AgentStatus::Paused).await;
        assert_eq!(app.next(&ben, one).await.unwrap().map(|t| t.id), Some(first.id));
        assert_eq!(joining(&app, queue, cash).await, (0, 0.0, 1));
        assert_eq!(joining(&app.reopened().await, queue, cash).await, (0, 0.0, 1));
    });
}

#[test]
fn people_of_another_line_whom_the_counter_cannot_call_do_not_come_first() {
    on_engines(|app| async move {
        let (cash, loans) = (app.service("Cash").await, app.service("Loans").await);
        let first = app.queue("Loans", "L", &[loans], QueueInput::default()).await;
        let second = app.queue("Cash", "C", &[cash], QueueInput::default()).await;
        let counter = app.counter(&[first, second], 1).await;
        let (ana, ben) = (app.hire("Ana", &["loans"]).await, app.hire("Ben", &[]).await);
        app.sit(&ben, counter).await;
        demand(&app, loans, &["loans"]).await;
        for _ in 0..6 {
            app.issue(first).await;
        }
        assert_eq!(joining(&app, second, cash).await, (0, 0.0, 1));
        app.train(&ben, &["loans"]).await;
        assert_eq!(joining(&app, second, cash).await, (0, 6.0, 1));
        // Ana shares them; a third counter that cannot does not.
        let (hers, third) = (app.counter(&[first], 1).await, app.counter(&[first], 1).await);
        app.sit(&ana, hers).await;
        app.sit(&app.hire("Kim", &[]).await, third).await;
        assert_eq!(joining(&app, second, cash).await, (0, 3.0, 1));
    });
}

#[test]
fn what_is_learned_on_one_node_counts_on_the_other() {
    on_engines(|app| async move {
        let Some(other) = app.beside().await else { return };
        let loans = app.service("Loans").await;
        demand(&app, loans, &["loans"]).await;
        let queue = app.queue("Loans", "A", &[loans], QueueInput::default()).await;
        let counter = app.counter(&[queue], 1).await;
        let ben = app.hire("Ben", &[]).await;
        app.sit(&ben, counter).await;
        app.issue(queue).await;
        until("the other node knows who sits there", async || {
            other.line.live().seats.lock().counters.get(&counter).is_some_and(|s| s.agent_id.is_some())
        })
        .await;
        assert!(other.next(&ben, counter).await.unwrap().is_none());
        app.train(&ben, &["loans"]).await;
        until("the other node calls for him", async || other.next(&ben, counter).await.unwrap().is_some())
            .await;
    });
}
