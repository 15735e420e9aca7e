//! Appointments through their routes: a phone, the front desk, a kiosk, a calendar.

use std::sync::Arc;

use serde_json::{Value, json};
use usher_appointments::ops::By;
use usher_db::{Lane, Tx};
use usher_http::{Api, Authenticator, BoxFuture, Credential, Grants, HttpConfig, Identity, Peer, Rates};
use usher_kernel::{Actor, Fault, FaultKind, Scopes, SiteId, TenantId, UserId};
use usher_tenancy::model::{SiteChange, TenantChange};
use usher_testkit::TestClient;
use uuid::Uuid;

use crate::app::{App, on_engines};

/// Takes everybody for what their credential says: a test of routes, not of sign-in. Staff is who has the number 100.
struct Trusting(TenantId, SiteId);

impl Authenticator for Trusting {
    fn identify<'a>(&'a self, credential: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        let who = match credential {
            Credential::Bearer(user) => user.parse().ok().map(|id: Uuid| {
                let scopes = if id.as_u128() == 100 { Scopes::all() } else { Scopes::none() };
                let actor = Actor::User { id: UserId::from_uuid(id), session: Uuid::nil() };
                (actor, Grants { scopes, sites: Arc::default() })
            }),
            Credential::Token(kind) => {
                let actor = Actor::Device { id: Uuid::from_u128(500), kind: Arc::from(kind), site: self.1 };
                Some((actor, Grants::default()))
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
struct Web {
    nobody: TestClient,
    staff: TestClient,
    public: String,
    own: String,
}

impl Web {
    fn of(app: &App) -> Self {
        Self::at(app, app.site)
    }

    /// The same with its devices at `site`.
    fn at(app: &App, site: SiteId) -> Self {
        let config = HttpConfig { rates: Rates::unlimited(), ..HttpConfig::default() };
        let who = Arc::new(Trusting(app.tenant, site));
        let api = Api::builder(config, who, Arc::new(app.tenancy.clone()), app.clock.clone())
            .mount(usher_queueing::routes(app.me.line().clone()))
            .mount(usher_appointments::routes(app.me.clone()))
            .build()
            .unwrap();
        let nobody = TestClient::new(api.into_router());
        Self {
            staff: nobody.clone().bearer(&Uuid::from_u128(100).to_string()),
            nobody,
            public: format!("/api/v1/public/sites/{}/{}", app.tenant, app.site),
            own: format!("/api/v1/tenants/{}", app.tenant),
        }
    }

    /// Somebody with an account of their own.
    async fn customer(&self, app: &App, name: &str) -> TestClient {
        self.nobody.clone().bearer(&app.hire(name).await.to_string())
    }
}

fn page(booked: &Value) -> String {
    format!("/api/v1/public/appointments/{}", booked["secret"].as_str().unwrap())
}

/// Another branch of the bank, made after all that there are.
async fn branch(app: &App, name: &str) -> SiteId {
    app.wait(1);
    let hours = json!({ "thu": [{ "opens": "09:00", "closes": "17:00" }] });
    let change = json!({ "name": name, "timezone": "Europe/Berlin", "hours": hours });
    let change: SiteChange = serde_json::from_value(change).unwrap();
    let tenant = app.tenant;
    let open = move |tx: &mut Tx<'_>| usher_tenancy::ops::create_site(tx, tenant, change.clone());
    app.me.db().write(&app.staff(), Lane::Tenant, open).await.unwrap().id
}

/// Whoever looks for a place to book asks once, and is shown no branch that takes nobody.
#[test]
fn places_where_one_can_book_are_one_list_with_the_next_time_of_each() {
    on_engines(|app| async move {
        let north = branch(&app, "North").await;
        let south = branch(&app, "South").await;
        branch(&app, "East").await;
        app.offered(json!({})).await;
        let at_north = app.offered(json!({ "site_id": north, "online": false })).await;
        app.offered(json!({ "site_id": south, "lead_minutes": 1_440 })).await;
        let another = app.another_service("Cards").await;
        app.offered(json!({ "site_id": south, "service_id": another })).await;
        let web = Web::of(&app);
        let ask =
            async |query: &str| web.nobody.get(&format!("/api/v1/public/bookable?{query}")).await.expect(200);
        let names = |page: &Value| -> Vec<String> {
            let items = page["items"].as_array().unwrap();
            items.iter().map(|place| place["site"]["name"].as_str().unwrap().to_owned()).collect()
        };
        let first = ask("limit=1").await;
        assert_eq!(names(&first), ["Main branch"]);
        let alone = web.nobody.get(&format!("{}/bookable", web.public)).await.expect(200);
        let main = &first["items"][0];
        assert_eq!((&main["site"], &main["next"]), (&alone["site"], &alone["services"][0]["next"]));
        assert!(main["tenant_name"].as_str().unwrap().starts_with("Bank "), "{main}");
        // North is booked by staff alone, East not at all; of two services at South the sooner one counts.
        let cursor = first["next_cursor"].as_str().unwrap().replace(' ', "%20");
        let second = ask(&format!("limit=1&cursor={cursor}")).await;
        assert_eq!((names(&second), &second["next_cursor"]), (vec!["South".to_owned()], &Value::Null));
        assert_eq!(second["items"][0]["next"]["starts_at"], json!("2026-03-05T08:00:00Z"));
        let wrong = web.nobody.get("/api/v1/public/bookable?cursor=1").await.expect(422);
        assert_eq!(wrong["errors"][0]["code"], "invalid_cursor");

        app.change(at_north.id, json!({ "online": true })).await.unwrap();
        assert_eq!(names(&ask("").await), ["Main branch", "North", "South"]);
        let tenant = app.tenant;
        let hide = move |tx: &mut Tx<'_>| {
            let change = TenantChange { listed: Some(false), ..TenantChange::default() };
            usher_tenancy::ops::update_tenant(tx, tenant, change, None, false)
        };
        app.me.db().write(&app.staff(), Lane::Tenant, hide).await.unwrap();
        assert_eq!(names(&ask("").await), [""; 0]);
    });
}

#[test]
fn a_phone_finds_holds_confirms_and_comes() {
    on_engines(|app| async move {
        app.offered(json!({ "instructions": "Bring a passport." })).await;
        let web = Web::of(&app);
        let offered = web.nobody.get(&format!("{}/bookable", web.public)).await.expect(200);
        let service = &offered["services"][0];
        assert_eq!(
            (&service["name"], &service["next"]["starts_at"]),
            (&json!("Loans"), &json!("2026-03-04T11:00:00Z"))
        );
        let slots = format!("{}/slots?service_id={}&from=2026-03-05&days=2", web.public, app.service);
        let slots = web.nobody.get(&slots).await.expect(200);
        let slot = &slots["days"][0]["slots"][0];
        assert_eq!((&slots["days"][0]["state"], &slot["free"]), (&json!("free"), &json!(1)));
        let new = json!({ "service_id": app.service, "starts_at": slot["starts_at"], "hold": true });
        let bookings = format!("{}/appointments", web.public);
        let held = web.nobody.post(&bookings, &new).await.expect(201);
        assert_eq!((&held["status"], &held["at"]), (&json!("held"), &json!(app.clock.now())));
        let nameless = web.nobody.post(&format!("{}/confirm", page(&held)), json!({})).await;
        nameless.expect_fault(422, "invalid_field");
        let who = json!({ "name": "Ana", "phone": "+49 30 123" });
        let booked = web.nobody.post(&format!("{}/confirm", page(&held)), &who).await.expect(200);
        assert_eq!(
            (&booked["status"], &booked["instructions"]),
            (&json!("booked"), &json!("Bring a passport."))
        );
        let taken = web.nobody.post(
            &bookings,
            json!({ "service_id": app.service, "starts_at": slot["starts_at"], "name": "Ben" }),
        );
        let taken = taken.await.expect(409);
        assert_eq!((&taken["code"], taken["nearest"].as_array().unwrap().len()), (&json!("slot_taken"), 3));

        let calendar = web.nobody.get(&format!("{}/calendar", page(&held))).await;
        let text = calendar.text();
        assert!(
            text.contains("DTSTART:20260305T080000Z") && text.contains("https://bank.example/appointments/"),
            "{text}"
        );
        let early = web.nobody.post(&format!("{}/check-in", page(&held)), json!({})).await.expect(409);
        assert_eq!((&early["code"], &early["from"]), (&json!("too_early"), &json!("2026-03-05T07:30:00Z")));
        app.go_to("2026-03-05T07:55:00Z");
        // The branch opens at nine, and takes people in from then on.
        app.go_to("2026-03-05T08:00:00Z");
        let here = web.nobody.post(&format!("{}/check-in", page(&held)), json!({})).await.expect(200);
        assert_eq!(here["status"], "checked_in");
        let ticket = here["ticket_url"].as_str().unwrap().replace("/t/", "/api/v1/public/tickets/");
        assert_eq!(web.nobody.get(&ticket).await.expect(200)["status"], "waiting");
    });
}

/// With whom: the names of those whose time is offered, and nothing else of them; the slots of one of them; the name on
/// what was booked. Its own page is told to the person and to who may change it.
#[test]
fn people_choose_with_whom() {
    on_engines(|app| async move {
        let (ana, kim) = (app.hire("Ana").await, app.hire("Kim").await);
        app.offered(json!({})).await;
        app.offered(json!({ "staff_id": kim })).await;
        app.offered(json!({ "staff_id": ana, "max_party": 3 })).await;
        // Only staff book with her.
        let lea = app.hire("Lea").await;
        app.offered(json!({ "staff_id": lea, "online": false })).await;
        let web = Web::of(&app);
        let slots =
            |of: &str, rest: &str| format!("{of}/slots?service_id={}&from=2026-03-05{rest}", app.service);
        let offered = web.nobody.get(&slots(&web.public, "")).await.expect(200);
        let (a, k) = (json!({ "id": ana, "name": "Ana" }), json!({ "id": kim, "name": "Kim" }));
        assert_eq!((&offered["people"], &offered["max_party"]), (&json!([a, k]), &json!(100)));
        assert_eq!(offered["days"][0]["slots"][0]["free"], 3);
        let desk = web.staff.get(&slots(&web.own, &format!("&site_id={}", app.site))).await.expect(200);
        assert_eq!(desk["people"].as_array().unwrap().len(), 3);
        let hers = web.nobody.get(&slots(&web.public, &format!("&staff_id={ana}"))).await.expect(200);
        assert_eq!((&hers["people"], &hers["days"][0]["slots"][0]["free"]), (&json!([a, k]), &json!(1)));
        let many = slots(&web.public, &format!("&staff_id={ana}&party_size=4"));
        let many = web.nobody.get(&many).await.expect(422);
        assert_eq!(many["errors"][0]["field"], "party_size");
        let none = web.nobody.get(&slots(&web.public, "&party_size=0")).await.expect(422);
        assert_eq!(none["errors"][0]["field"], "party_size");

        let zoe = web.customer(&app, "Zoe").await;
        let wish = json!({
            "service_id": app.service, "starts_at": "2026-03-05T08:00:00Z", "staff_id": ana, "name": "Zoe",
        });
        let booked = zoe.post(&format!("{}/appointments", web.public), &wish).await.expect(201);
        assert_eq!(booked["staff"], a);
        let again = web.nobody.post(&format!("{}/appointments", web.public), &wish).await.expect(409);
        assert_eq!(again["code"], "slot_taken");
        let all = format!("{}/tickets/appointments?staff_id={ana}", web.own);
        for who in [&web.staff, &zoe] {
            let mine = who.get(&all).await.expect(200);
            let mine = &mine["items"][0];
            assert_eq!((&mine["staff_name"], &mine["url"]), (&json!("Ana"), &booked["url"]));
        }
    });
}

#[test]
fn nobody_guesses_the_page_of_another() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        let web = Web::of(&app);
        let waitlist = app.me.waitlist().seal(booked.id);
        for secret in [booked.id.to_string(), booked.reference.clone(), waitlist, "x".repeat(38)] {
            for rest in ["", "/calendar"] {
                let path = format!("/api/v1/public/appointments/{secret}{rest}");
                web.nobody.get(&path).await.expect_fault(404, "not_found");
            }
            let path = format!("/api/v1/public/appointments/{secret}/cancel");
            web.nobody.post(&path, json!({})).await.expect_fault(404, "not_found");
        }
        assert_eq!(app.status(booked.id).await, "booked");
    });
}

