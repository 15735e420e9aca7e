//! The same line through its routes: how documents' clients, kiosks, displays and phones speak to it.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_http::{Api, Authenticator, BoxFuture, Credential, Grants, HttpConfig, Identity, Peer, Rates};
use usher_kernel::{Actor, Fault, FaultKind, Scope, Scopes, SiteId, TenantId, UserId};
use usher_testkit::TestClient;
use uuid::Uuid;

use crate::app::{App, on_engines};

/// Takes everybody for what their credential says: a test of routes, not of sign-in.
pub(crate) struct Trusting(pub(crate) TenantId, pub(crate) SiteId);

impl Authenticator for Trusting {
    fn identify<'a>(&'a self, credential: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        let all = Grants { scopes: Scopes::all(), sites: Arc::default() };
        let who = match credential {
            // A member, by the person's id; with a site behind it, one who works there only.
            Credential::Bearer(user) => {
                let (id, site) = user.split_once('@').map_or((user, None), |(id, site)| (id, Some(site)));
                let sites = site.and_then(|site| site.parse().ok()).into_iter().collect();
                id.parse().ok().map(|id: Uuid| {
                    let actor = Actor::User { id: UserId::from_uuid(id), session: Uuid::nil() };
                    (actor, Grants { sites, ..all })
                })
            }
            Credential::Token(kind) => {
                let id = Uuid::from_u128(500 + kind.len() as u128);
                Some((Actor::Device { id, kind: Arc::from(kind), site: self.1 }, Grants::default()))
            }
            Credential::ApiKey("service") => Some((Actor::ApiKey { id: Uuid::from_u128(900) }, all)),
            // Who reads figures, and nothing else.
            Credential::ApiKey("figures") => {
                let scopes = Scopes::of([usher_queueing::model::scopes::STATS_READ]);
                Some((Actor::ApiKey { id: Uuid::from_u128(901) }, Grants { scopes, ..all }))
            }
            // Who holds the scopes that stand behind the word, and no others.
            Credential::ApiKey(key) if key.starts_with("only ") => {
                let named = key.split(' ').skip(1).map(|name| Scope::owned(name.to_owned()));
                Some((
                    Actor::ApiKey { id: Uuid::from_u128(902) },
                    Grants { scopes: Scopes::of(named), ..all },
                ))
            }
            // A kiosk that is on record, by its id; with a site behind it, a display there.
            Credential::ApiKey(id) => {
                let (id, site) = id.split_once('@').map_or((id, None), |(id, site)| (id, site.parse().ok()));
                let kind = if site.is_some() { "display" } else { "kiosk" };
                id.parse().ok().map(|id: Uuid| {
                    let site = site.unwrap_or(self.1);
                    (Actor::Device { id, kind: Arc::from(kind), site }, Grants::default())
                })
            }
            _ => None,
        };
        let identity = who.map(|(actor, grants)| Identity {
            actor,
            home: Some((self.0, grants)),
            platform: false,
            locale: Arc::from(""),
        });
        let unknown = || Fault::new(FaultKind::Unauthenticated, "token_invalid", "Nobody.");
        Box::pin(std::future::ready(identity.ok_or_else(unknown)))
    }

    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// The routes of a branch.
pub(crate) struct Web {
    pub(crate) client: TestClient,
    pub(crate) router: axum::Router,
    tenant: String,
}

impl Web {
    pub(crate) fn of(app: &App) -> Self {
        let config = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let who = Arc::new(Trusting(app.tenant, app.site));
        let api = Api::builder(config, who, Arc::new(app.tenancy.clone()), app.clock.clone())
            .mount(usher_queueing::routes(app.line.clone()))
            .build()
            .unwrap();
        let router = api.into_router();
        Self {
            client: TestClient::new(router.clone()),
            router,
            tenant: format!("/api/v1/tenants/{}", app.tenant),
        }
    }

    pub(crate) fn person(&self, who: &usher_kernel::Ctx) -> TestClient {
        self.client.clone().bearer(&who.actor.user().unwrap().to_string())
    }

    pub(crate) fn device(&self, kind: &str) -> TestClient {
        self.client.clone().token(kind)
    }

