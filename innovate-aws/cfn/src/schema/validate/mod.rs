//! The walk over a resource's properties, beside what the table asks of them.
//!
//! * `object`, `list`, `scalar`: what is asked of each kind of value,
//! * `combination`: `allOf`, `anyOf`, `oneOf`, `not`, `if`,
//! * `finding`: what is wrong, and where.
//!
//! A value that is known only at deployment passes whatever it can't be held against. Where an answer
//! depends on one, the walk is unsure, and no finding comes of it.

mod combination;
pub(super) mod finding;
mod list;
mod object;
mod scalar;

use finding::{Finding, Path};
use innovate_core::{
    Node, Severity, Str,
    value::{Intrinsic, Items, Pseudo},
};
use object::Entries;
use scalar::Fit;

use super::{
    constraint::{Keyword, Kinds, Schema},
    fact::{ResourceFacts, covers},
    layout::kind,
    table::utf8,
};

/// The codes of findings.
pub(super) mod code {
    pub(crate) const UNKNOWN_TYPE: &str = "SCH-01";
    pub(crate) const UNKNOWN_PROPERTY: &str = "SCH-02";
    pub(crate) const MISSING: &str = "SCH-03";
    pub(crate) const KIND: &str = "SCH-04";
    pub(crate) const ENUM: &str = "SCH-05";
    pub(crate) const FORM: &str = "SCH-06";
    pub(crate) const LENGTH: &str = "SCH-07";
    pub(crate) const RANGE: &str = "SCH-08";
    pub(crate) const ITEMS: &str = "SCH-09";
    pub(crate) const COMBINATION: &str = "SCH-10";
    pub(crate) const REGION: &str = "SCH-11";
    pub(crate) const READ_ONLY: &str = "SCH-12";
    pub(crate) const DEPRECATED: &str = "SCH-13";
}

/// What a walk has found so far.
pub(super) struct Walk {
    /// Whether findings are written out. A quiet walk only asks whether there is one.
    reports: bool,
    failed: bool,
    unsure: bool,
    findings: Vec<Finding>,
    passed: Passed,
}

/// Lists that many resources share, such as the tags that they inherit, each with a schema that it
/// satisfies.
#[derive(Default)]
pub(super) struct Passed(Vec<(Schema, Items)>);

impl Passed {
    fn has(&self, schema: Schema, items: &Items) -> bool {
        self.0.iter().any(|(known, other)| *known == schema && items.is_shared_with(other))
    }

    fn add(&mut self, schema: Schema, items: &Items) {
        // One that isn't shared is seen once.
        if items.is_shared_with(items) {
            self.0.push((schema, items.clone()));
        }
    }
}

/// The findings about the properties of a resource.
pub(super) fn properties(
    facts: ResourceFacts,
    entries: &[(Str, Node)],
    passed: &mut Passed,
) -> Vec<Finding> {
    let mut walk = Walk { passed: std::mem::take(passed), ..Walk::reporting() };
    let path = Path::resource(facts.name());
    walk.check(facts.schema(), Given::Entries(entries), &path);
    advice(&mut walk, facts, entries);
    *passed = walk.passed;
    once(walk.findings)
}

/// The findings without those that say again what another says: where the registry states a rule
/// twice, and an expression where a form has a name.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let same = kept
            .iter_mut()
            .find(|other| (other.code, &other.path) == (finding.code, &finding.path));
        match (finding.code, same) {
            (code::COMBINATION | code::ENUM, Some(_)) => {}
            (code::FORM, Some(other)) if other.is_expression() => *other = finding,
            (code::FORM, Some(_)) if finding.is_expression() => {}
            _ => kept.push(finding),
        }
    }
    kept
}

/// What is checked: a value, or the properties of a resource.
#[derive(Clone, Copy)]
enum Given<'a> {
    Node(&'a Node),
    Entries(&'a [(Str, Node)]),
}

impl<'a> From<&'a Node> for Given<'a> {
    fn from(node: &'a Node) -> Self {
        Self::Node(node)
    }
}

