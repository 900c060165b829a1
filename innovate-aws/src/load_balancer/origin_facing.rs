//! The addresses from which CloudFront asks origins.

use crate::region::Region;

/// The id of the prefix list `com.amazonaws.global.cloudfront.origin-facing` in a region, where it
/// is known. AWS keeps the list itself up to date. Elsewhere
/// `aws ec2 describe-managed-prefix-lists` tells the id, which
/// [`Scheme::prefix_list`](super::Scheme::prefix_list) takes.
///
/// Source: "AWS-managed prefix lists", Amazon VPC User Guide; `DescribeManagedPrefixLists` in each
/// region.
pub const fn origin_facing(region: Region) -> Option<&'static str> {
    Some(match region {
        Region::AfSouth1 => "pl-c0aa4fa9",
        Region::ApEast1 => "pl-14b2577d",
        Region::ApNortheast1 => "pl-58a04531",
        Region::ApNortheast2 => "pl-22a6434b",
        Region::ApSouth1 => "pl-9aa247f3",
        Region::ApSoutheast1 => "pl-31a34658",
        Region::ApSoutheast2 => "pl-b8a742d1",
        Region::CaCentral1 => "pl-38a64351",
        Region::EuCentral1 => "pl-a3a144ca",
        Region::EuNorth1 => "pl-fab65393",
        Region::EuSouth1 => "pl-1bbc5972",
        Region::EuWest1 => "pl-4fa04526",
        Region::EuWest2 => "pl-93a247fa",
        Region::EuWest3 => "pl-75b1541c",
        Region::MeSouth1 => "pl-17b2577e",
        Region::SaEast1 => "pl-5da64334",
        Region::UsEast1 => "pl-3b927c52",
        Region::UsEast2 => "pl-b6a144df",
        Region::UsWest1 => "pl-4ea04527",
        Region::UsWest2 => "pl-82a045eb",
        _ => return None,
    })
}

/// Whether an id is that of CloudFront's list in a region where it is known.
pub(crate) fn is_origin_facing(id: &str) -> bool {
    Region::ALL.iter().any(|region| origin_facing(*region) == Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_region_has_a_list_of_its_own() {
        let mut known: Vec<&str> =
            Region::ALL.iter().filter_map(|region| origin_facing(*region)).collect();
        assert_eq!(known.len(), 20);
        known.sort_unstable();
        known.dedup();
        assert_eq!(known.len(), 20);
        assert!(known.iter().all(|id| is_origin_facing(id) && id.len() == 11));
        assert!(!is_origin_facing("pl-00000000"));
    }
}
