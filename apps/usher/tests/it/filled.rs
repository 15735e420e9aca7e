//! The migrations of every context over a database that has rows: each table as its first migration made it is given
//! one, and what came later has to take it along.

use usher_db::{Db, DbError, DynQuery, Engine, Migration, MigrationSet};
use usher_kernel::SystemCtx;
use usher_testkit::{Folder, both_engines, config, still_clock};

use crate::statements::sets;

/// A table of a first migration: its name and its columns with their types.
struct Table {
    name: &'static str,
    columns: Vec<(&'static str, &'static str)>,
}

/// The tables that a migration makes, in its order, so that what is referred to comes first.
fn tables(text: &'static str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            let name = rest.split([' ', '(']).next().unwrap_or_default();
            tables.push(Table { name, columns: Vec::new() });
            inside = true;
        } else if line.starts_with(')') {
            inside = false;
        } else if inside && let Some(table) = tables.last_mut() {
            let mut words = line.trim_end_matches(',').split_whitespace();
            let (Some(column), Some(kind)) = (words.next(), words.next()) else { continue };
            // Not a column: a comment or a constraint; nor one that the database fills itself.
            let given = column.starts_with(|c: char| c.is_ascii_lowercase());
            if given && !line.contains("GENERATED") && !line.contains("pg_current") {
                table.columns.push((column, kind));
            }
        }
    }
    tables
}

/// A value of a type. Every id is the same, so that whatever refers to another row finds it.
fn value(engine: Engine, kind: &str) -> &'static str {
    match (kind, engine) {
        ("UUID", Engine::Sqlite) => "x'00000000000000000000000000000007'",
        ("UUID", Engine::Postgres) => "'00000000-0000-0000-0000-000000000007'",
        ("TIMESTAMPTZ", Engine::Sqlite) => "1767225600000000",
        ("TIMESTAMPTZ", Engine::Postgres) => "'2026-01-01T00:00:00Z'",
        ("BYTEA", Engine::Sqlite) => "x'00'",
        ("BYTEA", Engine::Postgres) => "'\\x00'",
        ("BOOLEAN", _) => "TRUE",
        ("BIGINT" | "INTEGER" | "DOUBLE", _) => "1",
        ("JSONB", _) => "'{}'",
        ("TEXT", _) => "'1'",
        _ => panic!("a column of type {kind}"),
    }
}

/// A row in each table, as a migration of its own.
fn rows(engine: Engine, sets: &[MigrationSet]) -> &'static str {
    let inserts = sets.iter().flat_map(|set| tables(set.migrations[0].text(engine))).map(|table| {
        let columns: Vec<&str> = table.columns.iter().map(|(column, _)| *column).collect();
        let values: Vec<&str> = table.columns.iter().map(|(_, kind)| value(engine, kind)).collect();
        format!("INSERT INTO {} ({}) VALUES ({});\n", table.name, columns.join(", "), values.join(", "))
    });
    inserts.collect::<String>().leak()
}

/// The sets with only the first migration of each.
fn first(sets: &[MigrationSet]) -> Vec<MigrationSet> {
    sets.iter().map(|set| MigrationSet { context: set.context, migrations: &set.migrations[..1] }).collect()
}

both_engines! {
    async fn the_products_migrations_take_every_row_along(engine: Engine) {
        let folder = Folder::new();
        let Some(config) = config(engine, folder.path()) else { return };
        let sets = sets();
        let text = rows(engine, &sets);
        let filling = MigrationSet {
            context: "filling",
            migrations: Box::leak(Box::new([Migration { name: "0001_rows", sqlite: text, postgres: text }])),
        };
        let open = |mut sets: Vec<MigrationSet>| {
            sets.push(MigrationSet { context: filling.context, migrations: filling.migrations });
            Db::open(config.clone(), sets)
        };
        let db = open(first(&sets)).await.expect("the first migrations, and rows");
        db.close().await;
        drop(db);

        let later: String =
            sets.iter().flat_map(|set| &set.migrations[1..]).map(|migration| migration.text(engine)).collect();
        let all: Vec<Table> = sets.iter().flat_map(|set| tables(set.migrations[0].text(engine))).collect();
        assert!(all.len() >= 50, "{} tables", all.len());
        let db = open(sets).await.expect("all migrations over them");
        let system = SystemCtx::new("test", still_clock());
        for table in all {
            if later.contains(&format!("DROP TABLE {};", table.name)) {
                continue;
            }
            let mut query = DynQuery::new("SELECT count(*) FROM ");
            query.push_sql(table.name).across("a test counts what it put in itself");
            let counted: Result<Vec<i64>, DbError> =
                db.read_system(&system, move |read| read.query_dyn(&query)).await;
            assert_eq!(counted.expect("a count"), [1], "{}", table.name);
        }
        db.close().await;
    }
}
