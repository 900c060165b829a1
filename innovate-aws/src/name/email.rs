//! Addresses of mail.

/// The address of a mailbox. [`email!`](crate::email) makes one that the compiler has checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EmailAddress(innovate_core::value::Str);

impl EmailAddress {
    /// Whether there are 1 to 64 letters, digits and `.!#$%&'*+/=?^_{|}~-` without a dot at an end or
    /// beside another, an `@`, and a domain.
    #[allow(clippy::indexing_slicing, reason = "each index is compared with the length first")]
    const fn fits(text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && bytes[at] != b'@' {
            let allowed = match bytes[at] {
                b'.' => at > 0 && bytes[at - 1] != b'.',
                b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^' | b'_' => true,
                b'{'..=b'~' => true,
                other => other.is_ascii_alphanumeric(),
            };
            if !allowed {
                return false;
            }
            at += 1;
        }
        if at == 0 || at > 64 || at == bytes.len() || bytes[at - 1] == b'.' {
            return false;
        }
        let (_, domain) = text.split_at(at + 1);
        super::host::is_labels(domain, 2)
    }
}

name_methods! {
    EmailAddress "mail address"
    "a mailbox, an `@` and a domain in lower case, such as oncall@innovate.example"
}

/// A mail address that the compiler has checked: `email!("oncall@innovate.example")`.
#[macro_export]
macro_rules! email {
    ($text:literal) => {
        $crate::name!(EmailAddress: $text)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_mailbox_at_a_domain() {
        for right in ["a@b.example", "on.call+prod@innovate.example", "o'neil@x.example"] {
            assert!(EmailAddress::new(right).is_ok(), "{right}");
        }
        let long = format!("{}@b.example", "a".repeat(65));
        for wrong in [
            "",
            "oncall",
            "@b.example",
            "a@b",
            "a@@b.example",
            "a b@c.example",
            ".a@b.example",
            "a.@b.example",
            "a..b@c.example",
            "a@b.example ",
            "a(b@c.example",
            &long,
        ] {
            assert!(EmailAddress::new(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert_eq!(email!("oncall@innovate.example").as_str(), "oncall@innovate.example");
    }
}
