//! The estimates of a running bank: learned from its log, the same after a restart and on every node.

use std::time::Duration;

use serde_json::json;

use crate::app::{App, id_of};
use crate::screens::Screen;

on_both!(
    estimates_follow_what_people_really_wait,
    what_was_learned_survives_a_restart_to_the_bit,
    who_asks_before_it_is_read_waits_and_is_told_the_same,
    a_node_that_reads_the_whole_log_comes_to_the_same,
    a_node_that_stores_after_another_stores_all_of_it,
    nobody_serves,
    one_who_finds_a_free_counter_is_told_a_moment,
    a_counter_that_is_busy_with_another_line_is_not_free,
    nobody_serves_while_everybody_is_on_a_break,
    more_counters_make_it_shorter,
    a_line_that_a_counter_takes_second_is_told_so,
    whom_the_counter_passes_over_keeps_nobody_waiting,
    people_outside_count,
    what_was_learned_stays_when_a_person_is_erased,
    who_would_join_stands_where_the_algorithm_puts_them,
    a_line_is_told_for_the_service_that_one_can_come_for,
    a_new_line_says_whether_others_lend_it_what_they_have_taught,
    another_tenant_learns_nothing,
    a_second_tenant_is_told_and_shown_nothing_of_the_first,
    the_explanation_says_what_the_estimate_rests_on,
);

async fn estimates_follow_what_people_really_wait(app: App) {
    for n in 0..4 {
        app.ticket().await;
        app.wait(10 * n);
    }
    app.settle().await;
    let before = app.estimate().await;
    assert_eq!((&before["basis"], &before["serving"]), (&json!("declared"), &json!(true)));
    app.morning(40, 170).await;
    app.settle().await;
    // Everybody took some three minutes: ten people before one are half an hour.
    let path = format!("queues/{}/eta?ahead=10", app.queue);
    let after = app.get(&path).await;
    assert_eq!(after["basis"], "pace");
    assert!(after["samples"].as_i64().unwrap() >= 40, "{after}");
    let p50 = after["p50"].as_f64().unwrap();
    assert!((18.0..=45.0).contains(&p50), "{after}");
    let levels = ["p10", "p50", "p90"].map(|level| after[level].as_f64().unwrap());
    assert!(levels.is_sorted(), "{after}");
}

async fn what_was_learned_survives_a_restart_to_the_bit(app: App) {
    app.morning(15, 170).await;
    app.settle().await;
    assert!(app.node.following.store().await.unwrap());
    // What happens after the picture is read from the log.
    app.morning(5, 100).await;
    app.ticket().await;
    app.settle().await;
    let started = app.beside().await;
    assert_ne!(started.eta.picture_of(app.bank), app.book(), "the rest is still to be read");
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
    assert_eq!(app.book().outcomes(key(&app.queue)), 20);
}

async fn who_asks_before_it_is_read_waits_and_is_told_the_same(app: App) {
    app.morning(25, 170).await;
    for _ in 0..3 {
        app.ticket().await;
    }
    app.settle().await;
    let told = app.estimate().await;
    assert_eq!(told["basis"], "pace");
    assert!(app.node.following.store().await.unwrap());
    let (node, admin) = app.starting().await;
    assert!(!node.eta.is_known());
    let path = format!("/api/v1/tenants/bank/queues/{}", app.queue);
    let paths = [format!("{path}/eta"), path];
    for path in &paths {
        // Whoever did not wait would have been told by now what the declaration of the service says.
        let early = tokio::time::timeout(Duration::from_millis(300), admin.get(path)).await;
        assert!(early.is_err(), "{path}: {early:?}");
    }
    // What concerns no line is answered.
    admin.get("/api/v1/auth/me").await.expect(200);
    let (asked, begun) = tokio::join!(admin.get(&paths[0]), node.following.load());
    begun.unwrap();
    assert_eq!(asked.expect(200), told);
    assert!(node.eta.is_known());
    assert_eq!(admin.get(&paths[1]).await.expect(200)["estimate"]["p50"], told["p50"]);
    assert_eq!(node.eta.picture_of(app.bank), app.book());
}

