//! The program's source text.

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, fs, path::PathBuf};

use innovate_core::check::Sources;

use super::place::Home;

/// The program's source files, each read once, if a finding asks for it.
pub(super) struct SourceFiles {
    roots: Vec<PathBuf>,
    read: RefCell<BTreeMap<String, Option<String>>>,
}

impl SourceFiles {
    pub(super) fn of(home: &Home) -> Self {
        Self { roots: home.source_roots(), read: RefCell::default() }
    }
}

impl Sources for SourceFiles {
    fn text(&self, file: &str) -> Option<Cow<'_, str>> {
        if let Some(text) = self.read.borrow().get(file) {
            return text.clone().map(Cow::Owned);
        }
        let text = self.roots.iter().find_map(|root| fs::read_to_string(root.join(file)).ok());
        self.read.borrow_mut().insert(file.to_owned(), text.clone());
        text.map(Cow::Owned)
    }
}
