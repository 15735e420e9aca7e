//! What displays are told: calls in order, acknowledged or raised, and of a person only what the tenant chose.

use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use serde_json::{Value, json};
use usher_identity::DeviceType;
use usher_identity::model::{DeviceChange, DeviceTask, TestOutcome};
use usher_kernel::{Change, Ctx, SignedDuration, SiteId, SystemCtx};
use usher_queueing::jobs::Watch;
use usher_queueing::model::{AgentStatus, CounterId, QueueId, TicketId};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::note::{self, Edit};
use usher_queueing::ops::show::{self, Floor, SiteBoard};
use usher_queueing::ops::{agent, announcement, call, serve};
use usher_realtime::{Room, Since, door};
use uuid::Uuid;

use crate::app::{App, anonymous, on_engines};
use crate::http::Web;

/// A display that follows the board of the site.
pub(crate) struct Display(Body, String);

impl Display {
    fn open(app: &App) -> Self {
        Self::of(app, Room::new(app.tenant, "board", app.site.uuid()))
    }

    /// Any screen that follows one room.
    pub(crate) fn of(app: &App, room: Room) -> Self {
        let nobody = anonymous(app.tenant, &app.clock);
        let admitted = app.line.hub().admit_unasked(nobody.caller().clone(), vec![room]).unwrap();
        Self(door::sse(admitted, Since::Start).into_body(), String::new())
    }

    /// Somebody of the staff who follows a room.
    fn staff(app: &App, room: Room) -> Self {
        let admitted = app.line.hub().admit_unasked(app.manager().caller().clone(), vec![room]).unwrap();
        Self(door::sse(admitted, Since::Start).into_body(), String::new())
    }