#[test]
fn customers_see_and_change_their_own_and_staff_all() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let web = Web::of(&app);
        let all = format!("{}/tickets/appointments", web.own);
        let (ana, ben) = (web.customer(&app, "Ana").await, web.customer(&app, "Ben").await);
        let new = |start: &str| json!({ "service_id": app.service, "starts_at": start, "name": "Ana" });
        let hers = ana.post(&all, new("2026-03-05T08:00:00Z")).await.expect(201);
        assert!(hers["channel"] == "mobile" && hers["customer_id"].is_string(), "{hers}");
        ben.post(&all, new("2026-03-05T09:00:00Z")).await.expect(201);
        let one = format!("{all}/{}", hers["id"].as_str().unwrap());
        for (method, path) in [("GET", one.clone()), ("GET", format!("{one}/calendar"))] {
            let _ = method;
            ben.get(&path).await.expect_fault(404, "not_found");
        }
        ben.put(&one, json!({ "name": "Ben" })).await.expect_fault(404, "not_found");
        ben.delete(&one).await.expect_fault(404, "not_found");
        ben.post(&format!("{one}/no-show"), json!({})).await.expect_fault(403, "forbidden");
        let other = json!({ "customer_id": Uuid::from_u128(1), "service_id": app.service, "starts_at": "2026-03-05T10:00:00Z" });
        let others = ben.post(&all, other).await.expect(422);
        assert_eq!(others["errors"][0]["field"], "customer_id");
        assert_eq!(ana.get(&all).await.expect(200)["items"].as_array().unwrap().len(), 1);

        let desk = web.staff.get(&format!("{all}?limit=1&from=2026-03-05T00:00:00Z")).await.expect(200);
        assert_eq!(desk["items"][0]["id"], hers["id"]);
        let cursor = desk["next_cursor"].as_str().unwrap().replace(' ', "%20");
        let rest = web.staff.get(&format!("{all}?cursor={cursor}")).await.expect(200);
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next_cursor"]), (1, &Value::Null));
        web.staff.get(&format!("{all}?cursor=zzz")).await.expect(422);
        let found =
            web.staff.get(&format!("{all}?q={}", hers["reference"].as_str().unwrap())).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);

        // What was read and sent back changes nothing; another time moves it.
        let read = web.staff.get(&one).await.expect(200);
        web.staff.put(&one, &read).await.expect(200);
        let moved =
            web.staff.put(&one, json!({ "starts_at": "2026-03-05T10:00:00Z", "notes": "Window seat" })).await;
        let moved = moved.expect(200);
        assert_eq!(
            (&moved["starts_at"], &moved["notes"]),
            (&json!("2026-03-05T10:00:00Z"), &json!("Window seat"))
        );
        // Null empties, and what is absent stays; who books for themselves keeps a name.
        let change = json!({ "notes": null, "phone": "+49 30 7654321" });
        let emptied = web.staff.put(&one, change).await.expect(200);
        assert_eq!((&emptied["notes"], &emptied["phone"]), (&Value::Null, &json!("+49307654321")));
        assert_eq!(emptied["name"], "Ana");
        let nameless = ana.put(&one, json!({ "name": null })).await.expect(422);
        assert_eq!(nameless["errors"][0]["field"], "name");
        let nameless = web.staff.put(&one, json!({ "name": " ", "phone": null })).await.expect(200);
        assert_eq!((&nameless["name"], &nameless["phone"]), (&Value::Null, &Value::Null));
        let stale = web.staff.clone().header("if-match", "\"1\"").put(&one, json!({ "name": "B" })).await;
        stale.expect_fault(412, "stale");
        ana.delete(&one).await.expect(204);
        assert_eq!(web.staff.get(&one).await.expect(200)["status"], "cancelled");
    });
}

