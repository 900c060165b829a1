//! What a rule looks for. The statements that this module doesn't have are in
//! [`innovate_cfn::wafv2::web_acl`], and go together with these.

use innovate_cfn::wafv2::web_acl as waf;
use innovate_core::{Gives, Literal, Str, Text};

use super::action::empty;

pub use innovate_cfn::wafv2::web_acl::{GeoMatchStatementCountryCodes as Country, Statement};

/// The path begins with `prefix`, whatever its case and however it is encoded.
pub fn path_starts_with(prefix: impl Into<Str>) -> Statement {
    path(prefix.into().to_ascii_lowercase(), waf::PositionalConstraint::STARTS_WITH, &LENIENT)
}

/// The path is `path` and nothing more, whatever its case and however it is encoded.
pub fn path_is(whole: impl Into<Str>) -> Statement {
    path(whole.into().to_ascii_lowercase(), waf::PositionalConstraint::EXACTLY, &LENIENT)
}

/// The path leads below `prefix`, as a server sees it that resolves `..` in it: for exceptions, which
/// nobody should get by a detour such as `/uploads/../login`, however it is encoded.
pub(super) fn path_leads_below(prefix: String) -> Statement {
    path(prefix, waf::PositionalConstraint::STARTS_WITH, &RESOLVED)
}

const LENIENT: [Literal<waf::TextTransformationType>; 2] =
    [waf::TextTransformationType::URL_DECODE, waf::TextTransformationType::LOWERCASE];
const RESOLVED: [Literal<waf::TextTransformationType>; 2] =
    [waf::TextTransformationType::URL_DECODE, waf::TextTransformationType::NORMALIZE_PATH];
const STRICT: [Literal<waf::TextTransformationType>; 1] = [waf::TextTransformationType::NONE];

fn path(
    text: String,
    how: Literal<waf::PositionalConstraint>,
    transformations: &[Literal<waf::TextTransformationType>],
) -> Statement {
    let field = waf::FieldToMatch::new().uri_path(empty());
    compare(field, text, how, transformations)
}

fn compare(
    field: waf::FieldToMatch,
    text: impl Gives<Text>,
    how: Literal<waf::PositionalConstraint>,
    transformations: &[Literal<waf::TextTransformationType>],
) -> Statement {
    let transformations: Vec<_> = (0u8..)
        .zip(transformations)
        .map(|(priority, kind)| waf::TextTransformation::new(priority, *kind))
        .collect();
    Statement::new().byte_match_statement(
        waf::ByteMatchStatement::new(field, how, transformations).search_string(text),
    )
}

/// The header `name` is exactly `value`.
pub fn header_is(name: impl Into<Str>, value: impl Gives<Text>) -> Statement {
    let header = waf::FieldToMatchSingleHeader::new(name.into().to_ascii_lowercase());
    let field = waf::FieldToMatch::new().single_header(header);
    compare(field, value, waf::PositionalConstraint::EXACTLY, &STRICT)
}

/// A rule before this one gave the request the label.
pub fn has_label(label: impl Into<Str>) -> Statement {
    let label: Str = label.into();
    Statement::new()
        .label_match_statement(waf::LabelMatchStatement::new(label, waf::LabelMatchScope::LABEL))
}

/// The request doesn't match.
pub fn not(statement: Statement) -> Statement {
    Statement::new().not_statement(waf::NotStatement::new(statement))
}

/// The request matches each of the statements.
pub fn all(statements: impl IntoIterator<Item = Statement>) -> Statement {
    match one(statements) {
        Ok(single) => single,
        Err(several) => Statement::new().and_statement(waf::AndStatement::new(several)),
    }
}

/// The request matches one of the statements.
pub fn any(statements: impl IntoIterator<Item = Statement>) -> Statement {
    match one(statements) {
        Ok(single) => single,
        Err(several) => Statement::new().or_statement(waf::OrStatement::new(several)),
    }
}

/// AWS WAF wants two statements or more where they are combined.
fn one(statements: impl IntoIterator<Item = Statement>) -> Result<Statement, Vec<Statement>> {
    let mut statements: Vec<Statement> = statements.into_iter().collect();
    match statements.pop() {
        Some(single) if statements.is_empty() => Ok(single),
        Some(last) => {
            statements.push(last);
            Err(statements)
        }
        None => Err(statements),
    }
}
