//! The migrations of every context over a database that has rows: each table as its first migration made it is given
//! one, and what came later has to take it along, value by value.

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

/// What a later migration takes away on purpose: the table, the column, and what is there then.
const GIVEN_UP: &[(&str, &str, &str)] = &[
    // The account stood there, which is no customer.
    ("tickets", "customer_id", "NULL"),
];

/// A value of a type for the `n`th column of a table, unlike that of any other column where one can tell: what comes
/// from the wrong column is seen. Every id is the same, so that whatever refers to another row finds it.
fn value(engine: Engine, column: &str, kind: &str, n: usize) -> String {
    match (kind, engine) {
        ("UUID", Engine::Sqlite) => "x'00000000000000000000000000000007'".to_owned(),
        ("UUID", Engine::Postgres) => "'00000000-0000-0000-0000-000000000007'".to_owned(),
        ("TIMESTAMPTZ", Engine::Sqlite) => format!("{}", 1_767_225_600_000_000 + n * 1_000_000),
        ("TIMESTAMPTZ", Engine::Postgres) => format!("'2026-01-01T00:{:02}:{:02}Z'", n / 60, n % 60),
        ("BYTEA", Engine::Sqlite) => format!("x'{n:04}'"),
        ("BYTEA", Engine::Postgres) => format!("'\\x{n:04}'"),
        ("BOOLEAN", _) => "TRUE".to_owned(),
        // Later ones are smaller: what is left of something is never more than that was.
        ("BIGINT" | "INTEGER", _) => format!("{}", 1000 - n),
        ("DOUBLE", _) => format!("{n}.5"),
        ("JSONB", _) => format!("'{{\"of\":\"{column}\"}}'"),
        ("TEXT", _) => format!("'{column}'"),
        _ => panic!("a column of type {kind}"),
    }
}

/// Asks for the row of a table: each of its columns with its value.
fn picture(engine: Engine, table: &Table) -> DynQuery {
    let column = |(column, _): &(&str, &str)| match engine {
        Engine::Sqlite => format!("'{column}=' || quote({column})"),
        Engine::Postgres => format!("'{column}=' || coalesce(CAST({column} AS TEXT), 'NULL')"),
    };
    let columns: Vec<String> = table.columns.iter().map(column).collect();
    let text = format!("SELECT {} FROM {}", columns.join(" || '\n' || "), table.name);
    let mut query = DynQuery::new(text.leak());
    query.across("a test reads what it put in itself");
    query
}

/// The rows of a table, a line for each column.
async fn rows_of(db: &Db, engine: Engine, table: &Table) -> Vec<String> {
    let query = picture(engine, table);
    let system = SystemCtx::new("test", still_clock());
    let read: Result<Vec<String>, DbError> =
        db.read_system(&system, move |read| read.query_dyn(&query)).await;
    read.unwrap_or_else(|error| panic!("{}: {error}", table.name))
}

/// What was there, as the later migrations leave it.
fn as_it_is_left(table: &Table, row: &str) -> String {
    let column = |line: &str| {
        let name = line.split('=').next().unwrap_or_default();
        let given_up = GIVEN_UP.iter().find(|(of, column, _)| *of == table.name && *column == name);
        given_up.map_or_else(|| line.to_owned(), |(_, _, now)| format!("{name}={now}"))
    };
    row.split('\n').map(column).collect::<Vec<_>>().join("\n")
}

/// A row in each table, as a migration of its own.
fn rows(engine: Engine, sets: &[MigrationSet]) -> &'static str {
    let inserts = sets.iter().flat_map(|set| tables(set.migrations[0].text(engine))).map(|table| {
        let columns: Vec<&str> = table.columns.iter().map(|(column, _)| *column).collect();
        let of = |(n, (column, kind)): (usize, &(&str, &str))| value(engine, column, kind, n);
        let values: Vec<String> = table.columns.iter().enumerate().map(of).collect();
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
        let mut all: Vec<Table> =
            sets.iter().flat_map(|set| tables(set.migrations[0].text(engine))).collect();
        assert!(all.len() >= 50, "{} tables", all.len());
        let later: String =
            sets.iter().flat_map(|set| &set.migrations[1..]).map(|migration| migration.text(engine)).collect();
        all.retain(|table| !later.contains(&format!("DROP TABLE {};", table.name)));

        let db = open(first(&sets)).await.expect("the first migrations, and rows");
        let mut before = Vec::new();
        for table in &all {
            let rows = rows_of(&db, engine, table).await;
            assert_eq!(rows.len(), 1, "{}", table.name);
            before.push(as_it_is_left(table, &rows[0]));
        }
        db.close().await;
        drop(db);

        let db = open(sets).await.expect("all migrations over them");
        for (table, before) in all.iter().zip(before) {
            assert_eq!(rows_of(&db, engine, table).await, [before], "{}", table.name);
        }
        db.close().await;
    }
}
