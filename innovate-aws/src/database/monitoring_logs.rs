//! The log group of enhanced monitoring.

use innovate_core::{AnyStack, Construct, MAIN, Scope};
use typed_builder::TypedBuilder;

use crate::{
    keys::{Key, Logs},
    name::LogGroupName,
    observability::{LogGroup, LogGroupHandle, Retention},
};

/// What enhanced monitoring writes to, of all databases of an account's region: the log group
/// `RDSOSMetrics`. RDS makes one where there is none, without a customer-managed key, and keeps what is
/// in it for 30 days.
///
/// It is added once for each account and region, and databases wait for it with `monitoring_logs`, so that
/// it is there before RDS would make its own; where RDS has made it already, it is imported into its
/// stack.
///
/// ```
/// use innovate_aws::{
///     database::MonitoringLogs,
///     keys::{Key, Logs},
///     observability::LogGroupHandle,
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn made_before(data: &mut Stack<Prod>, key: &Key<Logs>) -> LogGroupHandle {
///     data.add("MonitoringLogs", MonitoringLogs::builder().key(key).build())
/// }
/// ```
///
/// Sources: "Overview of Enhanced Monitoring" and "Viewing OS metrics using CloudWatch Logs", Amazon RDS
/// User Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct MonitoringLogs {
    /// What encrypts it.
    #[builder(setter(transform = |key: &Key<Logs>| key.clone()))]
    key: Key<Logs>,
    /// How long it is kept. 30 days by default, as where RDS makes it.
    #[builder(default = Retention::OneMonth)]
    retention: Retention,
}

impl Construct for MonitoringLogs {
    type Handle = LogGroupHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> LogGroupHandle {
        let group = LogGroup::builder()
            .name(LogGroupName::trusted("RDSOSMetrics"))
            .retention(self.retention)
            .key(&self.key)
            .build();
        scope.add(MAIN, group)
    }
}
