//! `usher eta replay`, from the command line.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
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

/// Writes a file compressed.
fn pack(file: &Path, text: &str) {
    let mut packed = GzEncoder::new(File::create(file).expect("a file"), Compression::fast());
    packed.write_all(text.as_bytes()).expect("written");
    packed.finish().expect("written");
}

/// The figures of a run, without what an estimate cost: that is never the same.
fn figures(folder: &Path, arguments: &[&str]) -> Value {
    let (good, json, error) = run(folder, &[arguments, ["--json"].as_slice()].concat());
    assert!(good && error.is_empty(), "{error}");
    let mut figures: Value = serde_json::from_str(&json).expect("JSON");
    for of in ["/overall", "/queues/hall-a"] {
        let of = figures.pointer_mut(of).and_then(Value::as_object_mut).expect("figures");
        of.retain(|name, _| !name.starts_with("predict_us"));
    }
    figures
}

#[test]
fn compressed_files_counters_and_what_people_are_told_again() {
    let folder = Scratch::new("replay-gz");
    let file = folder.0.join("log.csv");
    log(&file);
    pack(&folder.0.join("log.csv.gz"), &std::fs::read_to_string(&file).expect("a file"));
    // A second counter helps for a while on each day.
    let mut changes = "ts,queue,agent,event".to_owned();
    for day in 1..=3 {
        for (time, agent, event) in
            [("08:55", "ann", "open"), ("09:10", "ben", "open"), ("09:40", "ben", "close")]
        {
            changes.push_str(&format!("\n2025-03-{day:02}T{time}:00,hall-a,{agent},{event}"));
        }
    }
    pack(&folder.0.join("counters.csv.gz"), &changes);

    let plain = figures(&folder.0, &["--tickets", "log.csv"]);
    assert_eq!(plain.get("requotes"), None, "only where that is asked for");
    assert_eq!(figures(&folder.0, &["--tickets", "log.csv.gz"]), plain);

    let told = figures(&folder.0, &["--tickets", "log.csv", "--requotes"]);
    assert_eq!(told["overall"], plain["overall"], "it changes nothing for those who join");
    let again = &told["requotes"];
    assert!(again["overall"]["n"].as_u64() > again["ahead"]["0"]["n"].as_u64(), "{again}");
    assert!(again["ahead"]["0"]["n"].as_u64() > Some(0), "{again}");

    let both = ["--tickets", "log.csv.gz", "--counters", "counters.csv.gz", "--requotes"];
    let staffed = figures(&folder.0, &both);
    assert_eq!(staffed["overall"]["n"], plain["overall"]["n"]);
    assert_ne!(staffed["overall"]["mae"], plain["overall"]["mae"], "counters open and close");
    assert_ne!(staffed["requotes"]["overall"]["mae"], again["overall"]["mae"]);
    let (good, table, _) = run(&folder.0, &both);
    assert!(good && table.contains("/LES") && table.contains("people ahead"), "{table}");
}
