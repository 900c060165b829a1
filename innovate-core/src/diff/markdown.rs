//! A difference as Markdown for a pull request.

use std::fmt::Write as _;

use super::{
    Diff, ResourceChange, StackAction,
    property::dotted,
    text::{of_property, of_resource, of_stack, what},
};

impl Diff {
    /// What changes, as Markdown for a pull request: the summary first, then a section a stack, whose
    /// properties are folded. It ends in a line break.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("**{}**\n", self.summary());
        for due in &self.moves {
            let _ = writeln!(text, "\n* move `{}` to `{}` (stack refactor)", due.from, due.to);
        }
        for stack in self.stacks.iter().filter(|stack| stack.action != StackAction::Keep) {
            let _ = writeln!(text, "\n### `{}`{}\n", stack.id.name, of_stack(stack.action));
            let _ = writeln!(text, "Account {}, region {}\n", stack.id.account, stack.id.region);
            for setting in &stack.settings {
                let _ = writeln!(text, "* {}{}", dotted(&setting.path), code(&what(setting)));
            }
            if !stack.resources.is_empty() {
                text.push_str(
                    "| | resource | type | what happens | line |\n|---|---|---|---|---|\n",
                );
                stack.resources.iter().for_each(|found| row(&mut text, found));
            }
            for output in &stack.outputs {
                let verb = match (&output.before, &output.after) {
                    (None, _) => "is new",
                    (_, None) => "goes",
                    _ => "changes",
                };
                let _ = writeln!(text, "\n* output `{}` {verb}", output.name);
            }
            let changed = stack
                .resources
                .iter()
                .filter(|found| !(found.properties.is_empty() && found.attributes.is_empty()));
            for found in changed {
                let _ = writeln!(
                    text,
                    "\n<details><summary><code>{}</code></summary>\n",
                    found.logical_id
                );
                for property in found.properties.iter().chain(&found.attributes) {
                    let path = dotted(&property.path);
                    let words = of_property(property);
                    let words = if words.is_empty() { words } else { format!(" ({words})") };
                    let _ =
                        writeln!(text, "* `{path}`{}{}", code(&what(property)), escaped(&words));
                }
                text.push_str("\n</details>\n");
            }
        }
        text
    }
}

fn row(text: &mut String, found: &ResourceChange) {
    let (mark, words) = of_resource(found);
    let place = found.place.as_ref();
    let place = place.map_or_else(String::new, |at| format!("`{}:{}`", at.file, at.line));
    let _ = writeln!(
        text,
        "| {mark} | `{}` | {} | {} | {place} |",
        found.logical_id,
        found.type_name,
        escaped(&words),
    );
}

/// `: a -> b` with the values as code: of as many backticks as none of them has in a row.
fn code(values: &str) -> String {
    let Some(values) = values.strip_prefix(": ") else { return String::new() };
    let mut fence = String::from("`");
    while values.contains(&fence) {
        fence.push('`');
    }
    let space = if fence.len() > 1 { " " } else { "" };
    format!(": {fence}{space}{values}{space}{fence}")
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
