//! zeroQ's `/feedback`, word for word.

use serde_json::{Value, json};
use usher_eta::model::{Asked, Wall};
use usher_kernel::SignedDuration;

use crate::app::{App, id_of};

on_both!(
    feedback_is_answered_as_documented,
    the_line_learns_from_feedback,
    refusals_are_the_documents,
    the_estimate_is_answered_as_documented,
    the_whole_minutes_are_those_of_the_median_that_is_told,
    the_estimate_says_that_nobody_serves_or_that_the_site_closes,
    another_day_is_the_next_such_day,
    people_without_a_ticket_are_counted_as_documented,
    feedback_stays_where_its_sender_works,
    another_hour_does_not_age_the_line,
    after_closing_time_the_estimate_says_so,
    where_nobody_serves_one_counter_is_assumed,
    another_hour_is_told_for_the_counters_that_the_line_usually_has,
    another_hour_does_not_ask_whether_a_counter_is_free_now,
    feedback_of_another_hour_is_learned_for_the_counters_that_the_line_usually_has,
);

async fn feedback_is_answered_as_documented(app: App) {
    let sent = json!({
        "service_type": "Deposit", "actual_time": 12.5, "time_of_day": 10, "queue_length": 5, "avg_service_time": 2.5,
        "day_of_week": 4,
    });
    let answer = app.admin.post("/feedback", sent).await.expect(200);
    assert_eq!(
        answer,
        json!({
            "status": "✅ Feedback retraining successful", "service_type": "Deposit", "trained_on_rows": 1,
            "avg_service_time_used": 2.5, "eta_feedback": 12.5,
        })
    );
    // Without it, what is known of the service: at first what it declares.
    let answer =
        app.admin.post("/feedback", json!({ "service_type": "Deposit", "actual_time": 3 })).await.expect(200);
    assert_eq!(answer["eta_feedback"], 3.0);
    let rows: Vec<Value> = (0..3).map(|n| json!({ "service_type": "deposit", "actual_time": n })).collect();
    let answer = app.admin.post("/feedback", json!(rows)).await.expect(200);
    assert_eq!((&answer["trained_on_rows"], &answer["eta_feedback"]), (&json!(3), &json!(2.0)));
}

async fn the_line_learns_from_feedback(app: App) {
    let path = "/getETA?service_type=Deposit&queue_length=9";
    let before = app.nobody().get(path).await.expect(200);
    for _ in 0..60 {
        let sent = json!({ "service_type": "Deposit", "actual_time": 5, "queue_length": 9 });
        app.admin.post("/feedback", sent).await.expect(200);
    }
    app.settle().await;
    let after = app.nobody().get(path).await.expect(200);
    let minutes = |answer: &Value| answer["estimated_wait_time_minutes"].as_i64().unwrap();
    assert!(minutes(&before) > 20 && (4..=6).contains(&minutes(&after)), "five minutes: {before} {after}");
    assert_eq!((&after["basis"], &after["samples"]), (&json!("pace"), &json!(60)));
    // Every node learns the same of it.
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
}

async fn refusals_are_the_documents(app: App) {
    let refused = |body: Value, status: u16| {
        let admin = app.admin.clone();
        async move { admin.post("/feedback", body).await.expect(status)["error"].as_str().unwrap().to_owned() }
    };
    let missing = "Missing required fields: service_type or actual_time";
    assert_eq!(refused(json!({ "service_type": "Deposit" }), 422).await, missing);
    assert_eq!(refused(json!({ "actual_time": 3 }), 422).await, missing);
    let nan = json!({ "service_type": "Deposit", "actual_time": "NaN" });
    assert_eq!(refused(nan, 422).await, "Invalid (NaN) values in feedback data.");
    let negative = json!({ "service_type": "Deposit", "actual_time": 3, "queue_length": -1 });
    assert_eq!(refused(negative, 422).await, "Invalid (NaN) values in feedback data.");
    assert_eq!(refused(json!([]), 422).await, "Empty feedback dataset");
    let unknown = json!({ "service_type": "Haircut", "actual_time": 3 });
    assert_eq!(refused(unknown, 404).await, "Model for service 'Haircut' not found.");
    let nobody = app.nobody().post("/feedback", json!({ "service_type": "Deposit", "actual_time": 3 })).await;
    nobody.expect(401);
}

