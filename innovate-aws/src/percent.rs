//! Shares of a whole.

use std::fmt;

/// A share of a whole, 1 to 100 percent. [`percent!`](crate::percent!) makes one that the compiler has
/// checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent {
    percent: u8,
}

impl Percent {
    /// The whole.
    pub(crate) const ALL: Self = Self { percent: 100 };

    /// So many percent, if they are 1 to 100.
    pub const fn new(percent: u8) -> Option<Self> {
        match percent {
            1..=100 => Some(Self { percent }),
            _ => None,
        }
    }

    /// In percent.
    pub const fn get(self) -> u8 {
        self.percent
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.percent)
    }
}

/// A share that the compiler has checked: `percent!(60)`.
#[macro_export]
macro_rules! percent {
    ($percent:literal) => {{
        const PERCENT: $crate::percent::Percent = match $crate::percent::Percent::new($percent) {
            Some(percent) => percent,
            None => $crate::literal::reject(&[
                "not a share: `",
                stringify!($percent),
                "`: 1 to 100 percent",
            ]),
        };
        PERCENT
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_1_to_100_percent() {
        assert_eq!(Percent::new(0), None);
        assert_eq!(Percent::new(101), None);
        assert_eq!(percent!(60).to_string(), "60 %");
        assert_eq!(Percent::new(100).map(Percent::get), Some(100));
    }
}
