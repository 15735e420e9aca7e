//! Many at once.

use usher_analytics::Analytics;
use usher_db::Tx;
use usher_events::{Events, Settings};
use usher_queueing::Queueing;
use usher_queueing::ops::issue::{Issue, Terms, issue};

use crate::app::{App, Line, on_engines};
use crate::figures::today;

/// More tickets than are written in one part.
const CROWD: i64 = 300;

/// So many people join a line at once.
async fn join(app: &App, line: Line, people: i64) {
    let wanted = Issue { queue_id: Some(line.queue), ..Issue::default() };
    let terms = Terms { staff: true, confirmed: true, ..Default::default() };
    let join = move |queueing: &Queueing, tx: &mut Tx<'_>| {
        (0..people).try_for_each(|_| issue(queueing, tx, &wanted, terms).map(drop))
    };
    app.act(&app.manager(), join).await.unwrap();
}

#[test]
fn a_crowd_counts_the_same_all_at_once_and_a_few_at_a_time() {
    on_engines(|app| async move {
        let lines =
            [app.open_line(app.site, "Deposit", "A").await, app.open_line(app.site, "Loans", "L").await];
        for (n, line) in (101..).zip(lines) {
            let who = app.staff(n, &[], &[]);
            app.sit(&who, line.counter).await;
            for _ in 0..3 {
                join(&app, line, CROWD / 6).await;
                app.wait(7);
            }
            for _ in 0..20 {
                let ticket = app.next(&who, line.counter).await.id;
                app.wait(1);
                app.close(&who, ticket).await;
            }
        }
        let board = app.dashboard(today()).await;
        let all = &board.figures;
        assert_eq!((all.issued, all.called, all.served), (CROWD, 40, 40));
        // Whatever a ticket is counted for is written with it: the sums are those of their parts.
        assert_eq!(board.queues.iter().map(|queue| queue.figures.issued).sum::<i64>(), CROWD);
        assert_eq!(board.counters.iter().map(|counter| counter.figures.served).sum::<i64>(), 40);
        let at_once = app.cells().await;

        app.events.release().await;
        let few = Settings { batch: 1, ..Settings::default() };
        let slowly = Events::new(app.line.db().clone(), app.clock.clone(), few);
        slowly.register(Analytics::subscriber(&app.line));
        app.analytics.rebuild(&slowly).await.unwrap();
        assert_eq!(app.analytics.hashes(&app.sys, app.tenant).await.unwrap(), at_once);
    });
}
