//! Traces, and what is reckoned from them.

use innovate_cfn::{
    applicationsignals, logs,
    policy::{Condition, PolicyDocument, Principal, Statement},
    xray,
};
use innovate_core::{
    AnyStack, Construct, Diagnostic, ResourceType as _, Scope, text, value::pseudo,
};
use typed_builder::TypedBuilder;

use super::{LogGroup, Retention};
use crate::{
    keys::{Key, Logs},
    name::LogGroupName,
};

/// The AWS side of traces by OpenTelemetry: every span is kept in CloudWatch Logs, where it can be
/// searched, a share of them is indexed by X-Ray, and Application Signals finds services and how they
/// do. Pods send theirs through the add-on
/// [`CloudWatchObservability`](crate::cluster::Addon::CloudWatchObservability); X-Ray's own daemon and
/// libraries are in maintenance since February 2026.
///
/// It is for a whole region of an account: once in a program for each.
///
/// The log group of what Application Signals reckons is made before, with a key and a retention. That
/// of spans, `aws/spans`, is made by X-Ray alone, since nobody else may make one with a name that begins
/// with `aws/`. No template can give it a retention, so that is done once, after the first deployment:
/// `aws logs put-retention-policy --log-group-name aws/spans --retention-in-days 30`, and its key with
/// `aws logs associate-kms-key`.
///
/// Sources: "Transaction Search" and "Application Signals", Amazon CloudWatch User Guide;
/// "CreateLogGroup", Amazon CloudWatch Logs API Reference; "CloudWatchLogsConfiguration", AWS X-Ray API
/// Reference.
#[derive(Clone, Debug, TypedBuilder)]
pub struct Tracing {
    /// What encrypts the log group of Application Signals.
    #[builder(setter(transform = |key: &Key<Logs>| key.clone()))]
    logs_key: Key<Logs>,
    /// How long it is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// How many spans of a hundred X-Ray indexes, so that they are in its map and its analytics. One by
    /// default, which costs nothing.
    #[builder(default = 1)]
    indexed_percent: u8,
}

impl Construct for Tracing {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        if self.indexed_percent > 100 {
            scope.report(
                Diagnostic::error("ALM-03", "no more than all spans can be indexed")
                    .setter("indexed_percent")
                    .given(self.indexed_percent)
                    .allowed("0 to 100"),
            );
        }
        let (region, account) =
            (scope.site().region().to_owned(), scope.site().account().to_owned());
        let by_stage = Retention::of_stage(scope.stage());
        let group = LogGroup::builder()
            .name(LogGroupName::trusted("/aws/application-signals/data"))
            .retention(self.log_retention.unwrap_or(by_stage))
            .key(&self.logs_key)
            .build();
        let group = scope.add("Signals", group);

        let streams = |name: &str| {
            text![
                "arn:",
                pseudo::partition(),
                format!(":logs:{region}:{account}:log-group:{name}:*")
            ]
        };
        let source = text!["arn:", pseudo::partition(), format!(":xray:{region}:{account}:*")];
        let write =
            PolicyDocument::new([Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
                .sid("WriteByXRay")
                .to(Principal::service("xray.amazonaws.com"))
                .on([streams("aws/spans"), streams("/aws/application-signals/data")])
                .when(Condition::string_equals("aws:SourceAccount", account.clone()))
                .when(Condition::arn_like("aws:SourceArn", source))]);
        let policy = logs::ResourcePolicy::new(write, "transaction-search");
        let policy = scope.add("SpansPolicy", policy);
        let search = xray::TransactionSearchConfig::new()
            .indexing_percentage(self.indexed_percent)
            .depends_on(&policy);
        scope.add("Search", search);
        scope.add("Discovery", applicationsignals::Discovery::new().depends_on(&group));
    }
}
