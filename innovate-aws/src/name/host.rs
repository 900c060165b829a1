//! Names in the DNS.

/// Whether `text` is `fewest` or more labels with dots between: each of 1 to 63 lower-case letters,
/// digits and hyphens, with no hyphen at either end, and 253 characters in all.
pub(super) const fn is_labels(text: &str, fewest: usize) -> bool {
    are_labels(text.as_bytes(), fewest, false)
}

/// The same, where underscores may be in labels too.
#[allow(clippy::indexing_slicing, reason = "each index is compared with the length first")]
const fn are_labels(bytes: &[u8], fewest: usize, underscores: bool) -> bool {
    if bytes.is_empty() || bytes.len() > 253 {
        return false;
    }
    let (mut at, mut start, mut labels) = (0, 0, 0);
    while at <= bytes.len() {
        if at == bytes.len() || bytes[at] == b'.' {
            if at == start || at - start > 63 || bytes[start] == b'-' || bytes[at - 1] == b'-' {
                return false;
            }
            labels += 1;
            start = at + 1;
        } else if !(bytes[at].is_ascii_lowercase()
            || bytes[at].is_ascii_digit()
            || bytes[at] == b'-'
            || underscores && bytes[at] == b'_')
        {
            return false;
        }
        at += 1;
    }
    labels >= fewest
}

/// The domain that an environment's hosts are in. [`domain!`](crate::domain) makes one that the
/// compiler has checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DomainName(innovate_core::value::Str);

impl DomainName {
    const fn fits(text: &str) -> bool {
        is_labels(text, 2)
    }

    /// The host `label` in this domain: `api.innovate.example`.
    ///
    /// # Errors
    ///
    /// If the label is not lower-case letters, digits and hyphens, or the whole is too long.
    pub fn host(&self, label: &str) -> Result<Hostname, super::NameError> {
        Hostname::new(format!("{label}.{self}"))
    }

    /// The name of a record in this domain that no host has: `_dmarc.innovate.example` by `_dmarc`.
    ///
    /// # Errors
    ///
    /// If a label is not lower-case letters, digits, hyphens and underscores, or the whole is too long.
    pub fn record(&self, label: &str) -> Result<RecordName, super::NameError> {
        RecordName::new(format!("{label}.{self}"))
    }
}

name_methods! {
    DomainName "domain name"
    "two or more labels of lower-case letters, digits and hyphens, with dots between"
}

/// The full name of a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hostname(innovate_core::value::Str);

impl Hostname {
    const fn fits(text: &str) -> bool {
        is_labels(text, 2)
    }
}

name_methods! {
    Hostname "host name"
    "two or more labels of lower-case letters, digits and hyphens, with dots between"
}

/// The host that is called like the domain itself.
impl From<&DomainName> for Hostname {
    fn from(domain: &DomainName) -> Self {
        Self(domain.0.clone())
    }
}

/// The name of a record: that of a host, or one that no host can have, such as
/// `_dmarc.innovate.example`, whose label begins with an underscore, and `*.innovate.example`, which is
/// every name that has no record of its own.
///
/// Source: "DNS domain name format", Amazon Route 53 Developer Guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordName(innovate_core::value::Str);

impl RecordName {
    const fn fits(text: &str) -> bool {
        match text.as_bytes() {
            [b'*', b'.', rest @ ..] => text.len() <= 253 && are_labels(rest, 2, true),
            whole => are_labels(whole, 2, true),
        }
    }
}

name_methods! {
    RecordName "record name"
    "two or more labels of lower-case letters, digits, hyphens and underscores, with dots between, and `*` as the first if it is every name"
}

impl From<Hostname> for RecordName {
    fn from(host: Hostname) -> Self {
        Self(host.0)
    }
}

impl From<&DomainName> for RecordName {
    fn from(domain: &DomainName) -> Self {
        Self(domain.0.clone())
    }
}

/// A domain that the compiler has checked: `domain!("innovate.example")`.
#[macro_export]
macro_rules! domain {
    ($text:literal) => {
        $crate::name!(DomainName: $text)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_labels_with_dots_between() {
        let long = format!("{}.example", "l".repeat(64));
        for wrong in
            ["", "example", ".example.com", "a..b", "A.example", "-a.example", "a-.b", &long]
        {
            assert!(DomainName::new(wrong.to_owned()).is_err(), "{wrong}");
        }
        let domain = domain!("innovate.example");
        assert_eq!(domain.host("api").unwrap().as_str(), "api.innovate.example");
        assert!(domain.host("Api").is_err());
    }

    #[test]
    fn a_record_can_have_a_name_that_no_host_has() {
        let domain = domain!("innovate.example");
        for label in ["_dmarc", "s1._domainkey", "*", "*._domainkey", "www"] {
            let name = domain.record(label).unwrap();
            assert_eq!(name.as_str(), format!("{label}.innovate.example"));
        }
        for wrong in ["a.*", "**", "*a", "_", "-a", "a b"] {
            assert_eq!(domain.record(wrong).is_ok(), wrong == "_", "{wrong}");
        }
        assert!(domain.host("_dmarc").is_err());
    }
}
