//! What a context says of its part of the graph.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use usher_http::{BoxFuture, Schemas};
use usher_kernel::{Ctx, Fault};
use uuid::Uuid;

/// A route as it is written in a declaration: method, a space, path.
pub(crate) type RouteName = &'static str;
/// The references to a type in bodies and in answers.
pub(crate) type References = fn(&mut Schemas) -> [Option<String>; 2];
pub(crate) type Derive = Arc<dyn Fn(&Value) -> Result<Value, Fault> + Send + Sync>;
pub(crate) type Found = Result<HashMap<Uuid, Value>, Fault>;
pub(crate) type Load = Arc<dyn Fn(Ctx, Vec<Uuid>) -> BoxFuture<'static, Found> + Send + Sync>;

/// What kind of field an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Query,
    /// A query that answers the first page as a plain list.
    List,
    Mutation,
    /// A query that is answered anew whenever something is heard in the room of this kind with the id that
    /// is its one argument.
    Subscription {
        room: &'static str,
    },
}

#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) route: RouteName,
}

/// A further field of a type, made of what the type has.
#[derive(Clone)]
pub(crate) struct Derived {
    pub(crate) object: &'static str,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) schema: fn(&mut Schemas) -> Value,
    pub(crate) make: Derive,
}

/// A field that leads from one thing, or a list of ids in it, to others.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) object: &'static str,
    pub(crate) name: &'static str,
    pub(crate) key: &'static str,
    pub(crate) to: To,
    pub(crate) load: Load,
}

/// What a link leads to.
#[derive(Clone)]
pub(crate) enum To {
    /// What a route reads one of; who may use the route may walk the link.
    Route(RouteName),
    /// A part of the thing itself that is kept elsewhere: its type, and what it is.
    Part(fn(&mut Schemas) -> Value, &'static str),
}

/// A type under its name in the graph.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) references: References,
    pub(crate) name: &'static str,
    /// Only another form of the type of this name: its own properties are left out.
    pub(crate) form: bool,
}

/// Everything that one context declares.
#[derive(Clone, Default)]
pub struct Declared {
    pub(crate) operations: Vec<Operation>,
    pub(crate) named: Vec<Named>,
    pub(crate) derived: Vec<Derived>,
    pub(crate) links: Vec<Link>,
}

/// Where a context declares its part of the graph; see the crate's documentation.
pub struct Graph<S> {
    state: S,
    declared: Declared,
}

impl<S: Clone + Send + Sync + 'static> Graph<S> {
    /// Nothing yet; `state` is what fields and links are made with.
    pub fn new(state: S) -> Self {
        Self { state, declared: Declared::default() }
    }

    fn operation(mut self, kind: Kind, name: &'static str, route: RouteName) -> Self {
        self.declared.operations.push(Operation { kind, name, route });
        self
    }

    /// A query: a GET route. A page answers as a connection.
    #[must_use]
    pub fn query(self, name: &'static str, route: &'static str) -> Self {
        self.operation(Kind::Query, name, route)
    }

    /// A query that answers the first page of a list route as a plain list.
    #[must_use]
    pub fn list(self, name: &'static str, route: &'static str) -> Self {
        self.operation(Kind::List, name, route)
    }

    /// A mutation: a route of any other method.
    #[must_use]
    pub fn mutation(self, name: &'static str, route: &'static str) -> Self {
        self.operation(Kind::Mutation, name, route)
    }

    /// A subscription: what a GET route with one path parameter answers, now and whenever something happens
    /// in that thing's room.
    #[must_use]
    pub fn subscription(self, name: &'static str, room: &'static str, route: &'static str) -> Self {
        self.operation(Kind::Subscription { room }, name, route)
    }

    /// Several operations of one kind: name and route each.
    #[must_use]
    pub fn queries(self, operations: &[(&'static str, &'static str)]) -> Self {
        operations.iter().fold(self, |graph, (name, route)| graph.query(name, route))
    }

    /// Several operations of one kind: name and route each.
    #[must_use]
    pub fn mutations(self, operations: &[(&'static str, &'static str)]) -> Self {
        operations.iter().fold(self, |graph, (name, route)| graph.mutation(name, route))
    }

    /// A type's name, where the one of its schema says too little in a graph of everything.
    #[must_use]
    pub fn named<T: JsonSchema>(mut self, name: &'static str) -> Self {
        self.declared.named.push(Named { references: references::<T>, name, form: false });
        self
    }

    /// A type under its name, with what it has beyond its properties.
    #[must_use]
    pub fn object<T: JsonSchema>(
        self,
        name: &'static str,
        declare: impl FnOnce(Object<S>) -> Object<S>,
    ) -> Self {
        self.named::<T>(name).extend(name, declare)
    }

    /// What a context adds to a type of an earlier one.
    #[must_use]
    pub fn extend(mut self, name: &'static str, declare: impl FnOnce(Object<S>) -> Object<S>) -> Self {
        let object = declare(Object { name, state: self.state.clone(), declared: Declared::default() });
        let Declared { named, derived, links, .. } = object.declared;
        self.declared.named.extend(named);
        self.declared.derived.extend(derived);
        self.declared.links.extend(links);
        self
    }

    /// Everything that was declared.
    pub fn finish(self) -> Declared {
        self.declared
    }
}

