//! Patterns, compiled when they are first used.

use std::sync::OnceLock;

use regex_lite::Regex;

use super::{
    layout::term,
    table::{self, Cursor},
};

/// All patterns that were used, by number.
static COMPILED: OnceLock<Box<[OnceLock<Pattern>]>> = OnceLock::new();

/// What a text must satisfy: all terms of one alternative.
#[derive(Debug)]
struct Pattern(Box<[Box<[Term]>]>);

#[derive(Debug)]
enum Term {
    Match(Regex),
    NoMatch(Regex),
    Run {
        class: Class,
        min: usize,
        max: usize,
    },
    MaxLength(usize),
    /// An expression that doesn't compile; the tests see that there is none.
    Unknown,
}

/// A set of characters: bits for ASCII, ranges for the others.
#[derive(Debug)]
struct Class {
    ascii: u128,
    others: Box<[(char, char)]>,
}

/// Whether a text matches the pattern with a number.
pub(super) fn matches(number: usize, text: &str) -> bool {
    let compiled =
        COMPILED.get_or_init(|| (0..table::pattern_count()).map(|_| OnceLock::new()).collect());
    let Some(slot) = compiled.get(number) else { return true };
    slot.get_or_init(|| Pattern::compile(number)).matches(text)
}

/// The pattern as the registry has it.
pub(super) fn source(number: usize) -> &'static str {
    table::pattern_at(number).map_or("", |mut cursor| cursor.text())
}

impl Pattern {
    fn compile(number: usize) -> Self {
        let Some(mut cursor) = table::pattern_at(number) else { return Self([].into()) };
        cursor.id();
        let alternatives = cursor.count();
        Self(
            (0..alternatives)
                .map(|_| {
                    let terms = cursor.count();
                    (0..terms).map(|_| Term::compile(&mut cursor)).collect()
                })
                .collect(),
        )
    }

    fn matches(&self, text: &str) -> bool {
        self.0.is_empty()
            || self.0.iter().any(|terms| terms.iter().all(|term| term.holds_for(text)))
    }
}

impl Term {
    fn compile(cursor: &mut Cursor) -> Self {
        match cursor.byte() {
            term::MATCH => Regex::new(cursor.text()).map_or(Self::Unknown, Self::Match),
            term::NO_MATCH => Regex::new(cursor.text()).map_or(Self::Unknown, Self::NoMatch),
            term::RUN => Self::Run {
                class: Class::new(cursor.text()),
                min: cursor.count(),
                max: cursor.count().checked_sub(1).unwrap_or(usize::MAX),
            },
            term::MAX_LENGTH => Self::MaxLength(cursor.count()),
            _ => Self::Unknown,
        }
    }

    fn holds_for(&self, text: &str) -> bool {
        match self {
            Self::Match(regex) => regex.is_match(text),
            Self::NoMatch(regex) => !regex.is_match(text),
            Self::Run { class, min, max } => {
                let mut count = 0;
                let all = text.chars().all(|character| {
                    count += 1;
                    class.has(character)
                });
                all && (*min..=*max).contains(&count)
            }
            Self::MaxLength(max) => text.len() <= *max || text.chars().count() <= *max,
            Self::Unknown => true,
        }
    }
}

impl Class {
    /// From pairs of first and last characters.
    fn new(pairs: &str) -> Self {
        let (mut ascii, mut others) = (0, Vec::new());
        let mut characters = pairs.chars();
        while let (Some(first), Some(last)) = (characters.next(), characters.next()) {
            for code in u32::from(first)..=u32::from(last).min(0x7F) {
                ascii |= 1_u128 << code;
            }
            if !last.is_ascii() {
                others.push((first, last));
            }
        }
        Self { ascii, others: others.into() }
    }

    fn has(&self, character: char) -> bool {
        if character.is_ascii() {
            self.ascii >> u32::from(character) & 1 == 1
        } else {
            self.others.iter().any(|(first, last)| (first..=last).contains(&&character))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for number in 0..table::pattern_count() {
            let pattern = Pattern::compile(number);
            assert!(!pattern.0.is_empty(), "{number}: `{}` is empty", source(number));
            for term in pattern.0.iter().flatten() {
                assert!(!matches!(term, Term::Unknown), "{number}: `{}`", source(number));
            }
        }
    }

    fn find(pattern: &str) -> usize {
        (0..table::pattern_count())
            .find(|number| source(*number) == pattern)
            .unwrap_or_else(|| panic!("the registry no longer has {pattern}"))
    }

    #[test]
    fn patterns_mean_what_they_mean_to_the_registry() {
        for (pattern, good, bad) in [
            // Unanchored, as ECMA searches.
            (r"[\p{L}\p{Z}\p{N}_.:\/=+\-@]+", vec!["a", "!a", "été"], vec!["!", ""]),
            // A look ahead from the start.
            (r"^(?!aws:).+$", vec!["a", "my:aws:"], vec!["aws:a", ""]),
            (
                r"^(?!svc-)(?![-])(?!.*[-]$)(?!.*[-]{2})[a-z0-9-]+$",
                vec!["a-b", "svc"],
                vec!["svc-a", "-a", "a-", "a--b", "A"],
            ),
            // At a fixed distance from it.
            (r"^/(?!.*\.\.)[a-zA-Z0-9/_.\-]+$", vec!["/a.b"], vec!["/a..b", "a"]),
            // A look behind before the end.
            (r"^[0-9A-Za-z\.\-_]*(?<!\.)$", vec!["a.b", ""], vec!["a.", "a b"]),
            // One that a repetition repeats.
            (r"^(?:(?!\$\{[a-zA-Z]+:)[\P{C}])+$", vec!["${a}", "a"], vec!["${a:b}", "x${b:", ""]),
            // Long runs are counted.
            (r"^[\s\S]{1,100}$", vec!["a\nb"], vec![""]),
        ] {
            let Some(number) =
                (0..table::pattern_count()).find(|number| source(*number) == pattern)
            else {
                panic!("the registry no longer has {pattern}");
            };
            for text in good {
                assert!(matches(number, text), "{pattern} refuses {text:?}");
            }
            for text in bad {
                assert!(!matches(number, text), "{pattern} accepts {text:?}");
            }
        }
        assert!(!matches(find(r"^[\s\S]{1,100}$"), &"é".repeat(101)));
        assert!(matches(find(r"^[\s\S]{1,100}$"), &"é".repeat(100)));
    }
}