    /// A member of staff who works at one site only.
    pub(crate) fn person_at(&self, who: &usher_kernel::Ctx, site: SiteId) -> TestClient {
        self.client.clone().bearer(&format!("{}@{site}", who.actor.user().unwrap()))
    }

    /// A program with these scopes, by spaces, and no others.
    pub(crate) fn only(&self, scopes: &str) -> TestClient {
        self.client.clone().header("x-api-key", &format!("only {scopes}"))
    }

    /// A display on record, at a site.
    pub(crate) fn display_at(&self, id: Uuid, site: SiteId) -> TestClient {
        self.client.clone().header("x-api-key", &format!("{id}@{site}"))
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.tenant)
    }
}

#[test]
fn counters_call_serve_and_skip_as_document_002_says() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let queue = app.queue("All", "A", &[deposit, loans], Default::default()).await;
        let counter = app.counter(&[queue], 1).await;
        let (web, ana) = (Web::of(&app), app.hire("Ana", &[]).await);
        let me = web.person(&ana);
        app.sit(&ana, counter).await;
        let at = |verb: &str| format!("/api/counters/{counter}/{verb}");
        me.post(&at("serve"), json!({})).await.expect_fault(409, "nothing_in_hand");
        for service in ["deposit", "loans"] {
            let made = me.post("/api/tokens", json!({ "service_id": service })).await.expect(201);
            assert!(made["qr"].as_str().unwrap().starts_with("/t/"), "{made}");
        }
        let called = me.post(&at("call"), json!({ "service_id": "Loans" })).await.expect(200);
        assert_eq!(called["token_number"], "A-002", "only tokens for that service");
        me.post(&at("call"), json!({})).await.expect_fault(409, "counter_full");
        me.post(&at("skip"), json!({})).await.expect(200);
        me.post(&at("call"), json!({ "service_id": "moon" })).await.expect_fault(404, "not_found");
        assert_eq!(me.post(&at("call"), json!({})).await.expect(200)["token_number"], "A-001");
        let token = called["token_id"].as_str().unwrap();
        let assign = format!("/api/tokens/{token}/assign");
        me.post(&assign, json!({ "counter_id": counter })).await.expect_fault(409, "counter_full");
        let leave = me.post(&web.path("/agents/sign-out"), json!({})).await.expect(200);
        assert_eq!(leave["counter"], Value::Null);
        me.post(&at("serve"), json!({})).await.expect_fault(409, "counter_closed");
        app.sit(&ana, counter).await;
        assert_eq!(me.post(&at("serve"), json!({})).await.expect(200)["status"], "served");
        assert_eq!(
            me.post(&at("call"), json!({ "service_id": "deposit" })).await.expect(200)["token_id"],
            Value::Null
        );
    });
}

