//! Subscriptions, queries and mutations over one WebSocket: the protocol `graphql-transport-ws`.

use std::time::Duration;

use async_graphql::ServerError;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio_stream::StreamMap;
use usher_http::Visitor;
use usher_kernel::{Fault, FaultKind};
use usher_realtime::door::{Ended, Following, Heard};
use usher_realtime::{Closing, Since};

use crate::door::{Asked, Door, Outcome, Prepared};
use crate::fault;

const PROTOCOL: &str = "graphql-transport-ws";
/// How long a client may take to say who it is.
const HELLO: Duration = Duration::from_secs(10);
/// A client that has taken nothing for this long is let go.
const STALL: Duration = Duration::from_secs(30);
/// How many operations may run at once on one connection.
const RUNNING: usize = 64;
/// Every so many heartbeats the client is asked for a sign of life.
const BEATS: u32 = 3;
/// The largest message that is read.
const LARGEST: usize = 256 * 1024;

/// The protocol's close codes.
mod code {
    pub(super) const BAD_REQUEST: u16 = 4400;
    pub(super) const UNAUTHORIZED: u16 = 4401;
    pub(super) const FORBIDDEN: u16 = 4403;
    pub(super) const PROTOCOL: u16 = 4406;
    pub(super) const TOO_LATE: u16 = 4408;
    pub(super) const TAKEN: u16 = 4409;
    pub(super) const TWICE: u16 = 4429;
}

/// What a client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Value>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Value>,
    },
    Pong {},
    Subscribe {
        id: String,
        payload: Asked,
    },
    Complete {
        id: String,
    },
}

/// One step of a running operation.
enum Step {
    Outcome(Box<Outcome>),
    /// It is over, unless it was refused, which says so too.
    Over,
}

type Running = StreamMap<String, BoxStream<'static, Step>>;

/// Why a connection is ended.
struct Goodbye(u16, String);

impl Goodbye {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self(code, reason.into())
    }
}

/// What ends the work on a connection: a reason that the client is told, or none where it is gone.
type End = Option<Goodbye>;

pub(crate) fn answer(upgrade: WebSocketUpgrade, door: Door, visitor: Visitor) -> Response {
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(LARGEST).max_frame_size(LARGEST);
    upgrade.on_upgrade(move |socket| async move {
        let spoken = socket.protocol().is_some_and(|protocol| protocol == PROTOCOL);
        let mut connection = Connection { socket, door, visitor, running: Running::new() };
        let end = if spoken {
            connection.live().await
        } else {
            Some(Goodbye::new(code::PROTOCOL, "Subprotocol not acceptable"))
        };
        if let Some(Goodbye(code, reason)) = end {
            let message = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
            // Who has gone away does not hear it.
            drop(tokio::time::timeout(STALL, connection.socket.send(message)).await);
        }
    })
}

struct Connection {
    socket: WebSocket,
    door: Door,
    visitor: Visitor,
    running: Running,
}

impl Connection {
    /// From the first message to the last.
    async fn live(&mut self) -> End {
        let hello = tokio::time::timeout(HELLO, self.hello()).await;
        match hello {
            Ok(Ok(())) => {}
            Ok(Err(end)) => return end,
            Err(_) => return Some(Goodbye::new(code::TOO_LATE, "Connection initialisation timeout")),
        }
        // A place without rooms: it beats, and it hears when the session ends or the server stops.
        let tenant = self.visitor.ctx().ok().map(|ctx| ctx.tenant);
        let admitted = self.door.hub().admit_to_no_room(self.visitor.caller().clone(), tenant);
        let mut place = match admitted {
            Ok(admitted) => Following::open(admitted, Since::Start),
            Err(fault) => return Some(Goodbye::new(1013, fault.detail())),
        };
        if let Err(end) = self.say(&json!({ "type": "connection_ack" })).await {
            return end;
        }
        let mut beats = 0;
        loop {
            let end = tokio::select! {
                said = self.socket.recv() => match self.hear(said) {
                    Ok(Some(said)) => self.take(said).await,
                    Ok(None) => Ok(()),
                    Err(end) => Err(end),
                },
                Some((id, step)) = self.running.next() => self.tell(id, step).await,
                heard = place.next() => match heard {
                    Some(Ok(Heard::Told(_))) => Ok(()),
                    Some(Ok(Heard::Beat)) => {
                        beats = (beats + 1) % BEATS;
                        if beats == 0 { self.say(&json!({ "type": "ping" })).await } else { Ok(()) }
                    }
                    Some(Err(Ended::Closing(why))) => Err(Some(farewell(why))),
                    Some(Err(Ended::Failed(_))) | None => Err(Some(Goodbye::new(1013, "try again"))),
                },
            };
            if let Err(end) = end {
                return end;
            }
        }
    }

    /// Waits until the client has said who it is.
    async fn hello(&mut self) -> Result<(), End> {
        loop {
            let said = self.socket.recv().await;
            match self.hear(said)? {
                Some(Said::ConnectionInit { payload }) => return self.sign_in(payload).await,
                Some(Said::Ping { payload }) => self.pong(payload).await?,
                Some(Said::Subscribe { .. }) => {
                    return Err(Some(Goodbye::new(code::UNAUTHORIZED, "Unauthorized")));
                }
                Some(Said::Pong {} | Said::Complete { .. }) | None => {}
            }
        }
    }

