//! Log groups.

use innovate_cfn::{kind::LogGroupArn, logs, policy::Statement};
use innovate_core::{
    AnyStack, Construct, DeletionPolicy, MAIN, ResourceRef, ResourceType as _, Scope, Site,
    StageKind, Value, value::Node,
};
use typed_builder::TypedBuilder;

use super::DataProtectionPolicy;
use crate::{
    identity::{Grant, Grantee},
    keys::{Key, Logs},
    name::LogGroupName,
};

macro_rules! retentions {
    ($($(#[$doc:meta])* $retention:ident $days:literal)*) => {
        /// How long a log group keeps an event: the periods that CloudWatch Logs allows.
        ///
        /// Source: "PutRetentionPolicy", Amazon CloudWatch Logs API Reference.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Retention {
            $(
                #[doc = concat!(stringify!($days), " days.")]
                $retention,
            )*
        }

        impl Retention {
            /// Every period, the shortest first.
            pub const ALL: &'static [Self] = &[$(Self::$retention),*];

            /// The period in days.
            pub const fn days(self) -> u16 {
                match self {
                    $(Self::$retention => $days,)*
                }
            }
        }
    };
}

retentions! {
    OneDay 1
    ThreeDays 3
    FiveDays 5
    OneWeek 7
    TwoWeeks 14
    OneMonth 30
    TwoMonths 60
    ThreeMonths 90
    FourMonths 120
    FiveMonths 150
    SixMonths 180
    OneYear 365
    ThirteenMonths 400
    EighteenMonths 545
    TwoYears 731
    ThreeYears 1096
    FiveYears 1827
    SixYears 2192
    SevenYears 2557
    EightYears 2922
    NineYears 3288
    TenYears 3653
}

impl Retention {
    /// What constructs keep their logs for unless told otherwise: a year in production, a month
    /// elsewhere.
    pub(crate) const fn of_stage(stage: StageKind) -> Self {
        match stage {
            StageKind::Prod => Self::OneYear,
            StageKind::Dev | StageKind::Staging => Self::OneMonth,
        }
    }
}

/// A log group, encrypted with a customer-managed key.
///
/// It is made before what writes to it: a service that finds none makes its own, which keeps
/// everything for ever and is encrypted with a key of AWS.
///
/// In production it stays when it leaves its stack, and is protected against deletion. To make such a
/// stack again, let CloudFormation import what is there (`--import-existing-resources`): a group of the same
/// name is otherwise in its way. Outside of production it goes with its stack, so that an environment can
/// be taken down and made again.
///
/// Source: "Import AWS resources into a CloudFormation stack automatically", AWS CloudFormation User
/// Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct LogGroup {
    /// Its name. CloudFormation makes one by default; a service that looks for its group by name
    /// needs the right one here.
    #[builder(default, setter(strip_option))]
    name: Option<LogGroupName>,
    /// How long an event is kept.
    retention: Retention,
    /// What encrypts it.
    #[builder(setter(transform = |key: &Key<Logs>| key.clone()))]
    key: Key<Logs>,
    /// What it masks. Nothing by default.
    #[builder(default, setter(into))]
    data_protection: Option<DataProtectionPolicy>,
}

impl Construct for LogGroup {
    type Handle = LogGroupHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> LogGroupHandle {
        let mut group = logs::LogGroup::new()
            .retention_in_days(days(self.retention))
            .kms_key_id(self.key.arn())
            .removal_policy(match scope.stage() {
                StageKind::Prod => DeletionPolicy::RetainExceptOnCreate,
                StageKind::Dev | StageKind::Staging => DeletionPolicy::Delete,
            });
        if let Some(name) = &self.name {
            group = group.log_group_name(name);
        }
        if let Some(policy) = &self.data_protection {
            group = group.data_protection_policy(policy.document());
        }
        if scope.stage() == StageKind::Prod {
            group = group.deletion_protection_enabled(true);
        }
        let site = scope.site().clone();
        LogGroupHandle { group: scope.add(MAIN, group), name: self.name, site }
    }
}

fn days(retention: Retention) -> Value<logs::log_group::RetentionInDays> {
    Value::from_node(Node::Integer(retention.days().into()))
}

/// A log group that is in a stack.
#[derive(Clone, Debug)]
pub struct LogGroupHandle {
    group: logs::LogGroupRef,
    name: Option<LogGroupName>,
    site: Site,
}

impl LogGroupHandle {
    /// Its ARN, which ends in `:*`.
    pub fn arn(&self) -> Value<LogGroupArn> {
        self.group.arn()
    }

    /// Its name, known at deployment.
    pub fn group_name(&self) -> Value<innovate_cfn::kind::LogGroupName> {
        self.group.reference()
    }

    /// The name that the program gave it, if it did.
    pub const fn given_name(&self) -> Option<&LogGroupName> {
        self.name.as_ref()
    }

    /// Lets a role write events to it, in streams that it makes. CloudWatch Logs itself encrypts them.
    ///
    /// Source: "Identity-based policies for CloudWatch Logs", Amazon CloudWatch Logs User Guide.
    pub fn grant_write(&self, to: &impl Grantee) -> Grant {
        let write = Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
            .sid("WriteLogs")
            .on(self.arn());
        Grant::new(to, &self.site, [write])
    }

    /// Lets a role read and search its events, also by queries of CloudWatch Logs Insights. CloudWatch Logs
    /// itself decrypts them. What a data protection policy masks stays masked.
    ///
    /// Source: "Actions, resources, and condition keys for Amazon CloudWatch Logs", Service Authorization
    /// Reference.
    pub fn grant_read(&self, to: &impl Grantee) -> Grant {
        let read = Statement::allow([
            "logs:DescribeLogStreams",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
            "logs:StartQuery",
        ])
        .sid("ReadLogs")
        .on(self.arn());
        // The results of a query are asked for by the query's id, which has no ARN.
        let results = Statement::allow(["logs:GetQueryResults"]).sid("ReadResults").on_all();
        Grant::new(to, &self.site, [read, results])
    }
}

impl AsRef<ResourceRef> for LogGroupHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.group.as_ref()
    }
}
