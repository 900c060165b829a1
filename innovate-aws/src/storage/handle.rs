//! A bucket that is in a stack.

use innovate_cfn::{
    kind::{BucketArn, KeyArn},
    policy::{Condition, Statement},
    s3,
};
use innovate_core::{Gives as _, ResourceRef, Site, Text, Value};

use super::BucketFolder;
use crate::{
    identity::{Grant, Grantee},
    name::{BucketName, KeyPrefix},
    region::partition_of,
};

/// A bucket, as grants know it.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) name: BucketName,
    pub(super) site: Site,
    pub(super) key: Option<Value<KeyArn>>,
}

impl Identity {
    pub(super) fn arn(&self) -> String {
        literal_arn(&self.name, self.site.region())
    }

    /// A statement for a role's policy: what S3 does with the bucket's key on behalf of the role, for
    /// this bucket alone. None if S3's own keys encrypt.
    pub(super) fn use_key(&self, sid: &'static str, actions: &[&'static str]) -> Option<Statement> {
        let key = self.key.as_ref()?;
        Some(through_s3(sid, actions, key, &self.arn(), self.site.region()))
    }
}

/// A bucket that is in a stack. Its name is known before deployment, and so is its ARN: what refers to
/// it in another stack needs no value of this one.
#[derive(Clone, Debug)]
pub struct BucketHandle {
    pub(super) name: BucketName,
    pub(super) site: Site,
    pub(super) key: Option<Value<KeyArn>>,
    pub(super) bucket: s3::BucketRef,
    /// Where its objects are copied to.
    pub(super) replica: Option<BucketName>,
    /// Whether S3 counts its requests.
    pub(super) request_metrics: bool,
    /// After how many days its objects go.
    pub(super) expiry: Option<u16>,
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

    /// After how many days its objects go by the lifecycle, if they do.
    pub const fn objects_expire_after_days(&self) -> Option<u16> {
        self.expiry
    }

    /// The bucket itself.
    pub const fn resource(&self) -> &s3::BucketRef {
        &self.bucket
    }

    /// Those of its objects whose keys begin with `prefix`, to grant what may be done with them:
    /// `uploads.folder(name!(KeyPrefix: "invoices/")).grant_read(&api_role)`.
    pub fn folder(&self, prefix: KeyPrefix) -> BucketFolder {
        BucketFolder::new(self.identity(), Some(prefix))
    }

    /// Lets a role list and read the objects, through the bucket's key.
    pub fn grant_read(&self, to: &impl Grantee) -> Grant {
        self.all().grant_read(to)
    }

    /// Lets a role write objects, also over others, through the bucket's key. It can read none.
    pub fn grant_write(&self, to: &impl Grantee) -> Grant {
        self.all().grant_write(to)
    }

    /// Lets a role list, read and write objects, through the bucket's key. It can delete none.
    pub fn grant_read_write(&self, to: &impl Grantee) -> Grant {
        self.all().grant_read_write(to)
    }

    /// Lets a role delete objects, of which old versions stay until the lifecycle takes them.
    pub fn grant_delete(&self, to: &impl Grantee) -> Grant {
        self.all().grant_delete(to)
    }

    pub(super) fn all(&self) -> BucketFolder {
        BucketFolder::new(self.identity(), None)
    }

    pub(super) fn identity(&self) -> Identity {
        Identity { name: self.name.clone(), site: self.site.clone(), key: self.key.clone() }
    }

    pub(super) fn literal_arn(&self) -> String {
        literal_arn(&self.name, self.site.region())
    }
}

/// A statement for a role's policy: what S3 does with a key on behalf of the role, for one bucket.
///
/// With a bucket key the context is the bucket, without one it is the object. Source: "Reducing the
/// cost of SSE-KMS with Amazon S3 Bucket Keys", Amazon S3 User Guide.
pub(super) fn through_s3(
    sid: &'static str,
    actions: &[&'static str],
    key: &Value<KeyArn>,
    bucket: &str,
    region: &str,
) -> Statement {
    Statement::allow(actions.iter().copied())
        .sid(sid)
        .on(key)
        .when(Condition::string_equals("kms:ViaService", format!("s3.{region}.amazonaws.com")))
        .when(Condition::string_like(
            "kms:EncryptionContext:aws:s3:arn",
            [bucket.to_owned(), format!("{bucket}/*")],
        ))
}

/// The ARN of the bucket of this name in a region. A bucket's has neither region nor account.
pub(super) fn literal_arn(name: &BucketName, region: &str) -> String {
    format!("arn:{}:s3:::{name}", partition_of(region))
}

/// What waits for a bucket waits for its policy, too: a service that is told to write to a bucket
/// tries at once whether it may.
impl AsRef<ResourceRef> for BucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        &self.ready
    }
}
