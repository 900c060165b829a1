//! `list`: what the program makes. And which stacks are meant by what the user says.

use innovate_core::{App, StackModel, check::suggest};
use serde_json::{Value, json};

use super::{
    Failure, Outcome,
    arguments::List,
    stacks,
    terminal::{Terminal, counted},
};

pub(super) fn list(app: &App, options: &List, terminal: &Terminal) -> Result<Outcome, Failure> {
    let stacks = select(app.stack_models(), &options.stacks)?;
    let manifests = options.stacks.is_empty();
    if terminal.json {
        terminal.print_json(&as_json(app, &stacks, manifests))?;
    } else {
        terminal.print(&as_text(app, &stacks, manifests))?;
    }
    Ok(Outcome::Good)
}

/// The stacks that are meant: by their names in AWS, or by what follows the environment's name in
/// them. All if nothing is said.
///
/// # Errors
///
/// If no stack has such a name.
pub(super) fn select<'a>(
    stacks: &'a [StackModel],
    names: &[String],
) -> Result<Vec<&'a StackModel>, Failure> {
    if names.is_empty() {
        return Ok(stacks.iter().collect());
    }
    let is = |stack: &StackModel, name: &String| stack.name() == name || short(stack) == name;
    for name in names {
        if !stacks.iter().any(|stack| is(stack, name)) {
            let known = || stacks.iter().flat_map(|stack| [short(stack), stack.name()]);
            let failure = Failure::new(format!("the program has no stack `{name}`"));
            return Err(match suggest::nearest(name, known()) {
                Some(nearest) => failure.help(format!("there is `{nearest}`")),
                None => {
                    let all: Vec<&str> = stacks.iter().map(short).collect();
                    failure.help(format!("it has {}", all.join(", ")))
                }
            });
        }
    }
    let meant = |stack: &&StackModel| names.iter().any(|name| is(stack, name));
    Ok(stacks.iter().filter(meant).collect())
}

/// Which stack it is in AWS.
pub(super) fn id(stack: &StackModel) -> innovate_core::diff::StackId {
    innovate_core::diff::StackId {
        name: stack.name().to_owned(),
        account: stack.site().account().to_owned(),
        region: stack.site().region().to_owned(),
    }
}

/// The stack's name without that of its environment.
fn short(stack: &StackModel) -> &str {
    stacks::short(stack.name(), stack.site().environment())
}

fn as_text(app: &App, stacks: &[&StackModel], manifests: bool) -> String {
    let mut text = String::new();
    for stack in stacks {
        let site = stack.site();
        text.push_str(&format!(
            "stack {} ({}, {}): {}\n",
            stack.name(),
            site.account(),
            site.region(),
            counted(stack.resources().len(), "resource"),
        ));
        let mut resources: Vec<_> = stack.resources().iter().collect();
        resources.sort_by_key(|resource| resource.logical_id());
        let width = resources.iter().map(|found| found.logical_id().len()).max().unwrap_or(0);
        let types = resources.iter().map(|found| found.type_name().len()).max().unwrap_or(0);
        for resource in resources {
            let (id, kind, location) =
                (resource.logical_id(), resource.type_name(), resource.location());
            let (file, line) = (location.file(), location.line());
            text.push_str(&format!("  {id:width$}  {kind:types$}  {file}:{line}\n"));
        }
        text.push('\n');
    }
    for set in app.manifest_sets().iter().filter(|_| manifests) {
        let count = counted(set.manifests().len(), "manifest");
        text.push_str(&format!("cluster {}: {count}\n", set.cluster()));
        let mut lines: Vec<(String, String)> = set
            .manifests()
            .iter()
            .map(|manifest| {
                let (file, line) = (manifest.location().file(), manifest.location().line());
                (manifest.path(), format!("{file}:{line}"))
            })
            .collect();
        lines.sort();
        let width = lines.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
        for (path, place) in lines {
            text.push_str(&format!("  {path:width$}  {place}\n"));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn as_json(app: &App, stacks: &[&StackModel], manifests: bool) -> Value {
    let place = |location: &std::panic::Location<'_>| json!({ "file": location.file(), "line": location.line(), "column": location.column() });
    let stack = |stack: &&StackModel| {
        let resource = |resource: &innovate_core::Resource| {
            json!({
                "logicalId": resource.logical_id(),
                "type": resource.type_name(),
                "path": resource.address().path(),
                "place": place(resource.location()),
            })
        };
        json!({
            "name": stack.name(),
            "environment": stack.site().environment(),
            "stage": stack.site().stage().name(),
            "account": stack.site().account(),
            "region": stack.site().region(),
            "resources": stack.resources().iter().map(resource).collect::<Vec<_>>(),
        })
    };
    let set = |set: &innovate_core::ManifestSet| {
        let manifest = |manifest: &innovate_core::Manifest| {
            json!({
                "path": manifest.path(),
                "apiVersion": manifest.api_version(),
                "kind": manifest.kind(),
                "namespace": manifest.namespace(),
                "name": manifest.name(),
                "place": place(manifest.location()),
            })
        };
        json!({
            "cluster": set.cluster(),
            "manifests": set.manifests().iter().map(manifest).collect::<Vec<_>>(),
        })
    };
    let sets = app.manifest_sets().iter().filter(|_| manifests);
    json!({
        "app": app.name(),
        "stacks": stacks.iter().map(stack).collect::<Vec<_>>(),
        "clusters": sets.map(set).collect::<Vec<_>>(),
    })
}
