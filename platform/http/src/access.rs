//! Who may call a route.

use std::fmt;

use usher_kernel::{Actor, Caller, Fault, FaultKind, Scope};

/// The permission of a route, stated once where the route is declared.
///
/// The gate checks it before the handler runs; the OpenAPI security, `permissions.md` and the sweep
/// over all routes are derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody who has presented a valid credential.
    SignedIn,
    /// Who holds this scope in the tenant of the request.
    Scope(Scope),
    /// The operator of the installation.
    Platform,
    /// A paired device of one of these kinds; an empty list means any kind.
    Device(&'static [&'static str]),
    /// Who holds a secret link to a thing of this kind.
    Link(&'static str),
    /// Who satisfies at least one of these.
    AnyOf(Vec<Access>),
}

impl Access {
    /// Anybody, signed in or not.
    pub const fn public() -> Self {
        Self::Public
    }

    /// Anybody who has presented a valid credential.
    pub const fn signed_in() -> Self {
        Self::SignedIn
    }

    /// Who holds `scope` in the tenant of the request.
    pub const fn scope(scope: Scope) -> Self {
        Self::Scope(scope)
    }

    /// The operator of the installation.
    pub const fn platform() -> Self {
        Self::Platform
    }

    /// A paired device of one of these kinds; an empty list means any kind.
    pub const fn device(kinds: &'static [&'static str]) -> Self {
        Self::Device(kinds)
    }

    /// Who holds a secret link to a thing of this kind.
    pub const fn link(kind: &'static str) -> Self {
        Self::Link(kind)
    }

    /// Who satisfies at least one of `options`.
    pub fn any_of(options: impl IntoIterator<Item = Access>) -> Self {
        Self::AnyOf(options.into_iter().collect())
    }

    /// Also open to who satisfies `other`.
    #[must_use]
    pub fn or(self, other: Access) -> Self {
        match self {
            Self::AnyOf(mut options) => {
                options.push(other);
                Self::AnyOf(options)
            }
            first => Self::AnyOf(vec![first, other]),
        }
    }

    /// Whether nobody needs to sign in.
    pub fn is_public(&self) -> bool {
        match self {
            Self::Public => true,
            Self::AnyOf(options) => options.iter().any(Self::is_public),
            _ => false,
        }
    }

    /// Every scope that opens this route, alone or as one of several ways.
    pub fn scopes(&self) -> Vec<&Scope> {
        match self {
            Self::Scope(scope) => vec![scope],
            Self::AnyOf(options) => options.iter().flat_map(Self::scopes).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether `caller` passes; `platform` says that it is the operator of the installation.
    pub fn allows(&self, caller: &Caller, platform: bool) -> bool {
        match self {
            Self::Public => true,
            Self::SignedIn => !matches!(caller.actor, Actor::Anonymous),
            Self::Scope(scope) => caller.may(scope),
            Self::Platform => platform,
            Self::Device(kinds) => match &caller.actor {
                Actor::Device { kind, .. } => kinds.is_empty() || kinds.contains(&&**kind),
                _ => false,
            },
            Self::Link(wanted) => matches!(&caller.actor, Actor::Link { kind, .. } if kind == wanted),
            Self::AnyOf(options) => options.iter().any(|option| option.allows(caller, platform)),
        }
    }

    /// Passes, or says why not: 401 for nobody, 403 for somebody with too few rights.
    pub(crate) fn check(&self, caller: &Caller, platform: bool) -> Result<(), Fault> {
        if self.allows(caller, platform) {
            return Ok(());
        }
        if matches!(caller.actor, Actor::Anonymous) {
            return Err(Fault::new(
                FaultKind::Unauthenticated,
                "not_signed_in",
                "Sign in first: this needs a valid credential.",
            ));
        }
        Err(Fault::new(FaultKind::Forbidden, "forbidden", format!("This needs {self}.")))
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("nothing: it is public"),
            Self::SignedIn => f.write_str("a signed-in caller"),
            Self::Scope(scope) => write!(f, "the scope {scope}"),
            Self::Platform => f.write_str("the platform administrator"),
            Self::Device([]) => f.write_str("a paired device"),
            Self::Device(kinds) => write!(f, "a paired {}", kinds.join(" or ")),
            Self::Link(kind) => write!(f, "the secret link of the {kind}"),
            Self::AnyOf(options) => {
                for (n, option) in options.iter().enumerate() {
                    if n > 0 {
                        f.write_str(" or ")?;
                    }
                    option.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}
