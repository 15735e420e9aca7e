//! What people said, and their points, in the figures.

use serde::Serialize;
use usher_analytics::model::PeriodWord;
use usher_analytics::model::report::{Dimension, Metric};
use usher_analytics::ops::dashboard::dashboard;
use usher_analytics::ops::report::{Definition, report};
use usher_db::{DbError, Lane};
use usher_engagement::events::{
    FEEDBACK_GIVEN, FeedbackEvent, POINTS_EARNED, POINTS_REVERSED, PointsEvent, REWARD_RELEASED,
    REWARD_RESERVED, RedemptionEvent,
};
use usher_engagement::model::{EntryKind, RedemptionStatus};
use usher_events::NewEvent;
use usher_kernel::Id;
use usher_queueing::model::TicketId;
use uuid::Uuid;

use crate::app::{App, Line, on_engines};
use crate::figures::today;

impl App {
    /// Writes an event of the rewards into the log, as their context does.
    pub(crate) async fn heard(&self, kind: &'static str, facts: impl Serialize + Send + Sync + 'static) {
        // The kind's first word is the kind of thing, as with all events.
        let thing = (kind.split('.').next().unwrap_or(kind), Uuid::from_u128(1));
        self.line
            .db()
            .write::<_, DbError>(&self.manager(), Lane::Tenant, move |tx| {
                usher_events::append(tx, NewEvent::new(kind, 1, thing, 1, &facts)).map(drop)
            })
            .await
            .unwrap();
    }

    async fn says(&self, ticket: TicketId, line: Line, csat: Option<i64>, nps: Option<i64>) {
        let said = FeedbackEvent {
            feedback_id: Id::from_uuid(ticket.uuid()),
            ticket_id: ticket,
            site_id: self.site,
            service_id: line.service,
            agent_id: Some(Id::from_uuid(Uuid::from_u128(7))),
            customer_id: None,
            csat,
            nps,
            tags: Vec::new(),
        };
        self.heard(FEEDBACK_GIVEN, said).await;
    }
}

fn points(kind: EntryKind, points: i64) -> PointsEvent {
    PointsEvent {
        entry_id: Id::from_uuid(Uuid::from_u128(4)),
        customer_id: Id::from_uuid(Uuid::from_u128(9)),
        kind,
        points,
        balance: 0,
        trigger: None,
        reference_id: None,
    }
}

fn reward(status: RedemptionStatus, points: i64) -> RedemptionEvent {
    RedemptionEvent {
        redemption_id: Id::from_uuid(Uuid::from_u128(5)),
        reward_id: Id::from_uuid(Uuid::from_u128(3)),
        customer_id: Id::from_uuid(Uuid::from_u128(9)),
        points,
        status,
        expires_at: "2026-03-05T09:00:00Z".parse().unwrap(),
    }
}

/// Stars and recommendations count where and for whom people were served, points for the tenant, and what was taken back
/// is not in them; made anew from the log they are the same.
#[test]
fn what_people_said_and_spent_is_in_the_figures() {
    on_engines(|app| async move {
        let (deposit, loans) =
            (app.open_line(app.site, "Deposit", "A").await, app.open_line(app.site, "Loans", "B").await);
        let agent = app.staff(7, &[], &[]);
        app.sit(&agent, deposit.counter).await;
        let mut served = Vec::new();
        for _ in 0..3 {
            served.push(app.serve(&agent, deposit, 2, 4).await);
        }
        for (ticket, (csat, nps)) in
            served.iter().zip([(Some(5), Some(10)), (Some(2), Some(3)), (None, Some(9))])
        {
            app.says(*ticket, deposit, csat, nps).await;
        }
        app.says(Id::from_uuid(Uuid::from_u128(77)), loans, Some(4), None).await;
        app.heard(POINTS_EARNED, points(EntryKind::Earned, 30)).await;
        app.heard(POINTS_EARNED, points(EntryKind::Earned, 20)).await;
        app.heard(POINTS_REVERSED, points(EntryKind::Reversed, -20)).await;
        app.heard(REWARD_RESERVED, reward(RedemptionStatus::Reserved, 10)).await;
        app.heard(REWARD_RESERVED, reward(RedemptionStatus::Reserved, 15)).await;
        app.heard(REWARD_RELEASED, reward(RedemptionStatus::Released, 15)).await;

        let board = app.dashboard(today()).await;
        let figures = &board.figures;
        assert_eq!((figures.feedback, figures.csat, figures.nps), (4, Some(3.7), Some(33.3)));
        let engagement = board.engagement.as_ref().unwrap();
        assert_eq!(
            (engagement.points_earned, engagement.points_spent, engagement.rewards),
            (Some(30), Some(10), Some(1))
        );
        let of = |id| board.queues.iter().find(|queue| queue.id == id).map(|queue| queue.figures.feedback);
        assert_eq!(
            (of(deposit.queue), of(loans.queue)),
            (Some(3), None),
            "no line is known of a ticket of long ago"
        );
        let service = board.services.iter().find(|service| service.id == loans.service).unwrap();
        assert_eq!((service.figures.feedback, service.figures.csat), (1, Some(4.0)));

        // Whoever sees one site sees what was said there, and no points.
        let limited = app.staff(2, &[], &[app.site]);
        let seen = app.ask(&limited, |line, read| dashboard(line, read, &today())).await.unwrap();
        assert_eq!((seen.figures.feedback, seen.engagement.unwrap().points_earned), (4, None));
        let elsewhere = app.staff(2, &[], &[app.branch("Other").await]);
        let seen = app.ask(&elsewhere, |line, read| dashboard(line, read, &today())).await.unwrap();
        assert_eq!(seen.figures.feedback, 0);

        let definition = Definition {
            metrics: vec![Metric::Feedback, Metric::Csat, Metric::Nps],
            dimensions: vec![Dimension::Agent],
            period: Some(PeriodWord::Today),
            ..Definition::default()
        };
        let table = app.ask(&app.manager(), move |line, read| report(line, read, &definition)).await.unwrap();
        assert_eq!(table.rows[0].values, [Some(4.0), Some(3.7), Some(33.3)]);

        let before = app.cells().await;
        app.analytics.rebuild(&app.events).await.unwrap();
        assert_eq!(app.cells().await, before);
    });
}
