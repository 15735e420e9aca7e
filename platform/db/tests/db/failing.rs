//! Operations that fail take nothing else with them.

use std::sync::Arc;

use parking_lot::Mutex;
use usher_db::{DbError, Lane};
use usher_kernel::{Ctx, Id};
use usher_testkit::both_engines;

use crate::schema::{self, ALL, BROKEN, BUMP_QUIETLY, COUNT, Thing, insert};

/// Everything on one lane, so that it meets in one batch.
fn lane(ctx: &Ctx) -> Lane {
    Lane::Site(Id::from_uuid(ctx.tenant.uuid()))
}

both_engines! {
    migrations: schema::set();

    async fn failing_and_panicking_operations_are_undone_alone(db: TestDb) {
        let ctx = db.tenant();
        let mut work = Vec::new();
        for index in 0..60 {
            let (db, ctx) = (db.db().clone(), ctx.clone());
            work.push(tokio::spawn(async move {
                db.write(&ctx, lane(&ctx), move |tx| {
                    insert(tx, &format!("n{index:02}"))?;
                    match index % 3 {
                        0 => Err(DbError::NoRow),
                        1 => panic!("on purpose"),
                        _ => Ok(()),
                    }
                })
                .await
            }));
        }
        let mut answers = Vec::new();
        for task in work {
            answers.push(task.await.unwrap());
        }
        assert!(matches!(answers[0], Err(DbError::NoRow)));
        assert!(matches!(answers[1], Err(DbError::Panicked)));
        let things: Vec<Thing> = db.read(&ctx, |read| read.query(ALL, &[])).await.unwrap_or_else(|e: DbError| panic!("{e}"));
        let names: Vec<String> = things.into_iter().map(|thing| thing.name).collect();
        let kept: Vec<String> = (0..60).filter(|i| i % 3 == 2).map(|i| format!("n{i:02}")).collect();
        assert_eq!(names, kept);
    }

    async fn a_swallowed_error_poisons_the_operation(db: TestDb) {
        let ctx = db.tenant();
        let outcome: Result<(), DbError> = db
            .write(&ctx, Lane::Any, |tx| {
                insert(tx, "twice")?;
                // The second breaks the uniqueness, and nobody looks.
                let _ = insert(tx, "twice");
                Ok(())
            })
            .await;
        let refused = outcome.unwrap_err();
        assert!(refused.is_unique());
        // Whoever looked first and was overtaken is told so: it is no mistake of the server.
        let fault = usher_kernel::Fault::from(refused);
        assert_eq!((fault.kind().status(), fault.code()), (409, "changed_meanwhile"));
        let broken: Result<Option<i64>, DbError> = db.read(&ctx, |read| Ok(read.query_opt(BROKEN, &[&1i64]).unwrap_or(None))).await;
        assert!(broken.is_err());
        assert_eq!(db.read(&ctx, |read| read.query_one::<i64>(COUNT, &[])).await.unwrap(), 0);
    }

    async fn a_deferred_statement_that_fails_fails_its_operation_only(db: TestDb) {
        let ctx = db.tenant();
        db.write(&ctx, Lane::Any, |tx| insert(tx, "there").map(drop)).await.unwrap_or_else(|e: DbError| panic!("{e}"));
        let mut work = Vec::new();
        for index in 0..6 {
            let (db, ctx) = (db.db().clone(), ctx.clone());
            work.push(tokio::spawn(async move {
                db.write(&ctx, lane(&ctx), move |tx| {
                    let (id, tenant) = (usher_kernel::random::uuid_v7(tx.now()), tx.tenant());
                    let name = if index % 2 == 1 { "there".to_owned() } else { format!("n{index}") };
                    tx.defer(schema::INSERT, &[&id, &tenant, &name, &1i64])
                })
                .await
            }));
        }
        for (index, task) in work.into_iter().enumerate() {
            let outcome = task.await.unwrap();
            assert_eq!(outcome.is_ok(), index % 2 == 0, "{outcome:?}");
        }
        assert_eq!(db.read(&ctx, |read| read.query_one::<i64>(COUNT, &[])).await.unwrap(), 4);
    }

    async fn rows_that_travel_together_fail_with_their_operation_only(db: TestDb) {
        let (ctx, other) = (db.tenant(), db.tenant());
        db.write(&ctx, Lane::Any, |tx| insert(tx, "there").map(drop)).await.unwrap_or_else(|e: DbError| panic!("{e}"));
        let mut work = Vec::new();
        for index in 0..60 {
            // Every fifth is another tenant's, on the same line of work.
            let (db, lane, ctx) = (db.db().clone(), lane(&ctx), if index % 5 == 4 { other.clone() } else { ctx.clone() });
            work.push(tokio::spawn(async move {
                db.write(&ctx, lane, move |tx| {
                    let (tenant, now) = (tx.tenant(), tx.now());
                    let before: i64 = tx.query_one(COUNT, &[])?;
                    for half in 0..1 + index % 3 {
                        let id = usher_kernel::random::uuid_v7(now);
                        let name = if index % 7 == 6 && index % 5 != 4 { "there".to_owned() } else { format!("n{index:02} {half}") };
                        tx.put_row(schema::INSERT, &[&id, &tenant, &name, &1i64])?;
                    }
                    if index % 11 == 10 {
                        return Err(DbError::NoRow);
                    }
                    // Who asks sees them.
                    let after: i64 = if index % 2 == 0 { tx.query_one(COUNT, &[])? } else { before + 1 + index % 3 };
                    assert_eq!(after, before + 1 + index % 3);
                    Ok(())
                })
                .await
            }));
        }
        let mut names = vec!["there".to_owned()];
        for (index, task) in work.into_iter().enumerate() {
            let outcome = task.await.unwrap();
            let wrong = index % 11 == 10 || index % 7 == 6 && index % 5 != 4;
            assert_eq!(outcome.is_err(), wrong, "{index}: {outcome:?}");
            if !wrong {
                names.extend((0..=index % 3).map(|half| format!("n{index:02} {half}")));
            }
        }
        let mut kept = Vec::new();
        for ctx in [&ctx, &other] {
            let things: Vec<Thing> = db.read(ctx, |read| read.query(ALL, &[])).await.unwrap_or_else(|e: DbError| panic!("{e}"));
            kept.extend(things.into_iter().map(|thing| thing.name));
        }
        kept.sort();
        // The statement reads all there is where nothing binds it to the tenant.
        kept.dedup();
        names.sort();
        assert_eq!(kept, names);
    }

    async fn a_row_with_too_few_values_is_a_mistake_in_types(db: TestDb) {
        let ctx = db.tenant();
        for rows in [1, 2] {
            let outcome: Result<(), DbError> = db
                .write(&ctx, Lane::Any, move |tx| (0..rows).try_for_each(|_| tx.put_row(schema::INSERT, &[&1i64])))
                .await;
            assert!(matches!(outcome, Err(DbError::Type(_))), "{outcome:?}");
        }
        assert_eq!(db.read(&ctx, |read| read.query_one::<i64>(COUNT, &[])).await.unwrap(), 0);
    }

    async fn hooks_run_in_commit_order_before_the_answer(db: TestDb) {
        let ctx = db.tenant();
        let log = Arc::new(Mutex::new(Vec::new()));
        db.write(&ctx, Lane::Any, |tx| insert(tx, "n").map(drop)).await.unwrap_or_else(|e: DbError| panic!("{e}"));
        let mut work = Vec::new();
        for index in 0..30i64 {
            let (db, ctx, log) = (db.db().clone(), ctx.clone(), Arc::clone(&log));
            work.push(tokio::spawn(async move {
                let (seen, mine) = (Arc::clone(&log), Arc::new(Mutex::new(0)));
                let kept = Arc::clone(&mine);
                let outcome: Result<(), DbError> = db
                    .write(&ctx, lane(&ctx), move |tx| {
                        let count: i64 = tx.query_one(schema::BUMP, &[&"n"])?;
                        *kept.lock() = count;
                        let (done, undone) = (Arc::clone(&log), Arc::clone(&log));
                        tx.on_commit(move || done.lock().push(count));
                        tx.on_rollback(move || undone.lock().push(-count));
                        if index % 3 == 0 { Err(DbError::NoRow) } else { Ok(()) }
                    })
                    .await;
                let mine = if outcome.is_ok() { *mine.lock() } else { -*mine.lock() };
                assert!(seen.lock().contains(&mine));
            }));
        }
        for task in work {
            task.await.unwrap();
        }
        let committed: Vec<i64> = log.lock().iter().copied().filter(|count| *count > 0).collect();
        assert_eq!(committed, (1..=20).collect::<Vec<i64>>());
        // One for each that failed, and one for each attempt that was undone with a neighbour's.
        assert!(log.lock().iter().filter(|count| **count < 0).count() >= 10);
    }

    async fn two_lanes_that_lock_in_opposite_order_both_succeed(db: TestDb) {
        let ctx = db.tenant();
        db.write(&ctx, Lane::Any, |tx| {
            insert(tx, "a")?;
            insert(tx, "b").map(drop)
        })
        .await
        .unwrap_or_else(|e: DbError| panic!("{e}"));
        let mut work = Vec::new();
        for index in 0..20 {
            let (db, ctx) = (db.db().clone(), ctx.clone());
            let (first, second) = if index % 2 == 0 { ("a", "b") } else { ("b", "a") };
            // Two sites, so two writers.
            let site = Lane::Site(Id::from_uuid(uuid::Uuid::from_u128(index % 2)));
            work.push(tokio::spawn(async move {
                db.write(&ctx, site, move |tx| {
                    tx.execute(BUMP_QUIETLY, &[&first])?;
                    // Long enough that the other has its first row, too.
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    tx.execute(BUMP_QUIETLY, &[&second])
                })
                .await
            }));
        }
        for task in work {
            let touched: Result<u64, DbError> = task.await.unwrap();
            assert_eq!(touched.unwrap(), 1);
        }
        let things: Vec<Thing> = db.read(&ctx, |read| read.query(ALL, &[])).await.unwrap_or_else(|e: DbError| panic!("{e}"));
        assert!(things.iter().all(|thing| thing.count == 20 && !thing.id.is_nil()));
    }

    async fn a_serialization_failure_is_tried_again(db: TestDb) {
        let ctx = db.tenant();
        let tries = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&tries);
        let outcome: Result<i64, DbError> = db
            .write(&ctx, Lane::Any, move |tx| {
                *counted.lock() += 1;
                insert(tx, "once")?;
                if *counted.lock() < 3 && tx.engine() == usher_db::Engine::Postgres {
                    // As the server words it when it cannot put transactions in an order.
                    tx.execute(FAIL, &[])?;
                }
                tx.query_one(COUNT, &[])
            })
            .await;
        assert_eq!(outcome.unwrap(), 1);
        let expected = if db.engine() == usher_db::Engine::Postgres { 3 } else { 1 };
        assert_eq!(*tries.lock(), expected);
    }
}

