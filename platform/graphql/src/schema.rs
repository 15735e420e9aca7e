//! The schema: every declaration of every context, put together.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_graphql::SDLExportOptions;
use async_graphql::dynamic::{
    Enum, EnumItem, Field, FieldFuture, FieldValue, InputObject, InputValue, Object, Scalar, Schema,
    SchemaBuilder, Subscription, SubscriptionField, SubscriptionFieldFuture, TypeRef,
};
use serde_json::Value;
use thiserror::Error;
use usher_http::{Endpoint, Registry};

use crate::cost::{Plan, Step, Times};
use crate::errand::{Answer, Argument, Root};
use crate::fault;
use crate::graph::{Declared, Derived, Kind, Link, Operation, To};
use crate::rooms;
use crate::session::{NullAndTold, Session};
use crate::types::{EnumType, Inputs, JSON, ObjectType, Slot, TIME, Types, What};
use crate::values;

pub(crate) const QUERY: &str = "Query";
pub(crate) const MUTATION: &str = "Mutation";
pub(crate) const SUBSCRIPTION: &str = "Subscription";
const PAGE_INFO: &str = "PageInfo";

/// Why the declarations do not fit together; found by the test of the contracts, or when the product starts.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SchemaError {
    /// An operation or a link names a route that nobody declares.
    #[error("{operation} stands for {route}, which is no route")]
    Route {
        /// The operation.
        operation: &'static str,
        /// What it says.
        route: &'static str,
    },
    /// Two types have one name.
    #[error("two types are called {0}: give one of them another name with Graph::named")]
    Name(String),
    /// Two operations have one name.
    #[error("{0} is declared twice")]
    Twice(String),
    /// A route takes one name in two places.
    #[error("{operation} takes {argument} twice, in path, query or body of its route")]
    Argument {
        /// The operation.
        operation: &'static str,
        /// The argument.
        argument: String,
    },
    /// A field or link of a type that no operation answers.
    #[error("nothing answers the type {0}, which has further fields")]
    Unreached(String),
    /// A link by a property that its type does not have, or that holds no id.
    #[error("{object}.{link} goes by {key}, which is no id of it")]
    Key {
        /// The type.
        object: &'static str,
        /// The link.
        link: &'static str,
        /// The property.
        key: &'static str,
    },
    /// The library refuses the schema.
    #[error("{0}")]
    Library(String),
}

/// What requests are answered with.
pub(crate) struct Built {
    pub(crate) schema: Schema,
    pub(crate) inputs: Inputs,
    pub(crate) plan: Plan,
    /// With the route of which each needs the permission.
    pub(crate) links: Vec<(Link, Option<Arc<Endpoint>>)>,
}

impl Built {
    pub(crate) fn sdl(&self) -> String {
        let options = SDLExportOptions::new().use_space_ident().prefer_single_line_descriptions();
        self.schema.sdl_with_options(options)
    }
}

/// Whether every route that is named is there.
pub(crate) fn check(registry: &Registry, declared: &[Declared]) -> Result<(), SchemaError> {
    let operations = declared.iter().flat_map(|d| &d.operations).map(|o| (o.name, o.route));
    let links = declared.iter().flat_map(|d| &d.links).filter_map(|link| match link.to {
        To::Route(route) => Some((link.name, route)),
        To::Part(..) => None,
    });
    operations.chain(links).try_for_each(|(name, route)| route_of(registry, name, route).map(drop))
}

fn route_of(
    registry: &Registry,
    operation: &'static str,
    route: &'static str,
) -> Result<Arc<Endpoint>, SchemaError> {
    let found = route.split_once(' ').and_then(|(method, path)| registry.route(method, path));
    found.ok_or(SchemaError::Route { operation, route })
}

