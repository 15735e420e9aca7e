//! The paths that every installation has.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use usher_http::{
    Api, Authenticator, BoxFuture, Credential, Grants, HttpConfig, Identity, Peer, TenantInfo, TenantRef,
    TenantResolver,
};
use usher_kernel::{Clock, Fault, FaultKind, Scopes, TenantId};
use usher_realtime::{Hub, HubConfig, door};

use crate::house::{FIRST, QUEUE, SECOND, hub, user};

pub(crate) struct Directory;

impl Authenticator for Directory {
    fn identify<'a>(&'a self, shown: Credential<'a>, _: Peer) -> BoxFuture<'a, Result<Identity, Fault>> {
        let known = shown.secret() == "staff";
        Box::pin(async move {
            if !known {
                return Err(Fault::new(FaultKind::Unauthenticated, "unknown_token", "Unknown."));
            }
            let grants = Grants { scopes: Scopes::all(), sites: Arc::default() };
            Ok(Identity {
                actor: user(),
                home: Some((FIRST, grants)),
                platform: false,
                locale: Arc::from(""),
            })
        })
    }
    fn grants<'a>(&'a self, _: &'a Identity, _: TenantId) -> BoxFuture<'a, Result<Option<Grants>, Fault>> {
        Box::pin(async { Ok(None) })
    }
}

impl TenantResolver for Directory {
    fn resolve<'a>(&'a self, name: TenantRef<'a>) -> BoxFuture<'a, Result<Option<TenantInfo>, Fault>> {
        let id = match name {
            TenantRef::Slug("second") => SECOND,
            _ => FIRST,
        };
        Box::pin(async move { Ok(Some(TenantInfo { id, suspended: false, locale: Arc::from("en") })) })
    }
}

async fn get(path: &str, token: Option<&str>) -> (StatusCode, String, Body) {
    let response = get_from(&hub(HubConfig::default()).0, path, token).await;
    let media = response.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    (response.status(), media.to_owned(), response.into_body())
}

async fn get_from(hub: &Hub, path: &str, token: Option<&str>) -> Response {
    let api = Api::builder(HttpConfig::default(), Arc::new(Directory), Arc::new(Directory), Clock::system())
        .mount(door::routes(hub.clone()))
        .build()
        .expect("the routes fit together");
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    api.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer")
}

async fn code(body: Body) -> Value {
    let bytes = body.collect().await.expect("a body").to_bytes();
    serde_json::from_slice::<Value>(&bytes).expect("a problem")["code"].clone()
}

#[tokio::test]
async fn the_event_stream_opens_with_and_without_a_slash() {
    for slash in ["", "/"] {
        let path = format!("/api/v1/tenants/first/events{slash}?rooms={QUEUE}");
        let (status, media, mut body) = get(&path, Some("staff")).await;
        assert_eq!((status, media.as_str()), (StatusCode::OK, "text/event-stream"));
        let retry = body.frame().await.expect("it begins").expect("a frame").into_data().expect("data");
        assert!(retry.starts_with(b"retry: "));
    }
}

#[tokio::test]
async fn refusals_are_problems() {
    let (status, _, body) = get(&format!("/api/v1/tenants/first/events?rooms={QUEUE}"), None).await;
    assert_eq!((status, code(body).await), (StatusCode::UNAUTHORIZED, "not_signed_in".into()));
    for rooms in ["", "kitchen:1", "queue:1", "queue"] {
        let (status, _, body) =
            get(&format!("/api/v1/tenants/first/events?rooms={rooms}"), Some("staff")).await;
        if rooms == "queue" {
            // A kind alone is a room of its own, and nobody has to know whether it has one.
            assert_eq!(status, StatusCode::OK);
        } else {
            assert_eq!(
                (status, code(body).await),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_field".into())
            );
        }
    }
    // To somebody who belongs elsewhere nothing is there, and nothing says what it would take.
    for path in [
        format!("/api/v1/tenants/second/events?rooms={QUEUE}"),
        format!("/ws/tenants/second/queues/{}", uuid::Uuid::nil()),
        format!("/ws/tenants/second/agents/{}", uuid::Uuid::nil()),
    ] {
        let (status, _, body) = get(&path, Some("staff")).await;
        assert_eq!((status, code(body).await), (StatusCode::NOT_FOUND, "not_found".into()), "{path}");
    }
    let missing = "queue:00000000-0000-0000-0000-000000000194";
    let (status, ..) = get(&format!("/api/v1/tenants/first/events?rooms={missing}"), Some("staff")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // A WebSocket begins with an upgrade.
    let (status, _, body) =
        get(&format!("/ws/tenants/first/queues/{}", uuid::Uuid::nil()), Some("staff")).await;
    assert_eq!((status, code(body).await), (StatusCode::BAD_REQUEST, "unreadable_request".into()));
}

#[tokio::test]
async fn who_comes_while_it_stops_is_asked_to_come_back() {
    let (hub, _) = hub(HubConfig::default());
    let path = format!("/api/v1/tenants/first/events?rooms={QUEUE}");
    assert_eq!(get_from(&hub, &path, Some("staff")).await.status(), StatusCode::OK);
    hub.stop();
    let refused = get_from(&hub, &path, Some("staff")).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers().get("retry-after").and_then(|wait| wait.to_str().ok()), Some("2"));
    assert_eq!(code(refused.into_body()).await, "stopping");
}
