//! Permissions.

use std::borrow::Cow;
use std::sync::Arc;

/// One permission, `"tickets:call"`: a plural noun of the product and a verb.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(Cow<'static, str>);

impl Scope {
    /// A scope known when the product was built.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A scope read from a stored role or token.
    pub fn owned(name: String) -> Self {
        Self(Cow::Owned(name))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The set of scopes that a caller holds; cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    all: bool,
    sorted: Arc<[Scope]>,
}

impl Scopes {
    /// No permission at all.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every permission, those of later versions too.
    pub fn all() -> Self {
        Self { all: true, sorted: Arc::default() }
    }

    /// The given permissions.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        let mut list: Vec<Scope> = scopes.into_iter().collect();
        list.sort_unstable();
        list.dedup();
        Self { all: false, sorted: list.into() }
    }

    /// Whether `scope` is held.
    pub fn has(&self, scope: &Scope) -> bool {
        self.all || self.sorted.binary_search(scope).is_ok()
    }

    /// Whether every scope of `other` is held here: nobody gives a role above their own.
    pub fn covers(&self, other: &Scopes) -> bool {
        self.all || (!other.all && other.sorted.iter().all(|scope| self.has(scope)))
    }

    /// Whether this is the set of all scopes.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// The scopes by name, in order; empty for [`Scopes::all`].
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.sorted.iter()
    }
}
