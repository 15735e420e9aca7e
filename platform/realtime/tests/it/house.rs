//! A hub with two rooms and a stream that is read frame by frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::BodyExt;
use serde_json::Value;
use usher_kernel::{Actor, Caller, Clock, Ctx, Fault, FaultKind, TenantId, UserId};
use usher_realtime::{Hub, HubConfig, Room, RoomGate, Since, SnapshotSource, door};
use uuid::Uuid;

pub(crate) const FIRST: TenantId = TenantId::from_uuid(Uuid::from_u128(1));
pub(crate) const SECOND: TenantId = TenantId::from_uuid(Uuid::from_u128(2));
pub(crate) const QUEUE: Room = Room::new(FIRST, "queue", Uuid::from_u128(10));
pub(crate) const SITE: Room = Room::new(FIRST, "site", Uuid::from_u128(11));
pub(crate) const USER: UserId = UserId::from_uuid(Uuid::from_u128(3));

/// Lets everybody in but into the room of the queue 404.
pub(crate) struct Gate;

impl RoomGate for Gate {
    fn may_join<'a>(&'a self, ctx: &'a Ctx, room: &'a Room) -> BoxFuture<'a, Result<(), Fault>> {
        let answer = if room.id() == Some(Uuid::from_u128(404)) {
            Err(Fault::not_found("queue"))
        } else if matches!(ctx.actor, Actor::Anonymous) {
            Err(Fault::new(FaultKind::Unauthenticated, "not_signed_in", "Sign in first."))
        } else {
            Ok(())
        };
        Box::pin(std::future::ready(answer))
    }
}

/// Counts how often it was asked.
#[derive(Default)]
pub(crate) struct Source(pub(crate) AtomicU64);

impl SnapshotSource for Source {
    fn snapshot<'a>(&'a self, _: &'a Room) -> BoxFuture<'a, Result<Bytes, Fault>> {
        let asked = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Ok(Bytes::from(format!("{{\"asked\":{asked}}}")))
        })
    }
}

pub(crate) fn hub(config: HubConfig) -> (Hub, Arc<Source>) {
    let hub = Hub::new(config, Clock::system());
    let source = Arc::new(Source::default());
    hub.register("queue", Arc::new(Gate), Some(Arc::clone(&source) as Arc<dyn SnapshotSource>));
    hub.register("site", Arc::new(Gate), None);
    (hub, source)
}

pub(crate) fn ctx(tenant: TenantId, actor: Actor) -> Ctx {
    let caller = Caller { actor, ..Caller::system("test", Clock::system()) };
    Ctx::new(tenant, Arc::new(caller))
}

pub(crate) fn user() -> Actor {
    Actor::User { id: USER, session: Uuid::from_u128(33) }
}

pub(crate) fn say(hub: &Hub, room: &Room, n: u64) {
    hub.publish(room, "ticket.called", Bytes::from(format!("{{\"n\":{n}}}")));
}

/// An event stream; what it heard is read chunk by chunk.
pub(crate) struct Stream {
    body: Body,
    /// What a browser would send as `Last-Event-ID`.
    pub(crate) last: Option<String>,
}

impl Stream {
    pub(crate) async fn open(hub: &Hub, rooms: &[Room], since: Option<&str>) -> Self {
        let since = hub.since(since);
        Self::at(hub, rooms, since).await
    }

    pub(crate) async fn at(hub: &Hub, rooms: &[Room], since: Since) -> Self {
        let admitted = hub.admit(&ctx(FIRST, user()), rooms.to_vec()).await.expect("the gate is open");
        Self::of(door::sse(admitted, since)).await
    }

    /// The stream that a door answers with.
    pub(crate) async fn of(answer: axum::response::Response) -> Self {
        let mut stream = Self { body: answer.into_body(), last: None };
        let hello = stream.chunk().await.expect("a stream begins");
        assert!(hello.starts_with("retry: "), "{hello}");
        stream
    }

    /// The next chunk as it goes over the wire; nothing at the end.
    pub(crate) async fn chunk(&mut self) -> Option<String> {
        let frame = tokio::time::timeout(Duration::from_secs(3), self.body.frame())
            .await
            .expect("something comes within three seconds")?;
        let data = frame.expect("a body never fails").into_data().expect("data");
        let text = String::from_utf8(data.to_vec()).expect("UTF-8");
        for line in text.lines() {
            if let Some(id) = line.strip_prefix("id: ") {
                self.last = Some(id.to_owned());
            }
        }
        Some(text)
    }

    /// The events of the next chunk.
    pub(crate) async fn events(&mut self) -> Vec<Value> {
        let chunk = self.chunk().await.expect("the stream goes on");
        let lines = chunk.lines().filter_map(|line| line.strip_prefix("data: "));
        lines.map(|json| serde_json::from_str(json).expect("JSON")).collect()
    }

    /// The numbers of the next `count` events; between them only heartbeats may stand.
    pub(crate) async fn numbers(&mut self, count: usize) -> Vec<u64> {
        let mut numbers = Vec::new();
        while numbers.len() < count {
            for event in self.events().await.iter().filter(|event| event["type"] != "ping") {
                assert_eq!(event["type"], "ticket.called", "{event}");
                numbers.push(event["data"]["n"].as_u64().expect("a number"));
            }
        }
        numbers
    }

    /// The next event, which must come alone.
    pub(crate) async fn one(&mut self) -> Value {
        let mut events = self.events().await;
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }
}
