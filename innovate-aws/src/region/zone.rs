//! The zones that a network spans.

use std::fmt;

use super::Region;

/// An availability zone, by the id that means the same place in every account.
///
/// Source: "AZ IDs", AWS Regions and Availability Zones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zone {
    region: Region,
    number: u8,
}

impl Zone {
    /// The zone's region.
    pub const fn region(self) -> Region {
        self.region
    }

    /// The number at the end of its id.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// Its id without the region: `az1`.
    pub fn name(self) -> String {
        format!("az{}", self.number)
    }

    /// Which of a network's four places for zones it takes, counted from 0. It depends on the zone
    /// alone, so that neither the order of zones nor another zone moves a subnet.
    pub const fn slot(self) -> u8 {
        match rank(self.region, self.number) {
            Some(rank) if rank < Zones::MOST => rank as u8,
            _ => Zones::MOST as u8 - 1,
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-az{}", self.region.zone_prefix(), self.number)
    }
}

/// The zones that a network spans: three or four of one region, each of them good for EKS.
///
/// [`zones!`](crate::zones) makes one that the compiler has checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zones {
    region: Region,
    numbers: [u8; Self::MOST],
    count: usize,
}

/// Why a choice of zones is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ZoneError {
    /// Fewer than three.
    TooFew,
    /// More than four.
    TooMany,
    /// A zone is named twice.
    Repeated,
    /// The region has no such zone.
    Unknown,
    /// EKS doesn't place its control plane in the zone.
    RefusedByEks,
    /// Two of the zones share a place in the network's plan.
    SharedSlot,
    /// The region has fewer than three zones that EKS offers.
    SmallRegion,
}

impl ZoneError {
    /// The reason in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::TooFew => {
                "a network spans at least three zones, so that two remain when one fails"
            }
            Self::TooMany => "a network spans at most four zones",
            Self::Repeated => "the same zone is named twice",
            Self::Unknown => "the region has no such zone; zones are written az1, az2, ...",
            Self::RefusedByEks => {
                "EKS does not place its control plane in this zone (use1-az3, usw1-az2, cac1-az3)"
            }
            Self::SharedSlot => {
                "use1-az5 and use1-az6 share the fourth place in the plan: name one"
            }
            Self::SmallRegion => "the region has fewer than three zones that EKS offers",
        }
    }
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for ZoneError {}

impl Zones {
    /// The fewest zones that a network spans.
    pub const FEWEST: usize = 3;
    /// The most zones that a network spans.
    pub const MOST: usize = 4;

    /// The zones of `region` with these numbers, also at compile time.
    ///
    /// # Errors
    ///
    /// If they are fewer than three or more than four, one is named twice, doesn't exist in the
    /// region or isn't offered by EKS, or two share a place in the plan.
    #[allow(clippy::indexing_slicing, reason = "each index is compared with its length first")]
    pub const fn new(region: Region, numbers: &[u8]) -> Result<Self, ZoneError> {
        if usable(region) < Self::FEWEST {
            return Err(ZoneError::SmallRegion);
        }
        let mut zones = Self { region, numbers: [0; Self::MOST], count: 0 };
        let mut at = 0;
        while at < numbers.len() {
            let number = numbers[at];
            if !contains(region.zone_numbers(), number) {
                return Err(ZoneError::Unknown);
            }
            if contains(region.zones_without_eks(), number) {
                return Err(ZoneError::RefusedByEks);
            }
            let mut earlier = 0;
            while earlier < zones.count {
                let other = zones.numbers[earlier];
                if other == number {
                    return Err(ZoneError::Repeated);
                }
                if (Zone { region, number }).slot() == (Zone { region, number: other }).slot() {
                    return Err(ZoneError::SharedSlot);
                }
                earlier += 1;
            }
            if zones.count == Self::MOST {
                return Err(ZoneError::TooMany);
            }
            let mut place = zones.count;
            while place > 0 && zones.numbers[place - 1] > number {
                zones.numbers[place] = zones.numbers[place - 1];
                place -= 1;
            }
            zones.numbers[place] = number;
            zones.count += 1;
            at += 1;
        }
        if zones.count < Self::FEWEST { Err(ZoneError::TooFew) } else { Ok(zones) }
    }

