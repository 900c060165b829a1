//! The syntax of a pattern: parsed from ECMA's, and written as regex-lite reads it.

use std::iter::Peekable;

use super::set::{Ranges, Set};
use crate::Result;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// One character of a set.
    One(Set),
    /// `^`, and `\A`.
    Start,
    /// `$`, and `\Z`.
    End,
    /// `\b`, or `\B` if negated.
    WordBoundary {
        /// Whether it is `\B`.
        negated: bool,
    },
    /// `(?=..)`, `(?!..)`, `(?<=..)`, `(?<!..)`.
    Look {
        /// Whether it looks back.
        behind: bool,
        /// Whether it must not match.
        negated: bool,
        /// What it looks for.
        inner: Box<Syntax>,
    },
    /// One after the other.
    Concat(Vec<Syntax>),
    /// One or the other.
    Alternate(Vec<Syntax>),
    /// A group; its number, if it captures.
    Group(Option<usize>, Box<Syntax>),
    /// `inner` as often as from `min` to `max` times.
    Repeat {
        /// What is repeated.
        inner: Box<Syntax>,
        /// The least number of times.
        min: u32,
        /// The greatest, if there is one.
        max: Option<u32>,
    },
    /// What a group captured.
    Backreference(usize),
    /// `(?i)`: the rest of the group without regard to case.
    AnyCase,
}

/// Which of the two sets of a class is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// At least what the class means.
    Most,
    /// At most what the class means.
    Least,
}

impl Syntax {
    /// Parses a pattern.
    pub(super) fn parse(pattern: &str) -> Result<Self> {
        let mut parser = Parser { rest: pattern.chars().peekable(), groups: 0, any: Set::any() };
        let syntax = parser.alternate()?;
        match parser.rest.next() {
            None => Ok(syntax),
            Some(character) => Err(format!("`{character}` closes nothing").into()),
        }
    }

    /// The parts.
    fn children(&self) -> &[Self] {
        match self {
            Self::Concat(parts) | Self::Alternate(parts) => parts,
            Self::Group(_, inner) | Self::Repeat { inner, .. } | Self::Look { inner, .. } => {
                std::slice::from_ref(inner)
            }
            _ => &[],
        }
    }

    /// Whether this or any part of it is so.
    pub(super) fn any(&self, is: &impl Fn(&Self) -> bool) -> bool {
        is(self) || self.children().iter().any(|part| part.any(is))
    }

    /// Whether it looks ahead or behind.
    pub(super) fn looks(&self) -> bool {
        self.any(&|part| matches!(part, Self::Look { .. }))
    }

    /// The number of characters that it takes, if that is always the same.
    pub(super) fn width(&self) -> Option<u32> {
        match self {
            Self::One(_) => Some(1),
            Self::Start | Self::End | Self::WordBoundary { .. } | Self::AnyCase => Some(0),
            Self::Look { .. } => Some(0),
            Self::Concat(parts) => parts.iter().map(Self::width).sum(),
            Self::Alternate(parts) => {
                let mut widths = parts.iter().map(Self::width);
                let first = widths.next()??;
                widths.all(|width| width == Some(first)).then_some(first)
            }
            Self::Group(_, inner) => inner.width(),
            Self::Repeat { inner, min, max } => {
                let width = inner.width()?;
                (*max == Some(*min)).then_some(width * min)
            }
            Self::Backreference(_) => None,
        }
    }

    /// Whether it matches without taking a character, wherever it stands.
    pub(super) fn is_always_true(&self) -> bool {
        match self {
            Self::One(_)
            | Self::Start
            | Self::End
            | Self::WordBoundary { .. }
            | Self::Look { .. }
            | Self::Backreference(_) => false,
            Self::AnyCase => true,
            Self::Concat(parts) => parts.iter().all(Self::is_always_true),
            Self::Alternate(parts) => parts.iter().any(Self::is_always_true),
            Self::Group(_, inner) => inner.is_always_true(),
            Self::Repeat { inner, min, .. } => *min == 0 || inner.is_always_true(),
        }
    }

    /// Writes it as regex-lite reads it. What looks around is left out.
    pub(super) fn write(&self, bound: Bound, to: &mut String) {
        match self {
            Self::One(set) => write_set(ranges(set, bound), to),
            Self::Start => to.push('^'),
            Self::End => to.push('$'),
            Self::WordBoundary { negated } => to.push_str(if *negated { "\\B" } else { "\\b" }),
            Self::Look { .. } | Self::Backreference(_) => {}
            Self::Concat(parts) => {
                for part in parts {
                    match part {
                        Self::Alternate(_) => part.write_grouped(bound, to),
                        _ => part.write(bound, to),
                    }
                }
            }
            Self::Alternate(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        to.push('|');
                    }
                    part.write(bound, to);
                }
            }
            Self::Group(_, inner) => inner.write_grouped(bound, to),
            Self::Repeat { inner, min, max } => {
                match &**inner {
                    Self::One(_) => inner.write(bound, to),
                    Self::Group(_, inner) => inner.write_grouped(bound, to),
                    _ => inner.write_grouped(bound, to),
                }
                match (min, max) {
                    (0, None) => to.push('*'),
                    (1, None) => to.push('+'),
                    (0, Some(1)) => to.push('?'),
                    (min, None) => to.push_str(&format!("{{{min},}}")),
                    (min, Some(max)) if min == max => to.push_str(&format!("{{{min}}}")),
                    (min, Some(max)) => to.push_str(&format!("{{{min},{max}}}")),
                }
            }
            Self::AnyCase => to.push_str("(?i)"),
        }
    }

    fn write_grouped(&self, bound: Bound, to: &mut String) {
        to.push_str("(?:");
        self.write(bound, to);
        to.push(')');
    }
}

