//! When the product cannot start it says why in one line, answers with a failure, and leaves what is
//! stored as it was. A copy that is made while it serves can be put back.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use usher_db::Engine;
use usher_testkit::eventually;
use usher_testkit::pg::Cluster;

use crate::http::Conn;
use crate::server::{Scratch, Server, free_port, usher};

/// A password that must appear in no message.
const PASSWORD: &str = "hunter2-of-the-database";
/// Long enough to sign with.
const SECRET: &str = "a secret of the tests, long enough to sign with";

#[test]
fn a_taken_port() {
    let bank = Installation::new("taken-port");
    let holder = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = holder.local_addr().expect("an address").to_string();
    bank.refuses(&["serve", "--listen", &addr], &[], &[&addr, "--listen"]);
    bank.is_whole();
}

#[test]
fn an_unknown_configuration_key_and_the_nearest_known_one() {
    let bank = Installation::new("unknown-key");
    let place = bank.data.join("typo.toml");
    std::fs::write(&place, "listn = \"127.0.0.1:0\"\n").expect("a file");
    let file = place.display().to_string();
    let said = ["there is no setting `listn`", "did you mean `listen`?", "typo.toml"];
    bank.refuses(&["serve", "--config", &file], &[], &said);
    std::fs::write(&place, "[database]\nreplica = \"\"\n").expect("a file");
    bank.refuses(&["serve", "--config", &file], &[], &["`database.replica`", "`database.replica_url`"]);
    std::fs::write(&place, "[datbase]\nx = 1\n").expect("a file");
    bank.refuses(&["serve", "--config", &file], &[], &["`datbase.x`", "did you mean `database."]);
    std::fs::write(&place, "[serv]\nx = 1\n").expect("a file");
    bank.refuses(&["doctor", "--config", &file], &[], &["`serv.x`", "the sections are", "database"]);
    std::fs::remove_file(&place).expect("it was there");
    let said = ["`USHER_LISTNE`", "did you mean `USHER_LISTEN`?"];
    bank.refuses(&["serve"], &[("USHER_LISTNE", "127.0.0.1:0")], &said);
    bank.is_whole();
}

#[test]
fn a_wrong_database_url() {
    let bank = Installation::new("wrong-url");
    for url in [
        format!("mysql://usher:{PASSWORD}@127.0.0.1/usher"),
        format!("postgres://usher:{PASSWORD}@127.0.0.1:port/usher"),
        "usher.db".to_owned(),
    ] {
        let env = [("DATABASE_URL", url.as_str()), ("JWT_SECRET", SECRET)];
        let said = bank.refuses(&["serve"], &env, &["postgres://"]);
        assert!(said.contains("DATABASE_URL") || said.contains("database.url"), "{said}");
    }
    bank.is_whole();
}

#[test]
fn a_postgres_that_does_not_answer() {
    let bank = Installation::new("no-postgres");
    let port = free_port();
    let url = format!("postgres://usher:{PASSWORD}@127.0.0.1:{port}/usher");
    let env = [("DATABASE_URL", url.as_str()), ("JWT_SECRET", SECRET)];
    let said = ["PostgreSQL at 127.0.0.1", &port.to_string(), "Check DATABASE_URL"];
    for command in [&["serve"][..], &["worker"], &["migrate"]] {
        bank.refuses(command, &env, &said);
    }
    bank.is_whole();
}

#[test]
fn a_postgres_that_runs_and_does_not_let_us_in() {
    let bank = Installation::new("closed-postgres");
    // Says so where the engine is not wanted or not installed.
    let elsewhere = Scratch::new("closed-postgres-elsewhere");
    if usher_testkit::config(Engine::Postgres, &elsewhere.0).is_none() {
        return;
    }
    let Some(cluster) = Cluster::shared() else { return };
    let right = cluster.locked_database("the-right-one");
    let server = right.rsplit_once('/').expect("a URL").0;
    for (url, said) in [
        (right.replace("the-right-one", PASSWORD), "password authentication failed for user \"usher\""),
        (right.replace(":the-right-one", ""), "password missing"),
        (format!("{server}/nowhere"), "database \"nowhere\" does not exist"),
    ] {
        let env = [("DATABASE_URL", url.as_str()), ("JWT_SECRET", SECRET)];
        let place = url.rsplit('@').next().expect("a place");
        for command in [&["serve"][..], &["worker"], &["migrate"]] {
            bank.refuses(command, &env, &["PostgreSQL at ", place, said, "Check DATABASE_URL"]);
        }
    }
    let env = [("DATABASE_URL", right.as_str()), ("JWT_SECRET", SECRET)];
    let let_in = bank.command(&["migrate"], &env).output().expect("it starts");
    assert!(let_in.status.success(), "{}", String::from_utf8_lossy(&let_in.stderr));
    bank.is_whole();
}

