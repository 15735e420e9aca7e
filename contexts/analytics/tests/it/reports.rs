//! Custom reports, and those that come back.

use std::sync::Arc;

use usher_analytics::model::report::{Dimension, Format, Metric, Table};
use usher_analytics::model::schedule::{FailureReason, Schedule};
use usher_analytics::model::{PeriodWord, Tongue};
use usher_analytics::ops::report::{Definition, report};
use usher_analytics::ops::schedule::{ScheduleInput, create, delete, one, run_now, update};
use usher_db::{Lane, Tx};
use usher_kernel::civil::Date;
use usher_kernel::{Caller, Ctx, Fault, FaultKind, SiteId};
use usher_queueing::ops::configure::{QueueInput, create_queue};

use crate::app::{App, Line, on_engines};

async fn told(app: &App, ctx: &Ctx, definition: Definition) -> Result<Table, usher_analytics::Error> {
    app.ask(ctx, move |line, read| report(line, read, &definition)).await
}

fn by(dimensions: &[Dimension]) -> Definition {
    Definition {
        metrics: vec![Metric::Issued, Metric::AverageWait],
        dimensions: dimensions.to_vec(),
        period: Some(PeriodWord::Month),
        ..Definition::default()
    }
}

#[test]
fn any_metric_by_thing_and_time() {
    on_engines(|app| async move {
        let deposit = app.open_line(app.site, "Deposit", "A").await;
        let loans = app.open_line(app.site, "Loans", "L").await;
        let ana = app.staff(101, &[], &[]);
        app.sit(&ana, deposit.counter).await;
        app.serve(&ana, deposit, 4, 6).await;
        app.serve(&ana, deposit, 8, 6).await;
        app.hands.set("2026-03-05T09:00:00Z".parse().unwrap());
        app.issue(loans).await;

        let manager = app.manager();
        let rows = |table: &Table| -> Vec<String> {
            table.rows.iter().map(|row| format!("{:?} {:?}", row.by, row.values)).collect()
        };
        let all = told(&app, &manager, by(&[])).await.unwrap();
        assert_eq!(rows(&all), ["[] [Some(3.0), Some(6.0)]"]);
        let queues = told(&app, &manager, by(&[Dimension::Queue])).await.unwrap();
        assert_eq!(rows(&queues), ["[\"Deposit\"] [Some(2.0), Some(6.0)]", "[\"Loans\"] [Some(1.0), None]"]);
        let days = told(&app, &manager, by(&[Dimension::Day, Dimension::Queue])).await.unwrap();
        assert_eq!(
            rows(&days),
            [
                "[\"2026-03-04\", \"Deposit\"] [Some(2.0), Some(6.0)]",
                "[\"2026-03-05\", \"Loans\"] [Some(1.0), None]"
            ]
        );
        for (dimension, first) in [
            (Dimension::Week, "2026-03-02"),
            (Dimension::Month, "2026-03"),
            (Dimension::Weekday, "Wednesday"),
            (Dimension::Hour, "10:00"),
        ] {
            let table = told(&app, &manager, by(&[dimension])).await.unwrap();
            assert_eq!(table.rows[0].by, [first]);
            assert_eq!(table.total, [Some(3.0), Some(6.0)]);
            let table = told(&app, &manager, by(&[Dimension::Site, dimension])).await.unwrap();
            assert_eq!(table.rows[0].by, ["Main branch", first]);
        }
        let one = Definition { queue_id: Some(loans.queue), ..by(&[Dimension::Queue]) };
        assert_eq!(told(&app, &manager, one).await.unwrap().rows.len(), 1);
        // Thirds and the like are where figures that were rounded on the way would differ.
        app.hands.set("2026-03-05T10:00:00Z".parse().unwrap());
        for wait in [1, 3] {
            app.serve(&ana, deposit, wait, 4).await;
        }
        for dimensions in
            [&[][..], &[Dimension::Queue], &[Dimension::Day, Dimension::Queue], &[Dimension::Hour]]
        {
            crate::files::agree(&told(&app, &manager, by(dimensions)).await.unwrap());
        }

        let refused = |definition: Definition| {
            let (app, manager) = (&app, &manager);
            async move {
                let fault = Fault::from(told(app, manager, definition).await.unwrap_err());
                fault.field_faults()[0].field.clone()
            }
        };
        assert_eq!(refused(by(&[Dimension::Queue, Dimension::Site])).await, "dimensions");
        assert_eq!(refused(by(&[Dimension::Agent, Dimension::Hour])).await, "dimensions");
        let twice = Definition { metrics: vec![Metric::Served, Metric::Served], ..Definition::default() };
        assert_eq!(refused(twice).await, "metrics");
        let mixed = Definition { queue_id: Some(loans.queue), ..by(&[Dimension::Agent]) };
        assert_eq!(refused(mixed).await, "queue_id");
        let long = Definition { title: Some("x".repeat(121)), ..Definition::default() };
        assert_eq!(refused(long).await, "title");
    });
}