    /// A display on record that follows what is meant for it.
    async fn own(web: &Web, id: Uuid, site: SiteId) -> Self {
        let request =
            axum::http::Request::get("/api/v1/device/events").header("x-api-key", format!("{id}@{site}"));
        let request = request.body(Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(web.router.clone(), request).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        Self(answer.into_body(), String::new())
    }

    /// The next frame of a kind; what else is heard on the way is passed over.
    pub(crate) async fn hears(&mut self, kind: &str) -> Value {
        self.frame(|frame| frame["type"] == kind).await["data"].clone()
    }

    /// The next frame that is meant; what else is heard on the way is passed over.
    async fn frame(&mut self, meant: impl Fn(&Value) -> bool) -> Value {
        let listen = async {
            loop {
                while let Some(end) = self.1.find("\n\n") {
                    let event: String = self.1.drain(..end + 2).collect();
                    let data: String = event.lines().filter_map(|l| l.strip_prefix("data: ")).collect();
                    match serde_json::from_str::<Value>(&data) {
                        Ok(frame) if meant(&frame) => return frame,
                        _ => {}
                    }
                }
                let chunk = std::future::poll_fn(|cx| Pin::new(&mut self.0).poll_frame(cx)).await;
                let chunk = chunk.unwrap().unwrap().into_data().unwrap();
                self.1.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(Duration::from_secs(5), listen).await.unwrap()
    }
}

async fn named(app: &App, queue: QueueId, name: &str) -> TicketId {
    let input = Issue { queue_id: Some(queue), name: Some(name.to_owned()), ..Issue::default() };
    app.issue_as(&app.manager(), input).await.unwrap().id
}

async fn board(app: &App) -> SiteBoard {
    show::board(&app.line, app.tenant, app.site).await.unwrap().unwrap()
}

fn labels(board: &SiteBoard) -> Vec<String> {
    board.last_called.iter().map(|call| format!("{} {}", call.number, call.label)).collect()
}

/// A line with three people, and room for all of them at the counter.
async fn hall(app: &App) -> (QueueId, CounterId, Ctx) {
    let service = app.service("Deposit").await;
    let queue = app.queue("Deposit", "A", &[service], Default::default()).await;
    (queue, app.counter(&[queue], 9).await, app.agent(1))
}

#[test]
fn a_board_shows_of_a_person_what_the_tenant_chose() {
    on_engines(|app| async move {
        let (queue, counter, agent) = hall(&app).await;
        let mut display = Display::open(&app);
        assert_eq!(display.hears("snapshot").await["last_called"], json!([]));
        let ana = named(&app, queue, "Ana Maria Silva").await;
        app.next(&agent, counter).await.unwrap();
        let told = display.hears("announcement").await;
        assert_eq!((&told["number"], &told["label"]), (&json!("A-001"), &json!("A-001")));
        let shown = serde_json::to_string(&board(&app).await).unwrap();
        assert!(!shown.contains("Ana") && !told.to_string().contains("Ana"), "nothing personal leaves");

        app.set("board_label", json!("first_name")).await;
        // A changed choice counts at once, as soon as what was on its way before has been heard.
        while display.hears("board").await["now_serving"][0]["label"] != "Ana" {}
        named(&app, queue, "Silva, Ben").await;
        named(&app, queue, "  ").await;
        // Called one after the other, the later ones first on the board.
        for _ in 0..2 {
            app.hands.advance(SignedDuration::from_secs(1));
            app.next(&agent, counter).await.unwrap();
        }
        let (two, three) = (display.hears("announcement").await, display.hears("announcement").await);
        assert_eq!((&two["number"], &two["label"]), (&json!("A-002"), &json!("Ben")), "in order");
        assert_eq!(
            (&three["number"], &three["label"]),
            (&json!("A-003"), &json!("A-003")),
            "no name, a number"
        );
        assert_eq!(labels(&board(&app).await), ["A-003 A-003", "A-002 Ben", "A-001 Ana"]);

        app.set("board_label", json!("initials")).await;
        assert_eq!(labels(&board(&app).await), ["A-003 A-003", "A-002 B. S.", "A-001 A. S."]);
        let edit = Edit { customer_name: usher_kernel::Change::Clear, ..Edit::default() };
        app.act(&agent, move |line, tx| note::edit(line, tx, ana, edit.clone())).await.unwrap();
        assert_eq!(labels(&board(&app).await)[2], "A-001 A-001", "an erased name is gone from the board");
        let again = app.reopened().await;
        assert_eq!(labels(&board(&again).await)[1], "A-002 B. S.", "a restart changes nothing");
        again.set("board_label", Value::Null).await;
        assert_eq!(labels(&board(&again).await)[1], "A-002 A-002");
    });
}

#[test]
fn a_board_says_how_each_counter_stands_and_whether_who_was_called_has_come() {
    on_engines(|app| async move {
        let (queue, counter, who) = hall(&app).await;
        let user = who.actor.user().unwrap();
        let stands = async || {
            let board = board(&app).await;
            let states: Vec<_> = board.counters.iter().map(|c| (c.id, c.state)).collect();
            (states, board.now_serving.first().map(|call| (call.site_id, call.serving)))
        };
        let status = async |status: AgentStatus| {
            let set = move |line: &usher_queueing::Queueing, tx: &mut usher_db::Tx<'_>| {
                agent::set_status(line, tx, user, "Ana", status, Some("Lunch"))
            };
            app.act(&who, set).await.unwrap();
        };
        assert_eq!(stands().await, (vec![(counter, "idle")], None));
        app.sit(&who, counter).await;
        status(AgentStatus::Paused).await;
        assert_eq!(stands().await, (vec![(counter, "paused")], None));
        status(AgentStatus::Available).await;
        app.issue(queue).await;
        let t = app.next(&who, counter).await.unwrap().unwrap();
        assert_eq!(stands().await, (vec![(counter, "busy")], Some((app.site, false))));
        app.act(&who, move |line, tx| serve::start(line, tx, t.id)).await.unwrap();
        status(AgentStatus::Paused).await;
        assert_eq!(
            stands().await,
            (vec![(counter, "busy")], Some((app.site, true))),
            "a break begins after it"
        );
        app.close(&who, t.id).await.unwrap();
        assert_eq!(stands().await, (vec![(counter, "paused")], None));
        app.act(&who, move |line, tx| agent::sign_out(line, tx, user)).await.unwrap();
        assert_eq!(stands().await, (vec![(counter, "closed")], None));
    });
}

#[test]
fn the_other_node_shows_the_same() {
    on_engines(|app| async move {
        let Some(other) = app.beside().await else { return };
        let (queue, counter, agent) = hall(&app).await;
        app.set("board_label", json!("first_name")).await;
        usher_testkit::until("the other node knows the choice", async || {
            let tenant = other.line.directory().tenant(other.tenant);
            tenant.is_some_and(|t| t.board_label().as_str() == "first_name")
        })
        .await;
        let mut display = Display::open(&other);
        display.hears("snapshot").await;
        named(&app, queue, "Ana Silva").await;
        app.next(&agent, counter).await.unwrap();
        assert_eq!(display.hears("announcement").await["label"], "Ana");
    });
}

/// A display that is paired at the site.
pub(crate) async fn pair(app: &App, name: &str) -> Uuid {
    let sys = SystemCtx::new("test", app.clock.clone());
    let (identity, tenant, site) = (app.line.identity(), app.tenant, app.site);
    let paired = identity.provision_device(&sys, tenant, site, DeviceType::Display, name, Default::default());
    paired.await.unwrap().0.id
}

/// A display says that it is there.
pub(crate) async fn ping(app: &App, display: Uuid) {
    let tenant = app.tenant;
    let ping = move |tx: &mut usher_db::Tx<'_>| {
        usher_identity::ops::ping_device(tx, tenant, display, &Default::default())
    };
    app.line.db().write(&app.manager(), usher_db::Lane::Tenant, ping).await.unwrap();
}

/// The floor of the site.
async fn raised(app: &App) -> Floor {
    let (line, tenant, site) = (app.line.clone(), app.tenant, app.site);
    let read = move |read: &mut usher_db::Read<'_>| show::floor(&line, read, tenant, site);
    app.line.db().read(&app.manager(), read).await.unwrap()
}

async fn unheard(app: &App) -> Vec<(String, Vec<String>)> {
    raised(app).await.announcements_unheard.into_iter().map(|u| (u.call.number, u.displays)).collect()
}

#[test]
fn a_board_without_a_voice_is_told_of_once_and_one_whose_voice_failed_with_the_call() {
    on_engines(|app| async move {
        let (queue, counter, agent) = hall(&app).await;
        let (dumb, hoarse) = (pair(&app, "Dumb").await, pair(&app, "Hoarse").await);
        for (display, audio) in [(dumb, "chime"), (hoarse, "voice")] {
            let (tenant, report) = (app.tenant, json!({ "audio": audio }).as_object().unwrap().clone());
            let ping = move |tx: &mut usher_db::Tx<'_>| {
                usher_identity::ops::ping_device(tx, tenant, display, &report)
            };
            app.line.db().write(&app.manager(), usher_db::Lane::Tenant, ping).await.unwrap();
        }
        let standing = raised(&app).await.devices_voiceless;
        assert_eq!(standing.iter().map(|d| d.name.as_str()).collect::<Vec<_>>(), ["Dumb"]);
        let site = app.site;
        let mut voiceless = Vec::new();
        for outcomes in [["chime_only", "chime_only"], ["chime_only", "quiet"], ["chime_only", "spoken"]] {
            app.issue(queue).await;
            let t = app.next(&agent, counter).await.unwrap().unwrap();
            let id = board(&app).await.last_called[0].announcement_id;
            for (display, outcome) in [dumb, hoarse].into_iter().zip(outcomes) {
                let ack = move |line: &usher_queueing::Queueing, tx: &mut usher_db::Tx<'_>| {
                    announcement::acknowledge(line, tx, site, id, display, outcome)
                };
                app.act(&app.manager(), ack).await.unwrap();
            }
            let calls = raised(&app).await.announcements_unheard;
            voiceless.push(calls.into_iter().map(|c| c.voiceless.join(" ")).collect::<Vec<_>>());
            app.act(&agent, move |line, tx| serve::start(line, tx, t.id)).await.unwrap();
            assert_eq!(
                raised(&app).await.announcements_unheard.len(),
                0,
                "who has come needs no more calling"
            );
            app.wait(1);
        }
        assert_eq!(voiceless, [vec!["Hoarse".to_owned()], vec![], vec![]], "quiet hours are as set up");
    });
}

