//! Where a resource is: its stack and its path in it.

use std::{fmt, sync::Arc};

use crate::value::Str;

/// A resource of the program: the stack that owns it, and its path in that stack.
///
/// The logical id is made of the path alone, so it doesn't depend on what else is in the stack or
/// in which order it was added.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(Arc<Inner>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Inner {
    stack: Arc<str>,
    path: Box<str>,
    /// Unless it is the path itself.
    logical_id: Option<Box<str>>,
    position: usize,
}

impl Address {
    /// `position`: how many resources the stack had before this one, so that it is found at once.
    pub(crate) fn new(stack: Arc<str>, path: &str, position: usize) -> Self {
        let logical_id = (!is_logical_id(path)).then(|| logical_id(path).into());
        Self(Arc::new(Inner { stack, path: path.into(), logical_id, position }))
    }

    pub(crate) fn position(&self) -> usize {
        self.0.position
    }

    /// The stack's name.
    pub fn stack(&self) -> &str {
        &self.0.stack
    }

    /// The ids from the stack down to the resource, with slashes between.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The resource's id in the template.
    pub fn logical_id(&self) -> &str {
        self.0.logical_id.as_deref().unwrap_or(&self.0.path)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.stack(), self.path())
    }
}

/// The id of a construct's main resource, which takes the construct's own path as its logical id.
pub const MAIN: &str = "Resource";

/// The path's ids one after another, each beginning in upper case, without what CloudFormation
/// doesn't allow; [`MAIN`] is left out unless it stands alone.
pub(crate) fn logical_id(path: &str) -> String {
    let mut id = String::with_capacity(path.len());
    let count = path.split('/').count();
    for part in path.split('/') {
        if part == MAIN && count > 1 {
            continue;
        }
        let mut upper = true;
        for character in part.chars() {
            match character {
                'a'..='z' if upper => id.push(character.to_ascii_uppercase()),
                'a'..='z' | 'A'..='Z' | '0'..='9' => id.push(character),
                _ => {
                    upper = true;
                    continue;
                }
            }
            upper = false;
        }
    }
    id
}

/// Whether a path is the logical id that is made of it.
fn is_logical_id(path: &str) -> bool {
    !path.starts_with(|first: char| first.is_ascii_lowercase())
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

pub(crate) fn join(path: &str, id: Str) -> String {
    if path.is_empty() { id.into_owned() } else { format!("{path}/{id}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logical_id_is_the_readable_path() {
        for (path, id) in [
            ("Vpc/Resource", "Vpc"),
            ("Resource", "Resource"),
            ("Vpc/Private/Az1/Subnet", "VpcPrivateAz1Subnet"),
            ("api-service/role", "ApiServiceRole"),
            ("zone euw1-az1", "ZoneEuw1Az1"),
            ("Bucket0", "Bucket0"),
            ("bucket", "Bucket"),
            ("0a", "0a"),
            ("Größe", "GrE"),
        ] {
            assert_eq!(logical_id(path), id);
            let address = Address::new("stack".into(), path, 0);
            assert_eq!((address.path(), address.logical_id()), (path, id));
        }
    }
}
