//! Names, labels and taints that Kubernetes accepts.

use std::fmt;

use innovate_aws::name::{NamespaceName, ServiceAccountName};
use innovate_core::Str;

/// The name of an object: 1 to 63 lower-case letters, digits and hyphens, beginning with a letter
/// and not ending in a hyphen. Every kind of object accepts such a name, Services too.
/// [`object_name!`](crate::object_name!) makes one that the compiler has checked.
///
/// Source: "Object Names and IDs", Kubernetes documentation (RFC 1035 label names).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName(Str);

/// Why a text is no name, no label or no taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// It is empty.
    Empty,
    /// It is longer than 63 characters.
    Long,
    /// It doesn't begin with a lower-case letter.
    Start,
    /// It doesn't end in a letter or digit.
    End,
    /// Another character than a lower-case letter, a digit or a hyphen.
    Character,
    /// Another character than a letter, a digit, `-`, `_` or `.`.
    LabelCharacter,
    /// It doesn't begin with a letter or digit.
    LabelStart,
    /// What stands before the slash is no domain name.
    Prefix,
}

impl NameError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Empty => "it is empty",
            Self::Long => "it is longer than 63 characters",
            Self::Start => "it must begin with a lower-case letter",
            Self::End => "it must end in a letter or digit",
            Self::Character => "only lower-case letters, digits and hyphens are allowed",
            Self::LabelCharacter => "only letters, digits, `-`, `_` and `.` are allowed",
            Self::LabelStart => "it must begin with a letter or digit",
            Self::Prefix => "what stands before the slash must be a lower-case domain name",
        }
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for NameError {}

impl ObjectName {
    /// Reads a name that the program computes.
    ///
    /// # Errors
    ///
    /// If it is empty or longer than 63 characters, doesn't begin with a lower-case letter, ends in
    /// a hyphen, or holds anything but lower-case letters, digits and hyphens.
    pub fn parse(text: impl Into<Str>) -> Result<Self, NameError> {
        let text = text.into();
        match Self::refusal(&text) {
            None => Ok(Self(text)),
            Some(error) => Err(error),
        }
    }

    /// Why `text` is no name, or `None` if it is one.
    pub const fn refusal(text: &str) -> Option<NameError> {
        let bytes = text.as_bytes();
        match bytes.first() {
            None => return Some(NameError::Empty),
            Some(first) if !first.is_ascii_lowercase() => return Some(NameError::Start),
            Some(_) => {}
        }
        match dns_label(bytes) {
            Ok(()) => None,
            Err(error) => Some(error),
        }
    }

    #[doc(hidden)]
    pub const fn checked(text: &'static str) -> Self {
        Self(Str::Borrowed(text))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ObjectName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// An object's name that the compiler has checked: `object_name!("api")`.
#[macro_export]
macro_rules! object_name {
    ($text:expr) => {{
        const NAME: $crate::ObjectName = match $crate::ObjectName::refusal($text) {
            None => $crate::ObjectName::checked($text),
            Some(error) => $crate::literal::reject(&[
                "not the name of a Kubernetes object: `",
                $text,
                "`: ",
                error.message(),
            ]),
        };
        NAME
    }};
}

impl From<&ObjectName> for NamespaceName {
    fn from(name: &ObjectName) -> Self {
        Self::trusted(name.0.clone())
    }
}

impl From<&ObjectName> for ServiceAccountName {
    fn from(name: &ObjectName) -> Self {
        Self::trusted(name.0.clone())
    }
}

const fn dns_label(bytes: &[u8]) -> Result<(), NameError> {
    if bytes.len() > 63 {
        return Err(NameError::Long);
    }
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        if !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-') {
            return Err(NameError::Character);
        }
        rest = after;
    }
    match (bytes.first(), bytes.last()) {
        (Some(b'-'), _) => Err(NameError::LabelStart),
        (_, Some(b'-')) => Err(NameError::End),
        (None, _) => Err(NameError::Empty),
        _ => Ok(()),
    }
}

/// What Kubernetes takes for a domain name: 1 to 253 lower-case letters, digits, hyphens and dots,
/// each part between dots beginning and ending with a letter or digit, however long it is.
pub(crate) const fn dns_subdomain(bytes: &[u8]) -> bool {
    let (mut rest, mut previous) = (bytes, b'.');
    while let [byte, after @ ..] = rest {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'-' if previous != b'.' => {}
            b'.' if !matches!(previous, b'.' | b'-') => {}
            _ => return false,
        }
        previous = *byte;
        rest = after;
    }
    bytes.len() <= 253 && !matches!(previous, b'.' | b'-')
}

/// A name of 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or
/// digit.
pub(crate) fn is_dns_label(text: &str) -> bool {
    dns_label(text.as_bytes()).is_ok()
}

/// A label or the key and value of a taint: `label!("team", "checkout")`.
///
/// The key is a name of up to 63 letters, digits, `-`, `_` and `.`, with a domain name and a slash
/// before it if it isn't private to the team. The value is of the same form, or empty.
///
/// Source: "Labels and Selectors", Kubernetes documentation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    key: Str,
    value: Str,
}