#[test]
fn where_an_agent_sits_is_answered_as_it_is_then_and_a_repeat_changes_nothing() {
    on_engines(|app| async move {
        let (_, counter) = app.small().await;
        let (web, ana) = (Web::of(&app), app.hire("Ana", &[]).await);
        let me = web.person(&ana);
        let keyed = |key: &str| me.clone().header("idempotency-key", key);
        let (seat, status) = (web.path("/agents/sign-in"), web.path("/agents/set-status"));
        let there = json!({ "counter_id": counter });
        let sat = keyed("one").post(&seat, &there).await.expect(200);
        assert_eq!(sat["counter"]["agent"]["name"], "Ana", "the console as it is now: {sat}");
        assert_eq!(
            (&sat["counter"]["status"], &sat["agent"]["status"]),
            (&json!("open"), &json!("available"))
        );
        assert_eq!(sat["counters"][0], sat["counter"]);
        assert_eq!(me.get(&web.path("/agents/me")).await.expect(200)["counter"], sat["counter"]);

        let lunch = json!({ "status": "paused", "reason": "Lunch" });
        let paused = keyed("two").post(&status, &lunch).await.expect(200);
        assert_eq!(paused["agent"]["pause_reason"], "Lunch");
        assert_eq!(paused["counter"]["agent"]["status"], "paused");
        me.post(&status, json!({ "status": "available" })).await.expect(200);
        assert_eq!(keyed("two").post(&status, &lunch).await.expect(200), paused, "the stored answer");
        assert_eq!(keyed("one").post(&seat, &there).await.expect(200), sat);
        let now = me.get(&web.path("/agents/me")).await.expect(200);
        assert_eq!(now["agent"]["status"], "available", "the break is over and stays so");
        let reused = keyed("two").post(&status, json!({ "status": "offline" })).await;
        reused.expect_fault(422, "idempotency_key_reused");

        let left = keyed("three").post(&web.path("/agents/sign-out"), json!({})).await.expect(200);
        assert_eq!((&left["counter"], &left["counters"][0]["status"]), (&Value::Null, &json!("closed")));
        me.post(&seat, &there).await.expect(200);
        let again = keyed("three").post(&web.path("/agents/sign-out"), json!({})).await.expect(200);
        assert_eq!(again, left);
        let now = me.get(&web.path("/agents/me")).await.expect(200);
        assert_eq!(now["counter"]["agent"]["name"], "Ana", "they sit there still");

        // A program sits at no counter.
        let service = web.client.clone().header("x-api-key", "service");
        service.get(&web.path("/agents/me")).await.expect_fault(403, "people_only");
        service.post(&seat, &there).await.expect_fault(403, "people_only");
        service.post(&status, &lunch).await.expect_fault(403, "people_only");
    });
}

