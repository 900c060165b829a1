//! A bucket that exists outside the program.

use innovate_cfn::kind::BucketArn;
use innovate_core::{Gives as _, Site, Text, Value};

use super::{BucketFolder, handle::Identity};
use crate::{
    identity::{Grant, Grantee},
    keys::{Key, S3},
    name::{BucketName, KeyPrefix},
};

/// A bucket that exists outside the program, by its name: to grant what may be done with its objects.
/// What it sets is not checked.
///
/// ```
/// use innovate_aws::{
///     identity::{Grant, Grantee},
///     name,
///     storage::ExistingBucket,
/// };
/// use innovate_core::Site;
///
/// fn read_imports(site: &Site, api: &impl Grantee) -> Grant {
///     let imports = ExistingBucket::new(name!(BucketName: "innovate-imports"), site);
///     imports.folder(name!(KeyPrefix: "daily/")).grant_read(api)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ExistingBucket(Identity);

impl ExistingBucket {
    /// The bucket of this name in the account and region of the site. S3's own keys encrypt it, unless
    /// [`encrypted_with`](Self::encrypted_with) says otherwise.
    pub fn new(name: BucketName, site: &Site) -> Self {
        Self(Identity { name, site: site.clone(), key: None })
    }

    /// The same, encrypted with this key, which grants let a role use for the bucket.
    #[must_use]
    pub fn encrypted_with(mut self, key: &Key<S3>) -> Self {
        self.0.key = Some(key.arn());
        self
    }

    /// Its name.
    pub const fn bucket_name(&self) -> &BucketName {
        &self.0.name
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<BucketArn> {
        Value::<Text>::assume(self.0.arn().give())
    }

    /// Those of its objects whose keys begin with `prefix`.
    pub fn folder(&self, prefix: KeyPrefix) -> BucketFolder {
        BucketFolder::new(self.0.clone(), Some(prefix))
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

    /// Lets a role delete objects.
    pub fn grant_delete(&self, to: &impl Grantee) -> Grant {
        self.all().grant_delete(to)
    }

    fn all(&self) -> BucketFolder {
        BucketFolder::new(self.0.clone(), None)
    }
}