#[test]
fn calls_are_announced_in_order_acknowledged_once_and_raised_when_nobody_hears_them() {
    on_engines(|app| async move {
        let (queue, counter, agent) = hall(&app).await;
        let display = pair(&app, "Hall").await;
        ping(&app, display).await;
        for _ in 0..3 {
            app.issue(queue).await;
        }
        for _ in 0..3 {
            app.next(&agent, counter).await.unwrap();
        }
        let calls = board(&app).await.last_called;
        let numbers: Vec<&str> = calls.iter().map(|c| c.number.as_str()).collect();
        assert_eq!(numbers, ["A-003", "A-002", "A-001"], "the newest first");
        let (site, ids) = (app.site, calls.iter().map(|c| c.announcement_id).collect::<Vec<_>>());
        let ack = |id: Uuid, outcome: &'static str| {
            let app = &app;
            async move {
                app.act(&app.manager(), move |line, tx| {
                    announcement::acknowledge(line, tx, site, id, display, outcome)
                })
                .await
            }
        };
        assert_eq!(ack(ids[2], "sung").await.unwrap_err().code(), "invalid_field");
        assert_eq!(ack(Uuid::nil(), "spoken").await.unwrap_err().code(), "not_found");
        ack(ids[2], "spoken").await.unwrap();
        ack(ids[2], "blocked").await.unwrap();
        assert_eq!(
            app.line.live().calls.lock().find(site, ids[2]).unwrap().heard_by(display),
            Some("spoken")
        );

        let second = calls[1].ticket_id;
        let again = app.act(&agent, move |line, tx| call::recall(line, tx, second)).await.unwrap();
        let newest = &board(&app).await.last_called[0];
        assert_eq!((newest.ticket_id, newest.recall), (again.id, true), "a repeated call is announced again");
        assert_ne!(newest.announcement_id, ids[1]);

        let watch = Watch::new(&app.line);
        app.hands.advance(SignedDuration::from_secs(14));
        assert_eq!(watch.run_due(app.now()).await, 0);
        app.hands.advance(SignedDuration::from_secs(1));
        assert_eq!(watch.run_due(app.now()).await, 2, "A-003 and the repeated call of A-002");
        assert_eq!(watch.run_due(app.now()).await, 0, "staff are told once");
        let hall = || vec!["Hall".to_owned()];
        assert_eq!(unheard(&app).await, [("A-002".to_owned(), hall()), ("A-003".to_owned(), hall())]);
        let first = calls[0].ticket_id;
        app.act(&agent, move |line, tx| serve::start(line, tx, first)).await.unwrap();
        assert_eq!(unheard(&app).await.len(), 1, "who has come needs no more calling");
    });
}

