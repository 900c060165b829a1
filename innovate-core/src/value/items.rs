//! The items of a list.

use std::{fmt, ops::Deref, sync::Arc, vec};

use super::Node;

/// The items of a list, read as a slice and made from a `Vec`. What many resources have alike, such as
/// the tags that they inherit, is in memory once.
#[derive(Clone)]
pub struct Items(Kept);

#[derive(Clone)]
enum Kept {
    Here(Vec<Node>),
    Shared(Arc<Vec<Node>>),
}

impl Items {
    /// Items that are copied only when one of those who have them changes them.
    pub fn shared(items: Vec<Node>) -> Self {
        Self(Kept::Shared(Arc::new(items)))
    }

    /// Whether the two are in memory once, so that what is found of the one holds for the other.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kept::Shared(one), Kept::Shared(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    /// The items of this list alone, to be changed.
    pub fn to_mut(&mut self) -> &mut Vec<Node> {
        match &mut self.0 {
            Kept::Here(items) => items,
            Kept::Shared(items) => Arc::make_mut(items),
        }
    }
}

impl Deref for Items {
    type Target = [Node];

    fn deref(&self) -> &[Node] {
        match &self.0 {
            Kept::Here(items) => items,
            Kept::Shared(items) => items,
        }
    }
}

impl From<Vec<Node>> for Items {
    fn from(items: Vec<Node>) -> Self {
        Self(Kept::Here(items))
    }
}

impl FromIterator<Node> for Items {
    fn from_iter<I: IntoIterator<Item = Node>>(items: I) -> Self {
        Self(Kept::Here(items.into_iter().collect()))
    }
}

impl IntoIterator for Items {
    type Item = Node;
    type IntoIter = vec::IntoIter<Node>;

    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Kept::Here(items) => items.into_iter(),
            Kept::Shared(items) => Arc::unwrap_or_clone(items).into_iter(),
        }
    }
}

impl<'a> IntoIterator for &'a Items {
    type Item = &'a Node;
    type IntoIter = std::slice::Iter<'a, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Whether it is shared makes no difference.
impl PartialEq for Items {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_changes_shared_items_changes_its_own() {
        let first = Items::shared(vec![Node::Integer(1), Node::Integer(2)]);
        let mut second = first.clone();
        assert!(second.is_shared_with(&first));
        second.to_mut().push(Node::Null);
        assert_eq!(&*first, [Node::Integer(1), Node::Integer(2)]);
        assert_eq!(&*second, [Node::Integer(1), Node::Integer(2), Node::Null]);
        assert!(!second.is_shared_with(&first));
        let alike = Items::from(first.to_vec());
        assert!(!alike.is_shared_with(&first) && !alike.is_shared_with(&alike));
    }

    #[test]
    fn shared_items_equal_the_same_items_of_one_list() {
        let items = vec![Node::Bool(true)];
        assert_eq!(Items::shared(items.clone()), items.clone().into());
        let given: Vec<Node> = Items::shared(items.clone()).into_iter().collect();
        assert_eq!(given, items);
    }
}