#[test]
fn an_agent_learns_of_a_stopped_visit_and_goes_on_with_it() {
    on_engines(|app| async move {
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let a = app.queue("Deposit", "A", &[deposit], Default::default()).await;
        let b = app.queue("Loans", "B", &[loans], Default::default()).await;
        let counter = app.counter(&[a], 1).await;
        let (web, ana) = (Web::of(&app), app.hire("Ana", &[]).await);
        let (me, phone) = (web.person(&ana), web.client.clone());
        app.sit(&ana, counter).await;
        let site = format!("/api/v1/public/sites/{}/{}/tickets", app.tenant, app.site);
        let join =
            json!({ "service_id": deposit, "service_ids": [loans], "assistance": "a seat", "name": "Zoë" });
        let joined = phone.post(&site, join).await.expect(201);
        let page = format!("/api/v1/public/tickets/{}", joined["secret"].as_str().unwrap());
        me.put(&web.path(&format!("/queues/{b}")), json!({ "status": "paused" })).await.expect(200);
        let called = me.post(&web.path("/agents/call-next"), json!({})).await.expect(200);
        assert_eq!((&called["number"], &called["assistance"]), (&json!("A-001"), &json!("a seat")));
        let turn = me.post(&web.path("/agents/complete-and-call-next"), json!({})).await.expect(200);
        assert_eq!(turn["completed"]["next_step"]["code"], "queue_paused", "{turn}");
        let console = me.get(&web.path("/agents/me")).await.expect(200);
        assert_eq!(console["stopped_visits"][0]["step"]["service_name"], "Loans", "{console}");
        let told = phone.get(&page).await.expect(200);
        assert_eq!((&told["status"], &told["next"]["url"]), (&json!("served"), &Value::Null), "{told}");
        let on = web.path(&format!("/tickets/{}/continue_visit", called["id"].as_str().unwrap()));
        me.post(&on, json!({})).await.expect_fault(409, "queue_paused");
        me.put(&web.path(&format!("/queues/{b}")), json!({ "status": "active" })).await.expect(200);
        assert_eq!(me.post(&on, json!({})).await.expect(201)["number"], "B-001");
        me.post(&on, json!({})).await.expect_fault(409, "visit_went_on");
        let told = phone.get(&page).await.expect(200);
        let next = format!(
            "/api/v1/public/tickets{}",
            told["next"]["url"].as_str().unwrap().trim_start_matches("/t")
        );
        assert_eq!(phone.get(&next).await.expect(200)["number"], "B-001");
        let history = me.get(&on.replace("continue_visit", "history")).await.expect(200);
        let kinds: Vec<&str> =
            history["items"].as_array().unwrap().iter().map(|i| i["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds[2..], ["ticket.completed", "ticket.visit_stopped", "ticket.visit_continued"]);
    });
}

#[test]
fn a_board_says_what_people_may_ask_for() {
    on_engines(|app| async move {
        app.small().await;
        let web = Web::of(&app);
        let public = format!("/api/v1/public/sites/{}/{}", app.tenant, app.site);
        let offers = async || {
            let board = web.client.get(&public).await.expect(200);
            (board["tenant"]["several_services"].clone(), board["tenant"]["assistance"].clone())
        };
        assert_eq!(offers().await, (json!(false), json!([])), "nothing unless the organisation says so");
        app.set("several_services", json!(true)).await;
        app.set("assistance", json!(["seat", "A hand"])).await;
        assert_eq!(offers().await, (json!(true), json!(["seat", "A hand"])));
    });
}

#[test]
fn a_phone_comes_near_comes_back_and_rejoins() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let service = app.first_service().await;
        let (web, ana) = (Web::of(&app), app.agent(1));
        let (me, phone) = (web.person(&ana), web.client.clone());
        let site = format!("/api/v1/public/sites/{}/{}/tickets", app.tenant, app.site);
        let joined = phone.post(&site, json!({ "service_id": service })).await.expect(201);
        assert_eq!((&joined["near"], &joined["people_ahead"]), (&json!(true), &json!(0)));
        let page = format!("/api/v1/public/tickets/{}", joined["secret"].as_str().unwrap());
        let id: usher_queueing::model::TicketId =
            app.line.secrets().open(joined["secret"].as_str().unwrap()).unwrap();
        let ticket = |verb: &str| web.path(&format!("/tickets/{id}/{verb}"));
        me.post(&ticket("park"), json!({ "minutes": 10 })).await.expect(200);
        assert_eq!(phone.get(&page).await.expect(200)["status"], "parked");
        assert_eq!(
            phone.post(&format!("{page}/still-here"), json!({})).await.expect(200)["status"],
            "waiting"
        );
        assert_eq!(app.waiting(queue), ["A-001"], "who is back early is back in line");
        me.post(&ticket("call"), json!({ "counter_id": counter })).await.expect(200);
        phone.post(&format!("{page}/coming"), json!({})).await.expect(200);
        me.post(&ticket("mark_no_show"), json!({})).await.expect(200);
        assert_eq!(phone.get(&page).await.expect(200)["can"], json!(["rejoin"]));
        assert_eq!(phone.post(&format!("{page}/rejoin"), json!({})).await.expect(200)["status"], "waiting");
        phone.post(&format!("{page}/postpone"), json!({})).await.expect_fault(422, "invalid_field");
        let told = me.get(&ticket("explain")).await.expect(200);
        assert!(told["text"].as_str().unwrap().starts_with("A-001 is next"), "{told}");
        phone.post(&format!("{page}/leave"), json!({})).await.expect(200);
        assert_eq!(
            phone.post(&format!("{page}/undo-leave"), json!({})).await.expect(200)["status"],
            "waiting"
        );
        for verb in ["undo-leave", "rejoin"] {
            let no = phone.post(&format!("{page}/{verb}"), json!({})).await;
            let no = no.expect_fault(409, "not_allowed_in_state");
            assert_eq!(no["detail"], "That is not possible now: A-001 is waiting.");
            assert_eq!((&no["state"], no.get("allowed")), (&json!("waiting"), None), "{no}");
        }
        phone.get("/api/v1/public/tickets/forged").await.expect_fault(404, "not_found");
    });
}

