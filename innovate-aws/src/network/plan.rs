//! How a VPC's block is divided among tiers and zones.
//!
//! Every tier has a fixed part of the block with room for four zones, and every zone a fixed place in
//! it, so that neither another zone nor another tier moves a subnet: a subnet that moves is replaced
//! with everything in it.

use std::fmt;

use innovate_core::{Cidr, value::Str};

use super::tier::TierKind;
use crate::region::{Zone, Zones};

/// The block of a VPC. [`vpc_cidr!`](crate::vpc_cidr) makes one that the compiler has checked.
///
/// AWS allows /16 to /28 ("VPC CIDR blocks", Amazon VPC User Guide); the plan of five tiers in four
/// zones has room from /22 on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VpcCidr(Cidr);

/// Why a block can't be a VPC's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VpcCidrError {
    /// Not a block at all.
    NotACidr(innovate_core::value::CidrError),
    /// AWS doesn't allow its size.
    Size,
    /// AWS allows its size, but five tiers in four zones don't fit.
    TooSmall,
}

impl VpcCidrError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotACidr(error) => error.message(),
            Self::Size => "AWS takes /16 to /28; five tiers in four zones need /22 or larger",
            Self::TooSmall => {
                "five tiers in four zones don't fit: the smallest block that they fit in is a /22"
            }
        }
    }
}

impl fmt::Display for VpcCidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for VpcCidrError {}

impl VpcCidr {
    /// The largest block: /16.
    pub const LARGEST: u8 = 16;
    /// The smallest block that the plan fits in: /22.
    pub const SMALLEST: u8 = 22;

    /// A block of the right size.
    ///
    /// # Errors
    ///
    /// If it is larger than a /16 or smaller than a /22.
    pub const fn new(cidr: Cidr) -> Result<Self, VpcCidrError> {
        match cidr.prefix() {
            Self::LARGEST..=Self::SMALLEST => Ok(Self(cidr)),
            23..=28 => Err(VpcCidrError::TooSmall),
            _ => Err(VpcCidrError::Size),
        }
    }

    /// Reads `a.b.c.d/n`, also at compile time.
    ///
    /// # Errors
    ///
    /// If the text is no block, or the block is larger than a /16 or smaller than a /22.
    pub const fn parse(text: &str) -> Result<Self, VpcCidrError> {
        match Cidr::parse(text) {
            Ok(cidr) => Self::new(cidr),
            Err(error) => Err(VpcCidrError::NotACidr(error)),
        }
    }

    /// The block.
    pub const fn cidr(self) -> Cidr {
        self.0
    }

    /// The part that a tier has: four subnets one after another.
    pub fn tier(self, tier: TierKind) -> Cidr {
        let prefix = self.subnet_prefix(tier) - SLOT_BITS;
        // Half of the block is for nodes and pods, the other tiers follow in the second half.
        let offset = match tier {
            TierKind::Private => 0,
            _ => TierKind::ALL
                .into_iter()
                .skip(1)
                .take_while(|before| *before != tier)
                .fold(addresses(self.0.prefix() + 1), |offset, before| {
                    offset + (addresses(self.subnet_prefix(before)) << SLOT_BITS)
                }),
        };
        self.0.child(offset, prefix).unwrap_or(self.0)
    }

    /// The subnet of a tier in a zone.
    pub fn subnet(self, tier: TierKind, zone: Zone) -> Cidr {
        let prefix = self.subnet_prefix(tier);
        let offset = u32::from(zone.slot()) * addresses(prefix);
        let tier = self.tier(tier);
        tier.child(offset, prefix).unwrap_or(tier)
    }

    /// The prefix of a tier's subnets: a share of the block, and not too small for what lives there.
    const fn subnet_prefix(self, tier: TierKind) -> u8 {
        let (share, smallest) = match tier {
            TierKind::Private => (3, 28),
            TierKind::Public => (7, 27),
            TierKind::Data => (8, 27),
            TierKind::Endpoint => (9, 27),
            TierKind::Intra => (11, 28),
        };
        let prefix = self.0.prefix() + share;
        if prefix < smallest { prefix } else { smallest }
    }
}

/// Four places for zones are two bits of the address.
const SLOT_BITS: u8 = Zones::MOST.ilog2() as u8;

const fn addresses(prefix: u8) -> u32 {
    1 << (32 - prefix)
}

impl fmt::Display for VpcCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for VpcCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<VpcCidr> for Cidr {
    fn from(block: VpcCidr) -> Self {
        block.0
    }
}

impl From<VpcCidr> for Str {
    fn from(block: VpcCidr) -> Self {
        Self::Owned(block.to_string())
    }
}

