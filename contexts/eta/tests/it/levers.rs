//! What each thing that can be changed in a what-if does.

use serde_json::{Value, json};

use crate::app::{App, id_of};
use crate::what_if::{ask, counters, line_of};

on_both!(
    a_counter_is_open_for_as_long_as_the_plan_says,
    a_plan_of_a_counter_that_cannot_be_is_refused,
    a_counter_serves_the_lines_that_the_plan_names,
    services_that_take_longer_make_longer_waits,
    more_arrivals_are_more_people,
    a_higher_goal_needs_more_counters,
    head_starts_count_where_the_plan_says_so,
);

const UNTIL: &str = "2026-11-20T12:00:00Z";

fn at(time: &str) -> String {
    format!("2026-11-20T{time}:00Z")
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap()
}

/// A bank with a second counter, which is closed; it is nine.
async fn with_two(app: &mut App) {
    app.open_counter().await;
    let path = format!("/api/v1/tenants/bank/counters/{}", app.counters[1]);
    app.admin.put(&path, json!({ "status": "closed" })).await.expect(200);
    app.settle().await;
}

async fn a_counter_is_open_for_as_long_as_the_plan_says(mut app: App) {
    with_two(&mut app).await;
    // From when to when the second counter is open, and how many are in the six half-hours until twelve.
    for (from, until, open) in [
        (None, None, [2, 2, 2, 2, 2, 2]),
        (Some("10:00"), Some("11:00"), [1, 1, 2, 2, 1, 1]),
        (Some("10:10"), Some("10:20"), [1, 1, 2, 1, 1, 1]),
        (Some("10:10"), Some("10:31"), [1, 1, 2, 2, 1, 1]),
        (Some("11:30"), None, [1, 1, 1, 1, 1, 2]),
        (None, Some("09:30"), [2, 1, 1, 1, 1, 1]),
        (Some("08:00"), Some("09:31"), [2, 2, 1, 1, 1, 1]),
        (Some("11:45"), Some("18:00"), [1, 1, 1, 1, 1, 2]),
    ] {
        let plan = json!({
            "counter_id": app.counters[1], "open": true, "from": from.map(at), "until": until.map(at),
        });
        let answer = ask(&app, json!({ "counters": [plan], "runs": 1, "until": UNTIL })).await;
        assert_eq!(counters(&answer["today"]), [1; 6]);
        assert_eq!(counters(&answer["alternative"]), open, "{from:?} to {until:?}");
    }
    // The other way round, and one after the other.
    let close = |from: &str, until: &str| json!({ "counter_id": app.counters[0], "open": false, "from": at(from), "until": at(until) });
    let wish = json!({
        "counters": [close("09:30", "10:00"), close("11:00", "12:00")], "runs": 1, "until": UNTIL,
    });
    assert_eq!(counters(&ask(&app, wish).await["alternative"]), [1, 0, 1, 1, 0, 0]);
}

async fn a_plan_of_a_counter_that_cannot_be_is_refused(app: App) {
    let path = format!("/api/v1/tenants/bank/sites/{}/what-if", app.site);
    for (from, until) in [("11:00", "10:00"), ("10:00", "10:00")] {
        let plan =
            json!({ "counter_id": app.counters[0], "open": true, "from": at(from), "until": at(until) });
        let fine =
            json!({ "counter_id": app.counters[0], "open": true, "from": at("10:00"), "until": at("10:01") });
        let refused = app.admin.post(&path, json!({ "counters": [fine, plan], "runs": 1 })).await.expect(422);
        let error = &refused["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!("counters[1].until"), &json!("out_of_order")),
            "{refused}"
        );
    }
}

async fn a_counter_serves_the_lines_that_the_plan_names(app: App) {
    let queue = {
        let service = json!({ "name": "Advice", "code": "advice", "default_minutes": 6 });
        let service = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
        let queue = json!({ "name": "Advice", "prefix": "V", "site_id": app.site, "service_ids": [service] });
        id_of(&app.admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201))
    };
    for _ in 0..4 {
        app.ticket().await;
        app.ticket_in(&queue).await;
    }
    app.settle().await;
    for (lines, own, other) in [
        (Value::Null, 4.0, 0.0),
        (json!([queue]), 0.0, 4.0),
        (json!([queue, app.queue]), 4.0, 4.0),
        (json!([]), 0.0, 0.0),
    ] {
        let plan = json!({ "counter_id": app.counters[0], "open": true, "queue_ids": lines });
        let wish = json!({ "counters": [plan], "arrivals_percent": 0, "runs": 20, "until": at("18:00") });
        let answer = ask(&app, wish).await;
        let called = |queue: &str| number(line_of(&answer["alternative"], queue), "called");
        assert_eq!((called(&app.queue), called(&queue)), (own, other), "{lines}: {answer}");
    }
}

