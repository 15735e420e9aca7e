//! A disk without room, as the built binary meets it at its start: the cause and the way out are named.

use std::path::Path;
use std::process::{Command, Output};

use crate::server::{Scratch, free_port};

/// Leaves no room. What a process left mapped beside the database goes as well: whoever finds it there needs no room
/// to read.
const FILL: &str = "fill() { rm -f \"$USHER_DATA_DIR\"/*-shm; dd if=/dev/zero of=\"$USHER_DATA_DIR/rest\" bs=4k 2>/dev/null; }";

/// Runs a script in which `disk SIZE` puts a small disk where the database lies. It has a mount namespace of its own,
/// so that nothing of it is left behind; nothing where this machine does not allow one.
#[expect(clippy::print_stderr, reason = "who runs the tests is told what was left out")]
fn with_small_disk(scratch: &Path, script: &str) -> Option<Output> {
    let allowed = unshared(scratch, "disk 64k").is_some_and(|out| out.status.success());
    if !allowed {
        eprintln!("left out: this machine lets nobody mount a disk in a namespace of their own");
        return None;
    }
    unshared(scratch, script)
}

fn unshared(scratch: &Path, script: &str) -> Option<Output> {
    let whole = format!(
        "disk() {{ mount -t tmpfs -o size=$1 tmpfs \"$USHER_DATA_DIR\"; }}; {FILL}; set -u; {script}"
    );
    Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &whole])
        .env_clear()
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .env("USHER_DATA_DIR", scratch)
        .env("USHER", env!("CARGO_BIN_EXE_usher"))
        .env("USHER_LISTEN", format!("127.0.0.1:{}", free_port()))
        .current_dir(scratch)
        .output()
        .ok()
}

fn said(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

#[test]
fn a_first_start_without_room_says_that_the_disk_is_full() {
    let scratch = Scratch::new("no-room");
    let Some(out) = with_small_disk(&scratch.0, "disk 400k; timeout 60 \"$USHER\" serve") else { return };
    let text = said(&out);
    assert!(text.contains("is full. Free some space and start again"), "{text}");
    assert!(!text.contains("I/O error"), "{text}");
}

#[test]
fn a_secret_that_finds_no_room_says_so_too() {
    let scratch = Scratch::new("no-secret");
    let script = "disk 64m; \"$USHER\" migrate >&2 || exit 9; \
         fill; timeout 60 \"$USHER\" serve";
    let Some(out) = with_small_disk(&scratch.0, script) else { return };
    let text = said(&out);
    assert!(text.contains("secret.key is full. Free some space and start again."), "{text}");
}

#[test]
fn every_command_on_a_full_disk_says_that_it_is_full() {
    let scratch = Scratch::new("full");
    for command in [
        "serve",
        "tenant create --name Acme --slug acme --admin-email a@acme.example",
        "doctor",
        "backup \"$USHER_DATA_DIR.copy\"",
    ] {
        let script = format!(
            "disk 64m; \"$USHER\" tenant create --name Bank --slug bank --admin-email a@bank.example >&2 || exit 9; \
             fill; \
             timeout 60 \"$USHER\" {command}"
        );
        let Some(out) = with_small_disk(&scratch.0, &script) else { return };
        let text = said(&out);
        assert!(!out.status.success(), "{command}: {text}");
        assert!(text.contains("is full"), "{command}: {text}");
        assert!(!text.contains("I/O error"), "{command}: {text}");
    }
}
