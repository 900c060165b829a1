//! What every secret becomes, and its handle.

use innovate_cfn::{
    kind::SecretArn,
    policy::{Condition, PolicyDocument, Principal, Statement},
    secretsmanager as sm,
};
use innovate_core::{
    DeletionPolicy, MAIN, ResourceRef, ResourceType as _, Scope, Site, StageKind, Text, Value,
    text, value::pseudo,
};

use super::{Rotation, secret_prefix};
use crate::{
    identity::{Grant, Grantee},
    keys::{Key, Secrets},
    name::{SecretField, SecretName, SecretPath},
    region::Region,
};

/// The name of a secret of an environment.
pub(super) fn environment_name(site: &Site, path: &SecretPath) -> SecretName {
    SecretName::trusted(format!("{}{path}", secret_prefix(site)))
}

/// Another region that has a secret, and the key that it is encrypted with there.
#[derive(Clone, Debug)]
pub struct Replica {
    pub(super) region: Region,
    pub(super) key: Key<Secrets>,
}

/// A secret apart from what is in it.
pub(crate) struct Store {
    pub(crate) name: SecretName,
    pub(crate) key: Key<Secrets>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) rotation: Option<Rotation>,
    pub(crate) field: Option<SecretField>,
}

impl Store {
    /// Adds the secret with its policy and schedule.
    pub(crate) fn build(self, scope: &mut Scope<'_>, secret: sm::Secret) -> SecretHandle {
        let Self { name, key, replicas, rotation, field } = self;
        let site = scope.site().clone();
        let keep = match site.stage() {
            StageKind::Prod => DeletionPolicy::RetainExceptOnCreate,
            StageKind::Dev | StageKind::Staging => DeletionPolicy::Delete,
        };
        let mut secret = secret
            .name(&name)
            .kms_key_id(key.arn())
            .deletion_policy(keep)
            .update_replace_policy(keep);
        if !replicas.is_empty() {
            let replica = |replica: &Replica| {
                sm::secret::ReplicaRegion::new(replica.region.code()).kms_key_id(replica.key.arn())
            };
            secret = secret.replica_regions(replicas.iter().map(replica).collect::<Vec<_>>());
        }
        // Elsewhere nothing asks for it.
        if site.stage() == StageKind::Prod {
            rotation.iter().filter_map(Rotation::acceptance).for_each(|why| scope.accept(why));
        }
        let secret = scope.add(MAIN, secret);
        let policy = sm::ResourcePolicy::new(policy(&site), &secret).block_public_policy(true);
        scope.add("Policy", policy);
        if let Some(schedule) = rotation.and_then(|rotation| rotation.schedule(&secret)) {
            scope.add("Rotation", schedule);
        }
        let replicas = replicas.into_iter().map(|replica| replica.region).collect();
        SecretHandle { secret, name, key, site, replicas, field }
    }
}

/// Whoever may read it, only in its account and by TLS. A service of AWS has no account of its own.
///
/// Source: "Resource-based policies" and "Infrastructure security", AWS Secrets Manager User Guide;
/// "AWS global condition context keys", AWS Identity and Access Management User Guide.
fn policy(site: &Site) -> PolicyDocument {
    let deny = || Statement::deny(["secretsmanager:*"]).to(Principal::any()).on_all();
    PolicyDocument::new([
        deny()
            .sid("OwnAccount")
            .when(Condition::string_not_equals("aws:PrincipalAccount", site.account().to_owned()))
            .when(Condition::bool("aws:PrincipalIsAWSService", false)),
        deny().sid("TlsOnly").when(Condition::bool("aws:SecureTransport", false)),
    ])
}

/// A secret that is in a stack.
#[derive(Clone, Debug)]
pub struct SecretHandle {
    secret: sm::SecretRef,
    name: SecretName,
    key: Key<Secrets>,
    site: Site,
    replicas: Vec<Region>,
    field: Option<SecretField>,
}

/// For what takes the name of a secret.
impl From<&SecretHandle> for SecretName {
    fn from(secret: &SecretHandle) -> Self {
        secret.name.clone()
    }
}

impl SecretHandle {
    /// Its name, known before deployment: what an `ExternalSecret` reads.
    pub const fn name(&self) -> &SecretName {
        &self.name
    }

    /// Its ARN, which ends in six characters that Secrets Manager adds.
    pub fn arn(&self) -> Value<SecretArn> {
        self.secret.reference()
    }

    /// What encrypts it.
    pub const fn key(&self) -> &Key<Secrets> {
        &self.key
    }

    /// Account, region, stage and tags of the stack that it is in.
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// The other regions that have it.
    pub fn replica_regions(&self) -> &[Region] {
        &self.replicas
    }

    /// The value that was made up, as CloudFormation reads it when it deploys: for a property that must
    /// hold a secret, such as a header that a load balancer asks for. If nothing was made up, the whole
    /// secret.
    ///
    /// It is a dynamic reference by name, so it works in each region that has the secret, and says
    /// nothing about order. What uses it waits for the secret by `.depends_on(&secret)`, in another
    /// stack too. CloudFormation reads the value again only when it changes the resource for another
    /// reason, so a value that is replaced needs a change there.
    ///
    /// Source: "Get a secret or secret value from Secrets Manager", AWS CloudFormation User Guide.
    pub fn value(&self) -> Value<Text> {
        match &self.field {
            Some(field) => self.value_of(field),
            None => text![format!("{{{{resolve:secretsmanager:{}}}}}", self.name)],
        }
    }

    /// One value of it, as [`value`](Self::value).
    pub fn value_of(&self, field: &SecretField) -> Value<Text> {
        text![format!("{{{{resolve:secretsmanager:{}:SecretString:{field}}}}}", self.name)]
    }

    /// Lets a role read it in its own region, through its key. A replica is read in another region through
    /// another key: [`grant_read_in`](Self::grant_read_in).
    pub fn grant_read(&self, to: &impl Grantee) -> Grant {
        let site = &self.site;
        Grant::new(to, site, [self.read(site.region())]).decrypting(
            &self.key,
            "secretsmanager",
            site,
        )
    }

    /// Lets a role read its replica in another region, which is encrypted with `key`.
    pub fn grant_read_in(&self, region: Region, key: &Key<Secrets>, to: &impl Grantee) -> Grant {
        let region = region.code();
        let decrypt = key.decrypt_through("secretsmanager", region);
        Grant::new(to, &self.site, [self.read(region), decrypt])
    }

    /// Lets a role put a new value into it, through its key: who brings what nothing makes up, such as a
    /// partner's token. It can't read what is there.
    ///
    /// Source: "PutSecretValue", AWS Secrets Manager API Reference.
    pub fn grant_write(&self, to: &impl Grantee) -> Grant {
        let site = &self.site;
        let write =
            Statement::allow(["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"])
                .sid("WriteSecret")
                .on(self.named_arn(site.region()));
        Grant::new(to, site, [write]).encrypting(&self.key, "secretsmanager", site)
    }

    fn read(&self, region: &str) -> Statement {
        Statement::allow(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"])
            .sid("ReadSecret")
            .on(self.named_arn(region))
    }

    /// The ARN as its name gives it. Six characters follow the name in each region.
    fn named_arn(&self, region: &str) -> Value<Text> {
        let arn =
            format!(":secretsmanager:{region}:{}:secret:{}-??????", self.site.account(), self.name);
        text!["arn:", pseudo::partition(), arn]
    }
}

impl AsRef<ResourceRef> for SecretHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.secret.as_ref()
    }
}
