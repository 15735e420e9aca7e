//! A throw-away PostgreSQL cluster for the tests of one process.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio_postgres::NoTls;

/// A running cluster. It stops and its files go when the process ends, however it ends: a shell waits
/// on a pipe that this process holds open.
pub struct Cluster {
    port: u16,
    folder: PathBuf,
    orders: ChildStdin,
    done: BufReader<ChildStdout>,
    _shell: Child,
}

impl Cluster {
    /// The cluster of this process, started on first use; none where PostgreSQL is not installed.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED
            .get_or_init(|| {
                binaries().map(|bin| {
                    Self::start(&bin, &["-c", "fsync=off", "-c", "full_page_writes=off"], ("", ""))
                })
            })
            .as_ref()
    }

    /// A cluster of its own that keeps what it commits, for crash tests and benchmarks.
    pub fn durable() -> Option<Self> {
        binaries().map(|bin| Self::start(&bin, &[], ("", "")))
    }

    /// A cluster that offers TLS with this certificate and key, both PEM.
    pub fn encrypted(certificate: &str, key: &str) -> Option<Self> {
        binaries().map(|bin| Self::start(&bin, &["-c", "ssl=on", "-c", "fsync=off"], (certificate, key)))
    }

    fn start(bin: &Path, settings: &[&str], (certificate, key): (&str, &str)) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("usher-pg-{}-{port}", std::process::id()));
        // PostgreSQL refuses to run as root, so there it runs as the user its package made.
        let script = r#"
            set -e
            bin=$1; dir=$2; port=$3; shift 3
            mkdir -m 700 "$dir"
            "$bin/initdb" -D "$dir/data" -U postgres --auth=trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1
            # Where PostgreSQL looks for them, and as it wants them: the key is nobody else's to read.
            if [ -n "$TLS_KEY" ]; then
                umask 077
                printf %s "$TLS_KEY" >"$dir/data/server.key"
                printf %s "$TLS_CERTIFICATE" >"$dir/data/server.crt"
            fi
            start() {
                "$bin/postgres" -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 \
                    -c unix_socket_directories="$dir" -c max_connections=300 -c shared_buffers=64MB "$@" >>"$dir/log" 2>&1 </dev/null &
                server=$!
            }
            start "$@"
            while read -r order; do
                case $order in
                    start) start "$@" ;;
                    kill)
                        # The server and each of its backends, which would otherwise end in good order.
                        backends=$(cat /proc/$server/task/$server/children 2>/dev/null || pgrep -P $server || true)
                        kill -9 $server $backends 2>/dev/null || true
                        { wait $server || true; } 2>/dev/null
                        ;;
                esac
                echo done
            done
            kill -QUIT $server 2>/dev/null || true
            wait $server || true
            rm -rf "$dir"
        "#;
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--", "sh"]);
            command
        } else {
            Command::new("sh")
        };
        command.args(["-c", script, "sh"]).arg(bin).arg(&folder).arg(port.to_string()).args(settings);
        command.env("TLS_CERTIFICATE", certificate).env("TLS_KEY", key);
        command.current_dir(std::env::temp_dir()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = command.spawn().expect("a shell starts");
        let orders = shell.stdin.take().expect("a pipe");
        let done = BufReader::new(shell.stdout.take().expect("a pipe"));
        let cluster = Self { port, folder, orders, done, _shell: shell };
        cluster.prepare();
        cluster
    }

    /// Kills the server and every process of it with SIGKILL, as a crash of the machine would.
    pub fn kill(&mut self) {
        self.order("kill");
    }

    /// Starts the server again after [`kill`](Self::kill) and waits until it has recovered.
    pub fn restart(&mut self) {
        // It refuses to start while a backend has not quite let go of the shared memory.
        for _ in 0..5 {
            self.order("start");
            for _ in 0..200 {
                if self.admin("SELECT 1").is_ok() {
                    return;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            self.order("kill");
        }
        panic!("the PostgreSQL cluster did not come back:\n{}", self.log());
    }

    fn order(&mut self, word: &str) {
        writeln!(self.orders, "{word}").expect("the shell listens");
        let mut line = String::new();
        self.done.read_line(&mut line).expect("the shell answers");
        assert_eq!(line.trim(), "done", "the cluster's shell is gone:\n{}", self.log());
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Waits until it answers, and makes the user that tests connect as: no superuser, as in real life.
    fn prepare(&self) {
        for _ in 0..600 {
            let made = self.admin(
                "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'usher') THEN \
                 CREATE ROLE usher LOGIN; CREATE ROLE usher_app NOLOGIN; CREATE ROLE usher_system NOLOGIN; \
                 GRANT usher_app, usher_system TO usher; END IF; END $$",
            );
            if made.is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the PostgreSQL cluster did not start:\n{}", self.log());
    }

    /// Makes an empty database and gives its URL.
    pub fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.admin(&format!("CREATE DATABASE {name} OWNER usher")).expect("a database is made");
        format!("postgres://usher@127.0.0.1:{}/{name}", self.port)
    }

    /// Makes an empty database that wants a password, and gives its URL with that in it.
    pub fn locked_database(&self, password: &str) -> String {
        let open = self.database();
        let (server, name) = open.rsplit_once('/').expect("a URL");
        self.admin(&format!("ALTER ROLE usher PASSWORD '{password}'")).expect("a password is set");
        let rules = self.folder.join("data/pg_hba.conf");
        let all = std::fs::read_to_string(&rules).expect("the cluster's rules");
        let first = format!("host {name} usher 127.0.0.1/32 scram-sha-256\n");
        std::fs::write(&rules, first + &all).expect("the cluster's rules");
        self.admin("SELECT pg_reload_conf()").expect("it reads them again");
        // In its own time.
        for _ in 0..200 {
            if run_sql(&open, "SELECT 1").is_err() {
                return format!("{}/{name}", server.replace("usher@", &format!("usher:{password}@")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the PostgreSQL cluster does not ask for a password:\n{}", self.log());
    }

    /// The URL of a database for the superuser.
    pub fn superuser_url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs statements as the superuser.
    ///
    /// # Errors
    /// The cluster does not answer, or refuses.
    pub fn admin(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        let url = self.superuser_url("postgres");
        // On a thread of its own, because a test's runtime may be running on this one.
        std::thread::scope(|scope| scope.spawn(|| run_sql(&url, sql)).join().expect("it does not panic"))
    }
}

/// Runs statements over a connection made for them.
///
/// # Errors
/// The server does not answer, or refuses.
pub fn run_sql(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(sql).await
    })
}

/// The folder with `initdb` and `postgres`: from PATH, or the newest where Debian puts them.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let from_path = std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file());
    let installed = || {
        let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .filter(|folder| folder.join("initdb").is_file())
            .collect();
        folders.sort();
        folders.pop()
    };
    from_path.or_else(installed)
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}
