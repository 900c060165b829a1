//! IPv4 blocks.

use std::{fmt, str::FromStr};

use super::{Kind, TextLike};

/// An IPv4 block in CIDR notation. [`cidr!`](crate::cidr) makes one that the compiler has checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    address: u32,
    prefix: u8,
}

impl Kind for Cidr {}
impl TextLike for Cidr {}

/// Why a text is no block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CidrError {
    /// Not of the form `a.b.c.d/n`.
    Form,
    /// A part of the address is above 255.
    Octet,
    /// The prefix is above 32.
    Prefix,
    /// Bits behind the prefix are set.
    HostBits,
}

impl CidrError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Form => "not of the form a.b.c.d/n",
            Self::Octet => "each part of the address goes up to 255",
            Self::Prefix => "the prefix goes up to 32",
            Self::HostBits => "host bits are set: the bits behind the prefix must be 0",
        }
    }
}

impl fmt::Display for CidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for CidrError {}

impl Cidr {
    /// Reads `a.b.c.d/n`, also at compile time.
    ///
    /// # Errors
    ///
    /// If the text has another form, a number is out of range, or host bits are set.
    #[allow(clippy::indexing_slicing, reason = "`at` is compared with the length before each use")]
    pub const fn parse(text: &str) -> Result<Self, CidrError> {
        let bytes = text.as_bytes();
        let (mut at, mut parts, mut address) = (0, 0, 0u32);
        while parts < 5 {
            let (mut number, start) = (0u32, at);
            while at < bytes.len() && bytes[at].is_ascii_digit() && at - start < 3 {
                number = number * 10 + (bytes[at] - b'0') as u32;
                at += 1;
            }
            let leading_zero = at > start + 1 && bytes[start] == b'0';
            if at == start || leading_zero {
                return Err(CidrError::Form);
            }
            if parts == 4 {
                if at != bytes.len() {
                    return Err(CidrError::Form);
                }
                return match Self::new(address, number) {
                    Ok(cidr) => Ok(cidr),
                    Err(error) => Err(error),
                };
            }
            if number > 255 {
                return Err(CidrError::Octet);
            }
            address = address << 8 | number;
            let separator = if parts == 3 { b'/' } else { b'.' };
            if at == bytes.len() || bytes[at] != separator {
                return Err(CidrError::Form);
            }
            at += 1;
            parts += 1;
        }
        Err(CidrError::Form)
    }

    const fn new(address: u32, prefix: u32) -> Result<Self, CidrError> {
        if prefix > 32 {
            return Err(CidrError::Prefix);
        }
        let hosts = if prefix == 0 { u32::MAX } else { (1u32 << (32 - prefix)) - 1 };
        if prefix < 32 && address & hosts != 0 {
            return Err(CidrError::HostBits);
        }
        #[allow(clippy::cast_possible_truncation, reason = "compared with 32 above")]
        Ok(Self { address, prefix: prefix as u8 })
    }

    /// The bits of the network: 0 to 32.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// The first address as a number.
    pub const fn first(self) -> u32 {
        self.address
    }

    /// The last address as a number.
    pub const fn last(self) -> u32 {
        self.address
            | if self.prefix == 0 { u32::MAX } else { ((1u64 << (32 - self.prefix)) - 1) as u32 }
    }

    /// Whether every address of `other` is one of this block.
    pub const fn contains(self, other: Self) -> bool {
        self.address <= other.address && other.last() <= self.last()
    }

    /// Whether the two blocks share an address.
    pub const fn overlaps(self, other: Self) -> bool {
        self.address <= other.last() && other.address <= self.last()
    }

    /// The block of `prefix` bits that begins `offset` addresses behind this one's first, or `None`
    /// if it is misaligned or leaves this block.
    pub const fn child(self, offset: u32, prefix: u8) -> Option<Self> {
        if prefix > 32 {
            return None;
        }
        let Some(address) = self.address.checked_add(offset) else { return None };
        match Self::new(address, prefix as u32) {
            Ok(child) if self.contains(child) => Some(child),
            _ => None,
        }
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        Self::parse(text)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.address.to_be_bytes();
        write!(f, "{a}.{b}.{c}.{d}/{}", self.prefix)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An IPv4 block that the compiler has checked: `cidr!("10.30.0.0/16")`.
#[macro_export]
macro_rules! cidr {
    ($text:literal) => {{
        const CIDR: $crate::value::Cidr = match $crate::value::Cidr::parse($text) {
            Ok(cidr) => cidr,
            Err(error) => {
                $crate::literal::reject(&["not a CIDR block: `", $text, "`: ", error.message()])
            }
        };
        CIDR
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_reads_back_as_it_was_written() {
        for text in ["0.0.0.0/0", "10.30.0.0/16", "192.168.1.4/30", "1.2.3.4/32", "128.0.0.0/1"] {
            assert_eq!(text.parse::<Cidr>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_block_is_refused_with_its_reason() {
        for (text, error) in [
            ("", CidrError::Form),
            ("10.0.0.0", CidrError::Form),
            ("10.0.0/8", CidrError::Form),
            ("10.0.0.0/", CidrError::Form),
            ("10.0.0.0/8 ", CidrError::Form),
            ("010.0.0.0/8", CidrError::Form),
            ("10.0.0.999/16", CidrError::Octet),
            ("10.0.0.0/33", CidrError::Prefix),
            ("10.0.0.1/16", CidrError::HostBits),
            ("1.0.0.0/0", CidrError::HostBits),
        ] {
            assert_eq!(text.parse::<Cidr>(), Err(error), "{text}");
        }
    }

    #[test]
    fn children_stay_inside() {
        let block = cidr!("10.30.0.0/16");
        assert_eq!(block.child(0x8000, 17), Some(cidr!("10.30.128.0/17")));
        assert_eq!(block.child(0x1_0000, 24), None);
        assert_eq!(block.child(1, 24), None);
        assert_eq!(block.child(0, 15), None);
    }
}
