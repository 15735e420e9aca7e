//! Training a correction in a job, and putting it to use on every node.

use serde_json::{Value, json};
use usher_db::{DbError, Lane, Tx};
use usher_events::retention::{Keep, Rules};
use usher_kernel::{Id, SystemCtx, TenantId, Timestamp};

use crate::app::{App, Node};

on_both!(
    a_correction_is_trained_used_and_kept,
    a_book_that_is_made_anew_goes_on_training,
    a_book_that_is_made_anew_knows_who_serves_though_the_log_does_not_go_back_so_far,
    whom_the_log_does_not_know_any_more_has_not_every_book_made_anew_at_each_start,
    what_the_log_still_names_is_kept,
);

usher_db::sql! {
    OLDER across "a test looks after the only tenant" = "UPDATE eta_books SET format = 1";
    MADE across "a test looks after the only tenant" = "SELECT count(*) FROM events WHERE kind = 'counter.created'";
    LESSONS across "a test looks after the only tenant" = "SELECT lessons FROM eta_books";
    DORMANT across "a test makes up a tenant of whom the log tells nothing" =
        "INSERT INTO eta_books (tenant_id, format, lessons, book, updated_at) VALUES ($1, 1, 0, '{}', $2)";
    BLOCKS across "a test looks after the only tenant" = "SELECT block FROM eta_lessons ORDER BY block";
    TRAINING across "a test looks after the only tenant" =
        "SELECT count(*) FROM eta_corrections WHERE version = $1";
    FOREST across "a test looks after the only tenant" =
        "SELECT count(*) FROM eta_corrections WHERE version = $1 AND forest IS NOT NULL";
    TRAINED across "a test looks after the only tenant" =
        "INSERT INTO eta_corrections (tenant_id, version, verdict, trained_at) \
         SELECT tenant_id, version + $1, 'kept', trained_at FROM eta_corrections WHERE version = 600";
}

/// Six hundred waits: quick before noon, slow after it.
async fn teach(app: &App) {
    for part in 0..3 {
        let rows: Vec<Value> = (0..200)
            .map(|n| {
                let n = part * 200 + n;
                let (hour, length) = (8 + n % 9, (n * 7) % 12);
                let pace = if hour < 12 { 1.0 } else { 4.0 };
                json!({
                    "service_type": "Deposit", "time_of_day": hour, "queue_length": length,
                    "actual_time": f64::from(length + 1) * pace,
                })
            })
            .collect();
        app.admin.post("/feedback", json!(rows)).await.expect(200);
    }
    app.settle().await;
}

fn sys(app: &App) -> SystemCtx {
    SystemCtx::new("test", app.clock.clone())
}

/// Stores what was learned, and has the job train with it.
async fn train(app: &App, node: &Node) {
    assert!(node.following.store().await.unwrap());
    app.wait(16 * 60);
    app.work().await;
    app.work().await;
    app.settle().await;
    node.following.catch_up().await.unwrap();
}

async fn a_book_that_is_made_anew_goes_on_training(app: App) {
    teach(&app).await;
    train(&app, &app.node).await;
    let reasons = format!("queues/{}/eta/explain?ahead=6", app.queue);
    assert_eq!(app.get(&reasons).await["correction_version"], 600);
    // An older version of the product stored the book.
    let older = |tx: &mut Tx<'_>| tx.execute(OLDER, &[]).map(drop);
    app.node.db.write_system::<_, DbError>(&sys(&app), Lane::Background, older).await.unwrap();
    let anew = app.beside().await;
    anew.following.catch_up().await.unwrap();
    train(&app, &anew).await;
    // 640 were counted before, 600 came once more.
    let trained: i64 =
        app.node.db.read_system(&sys(&app), |read| read.query_one(TRAINING, &[&1240_i64])).await.unwrap();
    assert_eq!(trained, 1, "a training with what the log tells, under a number of its own");
    let blocks: Vec<i64> = app.node.db.read_system(&sys(&app), |read| read.query(BLOCKS, &[])).await.unwrap();
    assert_eq!(blocks, (10..19).collect::<Vec<_>>(), "nothing is counted twice");
}

/// Nothing stays in the log.
struct Nothing;

impl Rules for Nothing {
    fn before(&self, _: Option<TenantId>) -> Option<(Timestamp, Keep)> {
        Some((Timestamp::MAX, Keep::Archived))
    }
}

