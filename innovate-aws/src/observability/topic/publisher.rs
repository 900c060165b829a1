//! What publishes to a topic.

use innovate_cfn::policy::{Condition, Principal, Statement};
use innovate_core::{Site, text, value::pseudo};

/// A service that may publish to a topic, on this account's behalf.
///
/// Sources: "Example cases for Amazon SNS access control", Amazon SNS Developer Guide; "Using
/// resource-based policies for Amazon EventBridge", Amazon EventBridge User Guide; "Granting
/// permissions to publish notifications to an Amazon SNS topic", Amazon RDS User Guide; "Creating an
/// Amazon SNS topic for budget notifications", AWS Cost Management User Guide; "Notification options
/// with AWS Backup", AWS Backup Developer Guide; "Giving Amazon Managed Service for Prometheus permission to
/// send alert messages to your Amazon SNS topic", Amazon Managed Service for Prometheus User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Publisher {
    /// Alarms of CloudWatch.
    Alarms,
    /// Rules of EventBridge.
    EventRules,
    /// AWS Backup, about jobs.
    Backup,
    /// RDS, about databases.
    DatabaseEvents,
    /// AWS Budgets. Its topics are in us-east-1.
    Budgets,
    /// Cost Anomaly Detection. Its topics are in us-east-1.
    CostAnomalies,
    /// The alert managers of workspaces of Prometheus.
    PrometheusAlerts,
}

impl Publisher {
    const fn service(self) -> &'static str {
        match self {
            Self::Alarms => "cloudwatch.amazonaws.com",
            Self::EventRules => "events.amazonaws.com",
            Self::Backup => "backup.amazonaws.com",
            Self::DatabaseEvents => "events.rds.amazonaws.com",
            Self::Budgets => "budgets.amazonaws.com",
            Self::CostAnomalies => "costalerts.amazonaws.com",
            Self::PrometheusAlerts => "aps.amazonaws.com",
        }
    }

    const fn sid(self) -> &'static str {
        match self {
            Self::Alarms => "PublishByAlarms",
            Self::EventRules => "PublishByEventRules",
            Self::Backup => "PublishByBackup",
            Self::DatabaseEvents => "PublishByDatabaseEvents",
            Self::Budgets => "PublishByBudgets",
            Self::CostAnomalies => "PublishByCostAnomalies",
            Self::PrometheusAlerts => "PublishByPrometheusAlerts",
        }
    }

    /// What lets it publish.
    pub(super) fn statement(self, site: &Site) -> Statement {
        let (region, account) = (site.region(), site.account());
        let actions: &[&'static str] = match self {
            // It looks the topic up first.
            Self::PrometheusAlerts => &["sns:GetTopicAttributes", "sns:Publish"],
            _ => &["sns:Publish"],
        };
        let statement = Statement::allow(actions.iter().copied())
            .sid(self.sid())
            .to(Principal::service(self.service()))
            .when(Condition::string_equals("aws:SourceAccount", account.to_owned()));
        let source = match self {
            Self::Alarms => format!(":cloudwatch:{region}:{account}:alarm:*"),
            Self::EventRules => format!(":events:{region}:{account}:rule/*"),
            Self::DatabaseEvents => format!(":rds:{region}:{account}:*"),
            Self::Budgets => format!(":budgets::{account}:*"),
            Self::PrometheusAlerts => format!(":aps:{region}:{account}:workspace/*"),
            // Neither's documentation names the ARN that it sends.
            Self::Backup | Self::CostAnomalies => return statement,
        };
        let source = text!["arn:", pseudo::partition(), source];
        statement.when(Condition::arn_like("aws:SourceArn", source))
    }
}
