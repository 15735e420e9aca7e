//! Rooms as a stream inside the process: for doors with a protocol of their own, such as GraphQL's.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use usher_kernel::{Fault, Timestamp};

use crate::access::Closing;
use crate::feed::{Admitted, End, Feed, Since};
use crate::frame::{Frame, Ping, Snapshot, Wire, write_cursor};

/// Something that was heard in a room.
#[derive(Clone, Debug)]
pub struct Told {
    /// The place to go on from; none where the client still lacks another room's snapshot.
    pub id: Option<String>,
    /// The room's name.
    pub room: Arc<str>,
    /// What happened; `snapshot` for the state of the whole room.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// The facts, as JSON.
    pub data: Bytes,
}

/// What comes out of [`Following`].
#[derive(Clone, Debug)]
pub enum Heard {
    /// Something happened in a room.
    Told(Told),
    /// Nothing did; the connection is alive.
    Beat,
}

/// How [`Following`] ends.
#[derive(Debug)]
pub enum Ended {
    /// The server ends it.
    Closing(Closing),
    /// A room's state could not be had.
    Failed(Fault),
}

/// The rooms of an admitted caller as a stream; the last item says why it ends.
pub struct Following {
    feed: Feed<Plain>,
    waiting: VecDeque<Heard>,
    over: bool,
}

impl Following {
    /// Takes the admitted caller's places; from here on nothing is missed.
    pub fn open(admitted: Admitted, since: Since) -> Self {
        Self { feed: Feed::open(admitted, since), waiting: VecDeque::new(), over: false }
    }
}

impl Stream for Following {
    type Item = Result<Heard, Ended>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(heard) = self.waiting.pop_front() {
                return Poll::Ready(Some(Ok(heard)));
            }
            if self.over {
                return Poll::Ready(None);
            }
            match ready!(self.feed.poll_next(cx)) {
                Ok(heard) => self.waiting = heard.iter().cloned().collect(),
                Err(end) => {
                    self.over = true;
                    return Poll::Ready(Some(Err(match end {
                        End::Closing(why) => Ended::Closing(why),
                        End::Failed(fault) => Ended::Failed(fault),
                    })));
                }
            }
        }
    }
}

/// Frames as they are, for somebody in the same process.
enum Plain {}

impl Wire for Plain {
    type Out = Arc<[Heard]>;
    const DOOR: &'static str = "stream";

    fn frame(frame: &Frame, cursor: u64) -> Arc<[Heard]> {
        let room: Arc<str> = frame.label().room.as_str().into();
        let events = frame.after(cursor).map(|(number, event)| {
            Heard::Told(Told {
                id: Some(id(&frame.label().node, number)),
                room: Arc::clone(&room),
                name: event.name.to_string(),
                at: event.at,
                data: event.data.clone(),
            })
        });
        events.collect()
    }

    fn snapshot(snapshot: &Snapshot, _resync: bool, cursor: Option<u64>) -> Arc<[Heard]> {
        let label = &snapshot.label;
        Arc::new([Heard::Told(Told {
            id: cursor.map(|cursor| id(&label.node, cursor)),
            room: label.room.as_str().into(),
            name: "snapshot".to_owned(),
            at: snapshot.at,
            data: snapshot.data.clone(),
        })])
    }

    fn ping(_: &Ping) -> Arc<[Heard]> {
        Arc::new([Heard::Beat])
    }
}

fn id(node: &str, number: u64) -> String {
    let mut text = String::new();
    write_cursor(&mut text, node, number);
    text
}
