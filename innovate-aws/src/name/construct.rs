//! Names that follow from where a construct is.

use innovate_core::{Scope, Site};

/// `<stack>-<path>` in lower case, with hyphens between words: `innovate-prod-data-database`. No two
/// constructs of an account and region share it, and it depends on nothing else in the program.
pub(crate) fn name_of(scope: &Scope<'_>) -> String {
    kebab(&format!("{}/{}", scope.stack_name(), scope.path()))
}

/// What names without a stack's begin with: `<environment>`, and `<environment>-dr` in stacks of the
/// recovery region. So what waits there for the loss of the home region leaves its names to the environment
/// that is then made there.
pub(crate) fn environment_name(site: &Site) -> String {
    let environment = site.environment();
    match site.is_for_recovery() {
        true => format!("{environment}-dr"),
        false => environment.to_owned(),
    }
}

/// `<environment>-<path>`: the same without the stack's id, for names that must be short. Constructs
/// of two stacks can share it.
pub(crate) fn short_name_of(scope: &Scope<'_>) -> String {
    kebab(&format!("{}/{}", environment_name(scope.site()), scope.path()))
}

/// The same with underscores, for what takes no hyphens.
pub(crate) fn underscored(name: &str) -> String {
    name.replace('-', "_")
}

/// Lower case, with hyphens between words.
pub(crate) fn kebab(text: &str) -> String {
    let mut kebab = String::with_capacity(text.len() + 8);
    let mut before = '-';
    for character in text.chars() {
        let word_begins = character.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || before.is_ascii_digit());
        let apart = word_begins || !character.is_ascii_alphanumeric();
        if apart && !kebab.ends_with('-') && !kebab.is_empty() {
            kebab.push('-');
        }
        if character.is_ascii_alphanumeric() {
            kebab.push(character.to_ascii_lowercase());
        }
        before = character;
    }
    kebab.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_stack_and_the_path_in_words() {
        for (text, name) in [
            ("innovate-prod-data/Database", "innovate-prod-data-database"),
            ("innovate-prod-edge/WebAcl", "innovate-prod-edge-web-acl"),
            ("s/Platform/V2Db", "s-platform-v2-db"),
            ("s/DB//x_", "s-db-x"),
        ] {
            assert_eq!(kebab(text), name);
        }
    }
}