#[test]
fn a_call_of_a_moment_before_a_start_is_still_announced_or_raised() {
    on_engines(|app| async move {
        let (queue, counter, agent) = hall(&app).await;
        app.sit(&agent, counter).await;
        let (lobby, upstairs) = (pair(&app, "Lobby").await, pair(&app, "Upstairs").await);
        for _ in 0..4 {
            app.issue(queue).await;
        }
        app.next(&agent, counter).await.unwrap();
        app.hands.advance(SignedDuration::from_secs(61));
        ping(&app, lobby).await;
        ping(&app, upstairs).await;
        // Of those of the last minute one was played in the lobby, one was called again, and one has come.
        let mut called = Vec::new();
        for _ in 0..3 {
            called.push(app.next(&agent, counter).await.unwrap().unwrap().id);
            app.hands.advance(SignedDuration::from_secs(1));
        }
        let (played, again, come) = (called[0], called[1], called[2]);
        let before = board(&app).await.last_called;
        let announced = |of: TicketId, calls: &[show::CallView]| {
            calls.iter().find(|call| call.ticket_id == of).unwrap().announcement_id
        };
        let (site, heard) = (app.site, announced(played, &before));
        let ack = move |line: &usher_queueing::Queueing, tx: &mut usher_db::Tx<'_>| {
            announcement::acknowledge(line, tx, site, heard, lobby, "spoken")
        };
        app.act(&app.manager(), ack).await.unwrap();
        app.act(&agent, move |line, tx| call::recall(line, tx, again)).await.unwrap();
        app.act(&agent, move |line, tx| serve::start(line, tx, come)).await.unwrap();
        let repeated = announced(again, &board(&app).await.last_called);

        let after = app.reopened().await;
        let numbers: Vec<String> =
            board(&after).await.last_called.into_iter().map(|call| call.number).collect();
        assert_eq!(numbers, ["A-003", "A-004", "A-002", "A-001"], "each once");
        let web = Web::of(&after);
        let screens = [lobby, upstairs].map(|display| web.display_at(display, app.site));
        let mut to_play = Vec::new();
        for screen in &screens {
            let calls = screen.get("/api/v1/device/board").await.expect(200)["queue_of_calls"].clone();
            let calls = calls.as_array().unwrap().iter().map(|call| call["announcement_id"].clone());
            to_play.push(calls.collect::<Vec<_>>());
        }
        let wanted = [vec![json!(repeated)], vec![json!(heard), json!(repeated)]];
        assert_eq!(
            to_play, wanted,
            "under the announcement's own id, at each display that has not played it"
        );

        // A display that was playing it says so to the node that came up.
        let path = format!("/api/v1/device/announcements/{repeated}/ack");
        screens[0].post(&path, json!({ "outcome": "spoken" })).await.expect(204);
        let watch = Watch::new(&after.line);
        after.hands.advance(SignedDuration::from_secs(15));
        assert_eq!(watch.run_due(after.now()).await, 2, "both of the display upstairs");
        let told = unheard(&after).await;
        let upstairs = || vec!["Upstairs".to_owned()];
        assert_eq!(told, [("A-003".to_owned(), upstairs()), ("A-002".to_owned(), upstairs())]);
        let once_more = after.reopened().await;
        let watch = Watch::new(&once_more.line);
        assert_eq!(watch.run_due(once_more.now()).await, 0, "staff are told once");
        assert_eq!(unheard(&once_more).await, told, "and still see it");
    });
}

