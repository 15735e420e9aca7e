//! What if.

use serde_json::{Value, json};

use crate::app::{App, id_of};

on_both!(
    more_counters_wait_less,
    what_cannot_be_is_refused,
    each_service_of_a_line_is_judged_by_its_own_target,
    todays_plan_is_the_published_roster,
    who_is_on_a_break_comes_back,
    who_lacks_a_skill_calls_others,
    a_day_ends_with_its_last_closing,
    whom_nobody_calls_is_not_called_and_waits,
    fewer_counters_never_look_faster,
    a_crowd_is_run_less_often,
);

pub(crate) async fn ask(app: &App, wish: Value) -> Value {
    let path = format!("/api/v1/tenants/bank/sites/{}/what-if", app.site);
    app.admin.post(&path, wish).await.expect(200)
}

async fn more_counters_wait_less(app: App) {
    app.morning(20, 170).await;
    for _ in 0..8 {
        app.ticket().await;
    }
    app.settle().await;
    let wish = json!({ "more_counters": 2, "runs": 200, "suggest": true, "until": "2026-11-20T13:00:00Z" });
    let answer = ask(&app, wish.clone()).await;
    let (today, other) = (&answer["today"], &answer["alternative"]);
    let of = |plan: &Value, name: &str| plan[name].as_f64().unwrap();
    assert!(of(other, "wait_p90") < of(today, "wait_p90"), "{answer}");
    assert!(of(other, "sla_percent") >= of(today, "sla_percent"), "{answer}");
    assert_eq!(today["half_hours"][0]["counters"], 1);
    assert_eq!(other["half_hours"][0]["counters"], 3);
    assert_eq!(
        today["half_hours"].as_array().unwrap().len(),
        answer["suggestion"]["half_hours"].as_array().unwrap().len()
    );
    assert_eq!(ask(&app, wish).await, answer, "the same chance every time");
    // The only counter closes for good: nobody is called any more.
    let closed = json!({ "counters": [{ "counter_id": app.counters[0], "open": false }], "runs": 5 });
    let closed = ask(&app, closed).await;
    assert_eq!(closed["alternative"]["called"], 0.0, "{closed}");
    assert!(of(&closed["today"], "called") > 7.0);
}

async fn what_cannot_be_is_refused(app: App) {
    let path = format!("/api/v1/tenants/bank/sites/{}/what-if", app.site);
    for (wish, field) in [
        (json!({ "runs": 0 }), "runs"),
        (json!({ "arrivals_percent": -1 }), "arrivals_percent"),
        (json!({ "runs": 2001 }), "runs"),
        (json!({ "runs": "many" }), "runs"),
        (json!({ "arrivals_percent": 401 }), "arrivals_percent"),
        (json!({ "service_percent": 0 }), "service_percent"),
        (json!({ "service_percent": 24.9 }), "service_percent"),
        (json!({ "goal_percent": 0 }), "goal_percent"),
        (json!({ "goal_percent": 100 }), "goal_percent"),
        (json!({ "more_counters": 21 }), "more_counters"),
        (json!({ "more_counters": -1 }), "more_counters"),
        (json!({ "algorithm": "lifo" }), "algorithm"),
        (json!({ "staff": 3 }), "staff"),
        (json!({ "counters": [{ "open": true }] }), "counters[0].counter_id"),
        (
            json!({ "counters": vec![json!({ "counter_id": app.counters[0], "open": true }); 201] }),
            "counters",
        ),
        (json!({ "until": "2020-01-01T00:00:00Z" }), "until"),
        (
            json!({ "counters": [{ "counter_id": "01890a5d-ac96-774b-bcce-b302099a8057", "open": true }] }),
            "counters[0].counter_id",
        ),
        (
            json!({ "counters": [{ "counter_id": app.counters[0], "open": true, "queue_ids":
                ["01890a5d-ac96-774b-bcce-b302099a8057"] }] }),
            "counters[0].queue_ids",
        ),
        (
            json!({ "counters": [{ "counter_id": app.counters[0], "open": true, "queue_ids": [app.queue, app.queue] }] }),
            "counters[0].queue_ids",
        ),
        (
            json!({ "counters": [{ "counter_id": app.counters[0], "open": true, "queue_ids": vec![&app.queue; 201] }] }),
            "counters[0].queue_ids",
        ),
        // It is nine.
        (
            json!({ "counters": [{ "counter_id": app.counters[0], "open": false, "until": "2026-11-20T08:30:00Z" }] }),
            "counters[0].until",
        ),
    ] {
        let refused = app.admin.post(&path, wish.clone()).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], field, "{wish}");
    }
    app.admin.post("/api/v1/tenants/bank/sites/nowhere/what-if", json!({})).await.expect(404);
}

