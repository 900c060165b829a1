//! Patterns: ECMA's regular expressions, translated at generation to what the checker can run.
//!
//! * `set`: sets of characters,
//! * `syntax`: the parser, and the writer for regex-lite,
//! * `relaxed.txt`: those of which something is lost in translation,
//! * `translate`: look-around becomes "matches this and not that", a single class becomes a run.

mod set;
mod syntax;
mod translate;

pub(super) use translate::{Term, Translation};

use crate::Result;

/// Patterns that can't be said without look-around, one a line: the checker accepts more than they do.
pub(super) const RELAXED: &str = include_str!("relaxed.txt");

/// Translates a pattern.
pub(super) fn translate(pattern: &str) -> Result<Translation> {
    Ok(translate::translate(&syntax::Syntax::parse(pattern)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(pattern: &str, alternatives: &[&[Term]], exact: bool) {
        match translate(pattern) {
            Ok(translation) => {
                assert_eq!(translation.alternatives, alternatives, "{pattern}");
                assert_eq!(translation.exact, exact, "{pattern}");
            }
            Err(error) => panic!("{pattern}: {error}"),
        }
    }

    fn matches(expression: &str) -> Term {
        Term::Match(expression.to_owned())
    }

    fn refuses(expression: &str) -> Term {
        Term::NoMatch(expression.to_owned())
    }

    #[test]
    fn a_class_alone_is_a_run() {
        let run = |class: &str, min, max| Term::Run { class: class.to_owned(), min, max };
        is("^[a-z-]{1,256}$", &[&[run("--az", 1, Some(256))]], true);
        is("^(?:[a-c])+$", &[&[run("ac", 1, None)]], true);
        is(r"\A[0-9]\Z", &[&[run("09", 1, Some(1))]], true);
    }

    #[test]
    fn a_long_repetition_is_counted() {
        is("^ab[c-d]{1,500}$", &[&[Term::MaxLength(502), matches("^ab[c-d]+$")]], true);
        is("^a[c-d]{0,8}$", &[&[matches("^a[c-d]{0,8}$")]], true);
    }

    #[test]
    fn what_every_text_matches_is_left_out() {
        is("[a-z]*", &[], true);
        is("(?s).*", &[], true);
        is("^(?s).*$", &[], true);
        is(r"^[\s\S]*$", &[], true);
    }

    #[test]
    fn looking_around_becomes_terms_of_their_own() {
        is("^(?!aws:)ab$", &[&[refuses("^(?:aws:)"), matches("^ab$")]], true);
        is("^/(?=a)[ac]b$", &[&[matches("^/a"), matches("^/[ac]b$")]], true);
        is("^ab?(?<!b)$", &[&[refuses("(?:b)$"), matches("^ab?$")]], true);
        is(r"^ab(?![\s\S])", &[&[matches("^ab$")]], true);
        is("^((?!b)ac|de)$", &[&[refuses("^(?:b)"), matches("^ac$")], &[matches("^de$")]], true);
        is(
            "^(?:(?!bc)[a-z])+$",
            &[&[refuses("bc"), Term::Run { class: "az".to_owned(), min: 1, max: None }]],
            true,
        );
    }

    #[test]
    fn what_cannot_be_said_is_left_out_and_told() {
        is("ab(?!c)d", &[&[matches("abd")]], false);
        is(r"^(a|b)-\1$", &[&[matches(r"^(?:a|b)\-(?:a|b)$")]], false);
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for pattern in ["(a", "a)", "[a", "*a", r"\p{Greek}", "[b-a]", r"\q", "(?P<a>b)"] {
            assert!(translate(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn braces_and_hyphens_that_mean_nothing_stand_for_themselves() {
        is("^a{b}$", &[&[matches(r"^a\{b\}$")]], true);
        is(r"^[\d-x]$", &[&[Term::Run { class: "--09xx".to_owned(), min: 1, max: Some(1) }]], true);
    }
}
