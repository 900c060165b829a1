//! Names: from CloudFormation's words to Rust's.

#[path = "../../../innovate-aws/cfn/src/schema/setter.rs"]
mod setter;

pub(crate) use setter::{snake, words};

/// The name of a type: CloudFormation's own, beginning with a capital, without what an identifier
/// can't hold.
pub(crate) fn pascal(name: &str) -> String {
    let mut pascal = String::new();
    let mut upper = true;
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            upper = true;
            continue;
        }
        if pascal.is_empty() && character.is_ascii_digit() {
            pascal.push('_');
        }
        pascal.push(if upper { character.to_ascii_uppercase() } else { character });
        upper = false;
    }
    if pascal == "Self" { "Self_".to_owned() } else { pascal }
}

/// The name of a constant for one of an enumeration's values: `BOTTLEROCKET_ARM_64`, `AWS_KMS` for
/// `aws:kms`, `ALL` for `*`, `EMPTY` for the empty text.
pub(crate) fn screaming(value: &str) -> String {
    let constant = match value {
        "" => "EMPTY".to_owned(),
        "*" => "ALL".to_owned(),
        _ => {
            let value = match value.strip_prefix('-') {
                Some(rest) if rest.starts_with(|first: char| first.is_ascii_digit()) => {
                    format!("MINUS_{rest}")
                }
                _ => value.to_owned(),
            };
            let value = value.replace('*', "_ALL_").replace('+', "_PLUS_");
            // A value that is all capitals has only the words that it separates itself.
            let upper = value.to_ascii_uppercase();
            let whole = if upper == value { value.to_ascii_lowercase() } else { value };
            words(&whole).join("_").to_ascii_uppercase()
        }
    };
    if constant.is_empty() {
        "OTHER".to_owned()
    } else if constant.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{constant}")
    } else {
        constant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cut_into_words() {
        for (name, expected) in [
            ("VpcId", "vpc_id"),
            ("VPCCidrBlock", "vpc_cidr_block"),
            ("DBClusterIdentifier", "db_cluster_identifier"),
            ("EnableIAMDatabaseAuthentication", "enable_iam_database_authentication"),
            ("SecurityGroupARNs", "security_group_arns"),
            ("VPCs", "vpcs"),
            ("ARNsOfRoles", "arns_of_roles"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("AssignIPv6Address", "assign_ipv6_address"),
            ("S3BucketName", "s3_bucket_name"),
            ("EC2SecurityGroupId", "ec2_security_group_id"),
            ("CloudWatchLogsLogGroupArn", "cloud_watch_logs_log_group_arn"),
            ("Endpoint.Address", "endpoint_address"),
            ("iso8601UTC", "iso8601_utc"),
            ("IoTThingName", "iot_thing_name"),
            ("Type", "type_"),
            ("New", "new_"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn a_value_becomes_a_constant() {
        for (value, expected) in [
            ("BOTTLEROCKET_ARM_64", "BOTTLEROCKET_ARM_64"),
            ("AL2_x86_64", "AL2_X86_64"),
            ("ECC_SECG_P256K1", "ECC_SECG_P256K1"),
            ("gp3", "GP3"),
            ("aws:kms:dsse", "AWS_KMS_DSSE"),
            ("t2.micro", "T2_MICRO"),
            ("PromoteAsPrimary", "PROMOTE_AS_PRIMARY"),
            ("*", "ALL"),
            ("s3:*", "S3_ALL"),
            ("", "EMPTY"),
            ("-1", "MINUS_1"),
            ("1.2", "_1_2"),
            ("ON-DEMAND", "ON_DEMAND"),
        ] {
            assert_eq!(screaming(value), expected);
        }
    }

    #[test]
    fn a_type_keeps_cloudformations_name() {
        for (name, expected) in
            [("DBCluster", "DBCluster"), ("iso8601UTC", "Iso8601UTC"), ("a_b-c", "ABC")]
        {
            assert_eq!(pascal(name), expected);
        }
    }
}