async fn the_estimate_is_answered_as_documented(app: App) {
    app.settle().await;
    // The document's times have whole seconds; clocks seldom do.
    app.time.advance(SignedDuration::from_millis(250));
    let path = "/getETA?service_type=Deposit&queue_length=5&time_of_day=10&day_of_week=4";
    let answer = app.nobody().get(path).await.expect(200);
    // Five before them, at 6 declared minutes and one counter, seen as a line that has taught nothing yet.
    assert_eq!(
        answer,
        json!({
            "service_type": "Deposit", "estimated_wait_time_minutes": 15, "queue_length": 5,
            "timestamp": "2026-11-20T09:00:00Z", "p10": 6.0, "p50": 15.1, "p90": 27.2, "basis": "declared",
            "samples": 0, "serving": true, "after_closing": false,
        })
    );
    let unknown = app.nobody().get("/getETA?service_type=Haircut").await.expect(404);
    assert_eq!(unknown["error"], "Service type not found");
}

async fn the_whole_minutes_are_those_of_the_median_that_is_told(app: App) {
    app.settle().await;
    for length in 0..40 {
        let path = format!("/getETA?service_type=Deposit&queue_length={length}");
        let answer = app.nobody().get(&path).await.expect(200);
        let (whole, p50) = (&answer["estimated_wait_time_minutes"], answer["p50"].as_f64().unwrap());
        assert_eq!(whole.as_f64(), Some(p50.round()), "{answer}");
    }
}

async fn another_day_is_the_next_such_day(app: App) {
    // It is Friday the 20th: the Thursday before was a holiday, and the Saturday of next week is one.
    let holidays = json!([{ "date": "2026-11-19" }, { "date": "2026-11-28" }]);
    let path = format!("/api/v1/tenants/bank/sites/{}", app.site);
    app.admin.put(&path, json!({ "holidays": holidays })).await.expect(200);
    app.settle().await;
    let closed = async |day: i64| {
        let path = format!("/getETA?service_type=Deposit&day_of_week={day}&time_of_day=9");
        app.nobody().get(&path).await.expect(200)["after_closing"].clone()
    };
    assert_eq!(closed(3).await, false, "Thursday the 26th");
    assert_eq!(closed(5).await, false, "Saturday the 21st");
    // A week later the Saturday to come is the holiday.
    app.wait(7 * 86_400);
    assert_eq!(closed(5).await, true, "Saturday the 28th");
    assert_eq!(closed(3).await, false, "Thursday the 3rd of December");
}

async fn the_estimate_says_that_nobody_serves_or_that_the_site_closes(app: App) {
    app.settle().await;
    let ask = |query: &str| {
        let (client, path) = (app.nobody(), format!("/getETA?service_type=Deposit&queue_length=5{query}"));
        async move { client.get(&path).await.expect(200) }
    };
    let told = |answer: &Value| {
        ["estimated_wait_time_minutes", "serving", "after_closing"].map(|member| answer[member].clone())
    };
    app.close_at("09:20").await;
    assert_eq!(told(&ask("").await), [json!(15), json!(true), json!(false)]);
    app.close_at("09:10").await;
    assert_eq!(told(&ask("").await), [json!(15), json!(true), json!(true)], "15 minutes, 10 left");
    assert_eq!(ask("&time_of_day=8").await["after_closing"], false, "an hour earlier it is not");
    let path = format!("queues/{}/eta?ahead=5", app.queue);
    let would_be = app.get(&path).await;
    assert_eq!((&would_be["serving"], &would_be["after_closing"]), (&json!(true), &json!(true)));
    let reasons = app.get(&format!("queues/{}/eta/explain?ahead=5", app.queue)).await;
    let said = reasons["text"].as_array().unwrap().last().unwrap().as_str().unwrap();
    assert!(said.starts_with("The site closes for the day"), "{reasons}");
    let counter = format!("/api/v1/tenants/bank/counters/{}", app.counters[0]);
    app.admin.put(&counter, json!({ "status": "closed" })).await.expect(200);
    assert_eq!(told(&ask("").await), [json!(15), json!(false), json!(true)], "what it would take");
    let would_be = app.get(&path).await;
    assert_eq!((&would_be["serving"], &would_be["after_closing"]), (&json!(false), &json!(false)));
}

