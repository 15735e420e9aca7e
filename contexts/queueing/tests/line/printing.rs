//! A kiosk whose printer hangs on the network: bytes arrive at a printer's port.

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use usher_identity::DeviceType;
use usher_kernel::SystemCtx;
use usher_queueing::Printing;
use usher_queueing::ops::issue::Issue;

use crate::app::{App, on_engines};
use crate::http::Web;

/// A kiosk of the branch that is on record, set up like this: its credential here is its id.
async fn kiosk(app: &App, config: Value) -> String {
    let sys = SystemCtx::new("test", app.clock.clone());
    let config = config.as_object().unwrap().clone();
    let (identity, tenant, site) = (app.line.identity(), app.tenant, app.site);
    let made =
        identity.provision_device(&sys, tenant, site, DeviceType::Kiosk, "Door", config).await.unwrap();
    made.0.id.to_string()
}

#[test]
fn a_ticket_comes_out_of_the_printer_that_the_kiosk_was_given() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let printer = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = printer.local_addr().unwrap();
        let web = Web::of(&app);
        let with =
            web.client.clone().header("x-api-key", &kiosk(&app, json!({ "printer_address": address })).await);
        let without = web.client.clone().header("x-api-key", &kiosk(&app, json!({})).await);
        let ticket =
            app.issue_as(&app.manager(), Issue { queue_id: Some(queue), ..Issue::default() }).await.unwrap();
        let path = format!("/api/v1/device/tickets/{}/print", app.line.secrets().seal(ticket.id));
        without.post(&path, json!({})).await.expect_fault(409, "no_printer");
        // Tenants set addresses; the installation says in which networks printers stand.
        with.post(&path, json!({})).await.expect_fault(403, "printer_not_allowed");
        let allowed = std::sync::Arc::new(|ip: std::net::IpAddr| ip.is_loopback());
        app.line.set_printing(Printing { allowed, base: "https://q.example".to_owned() });
        let paper = tokio::spawn(async move {
            let (mut socket, _) = printer.accept().await.unwrap();
            let mut bytes = Vec::new();
            socket.read_to_end(&mut bytes).await.unwrap();
            bytes
        });
        with.post(&path, json!({})).await.expect(204);
        let bytes = paper.await.unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(bytes.starts_with(b"\x1b@") && bytes.ends_with(b"\x1dV\x42\x18"), "begun and cut");
        let url = format!("https://q.example/t/{}", app.line.secrets().seal(ticket.id));
        assert!(has("A-001") && has("Main branch") && has("Deposit") && has("2026-03-04 11:00") && has(&url));
        // Switched off.
        with.post(&path, json!({})).await.expect_fault(503, "printer_away");
        with.post("/api/v1/device/tickets/forged/print", json!({})).await.expect_fault(404, "not_found");
    });
}
