//! A disk without room, as the built binary meets it at its start: the cause and the way out are named in one line,
//! and what is stored is whole once there is room again.

use std::path::Path;
use std::process::{Command, Output};

use crate::server::{Scratch, free_port};

/// What the scripts are made of. `disk SIZE` puts a small disk where the database lies, `quietly` prepares, `fill`
/// leaves no room: what a process left mapped beside the database goes as well, for whoever finds it there needs no
/// room to read. `fails` runs the binary and remembers how it ended.
const WORDS: &str = r#"
    set -u
    disk() { mount -t tmpfs -o size=$1 tmpfs "$USHER_DATA_DIR"; }
    quietly() { "$USHER" "$@" >/dev/null 2>"$TMPDIR/told" || { cat "$TMPDIR/told"; exit 9; }; }
    fill() { rm -f "$USHER_DATA_DIR"/*-shm; dd if=/dev/zero of="$USHER_DATA_DIR/rest" bs=4k 2>/dev/null; }
    fails() { timeout 60 "$USHER" "$@" >"$TMPDIR/report"; code=$?; rm -f "$USHER_DATA_DIR/rest"; }
"#;
/// A bank with something to lose.
const BANK: &str =
    "disk 64m; quietly tenant create --name Bank --slug bank --admin-email a@bank.example; fill;";
/// It is there, its log holds, and it takes something new.
const IS_WHOLE: &str = "quietly doctor --verify-audit; \
     quietly user create --email b@bank.example --password s3cretpass1 --role agent --tenant bank; \
     exit $code";

/// Runs a script with a mount namespace of its own, so that nothing of it is left behind; nothing where this machine
/// does not allow one.
#[expect(clippy::print_stderr, reason = "who runs the tests is told what was left out")]
fn with_small_disk(scratch: &Path, script: &str) -> Option<Output> {
    let allowed = unshared(scratch, "disk 64k").is_some_and(|out| out.status.success());
    if !allowed {
        let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        let why = "this machine lets nobody mount a disk in a namespace of their own";
        assert!(!ci, "{why}, and with CI=true no test is skipped");
        eprintln!("skipped: {why}");
        return None;
    }
    unshared(scratch, script)
}

fn unshared(scratch: &Path, script: &str) -> Option<Output> {
    let data = scratch.join("data");
    std::fs::create_dir_all(&data).expect("a folder");
    Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &format!("{WORDS}{script}")])
        .env_clear()
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .env("TMPDIR", scratch)
        .env("USHER_DATA_DIR", data)
        .env("USHER", env!("CARGO_BIN_EXE_usher"))
        .env("USHER_LISTEN", format!("127.0.0.1:{}", free_port()))
        .current_dir(scratch)
        .output()
        .ok()
}

/// Insists that the binary ended with a failure and one line, and that all before and after went well.
fn refused(what: &str, out: &Output) -> String {
    let (told, text) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert_eq!(told, "", "{what}: {text}");
    assert_eq!(out.status.code(), Some(1), "{what}: {text}");
    assert_eq!(text.lines().count(), 1, "{what} says more than one line: {text}");
    assert!(text.starts_with("usher: "), "{what}: {text}");
    text.into_owned()
}

#[test]
fn a_first_start_without_room_says_that_the_disk_is_full() {
    let scratch = Scratch::new("no-room");
    // What was begun is finished once there is room.
    let script = "disk 400k; fails serve; \
         mount -o remount,size=64m \"$USHER_DATA_DIR\"; \
         quietly tenant create --name Bank --slug bank --admin-email a@bank.example;";
    let Some(out) = with_small_disk(&scratch.0, &format!("{script} {IS_WHOLE}")) else { return };
    let text = refused("serve", &out);
    assert!(text.contains("is full. Free some space and start again"), "{text}");
}

#[test]
fn a_secret_that_finds_no_room_says_so_too() {
    let scratch = Scratch::new("no-secret");
    let script = "disk 64m; quietly migrate; fill; fails serve; \
         quietly tenant create --name Bank --slug bank --admin-email a@bank.example;";
    let Some(out) = with_small_disk(&scratch.0, &format!("{script} {IS_WHOLE}")) else { return };
    let text = refused("serve", &out);
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
        let script = format!("{BANK} fails {command}; {IS_WHOLE}");
        let Some(out) = with_small_disk(&scratch.0, &script) else { return };
        let text = refused(command, &out);
        // The doctor names what it finds in its report.
        let report = std::fs::read_to_string(scratch.0.join("report")).expect("a report");
        let named = if command == "doctor" { &report } else { &text };
        assert!(named.contains("is full"), "{command}: {named}");
        assert!(!text.contains("I/O error") && !report.contains("I/O error"), "{command}: {text}{report}");
    }
}
