//! The partition of a region: what its ARNs begin with, and its hosts end with.

/// What ARNs begin with in a region, behind `arn:`.
///
/// Source: "Partitions", AWS Fault Isolation Boundaries; "Amazon Resource Names (ARNs)", AWS Identity and
/// Access Management User Guide.
pub(crate) fn partition_of(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        region if region.starts_with("eusc-") => "aws-eusc",
        _ => "aws",
    }
}

/// What the hosts of services end with in a region.
///
/// Source: "AWS service endpoints", AWS General Reference; "Endpoints", AWS European Sovereign Cloud User
/// Guide; "Endpoints and ARNs for Amazon Web Services in China", Getting Started with Amazon Web Services in
/// China.
#[cfg(feature = "deploy")]
pub(crate) fn domain_of(region: &str) -> &'static str {
    match partition_of(region) {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_regions() {
        for (region, partition) in [
            ("eu-west-1", "aws"),
            ("us-east-1", "aws"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            assert_eq!(partition_of(region), partition);
        }
    }
}
