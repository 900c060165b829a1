//! `outputs`: what the deployed stacks give.

#[cfg(not(feature = "deploy"))]
pub(super) use without::outputs;

#[cfg(feature = "deploy")]
pub(super) use with::outputs;

#[cfg(not(feature = "deploy"))]
mod without {
    use innovate_core::App;

    use crate::cli::{Failure, Outcome, arguments::Outputs, aws::cannot_ask, terminal::Terminal};

    pub(in crate::cli) fn outputs(_: &App, _: &Outputs, _: &Terminal) -> Result<Outcome, Failure> {
        Err(cannot_ask(""))
    }
}

#[cfg(feature = "deploy")]
mod with {
    use innovate_aws::deploy::{Deployed, DeployedOutput, DeployedStack};
    use innovate_core::{App, check::suggest, diff::StackId};
    use serde_json::{Value, json};

    use crate::cli::{
        Failure, Outcome,
        arguments::Outputs,
        aws::{load, runtime},
        list,
        stacks::Stacks,
        terminal::Terminal,
    };

    /// Shows the outputs of all stacks, of one, or the value of one output.
    pub(in crate::cli) fn outputs(
        app: &App,
        options: &Outputs,
        terminal: &Terminal,
    ) -> Result<Outcome, Failure> {
        let stacks = app.stack_models();
        let ids: Vec<StackId> = match &options.stack {
            Some(name) => vec![Stacks::of(stacks).find(name)?.clone()],
            None => stacks.iter().map(list::id).collect(),
        };
        let deployed = runtime()?.block_on(async {
            let access = load(&options.access).await;
            Deployed::without_templates(&access, &ids).await
        })?;
        let mut missing = Vec::new();
        let mut found = Vec::new();
        for id in &ids {
            match deployed.stacks.get(id) {
                Some(stack) if deployed.standings.get(id).is_some_and(|it| it.has_resources()) => {
                    found.push((id, stack));
                }
                _ => missing.push(id),
            }
        }
        if let Some(name) = &options.name {
            if let Some((id, stack)) = found.first() {
                let value = one(id, stack, name)?;
                if terminal.json {
                    terminal.print_json(&json!(value))?;
                } else {
                    terminal.print(&format!("{}\n", value.value))?;
                }
            }
        } else if terminal.json {
            let stacks: Vec<Value> = found.iter().map(|(id, stack)| as_json(id, stack)).collect();
            terminal.print_json(&json!({ "stacks": stacks, "missing": missing }))?;
        } else {
            let text: String = found.iter().map(|(id, stack)| as_text(id, stack)).collect();
            terminal.print(&text)?;
        }
        for id in &missing {
            terminal.findings(&format!("the stack {id} isn't deployed: it has no outputs\n"));
        }
        Ok(if missing.is_empty() { Outcome::Good } else { Outcome::Findings })
    }

    fn one<'a>(
        id: &StackId,
        stack: &'a DeployedStack,
        name: &str,
    ) -> Result<&'a DeployedOutput, Failure> {
        stack.outputs.get(name).ok_or_else(|| {
            let failure = Failure::new(format!("the stack {id} has no output `{name}`"));
            let known = || stack.outputs.keys().map(String::as_str);
            match suggest::nearest(name, known()) {
                Some(nearest) => failure.help(format!("there is `{nearest}`")),
                None if stack.outputs.is_empty() => failure.help("it has no outputs at all"),
                None => failure.help(format!("it has {}", known().collect::<Vec<_>>().join(", "))),
            }
        })
    }

    fn as_text(id: &StackId, stack: &DeployedStack) -> String {
        if stack.outputs.is_empty() {
            return format!("{id}: no outputs\n");
        }
        let width = stack.outputs.keys().map(String::len).max().unwrap_or(0);
        let mut text = format!("{id}:\n");
        for (name, output) in &stack.outputs {
            text.push_str(&format!("  {name:width$}  {}\n", output.value));
        }
        text
    }

    fn as_json(id: &StackId, stack: &DeployedStack) -> Value {
        json!({
            "name": id.name,
            "account": id.account,
            "region": id.region,
            "arn": stack.arn,
            "status": stack.status,
            "outputs": stack.outputs,
        })
    }
}
