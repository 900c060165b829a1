//! `drift`: what was changed in AWS since it was deployed.

use innovate_core::App;
#[cfg(feature = "deploy")]
use innovate_core::diff::{Snapshot, StackId, StackSnapshot};

use super::{Failure, Outcome, arguments::Drift, place::Home, terminal::Terminal};

/// Looks at the program's stacks, and shows what differs.
#[cfg(feature = "deploy")]
pub(super) fn drift(
    program: impl FnOnce() -> App,
    options: &Drift,
    home: &Home,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    use std::time::Duration;

    use innovate_aws::deploy::Drift as Found;

    use super::{
        aws::{load, runtime},
        list::select,
        source::SourceFiles,
    };

    let app = program();
    let selected = select(app.stack_models(), &options.stacks)?;
    let id = |stack: &&innovate_core::StackModel| StackId {
        name: stack.name().to_owned(),
        account: stack.site().account().to_owned(),
        region: stack.site().region().to_owned(),
    };
    let stacks: Vec<StackId> = selected.iter().map(id).collect();
    let named = stacks.iter().map(|id| StackSnapshot::new(id.clone(), serde_json::Value::Null));
    let places = Snapshot::new(named).with_places(&app);
    let pause = options.pace.poll_every.map_or(Duration::from_secs(2), Duration::from_millis);
    let found = runtime()?.block_on(async {
        let access = load(&options.access).await;
        Found::detect(&access, &stacks, pause).await
    });
    let found = found.located(&places, &SourceFiles::of(home));
    if let Some(failure) = only_failure(&found) {
        return Err(failure);
    }
    if terminal.json {
        let mut document = serde_json::to_value(&found)
            .map_err(|error| Failure::new(format!("the drift can't be written: {error}")))?;
        if let serde_json::Value::Object(document) = &mut document {
            document.insert("summary".to_owned(), found.summary().into());
            document.insert("drifted".to_owned(), found.is_drifted().into());
            document.insert("complete".to_owned(), found.is_complete().into());
        }
        terminal.print_json(&document)?;
    } else {
        terminal.print(&found.to_text(terminal.coloring))?;
    }
    match (found.is_drifted(), found.is_complete()) {
        (true, _) => Ok(Outcome::Findings),
        (false, true) => Ok(Outcome::Good),
        (false, false) => Err(Failure::new(
            "no drift was found, but not everything could be looked at that should have been",
        )),
    }
}

/// Why no stack could be looked at, if it is the same for all, such as credentials.
#[cfg(feature = "deploy")]
fn only_failure(found: &innovate_aws::deploy::Drift) -> Option<Failure> {
    use innovate_aws::deploy::Detection;
    let mut failures = found.stacks.iter().map(|stack| match &stack.detection {
        Detection::Failed { failure } => Some(failure),
        _ => None,
    });
    let first = failures.next()??;
    if !failures.all(|other| other == Some(first)) {
        return None;
    }
    let failure = Failure::new(first.message.clone());
    Some(match &first.help {
        Some(help) => failure.help(help.clone()),
        None => failure,
    })
}

/// Without the feature nothing here knows how to ask.
#[cfg(not(feature = "deploy"))]
pub(super) fn drift(
    _: impl FnOnce() -> App,
    _: &Drift,
    _: &Home,
    _: &Terminal,
) -> Result<Outcome, Failure> {
    Err(super::aws::cannot_ask(""))
}
