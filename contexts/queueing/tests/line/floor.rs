//! What a manager's floor tells: what forecasts rest on, who should be here, and calls that nobody could hear.

use serde_json::{Value, json};
use usher_db::{DynQuery, Lane, Tx};
use usher_identity::model::{Publish, ShiftInput};
use usher_kernel::{Change, Ctx, SignedDuration, Timestamp};
use usher_queueing::model::{Estimate, EstimateBasis, Estimator, LineView};
use usher_queueing::ops::issue::Issue;
use usher_queueing::ops::{agent, announcement, serve};
use usher_tenancy::model::SiteChange;

use crate::app::{App, on_engines};
use crate::boards::{pair, ping};
use crate::http::Web;

impl App {
    /// A shift of somebody's, from so many minutes from now to so many.
    async fn shift(&self, who: &Ctx, from: i64, to: i64) {
        let at = |minutes| self.now() + SignedDuration::from_mins(minutes);
        let input = ShiftInput {
            user_id: who.actor.user().map(|user| user.uuid()),
            site_id: Some(self.site),
            starts_at: Some(at(from)),
            ends_at: Some(at(to)),
            note: None,
        };
        let tenant = self.tenant;
        let plan =
            move |tx: &mut Tx<'_>| usher_identity::ops::plan_shift(tx, tenant, &|_| true, &input).map(drop);
        self.line.db().write(&self.manager(), Lane::Tenant, plan).await.unwrap();
    }

    async fn publish(&self) {
        let (tenant, now) = (self.tenant, self.now());
        let wish = Publish { site_id: self.site, from: now - DAY, to: now + DAY };
        let publish = move |tx: &mut Tx<'_>| {
            usher_identity::ops::publish_shifts(tx, tenant, &|_| true, &wish).map(drop)
        };
        self.line.db().write(&self.manager(), Lane::Tenant, publish).await.unwrap();
    }
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn floor(app: &App) -> Value {
    let web = Web::of(app);
    let path = web.path(&format!("/sites/{}/floor", app.site));
    web.person(&app.manager()).get(&path).await.expect(200)
}

fn late(floor: &Value) -> Vec<String> {
    let all = floor["late_shifts"].as_array().unwrap();
    all.iter().map(|one| one["user_name"].as_str().unwrap().to_owned()).collect()
}

/// An estimator that has learned from forty waits.
struct Taught;

impl Estimator for Taught {
    fn estimate(&self, line: &LineView) -> Estimate {
        Estimate::of(EstimateBasis::Pace, 1.0, 2.0, 4.0, 40, line.now)
    }
}

#[test]
fn a_line_says_what_its_forecast_rests_on() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        app.issue(queue).await;
        let rests = async || {
            let line = floor(&app).await["lines"][0].clone();
            (line["basis"].clone(), line["samples"].clone())
        };
        assert_eq!(rests().await, (json!("declared"), json!(0)), "on the first day");
        app.line.set_estimator(Taught);
        assert_eq!(rests().await, (json!("pace"), json!(40)));
    });
}

