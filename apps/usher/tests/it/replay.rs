//! `usher eta replay`, from the command line.

use std::path::Path;

use serde_json::Value;

use crate::server::{Scratch, usher};

const HEADER: &str = "queue,service_type,arrival_ts,start_ts,end_ts,servers,outcome,priority,agent";

/// A log of three days: in each, somebody comes every minute and is called two minutes after the one before.
fn log(file: &Path) {
    let mut text = HEADER.to_owned();
    for day in 1..=3 {
        for n in 0..29 {
            let at = |minute: i32| format!("2025-03-{day:02}T09:{minute:02}:00");
            text.push_str(&format!(
                "\nhall-a,visit,{},{},{},1,served,0,ann",
                at(n),
                at(2 * n),
                at(2 * n + 1)
            ));
        }
    }
    std::fs::write(file, text).expect("a file");
}

fn run(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let output =
        usher(folder, &[]).args(["eta", "replay"]).args(arguments).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_log_gives_figures_and_predictions() {
    let folder = Scratch::new("replay");
    log(&folder.0.join("log.csv"));
    let (good, json, error) = run(&folder.0, &["--tickets", "log.csv", "--json", "--out", "predictions.csv"]);
    assert!(good, "{error}");
    let figures: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(figures["overall"]["n"], 28, "on the third day all but the first had to wait");
    assert_eq!(figures["overall"], figures["queues"]["hall-a"]);
    assert!(figures["overall"]["les"]["mae"].as_f64() > figures["overall"]["mae"].as_f64(), "{json}");
    let predictions = std::fs::read_to_string(folder.0.join("predictions.csv")).expect("a file");
    assert_eq!(predictions.lines().count(), 1 + 3 * 29);

    let (good, table, _) = run(&folder.0, &["--tickets", "log.csv"]);
    assert!(good && table.contains("hall-a") && table.contains("/LES"), "{table}");
}

#[test]
fn what_is_wrong_with_a_log_is_said_in_one_line() {
    let folder = Scratch::new("replay-bad");
    std::fs::write(folder.0.join("log.csv"), format!("{HEADER}\nhall-a,visit,noon,,,1,served,0,ann\n"))
        .expect("a file");
    let (good, out, error) = run(&folder.0, &["--tickets", "log.csv"]);
    assert!(!good && out.is_empty());
    assert_eq!(
        error,
        "usher: tickets, line 2: arrival_ts is \"noon\", not a local time like 2025-01-06T07:32:41\n"
    );
    let (good, _, error) = run(&folder.0, &["--tickets", "nowhere.csv"]);
    assert!(!good && error.starts_with("usher: nowhere.csv cannot be read: "), "{error}");
}
