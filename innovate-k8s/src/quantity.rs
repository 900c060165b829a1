//! Amounts of processor time and memory.

use std::fmt;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// Processor time, in thousandths of a core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cpu(u32);

impl Cpu {
    /// Thousandths of a core.
    pub const fn millis(millis: u32) -> Self {
        Self(millis)
    }

    /// Whole cores.
    pub const fn cores(cores: u32) -> Self {
        Self(cores.saturating_mul(1000))
    }

    pub(crate) const fn times(self, factor: u32) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 && self.0.is_multiple_of(1000) {
            write!(f, "{}", self.0 / 1000)
        } else {
            write!(f, "{}m", self.0)
        }
    }
}

/// Memory or storage, in MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Memory(u32);

impl Memory {
    /// Units of 2^20 bytes.
    pub const fn mib(mib: u32) -> Self {
        Self(mib)
    }

    /// Units of 2^30 bytes.
    pub const fn gib(gib: u32) -> Self {
        Self(gib.saturating_mul(1024))
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0 && self.0.is_multiple_of(1024) {
            write!(f, "{}Gi", self.0 / 1024)
        } else {
            write!(f, "{}Mi", self.0)
        }
    }
}

pub(crate) fn quantity(amount: impl fmt::Display) -> Quantity {
    Quantity(amount.to_string())
}

/// Reads a quantity as the API server does, in thousandths of its unit; `None` if it is malformed.
///
/// Source: "Quantity", Kubernetes API reference.
pub(crate) fn milli(text: &str) -> Option<i128> {
    const SUFFIXES: [(&str, i128, i128); 15] = [
        ("Ki", 1 << 10, 1),
        ("Mi", 1 << 20, 1),
        ("Gi", 1 << 30, 1),
        ("Ti", 1 << 40, 1),
        ("Pi", 1 << 50, 1),
        ("Ei", 1 << 60, 1),
        ("n", 1, 1_000_000_000),
        ("u", 1, 1_000_000),
        ("m", 1, 1000),
        ("k", 1000, 1),
        ("M", 1_000_000, 1),
        ("G", 1_000_000_000, 1),
        ("T", 1_000_000_000_000, 1),
        ("P", 1_000_000_000_000_000, 1),
        ("E", 1_000_000_000_000_000_000, 1),
    ];
    let suffix = SUFFIXES.iter().find_map(|(suffix, up, down)| {
        text.strip_suffix(suffix).map(|number| (number, *up, *down))
    });
    let (number, up, down) = suffix.unwrap_or((text, 1, 1));
    let (number, exponent) = match number.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, exponent.parse::<u32>().ok().filter(|e| *e <= 18)?),
        None => (number, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = whole.strip_prefix(['+', '-']).unwrap_or(whole);
    if unsigned.is_empty() && fraction.is_empty() || !digits(unsigned) || !digits(fraction) {
        return None;
    }
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let fraction = fraction.get(..fraction.len().min(9))?;
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let mantissa = format!("{unsigned}{fraction}").parse::<i128>().ok()?;
    mantissa
        .checked_mul(up)?
        .checked_mul(10_i128.checked_pow(exponent)?)?
        .checked_mul(1000 * sign)?
        .checked_div(scale.checked_mul(down)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_as_the_api_server_reads_them() {
        for (text, value) in [
            ("1", Some(1000)),
            ("250m", Some(250)),
            ("0.5", Some(500)),
            (".5", Some(500)),
            ("1e3", Some(1_000_000)),
            ("1Ki", Some(1_024_000)),
            ("1.5Gi", Some(1_610_612_736_000)),
            ("512M", Some(512_000_000_000)),
            ("-1", Some(-1000)),
            ("512MB", None),
            ("", None),
            ("m", None),
            ("1 Gi", None),
            ("1gi", None),
            ("a lot", None),
        ] {
            assert_eq!(milli(text), value, "{text}");
        }
    }

    #[test]
    fn whole_units_are_written_as_such() {
        assert_eq!(Cpu::millis(250).to_string(), "250m");
        assert_eq!(Cpu::millis(2000).to_string(), "2");
        assert_eq!(Cpu::cores(400).to_string(), "400");
        assert_eq!(Memory::mib(1536).to_string(), "1536Mi");
        assert_eq!(Memory::gib(1600).to_string(), "1600Gi");
        assert_eq!(Cpu::millis(0).to_string(), "0m");
    }
}
