//! Many callers at once: numbers unique and gap-free, each ticket to exactly one, in rank order.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use usher_queueing::model::{Live, Status, TicketFact, TicketId};
use usher_queueing::ops::issue::Issue;
use uuid::Uuid;

use crate::app::on_engines;

#[test]
fn numbers_have_no_gap_and_no_twin_under_concurrency() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let app = Arc::new(app);
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..8u128 {
            let app = Arc::clone(&app);
            tasks.spawn(async move {
                let ctx = app.agent(n);
                let mut mine = Vec::new();
                for _ in 0..25 {
                    let input = Issue { queue_id: Some(queue), ..Issue::default() };
                    mine.push(app.issue_as(&ctx, input).await.unwrap().value);
                }
                mine
            });
        }
        let all: Vec<i64> = tasks.join_all().await.into_iter().flatten().collect();
        let unique: BTreeSet<i64> = all.iter().copied().collect();
        assert_eq!(all.len(), unique.len());
        assert_eq!(unique.into_iter().collect::<Vec<_>>(), (1..=200).collect::<Vec<_>>());
    });
}

#[test]
fn each_ticket_goes_to_exactly_one_of_many_callers_in_order() {
    on_engines(|app| async move {
        let service = app.service("Deposit").await;
        let queue = app.queue("Deposit", "A", &[service], Default::default()).await;
        let mut counters = Vec::new();
        for _ in 0..6 {
            counters.push(app.counter(&[queue], 1).await);
        }
        for _ in 0..120 {
            app.issue(queue).await;
        }
        let app = Arc::new(app);
        let mut tasks = tokio::task::JoinSet::new();
        for (n, counter) in counters.into_iter().enumerate() {
            let app = Arc::clone(&app);
            tasks.spawn(async move {
                let ctx = app.agent(n as u128);
                let mut mine = Vec::new();
                while let Some(called) = app.next(&ctx, counter).await.unwrap() {
                    mine.push(called.value);
                    app.close(&ctx, called.id).await.unwrap();
                }
                mine
            });
        }
        let mine: Vec<Vec<i64>> = tasks.join_all().await;
        for one in &mine {
            assert!(
                one.windows(2).all(|pair| pair[0] < pair[1]),
                "each caller gets them in rank order: {one:?}"
            );
        }
        let all: Vec<i64> = mine.into_iter().flatten().collect();
        let unique: BTreeSet<i64> = all.iter().copied().collect();
        assert_eq!((all.len(), unique.len()), (120, 120));
        let line = app.line.live().line(queue).unwrap();
        let line = line.lock();
        assert_eq!((line.len(), line.day.served), (0, 120));
    });
}

#[test]
fn a_call_told_late_brings_back_nobody_who_ends_in_the_same_moment() {
    on_engines(|app| async move {
        let (queue, _) = app.small().await;
        let issued = TicketFact::of(&app.issue(queue).await);
        let tenant = app.tenant;
        let live = Live::default();
        let lives: Vec<[TicketFact; 2]> = (1..=20_000u128)
            .map(|n| {
                let ticket_id = TicketId::from_uuid(Uuid::from_u128(n));
                let step = |status, from, version| TicketFact {
                    ticket_id,
                    status,
                    from: Some(from),
                    version,
                    ..issued.clone()
                };
                [step(Status::Called, Status::Waiting, 2), step(Status::Served, Status::Called, 3)]
            })
            .collect();
        // The other node's word and this node's own commit, each from its thread.
        let together = Barrier::new(2);
        std::thread::scope(|scope| {
            for told in 0..2 {
                let (live, lives, together) = (&live, &lives, &together);
                scope.spawn(move || {
                    for life in lives {
                        together.wait();
                        live.apply(tenant, &life[told], "2026-01-05");
                    }
                });
            }
        });
        let left = lives.iter().filter(|life| live.ticket(life[0].ticket_id).is_some()).count();
        assert_eq!(left, 0, "tickets that were served stay on the boards");
    });
}
