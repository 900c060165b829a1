//! `SET-04`: a StackSet gives the parameters that its template has.

use innovate_core::{Rule, check::Check};

/// `SET-04`.
pub static PARAMETER_HAS_A_VALUE: Rule = Rule {
    code: "SET-04",
    title: "a StackSet gives the parameters that its template has",
    explanation: "CloudFormation refuses a StackSet that gives a parameter which its template doesn't have, and \
one that gives no value to a parameter without a default.\n\nSource: \"CreateStackSet\", AWS \
CloudFormation API Reference.",
    check: Check::Elsewhere,
};
