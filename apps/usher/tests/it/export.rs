//! Everything of a tenant as a file: by the command line, and that no table and no column is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::process::Output;

use serde_json::Value;
use usher_db::{DbError, DynQuery, Engine};
use usher_tenancy::Part;
use usher_testkit::both_engines;
use zip::ZipArchive;

use crate::server::{Scratch, Server, usher};
use crate::statements::sets;

/// The files of an archive by their names.
pub(crate) fn files(archive: &[u8]) -> BTreeMap<String, String> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).expect("a whole archive");
    let mut files = BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        files.insert(file.name().expect("a name").into_owned(), text);
    }
    files
}

#[test]
fn the_command_line_writes_the_archive_whole_or_not_at_all() {
    let scratch = Scratch::new("export-cli");
    let run = |args: &[&str]| -> Output { usher(&scratch.0, &[]).args(args).output().expect("it starts") };
    let says = |out: &Output| String::from_utf8_lossy(&out.stderr).into_owned();
    let create =
        "tenant create --name Demo --slug demo-bank --admin-email admin@demo-bank.com --with-demo-data";
    let made = run(&create.split(' ').collect::<Vec<_>>());
    assert!(made.status.success(), "{}", says(&made));
    let out = scratch.0.join("all.zip");
    let path = out.display().to_string();
    let export = ["tenant", "export", "--slug", "demo-bank", "--out", &path];
    let done = run(&export);
    assert!(done.status.success(), "{}", says(&done));
    assert!(
        String::from_utf8_lossy(&done.stdout).contains("all.zip holds everything of the tenant demo-bank")
    );
    let archive = std::fs::read(&out).expect("the archive");
    let files = files(&archive);
    let manifest: Value = serde_json::from_str(&files["manifest.json"]).expect("a manifest");
    assert_eq!(manifest["tenant"]["slug"], "demo-bank");
    assert!(files["services.ndjson"].contains("Passbook"));
    assert!(files["events.ndjson"].contains("tenant.exported"), "that it was asked for is recorded");

    // What is there already stays as it is, and what fails leaves nothing behind.
    let again = run(&export);
    assert!(
        !again.status.success() && says(&again).contains("name a file that does not exist yet"),
        "{again:?}"
    );
    assert_eq!(std::fs::read(&out).expect("the archive"), archive);
    let nobody = scratch.0.join("nobody.zip");
    let unknown = run(&["tenant", "export", "--slug", "nobody", "--out", &nobody.display().to_string()]);
    assert!(!unknown.status.success() && says(&unknown).contains("there is no tenant nobody"), "{unknown:?}");
    assert!(!nobody.exists());
    let server = Server::start(&scratch.0, &[]);
    let busy = scratch.0.join("busy.zip");
    let refused = run(&["tenant", "export", "--slug", "demo-bank", "--out", &busy.display().to_string()]);
    assert!(!refused.status.success() && !busy.exists(), "a server has the embedded database: {refused:?}");
    drop(server);
}

/// Tables of the platform, which hold nothing that a tenant would miss, and why.
const PLATFORM: &[(&str, &str)] = &[
    ("schema_migrations", "which migrations were run"),
    ("subscriptions", "how far the log was read, and by whom"),
    ("dead_events", "events that a subscriber could not take: they are in the log"),
    ("jobs", "work that is still to be done"),
    ("recurring_jobs", "work that comes back"),
    ("idempotency_keys", "answers kept for a day"),
];

/// Columns that are not handed out, and why.
const KEPT_BACK: &[(&str, &[&str])] = &[
    // Secrets, and what they are checked against.
    ("api_keys", &["secret_hash"]),
    ("devices", &["secret_hash"]),
    ("invitations", &["secret_hash"]),
    ("redemptions", &["code"]),
    // How things are found, made of what is there.
    ("customers", &["name_key", "email_key", "phone_tail", "email_plain"]),
    // The allocator of entry times, whether numbers have to be looked up, and for how many more there is space.
    ("queue_lines", &["queue_id", "carried", "entry", "spare"]),
    // What ties an event into the chain, and which run of which node wrote it.
    ("events", &["ip_mark", "personal_hash", "node", "xid"]),
    ("event_personal", &["event_id", "thing_id", "salt", "value"]),
    ("event_archive", &["hash", "body"]),
    ("audit_seals", &["seqs", "marks", "digest", "prev_hash"]),
];

/// What every context hands out, as the product puts it together.
fn parts() -> Vec<Part> {
    let all = [
        usher_tenancy::parts(),
        usher_identity::parts(),
        usher_customers::parts(),
        usher_queueing::parts(),
        usher_appointments::parts(),
        usher_engagement::parts(),
        usher_analytics::parts(),
        usher_eta::parts(),
        usher_audit::parts(),
    ];
    all.into_iter().flatten().collect()
}

/// Every table of the database with its columns.
fn columns(engine: Engine) -> DynQuery {
    let mut query = DynQuery::new(match engine {
        Engine::Sqlite => {
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
    });
    query.across("a test looks at the tables themselves");
    query
}

both_engines! {
    migrations: sets();

    /// A table that is added tomorrow fails here until somebody says what becomes of it, and so does a column.
    async fn no_table_and_no_column_is_forgotten(db: TestDb) {
        let query = columns(db.engine());
        let system = db.system();
        let read = db.read_system::<Vec<(String, String)>, DbError>(&system, move |read| read.query_dyn(&query));
        let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, column) in read.await.unwrap() {
            tables.entry(table).or_default().insert(column);
        }
        assert!(tables.len() > 50, "{tables:?}");
        let mut spoken_of: BTreeSet<&str> = PLATFORM.iter().map(|(table, _)| *table).collect();
        let mut faults = Vec::new();
        for part in parts() {
            for table in part.tables() {
                if !spoken_of.insert(table) {
                    faults.push(format!("{table} is spoken of twice"));
                }
                if !tables.contains_key(*table) {
                    faults.push(format!("there is no table {table}"));
                }
            }
            let Some(schema) = part.schema() else { continue };
            let schema = serde_json::to_value(&schema).unwrap();
            let told = schema["properties"].as_object().expect("members");
            for table in part.tables() {
                let kept_back = KEPT_BACK.iter().find(|(known, _)| known == table).map_or(&[][..], |(_, all)| all);
                for column in &tables[*table] {
                    let known = column == "tenant_id" || kept_back.contains(&column.as_str());
                    if known == told.contains_key(column) && !(known && part.tables().len() > 1) {
                        faults.push(format!("{table}.{column} is {}", if known { "handed out" } else { "forgotten" }));
                    }
                }
            }
        }
        for table in tables.keys().filter(|table| !spoken_of.contains(table.as_str())) {
            faults.push(format!("nobody says whether {table} is handed out"));
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
