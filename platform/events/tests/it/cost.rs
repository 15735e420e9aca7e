//! What an event costs. A measurement, not a test: `cargo test --release -p usher-events --test it -- cost --ignored --nocapture`.

use std::time::{Duration, Instant};

use crate::common::World;
use serde_json::json;
use usher_db::DbError;
use usher_events::{NewEvent, append};
use uuid::Uuid;

const EVENTS: u32 = 200;
const ROUNDS: usize = 50;

#[tokio::test]
#[ignore = "a measurement"]
async fn appending() {
    for world in World::each().await {
        let payload = json!({"number": "A-042", "queue": Uuid::nil(), "from": "waiting", "to": "called"});
        world.events.bus().listen(|event| {
            std::hint::black_box(event.id);
        });
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..ROUNDS {
            let payload = payload.clone();
            let spent = world
                .db
                .write::<_, DbError>(&world.ctx, usher_db::Lane::Tenant, move |tx| {
                    let begun = Instant::now();
                    for n in 0..EVENTS {
                        let thing = ("ticket", Uuid::from_u128(u128::from(n)));
                        append(tx, NewEvent::new("ticket.called", 1, thing, 1, &payload))?;
                    }
                    Ok(begun.elapsed())
                })
                .await
                .unwrap();
            times.push(spent / EVENTS);
        }
        times.sort_unstable();
        eprintln!(
            "{:?}: {:?} an event in the transaction (median of {ROUNDS})",
            world.db.engine(),
            times[ROUNDS / 2]
        );
    }
}
