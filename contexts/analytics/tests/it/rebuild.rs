//! The read models made anew from the log.

use usher_analytics::ops::Asked;
use usher_analytics::ops::journeys::journeys;
use usher_db::{DbError, Lane};
use usher_events::retention::{Keep, Rules};
use usher_kernel::{SignedDuration, TenantId, Timestamp, random};
use usher_queueing::ops::transfer::{Transfer, transfer};
use usher_queueing::ops::{agent, cancel, close, place, undo};

use crate::app::{App, Line, on_engines};

/// Whatever may happen at two lines, in any order; what is not possible just now is refused and changes nothing.
async fn busy(app: &App, lines: [Line; 2], rounds: u32) {
    let staff = [app.staff(101, &[], &[]), app.staff(102, &[], &[])];
    for (who, line) in staff.iter().zip(lines) {
        app.sit(who, line.counter).await;
    }
    let mut tickets = Vec::new();
    for _ in 0..rounds {
        app.wait(i64::from(random::below(9)));
        let n = random::below(2) as usize;
        let (line, other, who) = (lines[n], lines[1 - n], &staff[n]);
        let some = tickets.get(random::below(u32::try_from(tickets.len()).unwrap().max(1)) as usize).copied();
        let choice = random::below(11);
        if choice < 3 {
            tickets.push(app.issue(line).await.id);
            continue;
        }
        let user = who.actor.user().unwrap();
        let done = app
            .act(who, move |q, tx| {
                let Some(ticket) = some else { return Ok(()) };
                match choice {
                    3 | 4 => usher_queueing::ops::call_next::call_next(q, tx, line.counter).map(drop),
                    5 | 6 => close::close(q, tx, ticket, &close::Close::default()).map(drop),
                    7 => place::mark_no_show(q, tx, ticket).map(drop),
                    8 => {
                        let to = Transfer { queue_id: Some(other.queue), ..Transfer::default() };
                        transfer(q, tx, ticket, &to).map(drop)
                    }
                    9 => cancel::leave(q, tx, ticket).map(drop),
                    _ => undo::undo(q, tx).map(drop),
                }
            })
            .await;
        if choice == 10 && done.is_err() {
            app.act(who, move |q, tx| agent::sign_out(q, tx, user)).await.unwrap();
            app.sit(who, line.counter).await;
        }
        if random::below(3) == 0 {
            app.events.catch_up().await.unwrap();
        }
    }
}

#[test]
fn made_anew_the_figures_are_the_same_as_live() {
    on_engines(|app| async move {
        let lines =
            [app.open_line(app.site, "Deposit", "A").await, app.open_line(app.site, "Loans", "L").await];
        busy(&app, lines, 150).await;
        let live = app.cells().await;
        assert!(live.len() > 10);
        let week = [("2026-02-20", "2026-04-10"), ("2026-02-20", "2026-03-10")];
        let flows = flows(&app, &week).await;
        app.analytics.rebuild(&app.events).await.unwrap();
        assert_eq!(app.cells().await, live);
        assert_eq!(self::flows(&app, &week).await, flows);
        // And again, on top of nothing new.
        app.analytics.rebuild(&app.events).await.unwrap();
        assert_eq!(app.cells().await, live);
        assert!(app.dashboard(Asked::default()).await.figures.issued > 0);
    });
}

/// As after a crash between the parts of a batch: its tickets are counted, and the cursor stands before it.
#[test]
fn tickets_that_are_counted_change_nothing_when_their_events_come_again() {
    on_engines(|app| async move {
        let lines =
            [app.open_line(app.site, "Deposit", "A").await, app.open_line(app.site, "Loans", "L").await];
        busy(&app, lines, 100).await;
        let counted = app.cells().await;
        app.events.rewind::<DbError>("analytics.figures", |_| Ok(())).await.unwrap();
        assert_eq!(app.cells().await, counted);
        // Those who come from now on are counted as ever.
        let before = app.dashboard(Asked::default()).await.figures.issued;
        app.issue(lines[0]).await;
        assert_eq!(app.dashboard(Asked::default()).await.figures.issued, before + 1);
    });
}

/// Everything before a moment goes into the archive.
struct Before(Timestamp);

impl Rules for Before {
    fn before(&self, _: Option<TenantId>) -> Option<(Timestamp, Keep)> {
        Some((self.0, Keep::Archived))
    }
}

/// How many took each step between two dates, for each pair of them.
async fn flows(app: &App, dates: &[(&str, &str)]) -> Vec<Vec<(String, String, String, i64)>> {
    let mut all = Vec::new();
    for (from, to) in dates {
        let asked =
            Asked { from: Some(from.parse().unwrap()), to: Some(to.parse().unwrap()), ..Asked::default() };
        let told = app.ask(&app.manager(), move |line, read| journeys(line, read, &asked)).await.unwrap();
        let flow = |f: usher_analytics::ops::journeys::Flow| (f.from_name, f.to_name, f.how, f.count);
        let mut flows: Vec<_> = told.flows.into_iter().map(flow).collect();
        flows.sort();
        all.push(flows);
    }
    all
}

