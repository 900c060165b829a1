//! From a pattern to what the checker runs: it looks around nowhere, and says the same.

use std::collections::BTreeMap;

use super::{
    set::Set,
    syntax::{Bound, Syntax, ranges},
};

/// One thing that a text must satisfy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Term {
    /// It matches an expression somewhere.
    Match(String),
    /// It matches an expression nowhere.
    NoMatch(String),
    /// It consists of characters of a class alone.
    Run {
        /// First and last character of each range, one pair after the other.
        class: String,
        /// The least number of characters.
        min: u32,
        /// The greatest, if there is one.
        max: Option<u32>,
    },
    /// It has no more characters than this.
    MaxLength(u32),
}

/// A pattern as the checker runs it: all terms of one alternative must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Translation {
    /// The alternatives; empty if every text matches.
    pub(in super::super) alternatives: Vec<Vec<Term>>,
    /// Whether it says the same as the pattern. Otherwise it accepts more.
    pub(in super::super) exact: bool,
}

/// The bound from which a repetition of one class is counted instead of unrolled: regex-lite
/// compiles a state for each time.
const UNROLLED: u32 = 32;

pub(super) fn translate(syntax: &Syntax) -> Translation {
    let mut exact = true;
    let mut groups = BTreeMap::new();
    let syntax = without_backreferences(syntax, &mut groups, &mut exact);
    let alternatives = if syntax.looks() {
        alternatives(&syntax)
    } else {
        match &syntax {
            Syntax::Alternate(_) => vec![vec![syntax]],
            _ => alternatives(&syntax),
        }
    };
    let mut translated = Vec::new();
    for mut parts in alternatives {
        if let Some(Syntax::Look { behind: false, negated: false, inner }) = parts.first()
            && begins_at_start(inner)
        {
            parts.insert(0, Syntax::Start);
        }
        let terms = terms(&parts, &mut exact);
        if terms.is_empty() {
            return Translation { alternatives: Vec::new(), exact };
        }
        translated.push(terms);
    }
    Translation { alternatives: translated, exact }
}

fn begins_at_start(syntax: &Syntax) -> bool {
    match syntax {
        Syntax::Start => true,
        Syntax::Group(_, inner) => begins_at_start(inner),
        Syntax::Concat(parts) => parts.first().is_some_and(begins_at_start),
        _ => false,
    }
}

/// A backreference becomes the group itself, which may match something else.
fn without_backreferences(
    syntax: &Syntax,
    groups: &mut BTreeMap<usize, Syntax>,
    exact: &mut bool,
) -> Syntax {
    match syntax {
        Syntax::Backreference(number) => {
            *exact = false;
            groups.get(number).cloned().unwrap_or_else(|| Syntax::Concat(Vec::new()))
        }
        Syntax::Group(number, inner) => {
            let group = Syntax::Group(None, Box::new(without_backreferences(inner, groups, exact)));
            if let Some(number) = number {
                groups.insert(*number, group.clone());
            }
            group
        }
        Syntax::Concat(parts) => Syntax::Concat(
            parts.iter().map(|part| without_backreferences(part, groups, exact)).collect(),
        ),
        Syntax::Alternate(parts) => Syntax::Alternate(
            parts.iter().map(|part| without_backreferences(part, groups, exact)).collect(),
        ),
        Syntax::Repeat { inner, min, max } => Syntax::Repeat {
            inner: Box::new(without_backreferences(inner, groups, exact)),
            min: *min,
            max: *max,
        },
        other => other.clone(),
    }
}

/// The alternatives, each as a list of parts: groups that don't matter are opened, and those whose
/// alternatives look around are multiplied out.
fn alternatives(syntax: &Syntax) -> Vec<Vec<Syntax>> {
    match syntax {
        Syntax::Alternate(parts) => parts.iter().flat_map(alternatives).collect(),
        Syntax::Group(_, inner) => alternatives(inner),
        Syntax::Concat(parts) => {
            let mut all = vec![Vec::new()];
            for part in parts {
                let opened = match part {
                    Syntax::Group(..) | Syntax::Concat(_)
                        if !part.any(&|inner| *inner == Syntax::AnyCase) =>
                    {
                        alternatives(part)
                    }
                    _ => vec![vec![part.clone()]],
                };
                let opened = if opened.len() == 1 || part.looks() {
                    opened
                } else {
                    vec![vec![part.clone()]]
                };
                all = all
                    .iter()
                    .flat_map(|before| {
                        opened.iter().map(move |after| [before.as_slice(), after].concat())
                    })
                    .collect();
            }
            all
        }
        other => vec![vec![other.clone()]],
    }
}