#[test]
fn a_screen_is_told_at_once_that_it_was_set_up_anew_and_no_other_is() {
    on_engines(|app| async move {
        let (lobby, upstairs) = (pair(&app, "Lobby").await, pair(&app, "Upstairs").await);
        let web = Web::of(&app);
        let mut screens =
            [Display::own(&web, lobby, app.site).await, Display::own(&web, upstairs, app.site).await];
        for (screen, id) in screens.iter_mut().zip([lobby, upstairs]) {
            let room = format!("device:{id}");
            let known =
                screen.frame(|frame| frame["type"] == "snapshot" && frame["room"] == room.as_str()).await;
            assert_eq!((&known["data"]["id"], &known["data"]["version"]), (&json!(id), &json!(1)));
        }
        let tenant = app.tenant;
        for (id, layout) in [(upstairs, "waits"), (lobby, "split")] {
            let config = json!({ "layout": layout }).as_object().unwrap().clone();
            let change = DeviceChange { config: Change::Set(config), ..DeviceChange::default() };
            let write = move |tx: &mut usher_db::Tx<'_>| {
                usher_identity::ops::change_device(tx, tenant, &|_| true, id, change.clone(), None)
            };
            app.line.db().write(&app.manager(), usher_db::Lane::Tenant, write).await.unwrap();
        }
        // The first that each hears is its own: the other's came before it, or has not come at all.
        for (screen, id) in screens.iter_mut().zip([lobby, upstairs]) {
            assert_eq!(screen.hears("device.changed").await, json!({ "device_id": id, "version": 2 }));
        }
    });
}

#[test]
fn a_screen_is_told_at_once_to_show_what_it_can_and_staff_of_its_answer() {
    on_engines(|app| async move {
        let (lobby, upstairs) = (pair(&app, "Lobby").await, pair(&app, "Upstairs").await);
        let web = Web::of(&app);
        let mut screen = Display::own(&web, lobby, app.site).await;
        let mut other = Display::own(&web, upstairs, app.site).await;
        for (one, id) in [(&mut screen, lobby), (&mut other, upstairs)] {
            let own = format!("device:{id}");
            one.frame(|frame| frame["type"] == "snapshot" && frame["room"] == own.as_str()).await;
        }
        let room = Room::new(app.tenant, "device", lobby);
        let mut staff = Display::staff(&app, room);
        staff.hears("snapshot").await;
        let (tenant, manager) = (app.tenant, app.manager());
        let ask = |id: Uuid, what: DeviceTask| {
            let write = move |tx: &mut usher_db::Tx<'_>| usher_identity::ops::ask_test(tx, tenant, id, what);
            app.line.db().write(&manager, usher_db::Lane::Tenant, write)
        };
        ask(upstairs, DeviceTask::Voice).await.unwrap();
        let test = ask(lobby, DeviceTask::Chime).await.unwrap();
        // The first that each hears is its own.
        let told = screen.hears("device.test").await;
        assert_eq!((&told["test"]["id"], &told["test"]["what"]), (&json!(test.id), &json!("chime")));
        assert_eq!(other.hears("device.test").await["test"]["what"], "voice");
        let answer = move |tx: &mut usher_db::Tx<'_>| {
            usher_identity::ops::answer_test(tx, tenant, lobby, test.id, TestOutcome::Done)
        };
        app.line.db().write(&app.manager(), usher_db::Lane::Tenant, answer).await.unwrap();
        assert_eq!(staff.hears("device.tested").await["test"]["outcome"], "done");
    });
}

