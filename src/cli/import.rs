//! `import`: existing resources become a stack's own.

#[cfg(feature = "deploy")]
pub(super) use with::import;
#[cfg(not(feature = "deploy"))]
pub(super) use without::import;

#[cfg(not(feature = "deploy"))]
mod without {
    use innovate_core::App;

    use crate::cli::{
        Failure, Outcome, arguments::Import, aws::cannot_ask, events::Events, place::Home,
    };

    pub(in crate::cli) fn import(
        _: impl FnOnce() -> App,
        _: &Import,
        _: &Home,
        _: &Events<'_>,
    ) -> Result<Outcome, Failure> {
        Err(cannot_ask(""))
    }
}

#[cfg(feature = "deploy")]
mod with {
    use std::{collections::BTreeSet, fmt::Write as _, time::Duration};

    use innovate_aws::deploy::{
        Drift, Failure as StackFailure, ImportedResource, Importer, Importing,
    };
    use innovate_core::{
        App,
        diff::{Snapshot, StackId},
    };
    use serde_json::json;

    use crate::cli::{
        Failure, Outcome,
        arguments::Import,
        aws::{load, runtime},
        confirm::Answers,
        events::Events,
        place::Home,
        plan::synthesized,
        progress::Display,
        source::SourceFiles,
        stacks::Stacks,
    };

    /// Imports what is named, once that is confirmed, and looks whether it is as the program says.
    pub(in crate::cli) fn import(
        program: impl FnOnce() -> App,
        options: &Import,
        home: &Home,
        events: &Events<'_>,
    ) -> Result<Outcome, Failure> {
        let terminal = events.terminal;
        let program = program();
        let stacks = Stacks::of(program.stack_models());
        let wanted: Vec<(StackId, String, String)> = options
            .resources
            .iter()
            .map(|given| wanted(given, &stacks))
            .collect::<Result<_, _>>()?;
        if let Some((stack, id, _)) = twice(&wanted) {
            return Err(Failure::new(format!("`{}/{id}` is named twice", stack.name)));
        }
        let Some((app, assembly, after)) =
            synthesized(program, home, terminal, "imported", |findings| {
                events.tell("findings", findings)
            })?
        else {
            return Ok(Outcome::Findings);
        };
        let pause = options.pace.poll_every.map_or(Duration::from_secs(2), Duration::from_millis);
        runtime()?.block_on(async {
            let access = load(&options.access).await;
            let mut importer = Importer::new(access.clone(), &assembly, &app)?.poll_every(pause);
            for (stack, logical_id, identifier) in &wanted {
                importer = importer.resource(stack, logical_id, identifier);
            }
            let plans = match importer.plan().await {
                Ok(plans) => plans,
                Err(failure) if failure.causes.is_empty() => return Err(told(&failure)),
                Err(failure) => return refused(&failure, events),
            };
            if terminal.json {
                events.tell("plan", json!({ "imports": plans }))?;
            } else {
                terminal.print(&text(&plans))?;
            }
            let stacks: Vec<StackId> = plans.iter().map(|plan| plan.stack.clone()).collect();
            if plans.iter().all(|plan| plan.resources.is_empty()) {
                // It may have been seen before that it isn't as the program says, and be so still.
                let found = Drift::detect(&access, &stacks, pause).await;
                return differs(only(found, &wanted), &after, home, events);
            }
            let mut answers = Answers::of(terminal);
            if !options.yes && !answers.types("import this? (yes/no) ", "yes", terminal)? {
                terminal.findings("nothing was imported\n");
                return Ok(Outcome::Findings);
            }
            let mut display = Display::new(terminal, SourceFiles::of(home), options.verbose);
            let summary = display.follow(importer.start()?).await?;
            events.ended(json!(summary.stacks));
            display.sum_up(&summary, |_, _| false)?;
            if !summary.is_good() {
                return Ok(Outcome::Findings);
            }
            let found = Drift::detect(&access, &stacks, pause).await;
            differs(only(found, &wanted), &after, home, events)
        })
    }

