//! Every statement of the product, prepared on both engines over the tables of every context.

use usher_db::{DbError, MigrationSet};
use usher_testkit::both_engines;

pub(crate) fn sets() -> Vec<MigrationSet> {
    vec![
        usher_events::migrations(),
        usher_jobs::migrations(),
        usher_http::MIGRATIONS,
        usher_tenancy::MIGRATIONS,
        usher_identity::MIGRATIONS,
        usher_customers::MIGRATIONS,
        usher_queueing::MIGRATIONS,
        usher_eta::MIGRATIONS,
        usher_appointments::MIGRATIONS,
        usher_analytics::MIGRATIONS,
        usher_engagement::MIGRATIONS,
        usher_audit::MIGRATIONS,
    ]
}

both_engines! {
    migrations: sets();

    async fn every_statement_is_understood(db: TestDb) {
        let all = [
            usher_events::statements(),
            usher_jobs::statements(),
            usher_http::statements(),
            usher_tenancy::statements(),
            usher_identity::statements(),
            usher_customers::statements(),
            usher_queueing::statements(),
            usher_eta::statements(),
            usher_appointments::statements(),
            usher_analytics::statements(),
            usher_engagement::statements(),
            usher_audit::statements(),
        ]
        .concat();
        assert!(all.len() > 100);
        let mut refused = Vec::new();
        for stmt in all {
            // Who reaches every tenant's rows says why; the embedded engine refuses all others below.
            assert!(stmt.reaches_across().is_none_or(|why| why.len() > 20), "{}", stmt.name());
            // Each in a transaction of its own, so that one that is refused does not hide the next.
            if let Err(error) = db.read_system::<(), DbError>(&db.system(), move |read| read.prepare(stmt)).await {
                refused.push(error.to_string());
            }
        }
        assert!(refused.is_empty(), "{}", refused.join("\n"));
        assert_eq!(db.check_rls().await.unwrap(), Vec::<String>::new());
    }
}