#[test]
fn displays_read_what_to_play_and_kiosks_cannot_acknowledge() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (web, ana) = (Web::of(&app), app.agent(1));
        let (me, display, kiosk) = (web.person(&ana), web.device("display"), web.device("kiosk"));
        app.set("board_label", json!("initials")).await;
        let ticket = json!({ "queue_id": queue, "name": "Ana Maria Silva" });
        me.post(&web.path("/tickets"), ticket).await.expect(201);
        me.post(&web.path("/agents/call-next"), json!({ "counter_id": counter })).await.expect(200);
        let board = display.get("/api/v1/device/board").await.expect(200);
        let call = &board["queue_of_calls"][0];
        assert_eq!((&call["number"], &call["label"]), (&json!("A-001"), &json!("A. S.")));
        assert_eq!(board["now_serving"][0]["label"], "A. S.");
        let public = format!("/api/v1/public/sites/{}/{}", app.tenant, app.site);
        assert_eq!(web.client.get(&public).await.expect(200)["last_called"][0]["label"], "A. S.");
        let heard = format!("/api/v1/device/announcements/{}/ack", call["announcement_id"].as_str().unwrap());
        kiosk.post(&heard, json!({ "outcome": "spoken" })).await.expect(403);
        display.post(&heard, json!({ "outcome": "sung" })).await.expect_fault(422, "invalid_field");
        display.post(&heard, json!({ "outcome": "spoken" })).await.expect(204);
        let board = display.get("/api/v1/device/board").await.expect(200);
        assert_eq!(board["queue_of_calls"], json!([]), "each is played once");
        let floor = me.get(&web.path(&format!("/sites/{}/floor", app.site))).await.expect(200);
        assert_eq!(floor["stopped_visits"], json!([]));
    });
}

#[test]
fn a_new_queue_is_there_before_its_first_ticket() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let (web, ana) = (Web::of(&app), app.agent(1));
        let me = web.person(&ana);
        let all = me.get("/api/queues").await.expect(200);
        assert_eq!((&all["items"][0]["id"], &all["items"][0]["activeTickets"]), (&json!(queue), &json!([])));
        app.act(&ana, move |line, tx| usher_queueing::ops::outside::update(line, tx, queue, 3))
            .await
            .unwrap();
        let one = me.get(&format!("/api/queues/{queue}")).await.expect(200);
        assert_eq!((&one["outside_count"], &one["current_length"]), (&json!(3), &json!(3)));
        assert_eq!((&one["reinstate"], &one["transfer_keeps_number"]), (&json!("old_place"), &json!(true)));
        me.delete(&format!("/api/queues/{queue}")).await.expect(204);
        me.get(&format!("/api/queues/{queue}")).await.expect_fault(404, "not_found");
        assert!(app.line.live().line(queue).is_none());
    });
}

#[test]
fn what_a_kiosk_prints_offline_opens_its_page_once_it_is_uploaded() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let service = app.first_service().await;
        let web = Web::of(&app);
        let kiosk = web.device("kiosk");
        let lease =
            kiosk.post("/api/v1/device/leases", json!({ "queue_id": queue, "count": 3 })).await.expect(201);
        assert_eq!(lease["numbers"], json!(["A-001", "A-002", "A-003"]));
        let page = |at: usize| {
            let url = lease["urls"][at].as_str().unwrap();
            format!("/api/v1/public/tickets/{}", url.strip_prefix("/t/").unwrap())
        };
        web.client.get(&page(1)).await.expect_fault(404, "not_found");
        let path = format!("/api/v1/device/leases/{}/tickets", lease["id"].as_str().unwrap());
        let printed =
            |value| json!({ "value": value, "issued_at": app.now().to_string(), "service_id": service });
        let both = json!({ "tickets": [printed(1), printed(2)] });
        assert_eq!(kiosk.post(&path, &both).await.expect(200)["items"].as_array().unwrap().len(), 2);
        // The answer was lost, and the kiosk says it again.
        assert_eq!(kiosk.post(&path, &both).await.expect(200)["items"], json!([]));
        let told = web.client.get(&page(1)).await.expect(200);
        assert_eq!((&told["number"], &told["people_ahead"]), (&json!("A-002"), &json!(1)));
        web.client.get(&page(2)).await.expect_fault(404, "not_found");
        assert_eq!(app.waiting(queue), ["A-001", "A-002"]);
    });
}

