//! Records: found, added, changed, refused.

use serde_json::json;

use crate::app::App;

const ALL: &str = "/api/v1/tenants/bank/customers";

/// A record is made, read, found by each of its values and changed; what is absent stays.
async fn a_customer_is_kept_and_found(app: App) {
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let ana = json!({
        "name": " Ana Example ", "phone": "+49 (30) 123-4567", "email": "Ana@Home.example", "language": "de-CH",
        "preferences": {"sms": true, "email": false}, "consents": {"marketing": {"granted": true}},
        "metadata": {"tier": "gold"}, "notes": "Needs a chair",
    });
    let made = clerk.post(ALL, ana).await.expect(201);
    assert_eq!(made["name"], "Ana Example");
    assert_eq!(made["phone"], "+49301234567");
    assert_eq!(made["locale"], "de-CH");
    assert_eq!(made["source"], "staff");
    let said = json!({"granted": true, "at": "2026-11-20T09:00:00Z", "source": "user"});
    assert_eq!(made["consents"], json!({ "marketing": said }));
    clerk.post(ALL, json!({ "name": "Bo 100%" })).await.expect(201);

    for found in
        ["q=ana", "q=HOME", "q=030 1234567", "q=%2B4930", "phone=0049301234567", "email=ana@home.EXAMPLE"]
    {
        let page = clerk.get(&format!("{ALL}?{}", found.replace(' ', "%20"))).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{found}: {page}");
        assert_eq!(page["items"][0]["id"], made["id"], "{found}");
    }
    let bo = clerk.get(&format!("{ALL}?q=0%25")).await.expect(200);
    assert_eq!(bo["items"][0]["name"], "Bo 100%", "a percent sign is one");
    assert_eq!(clerk.get(&format!("{ALL}?q=nobody")).await.expect(200)["items"], json!([]));

    let path = format!("{ALL}/{}", made["id"].as_str().unwrap());
    let change = json!({
        "phone": null, "preferences": {"sms": null, "push": true}, "metadata": {"tier": null, "since": 2019},
        "consents": {"marketing": {"granted": false, "source": "letter"}},
    });
    let changed = clerk.put(&path, change).await.expect(200);
    assert_eq!((&changed["phone"], &changed["notes"]), (&json!(null), &json!("Needs a chair")));
    assert_eq!(changed["preferences"], json!({"email": false, "push": true}));
    assert_eq!(changed["metadata"], json!({"since": 2019}));
    assert_eq!(changed["consents"]["marketing"]["granted"], false);
    assert_eq!(changed["consents"]["marketing"]["source"], "letter");
    // What was read can be sent back as it is, and changes nothing.
    assert_eq!(clerk.put(&path, changed.clone()).await.expect(200), changed);
    let stale = clerk.clone().header("if-match", "\"1\"");
    stale.put(&path, json!({ "name": "A" })).await.expect_fault(412, "stale");
    assert_eq!(clerk.get(&path).await.header("etag"), Some("\"2\""));
}

/// Pages follow each other without gap and end.
async fn a_list_comes_in_pages(app: App) {
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    for n in 0..5 {
        clerk.post(ALL, json!({ "name": format!("Person {n}") })).await.expect(201);
        app.time.advance(usher_kernel::SignedDuration::from_secs(1));
    }
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = clerk.get(&format!("{ALL}?limit=2{cursor}")).await.expect(200);
        names.extend(page["items"].as_array().unwrap().iter().map(|c| c["name"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(names, ["Person 0", "Person 1", "Person 2", "Person 3", "Person 4"]);
    clerk.get(&format!("{ALL}?cursor=x")).await.expect_fault(422, "invalid_field");
}

/// What cannot be kept is refused by name, and a number or an address is one customer's.
async fn a_wrong_value_is_refused(app: App) {
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let wrong = [
        (json!({}), "name", "required"),
        (json!({"name": " "}), "name", "required"),
        (json!({"name": "x".repeat(121)}), "name", "too_long"),
        (json!({"name": "a\u{0}"}), "body", "control_letters"),
        (json!({"name": "a\u{7}"}), "name", "control_letters"),
        (json!({"name": "A", "phone": "030 1234"}), "phone", "not_a_phone"),
        (json!({"name": "A", "email": "a@"}), "email", "not_an_email"),
        (json!({"name": "A", "locale": "Klingon!"}), "locale", "not_a_locale"),
        (json!({"name": "A", "notes": "x".repeat(4001)}), "notes", "too_long"),
        (json!({"name": "A", "metadata": {"x": "x".repeat(17_000)}}), "metadata", "too_large"),
        (json!({"name": "A", "consents": {"X Y": {"granted": true}}}), "consents.X Y", "not_a_purpose"),
        (json!({"name": "A", "user_id": "01900000-0000-7000-8000-000000000000"}), "user_id", "unknown"),
    ];
    for (body, field, code) in wrong {
        let fault = clerk.post(ALL, body.clone()).await.expect_fault(422, "invalid_field");
        assert_eq!(
            (&fault["errors"][0]["field"], &fault["errors"][0]["code"]),
            (&json!(field), &json!(code)),
            "{body}"
        );
    }
    clerk.post(ALL, json!({"name": "A", "preferences": {"pigeon": true}})).await.expect(422);
    clerk.post(ALL, json!({"name": "A", "colour": "red"})).await.expect(422);

    let ana =
        clerk.post(ALL, json!({"email": "ana@home.example", "phone": "+49301234567"})).await.expect(201);
    let bo = clerk.post(ALL, json!({"name": "Bo"})).await.expect(201);
    let path = format!("{ALL}/{}", bo["id"].as_str().unwrap());
    for (change, field) in
        [(json!({"phone": "0049 30 1234567"}), "phone"), (json!({"email": "ANA@home.example"}), "email")]
    {
        for answer in [clerk.put(&path, change.clone()).await, clerk.post(ALL, change).await] {
            let fault = answer.expect_fault(409, "customer_taken");
            assert_eq!(fault["customer_id"], ana["id"]);
            assert_eq!(fault["errors"][0]["field"], field);
        }
    }
    assert_eq!(clerk.get(&path).await.expect(200)["version"], 1, "nothing was changed");
}

/// The right person, and nobody else.
async fn records_are_for_those_who_may(app: App) {
    let clerk = app.signed_in("agent", "clerk@bank.example").await;
    let guest = app.signed_in("customer", "guest@home.example").await;
    let made = clerk.post(ALL, json!({ "name": "Ana" })).await.expect(201);
    let path = format!("{ALL}/{}", made["id"].as_str().unwrap());
    app.client.get(&path).await.expect(401);
    guest.get(&path).await.expect(403);
    guest.get(ALL).await.expect(403);
    // What cannot be taken back is not for everybody at a counter.
    clerk.delete(&path).await.expect(403);
    clerk.get(&format!("{path}/export")).await.expect(403);
    clerk.post(&format!("{path}/merge"), json!({ "duplicate_id": made["id"] })).await.expect(403);
    app.signed_in("manager", "boss@bank.example").await.delete(&path).await.expect(204);
    clerk.get(&path).await.expect(404);
}

on_both!(
    a_customer_is_kept_and_found,
    a_list_comes_in_pages,
    a_wrong_value_is_refused,
    records_are_for_those_who_may,
);
