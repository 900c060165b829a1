//! Formats: texts whose form has a name.

use std::net::Ipv6Addr;

use innovate_core::Cidr;

use super::layout::FORMATS;

/// A format by its number in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format(u8);

impl Format {
    pub(super) const fn new(number: u8) -> Self {
        Self(number)
    }

    fn name(self) -> &'static str {
        FORMATS.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// What the text is, and what it looks like.
    pub(super) fn describe(self) -> (&'static str, &'static str) {
        match self.name() {
            "date-time" => ("a point in time", "the form `2026-01-31T12:30:00Z`"),
            "json" => ("JSON", "a JSON document"),
            "ipv4-network" => {
                ("an IPv4 block", "the form `10.30.0.0/16`, with no bits behind the prefix")
            }
            "ipv6-network" => {
                ("an IPv6 block", "the form `2001:db8::/32`, with no bits behind the prefix")
            }
            "AWS::IAM::Role.Arn" => ("the ARN of a role", "`arn:aws:iam::123456789012:role/name`"),
            "AWS::KMS::Key.Arn" => {
                ("the ARN of a KMS key", "`arn:aws:kms:region:123456789012:key/id`")
            }
            "AWS::KMS::Key.Id" => ("the id of a KMS key", "a UUID, or `mrk-` and 32 digits"),
            "AWS::KMS::Alias.AliasName" => ("the alias of a KMS key", "`alias/name`"),
            "AWS::EC2::SecurityGroup.Id" => {
                ("the id of a security group", "`sg-` and 8 or 17 hexadecimal digits")
            }
            "AWS::EC2::SecurityGroup.Name" => (
                "the name of a security group",
                "letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`",
            ),
            "AWS::EC2::Subnet.Id" => {
                ("the id of a subnet", "`subnet-` and 8 or 17 hexadecimal digits")
            }
            "AWS::EC2::VPC.Id" => ("the id of a VPC", "`vpc-` and 8 or 17 hexadecimal digits"),
            "AWS::EC2::Image.Id" => ("the id of an AMI", "`ami-` and 8 or 17 hexadecimal digits"),
            "AWS::S3::Bucket.Name" => (
                "the name of a bucket",
                "3 to 63 small letters, digits, hyphens and dots, a letter or digit at each end",
            ),
            "AWS::SNS::Topic.Arn" => {
                ("the ARN of a topic", "`arn:aws:sns:region:123456789012:name`")
            }
            "AWS::SQS::Queue.Arn" => {
                ("the ARN of a queue", "`arn:aws:sqs:region:123456789012:name`")
            }
            "AWS::Lambda::Function.Arn" => {
                ("the ARN of a function", "`arn:aws:lambda:region:123456789012:function:name`")
            }
            "AWS::Logs::LogGroup.Name" => {
                ("the name of a log group", "up to 512 letters, digits and `.-_/#`")
            }
            "AWS::ACM::Certificate.Arn" => {
                ("the ARN of a certificate", "`arn:aws:acm:region:123456789012:certificate/id`")
            }
            name => (name, name),
        }
    }

