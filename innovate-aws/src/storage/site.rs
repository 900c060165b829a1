//! The bucket that CloudFront serves a site from.

use innovate_cfn::{
    kind::DistributionId,
    policy::{Condition, Principal, Statement},
};
use innovate_core::{
    AnyStack, Construct, Gives, ResourceRef, Scope, Text, Value, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::{
    AccessLogs, BucketHandle, BucketPolicy, Encryption, LogsAccess, ObjectLifecycle,
    blueprint::{Blueprint, Policy},
};
use crate::{
    keys::{Key, StaticSite},
    name::BucketName,
};

/// The bucket of a site that CloudFront serves, such as a single-page application.
///
/// As a [`Bucket`](super::Bucket), and closed to everyone but the one distribution that it is made
/// for. That is made after the bucket and its policy needs the distribution's id, so whoever makes the
/// distribution adds the policy: [`Distribution`](crate::edge::Distribution) by itself, and a program that
/// makes its own with [`allow_cloudfront`](SiteBucketHandle::allow_cloudfront). The key's policy lets in
/// every distribution of the account, so no cycle arises.
///
/// Source: "Restrict access to an Amazon S3 origin", Amazon CloudFront Developer Guide.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::{keys::{KmsKey, StaticSite}, storage::{AccessLogBucket, SiteBucket}};
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
///
/// let mut edge = prod.us_east_1_stack("edge");
/// let key = edge.add("SiteKey", KmsKey::<StaticSite>::new());
/// let logs = edge.add("AccessLogs", AccessLogBucket::builder().build());
/// let site = edge.add("Site", SiteBucket::builder().key(&key).access_logs(&logs).build());
/// assert_eq!(
///     site.bucket().regional_domain_name(),
///     "innovate-prod-site-444455556666-us-east-1-an.s3.us-east-1.amazonaws.com"
/// );
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct SiteBucket {
    /// Its name, if it has to be another than that made of its id.
    #[builder(default, setter(strip_option))]
    name: Option<BucketName>,
    /// What encrypts its objects.
    #[builder(setter(transform = |key: &Key<StaticSite>| key.clone()))]
    key: Key<StaticSite>,
    /// Where its requests are logged: the handle of an [`AccessLogBucket`](super::AccessLogBucket)
    /// of its region, or a [`Waiver`](super::Waiver) to log none.
    #[builder(setter(
        fn transform(to: impl LogsAccess) -> AccessLogs {
            to.access_logs()
        }
    ))]
    access_logs: AccessLogs,
    /// When its objects move and go. By default old versions go after 90 days in production and 30
    /// elsewhere, and current ones stay.
    #[builder(default)]
    lifecycle: ObjectLifecycle,
}

impl Construct for SiteBucket {
    type Handle = SiteBucketHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> SiteBucketHandle {
        let encryption = Encryption::of_key(&self.key);
        let mut blueprint = Blueprint::new(self.name, encryption, self.access_logs, scope);
        blueprint.lifecycle = Ok(self.lifecycle);
        blueprint.policy = Policy::Elsewhere;
        SiteBucketHandle(blueprint.build(scope))
    }
}

/// The bucket of a site, which waits for its distribution.
#[derive(Clone, Debug)]
pub struct SiteBucketHandle(BucketHandle);

impl SiteBucketHandle {
    /// The bucket.
    pub const fn bucket(&self) -> &BucketHandle {
        &self.0
    }

    /// The bucket's policy, which lets this one distribution read it: `distribution` is its id, or the
    /// handle of a `cloudfront::Distribution`. To be added to the distribution's stack.
    ///
    /// It may not list the bucket, so that S3 answers 403 for what is missing: a distribution that has no
    /// default root object, or passes on the queries of requests, would show the list to every viewer.
    /// [`Distribution`](crate::edge::Distribution) does neither, lists, and answers 404.
    ///
    /// Sources: "Restrict access to an Amazon S3 origin" and "Specify a default root object", Amazon
    /// CloudFront Developer Guide; "GetObject", Amazon S3 API Reference.
    pub fn allow_cloudfront(&self, distribution: impl Gives<DistributionId>) -> BucketPolicy {
        BucketPolicy::new(&self.0, vec![self.read(&self.source(distribution))])
    }

    /// As [`allow_cloudfront`](Self::allow_cloudfront), of a distribution that shows no viewer a list: it may
    /// list the bucket, too, so that S3 answers 404 for what is missing.
    pub(crate) fn allow_distribution(
        &self,
        distribution: impl Gives<DistributionId>,
    ) -> BucketPolicy {
        let source = self.source(distribution);
        let find =
            Statement::allow(["s3:ListBucket"]).sid("TellWhatIsMissing").on(self.0.literal_arn());
        BucketPolicy::new(&self.0, vec![self.read(&source), self.by_cloudfront(find, &source)])
    }

    fn read(&self, source: &Value<Text>) -> Statement {
        let read = Statement::allow(["s3:GetObject"])
            .sid("ReadByCloudFront")
            .on(format!("{}/*", self.0.literal_arn()));
        self.by_cloudfront(read, source)
    }

    fn by_cloudfront(&self, statement: Statement, source: &Value<Text>) -> Statement {
        statement
            .to(Principal::service("cloudfront.amazonaws.com"))
            .when(Condition::string_equals("aws:SourceArn", source.clone()))
            .when(Condition::string_equals("aws:SourceAccount", self.0.site.account().to_owned()))
    }

    /// The distribution's ARN.
    fn source(&self, distribution: impl Gives<DistributionId>) -> Value<Text> {
        let account = self.0.site.account();
        text![
            "arn:",
            pseudo::partition(),
            ":cloudfront::",
            account.to_owned(),
            ":distribution/",
            distribution.give()
        ]
    }
}

impl AsRef<ResourceRef> for SiteBucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.0.as_ref()
    }
}
