//! Subscriptions: the rooms of the live hub. Who may join one is decided by its gate, as at every other door.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dynamic::{
    Field, FieldFuture, FieldValue, InputValue, Object, SubscriptionField, SubscriptionFieldFuture, TypeRef,
};
use async_graphql::{Error, Value as Graph};
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use usher_kernel::Fault;
use usher_realtime::door::{Ended, Following, Heard, Told};
use usher_realtime::{Room, Since};

use crate::errand::Root;
use crate::fault;
use crate::schema::answered;
use crate::session::Session;
use crate::types::{JSON, Slot, TIME, What};
use crate::values;

/// The subscription to rooms as they are.
pub(crate) const EVENTS: &str = "events";
/// What it tells.
pub(crate) const EVENT: &str = "RoomEvent";

/// The members of [`EVENT`]: name, type, whether it may be null, what it is.
const MEMBERS: [(&str, &str, bool, &str); 5] = [
    ("id", TypeRef::STRING, true, "Where to go on from: give the last one as `since`."),
    ("room", TypeRef::STRING, false, "The room's name."),
    ("type", TypeRef::STRING, false, "What happened; `snapshot` for the state of the whole room."),
    ("at", TIME, false, "When."),
    ("data", JSON, true, "The facts, as the other live doors tell them."),
];

pub(crate) fn event_type() -> Object {
    let object = Object::new(EVENT).description("Something that was heard in a room.");
    MEMBERS.iter().fold(object, |object, (name, kind, nullable, text)| {
        let slot = Slot { what: What::Scalar(kind), nullable: *nullable };
        let field = Field::new(*name, slot.type_ref(), move |ctx| {
            let event = ctx.parent_value.downcast_ref::<Value>();
            FieldFuture::Value(event.and_then(|event| event.get(*name)).and_then(|v| values::shown(&slot, v)))
        });
        object.field(field.description(*text))
    })
}

pub(crate) fn events_field() -> SubscriptionField {
    let field = SubscriptionField::new(EVENTS, TypeRef::named(EVENT), |ctx| {
        SubscriptionFieldFuture::new(async move {
            let session = ctx.data::<Session>()?;
            let names: Vec<String> = ctx.args.try_get("rooms")?.deserialize()?;
            let since = ctx.args.get("since").filter(|v| !v.is_null()).map(|v| v.string()).transpose()?;
            let tenant = session.visitor().ctx().map_err(|fault| fault::of(&fault))?.tenant;
            let rooms = session.hub().rooms(tenant, names.iter().map(String::as_str));
            let heard = join(session, rooms, session.hub().since(since)).await?;
            Ok(heard.map(|heard| {
                heard.map(|told| FieldValue::owned_any(event(&told))).map_err(|fault| fault::of(&fault))
            }))
        })
    });
    let rooms = InputValue::new("rooms", TypeRef::named_nn_list_nn(TypeRef::STRING));
    field
        .description(
            "Follow rooms live. Each begins with a snapshot, unless `since` is a place to go on from.",
        )
        .argument(rooms.description("The rooms' names: `queue:<id>`, `site:<id>`."))
        .argument(
            InputValue::new("since", TypeRef::named(TypeRef::STRING))
                .description("The `id` of the last event that was heard."),
        )
}

fn event(told: &Told) -> Value {
    json!({
        "id": told.id,
        "room": &*told.room,
        "type": told.name,
        "at": told.at,
        "data": serde_json::from_slice::<Value>(&told.data).unwrap_or_default(),
    })
}

/// What a route answers about one thing, now and whenever something is heard in the thing's room.
pub(crate) async fn follow_thing<'a>(
    session: Session,
    root: Arc<Root>,
    room: &'static str,
    given: HashMap<String, Graph>,
) -> Result<impl Stream<Item = Result<FieldValue<'a>, Error>> + use<'a>, Error> {
    let tenant = session.visitor().ctx().map_err(|fault| fault::of(&fault))?.tenant;
    let id = given.values().find_map(|value| match value {
        Graph::String(id) => Some(id.as_str()),
        _ => None,
    });
    let place = id.and_then(|id| session.hub().room(tenant, &format!("{room}:{id}")));
    let place = place.ok_or_else(|| {
        let argument = root.arguments.first().map_or("id", |argument| argument.name.as_str());
        let text = format!("{argument} must be an id such as 01890a5d-ac96-774b-bcce-b302099a8057.");
        fault::of(&Fault::field(argument, "invalid_value", text))
    })?;
    let heard = join(&session, Ok(vec![place]), Since::Start).await?;
    Ok(heard.then(move |heard| {
        let (session, root, given) = (session.clone(), Arc::clone(&root), given.clone());
        async move {
            heard.map_err(|fault| fault::of(&fault))?;
            let value = session.ask_again(&root, &given).await?;
            Ok(answered(&root.answer, value).unwrap_or(FieldValue::NULL))
        }
    }))
}

/// Joins rooms and hears what happens there, until the connection is ended.
async fn join(
    session: &Session,
    rooms: Result<Vec<Room>, Fault>,
    since: Since,
) -> Result<impl Stream<Item = Result<Told, Fault>> + use<>, Error> {
    let admitted = async {
        let ctx = session.visitor().ctx()?;
        session.hub().admit(&ctx, rooms?).await
    };
    let admitted = admitted.await.map_err(|fault| fault::of(&fault))?;
    let following = Following::open(admitted, since);
    Ok(stream::unfold(following, |mut following| async move {
        loop {
            let told = match following.next().await? {
                Ok(Heard::Beat) => continue,
                Ok(Heard::Told(told)) => Ok(told),
                // The connection itself hears of it and ends with the code that says why.
                Err(Ended::Closing(_)) => return None,
                Err(Ended::Failed(fault)) => Err(fault),
            };
            return Some((told, following));
        }
    }))
}