/// Who is signed in books for somebody else: it is that person's, and whoever booked sees it and looks after it, too.
#[test]
fn somebody_books_for_another_person() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 3 })).await;
        let web = Web::of(&app);
        let (ana, ben) = (web.customer(&app, "Ana").await, web.customer(&app, "Ben").await);
        let (bookings, all) =
            (format!("{}/appointments", web.public), format!("{}/tickets/appointments", web.own));
        // Held for whoever is signed in, before it is said for whom; or said at once, by either way.
        let hold = json!({ "service_id": app.service, "starts_at": "2026-03-05T08:00:00Z", "hold": true });
        let held = ana.post(&bookings, hold).await.expect(201);
        let who = json!({ "name": "Oma", "phone": "+49 30 1234567", "for_other": true });
        let booked = ana.post(&format!("{}/confirm", page(&held)), who).await.expect(200);
        assert_eq!((&booked["status"], &booked["name"]), (&json!("booked"), &json!("Oma")));
        for (path, start) in [(&bookings, "2026-03-05T09:00:00Z"), (&all, "2026-03-05T10:00:00Z")] {
            let new = json!({
                "service_id": app.service, "starts_at": start, "name": "Oma", "phone": "030 1234567",
                "email": "oma@home.example", "for_other": true,
            });
            ana.post(path, new).await.expect(201);
        }
        let hers = json!({ "service_id": app.service, "starts_at": "2026-03-05T11:00:00Z", "name": "Ana" });
        ana.post(&bookings, hers).await.expect(201);

        let desk = web.staff.get(&all).await.expect(200);
        let (oma, own) = (&desk["items"][0], &desk["items"][3]);
        assert!(oma["customer_id"].is_string() && oma["customer_id"] != own["customer_id"], "{oma}");
        assert!(oma["booked_by"].is_string() && own["booked_by"].is_null(), "{oma} {own}");
        let known = oma["customer_id"].as_str().unwrap();
        let theirs = web.staff.get(&format!("{all}?customer_id={known}")).await.expect(200);
        assert!(theirs["items"].as_array().unwrap().iter().any(|a| a["id"] == oma["id"]), "{theirs}");

        // Among her own stand all four; of the other person's record she learns nothing.
        let listed = ana.get(&all).await.expect(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 4);
        let seen = &listed["items"][0];
        assert_eq!((&seen["name"], &seen["customer_id"]), (&json!("Oma"), &Value::Null));
        assert_eq!((&seen["url"], &seen["booked_by"]), (&booked["url"], &oma["booked_by"]));
        assert_eq!(seen["allowed"], json!(["reschedule", "cancel", "edit"]));
        assert_eq!(listed["items"][3]["customer_id"], own["customer_id"]);
        assert_eq!(ben.get(&all).await.expect(200)["items"], json!([]));
        let feed = ana.post(&format!("{}/calendar", web.own), json!({})).await.expect(200);
        let feed = feed["url"].as_str().unwrap().replace("https://bank.example", "");
        let text = web.nobody.get(&feed).await.text();
        assert_eq!(
            (text.matches("SUMMARY:Loans · Oma").count(), text.matches("URL:").count()),
            (3, 4),
            "{text}"
        );

        let one = format!("{all}/{}", seen["id"].as_str().unwrap());
        ben.get(&one).await.expect_fault(404, "not_found");
        ana.put(&one, json!({ "notes": "Hard of hearing" })).await.expect(200);
        ana.delete(&one).await.expect(204);
        assert_eq!(web.staff.get(&one).await.expect(200)["status"], "cancelled");
        // Without an account nobody has booked for them.
        let guest = json!({
            "service_id": app.service, "starts_at": "2026-03-05T12:00:00Z", "name": "Oma", "for_other": true,
        });
        web.nobody.post(&bookings, guest).await.expect(201);
        let desk = web.staff.get(&format!("{all}?from=2026-03-05T12:00:00Z")).await.expect(200);
        assert_eq!(desk["items"][0]["booked_by"], Value::Null);
    });
}

