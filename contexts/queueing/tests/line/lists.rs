//! Lists of tickets: in the order of the line, whoever waits longest is on the first page.

use serde_json::Value;
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::place::{self, Move};
use usher_testkit::TestClient;

use crate::app::{App, on_engines};
use crate::http::Web;

/// The numbers of a list, page by page.
async fn pages(me: &TestClient, path: &str) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let more =
            cursor.map_or_else(String::new, |cursor| format!("&cursor={}", cursor.replace(' ', "%20")));
        let page = me.get(&format!("{path}{more}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        pages.push(items.iter().map(|t| t["number"].as_str().unwrap().to_owned()).collect());
        match &page["next_cursor"] {
            Value::String(next) => cursor = Some(next.clone()),
            _ => return pages,
        }
    }
}

async fn first(app: &App, id: usher_queueing::model::TicketId) {
    let front = Move { position: Some(1), reason: "a small child".into(), ..Move::default() };
    app.act(&app.manager(), move |line, tx| place::move_to(line, tx, id, &front)).await.unwrap();
}

#[test]
fn the_line_is_read_from_its_head_in_pages_that_leave_nobody_out() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let queue = app.queue("Deposit", "A", &[service], Default::default()).await;
        let other = app.queue("Other", "B", &[service], Default::default()).await;
        for _ in 0..4 {
            app.issue(queue).await;
        }
        let vip = Issue { queue_id: Some(queue), priority: Some("vip".into()), ..Issue::default() };
        app.issue_as(&app.manager(), vip).await.unwrap();
        let last = app.issue(queue).await;
        first(&app, last.id).await;
        app.wait(1);
        app.issue(other).await;

        let order = app.waiting(queue);
        assert_eq!(order.first().map(String::as_str), Some("A-006"), "{order:?}");
        let (web, ana) = (Web::of(&app), app.hire("Ana", &[]).await);
        let me = web.person(&ana);
        let of_line = web.path(&format!("/tickets?status=waiting&queue_id={queue}&limit=2&order=line"));
        let paged = pages(&me, &of_line).await;
        assert_eq!(paged.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2]);
        assert_eq!(paged.concat(), order);

        // All lines of the site in one list, and the states beside waiting.
        let of_site = web.path(&format!("/tickets?status=waiting&site_id={}&limit=3&order=line", app.site));
        let all = pages(&me, &of_site).await.concat();
        assert_eq!(all.len(), 7);
        assert_eq!(all.iter().filter(|n| n.starts_with('A')).cloned().collect::<Vec<_>>(), order);
        assert_eq!(all.last().map(String::as_str), Some("B-001"), "who came last");
        let any = web.path("/tickets?status=waiting&status=called&limit=200&order=line");
        assert_eq!(pages(&me, &any).await.concat(), all);

        let newest = web.path("/tickets?status=waiting&limit=2");
        assert_eq!(
            pages(&me, &newest).await.concat().first().map(String::as_str),
            Some("B-001"),
            "as before"
        );

        for wrong in ["order=line&cursor=1", "order=line&cursor=x%20y", "order=newest&cursor=12%20x"] {
            let path = web.path(&format!("/tickets?{wrong}"));
            let refused = me.get(&path).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], "cursor", "{wrong}: {refused}");
        }
        let unknown = me.get(&web.path("/tickets?order=rank")).await;
        assert!(unknown.status.is_client_error(), "{unknown}");
    });
}
