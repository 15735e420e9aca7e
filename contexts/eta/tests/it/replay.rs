//! `usher eta replay`, from the text of a log to its figures.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use usher_eta::model::Wall;
use usher_eta::replay::{Figures, Log, Mae, Prediction, Report, RequoteReport, run, write_predictions};

use crate::simulated::{Person, moody, people};

const HEADER: &str = "queue,service_type,arrival_ts,start_ts,end_ts,servers,outcome,priority,agent\n";

fn replayed(text: &str) -> (Log, Vec<Prediction>) {
    let log = Log::parse(text.as_bytes(), None).unwrap();
    let predictions = run(&log, &|| Duration::ZERO, false).predictions;
    (log, predictions)
}

fn refused(text: &str) -> String {
    Log::parse(text.as_bytes(), None).unwrap_err().to_string()
}

/// People of a hall as rows of a log.
fn rows_of(hall: &str, counters: usize, people: &[Person]) -> String {
    let time = |at: Wall| {
        let (day, second) = (at.0.div_euclid(86_400) - 20_000 + 1, at.0.rem_euclid(86_400));
        format!("2025-03-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
    };
    let mut text = String::new();
    for person in people {
        let (arrival, start, end) = (time(person.arrival), time(person.start), time(person.end));
        let agent = person.counter;
        writeln!(text, "{hall},visit,{arrival},{start},{end},{counters},served,0,agent-{agent}").unwrap();
    }
    text
}

/// People at three counters of one hall as a log.
fn rows(people: &[Person]) -> String {
    HEADER.to_owned() + &rows_of("hall-a", 3, people)
}

#[test]
fn figures_of_a_log_counted_by_hand() {
    // Two days, the second is measured. One counter, services of five minutes; the second person of a day waits.
    let mut text = HEADER.to_owned();
    for day in ["01", "02"] {
        for (arrival, start, end) in [("00", "00", "05"), ("02", "05", "10"), ("09", "10", "15")] {
            writeln!(
                text,
                "hall-a,visit,2025-03-{day}T09:{arrival}:00,2025-03-{day}T09:{start}:00,\
                 2025-03-{day}T09:{end}:00,1,served,0,ann"
            )
            .unwrap();
        }
    }
    let (log, predictions) = replayed(&text);
    let report = Report::of(&log, &predictions);
    let all = &report.overall;
    assert_eq!(all.n, 2, "two people of the second day had to wait, 3 minutes and 1");
    // Waits before: 0, 3, 1, then 0: a mean of 1; then 0, 3, 1, 0, 3: 1.4.
    assert!((all.moving_average.mae - (2.0 + 0.4) / 2.0).abs() < 1e-9, "{all:?}");
    // Nobody waits when either joins, so the plain formula says 0.
    assert!((all.seed_formula.mae - 2.0).abs() < 1e-9, "{all:?}");
    // The last to enter service waited 0, then 3; with nobody waiting HOL says the same.
    assert!((all.les.mae - (3.0 + 2.0) / 2.0).abs() < 1e-9, "{all:?}");
    assert_eq!(all.hol, all.les);
    let told = predictions.iter().filter(|one| one.counts && one.measured).collect::<Vec<_>>();
    let errors = [told[0].wait.p50 - 3.0, told[1].wait.p50 - 1.0];
    assert!((all.mae - (errors[0].abs() + errors[1].abs()) / 2.0).abs() < 1e-9);
    assert!((all.bias - (errors[0] + errors[1]) / 2.0).abs() < 1e-9);
    assert!((all.rmse - ((errors[0].powi(2) + errors[1].powi(2)) / 2.0).sqrt()).abs() < 1e-9);
    assert_eq!(report.queues["hall-a"], *all);
}

#[test]
fn the_json_has_the_promised_names() {
    let (log, predictions) = replayed(&rows(&people(4, 3, 1)));
    let json = serde_json::to_value(Report::of(&log, &predictions)).unwrap();
    let mut names = json["overall"].as_object().unwrap().keys().collect::<Vec<_>>();
    names.sort();
    assert_eq!(
        names,
        [
            "bias",
            "hol",
            "i90_coverage",
            "i90_width",
            "les",
            "mae",
            "moving_average",
            "n",
            "p90_coverage",
            "pinball90",
            "predict_us_p50",
            "predict_us_p99",
            "rmse",
            "seed_formula",
        ]
    );
    assert!(json["queues"]["hall-a"]["les"]["mae"].is_f64());
    assert_eq!(json.as_object().map(serde_json::Map::len), Some(2));
}

#[test]
fn who_waits_is_told_anew_and_that_is_measured_by_people_ahead() {
    // Two days, the second is measured: four come at once to one counter that takes five minutes for each.
    let mut text = HEADER.to_owned();
    for day in ["01", "02"] {
        for n in 0..4 {
            let (start, end) = (n * 5, n * 5 + 5);
            writeln!(
                text,
                "hall-a,visit,2025-03-{day}T09:00:0{n},2025-03-{day}T09:{start:02}:09,2025-03-{day}T09:{end:02}:09,1,\
                 served,0,ann"
            )
            .unwrap();
        }
    }
    let log = Log::parse(text.as_bytes(), None).unwrap();
    let told = run(&log, &|| Duration::ZERO, true);
    let report = RequoteReport::of(&log, &told.requotes);
    // The first call finds three behind it, the second two, the third one: nobody is told anew before.
    let counts = [0, 1, 2].map(|ahead| report.ahead[&ahead].n);
    assert_eq!((counts, report.overall.n, report.ahead.len()), ([3, 2, 1], 6, 3));
    assert!(report.to_string().contains("people ahead"), "{report}");
    // What those who join are told does not change by it.
    let (_, alone) = replayed(&text);
    assert!(told.predictions.iter().zip(&alone).all(|(one, other)| one.wait == other.wait));
}

#[test]
fn what_is_told_while_people_wait_is_calibrated_too() {
    let log = Log::parse(rows(&people(12, 3, 5)).as_bytes(), None).unwrap();
    let report = RequoteReport::of(&log, &run(&log, &|| Duration::ZERO, true).requotes);
    let all = &report.overall;
    assert!(all.n > 500, "{report}");
    assert!(
        (0.88..=0.92).contains(&all.p90_coverage) && (0.88..=0.92).contains(&all.i90_coverage),
        "{report}"
    );
}

/// The bars are a little above what the forecaster reaches here, so that one that is worse fails.
#[test]
fn a_made_up_log_is_told_better_than_by_others() {
    let mut text = HEADER.to_owned();
    for (counters, seed) in [(2, 11), (3, 12)] {
        text += &rows_of(&format!("steady-{counters}"), counters, &people(10, counters, seed));
        text += &rows_of(&format!("moody-{counters}"), counters, &moody(10, counters, seed));
    }
    let (log, predictions) = replayed(&text);
    let all = Report::of(&log, &predictions).overall;
    assert!(all.n > 1_500, "{all:?}");
    let (of_les, of_seed) = (all.mae / all.les.mae, all.mae / all.seed_formula.mae);
    assert!(of_les <= 0.75 && of_seed <= 0.65, "{of_les} {of_seed} {all:?}");
    // Days of learning are among these.
    assert!((0.85..=0.93).contains(&all.p90_coverage), "{all:?}");
    assert!((0.81..=0.93).contains(&all.i90_coverage), "{all:?}");
}

#[test]
fn lines_that_nobody_knows_yet_are_told_as_well_as_by_the_best_of_the_others() {
    let mut text = HEADER.to_owned();
    for hall in 0..12 {
        text += &rows_of(&format!("hall-{hall}"), 2, &people(1, 2, 100 + hall));
    }
    let (log, predictions) = replayed(&text);
    let new = Report::of(&log, &predictions).new;
    assert!(new.n >= 12 * 10, "{new:?}");
    assert!(new.mae <= new.les.mae.min(new.seed_formula.mae), "{new:?}");
}

#[test]
fn an_estimate_knows_nothing_of_what_comes_later() {
    let all = people(8, 3, 5);
    let (_, whole) = replayed(&rows(&all));
    // Cut off in the middle of a day: whoever still waited has no call.
    let cut = all[all.len() * 2 / 3].arrival;
    let first = all.iter().filter(|person| person.arrival < cut).copied().collect::<Vec<_>>();
    let (_, part) = replayed(&rows(&first));
    assert!(part.len() > 500);
    for (one, other) in whole.iter().zip(&part) {
        assert_eq!(one.wait, other.wait);
    }
}

#[test]
fn the_same_log_gives_the_same_estimates() {
    let text = rows(&people(6, 3, 9));
    let told = |text: &str| replayed(text).1.iter().map(|one| one.wait).collect::<Vec<_>>();
    assert_eq!(told(&text), told(&text));
}

#[test]
fn gzip_and_the_order_of_rows_and_columns_make_no_difference() {
    let text = rows(&people(3, 2, 2));
    let told = |bytes: &[u8]| {
        let log = Log::parse(bytes, None).unwrap();
        run(&log, &|| Duration::ZERO, false).predictions.iter().map(|one| one.wait).collect::<Vec<_>>()
    };
    let plain = told(text.as_bytes());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    assert_eq!(told(&gzip.finish().unwrap()), plain);

    let turned = |line: &str| line.split(',').rev().collect::<Vec<_>>().join(",");
    let (header, body) = text.trim_end().split_once('\n').unwrap();
    let mut lines = vec![turned(header)];
    lines.extend(body.lines().rev().map(turned));
    assert_eq!(told(lines.join("\r\n").as_bytes()), plain);
}

#[test]
fn other_spellings_of_priority_and_outcome_make_no_difference() {
    // Every second one is called before all the others: what comes of that on the second day rests on who has priority.
    let log = |priorities: [&str; 4], outcome: &str| {
        let mut text = HEADER.to_owned();
        for (day, n) in (1..=2).flat_map(|day| (0..20).map(move |n| (day, n))) {
            let (priority, call) = (priorities[n % 4], if n % 2 == 1 { n / 2 } else { 10 + n / 2 });
            let at = |hour: u32, minute: usize, second: u32| {
                format!("2025-03-0{day}T{hour:02}:{minute:02}:{second:02}")
            };
            let (arrival, start, end) = (at(9, n, 0), at(10, call, 0), at(10, call, 50));
            writeln!(text, "hall-a,visit,{arrival},{start},{end},1,{outcome},{priority},ann").unwrap();
        }
        replayed(&text).1.iter().map(|one| one.wait).collect::<Vec<_>>()
    };
    let plain = log(["0", "1", "", "1"], "served");
    assert_ne!(plain, log(["0", "0", "", "0"], "served"), "it is seen at all");
    assert_eq!(log(["0.0", "1.0", "0.00", "1."], "Served"), plain);
    assert_eq!(log(["false", "true", "False", "TRUE"], "SERVED"), plain);
}

#[test]
fn priority_people_are_counted_where_they_really_stand() {
    // Everybody is called two minutes after the one before; every fourth has a head start of ten minutes.
    let mut text = HEADER.to_owned();
    let time = |minute: i64| format!("2025-03-01T{:02}:{:02}:00", 8 + minute / 60, minute % 60);
    let mut waiting =
        (0..200).map(|n| (if n % 4 == 3 { n - 10 } else { n }, n, n % 4 == 3)).collect::<Vec<_>>();
    let mut minute = 0;
    while !waiting.is_empty() {
        let here = waiting.iter().filter(|(_, arrival, _)| *arrival <= minute).min().copied();
        let Some(next) = here else {
            minute += 1;
            continue;
        };
        waiting.retain(|one| *one != next);
        let (start, end) = (time(minute), time(minute + 2));
        let priority = u8::from(next.2);
        writeln!(text, "hall-a,visit,{},{start},{end},1,served,{priority},ann", time(next.1)).unwrap();
        minute += 2;
    }
    let (_, predictions) = replayed(&text);
    // In the end a priority ticket passes five people; who comes just before it is passed by few.
    let late = &predictions[150..];
    let told = |priority: bool| {
        let of = late.iter().enumerate().filter(|(at, _)| ((at + 150) % 4 == 3) == priority);
        let all = of.map(|(_, one)| one.wait.p50).collect::<Vec<_>>();
        all.iter().sum::<f64>() / all.len() as f64
    };
    assert!(told(true) < 0.97 * told(false), "{} {}", told(true), told(false));
}

#[test]
fn without_ends_those_count_who_found_somebody_waiting() {
    let mut text = HEADER.to_owned();
    for (arrival, start) in [("00", "04"), ("01", "05"), ("06", "06")] {
        writeln!(text, "hall-a,visit,2025-03-01T09:{arrival}:00,2025-03-01T09:{start}:00,,1,served,0,")
            .unwrap();
    }
    let (_, predictions) = replayed(&text);
    let counts = predictions.iter().map(|one| one.counts).collect::<Vec<_>>();
    assert_eq!(counts, [false, true, false]);
}

#[test]
fn who_left_or_was_never_called_has_no_wait() {
    let text = format!(
        "{HEADER}hall-a,visit,2025-03-01T09:00:00,2025-03-01T09:05:00,,1,abandoned,0,\n\
         hall-a,visit,2025-03-01T09:01:00,,,1,unserved,0,\n"
    );
    let (log, predictions) = replayed(&text);
    assert!(predictions.iter().all(|one| one.waited.is_none() && !one.counts));
    let mut out = Vec::new();
    write_predictions(&log, &predictions, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let rows = out.lines().collect::<Vec<_>>();
    assert!(rows[0].starts_with("queue,service_type,arrival_ts,start_ts,waited,p5,p10,p50,p90,p95,"));
    assert!(rows[1].starts_with("hall-a,visit,2025-03-01T09:00:00,2025-03-01T09:05:00,,"), "{out}");
    assert_eq!(rows.len(), 3);
}

#[test]
fn counters_that_open_and_close_are_followed() {
    let tickets = rows(&people(2, 2, 3));
    let counters = "ts,queue,agent,event\n2025-03-01T08:00:00,hall-a,agent-0,open\n\
                    2025-03-01T09:00:00,hall-a,agent-0,pause\n2025-03-01T09:10:00,hall-a,agent-0,resume\n\
                    2025-03-01T17:00:00,hall-a,agent-0,close\n";
    let log = Log::parse(tickets.as_bytes(), Some(counters.as_bytes())).unwrap();
    let plain = Log::parse(tickets.as_bytes(), None).unwrap();
    let told = |log: &Log| {
        run(log, &|| Duration::ZERO, false).predictions.iter().map(|one| one.wait).collect::<Vec<_>>()
    };
    assert_ne!(told(&log), told(&plain));
}

#[test]
fn a_bad_row_is_named_by_its_line() {
    let good = "hall-a,visit,2025-03-01T09:00:00,2025-03-01T09:05:00,2025-03-01T09:09:00,1,served,0,ann\n";
    // One of two rows is too many.
    let told = |error: &str| {
        error.split_once("; 1 of ").map_or_else(|| error.to_owned(), |(text, _)| text.to_owned())
    };
    let bad = |row: &str| told(&refused(&format!("{HEADER}{good}{row}\n")));
    assert_eq!(
        bad("hall-a,visit,yesterday,,,1,unserved,0,"),
        "tickets, line 3: arrival_ts is \"yesterday\", not a local time like 2025-01-06T07:32:41"
    );
    assert_eq!(bad("hall-a,visit,,,,1,unserved,0,"), "tickets, line 3: arrival_ts is empty");
    assert_eq!(bad(",visit,2025-03-01T09:00:00,,,1,unserved,0,"), "tickets, line 3: queue is empty");
    assert_eq!(
        bad("hall-a,visit,2025-03-01T09:00:00,,,some,unserved,0,"),
        "tickets, line 3: servers is \"some\", not a number from 0 to 100000"
    );
    assert_eq!(
        bad("hall-a,visit,2025-03-01T09:00:00,,,NaN,unserved,0,"),
        "tickets, line 3: servers is \"NaN\", not a number from 0 to 100000"
    );
    assert_eq!(
        bad("hall-a,visit,2025-03-01T09:00:00,,,1,gone,0,"),
        "tickets, line 3: outcome is \"gone\", not one of served, transferred, no_show, abandoned, unserved"
    );
    assert_eq!(
        bad("hall-a,visit,2025-03-01T09:00:00,,,1,unserved,high,"),
        "tickets, line 3: priority is \"high\", not a whole number from 0 to 255"
    );
    for priority in ["0.5", "256.0", "-1", "NaN", ".0"] {
        assert_eq!(
            bad(&format!("hall-a,visit,2025-03-01T09:00:00,,,1,unserved,{priority},")),
            format!("tickets, line 3: priority is {priority:?}, not a whole number from 0 to 255")
        );
    }
    assert_eq!(
        bad("hall-a,visit,2025-03-01T09:00:00,2025-03-01T08:59:00,,1,served,0,"),
        "tickets, line 3: start_ts is before arrival_ts"
    );
    assert_eq!(
        bad("hall-a,visit,2025-03-01T09:00:00,2025-03-01T09:05:00,2025-03-01T09:04:00,1,served,0,"),
        "tickets, line 3: end_ts is before start_ts"
    );
    for outcome in ["served", "transferred", "no_show"] {
        assert_eq!(
            bad(&format!("hall-a,visit,2025-03-01T09:00:00,,2025-03-01T09:09:00,1,{outcome},0,")),
            "tickets, line 3: start_ts is empty, but it was called"
        );
    }
    assert_eq!(
        bad("hall-a,visit,2025-03-01T09:00:00,,,1,abandoned,0,"),
        "tickets, line 3: start_ts is empty, so nobody knows when it left"
    );
    assert_eq!(bad("hall-a,visit"), "tickets, line 3: 2 values for 9 columns");
    assert_eq!(refused("queue,service_type\n"), "tickets: the column arrival_ts is missing");
    assert_eq!(refused(HEADER), "tickets: no rows");
    assert_eq!(refused(""), "tickets: no rows");
    let counters = "ts,queue,agent,event\n2025-03-01T09:00:00,hall-a,ann,lunch\n";
    let error = Log::parse(format!("{HEADER}{good}").as_bytes(), Some(counters.as_bytes()));
    assert_eq!(
        told(&error.unwrap_err().to_string()),
        "counters, line 2: event is \"lunch\", not one of open, close, pause, resume"
    );
}

#[test]
fn a_few_rows_that_cannot_be_are_left_out() {
    let all = people(3, 2, 2);
    let plain = rows(&all);
    let odd = "hall-b,visit,2025-03-01T09:00:00,2025-03-01T08:59:00,,1,served,0,zoe\nhall-a,visit\n";
    let log = Log::parse(format!("{plain}{odd}").as_bytes(), None).unwrap();
    assert_eq!(log.left_out().len(), 1, "one file: {:?}", log.left_out());
    let left_out = &log.left_out()[0];
    assert_eq!((left_out.file, left_out.rows, left_out.count()), ("tickets", all.len() as u64 + 2, 2));
    let reasons: Vec<_> = left_out.reasons.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    assert_eq!(reasons, [("other than 9 values", 1), ("start_ts is before arrival_ts", 1)]);
    let told = |log: &Log| {
        run(log, &|| Duration::ZERO, false).predictions.iter().map(|one| one.wait).collect::<Vec<_>>()
    };
    let clean = Log::parse(plain.as_bytes(), None).unwrap();
    assert_eq!(told(&log), told(&clean));
    assert!(clean.left_out().is_empty());
    // Up to one in twenty; with one more it is refused, with the line of the first.
    let many = |odd: usize| {
        let good =
            "hall-a,visit,2025-03-01T09:00:00,2025-03-01T09:05:00,2025-03-01T09:09:00,1,served,0,ann\n";
        let bad = "hall-a,visit,,,,1,served,0,ann\n";
        Log::parse(format!("{HEADER}{}{}", good.repeat(100 - odd), bad.repeat(odd)).as_bytes(), None)
    };
    assert!(many(5).is_ok());
    assert_eq!(
        many(6).unwrap_err().to_string(),
        "tickets, line 96: arrival_ts is empty; 6 of 100 rows cannot be read or be so, which is more than 5 %"
    );
}

#[test]
fn who_was_called_at_no_known_moment_stands_in_nobody_s_way() {
    let all = people(3, 2, 2);
    let plain = rows(&all);
    // One row in fifty has lost its call.
    let lost: String = (0..all.len() / 50)
        .map(|n| format!("hall-a,visit,2025-03-0{}T08:{:02}:00,,,2,served,0,\n", n % 3 + 1, n % 60))
        .collect();
    let log = Log::parse(format!("{plain}{lost}").as_bytes(), None).unwrap();
    assert_eq!(log.left_out()[0].count(), all.len() as u64 / 50);
    let told = |log: &Log| {
        run(log, &|| Duration::ZERO, false).predictions.iter().map(|one| one.wait).collect::<Vec<_>>()
    };
    assert_eq!(told(&log), told(&Log::parse(plain.as_bytes(), None).unwrap()));
}

#[test]
fn where_nothing_is_measured_no_figure_looks_perfect() {
    let text = format!(
        "{HEADER}hall-a,visit,2025-03-01T09:00:00,2025-03-01T09:05:00,2025-03-01T09:09:00,1,served,0,ann\n"
    );
    let (log, predictions) = replayed(&text);
    let report = Report::of(&log, &predictions);
    assert_eq!(report.overall.n, 0);
    let json = serde_json::to_value(&report).unwrap();
    assert!(json["overall"]["mae"].is_null() && json["overall"]["predict_us_p50"].is_null(), "{json}");
    assert!(report.to_string().contains("nothing is measured"), "{report}");
    let again = RequoteReport::of(&log, &[]);
    assert!(serde_json::to_value(&again).unwrap()["overall"]["mae"].is_null());
    assert!(again.to_string().contains("nothing to measure"), "{again}");
}

#[test]
fn a_share_of_no_error_is_no_figure() {
    let overall = Figures { n: 3, mae: 0.5, les: Mae { mae: 0.25 }, ..Figures::default() };
    let table = Report { overall, ..Report::default() }.to_string();
    let row: Vec<&str> =
        table.lines().find(|line| line.starts_with("all ")).unwrap().split_whitespace().collect();
    assert_eq!(row[13..15], ["2.000", "–"], "of the last wait, and of a formula that was never off: {table}");
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    assert!(Log::parse(&[0x1f, 0x8b, 8, 0, 1, 2], None).is_err());
    let mut bytes = HEADER.as_bytes().to_vec();
    bytes.extend([b'a', 0xff, 0xfe, b'\n']);
    assert!(Log::parse(&bytes, None).is_err());
}