pub(crate) fn build(registry: &Registry, declared: &[Declared]) -> Result<Built, SchemaError> {
    let named: Vec<_> = declared.iter().flat_map(|d| &d.named).collect();
    let mut types = Types::new(&named);
    let mut roots: BTreeMap<&str, Arc<Root>> = BTreeMap::new();
    for operation in declared.iter().flat_map(|d| &d.operations) {
        let Operation { name, route, .. } = *operation;
        let root = Root::new(operation, route_of(registry, name, route)?, &mut types)?;
        if roots.insert(name, Arc::new(root)).is_some() {
            return Err(SchemaError::Twice(name.to_owned()));
        }
    }
    let mut links = Vec::new();
    for link in declared.iter().flat_map(|d| &d.links) {
        let route = match link.to {
            To::Route(route) => Some(route_of(registry, link.name, route)?),
            To::Part(..) => None,
        };
        links.push((link.clone(), route));
    }
    let mut made = Making { plan: Plan::default(), connections: BTreeMap::new() };
    let mut objects: BTreeMap<&str, Further> = BTreeMap::new();
    for derived in declared.iter().flat_map(|d| &d.derived) {
        let field = made.derived(derived, &mut types)?;
        objects.entry(derived.object).or_default().push((derived.name, field));
    }
    for (at, (link, route)) in links.iter().enumerate() {
        let field = made.link(at, link, route.as_deref(), &mut types)?;
        objects.entry(link.object).or_default().push((link.name, field));
    }
    let mut builder = Schema::build(QUERY, Some(MUTATION), Some(SUBSCRIPTION))
        .register(Scalar::new(JSON).description("Any JSON, as over REST."))
        .register(Scalar::new(TIME).description("A moment, RFC 3339 in UTC."))
        .extension(NullAndTold);
    builder = made.roots(builder, &roots);
    for (name, object) in &types.objects {
        let further = objects.remove(name.as_str()).unwrap_or_default();
        builder = builder.register(made.object(name, object, further));
    }
    if let Some((object, _)) = objects.pop_first() {
        return Err(SchemaError::Unreached(object.to_owned()));
    }
    for (connection, item) in &made.connections {
        builder = builder.register(connection_of(connection, item));
    }
    if !made.connections.is_empty() {
        builder = builder.register(page_info());
    }
    for (name, input) in &types.inputs {
        let fields = input.properties.iter().map(|(name, property)| {
            described(InputValue::new(name, property.slot.type_ref()), &property.text, |it, text| {
                it.description(text)
            })
        });
        let object = fields.fold(InputObject::new(name), InputObject::field);
        builder = builder.register(described(object, &input.text, |it, text| it.description(text)));
    }
    for (name, EnumType { text, values }) in &types.enums {
        let all = values.iter().fold(Enum::new(name), |e, value| e.item(EnumItem::new(value)));
        builder = builder.register(described(all, text, |it, text| it.description(text)));
    }
    let schema = builder.finish().map_err(|error| SchemaError::Library(error.to_string()))?;
    Ok(Built { schema, inputs: types.inputs, plan: made.plan, links })
}

/// Gives something a description, where there is one.
fn described<T>(it: T, text: &str, describe: fn(T, &str) -> T) -> T {
    if text.is_empty() { it } else { describe(it, text) }
}

