//! Opening: migrations, and what is wrong said in one line.

use usher_db::{Db, DbConfig, DbError, Lane, Migration, MigrationSet, OpenError};
use usher_kernel::{Ctx, Id};
use usher_testkit::{Folder, both_engines, config};

use crate::schema::{self, COUNT, INIT, insert};

const SECOND: Migration = Migration { name: "0002_colour", sqlite: COLOUR, postgres: COLOUR };
const COLOUR: &str = "ALTER TABLE things ADD COLUMN colour TEXT; UPDATE things SET colour = 'red';";
const CHANGED: Migration = Migration { name: "0001_init", sqlite: "SELECT 1", postgres: "SELECT 1" };
const FAILING: Migration = Migration { name: "0002_bad", sqlite: BAD, postgres: BAD };
const BAD: &str = "CREATE TABLE half (id UUID PRIMARY KEY); INSERT INTO nowhere VALUES (1);";
const RED: usher_db::Stmt =
    usher_db::Stmt::new("RED", "SELECT count(*) FROM things WHERE colour = 'red'").across("a test");

fn sets(migrations: &'static [Migration]) -> Vec<MigrationSet> {
    vec![MigrationSet { context: "test", migrations }]
}

fn ctx() -> Ctx {
    let clock = usher_testkit::still_clock();
    Ctx::system(Id::generate(clock.now()), "test", clock)
}

async fn refusal(config: DbConfig, sets: Vec<MigrationSet>) -> OpenError {
    match Db::open(config, sets).await {
        Ok(_) => panic!("it was opened"),
        Err(error) => {
            assert!(!error.to_string().contains('\n'), "one line: {error}");
            error
        }
    }
}

both_engines! {
    async fn a_filled_database_is_migrated(engine: Engine) {
        let folder = Folder::new();
        let Some(config) = config(engine, folder.path()) else { return };
        let ctx = ctx();
        let db = Db::open(config.clone(), sets(&[INIT])).await.unwrap();
        let made = db.write(&ctx, Lane::Any, |tx| insert(tx, "x")).await;
        made.unwrap_or_else(|e: DbError| panic!("{e}"));
        db.close().await;
        drop(db);
        let db = Db::open(config.clone(), sets(&[INIT, SECOND])).await.unwrap();
        // On PostgreSQL the owner sees the rows of every tenant while it migrates.
        assert_eq!(db.read(&ctx, |read| read.query_one::<i64>(RED, &[])).await.unwrap_or_else(|e: DbError| panic!("{e}")), 1);
        db.close().await;
        drop(db);
        let again = Db::open(config.clone(), sets(&[INIT, SECOND])).await.unwrap();
        again.close().await;
        drop(again);
        assert!(matches!(refusal(config.clone(), sets(&[INIT])).await, OpenError::Newer { .. }));
        assert!(matches!(refusal(config, sets(&[CHANGED, SECOND])).await, OpenError::Changed { .. }));
    }

    async fn a_failing_migration_leaves_nothing_behind(engine: Engine) {
        let folder = Folder::new();
        let Some(config) = config(engine, folder.path()) else { return };
        let error = refusal(config.clone(), sets(&[INIT, FAILING])).await;
        assert!(matches!(&error, OpenError::Migration { migration, .. } if migration == "test/0002_bad"), "{error}");
        Db::open(config, sets(&[INIT, SECOND])).await.unwrap();
    }

    async fn looking_changes_nothing_and_needs_nobody_to_stop(engine: Engine) {
        let folder = Folder::new();
        let Some(config) = config(engine, folder.path()) else { return };
        let look = |migrations| Db::inspect(config.clone(), sets(migrations));
        let nothing = look(&[INIT]).await.err();
        assert!(matches!(nothing, Some(OpenError::Missing { .. })), "{nothing:?}");
        let serving = Db::open(config.clone(), sets(&[INIT])).await.unwrap();
        let ctx = ctx();
        let made = serving.write(&ctx, Lane::Any, |tx| insert(tx, "x")).await;
        made.unwrap_or_else(|e: DbError| panic!("{e}"));
        let Ok(seen) = look(&[INIT]).await.unwrap() else { panic!("nothing is to be run") };
        let count = seen.read(&ctx, |read| read.query_one::<i64>(COUNT, &[])).await;
        assert_eq!(count.unwrap_or_else(|e: DbError| panic!("{e}")), 1);
        let refused: Result<(), DbError> = seen.write(&ctx, Lane::Any, |tx| insert(tx, "y").map(drop)).await;
        assert!(matches!(refused, Err(DbError::Closed)), "{refused:?}");
        seen.close().await;
        // A newer program says what it would run, and does not run it.
        let pending = look(&[INIT, SECOND]).await.unwrap().err();
        assert_eq!(pending.as_deref(), Some(&["test/0002_colour".to_owned()][..]));
        let older = look(&[]).await.err();
        assert!(matches!(older, Some(OpenError::Newer { .. })), "{older:?}");
        serving.close().await;
    }
}

