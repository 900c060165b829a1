//! The table's bytes: texts, lists and nodes, each kept once.

use std::collections::BTreeMap;

use super::layout::{MAGIC, hash, section};
use crate::Result;

/// A node by its number, until its place is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(usize);

/// A node's bytes, in which other nodes stand by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeBytes {
    bytes: Vec<u8>,
    nodes: Vec<usize>,
}

/// The table as it grows.
#[derive(Default)]
pub(super) struct Blob {
    texts: Vec<String>,
    text_ids: BTreeMap<String, usize>,
    lists: Vec<u8>,
    list_offsets: BTreeMap<Vec<u8>, usize>,
    nodes: Vec<NodeBytes>,
    node_ids: BTreeMap<NodeBytes, NodeId>,
}

/// A type's record, in which the root stands by number and the lists by their offset among lists.
pub(super) struct Record {
    pub(super) name: usize,
    pub(super) root: NodeId,
    pub(super) flags: u8,
    pub(super) tag_shape: u8,
    pub(super) tag_property: usize,
    pub(super) regions: u64,
    pub(super) lists: Vec<usize>,
}

impl Blob {
    /// The number of a text.
    pub(super) fn text(&mut self, text: &str) -> usize {
        if let Some(id) = self.text_ids.get(text) {
            return *id;
        }
        let id = self.texts.len();
        self.texts.push(text.to_owned());
        self.text_ids.insert(text.to_owned(), id);
        id
    }

    /// The offset, among lists, of a list of texts.
    pub(super) fn list<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> usize {
        let bytes = self.list_bytes(texts);
        if let Some(offset) = self.list_offsets.get(&bytes) {
            return *offset;
        }
        let offset = self.lists.len();
        self.lists.extend(&bytes);
        self.list_offsets.insert(bytes, offset);
        offset
    }

    fn list_bytes<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
        let ids: Vec<usize> = texts.into_iter().map(|text| self.text(text)).collect();
        let mut bytes = Vec::new();
        count(&mut bytes, ids.len());
        for at in ids {
            id(&mut bytes, at);
        }
        bytes
    }

    /// The number of a node with these bytes.
    pub(super) fn node(&mut self, node: NodeBytes) -> NodeId {
        if let Some(id) = self.node_ids.get(&node) {
            return *id;
        }
        let id = NodeId(self.nodes.len());
        self.nodes.push(node.clone());
        self.node_ids.insert(node, id);
        id
    }

    /// A number for a node that refers to itself, whose bytes come later.
    pub(super) fn reserve(&mut self) -> NodeId {
        self.nodes.push(NodeBytes::default());
        NodeId(self.nodes.len() - 1)
    }

    /// The bytes of a reserved node.
    pub(super) fn fill(&mut self, id: NodeId, node: NodeBytes) {
        if let Some(reserved) = self.nodes.get_mut(id.0) {
            *reserved = node;
        }
    }

    /// How many there are.
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.texts.len(), self.nodes.len())
    }

    /// All of it, with the offsets where numbers stood.
    pub(super) fn finish(
        mut self,
        mut records: Vec<Record>,
        patterns: &[Vec<u8>],
        regions: &[String],
        version: &str,
    ) -> Result<Vec<u8>> {
        let version = self.text(version);
        records.sort_by(|a, b| self.texts.get(a.name).cmp(&self.texts.get(b.name)));
        let regions = self.list(regions.iter().map(String::as_str));
        let mut bytes = MAGIC.to_vec();
        bytes.resize(section::END, 0);

        let lists = bytes.len();
        bytes.extend(&self.lists);
        let mut offsets = Vec::with_capacity(self.nodes.len());
        let mut at = bytes.len();
        for node in &self.nodes {
            offsets.push(at);
            at += node.bytes.len();
        }
        let offset = |node: usize| offsets.get(node).copied().ok_or("a node that isn't there");
        for node in &self.nodes {
            let mut placed = node.bytes.clone();
            for &place in &node.nodes {
                let target = read_id(&placed, place).ok_or("a node's bytes are too short")?;
                write_id(&mut placed, place, offset(target)?);
            }
            bytes.extend(placed);
        }

        let mut places = Vec::new();
        for pattern in patterns {
            places.push(bytes.len());
            bytes.extend(pattern);
        }
        set_section(&mut bytes, section::PATTERNS);
        bytes.extend(u32::try_from(places.len())?.to_le_bytes());
        for place in places {
            id(&mut bytes, place);
        }

        let mut places = Vec::new();
        for record in &records {
            places.push(bytes.len());
            id(&mut bytes, offset(record.root.0)?);
            bytes.extend([record.flags, record.tag_shape]);
            id(&mut bytes, record.tag_property);
            bytes.extend(record.regions.to_le_bytes());
            for list in &record.lists {
                id(&mut bytes, lists + list);
            }
        }
        set_section(&mut bytes, section::TYPES);
        bytes.extend(u32::try_from(records.len())?.to_le_bytes());
        for (record, place) in records.iter().zip(places) {
            id(&mut bytes, record.name);
            id(&mut bytes, place);
        }
        let names = records.iter().map(|record| self.texts.get(record.name));
        let mut hashes: Vec<(u16, usize)> = names
            .map(|name| hash(name.map_or("", String::as_str)))
            .enumerate()
            .map(|(index, hash)| (hash, index))
            .collect();
        hashes.sort_unstable();
        for (hash, index) in hashes {
            bytes.extend(hash.to_le_bytes());
            bytes.extend(u16::try_from(index)?.to_le_bytes());
        }

        set_section(&mut bytes, section::TEXTS);
        bytes.extend(u32::try_from(self.texts.len())?.to_le_bytes());
        let mut end = 0;
        bytes.extend(u32::try_from(end)?.to_le_bytes());
        for text in &self.texts {
            end += text.len();
            bytes.extend(u32::try_from(end)?.to_le_bytes());
        }
        bytes.extend(self.texts.concat().as_bytes());

        set_header(&mut bytes, section::REGIONS, lists + regions);
        set_header(&mut bytes, section::VERSION, version);
        if bytes.len() >> 24 != 0 {
            return Err("the table has outgrown three-byte offsets".into());
        }
        Ok(bytes)
    }
}

