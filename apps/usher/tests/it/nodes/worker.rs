//! `usher worker` by itself: what is due is done, subscribers are told, nobody is served.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use usher_db::Engine;
use usher_testkit::eventually;
use usher_testkit::pg::{Cluster, run_sql};

use super::{T, admin, post};
use crate::http::Conn;
use crate::server::{Scratch, Server, free_port, usher};

/// A running worker; it goes with the test.
struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // Already gone, or gone now.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Whether something is true of what is stored.
fn holds(database: &str, condition: &str) -> bool {
    run_sql(database, &format!("DO $$ BEGIN ASSERT {condition}; END $$")).is_ok()
}

#[test]
fn a_worker_does_what_is_due_and_serves_nobody() {
    let scratch = Scratch::new("worker");
    let Some(cluster) = usher_testkit::config(Engine::Postgres, &scratch.0).and_then(|_| Cluster::shared())
    else {
        return;
    };
    let url = cluster.database();
    let database = cluster.superuser_url(url.rsplit('/').next().expect("a name"));
    let listen = format!("127.0.0.1:{}", free_port());
    let env = [
        ("DATABASE_URL".to_owned(), url),
        ("JWT_SECRET".to_owned(), "a secret of the tests, long enough to sign with".to_owned()),
        ("USHER_LISTEN".to_owned(), listen.clone()),
    ];
    let run = |args: &[&str]| {
        let out = usher(&scratch.0, &env).args(args).output().expect("the binary starts");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    let bank = ["--name", "Demo Bank", "--slug", "demo-bank", "--admin-email", "admin@demo-bank.com"];
    run(&[&["tenant", "create", "--admin-password", "admin123", "--with-demo-data"], &bank[..]].concat());

    // A node that served is gone; it leaves a report that is due and an event that nobody has been told of.
    let server = Server::start(&scratch.0, &env);
    let mut conn = Conn::new(&server.addr, Some(&admin(&server)));
    let weekly = json!({ "name": "Weekly", "cron": "0 7 * * MON", "format": "csv" });
    post(&mut conn, &format!("{T}/analytics/schedules"), &weekly);
    server.kill();
    run_sql(
        &database,
        "UPDATE report_schedules SET next_at = now() - interval '1 minute'; \
         UPDATE recurring_jobs SET next_at = now() WHERE name = 'analytics.due'",
    )
    .expect("the schedule is there");
    let person = ["--email", "late@demo-bank.com", "--password", "demo1234"];
    run(&[&["user", "create", "--role", "agent", "--tenant", "demo-bank"], &person[..]].concat());
    let made = "(SELECT count(*) FROM report_results WHERE name = 'Weekly') = 1";
    let told =
        "EXISTS (SELECT 1 FROM subscriptions s JOIN beside.places p USING (name) WHERE s.turn > p.turn)";
    let places = "CREATE SCHEMA beside; CREATE TABLE beside.places AS SELECT name, turn FROM subscriptions";
    run_sql(&database, places).expect("subscribers have places");
    assert!(!holds(&database, made) && !holds(&database, told), "nobody works yet");

    let child = usher(&scratch.0, &env).arg("worker").stdout(Stdio::null()).spawn();
    let mut worker = Worker(child.expect("the binary starts"));
    let within = Duration::from_secs(60);
    eventually("the report is made", within, || holds(&database, made).then_some(()));
    eventually("subscribers are told", within, || holds(&database, told).then_some(()));
    assert!(Conn::new(&listen, None).get("/api/v1/health").is_err(), "a worker answers no request");

    let term = Command::new("kill").args(["-TERM", &worker.0.id().to_string()]).status();
    assert!(term.expect("kill").success());
    let status = eventually("it ends", Duration::from_secs(20), || worker.0.try_wait().expect("a child"));
    assert_eq!(status.code(), Some(0), "{status}");
    assert!(holds(&database, made), "the report was made once");
}
