//! Rooms as a stream inside the process.

use futures_util::StreamExt;
use usher_realtime::door::{Ended, Following, Heard, Told};
use usher_realtime::{Closing, Hub, HubConfig, Since};
use uuid::Uuid;

use crate::house::{FIRST, QUEUE, SITE, ctx, hub, say, user};

async fn follow(hub: &Hub, since: Since) -> Following {
    let admitted = hub.admit(&ctx(FIRST, user()), vec![QUEUE, SITE]).await.expect("the gate is open");
    Following::open(admitted, since)
}

/// The next thing that was heard.
async fn told(following: &mut Following) -> Told {
    loop {
        if let Heard::Told(told) = following.next().await.expect("it goes on").expect("it is well") {
            return told;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_begins_with_snapshots_and_goes_on_where_it_was_cut() {
    let (hub, _) = hub(HubConfig::default());
    let mut following = follow(&hub, Since::Start).await;
    let first = told(&mut following).await;
    assert_eq!((first.name.as_str(), first.id), ("snapshot", None), "the other room's is still to come");
    let second = told(&mut following).await;
    assert_eq!(second.name, "snapshot");
    assert!(second.id.is_some());
    say(&hub, &QUEUE, 1);
    let heard = told(&mut following).await;
    assert_eq!(
        (heard.name.as_str(), &*heard.room, &heard.data[..]),
        ("ticket.called", &*QUEUE.to_string(), &b"{\"n\":1}"[..])
    );
    drop(following);
    for n in 2..=4 {
        say(&hub, &QUEUE, n);
    }
    let mut again = follow(&hub, hub.since(heard.id.as_deref())).await;
    for n in 2..=4 {
        assert_eq!(told(&mut again).await.data, format!("{{\"n\":{n}}}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_rooms_beats_and_ends_with_its_session() {
    let (hub, _) = hub(HubConfig::default());
    let caller = ctx(FIRST, user()).caller().clone();
    let mut place =
        Following::open(hub.admit_to_no_room(caller, Some(FIRST)).expect("there is room"), Since::Start);
    assert!(matches!(place.next().await, Some(Ok(Heard::Beat))));
    hub.revoke_credential(Uuid::from_u128(33));
    loop {
        match place.next().await {
            Some(Ok(Heard::Beat)) => {}
            Some(Err(Ended::Closing(why))) => break assert_eq!(why, Closing::Revoked),
            other => panic!("{other:?}"),
        }
    }
    assert!(place.next().await.is_none(), "it is over");
}
