//! A small schema for these tests.

use usher_db::{DbError, Migration, MigrationSet, Tx, row, sql};
use usher_kernel::random;
use uuid::Uuid;

pub(crate) const INIT: Migration = Migration { name: "0001_init", sqlite: TABLES, postgres: TABLES };

const TABLES: &str = "
    CREATE TABLE things (
        id UUID PRIMARY KEY, tenant_id UUID NOT NULL, name TEXT NOT NULL, count BIGINT NOT NULL,
        UNIQUE (tenant_id, name));
    CREATE TABLE kinds (
        id UUID PRIMARY KEY, flag BOOLEAN, number BIGINT, ratio DOUBLE PRECISION, word TEXT, at TIMESTAMPTZ,
        body JSONB, raw BYTEA);
";

pub(crate) fn set() -> Vec<MigrationSet> {
    vec![MigrationSet { context: "test", migrations: const { &[INIT] } }]
}

row! {
    /// A thing.
    pub(crate) struct Thing { id: Uuid, name: String, count: i64 }
}

sql! {
    pub(crate) INSERT = "INSERT INTO things (id, tenant_id, name, count) VALUES ($1, $2, $3, $4)";
    pub(crate) BUMP across "shows what PostgreSQL keeps apart by itself" =
        "UPDATE things SET count = count + 1 WHERE name = $1 RETURNING count";
    pub(crate) BUMP_QUIETLY across "shows what PostgreSQL keeps apart by itself" =
        "UPDATE things SET count = count + 1 WHERE name = $1";
    // The second parameter appears first on purpose.
    pub(crate) FIND across "shows what PostgreSQL keeps apart by itself" =
        "SELECT ", Thing::COLUMNS, " FROM things WHERE name = $2 AND count >= $1";
    pub(crate) ALL across "shows what PostgreSQL keeps apart by itself" =
        "SELECT ", Thing::COLUMNS, " FROM things ORDER BY name";
    pub(crate) COUNT across "shows what PostgreSQL keeps apart by itself" =
        "SELECT count(*) FROM things";
    pub(crate) BROKEN = "SELECT nothing FROM nowhere WHERE a = $1";
}

pub(crate) fn insert(tx: &mut Tx, name: &str) -> Result<Uuid, DbError> {
    let id = random::uuid_v7(tx.now());
    let tenant = tx.tenant();
    tx.execute(INSERT, &[&id, &tenant, name_ref(&name), &0i64])?;
    Ok(id)
}

fn name_ref<'a>(name: &'a &str) -> &'a dyn usher_db::ToParam {
    name
}