/// The fields that contexts give a type beside its properties.
type Further = Vec<(&'static str, Field)>;

/// What is gathered while fields are made.
struct Making {
    plan: Plan,
    connections: BTreeMap<String, Slot>,
}

impl Making {
    fn step(&mut self, object: &str, field: &str, slot: &Slot, times: Option<Times>) {
        let (to, many) = slot.object().map_or((None, false), |(name, many)| (Some(name.to_owned()), many));
        let times = times.unwrap_or(if many { Times::Some } else { Times::One });
        self.plan.add(object, field, Step { to, times });
    }

    fn roots(&mut self, mut builder: SchemaBuilder, roots: &BTreeMap<&str, Arc<Root>>) -> SchemaBuilder {
        let mut query = Object::new(QUERY);
        let mut mutation = Object::new(MUTATION);
        let mut subscription = Subscription::new(SUBSCRIPTION).field(rooms::events_field());
        builder = builder.register(rooms::event_type());
        self.plan.add(
            SUBSCRIPTION,
            rooms::EVENTS,
            Step { to: Some(rooms::EVENT.to_owned()), times: Times::One },
        );
        for (name, root) in roots {
            let (ty, slot, times) = match &root.answer {
                Answer::Done => {
                    let slot = Slot { what: What::Scalar(TypeRef::BOOLEAN), nullable: true };
                    (slot.type_ref(), slot, None)
                }
                Answer::One(slot) => (slot.clone().or_null(true).type_ref(), slot.clone(), None),
                Answer::List(item) => {
                    let list = Slot { what: What::List(Box::new(item.clone())), nullable: true };
                    (list.type_ref(), list, Some(Times::Paged))
                }
                Answer::Page { connection, item } => {
                    self.connections.insert(connection.clone(), item.clone());
                    self.step(connection, "nodes", item, Some(Times::One));
                    let page = Slot { what: What::Object(connection.clone()), nullable: true };
                    (page.type_ref(), page, Some(Times::Paged))
                }
            };
            let of = match root.kind {
                Kind::Query | Kind::List => QUERY,
                Kind::Mutation => MUTATION,
                Kind::Subscription { .. } => SUBSCRIPTION,
            };
            self.step(of, name, &slot, times);
            let arguments = root.arguments.iter().map(argument);
            if let Kind::Subscription { room } = root.kind {
                let field = subscribing(name, ty, Arc::clone(root), room).description(root.described());
                subscription = subscription.field(arguments.fold(field, SubscriptionField::argument));
                continue;
            }
            let field = asking(name, ty, Arc::clone(root)).description(root.described());
            let field = arguments.fold(field, Field::argument);
            match root.kind {
                Kind::Mutation => mutation = mutation.field(field),
                _ => query = query.field(field),
            }
        }
        builder.register(query).register(mutation).register(subscription)
    }

    fn object(&mut self, name: &str, object: &ObjectType, further: Further) -> Object {
        let mut made = described(Object::new(name), &object.text, |it, text| it.description(text));
        for (field, property) in &object.properties {
            // What a context says of a field goes before what its schema says.
            if further.iter().any(|(known, _)| known == field) {
                continue;
            }
            self.step(name, field, &property.slot, None);
            let ty = property.slot.type_ref();
            let made_field = property_field(field, ty, property.key.clone(), property.slot.clone());
            made = made.field(described(made_field, &property.text, |it, text| it.description(text)));
        }
        for (_, field) in further {
            made = made.field(field);
        }
        made
    }

    fn derived(&mut self, derived: &Derived, types: &mut Types) -> Result<Field, SchemaError> {
        let schema = (derived.schema)(&mut types.schemas);
        let slot = types.slot(&schema)?;
        self.step(derived.object, derived.name, &slot, None);
        let make = Arc::clone(&derived.make);
        let ty = slot.type_ref();
        let field = Field::new(derived.name, ty, move |ctx| {
            let (make, slot) = (Arc::clone(&make), slot.clone());
            FieldFuture::new(async move {
                let thing = ctx.parent_value.try_downcast_ref::<Value>()?;
                let value = make(thing).map_err(|fault| fault::of(&fault))?;
                Ok(values::handed(&slot, value))
            })
        });
        Ok(field.description(derived.text))
    }

    fn link(
        &mut self,
        at: usize,
        link: &Link,
        route: Option<&Endpoint>,
        types: &mut Types,
    ) -> Result<Field, SchemaError> {
        let wrong = || SchemaError::Key { object: link.object, link: link.name, key: link.key };
        let object =
            types.objects.get(link.object).ok_or_else(|| SchemaError::Unreached(link.object.to_owned()))?;
        let property = object.properties.values().find(|p| p.key == link.key).ok_or_else(wrong)?;
        let many = match &property.slot.what {
            What::Scalar(TypeRef::ID) => false,
            What::List(item) if item.what == What::Scalar(TypeRef::ID) => true,
            _ => return Err(wrong()),
        };
        let answer = match (&link.to, route) {
            (To::Part(schema, _), _) => Some(schema(&mut types.schemas)),
            (To::Route(_), Some(route)) => types.schemas.shape(route).answer,
            (To::Route(_), None) => None,
        };
        let Some(answer) = answer else { return Err(wrong()) };
        let one = types.slot(&answer)?;
        let slot =
            if many { Slot { what: What::List(Box::new(one)), nullable: true } } else { one.or_null(true) };
        self.step(link.object, link.name, &slot, None);
        let key = link.key;
        let ty = slot.type_ref();
        let field = Field::new(link.name, ty, move |ctx| {
            let slot = slot.clone();
            FieldFuture::new(async move {
                let thing = ctx.parent_value.try_downcast_ref::<Value>()?;
                let ids = match thing.get(key) {
                    Some(Value::String(id)) => id.parse().ok().into_iter().collect(),
                    Some(Value::Array(ids)) => {
                        ids.iter().filter_map(|id| id.as_str()?.parse().ok()).collect()
                    }
                    _ => Vec::new(),
                };
                if ids.is_empty() && !many {
                    return Ok(None);
                }
                let found =
                    ctx.data::<Session>()?.linked(at, &ids).await.map_err(|fault| fault::of(&fault))?;
                let found =
                    if many { Value::Array(found) } else { found.into_iter().next().unwrap_or_default() };
                Ok(values::handed(&slot, found))
            })
        });
        Ok(match link.to {
            To::Part(_, text) => field.description(text),
            To::Route(_) => field,
        })
    }
}

fn argument(argument: &Argument) -> InputValue {
    described(InputValue::new(&argument.name, argument.slot.type_ref()), &argument.text, |it, text| {
        it.description(text)
    })
}

/// A field that reads a property.
fn property_field(name: &str, ty: TypeRef, key: String, slot: Slot) -> Field {
    Field::new(name, ty, move |ctx| {
        let thing = ctx.parent_value.downcast_ref::<Value>();
        FieldFuture::Value(
            thing.and_then(|thing| thing.get(&key)).and_then(|value| values::shown(&slot, value)),
        )
    })
}

/// A query or mutation: an errand to its route.
fn asking(name: &str, ty: TypeRef, root: Arc<Root>) -> Field {
    Field::new(name, ty, move |ctx| {
        let root = Arc::clone(&root);
        FieldFuture::new(async move {
            let session = ctx.data::<Session>()?;
            let path = ctx.path_node.as_ref().map(ToString::to_string).unwrap_or_default();
            let value = session.ask(&root, |name| ctx.args.get(name).map(|v| v.as_value()), &path).await?;
            Ok(answered(&root.answer, value))
        })
    })
}

/// A subscription: the same errand, again and again.
fn subscribing(name: &str, ty: TypeRef, root: Arc<Root>, room: &'static str) -> SubscriptionField {
    SubscriptionField::new(name, ty, move |ctx| {
        let root = Arc::clone(&root);
        SubscriptionFieldFuture::new(async move {
            let session = ctx.data::<Session>()?.clone();
            let given: HashMap<String, async_graphql::Value> =
                ctx.args.iter().map(|(name, value)| (name.to_string(), value.as_value().clone())).collect();
            rooms::follow_thing(session, root, room, given).await
        })
    })
}

/// What a route answered as the field's value.
pub(crate) fn answered(answer: &Answer, value: Value) -> Option<FieldValue<'static>> {
    match answer {
        Answer::Done => Some(FieldValue::value(true)),
        Answer::One(slot) => values::handed(slot, value),
        Answer::Page { .. } => Some(FieldValue::owned_any(value)),
        Answer::List(item) => {
            let list = Slot { what: What::List(Box::new(item.clone())), nullable: true };
            let items = value.as_object().and_then(|page| page.get("items")).cloned().unwrap_or_default();
            values::handed(&list, items)
        }
    }
}

