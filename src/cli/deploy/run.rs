//! Plan, confirmation, deployment, summary.

use std::{collections::BTreeSet, io::BufRead, time::Duration};

use innovate_aws::deploy::Deployer;
use innovate_core::{
    App,
    diff::{Snapshot, StackId},
};
use serde_json::json;

use crate::cli::{
    Failure, Outcome,
    arguments::{Comparison, Deploy},
    aws::{deployed, load, runtime},
    confirm::Answers,
    events::Events,
    gitops::Prepared,
    list,
    place::Home,
    plan::synthesized,
    progress::Display,
    saved,
    source::SourceFiles,
    stacks::Stacks,
    terminal::{Terminal, counted},
    verdict::Verdict,
};

/// Deploys what the program yields, once the plan is confirmed.
pub(in crate::cli) fn deploy(
    program: impl FnOnce() -> App,
    options: &Deploy,
    home: &Home,
    events: &Events<'_>,
) -> Result<Outcome, Failure> {
    let terminal = events.terminal;
    let saved = options.plan.as_deref().map(saved::read).transpose()?;
    let program = program();
    let stacks = Stacks::of(program.stack_models());
    let selected = list::select(program.stack_models(), &options.stacks)?;
    let selected: Vec<String> = selected.iter().map(|stack| stack.name().to_owned()).collect();
    let Some((app, whole, after)) = synthesized(program, home, terminal, "deployed", |findings| {
        events.tell("findings", findings)
    })?
    else {
        return Ok(Outcome::Findings);
    };
    let gitops = || {
        let folder = options.gitops.as_deref();
        folder.map(|folder| Prepared::new(&whole, &home.program, folder)).transpose()
    };
    // Better now than after the deployment.
    drop(gitops()?);
    let names: Vec<&str> = selected.iter().map(String::as_str).collect();
    let assembly = whole.select(&names).map_err(Failure::new)?;
    let chosen = |id: &StackId| assembly.index().stacks.iter().any(|it| it.name == id.name);
    let after = Snapshot::new(after.stacks().filter(|stack| chosen(&stack.id)).cloned());
    let ids: Vec<StackId> = after.stacks().map(|stack| stack.id.clone()).collect();
    let settings = Settings::of(options, &stacks.only(&ids))?;
    let Comparison { replace, delete, .. } = &options.comparison;
    for name in replace.iter().chain(delete) {
        stacks.within(name)?;
    }
    let found = deployed(&after, &options.access)?;
    let before = &found.snapshot;
    if let Some(plan) = &saved {
        let app = &whole.index().app;
        let differences = plan.differences(app, before, &after, &found.stamps);
        if !differences.is_empty() {
            if !terminal.json {
                differences.iter().for_each(|why| terminal.findings(&format!("{why}\n")));
                terminal
                    .findings("nothing was deployed: plan again, and look at what has changed\n");
            }
            return events.refuse(differences.iter().map(|why| json!({ "reason": why })).collect());
        }
    }
    let mut verdict = match &saved {
        Some(plan) => Verdict::of_rest(before, &after, plan),
        None => Verdict::of(before, &after, &stacks, &options.comparison)?,
    };
    show(&verdict, options, home, events)?;
    let mut answers = Answers::of(terminal);
    if !options.yes && saved.is_none() && !verdict.is_stopped() {
        name_losses(&mut verdict, &mut answers, terminal)?;
    }
    if verdict.outcome() != Outcome::Good {
        if !terminal.json {
            terminal.findings("nothing was deployed\n");
        }
        return events.refuse(verdict.reasons());
    }
    let question = format!("deploy {}? Type yes: ", counted(ids.len(), "stack"));
    if !options.yes && !answers.types(&question, "yes", terminal)? {
        terminal.findings("nothing was deployed\n");
        return Ok(Outcome::Findings);
    }
    let sources = SourceFiles::of(home);
    let mut display = Display::new(terminal, sources, options.verbose);
    let summary = runtime()?.block_on(async {
        let access = load(&options.access).await;
        let deployer = Deployer::new(access, &assembly, &app)?
            .at_once(options.at_once)
            .refactors(verdict.diff.refactors.clone());
        let deployer = settings.apply(deployer, verdict.named(&ids));
        let deployer = match &saved {
            Some(plan) => deployer.only(plan),
            None => deployer,
        };
        display.follow(deployer.start()?).await
    })?;
    events.ended(json!(summary.stacks));
    display.sum_up(&summary, |stack, name| is_described(&after, stack, name))?;
    if summary.is_good()
        && let Some(prepared) = gitops()?
    {
        let published = prepared.commit().map_err(|failure| {
            let help = failure.help.clone().map(|help| format!("{help}; ")).unwrap_or_default();
            failure.help(format!(
                "{help}the stacks are deployed, and only this is left: `synth --gitops DIR` makes the commit"
            ))
        })?;
        if terminal.json {
            events.tell("gitops", json!({ "gitops": published.to_json() }))?;
        } else {
            terminal.print(&published.to_text())?;
        }
    }
    Ok(if summary.is_good() { Outcome::Good } else { Outcome::Findings })
}