/// Whoever has not come five minutes after the begin is late, until they sit down or the shift is over; only what is
/// published counts, and only who may read rosters is told.
#[test]
fn who_should_be_here_is_on_the_floor() {
    on_engines(|app| async move {
        let (_, counter) = app.small().await;
        let (ana, ben, cleo) =
            (app.hire("Ana", &[]).await, app.hire("Ben", &[]).await, app.hire("Cleo", &[]).await);
        app.shift(&ana, 10, 120).await;
        app.shift(&ben, -10, 60).await;
        app.shift(&cleo, -30, -5).await;
        let none = floor(&app).await;
        assert_eq!((late(&none), &none["next_late_at"]), (Vec::new(), &Value::Null), "nothing is published");
        app.publish().await;
        let now = floor(&app).await;
        assert_eq!(late(&now), ["Ben"], "Cleo's is over");
        let begins: Timestamp = now["late_shifts"][0]["starts_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(app.now().duration_since(begins), SignedDuration::from_mins(10));
        let next: Timestamp = now["next_late_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(next.duration_since(app.now()), SignedDuration::from_mins(15));

        app.wait(15);
        assert_eq!(late(&floor(&app).await), ["Ben"], "on the dot nobody is late yet");
        app.hands.advance(SignedDuration::from_secs(1));
        let both = floor(&app).await;
        assert_eq!(
            (late(&both), &both["next_late_at"]),
            (vec!["Ben".to_owned(), "Ana".to_owned()], &Value::Null)
        );
        app.sit(&ben, counter).await;
        assert_eq!(late(&floor(&app).await), ["Ana"], "Ben has come");
        // Whose counter is taken over has gone, as if they had signed out.
        let gone = async || {
            let read = |_: &usher_queueing::ops::Queueing, tx: &mut Tx<'_>| {
                let mut query = DynQuery::new(
                    "SELECT count(*) FROM shifts WHERE clocked_out_at IS NOT NULL AND tenant_id = ",
                );
                query.bind(&tx.tenant());
                Ok(tx.query_dyn::<i64>(&query)?)
            };
            app.act(&app.manager(), read).await.unwrap()
        };
        assert_eq!(gone().await, [0]);
        let user = cleo.actor.user().unwrap();
        app.act(&cleo, move |line, tx| agent::sign_in(line, tx, user, "Cleo", counter, true)).await.unwrap();
        assert_eq!(gone().await, [1]);

        let web = Web::of(&app);
        let path = web.path(&format!("/sites/{}/floor", app.site));
        let figures = web.client.clone().header("x-api-key", "figures").get(&path).await.expect(200);
        assert_eq!((&figures["late_shifts"], &figures["next_late_at"]), (&json!([]), &Value::Null));
        app.wait(120);
        assert_eq!(late(&floor(&app).await), Vec::<String>::new(), "over");
    });
}

/// A display that showed a call without a sound is named until the person has come.
#[test]
fn a_call_without_a_sound_is_on_the_floor() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let display = pair(&app, "Hall").await;
        ping(&app, display).await;
        let agent = app.agent(1);
        let ticket = app.issue(queue).await.id;
        app.next(&agent, counter).await.unwrap();
        assert_eq!(floor(&app).await["announcements_unheard"], json!([]));
        let site = app.site;
        let call = app.line.live().calls.lock().last_of(site, ticket).unwrap().id;
        let blocked = move |line: &usher_queueing::ops::Queueing, tx: &mut Tx<'_>| {
            announcement::acknowledge(line, tx, site, call, display, "blocked")
        };
        app.act(&app.manager(), blocked).await.unwrap();
        let told = floor(&app).await["announcements_unheard"].clone();
        assert_eq!((&told[0]["number"], &told[0]["mute"]), (&json!("A-001"), &json!(["Hall"])));
        assert_eq!(told[0]["displays"], json!([]));
        app.act(&agent, move |line, tx| serve::start(line, tx, ticket)).await.unwrap();
        assert_eq!(
            floor(&app).await["announcements_unheard"],
            json!([]),
            "who has come needs no more calling"
        );
    });
}

/// People without a ticket are counted at their line: the floor shows them, with those who hold one beside them.
#[test]
fn people_without_a_ticket_are_on_the_floor() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        app.issue(queue).await;
        let (web, ana) = (Web::of(&app), app.agent(1));
        let me = web.person(&ana);
        let path = web.path(&format!("/queues/{queue}/outside"));
        let more = me.post(&path, json!({ "change": 3 })).await.expect(200);
        assert_eq!((&more["outside_count"], &more["length"]), (&json!(3), &json!(4)));
        let shown = floor(&app).await;
        let line = &shown["lines"][0];
        assert_eq!((&line["outside_count"], &line["waiting"]), (&json!(3), &json!(1)));
        let less = me.post(&path, json!({ "change": -9 })).await.expect(200);
        assert_eq!((&less["outside_count"], &less["length"]), (&json!(0), &json!(1)));
        let wrong = me.post(&path, json!({ "change": 5_000 })).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "change");
        let nowhere = web.path(&format!("/queues/{}/outside", uuid::Uuid::from_u128(7)));
        me.post(&nowhere, json!({ "change": 1 })).await.expect_fault(404, "not_found");
    });
}

/// Whole parties are counted, from the ticket to the end of the service; the site says how many it holds.
#[test]
fn how_many_people_are_here_stands_beside_how_many_the_site_holds() {
    on_engines(|app| async move {
        let (queue, counter) = app.small().await;
        let agent = app.agent(1);
        app.sit(&agent, counter).await;
        let people = async || {
            let strip = floor(&app).await["strip"].clone();
            (strip["people"].as_i64().unwrap(), strip["capacity"].as_i64())
        };
        assert_eq!(people().await, (0, None));
        let (tenant, site) = (app.tenant, app.site);
        let holds = SiteChange { capacity: Change::Set(5), ..SiteChange::default() };
        let write = move |tx: &mut Tx<'_>| {
            usher_tenancy::ops::update_site(tx, tenant, site, holds.clone(), None).map(drop)
        };
        app.line.db().write(&app.manager(), Lane::Tenant, write).await.unwrap();
        let family = Issue { queue_id: Some(queue), party_size: Some(4), ..Issue::default() };
        let family = app.issue_as(&app.manager(), family).await.unwrap().id;
        app.issue(queue).await;
        assert_eq!(people().await, (5, Some(5)));
        app.next(&agent, counter).await.unwrap();
        app.act(&agent, move |line, tx| serve::start(line, tx, family)).await.unwrap();
        assert_eq!(people().await, (5, Some(5)), "who is served is here");
        app.close(&agent, family).await.unwrap();
        assert_eq!(people().await, (1, Some(5)));
    });
}