fn references<T: JsonSchema>(schemas: &mut Schemas) -> [Option<String>; 2] {
    schemas.references::<T>()
}

/// What a type has beyond the properties of its schema.
pub struct Object<S> {
    name: &'static str,
    state: S,
    declared: Declared,
}

impl<S: Clone + Send + Sync + 'static> Object<S> {
    /// An answer of this type in another form, which has all of its properties and perhaps more.
    #[must_use]
    pub fn form<T: JsonSchema>(mut self) -> Self {
        self.declared.named.push(Named { references: references::<T>, name: self.name, form: true });
        self
    }

    /// A further field, made of what is known of the thing; `text` says what it is.
    #[must_use]
    pub fn field<T: Serialize + JsonSchema>(
        mut self,
        name: &'static str,
        text: &'static str,
        make: impl Fn(&S, &Value) -> T + Send + Sync + 'static,
    ) -> Self {
        let state = self.state.clone();
        self.declared.derived.push(Derived {
            object: self.name,
            name,
            text,
            schema: Schemas::answered::<T>,
            make: Arc::new(move |thing| serde_json::to_value(make(&state, thing)).map_err(Fault::internal)),
        });
        self
    }

    /// The way to the thing, or the things, that `key` names by id. Who may walk it is who may use `route`,
    /// which reads one of them; `load` reads many at once and leaves out what is not there.
    #[must_use]
    pub fn link<T, F, Fut>(self, name: &'static str, key: &'static str, route: &'static str, load: F) -> Self
    where
        T: Serialize,
        F: Fn(Ctx, S, Vec<Uuid>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<(Uuid, T)>, Fault>> + Send + 'static,
    {
        self.leads(name, key, To::Route(route), load)
    }

    /// A further field that is kept elsewhere, under the id that `key` names; read for many things at once.
    #[must_use]
    pub fn part<T, F, Fut>(self, name: &'static str, text: &'static str, key: &'static str, load: F) -> Self
    where
        T: Serialize + JsonSchema,
        F: Fn(Ctx, S, Vec<Uuid>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<(Uuid, T)>, Fault>> + Send + 'static,
    {
        self.leads(name, key, To::Part(Schemas::answered::<T>, text), load)
    }

    fn leads<T, F, Fut>(mut self, name: &'static str, key: &'static str, to: To, load: F) -> Self
    where
        T: Serialize,
        F: Fn(Ctx, S, Vec<Uuid>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<(Uuid, T)>, Fault>> + Send + 'static,
    {
        let state = self.state.clone();
        let load: Load = Arc::new(move |ctx, ids| {
            let asking = load(ctx, state.clone(), ids);
            Box::pin(async move {
                let found = asking.await?.into_iter();
                let values = found.map(|(id, thing)| Ok((id, serde_json::to_value(thing)?)));
                values.collect::<Result<_, serde_json::Error>>().map_err(Fault::internal)
            })
        });
        self.declared.links.push(Link { object: self.name, name, key, to, load });
        self
    }
}