impl Label {
    /// Reads a label that the program computes.
    ///
    /// # Errors
    ///
    /// If the key or the value is longer than 63 characters, holds anything but letters, digits,
    /// `-`, `_` and `.`, or begins or ends in other than a letter or digit; if the key is empty, or
    /// what stands before its slash is no domain name.
    pub fn parse(key: impl Into<Str>, value: impl Into<Str>) -> Result<Self, NameError> {
        let (key, value) = (key.into(), value.into());
        match Self::refusal(&key, &value) {
            None => Ok(Self { key, value }),
            Some(error) => Err(error),
        }
    }

    /// Why the two are no label, or `None` if they are one.
    pub const fn refusal(key: &str, value: &str) -> Option<NameError> {
        let value = value.as_bytes();
        if !value.is_empty()
            && let Err(error) = label_part(value)
        {
            return Some(error);
        }
        let (prefix, name) = split_at_slash(key.as_bytes());
        if let Some(prefix) = prefix
            && !dns_subdomain(prefix)
        {
            return Some(NameError::Prefix);
        }
        match label_part(name) {
            Ok(()) => None,
            Err(error) => Some(error),
        }
    }

    #[doc(hidden)]
    pub const fn checked(key: &'static str, value: &'static str) -> Self {
        Self { key: Str::Borrowed(key), value: Str::Borrowed(value) }
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

const fn split_at_slash(bytes: &[u8]) -> (Option<&[u8]>, &[u8]) {
    let (mut at, mut rest) = (0, bytes);
    while let [byte, after @ ..] = rest {
        if *byte == b'/' {
            return (Some(bytes.split_at(at).0), after);
        }
        at += 1;
        rest = after;
    }
    (None, bytes)
}

const fn label_part(bytes: &[u8]) -> Result<(), NameError> {
    if bytes.len() > 63 {
        return Err(NameError::Long);
    }
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
            return Err(NameError::LabelCharacter);
        }
        rest = after;
    }
    match (bytes.first(), bytes.last()) {
        (None, _) | (_, None) => Err(NameError::Empty),
        (Some(first), _) if !first.is_ascii_alphanumeric() => Err(NameError::LabelStart),
        (_, Some(last)) if !last.is_ascii_alphanumeric() => Err(NameError::End),
        _ => Ok(()),
    }
}

/// A label that the compiler has checked: `label!("team", "checkout")`.
#[macro_export]
macro_rules! label {
    ($key:expr, $value:expr) => {{
        const LABEL: $crate::Label = match $crate::Label::refusal($key, $value) {
            None => $crate::Label::checked($key, $value),
            Some(error) => $crate::literal::reject(&[
                "not a Kubernetes label: `",
                $key,
                "` = `",
                $value,
                "`: ",
                error.message(),
            ]),
        };
        LABEL
    }};
}

/// Keeps pods away from nodes, except for those that tolerate it.
///
/// Source: "Taints and Tolerations", Kubernetes documentation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taint {
    label: Label,
    effect: &'static str,
}

impl Taint {
    /// New pods that don't tolerate it aren't scheduled; those that run stay.
    pub const fn no_schedule(label: Label) -> Self {
        Self { label, effect: "NoSchedule" }
    }

    /// Pods that don't tolerate it are evicted, too.
    pub const fn no_execute(label: Label) -> Self {
        Self { label, effect: "NoExecute" }
    }

    /// Its key and value.
    pub const fn label(&self) -> &Label {
        &self.label
    }

    /// `NoSchedule` or `NoExecute`.
    pub const fn effect(&self) -> &'static str {
        self.effect
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubernetes_refuses_is_no_name() {
        for (text, error) in [
            ("", NameError::Empty),
            ("Api", NameError::Start),
            ("1st", NameError::Start),
            ("-a", NameError::Start),
            ("a-", NameError::End),
            ("a.b", NameError::Character),
            ("a_b", NameError::Character),
            ("é", NameError::Start),
            ("aé", NameError::Character),
        ] {
            assert_eq!(ObjectName::parse(text), Err(error), "{text}");
        }
        assert_eq!(ObjectName::parse("a".repeat(64)), Err(NameError::Long));
        assert!(ObjectName::parse("a".repeat(63)).is_ok());
        assert_eq!(crate::object_name!("a-1").as_str(), "a-1");
    }

    #[test]
    fn what_kubernetes_refuses_is_no_label() {
        for (key, value, error) in [
            ("", "x", NameError::Empty),
            ("/a", "x", NameError::Prefix),
            ("Example.com/a", "x", NameError::Prefix),
            (".example/a", "x", NameError::Prefix),
            ("example.com/", "x", NameError::Empty),
            ("example.com/a/b", "x", NameError::LabelCharacter),
            ("a", "-x", NameError::LabelStart),
            ("a", "x.", NameError::End),
            ("a", "x y", NameError::LabelCharacter),
        ] {
            assert_eq!(Label::parse(key, value), Err(error), "{key}={value}");
        }
        assert!(Label::parse("example.com/Tier_1", "Web.v2").is_ok());
        assert!(Label::parse("a", "").is_ok());
    }
}
