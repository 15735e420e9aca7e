//! One request on its way: who asks, what was looked up, what went wrong where.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo};
use async_graphql::{
    PathSegment, QueryPathNode, QueryPathSegment, ServerError, ServerResult, Value as Graph,
};
use parking_lot::Mutex;
use serde_json::Value;
use usher_http::{Api, Visitor};
use usher_kernel::Fault;
use usher_realtime::Hub;
use uuid::Uuid;

use crate::batch::Batch;
use crate::errand::Root;
use crate::fault;
use crate::graph::Kind;
use crate::schema::Built;

/// One request of one visitor; cheap to clone.
#[derive(Clone)]
pub(crate) struct Session(Arc<State>);

struct State {
    api: Api,
    hub: Hub,
    built: Arc<Built>,
    visitor: Visitor,
    /// The next field takes no token of the rate: the request itself has taken one.
    paid: AtomicBool,
    errors: Mutex<Vec<ServerError>>,
    batches: Mutex<HashMap<usize, Arc<Batch>>>,
}

impl Session {
    pub(crate) fn new(api: Api, hub: Hub, built: Arc<Built>, visitor: Visitor) -> Self {
        Self(Arc::new(State {
            api,
            hub,
            built,
            visitor,
            paid: AtomicBool::new(true),
            errors: Mutex::default(),
            batches: Mutex::default(),
        }))
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub(crate) fn visitor(&self) -> &Visitor {
        &self.0.visitor
    }

    /// Runs the route of a field at `path` of the answer.
    pub(crate) async fn ask<'v>(
        &self,
        root: &Root,
        given: impl Fn(&str) -> Option<&'v Graph>,
        path: &str,
    ) -> Result<Value, async_graphql::Error> {
        let State { api, built, visitor, batches, .. } = &*self.0;
        if root.kind == Kind::Mutation {
            // What was looked up before is what it changes.
            batches.lock().clear();
        }
        let counted = !self.0.paid.swap(false, Ordering::Relaxed);
        // Each mutation of a request is kept under its Idempotency-Key by itself.
        let part = (root.kind == Kind::Mutation).then(|| path.to_owned());
        let errand = root.errand(&built.inputs, given, part, counted);
        fault::read(api.run(visitor, errand).await).await
    }

    /// Runs the route of a subscription again: what happens is not the caller's doing.
    pub(crate) async fn ask_again(
        &self,
        root: &Root,
        given: &HashMap<String, Graph>,
    ) -> Result<Value, async_graphql::Error> {
        let State { api, built, visitor, batches, .. } = &*self.0;
        // What was looked up for the last answer is old.
        batches.lock().clear();
        let errand = root.errand(&built.inputs, |name| given.get(name), None, false);
        fault::read(api.run(visitor, errand).await).await
    }

    /// The things that a link leads to.
    pub(crate) async fn linked(&self, link: usize, ids: &[Uuid]) -> Result<Vec<Value>, Fault> {
        let State { built, visitor, batches, .. } = &*self.0;
        let Some((link_of, route)) = built.links.get(link) else { return Ok(Vec::new()) };
        if let Some(route) = route {
            visitor.may(route)?;
        }
        let ctx = visitor.ctx()?;
        let batch = Arc::clone(batches.lock().entry(link).or_default());
        batch.load(&ctx, &link_of.load, ids).await
    }

    /// What went wrong on the way.
    pub(crate) fn take_errors(&self) -> Vec<ServerError> {
        std::mem::take(&mut self.0.errors.lock())
    }
}

/// Makes a field that fails null, where it may be, and tells the error with its path.
pub(crate) struct NullAndTold;

impl ExtensionFactory for NullAndTold {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for NullAndTold {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Graph>> {
        let (path, nullable) = (info.path_node, !info.return_type.ends_with('!'));
        match next.run(ctx, info).await {
            Err(error) if nullable => match ctx.data_opt::<Session>() {
                Some(session) => {
                    let path = if error.path.is_empty() { path_of(path) } else { error.path.clone() };
                    session.0.errors.lock().push(ServerError { path, ..error });
                    Ok(None)
                }
                None => Err(error),
            },
            other => other,
        }
    }
}

fn path_of(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let mut path: Vec<PathSegment> = std::iter::once(node)
        .chain(node.parents())
        .map(|node| match node.segment {
            QueryPathSegment::Index(at) => PathSegment::Index(at),
            QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
        })
        .collect();
    path.reverse();
    path
}
