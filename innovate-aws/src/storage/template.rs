//! Where a deployment puts templates that are too large for a request.

use innovate_core::{AnyStack, Construct, Scope};

use super::{
    BucketHandle, EncryptsBucket as _, LogsAccess as _, ObjectLifecycle, Waiver,
    blueprint::{Blueprint, suffix},
};
use crate::{days, name::BucketName};

/// The bucket to which a deployment puts templates that are too large for a request: more than 51,200
/// bytes. The first deployment that needs it makes it, in a stack of its own, so a program has no use for
/// it, unless it wants to say itself in which stack it is.
///
/// It has every safeguard of a [`Bucket`](super::Bucket) but two. S3 encrypts it with keys of its own, since
/// a template holds no secret: whoever may ask CloudFormation for it reads it there, and a key of KMS would
/// be one more that an account pays for and that CloudFormation has to be let use. Its own requests aren't
/// logged. An object goes 30 days after it was written, and for good a week after that: CloudFormation reads
/// a template when a change set is made, and keeps a copy of its own. It is versioned, so that the URL of a
/// template says which bytes it stands for, and keeps standing for them when the object goes meanwhile.
///
/// Its name is `innovate-bootstrap-<account>-<region>-an`, in the namespace of the account and region (in
/// `me-central-1` and `me-south-1`, which have no such namespace, without `-an`).
///
/// Source: "CloudFormation quotas", AWS CloudFormation User Guide; "Namespaces for general purpose buckets",
/// Amazon S3 User Guide.
///
/// ```
/// use innovate_aws::storage::TemplateBucket;
///
/// let name = TemplateBucket::name_in("111122223333", "eu-west-1");
/// assert_eq!(name.as_str(), "innovate-bootstrap-111122223333-eu-west-1-an");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TemplateBucket;

impl TemplateBucket {
    /// The name that it has in an account and region.
    pub fn name_in(account: &str, region: &str) -> BucketName {
        let (suffix, _) = suffix(account, region);
        BucketName::trusted(format!("innovate-bootstrap{suffix}"))
    }
}

impl Construct for TemplateBucket {
    type Handle = BucketHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> BucketHandle {
        let name = Self::name_in(scope.site().account(), scope.site().region());
        let encryption = Waiver::because(
            "a template holds no secret, and whoever may ask CloudFormation for it reads it there",
        );
        let logs =
            Waiver::because("it holds copies of what CloudFormation shows and CloudTrail logs");
        let mut blueprint =
            Blueprint::new(Some(name), encryption.encryption(), logs.access_logs(), scope);
        let lifecycle = ObjectLifecycle::new().expire_after(days!(30)).old_versions_for(days!(7));
        blueprint.lifecycle = Ok(lifecycle);
        blueprint.build(scope)
    }
}
