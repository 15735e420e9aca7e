//! The line through GraphQL: the same routes, permissions and refusals, asked for in one document.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_graphql::{Door, Settings};
use usher_http::{Api, HttpConfig, Rate, Rates};
use usher_kernel::UserId;
use usher_queueing::ops::issue::Issue;
use usher_testkit::TestClient;

use crate::app::{App, on_engines};
use crate::http::Trusting;

/// A branch's graph, asked by somebody who may do everything.
struct Graph {
    client: TestClient,
    nobody: TestClient,
    _api: Api,
}

impl Graph {
    fn of(app: &App) -> Self {
        Self::with(app, true)
    }

    fn with(app: &App, introspection: bool) -> Self {
        Self::limited(app, introspection, Rates::unlimited())
    }

    fn limited(app: &App, introspection: bool, rates: Rates) -> Self {
        let settings = Settings { introspection, log: false };
        let declared = vec![
            usher_tenancy::graphql::graph(app.tenancy.clone()),
            usher_customers::graphql::graph(),
            usher_queueing::graphql::graph(app.line.clone()),
        ];
        let door = Door::new(app.line.hub().clone(), settings, declared);
        let config = HttpConfig { rates, ..HttpConfig::default() };
        let who = Arc::new(Trusting(app.tenant, app.site));
        let api = Api::builder(config, who, Arc::new(app.tenancy.clone()), app.clock.clone())
            .mount(usher_tenancy::routes(app.tenancy.clone()))
            .mount(usher_customers::routes(app.line.customers().clone()))
            .mount(usher_queueing::routes(app.line.clone()))
            .mount(usher_graphql::routes(door.clone()))
            .build()
            .unwrap();
        door.open(&api).unwrap();
        let nobody = TestClient::new(api.clone().into_router());
        let client = nobody.clone().bearer(&UserId::generate(app.clock.now()).to_string());
        Self { client, nobody, _api: api }
    }

    async fn answer(&self, client: &TestClient, query: &str, variables: Value) -> Value {
        let answer = client.post("/graphql", json!({ "query": query, "variables": variables })).await;
        answer.expect(200)
    }

    /// What is asked for, all of it.
    async fn data(&self, query: &str, variables: Value) -> Value {
        let answer = self.answer(&self.client, query, variables).await;
        assert!(answer.get("errors").is_none(), "{query}: {answer}");
        answer["data"].clone()
    }

    /// The first error's code and path.
    async fn refusal(&self, query: &str, variables: Value) -> (String, Value) {
        let answer = self.answer(&self.client, query, variables).await;
        let error = &answer["errors"][0];
        let code = error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{query}: {answer}"));
        (code.to_owned(), error["path"].clone())
    }
}

#[test]
fn a_list_with_what_belongs_to_it_costs_few_statements() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let graph = Graph::of(&app);
        for n in 0..100 {
            let phone = Some(format!("+4930123{n:04}"));
            let new =
                Issue { queue_id: Some(queue), name: Some("Ana".to_owned()), phone, ..Issue::default() };
            app.issue_as(&app.manager(), new).await.unwrap();
        }
        let query = "{ tickets(first: 100) { nodes { number queue { name site { name } services { id } } \
                      service { name } site { name } counter { name } customer { phone } userId } } }";
        let mut data = Value::Null;
        let mut cost = u64::MAX;
        // The first time the tenant's configuration is read; and subscribers, which are still at the tickets,
        // use the database besides.
        usher_testkit::until("it takes no more than five statements", async || {
            let before = app.line.db().stats().statements;
            data = graph.data(query, json!({})).await;
            cost = cost.min(app.line.db().stats().statements - before);
            cost <= 5
        })
        .await;
        let nodes = data["tickets"]["nodes"].as_array().unwrap();
        assert_eq!(nodes.len(), 100);
        assert!(nodes.iter().all(|node| node["customer"]["phone"].is_string()), "{}", nodes[0]);
        assert!(
            nodes.iter().all(|node| node["queue"]["name"].is_string() && node["service"]["name"].is_string())
        );
        assert!(cost >= 1, "what is not read cannot be told");
    });
}

