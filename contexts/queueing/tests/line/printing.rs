//! A kiosk whose printer hangs on the network: bytes arrive at a printer's port.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use usher_identity::model::DeviceView;
use usher_identity::{DeviceType, Paper, PrinterState};
use usher_kernel::{SignedDuration, SiteId, SystemCtx, windows_1252};
use usher_queueing::model::spoken::LANGUAGES;
use usher_queueing::ops::issue::Issue;
use usher_queueing::{Printing, Watch};
use usher_testkit::TestClient;
use uuid::Uuid;

use crate::app::{App, on_engines};
use crate::http::Web;

/// A device of the branch that is on record, set up like this.
async fn device(app: &App, kind: DeviceType, name: &str, config: Value) -> Uuid {
    let sys = SystemCtx::new("test", app.clock.clone());
    let config = config.as_object().unwrap().clone();
    let (identity, tenant, site) = (app.line.identity(), app.tenant, app.site);
    identity.provision_device(&sys, tenant, site, kind, name, config).await.unwrap().0.id
}

/// A kiosk that is on record: its credential here is its id.
async fn kiosk(app: &App, config: Value) -> String {
    device(app, DeviceType::Kiosk, "Door", config).await.to_string()
}

/// A device as it stands now.
async fn stands(app: &App, id: Uuid) -> DeviceView {
    let (identity, tenant) = (app.line.identity().clone(), app.tenant);
    let read = move |read: &mut usher_db::Read<'_>| identity.device_in(read, tenant, id);
    app.line.db().read(&app.manager(), read).await.unwrap().unwrap()
}

/// A printer on the network: what came out of it, and what it says of itself when it is asked.
struct Printer {
    address: SocketAddr,
    slips: Arc<Mutex<Vec<Vec<u8>>>>,
    /// The answers to DLE EOT 4 and DLE EOT 1; none from one that knows no such questions.
    says: Arc<Mutex<Option<[u8; 2]>>>,
    runs: JoinHandle<()>,
}

impl Printer {
    async fn on(says: Option<[u8; 2]>) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, says) = (door.local_addr().unwrap(), Arc::new(Mutex::new(says)));
        let slips = Arc::new(Mutex::new(Vec::new()));
        let (kept, answers) = (Arc::clone(&slips), Arc::clone(&says));
        let runs = tokio::spawn(async move {
            while let Ok((socket, _)) = door.accept().await {
                let slip = Self::take(socket, &answers).await;
                if !slip.is_empty() {
                    kept.lock().unwrap().push(slip);
                }
            }
        });
        Self { address, slips, says, runs }
    }

    /// Everything that is printed of what somebody sends; questions are answered between.
    async fn take(mut socket: TcpStream, says: &Mutex<Option<[u8; 2]>>) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Ok(byte) = socket.read_u8().await {
            bytes.push(byte);
            let asked = if bytes.ends_with(b"\x10\x04\x04") { 0 } else { 1 };
            if asked == 1 && !bytes.ends_with(b"\x10\x04\x01") {
                continue;
            }
            bytes.truncate(bytes.len() - 3);
            let answer = says.lock().unwrap().map(|both| both[asked]);
            if let Some(answer) = answer {
                // A state that it sends unasked, as some are set up to, comes before.
                socket.write_all(&[0x14, 0x00, 0x00, 0x0f, answer]).await.unwrap();
            }
        }
        bytes
    }

    fn say(&self, paper: u8, state: u8) {
        *self.says.lock().unwrap() = Some([paper, state]);
    }

    /// What came out since one last looked.
    async fn came_out(&self, slips: usize) -> Vec<Vec<u8>> {
        usher_testkit::until("the slips", async || self.slips.lock().unwrap().len() >= slips).await;
        std::mem::take(&mut *self.slips.lock().unwrap())
    }
}

/// A branch that prints on this machine; the path that prints its first ticket.
async fn printing(app: &App) -> String {
    let (queue, _) = app.small().await;
    let allowed = Arc::new(|ip: std::net::IpAddr| ip.is_loopback());
    app.line.set_printing(Printing { allowed, base: "https://q.example".to_owned() });
    let ticket = Issue { queue_id: Some(queue), ..Issue::default() };
    let ticket = app.issue_as(&app.manager(), ticket).await.unwrap();
    format!("/api/v1/device/tickets/{}/print", app.line.secrets().seal(ticket.id))
}