    /// What `STACK/ID=IDENTIFIER` means.
    fn wanted(given: &str, stacks: &Stacks) -> Result<(StackId, String, String), Failure> {
        let form = || {
            Failure::new(format!("`{given}` doesn't say what becomes what"))
                .help("write STACK/LOGICAL_ID=IDENTIFIER, such as data/Uploads=my-bucket")
        };
        let (name, identifier) = given.split_once('=').ok_or_else(form)?;
        let (stack, logical_id) = match name.contains('/') {
            true => stacks.within(name)?,
            false => return Err(form()),
        };
        Ok((stack.clone(), logical_id.to_owned(), identifier.to_owned()))
    }

    fn twice(wanted: &[(StackId, String, String)]) -> Option<&(StackId, String, String)> {
        let mut seen = BTreeSet::new();
        wanted.iter().find(|(stack, id, _)| !seen.insert((stack, id)))
    }

    /// Why something can't be imported, each resource with its line.
    fn told(failure: &StackFailure) -> Failure {
        let mut message = failure.message.clone();
        for cause in &failure.causes {
            let place = cause.place.as_ref();
            let place = place.map_or_else(String::new, |at| format!(" ({}:{})", at.file, at.line));
            let _ = write!(message, "\n  {}{place}: {}", cause.logical_id, cause.reason);
        }
        let told = Failure::new(message);
        match &failure.help {
            Some(help) => told.help(help.clone()),
            None => told,
        }
    }

    /// Says why nothing is imported.
    ///
    /// # Errors
    ///
    /// If it can't be written.
    fn refused(failure: &StackFailure, events: &Events<'_>) -> Result<Outcome, Failure> {
        if !events.terminal.json {
            events.terminal.failure(&told(failure));
        }
        let reasons = failure.causes.iter().map(|cause| {
            json!({ "reason": cause.reason, "logicalId": cause.logical_id, "place": cause.place })
        });
        events.refuse(reasons.collect())
    }

    fn text(plans: &[Importing]) -> String {
        let mut text = String::new();
        for plan in plans {
            let new = if plan.new { ", which this makes" } else { "" };
            let _ = writeln!(text, "into {}{new}:", plan.stack);
            for ImportedResource { logical_id, type_name, identifier, place, .. } in &plan.resources
            {
                let parts: Vec<String> =
                    identifier.iter().map(|(key, value)| format!("{key}={value}")).collect();
                let _ = write!(text, "  + {logical_id}  {type_name}  {}", parts.join(","));
                if let Some(place) = place {
                    let _ = write!(text, "  {}:{}", place.file, place.line);
                }
                text.push('\n');
            }
            let bare: Vec<&str> = plan
                .resources
                .iter()
                .filter(|resource| resource.retained_until_deployed)
                .map(|resource| &*resource.logical_id)
                .collect();
            if !bare.is_empty() {
                let _ = writeln!(
                    text,
                    "  retained until the next deployment, since the program sets no deletion policy: {}",
                    bare.join(", ")
                );
            }
            if !plan.done.is_empty() {
                let _ = writeln!(text, "  the stack's own already: {}", plan.done.join(", "));
            }
        }
        text
    }

    /// Of all that was found only what was imported.
    fn only(mut found: Drift, wanted: &[(StackId, String, String)]) -> Drift {
        for stack in &mut found.stacks {
            let id = &stack.stack;
            stack.resources.retain(|resource| {
                wanted.iter().any(|(of, logical, _)| of == id && *logical == resource.logical_id)
            });
        }
        found
    }

    /// Shows in what the imported resources differ from the program.
    fn differs(
        found: Drift,
        program: &Snapshot,
        home: &Home,
        events: &Events<'_>,
    ) -> Result<Outcome, Failure> {
        let terminal = events.terminal;
        let found = found.located(program, &SourceFiles::of(home));
        if terminal.json {
            events.tell("drift", json!({ "drifted": found.is_drifted(), "drift": found }))?;
        } else if found.is_drifted() {
            let text = found.to_text(terminal.coloring);
            terminal.print(&format!(
                "imported, but not as the program says; a deployment doesn't change that by itself:\n{text}"
            ))?;
        } else if found.is_complete() {
            terminal.print(
                "what was imported is as the program says, as far as it can be looked at\n",
            )?;
        } else {
            terminal.print(&found.to_text(terminal.coloring))?;
        }
        let good = !found.is_drifted() && found.is_complete();
        Ok(if good { Outcome::Good } else { Outcome::Findings })
    }
}
