//! What an app doesn't have, though the program has made it or uses it.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::Location,
};

use crate::{
    check::{Diagnostic, Findings, Place},
    manifest::ManifestSet,
    stack::{Address, Leftover, StackModel},
};

/// How many lines a finding shows.
const SHOWN: usize = 3;

/// For each stack that the app doesn't have, the lines that use it, and what each uses.
#[derive(Default)]
pub(super) struct Lacking(BTreeMap<String, BTreeMap<Place, BTreeSet<String>>>);

impl Lacking {
    /// `what` uses a resource of a stack that isn't there.
    pub(super) fn add(
        &mut self,
        target: &Address,
        location: &'static Location<'static>,
        what: &str,
    ) {
        let lines = self.0.entry(target.stack().to_owned()).or_default();
        let uses = lines.entry(location.into()).or_default();
        uses.insert(format!("{what} `{}`", target.path()));
    }

    /// One finding for each stack that is used, however much of it; and one for what was made in the
    /// environments of this app and is in none.
    pub(super) fn report(
        self,
        stacks: &[StackModel],
        manifests: &[ManifestSet],
        findings: &mut Findings,
    ) {
        let sites =
            stacks.iter().map(StackModel::site).chain(manifests.iter().map(ManifestSet::site));
        let mut leftovers = BTreeMap::new();
        for site in sites {
            leftovers.extend(site.leftovers().all());
        }
        for (stack, lines) in self.0 {
            let made = leftovers.remove(&Leftover::Stack(stack.as_str().into()));
            let mut embedded = stacks.iter().flat_map(|other| &other.embedded);
            let template = embedded.any(|one| one.stack.name() == stack);
            findings.report(lacks(&stack, lines, made, template));
        }
        for (leftover, location) in leftovers {
            // One that was made anew under the same name may have taken its place.
            let (what, known, call) = match &leftover {
                Leftover::Stack(name) => (
                    format!("the stack `{name}`"),
                    stacks.iter().any(|stack| stack.name() == &**name),
                    "stack",
                ),
                Leftover::Manifests(cluster) => (
                    format!("these manifests of `{cluster}`"),
                    manifests.iter().any(|set| set.cluster() == &**cluster),
                    "manifests",
                ),
            };
            if !known {
                let verb = if call == "stack" { "is" } else { "are" };
                findings.report(
                    Diagnostic::warning(
                        "STK-08",
                        format!("{what} {verb} made, and not in the app"),
                    )
                    .at(location)
                    .help(format!("add it: `App::new(..).{call}(..)`, or don't make it")),
                );
            }
        }
    }
}

fn lacks(
    stack: &str,
    lines: BTreeMap<Place, BTreeSet<String>>,
    made: Option<&'static Location<'static>>,
    template: bool,
) -> Diagnostic {
    let message = format!("the app doesn't have the stack `{stack}`");
    let help = match template {
        true => format!(
            "`{stack}` is a template that is deployed elsewhere: what it makes has no value here"
        ),
        false => format!("add the stack `{stack}` to the app"),
    };
    let mut finding = Diagnostic::error("REF-01", message).help(help).firm();
    for (place, uses) in lines.into_iter().take(SHOWN) {
        let mut what = uses.first().cloned().unwrap_or_default();
        if uses.len() > 1 {
            what.push_str(&format!(", and {} more", uses.len() - 1));
        }
        finding = match finding.place() {
            None => finding.at(place).given(what),
            Some(_) => finding.related(place, what),
        };
    }
    match made {
        Some(made) => finding.related(made, "the stack is made here"),
        None => finding,
    }
}