/// The ranges of a set.
pub(super) fn ranges(set: &Set, bound: Bound) -> &Ranges {
    match bound {
        Bound::Most => &set.most,
        Bound::Least => &set.least,
    }
}

fn write_set(ranges: &Ranges, to: &mut String) {
    let pairs = ranges.pairs();
    match pairs.as_slice() {
        [] => to.push_str("[^\\x00-\\x{10FFFF}]"),
        [(first, last)] if first == last => write_character(*first, to),
        pairs => {
            to.push('[');
            for &(first, last) in pairs {
                write_character(first, to);
                if first != last {
                    to.push('-');
                    write_character(last, to);
                }
            }
            to.push(']');
        }
    }
}

fn write_character(character: char, to: &mut String) {
    if character.is_ascii_alphanumeric() || "_:/@=,;<>%\"'!".contains(character) {
        to.push(character);
    } else if character == ' ' || character.is_ascii_graphic() {
        to.push('\\');
        to.push(character);
    } else {
        to.push_str(&format!("\\x{{{:X}}}", u32::from(character)));
    }
}

struct Parser<I: Iterator<Item = char>> {
    rest: Peekable<I>,
    groups: usize,
    /// What `.` stands for, which `(?s)` changes.
    any: Set,
}

impl<I: Iterator<Item = char> + Clone> Parser<I> {
    fn next(&mut self) -> Result<char> {
        self.rest.next().ok_or_else(|| "it ends too early".into())
    }

    fn take(&mut self, character: char) -> bool {
        self.rest.next_if_eq(&character).is_some()
    }

    /// Whether the rest begins with `text`, which is then taken.
    fn take_text(&mut self, text: &str) -> bool {
        let mut rest = self.rest.clone();
        if !text.chars().all(|character| rest.next() == Some(character)) {
            return false;
        }
        self.rest = rest;
        true
    }

    fn alternate(&mut self) -> Result<Syntax> {
        let mut parts = vec![self.concat()?];
        while self.take('|') {
            parts.push(self.concat()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Syntax::Alternate(parts) })
    }

    fn concat(&mut self) -> Result<Syntax> {
        let mut parts = Vec::new();
        while !matches!(self.rest.peek(), None | Some('|' | ')')) {
            if let Some(atom) = self.atom()? {
                parts.push(self.repeated(atom)?);
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Syntax::Concat(parts) })
    }

    fn atom(&mut self) -> Result<Option<Syntax>> {
        Ok(Some(match self.next()? {
            '^' => Syntax::Start,
            '$' => Syntax::End,
            '.' => Syntax::One(self.any.clone()),
            '(' => return self.group(),
            '[' => self.class()?,
            '\\' => self.escape()?,
            character @ ('*' | '+' | '?') => {
                return Err(format!("`{character}` repeats nothing").into());
            }
            character => Syntax::One(Set::one(character.into())),
        }))
    }

    fn group(&mut self) -> Result<Option<Syntax>> {
        let look =
            [("?=", false, false), ("?!", false, true), ("?<=", true, false), ("?<!", true, true)];
        for (mark, behind, negated) in look {
            if self.take_text(mark) {
                let inner = Box::new(self.alternate()?);
                self.close()?;
                return Ok(Some(Syntax::Look { behind, negated, inner }));
            }
        }
        if self.take_text("?i)") {
            return Ok(Some(Syntax::AnyCase));
        }
        if self.take_text("?s)") {
            self.any = Set::all();
            return Ok(None);
        }
        let number = if self.take_text("?:") {
            None
        } else if self.rest.peek() == Some(&'?') {
            return Err("a group of an unknown kind".into());
        } else {
            self.groups += 1;
            Some(self.groups)
        };
        let inner = Box::new(self.alternate()?);
        self.close()?;
        Ok(Some(Syntax::Group(number, inner)))
    }

    fn close(&mut self) -> Result {
        if self.take(')') { Ok(()) } else { Err("a group is not closed".into()) }
    }

