//! One tenant never sees another's rows on PostgreSQL, whatever the SQL says.

use usher_db::{DbError, DynQuery, Engine, Lane, Stmt};
use usher_testkit::both_engines;

use crate::schema::{self, COUNT, INSERT, insert};

both_engines! {
    migrations: schema::set();

    async fn another_tenants_rows_are_out_of_reach(db: TestDb) {
        let (ours, theirs, sys) = (db.tenant(), db.tenant(), db.system());
        for ctx in [&ours, &theirs] {
            db.write(ctx, Lane::Any, |tx| insert(tx, "x").map(drop)).await.unwrap_or_else(|e: DbError| panic!("{e}"));
        }
        // A handwritten SELECT without a tenant.
        let count = db.read(&ours, |read| read.query_one::<i64>(COUNT, &[])).await;
        let all = db.read_system(&sys, |read| read.query_one::<i64>(COUNT, &[])).await;
        let bound = db.engine() == Engine::Postgres;
        assert_eq!((count.unwrap(), all.unwrap()), (if bound { 1 } else { 2 }, 2));
        // A row smuggled into the other tenant.
        let (id, victim) = (usher_kernel::random::uuid_v7(ours.now()), theirs.tenant);
        let outcome = db.write(&ours, Lane::Any, move |tx| tx.execute(INSERT, &[&id, &victim, &"y", &0i64])).await;
        assert_eq!(outcome.is_err(), bound, "{outcome:?}");
    }

    async fn a_statement_that_names_no_tenant_is_refused_where_nothing_else_keeps_them_apart(db: TestDb) {
        const CARELESS: Stmt = Stmt::new("CARELESS", "SELECT count(*) FROM things WHERE name = $1");
        let ctx = db.tenant();
        let fixed = db.read(&ctx, |read| read.query_one::<i64>(CARELESS, &[&"x"])).await;
        let made: Result<Vec<String>, DbError> = db
            .read(&ctx, |read| {
                let mut query = DynQuery::new("SELECT name FROM things WHERE name = ");
                query.bind("x");
                read.query_dyn(&query)
            })
            .await;
        let embedded = db.engine() == Engine::Sqlite;
        assert_eq!((fixed.is_err(), made.is_err()), (embedded, embedded));
        if let Err(refused) = fixed {
            assert!(refused.to_string().contains("CARELESS: things has a tenant_id"), "{refused}");
        }
    }

    async fn tenants_alternate_within_one_batch(db: TestDb) {
        let (one, two, sys) = (db.tenant(), db.tenant(), db.system());
        let mut work = Vec::new();
        for index in 0..40 {
            let (db, sys) = (db.db().clone(), sys.clone());
            let ctx = if index % 2 == 0 { one.clone() } else { two.clone() };
            let site = Lane::Site(usher_kernel::Id::from_uuid(one.tenant.uuid()));
            work.push(tokio::spawn(async move {
                if index % 5 == 0 {
                    return db.write_system(&sys, site, |tx| tx.query_one::<i64>(COUNT, &[]).map(drop)).await;
                }
                let name = format!("n{index}");
                db.write(&ctx, site, move |tx| {
                    insert(tx, &name)?;
                    if index % 3 == 0 { Err(DbError::NoRow) } else { Ok(()) }
                })
                .await
            }));
        }
        let mut kept = 0;
        for task in work {
            kept += i64::from(task.await.unwrap().is_ok());
        }
        let all: i64 = db.read_system(&sys, |read| read.query_one(COUNT, &[])).await.unwrap_or_else(|e: DbError| panic!("{e}"));
        assert_eq!(all, kept - 8);
        if db.engine() == Engine::Postgres {
            let count = |ctx| db.read::<i64, DbError>(ctx, |read| read.query_one(COUNT, &[]));
            assert_eq!(count(&one).await.unwrap() + count(&two).await.unwrap(), all);
        }
    }

    async fn the_check_finds_nothing_on_a_sound_set_up(db: TestDb) {
        assert_eq!(db.check_rls().await.unwrap(), Vec::<String>::new());
    }
}