fn connection_of(name: &str, item: &Slot) -> Object {
    let nodes = Slot { what: What::List(Box::new(item.clone())), nullable: false };
    let page = Field::new("pageInfo", TypeRef::named_nn(PAGE_INFO), |ctx| {
        let page = ctx.parent_value.downcast_ref::<Value>();
        FieldFuture::Value(page.map(|page| FieldValue::borrowed_any(page)))
    });
    Object::new(name)
        .description("One page of a list.")
        .field(property_field("nodes", nodes.type_ref(), "items".to_owned(), nodes))
        .field(page.description("Whether there is more, and how to ask for it."))
}

fn page_info() -> Object {
    let cursor = Slot { what: What::Scalar(TypeRef::STRING), nullable: true };
    let end = property_field("endCursor", cursor.type_ref(), "next_cursor".to_owned(), cursor);
    let more = Field::new("hasNextPage", TypeRef::named_nn(TypeRef::BOOLEAN), |ctx| {
        let page = ctx.parent_value.downcast_ref::<Value>();
        let more = page.and_then(|page| page.get("next_cursor")).is_some_and(|cursor| !cursor.is_null());
        FieldFuture::Value(Some(FieldValue::value(more)))
    });
    Object::new(PAGE_INFO)
        .description("Where a page stands in its list.")
        .field(more.description("Whether another page follows."))
        .field(end.description("What to give as `after` to read it; null on the last page."))
}
