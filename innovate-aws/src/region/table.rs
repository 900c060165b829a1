//! The regions, and which zones each has.

use std::fmt;

macro_rules! regions {
    ($($region:ident $code:literal $place:literal $zone_prefix:literal [$($zone:literal)*] $([refused $($refused:literal)*])?)*) => {
        /// A region of AWS's commercial partition.
        ///
        /// Source: "AWS Availability Zones", AWS Regions and Availability Zones; the zones that
        /// the control plane of EKS can't use: "Amazon EKS networking requirements", Amazon EKS
        /// User Guide.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Region {
            $(
                #[doc = concat!("`", $code, "`: ", $place, ".")]
                $region,
            )*
        }

        impl Region {
            /// Every region.
            pub const ALL: &'static [Self] = &[$(Self::$region),*];

            /// The region's code, such as `eu-west-1`.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$region => $code,)*
                }
            }

            /// What the ids of its zones begin with, such as `euw1`.
            pub const fn zone_prefix(self) -> &'static str {
                match self {
                    $(Self::$region => $zone_prefix,)*
                }
            }

            /// The numbers of its zones: 1 for `euw1-az1`.
            pub const fn zone_numbers(self) -> &'static [u8] {
                match self {
                    $(Self::$region => &[$($zone),*],)*
                }
            }

            /// The numbers of the zones in which EKS doesn't place a control plane.
            pub const fn zones_without_eks(self) -> &'static [u8] {
                match self {
                    $(Self::$region => &[$($($refused),*)?],)*
                }
            }
        }
    };
}

regions! {
    AfSouth1 "af-south-1" "Cape Town" "afs1" [1 2 3]
    ApEast1 "ap-east-1" "Hong Kong" "ape1" [1 2 3]
    ApEast2 "ap-east-2" "Taipei" "ape2" [1 2 3]
    ApNortheast1 "ap-northeast-1" "Tokyo" "apne1" [1 2 3 4]
    ApNortheast2 "ap-northeast-2" "Seoul" "apne2" [1 2 3 4]
    ApNortheast3 "ap-northeast-3" "Osaka" "apne3" [1 2 3]
    ApSouth1 "ap-south-1" "Mumbai" "aps1" [1 2 3]
    ApSouth2 "ap-south-2" "Hyderabad" "aps2" [1 2 3]
    ApSoutheast1 "ap-southeast-1" "Singapore" "apse1" [1 2 3]
    ApSoutheast2 "ap-southeast-2" "Sydney" "apse2" [1 2 3]
    ApSoutheast3 "ap-southeast-3" "Jakarta" "apse3" [1 2 3]
    ApSoutheast4 "ap-southeast-4" "Melbourne" "apse4" [1 2 3]
    ApSoutheast5 "ap-southeast-5" "Malaysia" "apse5" [1 2 3]
    ApSoutheast6 "ap-southeast-6" "New Zealand" "apse6" [1 2 3]
    ApSoutheast7 "ap-southeast-7" "Thailand" "apse7" [1 2 3]
    CaCentral1 "ca-central-1" "Central Canada" "cac1" [1 2 3 4] [refused 3]
    CaWest1 "ca-west-1" "Calgary" "caw1" [1 2 3]
    EuCentral1 "eu-central-1" "Frankfurt" "euc1" [1 2 3]
    EuCentral2 "eu-central-2" "Zurich" "euc2" [1 2 3]
    EuNorth1 "eu-north-1" "Stockholm" "eun1" [1 2 3]
    EuSouth1 "eu-south-1" "Milan" "eus1" [1 2 3]
    EuSouth2 "eu-south-2" "Spain" "eus2" [1 2 3]
    EuWest1 "eu-west-1" "Ireland" "euw1" [1 2 3]
    EuWest2 "eu-west-2" "London" "euw2" [1 2 3 4]
    EuWest3 "eu-west-3" "Paris" "euw3" [1 2 3]
    IlCentral1 "il-central-1" "Tel Aviv" "ilc1" [1 2 3]
    MeCentral1 "me-central-1" "United Arab Emirates" "mec1" [1 2 3]
    MeSouth1 "me-south-1" "Bahrain" "mes1" [1 2 3]
    MxCentral1 "mx-central-1" "Central Mexico" "mxc1" [1 2 3]
    SaEast1 "sa-east-1" "São Paulo" "sae1" [1 2 3]
    UsEast1 "us-east-1" "Northern Virginia" "use1" [1 2 3 4 5 6] [refused 3]
    UsEast2 "us-east-2" "Ohio" "use2" [1 2 3]
    UsWest1 "us-west-1" "Northern California" "usw1" [1 2 3] [refused 2]
    UsWest2 "us-west-2" "Oregon" "usw2" [1 2 3 4]
}

impl Region {
    /// The region with a code, such as `eu-west-1`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|region| region.code() == code)
    }

    /// Whether an account has to enable it first: a region that began after 20 March 2019.
    ///
    /// Source: "AWS Regions", AWS Regions and Availability Zones User Guide.
    pub const fn is_opt_in(self) -> bool {
        matches!(
            self,
            Self::AfSouth1
                | Self::ApEast1
                | Self::ApEast2
                | Self::ApSouth2
                | Self::ApSoutheast3
                | Self::ApSoutheast4
                | Self::ApSoutheast5
                | Self::ApSoutheast6
                | Self::ApSoutheast7
                | Self::CaWest1
                | Self::EuCentral2
                | Self::EuSouth1
                | Self::EuSouth2
                | Self::IlCentral1
                | Self::MeCentral1
                | Self::MeSouth1
                | Self::MxCentral1
        )
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_zone_prefixes_are_unique_and_codes_read_back() {
        for (at, region) in Region::ALL.iter().enumerate() {
            assert_eq!(Region::from_code(region.code()), Some(*region));
            for other in Region::ALL.iter().skip(at + 1) {
                assert_ne!(region.zone_prefix(), other.zone_prefix());
            }
        }
        assert_eq!(Region::from_code("eu-west-9"), None);
    }

    #[test]
    fn a_zone_that_eks_refuses_is_a_zone_of_its_region() {
        for region in Region::ALL {
            for zone in region.zones_without_eks() {
                assert!(region.zone_numbers().contains(zone), "{region}");
            }
        }
    }
}
