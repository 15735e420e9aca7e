//! People who have probably left: asked on their page, and no longer in anybody's way where they stay silent.

use serde_json::{Value, json};
use usher_kernel::Change;
use usher_queueing::jobs::Watch;
use usher_queueing::model::QueueId;
use usher_queueing::ops::configure::{QueueInput, update_queue};
use usher_testkit::Answer;

use crate::app::{App, on_engines};
use crate::http::Web;

/// Somebody joins by phone and follows their ticket; the path of its page.
async fn follower(app: &App, web: &Web) -> String {
    let service = app.first_service().await;
    let site = format!("/api/v1/public/sites/{}/{}/tickets", app.tenant, app.site);
    let joined = web.client.post(&site, json!({ "service_id": service })).await.expect(201);
    let page = format!("/api/v1/public/tickets/{}", joined["secret"].as_str().unwrap());
    open(web, &page).await;
    page
}

/// The stream itself is not read: that it was opened is what counts.
async fn open(web: &Web, page: &str) {
    let request = axum::http::Request::get(format!("{page}/events")).body(axum::body::Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(web.router.clone(), request).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
}

async fn look(app: &App) -> usize {
    Watch::new(&app.line).run_due(app.now()).await
}

async fn set(app: &App, queue: QueueId, input: QueueInput) {
    app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &input, None)).await.unwrap();
}

fn asked(answer: &Answer) -> Value {
    answer.expect(200)["asks_still_coming"].clone()
}

#[test]
fn who_stays_silent_lengthens_nobodys_wait_and_keeps_their_place() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let web = Web::of(&app);
        set(&app, queue, QueueInput { ask_at_place: Change::Set(2), ..QueueInput::default() }).await;
        let (first, second, third) =
            (follower(&app, &web).await, follower(&app, &web).await, follower(&app, &web).await);
        let paper = app.issue(queue).await;
        assert_eq!(look(&app).await, 2, "the first two are near");
        assert_eq!(look(&app).await, 0, "once");
        assert_eq!(asked(&web.client.get(&first).await), true);
        assert_eq!(asked(&web.client.get(&third).await), false);
        assert_eq!(asked(&web.client.post(&format!("{second}/still-here"), json!({})).await), false);
        app.wait(2);
        assert_eq!(look(&app).await, 0, "there is time to answer");
        let me = web.person(&app.agent(1));
        let view = |id| web.path(&format!("/tickets/{id}"));
        let before = me.get(&view(paper.id)).await.expect(200);
        app.wait(1);
        assert_eq!(look(&app).await, 1, "who answered is not silent");
        let after = me.get(&view(paper.id)).await.expect(200);
        assert_eq!(
            (&before["people_ahead"], &after["people_ahead"]),
            (&json!(3), &json!(3)),
            "staff see everybody"
        );
        let p50 = |ticket: &Value| ticket["estimate"]["p50"].as_f64().unwrap();
        assert!(p50(&after) < p50(&before), "{} {}", after["estimate"], before["estimate"]);
        assert_eq!(web.client.get(&third).await.expect(200)["people_ahead"], 1);
        let ghost = web.client.get(&first).await.expect(200);
        assert_eq!((&ghost["asks_still_coming"], &ghost["people_ahead"]), (&json!(true), &json!(0)));
        let floor = me.get(&web.path(&format!("/sites/{}/floor", app.site))).await.expect(200);
        assert_eq!((&floor["lines"][0]["waiting"], &floor["lines"][0]["silent"]), (&json!(4), &json!(1)));
        // Nobody is removed: the agent sees the mark, and calls them like everybody.
        let called = app.next(&app.agent(1), counter).await.unwrap().unwrap();
        assert_eq!(called.number, "A-001");
        assert_eq!(
            me.get(&view(called.id)).await.expect(200)["silent_since"],
            Value::Null,
            "it waits no more"
        );
    });
}

#[test]
fn a_late_answer_counts_and_holds_across_a_restart() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let web = Web::of(&app);
        let (first, second) = (follower(&app, &web).await, follower(&app, &web).await);
        look(&app).await;
        app.wait(3);
        assert_eq!(look(&app).await, 2);
        assert_eq!(web.client.get(&second).await.expect(200)["people_ahead"], 0);
        let again = app.reopened().await;
        let page = Web::of(&again).client.get(&second).await.expect(200);
        assert_eq!(page["people_ahead"], 0, "what was known is known after a restart");
        assert_eq!(look(&again).await, 0);
        web.client.post(&format!("{first}/still-here"), json!({})).await.expect(200);
        assert_eq!(web.client.get(&second).await.expect(200)["people_ahead"], 1);
        // Whoever lets others go first is there as well.
        web.client.post(&format!("{second}/postpone"), json!({ "places": 1 })).await.expect(200);
        let floor = web.person(&app.agent(1)).get(&web.path(&format!("/sites/{}/floor", app.site))).await;
        assert_eq!(floor.expect(200)["lines"][0]["silent"], 0);
        web.client.post(&format!("{first}/leave"), json!({})).await.expect(200);
        assert_eq!(app.waiting(queue).len(), 1, "no is leaving");
    });
}

#[test]
fn who_has_only_paper_is_never_asked_nor_anybody_where_the_line_does_not_want_it() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let web = Web::of(&app);
        app.issue(queue).await;
        let service = app.first_service().await;
        let kiosk = web.device("kiosk");
        let printed =
            kiosk.post("/api/v1/device/tickets", json!({ "service_id": service })).await.expect(201);
        app.wait(60);
        assert_eq!(look(&app).await, 0);
        // Once the code on the paper was scanned and the page opened, the person can be asked.
        open(&web, &format!("/api/v1/public/tickets/{}", printed["secret"].as_str().unwrap())).await;
        set(&app, queue, QueueInput { ask_at_place: Change::Clear, ..QueueInput::default() }).await;
        assert_eq!(look(&app).await, 0);
        set(&app, queue, QueueInput { ask_at_place: Change::Set(3), ..QueueInput::default() }).await;
        assert_eq!(look(&app).await, 1);
        for (input, name) in [
            (QueueInput { ask_at_place: Change::Set(0), ..QueueInput::default() }, "ask_at_place"),
            (QueueInput { silent_minutes: Some(61), ..QueueInput::default() }, "silent_minutes"),
        ] {
            let refused =
                app.act(&app.manager(), move |line, tx| update_queue(line, tx, queue, &input, None)).await;
            assert!(refused.is_err(), "{name}");
        }
    });
}