#[test]
fn a_ticket_comes_out_of_the_printer_that_the_kiosk_was_given() {
    on_engines(|app| async move {
        // One that answers no questions.
        let printer = Printer::on(None).await;
        let web = Web::of(&app);
        let set_up = json!({ "printer_address": printer.address });
        let with = web.client.clone().header("x-api-key", &kiosk(&app, set_up).await);
        let without = web.client.clone().header("x-api-key", &kiosk(&app, json!({})).await);
        let path = printing(&app).await;
        without.post(&path, json!({})).await.expect_fault(409, "no_printer");
        // Tenants set addresses; the installation says in which networks printers stand.
        app.line.set_printing(Printing::default());
        with.post(&path, json!({})).await.expect_fault(403, "printer_not_allowed");
        let allowed = Arc::new(|ip: std::net::IpAddr| ip.is_loopback());
        app.line.set_printing(Printing { allowed, base: "https://q.example".to_owned() });
        with.post(&path, json!({})).await.expect(204);
        let slips = printer.came_out(1).await;
        let bytes = slips.first().unwrap();
        let has = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(bytes.starts_with(b"\x1b@") && bytes.ends_with(b"\x1dV\x42\x18"), "begun and cut");
        let secret = path.split('/').nth(5).unwrap();
        let url = format!("https://q.example/t/{secret}");
        assert!(has("A-001") && has("Main branch") && has("Deposit") && has("2026-03-04 11:00") && has(&url));
        with.post("/api/v1/device/tickets/forged/print", json!({})).await.expect_fault(404, "not_found");
    });
}

#[test]
fn a_kiosk_prints_a_test_without_a_ticket() {
    on_engines(|app| async move {
        let printer = Printer::on(Some([0x12, 0x12])).await;
        let web = Web::of(&app);
        printing(&app).await;
        let set_up = json!({ "printer_address": printer.address });
        let with = web.client.clone().header("x-api-key", &kiosk(&app, set_up).await);
        let without = web.client.clone().header("x-api-key", &kiosk(&app, json!({})).await);
        let path = "/api/v1/device/print-test";
        without.post(path, json!({})).await.expect_fault(409, "no_printer");
        web.person(&app.manager()).post(path, json!({})).await.expect_fault(403, "forbidden");
        with.post(path, json!({})).await.expect(204);
        let slips = printer.came_out(1).await;
        let has = |text: &str| slips[0].windows(text.len()).any(|part| part == text.as_bytes());
        assert!(has("TEST") && has("Main branch") && has("Door") && !has("A-00"));
        printer.say(0x7e, 0x1a);
        with.post(path, json!({})).await.expect_fault(503, "printer_out_of_paper");
    });
}

#[test]
fn a_printer_on_record_prints_for_the_kiosks_that_name_it() {
    on_engines(|app| async move {
        let printer = Printer::on(Some([0x12, 0x12])).await;
        let web = Web::of(&app);
        let path = printing(&app).await;
        let hall =
            device(&app, DeviceType::Printer, "Hall", json!({ "printer_address": printer.address })).await;
        // It goes before an address of the kiosk's own, where nobody answers.
        let own = json!({ "printer_id": hall, "printer_address": "127.0.0.1:1" });
        let (door, upstairs) = (kiosk(&app, own).await, kiosk(&app, json!({ "printer_id": hall })).await);
        for kiosk in [&door, &upstairs] {
            web.client.clone().header("x-api-key", kiosk).post(&path, json!({})).await.expect(204);
        }
        assert_eq!(printer.came_out(2).await.len(), 2);
        let seen = stands(&app, hall).await;
        assert_eq!((seen.online, seen.last_seen), (true, Some(app.now())), "printing is a sign of life");
        let kiosk_seen = stands(&app, door.parse().unwrap()).await;
        assert_eq!(kiosk_seen.last_seen, None, "of the printer, not of the kiosk");

        printer.say(0x7e, 0x1a);
        let out = web.client.clone().header("x-api-key", &door).post(&path, json!({})).await;
        out.expect_fault(503, "printer_out_of_paper");
        assert_eq!(
            (stands(&app, hall).await.paper, stands(&app, door.parse().unwrap()).await.paper),
            (Paper::Out, Paper::Ok)
        );
        printer.say(0x12, 0x12);

        // Neither what is no printer nor what is not on record any more prints.
        for nothing in [door.clone(), Uuid::from_u128(7).to_string()] {
            let lost =
                kiosk(&app, json!({ "printer_id": nothing, "printer_address": printer.address })).await;
            let lost = web.client.clone().header("x-api-key", &lost);
            lost.post(&path, json!({})).await.expect_fault(409, "no_printer");
        }
    });
}

