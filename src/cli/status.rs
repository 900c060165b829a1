//! `status`: where the program's stacks stand in AWS.

#[cfg(not(feature = "deploy"))]
pub(super) use without::status;

#[cfg(feature = "deploy")]
pub(super) use with::status;

#[cfg(not(feature = "deploy"))]
mod without {
    use innovate_core::App;

    use crate::cli::{Failure, Outcome, arguments::Status, aws::cannot_ask, terminal::Terminal};

    pub(in crate::cli) fn status(
        _: impl FnOnce() -> App,
        _: &Status,
        _: &Terminal,
    ) -> Result<Outcome, Failure> {
        Err(cannot_ask(""))
    }
}

#[cfg(feature = "deploy")]
mod with {
    use innovate_aws::deploy::{Deployed, DeployedStack, FailureCause, Progress, Recent, Standing};
    use innovate_cfn::schema::Registry;
    use innovate_core::{
        App, TemplateFormat,
        check::Place,
        diff::{Diff, Snapshot, StackAction, StackId, StackSnapshot},
    };
    use serde_json::{Value, json};

    use crate::{
        checks,
        cli::{
            Failure, Outcome,
            arguments::Status,
            aws::{load, runtime},
            list,
            terminal::{Terminal, counted},
        },
    };

    /// Shows where the stacks stand. It is good if every stack is there, with nothing under way and its
    /// last operation ended, be that well or rolled back.
    pub(in crate::cli) fn status(
        program: impl FnOnce() -> App,
        options: &Status,
        terminal: &Terminal,
    ) -> Result<Outcome, Failure> {
        let app = program();
        let chosen = list::select(app.stack_models(), &options.stacks)?;
        let chosen: Vec<StackId> = chosen.into_iter().map(list::id).collect();
        let synthesis = app.synth(checks(), TemplateFormat::Json);
        let comparable = synthesis.assembly.is_some();
        let program = match &synthesis.assembly {
            Some(assembly) => Snapshot::of(assembly).map_err(Failure::new)?,
            // What the program would deploy isn't known, but where its stacks are is.
            None => {
                Snapshot::new(chosen.iter().map(|id| StackSnapshot::new(id.clone(), Value::Null)))
            }
        };
        let program = program.with_places(&synthesis.app);
        let is_chosen = |stack: &&StackSnapshot| chosen.contains(&stack.id);
        let program = Snapshot::new(program.stacks().filter(is_chosen).cloned());
        let ids: Vec<StackId> = program.stacks().map(|stack| stack.id.clone()).collect();
        let (deployed, recent) = runtime()?.block_on(async {
            let access = load(&options.access).await;
            let deployed = Deployed::read(&access, &ids).await?;
            let recent = deployed.recent(&access, &program).await?;
            Ok::<_, Failure>((deployed, recent))
        })?;
        let diff = comparable.then(|| Diff::between(&deployed.snapshot, &program, &Registry));
        let stacks: Vec<Line<'_>> = ids
            .iter()
            .map(|id| Line {
                id,
                standing: deployed.standings.get(id).copied().unwrap_or(Standing::Unknown),
                stack: deployed.stacks.get(id),
                recent: recent.get(id),
                template: Template::of(id, diff.as_ref()),
            })
            .collect();
        let good = stacks.iter().filter(|line| line.standing == Standing::Ready).count();
        let all_good = good == stacks.len();
        if terminal.json {
            let stacks: Vec<Value> = stacks.iter().map(Line::to_json).collect();
            terminal.print_json(&json!({
                "good": all_good,
                "programHasErrors": !comparable,
                "stacks": stacks,
            }))?;
        } else {
            let text: String = stacks.iter().map(Line::to_text).collect();
            let all = counted(stacks.len(), "stack");
            terminal.print(&format!("{text}{good} of {all} in good standing\n"))?;
            if !comparable {
                terminal.findings(
                    "the program has errors, so nothing was compared with it; `check` shows them\n",
                );
            }
        }
        Ok(if all_good { Outcome::Good } else { Outcome::Findings })
    }