#[test]
fn a_second_process_on_the_same_data() {
    let bank = Installation::new("second-process");
    let server = Server::start(&bank.data, &[]);
    let said = ["in use by another usher process", "usher.db"];
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
        bank.fails(command, &[], &said);
    }
    assert_eq!(bank.signs_in(&server), 200, "the first process serves on");
    drop(server);
    bank.is_whole();
}

#[test]
fn a_demo_on_the_data_of_others() {
    let bank = Installation::new("demo-on-data");
    let folder = bank.data.to_str().expect("a path");
    let demo = ["demo", "--listen", "127.0.0.1:0", "--data-dir", folder];
    bank.refuses(&demo, &[], &["was not made by a demo", "--data-dir"]);
    // Nor does the demo's own mark let it empty what another process serves from.
    let server = Server::start(&bank.data, &[]);
    let mark = bank.data.join("demo");
    std::fs::write(&mark, "").expect("the mark");
    bank.fails(&demo, &[], &["in use by another usher process"]);
    assert_eq!(bank.signs_in(&server), 200);
    drop(server);
    std::fs::remove_file(&mark).expect("the mark");
    bank.is_whole();
}

#[test]
fn a_corrupt_database() {
    let bank = Installation::new("corrupt");
    let sound = std::fs::read(bank.database()).expect("a database");
    let mut damaged = sound.clone();
    damaged[100..4096].fill(0xAB);
    std::fs::write(bank.database(), damaged).expect("a file");
    bank.refuses(&["serve", "--listen", "127.0.0.1:0"], &[], &["usher.db is damaged", "usher restore"]);
    std::fs::write(bank.database(), sound).expect("a file");
    bank.is_whole();
}

#[test]
fn a_file_that_is_no_database() {
    let bank = Installation::new("no-database");
    let sound = std::fs::read(bank.database()).expect("a database");
    std::fs::write(bank.database(), "Dear diary, I am no database. ".repeat(200)).expect("a file");
    bank.refuses(&["serve", "--listen", "127.0.0.1:0"], &[], &["usher.db is not a SQLite database"]);
    std::fs::write(bank.database(), sound).expect("a file");
    bank.is_whole();
}

#[test]
fn a_database_that_another_program_holds() {
    let bank = Installation::new("foreign-lock");
    let other = rusqlite::Connection::open(bank.database()).expect("a database");
    other.execute_batch("BEGIN EXCLUSIVE").expect("nobody else has it");
    let said = ["usher.db is locked by another program"];
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
        bank.fails(command, &[], &said);
    }
    let doctor = bank.command(&["doctor"], &[]).output().expect("it starts");
    let told = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(!doctor.status.success() && told.contains(said[0]), "{told}");
    drop(other);
    bank.is_whole();
}

#[test]
fn every_command_takes_the_folder_of_the_data() {
    let bank = Installation::new("data-dir");
    let elsewhere = Scratch::new("data-dir-elsewhere");
    let folder = bank.data.display().to_string();
    let copy = elsewhere.0.join("copy.db").display().to_string();
    let put_back = elsewhere.0.join("put-back").display().to_string();
    let run = |args: &[&str]| {
        let out = usher(&elsewhere.0, &[]).args(args).output().expect("the binary starts");
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    };
    let told = run(&["doctor", "--verify-audit", "--data-dir", &folder]);
    assert!(told.contains("the tenant bank holds") && told.contains("its head is "), "{told}");
    run(&["--data-dir", &folder, "backup", &copy]);
    run(&["restore", &copy, "--data-dir", &put_back]);
    assert!(Path::new(&put_back).join("usher.db").exists());
    run(&["migrate", "--data-dir", &folder]);
    run(&["analytics", "rebuild", "--data-dir", &folder]);
    let user = ["user", "create", "--email", "x@bank.example", "--role", "agent", "--tenant", "bank"];
    run(&[&user[..], &["--data-dir", &folder]].concat());
    assert!(!elsewhere.0.join("usher.db").exists(), "nothing was made where nobody asked for it");
    bank.is_whole();
}

