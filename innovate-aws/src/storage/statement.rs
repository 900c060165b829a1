//! Who may do something with a bucket beside the roles of its account.

use innovate_cfn::{
    kind::RoleArn,
    policy::{Condition, Principal, Statement},
};
use innovate_core::{Gives, Site, Text, Value};

use super::folder::{READ, WRITE};
use crate::name::{AccountId, KeyPrefix, OrganizationId};

/// Somebody whom a bucket's policy names: a role or an account outside of the bucket's own, or an
/// organization.
///
/// The bucket's key decides as well, so it has a statement for the same somebody:
/// [`use_key`](Self::use_key). Without it S3 refuses every object (`KMS-02`).
///
/// Source: "Bucket owner granting cross-account bucket permissions", Amazon S3 User Guide; "Allowing users
/// in other accounts to use a KMS key", AWS Key Management Service Developer Guide.
#[derive(Clone, Debug)]
pub struct BucketPrincipal(Who);

#[derive(Clone, Debug)]
enum Who {
    Arn(Value<Text>),
    Account(String),
    Organization(OrganizationId),
}

impl BucketPrincipal {
    /// One role, by its ARN. It has to exist when the policy is made.
    pub fn role(arn: impl Gives<RoleArn>) -> Self {
        Self(Who::Arn(arn.give().assume()))
    }

    /// Whomever an account lets do it by policies of its own.
    pub fn account(account: AccountId) -> Self {
        Self(Who::Account(account.to_string()))
    }

    /// Whomever an account of an organization lets do it by policies of its own.
    pub const fn organization(organization: OrganizationId) -> Self {
        Self(Who::Organization(organization))
    }

    fn named_in(&self, statement: Statement) -> Statement {
        match &self.0 {
            Who::Arn(arn) => statement.to(Principal::aws(arn.clone())),
            Who::Account(account) => statement.to(Principal::account(account.clone())),
            Who::Organization(organization) => statement
                .to(Principal::aws("*"))
                .when(Condition::string_equals("aws:PrincipalOrgID", organization.to_string())),
        }
    }

    /// What the policy of the bucket's key says, for a key of the stack at the site:
    /// `KmsKey::<S3>::new().statement(partner.use_key(&site))`. Through S3 alone.
    pub fn use_key(&self, site: &Site) -> Statement {
        let use_key = Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"]).on_all();
        self.named_in(use_key).when(Condition::string_equals(
            "kms:ViaService",
            format!("s3.{}.amazonaws.com", site.region()),
        ))
    }
}

/// A statement of a bucket's policy beside those about TLS: what somebody else may do with the objects,
/// or what nobody may do. It allows what its name says to whom it names, and nothing else.
///
/// ```
/// use innovate_aws::{
///     account, name,
///     keys::{KmsKey, S3},
///     storage::{AccessLogBucketHandle, Bucket, BucketHandle, BucketPrincipal, BucketStatement},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn exchange(storage: &mut Stack<Prod>, logs: &AccessLogBucketHandle) -> BucketHandle {
///     let partner = BucketPrincipal::account(account!("777788889999"));
///     let site = storage.model().site().clone();
///     let key = storage.add("Exchange", KmsKey::<S3>::new().statement(partner.use_key(&site)));
///     let bucket = Bucket::builder()
///         .key(&key)
///         .access_logs(logs)
///         .policy([
///             BucketStatement::read(&partner).below(name!(KeyPrefix: "out/")),
///             BucketStatement::write(&partner).below(name!(KeyPrefix: "in/")),
///         ])
///         .build();
///     storage.add("ExchangeBucket", bucket)
/// }
/// ```
///
/// Source: "Bucket policies for Amazon S3", Amazon S3 User Guide.
#[derive(Clone, Debug)]
pub struct BucketStatement {
    sort: Sort,
    below: Option<KeyPrefix>,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug)]
enum Sort {
    Read(BucketPrincipal),
    Write(BucketPrincipal),
    Deny(Vec<&'static str>),
}

impl BucketStatement {
    const fn new(sort: Sort) -> Self {
        Self { sort, below: None, conditions: Vec::new() }
    }

    /// Lets somebody list and read the objects.
    pub fn read(who: &BucketPrincipal) -> Self {
        Self::new(Sort::Read(who.clone()))
    }

    /// Lets somebody write objects, also over others. The bucket's account owns them.
    pub fn write(who: &BucketPrincipal) -> Self {
        Self::new(Sort::Write(who.clone()))
    }

    /// Lets nobody do this, whatever their own policies say, the account's administrators and CloudFormation
    /// among them. So what would keep all of them from changing the policy again, `s3:PutBucketPolicy` or
    /// `s3:*`, needs a condition, and below a prefix the actions are those on objects (`S3-16`).
    pub fn deny(actions: impl IntoIterator<Item = &'static str>) -> Self {
        Self::new(Sort::Deny(actions.into_iter().collect()))
    }

    /// Only with the objects whose keys begin with the prefix.
    #[must_use]
    pub fn below(mut self, prefix: KeyPrefix) -> Self {
        self.below = Some(prefix);
        self
    }

    /// Allows or denies only if this is so. Every condition has to hold: of [`read`](Self::read), for a
    /// list of the objects as for each of them.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// The statements, for the bucket of this ARN. Sids are told apart by `number`.
    pub(super) fn statements(self, bucket: &str, number: usize) -> Vec<Statement> {
        let prefix = self.below.as_ref().map_or("", KeyPrefix::as_str);
        let objects = format!("{bucket}/{prefix}*");
        let statements = match self.sort {
            Sort::Read(who) => {
                let list = Statement::allow(["s3:ListBucket"])
                    .sid(format!("List{number}"))
                    .on(bucket.to_owned());
                let list = match &self.below {
                    Some(prefix) => {
                        list.when(Condition::string_like("s3:prefix", format!("{prefix}*")))
                    }
                    None => list,
                };
                let read = Statement::allow(READ).sid(format!("Read{number}")).on(objects);
                vec![who.named_in(list), who.named_in(read)]
            }
            Sort::Write(who) => {
                let write = Statement::allow(WRITE).sid(format!("Write{number}")).on(objects);
                vec![who.named_in(write)]
            }
            Sort::Deny(actions) => {
                let deny =
                    Statement::deny(actions).sid(format!("Deny{number}")).to(Principal::any());
                let deny = match self.below {
                    Some(_) => deny.on(objects),
                    None => deny.on([bucket.to_owned(), objects]),
                };
                vec![deny]
            }
        };
        let bound = |statement| self.conditions.iter().cloned().fold(statement, Statement::when);
        statements.into_iter().map(bound).collect()
    }
}
