//! Schemas that are made of others.

use super::{
    super::constraint::{Keyword, Schema, Schemas},
    Given, Walk, code,
    finding::{Finding, Path, quoted},
};

/// Whether a value satisfies a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Yes,
    /// That is decided at deployment.
    Maybe,
    No,
}

impl Walk {
    /// Checks one keyword that combines others.
    pub(super) fn combination(&mut self, keyword: Keyword, given: Given<'_>, path: &Path<'_>) {
        match keyword {
            Keyword::AllOf(schemas) => {
                for schema in schemas.iter() {
                    self.check(schema, given, path);
                }
            }
            Keyword::AnyOf(schemas) => {
                let mut best = Verdict::No;
                for schema in schemas.iter() {
                    match verdict(schema, given, path) {
                        Verdict::Yes => return,
                        Verdict::Maybe => best = Verdict::Maybe,
                        Verdict::No => {}
                    }
                }
                match best {
                    Verdict::No => self.none_of(schemas, given, path),
                    _ => self.unsure = true,
                }
            }
            Keyword::OneOf(schemas) => {
                let verdicts = schemas.iter().map(|schema| verdict(schema, given, path));
                let (mut sure, mut possible) = (0, 0);
                for verdict in verdicts {
                    match verdict {
                        Verdict::Yes => sure += 1,
                        Verdict::Maybe => possible += 1,
                        Verdict::No => {}
                    }
                }
                match (sure, possible) {
                    (0, 0) => self.none_of(schemas, given, path),
                    (1, 0) => {}
                    (0 | 1, _) => self.unsure = true,
                    _ => self.several_of(schemas, given, path),
                }
            }
            Keyword::Not(schema) => match verdict(schema, given, path) {
                Verdict::Yes => self.fail(|| {
                    let subject = path.subject();
                    let finding = Finding::at(
                        code::COMBINATION,
                        path,
                        format!("`{subject}` has a value that its service refuses"),
                    )
                    .given(path, given);
                    let refused = schema.keywords().find_map(|keyword| match keyword {
                        Keyword::Enum(values) => Some(quoted(values.texts(), "and")),
                        _ => None,
                    });
                    match refused {
                        Some(values) => finding.allowed(format!("anything but {values}")),
                        None => finding,
                    }
                }),
                Verdict::Maybe => self.unsure = true,
                Verdict::No => {}
            },
            Keyword::If { condition, then, otherwise } => match verdict(condition, given, path) {
                Verdict::Yes => self.check(then, given, path),
                Verdict::No => self.check(otherwise, given, path),
                Verdict::Maybe => self.unsure = true,
            },
            _ => {}
        }
    }

    /// No alternative accepts the value: names the properties of which one is missing, or says what
    /// is wrong by the alternative that comes nearest.
    fn none_of(&mut self, schemas: Schemas, given: Given<'_>, path: &Path<'_>) {
        if self.is_quiet() {
            self.failed = true;
            return;
        }
        let mut all: Vec<Vec<Finding>> = Vec::new();
        for schema in schemas.iter() {
            let mut walk = Self::reporting();
            walk.check(schema, given, path);
            all.push(walk.findings);
        }
        let here = path.to_string();
        let lacks = |finding: &Finding| finding.code == code::MISSING && finding.path == here;
        if all.len() > 1 && all.iter().flatten().all(lacks) {
            let subject = path.subject();
            self.fail(|| {
                let names = schemas.iter().map(|schema| required(schema).collect::<Vec<_>>());
                let names: Vec<Vec<&str>> = names.collect();
                if names.iter().all(|names| names.len() == 1) {
                    let names = quoted(names.concat(), "or");
                    return Finding::at(
                        code::COMBINATION,
                        path,
                        format!("`{subject}` needs {names}"),
                    )
                    .help("set one of them");
                }
                let forms: Vec<String> =
                    names.into_iter().map(|names| quoted(names, "and")).collect();
                Finding::at(
                    code::COMBINATION,
                    path,
                    format!("`{subject}` lacks what one of its forms requires"),
                )
                .allowed(format!("with {}", forms.join("; or with ")))
            });
            return;
        }
        let forms = |findings: &Vec<Finding>| match findings.as_slice() {
            [finding] if finding.code == code::FORM && finding.path == here => {
                finding.allowed.clone()
            }
            _ => None,
        };
        if let Some(forms) = all.iter().map(forms).collect::<Option<Vec<String>>>()
            && forms.len() > 1
        {
            let subject = path.subject();
            self.fail(|| {
                Finding::at(
                    code::FORM,
                    path,
                    format!("`{subject}` has a form that its service refuses"),
                )
                .given(path, given)
                .allowed(forms.join("; or "))
            });
            return;
        }
        if let Some(nearest) = all.into_iter().min_by_key(Vec::len) {
            self.failed = true;
            self.findings.extend(nearest);
        }
    }

    /// More than one alternative accepts the value, and only one may.
    fn several_of(&mut self, schemas: Schemas, given: Given<'_>, path: &Path<'_>) {
        self.fail(|| {
            let accepting =
                schemas.iter().filter(|schema| verdict(*schema, given, path) == Verdict::Yes);
            let mut names: Vec<&str> = accepting.flat_map(required).collect();
            names.sort_unstable();
            names.dedup();
            let subject = path.subject();
            if names.is_empty() {
                let message = format!("`{subject}` has two of its forms at once");
                return Finding::at(code::COMBINATION, path, message).given(path, given);
            }
            let message = format!("{} exclude each other", quoted(names, "and"));
            let forms = schemas.iter().map(|schema| quoted(required(schema), "and"));
            let forms: Vec<String> = forms.filter(|form| !form.is_empty()).collect();
            Finding::at(code::COMBINATION, path, message)
                .allowed(format!("either {}", forms.join("; or ")))
        });
    }
}

fn required(schema: Schema) -> impl Iterator<Item = &'static str> {
    schema
        .keywords()
        .filter_map(|keyword| match keyword {
            Keyword::Required(names) => Some(names.texts()),
            _ => None,
        })
        .flatten()
}

fn verdict(schema: Schema, given: Given<'_>, path: &Path<'_>) -> Verdict {
    let mut walk = Walk::quiet();
    walk.check(schema, given, path);
    match (walk.failed, walk.unsure) {
        (true, _) => Verdict::No,
        (false, true) => Verdict::Maybe,
        (false, false) => Verdict::Yes,
    }
}
