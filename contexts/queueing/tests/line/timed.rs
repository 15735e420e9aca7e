//! Timed work: parked tickets come back, agents are signed out, the day ends at the site's own midnight.

use usher_queueing::jobs::Watch;
use usher_queueing::model::machine::Status;
use usher_queueing::ops::close_site::{self, CloseSite, ClosingMode};
use usher_queueing::ops::{lease, park};

use crate::app::on_engines;

#[test]
fn a_parked_ticket_comes_back_by_itself() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let t = app.issue(queue).await;
        app.act(&app.manager(), move |line, tx| park::park(line, tx, t.id, 10)).await.unwrap();
        app.wait(9);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty());
        app.wait(1);
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-001"]);
    });
}

#[test]
fn the_day_ends_at_the_sites_midnight_also_when_clocks_change() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        // The night in which Berlin's clocks go forward: midnight is at 23:00 UTC before and 22:00 UTC after it.
        app.hands.set("2026-03-28T12:00:00Z".parse().unwrap());
        let (held, left) = (app.issue(queue).await, app.issue(queue).await);
        app.act(&agent, move |line, tx| lease::lease(line, tx, queue, 2, None)).await.unwrap();
        app.next(&agent, counter).await.unwrap();
        app.hands.set("2026-03-28T22:59:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-002"]);
        app.hands.set("2026-03-28T23:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty(), "{} expired", left.number);
        assert_eq!(
            app.line.live().ticket(held.id).map(|t| t.status),
            Some(Status::Called),
            "who is served stays"
        );
        assert_eq!(app.issue(queue).await.number, "A-002", "a new series, past the living A-001");
        app.hands.set("2026-03-29T22:00:00Z".parse().unwrap());
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty(), "the short day ends an hour earlier by UTC");
    });
}

#[test]
fn an_agent_who_does_nothing_is_signed_out() {
    on_engines(|app| async move {
        let (_, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        app.wait(119);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.line.live().seats.lock().is_open(counter));
        app.wait(1);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(!app.line.live().seats.lock().is_open(counter));
    });
}

#[test]
fn whom_an_emergency_sent_home_keeps_their_place() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        app.issue(queue).await;
        let (manager, site) = (app.manager(), app.site);
        let closing = CloseSite { reason: "No power".into(), mode: ClosingMode::CarryOver };
        app.act(&manager, move |line, tx| close_site::close(line, tx, site, &closing)).await.unwrap();
        app.wait(24 * 60);
        Watch::new(&app.line).run_due(app.now()).await;
        app.act(&manager, move |line, tx| close_site::reopen(line, tx, site)).await.unwrap();
        Watch::new(&app.line).run_due(app.now()).await;
        assert_eq!(app.waiting(queue), ["A-001"]);
        app.wait(24 * 60);
        Watch::new(&app.line).run_due(app.now()).await;
        assert!(app.waiting(queue).is_empty());
    });
}
