//! The bucket that CloudFront serves a site from.

use innovate_cfn::{
    kind::DistributionId,
    policy::{Condition, Principal, Statement},
};
use innovate_core::{AnyStack, Construct, Gives, ResourceRef, Scope, text, value::pseudo};
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
/// distribution adds the policy, which [`allow_cloudfront`](SiteBucketHandle::allow_cloudfront)
/// gives. The key's policy lets in every distribution of the account, so no cycle arises. Without the
/// right to list the bucket, CloudFront answers 403 for a key that isn't there.
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
    /// It may list the bucket, too, without which S3 answers 403 for what is missing instead of 404. No viewer
    /// sees a list, unless the distribution passes on the address `/` and the queries of requests, as
    /// [`Distribution`](crate::edge::Distribution) never does.
    ///
    /// Source: "Restrict access to an Amazon S3 origin", Amazon CloudFront Developer Guide; "GetObject",
    /// Amazon S3 API Reference.
    pub fn allow_cloudfront(&self, distribution: impl Gives<DistributionId>) -> BucketPolicy {
        let account = self.0.site.account();
        let arn = text![
            "arn:",
            pseudo::partition(),
            ":cloudfront::",
            account.to_owned(),
            ":distribution/",
            distribution.give()
        ];
        let by_cloudfront = |statement: Statement| {
            statement
                .to(Principal::service("cloudfront.amazonaws.com"))
                .when(Condition::string_equals("aws:SourceArn", arn.clone()))
                .when(Condition::string_equals("aws:SourceAccount", account.to_owned()))
        };
        let read = Statement::allow(["s3:GetObject"])
            .sid("ReadByCloudFront")
            .on(format!("{}/*", self.0.literal_arn()));
        let find =
            Statement::allow(["s3:ListBucket"]).sid("TellWhatIsMissing").on(self.0.literal_arn());
        BucketPolicy::new(&self.0, vec![by_cloudfront(read), by_cloudfront(find)])
    }
}

impl AsRef<ResourceRef> for SiteBucketHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.0.as_ref()
    }
}