#[test]
fn each_display_of_a_site_is_to_play_a_call() {
    on_engines(|app| async move {
        let (queue, counter, agent) = hall(&app).await;
        app.sit(&agent, counter).await;
        let (lobby, upstairs) = (pair(&app, "Lobby").await, pair(&app, "Upstairs").await);
        let dark = pair(&app, "Dark").await;
        ping(&app, lobby).await;
        ping(&app, upstairs).await;
        let web = Web::of(&app);
        let screens = [web.display_at(lobby, app.site), web.display_at(upstairs, app.site)];
        app.issue(queue).await;
        app.next(&agent, counter).await.unwrap();
        let ours = screens[0].get("/api/v1/device/board").await.expect(200)["queue_of_calls"][0].clone();
        let heard = format!("/api/v1/device/announcements/{}/ack", ours["announcement_id"].as_str().unwrap());
        screens[0].post(&heard, json!({ "outcome": "spoken" })).await.expect(204);
        assert_eq!(
            screens[0].get("/api/v1/device/board").await.expect(200)["queue_of_calls"],
            json!([]),
            "played here"
        );
        let theirs = screens[1].get("/api/v1/device/board").await.expect(200)["queue_of_calls"].clone();
        assert_eq!(theirs[0]["announcement_id"], ours["announcement_id"], "still to be played there");
        let watch = Watch::new(&app.line);
        app.hands.advance(SignedDuration::from_secs(15));
        assert_eq!(watch.run_due(app.now()).await, 1, "one of two, and not the one that is switched off");
        assert_eq!(watch.run_due(app.now()).await, 0, "staff are told once");
        assert_eq!(unheard(&app).await, [("A-001".to_owned(), vec!["Upstairs".to_owned()])]);
        let user = agent.actor.user().unwrap();
        let (line, tenant) = (app.line.clone(), app.tenant);
        let read = move |read: &mut usher_db::Read<'_>| show::console(&line, read, tenant, user);
        let console = app.line.db().read(&agent, read).await.unwrap();
        let told = console.announcement.unwrap();
        assert_eq!(
            (told.acknowledged, told.unheard, told.unheard_at),
            (true, true, vec!["Upstairs".to_owned()])
        );

        screens[1].post(&heard, json!({ "outcome": "chime_only" })).await.expect(204);
        let floor = raised(&app).await;
        let chimed = &floor.announcements_unheard[0];
        assert_eq!(
            (chimed.displays.as_slice(), chimed.voiceless.as_slice()),
            ([].as_slice(), ["Upstairs".to_owned()].as_slice()),
            "late, and with its chime alone"
        );
        app.issue(queue).await;
        app.next(&agent, counter).await.unwrap();
        app.hands.advance(SignedDuration::from_secs(90));
        assert_eq!(
            watch.run_due(app.now()).await,
            0,
            "all are away: each is told of by itself, not with each call"
        );
        ping(&app, dark).await;
        assert_eq!(watch.run_due(app.now()).await, 0, "a call is judged once");
    });
}

#[test]
fn a_display_shows_and_plays_the_calls_of_further_sites_that_it_was_given() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let (tenant, sys) = (app.tenant, SystemCtx::new("test", app.clock.clone()));
        let annex = app
            .line
            .db()
            .write(&app.manager(), usher_db::Lane::Tenant, move |tx| {
                let change =
                    usher_tenancy::model::SiteChange { name: Some("Annex".into()), ..Default::default() };
                usher_tenancy::ops::create_site(tx, tenant, change)
            })
            .await
            .unwrap();
        let config = json!({ "sites": [app.site, Uuid::from_u128(7)] }).as_object().unwrap().clone();
        let identity = app.line.identity();
        let made =
            identity.provision_device(&sys, tenant, annex.id, DeviceType::Display, "Hall", config).await;
        let id = made.unwrap().0.id;
        let web = Web::of(&app);
        let hall = web.display_at(id, annex.id);
        app.issue(queue).await;
        app.next(&app.agent(1), counter).await.unwrap().unwrap();
        let board = hall.get("/api/v1/device/board").await.expect(200);
        assert_eq!(
            (&board["site"]["name"], &board["others"][0]["site"]["name"]),
            (&json!("Annex"), &json!("Main branch"))
        );
        assert_eq!(board["others"].as_array().unwrap().len(), 1, "what is no site is passed over");
        let call = board["queue_of_calls"][0].clone();
        assert_eq!(call["number"], "A-001");
        assert_eq!(call["site_id"], json!(app.site), "whoever looks has to know where to go");
        assert_eq!(board["others"][0]["now_serving"][0]["site_id"], json!(app.site));
        let heard = format!("/api/v1/device/announcements/{}/ack", call["announcement_id"].as_str().unwrap());
        hall.post(&heard, json!({ "outcome": "spoken" })).await.expect(204);
        assert_eq!(hall.get("/api/v1/device/board").await.expect(200)["queue_of_calls"], json!([]));
    });
}