    /// Whether a text has it.
    pub(super) fn accepts(self, text: &str) -> bool {
        match self.name() {
            "date-time" => is_date_time(text),
            "json" => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
            "ipv4-network" => Cidr::parse(text).is_ok(),
            "ipv6-network" => is_ipv6_network(text),
            "AWS::IAM::Role.Arn" => {
                arn(text, "iam", false).is_some_and(|rest| is_behind(rest, "role/"))
            }
            "AWS::KMS::Key.Arn" => arn(text, "kms", true)
                .is_some_and(|rest| is_behind(rest, "key/") || is_behind(rest, "alias/")),
            "AWS::KMS::Key.Id" => is_key_id(text),
            "AWS::KMS::Alias.AliasName" => is_alias(text),
            "AWS::EC2::SecurityGroup.Id" => is_id(text, "sg-"),
            "AWS::EC2::SecurityGroup.Name" => {
                !text.is_empty()
                    && text.bytes().all(|byte| {
                        byte.is_ascii_alphanumeric() || b" ._-:/()#,@[]+=&;{}!$*".contains(&byte)
                    })
            }
            "AWS::EC2::Subnet.Id" => is_id(text, "subnet-"),
            "AWS::EC2::VPC.Id" => is_id(text, "vpc-"),
            // A launch template also takes a parameter of Systems Manager.
            "AWS::EC2::Image.Id" => is_id(text, "ami-") || text.starts_with("resolve:ssm:"),
            "AWS::S3::Bucket.Name" => is_bucket(text),
            "AWS::SNS::Topic.Arn" => arn(text, "sns", true).is_some_and(|rest| !rest.is_empty()),
            "AWS::SQS::Queue.Arn" => arn(text, "sqs", true).is_some_and(|rest| !rest.is_empty()),
            "AWS::Lambda::Function.Arn" => {
                arn(text, "lambda", true).is_some_and(|rest| is_behind(rest, "function:"))
            }
            "AWS::Logs::LogGroup.Name" => {
                (1..=512).contains(&text.len())
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte))
            }
            "AWS::ACM::Certificate.Arn" => {
                arn(text, "acm", true).is_some_and(|rest| is_behind(rest, "certificate/"))
            }
            _ => true,
        }
    }
}

fn is_behind(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty())
}

/// What stands behind the account in an ARN of `service`.
fn arn<'a>(text: &'a str, service: &str, regional: bool) -> Option<&'a str> {
    let mut parts = text.splitn(6, ':');
    let (mark, partition) = (parts.next()?, parts.next()?);
    let (named, region, account) = (parts.next()?, parts.next()?, parts.next()?);
    let partition = partition.strip_prefix("aws")?;
    let fits = mark == "arn"
        && partition.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        && named == service
        && region.is_empty() != regional
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit());
    if fits { parts.next() } else { None }
}

fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn is_key_id(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("mrk-") {
        return digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let groups = text.split('-');
    is_alias(text)
        || groups.clone().map(str::len).eq([8, 4, 4, 4, 12])
            && groups.flat_map(str::bytes).all(|byte| byte.is_ascii_hexdigit())
}

fn is_alias(text: &str) -> bool {
    is_behind(text, "alias/")
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte))
}

fn is_bucket(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [text.bytes().next(), text.bytes().last()];
    (3..=63).contains(&text.len())
        && text.bytes().all(|byte| plain(byte) || byte == b'.' || byte == b'-')
        && ends.into_iter().flatten().all(plain)
        && !["..", ".-", "-."].iter().any(|pair| text.contains(pair))
}

fn is_ipv6_network(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else { return false };
    let (Ok(address), Ok(prefix)) = (address.parse::<Ipv6Addr>(), prefix.parse::<u32>()) else {
        return false;
    };
    prefix <= 128 && u128::from(address).checked_shl(prefix).unwrap_or(0) == 0
}