    /// The credential that the first message carries, where the request carried none.
    async fn sign_in(&mut self, payload: Option<Value>) -> Result<(), End> {
        let payload = payload.unwrap_or_default();
        let named = |names: &[&str]| {
            let members = payload.as_object().into_iter().flatten();
            let mut fitting = members.filter(|(name, _)| names.iter().any(|n| n.eq_ignore_ascii_case(name)));
            fitting.find_map(|(_, value)| value.as_str()).map(str::to_owned)
        };
        let bare = named(&["token", "authToken", "accessToken"]).map(|token| format!("Bearer {token}"));
        let Some(authorization) = named(&["authorization"]).or(bare) else { return Ok(()) };
        let forbidden =
            |fault: &Fault| Some(Goodbye::new(code::FORBIDDEN, format!("Forbidden: {}", fault.code())));
        let api = self.door.api().map_err(|_| Some(farewell(Closing::Stopping)))?;
        let tenant = named(&["x-tenant", "tenant"]);
        self.visitor = api
            .sign_in(&self.visitor, &authorization, tenant.as_deref())
            .await
            .map_err(|fault| forbidden(&fault))?;
        Ok(())
    }

    /// Reads one message; nothing for what the WebSocket answers by itself.
    fn hear(&self, said: Option<Result<Message, axum::Error>>) -> Result<Option<Said>, End> {
        let bad = |reason: &str| Some(Goodbye::new(code::BAD_REQUEST, reason));
        match said {
            None | Some(Err(_) | Ok(Message::Close(_))) => Err(None),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Binary(_))) => Err(bad("Messages are text")),
            Some(Ok(Message::Text(text))) => {
                let said = serde_json::from_str(&text);
                said.map(Some).map_err(|_| bad("Invalid message received"))
            }
        }
    }

    async fn take(&mut self, said: Said) -> Result<(), End> {
        match said {
            Said::ConnectionInit { .. } => {
                Err(Some(Goodbye::new(code::TWICE, "Too many initialisation requests")))
            }
            Said::Ping { payload } => self.pong(payload).await,
            Said::Pong {} => Ok(()),
            Said::Complete { id } => {
                self.running.remove(&id);
                Ok(())
            }
            Said::Subscribe { id, payload } => self.subscribe(id, payload).await,
        }
    }

    async fn subscribe(&mut self, id: String, asked: Asked) -> Result<(), End> {
        if self.running.contains_key(&id) {
            return Err(Some(Goodbye::new(
                code::TAKEN,
                format!("Subscriber for {} already exists", short(&id)),
            )));
        }
        let refused = match self.prepare(asked) {
            Ok(prepared) => {
                let steps = prepared.follow().map(|outcome| Step::Outcome(Box::new(outcome)));
                let steps = steps.chain(stream::once(async { Step::Over }));
                self.running.insert(id, Box::pin(steps));
                return Ok(());
            }
            Err(error) => error,
        };
        self.say(&Reply { kind: "error", id: &id, payload: Some([refused]) }).await
    }

    /// An operation that may begin. It takes a token of the rate, as a request over HTTP does.
    fn prepare(&self, asked: Asked) -> Result<Prepared, ServerError> {
        let whole = |fault: Fault| fault::of_request(&fault, None);
        if self.running.len() >= RUNNING {
            let text = format!("At most {RUNNING} operations run at once on one connection.");
            return Err(whole(Fault::new(FaultKind::TooMany, "too_many_subscriptions", text)));
        }
        self.door.api().and_then(|api| api.count(&self.visitor)).map_err(whole)?;
        self.door.prepare(&self.visitor, asked)
    }

    /// Tells one step of an operation.
    async fn tell(&mut self, id: String, step: Step) -> Result<(), End> {
        let outcome = match step {
            Step::Outcome(outcome) => outcome,
            Step::Over => {
                self.running.remove(&id);
                return self.say(&json!({ "type": "complete", "id": id })).await;
            }
        };
        match outcome.refusal() {
            Some(errors) => {
                self.running.remove(&id);
                self.say(&Reply { kind: "error", id: &id, payload: Some(errors) }).await
            }
            None => self.say(&Reply { kind: "next", id: &id, payload: Some(outcome.wire()) }).await,
        }
    }

    async fn pong(&mut self, payload: Option<Value>) -> Result<(), End> {
        match payload {
            Some(payload) => self.say(&json!({ "type": "pong", "payload": payload })).await,
            None => self.say(&json!({ "type": "pong" })).await,
        }
    }

    /// Sends one message; a client that takes nothing is let go.
    async fn say(&mut self, message: &impl Serialize) -> Result<(), End> {
        let text = serde_json::to_string(message).map_err(|_| None)?;
        let sending = self.socket.send(Message::Text(text.into()));
        match tokio::time::timeout(STALL, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(None),
        }
    }
}

#[derive(Serialize)]
struct Reply<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<T>,
}

/// A session that ended may come back with a fresh credential, which the protocol's clients do after 4403.
fn farewell(why: Closing) -> Goodbye {
    match why {
        Closing::Revoked => Goodbye::new(code::FORBIDDEN, why.reason()),
        Closing::Stopping => Goodbye::new(why.code(), why.reason()),
    }
}

/// A close reason has room for 123 bytes.
fn short(id: &str) -> String {
    id.chars().take(20).collect()
}
