//! Rules about manifests: who may import whom, one lint table, one place for versions.

use toml::{Table, Value};

use super::Report;
use crate::tree::Tree;

/// The contexts, earliest first; a context may import those before it.
const CONTEXTS: [&str; 14] = [
    "tenancy",
    "identity",
    "audit",
    "files",
    "customers",
    "messaging",
    "queueing",
    "eta",
    "appointments",
    "engagement",
    "inventory",
    "sales",
    "analytics",
    "integrations",
];

/// The tables of a manifest that name dependencies.
const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Where a crate stands in the house.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layer {
    Kernel,
    Platform,
    Testkit,
    /// With its place in the line of contexts.
    Context(usize),
    /// The room `model` of a context as a crate of its own, with the place of its context.
    Model(usize),
    Web,
    App,
}

/// The layer of a crate by its folder, `None` for what is outside the house (xtask).
fn layer_of_folder(folder: &str) -> Option<Layer> {
    match folder.split_once('/') {
        Some(("platform", "kernel")) => Some(Layer::Kernel),
        Some(("platform", "testkit")) => Some(Layer::Testkit),
        Some(("platform", _)) => Some(Layer::Platform),
        Some(("contexts", name)) => match name.strip_suffix("/model") {
            Some(context) => Some(Layer::Model(place_of(context))),
            None => Some(Layer::Context(place_of(name))),
        },
        Some(("apps", _)) => Some(Layer::App),
        None if folder == "web" => Some(Layer::Web),
        _ => None,
    }
}

/// The place of a context in the line; behind all others where it has none.
fn place_of(context: &str) -> usize {
    CONTEXTS.iter().position(|known| *known == context).unwrap_or(CONTEXTS.len())
}

/// The layer of one of our own crates by its name, with the folders the tree has. The model of `contexts/<name>` is
/// called `usher-<name>-model`.
fn layer_of_crate(tree: &Tree, name: &str) -> Option<Layer> {
    let short = name.strip_prefix("usher-").unwrap_or(name);
    let room = short.strip_suffix("-model").map(|context| format!("contexts/{context}/model"));
    tree.manifests().map(|(_, folder, _)| folder).find_map(|folder| {
        let named = folder.rsplit('/').next() == Some(short) || room.as_deref() == Some(folder);
        let own = named && (name.starts_with("usher-") || folder.starts_with("apps/"));
        if own { layer_of_folder(folder) } else { None }
    })
}

/// Whether `from` may import `to`; the reason when it may not.
fn refusal(from: Layer, to: Layer, dev: bool) -> Option<&'static str> {
    match (from, to) {
        (_, Layer::App) => Some("nothing imports an app"),
        (_, Layer::Testkit) if dev || from == Layer::Testkit => None,
        (_, Layer::Testkit) => Some("the test kit is for dev-dependencies only"),
        (Layer::App, _) | (_, Layer::Kernel) => None,
        (Layer::Kernel, _) => Some("the kernel imports none of our crates"),
        (Layer::Platform | Layer::Testkit, Layer::Platform) => None,
        (Layer::Platform | Layer::Testkit, Layer::Context(_) | Layer::Model(_)) => {
            Some("platform knows not one business word")
        }
        (_, Layer::Web) => Some("only an app embeds the screens"),
        (Layer::Context(_), Layer::Platform) => None,
        (Layer::Model(_), Layer::Platform) => {
            Some("a model is pure: it knows the kernel and earlier contexts")
        }
        (Layer::Context(own), Layer::Model(other)) if other == own => None,
        (Layer::Context(_) | Layer::Model(_), Layer::Model(_)) => {
            Some("a model is shown by its context, which is what others import")
        }
        (Layer::Context(own) | Layer::Model(own), Layer::Context(other)) if other < own => None,
        (Layer::Model(own), Layer::Context(other)) if other == own => {
            Some("a model knows nothing of the other rooms of its context")
        }
        (Layer::Context(_) | Layer::Model(_), Layer::Context(_)) => {
            Some("it comes later in the line of contexts")
        }
        (Layer::Web, _) => Some("the screens import none of our crates but the kernel"),
    }
}

/// `crate-imports`.
pub(super) fn imports(tree: &Tree, report: &mut Report<'_>) {
    for (path, folder, file) in tree.manifests() {
        let Some(from) = layer_of_folder(folder) else { continue };
        if [Layer::Context(CONTEXTS.len()), Layer::Model(CONTEXTS.len())].contains(&from) {
            report.at(path, 1, format!("{folder} has no place in the line of contexts"));
            continue;
        }
        for (table, name, _) in dependencies(&file.text) {
            let dev = table == "dev-dependencies";
            let Some(why) = layer_of_crate(tree, &name).and_then(|to| refusal(from, to, dev)) else {
                continue;
            };
            report.at(
                path,
                line_of_dependency(&file.text, &table, &name),
                format!("{folder} imports {name}: {why}"),
            );
        }
    }
}

/// `workspace-lints`.
pub(super) fn lints(tree: &Tree, report: &mut Report<'_>) {
    for (path, folder, file) in members(tree) {
        let table = file.text.parse::<Table>().unwrap_or_default();
        let taken = table.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
        if taken != Some(true) {
            report.at(path, 1, format!("{folder} does not take the workspace's lints"));
        }
    }
}

/// `workspace-versions`.
pub(super) fn versions(tree: &Tree, report: &mut Report<'_>) {
    for (path, folder, file) in members(tree) {
        for (table, name, value) in dependencies(&file.text) {
            let inherited = value.get("workspace").and_then(Value::as_bool) == Some(true);
            if !inherited {
                let line = line_of_dependency(&file.text, &table, &name);
                report.at(path, line, format!("{folder} gives {name} a version or place of its own"));
            }
        }
    }
}

/// The manifests of workspace members: those in the house and xtask, not the workspaces of their own
/// (`bench`, `fuzz`).
fn members(tree: &Tree) -> impl Iterator<Item = (&str, &str, &crate::tree::File)> {
    tree.manifests().filter(|(_, folder, _)| layer_of_folder(folder).is_some() || *folder == "xtask")
}

/// Every dependency of a manifest: table, name, what is said about it.
fn dependencies(manifest: &str) -> Vec<(String, String, Value)> {
    let root = manifest.parse::<Table>().unwrap_or_default();
    let targets = root.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let tables = targets.filter_map(Value::as_table).chain([&root]);
    tables
        .flat_map(|table| TABLES.iter().filter_map(move |name| Some((name, table.get(*name)?.as_table()?))))
        .flat_map(|(name, entries)| {
            entries
                .iter()
                .map(move |(dependency, value)| ((*name).to_owned(), dependency.clone(), value.clone()))
        })
        .collect()
}

/// The line on which a dependency of a table is written; 1 when the form is an unusual one.
fn line_of_dependency(manifest: &str, table: &str, name: &str) -> usize {
    let mut inside = false;
    for (at, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if header.ends_with(&format!("{table}.{name}")) {
                return at + 1;
            }
            inside = header == table || header.ends_with(&format!(".{table}"));
        } else if inside
            && line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
        {
            return at + 1;
        }
    }
    1
}