async fn a_book_that_is_made_anew_knows_who_serves_though_the_log_does_not_go_back_so_far(app: App) {
    app.morning(6, 170).await;
    app.settle().await;
    assert!(app.node.following.store().await.unwrap());
    app.node.log.retire(&Nothing).await.unwrap();
    let made: i64 = app.node.db.read_system(&sys(&app), |read| read.query_one(MADE, &[])).await.unwrap();
    assert_eq!(made, 0, "the log tells of no counter any more");
    let older = |tx: &mut Tx<'_>| tx.execute(OLDER, &[]).map(drop);
    app.node.db.write_system::<_, DbError>(&sys(&app), Lane::Background, older).await.unwrap();
    app.wait(16 * 60);
    let anew = app.beside().await;
    // Whoever waits at the counter that was there before teaches how long that takes.
    app.morning(12, 300).await;
    anew.following.catch_up().await.unwrap();
    assert!(anew.following.store().await.unwrap());
    let lessons: i64 =
        app.node.db.read_system(&sys(&app), |read| read.query_one(LESSONS, &[])).await.unwrap();
    assert!(lessons >= 5, "{lessons}");
}

async fn whom_the_log_does_not_know_any_more_has_not_every_book_made_anew_at_each_start(app: App) {
    teach(&app).await;
    assert!(app.node.following.store().await.unwrap());
    // A tenant for whom nothing has happened for so long that the log has let go of it; an older version stored its book.
    let dormant: TenantId = Id::from_uuid(uuid::Uuid::from_u128(77));
    let older = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        tx.execute(DORMANT, &[&dormant, &now]).map(drop)
    };
    app.node.db.write_system::<_, DbError>(&sys(&app), Lane::Background, older).await.unwrap();
    app.wait(16 * 60);
    let anew = app.beside().await;
    assert_eq!(anew.eta.picture_of(app.bank).outcomes(crate::live::key(&app.queue)), 0, "not read yet");
    anew.following.catch_up().await.unwrap();
    assert!(anew.following.store().await.unwrap());
    // The next one finds all of them, and reads only the rest of the log.
    let next = app.beside().await;
    assert_eq!(next.eta.picture_of(app.bank), anew.eta.picture_of(app.bank));
    assert_eq!(next.eta.picture_of(app.bank).outcomes(crate::live::key(&app.queue)), 600);
}

async fn what_the_log_still_names_is_kept(app: App) {
    teach(&app).await;
    train(&app, &app.node).await;
    let many = |tx: &mut Tx<'_>| (1..=30_i64).try_for_each(|n| tx.execute(TRAINED, &[&n]).map(drop));
    app.node.db.write_system::<_, DbError>(&sys(&app), Lane::Background, many).await.unwrap();
    teach(&app).await;
    train(&app, &app.node).await;
    let left = |version: i64| {
        let (db, sys) = (app.node.db.clone(), sys(&app));
        async move {
            db.read_system::<i64, DbError>(&sys, move |read| read.query_one(FOREST, &[&version]))
                .await
                .unwrap()
        }
    };
    assert_eq!(
        (left(1200).await, left(600).await),
        (1, 1),
        "who reads the log again needs the first one, too"
    );
}

async fn a_correction_is_trained_used_and_kept(app: App) {
    teach(&app).await;
    let asked = |hour: i64| format!("/getETA?service_type=Deposit&queue_length=6&time_of_day={hour}");
    let before = app.nobody().get(&asked(15)).await.expect(200);
    // Nothing is known to the job before it is stored.
    app.work().await;
    app.settle().await;
    assert!(!app.book().is_corrected(usher_eta::model::Wall(0)));
    assert!(app.node.following.store().await.unwrap());
    app.wait(16 * 60);
    app.work().await;
    app.work().await;
    app.settle().await;
    let after = app.nobody().get(&asked(15)).await.expect(200);
    let off = |answer: &Value| (answer["p50"].as_f64().unwrap() - 28.0).abs();
    assert!(off(&after) < off(&before), "seven times four minutes: {before} {after}");
    // Whoever starts later has it, stored or from the log.
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
    assert!(app.node.following.store().await.unwrap());
    let started = app.beside().await;
    assert_eq!(started.eta.picture_of(app.bank), app.book());
    // Nothing was learned since: no other training is due.
    app.wait(16 * 60);
    app.work().await;
    app.work().await;
    app.settle().await;
    let path = format!("queues/{}/eta/explain?ahead=6", app.queue);
    let reasons = app.get(&path).await;
    assert_eq!(reasons["correction_version"], 600, "{reasons}");
    // What is explained is what is told: (people + 1) × pace, corrected.
    let told = app.get(&format!("queues/{}/eta?ahead=6", app.queue)).await;
    assert_eq!((&told["p50"], &told["basis"]), (&reasons["estimate"]["p50"], &json!("corrected")));
    let number = |of: &Value| of.as_f64().unwrap();
    let said = number(&reasons["prior_minutes"]) * number(&reasons["correction"]);
    assert!((said - number(&told["p50"])).abs() < 0.03 * said + 0.2, "but for rounding: {reasons}");
    // Two months later it is stale, for whichever day it is asked about.
    app.wait(61 * 86_400);
    assert_eq!(app.get(&path).await["correction_version"], json!(null));
    for day in 0..7 {
        let answer = app.nobody().get(&format!("{}&day_of_week={day}", asked(15))).await.expect(200);
        assert_eq!(answer["basis"], "pace", "{day}: {answer}");
    }
}