/// Who waits for somebody else sees what is offered to them.
#[test]
fn somebody_waits_for_another_person() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly })).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        let web = Web::of(&app);
        let ana = web.customer(&app, "Ana").await;
        let wish = json!({
            "service_id": app.service, "from": "2026-03-05", "name": "Oma", "phone": "+49 30 1234567",
            "for_other": true,
        });
        ana.post(&format!("{}/waitlist", web.public), wish).await.expect(201);
        app.cancel(By::Staff, booked.id).await.unwrap();
        let offered = ana.get(&format!("{}/tickets/appointments", web.own)).await.expect(200);
        let offered = &offered["items"][0];
        assert_eq!((&offered["status"], &offered["name"]), (&json!("held"), &json!("Oma")));
        assert!(offered["booked_by"].is_string() && offered["url"].is_string(), "{offered}");
    });
}

/// A party that only staff may book finds the times to which it can be moved on its own page.
#[test]
fn the_page_of_a_larger_party_shows_to_when_it_can_be_moved() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 8, "max_party": 4, "counts_people": true })).await;
        let web = Web::of(&app);
        let new = json!({
            "service_id": app.service, "starts_at": "2026-03-05T08:00:00Z", "name": "Ana", "party_size": 6,
        });
        let booked = web.staff.post(&format!("{}/tickets/appointments", web.own), &new).await.expect(201);
        let page = format!("/api/v1/public{}", booked["url"].as_str().unwrap());
        let days = "from=2026-03-05&days=1";
        let open = format!("{}/slots?service_id={}&party_size=6&{days}", web.public, app.service);
        assert_eq!(web.nobody.get(&open).await.expect(422)["errors"][0]["code"], "too_many_people");
        let own = web.nobody.get(&format!("{page}/slots?{days}")).await.expect(200);
        let free: Vec<&Value> =
            own["days"][0]["slots"].as_array().unwrap().iter().map(|one| &one["free"]).collect();
        assert_eq!(free[..2], [&json!(0), &json!(8)], "all of them come together or stay");
        let to = json!({ "starts_at": own["days"][0]["slots"][1]["starts_at"] });
        let moved = web.nobody.post(&format!("{page}/reschedule"), &to).await.expect(200);
        assert_eq!((&moved["starts_at"], &moved["party_size"]), (&to["starts_at"], &json!(6)));
        let wrong = web.nobody.get(&format!("{page}/slots?days=32")).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "days");
    });
}