    fn repeated(&mut self, mut syntax: Syntax) -> Result<Syntax> {
        loop {
            let (min, max) = match self.rest.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => match self.bounds() {
                    Some(bounds) => bounds,
                    None => return Ok(syntax),
                },
                _ => return Ok(syntax),
            };
            if self.rest.peek() != Some(&'}') {
                self.next()?;
            }
            self.take('}');
            // Greed doesn't change whether there is a match.
            self.take('?');
            syntax = Syntax::Repeat { inner: Box::new(syntax), min, max };
        }
    }

    /// The bounds in braces, up to the closing one; nothing is taken if they are none.
    fn bounds(&mut self) -> Option<(u32, Option<u32>)> {
        let mut rest = self.rest.clone();
        rest.next();
        let mut text = String::new();
        while let Some(character) = rest.next_if(|character| *character != '}') {
            text.push(character);
        }
        rest.peek()?;
        let bounds = match text.split_once(',') {
            None => {
                let exactly = text.parse().ok()?;
                (exactly, Some(exactly))
            }
            Some((min, "")) => (min.parse().ok()?, None),
            Some((min, max)) => (min.parse().ok()?, Some(max.parse().ok()?)),
        };
        self.rest = rest;
        Some(bounds)
    }

    fn escape(&mut self) -> Result<Syntax> {
        let syntax = match self.next()? {
            'A' => Syntax::Start,
            'Z' | 'z' => Syntax::End,
            'b' => Syntax::WordBoundary { negated: false },
            'B' => Syntax::WordBoundary { negated: true },
            digit @ '1'..='9' => {
                let mut number = digit.to_digit(10).unwrap_or(0);
                while let Some(digit) = self.rest.peek().and_then(|next| next.to_digit(10)) {
                    number = number * 10 + digit;
                    self.next()?;
                }
                Syntax::Backreference(number as usize)
            }
            character => Syntax::One(self.escaped(character)?),
        };
        Ok(syntax)
    }

    /// What an escape means both inside and outside a class.
    fn escaped(&mut self, character: char) -> Result<Set> {
        Ok(match character {
            'd' => Set::digits(),
            'D' => Set::digits().complement(),
            'w' => Set::word(),
            'W' => Set::word().complement(),
            's' => Set::space(),
            'S' => Set::space().complement(),
            'p' => self.category()?,
            'P' => self.category()?.complement(),
            't' => Set::one(0x09),
            'n' => Set::one(0x0A),
            'v' => Set::one(0x0B),
            'f' => Set::one(0x0C),
            'r' => Set::one(0x0D),
            '0' => Set::one(0),
            'x' => Set::one(self.hexadecimal(2)?),
            'u' => Set::one(self.utf16()?),
            letter if letter.is_ascii_alphanumeric() => {
                return Err(format!("`\\{letter}` is unknown").into());
            }
            other => Set::one(other.into()),
        })
    }

    fn category(&mut self) -> Result<Set> {
        let mut name = String::new();
        if self.take('{') {
            while let Some(character) = self.rest.next_if(|character| *character != '}') {
                name.push(character);
            }
            self.next()?;
        } else {
            name.push(self.next()?);
        }
        Set::category(&name).ok_or_else(|| format!("the category `{name}` is unknown").into())
    }

    /// The four digits of a UTF-16 unit, with those of the second where two make a pair.
    fn utf16(&mut self) -> Result<u32> {
        let high = self.hexadecimal(4)?;
        let before = self.rest.clone();
        if (0xD800..0xDC00).contains(&high) && self.take_text("\\u") {
            let low = self.hexadecimal(4)?;
            if (0xDC00..0xE000).contains(&low) {
                return Ok(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            }
            self.rest = before;
        }
        Ok(high)
    }

    fn hexadecimal(&mut self, digits: usize) -> Result<u32> {
        let mut number = 0;
        for _ in 0..digits {
            let digit = self.next()?.to_digit(16).ok_or("not a hexadecimal digit")?;
            number = number * 16 + digit;
        }
        Ok(number)
    }

    fn class(&mut self) -> Result<Syntax> {
        let negated = self.take('^');
        let mut set = Set::exact(Ranges::default());
        while !self.take(']') {
            if self.take_text("&&[") {
                let Syntax::One(other) = self.class()? else { continue };
                set = set.complement().union(other.complement()).complement();
                continue;
            }
            let (first, single) = self.class_item()?;
            let mut ahead = self.rest.clone();
            let is_range = single.is_some()
                && ahead.next() == Some('-')
                && !matches!(ahead.peek(), None | Some(']'));
            if let (true, Some(from)) = (is_range, single) {
                let before = self.rest.clone();
                self.take('-');
                match self.class_item()? {
                    (_, Some(to)) if from <= to => {
                        set = set.union(Set::exact(Ranges::between(from, to)));
                        continue;
                    }
                    (_, Some(_)) => return Err("a range that runs backwards".into()),
                    // `[a-\d]`: the hyphen stands for itself.
                    (_, None) => self.rest = before,
                }
            }
            set = set.union(first);
        }
        let set = set.with_astral();
        Ok(Syntax::One(if negated { set.complement() } else { set }))
    }

    /// One item, and its code point if it is a single one.
    fn class_item(&mut self) -> Result<(Set, Option<u32>)> {
        let set = match self.next()? {
            '\\' => match self.next()? {
                'b' => Set::one(0x08),
                character @ ('d' | 'D' | 'w' | 'W' | 's' | 'S' | 'p' | 'P') => {
                    return Ok((self.escaped(character)?, None));
                }
                character => self.escaped(character)?,
            },
            character => Set::one(character.into()),
        };
        let single = set.most.first();
        Ok((set, single))
    }
}