    /// How the deployed template compares with the program's.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Template {
        Same,
        /// So many resources would change.
        Differs(usize),
        /// There is none to compare with.
        Missing,
        /// The program yields none.
        Unknown,
    }

    impl Template {
        fn of(id: &StackId, diff: Option<&Diff>) -> Self {
            let Some(diff) = diff else { return Self::Unknown };
            let Some(change) = diff.stacks.iter().find(|change| change.id == *id) else {
                return Self::Unknown;
            };
            match change.action {
                StackAction::Create => Self::Missing,
                StackAction::Update => Self::Differs(change.resources.len()),
                StackAction::Keep | StackAction::Leave | StackAction::Delete => Self::Same,
            }
        }

        const fn name(self) -> &'static str {
            match self {
                Self::Same => "same",
                Self::Differs(_) => "differs",
                Self::Missing => "missing",
                Self::Unknown => "unknown",
            }
        }
    }

    /// What is shown of a stack.
    struct Line<'a> {
        id: &'a StackId,
        standing: Standing,
        stack: Option<&'a DeployedStack>,
        recent: Option<&'a Recent>,
        template: Template,
    }

    impl Line<'_> {
        fn to_text(&self) -> String {
            let Some(stack) = self.stack else {
                return format!(
                    "{}: not deployed\n  next: {}\n",
                    self.id,
                    self.next().unwrap_or_default()
                );
            };
            let since = self.recent.and_then(|recent| recent.since.as_ref());
            let changed = stack.updated.as_ref().or(stack.created.as_ref());
            let when = match (since, changed) {
                (Some(since), _) => format!(" since {since}"),
                (None, Some(changed)) => format!(", last changed at {changed}"),
                (None, None) => String::new(),
            };
            let mut text = format!("{}: {}{when}\n", self.id, stack.status);
            let mut say = |what: &str| text.push_str(&format!("  {what}\n"));
            if let Some(reason) = &stack.reason {
                say(&format!("reason: {reason}"));
            }
            if let Some(recent) = self.recent {
                recent.causes.iter().for_each(|cause| say(&failure("failed", cause)));
                let back = recent.rollback_causes.iter();
                back.for_each(|cause| say(&failure("failed in the rollback", cause)));
            }
            for step in self.under_way() {
                let place = shown(step.place.as_ref());
                say(&format!("under way: {} {}{place}", step.logical_id, step.status));
            }
            if self.recent.is_some_and(|recent| !recent.complete) {
                say("only its latest events were read: what happened first is not among them");
            }
            match self.template {
                Template::Same => say("template: as the program's"),
                Template::Differs(0) => {
                    say(
                        "template: not as the program's: outputs or settings change; `plan` shows which",
                    );
                }
                Template::Differs(count) => say(&format!(
                    "template: not as the program's: {} to change; `plan` shows how",
                    counted(count, "resource")
                )),
                Template::Missing | Template::Unknown => {}
            }
            let protection = if stack.termination_protection { "on" } else { "off" };
            let drift = match &stack.drift.checked {
                Some(checked) => format!("{} at {checked}", stack.drift.status),
                None => stack.drift.status.clone(),
            };
            say(&format!("termination protection: {protection}; drift: {drift}"));
            if let Some(next) = self.next() {
                say(&format!("next: {next}"));
            }
            text
        }

        fn to_json(&self) -> Value {
            let mut line = json!({
                "name": self.id.name,
                "account": self.id.account,
                "region": self.id.region,
                "standing": self.standing,
                "good": self.standing == Standing::Ready,
                "template": self.template.name(),
            });
            let Some(object) = line.as_object_mut() else { return line };
            if let Template::Differs(resources) = self.template {
                object.insert("changes".to_owned(), json!(resources));
            }
            if let Some(Value::Object(mut stack)) = self.stack.map(|stack| json!(stack)) {
                // They have a command of their own.
                stack.remove("outputs");
                object.extend(stack);
            }
            if let Some(Value::Object(mut recent)) = self.recent.map(|recent| json!(recent)) {
                recent.insert("underWay".to_owned(), json!(self.under_way()));
                object.extend(recent);
            }
            if let Some(next) = self.next() {
                object.insert("next".to_owned(), json!(next));
            }
            line
        }

        /// What is under way, if anything is: of an operation that has ended, the last event of a resource
        /// may say that something began.
        fn under_way(&self) -> Vec<&Progress> {
            let recent = self.recent.filter(|_| self.standing == Standing::Busy);
            recent.iter().flat_map(|recent| &recent.under_way).collect()
        }

        /// What to do.
        fn next(&self) -> Option<String> {
            let name = &self.id.name;
            let failed = self.recent.is_some_and(|recent| !recent.causes.is_empty());
            Some(match self.standing {
                Standing::Absent | Standing::Review => "`deploy` creates it".to_owned(),
                Standing::Ready if failed => {
                    "its last operation was rolled back: mend what failed, then `deploy`".to_owned()
                }
                Standing::Ready => match self.template {
                    Template::Differs(_) => "`deploy` updates it".to_owned(),
                    _ => return None,
                },
                Standing::Halted => {
                    "it was left as it was when its last operation failed: mend what failed, then `deploy`"
                        .to_owned()
                }
                Standing::Ruined => {
                    "its creation failed: mend what failed, then `deploy`, which deletes what is left and creates it anew"
                        .to_owned()
                }
                Standing::Stuck => {
                    let stuck = self.recent.iter().flat_map(|recent| &recent.rollback_causes);
                    let skip: Vec<String> =
                        stuck.map(|cause| format!("`--skip {name}/{}`", cause.logical_id)).collect();
                    let skip = match skip.as_slice() {
                        [] => format!("`--skip {name}/ID`"),
                        some => some.join(" or "),
                    };
                    format!(
                        "mend what failed in the rollback, then `deploy --continue-rollback`; {skip} leaves a resource that can't be rolled back as it is"
                    )
                }
                Standing::Undeleted => {
                    "mend what failed, then delete it again with `destroy`".to_owned()
                }
                Standing::Busy => "wait until that has ended; a `deploy` of the same program goes on with it if it began it".to_owned(),
                Standing::Unknown => {
                    "its status isn't known here: look at it in the console; a newer version may know it"
                        .to_owned()
                }
            })
        }
    }

    fn failure(what: &str, cause: &FailureCause) -> String {
        let FailureCause { logical_id, status, reason, place, .. } = cause;
        format!("{what}: {logical_id} {status}{}: {reason}", shown(place.as_ref()))
    }

    fn shown(place: Option<&Place>) -> String {
        place.map_or_else(String::new, |at| format!(" ({}:{})", at.file, at.line))
    }
}