const FAIL: usher_db::Stmt = usher_db::Stmt::new(
    "FAIL",
    "DO $$ BEGIN RAISE EXCEPTION 'cannot serialize' USING ERRCODE = '40001'; END $$",
);

/// What only a server can do to us.
mod server {
    use usher_db::{Db, Engine, Stmt};
    use usher_testkit::{Folder, block_on, config, pg};

    use super::*;

    const PID: Stmt = Stmt::new("PID", "SELECT pg_backend_pid()");

    #[test]
    fn a_lost_connection_is_made_again_and_its_operations_run_again() {
        block_on(async {
            let folder = Folder::new();
            let Some(config) = config(Engine::Postgres, folder.path()) else { return };
            let db = Db::open(config.writers(1), schema::set()).await.unwrap();
            let clock = usher_testkit::still_clock();
            let ctx = Ctx::system(Id::generate(clock.now()), "test", clock);
            let first: i64 =
                db.write::<_, DbError>(&ctx, Lane::Any, |tx| tx.query_one(PID, &[])).await.unwrap();
            let tries = Arc::new(Mutex::new(0));
            let counted = Arc::clone(&tries);
            let second: i64 = db
                .write::<_, DbError>(&ctx, Lane::Any, move |tx| {
                    insert(tx, "kept once")?;
                    *counted.lock() += 1;
                    if *counted.lock() == 1 {
                        let mine: i64 = tx.query_one(PID, &[])?;
                        let cluster = pg::Cluster::shared().unwrap();
                        cluster.admin(&format!("SELECT pg_terminate_backend({mine})")).unwrap();
                    }
                    tx.query_one(PID, &[])
                })
                .await
                .unwrap();
            assert_eq!(*tries.lock(), 2);
            assert_ne!(first, second);
            assert_eq!(db.read::<i64, DbError>(&ctx, |read| read.query_one(COUNT, &[])).await.unwrap(), 1);
        });
    }