/// `PUT /api/tickets/{id}` does what other doors do, and asks for the same scopes.
#[test]
fn a_state_is_asked_for_with_the_scope_of_its_operation() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        app.sit(&app.agent(1), counter).await;
        let (web, t) = (Web::of(&app), app.issue(queue).await);
        let one = format!("/api/tickets/{}", t.id);
        let called = json!({ "status": "called", "counter_id": counter });
        let to = |status: &str| json!({ "status": status });
        let every = [called.clone(), to("SERVING"), to("served"), to("cancelled")];
        let may = |scope: &str| match scope {
            "tickets:call" => vec!["called"],
            "tickets:serve" => vec!["serving", "served"],
            "tickets:issue" => vec!["cancelled"],
            _ => vec![],
        };
        for scope in ["tickets:call", "tickets:serve", "tickets:issue", "tickets:read"] {
            for wish in &every {
                let asked = wish["status"].as_str().unwrap().to_ascii_lowercase();
                if !may(scope).contains(&asked.as_str()) {
                    web.only(scope).put(&one, wish).await.expect_fault(403, "forbidden");
                }
            }
        }
        web.only("tickets:serve").put(&one, to("eaten")).await.expect_fault(422, "invalid_field");
        for (scope, wish, state) in [
            ("tickets:call", called, "called"),
            ("tickets:serve", to("SERVING"), "serving"),
            ("tickets:serve", to("served"), "served"),
        ] {
            assert_eq!(web.only(scope).put(&one, wish).await.expect(200)["status"], state);
        }
        let other = format!("/api/tickets/{}", app.issue(queue).await.id);
        assert_eq!(
            web.only("tickets:issue").put(&other, to("cancelled")).await.expect(200)["status"],
            "cancelled"
        );
    });
}

/// The link to a ticket's page acts on the ticket, so it is told to whose ticket it is and to nobody else.
#[test]
fn the_link_to_a_ticket_is_its_owners() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let (web, ana, ben) = (Web::of(&app), app.hire("Ana", &[]).await, app.hire("Ben", &[]).await);
        let wish = json!({ "user_id": ana.actor.user() });
        let (ana, ben) = (web.person(&ana), web.person(&ben));
        let joined = ana.post(&format!("/api/queues/{queue}/join"), wish).await.expect(201);
        let url = joined["url"].as_str().unwrap().to_owned();
        let page = url.replace("/t/", "/api/v1/public/tickets/");
        assert_eq!(web.client.get(&page).await.expect(200)["number"], joined["number"]);
        let one = format!("/api/tickets/{}", joined["id"].as_str().unwrap());
        assert_eq!(ana.get(&one).await.expect(200)["url"], json!(url));
        assert_eq!(ana.get("/api/tickets").await.expect(200)["items"][0]["url"], json!(url));
        for answer in
            [ben.get(&one).await.expect(200), ben.get("/api/tickets").await.expect(200)["items"][0].clone()]
        {
            assert_eq!((&answer["id"], &answer["url"]), (&joined["id"], &Value::Null));
        }
    });
}

#[test]
fn staff_of_another_site_find_nothing_by_its_id() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let t = app.issue(queue).await;
        let web = Web::of(&app);
        let here = web.person_at(&app.manager(), app.site);
        let elsewhere = web.person_at(&app.manager(), SiteId::from_uuid(Uuid::from_u128(77)));
        let paths = [
            web.path(&format!("/tickets/{}", t.id)),
            web.path(&format!("/tickets/{}/history", t.id)),
            web.path(&format!("/tickets/{}/explain", t.id)),
            format!("/api/tickets/{}", t.id),
            format!("/api/tokens/{}/status", t.id),
            web.path(&format!("/queues/{queue}")),
            web.path(&format!("/queues/{queue}/stats")),
            format!("/api/queues/{queue}"),
            format!("/api/queues/{queue}/tickets"),
            web.path(&format!("/counters/{counter}")),
            format!("/api/counters/{counter}"),
        ];
        for path in &paths {
            here.get(path).await.expect(200);
            elsewhere.get(path).await.expect_fault(404, "not_found");
        }
        assert_eq!(elsewhere.get("/api/stats").await.expect(200)["counters_open"], 0);
        elsewhere
            .post(&web.path(&format!("/tickets/{}/cancel", t.id)), json!({}))
            .await
            .expect_fault(403, "wrong_site");
    });
}