impl NodeBytes {
    /// A node that accepts these kinds of value.
    pub(super) fn new(kinds: u8) -> Self {
        Self { bytes: vec![kinds], nodes: Vec::new() }
    }

    /// A byte.
    pub(super) fn byte(&mut self, byte: u8) -> &mut Self {
        self.bytes.push(byte);
        self
    }

    /// Two bytes.
    pub(super) fn short(&mut self, number: usize) -> Result<&mut Self> {
        self.bytes.extend(u16::try_from(number)?.to_le_bytes());
        Ok(self)
    }

    /// Eight bytes.
    pub(super) fn number(&mut self, number: f64) -> &mut Self {
        self.bytes.extend(number.to_le_bytes());
        self
    }

    /// A count.
    pub(super) fn count(&mut self, number: usize) -> &mut Self {
        count(&mut self.bytes, number);
        self
    }

    /// The number of a text or a pattern.
    pub(super) fn id(&mut self, number: usize) -> &mut Self {
        id(&mut self.bytes, number);
        self
    }

    /// A node.
    pub(super) fn node(&mut self, node: NodeId) -> &mut Self {
        self.nodes.push(self.bytes.len());
        self.id(node.0)
    }

    /// A list of texts.
    pub(super) fn list<'a>(
        &mut self,
        blob: &mut Blob,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> &mut Self {
        let bytes = blob.list_bytes(texts);
        self.bytes.extend(bytes);
        self
    }
}

/// Lets the section that begins here be found.
fn set_section(bytes: &mut [u8], place: usize) {
    set_header(bytes, place, bytes.len());
}

fn set_header(bytes: &mut [u8], place: usize, number: usize) {
    for (byte, new) in bytes.iter_mut().skip(place).zip(number.to_le_bytes()).take(4) {
        *byte = new;
    }
}

/// Appends an id.
pub(super) fn id(bytes: &mut Vec<u8>, number: usize) {
    bytes.extend(number.to_le_bytes().into_iter().take(3));
}

/// Appends a count.
pub(super) fn count(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_id(bytes: &[u8], at: usize) -> Option<usize> {
    let id = bytes.get(at..at + 3)?;
    Some(id.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn write_id(bytes: &mut [u8], at: usize, number: usize) {
    for (byte, new) in bytes.iter_mut().skip(at).zip(number.to_le_bytes()).take(3) {
        *byte = new;
    }
}
