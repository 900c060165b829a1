//! `deploy`: what the program yields is deployed.

#[cfg(not(feature = "deploy"))]
pub(super) use without::deploy;

#[cfg(feature = "deploy")]
pub(super) use with::deploy;

#[cfg(not(feature = "deploy"))]
mod without {
    use innovate_core::App;

    use crate::cli::{
        Failure, Outcome, arguments::Deploy, aws::cannot_ask, place::Home, terminal::Terminal,
    };

    pub(in crate::cli) fn deploy(
        _: impl FnOnce() -> App,
        _: &Deploy,
        _: &Home,
        _: &Terminal,
    ) -> Result<Outcome, Failure> {
        Err(cannot_ask(""))
    }
}

#[cfg(feature = "deploy")]
mod with {
    use std::{
        collections::BTreeSet,
        io::{self, BufRead, IsTerminal, Write},
        time::Duration,
    };

    use innovate_aws::deploy::{Deployer, Event, Outcome as StackOutcome, Summary};
    use innovate_core::{
        App,
        diff::{Snapshot, StackId},
    };
    use serde_json::json;

    use crate::cli::{
        Failure, Outcome,
        arguments::Deploy,
        aws::{deployed, load, runtime},
        gitops::Prepared,
        list,
        output::reason,
        place::Home,
        plan::synthesized,
        terminal::{Terminal, counted},
        verdict::Verdict,
    };

    /// Deploys what the program yields, once the plan is confirmed.
    pub(in crate::cli) fn deploy(
        program: impl FnOnce() -> App,
        options: &Deploy,
        home: &Home,
        terminal: &Terminal,
    ) -> Result<Outcome, Failure> {
        let program = program();
        let selected = list::select(program.stack_models(), &options.stacks)?;
        let selected: Vec<String> = selected.iter().map(|stack| stack.name().to_owned()).collect();
        let Some((app, assembly, after)) = synthesized(program, home, terminal)? else {
            return Ok(Outcome::Findings);
        };
        let gitops = || {
            let folder = options.gitops.as_deref();
            folder.map(|folder| Prepared::new(&assembly, &home.program, folder)).transpose()
        };
        // Better now than after the deployment.
        drop(gitops()?);
        let names: Vec<&str> = selected.iter().map(String::as_str).collect();
        let assembly = assembly.select(&names).map_err(Failure::new)?;
        let chosen = |id: &StackId| assembly.index().stacks.iter().any(|it| it.name == id.name);
        let after = Snapshot::new(after.stacks().filter(|stack| chosen(&stack.id)).cloned());
        let (before, _) = deployed(&after, &options.access)?;
        let verdict = Verdict::of(&before, &after, &options.comparison)?;
        verdict.show(&options.comparison, home, terminal)?;
        if verdict.outcome() != Outcome::Good {
            return Ok(verdict.outcome());
        }
        if !options.yes && !confirmed(terminal)? {
            terminal.findings("nothing was deployed\n");
            return Ok(Outcome::Findings);
        }
        let ids: Vec<StackId> = after.stacks().map(|stack| stack.id.clone()).collect();
        let summary = runtime()?.block_on(async {
            let access = load(&options.access).await;
            let mut deployer = Deployer::new(access, &assembly, &app)?.at_once(options.at_once);
            for refusal in verdict.diff.refusals.iter().filter(|refusal| refusal.by_name) {
                deployer = deployer.lose(&refusal.stack, &*refusal.logical_id);
            }
            for given in &options.parameters {
                let (stack, name, value) = parameter(given, &ids)?;
                deployer = deployer.parameter(stack, name, value);
            }
            if options.revert_drift {
                deployer = deployer.revert_drift();
            }
            if options.continue_rollback {
                let skip: Result<BTreeSet<_>, Failure> = options
                    .skip
                    .iter()
                    .map(|name| named(name, &ids).map(|(stack, id)| (stack.clone(), id.to_owned())))
                    .collect();
                deployer = deployer.continue_rollback(&skip?);
            }
            if let Some(pause) = options.pace.poll_every {
                deployer = deployer.poll_every(Duration::from_millis(pause));
            }
            let mut deployment = deployer.start()?;
            let stop = deployment.stop();
            let interrupted = tokio::spawn(async move {
                let _first = tokio::signal::ctrl_c().await;
                stop.ask();
                let _second = tokio::signal::ctrl_c().await;
            });
            tokio::pin!(interrupted);
            loop {
                let event = tokio::select! {
                    event = deployment.events().next() => event,
                    _ = &mut interrupted => return Err(interruption()),
                };
                let Some(event) = event else { break };
                tell(&event, options.verbose, terminal)?;
            }
            Ok(deployment.finish().await)
        })?;
        sum_up(&summary, terminal)?;
        if summary.is_good()
            && let Some(prepared) = gitops()?
        {
            let published = prepared.commit()?;
            if terminal.json {
                let line = json!({ "event": "gitops", "gitops": published.to_json() });
                terminal.print(&format!("{line}\n"))?;
            } else {
                terminal.print(&published.to_text())?;
            }
        }
        Ok(if summary.is_good() { Outcome::Good } else { Outcome::Findings })
    }