async fn services_that_take_longer_make_longer_waits(app: App) {
    for _ in 0..8 {
        app.ticket().await;
    }
    app.settle().await;
    let mut waits = Vec::new();
    for percent in [50, 100, 200] {
        let wish = json!({
            "service_percent": percent, "arrivals_percent": 0, "runs": 200, "until": at("18:00"),
        });
        waits.push(number(&ask(&app, wish).await["alternative"], "wait_p90"));
    }
    // Everybody is there already: twice as long for each is twice as long for all.
    for pair in waits.windows(2) {
        assert!((1.9..=2.1).contains(&(pair[1] / pair[0])), "{waits:?}");
    }
}

async fn more_arrivals_are_more_people(app: App) {
    for _ in 0..20 {
        app.ticket().await;
    }
    app.settle().await;
    let wish = json!({ "arrivals_percent": 200, "runs": 300, "until": UNTIL });
    let answer = ask(&app, wish).await;
    let (today, other) = (&answer["today"], &answer["alternative"]);
    for slot in 0..6 {
        let of = |plan: &Value| number(&plan["half_hours"][slot], "arrivals");
        assert!(of(today) > 0.0, "{answer}");
        assert!((of(other) - 2.0 * of(today)).abs() < 0.21, "to a tenth: {answer}");
    }
    let came = number(other, "came") / number(today, "came");
    assert!((1.9..=2.1).contains(&came), "{came}");
    let nobody = ask(&app, json!({ "arrivals_percent": 0, "runs": 5, "until": UNTIL })).await;
    assert_eq!(nobody["alternative"]["came"], 0.0, "{nobody}");
}

async fn a_higher_goal_needs_more_counters(app: App) {
    for _ in 0..20 {
        app.ticket().await;
    }
    app.settle().await;
    let mut sums = Vec::new();
    for goal in [50, 99] {
        let wish = json!({
            "goal_percent": goal, "suggest": true, "more_counters": 9, "runs": 1, "until": UNTIL,
        });
        let suggestion = &ask(&app, wish).await["suggestion"];
        assert_eq!(number(suggestion, "goal_percent"), f64::from(goal));
        let half_hours = suggestion["half_hours"].as_array().unwrap();
        sums.push(half_hours.iter().map(|slot| slot["counters"].as_i64().unwrap()).sum::<i64>());
    }
    assert!(sums[0] < sums[1], "{sums:?}");
}

async fn head_starts_count_where_the_plan_says_so(app: App) {
    let make = async |what: &str, body: Value| {
        id_of(&app.admin.post(&format!("/api/v1/tenants/bank/{what}"), body).await.expect(201))
    };
    let quick = json!({
        "name": "Quick", "code": "quick", "default_minutes": 6, "target_minutes": 20,
        "priority_rules": { "classes": { "priority": { "head_start_minutes": 120 } } },
    });
    let quick = make("services", quick).await;
    let slow = json!({ "name": "Slow", "code": "slow", "default_minutes": 6, "target_minutes": 600 });
    let slow = make("services", slow).await;
    let queue = json!({ "name": "Both", "prefix": "B", "site_id": app.site, "service_ids": [quick, slow] });
    let queue = make("queues", queue).await;
    let path = format!("/api/v1/tenants/bank/counters/{}", app.counters[0]);
    app.admin.put(&path, json!({ "queue_ids": [queue] })).await.expect(200);
    // The last three come with a class that goes before the nine of the other service, if the line heeds it.
    for n in 0..12 {
        let ticket = match n {
            9.. => json!({ "queue_id": queue, "service_id": quick, "priority": "priority" }),
            _ => json!({ "queue_id": queue, "service_id": slow }),
        };
        app.admin.post("/api/v1/tenants/bank/tickets", ticket).await.expect(201);
        app.wait(60);
    }
    app.settle().await;
    for (algorithm, least, most) in [("fifo", 74.0, 77.0), ("priority", 93.0, 100.0)] {
        let wish = json!({
            "arrivals_percent": 0, "runs": 200, "algorithm": algorithm, "until": at("18:00"),
        });
        let answer = ask(&app, wish).await;
        let sla = number(line_of(&answer["alternative"], &queue), "sla_percent");
        assert!((least..=most).contains(&sla), "{algorithm}: {answer}");
    }
}