/// What an answer names as allowed is what the server then does, and nothing else.
#[test]
fn allowed_is_what_the_caller_may() {
    on_engines(|app| async move {
        app.offered(json!({ "cancel_cutoff_minutes": 60, "early_minutes": 15, "late_minutes": 10 })).await;
        let web = Web::of(&app);
        let (ana, ben) = (web.customer(&app, "Ana").await, web.customer(&app, "Ben").await);
        let all = format!("{}/tickets/appointments", web.own);
        let new = json!({ "service_id": app.service, "starts_at": "2026-03-05T09:00:00Z", "name": "Ana" });
        let booked = ana.post(&all, new).await.expect(201);
        assert_eq!(booked["allowed"], json!(["reschedule", "cancel", "edit"]), "a day before");
        let one = format!("{all}/{}", booked["id"].as_str().unwrap());
        let desk = web.staff.get(&one).await.expect(200);
        assert_eq!(desk["allowed"], json!(["reschedule", "cancel", "check_in", "no_show", "edit"]));
        ana.post(&format!("{one}/no-show"), json!({})).await.expect_fault(403, "forbidden");
        ana.post(&format!("{one}/check-in"), json!({})).await.expect_fault(409, "too_early");

        app.go_to("2026-03-05T08:50:00Z");
        let listed = ana.get(&all).await.expect(200);
        assert_eq!(
            listed["items"][0]["allowed"],
            json!(["check_in", "edit"]),
            "too late to change, open to come"
        );
        ana.post(&format!("{one}/cancel"), json!({})).await.expect_fault(409, "too_late_to_change");
        let here = ana.post(&format!("{one}/check-in"), json!({})).await.expect(200);
        assert_eq!(here["allowed"], json!(["edit"]));
        assert_eq!(ben.get(&all).await.expect(200)["items"], json!([]));

        let hold = json!({ "service_id": app.service, "starts_at": "2026-03-05T10:00:00Z", "hold": true });
        let held = ben.post(&all, hold).await.expect(201);
        assert_eq!(held["allowed"], json!(["confirm", "extend", "cancel"]));
        app.go_to("2026-03-05T09:30:00Z");
        let over = format!("{all}/{}", held["id"].as_str().unwrap());
        assert_eq!(ben.get(&over).await.expect(200)["allowed"], json!(["cancel"]), "its time is over");
    });
}

#[test]
fn a_kiosk_takes_a_reference_or_a_code() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 2 })).await;
        let first = app.book("2026-03-05T08:00:00Z").await.unwrap();
        let second = app.book("2026-03-05T08:00:00Z").await.unwrap();
        app.go_to("2026-03-05T08:00:00Z");
        let web = Web::of(&app);
        let kiosk = web.nobody.clone().token("kiosk");
        let typed = format!(" {} ", first.reference.to_lowercase());
        let here = kiosk.post("/api/v1/device/check-in", json!({ "code": typed })).await.expect(200);
        assert_eq!((&here["reference"], &here["number"]), (&json!(first.reference), &json!("L-001")));
        let scanned = format!("https://bank.example/appointments/{}", app.me.pages().seal(second.id));
        let here = kiosk.post("/api/v1/device/check-in", json!({ "code": scanned })).await.expect(200);
        assert_eq!(here["number"], "L-002");
        let again = kiosk.post("/api/v1/device/check-in", json!({ "code": first.reference })).await;
        assert_eq!(again.expect_fault(409, "not_allowed_in_state")["state"], "checked_in");
        // A kiosk of another site says where to go.
        let elsewhere = Web::at(&app, SiteId::from_uuid(Uuid::from_u128(9))).nobody.token("kiosk");
        let sent = elsewhere.post("/api/v1/device/check-in", json!({ "code": second.reference })).await;
        assert_eq!(sent.expect_fault(409, "other_site")["site"], "Main branch");
        for wrong in ["", "ABCDEF", "\u{0}", &"x".repeat(5_000)] {
            let answer = kiosk.post("/api/v1/device/check-in", json!({ "code": wrong })).await;
            assert!(matches!(answer.status.as_u16(), 404 | 422), "{wrong:.20}");
        }
        web.nobody.post("/api/v1/device/check-in", json!({ "code": "ABCDEF" })).await.expect(401);
    });
}