#[test]
fn what_is_refused_is_null_and_the_rest_is_answered_in_order() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let graph = Graph::of(&app);
        let ticket = app.issue(queue).await;
        let gone = "01890a5d-ac96-774b-bcce-b302099a8057";
        let query = "query($t: ID!, $g: ID!) { z: getTicket(id: $t) { ticketNumber } gone: getTicket(id: $g) { id } \
                     a: getQueues { name } }";
        let variables = json!({ "t": ticket.id, "g": gone });
        let answer = graph.answer(&graph.client, query, variables).await;
        assert_eq!(answer["data"]["z"]["ticketNumber"], json!(ticket.number));
        assert_eq!(answer["data"]["gone"], Value::Null);
        assert!(answer["data"]["a"][0]["name"].is_string(), "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["gone"]));
        assert_eq!(answer["errors"][0]["extensions"]["code"], "not_found");
        let text =
            graph.client.post("/graphql", json!({ "query": "{ z: getQueues { id } a: getQueues { id } }" }));
        let text = text.await.text();
        assert!(text.find("\"z\"").unwrap() < text.find("\"a\"").unwrap(), "{text}");

        let (code, path) = graph.refusal("mutation { createTicket(queueId: \"x\") { id } }", json!({})).await;
        assert_eq!((code.as_str(), path), ("invalid_field", json!(["createTicket"])));
        let nobody =
            graph.answer(&graph.nobody, "{ getQueues { id } tickets { nodes { id } } }", json!({})).await;
        assert_eq!(nobody["data"], json!({ "getQueues": null, "tickets": null }));
        assert_eq!(nobody["errors"][1]["extensions"], json!({ "code": "not_signed_in", "status": 401 }));
    });
}

#[test]
fn each_mutation_of_a_request_is_repeated_by_its_key_and_done_once() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let graph = Graph::of(&app);
        let query =
            "mutation($q: ID!) { a: createTicket(queueId: $q) { id } b: createTicket(queueId: $q) { id } }";
        let body = json!({ "query": query, "variables": { "q": queue } });
        let client = graph.client.clone().idempotency_key("one and the same");
        let first = client.post("/graphql", &body).await.expect(200);
        let again = client.post("/graphql", &body).await.expect(200);
        assert_eq!(first, again);
        assert_ne!(first["data"]["a"]["id"], first["data"]["b"]["id"], "{first}");
        let other = json!({ "query": "mutation($q: ID!) { a: createTicket(queueId: $q) { number } }",
                            "variables": { "q": queue } });
        let other = client.post("/graphql", &other).await.expect(200);
        assert_eq!(other["errors"][0]["extensions"]["code"], "idempotency_key_reused");
        let tickets = graph.data("{ tickets { nodes { id } } }", json!({})).await;
        assert_eq!(tickets["tickets"]["nodes"].as_array().unwrap().len(), 2);
        // What a mutation is answered with is what it left behind, not what an earlier one has looked up.
        let take = "mutation($q: ID!) { a: createTicket(queueId: $q) { queue { currentLength } } \
                    b: createTicket(queueId: $q) { queue { currentLength } } }";
        let taken = graph.data(take, json!({ "q": queue })).await;
        let length = |name: &str| taken[name]["queue"]["currentLength"].as_i64();
        assert_eq!((length("a"), length("b")), (Some(3), Some(4)), "{taken}");
    });
}

#[test]
fn a_change_is_made_to_the_version_that_was_read() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let graph = Graph::of(&app);
        let change = "mutation($q: ID!, $v: Int) { updateQueue(id: $q, ifVersion: $v, isActive: false, \
                      maxActiveTickets: 3) { isActive status maxActiveTickets version } }";
        let read = graph.data("query($q: ID!) { getQueue(id: $q) { version } }", json!({ "q": queue })).await;
        let version = read["getQueue"]["version"].as_i64().unwrap();
        let (code, _) = graph.refusal(change, json!({ "q": queue, "v": version + 7 })).await;
        assert_eq!(code, "stale");
        let changed = graph.data(change, json!({ "q": queue, "v": version })).await;
        let expected =
            json!({ "isActive": false, "status": "inactive", "maxActiveTickets": 3, "version": version + 1 });
        assert_eq!(changed["updateQueue"], expected);
        // Absent stays, null empties.
        let emptied =
            "mutation($q: ID!) { updateQueue(id: $q, maxActiveTickets: null) { isActive maxActiveTickets } }";
        let emptied = graph.data(emptied, json!({ "q": queue })).await;
        assert_eq!(emptied["updateQueue"], json!({ "isActive": false, "maxActiveTickets": null }));
    });
}

#[test]
fn lists_are_read_page_by_page() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let graph = Graph::of(&app);
        for _ in 0..5 {
            app.issue(queue).await;
        }
        let query = "query($after: String) { tickets(first: 2, after: $after, status: [waiting]) { nodes { number } \
                     pageInfo { hasNextPage endCursor } } }";
        let (mut after, mut seen) = (Value::Null, Vec::new());
        loop {
            let page = graph.data(query, json!({ "after": after })).await["tickets"].clone();
            seen.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["number"].to_string()));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(seen.len(), 5, "{seen:?}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 5, "{seen:?}");
        let (code, _) = graph.refusal("{ tickets(first: 1000) { nodes { id } } }", json!({})).await;
        assert_eq!(code, "invalid_field");
        let (code, _) = graph.refusal("{ tickets(after: \"x\") { nodes { id } } }", json!({})).await;
        assert_eq!(code, "invalid_field");
    });
}