#[test]
fn a_printer_on_record_is_tested_and_asked_how_it_is() {
    on_engines(|app| async move {
        let printer = Printer::on(Some([0x12, 0x12])).await;
        let (web, watch) = (Web::of(&app), Watch::new(&app.line));
        printing(&app).await;
        let hall =
            device(&app, DeviceType::Printer, "Hall", json!({ "printer_address": printer.address })).await;
        let manager = web.person(&app.manager());
        let test = web.path(&format!("/devices/{hall}/print-test"));
        manager.post(&test, json!({})).await.expect(204);
        let slips = printer.came_out(1).await;
        let has = |text: &str| slips[0].windows(text.len()).any(|part| part == text.as_bytes());
        assert!(has("TEST") && has("Main branch") && has("Hall"));
        let door = kiosk(&app, json!({ "printer_address": printer.address })).await;
        for other in [door, Uuid::from_u128(7).to_string()] {
            let path = web.path(&format!("/devices/{other}/print-test"));
            manager.post(&path, json!({})).await.expect_fault(404, "not_found");
        }
        let elsewhere = web.person_at(&app.manager(), SiteId::from_uuid(Uuid::from_u128(7)));
        elsewhere.post(&test, json!({})).await.expect_fault(404, "not_found");

        // Heard of a moment ago; then its turn comes again, and nothing comes out of it.
        assert_eq!(watch.ask_printers(app.now()).await, 0);
        app.hands.advance(SignedDuration::from_secs(60));
        printer.say(0x1e, 0x12);
        assert_eq!(watch.ask_printers(app.now()).await, 1);
        assert_eq!(watch.ask_printers(app.now()).await, 0);
        let low = stands(&app, hall).await;
        assert_eq!((low.paper, low.printer, low.last_seen), (Paper::Low, PrinterState::Ok, Some(app.now())));
        assert_eq!(
            floor(&app, &manager, &web).await,
            [("Hall".to_owned(), "low".to_owned(), "ok".to_owned())]
        );
        assert!(printer.slips.lock().unwrap().is_empty());

        printer.runs.abort();
        let _ = printer.runs.await;
        app.hands.advance(SignedDuration::from_secs(60));
        assert_eq!(watch.ask_printers(app.now()).await, 1);
        app.hands.advance(SignedDuration::from_secs(30));
        let away = stands(&app, hall).await;
        assert_eq!((away.online, away.paper, away.printer), (false, Paper::Low, PrinterState::Away));
        assert_eq!(
            floor(&app, &manager, &web).await,
            [("Hall".to_owned(), "low".to_owned(), "away".to_owned())]
        );
        manager.post(&test, json!({})).await.expect_fault(503, "printer_away");
        let told = manager.get(&web.path(&format!("/sites/{}/floor", app.site))).await.expect(200);
        let silent: Vec<_> = told["devices_silent"].as_array().unwrap().iter().map(|d| &d["name"]).collect();
        assert!(!silent.contains(&&json!("Hall")), "it is said already that it does not answer");

        // Where the installation prints in no network, nobody is asked.
        app.line.set_printing(Printing::default());
        app.hands.advance(SignedDuration::from_secs(60));
        assert_eq!(watch.ask_printers(app.now()).await, 0);
        manager.post(&test, json!({})).await.expect_fault(403, "printer_not_allowed");
    });
}

/// Name, paper and printer of the devices that print nothing, or soon will not.
async fn floor(app: &App, manager: &TestClient, web: &Web) -> Vec<(String, String, String)> {
    let floor = manager.get(&web.path(&format!("/sites/{}/floor", app.site))).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let devices = floor["devices_paper"].as_array().unwrap();
    devices.iter().map(|d| (text(&d["name"]), text(&d["paper"]), text(&d["printer"]))).collect()
}