/// The number that was left with a booking checks in who comes today, with or without its country; nobody is found by a
/// piece of one, by a number that two have, or at another site, and nothing is told but the ticket.
#[test]
fn a_kiosk_takes_the_number_of_a_booking() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 4 })).await;
        let web = Web::of(&app);
        let kiosk = web.nobody.clone().token("kiosk");
        let all = format!("{}/tickets/appointments", web.own);
        let book = |name: &'static str, phone: &'static str, at: &'static str| {
            let new = json!({ "service_id": app.service, "starts_at": at, "name": name, "phone": phone });
            let (staff, all) = (web.staff.clone(), all.clone());
            async move { staff.post(&all, new).await.expect(201)["reference"].clone() }
        };
        let morning = book("Ana", "+49 30 1234567", "2026-03-05T08:00:00Z").await;
        let noon = book("Ana's son", "+49 30 1234567", "2026-03-05T09:00:00Z").await;
        book("Bo", "+49 40 7654321", "2026-03-05T08:00:00Z").await;
        book("Cem", "+43 40 7654321", "2026-03-05T08:00:00Z").await;
        book("Dora", "+49 50 5555555", "2026-03-06T08:00:00Z").await;
        app.go_to("2026-03-05T08:00:00Z");
        let come = |phone: &str| kiosk.post("/api/v1/device/check-in", json!({ "phone": phone }));

        let here = come("030 123 45 67").await.expect(200);
        assert_eq!(here["reference"], morning);
        assert!(!here.to_string().contains("Ana") && !here.to_string().contains("1234567"), "{here}");
        // The same number once more is who comes later with it, not too early and not twice.
        let early = come("+49301234567").await.expect_fault(409, "too_early");
        assert!(early["from"].is_string(), "{early}");
        come("040 7654321").await.expect_fault(409, "number_is_shared");
        come("+49407654321").await.expect(200);
        app.go_to("2026-03-05T08:40:00Z");
        assert_eq!(come("0049 30 1234567").await.expect(200)["reference"], noon);
        let again = come("+49301234567").await.expect_fault(409, "not_allowed_in_state");
        assert_eq!(again["state"], "checked_in");

        for nobody in ["234567", "+4930", "", "+49505555555", "Ana", "%", &"1".repeat(5_000)] {
            come(nobody).await.expect_fault(404, "not_found");
        }
        let elsewhere = Web::at(&app, SiteId::from_uuid(Uuid::from_u128(9))).nobody.token("kiosk");
        let answer = elsewhere.post("/api/v1/device/check-in", json!({ "phone": "+43407654321" })).await;
        assert!(answer.status.as_u16() == 404 || answer.status.as_u16() == 422, "{answer:?}");
        for wrong in [json!({}), json!({ "code": "ABCDEF", "phone": "+43407654321" })] {
            let answer = kiosk.post("/api/v1/device/check-in", wrong).await.expect(422);
            assert_eq!(answer["errors"][0]["field"], "code");
        }
    });
}

/// Whoever is booked for the first minutes of tomorrow comes before midnight.
#[test]
fn a_kiosk_takes_a_number_across_midnight() {
    on_engines(|app| async move {
        app.offered(json!({ "early_minutes": 1_440 })).await;
        let web = Web::of(&app);
        let kiosk = web.nobody.clone().token("kiosk");
        let book = |name: &'static str, phone: &'static str, at: &'static str| {
            let new = json!({ "service_id": app.service, "starts_at": at, "name": name, "phone": phone });
            let (staff, all) = (web.staff.clone(), format!("{}/tickets/appointments", web.own));
            async move { staff.post(&all, new).await.expect(201) }
        };
        let tomorrow = book("Dora", "+49 50 5555555", "2026-03-06T08:00:00Z").await;
        book("Emil", "+49 60 6666666", "2026-03-06T09:00:00Z").await;
        app.go_to("2026-03-05T08:30:00Z");
        let come = |phone: &str| kiosk.post("/api/v1/device/check-in", json!({ "phone": phone }));
        assert_eq!(come("050 5555555").await.expect(200)["reference"], tomorrow["reference"]);
        come("060 6666666").await.expect_fault(404, "not_found");
    });
}

/// The desk finds who booked by a piece of the name in whatever case, of the number as people write it, or of the code;
/// signs that mean something to the database mean nothing here.
#[test]
fn the_desk_finds_a_booking() {
    on_engines(|app| async move {
        app.offered(json!({ "capacity": 2 })).await;
        let web = Web::of(&app);
        let all = format!("{}/tickets/appointments", web.own);
        for (name, phone) in [("Ömer Çelik", "+49 30 1234567"), ("100% Émile_X", "030 7654321")] {
            let new = json!({ "service_id": app.service, "starts_at": "2026-03-05T08:00:00Z", "name": name, "phone": phone });
            web.staff.post(&all, new).await.expect(201);
        }
        for (piece, found) in [
            ("Ömer", 1),
            ("ömer ç", 1),
            ("ÖMER", 1),
            ("elik", 1),
            ("030 123 45", 1),
            ("%2B49 30", 1),
            ("7654", 1),
            ("émile_", 1),
            ("%25", 1),
            ("_", 1),
            ("e", 2),
            ("Ana", 0),
            ("100_", 0),
        ] {
            let path = format!("{all}?q={}", piece.replace(' ', "%20"));
            let answer = web.staff.get(&path).await.expect(200);
            assert_eq!(answer["items"].as_array().unwrap().len(), found, "{piece}");
        }
    });
}

