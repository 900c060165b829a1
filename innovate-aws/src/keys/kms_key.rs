//! The construct of a key, and its handle.

use std::{fmt, marker::PhantomData};

use innovate_cfn::{
    kind::{KeyArn, KeyId},
    kms,
    policy::{Condition, PolicyDocument, Principal, Statement},
};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, Gives, MAIN, Node, ResourceType as _, Scope, Site, Value,
};

use super::{KeyUse, MultiRegionKmsKey};
use crate::{
    identity::statement::principals,
    name::{KeyAlias, environment_name},
};

/// A customer-managed key for one use, with the grants that the use needs.
///
/// It is symmetric and rotated every year, waits 30 days before it is deleted, stays when it leaves
/// its stack, and has the alias `alias/<application>-<stage>/<id>`; in the recovery region
/// `alias/<application>-<stage>-dr/<id>`, which leaves the other to an environment that is made
/// there. The account itself keeps the right to administer it, so that its policy can't lock everyone out.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::keys::{KmsKey, Rds};
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
///
/// let mut keys = prod.stack("keys");
/// let database_key = keys.add("Database", KmsKey::<Rds>::new());
/// assert_eq!(database_key.alias_name().as_str(), "alias/innovate-prod/database");
/// ```
pub struct KmsKey<U> {
    statements: Vec<Statement>,
    multi_region: bool,
    purpose: PhantomData<fn() -> U>,
}

impl<U> KmsKey<U> {
    /// A key for `U`.
    pub const fn new() -> Self
    where
        // Here and not on the block, where the compiler wouldn't say what a use is.
        U: KeyUse,
    {
        Self { statements: Vec::new(), multi_region: false, purpose: PhantomData }
    }

    /// Adds a statement to the key's policy.
    #[must_use]
    pub fn statement(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// Makes it the primary of a multi-region key, so that the recovery region can have a
    /// [`ReplicaKey`](super::ReplicaKey). It can't be changed later. By default the key is its region's
    /// own.
    #[must_use]
    pub const fn multi_region(mut self) -> MultiRegionKmsKey<U> {
        self.multi_region = true;
        MultiRegionKmsKey::new(self)
    }
}

impl<U: KeyUse> Default for KmsKey<U> {
    fn default() -> Self {
        Self::new()
    }
}

impl<U> Clone for KmsKey<U> {
    fn clone(&self) -> Self {
        let statements = self.statements.clone();
        Self { statements, multi_region: self.multi_region, purpose: PhantomData }
    }
}

impl<U> fmt::Debug for KmsKey<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KmsKey")
            .field("statements", &self.statements)
            .field("multi_region", &self.multi_region)
            .finish()
    }
}

impl<U: KeyUse> Construct for KmsKey<U> {
    type Handle = Key<U>;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> Key<U> {
        let site = scope.site().clone();
        let policy = policy::<U>(&site, self.statements);
        let is_open = names_everyone(&policy);
        let mut key = kms::Key::new()
            .description(description::<U>(&site))
            .enable_key_rotation(true)
            .pending_window_in_days(30)
            .key_policy(policy)
            .removal_policy(DeletionPolicy::RetainExceptOnCreate);
        if self.multi_region {
            key = key.multi_region(true);
        }
        let key = match is_open {
            true => scope.add(MAIN, key.suppress("CKV_AWS_33", THROUGH_ITS_SERVICE)),
            false => scope.add(MAIN, key),
        };
        let alias = alias(&site, scope.path());
        scope.add("Alias", kms::Alias::new(&alias, key.key_id()));
        Key { arn: key.arn(), alias, purpose: PhantomData }
    }
}

/// What checkov is told of a statement that names everyone.
const THROUGH_ITS_SERVICE: &str = "everyone is whoever calls from this account through the one \
service that the key is for: the statement's conditions say so, as AWS's own keys do";

/// Whether a statement names everyone and leaves the rest to its conditions.
fn names_everyone(policy: &PolicyDocument) -> bool {
    policy.statements().iter().any(|statement| {
        let statement = Node::from(statement.clone());
        principals(&statement, "AWS").iter().any(|principal| principal == "*")
    })
}

/// What a key for `U` at the site says, with statements of one's own.
pub(super) fn policy<U: KeyUse>(site: &Site, more: Vec<Statement>) -> PolicyDocument {
    let administer =
        Statement::allow(["kms:*"]).sid("Administer").to(Principal::own_account()).on_all();
    let mut policy = PolicyDocument::new([administer]);
    policy.extend(U::statements(site));
    policy.extend(more);
    policy
}

