//! WebSocket: the feed as text frames.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::{Sink, Stream};
use tokio::time::Instant;

use crate::feed::{Admitted, End, Feed, Since};
use crate::frame::WsWire;

/// Clients have nothing to say here; a few bytes of courtesy are read and dropped.
const MAX_INCOMING: usize = 4096;
const READ_BUFFER: usize = 1024;

pub(super) fn answer(upgrade: WebSocketUpgrade, admitted: Admitted, since: Since) -> Response {
    let stall = admitted.hub.0.config.stall;
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(MAX_INCOMING)
        .max_frame_size(MAX_INCOMING)
        .on_upgrade(move |socket| Session {
            socket,
            feed: Feed::open(admitted, since),
            unsent: false,
            stuck: None,
            closing: false,
            stall,
        })
}

/// One connection. It hands one frame at a time to the socket and takes the next when that is gone.
struct Session {
    socket: WebSocket,
    feed: Feed<WsWire>,
    /// A frame was handed to the socket and is not yet on its way.
    unsent: bool,
    /// Since when the client has taken nothing.
    stuck: Option<Instant>,
    closing: bool,
    stall: Duration,
}

impl Future for Session {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        // The client went away, or broke the protocol: nothing is left to be done for it.
        match this.poll_read(cx) {
            Poll::Ready(()) => return Poll::Ready(()),
            Poll::Pending => {}
        }
        loop {
            if ready!(this.poll_flush(cx)).is_err() || this.closing {
                return Poll::Ready(());
            }
            let message = match ready!(this.feed.poll_next(cx)) {
                Ok(text) => Message::Text(text),
                Err(end) => {
                    this.closing = true;
                    Message::Close(Some(goodbye(end)))
                }
            };
            // After a flush the socket is ready; it buffers one message and writes what it can at once.
            if Pin::new(&mut this.socket).start_send(message).is_err() {
                return Poll::Ready(());
            }
            this.unsent = true;
        }
    }
}

impl Session {
    /// Reads and drops what the client sends; ready when the connection is over.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match ready!(Pin::new(&mut self.socket).poll_next(cx)) {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Poll::Ready(()),
                Some(Ok(_)) => {}
            }
        }
    }

    /// Gets the last message on its way; an error when the connection broke or takes nothing for too long.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
        if !self.unsent {
            return Poll::Ready(Ok(()));
        }
        match Pin::new(&mut self.socket).poll_flush(cx) {
            Poll::Ready(sent) => {
                (self.unsent, self.stuck) = (false, None);
                Poll::Ready(sent.map_err(drop))
            }
            Poll::Pending => {
                // Heartbeats wake the feed, which is the timer that this needs.
                self.feed.keep_waker(cx);
                let since = *self.stuck.get_or_insert_with(Instant::now);
                if since.elapsed() > self.stall { Poll::Ready(Err(())) } else { Poll::Pending }
            }
        }
    }
}

fn goodbye(end: End) -> CloseFrame {
    match end {
        End::Closing(why) => CloseFrame { code: why.code(), reason: why.reason().into() },
        End::Failed(fault) => {
            tracing::warn!(%fault, "a WebSocket ended: its room's snapshot could not be read");
            CloseFrame { code: close_code::AGAIN, reason: "try again".into() }
        }
    }
}
