//! How much a request asks for, before anything of it is done.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};
use usher_kernel::{Fault, FaultKind};

use crate::schema::{MUTATION, QUERY, SUBSCRIPTION};

/// How deep fields may be nested.
pub(crate) const DEEPEST: usize = 12;
/// The most that one request may ask for: a field counts one, and everything in a list as often as the list
/// may have items.
pub(crate) const MOST: u64 = 20_000;
/// What a field of a root counts beside its fields: it has a handler.
const ERRAND: u64 = 10;
/// How many items a list is taken to have that is no page.
const SOME: u64 = 10;
/// The size of a page, by default and at most.
const PAGE: (u64, u64) = (50, 200);
/// How often an introspection may go from a type to its fields and on to their types.
const INTROSPECTION: usize = 3;

/// How many items a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    One,
    Some,
    /// As many as `first` says.
    Paged,
}

/// Where a field leads, and to how many things.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) to: Option<String>,
    pub(crate) times: Times,
}

/// Where every field leads.
#[derive(Default)]
pub(crate) struct Plan(HashMap<String, HashMap<String, Step>>);

impl Plan {
    pub(crate) fn add(&mut self, object: &str, field: &str, step: Step) {
        self.0.entry(object.to_owned()).or_default().insert(field.to_owned(), step);
    }

    fn step(&self, object: Option<&str>, field: &str) -> Option<&Step> {
        self.0.get(object?)?.get(field)
    }
}

/// What is known of an operation before it runs.
pub(crate) struct Measured {
    pub(crate) kind: OperationType,
    /// The names of its fields in the answer, in the order in which they were asked for.
    pub(crate) order: Vec<Name>,
    pub(crate) cost: u64,
}

/// The operation that is meant; none where that is not clear, which the library refuses.
fn meant<'d>(doc: &'d ExecutableDocument, name: Option<&str>) -> Option<&'d OperationDefinition> {
    let mut all = doc.operations.iter();
    match name {
        Some(name) => all.find(|(known, _)| known.is_some_and(|known| known == name)),
        None => all.next(),
    }
    .map(|(_, operation)| &operation.node)
}

/// Measures what is asked for.
///
/// # Errors
/// `query_too_deep`, `query_too_large`, `introspection_off`, `one_subscription`.
pub(crate) fn measure(
    doc: &ExecutableDocument,
    name: Option<&str>,
    variables: &Variables,
    plan: &Plan,
    introspection: bool,
) -> Result<Measured, Fault> {
    let Some(operation) = meant(doc, name) else {
        return Ok(Measured { kind: OperationType::Query, order: Vec::new(), cost: 0 });
    };
    let (root, kind) = match operation.ty {
        OperationType::Query => (QUERY, OperationType::Query),
        OperationType::Mutation => (MUTATION, OperationType::Mutation),
        OperationType::Subscription => (SUBSCRIPTION, OperationType::Subscription),
    };
    let mut walk = Walk { doc, operation, variables, plan, introspection, cost: 0, order: Vec::new() };
    walk.set(&operation.selection_set.node, Some(root), At { depth: 0, nested: 0, times: 1, listed: 0 })?;
    let Walk { mut order, cost, .. } = walk;
    let mut seen = std::collections::HashSet::new();
    order.retain(|name| seen.insert(name.clone()));
    if kind == OperationType::Subscription && order.len() > 1 {
        return Err(Fault::new(
            FaultKind::Invalid,
            "one_subscription",
            "A subscription asks for one field. Subscribe to each by itself.",
        ));
    }
    Ok(Measured { kind, order, cost })
}

struct Walk<'d> {
    doc: &'d ExecutableDocument,
    operation: &'d OperationDefinition,
    variables: &'d Variables,
    plan: &'d Plan,
    introspection: bool,
    cost: u64,
    order: Vec<Name>,
}

/// Where the walk stands.
#[derive(Clone, Copy)]
struct At {
    /// Fields above.
    depth: usize,
    /// Fields and fragments above.
    nested: usize,
    /// How often everything here is there.
    times: u64,
    /// How often an introspection went from types to fields.
    listed: usize,
}