pub(super) fn description<U: KeyUse>(site: &Site) -> String {
    format!("Encrypts {} of {}", U::ENCRYPTS, site.environment())
}

/// `alias/<environment>/<path>`, the path in lower case with hyphens between its words; in the recovery
/// region `alias/<environment>-dr/<path>`.
pub(crate) fn alias(site: &Site, path: &str) -> KeyAlias {
    let mut alias = format!("alias/{}/", environment_name(site));
    let mut before = '/';
    for character in path.chars() {
        if character.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || before.is_ascii_digit())
        {
            alias.push('-');
        }
        alias.push(match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '/' => character.to_ascii_lowercase(),
            _ => '-',
        });
        before = character;
    }
    KeyAlias::trusted(alias)
}

/// A key made for the use `U`. What encrypts takes only a key made for it.
pub struct Key<U> {
    arn: Value<KeyArn>,
    alias: KeyAlias,
    purpose: PhantomData<fn() -> U>,
}

impl<U: KeyUse> Key<U> {
    /// A key that exists outside the program, by its ARN and its alias. That its policy has the
    /// grants is then not checked.
    pub fn existing(arn: impl Gives<KeyArn>, alias: KeyAlias) -> Self {
        Self { arn: arn.give(), alias, purpose: PhantomData }
    }
}

impl<U> Key<U> {
    /// The key's ARN.
    pub fn arn(&self) -> Value<KeyArn> {
        self.arn.clone()
    }

    /// The key, where a service takes any way to name one.
    pub fn id(&self) -> Value<KeyId> {
        self.arn.clone().assume()
    }

    /// A statement for a role's policy: to decrypt what `service` keeps in `region`, as far as the
    /// service asks for it on the role's behalf. `secretsmanager` is a service, or `s3`.
    ///
    /// Source: "kms:ViaService", AWS Key Management Service Developer Guide.
    pub fn decrypt_through(&self, service: &str, region: &str) -> Statement {
        self.through(&["kms:Decrypt"], service, region)
    }

    /// A statement for a role's policy: to encrypt what `service` keeps in `region`, and to decrypt
    /// it, as far as the service asks for it on the role's behalf. Services that write need both: S3
    /// to check the parts of an upload, SQS to reuse a data key.
    pub fn encrypt_through(&self, service: &str, region: &str) -> Statement {
        self.through(&["kms:Decrypt", "kms:GenerateDataKey"], service, region)
    }

    fn through(&self, actions: &'static [&'static str], service: &str, region: &str) -> Statement {
        let via = format!("{service}.{region}.amazonaws.com");
        Statement::allow(actions.iter().copied())
            .on(&self.arn)
            .when(Condition::string_equals("kms:ViaService", via))
    }

    /// The name of its alias, known before deployment: what a manifest names the key by. EC2 takes it
    /// where a launch template or a node class encrypts volumes.
    ///
    /// Source: "LaunchTemplateEbsBlockDeviceRequest", Amazon EC2 API Reference.
    pub const fn alias_name(&self) -> &KeyAlias {
        &self.alias
    }
}

impl<U> Clone for Key<U> {
    fn clone(&self) -> Self {
        Self { arn: self.arn.clone(), alias: self.alias.clone(), purpose: PhantomData }
    }
}

impl<U> fmt::Debug for Key<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Key").field(&self.alias).finish()
    }
}

#[cfg(test)]
mod tests {
    use innovate_core::StageKind;

    use super::*;

    #[test]
    fn an_alias_is_the_path_in_words() {
        let site = Site::new("innovate-prod", StageKind::Prod, "444455556666", "eu-west-1");
        for (path, expected) in [
            ("Database", "alias/innovate-prod/database"),
            ("ClusterSecrets", "alias/innovate-prod/cluster-secrets"),
            ("S3Logs", "alias/innovate-prod/s3-logs"),
            ("Vpc/FlowLogs", "alias/innovate-prod/vpc/flow-logs"),
        ] {
            assert_eq!(alias(&site, path).as_str(), expected);
        }
        let there = site.in_recovery_region("eu-central-1");
        assert_eq!(alias(&there, "Backups").as_str(), "alias/innovate-prod-dr/backups");
    }
}