    /// The zones by their names, `az1` and so on; for [`zones!`](crate::zones).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    #[doc(hidden)]
    #[allow(clippy::indexing_slicing, reason = "each index is compared with its length first")]
    pub const fn parse(region: Region, names: &[&str]) -> Result<Self, ZoneError> {
        let mut numbers = [0u8; 16];
        if names.len() > numbers.len() {
            return Err(ZoneError::TooMany);
        }
        let mut at = 0;
        while at < names.len() {
            let name = names[at].as_bytes();
            numbers[at] = match name {
                [b'a', b'z', digit] if digit.is_ascii_digit() => *digit - b'0',
                _ => return Err(ZoneError::Unknown),
            };
            at += 1;
        }
        let (numbers, _) = numbers.split_at(names.len());
        Self::new(region, numbers)
    }

    /// The region that they are in.
    pub const fn region(&self) -> Region {
        self.region
    }

    /// Each of them, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = Zone> + use<> {
        let region = self.region;
        self.numbers.into_iter().take(self.count).map(move |number| Zone { region, number })
    }

    /// How many they are: three or four.
    #[allow(clippy::len_without_is_empty, reason = "there are never none")]
    pub const fn len(&self) -> usize {
        self.count
    }
}

#[allow(clippy::indexing_slicing, reason = "the index is compared with the length first")]
const fn contains(numbers: &[u8], number: u8) -> bool {
    let mut at = 0;
    while at < numbers.len() {
        if numbers[at] == number {
            return true;
        }
        at += 1;
    }
    false
}

const fn usable(region: Region) -> usize {
    region.zone_numbers().len() - region.zones_without_eks().len()
}

/// How many zones that EKS offers come before this one in its region.
#[allow(clippy::indexing_slicing, reason = "the index is compared with the length first")]
const fn rank(region: Region, number: u8) -> Option<usize> {
    let numbers = region.zone_numbers();
    let (mut at, mut rank) = (0, 0);
    while at < numbers.len() {
        if numbers[at] == number {
            return Some(rank);
        }
        if !contains(region.zones_without_eks(), numbers[at]) {
            rank += 1;
        }
        at += 1;
    }
    None
}

/// The zones that a network spans, checked by the compiler: `zones!(EuWest1: az1, az2, az3)`.
///
/// Three or four zones that the region has and that EKS offers for its control plane.
///
/// ```
/// use innovate_aws::zones;
///
/// let zones = zones!(EuWest1: az1, az2, az3);
/// assert_eq!(zones.iter().map(|zone| zone.to_string()).collect::<Vec<_>>(), ["euw1-az1", "euw1-az2", "euw1-az3"]);
/// ```
#[macro_export]
macro_rules! zones {
    ($region:ident: $($zone:ident),* $(,)?) => {{
        const ZONES: $crate::region::Zones = match $crate::region::Zones::parse(
            $crate::region::Region::$region,
            &[$(stringify!($zone)),*],
        ) {
            Ok(zones) => zones,
            Err(error) => $crate::literal::reject(&[
                "zones of ",
                $crate::region::Region::$region.code(),
                ":",
                $(" ", stringify!($zone),)*
                ": ",
                error.message(),
            ]),
        };
        ZONES
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_zone_has_a_slot_of_its_own_whatever_the_order() {
        for region in Region::ALL.iter().filter(|region| usable(**region) >= 3) {
            let numbers: Vec<u8> = region
                .zone_numbers()
                .iter()
                .copied()
                .filter(|number| !region.zones_without_eks().contains(number))
                .take(Zones::MOST)
                .collect();
            let reversed: Vec<u8> = numbers.iter().rev().copied().collect();
            let (zones, other) = (Zones::new(*region, &numbers), Zones::new(*region, &reversed));
            let slots: Vec<u8> = zones.unwrap().iter().map(Zone::slot).collect();
            assert_eq!(slots, (0..slots.len() as u8).collect::<Vec<_>>());
            assert!(zones.unwrap().iter().eq(other.unwrap().iter()));
        }
    }

    #[test]
    fn a_wrong_choice_of_zones_is_refused_with_its_reason() {
        for (region, numbers, error) in [
            (Region::EuWest1, &[1, 2][..], ZoneError::TooFew),
            (Region::EuWest1, &[1, 2, 2], ZoneError::Repeated),
            (Region::EuWest1, &[1, 2, 4], ZoneError::Unknown),
            (Region::UsEast1, &[1, 2, 3], ZoneError::RefusedByEks),
            (Region::UsEast1, &[1, 5, 6], ZoneError::SharedSlot),
            (Region::UsWest1, &[1, 3], ZoneError::SmallRegion),
        ] {
            assert_eq!(Zones::new(region, numbers), Err(error));
        }
    }

    #[test]
    fn virginia_reaches_every_slot() {
        let zones = zones!(UsEast1: az6, az4, az2, az1);
        assert_eq!(zones.iter().map(Zone::slot).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}