#[test]
fn nobody_has_to_read_to_the_end() {
    let bank = Installation::new("broken-pipe");
    for (args, done) in [
        (&["doctor", "--verify-audit"][..], true),
        (&["tenant", "create", "--name", "Shop", "--slug", "shop", "--admin-email", "a@shop.example"], true),
        (&["tenant", "create", "--name", "Shop", "--slug", "shop", "--admin-email", "a@shop.example"], false),
    ] {
        let mut command = bank.command(args, &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        // Whoever was to read is gone before anything is said.
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().expect("it is piped").read_to_string(&mut said).expect("text");
        let status = child.wait().expect("a child");
        assert_eq!(status.code(), Some(if done { 0 } else { 1 }), "{args:?}: {said}");
        assert_eq!(said.lines().count(), usize::from(!done), "{args:?}: {said}");
    }
    bank.is_whole();
}

#[test]
fn a_worker_on_the_embedded_database() {
    let bank = Installation::new("worker");
    bank.refuses(&["worker"], &[], &["a worker needs PostgreSQL", "DATABASE_URL"]);
    bank.is_whole();
}

#[test]
fn redis_without_postgres() {
    let bank = Installation::new("redis");
    let env = [("REDIS_URL", "redis://127.0.0.1:6379")];
    bank.refuses(&["serve"], &env, &["`redis.url` needs PostgreSQL", "DATABASE_URL"]);
    bank.is_whole();
}

#[test]
fn a_backup_made_while_serving_can_be_put_back() {
    let bank = Installation::new("backup");
    let copy = bank.data.join("copy.db");
    let copy_name = copy.display().to_string();
    let (before, after);
    {
        let server = Server::start(&bank.data, &[]);
        before = bank.issue(&server);
        let out = bank.command(&["backup", &copy_name], &[]).output().expect("it starts");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        after = bank.issue(&server);
        // Neither over an earlier copy, nor under a server.
        bank.fails(&["backup", &copy_name], &[], &["copy.db is there already"]);
        bank.fails(&["restore", &copy_name, "--replace"], &[], &["in use by another usher process"]);
        assert_eq!(bank.ticket(&server, &after), 200);
    }
    bank.fails(&["restore", &copy_name], &[], &["usher.db is there already", "--replace"]);
    let out = bank.command(&["restore", &copy_name, "--replace"], &[]).output().expect("it starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let told = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(told.contains("usher.db.replaced"), "{told}");
    let server = Server::start(&bank.data, &[]);
    assert_eq!(bank.ticket(&server, &before), 200, "what the copy holds is back");
    assert_eq!(bank.ticket(&server, &after), 404, "what came after the copy is not in it");
    bank.issue(&server);
    drop(server);
    let doctor = bank.command(&["doctor", "--verify-audit"], &[]).output().expect("it starts");
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

#[test]
fn the_doctor_looks_while_it_serves_and_changes_nothing() {
    let bank = Installation::new("doctor");
    let doctor = |args: &[&str]| {
        let out = bank.command(&[&["doctor"], args].concat(), &[]).output().expect("it starts");
        (out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned())
    };
    let server = Server::start(&bank.data, &[]);
    let (sound, told) = doctor(&["--verify-audit"]);
    assert!(sound && told.contains("the tenant bank holds"), "{told}");
    assert_eq!(bank.signs_in(&server), 200);
    drop(server);
    let before = std::fs::read(bank.database()).expect("a database");
    assert!(doctor(&[]).0);
    // The secret is gone: what signed every token so far.
    let (secret, aside) = (bank.data.join("secret.key"), bank.data.join("aside"));
    std::fs::rename(&secret, &aside).expect("a secret");
    let (sound, told) = doctor(&[]);
    assert!(!sound && told.contains("Put secret.key back"), "{told}");
    assert!(!secret.exists(), "the doctor makes none");
    std::fs::rename(&aside, &secret).expect("a secret");
    // Nothing there at all is said, not made.
    std::fs::rename(bank.database(), &aside).expect("a database");
    let (sound, told) = doctor(&[]);
    assert!(!sound && told.contains("There is no database at") && !bank.database().exists(), "{told}");
    std::fs::rename(&aside, bank.database()).expect("a database");
    assert!(before == std::fs::read(bank.database()).expect("a database"), "the doctor wrote");
}

#[test]
fn a_command_names_what_is_wrong_with_its_values() {
    let bank = Installation::new("values");
    let create = ["tenant", "create", "--name", "X", "--slug", "Bad Slug", "--admin-email", "x@bank.example"];
    bank.fails(&create, &[], &["slug: A short name has 2 to 63 letters"]);
    let user =
        |more: &[&'static str]| [&["user", "create", "--email", "x@bank.example", "--role"], more].concat();
    bank.fails(&user(&["king", "--tenant", "bank"]), &[], &["role: There is no role \"king\"."]);
    bank.fails(
        &user(&["globalAdmin", "--tenant", "bank"]),
        &[],
        &["role: platform_admin is a role in no tenant"],
    );
    bank.fails(&user(&["agent", "--tenant", "nowhere"]), &[], &["there is no tenant nowhere"]);
    bank.fails(&user(&["agent"]), &[], &["Without a tenant the role is platform_admin"]);
    bank.is_whole();
}

/// A small bank with something to lose.
struct Installation {
    data: PathBuf,
    _scratch: Scratch,
}

impl Installation {
    fn new(name: &str) -> Self {
        let scratch = Scratch::new(name);
        let bank = Self { data: scratch.0.clone(), _scratch: scratch };
        let create = [
            "tenant",
            "create",
            "--name",
            "Bank",
            "--slug",
            "bank",
            "--admin-email",
            "admin@bank.example",
            "--admin-password",
            "admin123",
            "--with-demo-data",
        ];
        let made = bank.command(&create, &[]).output().expect("it starts");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        bank
    }

    fn database(&self) -> PathBuf {
        self.data.join("usher.db")
    }

    fn command(&self, args: &[&str], env: &[(&str, &str)]) -> Command {
        let mut command = usher(&self.data, &[]);
        command.args(args).envs(env.iter().copied());
        command
    }

    /// As [`Self::fails`], and no file of the installation has changed.
    fn refuses(&self, args: &[&str], env: &[(&str, &str)], said: &[&str]) -> String {
        let before = stored(&self.data);
        let line = self.fails(args, env, said);
        let after = stored(&self.data);
        assert!(before == after, "{args:?} changed files: {:?} {:?}", before.keys(), after.keys());
        line
    }

    /// Insists that the binary ends by itself, with a failure and one line that holds all of `said`.
    fn fails(&self, args: &[&str], env: &[(&str, &str)], said: &[&str]) -> String {
        let mut child = self
            .command(args, env)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let status = Self::end(&mut child, args);
        let mut text = String::new();
        child.stderr.take().expect("it is piped").read_to_string(&mut text).expect("text");
        assert_eq!(status.code(), Some(1), "{args:?}: {text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{args:?} says more than one line:\n{text}");
        assert!(text.starts_with("usher: "), "{text}");
        for part in said {
            assert!(text.contains(part), "{part:?} is not in: {text}");
        }
        assert!(!text.contains(PASSWORD), "the message holds a password: {text}");
        text
    }

    /// Waits until it ends by itself; one that does not is killed.
    fn end(child: &mut Child, args: &[&str]) -> ExitStatus {
        let begun = Instant::now();
        eventually(&format!("{args:?} ends"), Duration::from_secs(70), || {
            let ended = child.try_wait().expect("a child");
            if ended.is_none() && begun.elapsed() > Duration::from_secs(60) {
                child.kill().expect("a running child");
                child.wait().expect("a child that was killed");
                panic!("{args:?} did not end");
            }
            ended
        })
    }

    /// What was stored is there: the product starts, its administrator signs in, its audit chain holds.
    fn is_whole(&self) {
        let server = Server::start(&self.data, &[]);
        assert_eq!(self.signs_in(&server), 200);
        drop(server);
        let doctor = self.command(&["doctor", "--verify-audit"], &[]).output().expect("it starts");
        assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    }

    fn signs_in(&self, server: &Server) -> u16 {
        login(server).0
    }

    /// Issues a ticket in the first queue and gives its id.
    fn issue(&self, server: &Server) -> String {
        let mut conn = Conn::new(&server.addr, Some(&login(server).1));
        let queues = conn.get("/api/v1/tenants/bank/queues").expect("the server answers").body;
        let queue = json!({ "queue_id": queues["items"][0]["id"] });
        let made = conn.post("/api/v1/tenants/bank/tickets", &queue, None).expect("the server answers");
        assert_eq!(made.status, 201, "{made:?}");
        made.body["id"].as_str().expect("an id").to_owned()
    }

    /// The status of a ticket's page.
    fn ticket(&self, server: &Server, id: &str) -> u16 {
        let mut conn = Conn::new(&server.addr, Some(&login(server).1));
        conn.get(&format!("/api/v1/tenants/bank/tickets/{id}")).expect("the server answers").status
    }
}

fn login(server: &Server) -> (u16, String) {
    let who = json!({ "email": "admin@bank.example", "password": "admin123", "tenant": "bank" });
    let answer = Conn::new(&server.addr, None).post("/api/v1/auth/login", &who, None);
    let answer = answer.expect("the server answers");
    let token = answer.body.get("access_token").and_then(Value::as_str).unwrap_or_default();
    (answer.status, token.to_owned())
}

/// Every file of a folder and what it holds.
fn stored(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(stored(&path));
        } else {
            files.insert(path.clone(), std::fs::read(&path).expect("a file"));
        }
    }
    files
}
