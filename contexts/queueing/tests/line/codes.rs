//! The codes of refusals and the documentation of the routes say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde_json::json;
use usher_queueing::model::estimate::Estimator;
use usher_queueing::model::{Code, Declared, Estimate, LineView};
use usher_queueing::ops::configure::QueueInput;
use usher_queueing::ops::{note, transfer};

use crate::app::on_engines;
use crate::http::Web;

/// What a route of the line answers and another part of it refuses: printers, appointments, who may ask at all and where.
const OTHERS: [&str; 7] = [
    "no_printer",
    "printer_not_allowed",
    "printer_away",
    "printer_out_of_paper",
    "no_appointments",
    "slot_taken",
    "some_sites",
];
/// Said of one ticket of an upload, within an answer; the route's description names them.
const WITHIN_ANSWERS: [Code; 2] = [Code::LeaseNumber, Code::IssuedInFuture];

#[test]
fn every_code_is_documented_and_every_documented_code_exists() {
    on_engines(|app| async move {
        let routes = usher_queueing::routes(app.line.clone());
        let mut documented: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
        for fault in routes.endpoints().iter().flat_map(|endpoint| endpoint.faults()) {
            documented.entry(fault.code).or_default().insert(fault.status);
        }
        for code in Code::ALL.iter().filter(|code| !WITHIN_ANSWERS.contains(code)) {
            let statuses = documented.remove(code.as_str()).unwrap_or_default();
            assert_eq!(statuses, BTreeSet::from([code.kind().status()]), "{code} in the documentation");
        }
        for other in OTHERS {
            assert!(documented.remove(other).is_some(), "{other} is not documented any more");
        }
        assert!(documented.is_empty(), "documented and never sent: {documented:?}");
    });
}

#[test]
fn a_service_that_zeroq_does_not_know_has_its_own_code() {
    on_engines(|app| async move {
        app.small().await;
        let web = Web::of(&app);
        let unknown = json!({ "service_type": "Nope", "change": 1 });
        let me = web.person(&app.manager()).header("x-tenant", &app.tenant.to_string());
        let no = me.post("/updateQueue", &unknown).await.expect_fault(404, "unknown_service_type");
        assert_eq!(no["error"], "Unknown service type: Nope");
    });
}

/// Stops an operation in its middle once, until it is told to go on.
struct Pausing {
    armed: AtomicBool,
    here: SyncSender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl Estimator for Pausing {
    fn estimate(&self, line: &LineView) -> Estimate {
        if self.armed.swap(false, Ordering::AcqRel) {
            self.here.send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap();
        }
        Declared.estimate(line)
    }
}

/// The embedded engine has one writer, so nobody can come between there.
#[test]
fn who_comes_second_on_another_node_is_told_to_look_again() {
    on_engines(|app| async move {
        let Some(other) = app.beside().await else { return };
        let (deposit, loans) = (app.service("Deposit").await, app.service("Loans").await);
        let queue = app.queue("Deposit", "A", &[deposit], QueueInput::default()).await;
        // Two lines for one service: the shorter one is asked for in the middle of a transfer.
        app.queue("Loans", "B", &[loans], QueueInput::default()).await;
        app.queue("More loans", "C", &[loans], QueueInput::default()).await;
        let t = app.issue(queue).await;
        let (here, stopped) = sync_channel(1);
        let (go, go_on) = sync_channel(1);
        app.line.set_estimator(Pausing { armed: AtomicBool::new(true), here, go_on: Mutex::new(go_on) });
        let (web, who) = (Web::of(&app), app.agent(1));
        let path = web.path(&format!("/tickets/{}/transfer", t.id));
        let me = web.person(&who);
        let slow = tokio::spawn(async move {
            let to = json!({ "service_id": loans });
            me.post(&path, &to).await.expect_fault(409, "changed_meanwhile")
        });
        tokio::task::spawn_blocking(move || stopped.recv().unwrap()).await.unwrap();
        other.act(&other.agent(2), move |line, tx| note::note(line, tx, t.id, "deaf")).await.unwrap();
        go.send(()).unwrap();
        let told = slow.await.unwrap();
        assert!(told["detail"].as_str().unwrap().contains("A-001 was changed by somebody else"), "{told}");
        let to = transfer::Transfer { service_id: Some(loans), ..Default::default() };
        app.act(&who, move |line, tx| transfer::transfer(line, tx, t.id, &to)).await.expect("again");
    });
}