    fn interruption() -> Failure {
        Failure::new("stopped at once; what is under way goes on in CloudFormation")
            .help("the same command watches it to its end, and goes on")
    }

    /// Whether the one at the terminal agrees.
    ///
    /// # Errors
    ///
    /// If nobody is there to ask.
    fn confirmed(terminal: &Terminal) -> Result<bool, Failure> {
        if terminal.json || !io::stdin().is_terminal() {
            return Err(Failure::new("nobody is here to confirm the plan")
                .help("say `--yes` to deploy it without a confirmation"));
        }
        terminal.findings("deploy this? (yes/no) ");
        let _flushed = io::stderr().flush();
        let mut answer = String::new();
        io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(|error| Failure::new(format!("can't read the answer: {}", reason(&error))))?;
        Ok(answer.trim() == "yes")
    }

    /// What `STACK/ID` means.
    fn named<'a>(name: &'a str, stacks: &'a [StackId]) -> Result<(&'a StackId, &'a str), Failure> {
        let found = name.split_once('/').and_then(|(stack, id)| {
            let stack = stacks.iter().find(|it| it.name == stack)?;
            Some((stack, id))
        });
        found.ok_or_else(|| {
            let all: Vec<&str> = stacks.iter().map(|stack| &*stack.name).collect();
            Failure::new(format!("`{name}` names nothing in a stack of the program"))
                .help(format!("write STACK/ID; the stacks are {}", all.join(", ")))
        })
    }

    fn parameter<'a>(
        given: &'a str,
        stacks: &'a [StackId],
    ) -> Result<(&'a StackId, &'a str, &'a str), Failure> {
        let Some((name, value)) = given.split_once('=') else {
            return Err(Failure::new(format!("`{given}` gives no parameter a value"))
                .help("write STACK/NAME=VALUE"));
        };
        let (stack, name) = named(name, stacks)?;
        Ok((stack, name, value))
    }

    fn tell(event: &Event, verbose: bool, terminal: &Terminal) -> Result<(), Failure> {
        if terminal.json {
            let line = serde_json::to_string(event)
                .map_err(|error| Failure::new(format!("an event can't be written: {error}")))?;
            return terminal.print(&format!("{line}\n"));
        }
        match event {
            Event::Begun { stack, operation, resumed } => {
                let again = if *resumed { " (begun before)" } else { "" };
                terminal.print(&format!("{stack}: {} it{again}\n", operation.verb()))
            }
            Event::Warning { stack, logical_id, message, .. } => {
                let id = logical_id.as_ref().map_or_else(String::new, |id| format!(" {id}:"));
                terminal.print(&format!("{stack}: warning:{id} {message}\n"))
            }
            Event::Resource { stack, progress } if verbose => {
                let reason =
                    progress.reason.as_ref().map_or_else(String::new, |it| format!(": {it}"));
                let (id, status) = (&progress.logical_id, &progress.status);
                terminal.print(&format!("{stack}: {id} {status}{reason}\n"))
            }
            Event::Stopping { under_way } => {
                let names: Vec<String> = under_way.iter().map(ToString::to_string).collect();
                let waits = if names.is_empty() {
                    "nothing is under way".to_owned()
                } else {
                    format!("waiting for {}; press Ctrl-C again to leave at once", names.join(", "))
                };
                terminal.findings(&format!("stopping: nothing more begins; {waits}\n"));
                Ok(())
            }
            Event::Ended { stack, outcome, seconds, .. } => {
                terminal.print(&format!("{stack}: {} ({seconds:.0} s)\n", ended(outcome)))
            }
            _ => Ok(()),
        }
    }

    fn ended(outcome: &StackOutcome) -> String {
        match outcome {
            StackOutcome::Created => "created".to_owned(),
            StackOutcome::Updated => "updated".to_owned(),
            StackOutcome::Unchanged => "as it should be".to_owned(),
            StackOutcome::Deleted => "deleted".to_owned(),
            StackOutcome::Imported => "imported".to_owned(),
            StackOutcome::Failed { failure } => {
                let mut text = format!("failed: {failure}");
                for cause in &failure.causes {
                    let place = cause.place.as_ref();
                    let place =
                        place.map_or_else(String::new, |at| format!(" ({}:{})", at.file, at.line));
                    text.push_str(&format!(
                        "\n  {} {}{place}: {}",
                        cause.logical_id, cause.status, cause.reason
                    ));
                }
                if let Some(help) = &failure.help {
                    text.push_str(&format!("\n  help: {help}"));
                }
                text
            }
            StackOutcome::Skipped { because } => {
                format!("skipped: {because} is not as it should be")
            }
            StackOutcome::NotBegun => "not begun".to_owned(),
            _ => "left".to_owned(),
        }
    }

    fn sum_up(summary: &Summary, terminal: &Terminal) -> Result<(), Failure> {
        if terminal.json {
            let line = json!({ "event": "summary", "stacks": summary.stacks });
            return terminal.print(&format!("{line}\n"));
        }
        let good = summary.stacks.iter().filter(|stack| stack.outcome.is_good()).count();
        let all = counted(summary.stacks.len(), "stack");
        terminal.print(&format!("{good} of {all} as they should be\n"))
    }
}