async fn each_service_of_a_line_is_judged_by_its_own_target(app: App) {
    let make = |what: &'static str, body: Value| {
        let admin = app.admin.clone();
        async move { id_of(&admin.post(&format!("/api/v1/tenants/bank/{what}"), body).await.expect(201)) }
    };
    let service = |name: &str, target: f64| json!({ "name": name, "code": name, "default_minutes": 6, "target_minutes": target });
    let (quick, slow) =
        (make("services", service("quick", 20.0)).await, make("services", service("slow", 600.0)).await);
    let queue = json!({ "name": "Both", "prefix": "B", "site_id": app.site, "service_ids": [quick, slow] });
    let queue = make("queues", queue).await;
    let path = format!("/api/v1/tenants/bank/counters/{}", app.counters[0]);
    app.admin.put(&path, json!({ "queue_ids": [queue] })).await.expect(200);
    // Six minutes each: of the three quick ones the first is called in time, of the slow ones everybody.
    for n in 0..12 {
        let service = if n % 4 == 0 { &quick } else { &slow };
        let ticket = json!({ "queue_id": queue, "service_id": service });
        app.admin.post("/api/v1/tenants/bank/tickets", ticket).await.expect(201);
        app.wait(60);
    }
    app.settle().await;
    for (algorithm, least, most) in [("fifo", 82.0, 88.0), ("sla", 95.0, 100.0)] {
        let wish = json!({
            "arrivals_percent": 0, "runs": 200, "algorithm": algorithm, "until": "2026-11-20T13:00:00Z",
        });
        let answer = ask(&app, wish).await;
        let lines = answer["alternative"]["queues"].as_array().unwrap();
        let line = lines.iter().find(|line| line["queue_id"] == json!(queue)).unwrap();
        assert_eq!((&line["target_minutes"], &line["called"]), (&json!(20.0), &json!(12.0)), "{line}");
        let sla = line["sla_percent"].as_f64().unwrap();
        assert!((least..=most).contains(&sla), "{algorithm}: {line}");
    }
}

pub(crate) fn counters(plan: &Value) -> Vec<i64> {
    let half_hours = plan["half_hours"].as_array().unwrap();
    half_hours.iter().map(|half_hour| half_hour["counters"].as_i64().unwrap()).collect()
}

