//! Visits of several services: what comes next, and what happens when it cannot.

use usher_kernel::{Change, Ctx};
use usher_queueing::Error;
use usher_queueing::model::queue::QueueStatus;
use usher_queueing::model::{QueueId, Ticket, TicketId};
use usher_queueing::ops::close;
use usher_queueing::ops::configure::{QueueInput, update_queue};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::show::{self, console};
use usher_queueing::ops::visit::{Continue, continue_visit};

use crate::app::{App, on_engines};

async fn switch(app: &App, queue: QueueId, status: QueueStatus) {
    let change = QueueInput { status: Some(status), ..QueueInput::default() };
    app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &change, None)).await.unwrap();
}

async fn page(app: &App, id: TicketId) -> show::PublicTicket {
    show::public_ticket(&app.line, app.tenant, id).await.unwrap().unwrap()
}

async fn stopped(app: &App, who: &Ctx) -> Vec<String> {
    let (line, tenant, user) = (app.line.clone(), app.tenant, who.actor.user().unwrap());
    let seen = app.line.db().read(who, move |read| console(&line, read, tenant, user)).await.unwrap();
    seen.stopped_visits
        .iter()
        .map(|v| format!("{} {} {}", v.number, v.step.service_name, v.step.code.as_deref().unwrap_or("-")))
        .collect()
}

async fn go_on(app: &App, id: TicketId, input: Continue) -> Result<Ticket, Error> {
    app.act(&app.agent(1), move |line, tx| continue_visit(line, tx, id, &input)).await
}

#[test]
fn the_page_of_a_served_ticket_leads_to_the_next() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let b = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let counter = app.counter(&[a], 1).await;
        let agent = app.agent(1);
        let visit =
            Issue { service_ids: vec![deposit, loans], name: Some("Zoë".into()), ..Issue::default() };
        let first = app.issue_as(&agent, visit).await.unwrap();
        assert!(page(&app, first.id).await.next.is_none());
        app.next(&agent, counter).await.unwrap();
        let done = app.close(&agent, first.id).await.unwrap();
        let step = done.extra.unwrap().next_step.unwrap();
        assert_eq!((step.number.as_deref(), step.code), (Some("B-001"), None), "the agent is told");
        let next = page(&app, first.id).await.next.unwrap();
        assert_eq!((next.number.as_deref(), next.service.name.as_str()), (Some("B-001"), "Loans"));
        let secret = next.url.unwrap();
        let opened = app.line.secrets().open(secret.strip_prefix("/t/").unwrap()).unwrap();
        assert_eq!(Some(opened), step.ticket_id);
        let second = page(&app, opened).await;
        assert_eq!(second.number, "B-001");
        assert!(stopped(&app, &agent).await.is_empty());
        assert_eq!(app.waiting(b), ["B-001"]);
    });
}

#[test]
fn a_step_that_finds_no_line_is_told_and_issued_by_hand() {
    on_engines(|app| async move {
        let [deposit, photo, loans] =
            [app.service("Deposit").await, app.service("Photo").await, app.service("Loans").await];
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let p = app.queue("Photo", "P", &[photo], QueueInput::default()).await;
        let b = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let counter = app.counter(&[a], 1).await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let visit = Issue { service_ids: vec![deposit, photo, loans], ..Issue::default() };
        let first = app.issue_as(&agent, visit).await.unwrap();
        switch(&app, p, QueueStatus::Paused).await;
        app.next(&agent, counter).await.unwrap();
        let turn = app
            .act(&agent, move |line, tx| {
                close::complete_and_call_next(line, tx, counter, None, &close::Close::default())
            })
            .await
            .unwrap();
        let step = turn.completed.unwrap().extra.unwrap().next_step.unwrap();
        assert_eq!(
            (step.service_id, step.code.as_deref()),
            (photo, Some("queue_paused")),
            "the agent's answer"
        );
        assert_eq!(stopped(&app, &agent).await, ["A-001 Photo queue_paused"], "and the console");
        let told = page(&app, first.id).await.next.unwrap();
        assert_eq!((told.number, told.url), (None, None), "and the person");
        assert_eq!(told.code.as_deref(), Some("queue_paused"), "in a form that every language can say");
        assert!(told.reason.unwrap().contains("Photo is paused"));
        let kinds: Vec<String> = {
            let (tenant, id) = (app.tenant, first.id.uuid());
            app.line
                .db()
                .read(&agent, move |read| usher_events::history(read, tenant, ("ticket", id), None, 20))
                .await
                .unwrap()
                .into_iter()
                .map(|record| record.event.kind.into_owned())
                .collect()
        };
        assert_eq!(kinds[..2], ["ticket.visit_stopped", "ticket.completed"], "and the log");
        let again = app.reopened().await;
        assert_eq!(stopped(&again, &agent).await, ["A-001 Photo queue_paused"], "also after a restart");

        let still = go_on(&again, first.id, Continue::default()).await.unwrap_err();
        assert_eq!(still.code(), "queue_paused");
        let foreign = Continue { service_id: Some(deposit), queue_id: None };
        assert_eq!(go_on(&again, first.id, foreign).await.unwrap_err().code(), "invalid_field");
        let loans_first = Continue { service_id: Some(loans), queue_id: Some(b) };
        let next = go_on(&again, first.id, loans_first).await.unwrap();
        assert_eq!((next.number.as_str(), next.visit_id), ("B-001", first.visit_id));
        assert_eq!(next.extra.unwrap().remaining_services, [photo], "the other service is still to come");
        assert!(stopped(&again, &agent).await.is_empty());
        assert_eq!(page(&again, first.id).await.next.unwrap().number.as_deref(), Some("B-001"));
        assert_eq!(go_on(&again, first.id, Continue::default()).await.unwrap_err().code(), "visit_went_on");
    });
}

#[test]
fn a_full_range_of_numbers_keeps_no_agent_from_finishing() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let short =
            QueueInput { last_number: Some(2), max_active_tickets: Change::Clear, ..Default::default() };
        let b = app.queue("Loans", "B", &[loans], short).await;
        app.issue(b).await;
        app.issue(b).await;
        let counter = app.counter(&[a], 1).await;
        let agent = app.agent(1);
        let visit = Issue { service_ids: vec![deposit, loans], ..Issue::default() };
        let first = app.issue_as(&agent, visit).await.unwrap();
        app.next(&agent, counter).await.unwrap();
        let done = app.close(&agent, first.id).await.unwrap();
        assert_eq!(done.extra.unwrap().next_step.unwrap().code.as_deref(), Some("numbers_exhausted"));
        let plain = app.issue(a).await;
        app.next(&agent, counter).await.unwrap();
        app.close(&agent, plain.id).await.unwrap();
        let nothing = go_on(&app, plain.id, Continue::default()).await.unwrap_err();
        assert_eq!(nothing.code(), "no_next_step");
    });
}