/// The desk puts a caller on the waitlist, tells them their page, and answers for them when a place is freed.
#[test]
fn the_desk_answers_for_a_caller() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly, "offer_minutes": 30 })).await;
        let web = Web::of(&app);
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        let all = format!("{}/waitlist", web.own);
        let wish = |name: &str| json!({ "service_id": app.service, "site_id": app.site, "from": "2026-03-05", "name": name });
        let ben = web.staff.post(&all, wish("Ben")).await.expect(201);
        app.wait(1);
        let cem = web.staff.post(&all, wish("Cem")).await.expect(201);
        let page =
            |entry: &Value| entry["url"].as_str().unwrap().replace("/waitlist/", "/api/v1/public/waitlist/");
        assert_eq!(web.nobody.get(&page(&ben)).await.expect(200)["status"], "waiting");

        let one = |entry: &Value| format!("{all}/{}", entry["id"].as_str().unwrap());
        let accept = |entry: &Value| format!("{}/accept", one(entry));
        web.staff.post(&accept(&ben), json!({})).await.expect_fault(409, "not_offered");
        let other = web.customer(&app, "Ana").await;
        other.post(&accept(&ben), json!({})).await.expect_fault(403, "forbidden");
        let unknown = format!("{all}/{}/accept", Uuid::from_u128(7));
        web.staff.post(&unknown, json!({})).await.expect_fault(404, "not_found");

        app.cancel(By::Staff, booked.id).await.unwrap();
        let waits = async || web.staff.get(&format!("{all}?site_id={}", app.site)).await.expect(200);
        let listed = waits().await;
        assert_eq!(listed["items"][0]["id"], ben["id"]);
        assert_eq!(
            (&listed["items"][0]["status"], &listed["items"][0]["url"]),
            (&json!("offered"), &Value::Null)
        );
        // He does not want it: it is offered to the next, who does.
        web.staff.delete(&one(&ben)).await.expect(204);
        assert_eq!(web.nobody.get(&page(&ben)).await.expect(200)["status"], "declined");
        assert_eq!(waits().await["items"][0]["id"], cem["id"]);
        let taken = web.staff.post(&accept(&cem), json!({})).await.expect(200);
        assert_eq!((&taken["status"], &taken["name"]), (&json!("booked"), &json!("Cem")));
        assert_eq!(taken["waitlist_id"], cem["id"]);
        web.staff.post(&accept(&cem), json!({})).await.expect_fault(409, "not_offered");
        assert_eq!(waits().await["items"], json!([]));
    });
}

#[test]
fn calendars_are_subscribed_to_and_ended() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let web = Web::of(&app);
        let ana = web.customer(&app, "Ana").await;
        let new = json!({ "service_id": app.service, "starts_at": "2026-03-05T08:00:00Z", "name": "Ana" });
        ana.post(&format!("{}/tickets/appointments", web.own), new).await.expect(201);
        app.book("2026-03-05T09:00:00Z").await.unwrap();
        let path = |feed: &Value| feed["url"].as_str().unwrap().replace("https://bank.example", "");
        let hers = path(&ana.post(&format!("{}/calendar", web.own), json!({})).await.expect(200));
        assert_eq!(hers, path(&ana.post(&format!("{}/calendar", web.own), json!({})).await.expect(200)));
        let text = web.nobody.get(&hers).await.text();
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1, "{text}");
        let site = format!("{}/sites/{}/calendar", web.own, app.site);
        let desk = path(&web.staff.post(&site, json!({})).await.expect(200));
        let text = web.nobody.get(&desk).await.text();
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2, "{text}");
        // Of other people's pages nothing is said.
        assert!(text.contains("SUMMARY:Loans · Ana") && !text.contains("URL:"), "{text}");
        ana.post(&site, json!({})).await.expect_fault(403, "forbidden");
        ana.delete(&format!("{}/calendar", web.own)).await.expect(204);
        web.nobody.get(&hers).await.expect_fault(404, "not_found");
        assert_eq!(web.nobody.get(&desk).await.status, 200);
    });
}

/// What was answered to a phone that booked goes with the person, and its key is spent.
#[test]
fn what_was_answered_to_a_phone_goes_with_the_person() {
    on_engines(|app| async move {
        app.offered(json!({})).await;
        let web = Web::of(&app);
        let phone = |key: &str| web.nobody.clone().idempotency_key(key);
        let bookings = format!("{}/appointments", web.public);
        let at = "2026-03-05T08:00:00Z";
        let ana =
            json!({ "service_id": app.service, "starts_at": at, "name": "Ana", "phone": "+49301234567" });
        phone("a key of sixteen").post(&bookings, &ana).await.expect(201);
        let ben = json!({ "service_id": app.service, "starts_at": "2026-03-05T09:00:00Z", "name": "Ben" });
        let bens = phone("another key of those").post(&bookings, &ben).await.expect(201);

        let (people, tenant) = (app.me.line().customers().clone(), app.tenant);
        let (identity, holders) = (app.me.line().identity().clone(), people.holders());
        let contact = usher_customers::Contact {
            phone: Some("+49301234567".to_owned()),
            ..usher_customers::Contact::default()
        };
        let erase = move |tx: &mut usher_db::Tx<'_>| {
            let known = people.known(tx, tenant, &contact)?.unwrap();
            usher_customers::ops::erase(tx, &identity, &holders, tenant, known.id, None)
        };
        app.me.db().write(&app.staff(), usher_db::Lane::Tenant, erase).await.unwrap();
        phone("a key of sixteen").post(&bookings, &ana).await.expect_fault(410, "answer_erased");
        assert_eq!(phone("another key of those").post(&bookings, &ben).await.expect(201), bens);
    });
}

