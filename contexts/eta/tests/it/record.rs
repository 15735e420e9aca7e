//! The record of what estimates were worth.

use serde_json::{Value, json};

use crate::app::{App, id_of};

on_both!(
    the_record_is_what_was_told_against_what_was,
    the_record_is_told_apart_by_hour_service_and_day,
    the_record_goes_by_the_clock_of_the_site,
    a_call_that_was_taken_back_does_not_count,
    a_call_that_is_taken_back_does_not_bring_back_who_was_parked,
    a_second_call_that_is_taken_back_leaves_the_first_on_record,
    whoever_is_put_forward_says_nothing_of_the_estimate,
    the_record_is_on_the_ticket,
);

async fn the_record_is_what_was_told_against_what_was(app: App) {
    let mut told = Vec::new();
    for _ in 0..3 {
        let estimate = app.ticket().await["issued_estimate"].clone();
        told.push(["p50", "p90"].map(|level| estimate[level].as_f64().unwrap()));
    }
    let parked = app.ticket().await;
    app.act(&id_of(&parked), "park", json!({ "minutes": 30 })).await;
    app.act(&id_of(&parked), "unpark", json!({})).await;
    let mut off = Vec::new();
    let mut covered = 0.0;
    for (n, [p50, p90]) in told.iter().enumerate() {
        app.wait(240);
        let ticket = app.next(0).await.unwrap();
        app.act(&ticket, "close", json!({})).await;
        let waited = 4.0 * (n as f64 + 1.0);
        off.push((waited - p50).abs());
        covered += if waited <= *p90 { 1.0 } else { 0.0 };
    }
    app.next(0).await.unwrap();
    app.settle().await;
    let record = app.get(&format!("queues/{}/eta/accuracy?days=7", app.queue)).await;
    let thousandth = |value: f64| json!((value * 1000.0).round() / 1000.0);
    let overall = &record["overall"];
    assert_eq!(overall["estimates"], 3, "who was parked does not count: {record}");
    assert_eq!(overall["mae_minutes"], thousandth(off.iter().sum::<f64>() / 3.0));
    off.sort_by(f64::total_cmp);
    assert_eq!(overall["median_error_minutes"], thousandth(off[1]));
    assert_eq!(overall["p90_coverage"], thousandth(covered / 3.0));
    assert_eq!(record["last_7_days"], *overall);
    assert_eq!((&record["by_hour"][0]["hour"], &record["by_hour"][0]["estimates"]), (&json!(9), &json!(3)));
    assert_eq!(record["by_service"][0]["name"], "Deposit");

    app.wait(8 * 86_400);
    let later = app.get(&format!("queues/{}/eta/accuracy", app.queue)).await;
    assert_eq!(
        (&later["last_7_days"]["estimates"], &later["last_30_days"]["estimates"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(later["last_7_days"]["mae_minutes"], json!(null));
    let wrong = format!("/api/v1/tenants/bank/queues/{}/eta/accuracy?days=31", app.queue);
    assert_eq!(app.admin.get(&wrong).await.expect(422)["errors"][0]["field"], "days");
}

/// What came of one estimate.
struct Seen {
    /// The day and the hour at which it was given.
    day: i64,
    hour: i64,
    service: &'static str,
    off: f64,
    covered: bool,
}

/// Whether an accuracy is that of these, by hand.
fn is_of<'s>(told: &Value, seen: impl Iterator<Item = &'s Seen>) {
    let seen: Vec<&Seen> = seen.collect();
    let thousandth = |value: f64| json!((value * 1000.0).round() / 1000.0);
    let count = seen.len() as f64;
    let covered = seen.iter().filter(|one| one.covered).count() as f64;
    let mae = seen.iter().map(|one| one.off).sum::<f64>() / count;
    assert_eq!(
        ["estimates", "mae_minutes", "p90_coverage"].map(|name| told[name].clone()),
        [json!(seen.len()), thousandth(mae), thousandth(covered / count)],
        "{told}"
    );
}

async fn the_record_is_told_apart_by_hour_service_and_day(app: App) {
    let service = json!({ "name": "Loans", "code": "loans", "default_minutes": 20 });
    let loans = id_of(&app.admin.post("/api/v1/tenants/bank/services", service).await.expect(201));
    let queue = format!("/api/v1/tenants/bank/queues/{}", app.queue);
    let deposit = app.admin.get(&queue).await.expect(200)["service_ids"][0].as_str().unwrap().to_owned();
    app.admin.put(&queue, json!({ "service_ids": [deposit, loans] })).await.expect(200);
    let start = app.clock.now().as_second();
    let mut seen = Vec::new();
    for (day, hour, service, minutes) in [
        (0, 9, "Deposit", 5),
        (0, 9, "Loans", 21),
        (0, 11, "Deposit", 2),
        (0, 11, "Loans", 40),
        (8, 9, "Loans", 3),
        (8, 14, "Deposit", 90),
    ] {
        // It is nine at the start.
        let at = start + day * 86_400 + (hour - 9) * 3600;
        app.wait((at - app.clock.now().as_second()).max(0));
        let id = if service == "Loans" { &loans } else { &deposit };
        let new = json!({ "queue_id": app.queue, "service_id": id });
        let ticket = app.admin.post("/api/v1/tenants/bank/tickets", new).await.expect(201);
        let [p50, p90] = ["p50", "p90"].map(|level| ticket["issued_estimate"][level].as_f64().unwrap());
        app.wait(minutes * 60);
        assert_eq!(app.next(0).await, Some(id_of(&ticket)));
        app.act(&id_of(&ticket), "close", json!({})).await;
        let waited = minutes as f64;
        seen.push(Seen { day, hour, service, off: (waited - p50).abs(), covered: waited <= p90 });
    }
    app.settle().await;
    for days in [1, 7, 8, 9, 30] {
        let record = app.get(&format!("queues/{}/eta/accuracy?days={days}", app.queue)).await;
        // It is the eighth day after the first.
        let within = |one: &&Seen| one.day > 8 - days;
        is_of(&record["overall"], seen.iter().filter(within));
        let (by_hour, by_service) =
            (record["by_hour"].as_array().unwrap(), record["by_service"].as_array().unwrap());
        let hours: Vec<i64> = by_hour.iter().map(|one| one["hour"].as_i64().unwrap()).collect();
        assert_eq!(hours, if days > 8 { vec![9, 11, 14] } else { vec![9, 14] }, "{record}");
        for (told, hour) in by_hour.iter().zip(hours) {
            is_of(told, seen.iter().filter(within).filter(|one| one.hour == hour));
        }
        assert_eq!(by_service.len(), 2, "{record}");
        for name in ["Deposit", "Loans"] {
            let told = by_service.iter().find(|one| one["name"] == name).unwrap();
            is_of(told, seen.iter().filter(within).filter(|one| one.service == name));
        }
        is_of(&record["last_7_days"], seen.iter().filter(|one| one.day > 1));
        is_of(&record["last_30_days"], seen.iter());
    }
    // Eight days later nothing is left of them in the last seven.
    app.wait(8 * 86_400);
    let record = app.get(&format!("queues/{}/eta/accuracy?days=7", app.queue)).await;
    let nothing = json!([]);
    assert_eq!((&record["by_hour"], &record["by_service"]), (&nothing, &nothing), "{record}");
    assert_eq!(record["overall"]["estimates"], 0, "{record}");
    is_of(&record["last_30_days"], seen.iter());
}

async fn the_record_goes_by_the_clock_of_the_site(app: App) {
    // Nine in the morning in Greenwich is ten in the evening in Auckland.
    let site = format!("/api/v1/tenants/bank/sites/{}", app.site);
    app.admin.put(&site, json!({ "timezone": "Pacific/Auckland" })).await.expect(200);
    app.ticket().await;
    app.wait(60);
    app.next(0).await.unwrap();
    app.settle().await;
    let counted = async |days: i64| {
        let record = app.get(&format!("queues/{}/eta/accuracy?days={days}", app.queue)).await;
        let of = |window: &str| record[window]["estimates"].as_i64().unwrap();
        let hours: Vec<i64> =
            record["by_hour"].as_array().unwrap().iter().map(|one| one["hour"].as_i64().unwrap()).collect();
        (hours, of("overall"), of("last_7_days"), of("last_30_days"))
    };
    assert_eq!(counted(1).await, (vec![22], 1, 1, 1));
    // Two hours later another day has begun there.
    app.wait(2 * 3600);
    assert_eq!(counted(1).await, (vec![], 0, 1, 1));
    assert_eq!(counted(2).await, (vec![22], 1, 1, 1));
    // It counts on seven days there, the one on which it was given and six more; and on thirty.
    app.wait(5 * 86_400);
    assert_eq!(counted(30).await, (vec![22], 1, 1, 1));
    app.wait(86_400);
    assert_eq!(counted(30).await, (vec![22], 1, 0, 1));
    app.wait(22 * 86_400);
    assert_eq!(counted(30).await, (vec![22], 1, 0, 1));
    app.wait(86_400);
    assert_eq!(counted(30).await, (vec![], 0, 0, 0));
}

async fn a_call_that_was_taken_back_does_not_count(app: App) {
    let seat = json!({ "counter_id": app.counters[0] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
    app.ticket().await;
    app.wait(60);
    app.next(0).await.unwrap();
    app.admin.post("/api/v1/tenants/bank/agents/undo", json!({})).await.expect(200);
    app.settle().await;
    let path = format!("queues/{}/eta/accuracy", app.queue);
    assert_eq!(app.get(&path).await["overall"]["estimates"], 0);
    app.wait(60);
    app.next(0).await.unwrap();
    app.settle().await;
    let overall = app.get(&path).await["overall"].clone();
    assert_eq!(overall["estimates"], 1, "{overall}");
}

/// Somebody sits down at the counter, so that they can take back what they do.
async fn sit_down(app: &App) {
    let seat = json!({ "counter_id": app.counters[0] });
    app.admin.post("/api/v1/tenants/bank/agents/sign-in", seat).await.expect(200);
}

/// The last call is taken back.
async fn take_back(app: &App) {
    app.admin.post("/api/v1/tenants/bank/agents/undo", json!({})).await.expect(200);
}

/// What the estimates of the line were worth so far.
async fn overall(app: &App) -> Value {
    app.settle().await;
    app.get(&format!("queues/{}/eta/accuracy", app.queue)).await["overall"].clone()
}

async fn a_call_that_is_taken_back_does_not_bring_back_who_was_parked(app: App) {
    sit_down(&app).await;
    let parked = id_of(&app.ticket().await);
    app.act(&parked, "park", json!({ "minutes": 30 })).await;
    app.wait(600);
    app.act(&parked, "unpark", json!({})).await;
    assert_eq!(app.next(0).await.as_ref(), Some(&parked));
    take_back(&app).await;
    assert_eq!(overall(&app).await["estimates"], 0);
    app.wait(60);
    assert_eq!(app.next(0).await.as_ref(), Some(&parked));
    assert_eq!(overall(&app).await["estimates"], 0, "who was parked does not count, whatever is taken back");
}

async fn a_second_call_that_is_taken_back_leaves_the_first_on_record(app: App) {
    sit_down(&app).await;
    let ticket = app.ticket().await;
    let p50 = ticket["issued_estimate"]["p50"].as_f64().unwrap();
    app.wait(180);
    let called = app.next(0).await.unwrap();
    app.act(&called, "skip", json!({})).await;
    let first = overall(&app).await;
    let off = ((3.0 - p50).abs() * 1000.0).round() / 1000.0;
    assert_eq!((&first["estimates"], &first["mae_minutes"]), (&json!(1), &json!(off)));
    // Half an hour later they are called once more, by mistake, and then for good.
    app.wait(1800);
    assert_eq!(app.next(0).await.as_ref(), Some(&called));
    take_back(&app).await;
    assert_eq!(overall(&app).await, first);
    app.wait(60);
    assert_eq!(app.next(0).await.as_ref(), Some(&called));
    assert_eq!(overall(&app).await, first);
}

async fn whoever_is_put_forward_says_nothing_of_the_estimate(app: App) {
    let service = app.get("services").await["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/tenants/bank/services/{service}");
    let rules = json!({ "classes": {
        "vip": { "head_start_minutes": 60 }, "frail": { "head_start_minutes": 60, "confirm": true },
    } });
    app.admin.put(&path, json!({ "priority_rules": rules })).await.expect(200);
    let queue = format!("/api/v1/tenants/bank/queues/{}", app.queue);
    app.admin.put(&queue, json!({ "algorithm": "priority" })).await.expect(200);
    for _ in 0..3 {
        app.ticket().await;
        app.wait(1);
    }
    // One is given another class by staff, one is confirmed in the class that they claimed.
    let given = id_of(&app.ticket().await);
    app.act(&given, "reprioritise", json!({ "class": "vip" })).await;
    app.wait(1);
    let join = format!("/api/v1/public/sites/bank/{}/tickets", app.site);
    let claim = json!({ "queue_id": app.queue, "service_id": service, "priority": "frail" });
    let number = app.nobody().post(&join, claim).await.expect(201)["number"].as_str().unwrap().to_owned();
    let found = app.get(&format!("tickets?q={number}&status=waiting")).await;
    let claimed = id_of(&found["items"][0]);
    app.act(&claimed, "confirm_priority", json!({})).await;
    for first in [&given, &claimed] {
        app.wait(60);
        assert_eq!(app.next(0).await.as_ref(), Some(first), "they come before those who were there");
        app.act(first, "close", json!({})).await;
    }
    assert_eq!(overall(&app).await["estimates"], 0, "they do not simply wait for their turn");
    app.wait(60);
    app.next(0).await.unwrap();
    assert_eq!(overall(&app).await["estimates"], 1);
}

async fn the_record_is_on_the_ticket(app: App) {
    let service = app.get("services").await["items"][0]["id"].clone();
    let ticket = async || {
        let path = format!("/api/v1/public/sites/bank/{}/tickets", app.site);
        let wish = json!({ "queue_id": app.queue, "service_id": service });
        let made = app.nobody().post(&path, wish).await.expect(201);
        made["secret"].as_str().unwrap().to_owned()
    };
    let page = async |secret: &str| {
        let page = app.nobody().get(&format!("/api/v1/public/tickets/{secret}")).await.expect(200);
        page["estimates_kept"].clone()
    };
    let secret = ticket().await;
    assert_eq!(page(&secret).await, json!(null), "nothing was measured yet");
    // Twenty are called; whoever looks after that is told of them within moments.
    app.morning(20, 100).await;
    app.settle().await;
    let accuracy = app.get(&format!("queues/{}/eta/accuracy", app.queue)).await["last_30_days"].clone();
    assert!(accuracy["estimates"].as_i64().unwrap() >= 20, "{accuracy}");
    let secret = ticket().await;
    let wanted = json!({ "estimates": accuracy["estimates"], "p90_coverage": accuracy["p90_coverage"] });
    let mut known = page(&secret).await;
    for _ in 0..500 {
        if known == wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        known = page(&secret).await;
    }
    assert_eq!(known, wanted);
    // It is read now and then, and not each time that somebody looks.
    app.next(0).await.unwrap();
    app.settle().await;
    let secret = ticket().await;
    assert_eq!(page(&secret).await, wanted);
}