async fn a_node_that_reads_the_whole_log_comes_to_the_same(app: App) {
    let first = app.ticket().await;
    app.wait(60);
    app.act(&id_of(&first), "park", json!({ "minutes": 5 })).await;
    app.wait(60);
    app.act(&id_of(&first), "unpark", json!({})).await;
    app.next(0).await;
    app.wait(20);
    app.act(&id_of(&first), "recall", json!({})).await;
    app.act(&id_of(&first), "mark_no_show", json!({})).await;
    let second = app.ticket().await;
    app.act(&id_of(&second), "cancel", json!({})).await;
    app.morning(10, 130).await;
    app.settle().await;
    // Nothing is stored: all of it comes from the log.
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
}

async fn a_node_that_stores_after_another_stores_all_of_it(app: App) {
    app.morning(6, 130).await;
    app.settle().await;
    assert!(app.node.following.store().await.unwrap());
    let other = app.beside().await;
    app.morning(3, 130).await;
    other.following.catch_up().await.unwrap();
    // On the embedded engine there is one process, and nobody to keep out.
    let embedded = app.node.db.engine() == usher_db::Engine::Sqlite;
    assert_eq!(other.following.store().await.unwrap(), embedded, "the first node stores for now");
    app.wait(16 * 60);
    assert!(other.following.store().await.unwrap());
    let third = app.beside().await;
    assert_eq!(third.eta.picture_of(app.bank), other.eta.picture_of(app.bank));
    app.settle().await;
    assert_eq!(third.eta.picture_of(app.bank), app.book());
}

async fn nobody_serves(app: App) {
    app.ticket().await;
    let path = format!("/api/v1/tenants/bank/counters/{}", app.counters[0]);
    app.admin.put(&path, json!({ "status": "closed" })).await.expect(200);
    app.settle().await;
    let estimate = app.estimate().await;
    assert_eq!((&estimate["serving"], &estimate["p50"]), (&json!(false), &json!(null)));
    assert_eq!(estimate["basis"], "none");
    let reasons = app.get(&format!("queues/{}/eta/explain", app.queue)).await;
    assert!(reasons["text"][0].as_str().unwrap().starts_with("No counter is open"), "{reasons}");
}

async fn one_who_finds_a_free_counter_is_told_a_moment(app: App) {
    app.settle().await;
    let free = app.estimate().await;
    assert!(free["p90"].as_f64().unwrap() < 5.0, "{free}");
    app.ticket().await;
    app.wait(5);
    app.next(0).await;
    app.settle().await;
    // Nobody is before them, but the only counter is busy.
    let busy = app.estimate().await;
    assert!(busy["p50"].as_f64() > free["p50"].as_f64(), "{busy} {free}");
}

async fn a_counter_that_is_busy_with_another_line_is_not_free(app: App) {
    let loans = app.another_line().await;
    app.ticket_in(&loans).await;
    app.settle().await;
    let path = format!("queues/{}/eta/explain", app.queue);
    assert_eq!(app.get(&path).await["at_once"], true);
    let ticket = app.next(0).await.unwrap();
    app.settle().await;
    let busy = app.get(&path).await;
    assert_eq!(busy["at_once"], false, "{busy}");
    assert!(busy["estimate"]["p50"].as_f64().unwrap() > 1.0, "{busy}");
    app.act(&ticket, "close", json!({})).await;
    app.settle().await;
    assert_eq!(app.get(&path).await["at_once"], true);
}

