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
        "usher: tickets, line 2: arrival_ts is \"noon\", not a local time like 2025-01-06T07:32:41; 1 of 1 rows \
         cannot be read or be so, which is more than 5 %\n"
    );
    let (good, _, error) = run(&folder.0, &["--tickets", "nowhere.csv"]);
    assert!(!good && error.starts_with("usher: nowhere.csv cannot be read: "), "{error}");
}

#[test]
fn a_few_odd_rows_are_left_out_and_counted() {
    let folder = Scratch::new("replay-odd");
    let file = folder.0.join("log.csv");
    log(&file);
    let (_, plain, _) = run(&folder.0, &["--tickets", "log.csv", "--out", "plain.csv"]);
    let mut text = std::fs::read_to_string(&file).expect("a file");
    text.push_str("\nhall-a,visit,2025-03-03T10:00:00,2025-03-03T09:00:00,,1,served,0,ann");
    text.push_str("\nhall-a,visit,noon,,,1,served,0,ann\nhall-a,visit,one,,,1,served,0,ann\n");
    std::fs::write(&file, text).expect("a file");
    let (good, table, error) = run(&folder.0, &["--tickets", "log.csv", "--out", "odd.csv"]);
    assert!(good, "{error}");
    assert_eq!(
        error,
        "tickets: 3 of 90 rows are left out\n  2 × arrival_ts is not a local time like 2025-01-06T07:32:41\n  \
         1 × start_ts is before arrival_ts\n"
    );
    assert_eq!(table.lines().count(), plain.lines().count());
    // All but what an estimate cost, which stands in the last column.
    let read = |name: &str| -> Vec<String> {
        let text = std::fs::read_to_string(folder.0.join(name)).expect("a file");
        text.lines().filter_map(|line| Some(line.rsplit_once(',')?.0.to_owned())).collect()
    };
    assert_eq!(read("odd.csv"), read("plain.csv"), "the same as without them");
}

#[test]
fn a_log_of_one_day_measures_nothing_and_says_so() {
    let folder = Scratch::new("replay-day");
    let file = folder.0.join("log.csv");
    log(&file);
    let text = std::fs::read_to_string(&file).expect("a file");
    let first: Vec<&str> = text.lines().take(30).collect();
    std::fs::write(&file, first.join("\n")).expect("a file");
    let (good, json, error) = run(&folder.0, &["--tickets", "log.csv", "--json"]);
    assert!(good, "{error}");
    let figures: Value = serde_json::from_str(&json).expect("JSON");
    let overall = &figures["overall"];
    assert_eq!(overall["n"], 0, "{json}");
    assert_eq!((&overall["mae"], &overall["les"]["mae"]), (&Value::Null, &Value::Null), "{json}");
    let (good, table, _) = run(&folder.0, &["--tickets", "log.csv"]);
    assert!(good && table.contains("nothing is measured: a log needs two days"), "{table}");
    assert!(!table.contains("NaN"), "{table}");
}