/// Properties that can't be set, and those that shouldn't.
fn advice(walk: &mut Walk, facts: ResourceFacts, entries: &[(Str, Node)]) {
    let whole = Entries(entries);
    let resource = Path::resource(facts.name());
    let mut found: Option<&str> = None;
    // Nothing below what isn't set can be set, and little of what can only be read ever is.
    let begun = |pattern: &&[u8]| {
        let first = pattern.split(|byte| *byte == b'/').next().unwrap_or_default();
        entries.iter().any(|(name, _)| name.as_bytes() == first)
    };
    for pattern in facts.read_only().bytes().filter(begun).map(utf8) {
        let settable = || {
            let mut others = facts.create_only().chain(facts.write_only());
            others.any(|other| covers(other, pattern))
        };
        // Behind `*` the same name may be settable in another form of the item.
        let below = found.is_some_and(|found| covers(found, pattern));
        if !pattern.contains('*') && !below && is_set(whole, pattern) && !settable() {
            found = Some(pattern);
            walk.fail(|| {
                let message = format!("`{pattern}` can be read, but not set");
                let mut finding = Finding::at(code::READ_ONLY, &resource, message)
                    .help(format!("leave `{pattern}` out: AWS decides it"));
                finding.path = pattern.to_owned();
                finding.property = pattern.split('/').next().map(str::to_owned);
                finding
            });
        }
    }
    for pattern in facts.deprecated().bytes().filter(begun).map(utf8) {
        if !pattern.contains('*') && is_set(whole, pattern) {
            walk.fail(|| {
                let message = format!("AWS advises against `{pattern}`");
                let mut finding = Finding::at(code::DEPRECATED, &resource, message)
                    .help("its documentation names what to use instead");
                finding.severity = Severity::Warning;
                finding.path = pattern.to_owned();
                finding.property = pattern.split('/').next().map(str::to_owned);
                finding
            });
        }
    }
}

fn is_set(entries: Entries<'_>, path: &str) -> bool {
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    entries.0.iter().find(|(name, _)| name == first).is_some_and(|(_, node)| match node.at(rest) {
        Some(node) => object::presence(node) != object::Presence::No,
        None => false,
    })
}

impl Walk {
    fn reporting() -> Self {
        Self {
            reports: true,
            failed: false,
            unsure: false,
            findings: Vec::new(),
            passed: Passed::default(),
        }
    }

    fn quiet() -> Self {
        Self { reports: false, ..Self::reporting() }
    }

    const fn is_quiet(&self) -> bool {
        !self.reports
    }

    fn fail(&mut self, finding: impl FnOnce() -> Finding) {
        self.failed = true;
        if self.reports {
            self.findings.push(finding());
        }
    }

