//! Sets of characters, as a character class means them.

/// Past the last code point.
const END: u32 = 0x11_0000;
/// Past the last code point of ASCII.
const ASCII_END: u32 = 0x80;

/// Code points as half-open ranges, in order, apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(u32, u32)>);

impl Ranges {
    /// The code points from `first` to `last`, both included.
    pub(super) fn between(first: u32, last: u32) -> Self {
        Self(vec![(first, last + 1)])
    }

    /// All that either has.
    pub(super) fn union(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self.0.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(self.0.len());
        for (first, end) in self.0 {
            match merged.last_mut() {
                Some((_, last)) if first <= *last => *last = end.max(*last),
                _ => merged.push((first, end)),
            }
        }
        Self(merged)
    }

    /// All that it doesn't have.
    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::new();
        let mut next = 0;
        for &(first, end) in &self.0 {
            if next < first {
                gaps.push((next, first));
            }
            next = end;
        }
        if next < END {
            gaps.push((next, END));
        }
        Self(gaps)
    }

    /// The first code point.
    pub(super) fn first(&self) -> Option<u32> {
        self.0.first().map(|&(first, _)| first)
    }

    fn intersects(&self, first: u32, end: u32) -> bool {
        self.0.iter().any(|&(from, to)| from < end && first < to)
    }

    fn without_surrogates(&self) -> Self {
        let surrogates = Self::between(0xD800, 0xDFFF);
        self.complement().union(surrogates).complement()
    }

    /// First and last character of each range; surrogates, which no text holds, are left out.
    pub(super) fn pairs(&self) -> Vec<(char, char)> {
        let valid = self.without_surrogates();
        valid
            .0
            .iter()
            .filter_map(|&(first, end)| Some((char::from_u32(first)?, char::from_u32(end - 1)?)))
            .collect()
    }
}

impl FromIterator<u32> for Ranges {
    fn from_iter<I: IntoIterator<Item = u32>>(points: I) -> Self {
        points.into_iter().fold(Self::default(), |set, at| set.union(Self::between(at, at)))
    }
}

/// What a class means, from above and from below. The two differ where the pattern uses a category
/// of Unicode (`\p{L}`): below 0x80 they are exact, above `most` has every character and `least`
/// none. A text is refused only if even `most` refuses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set {
    /// Has at least what the class means.
    pub(super) most: Ranges,
    /// Has at most what the class means.
    pub(super) least: Ranges,
}

impl Set {
    /// A set that is known exactly.
    pub(super) fn exact(ranges: Ranges) -> Self {
        Self { most: ranges.clone(), least: ranges }
    }

    /// One character.
    pub(super) fn one(character: u32) -> Self {
        Self::exact(Ranges::between(character, character))
    }

    /// All that either has.
    pub(super) fn union(self, other: Self) -> Self {
        Self { most: self.most.union(other.most), least: self.least.union(other.least) }
    }

    /// All that it doesn't have.
    pub(super) fn complement(self) -> Self {
        Self { most: self.least.complement(), least: self.most.complement() }
    }

    /// Surrogates stand for the characters beyond 0xFFFF, which a pattern written for UTF-16 can
    /// name in no other way.
    pub(super) fn with_astral(mut self) -> Self {
        if self.most.intersects(0xD800, 0xE000) && !self.most.intersects(0x1_0000, END) {
            self.most = self.most.union(Ranges::between(0x1_0000, END - 1));
        }
        self
    }

    /// `\d`.
    pub(super) fn digits() -> Self {
        Self::exact(Ranges::between(0x30, 0x39))
    }

    /// `\w`.
    pub(super) fn word() -> Self {
        Self::digits()
            .union(Self::exact(Ranges::between(0x41, 0x5A)))
            .union(Self::exact(Ranges::between(0x61, 0x7A)))
            .union(Self::one(0x5F))
    }

    /// `\s`: exact for ASCII; engines differ on the spaces beyond.
    pub(super) fn space() -> Self {
        let ascii = Ranges::between(0x09, 0x0D).union(Ranges::between(0x20, 0x20));
        let others = (ASCII_END..0x1_0000)
            .filter(|&at| char::from_u32(at).is_some_and(char::is_whitespace) || at == 0xFEFF);
        Self { most: ascii.clone().union(others.collect()), least: ascii }
    }

    /// `.`: all but the ends of lines.
    pub(super) fn any() -> Self {
        Self {
            most: Ranges::between(0x0A, 0x0A).complement(),
            least: [0x0A, 0x0D, 0x2028, 0x2029].into_iter().collect::<Ranges>().complement(),
        }
    }

    /// All characters.
    pub(super) fn all() -> Self {
        Self::exact(Ranges::between(0, END - 1))
    }

    /// Whether it may have every character.
    pub(super) fn is_all(&self) -> bool {
        self.most == Ranges::between(0, END - 1)
    }

    /// A category of Unicode or of POSIX: exact below 0x80, undecided above.
    pub(super) fn category(name: &str) -> Option<Self> {
        let holds: fn(char) -> bool = match name {
            "L" => |c| c.is_ascii_alphabetic(),
            "N" | "Nd" => |c| c.is_ascii_digit(),
            "Z" | "Zs" => |c| c == ' ',
            "M" | "Cf" => |_| false,
            "P" => |c| c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c),
            "S" => |c| "$+<=>^`|~".contains(c),
            "C" | "Cc" => |c| c.is_ascii_control(),
            "Print" => |c| c == ' ' || c.is_ascii_graphic(),
            "Graph" => |c| c.is_ascii_graphic(),
            "ASCII" => |_| true,
            _ => return None,
        };
        let ascii: Ranges =
            (0..ASCII_END).filter(|&at| char::from_u32(at).is_some_and(holds)).collect();
        if name == "ASCII" {
            return Some(Self::exact(ascii));
        }
        let beyond = Ranges::between(ASCII_END, END - 1);
        Some(Self { most: ascii.clone().union(beyond), least: ascii })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_exact_below_128_and_open_above() {
        let Some(letters) = Set::category("L") else { panic!("no category L") };
        assert_eq!(letters.least.pairs(), [('A', 'Z'), ('a', 'z')]);
        assert_eq!(letters.most.pairs().last(), Some(&('\u{E000}', '\u{10FFFF}')));
        let others = letters.complement();
        assert!(others.least.pairs().iter().all(|&(_, last)| last < '\u{80}'));
        assert!(others.most.pairs().iter().any(|&(_, last)| last == '\u{10FFFF}'));
    }

    #[test]
    fn surrogates_stand_for_the_characters_beyond_the_basic_plane() {
        let set = Set::exact(Ranges::between(0xD800, 0xDFFF)).with_astral();
        assert_eq!(set.most.pairs(), [('\u{10000}', '\u{10FFFF}')]);
        assert!(set.least.pairs().is_empty());
    }
}