#[test]
fn lines_of_one_name_are_told_with_their_sites() {
    on_engines(|app| async move {
        let there = app.branch("Other branch").await;
        let here = app.open_line(app.site, "Deposit", "A").await;
        let loans = app.open_line(app.site, "Loans", "L").await;
        let input = QueueInput {
            name: Some("Deposit".to_owned()),
            prefix: Some("A".to_owned()),
            service_ids: Some(vec![here.service]),
            site_id: Some(there),
            ..QueueInput::default()
        };
        let queue = app.act(&app.manager(), move |line, tx| create_queue(line, tx, &input)).await.unwrap().id;
        for line in [here, loans, Line { queue, ..here }] {
            app.issue(line).await;
        }
        let names = async |who: Ctx| {
            let table = told(&app, &who, by(&[Dimension::Queue])).await.unwrap();
            table.rows.into_iter().map(|row| row.by.concat()).collect::<Vec<_>>()
        };
        let all = ["Deposit · Main branch", "Deposit · Other branch", "Loans"];
        assert_eq!(names(app.manager()).await, all);
        assert_eq!(names(app.staff(9, &["analytics:read"], &[there])).await, ["Deposit"]);
    });
}

#[test]
fn a_day_is_the_one_at_the_sites_that_somebody_sees() {
    on_engines(|app| async move {
        let tokyo = app.branch_in("Ginza", "Asia/Tokyo").await;
        let line = app.open_line(tokyo, "Deposit", "A").await;
        // Late on Wednesday at the bank in Berlin, Thursday morning at the branch.
        app.hands.set("2026-03-04T22:00:00Z".parse().unwrap());
        app.issue(line).await;
        let today = Definition { period: Some(PeriodWord::Today), ..by(&[Dimension::Queue]) };
        let manager = app.staff(9, &["analytics:read", "reports:write"], &[tokyo]);
        let table = told(&app, &manager, today.clone()).await.unwrap();
        assert_eq!((table.period.from, table.rows.len()), (Date::constant(2026, 3, 5), 1));

        let input = ScheduleInput { cron: Some("30 7 * * *".to_owned()), report: Some(today), ..monday() };
        let queueing = app.line.clone();
        let make = move |tx: &mut usher_db::Tx<'_>| create(&queueing, tx, input.clone());
        let made = app.line.db().write(&manager, Lane::Tenant, make).await.unwrap();
        assert_eq!(made.timezone, "Asia/Tokyo");
        app.hands.set("2026-03-04T22:30:10Z".parse().unwrap());
        app.jobs.run_due(app.clock.now()).await.unwrap();
        app.jobs.run_due(app.clock.now()).await.unwrap();
        let said = results(&app).await;
        assert!(said.len() == 1 && said[0].contains("\"rows\":1"), "{said:?}");
    });
}

#[test]
fn headings_are_in_the_language_of_whoever_asks_or_as_wished() {
    on_engines(|app| async move {
        app.open_line(app.site, "Deposit", "A").await;
        let reader = |locale: &str| {
            let manager = app.manager();
            let caller = Caller { locale: Arc::from(locale), ..Caller::clone(manager.caller()) };
            Ctx::new(app.tenant, Arc::new(caller))
        };
        let asked = |locale: Option<Tongue>, who: Ctx| {
            let definition = Definition { locale, ..by(&[Dimension::Weekday]) };
            let app = &app;
            async move {
                let table = app.ask(&who, move |line, read| report(line, read, &definition)).await;
                let table = table.unwrap();
                (table.columns[1].label, table.columns[0].name, table.title)
            }
        };
        let said = |label, title: &str| (label, "weekday", title.to_owned());
        assert_eq!(asked(None, reader("de-AT")).await, said("Ausgegeben", "Bericht"));
        assert_eq!(asked(None, reader("ar")).await, said("صدرت", "تقرير"));
        let french = Some(Tongue::French);
        assert_eq!(asked(french, reader("de")).await, said("Émis", "Rapport"));
        // Nobody in particular reads what the tenant reads.
        assert_eq!(asked(None, reader("")).await, said("Issued", "Report"));
        assert_eq!(asked(None, reader("xx")).await, said("Issued", "Report"));
    });
}