    #[test]
    fn a_table_changed_by_another_node_is_prepared_anew() {
        block_on(async {
            let folder = Folder::new();
            let Some(config) = config(Engine::Postgres, folder.path()) else { return };
            let url = config.postgres_url().unwrap().to_owned();
            let db = Db::open(config.writers(1), schema::set()).await.unwrap();
            let clock = usher_testkit::still_clock();
            let ctx = Ctx::system(Id::generate(clock.now()), "test", clock);
            for _ in 0..8 {
                db.write::<_, DbError>(&ctx, Lane::Any, |tx| tx.query::<uuid::Uuid>(STAR, &[]))
                    .await
                    .unwrap();
            }
            let altered =
                std::thread::spawn(move || pg::run_sql(&url, "ALTER TABLE things ADD COLUMN later TEXT"));
            altered.join().unwrap().unwrap();
            db.write::<_, DbError>(&ctx, Lane::Any, |tx| tx.query::<uuid::Uuid>(STAR, &[])).await.unwrap();
        });
    }

    const STAR: Stmt = Stmt::new("STAR", "SELECT * FROM things").across("a test");

    #[test]
    fn a_set_up_in_which_isolation_would_not_bind_is_found() {
        block_on(async {
            let folder = Folder::new();
            let Some(config) = config(Engine::Postgres, folder.path()) else { return };
            let url = config.postgres_url().unwrap().to_owned();
            let db = Db::open(config, schema::set()).await.unwrap();
            let undone = std::thread::spawn(move || {
                pg::run_sql(&url, "ALTER TABLE things NO FORCE ROW LEVEL SECURITY")
            });
            undone.join().unwrap().unwrap();
            let findings = db.check_rls().await.unwrap();
            assert_eq!(findings.len(), 1);
            assert!(findings[0].contains("things") && findings[0].contains("usher migrate"), "{findings:?}");
        });
    }
}
