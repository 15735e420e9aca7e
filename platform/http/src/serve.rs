//! From a listening socket to the service.
//!
//! Instead of axum's own loop for three reasons: a client that sends its head byte by byte is cut off,
//! stopping has a deadline, and HTTP/1 alone costs less memory a connection, of which live screens hold
//! thousands. HTTP/2 and TLS end at the gateway.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::{Service, ServiceExt};

/// How long a client may take to send the head of a request, and how long a connection may be idle: longer
/// than gateways keep theirs, so that it is them who close.
const HEAD_PATIENCE: Duration = Duration::from_secs(75);
/// How long to wait before the next try when no connection can be taken (mostly: no more descriptors).
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Answers connections until `stop` is done, then takes no new ones and gives those that are open at most
/// `grace` to finish.
///
/// `service` is an [`crate::Api`] or an axum router around one; it finds the peer's address as
/// [`ConnectInfo`].
///
/// # Errors
/// When the socket itself no longer works.
pub async fn serve<S>(
    listener: TcpListener,
    service: S,
    stop: impl Future<Output = ()> + Send,
    grace: Duration,
) -> io::Result<()>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // Every connection holds a receiver: the last one gone closes the channel.
    let (stopping, watcher) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                tokio::spawn(connection(stream, peer, service.clone(), watcher.clone()));
            }
            // The client was gone before it was taken: nothing of ours is wrong.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken at the moment");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    drop(watcher);
    stopping.send_replace(());
    if tokio::time::timeout(grace, stopping.closed()).await.is_err() {
        tracing::info!("some connections did not end in time and are cut");
    }
    Ok(())
}

async fn connection<S>(stream: TcpStream, peer: SocketAddr, service: S, mut stopping: watch::Receiver<()>)
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // Small answers must not wait for a fuller packet; a socket that refuses the option still works.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        service.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .serve_connection(TokioIo::new(stream), answer)
        .with_upgrades();
    let mut connection = pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        // A client that goes away in the middle is everyday life.
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}
