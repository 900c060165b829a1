//! Reads `registry.bin`. Nothing is decoded before it is asked for; what is out of bounds reads as
//! zero or empty, and the tests read all of it.

use std::cmp::Ordering;

use super::layout::{MAGIC, section};

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

/// The entries of a sorted table whose keys are texts.
fn search(name: &str, count: usize, entry: impl Fn(usize) -> usize) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        let at = entry(middle);
        match text_bytes(id(at)).cmp(name.as_bytes()) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(at),
        }
    }
    None
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
    let entry = search(name, type_count(), type_entry)?;
    Some((text(id(entry)), id(entry + 3)))
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
        self.texts().any(|text| text == sought)
    }

    /// How many there are.
    pub(super) fn len(self) -> usize {
        Cursor { at: self.at }.count()
    }
}

/// The named properties of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Properties {
    at: usize,
    count: usize,
}

impl Properties {
    /// The offset of a property's node.
    pub(super) fn get(self, name: &str) -> Option<usize> {
        let entry = search(name, self.count, |index| self.at + 6 * index)?;
        Some(id(entry + 3))
    }

    /// Names and nodes.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'static str, usize)> {
        (0..self.count).map(move |index| {
            let entry = self.at + 6 * index;
            (text(id(entry)), id(entry + 3))
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
        self.at += 2 + 6 * count;
        properties
    }
}
