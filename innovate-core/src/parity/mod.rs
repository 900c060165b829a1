//! An environment that mirrors another: staging is as production, but for what it says itself.
//!
//! * [`Difference`]: what may differ, and [`Allowed`]: with the reason,
//! * `own`: what is each environment's own, such as its name and its account, and counts as equal,
//! * `compare`: everything else that differs,
//! * here: the findings.

mod allowed;
mod compare;
mod own;

use std::panic::Location;

pub use allowed::{Allowed, Difference};
use compare::{Found, Side};

use crate::{
    app::App,
    check::{Diagnostic, Findings, Registry, suggest},
};

/// What an app mirrors, and how far.
#[derive(Clone, Debug)]
pub(crate) struct Mirror {
    pub(crate) original: App,
    pub(crate) allowed: Vec<Allowed>,
    pub(crate) location: &'static Location<'static>,
}

/// Reports what differs and isn't allowed, and what is allowed and doesn't differ.
pub(crate) fn check(app: &App, mirror: &Mirror, registry: &dyn Registry, findings: &mut Findings) {
    let found = compare::all(app, &mirror.original, registry);
    let mut used = vec![false; mirror.allowed.len()];
    for difference in &found {
        let mut allowed = false;
        for (used, entry) in used.iter_mut().zip(&mirror.allowed) {
            if entry.difference.covers(difference) {
                (*used, allowed) = (true, true);
            }
        }
        if !allowed {
            findings.report(finding(difference, mirror));
        }
    }
    for (used, entry) in used.into_iter().zip(&mirror.allowed) {
        if entry.reason.trim().is_empty() {
            let message = "a difference is allowed without a reason";
            findings.report(
                Diagnostic::error("PAR-03", message)
                    .at(entry.location)
                    .setter("because")
                    .given(&entry.difference)
                    .help("say why the two may differ, for whoever reviews the program"),
            );
        }
        if !used {
            findings.report(idle(entry, app, mirror));
        }
    }
}

/// What is not as in the other environment, and not allowed to be otherwise.
fn finding(difference: &Found<'_>, mirror: &Mirror) -> Diagnostic {
    let original = mirror.original.name();
    let (id, type_name, property) = (&difference.id, &difference.type_name, &difference.property);
    let presence = property.is_empty();
    let finding = match difference.side {
        Side::Ours if presence => format!("`{id}` is not in `{original}`"),
        Side::Theirs if presence => format!("`{id}` of `{original}` is missing here"),
        _ => format!("`{id}` differs from `{original}` in `{property}`"),
    };
    let mut finding = Diagnostic::error("PAR-01", finding).given(&difference.ours);
    if !presence {
        finding = finding
            .property(property.clone())
            .allowed(format!("{}, as in `{original}`", difference.theirs));
    }
    let call = match presence {
        true => format!("Difference::in_presence_of(\"{type_name}\")"),
        false => format!("Difference::in_property(\"{type_name}\", \"{property}\")"),
    };
    finding = finding.help(format!(
        "make the two equal, or say where the app mirrors the other why they may differ: `{call}.because(\"..\")`"
    ));
    difference.place(finding, mirror.location)
}

/// What is allowed and doesn't differ.
fn idle(entry: &Allowed, app: &App, mirror: &Mirror) -> Diagnostic {
    let known = compare::types_of(app).chain(compare::types_of(&mirror.original));
    let known: std::collections::BTreeSet<String> = known.collect();
    let unknown = entry.difference.types().find(|name| !known.contains(*name));
    let finding = Diagnostic::warning(
        "PAR-02",
        format!("nothing that this allows differs from `{}`", mirror.original.name()),
    )
    .at(entry.location)
    .setter("because")
    .given(&entry.difference);
    match unknown.filter(|_| entry.difference.is_single()) {
        Some(name) => match suggest::nearest(name, known.iter().map(String::as_str)) {
            Some(nearest) => finding.help(format!("neither has a `{name}`; there is `{nearest}`")),
            None => finding.help(format!("neither has a `{name}`")),
        },
        None => finding.help("leave it out: it would hide what comes later"),
    }
}
