//! Those who listen to the product and to its yardsticks: gathered, asked, let go.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Bench;
use super::programs::Server;

/// Until snapshots have been read and buffers have found their size.
const SETTLE: Duration = Duration::from_millis(1500);
/// Until what is under way has come.
const UNDER_WAY: Duration = Duration::from_secs(1);

/// The example `listeners` of the live doors, with its connections open.
pub(super) struct Listeners {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Listeners {
    /// So many listeners to a path, by `sse` or `ws`, with a token or as nobody.
    pub(super) fn gather(
        bench: &Bench,
        server: &Server,
        (kind, path): (&str, &str),
        count: u32,
        token: Option<&str>,
    ) -> Result<Self> {
        let mut child = Command::new(bench.product.join("examples/listeners"))
            .args([&server.port.to_string(), kind, path, &count.to_string()])
            .args(token)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the listeners")?;
        let said = BufReader::new(child.stdout.take().context("their output")?);
        let mut listeners = Self { child, said };
        let first = listeners.line()?;
        if first != "connected" {
            bail!("listeners to {path}: {first}");
        }
        std::thread::sleep(SETTLE);
        Ok(listeners)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.said.read_line(&mut line)? == 0 {
            bail!("the listeners ended");
        }
        Ok(line.trim_end().to_owned())
    }

    fn answer(&mut self) -> Result<Value> {
        let line = self.line()?;
        serde_json::from_str(&line).with_context(|| format!("the listeners say {line}"))
    }

    /// Has events published, and gives when the last listener had them.
    pub(super) fn publish(&mut self, order: &Value) -> Result<Value> {
        let mut orders = self.child.stdin.take().context("their input")?;
        writeln!(orders, "{order}")?;
        self.child.stdin = Some(orders);
        self.answer()
    }

    /// Lets them go, and gives what they heard.
    pub(super) fn heard(mut self) -> Result<Value> {
        std::thread::sleep(UNDER_WAY);
        // The end of their input is their sign to stop.
        drop(self.child.stdin.take());
        self.answer()
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        // Already gone is as good as stopped.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
