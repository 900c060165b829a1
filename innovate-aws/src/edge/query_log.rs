//! Who asks a zone for what.

use innovate_cfn::{
    logs,
    policy::{Condition, PolicyDocument, Principal, Statement},
    route53,
};
use innovate_core::{
    Construct, MAIN, ResourceType as _, Scope, StackInUsEast1, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::HostedZoneHandle;
use crate::{
    keys::{Key, KmsKey, Logs},
    name::{LogGroupName, name_of},
    observability::{LogGroup, LogGroupHandle, Retention},
};

/// Writes down each lookup in a public zone that reaches Route 53: the name, the type, the answer and the
/// resolver that asked. Lookups that resolvers answer from their caches don't reach it.
///
/// It tells of names that are asked for and don't exist, as they are after a mistake in a delegation, and of
/// signatures that fail. It goes into a stack in us-east-1, where Route 53 wants the log group,
/// wherever the stack of the zone is. The log group is `/aws/route53/<domain>`. A zone has one such log.
///
/// ```
/// use innovate_aws::edge::{HostedZoneHandle, QueryLog};
/// use innovate_core::{Prod, Stack, UsEast1};
///
/// fn log(edge: &mut Stack<Prod, UsEast1>, zone: &HostedZoneHandle) {
///     edge.add("ZoneLog", QueryLog::builder().zone(zone).build());
/// }
/// ```
///
/// Sources: "Public DNS query logging", Amazon Route 53 Developer Guide; "CreateQueryLoggingConfig", Amazon
/// Route 53 API Reference; AWS::Route53::QueryLoggingConfig, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct QueryLog {
    /// The zone.
    #[builder(setter(transform = |zone: &HostedZoneHandle| zone.clone()))]
    zone: HostedZoneHandle,
    /// How long the log is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    retention: Option<Retention>,
    /// What encrypts it, in us-east-1. A key of its own by default.
    #[builder(default, setter(transform = |key: &Key<Logs>| Some(key.clone())))]
    key: Option<Key<Logs>>,
}

impl Construct for QueryLog {
    type Handle = LogGroupHandle;
    type Needs = StackInUsEast1;

    fn build(self, scope: &mut Scope<'_>) -> LogGroupHandle {
        let key = self.key.unwrap_or_else(|| scope.add("LogKey", KmsKey::<Logs>::new()));
        let group = LogGroup::builder()
            .name(LogGroupName::trusted(format!("/aws/route53/{}", self.zone.domain())))
            .retention(self.retention.unwrap_or_else(|| Retention::of_stage(scope.stage())))
            .key(&key)
            .build();
        let group = scope.add("Logs", group);
        let (region, account) =
            (scope.site().region().to_owned(), scope.site().account().to_owned());
        let place = format!(":logs:{region}:{account}:log-group:");
        let arn = || text!["arn:", pseudo::partition(), place.clone(), group.group_name()];
        let zone =
            text!["arn:", pseudo::partition(), ":route53:::hostedzone/", self.zone.zone_id()];
        let write = Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
            .sid("WriteByRoute53")
            .to(Principal::service("route53.amazonaws.com"))
            .on(text![arn(), ":*"])
            .when(Condition::string_equals("aws:SourceAccount", account))
            .when(Condition::arn_like("aws:SourceArn", zone));
        let policy = logs::ResourcePolicy::new(PolicyDocument::new([write]), name_of(scope));
        let policy = scope.add("LogPolicy", policy);
        // Route 53 looks whether it may write before it takes the log group.
        let log = route53::QueryLoggingConfig::new(arn(), self.zone.zone_id()).depends_on(&policy);
        scope.add(MAIN, log);
        group
    }
}