async fn todays_plan_is_the_published_roster(mut app: App) {
    app.open_counter().await;
    for counter in &app.counters {
        let path = format!("/api/v1/tenants/bank/counters/{counter}");
        app.admin.put(&path, json!({ "status": "closed" })).await.expect(200);
    }
    app.settle().await;
    let wish = json!({ "runs": 1, "until": "2026-11-20T12:00:00Z" });
    let closed = ask(&app, wish.clone()).await;
    assert_eq!((&closed["basis"], counters(&closed["today"])), (&json!("seats"), vec![0; 6]));
    // The administrator works from half past nine to eleven with half an hour's break.
    let me = id_of(&app.admin.get("/api/v1/auth/me").await.expect(200));
    for (from, to) in [("09:30", "10:00"), ("10:30", "11:00")] {
        let shift = json!({
            "user_id": me, "site_id": app.site, "starts_at": format!("2026-11-20T{from}:00Z"),
            "ends_at": format!("2026-11-20T{to}:00Z"),
        });
        app.admin.post("/api/v1/tenants/bank/shifts", shift).await.expect(201);
    }
    assert_eq!(ask(&app, wish.clone()).await["basis"], "seats", "nobody sees it yet");
    let day = json!({ "site_id": app.site, "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z" });
    app.admin.post("/api/v1/tenants/bank/shifts/publish", day).await.expect(200);
    let planned = ask(&app, wish.clone()).await;
    assert_eq!((&planned["basis"], counters(&planned["today"])), (&json!("roster"), vec![0, 1, 0, 1, 0, 0]));
    // They come early, and sit at one counter only.
    let seat = json!({ "counter_id": app.counters[1] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    assert_eq!(counters(&ask(&app, wish).await["today"]), [1, 1, 0, 1, 0, 0]);
}

async fn who_is_on_a_break_comes_back(app: App) {
    let seat = json!({ "counter_id": app.counters[0] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    let paused = json!({ "status": "paused", "reason": "Lunch" });
    app.admin.post("/api/v1/tenants/bank/agents/set-status", paused).await.expect(200);
    app.settle().await;
    let wish = json!({ "runs": 1, "until": "2026-11-20T11:00:00Z" });
    assert_eq!(counters(&ask(&app, wish).await["today"]), [0, 1, 1, 1]);
}

async fn who_lacks_a_skill_calls_others(app: App) {
    let service =
        json!({ "name": "Notary", "code": "notary", "default_minutes": 6, "required_skills": ["Notary"] });
    let notary = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
    let queue = json!({ "name": "Papers", "prefix": "P", "site_id": app.site, "service_ids": [notary] });
    let queue = id_of(&app.admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201));
    let path = format!("/api/v1/tenants/bank/counters/{}", app.counters[0]);
    app.admin.put(&path, json!({ "queue_ids": [queue] })).await.expect(200);
    let seat = json!({ "counter_id": app.counters[0] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    for _ in 0..3 {
        app.admin.post("/api/v1/tenants/bank/tickets", json!({ "queue_id": queue })).await.expect(201);
    }
    app.settle().await;
    let wish =
        json!({ "runs": 20, "arrivals_percent": 0, "more_counters": 1, "until": "2026-11-20T13:00:00Z" });
    let of = |answer: &Value, plan: &str| {
        let lines = answer[plan]["queues"].as_array().unwrap();
        lines.iter().find(|line| line["queue_id"] == json!(queue)).unwrap()["called"].as_f64().unwrap()
    };
    let answer = ask(&app, wish.clone()).await;
    assert_eq!((of(&answer, "today"), of(&answer, "alternative")), (0.0, 3.0), "{answer}");
    // Who sits there learns it.
    let me = id_of(&app.admin.get("/api/v1/auth/me").await.expect(200));
    let path = format!("/api/v1/tenants/bank/members/{me}");
    app.admin.put(&path, json!({ "skills": ["notary"] })).await.expect(200);
    app.settle().await;
    assert!(of(&ask(&app, wish).await, "today") >= 3.0);
}

async fn a_day_ends_with_its_last_closing(app: App) {
    let spans = json!([{ "opens": "08:00", "closes": "12:00" }, { "opens": "13:00", "closes": "17:30" }]);
    let hours = json!({ "hours": { "fri": spans } });
    app.admin.put(&format!("/api/v1/tenants/bank/sites/{}", app.site), hours).await.expect(200);
    app.settle().await;
    let until = |answer: Value| answer["today"]["half_hours"].as_array().unwrap().len();
    let morning = until(ask(&app, json!({ "runs": 1 })).await);
    assert_eq!(morning, 17, "from nine to half past five");
    app.wait(3 * 3600 + 1800);
    assert_eq!(until(ask(&app, json!({ "runs": 1 })).await), 10, "also while it is closed at noon");
}

/// A line of the site in a plan.
pub(crate) fn line_of<'a>(plan: &'a Value, queue: &str) -> &'a Value {
    let lines = plan["queues"].as_array().unwrap();
    lines.iter().find(|line| line["queue_id"] == json!(queue)).unwrap()
}

async fn whom_nobody_calls_is_not_called_and_waits(app: App) {
    for _ in 0..6 {
        app.ticket().await;
        app.wait(60);
    }
    app.settle().await;
    let wish = json!({
        "counters": [{ "counter_id": app.counters[0], "open": false }], "arrivals_percent": 0, "runs": 20,
        "until": "2026-11-20T11:00:00Z",
    });
    let answer = ask(&app, wish).await;
    let (today, closed) = (&answer["today"], &answer["alternative"]);
    let line = line_of(closed, &app.queue);
    assert_eq!((&closed["called"], &line["called"]), (&json!(0.0), &json!(0.0)), "{answer}");
    assert_eq!((&closed["left_in_line"], &closed["sla_percent"]), (&json!(6.0), &json!(0.0)), "{answer}");
    // They came one to six minutes before, and have waited for two hours more by then.
    let wait = |plan: &Value, name: &str| plan[name].as_f64().unwrap();
    assert!((114.0..=121.0).contains(&wait(line, "wait_p50")), "{line}");
    assert!(wait(closed, "wait_p90") > wait(today, "wait_p90"), "{answer}");
}

async fn fewer_counters_never_look_faster(mut app: App) {
    // A service without a target: who is left at the end broke no promise, and has waited all the same.
    let service = json!({ "name": "Advice", "code": "advice", "default_minutes": 10 });
    let service = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
    let queue = json!({ "name": "Advice", "prefix": "V", "site_id": app.site, "service_ids": [service] });
    app.queue = id_of(&app.admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201));
    for _ in 0..3 {
        app.open_counter().await;
    }
    for _ in 0..30 {
        app.ticket().await;
        app.wait(20);
    }
    app.settle().await;
    let mut last = 0.0;
    for closed in 0..=3 {
        let close = |counter: &String| json!({ "counter_id": counter, "open": false });
        let plans: Vec<_> = app.counters.iter().skip(1).take(closed).map(close).collect();
        let wish =
            json!({ "counters": plans, "runs": 100, "arrivals_percent": 0, "until": "2026-11-20T11:10:00Z" });
        let answer = ask(&app, wish).await;
        let line = line_of(&answer["alternative"], &app.queue);
        assert_eq!((&line["target_minutes"], &line["sla_percent"]), (&Value::Null, &Value::Null), "{line}");
        let wait = line["wait_p90"].as_f64().unwrap();
        assert!(wait >= last, "{closed} closed: {line}, {last} before");
        last = wait;
    }
}

async fn a_crowd_is_run_less_often(app: App) {
    app.settle().await;
    let wish = json!({ "arrivals_percent": 0, "until": "2026-11-20T10:00:00Z" });
    assert_eq!(ask(&app, wish.clone()).await["runs"], 300);
    for _ in 0..50 {
        let crowd = json!({ "service_type": "Deposit", "change": 1000 });
        app.admin.post("/updateQueue", crowd).await.expect(200);
    }
    app.settle().await;
    assert_eq!(ask(&app, wish).await["runs"], 80, "four million people");
    let path = format!("/api/v1/tenants/bank/sites/{}/what-if", app.site);
    let often = json!({ "arrivals_percent": 0, "runs": 81 });
    let refused = app.admin.post(&path, often).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "runs", "{refused}");
    assert_eq!(refused["errors"][0]["message"], "A day of 50000 people is run 80 times at the most.");
}
