//! The servers that are measured: started, waited for, stopped.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Bench;

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(60);
/// How long one may take to stop in good order.
const STOP: Duration = Duration::from_secs(30);

/// Who signs in to the product.
pub(super) const ADMIN: (&str, &str) = ("admin@demo-bank.com", "admin123");

/// Which settings of the product a measure changes, beside the limits, which are off.
pub(super) type Env<'a> = &'a [(&'a str, &'a str)];

/// A server that is stopped when it goes out of scope.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
    /// From the start of the process until it answered.
    pub(super) answered: Duration,
}

impl Server {
    fn start(mut command: Command, port: u16, path: &str) -> Result<Self> {
        let begun = Instant::now();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        let mut server = Self { child, port, answered: Duration::ZERO };
        while !answers(port, path) {
            if let Some(status) = server.child.try_wait()? {
                bail!("{command:?} ended with {status}");
            }
            if begun.elapsed() > START {
                bail!("{command:?} does not answer on port {port}");
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        server.answered = begun.elapsed();
        Ok(server)
    }

    pub(super) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Memory of the process that is in RAM, in MiB.
    pub(super) fn resident(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))
            .context("memory is read from /proc, which this system does not have")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib / 1024.0)
    }

    /// Stops it as a service manager would, so that its files are closed.
    pub(super) fn stop(mut self) -> Result<()> {
        let pid = self.pid().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().context("kill")?;
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > STOP {
                bail!("the server does not stop");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

impl Bench {
    /// The product with a bank in `data`, which is made when it is not there yet.
    pub(super) fn product(&self, data: &Path, env: Env<'_>) -> Result<Server> {
        if !data.join("made").exists() {
            let made = self
                .usher(data, env)
                .args(["tenant", "create", "--name", "Demo Bank", "--slug", "demo-bank", "--with-demo-data"])
                .args(["--admin-email", ADMIN.0, "--admin-password", ADMIN.1])
                .output()?;
            if !made.status.success() {
                bail!("no tenant could be made: {}", String::from_utf8_lossy(&made.stderr));
            }
            std::fs::write(data.join("made"), "")?;
        }
        let port = free_port()?;
        let mut command = self.usher(data, env);
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
        Server::start(command, port, "/api/v1/health")
    }

    /// The demo in an empty folder.
    pub(super) fn demo(&self, data: &Path) -> Result<Server> {
        let port = free_port()?;
        let mut command = self.usher(data, &[]);
        command.args(["demo", "--listen", &format!("127.0.0.1:{port}")]);
        Server::start(command, port, "/api/v1/health")
    }

    /// The binary with nothing of this shell's environment.
    pub(super) fn usher(&self, data: &Path, env: Env<'_>) -> Command {
        let mut command = Command::new(self.product.join("usher"));
        command.env_clear().env("USHER_DATA_DIR", data).env("USHER_LOG_LEVEL", "warn").current_dir(data);
        for limit in ["ANONYMOUS_ISSUE", "LOGIN", "ANONYMOUS", "STAFF", "DEVICE", "CUSTOMER"] {
            command.env(format!("USHER_LIMITS_{limit}"), "0");
        }
        command.envs(env.iter().copied());
        command
    }

    /// The thinnest durable queue, fully durable as the product is. `coalesce` joins events for its displays.
    pub(super) fn floor(&self, coalesce_ms: u32) -> Result<Server> {
        let (data, port) = (self.fresh("floor")?, free_port()?);
        let mut command = Command::new(self.yardsticks.join("floor_server"));
        command.arg(port.to_string()).arg(data.join("floor.db")).arg("FULL");
        command.env("COALESCE_MS", coalesce_ms.to_string());
        Server::start(command, port, "/health")
    }

    /// A yardstick's program that takes its port first and answers on `path`.
    pub(super) fn yardstick(&self, program: &str, more: &[&str], path: &str) -> Result<Server> {
        start_at(&self.yardsticks.join(program), more, path)
    }

    /// An example of the product's own crates, likewise.
    pub(super) fn example(&self, program: &str, more: &[&str], path: &str) -> Result<Server> {
        start_at(&self.product.join("examples").join(program), more, path)
    }
}

fn start_at(program: &Path, more: &[&str], path: &str) -> Result<Server> {
    let port = free_port()?;
    let mut command = Command::new(program);
    command.arg(port.to_string()).args(more);
    Server::start(command, port, path)
}

/// Whether anything that speaks HTTP answers there.
fn answers(port: u16, path: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Ok(mut stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) else { return false };
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let mut answer = [0; 10];
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && !answer.ends_with(b"5")
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
