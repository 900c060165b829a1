//! What rules ask for over and over, found once.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{
    app::App,
    stack::{Address, Resource, StackModel},
    value::{Node, Str},
};

/// The resources of each type, in the order of the program; and by what a property of theirs names,
/// from when a rule first asks for it.
pub(crate) struct Index<'app> {
    by_type: BTreeMap<&'app str, Vec<&'app Resource>>,
    by_property: RwLock<BTreeMap<String, BTreeMap<String, Arc<ByProperty>>>>,
}

/// The resources of one type by what one property of theirs names, sorted by that. Each is known by
/// its number among those of the type, since what borrows can't be in a lock without tying the lifetimes
/// of all that rules are given to one another.
#[derive(Default)]
struct ByProperty {
    /// What it refers to. The position comes first: it tells most resources apart.
    targets: Vec<(usize, Address, usize)>,
    texts: Vec<(Str, usize)>,
}

impl<'app> Index<'app> {
    pub(crate) fn of(app: &'app App) -> Self {
        let mut by_type: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
        for resource in app.stack_models().iter().flat_map(StackModel::resources) {
            by_type.entry(resource.type_name()).or_default().push(resource);
        }
        Self { by_type, by_property: RwLock::default() }
    }

    pub(crate) fn of_type(&self, type_name: &str) -> &[&'app Resource] {
        self.by_type.get(type_name).map_or(&[], Vec::as_slice)
    }

    /// Those whose property refers to a resource.
    pub(crate) fn referrers(
        &self,
        type_name: &str,
        property: &str,
        target: &Address,
    ) -> Vec<&'app Resource> {
        let index = self.by_property(type_name, property);
        let key = (target.position(), target);
        let first = index.targets.partition_point(|(at, other, _)| (*at, other) < key);
        let found = index.targets.iter().skip(first);
        let found = found.take_while(|(at, other, _)| (*at, other) == key);
        self.numbered(type_name, found.map(|(_, _, number)| *number))
    }

    /// Those whose property is a text.
    pub(crate) fn with_text(
        &self,
        type_name: &str,
        property: &str,
        text: &str,
    ) -> Vec<&'app Resource> {
        let index = self.by_property(type_name, property);
        let first = index.texts.partition_point(|(other, _)| &**other < text);
        let found = index.texts.iter().skip(first).take_while(|(other, _)| other == text);
        self.numbered(type_name, found.map(|(_, number)| *number))
    }

    fn numbered(
        &self,
        type_name: &str,
        numbers: impl Iterator<Item = usize>,
    ) -> Vec<&'app Resource> {
        let of_type = self.of_type(type_name);
        numbers.filter_map(|number| of_type.get(number).copied()).collect()
    }

    fn by_property(&self, type_name: &str, property: &str) -> Arc<ByProperty> {
        let made = self.by_property.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(type_name).and_then(|of_type| of_type.get(property)) {
            return Arc::clone(known);
        }
        drop(made);
        // Two threads may make the same at the same time: either serves.
        let new = Arc::new(ByProperty::of(self.of_type(type_name), property));
        let mut made = self.by_property.write().unwrap_or_else(PoisonError::into_inner);
        let of_type = made.entry(type_name.to_owned()).or_default();
        of_type.insert(property.to_owned(), Arc::clone(&new));
        new
    }
}

impl ByProperty {
    fn of(resources: &[&Resource], property: &str) -> Self {
        let mut index = Self::default();
        for (number, resource) in resources.iter().enumerate() {
            match resource.properties().at(property) {
                None => {}
                Some(Node::Text(text)) => index.texts.push((text.clone(), number)),
                Some(node) => node.visit_references(&mut |reference| {
                    let target = reference.target.clone();
                    index.targets.push((target.position(), target, number));
                }),
            }
        }
        index.texts.sort_unstable();
        index.targets.sort_unstable();
        // One may refer to the same twice.
        index.targets.dedup();
        index
    }
}
