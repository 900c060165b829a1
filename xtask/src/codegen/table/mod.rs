//! The table that the checker reads: facts and constraints of every type, in `registry.bin`.
//!
//! * `layout`: what the bytes mean, shared with the reader,
//! * `blob`: the writer,
//! * `node`: from JSON schemas to nodes,
//! * `pattern`: regular expressions,
//! * `fact`: tags, identifiers, permissions.

mod blob;
mod fact;
#[allow(dead_code, reason = "the generator and the reader each use a part")]
#[path = "../../../../innovate-aws/cfn/src/schema/layout.rs"]
mod layout;
mod node;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};

use blob::Blob;
use pattern::{Term, Translation};

use super::{model::Registry, output::Output};
use crate::Result;

/// Where the table is.
const FILE: &str = "innovate-aws/cfn/src/schema/registry.bin";

/// Generates the table.
pub(super) fn generate(registry: &Registry, version: &str, output: &mut Output) -> Result {
    let mut blob = Blob::default();
    let mut patterns = Patterns::default();
    // The first text is empty: it is that of a type without tags.
    blob.text("");
    let mut records = Vec::new();
    for schema in registry.types.values() {
        let root = node::Compiler::new(schema, &mut blob, &mut patterns).root()?;
        records.push(fact::record(schema, &registry.regions, root, &mut blob)?);
    }
    patterns.compare_with_list()?;
    let (texts, nodes) = blob.sizes();
    let bytes = blob.finish(records, &patterns.encoded, &registry.regions, version)?;
    println!(
        "{texts} texts, {nodes} nodes, {} patterns ({} say nothing, {} are relaxed): {} bytes",
        patterns.known.len(),
        patterns.always_true,
        patterns.relaxed.len(),
        bytes.len()
    );
    output.add(FILE, bytes);
    Ok(())
}

/// The patterns met so far.
#[derive(Default)]
struct Patterns {
    known: BTreeMap<String, Option<usize>>,
    encoded: Vec<Vec<u8>>,
    always_true: usize,
    relaxed: BTreeSet<String>,
}

impl Patterns {
    /// The number of a pattern, or none if every text matches it.
    fn number_unless_always_true(
        &mut self,
        blob: &mut Blob,
        pattern: &str,
    ) -> Result<Option<usize>> {
        if let Some(known) = self.known.get(pattern) {
            return Ok(*known);
        }
        let translation = pattern::translate(pattern)?;
        if !translation.exact {
            self.relaxed.insert(pattern.to_owned());
        }
        let number = if translation.alternatives.is_empty() {
            self.always_true += 1;
            None
        } else {
            self.encoded.push(encode(pattern, &translation, blob));
            Some(self.encoded.len() - 1)
        };
        self.known.insert(pattern.to_owned(), number);
        Ok(number)
    }

    /// The number of a pattern for the names of properties.
    fn number(&mut self, blob: &mut Blob, pattern: &str) -> Result<usize> {
        if let Some(number) = self.number_unless_always_true(blob, pattern)? {
            return Ok(number);
        }
        let translation =
            Translation { alternatives: vec![vec![Term::Match(String::new())]], exact: true };
        self.encoded.push(encode(pattern, &translation, blob));
        Ok(self.encoded.len() - 1)
    }

    /// Fails unless the patterns that lose something in translation are those of the list.
    fn compare_with_list(&self) -> Result {
        let listed: BTreeSet<String> = pattern::RELAXED.lines().map(str::to_owned).collect();
        if self.relaxed == listed {
            return Ok(());
        }
        let found: Vec<&str> = self.relaxed.iter().map(String::as_str).collect();
        Err(format!("the patterns of relaxed.txt are now:\n{}", found.join("\n")).into())
    }
}

/// The id of the pattern as the schema has it, a count of alternatives, and for each a count of
/// terms: a kind and its operands.
fn encode(pattern: &str, translation: &Translation, blob: &mut Blob) -> Vec<u8> {
    let mut bytes = Vec::new();
    blob::id(&mut bytes, blob.text(pattern));
    blob::count(&mut bytes, translation.alternatives.len());
    for terms in &translation.alternatives {
        blob::count(&mut bytes, terms.len());
        for term in terms {
            match term {
                Term::Match(expression) => {
                    bytes.push(layout::term::MATCH);
                    blob::id(&mut bytes, blob.text(expression));
                }
                Term::NoMatch(expression) => {
                    bytes.push(layout::term::NO_MATCH);
                    blob::id(&mut bytes, blob.text(expression));
                }
                Term::Run { class, min, max } => {
                    bytes.push(layout::term::RUN);
                    blob::id(&mut bytes, blob.text(class));
                    blob::count(&mut bytes, *min as usize);
                    // 0 stands for no bound.
                    blob::count(&mut bytes, max.map_or(0, |max| max as usize + 1));
                }
                Term::MaxLength(longest) => {
                    bytes.push(layout::term::MAX_LENGTH);
                    blob::count(&mut bytes, *longest as usize);
                }
            }
        }
    }
    bytes
}
