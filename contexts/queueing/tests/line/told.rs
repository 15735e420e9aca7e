//! What the page of a ticket tells its holder when staff move them, and when their site closes in an emergency.

use serde_json::{Value, json};
use usher_kernel::Change;
use usher_queueing::Error;
use usher_queueing::jobs::Watch;
use usher_queueing::model::{MovedPlace, QueueId, Ticket, TicketId};
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::configure::{QueueInput, update_queue};
use usher_queueing::ops::place::{self, Move, Postpone};
use usher_queueing::ops::show::{self, PublicTicket};
use usher_queueing::ops::{cancel, presence, transfer, undo};
use usher_realtime::Room;

use crate::app::{App, on_engines};
use crate::boards::Display;

async fn page(app: &App, id: TicketId) -> PublicTicket {
    show::public_ticket(&app.line, app.tenant, id).await.unwrap().unwrap()
}

/// Where a ticket's page says that staff put it: the other line, the place, and why.
async fn moved(app: &App, id: TicketId) -> (Option<String>, Option<MovedPlace>, Option<String>) {
    let page = page(app, id).await;
    let (place, reason) = page.moved.map_or((None, None), |moved| (Some(moved.place), moved.reason));
    (page.moved_to, place, reason)
}

async fn shift(app: &App, id: TicketId, wish: Move) -> Result<Ticket, Error> {
    app.act(&app.agent(1), move |line, tx| place::move_to(line, tx, id, &wish)).await
}

async fn send(app: &App, id: TicketId, to: transfer::Transfer) {
    app.act(&app.agent(1), move |line, tx| transfer::transfer(line, tx, id, &to)).await.unwrap();
}

fn to(queue: QueueId, why: &str) -> Move {
    Move { queue_id: Some(queue), reason: why.to_owned(), ..Move::default() }
}

#[test]
fn who_is_moved_reads_where_they_stand_and_why() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let one = app.queue("One", "A", &[service], QueueInput::default()).await;
        let two = app.queue("Two", "B", &[service], QueueInput::default()).await;
        let at_one = app.counter(&[one], 1).await;
        app.issue(two).await;
        let (a, b, c) = (app.issue(one).await, app.issue(one).await, app.issue(one).await);
        assert_eq!(moved(&app, a.id).await, (None, None, None), "nobody moved them");

        let why = Some("One is short of staff".to_owned());
        shift(&app, a.id, to(two, " One is short of staff ")).await.unwrap();
        let anew = Some(MovedPlace::Anew);
        assert_eq!(moved(&app, a.id).await, (Some("Two".to_owned()), anew, why));
        assert_eq!(page(&app, a.id).await.people_ahead, Some(1), "behind who was there");

        let first = Move { position: Some(1), reason: "a small child".into(), ..Move::default() };
        shift(&app, c.id, first).await.unwrap();
        let chosen = Some(MovedPlace::Chosen);
        assert_eq!(moved(&app, c.id).await, (None, chosen, Some("a small child".to_owned())));
        let end = Move { reason: "went out".into(), ..Move::default() };
        shift(&app, c.id, end).await.unwrap();
        assert_eq!(moved(&app, c.id).await, (None, anew, Some("went out".to_owned())));

        // Staff's remark to whoever takes over is not for the person.
        let note = Some("wants to close the account".to_owned());
        send(&app, b.id, transfer::Transfer { counter_id: Some(at_one), note, ..Default::default() }).await;
        assert_eq!(moved(&app, b.id).await, (None, Some(MovedPlace::Kept), None));
        assert_eq!(page(&app, b.id).await.people_ahead, Some(0), "where it stood");
        send(&app, b.id, transfer::Transfer { queue_id: Some(two), ..Default::default() }).await;
        assert_eq!(moved(&app, b.id).await, (Some("Two".to_owned()), anew, None));

        // Whoever then lets others go first stands where they chose themselves.
        app.issue(two).await;
        let later = Postpone { places: Some(1), minutes: None };
        app.act(&app.manager(), move |line, tx| place::postpone(line, tx, b.id, &later)).await.unwrap();
        assert_eq!(moved(&app, b.id).await, (Some("Two".to_owned()), None, None));

        let end = Move { reason: "by mistake".into(), ..Move::default() };
        shift(&app, b.id, end).await.unwrap();
        assert_eq!(moved(&app, b.id).await.1, anew);
        app.act(&app.agent(1), undo::undo).await.unwrap();
        assert_eq!(moved(&app, b.id).await.1, None, "it was taken back");
    });
}

#[test]
fn a_move_never_changes_what_somebody_came_for() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let one = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        let other = app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        let t = app.issue(one).await;
        let refused = shift(&app, t.id, to(other, "shorter")).await.unwrap_err();
        assert_eq!(
            (refused.code(), refused.to_string().as_str()),
            ("service_not_here", "Deposit is not offered at Loans.")
        );
        assert_eq!(app.waiting(one), ["A-001"]);
        send(&app, t.id, transfer::Transfer { queue_id: Some(other), ..Default::default() }).await;
        let page = page(&app, t.id).await;
        assert_eq!((page.queue.name.as_str(), page.service.name.as_str()), ("Loans", "Loans"), "by transfer");
    });
}

