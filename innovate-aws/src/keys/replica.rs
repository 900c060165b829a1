//! Keys of several regions.

use std::{fmt, marker::PhantomData, ops::Deref};

use innovate_cfn::{kms, policy::Statement};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, MAIN, ResourceType as _, Scope, StackInRecoveryRegion,
};

use super::{Key, KeyUse, KmsKey, kms_key};

/// A customer-managed key of which other regions can have replicas: the same key material, so that
/// what is encrypted in one region can be opened in another without a call back.
///
/// It is otherwise as [`KmsKey`]. Whether a key is one can't be changed later.
///
/// Source: "Multi-Region keys in AWS KMS", AWS Key Management Service Developer Guide.
pub struct MultiRegionKmsKey<U>(KmsKey<U>);

impl<U> MultiRegionKmsKey<U> {
    pub(super) const fn new(key: KmsKey<U>) -> Self {
        Self(key)
    }
}

impl<U> Clone for MultiRegionKmsKey<U> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<U> fmt::Debug for MultiRegionKmsKey<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MultiRegionKmsKey").field(&self.0).finish()
    }
}

impl<U: KeyUse> Construct for MultiRegionKmsKey<U> {
    type Handle = MultiRegionKey<U>;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> MultiRegionKey<U> {
        MultiRegionKey(self.0.build(scope))
    }
}

/// A key of several regions, which is used as any other [`Key`] where it is.
pub struct MultiRegionKey<U>(Key<U>);

impl<U> Deref for MultiRegionKey<U> {
    type Target = Key<U>;

    fn deref(&self) -> &Key<U> {
        &self.0
    }
}

impl<U> Clone for MultiRegionKey<U> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<U> fmt::Debug for MultiRegionKey<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MultiRegionKey").field(&self.0).finish()
    }
}

/// The replica of a key in the recovery region: what encrypts there, and opens what was encrypted with
/// the original.
///
/// Its policy and its alias are its own: the policy says what the use needs in the replica's region, and the
/// alias of the original is left to an environment that is made there. It waits 30 days before it is deleted,
/// and stays when it leaves its stack. It rotates with the original. Its stack is deployed after the
/// original's.
///
/// It is for what an application encrypts itself. What AWS copies, such as backups, objects, images and
/// secrets, it encrypts again in the other region, with any key of that region.
///
/// ```
/// use innovate_aws::keys::{Key, KmsKey, ReplicaKey, S3};
/// use innovate_core::{Prod, RecoveryRegion, Stack};
///
/// fn uploads(keys: &mut Stack<Prod>, dr: &mut Stack<Prod, RecoveryRegion>) -> Key<S3> {
///     let key = keys.add("Uploads", KmsKey::<S3>::new().multi_region());
///     dr.add("UploadsKey", ReplicaKey::of(&key))
/// }
/// ```
///
/// Sources: "Multi-Region keys in AWS KMS", AWS Key Management Service Developer Guide;
/// `AWS::KMS::ReplicaKey`, AWS CloudFormation Template Reference Guide.
pub struct ReplicaKey<U> {
    primary: Key<U>,
    statements: Vec<Statement>,
    purpose: PhantomData<fn() -> U>,
}

impl<U: KeyUse> ReplicaKey<U> {
    /// The replica of this key.
    pub fn of(primary: &MultiRegionKey<U>) -> Self {
        Self { primary: primary.0.clone(), statements: Vec::new(), purpose: PhantomData }
    }

    /// Adds a statement to the replica's policy. Those that were added to the original's are not in it.
    #[must_use]
    pub fn statement(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }
}

impl<U> Clone for ReplicaKey<U> {
    fn clone(&self) -> Self {
        let statements = self.statements.clone();
        Self { primary: self.primary.clone(), statements, purpose: PhantomData }
    }
}

impl<U> fmt::Debug for ReplicaKey<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplicaKey")
            .field("primary", &self.primary)
            .field("statements", &self.statements)
            .finish()
    }
}

impl<U: KeyUse> Construct for ReplicaKey<U> {
    type Handle = Key<U>;
    type Needs = StackInRecoveryRegion;

    fn build(self, scope: &mut Scope<'_>) -> Key<U> {
        let site = scope.site().clone();
        let policy = kms_key::policy::<U>(&site, self.statements);
        let replica = kms::ReplicaKey::new(policy, self.primary.arn())
            .description(kms_key::description::<U>(&site))
            .pending_window_in_days(30)
            .removal_policy(DeletionPolicy::RetainExceptOnCreate);
        let replica = scope.add(MAIN, replica);
        let alias = kms_key::alias(&site, scope.path());
        scope.add("Alias", kms::Alias::new(&alias, replica.key_id()));
        Key::existing(replica.arn(), alias)
    }
}
