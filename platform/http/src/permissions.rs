//! The table of permissions, for people.

use std::fmt::Write;

use crate::access::Access;
use crate::api::Registry;

/// Every route with its permission, as Markdown: what `contracts/permissions.md` holds.
pub fn permissions_markdown(registry: &Registry) -> String {
    let mut out = String::from(
        "# Permissions\n\nWho may call which route. Made from the routes themselves; do not edit by hand.\n",
    );
    let mut contexts: Vec<&str> = registry.endpoints().iter().map(|e| e.context()).collect();
    contexts.sort_unstable();
    contexts.dedup();
    for context in contexts {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n## {context}\n\n| method | path | who | what |\n|---|---|---|---|\n");
        for endpoint in registry.endpoints().iter().filter(|e| e.context() == context) {
            let _ = writeln!(
                out,
                "| {} | `{}` | {} | {} |",
                endpoint.method(),
                endpoint.path(),
                who(endpoint.access()),
                endpoint.summary()
            );
        }
    }
    out
}

fn who(access: &Access) -> String {
    match access {
        Access::Public => "anybody".to_owned(),
        Access::SignedIn => "signed in".to_owned(),
        Access::Scope(scope) => format!("`{scope}`"),
        Access::Platform => "platform administrator".to_owned(),
        Access::Device([]) => "device".to_owned(),
        Access::Device(kinds) => {
            kinds.iter().map(|kind| format!("device `{kind}`")).collect::<Vec<_>>().join(", ")
        }
        Access::Link(kind) => format!("link to the {kind}"),
        Access::AnyOf(options) => options.iter().map(who).collect::<Vec<_>>().join(" or "),
    }
}
