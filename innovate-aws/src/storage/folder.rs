//! What roles may do with objects.

use innovate_cfn::policy::{Condition, Statement};

use super::handle::Identity;
use crate::{
    identity::{Grant, Grantee},
    name::KeyPrefix,
};

/// What may be done with objects. Sources: "Actions, resources, and condition keys for Amazon S3",
/// Service Authorization Reference; "Uploading and copying objects using multipart upload", Amazon
/// S3 User Guide.
pub(super) const READ: [&str; 1] = ["s3:GetObject"];
pub(super) const WRITE: [&str; 3] =
    ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];
const DELETE: [&str; 1] = ["s3:DeleteObject"];

/// The objects of a bucket whose keys begin with a prefix, to grant what may be done with them:
/// [`BucketHandle::folder`](super::BucketHandle::folder) gives it.
#[derive(Clone, Debug)]
pub struct BucketFolder {
    bucket: Identity,
    prefix: Option<KeyPrefix>,
}

impl BucketFolder {
    /// The objects with the prefix, or all of the bucket's.
    pub(super) const fn new(bucket: Identity, prefix: Option<KeyPrefix>) -> Self {
        Self { bucket, prefix }
    }

    /// Lets a role list and read the objects, through the bucket's key.
    pub fn grant_read(&self, to: &impl Grantee) -> Grant {
        self.grant(to, [self.list(), self.objects("ReadObjects", &READ)], &["kms:Decrypt"])
    }

    /// Lets a role write objects, also over others, through the bucket's key. It can read none.
    pub fn grant_write(&self, to: &impl Grantee) -> Grant {
        // Decrypts to put the parts of a large upload together.
        self.grant(
            to,
            [self.objects("WriteObjects", &WRITE)],
            &["kms:Decrypt", "kms:GenerateDataKey"],
        )
    }

    /// Lets a role list, read and write objects, through the bucket's key. It can delete none.
    pub fn grant_read_write(&self, to: &impl Grantee) -> Grant {
        let statements =
            [self.list(), self.objects("ReadObjects", &READ), self.objects("WriteObjects", &WRITE)];
        self.grant(to, statements, &["kms:Decrypt", "kms:GenerateDataKey"])
    }

    /// Lets a role delete objects. In a bucket that keeps versions an old one stays until the
    /// lifecycle takes it; no role of a grant can delete that.
    pub fn grant_delete(&self, to: &impl Grantee) -> Grant {
        self.grant(to, [self.objects("DeleteObjects", &DELETE)], &[])
    }

    /// A grant of statements on the objects, and of what the key does for them.
    pub(super) fn grant(
        &self,
        to: &impl Grantee,
        statements: impl IntoIterator<Item = Statement>,
        key_actions: &'static [&'static str],
    ) -> Grant {
        let grant = Grant::new(to, &self.bucket.site, statements);
        match self.bucket.use_key("UseKey", key_actions) {
            Some(use_key) if !key_actions.is_empty() => grant.with(use_key),
            _ => grant,
        }
    }

    /// To list the keys of the objects: without it S3 answers that a key which isn't there is
    /// forbidden.
    pub(super) fn list(&self) -> Statement {
        let list = Statement::allow(["s3:ListBucket"]).sid("ListBucket").on(self.bucket.arn());
        match &self.prefix {
            Some(prefix) => list.when(Condition::string_like("s3:prefix", format!("{prefix}*"))),
            None => list,
        }
    }

    pub(super) fn objects(&self, sid: &'static str, actions: &[&'static str]) -> Statement {
        let prefix = self.prefix.as_ref().map_or("", KeyPrefix::as_str);
        let arn = format!("{}/{prefix}*", self.bucket.arn());
        Statement::allow(actions.iter().copied()).sid(sid).on(arn)
    }
}