async fn people_without_a_ticket_are_counted_as_documented(app: App) {
    app.time.advance(SignedDuration::from_micros(123_456));
    let change = |by: i64| {
        let (admin, body) = (app.admin.clone(), json!({ "service_type": "Deposit", "change": by }));
        async move { admin.post("/updateQueue", body).await.expect(200) }
    };
    assert_eq!(
        change(6).await,
        json!({
            "service_type": "Deposit", "previous_length": 0, "new_queue_length": 6,
            "timestamp": "2026-11-20T09:00:00.123456",
        })
    );
    app.wait(61);
    assert_eq!(
        change(-9).await,
        json!({
            "service_type": "Deposit", "previous_length": 6, "new_queue_length": 0,
            "timestamp": "2026-11-20T09:01:01.123456",
        })
    );
    let sent = json!({ "service_type": "Haircut", "change": 1 });
    let unknown = app.admin.post("/updateQueue", sent).await.expect(404);
    assert_eq!(unknown["error"], "Unknown service type: Haircut");
}

async fn feedback_stays_where_its_sender_works(app: App) {
    let elsewhere =
        id_of(&app.admin.post("/api/v1/tenants/bank/sites", json!({ "name": "Other" })).await.expect(201));
    let clerk = app.clerk_at(&elsewhere).await;
    let sent = json!({ "service_type": "Deposit", "actual_time": 90 });
    // No line of theirs offers it; the bank's main site is none of their business.
    let refused = clerk.post("/feedback", sent.clone()).await.expect(404);
    assert_eq!(refused["error"], "Model for service 'Deposit' not found.");
    let services = app.get("services").await;
    let service = services["items"][0]["id"].clone();
    let queue = json!({ "name": "There", "prefix": "T", "site_id": elsewhere, "service_ids": [service] });
    let queue = id_of(&app.admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201));
    let before = app.get(&format!("queues/{}/eta?ahead=3", app.queue)).await;
    for _ in 0..10 {
        clerk.post("/feedback", sent.clone()).await.expect(200);
    }
    app.settle().await;
    let learned = |id: &str| app.book().outcomes(crate::live::key(id));
    assert_eq!((learned(&queue), learned(&app.queue)), (10, 0), "{before}");
}

async fn another_hour_does_not_age_the_line(app: App) {
    for _ in 0..10 {
        app.ticket().await;
    }
    app.wait(600);
    app.settle().await;
    let ask = |query: &str| {
        let (client, path) = (app.nobody(), format!("/getETA?service_type=Deposit&queue_length=5{query}"));
        async move { client.get(&path).await.expect(200)["p50"].as_f64().unwrap() }
    };
    // Ten people have waited for ten minutes now; nobody knows who waits in the afternoon.
    let (now, noon, afternoon) = (ask("").await, ask("&time_of_day=12").await, ask("&time_of_day=17").await);
    assert!((noon - afternoon).abs() < 0.01, "{noon} {afternoon}");
    assert!(now > afternoon, "they wait longer now: {now} {afternoon}");
    // The present hour, by name or not, is now.
    assert!((ask("&time_of_day=9").await - now).abs() < 0.01);
    assert!((ask("&day_of_week=3").await - afternoon).abs() < 0.01, "another day");
}

async fn after_closing_time_the_estimate_says_so(app: App) {
    app.close_at("09:10").await;
    app.wait(660);
    app.settle().await;
    let ask = |path: String| {
        let (client, path) = (app.admin.clone(), path);
        async move { client.get(&path).await.expect(200)["after_closing"].clone() }
    };
    for (path, closed) in [
        ("/getETA?service_type=Deposit".to_owned(), true),
        ("/getETA?service_type=Deposit&time_of_day=21".to_owned(), true),
        ("/getETA?service_type=Deposit&time_of_day=7".to_owned(), false),
        (format!("/api/v1/tenants/bank/queues/{}/eta", app.queue), true),
    ] {
        assert_eq!(ask(path.clone()).await, closed, "{path}");
    }
}