/// What a text must satisfy to match the parts one after the other; nothing if every text does.
fn terms(parts: &[Syntax], exact: &mut bool) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut kept: Vec<Syntax> = Vec::new();
    let anchored =
        parts.iter().find(|part| !matches!(part, Syntax::Look { .. })) == Some(&Syntax::Start);
    for (index, part) in parts.iter().enumerate() {
        let rest = parts.get(index + 1..).unwrap_or_default();
        match part {
            Syntax::Look { behind: false, negated: true, inner }
                if rest.is_empty() && matches!(&**inner, Syntax::One(set) if set.is_all()) =>
            {
                kept.push(Syntax::End);
            }
            Syntax::Look { behind: false, negated, inner }
                if anchored && !inner.looks() && kept.iter().all(|part| part.width().is_some()) =>
            {
                terms.extend(looked_ahead(&kept, inner, *negated));
            }
            Syntax::Look { behind: true, negated, inner }
                if rest == [Syntax::End] && !inner.looks() =>
            {
                let at_end = Syntax::Concat(vec![Syntax::Group(None, inner.clone()), Syntax::End]);
                terms.push(sought(&at_end, *negated));
            }
            Syntax::Repeat { inner, min, max } if inner.looks() => {
                let tempered = tempered(inner).filter(|_| {
                    rest == [Syntax::End] && kept.iter().all(|part| *part == Syntax::Start)
                });
                let inner = match tempered {
                    Some((refused, one)) if anchored => {
                        terms.push(sought(refused, true));
                        Box::new(one.clone())
                    }
                    _ => {
                        *exact = false;
                        inner.clone()
                    }
                };
                kept.push(Syntax::Repeat { inner, min: *min, max: *max });
            }
            Syntax::Look { .. } => *exact = false,
            part => {
                *exact &= !part.looks();
                kept.push(part.clone());
            }
        }
    }
    terms.extend(simplified(kept));
    terms
}

/// `(?:(?!refused)one)`.
fn tempered(syntax: &Syntax) -> Option<(&Syntax, &Syntax)> {
    let Syntax::Group(_, inner) = syntax else { return None };
    let Syntax::Concat(parts) = &**inner else { return None };
    let [Syntax::Look { behind: false, negated: true, inner: refused }, one] = parts.as_slice()
    else {
        return None;
    };
    let mut one = one;
    while let Syntax::Group(_, inner) = one {
        one = inner;
    }
    let fits = matches!(one, Syntax::One(_)) && !refused.looks() && !refused.is_always_true();
    fits.then_some((&**refused, one))
}

/// The term for a look ahead at a place that is a fixed number of characters from the start.
fn looked_ahead(before: &[Syntax], inner: &Syntax, negated: bool) -> Option<Term> {
    let mut parts = vec![Syntax::Start];
    parts.extend(before.iter().filter(|part| **part != Syntax::Start).cloned());
    parts.push(Syntax::Group(None, Box::new(inner.clone())));
    if negated {
        return Some(sought(&Syntax::Concat(parts), true));
    }
    let mut flat = alternatives(&Syntax::Concat(parts));
    match (flat.len(), flat.pop()) {
        (1, Some(parts)) => match simplified(parts).as_slice() {
            [term] => Some(term.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Matches somewhere, or nowhere.
fn sought(syntax: &Syntax, negated: bool) -> Term {
    let mut expression = String::new();
    if negated {
        syntax.write(Bound::Least, &mut expression);
        Term::NoMatch(expression)
    } else {
        syntax.write(Bound::Most, &mut expression);
        Term::Match(expression)
    }
}

/// The terms for parts that don't look around.
fn simplified(mut parts: Vec<Syntax>) -> Vec<Term> {
    while matches!(parts.as_slice(), [Syntax::Start, Syntax::Start, ..]) {
        parts.remove(0);
    }
    while matches!(parts.as_slice(), [.., Syntax::End, Syntax::End]) {
        parts.pop();
    }
    if let [Syntax::Start, one, Syntax::End] = parts.as_slice()
        && let Some((set, min, max)) = run(one)
    {
        if min == 0 && max.is_none() && set.is_all() {
            return Vec::new();
        }
        let class = ranges(set, Bound::Most)
            .pairs()
            .into_iter()
            .flat_map(|(first, last)| [first, last])
            .collect();
        return vec![Term::Run { class, min, max }];
    }
    let mut terms = Vec::new();
    if let Some(longest) = counted(&mut parts) {
        terms.push(Term::MaxLength(longest));
    }
    let whole = Syntax::Concat(parts);
    if !whole.is_always_true() {
        terms.push(sought(&whole, false));
    }
    terms
}

/// One class, once or repeated.
fn run(syntax: &Syntax) -> Option<(&Set, u32, Option<u32>)> {
    match syntax {
        Syntax::One(set) => Some((set, 1, Some(1))),
        Syntax::Group(_, inner) => run(inner),
        Syntax::Repeat { inner, min, max } => match run(inner)? {
            (set, 1, Some(1)) => Some((set, *min, *max)),
            _ => None,
        },
        _ => None,
    }
}

/// Between the start and the end, the one part of which there may be many is left unbounded, and
/// the length of the whole is bounded instead.
fn counted(parts: &mut [Syntax]) -> Option<u32> {
    let [Syntax::Start, middle @ .., Syntax::End] = parts else { return None };
    let fixed: u32 = middle.iter().filter_map(Syntax::width).sum();
    let mut variable = middle.iter_mut().filter(|part| part.width().is_none());
    let (Some(part), None) = (variable.next(), variable.next()) else { return None };
    let (set, min, max) = run(part)?;
    let longest = max.filter(|max| *max > UNROLLED)?;
    *part = Syntax::Repeat { inner: Box::new(Syntax::One(set.clone())), min, max: None };
    Some(fixed + longest)
}
