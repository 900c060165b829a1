//! Account ids.

use std::fmt;

/// The 12 digits of an AWS account. [`account!`](crate::account) makes one that the compiler has
/// checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId([u8; 12]);

impl AccountId {
    /// The account with these 12 digits, also at compile time; `None` if the text is something else.
    #[allow(clippy::indexing_slicing, reason = "the index is compared with 12 first")]
    pub const fn parse(text: &str) -> Option<Self> {
        let (bytes, mut digits, mut at) = (text.as_bytes(), [0; 12], 0);
        if bytes.len() != 12 {
            return None;
        }
        while at < 12 {
            if !bytes[at].is_ascii_digit() {
                return None;
            }
            digits[at] = bytes[at];
            at += 1;
        }
        Some(Self(digits))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An account id that the compiler has checked: `account!("444455556666")`.
#[macro_export]
macro_rules! account {
    ($text:literal) => {{
        const ACCOUNT: $crate::name::AccountId = match $crate::name::AccountId::parse($text) {
            Some(account) => account,
            None => $crate::literal::reject(&[
                "not an account id: `",
                $text,
                "`: an account id is 12 digits",
            ]),
        };
        ACCOUNT
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_twelve_digits() {
        assert_eq!(account!("044455556666").to_string(), "044455556666");
        for wrong in ["", "44445555666", "4444555566667", "4444-5555-66", "44445555666x"] {
            assert_eq!(AccountId::parse(wrong), None, "{wrong}");
        }
    }
}