/// The address of a calendar outlives a job: of whom somebody served it says nothing once they have left.
#[test]
fn who_works_here_no_longer_reads_of_nobody() {
    on_engines(|app| async move {
        let kim = app.hire("Kim").await;
        app.offered(json!({ "staff_id": kim })).await;
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        let web = Web::of(&app);
        let own = web.nobody.clone().bearer(&kim.to_string());
        let feed = own.post(&format!("{}/calendar", web.own), json!({})).await.expect(200);
        let feed = feed["url"].as_str().unwrap().replace("https://bank.example", "");
        let text = web.nobody.get(&feed).await.text();
        assert!(text.contains("SUMMARY:Loans · Ana"), "{text}");
        app.dismiss(kim).await;
        let text = web.nobody.get(&feed).await.text();
        assert!(text.contains("BEGIN:VCALENDAR") && !text.contains("BEGIN:VEVENT"), "{text}");
    });
}

/// Nobody books the time of somebody who works here no longer; where others give the same, they do.
#[test]
fn the_time_of_who_left_is_booked_no_more() {
    on_engines(|app| async move {
        let kim = app.hire("Kim").await;
        app.offered(json!({ "staff_id": kim })).await;
        app.book("2026-03-05T08:00:00Z").await.unwrap();
        app.dismiss(kim).await;
        assert_eq!(app.book("2026-03-05T09:00:00Z").await.unwrap_err().code(), "no_appointments");
        let web = Web::of(&app);
        let bookable = web.nobody.get(&format!("{}/bookable", web.public)).await.expect(200);
        assert_eq!(bookable["services"], json!([]));
        app.offered(json!({})).await;
        let slots = format!("{}/slots?service_id={}&from=2026-03-05&days=1", web.public, app.service);
        let slots = web.nobody.get(&slots).await.expect(200);
        assert_eq!((&slots["people"], &slots["days"][0]["slots"][0]["free"]), (&json!([]), &json!(1)));
        app.book("2026-03-05T08:00:00Z").await.unwrap();
    });
}

/// What a secret opens is closed with everything else where a tenant is suspended.
#[test]
fn a_suspended_tenant_opens_no_page_by_its_secret() {
    on_engines(|app| async move {
        let weekly = json!({ "thu": [{ "opens": "09:00", "closes": "09:30" }] });
        app.offered(json!({ "weekly": weekly })).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        let waits = app.wait_for("Ben", "2026-03-05").await.unwrap();
        let web = Web::of(&app);
        let ana = web.customer(&app, "Ana").await;
        let feed = ana.post(&format!("{}/calendar", web.own), json!({})).await.expect(200);
        let feed = feed["url"].as_str().unwrap().replace("https://bank.example", "");
        let page = format!("/api/v1/public/appointments/{}", app.me.pages().seal(booked.id));
        let place = format!("/api/v1/public/waitlist/{}", app.me.waitlist().seal(waits));
        let paths = [page.clone(), format!("{page}/calendar"), place, feed];
        for path in &paths {
            assert_eq!(web.nobody.get(path).await.status, 200, "{path}");
        }
        app.suspend().await;
        for path in &paths {
            web.nobody.get(path).await.expect_fault(403, "tenant_suspended");
        }
        web.nobody.post(&format!("{page}/cancel"), json!({})).await.expect_fault(403, "tenant_suspended");
    });
}

/// Where a line takes by themselves only who is there, saying so from one's own page asks for the same; a kiosk does not.
#[test]
fn a_fenced_line_takes_from_the_page_only_who_is_there() {
    on_engines(|app| async move {
        app.fence(200).await;
        app.offered(json!({ "capacity": 2 })).await;
        let booked = app.book("2026-03-05T08:00:00Z").await.unwrap();
        let other = app.book("2026-03-05T08:00:00Z").await.unwrap();
        app.go_to("2026-03-05T08:00:00Z");
        let web = Web::of(&app);
        let come = format!("/api/v1/public/appointments/{}/check-in", app.me.pages().seal(booked.id));
        let missing = web.nobody.post(&come, json!({})).await.expect_fault(422, "invalid_field");
        assert_eq!(missing["errors"][0]["code"], "position_required");
        let at = |latitude: f64| json!({ "position": { "latitude": latitude, "longitude": 13.405 } });
        web.nobody.post(&come, at(52.6)).await.expect_fault(403, "too_far");
        assert_eq!(app.status(booked.id).await, "booked");
        let here = web.nobody.post(&come, at(52.52)).await.expect(200);
        assert_eq!(here["status"], "checked_in");
        let kiosk = web.nobody.clone().token("kiosk");
        kiosk.post("/api/v1/device/check-in", json!({ "code": other.reference })).await.expect(200);
    });
}