#[tokio::test]
async fn a_file_that_another_program_has_locked_is_named() {
    let folder = Folder::new();
    let path = folder.path().join("usher.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE theirs (a TEXT);")
        .unwrap();
    let error = refusal(DbConfig::sqlite(&path), schema::set()).await;
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    drop(other);
    Db::open(DbConfig::sqlite(&path), schema::set()).await.unwrap().close().await;
    // Also where nothing is left to migrate, which would have met the lock.
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = refusal(DbConfig::sqlite(&path), schema::set()).await;
    assert!(matches!(error, OpenError::Locked { .. }), "{error}");
    // Nor does it pass a mere look; that a server of our own is at work does.
    let look = || Db::inspect(DbConfig::sqlite(&path), schema::set());
    let seen = look().await.err();
    assert!(matches!(seen, Some(OpenError::Locked { .. })), "{seen:?}");
    drop(other);
    let serving = Db::open(DbConfig::sqlite(&path), schema::set()).await.unwrap();
    let busy = rusqlite::Connection::open(&path).unwrap();
    busy.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(look().await.unwrap().is_ok());
    drop(busy);
    serving.close().await;
}

#[tokio::test]
async fn a_second_process_on_the_file_is_refused() {
    let folder = Folder::new();
    let config = DbConfig::sqlite(folder.path().join("usher.db"));
    let first = Db::open(config.clone(), schema::set()).await.unwrap();
    assert!(matches!(refusal(config.clone(), schema::set()).await, OpenError::InUse { .. }));
    first.close().await;
    drop(first);
    Db::open(config, schema::set()).await.unwrap();
}

#[tokio::test]
async fn files_that_are_no_sound_database_are_named() {
    let folder = Folder::new();
    let path = folder.path().join("usher.db");
    std::fs::write(&path, "Dear diary, today I was mistaken for a database. ".repeat(100)).unwrap();
    assert!(matches!(refusal(DbConfig::sqlite(&path), schema::set()).await, OpenError::NotADatabase { .. }));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear diary"));

    let sound = folder.path().join("sound.db");
    let db = Db::open(DbConfig::sqlite(&sound), schema::set()).await.unwrap();
    db.close().await;
    drop(db);
    let mut bytes = std::fs::read(&sound).unwrap();
    bytes[100..4096].fill(0xAB);
    std::fs::write(&sound, bytes).unwrap();
    let error = refusal(DbConfig::sqlite(&sound), schema::set()).await;
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error}");

    let inside_a_file = DbConfig::sqlite(path.join("usher.db"));
    assert!(matches!(refusal(inside_a_file, schema::set()).await, OpenError::Unreachable { .. }));
}

#[tokio::test]
async fn a_wrong_url_is_named_without_its_password() {
    for url in ["postgres://u:secret@h:notaport/d", "postgres://u:secret@127.0.0.1"] {
        let error = refusal(DbConfig::postgres(url), schema::set()).await;
        assert!(matches!(error, OpenError::BadUrl { .. }), "{url}: {error}");
        assert!(!error.to_string().contains("secret"));
    }
    let nobody = DbConfig::postgres("postgres://u:secret@127.0.0.1:1/d");
    let error = refusal(nobody, schema::set()).await;
    assert!(matches!(error, OpenError::Server { .. }) && !error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn a_full_disk_keeps_what_was_acknowledged() {
    let folder = Folder::new();
    let config = DbConfig::sqlite(folder.path().join("usher.db")).max_pages(64);
    let db = Db::open(config, schema::set()).await.unwrap();
    let ctx = ctx();
    let (mut kept, mut full) = (0, 0);
    let mut work = tokio::task::JoinSet::new();
    for index in 0..400 {
        let (db, ctx) = (db.clone(), ctx.clone());
        work.spawn(async move {
            let name = format!("{index}-{}", "x".repeat(2000));
            db.write(&ctx, Lane::Any, move |tx| insert(tx, &name).map(drop)).await
        });
    }
    while let Some(done) = work.join_next().await {
        match done.unwrap() {
            Ok(()) => kept += 1,
            Err(DbError::DiskFull) => full += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(kept > 0 && full > 0, "{kept} kept, {full} refused");
    let refused = db.write(&ctx, Lane::Any, move |tx| insert(tx, &"y".repeat(9000)).map(drop)).await;
    assert!(matches!(refused, Err(DbError::DiskFull)) && db.stats().disk_full, "health shows it");
    let count = db.read(&ctx, |read| read.query_one::<i64>(COUNT, &[])).await;
    assert_eq!(count.unwrap_or_else(|e: DbError| panic!("{e}")), kept);
    assert_eq!(db.integrity_check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_backup_is_made_while_it_serves() {
    let folder = Folder::new();
    let db = Db::open(DbConfig::sqlite(folder.path().join("usher.db")).without_sync(), schema::set())
        .await
        .unwrap();
    let ctx = ctx();
    let (writer, tenant) = (db.clone(), ctx.clone());
    let writing = tokio::spawn(async move {
        for index in 0..500 {
            let name = format!("n{index}");
            let made = writer.write(&tenant, Lane::Any, move |tx| insert(tx, &name)).await;
            made.unwrap_or_else(|e: DbError| panic!("{e}"));
        }
    });
    let copy = folder.path().join("copy.db");
    db.backup(&copy).await.unwrap();
    writing.await.unwrap();
    let restored = Db::open(DbConfig::sqlite(&copy), schema::set()).await.unwrap();
    let count = restored.read(&ctx, |read| read.query_one::<i64>(COUNT, &[])).await;
    assert!(count.unwrap_or_else(|e: DbError| panic!("{e}")) <= 500);
    assert!(restored.integrity_check().await.unwrap().is_empty());
}
