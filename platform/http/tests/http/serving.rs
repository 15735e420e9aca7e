//! Over a real socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use usher_http::{Access, Api, HttpConfig, NoContent, Routes};

use crate::app::{App, Ask, Nobody};

type Server = tokio::task::JoinHandle<std::io::Result<()>>;

async fn open() -> (TcpStream, oneshot::Sender<()>, Server) {
    open_to(App::new()).await
}

async fn open_to(app: App) -> (TcpStream, oneshot::Sender<()>, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let api = app.api;
    let server = tokio::spawn(usher_http::serve(
        listener,
        api,
        async { drop(stopped.await) },
        Duration::from_millis(50),
    ));
    (TcpStream::connect(address).await.unwrap(), stop, server)
}

async fn ask(stream: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 8_192];
    let n = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..n]).into_owned()
}

#[tokio::test]
async fn a_connection_is_answered_again_and_again_and_knows_its_peer() {
    let (mut stream, stop, server) = open().await;
    for _ in 0..2 {
        let answer = ask(&mut stream, "/api/whoami/").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\"ip\":\"127.0.0.1\""), "{answer}");
    }
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    // The idle connection was closed in good order.
    assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn what_was_taken_on_is_finished_within_the_grace() {
    let app = App::new();
    let begun = Arc::clone(&app.slow_begun);
    let (mut stream, stop, server) = open_to(app).await;
    stream.write_all(b"GET /api/slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    begun.notified().await;
    stop.send(()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("503"), "{answer}");
    server.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn stopping_does_not_wait_for_ever() {
    let (mut stream, stop, server) = open().await;
    stream.write_all(b"POST /api/v1/tenants/acme/books HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer writer\r\nContent-Length: 9\r\n\r\n").await.unwrap();
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_context_that_is_still_being_filled_answers_when_it_is() {
    let (filled, memory) = watch::channel(false);
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let handler = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        async { NoContent }
    };
    let routes = Routes::new("lines", ())
        .get("/api/lines", Access::public(), handler.clone(), |d| d.summary("Lines"))
        .also(&["/api/queues"])
        .wait_for(move || {
            let mut memory = memory.clone();
            if *memory.borrow() {
                return None;
            }
            Some(Box::pin(async move { drop(memory.wait_for(|filled| *filled).await) }))
        })
        .get("/api/rules", Access::public(), handler, |d| d.summary("Rules, which need no memory"));
    let clock = usher_kernel::Clock::manual(usher_kernel::Timestamp::UNIX_EPOCH).0;
    let api = Api::builder(HttpConfig::default(), Arc::new(Nobody), Arc::new(Nobody), clock);
    let api = api.mount(routes).build().unwrap();
    let ask = |path| Ask::new(&api, Method::GET, path).expect(204);

    let mut early = Box::pin(ask("/api/lines"));
    tokio::select! {
        biased;
        _ = &mut early => panic!("answered before it could be"),
        () = tokio::task::yield_now() => {}
    }
    ask("/api/rules").await;
    assert_eq!(begun.load(Ordering::Relaxed), 1, "the others wait");
    filled.send_replace(true);
    early.await;
    ask("/api/queues").await;
    assert_eq!(begun.load(Ordering::Relaxed), 3);
}
