//! Steps that were counted by day alone, before months were counted too.

use std::collections::BTreeMap;

use usher_analytics::model::{date_of, month_number};
use usher_db::{DbError, DynQuery, Engine, Lane, Tx};
use usher_kernel::TenantId;
use usher_testkit::{OldDb, block_on, still_clock};
use uuid::Uuid;

use crate::app::tables;

fn steps_before_months_were_counted(engine: Engine) {
    block_on(async {
        let Some(old) = OldDb::open(engine, tables(), ("analytics", 2)).await else { return };
        let (sys, clock) = (old.system(), still_clock());
        let tenants = [TenantId::generate(clock.now()), TenantId::generate(clock.now())];
        // From before 1970 to leap days of this century, a fortnight and a day apart.
        let days: Vec<i64> = (-800_i64..25_000).step_by(15).collect();
        let some = days.clone();
        let insert = move |tx: &mut Tx<'_>| {
            for (n, day) in (1_i64..).zip(&some) {
                let tenant = tenants[usize::try_from(n % 2).unwrap()];
                let mut row = DynQuery::new(
                    "INSERT INTO analytics_steps (tenant_id, site_id, day, from_id, to_id, how, steps) VALUES (",
                );
                row.bind(&tenant).push_sql(", ").bind(&Uuid::from_u128(1)).push_sql(", ").bind(day);
                row.push_sql(", ").bind(&Uuid::from_u128(2)).push_sql(", ").bind(&Uuid::from_u128(3));
                row.push_sql(", 'transfer', ").bind(&n).push_sql(")");
                tx.execute_dyn(&row)?;
            }
            Ok::<_, DbError>(())
        };
        old.write_system(&sys, Lane::Any, insert).await.unwrap();

        let db = old.brought_up().await;
        let mut wanted: BTreeMap<(TenantId, i64), i64> = BTreeMap::new();
        for (n, day) in (1_i64..).zip(days) {
            let tenant = tenants[usize::try_from(n % 2).unwrap()];
            *wanted.entry((tenant, month_number(date_of(day)))).or_default() += n;
        }
        let mut query = DynQuery::new("SELECT tenant_id, month, steps FROM analytics_step_months");
        query.across("a test reads what it put in itself");
        let read = move |read: &mut usher_db::Read<'_>| read.query_dyn::<(TenantId, i64, i64)>(&query);
        let rows = db.read_system::<_, DbError>(&sys, read).await.unwrap();
        let kept: BTreeMap<_, _> = rows.into_iter().map(|(tenant, month, n)| ((tenant, month), n)).collect();
        assert_eq!(kept, wanted);
    });
}

#[test]
fn steps_before_months_were_counted_sqlite() {
    steps_before_months_were_counted(Engine::Sqlite);
}

#[test]
fn steps_before_months_were_counted_postgres() {
    steps_before_months_were_counted(Engine::Postgres);
}