fn monday() -> ScheduleInput {
    ScheduleInput {
        name: Some("Monday's figures".to_owned()),
        cron: Some("0 7 * * MON".to_owned()),
        report: Some(by(&[Dimension::Queue])),
        format: Some(Format::Csv),
        ..ScheduleInput::default()
    }
}

#[test]
fn a_scheduled_report_is_made_once_when_it_is_due() {
    on_engines(|app| async move {
        let line = app.open_line(app.site, "Deposit", "A").await;
        app.issue(line).await;
        app.events.catch_up().await.unwrap();
        let (manager, queueing) = (app.manager(), app.line.clone());
        let schedule = app
            .line
            .db()
            .write(&manager, Lane::Tenant, move |tx| create(&queueing, tx, monday()))
            .await
            .unwrap();
        // Seven in the morning in Berlin, the tenant's own time.
        assert_eq!(schedule.timezone, "Europe/Berlin");
        assert_eq!(schedule.next_at, Some("2026-03-09T06:00:00Z".parse().unwrap()));

        app.jobs.run_due(app.clock.now()).await.unwrap();
        assert!(results(&app).await.is_empty());
        app.hands.set("2026-03-09T06:00:10Z".parse().unwrap());
        app.jobs.run_due(app.clock.now()).await.unwrap();
        app.jobs.run_due(app.clock.now()).await.unwrap();
        let made = results(&app).await;
        assert_eq!(made.len(), 1);
        assert!(made[0].contains("\"rows\":1"), "{}", made[0]);
        // Three weeks later what was missed is made once.
        app.hands.set("2026-03-31T06:00:10Z".parse().unwrap());
        app.jobs.run_due(app.clock.now()).await.unwrap();
        app.jobs.run_due(app.clock.now()).await.unwrap();
        assert_eq!(results(&app).await.len(), 2);
        let id = schedule.id;
        let next = app.ask(&manager, move |_, read| one(read, id)).await.unwrap().next_at;
        assert_eq!(next, Some("2026-04-06T05:00:00Z".parse().unwrap()));
    });
}

/// What is said of scheduled reports, oldest first.
async fn results(app: &App) -> Vec<String> {
    let search = usher_events::Search { kind: Some("report.made".to_owned()), ..Default::default() };
    let tenant = app.tenant;
    let events = app
        .line
        .db()
        .read(&app.manager(), move |read| usher_events::search(read, tenant, &search, 50))
        .await
        .unwrap();
    events.iter().rev().map(|event| event.payload.get().to_owned()).collect()
}

#[test]
fn an_empty_report_is_left_out_where_that_is_wanted() {
    on_engines(|app| async move {
        let (manager, queueing) = (app.manager(), app.line.clone());
        let input = ScheduleInput { skip_empty: Some(true), ..monday() };
        let make = move |tx: &mut usher_db::Tx<'_>| create(&queueing, tx, input.clone());
        app.line.db().write(&manager, Lane::Tenant, make).await.unwrap();
        app.hands.set("2026-03-09T06:00:10Z".parse().unwrap());
        app.jobs.run_due(app.clock.now()).await.unwrap();
        app.jobs.run_due(app.clock.now()).await.unwrap();
        let made = results(&app).await;
        assert_eq!(made.len(), 1);
        assert!(made[0].contains("\"report_id\":null"), "{}", made[0]);
    });
}

