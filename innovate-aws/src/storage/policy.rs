//! Who may do what with a bucket.

use innovate_cfn::{
    policy::{Condition, PolicyDocument, Principal, Statement},
    s3,
};
use innovate_core::{AnyStack, Construct, MAIN, Scope};

use super::BucketHandle;

/// The policy of a bucket that waits for someone who is made after it, such as a CloudFront
/// distribution: [`SiteBucketHandle::allow_cloudfront`](super::SiteBucketHandle::allow_cloudfront)
/// makes it, and whoever is let in adds it.
///
/// A bucket has one policy. Every other bucket of this module comes with its own.
#[derive(Clone, Debug)]
#[must_use = "without its policy nobody can read the bucket: add it to a stack"]
pub struct BucketPolicy {
    bucket: BucketHandle,
    statements: Vec<Statement>,
}

impl BucketPolicy {
    pub(super) fn new(bucket: &BucketHandle, statements: Vec<Statement>) -> Self {
        let mut all = Vec::from(tls_only(bucket));
        all.extend(statements);
        Self { bucket: bucket.clone(), statements: all }
    }

    /// With these statements alone.
    pub(super) fn without_tls(bucket: &BucketHandle, statements: Vec<Statement>) -> Self {
        Self { bucket: bucket.clone(), statements }
    }
}

impl Construct for BucketPolicy {
    type Handle = s3::BucketPolicyRef;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> s3::BucketPolicyRef {
        let policy = PolicyDocument::new(self.statements);
        scope.add(MAIN, s3::BucketPolicy::new(self.bucket.resource(), policy))
    }
}

/// Refuses whoever comes without TLS, or with a version older than 1.2.
///
/// Source: "Security best practices for Amazon S3" and "How to use bucket policies to enforce a
/// minimum TLS version", Amazon S3 User Guide.
fn tls_only(bucket: &BucketHandle) -> [Statement; 2] {
    let deny = |sid: &'static str| {
        Statement::deny(["s3:*"])
            .sid(sid)
            .to(Principal::any())
            .on([bucket.literal_arn(), format!("{}/*", bucket.literal_arn())])
    };
    [
        deny("TlsOnly").when(Condition::bool("aws:SecureTransport", false)),
        deny("Tls12OrNewer").when(Condition::numeric_less_than("s3:TlsVersion", "1.2")),
    ]
}