#[test]
fn steps_of_months_are_those_of_their_days() {
    on_engines(|app| async move {
        let lines =
            [app.open_line(app.site, "Deposit", "A").await, app.open_line(app.site, "Loans", "L").await];
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, lines[0].counter).await;
        for day in ["2026-03-04", "2026-03-10", "2026-03-20", "2026-04-02"] {
            app.hands.set(format!("{day}T09:00:00Z").parse().unwrap());
            let ticket = app.issue(lines[0]).await.id;
            app.next(&ana, lines[0].counter).await;
            let send = Transfer { queue_id: Some(lines[1].queue), ..Transfer::default() };
            app.act(&ana, move |line, tx| transfer(line, tx, ticket, &send)).await.unwrap();
        }
        app.events.catch_up().await.unwrap();
        let dates = [
            ("2026-03-01", "2026-04-30"),
            ("2026-03-05", "2026-04-30"),
            ("2026-03-01", "2026-03-31"),
            ("2026-03-01", "2026-03-10"),
            ("2026-03-20", "2026-03-20"),
            ("2026-03-11", "2026-03-19"),
        ];
        let counts = async || -> Vec<i64> {
            let all = flows(&app, &dates).await;
            all.iter().map(|flows| flows.iter().map(|(.., count)| count).sum()).collect()
        };
        assert_eq!(counts().await, [4, 3, 3, 2, 1, 0]);
        let flow = ("Deposit".to_owned(), "Loans".to_owned(), "transfer".to_owned(), 4);
        assert_eq!(flows(&app, &dates[..1]).await, [[flow]]);
        // A month that the log holds in part is put together from the days that stay and those that come again.
        app.events.retire(&Before("2026-03-15T00:00:00Z".parse().unwrap())).await.unwrap();
        for _ in 0..2 {
            app.analytics.rebuild(&app.events).await.unwrap();
            assert_eq!(counts().await, [4, 3, 3, 2, 1, 0]);
        }
    });
}

#[test]
fn days_that_the_log_no_longer_holds_stay_as_they_were() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        for day in ["2026-03-04", "2026-03-10", "2026-03-20", "2026-04-02"] {
            app.hands.set(format!("{day}T09:00:00Z").parse().unwrap());
            app.serve(&ana, line, 7, 3).await;
        }
        app.events.catch_up().await.unwrap();
        let asked = || Asked {
            from: Some("2026-03-01".parse().unwrap()),
            to: Some("2026-04-30".parse().unwrap()),
            ..Asked::default()
        };
        let before = app.dashboard(asked()).await.figures;
        assert_eq!(before.served, 4);
        app.events.retire(&Before("2026-03-15T00:00:00Z".parse().unwrap())).await.unwrap();
        app.analytics.rebuild(&app.events).await.unwrap();
        let after = app.dashboard(asked()).await;
        assert_eq!(after.figures, before);
        assert_eq!(after.days.iter().map(|day| day.figures.served).sum::<i64>(), 4);
        // What comes in from now on counts once, in the month that was put together too.
        app.hands.set("2026-04-02T12:00:00Z".parse().unwrap());
        app.serve(&ana, line, 7, 3).await;
        assert_eq!(app.dashboard(asked()).await.figures.served, 5);
    });
}

#[test]
fn an_event_that_comes_twice_counts_once() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, line.counter).await;
        let ticket = app.serve(&ana, line, 7, 3).await;
        let live = app.cells().await;
        // The same facts again, as a bridge that lost its place would bring them.
        let tenant = app.tenant;
        let again = move |tx: &mut usher_db::Tx<'_>| {
            let history = usher_events::history(tx, tenant, ("ticket", ticket.uuid()), None, 50)?;
            for record in history.iter().rev() {
                let kind = match &*record.event.kind {
                    "ticket.issued" => "ticket.issued",
                    "ticket.called" => "ticket.called",
                    _ => "ticket.completed",
                };
                let fact: usher_queueing::model::TicketFact = record.event.payload_as().unwrap();
                let thing = ("ticket", ticket.uuid());
                let event = usher_events::NewEvent::new(kind, 1, thing, fact.version, &fact);
                usher_events::append(tx, event)?;
            }
            Ok::<_, usher_db::DbError>(())
        };
        app.hands.advance(SignedDuration::from_mins(3));
        app.line.db().write(&app.manager(), Lane::Any, again).await.unwrap();
        assert_eq!(app.cells().await, live);
    });
}