#[test]
fn schedules_are_guarded_and_refused_with_a_word() {
    on_engines(|app| async move {
        let there = app.branch("Other branch").await;
        let (queueing, db) = (app.line.clone(), app.line.db().clone());
        let boss = app.manager();
        let add = async |ctx: &Ctx, input: ScheduleInput| {
            let queueing = queueing.clone();
            db.write(ctx, Lane::Tenant, move |tx| create(&queueing, tx, input.clone())).await
        };
        let field = |error| Fault::from(error).field_faults()[0].field.clone();
        let wrong = |cron: &str| ScheduleInput { cron: Some(cron.to_owned()), ..monday() };
        assert_eq!(field(add(&boss, wrong("")).await.unwrap_err()), "cron");
        assert_eq!(field(add(&boss, wrong("* * * * *")).await.unwrap_err()), "cron");
        assert_eq!(field(add(&boss, wrong("0 0 30 2 *")).await.unwrap_err()), "cron");
        let zone = ScheduleInput { timezone: Some("Moon/Base".to_owned()), ..monday() };
        assert_eq!(field(add(&boss, zone).await.unwrap_err()), "timezone");
        let nameless = ScheduleInput { name: None, ..monday() };
        assert_eq!(field(add(&boss, nameless).await.unwrap_err()), "name");
        let stranger = Some(vec![usher_kernel::Id::from_uuid(uuid::Uuid::max())]);
        let stranger = ScheduleInput { recipients: stranger, ..monday() };
        assert_eq!(field(add(&boss, stranger).await.unwrap_err()), "recipients");

        // A manager of one branch neither sees nor touches what tells of all.
        let manager = app.staff(9, &["analytics:read", "reports:write"], &[there]);
        let of_all = add(&boss, monday()).await.unwrap();
        let own = add(&manager, monday()).await.unwrap();
        assert_eq!(own.sites, [there]);
        let id = of_all.id;
        let hidden = db.read(&manager, move |read| one(read, id)).await.unwrap_err();
        assert_eq!(Fault::from(hidden).kind(), FaultKind::NotFound);
        let hidden = db.write(&manager, Lane::Tenant, move |tx| delete(tx, id)).await.unwrap_err();
        assert_eq!(Fault::from(hidden).kind(), FaultKind::NotFound);

        // Of two who change it one wins.
        let change = |read| {
            let (queueing, input) = (queueing.clone(), ScheduleInput::default());
            let input = ScheduleInput { active: Some(false), ..input };
            db.write(&boss, Lane::Tenant, move |tx| update(&queueing, tx, id, input.clone(), Some(read)))
        };
        let changed = change(1).await.unwrap();
        assert_eq!((changed.version, changed.next_at), (2, None));
        assert_eq!(Fault::from(change(1).await.unwrap_err()).kind(), FaultKind::Stale);
        db.write(&boss, Lane::Tenant, move |tx| delete(tx, id)).await.unwrap();
        let gone = db.read(&boss, move |read| one(read, id)).await.unwrap_err();
        assert_eq!(Fault::from(gone).kind(), FaultKind::NotFound);
    });
}

/// Nothing lives at the site any more, and it is deleted.
async fn give_up(app: &App, site: SiteId) {
    let tenant = app.tenant;
    let gone = move |tx: &mut Tx<'_>| usher_tenancy::ops::delete_site(tx, &[], tenant, site, None);
    app.line.db().write(&app.manager(), Lane::Tenant, gone).await.unwrap();
}

async fn scheduled(app: &App, who: &Ctx, input: ScheduleInput) -> Schedule<Definition> {
    let queueing = app.line.clone();
    let make = move |tx: &mut Tx<'_>| create(&queueing, tx, input.clone());
    app.line.db().write(who, Lane::Tenant, make).await.unwrap()
}

/// Why a schedule's reports are not made, whether it runs, and whether it says when.
async fn standing(app: &App, of: &Schedule<Definition>) -> (Option<FailureReason>, bool, bool) {
    let id = of.id;
    let now = app.line.db().read(&app.manager(), move |read| one(read, id)).await.unwrap();
    (now.failure.map(|failure| failure.reason), now.active, now.next_at.is_some())
}

const GONE: (Option<FailureReason>, bool, bool) = (Some(FailureReason::SiteGone), false, false);
const RUNS: (Option<FailureReason>, bool, bool) = (None, true, true);

