//! Many operations, few commits; never more waiting than is allowed.

use std::sync::Arc;
use std::sync::mpsc::channel;

use parking_lot::Mutex;
use usher_db::{Db, DbError, Lane};
use usher_kernel::{Ctx, Id};
use usher_testkit::{Folder, both_engines, config};

use crate::schema::{self, insert};

fn lane(ctx: &Ctx) -> Lane {
    Lane::Site(Id::from_uuid(ctx.tenant.uuid()))
}

/// Occupies the writer until the returned sender is dropped.
async fn hold(
    db: &Db,
    ctx: &Ctx,
) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<Result<(), DbError>>) {
    let (release, held) = channel::<()>();
    let (started, running) = tokio::sync::oneshot::channel();
    let (held, mut started) = (Mutex::new(held), Some(started));
    let (db, ctx) = (db.clone(), ctx.clone());
    let task = tokio::spawn(async move {
        db.write(&ctx, lane(&ctx), move |_| {
            if let Some(started) = started.take() {
                started.send(()).unwrap();
            }
            // An error is what says that the sender is gone.
            assert!(held.lock().recv().is_err());
            Ok(())
        })
        .await
    });
    running.await.unwrap();
    (release, task)
}

both_engines! {
    migrations: schema::set();

    async fn waiting_operations_share_commits_in_order_of_arrival(db: TestDb) {
        let ctx = db.tenant();
        let (release, held) = hold(&db, &ctx).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut work = tokio::task::JoinSet::new();
        for index in 0..64 {
            let (db, ctx, order) = (db.db().clone(), ctx.clone(), Arc::clone(&order));
            let waiting = db.stats().waiting_writes;
            let handle = db.clone();
            work.spawn(async move {
                db.write(&ctx, lane(&ctx), move |tx| {
                    insert(tx, &format!("n{index}"))?;
                    let order = Arc::clone(&order);
                    tx.on_commit(move || order.lock().push(index));
                    Ok::<_, DbError>(())
                })
                .await
            });
            while handle.stats().waiting_writes == waiting {
                tokio::task::yield_now().await;
            }
        }
        let before = db.stats();
        drop(release);
        held.await.unwrap().unwrap();
        while let Some(done) = work.join_next().await {
            done.unwrap().unwrap();
        }
        let after = db.stats();
        assert_eq!(after.operations - before.operations, 65);
        assert!(after.batches - before.batches <= 6, "{after:?}");
        assert_eq!(*order.lock(), (0..64).collect::<Vec<_>>());
    }

    async fn an_abandoned_operation_that_waits_is_not_run(db: TestDb) {
        let ctx = db.tenant();
        let (release, held) = hold(&db, &ctx).await;
        let (queue, tenant) = (db.db().clone(), ctx.clone());
        let task = tokio::spawn(async move { queue.write(&tenant, lane(&tenant), |tx| insert(tx, "gone").map(drop)).await });
        while db.stats().waiting_writes == 0 {
            tokio::task::yield_now().await;
        }
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        drop(release);
        held.await.unwrap().unwrap();
        let count = db.write(&ctx, lane(&ctx), |tx| tx.query_one::<i64>(schema::COUNT, &[])).await;
        assert_eq!(count.unwrap_or_else(|e: DbError| panic!("{e}")), 0);
    }
}

mod bounded {
    use super::*;

    both_engines! {
        async fn more_than_may_wait_is_refused_at_once(engine: Engine) {
            let folder = Folder::new();
            let Some(config) = config(engine, folder.path()) else { return };
            let db = Db::open(config.queue_bound(4).writers(1), schema::set()).await.unwrap();
            let clock = usher_testkit::still_clock();
            let ctx = Ctx::system(Id::generate(clock.now()), "test", clock);
            let (release, held) = hold(&db, &ctx).await;
            let mut work = Vec::new();
            for index in 0..4 {
                let (handle, ctx) = (db.clone(), ctx.clone());
                work.push(tokio::spawn(async move {
                    handle.write(&ctx, lane(&ctx), move |tx| insert(tx, &format!("n{index}")).map(drop)).await
                }));
                while db.stats().waiting_writes <= index {
                    tokio::task::yield_now().await;
                }
            }
            let refused: Result<(), DbError> = db.write(&ctx, lane(&ctx), |_| Ok(())).await;
            assert!(matches!(refused, Err(DbError::Busy)), "{refused:?}");
            let fault = usher_kernel::Fault::from(DbError::Busy);
            assert_eq!((fault.kind().status(), fault.retry().is_some()), (503, true));
            assert_eq!(db.stats().refused, 1);
            drop(release);
            held.await.unwrap().unwrap();
            for task in work {
                let outcome: Result<(), DbError> = task.await.unwrap();
                outcome.unwrap();
            }
            db.close().await;
            let closed: Result<(), DbError> = db.write(&ctx, lane(&ctx), |_| Ok(())).await;
            assert!(matches!(closed, Err(DbError::Closed)));
        }
    }
}
