//! Every POST that documents `Idempotency-Key`, asked three times with one key: the second answer is the first one,
//! and the third request, whose body is another, is refused.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::people::Person;
use super::routes::Route;
use crate::http::Answer;
use crate::server::Server;

/// Where the second answer is not the first one, and why.
const OTHERWISE: &[(&str, &str)] =
    &[("POST /graphql", "a query changes nothing; its own tests send changes twice")];

/// What the product says of its POSTs and `Idempotency-Key`.
pub(super) struct Promises {
    honoured: BTreeMap<String, bool>,
    /// How many were held to it.
    kept: Cell<usize>,
}

impl Promises {
    /// Reads them from the description; a POST that does not honour the key has to say why.
    pub(super) fn of(openapi: &Value, faults: &mut Vec<String>) -> Self {
        let paths = openapi["paths"].as_object().expect("paths");
        let posts = paths.iter().filter_map(|(path, methods)| Some((path, methods.get("post")?)));
        let promise = |(path, post): (&String, &Value)| {
            let parameters = post["parameters"].as_array().into_iter().flatten();
            let honoured = parameters.into_iter().any(|one| one["name"] == "Idempotency-Key");
            let text = post["description"].as_str().unwrap_or_default();
            if honoured == text.contains("`Idempotency-Key` is not honoured here: ") {
                faults.push(format!("POST {path} does not say what becomes of Idempotency-Key: {text}"));
            }
            (format!("POST {path}"), honoured)
        };
        Self { honoured: posts.map(promise).collect(), kept: Cell::new(0) }
    }

    /// Routes whose first answer is a conflict are not asked again; most are.
    pub(super) fn were_tried(&self) {
        let promised = self.honoured.values().filter(|honoured| **honoured).count();
        assert!(2 * self.kept.get() > promised, "{} of {promised} were asked again", self.kept.get());
    }

    fn holds(&self, route: &Route) -> bool {
        self.honoured.get(&route.name()) == Some(&true)
    }
}

/// Asks as the right person; where the route promises it and the first answer is a success, twice more.
pub(super) fn ask(
    server: &Server,
    promises: &Promises,
    route: &Route,
    person: &Person,
    (path, body): (&str, Option<&Value>),
    faults: &mut Vec<String>,
) -> Answer {
    if !promises.holds(route) {
        return person.ask(server, &route.method, path, body);
    }
    // Each route has its own; an anonymous caller's has to be long.
    let key: String = route.path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let key = format!("the-key-of-the-sweep-for{key}");
    let text = body.map(ToString::to_string).unwrap_or_default();
    let first = person.ask_with_key(server, path, &text, &key);
    if !(200..300).contains(&first.status) || OTHERWISE.iter().any(|(known, _)| *known == route.name()) {
        return first;
    }
    let again = person.ask_with_key(server, path, &text, &key);
    let replayed = again.header("idempotency-replayed") == Some("true");
    if !replayed || (again.status, &again.text) != (first.status, &first.text) {
        let expected = format!("the answer of the first time, {first:?}, with Idempotency-Replayed");
        faults.push(route.wrong("a second request with the key", &again, &expected));
    }
    // Another body, though it means the same: what counts are the bytes.
    let other = person.ask_with_key(server, path, &format!("{text} "), &key);
    if (other.status, other.body["code"].as_str()) != (422, Some("idempotency_key_reused")) {
        faults.push(route.wrong("the key with another body", &other, "422 idempotency_key_reused"));
    }
    promises.kept.set(promises.kept.get() + 1);
    first
}