    /// Checks a value against a schema.
    fn check<'a>(&mut self, schema: Schema, given: impl Into<Given<'a>>, path: &Path<'_>) {
        if self.failed && self.is_quiet() {
            return;
        }
        match given.into() {
            Given::Node(Node::Intrinsic(intrinsic)) => self.deferred(schema, intrinsic, path),
            // CloudFormation fetches it before the service sees it.
            Given::Node(Node::Text(text)) if is_dynamic(text) => self.unsure = true,
            Given::Node(node) => self.literal(schema, node, path),
            given @ Given::Entries(entries) => self.object(schema, Entries(entries), given, path),
        }
    }

    fn literal(&mut self, schema: Schema, node: &Node, path: &Path<'_>) {
        let kinds = schema.kinds();
        match scalar::fit(kinds, node) {
            Fit::Exact => {}
            // Another alternative may take it as it is.
            Fit::Converted => self.unsure = true,
            Fit::None => {
                self.fail(|| wrong_kind(kinds, word(node), path).given(path, node));
                return;
            }
        }
        match node {
            Node::Map(entries) => self.object(schema, Entries(entries), node.into(), path),
            Node::List(items) => self.items(schema, items, node, path),
            _ => {
                for keyword in schema.keywords() {
                    self.scalar(keyword, node, path);
                }
            }
        }
    }

    /// Looks at a list, unless the same one has satisfied the same schema before.
    fn items(&mut self, schema: Schema, items: &Items, node: &Node, path: &Path<'_>) {
        if self.passed.has(schema, items) {
            return;
        }
        let (found, unsure) = (self.findings.len(), std::mem::take(&mut self.unsure));
        self.list(schema, items, node, path);
        if self.reports && !self.unsure && self.findings.len() == found {
            self.passed.add(schema, items);
        }
        self.unsure |= unsure;
    }

    fn deferred(&mut self, schema: Schema, intrinsic: &Intrinsic, path: &Path<'_>) {
        if let Intrinsic::If { then, otherwise, .. } = intrinsic {
            self.either(schema, then, otherwise, path);
            return;
        }
        let kinds = schema.kinds();
        const SCALAR: u8 = kind::TEXT | kind::INTEGER | kind::NUMBER | kind::BOOLEAN;
        match yields(intrinsic) {
            Yields::Nothing => return,
            Yields::One if !kinds.accepts(SCALAR) => {
                self.fail(|| wrong_kind(kinds, "a single value", path));
            }
            Yields::OneOrMap if !kinds.accepts(SCALAR | kind::OBJECT) => {
                self.fail(|| wrong_kind(kinds, "a single value", path));
            }
            Yields::Many if !kinds.accepts(kind::LIST) => {
                self.fail(|| wrong_kind(kinds, "a list", path));
            }
            _ => {}
        }
        self.unsure |= !schema.is_empty();
        for keyword in schema.keywords() {
            if let Keyword::AllOf(schemas) = keyword {
                for schema in schemas.iter() {
                    self.deferred(schema, intrinsic, path);
                }
            }
        }
    }

    /// Both branches of a condition must be right; for a verdict, one that is wrong leaves it open.
    fn either(&mut self, schema: Schema, then: &Node, otherwise: &Node, path: &Path<'_>) {
        if self.reports {
            self.check(schema, then, path);
            self.check(schema, otherwise, path);
            return;
        }
        let mut branches = [then, otherwise].map(|branch| {
            let mut walk = Self::quiet();
            walk.check(schema, branch, path);
            walk
        });
        let failed = branches.iter().filter(|walk| walk.failed).count();
        self.failed |= failed == branches.len();
        self.unsure |= failed == 1 || branches.iter_mut().any(|walk| walk.unsure);
    }
}

/// Whether a text holds a dynamic reference.
fn is_dynamic(text: &str) -> bool {
    text.as_bytes().contains(&b'{') && text.contains("{{resolve:")
}

/// What a function yields.
enum Yields {
    Nothing,
    One,
    OneOrMap,
    Many,
    /// That is known at deployment.
    Either,
}

fn yields(intrinsic: &Intrinsic) -> Yields {
    match intrinsic {
        Intrinsic::Pseudo(Pseudo::NoValue) => Yields::Nothing,
        Intrinsic::Pseudo(Pseudo::NotificationArns)
        | Intrinsic::Split { .. }
        | Intrinsic::GetAzs(_)
        | Intrinsic::Cidr { .. } => Yields::Many,
        Intrinsic::Reference(reference) if reference.list => Yields::Many,
        // The reference tells of a list, not of a map.
        Intrinsic::Reference(reference) if reference.attribute.is_some() => Yields::OneOrMap,
        Intrinsic::Reference(_)
        | Intrinsic::Pseudo(_)
        | Intrinsic::Concat(_)
        | Intrinsic::Sub { .. }
        | Intrinsic::Join { .. }
        | Intrinsic::Base64(_)
        | Intrinsic::ToJsonString(_) => Yields::One,
        _ => Yields::Either,
    }
}

/// A literal's kind in words.
fn word(node: &Node) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "true or false",
        Node::Integer(_) => "a number",
        Node::Number(_) => "a number with a fraction",
        Node::Text(_) => "text",
        Node::List(_) => "a list",
        Node::Map(_) => "a map",
        Node::Intrinsic(_) => "a value known at deployment",
    }
}

fn wrong_kind(kinds: Kinds, given: &str, path: &Path<'_>) -> Finding {
    let wanted = kinds.describe();
    let message = format!("`{}` takes {wanted}, not {given}", path.subject());
    let finding = Finding::at(code::KIND, path, message);
    if given == "a single value" && kinds.has(kind::LIST) {
        finding.help("put it into a list")
    } else {
        finding
    }
}
