//! Names: from CloudFormation's words to Rust's.

/// Words that the rule for capitals would cut in the wrong place.
const WHOLE: &[&str] = &[
    "DynamoDB",
    "GraphQL",
    "IPv4",
    "IPv6",
    "IoT",
    "MySQL",
    "OAuth",
    "PostgreSQL",
    "QuickSight",
    "TLSv1",
];

/// The words of a name, in lower case.
///
/// A word begins at a capital that follows a small letter or a digit, and at the last capital of a
/// run before a small letter (`DBCluster`: `db`, `cluster`); a run's plural `s` stays with it
/// (`ARNs`: `arns`). What is neither letter nor digit separates words.
pub(crate) fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or(' ');
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut index = 0;
    while index < chars.len() {
        let rest: String = chars.iter().skip(index).collect();
        let whole = WHOLE.iter().find(|whole| {
            rest.starts_with(**whole) && !at(index + whole.len()).is_ascii_lowercase()
        });
        if let Some(whole) = whole {
            flush(&mut word, &mut words);
            words.push(whole.to_ascii_lowercase());
            index += whole.len();
            continue;
        }
        let character = at(index);
        if !character.is_ascii_alphanumeric() {
            flush(&mut word, &mut words);
            index += 1;
            continue;
        }
        let previous = if index == 0 { ' ' } else { at(index - 1) };
        let next = at(index + 1);
        let plural = next == 's' && !at(index + 2).is_ascii_lowercase();
        let begins = character.is_ascii_uppercase()
            && (previous.is_ascii_lowercase()
                || previous.is_ascii_digit()
                || (previous.is_ascii_uppercase() && next.is_ascii_lowercase() && !plural));
        if begins {
            flush(&mut word, &mut words);
        }
        word.push(character.to_ascii_lowercase());
        index += 1;
    }
    flush(&mut word, &mut words);
    words
}

fn flush(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// The name of a method or module: `DBClusterIdentifier` gives `db_cluster_identifier`. A word that
/// Rust reserves gets an underscore at its end, as the standard library does it.
pub(crate) fn snake(name: &str) -> String {
    let snake = words(name).join("_");
    if RESERVED.contains(&snake.as_str()) || snake == "new" {
        format!("{snake}_")
    } else if snake.starts_with(|first: char| first.is_ascii_digit()) || snake.is_empty() {
        format!("_{snake}")
    } else {
        snake
    }
}

const RESERVED: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

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
