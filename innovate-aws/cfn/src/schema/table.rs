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
const fn array<const N: usize>(at: usize) -> [u8; N] {
    match BYTES.split_at_checked(at) {
        Some((_, rest)) => match rest.first_chunk() {
            Some(bytes) => *bytes,
            None => [0; N],
        },
        None => [0; N],
    }
}

pub(super) fn byte(at: usize) -> u8 {
    BYTES.get(at).copied().unwrap_or(0)
}

const fn short(at: usize) -> usize {
    u16::from_le_bytes(array(at)) as usize
}

pub(super) const fn id(at: usize) -> usize {
    let [low, middle, high] = array(at);
    low as usize | (middle as usize) << 8 | (high as usize) << 16
}

const fn long(at: usize) -> usize {
    u32::from_le_bytes(array(at)) as usize
}

pub(super) fn bits(at: usize) -> u64 {
    u64::from_le_bytes(array(at))
}

// Where the sections begin is known when this is compiled.
const TEXT_COUNT: usize = long(long(section::TEXTS));
const TEXT_BOUNDS: usize = long(section::TEXTS) + 4;
const TEXTS: usize = TEXT_BOUNDS + 4 * (TEXT_COUNT + 1);
const TYPE_COUNT: usize = long(long(section::TYPES));
const TYPES: usize = long(section::TYPES) + 4;
const TYPE_HASHES: usize = TYPES + 6 * TYPE_COUNT;
const PATTERN_COUNT: usize = long(long(section::PATTERNS));
const PATTERNS: usize = long(section::PATTERNS) + 4;

/// The bytes of a text.
fn text_bytes(id: usize) -> &'static [u8] {
    if id >= TEXT_COUNT {
        return &[];
    }
    let bounds = TEXT_BOUNDS + 4 * id;
    BYTES.get(TEXTS + long(bounds)..TEXTS + long(bounds + 4)).unwrap_or(&[])
}

/// A text by its bytes.
pub(super) fn utf8(bytes: &'static [u8]) -> &'static str {
    std::str::from_utf8(bytes).unwrap_or("")
}

/// A text.
pub(super) fn text(id: usize) -> &'static str {
    utf8(text_bytes(id))
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
pub(super) const fn type_count() -> usize {
    TYPE_COUNT
}

const fn type_entry(index: usize) -> usize {
    TYPES + 6 * index
}

/// Name and record of a type by its number.
pub(super) fn type_at(index: usize) -> Option<(&'static str, usize)> {
    let entry = type_entry(index);
    (index < type_count()).then(|| (text(id(entry)), id(entry + 3)))
}

/// Name and record of a type.
pub(super) fn type_named(name: &str) -> Option<(&'static str, usize)> {
    let hash = usize::from(hash(name));
    let entry = |index: usize| TYPE_HASHES + 4 * index;
    let first = search(TYPE_COUNT, |index| short(entry(index)) < hash);
    (first..TYPE_COUNT)
        .map(entry)
        .take_while(|entry| short(*entry) == hash)
        .find_map(|entry| type_at(short(entry + 2)).filter(|(found, _)| *found == name))
}

/// The number of patterns.
pub(super) const fn pattern_count() -> usize {
    PATTERN_COUNT
}

/// Where a pattern is.
pub(super) fn pattern_at(number: usize) -> Option<Cursor> {
    (number < PATTERN_COUNT).then(|| Cursor { at: id(PATTERNS + 3 * number) })
}

/// A list of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    pub(super) at: usize,
}

impl List {
    /// The texts' bytes, which need no check for UTF-8.
    pub(super) fn bytes(self) -> impl ExactSizeIterator<Item = &'static [u8]> + Clone {
        let mut cursor = Cursor { at: self.at };
        let count = cursor.count();
        (0..count).map(move |index| text_bytes(id(cursor.at + 3 * index)))
    }

    /// The texts.
    pub(super) fn texts(self) -> impl ExactSizeIterator<Item = &'static str> + Clone {
        self.bytes().map(utf8)
    }

    /// Whether it holds a text.
    pub(super) fn contains(self, sought: &str) -> bool {
        self.bytes().any(|bytes| bytes == sought.as_bytes())
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