#[test]
fn a_request_that_asks_too_much_is_refused_before_anything_is_done() {
    on_engines(async |app| {
        app.small().await;
        let graph = Graph::of(&app);
        let many: String =
            (0..40).map(|n| format!("a{n}: tickets(first: 200) {{ nodes {{ id number }} }} ")).collect();
        let deep = format!("{{ getQueues {} }}", "{ services ".repeat(12) + "{ id }" + &"}".repeat(12));
        let doubled: String =
            (0..30).map(|n| format!("fragment f{n} on Query {{ ...f{} ...f{} }} ", n + 1, n + 1)).collect();
        let circle = "query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }".to_owned();
        // Pages count as long as they are asked to be, by a variable too.
        let services: String = (0..10).map(|n| format!("s{n}: services {{ id }} ")).collect();
        let paged =
            format!("query($n: Int) {{ tickets(first: $n) {{ nodes {{ queue {{ {services} }} }} }} }}");
        graph.data(&paged, json!({ "n": 20 })).await;
        let schema = format!(
            "{{ __schema {{ types {}{{ name }}{} }} }}",
            "{ fields { type ".repeat(4),
            "} }".repeat(4)
        );
        for (query, variables, code) in [
            (format!("{{ {many} }}"), json!({}), "query_too_large"),
            (deep, json!({}), "invalid_query"),
            (
                format!("query {{ ...f0 }} {doubled} fragment f30 on Query {{ getQueues {{ id }} }}"),
                json!({}),
                "query_too_large",
            ),
            (circle, json!({}), "query_too_deep"),
            (schema, json!({}), "query_too_deep"),
            ("{ getQueues { nothing } }".to_owned(), json!({}), "invalid_query"),
            ("{ getQueues".to_owned(), json!({}), "invalid_query"),
            (
                "subscription { queueUpdated(id: \"x\") { id } }".to_owned(),
                json!({}),
                "subscription_needs_websocket",
            ),
        ] {
            let (found, path) = graph.refusal(&query, variables).await;
            assert!(
                found == code || (code == "invalid_query" && found == "query_too_deep"),
                "{found}: {query}"
            );
            assert_eq!(path, Value::Null, "{query}");
        }
        assert_eq!(graph.refusal(&paged, json!({ "n": 200 })).await.0, "query_too_large");
        // A request that is wrong as a whole has no data, and says so by its status to who asks for it.
        let strict = graph.client.clone().header("accept", "application/graphql-response+json");
        let refused = strict.post("/graphql", json!({ "query": "{ nothing }" })).await.expect(400);
        assert!(refused.get("data").is_none());
        let several = graph.client.post("/graphql", json!([{ "query": "{ getQueues { id } }" }])).await;
        several.expect_fault(422, "invalid_field");
    });
}

#[test]
fn every_field_of_a_root_takes_a_token_of_the_rate() {
    on_engines(async |app| {
        app.small().await;
        let rates = Rates { staff: Rate::per_minute(4), ..Rates::unlimited() };
        let graph = Graph::limited(&app, true, rates);
        let query = "{ a: getQueues { id } b: getQueues { id } c: getQueues { id } }";
        graph.data(query, json!({})).await;
        // One is left for the request, none for what it asks for beyond its first field.
        let answer = graph.answer(&graph.client, query, json!({})).await;
        let errors = answer["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 2, "{answer}");
        assert!(errors.iter().all(|error| error["extensions"]["code"] == "rate_limited"), "{answer}");
        assert!(errors[0]["extensions"]["retryAfter"].is_i64(), "{answer}");
        graph.client.post("/graphql", json!({ "query": query })).await.expect_fault(429, "rate_limited");
    });
}

#[test]
fn a_get_asks_and_changes_nothing() {
    on_engines(async |app| {
        let (queue, _) = app.small().await;
        let graph = Graph::of(&app);
        let asked =
            graph.client.get("/graphql?query=%7B%20getQueues%20%7B%20name%20%7D%20%7D").await.expect(200);
        assert_eq!(asked["data"]["getQueues"][0]["name"], "Deposit");
        let changed =
            graph.client.get("/graphql?query=mutation%20%7B%20signOut%20%7B%20id%20%7D%20%7D").await;
        changed.expect_fault(405, "mutation_by_get");
        graph.client.get("/graphql").await.expect_fault(422, "invalid_field");
        graph.client.get("/graphql?query=%7B&variables=1").await.expect_fault(422, "invalid_field");
        app.issue(queue).await;
    });
}

#[test]
fn the_schema_is_told_where_the_installation_says_so() {
    on_engines(async |app| {
        app.small().await;
        let graph = Graph::of(&app);
        let told = graph
            .data("{ __schema { queryType { name } } __type(name: \"Ticket\") { name } }", json!({}))
            .await;
        assert_eq!(
            told,
            json!({ "__schema": { "queryType": { "name": "Query" } }, "__type": { "name": "Ticket" } })
        );
        let silent = Graph::with(&app, false);
        let (code, _) = silent.refusal("{ __type(name: \"Ticket\") { name } }", json!({})).await;
        assert_eq!(code, "introspection_off");
        silent.data("{ getQueues { __typename } }", json!({})).await;
    });
}