/// RFC 3339.
fn is_date_time(text: &str) -> bool {
    let number = |from: usize, to: usize| -> Option<u32> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
    let within = |value: Option<u32>, least: u32, most: u32| {
        value.is_some_and(|value| (least..=most).contains(&value))
    };
    let begins = marks.iter().all(|&(at, mark)| text.get(at..at + 1) == Some(mark))
        && number(0, 4).is_some()
        && within(number(5, 7), 1, 12)
        && within(number(8, 10), 1, 31)
        && within(number(11, 13), 0, 23)
        && within(number(14, 16), 0, 59)
        && within(number(17, 19), 0, 60);
    let Some(mut rest) = text.get(19..).filter(|_| begins) else { return false };
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        rest = fraction.get(digits..).unwrap_or("");
    }
    let offset = text.len() - rest.len();
    rest == "Z"
        || rest.len() == 6
            && rest.starts_with(['+', '-'])
            && rest.get(3..4) == Some(":")
            && within(number(offset + 1, offset + 3), 0, 23)
            && within(number(offset + 4, offset + 6), 0, 59)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_accepts_its_own_and_refuses_what_comes_close() {
        let digest = "0123456789abcdef0123456789abcdef";
        let multi_region = format!("mrk-{digest}");
        let cases: &[(&str, &[&str], &[&str])] = &[
            (
                "date-time",
                &["2026-01-31T12:30:00Z", "2026-01-31T12:30:00.5+02:00"],
                &[
                    "2026-01-31",
                    "2026-13-31T12:30:00Z",
                    "2026-01-31T12:30:00",
                    "2026-01-31T12:30:00.Z",
                ],
            ),
            ("json", &["{}", r#"{"a":[1]}"#], &["{", "a"]),
            ("ipv4-network", &["10.0.0.0/8"], &["10.0.0.1/8", "10.0.0.0", "10.0.0.0/33"]),
            ("ipv6-network", &["2001:db8::/32", "::/0"], &["2001:db8::1/32", "::", "::/129"]),
            (
                "AWS::IAM::Role.Arn",
                &["arn:aws:iam::123456789012:role/a/b", "arn:aws-cn:iam::123456789012:role/a"],
                &["arn:aws:iam::123456789012:user/a", "arn:aws:iam::12345:role/a", "a"],
            ),
            (
                "AWS::KMS::Key.Arn",
                &["arn:aws:kms:eu-west-1:123456789012:key/a"],
                &["arn:aws:kms::123456789012:key/a", "arn:aws:kms:eu-west-1:123456789012:a/a"],
            ),
            (
                "AWS::KMS::Key.Id",
                &["1234abcd-12ab-34cd-56ef-1234567890ab", &multi_region, "alias/a"],
                &["1234abcd", "mrk-1", "alias/"],
            ),
            ("AWS::KMS::Alias.AliasName", &["alias/a/b"], &["alias/", "a", "alias/é"]),
            (
                "AWS::EC2::SecurityGroup.Id",
                &["sg-0123456789abcdef0", "sg-01234567"],
                &["sg-0123", "subnet-01234567"],
            ),
            ("AWS::EC2::SecurityGroup.Name", &["web (a)"], &["", "a^b"]),
            ("AWS::EC2::Subnet.Id", &["subnet-01234567"], &["sg-01234567"]),
            ("AWS::EC2::VPC.Id", &["vpc-0123456789abcdef0"], &["vpc-0123456789abcdefg"]),
            ("AWS::EC2::Image.Id", &["ami-01234567", "resolve:ssm:/a"], &["ami-1"]),
            ("AWS::S3::Bucket.Name", &["a.b-c"], &["ab", "-ab", "a..b", "A-b", "a_b"]),
            (
                "AWS::SNS::Topic.Arn",
                &["arn:aws:sns:eu-west-1:123456789012:a"],
                &["arn:aws:sns:eu-west-1:123456789012:"],
            ),
            ("AWS::SQS::Queue.Arn", &["arn:aws:sqs:eu-west-1:123456789012:a"], &["https://sqs"]),
            (
                "AWS::Lambda::Function.Arn",
                &["arn:aws:lambda:eu-west-1:123456789012:function:a:1"],
                &["arn:aws:lambda:eu-west-1:123456789012:layer:a"],
            ),
            ("AWS::Logs::LogGroup.Name", &["/aws/eks/a"], &["", "a b"]),
            (
                "AWS::ACM::Certificate.Arn",
                &["arn:aws:acm:us-east-1:123456789012:certificate/a"],
                &["arn:aws:acm:us-east-1:123456789012:a"],
            ),
        ];
        assert_eq!(cases.len(), FORMATS.len(), "a format has no case");
        for (number, format) in (0..).zip(FORMATS) {
            let Some((_, good, bad)) = cases.iter().find(|(name, ..)| name == format) else {
                panic!("{format} has no case");
            };
            let format = Format::new(number);
            for text in *good {
                assert!(format.accepts(text), "{} refuses {text}", format.name());
            }
            for text in *bad {
                assert!(!format.accepts(text), "{} accepts {text:?}", format.name());
            }
            assert_ne!(format.describe().0, format.name(), "{} has no description", format.name());
        }
    }
}
