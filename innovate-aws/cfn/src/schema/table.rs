//! Reads `registry.bin`. Nothing is decoded before it is asked for; what is out of bounds reads as
//! zero or empty, and the tests read all of it.

use super::layout::{MAGIC, hash, section};

static BYTES: &[u8] = include_bytes!("registry.bin");

/// Whether the table is one that this reader knows.
#[cfg(test)]
pub(super) fn is_known() -> bool {
    BYTES.starts_with(&MAGIC)
}

const _: () = assert!(MAGIC.len() == section::TEXTS, "the sections follow the mark");

/// The bytes at a place; zeros behind the end.
fn array<const N: usize>(at: usize) -> [u8; N] {
    BYTES.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

pub(super) fn byte(at: usize) -> u8 {
    BYTES.get(at).copied().unwrap_or(0)
}

fn short(at: usize) -> usize {
    u16::from_le_bytes(array(at)).into()
}

pub(super) fn id(at: usize) -> usize {
    let [low, middle, high] = array(at);
    usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16
}

fn long(at: usize) -> usize {
    u32::from_le_bytes(array(at)) as usize
}

pub(super) fn bits(at: usize) -> u64 {
    u64::from_le_bytes(array(at))
}

/// The bytes of a text.
fn text_bytes(id: usize) -> &'static [u8] {
    let section = long(section::TEXTS);
    let count = long(section);
    if id >= count {
        return &[];
    }
    let bounds = section + 4 + 4 * id;
    let texts = section + 4 + 4 * (count + 1);
    BYTES.get(texts + long(bounds)..texts + long(bounds + 4)).unwrap_or(&[])
}

/// A text.
pub(super) fn text(id: usize) -> &'static str {
    std::str::from_utf8(text_bytes(id)).unwrap_or("")
}

/// Where the schemas come from.
pub(super) fn version() -> &'static str {
    text(long(section::VERSION))
}

/// The regions, in the order of their bits.
pub(super) fn regions() -> List {
    List { at: long(section::REGIONS) }
}

/// The first of `count` sorted entries that is not `before` what is sought.
fn search(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// The number of types.
pub(super) fn type_count() -> usize {
    long(long(section::TYPES))
}

fn type_entry(index: usize) -> usize {
    long(section::TYPES) + 4 + 6 * index
}

/// Name and record of a type by its number.
pub(super) fn type_at(index: usize) -> Option<(&'static str, usize)> {
    let entry = type_entry(index);
    (index < type_count()).then(|| (text(id(entry)), id(entry + 3)))
}

/// Name and record of a type.
pub(super) fn type_named(name: &str) -> Option<(&'static str, usize)> {
    let name_at = |index: usize| text_bytes(id(type_entry(index)));
    let index = search(type_count(), |index| name_at(index) < name.as_bytes());
    type_at(index).filter(|(found, _)| *found == name)
}

/// The number of patterns.
pub(super) fn pattern_count() -> usize {
    long(long(section::PATTERNS))
}

/// Where a pattern is.
pub(super) fn pattern_at(number: usize) -> Option<Cursor> {
    let entry = long(section::PATTERNS) + 4 + 3 * number;
    (number < pattern_count()).then(|| Cursor { at: id(entry) })
}

/// A list of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) at: usize,
}

impl List {
    /// The texts.
    pub(super) fn texts(self) -> impl ExactSizeIterator<Item = &'static str> + Clone {
        let mut cursor = Cursor { at: self.at };
        let count = cursor.count();
        (0..count).map(move |index| text(id(cursor.at + 3 * index)))
    }

    /// Whether it holds a text.
    pub(super) fn contains(self, sought: &str) -> bool {
        let mut cursor = Cursor { at: self.at };
        let count = cursor.count();
        (0..count).any(|index| text_bytes(id(cursor.at + 3 * index)) == sought.as_bytes())
    }

    /// Where a text stands in a list that is sorted.
    pub(super) fn position(self, sought: &str) -> Option<usize> {
        let mut cursor = Cursor { at: self.at };
        let count = cursor.count();
        let text_at = |index: usize| text_bytes(id(cursor.at + 3 * index));
        let index = search(count, |index| text_at(index) < sought.as_bytes());
        (index < count && text_at(index) == sought.as_bytes()).then_some(index)
    }
}

/// The named properties of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Properties {
    at: usize,
    count: usize,
}

impl Properties {
    /// The bytes of an entry.
    const ENTRY: usize = 8;

    fn entry(self, index: usize) -> usize {
        self.at + Self::ENTRY * index
    }

    /// The offset of a property's node.
    pub(super) fn get(self, name: &str) -> Option<usize> {
        let hash = usize::from(hash(name));
        let first = search(self.count, |index| short(self.entry(index)) < hash);
        (first..self.count)
            .map(|index| self.entry(index))
            .take_while(|entry| short(*entry) == hash)
            .find(|entry| text_bytes(id(entry + 2)) == name.as_bytes())
            .map(|entry| id(entry + 5))
    }

    /// Names and nodes, in no order that means anything.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'static str, usize)> {
        (0..self.count).map(move |index| {
            let entry = self.entry(index);
            (text(id(entry + 2)), id(entry + 5))
        })
    }
}

/// Reads one thing after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    pub(super) at: usize,
}

impl Cursor {
    pub(super) fn byte(&mut self) -> u8 {
        self.at += 1;
        byte(self.at - 1)
    }

    pub(super) fn id(&mut self) -> usize {
        self.at += 3;
        id(self.at - 3)
    }

    pub(super) fn text(&mut self) -> &'static str {
        text(self.id())
    }

    pub(super) fn number(&mut self) -> f64 {
        self.at += 8;
        f64::from_le_bytes(array(self.at - 8))
    }

    pub(super) fn count(&mut self) -> usize {
        let (mut number, mut shift) = (0_usize, 0);
        loop {
            let byte = self.byte();
            number |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 || shift > 28 {
                return number;
            }
        }
    }

    pub(super) fn list(&mut self) -> List {
        let list = List { at: self.at };
        let count = self.count();
        self.at += 3 * count;
        list
    }

    pub(super) fn properties(&mut self) -> Properties {
        let count = short(self.at);
        let properties = Properties { at: self.at + 2, count };
        self.at += 2 + Properties::ENTRY * count;
        properties
    }
}