impl Walk<'_> {
    fn set(&mut self, set: &SelectionSet, object: Option<&str>, at: At) -> Result<(), Fault> {
        // Fragments may be in each other; whoever is in too many is in a circle or means no good.
        if at.nested > 3 * DEEPEST {
            return Err(too_deep());
        }
        let inner = At { nested: at.nested + 1, ..at };
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(field, object, at)?,
                Selection::InlineFragment(fragment) => {
                    self.count(1)?;
                    self.set(&fragment.node.selection_set.node, object, inner)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.count(1)?;
                    if let Some(fragment) = self.doc.fragments.get(&spread.node.fragment_name.node) {
                        self.set(&fragment.node.selection_set.node, object, inner)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &Positioned<Field>, object: Option<&str>, at: At) -> Result<(), Fault> {
        let field = &field.node;
        let name = field.name.node.as_str();
        let root = at.depth == 0;
        if root {
            self.order.push(field.response_key().node.clone());
        }
        if matches!(name, "__schema" | "__type") {
            if !self.introspection {
                return Err(Fault::new(
                    FaultKind::Forbidden,
                    "introspection_off",
                    "This installation does not describe its schema here (graphql.introspection).",
                ));
            }
            return self.described(&field.selection_set.node, At { depth: 1, ..at });
        }
        if at.depth >= DEEPEST {
            return Err(too_deep());
        }
        self.count(at.times.saturating_mul(if root { ERRAND } else { 1 }))?;
        let step = self.plan.step(object, name);
        let many = match step.map(|step| step.times) {
            Some(Times::Paged) => self.page(field),
            Some(Times::Some) => SOME,
            Some(Times::One) | None => 1,
        };
        let below = At {
            depth: at.depth + 1,
            nested: at.nested + 1,
            times: at.times.saturating_mul(many),
            listed: 0,
        };
        self.set(&field.selection_set.node, step.and_then(|step| step.to.as_deref()), below)
    }

    /// An introspection: what it costs is what it may unfold into.
    fn described(&mut self, set: &SelectionSet, at: At) -> Result<(), Fault> {
        if at.depth > 3 * DEEPEST {
            return Err(too_deep());
        }
        for selection in &set.items {
            self.count(1)?;
            let below = At { depth: at.depth + 1, ..at };
            match &selection.node {
                Selection::Field(field) => {
                    let lists = matches!(
                        field.node.name.node.as_str(),
                        "fields" | "inputFields" | "interfaces" | "possibleTypes"
                    );
                    let listed = at.listed + usize::from(lists);
                    if listed > INTROSPECTION {
                        return Err(too_deep());
                    }
                    self.described(&field.node.selection_set.node, At { listed, ..below })?;
                }
                Selection::InlineFragment(fragment) => {
                    self.described(&fragment.node.selection_set.node, below)?;
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.doc.fragments.get(&spread.node.fragment_name.node) {
                        self.described(&fragment.node.selection_set.node, below)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, cost: u64) -> Result<(), Fault> {
        self.cost = self.cost.saturating_add(cost);
        if self.cost <= MOST {
            return Ok(());
        }
        Err(Fault::new(
            FaultKind::Invalid,
            "query_too_large",
            format!(
                "This asks for more than {MOST} values at once: a field counts one, everything in a list as \
                 often as the list may have items. Ask for shorter pages (first) or fewer fields."
            ),
        ))
    }

    /// The size of the page that a field asks for.
    fn page(&self, field: &Field) -> u64 {
        let given = field.arguments.iter().find(|(name, _)| name.node == "first");
        let value =
            given.map(|(_, value)| value.node.clone().into_const_with(|name| self.variable(&name).ok_or(())));
        let first = match value {
            Some(Ok(Value::Number(number))) => number.as_u64(),
            _ => None,
        };
        first.unwrap_or(PAGE.0).clamp(1, PAGE.1)
    }

    /// A variable's value, or its default.
    fn variable(&self, name: &Name) -> Option<Value> {
        let definitions = self.operation.variable_definitions.iter();
        let mut own = definitions.filter(|definition| definition.node.name.node == *name);
        let mut default = || own.next().and_then(|definition| definition.node.default_value().cloned());
        self.variables.get(name).cloned().or_else(&mut default)
    }
}

fn too_deep() -> Fault {
    Fault::new(
        FaultKind::Invalid,
        "query_too_deep",
        format!("Fields are nested deeper than {DEEPEST}. Ask for the inner ones by themselves."),
    )
}