/// The block of a VPC, checked by the compiler: `vpc_cidr!("10.30.0.0/16")`.
#[macro_export]
macro_rules! vpc_cidr {
    ($text:literal) => {{
        const BLOCK: $crate::network::VpcCidr = match $crate::network::VpcCidr::parse($text) {
            Ok(block) => block,
            Err(error) => $crate::literal::reject(&[
                "not the block of a VPC: `",
                $text,
                "`: ",
                error.message(),
            ]),
        };
        BLOCK
    }};
}

/// The first two of several blocks that share an address, by their places.
#[doc(hidden)]
#[allow(clippy::indexing_slicing, reason = "compared with the length before each use")]
pub const fn overlap(blocks: &[VpcCidr]) -> Option<(usize, usize)> {
    let mut one = 0;
    while one < blocks.len() {
        let mut other = one + 1;
        while other < blocks.len() {
            if blocks[one].cidr().overlaps(blocks[other].cidr()) {
                return Some((one, other));
            }
            other += 1;
        }
        one += 1;
    }
    None
}

/// Has the compiler prove that the blocks of several environments share no address:
/// `disjoint!(DEV, STAGING, PROD);`. It stands where an item may.
///
/// ```
/// use innovate_aws::{disjoint, network::VpcCidr, vpc_cidr};
///
/// const STAGING: VpcCidr = vpc_cidr!("10.20.0.0/16");
/// const PROD: VpcCidr = vpc_cidr!("10.30.0.0/16");
/// disjoint!(STAGING, PROD);
/// ```
#[macro_export]
macro_rules! disjoint {
    ($($block:expr),+ $(,)?) => {
        const _: () = {
            let names = [$(stringify!($block)),+];
            if let Some((one, other)) = $crate::network::overlap(&[$($block),+]) {
                $crate::literal::reject(&[
                    "the blocks `",
                    names[one],
                    "` and `",
                    names[other],
                    "` share addresses: each environment has a block of its own",
                ]);
            }
        };
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zones;

    fn plan(block: VpcCidr) -> Vec<(TierKind, Cidr)> {
        TierKind::ALL.into_iter().map(|tier| (tier, block.tier(tier))).collect()
    }

    #[test]
    fn a_16_gives_each_tier_its_share() {
        let block = vpc_cidr!("10.30.0.0/16");
        let texts: Vec<String> = plan(block).iter().map(|(_, cidr)| cidr.to_string()).collect();
        let expected = [
            "10.30.0.0/17",
            "10.30.128.0/21",
            "10.30.136.0/22",
            "10.30.140.0/23",
            "10.30.142.0/25",
        ];
        assert_eq!(texts, expected);
        let zones = zones!(EuWest1: az1, az2, az3);
        let subnets = |tier| {
            zones.iter().map(|zone| block.subnet(tier, zone).to_string()).collect::<Vec<_>>()
        };
        assert_eq!(subnets(TierKind::Private), ["10.30.0.0/19", "10.30.32.0/19", "10.30.64.0/19"]);
        assert_eq!(subnets(TierKind::Data), ["10.30.136.0/24", "10.30.137.0/24", "10.30.138.0/24"]);
    }

    #[test]
    fn tiers_are_disjoint_and_inside_at_every_size() {
        for prefix in VpcCidr::LARGEST..=VpcCidr::SMALLEST {
            let block = VpcCidr::parse(&format!("10.0.0.0/{prefix}")).unwrap();
            let tiers = plan(block);
            for (at, (tier, cidr)) in tiers.iter().enumerate() {
                assert!(
                    block.cidr().contains(*cidr) && *cidr != block.cidr(),
                    "{tier:?} /{prefix}"
                );
                for (other, block) in tiers.iter().skip(at + 1) {
                    assert!(!cidr.overlaps(*block), "{tier:?} and {other:?} of /{prefix}");
                }
            }
        }
    }

    #[test]
    fn a_tier_that_comes_after_the_last_moves_none_and_has_room() {
        for prefix in VpcCidr::LARGEST..=VpcCidr::SMALLEST {
            let block = VpcCidr::parse(&format!("10.0.0.0/{prefix}")).unwrap();
            let tiers = plan(block);
            for pair in tiers.windows(2) {
                assert!(pair[0].1.last() < pair[1].1.first(), "/{prefix}");
            }
            let (last, next) = (tiers[tiers.len() - 1].1, tiers[tiers.len() - 1].1.last() + 1);
            assert!(next + (last.last() - last.first()) <= block.cidr().last(), "/{prefix}");
        }
    }

    #[test]
    fn a_block_of_another_size_is_refused_with_its_reason() {
        for (text, error) in [
            ("10.0.0.0/15", VpcCidrError::Size),
            ("10.0.0.0/29", VpcCidrError::Size),
            ("10.0.0.0/23", VpcCidrError::TooSmall),
            ("10.0.0.0/28", VpcCidrError::TooSmall),
        ] {
            assert_eq!(VpcCidr::parse(text), Err(error), "{text}");
        }
        assert!(matches!(VpcCidr::parse("10.0.0.1/16"), Err(VpcCidrError::NotACidr(_))));
    }
}
