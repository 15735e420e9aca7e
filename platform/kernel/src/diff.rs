//! What an edit changed, for the event that records it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The members of a record that an edit changed, as they were and as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Diff {
    /// The changed members before; null where there was none.
    pub before: Map<String, Value>,
    /// The changed members after; null where there is none any more.
    pub after: Map<String, Value>,
}

impl Diff {
    /// Compares two records member by member, leaving out the `ignored` ones (versions, times).
    ///
    /// Values that are not JSON objects have no members, so they compare as equal.
    pub fn between(before: &impl Serialize, after: &impl Serialize, ignored: &[&str]) -> Self {
        let (before, after) = (members(before), members(after));
        let mut diff = Self::default();
        for name in before.keys().chain(after.keys()) {
            let (old, new) = (before.get(name), after.get(name));
            if old != new && !ignored.contains(&name.as_str()) {
                diff.before.insert(name.clone(), old.cloned().unwrap_or_default());
                diff.after.insert(name.clone(), new.cloned().unwrap_or_default());
            }
        }
        diff
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.after.is_empty()
    }
}

fn members(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_only_what_changed() {
        let diff = Diff::between(
            &json!({"name": "a", "same": 1, "gone": true, "version": 1}),
            &json!({"name": "b", "same": 1, "new": [1], "version": 2}),
            &["version"],
        );
        assert_eq!(
            serde_json::to_value(&diff).unwrap(),
            json!({
                "before": {"name": "a", "gone": true, "new": null},
                "after": {"name": "b", "gone": null, "new": [1]},
            })
        );
        assert!(
            Diff::between(&json!({"a": 1, "version": 1}), &json!({"a": 1, "version": 2}), &["version"])
                .is_empty()
        );
    }
}
