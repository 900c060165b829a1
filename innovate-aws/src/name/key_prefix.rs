//! The beginning of the keys of objects.

/// The most bytes of an object's key.
const MOST: usize = 1_024;

/// What the keys of some objects of a bucket begin with: a folder, as `invoices/2026/`. It ends in a
/// slash, so that `invoices/` doesn't take in `invoices-draft/`, and holds only what is safe in a key
/// and has no meaning in a policy.
///
/// Source: "Naming Amazon S3 objects", Amazon S3 User Guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPrefix(innovate_core::value::Str);

impl KeyPrefix {
    const fn fits(text: &str) -> bool {
        let mut rest = text.as_bytes();
        // As behind a slash: a key that begins with one has a folder without a name.
        let mut before = b'/';
        if rest.is_empty() || rest.len() > MOST {
            return false;
        }
        while let [first, others @ ..] = rest {
            let safe = first.is_ascii_alphanumeric()
                || matches!(*first, b'/' | b'!' | b'-' | b'_' | b'.' | b'\'' | b'(' | b')' | b'=');
            if !safe || *first == b'/' && before == b'/' {
                return false;
            }
            before = *first;
            rest = others;
        }
        before == b'/'
    }
}

name_methods! {
    KeyPrefix "key prefix"
    "folders that each end in a slash, of letters, digits and any of !-_.'()=, at most 1,024 characters"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_whole_folders() {
        for right in ["a/", "invoices/2026/", "AWSLogs/444455556666/", "year=2026/", "it's (1)!/"] {
            assert_eq!(KeyPrefix::new(right).is_ok(), !right.contains(' '), "{right}");
        }
        let long = format!("{}/", "a".repeat(MOST));
        for wrong in
            ["", "/", "invoices", "/invoices/", "a//b/", "a/*/", "a/${aws:username}/", &long]
        {
            assert!(KeyPrefix::new(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert_eq!(crate::name!(KeyPrefix: "invoices/").as_str(), "invoices/");
    }
}
