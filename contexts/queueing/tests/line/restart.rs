//! A restart in the middle of a day: what anybody sees, and what comes next, is as if there had been none.

use serde_json::Value;
use usher_kernel::SignedDuration;
use usher_queueing::jobs::Watch;
use usher_queueing::model::QueueId;
use usher_queueing::ops::show::{self, Stats};
use usher_queueing::ops::{call, cancel, park, place, serve};

use crate::app::{App, on_engines};

/// The board of the site. An announcement of before the last minute has no id any more, and was heard long ago.
async fn board(app: &App) -> Value {
    let board = show::board(&app.line, app.tenant, app.site).await.unwrap().unwrap();
    let mut board = serde_json::to_value(board).unwrap();
    for list in ["now_serving", "last_called"] {
        for call in board[list].as_array_mut().unwrap() {
            let call = call.as_object_mut().unwrap();
            call.remove("announcement_id");
            call.remove("acknowledged");
        }
    }
    board
}

async fn line_of(app: &App, queue: QueueId) -> Value {
    let view = show::queue(&app.line, app.tenant, queue).await.unwrap().unwrap();
    serde_json::to_value(view).unwrap()
}

async fn stats(app: &App, queue: QueueId) -> Stats {
    let line = app.line.clone();
    let config = app.line.db().read(&app.manager(), move |read| line.config(read)).await.unwrap();
    show::stats(&app.line, &config, config.queue(queue).unwrap(), app.now())
}

#[test]
fn boards_numbers_places_and_figures_are_the_same_after_a_restart() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let second = app.counter(&[queue], 3).await;
        let (ana, ben) = (app.agent(1), app.agent(2));
        app.sit(&ana, counter).await;
        app.sit(&ben, second).await;
        // More calls than a board remembers.
        for n in 0..70 {
            let id = app.issue(queue).await.id;
            app.wait(n % 3);
            app.next(&ana, counter).await.unwrap().unwrap();
            if n % 10 == 3 {
                app.act(&ana, move |line, tx| call::recall(line, tx, id)).await.unwrap();
            }
            app.hands.advance(SignedDuration::from_secs(40));
            if n % 7 == 5 {
                app.act(&ana, move |line, tx| place::mark_no_show(line, tx, id)).await.unwrap();
            } else {
                app.close(&ana, id).await.unwrap();
            }
        }
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(app.issue(queue).await.id);
            app.wait(1);
        }
        let (a, b, c, d) = (made[0], made[1], made[2], made[3]);
        app.next(&ben, second).await.unwrap();
        app.act(&ben, move |line, tx| serve::start(line, tx, a)).await.unwrap();
        app.wait(1);
        app.next(&ben, second).await.unwrap();
        app.wait(1);
        app.act(&ben, move |line, tx| call::recall(line, tx, b)).await.unwrap();
        app.act(&app.manager(), move |line, tx| cancel::leave(line, tx, c)).await.unwrap();
        app.act(&app.manager(), move |line, tx| park::park(line, tx, d, 30)).await.unwrap();
        app.wait(2);

        let again = app.reopened().await;
        let shown = board(&again).await;
        assert_eq!(shown, board(&app).await);
        assert_eq!(shown["last_called"][0]["number"], "A-072");
        assert_eq!(shown["last_called"].as_array().unwrap().len(), 20);
        assert_eq!(line_of(&again, queue).await, line_of(&app, queue).await);
        assert_eq!(line_of(&again, queue).await["current_number"], "A-072");
        let (told, before) = (stats(&again, queue).await, stats(&app, queue).await);
        assert_eq!(serde_json::to_value(&told).unwrap(), serde_json::to_value(&before).unwrap());
        assert_eq!((told.served_today, told.waiting, told.serving), (60, 1, 2));
        let day = |app: &App| {
            let shared = app.line.live().line(queue).unwrap();
            let line = shared.lock();
            (line.day.issued, line.day.no_shows, line.day.left, line.day.last_end, line.newest_entry())
        };
        assert_eq!(day(&again), day(&app));
        let seats = |app: &App| {
            let seats = app.line.live().seats.lock();
            [counter, second].map(|id| {
                let seat = &seats.counters[&id];
                let mut holding = seat.holding.clone();
                holding.sort();
                (seat.served_today, holding, seat.last_action)
            })
        };
        assert_eq!(seats(&again), seats(&app));

        // The numbers and the places go on.
        assert_eq!(again.issue(queue).await.number, "A-076");
        assert_eq!(again.waiting(queue), ["A-075", "A-076"]);
        // Who ended before can still be acted upon, and is counted once.
        let late = made[2];
        let back = again.act(&again.manager(), move |line, tx| cancel::undo_leave(line, tx, late)).await;
        assert_eq!(back.unwrap_err().code(), "undo_too_late");
        again.close(&again.agent(2), a).await.unwrap();
        assert_eq!(stats(&again, queue).await.served_today, 61);
    });
}

#[test]
fn the_idle_time_of_an_agent_goes_on_across_a_restart() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        for _ in 0..3 {
            app.wait(50);
            let id = app.issue(queue).await.id;
            app.next(&agent, counter).await.unwrap().unwrap();
            app.close(&agent, id).await.unwrap();
        }
        app.wait(10);
        let again = app.reopened().await;
        let sits = || again.line.live().seats.lock().counters[&counter].agent_id.is_some();
        // Who has served all day is not taken for somebody who forgot to sign out this morning.
        Watch::new(&again.line).run_due(again.now()).await;
        assert!(sits());
        app.wait(109);
        Watch::new(&again.line).run_due(again.now()).await;
        assert!(sits());
        app.wait(2);
        Watch::new(&again.line).run_due(again.now()).await;
        assert!(!sits(), "two hours since the last action, wherever it was done");
    });
}

#[test]
fn what_was_done_by_others_in_the_last_minute_hides_nobodys_last_action() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let second = app.counter(&[queue], 5).await;
        let (ana, ben) = (app.agent(1), app.agent(2));
        let first = app.issue(queue).await.id;
        app.next(&ana, counter).await.unwrap();
        app.hands.advance(SignedDuration::from_secs(1));
        app.act(&ana, move |line, tx| serve::start(line, tx, first)).await.unwrap();
        // Ben is quick: of what he does only the last counts.
        for _ in 0..4 {
            app.issue(queue).await;
            app.hands.advance(SignedDuration::from_secs(1));
            app.next(&ben, second).await.unwrap();
        }
        let again = app.reopened().await;
        let last = |n: u128| {
            let who = (again.tenant, again.agent(n).actor.user().unwrap());
            let undos = again.line.live().undos.lock();
            undos.last(who).map(|undo| (undo.operation(), undo.number().to_owned()))
        };
        assert_eq!(last(1), Some(("start_service", "A-001".to_owned())));
        assert_eq!(last(2), Some(("call", "A-005".to_owned())));
        assert_eq!(last(3), None);
    });
}
