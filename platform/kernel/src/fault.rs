//! What goes wrong, in the words that a client reads.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

/// The kinds of refusal; each is one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// 400: the request cannot be read.
    Malformed,
    /// 401: nobody, or an expired or unknown credential.
    Unauthenticated,
    /// 403: known, and not allowed.
    Forbidden,
    /// 404: not there, or somebody else's.
    NotFound,
    /// 405: the address is known, the method is not one of its.
    MethodNotAllowed,
    /// 409: not in this state.
    Conflict,
    /// 410: was there, and is gone for good.
    Gone,
    /// 412: `If-Match` names an older version.
    Stale,
    /// 413: larger than allowed.
    TooLarge,
    /// 415: not a content type that is understood here.
    UnsupportedMedia,
    /// 422: readable, and a value in it is wrong.
    Invalid,
    /// 429: too often.
    TooMany,
    /// 501: not possible on this installation.
    NotHere,
    /// 503: a dependency is down or the load is too high; try again.
    Unavailable,
    /// 500: our mistake.
    Internal,
}

impl FaultKind {
    /// The HTTP status code.
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::Gone => 410,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::UnsupportedMedia => 415,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::NotHere => 501,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// Its name as the client wrote it, with dots for nesting and brackets for places in lists: `holidays[0].date`.
    pub field: String,
    /// A stable code.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldFault {
    /// How many are told of at once; whoever mends those is told of the rest.
    pub const MOST: usize = 20;

    /// Several in one line: "name: Give a name.; slug: …; and 3 more".
    pub fn list(faults: &[Self]) -> String {
        let told = faults.iter().take(Self::MOST).map(|f| format!("{}: {}", f.field, f.message));
        let rest = faults.len().saturating_sub(Self::MOST);
        let rest = (rest > 0).then(|| format!("and {rest} more"));
        told.chain(rest).collect::<Vec<_>>().join("; ")
    }
}

/// A refusal: a stable code, a text that a person understands, the fields at fault.
///
/// Every context has one error enum and turns it into this at its edge (`impl From<Error> for Fault`).
#[derive(Clone, Debug)]
pub struct Fault(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: FaultKind,
    code: &'static str,
    detail: String,
    fields: Vec<FieldFault>,
    retry_after: Option<Duration>,
    extra: Map<String, Value>,
    told: Option<String>,
}

impl Fault {
    /// A refusal of `kind` with a stable `code` and the text `detail`.
    pub fn new(kind: FaultKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            retry_after: None,
            extra: Map::new(),
            told: None,
        }))
    }

    /// The refusal of everything in a tenant that is suspended: by the gate, and by whatever finds out the tenant by
    /// itself, from a secret in its path.
    pub fn tenant_suspended() -> Self {
        let text = "This organisation is suspended. Ask whoever runs this installation.";
        Self::new(FaultKind::Forbidden, "tenant_suspended", text)
    }

    /// 404 with the code `not_found`: "There is no such {what}."
    pub fn not_found(what: &str) -> Self {
        Self::new(FaultKind::NotFound, "not_found", format!("There is no such {what}."))
    }

    /// 422 for one wrong field.
    pub fn field(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut fault = Self::new(FaultKind::Invalid, "invalid_field", message.clone());
        fault.0.fields.push(FieldFault { field: field.into(), code, message });
        fault
    }

    /// 422 for several wrong fields.
    pub fn fields(fields: Vec<FieldFault>) -> Self {
        let mut fault = Self::new(FaultKind::Invalid, "invalid_field", FieldFault::list(&fields));
        fault.0.fields = fields;
        fault
    }

    /// Our own mistake; `detail` goes to the log, the client is told nothing of it.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(FaultKind::Internal, "internal", detail.to_string())
    }

    /// What the client is told of our own mistake, in place of the common text.
    #[must_use]
    pub fn told(mut self, text: impl Into<String>) -> Self {
        self.0.told = Some(text.into());
        self
    }

    /// Names the field at fault of a refusal that is not about a value's shape: a name that is taken.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        let (code, message) = (self.0.code, self.0.detail.clone());
        self.0.fields.push(FieldFault { field: field.into(), code, message });
        self
    }

    /// Names a field at fault with a code and words of its own, where those of the refusal are given.
    #[must_use]
    pub fn with_field(mut self, fault: FieldFault) -> Self {
        self.0.fields.push(fault);
        self
    }

    /// When to try again, sent as `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// An extension member of the problem answer.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(name.to_owned(), value.into());
        self
    }

    /// The kind.
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }
    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }
    /// The text for a person.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }
    /// What the client is told in place of the common text, where it is our own mistake.
    pub fn told_text(&self) -> Option<&str> {
        self.0.told.as_deref()
    }
    /// The fields at fault.
    pub fn field_faults(&self) -> &[FieldFault] {
        &self.0.fields
    }
    /// When to try again.
    pub fn retry(&self) -> Option<Duration> {
        self.0.retry_after
    }
    /// Extension members.
    pub fn extra(&self) -> &Map<String, Value> {
        &self.0.extra
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl std::error::Error for Fault {}
