//! A bucket that is in a stack.

use innovate_cfn::{
    kind::{BucketArn, KeyArn},
    s3,
};
use innovate_core::{Gives as _, ResourceRef, Site, Text, Value};

use crate::name::BucketName;

/// A bucket that is in a stack. Its name is known before deployment, and so is its ARN: what refers to
/// it in another stack needs no value of this one.
#[derive(Clone, Debug)]
pub struct BucketHandle {
    pub(super) name: BucketName,
    pub(super) site: Site,
    pub(super) key: Option<Value<KeyArn>>,
    pub(super) bucket: s3::BucketRef,
    /// What is complete only with its policy.
    pub(super) ready: ResourceRef,
}

impl BucketHandle {
    /// Its name, known before deployment.
    pub const fn bucket_name(&self) -> &BucketName {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<BucketArn> {
        Value::<Text>::assume(self.literal_arn().give())
    }

    /// The code of the region that it is in.
    pub fn region(&self) -> &str {
        self.site.region()
    }

    /// Its host in its region, `<name>.s3.<region>.amazonaws.com`: what CloudFront takes as an
    /// origin.
    ///
    /// Source: "Methods for accessing a general purpose bucket", Amazon S3 User Guide.
    pub fn regional_domain_name(&self) -> String {
        format!("{}.s3.{}.amazonaws.com", self.name, self.site.region())
    }

    /// The ARN of the key that encrypts its objects, if it isn't one of S3's own.
    pub fn key_arn(&self) -> Option<Value<KeyArn>> {
        self.key.clone()
    }

    /// The bucket itself.
    pub const fn resource(&self) -> &s3::BucketRef {
        &self.bucket
    }

    pub(super) fn literal_arn(&self) -> String {
        literal_arn(&self.name)
    }
}

/// The ARN of the bucket of this name. A bucket's has neither region nor account.
pub(super) fn literal_arn(name: &BucketName) -> String {
    format!("arn:aws:s3:::{name}")
}

/// What waits for a bucket waits for its policy, too: a service that is told to write to a bucket
/// tries at once whether it may.
impl AsRef<ResourceRef> for BucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        &self.ready
    }
}