#[test]
fn staff_are_told_what_the_printer_says_of_its_paper_and_that_it_is_away() {
    on_engines(|app| async move {
        let printer = Printer::on(Some([0x12, 0x12])).await;
        let web = Web::of(&app);
        let id = kiosk(&app, json!({ "printer_address": printer.address })).await;
        let (door, manager) = (web.client.clone().header("x-api-key", &id), web.person(&app.manager()));
        let path = printing(&app).await;
        let print = || door.post(&path, json!({}));
        let stands = || floor(&app, &manager, &web);
        let door_is =
            |paper: &str, printer: &str| vec![("Door".to_owned(), paper.to_owned(), printer.to_owned())];
        print().await.expect(204);
        assert_eq!(stands().await, []);
        printer.say(0x1e, 0x12);
        print().await.expect(204);
        assert_eq!(stands().await, door_is("low", "ok"));
        assert_eq!(printer.came_out(2).await.len(), 2, "a roll that comes to an end still prints");

        // Nothing comes out, now or when the person has gone.
        printer.say(0x7e, 0x1a);
        print().await.expect_fault(503, "printer_out_of_paper");
        assert_eq!(stands().await, door_is("out", "ok"));
        printer.say(0x12, 0x1a);
        print().await.expect_fault(503, "printer_away");
        assert_eq!(stands().await, door_is("ok", "away"), "there is paper, and its cover is open");
        printer.say(0x12, 0x12);
        print().await.expect(204);
        assert_eq!(stands().await, []);
        assert_eq!(printer.came_out(1).await.len(), 1);

        // What is known of the paper of a printer that is switched off is what it said last.
        printer.say(0x1e, 0x12);
        print().await.expect(204);
        printer.runs.abort();
        let _ = printer.runs.await;
        print().await.expect_fault(503, "printer_away");
        assert_eq!(stands().await, door_is("low", "away"));
    });
}

#[test]
fn paper_says_what_the_screens_say() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/src/i18n/locales");
    for words in LANGUAGES {
        let path = format!("{root}/{}/common.json", words.language);
        let texts: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let said = |name: &str| {
            let text = texts["estimate"][name].as_str().unwrap();
            text.replace("{{low}}", "10").replace("{{high}}", "20")
        };
        assert_eq!(words.wait(10, 20), said("range_other"), "{}", words.language);
        assert_eq!(words.wait(0, 20), said("upTo_other"), "{}", words.language);
        assert_eq!(words.after_closing, said("afterClosing"), "{}", words.language);
        let printed = format!("{}{}", words.wait(0, 20), words.after_closing);
        assert!(printed.chars().all(|letter| windows_1252(letter).is_some()), "{printed}");
    }
}

#[test]
fn a_slip_speaks_the_language_of_its_ticket_and_says_that_the_site_closes_before() {
    on_engines(|app| async move {
        let printer = Printer::on(None).await;
        let web = Web::of(&app);
        let set_up = json!({ "printer_address": printer.address });
        let door = web.client.clone().header("x-api-key", &kiosk(&app, set_up).await);
        let (queue, _) = app.small().await;
        let allowed = Arc::new(|ip: std::net::IpAddr| ip.is_loopback());
        app.line.set_printing(Printing { allowed, base: "https://q.example".to_owned() });
        // It is eleven in Berlin, and closes in two minutes.
        let hours = json!({ "hours": { "wed": [{ "opens": "09:00", "closes": "11:02" }] } });
        let change: usher_tenancy::model::SiteChange = serde_json::from_value(hours).unwrap();
        let (tenant, site) = (app.tenant, app.site);
        let set = move |tx: &mut usher_db::Tx<'_>| {
            usher_tenancy::ops::update_site(tx, tenant, site, change.clone(), None)
        };
        app.line.db().write(&app.manager(), usher_db::Lane::Tenant, set).await.unwrap();
        let slip = async |locale: &str| {
            let wish = Issue { queue_id: Some(queue), locale: Some(locale.to_owned()), ..Issue::default() };
            let ticket = app.issue_as(&app.manager(), wish).await.unwrap();
            let path = format!("/api/v1/device/tickets/{}/print", app.line.secrets().seal(ticket.id));
            door.post(&path, json!({})).await.expect(204);
            printer.came_out(1).await.remove(0)
        };
        let has = |slip: &[u8], text: &[u8]| slip.windows(text.len()).any(|part| part == text);
        let first = slip("fr-CA").await;
        assert!(has(&first, b"jusqu\x92\xe0 1 min") && !has(&first, b"fermeture"), "there is time for one");
        let second = slip("de").await;
        assert!(has(&second, b"5\x9610 min") && has(&second, b"wahrscheinlich erst nach der Schlie\xdfung"));
        let third = slip("ar").await;
        assert!(has(&third, b"probably after closing time"), "no printer writes Arabic");
    });
}