#[test]
fn a_schedule_whose_site_is_deleted_rests_and_says_why() {
    on_engines(|app| async move {
        let there = app.branch("Other branch").await;
        let boss = app.manager();
        let of = |site| Some(Definition { site_id: Some(site), ..by(&[Dimension::Queue]) });
        let schedule = scheduled(&app, &boss, ScheduleInput { report: of(there), ..monday() }).await;
        let of_all = scheduled(&app, &boss, monday()).await;
        give_up(&app, there).await;
        app.events.catch_up().await.unwrap();
        assert_eq!(standing(&app, &schedule).await, GONE);
        assert_eq!(standing(&app, &of_all).await, RUNS, "what tells of every site tells of the others");

        // It neither comes by itself nor when it is asked for, nor runs again as it is.
        let id = schedule.id;
        let db = app.line.db().clone();
        let asked = db.write(&boss, Lane::Tenant, move |tx| run_now(tx, id)).await;
        let fault = Fault::from(asked.unwrap_err());
        assert_eq!((fault.kind(), fault.code()), (FaultKind::Conflict, "site_gone"));
        let change = async |input: ScheduleInput| {
            let queueing = app.line.clone();
            db.write(&boss, Lane::Tenant, move |tx| update(&queueing, tx, id, input.clone(), None)).await
        };
        let on = ScheduleInput { active: Some(true), ..ScheduleInput::default() };
        assert_eq!(Fault::from(change(on).await.unwrap_err()).code(), "site_gone");
        app.hands.set("2026-03-09T06:00:10Z".parse().unwrap());
        app.jobs.run_due(app.clock.now()).await.unwrap();
        app.jobs.run_due(app.clock.now()).await.unwrap();
        assert_eq!(results(&app).await.len(), 1, "that of all sites");

        // Told of another site it runs again.
        let elsewhere = ScheduleInput { report: of(app.site), ..ScheduleInput::default() };
        change(elsewhere).await.unwrap();
        assert_eq!(standing(&app, &schedule).await, RUNS);
    });
}

#[test]
fn a_schedule_of_several_sites_goes_on_for_those_that_are_left() {
    on_engines(|app| async move {
        let (here, there) = (app.branch("Here").await, app.branch("There").await);
        let manager = app.staff(9, &["analytics:read", "reports:write"], &[here, there]);
        let schedule = scheduled(&app, &manager, monday()).await;
        give_up(&app, there).await;
        app.events.catch_up().await.unwrap();
        assert_eq!(standing(&app, &schedule).await, RUNS);
        let id = schedule.id;
        let own = app.staff(10, &["analytics:read", "reports:write"], &[here]);
        let left = app.ask(&own, move |_, read| one(read, id)).await.unwrap();
        assert_eq!(left.sites, [here], "who works at what is left sees it");

        give_up(&app, here).await;
        app.events.catch_up().await.unwrap();
        assert_eq!(standing(&app, &schedule).await, GONE);
        let gone = app.ask(&app.manager(), move |_, read| one(read, id)).await.unwrap();
        assert_eq!(gone.sites, [here], "of no sites at all it would tell of every one");
    });
}

#[test]
fn a_report_that_comes_due_before_its_schedule_heard_of_the_site_says_so_as_well() {
    on_engines(|app| async move {
        let there = app.branch("Other branch").await;
        let report = Definition { site_id: Some(there), ..by(&[Dimension::Queue]) };
        let input = ScheduleInput { report: Some(report), ..monday() };
        let schedule = scheduled(&app, &app.manager(), input).await;
        give_up(&app, there).await;
        app.hands.set("2026-03-09T06:00:10Z".parse().unwrap());
        app.jobs.run_due(app.clock.now()).await.unwrap();
        app.jobs.run_due(app.clock.now()).await.unwrap();
        assert_eq!(standing(&app, &schedule).await, GONE);
        assert!(results(&app).await.is_empty());
        // Heard of twice it is said once.
        app.events.catch_up().await.unwrap();
        let search =
            usher_events::Search { kind: Some("report_schedule.changed".to_owned()), ..Default::default() };
        let tenant = app.tenant;
        let read = move |read: &mut usher_db::Read<'_>| usher_events::search(read, tenant, &search, 50);
        let said = app.line.db().read(&app.manager(), read).await.unwrap();
        let failed: Vec<_> = said.iter().filter(|event| event.payload.get().contains("\"failed\"")).collect();
        assert_eq!(failed.len(), 1);
        assert!(failed[0].payload.get().contains("\"failure\":\"site_gone\""), "{}", failed[0].payload.get());
    });
}
