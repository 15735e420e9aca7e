//! Sessions: refreshed, listed, ended.

use serde_json::{Value, json};
use usher_http::{Authenticator, Credential, Grants, Peer};
use usher_kernel::{Actor, Caller, RequestId, Scopes, SignedDuration};
use usher_testkit::TestClient;

use crate::app::App;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn an_access_token_lasts_a_quarter_of_an_hour_and_is_refreshed(app: App) {
    let first = app.log_in("admin@bank.example").await.expect(200);
    let client = app.nobody().bearer(&text(&first["token"]));
    app.time.advance(SignedDuration::from_secs(899));
    client.get("/api/v1/auth/me").await.expect(200);
    app.time.advance(SignedDuration::from_secs(1));
    client.get("/api/v1/auth/me").await.expect_fault(401, "invalid_credential");
    let answer =
        app.nobody().post("/api/auth/refresh", json!({ "refreshToken": first["refreshToken"] })).await;
    let second = answer.expect(200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    app.nobody().bearer(&text(&second["accessToken"])).get("/api/v1/auth/me").await.expect(200);
}

async fn a_refresh_token_that_is_used_twice_ends_the_session(app: App) {
    let first = app.log_in("admin@bank.example").await.expect(200);
    let refresh = |token: &Value| {
        let (client, body) = (app.nobody(), json!({ "refresh_token": token }));
        async move { client.post("/api/v1/auth/refresh", body).await }
    };
    let second = refresh(&first["refresh_token"]).await.expect(200);
    let client = app.nobody().bearer(&text(&second["access_token"]));
    client.get("/api/v1/auth/me").await.expect(200);
    refresh(&first["refresh_token"]).await.expect_fault(401, "refresh_reused");
    // The thief and the owner cannot be told apart: the whole family is over, and so is its access token.
    client.get("/api/v1/auth/me").await.expect_fault(401, "invalid_credential");
    refresh(&second["refresh_token"]).await.expect_fault(401, "session_ended");
    assert_eq!(app.count("session.revoked"), 1);
    assert!(app.last("session.revoked").payload.get().contains("refresh_reused"));
}

async fn two_refreshes_at_once_have_one_winner(app: App) {
    let first = app.log_in("admin@bank.example").await.expect(200);
    let body = json!({ "refresh_token": first["refresh_token"] });
    let (a, b) = (app.nobody(), app.nobody());
    let (a, b) = tokio::join!(a.post("/api/auth/refresh", &body), b.post("/api/auth/refresh", &body));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

async fn garbage_is_no_refresh_token(app: App) {
    let first = app.log_in("admin@bank.example").await.expect(200);
    for wrong in
        [json!({}), json!({ "refresh_token": "usr_x" }), json!({ "refresh_token": first["access_token"] })]
    {
        app.nobody().post("/api/auth/refresh", wrong).await.expect_fault(401, "session_ended");
    }
    app.nobody().bearer(&text(&first["access_token"])).get("/api/v1/auth/me").await.expect(200);
}

async fn the_web_needs_only_its_cookies(app: App) {
    let answer = app.log_in("admin@bank.example").await;
    let pairs: Vec<String> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned())
        .collect();
    let client = app.nobody().header("cookie", &pairs.join("; "));
    assert_eq!(client.get("/api/v1/auth/me").await.expect(200)["email"], "admin@bank.example");
    // Another site's page cannot write with them.
    let evil = client.clone().header("origin", "https://evil.example").header("host", "usher.example");
    evil.post("/api/v1/auth/logout", json!({})).await.expect_fault(403, "cross_site");
    let ours = client.clone().header("origin", "https://usher.example").header("host", "usher.example");
    let refreshed = ours.post("/api/v1/auth/refresh", json!({})).await;
    assert!(refreshed.header("set-cookie").unwrap().starts_with("usher_refresh=usr_"), "{refreshed}");
    refreshed.expect(200);
    let out = ours.post("/api/v1/auth/logout", json!({})).await;
    assert!(out.header("set-cookie").unwrap().starts_with("usher_session=; Path=/; Max-Age=0"), "{out:?}");
    client.get("/api/v1/auth/me").await.expect(401);
}

async fn people_see_and_end_their_own_sessions(app: App) {
    let agent = app.person("agent", "agent@bank.example").await;
    let other = app.as_user("agent@bank.example").await;
    let admin = app.admin().await;
    let sessions = agent.get("/api/v1/auth/sessions").await.expect(200);
    let items = sessions["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let current = items.iter().find(|s| s["current"] == json!(true)).unwrap();
    let theirs = items.iter().find(|s| s["current"] == json!(false)).unwrap();
    let path = format!("/api/v1/auth/sessions/{}", text(&theirs["id"]));
    admin.delete(&path).await.expect_fault(404, "not_found");
    agent.delete(&path).await.expect(204);
    other.get("/api/v1/auth/me").await.expect(401);
    agent.get("/api/v1/auth/me").await.expect(200);
    let third = app.as_user("agent@bank.example").await;
    agent.delete("/api/v1/auth/sessions").await.expect(204);
    third.get("/api/v1/auth/me").await.expect(401);
    let left = agent.get("/api/v1/auth/sessions").await.expect(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    assert_eq!(left["items"][0]["id"], current["id"]);
}

async fn who_belongs_to_several_goes_on_in_another(app: App) {
    let shop = app.shop().await;
    app.person("agent", "both@home.example").await;
    app.time.advance(SignedDuration::from_secs(1));
    let both = crate::app::person("both@home.example");
    app.identity.create_person(&app.sys, Some(shop), both, "manager", Default::default()).await.unwrap();
    let here = app.as_user("both@home.example").await;
    let switch = |client: &TestClient, tenant: Option<&str>| {
        let (client, body) = (client.clone(), json!({ "tenant": tenant }));
        async move { client.post("/api/v1/auth/switch", body).await }
    };
    // One that is not there and one that is somebody else's are the same; whoever belongs somewhere leaves for somewhere.
    let bank = app.admin().await;
    for tenant in ["nowhere", "shop"] {
        switch(&bank, Some(tenant)).await.expect_fault(403, "not_a_member");
    }
    let problem = switch(&here, None).await.expect(422);
    assert_eq!(problem["errors"][0]["field"], "tenant");
    app.nobody().post("/api/v1/auth/switch", json!({ "tenant": "shop" })).await.expect(401);
    let sessions = here.get("/api/v1/auth/sessions").await.expect(200);
    let asked =
        sessions["items"].as_array().unwrap().iter().find(|s| s["current"] == true).unwrap()["id"].clone();

    let answer = switch(&here, Some("shop")).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    assert!(cookies[0].starts_with("usher_session=uss_"), "{cookies:?}");
    assert!(cookies[1].starts_with("usher_refresh=usr_"), "{cookies:?}");
    let answer = answer.expect(200);
    assert_eq!(
        (&answer["user"]["tenant"]["slug"], &answer["user"]["role"]),
        (&json!("shop"), &json!("manager"))
    );
    // The session before is over, and each organisation reads of its own part.
    here.get("/api/v1/auth/me").await.expect_fault(401, "invalid_credential");
    let there = app.nobody().bearer(&text(&answer["token"]));
    assert_eq!(there.get("/api/v1/auth/me").await.expect(200)["tenant"]["slug"], "shop");
    let open = there.get("/api/v1/auth/sessions").await.expect(200);
    assert!(open["items"].as_array().unwrap().iter().all(|session| session["id"] != asked), "{open}");
    assert_eq!(app.last("user.signed_in").tenant, Some(shop));
    let ended = app.last("session.revoked");
    assert_eq!(ended.tenant, Some(app.bank));
    assert!(ended.payload.get().contains("switched"), "{}", ended.payload.get());

    let operator = app.operator().await;
    operator.put("/api/v1/tenants/bank", json!({ "status": "suspended" })).await.expect(200);
    switch(&there, Some("bank")).await.expect_fault(403, "tenant_suspended");
    there.get("/api/v1/auth/me").await.expect(200);
}

async fn a_key_has_no_session_to_go_on_with(app: App) {
    let admin = app.admin().await;
    let new = json!({ "name": "erp", "scopes": ["queues:read"] });
    let key = admin.post("/api/v1/tenants/bank/api-keys", new).await.expect(201);
    let client = app.nobody().token(&text(&key["key"]));
    client.post("/api/v1/auth/switch", json!({ "tenant": "bank" })).await.expect_fault(404, "not_found");
}

async fn the_operator_opens_an_organisation_and_leaves_it(app: App) {
    app.shop().await;
    let operator = app.operator().await;
    // The installation's default is no place that its operator is in.
    assert_eq!(operator.get("/api/v1/auth/me").await.expect(200)["tenant"], json!(null));
    let there = operator.clone().header("x-tenant", "shop");
    assert_eq!(there.get("/api/v1/auth/me").await.expect(200)["tenant"]["slug"], "shop");
    operator
        .post("/api/v1/auth/switch", json!({ "tenant": "nowhere" }))
        .await
        .expect_fault(403, "not_a_member");
    let inside = operator.post("/api/v1/auth/switch", json!({ "tenant": "shop" })).await.expect(200);
    let inside = app.nobody().bearer(&text(&inside["token"]));
    let me = inside.get("/api/v1/auth/me").await.expect(200);
    assert_eq!((&me["tenant"]["slug"], &me["role"]), (&json!("shop"), &json!("platform_admin")));
    let site = json!({ "name": "North" });
    inside.post("/api/v1/tenants/shop/sites", site).await.expect(201);
    let out = inside.post("/api/v1/auth/switch", json!({})).await.expect(200);
    assert_eq!(out["user"]["tenant"], json!(null));
    inside.get("/api/v1/auth/me").await.expect(401);
}

async fn a_socket_ticket_is_good_once_and_for_a_minute(app: App) {
    let admin = app.admin().await;
    let peer = Peer { ip: None, request_id: RequestId::generate(app.sys.now()) };
    let ticket = || async {
        let answer = admin.post("/api/v1/auth/ticket", json!({})).await.expect(200);
        assert_eq!(answer["expires_in"], 60);
        text(&answer["ticket"])
    };
    let first = ticket().await;
    let who = app.identity.identify(Credential::Ticket(&first), peer).await.unwrap();
    assert_eq!(who.home.unwrap().0, app.bank);
    assert!(app.identity.identify(Credential::Ticket(&first), peer).await.is_err());
    let late = ticket().await;
    app.time.advance(SignedDuration::from_secs(61));
    assert!(app.identity.identify(Credential::Ticket(&late), peer).await.is_err());
    app.nobody().post("/api/v1/auth/ticket", json!({})).await.expect_fault(401, "not_signed_in");
}

async fn a_credential_of_one_kind_is_none_of_another(app: App) {
    let answer = app.log_in("admin@bank.example").await.expect(200);
    let refresh = text(&answer["refresh_token"]);
    app.nobody().bearer(&refresh).get("/api/v1/auth/me").await.expect(401);
    app.nobody().token(&refresh).get("/api/v1/auth/me").await.expect(401);
    app.nobody()
        .header("cookie", &format!("usher_session={}", text(&answer["token"])))
        .get("/api/v1/auth/me")
        .await
        .expect(401);
}

/// Who listens by a credential, as the gate lets them in.
async fn listener(app: &App, credential: Credential<'_>) -> Caller {
    let peer = Peer { ip: None, request_id: RequestId::generate(app.sys.now()) };
    let found = app.identity.identify(credential, peer).await.unwrap();
    let grants = match found.home {
        _ if found.platform => Grants { scopes: Scopes::all(), ..Grants::default() },
        Some((tenant, grants)) if tenant == app.bank => grants,
        _ => Grants::default(),
    };
    let nobody = Caller::system("test", app.sys.clock.clone());
    Caller { actor: found.actor, scopes: grants.scopes, sites: grants.sites, ..nobody }
}

async fn whoever_listens_goes_on_while_what_let_them_in_holds(app: App) {
    let admin = app.admin().await;
    app.person("agent", "agent@bank.example").await;
    let answer = app.log_in("agent@bank.example").await.expect(200);
    let (user, token) = (text(&answer["user"]["id"]), text(&answer["access_token"]));
    let agent = listener(&app, Credential::Bearer(&token)).await;
    let end = app.sys.now().checked_add(SignedDuration::from_hours(1)).unwrap();
    let new = json!({ "name": "erp", "scopes": ["queues:read"], "expires_at": end });
    let key = admin.post("/api/v1/tenants/bank/api-keys", new).await.expect(201);
    let key = listener(&app, Credential::ApiKey(&text(&key["key"]))).await;
    let root = text(&app.log_in("root@usher.example").await.expect(200)["access_token"]);
    let root = listener(&app, Credential::Bearer(&root)).await;
    let system = Caller::system("test", app.sys.clock.clone());
    let nobody = Caller { actor: Actor::Anonymous, scopes: Scopes::none(), ..system };
    let all = [&agent, &key, &root, &nobody];
    let who_holds = async || {
        let mut holds = Vec::new();
        for one in all {
            holds.push(app.identity.still_holds(one, Some(app.bank)).await.unwrap());
        }
        holds
    };
    assert_eq!(who_holds().await, [true; 4]);

    // Fewer rights than they came in with; as many again.
    let role = format!("/api/v1/auth/users/{user}/role");
    for (name, holds) in [("customer", false), ("manager", true), ("agent", true)] {
        admin.put(&role, json!({ "role": name })).await.expect(200);
        assert_eq!(who_holds().await, [holds, true, true, true], "{name}");
    }
    // The key runs out by itself; a session outlives its access tokens.
    app.time.advance(SignedDuration::from_hours(1));
    assert_eq!(who_holds().await, [true, false, true, true]);

    let operator = app.operator().await;
    operator.put("/api/v1/tenants/bank", json!({ "status": "suspended" })).await.expect(200);
    assert_eq!(who_holds().await, [false, false, true, false], "closed to all but the operator");
    operator.put("/api/v1/tenants/bank", json!({ "status": "active" })).await.expect(200);
    assert_eq!(who_holds().await, [true, false, true, true]);

    // Nobody refreshed the session.
    app.time.advance(SignedDuration::from_hours(31 * 24));
    assert_eq!(who_holds().await, [false, false, false, true]);
}

on_both! {
    an_access_token_lasts_a_quarter_of_an_hour_and_is_refreshed,
    a_refresh_token_that_is_used_twice_ends_the_session,
    two_refreshes_at_once_have_one_winner,
    garbage_is_no_refresh_token,
    the_web_needs_only_its_cookies,
    people_see_and_end_their_own_sessions,
    who_belongs_to_several_goes_on_in_another,
    a_key_has_no_session_to_go_on_with,
    the_operator_opens_an_organisation_and_leaves_it,
    a_socket_ticket_is_good_once_and_for_a_minute,
    a_credential_of_one_kind_is_none_of_another,
    whoever_listens_goes_on_while_what_let_them_in_holds,
}