/// The next page that says this of the site; what was on its way before is passed over.
async fn hears_of(phone: &mut Display, closed: &Value) -> Value {
    loop {
        let page = phone.hears("ticket").await;
        if page["site"]["closed"] == *closed {
            return page;
        }
    }
}

/// Closes the site, or opens it again.
async fn emergency(app: &App, mode: Option<ClosingMode>) {
    let site = app.site;
    let closing = mode.map(|mode| CloseSite { reason: "Water in the hall".into(), mode });
    app.act(&app.manager(), move |line, tx| match &closing {
        Some(closing) => close_site::close(line, tx, site, closing).map(|_| ()),
        None => close_site::reopen(line, tx, site),
    })
    .await
    .unwrap();
}

#[test]
fn a_closed_site_says_why_on_every_phone_in_line_and_estimates_nothing() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        app.sit(&app.agent(1), counter).await;
        let near = QueueInput { call_ahead: Some(2), ask_at_place: Change::Set(1), ..QueueInput::default() };
        app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &near, None)).await.unwrap();
        let t = app.issue(queue).await;
        app.act(&app.manager(), move |line, tx| presence::open_page(line, tx, t.id)).await.unwrap();
        let mut phone = Display::of(&app, Room::new(app.tenant, "ticket", t.id.uuid()));
        let open = phone.hears("snapshot").await;
        assert_eq!((&open["site"]["closed"], &open["near"]), (&Value::Null, &json!(true)));
        assert!(open["estimate"].is_object());

        emergency(&app, Some(ClosingMode::CarryOver)).await;
        let told = hears_of(&mut phone, &json!("Water in the hall")).await;
        assert_eq!((&told["status"], &told["people_ahead"]), (&json!("waiting"), &json!(0)), "facts stay");
        assert_eq!((&told["estimate"], &told["near"]), (&Value::Null, &json!(false)));
        assert_eq!(Watch::new(&app.line).run_due(app.now()).await, 0, "nobody is asked to come");

        emergency(&app, None).await;
        let again = hears_of(&mut phone, &Value::Null).await;
        assert_eq!(again["near"], json!(true));
        assert!(again["estimate"].is_object());

        // On another node, too.
        if let Some(beside) = app.beside().await {
            let mut other = Display::of(&beside, Room::new(app.tenant, "ticket", t.id.uuid()));
            other.hears("snapshot").await;
            emergency(&app, Some(ClosingMode::Rebook)).await;
            hears_of(&mut other, &json!("Water in the hall")).await;
            emergency(&app, None).await;
            hears_of(&mut other, &Value::Null).await;
        }
    });
}

#[test]
fn whose_ticket_an_emergency_ends_reads_why() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let (a, b) = (app.issue(queue).await, app.issue(queue).await);
        let away = Some("had a loud row");
        app.act(&app.manager(), move |line, tx| cancel::cancel(line, tx, b.id, away)).await.unwrap();
        assert_eq!(
            page(&app, b.id).await.closed_because,
            None,
            "what staff note of somebody stays with staff"
        );
        emergency(&app, Some(ClosingMode::Cancel)).await;
        let ended = page(&app, a.id).await;
        assert_eq!(
            (ended.cause, ended.closed_because.as_deref()),
            (Some("line_closed"), Some("Water in the hall"))
        );
        emergency(&app, None).await;
        let later = page(&app, a.id).await;
        assert_eq!((later.site.closed, later.closed_because.as_deref()), (None, Some("Water in the hall")));
    });
}

/// The next word of a line that says this of it; what was on its way before is passed over.
async fn hears_of_line(screen: &mut Display, field: &str, value: &str) {
    while screen.hears("queue.changed").await[field] != value {}
}

/// Who follows a line hears of it as it is, also when nobody did anything in it: that it is paused, what it is called now.
#[test]
fn who_follows_a_line_hears_how_it_is_set_up() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let room = || Room::new(app.tenant, "queue", queue.uuid());
        let set = async |change: Value| {
            let change: QueueInput = serde_json::from_value(change).unwrap();
            let who = app.manager();
            app.act(&who, move |line, tx| update_queue(line, tx, queue, &change, None)).await.unwrap();
        };
        let mut screen = Display::of(&app, room());
        assert_eq!(screen.hears("snapshot").await["status"], "active");
        set(json!({ "status": "paused" })).await;
        hears_of_line(&mut screen, "status", "paused").await;
        set(json!({ "status": "active", "name": "Cash" })).await;
        hears_of_line(&mut screen, "name", "Cash").await;

        if let Some(beside) = app.beside().await {
            let mut other = Display::of(&beside, room());
            assert_eq!(other.hears("snapshot").await["status"], "active");
            set(json!({ "status": "inactive" })).await;
            hears_of_line(&mut other, "status", "inactive").await;
        }
    });
}