async fn nobody_serves_while_everybody_is_on_a_break(mut app: App) {
    let seat = json!({ "counter_id": app.counters[0] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    app.ticket().await;
    app.settle().await;
    let mut screen = Screen::open(&app, "queue", &app.queue);
    screen.hears("queue.changed", |_| true).await;
    let status = |status: &str| {
        let (admin, body) = (app.admin.clone(), json!({ "status": status, "reason": "Lunch" }));
        async move { admin.post("/api/v1/tenants/bank/agents/set-status", body).await.expect(200) }
    };
    status("paused").await;
    let told = screen.hears("queue.changed", |_| true).await;
    assert_eq!((&told["estimate"]["serving"], &told["estimate"]["p50"]), (&json!(false), &json!(null)));
    // Whoever comes now is told nothing, and there is nothing to learn from what they were told.
    assert_eq!(app.ticket().await["issued_estimate"]["p50"], json!(null));
    app.settle().await;
    assert_eq!(app.estimate().await["basis"], "none");
    status("available").await;
    let told = screen.hears("queue.changed", |queue| queue["estimate"]["serving"] == true).await;
    assert!(told["estimate"]["p50"].is_f64(), "{told}");
    status("paused").await;
    app.open_counter().await;
    app.settle().await;
    let reasons = app.get(&format!("queues/{}/eta/explain", app.queue)).await;
    assert_eq!((&reasons["counters_open"], &reasons["estimate"]["serving"]), (&json!(1), &json!(true)));
}

async fn a_line_that_a_counter_takes_second_is_told_so(mut app: App) {
    let loans = app.another_line().await;
    for _ in 0..6 {
        app.ticket().await;
    }
    app.settle().await;
    let path = format!("queues/{loans}/eta/explain");
    let asked = || async { app.get(&path).await };
    let p50 = |reasons: &serde_json::Value| reasons["estimate"]["p50"].as_f64().unwrap();
    let second = asked().await;
    assert_eq!((&second["people_ahead"], &second["others_first"]), (&json!(0), &json!(6.0)), "{second}");
    let said = second["text"][1].as_str().unwrap();
    assert_eq!(said, "The counters take people of other lines first: that is as if 6 more were before.");
    // Its own line is the one that is taken first.
    let first = app.get(&format!("queues/{}/eta/explain?ahead=0", app.queue)).await;
    assert_eq!(first["others_first"], 0.0, "{first}");
    assert!(p50(&second) > 5.0 * p50(&first), "as the last of seven: {second} {first}");
    // Whoever takes a ticket is told the same, by the line as it stands and by what is learned from the log.
    let ticket = app.ticket_in(&loans).await;
    assert_eq!(ticket["issued_estimate"]["p50"], second["estimate"]["p50"]);
    let counter = format!("/api/v1/tenants/bank/counters/{}", app.counters[0]);
    let order = |body: serde_json::Value| {
        let (admin, path) = (app.admin.clone(), counter.clone());
        async move { admin.put(&path, body).await.expect(200) }
    };
    order(json!({ "queue_ids": [app.queue, loans], "weights": { app.queue.clone(): 1, loans.clone(): 3 } }))
        .await;
    app.settle().await;
    let shared = app.get(&format!("{path}?ahead=2")).await;
    assert_eq!(shared["others_first"], 1.0, "of four turns one is the other line's: {shared}");
    order(json!({ "queue_ids": [loans, app.queue], "weights": null })).await;
    app.settle().await;
    let reversed = app.get(&format!("{path}?ahead=0")).await;
    assert_eq!(reversed["others_first"], 0.0, "{reversed}");
    assert!(p50(&reversed) < p50(&second), "{reversed}");
    // A second counter, which serves the first line alone, halves what the other has to wait for.
    order(json!({ "queue_ids": [app.queue, loans] })).await;
    app.open_counter().await;
    app.settle().await;
    let helped = app.get(&format!("{path}?ahead=0")).await;
    assert_eq!(helped["others_first"], 3.0, "{helped}");
}

async fn whom_the_counter_passes_over_keeps_nobody_waiting(app: App) {
    let service =
        json!({ "name": "Loans", "code": "loans", "default_minutes": 30, "required_skills": ["loans"] });
    let loans = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
    let queue = format!("/api/v1/tenants/bank/queues/{}", app.queue);
    let deposit = app.admin.get(&queue).await.expect(200)["service_ids"][0].clone();
    app.admin.put(&queue, json!({ "service_ids": [deposit, loans] })).await.expect(200);
    let seat = json!({ "counter_id": app.counters[0] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    let comes = async |service: &serde_json::Value| {
        let new = json!({ "queue_id": app.queue, "service_id": service });
        app.admin.post("/api/v1/tenants/bank/tickets", new).await.expect(201)
    };
    for _ in 0..4 {
        comes(&json!(loans)).await;
    }
    app.settle().await;
    let why = format!("queues/{}/eta/explain?service_id={}", app.queue, deposit.as_str().unwrap());
    let reasons = app.get(&why).await;
    assert_eq!((&reasons["people_ahead"], &reasons["at_once"]), (&json!(0), &json!(true)), "{reasons}");
    let ticket = comes(&deposit).await;
    assert_eq!(ticket["issued_estimate"]["p50"], reasons["estimate"]["p50"]);
    app.wait(120);
    assert_eq!(app.next(0).await, Some(id_of(&ticket)));
    app.wait(90);
    comes(&deposit).await;
    app.settle().await;
    // The call taught what such a moment takes, and not what four people before somebody take: the log counts the same.
    let learned = app.get(&why).await;
    assert_eq!(learned["people_ahead"], 1, "{learned}");
    let moment = app.book().tell(&usher_eta::model::Asked {
        site: key(&app.site),
        queue: key(&app.queue),
        service: key(deposit.as_str().unwrap()),
        declared: 6.0,
        ..crate::book::comes(0, app.clock.now().as_second(), 1.0)
    });
    assert_ne!(
        moment.at_once.map(|wait| wait.p50),
        reasons["estimate"]["p50"].as_f64(),
        "it was learned from"
    );
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
}

async fn more_counters_make_it_shorter(mut app: App) {
    app.morning(25, 170).await;
    for _ in 0..6 {
        app.ticket().await;
    }
    app.settle().await;
    let one = app.estimate().await["p50"].as_f64().unwrap();
    app.open_counter().await;
    app.open_counter().await;
    app.settle().await;
    let three = app.estimate().await["p50"].as_f64().unwrap();
    assert!(three < one, "{three} {one}");
}

async fn who_would_join_stands_where_the_algorithm_puts_them(app: App) {
    let service = json!({
        "name": "Loan", "code": "loan", "default_minutes": 6, "target_minutes": 60,
        "priority_rules": { "classes": {
            "priority": { "head_start_minutes": 20 }, "vip": { "head_start_minutes": 20, "confirm": true }
        } },
    });
    let slow = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
    let service = json!({ "name": "Cash", "code": "cash", "default_minutes": 2, "target_minutes": 5 });
    let quick = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
    let queue = json!({
        "name": "By target", "prefix": "S", "site_id": app.site, "service_ids": [slow, quick], "algorithm": "sla",
    });
    let queue = id_of(&app.admin.post("/api/v1/tenants/bank/queues", queue).await.expect(201));
    let counter = format!("/api/v1/tenants/bank/counters/{}", app.counters[0]);
    app.admin.put(&counter, json!({ "queue_ids": [queue] })).await.expect(200);
    for _ in 0..4 {
        let new = json!({ "queue_id": queue, "service_id": slow });
        app.admin.post("/api/v1/tenants/bank/tickets", new).await.expect(201);
        app.wait(60);
    }
    app.settle().await;
    let ahead = |query: String| {
        let path = format!("queues/{queue}/eta/explain?{query}");
        let app = &app;
        async move { app.get(&path).await["people_ahead"].as_i64().unwrap() }
    };
    assert_eq!(ahead(format!("service_id={slow}")).await, 4, "due an hour from now, after all of them");
    assert_eq!(ahead(format!("service_id={quick}")).await, 0, "due in five minutes");
    assert_eq!(ahead(format!("service_id={slow}&priority_class=priority")).await, 0, "due in forty");
    assert_eq!(ahead(format!("service_id={slow}&priority_class=vip")).await, 4, "to be confirmed first");
    let path = format!("/api/v1/tenants/bank/queues/{queue}/eta?priority_class=gold");
    let refused = app.admin.get(&path).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "priority_class");
    // The tile said what the ticket says a moment later.
    let tile = app.get(&format!("queues/{queue}/eta?service_id={quick}")).await;
    let new = json!({ "queue_id": queue, "service_id": quick });
    let ticket = app.admin.post("/api/v1/tenants/bank/tickets", new).await.expect(201);
    assert_eq!(ticket["issued_estimate"]["p50"], tile["p50"], "{tile} {ticket}");
}

async fn a_line_is_told_for_the_service_that_one_can_come_for(app: App) {
    let service = json!({ "name": "Advice", "code": "advice", "default_minutes": 60 });
    let advice = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
    let queue = format!("/api/v1/tenants/bank/queues/{}", app.queue);
    let deposit = app.admin.get(&queue).await.expect(200)["service_ids"][0].as_str().unwrap().to_owned();
    app.admin.put(&queue, json!({ "service_ids": [advice, deposit] })).await.expect(200);
    for _ in 0..3 {
        app.admin
            .post("/api/v1/tenants/bank/tickets", json!({ "queue_id": app.queue, "service_id": deposit }))
            .await
            .expect(201);
    }
    app.settle().await;
    let long = app.estimate().await["p50"].as_f64().unwrap();
    let advice = format!("/api/v1/tenants/bank/services/{advice}");
    app.admin.put(&advice, json!({ "active": false })).await.expect(200);
    app.settle().await;
    let named = app.get(&format!("queues/{}/eta?service_id={deposit}", app.queue)).await["p50"].clone();
    assert!(named.as_f64().unwrap() < 0.5 * long, "{named} {long}");
    // The estimate, its reasons, the line, the board and the ticket of whoever names no service say the same.
    assert_eq!(app.estimate().await["p50"], named);
    assert_eq!(app.get(&format!("queues/{}/eta/explain", app.queue)).await["estimate"]["p50"], named);
    assert_eq!(app.admin.get(&queue).await.expect(200)["estimate"]["p50"], named);
    let board = app.nobody().get(&format!("/api/v1/public/sites/bank/{}", app.site)).await.expect(200);
    assert_eq!(board["queues"][0]["estimate"]["p50"], named, "{board}");
    let ticket = app.ticket().await;
    assert_eq!((&ticket["service_id"], &ticket["issued_estimate"]["p50"]), (&json!(deposit), &named));
}

async fn people_outside_count(app: App) {
    app.ticket().await;
    app.settle().await;
    let before = app.estimate().await["p50"].as_f64().unwrap();
    app.admin.post("/updateQueue", json!({ "service_type": "Deposit", "change": 6 })).await.expect(200);
    app.settle().await;
    let after = app.estimate().await["p50"].as_f64().unwrap();
    assert!(after > 2.0 * before, "{after} {before}");
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
}

async fn what_was_learned_stays_when_a_person_is_erased(app: App) {
    let new = json!({ "queue_id": app.queue, "name": "Ana Weiss", "phone": "+49301234567" });
    let known = app.admin.post("/api/v1/tenants/bank/tickets", new).await.expect(201);
    app.morning(8, 170).await;
    app.ticket().await;
    app.settle().await;
    let (book, path) = (app.book(), format!("queues/{}/eta/accuracy", app.queue));
    let record = app.get(&path).await;
    assert!(record["overall"]["estimates"].as_i64() >= Some(8), "{record}");
    let person = known["customer_id"].as_str().unwrap();
    app.admin.delete(&format!("/api/v1/tenants/bank/customers/{person}")).await.expect(204);
    app.settle().await;
    assert_eq!((app.book(), app.get(&path).await), (book, record));
    // Nor does a node learn otherwise that reads the whole log from now on.
    let started = app.beside().await;
    started.following.catch_up().await.unwrap();
    assert_eq!(started.eta.picture_of(app.bank), app.book());
}

async fn a_new_line_says_whether_others_lend_it_what_they_have_taught(app: App) {
    let loans = app.another_line().await;
    app.settle().await;
    let why = |loans: &str| {
        let (path, app) = (format!("queues/{loans}/eta/explain?ahead=3"), &app);
        async move { app.get(&path).await }
    };
    let fresh = why(&loans).await;
    assert_eq!((&fresh["estimate"]["basis"], &fresh["samples"]), (&json!("declared"), &json!(0)));
    assert!(fresh["text"][1].as_str().unwrap().starts_with("Nothing is known of waits yet"), "{fresh}");
    // The other line has waits; this one still has none.
    app.morning(25, 300).await;
    app.settle().await;
    let lent = why(&loans).await;
    assert_eq!((&lent["estimate"]["basis"], &lent["samples"]), (&json!("prior"), &json!(0)));
    assert!(lent["text"][1].as_str().unwrap().starts_with("This line has taught nothing yet"), "{lent}");
}

async fn another_tenant_learns_nothing(app: App) {
    app.morning(25, 300).await;
    app.settle().await;
    let nobody = usher_kernel::Id::from_uuid(uuid::Uuid::from_u128(7));
    assert_eq!(app.node.eta.picture_of(nobody), usher_eta::model::Book::default());
}

async fn a_second_tenant_is_told_and_shown_nothing_of_the_first(app: App) {
    let (shop, theirs) = app.second_tenant().await;
    let estimate = format!("/api/v1/tenants/shop/queues/{theirs}/eta?ahead=6");
    let before = shop.get(&estimate).await.expect(200);
    app.morning(30, 170).await;
    let row = json!({ "service_type": "Deposit", "actual_time": 90 });
    for _ in 0..20 {
        app.admin.post("/feedback", row.clone()).await.expect(200);
    }
    app.settle().await;
    let after = shop.get(&estimate).await.expect(200);
    assert_eq!(
        ["basis", "p10", "p50", "p90"].map(|m| &after[m]),
        ["basis", "p10", "p50", "p90"].map(|m| &before[m])
    );
    // Neither side reads the other's record, reasons or estimate.
    for (client, tenant, queue) in [(&shop, "shop", &app.queue), (&app.admin, "bank", &theirs)] {
        for what in ["eta", "eta/explain", "eta/accuracy"] {
            client.get(&format!("/api/v1/tenants/{tenant}/queues/{queue}/{what}")).await.expect(404);
        }
    }
    let record = shop.get(&format!("/api/v1/tenants/shop/queues/{theirs}/eta/accuracy")).await.expect(200);
    assert_eq!(record["overall"]["estimates"], 0);
    assert!(
        app.get(&format!("queues/{}/eta/accuracy", app.queue)).await["overall"]["estimates"].as_i64()
            > Some(20)
    );
}

async fn the_explanation_says_what_the_estimate_rests_on(app: App) {
    app.morning(30, 170).await;
    app.settle().await;
    let reasons = app.get(&format!("queues/{}/eta/explain?ahead=4", app.queue)).await;
    assert_eq!((&reasons["people_ahead"], &reasons["counters_open"]), (&json!(4), &json!(1)));
    let number = |name: &str| reasons[name].as_f64().unwrap();
    assert!((number("prior_minutes") - 5.0 * number("pace_minutes")).abs() < 0.2, "{reasons}");
    assert!((2.0..=4.0).contains(&number("service_minutes")), "{reasons}");
    assert_eq!(reasons["text"][0], "4 people are expected before them, and 1 counter is open.");
    let path = format!("/api/v1/tenants/bank/queues/{}/eta", app.queue);
    let refused = app.admin.get(&format!("{path}?ahead=-1")).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "ahead");
    let other = format!("{path}/explain?service_id=01890a5d-ac96-774b-bcce-b302099a8057");
    assert_eq!(app.admin.get(&other).await.expect(422)["errors"][0]["field"], "service_id");
}

pub(crate) fn key(id: &str) -> usher_eta::model::Key {
    usher_eta::model::Key(id.parse::<uuid::Uuid>().unwrap().as_u128())
}