async fn where_nobody_serves_one_counter_is_assumed(mut app: App) {
    app.open_counter().await;
    app.settle().await;
    let ask = |query: &str| {
        let (client, path) = (app.nobody(), format!("/getETA?service_type=Deposit&queue_length=6{query}"));
        async move {
            let answer = client.get(&path).await.expect(200);
            (answer["p50"].as_f64().unwrap(), answer["serving"] == true)
        }
    };
    let (two, afternoon) = (ask("").await, ask("&time_of_day=15").await);
    let close = async |counter: &str| {
        let path = format!("/api/v1/tenants/bank/counters/{counter}");
        app.admin.put(&path, json!({ "status": "closed" })).await.expect(200);
    };
    close(&app.counters[0]).await;
    let one = ask("").await;
    assert!(one.0 > two.0 && one.1 && two.1, "{one:?} {two:?}");
    assert_eq!(ask("&time_of_day=15").await, afternoon, "one of two closes, and the afternoon is as it was");
    close(&app.counters[1]).await;
    assert_eq!(ask("").await, (one.0, false), "as if one opened now");
    assert_eq!(ask("&time_of_day=15").await, (afternoon.0, false), "nobody knows that for the afternoon");
    // The line itself says so in whole minutes, too.
    for _ in 0..6 {
        app.ticket().await;
    }
    let queue = app.get(&format!("queues/{}", app.queue)).await;
    assert_eq!((&queue["estimate"]["serving"], &queue["estimate"]["p50"]), (&json!(false), &Value::Null));
    assert!(queue["estimated_wait_time"].as_i64().unwrap() >= 10, "{queue}");
}

async fn another_hour_is_told_for_the_counters_that_the_line_usually_has(mut app: App) {
    // Ten people join while one counter is open.
    for _ in 0..10 {
        app.ticket().await;
    }
    app.settle().await;
    let ask = |query: &str| {
        let (client, path) = (app.nobody(), format!("/getETA?service_type=Deposit&queue_length=6{query}"));
        async move { client.get(&path).await.expect(200)["p50"].as_f64().unwrap() }
    };
    let (now, afternoon) = (ask("").await, ask("&time_of_day=15").await);
    app.open_counter().await;
    app.settle().await;
    let ask = |query: &str| {
        let (client, path) = (app.nobody(), format!("/getETA?service_type=Deposit&queue_length=6{query}"));
        async move { client.get(&path).await.expect(200)["p50"].as_f64().unwrap() }
    };
    assert!(ask("").await < now, "two serve now");
    assert_eq!(ask("&time_of_day=15").await, afternoon, "the line usually has one");
}

async fn another_hour_does_not_ask_whether_a_counter_is_free_now(app: App) {
    app.settle().await;
    let ask = || {
        let (client, path) = (app.nobody(), "/getETA?service_type=Deposit&time_of_day=15");
        async move { client.get(path).await.expect(200)["p50"].clone() }
    };
    let free = ask().await;
    app.ticket().await;
    app.next(0).await.unwrap();
    app.settle().await;
    assert_eq!(ask().await, free);
}

async fn feedback_of_another_hour_is_learned_for_the_counters_that_the_line_usually_has(mut app: App) {
    app.open_counter().await;
    // Ten people join while two counters are open; then both close.
    for _ in 0..10 {
        app.ticket().await;
    }
    for counter in &app.counters {
        let path = format!("/api/v1/tenants/bank/counters/{counter}");
        app.admin.put(&path, json!({ "status": "closed" })).await.expect(200);
    }
    app.settle().await;
    let mut expected = app.book();
    // It is Friday, nine o'clock.
    let now = app.clock.now().as_second();
    let asked = |service| Asked {
        now: Wall(now - 4 * 86_400 + 6 * 3600 + 1800),
        live: false,
        site: crate::live::key(&app.site),
        queue: crate::live::key(&app.queue),
        service,
        class: 0,
        ahead: 9.0,
        others: 0.0,
        waiting: 9.0,
        in_line: false,
        counters: 2.0,
        free: 0.0,
        declared: 7.0,
    };
    let service = app.get("services").await["items"][0]["id"].as_str().unwrap().to_owned();
    expected.feedback(&asked(crate::live::key(&service)), 30.0, Some(7.0), Wall(now));
    let sent = json!({
        "service_type": "Deposit", "actual_time": 30, "queue_length": 9, "avg_service_time": 7, "time_of_day": 15,
        "day_of_week": 0,
    });
    app.admin.post("/feedback", sent).await.expect(200);
    app.settle().await;
    assert_eq!(app.book(), expected, "what was told for two counters is what is learned from");
}
