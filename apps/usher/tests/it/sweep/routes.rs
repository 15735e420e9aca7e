//! The routes that the running product describes, and who may use each.

use std::collections::BTreeSet;

use super::people::Person;
use crate::http::Answer;

/// A route and who may use it.
#[derive(Clone)]
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) who: Vec<Who>,
}

/// One way to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Anybody,
    SignedIn,
    Scope(String),
    /// Of any kind, where none is named.
    Device(Option<String>),
    Platform,
}

impl Route {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether the answer goes on for ever, or begins with an upgrade.
    pub(super) fn is_live(&self) -> bool {
        self.path.ends_with("/events") || self.path.starts_with("/ws/")
    }

    pub(super) fn is_public(&self) -> bool {
        self.who.contains(&Who::Anybody)
    }

    pub(super) fn names_a_tenant(&self) -> bool {
        self.path.contains("{tenant}") || self.path.contains("{org}")
    }

    /// Whether the path names something besides its tenant.
    pub(super) fn names_a_thing(&self) -> bool {
        let things = self.path.split('/').filter(|segment| segment.starts_with('{'));
        things.count() > usize::from(self.names_a_tenant())
    }

    /// Whether the door is open to somebody, whatever is behind it.
    pub(super) fn admits(&self, person: &Person) -> bool {
        self.who.iter().any(|who| match who {
            Who::Anybody => true,
            Who::SignedIn => true,
            Who::Scope(scope) => person.holds(scope),
            Who::Device(None) => person.device().is_some(),
            Who::Device(kind) => person.device() == kind.as_deref(),
            Who::Platform => person.is_platform(),
        })
    }

    pub(super) fn wrong(&self, who: &str, answer: &Answer, expected: &str) -> String {
        let Answer { status, body, .. } = answer;
        format!("{} answers {status} to {who}; {expected} was expected: {body}", self.name())
    }
}

/// The routes of `contracts/permissions.md`.
pub(super) fn routes() -> Vec<Route> {
    let path = format!("{}/../../contracts/permissions.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the permissions");
    let rows = text.lines().filter(|line| line.contains("| `/"));
    let routes: Vec<Route> = rows
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            Route {
                method: cells[1].to_owned(),
                path: cells[2].trim_matches('`').to_owned(),
                who: cells[3].split(" or ").flat_map(|ways| ways.split(", ")).map(who).collect(),
            }
        })
        .collect();
    assert!(routes.len() > 150, "only {} routes were read", routes.len());
    routes
}

fn who(text: &str) -> Who {
    match text {
        "anybody" => Who::Anybody,
        "signed in" => Who::SignedIn,
        "platform administrator" => Who::Platform,
        "device" => Who::Device(None),
        device if device.starts_with("device `") => {
            Who::Device(Some(device.trim_start_matches("device ").trim_matches('`').to_owned()))
        }
        scope if scope.starts_with('`') => Who::Scope(scope.trim_matches('`').to_owned()),
        other => panic!("nobody knows who {other:?} is"),
    }
}

pub(super) fn names(routes: &[Route]) -> BTreeSet<String> {
    routes.iter().map(Route::name).collect()
}
