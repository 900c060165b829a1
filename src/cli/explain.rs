//! `explain`: what a code means.

use innovate_core::{Rule, check::suggest};
use serde_json::{Value, json};

use super::{Failure, Outcome, arguments::Explain, terminal::Terminal};
use crate::checks;

pub(super) fn explain(options: &Explain, terminal: &Terminal) -> Result<Outcome, Failure> {
    let rules = checks().rules;
    match &options.code {
        None if terminal.json => {
            terminal.print_json(&Value::Array(rules.iter().map(|rule| as_json(rule)).collect()))?;
        }
        None => {
            let width = rules.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
            let line = |rule: &&Rule| format!("{:width$}  {}\n", rule.code, rule.title);
            terminal.print(&rules.iter().map(line).collect::<String>())?;
        }
        Some(code) => {
            let found = find(code, rules)?;
            if terminal.json {
                terminal.print_json(&Value::Array(vec![as_json(found)]))?;
            } else {
                let Rule { code, title, explanation, .. } = found;
                terminal.print(&format!("{code}: {title}\n\n{}\n", explanation.trim()))?;
            }
        }
    }
    Ok(Outcome::Good)
}

fn find<'a>(code: &str, rules: &[&'a Rule]) -> Result<&'a Rule, Failure> {
    if let Some(found) = rules.iter().find(|rule| rule.code.eq_ignore_ascii_case(code)) {
        return Ok(found);
    }
    let failure = Failure::new(format!("no rule has the code `{code}`"));
    Err(match suggest::nearest(code, rules.iter().map(|rule| rule.code)) {
        Some(nearest) => failure.help(format!("there is `{nearest}`")),
        None => failure.help("`explain` without a code lists all of them"),
    })
}

fn as_json(rule: &Rule) -> Value {
    json!({ "code": rule.code, "title": rule.title, "explanation": rule.explanation.trim() })
}
