//! ARNs of what the program doesn't make.

use super::define::{begins_with, same};

#[doc(hidden)]
pub use innovate_cfn::kind;
#[doc(hidden)]
pub use innovate_core::value::Literal;

/// A kind of ARN that [`arn!`](crate::arn) checks.
#[diagnostic::on_unimplemented(
    message = "`arn!` knows no form of `{Self}`",
    note = "it knows roles, policies, keys, certificates, secrets, topics, queues, buckets and others: see `ArnKind`"
)]
pub trait ArnKind {
    /// What its ARNs look like.
    const FORM: ArnForm;
}

/// What the ARNs of a kind look like.
#[derive(Clone, Copy, Debug)]
pub struct ArnForm {
    service: &'static str,
    has_region: bool,
    has_account: bool,
    resource: &'static str,
    shown: &'static str,
}

macro_rules! forms {
    ($($kind:ident $service:literal $region:literal $account:literal $resource:literal)*) => {$(
        impl ArnKind for kind::$kind {
            const FORM: ArnForm = ArnForm {
                service: $service,
                has_region: !$region.is_empty(),
                has_account: !$account.is_empty(),
                resource: $resource,
                shown: concat!("arn:aws:", $service, ":", $region, ":", $account, ":", $resource, ".."),
            };
        }
    )*};
}

// Source: the tables "Resource types" of each service in the Service Authorization Reference.
forms! {
    BucketArn "s3" "" "" ""
    CertificateArn "acm" "REGION" "ACCOUNT" "certificate/"
    EksClusterArn "eks" "REGION" "ACCOUNT" "cluster/"
    FunctionArn "lambda" "REGION" "ACCOUNT" "function:"
    InstanceProfileArn "iam" "" "ACCOUNT" "instance-profile/"
    KeyArn "kms" "REGION" "ACCOUNT" "key/"
    LoadBalancerArn "elasticloadbalancing" "REGION" "ACCOUNT" "loadbalancer/"
    LogGroupArn "logs" "REGION" "ACCOUNT" "log-group:"
    ManagedPolicyArn "iam" "" "ACCOUNT" "policy/"
    OidcProviderArn "iam" "" "ACCOUNT" "oidc-provider/"
    QueueArn "sqs" "REGION" "ACCOUNT" ""
    RepositoryArn "ecr" "REGION" "ACCOUNT" "repository/"
    RoleArn "iam" "" "ACCOUNT" "role/"
    SecretArn "secretsmanager" "REGION" "ACCOUNT" "secret:"
    TargetGroupArn "elasticloadbalancing" "REGION" "ACCOUNT" "targetgroup/"
    TopicArn "sns" "REGION" "ACCOUNT" ""
}

impl ArnForm {
    /// The form as a person reads it.
    pub const fn shown(&self) -> &'static str {
        self.shown
    }

    /// Whether a text is such an ARN, also at compile time.
    pub const fn fits(&self, text: &str) -> bool {
        let (Some((b"arn", rest)), true) = (part(text.as_bytes()), is_plain(text.as_bytes()))
        else {
            return false;
        };
        let Some((partition, rest)) = part(rest) else { return false };
        let Some((service, rest)) = part(rest) else { return false };
        let Some((region, rest)) = part(rest) else { return false };
        let Some((account, resource)) = part(rest) else { return false };
        let by_aws = same(self.resource.as_bytes(), b"policy/") && same(account, b"aws");
        (same(partition, b"aws") || begins_with(partition, b"aws-"))
            && same(service, self.service.as_bytes())
            && self.has_region != region.is_empty()
            && match self.has_account {
                true => is_account(account) || by_aws,
                false => account.is_empty(),
            }
            && begins_with(resource, self.resource.as_bytes())
            && resource.len() > self.resource.len()
            // A topic's, queue's or bucket's ARN ends in its name.
            && (!self.resource.is_empty() || is_name(resource))
    }
}

/// What stands before the first colon, and behind it.
const fn part(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    while let Some((before, [first, rest @ ..])) = text.split_at_checked(at) {
        if *first == b':' {
            return Some((before, rest));
        }
        at += 1;
    }
    None
}

/// Whether it has no colon and no slash.
const fn is_name(mut text: &[u8]) -> bool {
    while let [first, rest @ ..] = text {
        if matches!(*first, b':' | b'/') {
            return false;
        }
        text = rest;
    }
    true
}

const fn is_account(text: &[u8]) -> bool {
    let mut rest = text;
    while let [first, others @ ..] = rest {
        if !first.is_ascii_digit() {
            return false;
        }
        rest = others;
    }
    text.len() == 12
}

/// Whether it has no white space.
const fn is_plain(mut text: &[u8]) -> bool {
    while let [first, rest @ ..] = text {
        if !first.is_ascii_graphic() {
            return false;
        }
        text = rest;
    }
    true
}

/// The ARN of a resource that the program doesn't make, of a kind and checked by the compiler:
/// `arn!(RoleArn: "arn:aws:iam::111122223333:role/ci")`. The kinds are those of [`ArnKind`].
#[macro_export]
macro_rules! arn {
    ($kind:ident: $text:literal) => {{
        type Kind = $crate::name::arn::kind::$kind;
        const ARN: $crate::name::arn::Literal<Kind> = {
            let form = <Kind as $crate::name::ArnKind>::FORM;
            if !form.fits($text) {
                $crate::literal::reject(&[
                    "not a ",
                    stringify!($kind),
                    ": `",
                    $text,
                    "`: it has the form `",
                    form.shown(),
                    "`",
                ])
            }
            $crate::name::arn::Literal::new($text)
        };
        ARN
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_the_form_of_its_kind() {
        let role = kind::RoleArn::FORM;
        for right in [
            "arn:aws:iam::111122223333:role/ci",
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/Admin_1",
            "arn:aws-us-gov:iam::111122223333:role/ci",
        ] {
            assert!(role.fits(right), "{right}");
        }
        for wrong in [
            "",
            "arn",
            "arn:aws:iam:role/ci",
            "arn:aws:iam:eu-west-1:111122223333:role/ci",
            "arn:aws:iam::11112222333:role/ci",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam::111122223333:user/ci",
            "arn:aws:sts::111122223333:role/ci",
            "arn:gcp:iam::111122223333:role/ci",
            "arn:awsx:iam::111122223333:role/ci",
            "arn:aws:iam::aws:role/ci",
            "arn:aws:iam::111122223333:role/c i",
        ] {
            assert!(!role.fits(wrong), "{wrong}");
        }
        let key = kind::KeyArn::FORM;
        assert!(key.fits("arn:aws:kms:eu-west-1:111122223333:key/1234abcd"));
        assert!(!key.fits("arn:aws:kms::111122223333:key/1234abcd"));
        assert!(!key.fits("arn:aws:kms:eu-west-1:111122223333:alias/volumes"));
        assert!(kind::BucketArn::FORM.fits("arn:aws:s3:::logs"));
        assert!(!kind::BucketArn::FORM.fits("arn:aws:s3::111122223333:logs"));
        assert!(!kind::BucketArn::FORM.fits("arn:aws:s3:::logs/*"));
        let topic = kind::TopicArn::FORM;
        assert!(topic.fits("arn:aws:sns:eu-west-1:111122223333:alarms"));
        assert!(!topic.fits("arn:aws:sns:eu-west-1:111122223333:alarms:6b0e71bd"));
        assert!(kind::ManagedPolicyArn::FORM.fits("arn:aws:iam::aws:policy/ReadOnlyAccess"));
        assert_eq!(role.shown(), "arn:aws:iam::ACCOUNT:role/..");
    }
}
