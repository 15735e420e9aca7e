//! Starts the built binary, kills it, starts it again.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;
use usher_kernel::Clock;
use usher_testkit::eventually;

use crate::http::Conn;

/// A folder that goes when the test ends.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("usher-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a scratch folder");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that cannot be removed is no reason to fail a test that passed.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A running `usher serve`.
pub(crate) struct Server {
    child: Child,
    pub(crate) addr: String,
}

/// The built binary with an environment of its own: no setting of the machine reaches it.
pub(crate) fn usher(data: &Path, env: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_usher"));
    command.env_clear().env("USHER_DATA_DIR", data).current_dir(data);
    command.envs(env.iter().map(|(k, v)| (k.as_str(), v.as_str())));
    command
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

/// Has the demo bank's branches stand where it is noon, so that no run, at whatever hour, comes to the end of their day:
/// whoever waits expires with it, and numbers begin anew. Says which time zone that is.
pub(crate) fn stand_at_noon(conn: &mut Conn) -> String {
    let hour = (Clock::system().now().as_second() / 3600).rem_euclid(24);
    // The signs of these zones are the other way round: east is minus.
    let ahead = 12 - hour;
    let zone = format!("Etc/GMT{}{}", if ahead > 0 { '-' } else { '+' }, ahead.abs());
    for site in ["main", "north"] {
        let path = format!("/api/v1/tenants/demo-bank/sites/{site}");
        let moved = conn.put(&path, &json!({ "timezone": zone })).expect("an answer");
        assert_eq!(moved.status, 200, "{moved:?}");
    }
    zone
}

impl Server {
    /// Starts and waits until it answers.
    pub(crate) fn start(data: &Path, env: &[(String, String)]) -> Self {
        let addr = format!("127.0.0.1:{}", free_port());
        let child = usher(data, env)
            .args(["serve", "--listen", &addr])
            .env("USHER_LOG_LEVEL", "error")
            // The load of a test is nobody's attack.
            .envs([("USHER_LIMITS_STAFF", "0"), ("USHER_LIMITS_LOGIN", "0"), ("USHER_LIMITS_ANONYMOUS", "0")])
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut server = Self { child, addr };
        server.wait();
        server
    }

    fn wait(&mut self) {
        eventually("the server answers", Duration::from_secs(60), || {
            let ended = self.child.try_wait().expect("a child");
            assert_eq!(ended, None, "the server ended before it answered");
            let answer = Conn::new(&self.addr, None).get("/api/v1/health");
            answer.is_ok_and(|answer| answer.status == 200).then_some(())
        });
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended by itself.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    /// kill -9.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("a running child");
        self.child.wait().expect("a child that was killed");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after kill().
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