/// Shows the plan; to machines as the first of the events.
fn show(
    verdict: &Verdict,
    options: &Deploy,
    home: &Home,
    events: &Events<'_>,
) -> Result<(), Failure> {
    if !events.terminal.json {
        return verdict.show(&options.comparison, home, events.terminal);
    }
    events.tell("plan", verdict.document(&SourceFiles::of(home))?)
}

/// Somebody at a terminal may name the resources that hold data and that the plan loses.
fn name_losses<R: BufRead>(
    verdict: &mut Verdict,
    answers: &mut Answers<R>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let unnamed = verdict.unnamed();
    if !answers.is_there() {
        return Ok(());
    }
    for name in unnamed {
        let question =
            format!("`{name}` holds data, which is lost. Type its name if that is meant: ");
        if !answers.types(&question, &name, terminal)? {
            return Ok(());
        }
        verdict.name(name);
    }
    Ok(())
}

/// Whether the program says for people what an output is.
fn is_described(program: &Snapshot, stack: &StackId, output: &str) -> bool {
    let described = || {
        let template = &program.stack(stack)?.template;
        template.get("Outputs")?.get(output)?.get("Description")
    };
    described().is_some()
}

/// What the command line says about the deployment, read before anything is asked of AWS.
struct Settings<'a> {
    parameters: Vec<(StackId, &'a str, &'a str)>,
    skip: BTreeSet<(StackId, String)>,
    options: &'a Deploy,
}

impl<'a> Settings<'a> {
    /// # Errors
    ///
    /// If something is named that no stack of the program has.
    fn of(options: &'a Deploy, stacks: &Stacks) -> Result<Self, Failure> {
        let parameters = options.parameters.iter().map(|given| {
            let Some((name, value)) = given.split_once('=') else {
                return Err(Failure::new(format!("`{given}` gives no parameter a value"))
                    .help("write STACK/NAME=VALUE"));
            };
            let (stack, name) = stacks.within(name)?;
            Ok((stack.clone(), name, value))
        });
        let skip = options.skip.iter().map(|name| {
            let (stack, id) = stacks.within(name)?;
            Ok((stack.clone(), id.to_owned()))
        });
        Ok(Self {
            parameters: parameters.collect::<Result<_, _>>()?,
            skip: skip.collect::<Result<_, Failure>>()?,
            options,
        })
    }

    fn apply<'b>(
        &self,
        mut deployer: Deployer,
        named: impl Iterator<Item = (&'b StackId, &'b str)>,
    ) -> Deployer {
        for (stack, logical_id) in named {
            deployer = deployer.lose(stack, logical_id);
        }
        for (stack, name, value) in &self.parameters {
            deployer = deployer.parameter(stack, *name, *value);
        }
        if self.options.revert_drift {
            deployer = deployer.revert_drift();
        }
        if self.options.stack_policy {
            deployer = deployer.stack_policies();
        }
        if self.options.continue_rollback {
            deployer = deployer.continue_rollback(&self.skip);
        }
        match self.options.pace.poll_every {
            Some(pause) => deployer.poll_every(Duration::from_millis(pause)),
            None => deployer,
        }
    }
}
