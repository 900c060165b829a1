//! What a key is for, and the statements that its policy needs for that.

use innovate_cfn::policy::{Condition, Principal, Statement};
use innovate_core::Site;

/// What a key is for.
///
/// Sources: the pages on encryption of each service, named at each use.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a use of a key",
    label = "not a use of a key",
    note = "the uses are `Backup`, `Ebs`, `Ecr`, `EksSecrets`, `LogDelivery`, `Logs`, `Prometheus`, `Rds`, `S3`, `Secrets`, `Sns`, `Sqs` and `StaticSite`"
)]
pub trait KeyUse: 'static {
    /// What it encrypts, for the key's description.
    const ENCRYPTS: &'static str;

    /// What the key's policy says beside the account's own right to administer it.
    fn statements(site: &Site) -> Vec<Statement>;
}

const USE: [&str; 5] =
    ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
const READ_AND_WRITE: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey*"];

/// The account's principals, as far as they come through one of the services: their own policies
/// say what they may do there. Grants only for the service's own resources.
fn through(services: &[&str], site: &Site) -> Vec<Statement> {
    let via: Vec<String> = services
        .iter()
        .map(|service| format!("{service}.{}.amazonaws.com", site.region()))
        .collect();
    let local = |statement: Statement| {
        statement
            .to(Principal::aws("*"))
            .on_all()
            .when(Condition::string_equals("kms:CallerAccount", site.account().to_owned()))
            .when(Condition::string_equals("kms:ViaService", via.clone()))
    };
    vec![
        local(Statement::allow(USE).sid("UseThroughService")),
        local(Statement::allow(["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]))
            .sid("GrantToService")
            .when(Condition::bool("kms:GrantIsForAWSResource", true)),
    ]
}

/// Services that act for this account on their own behalf.
fn by_services(services: &[&'static str], site: &Site) -> Statement {
    services
        .iter()
        .fold(Statement::allow(READ_AND_WRITE).sid("UseByService"), |statement, service| {
            statement.to(Principal::service(*service))
        })
        .on_all()
        .when(Condition::string_equals("aws:SourceAccount", site.account().to_owned()))
}

/// Volumes of EC2 instances: those of Karpenter and of the EBS driver, which come through EC2, and
/// those of managed node groups, which Auto Scaling launches. Sources: "Required AWS KMS key policy
/// for use with encrypted volumes", Amazon EC2 Auto Scaling User Guide; Karpenter's CloudFormation
/// reference.
#[derive(Clone, Copy, Debug)]
pub enum Ebs {}

impl KeyUse for Ebs {
    const ENCRYPTS: &'static str = "volumes";

    fn statements(site: &Site) -> Vec<Statement> {
        // By condition and not as the principal: a policy that names a role which doesn't exist yet
        // is refused, and the first Auto Scaling group of an account makes this one.
        let auto_scaling = |statement: Statement| {
            let role =
                "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
            statement
                .to(Principal::aws("*"))
                .on_all()
                .when(Condition::string_equals("kms:CallerAccount", site.account().to_owned()))
                .when(Condition::arn_equals(
                    "aws:PrincipalArn",
                    format!("arn:aws:iam::{}:{role}", site.account()),
                ))
        };
        let mut statements = through(&["ec2"], site);
        statements.push(auto_scaling(Statement::allow(USE).sid("UseByAutoScaling")));
        statements.push(
            auto_scaling(Statement::allow(["kms:CreateGrant"]).sid("GrantByAutoScaling"))
                .when(Condition::bool("kms:GrantIsForAWSResource", true)),
        );
        statements
    }
}

/// Databases: their storage and snapshots, Performance Insights, and the master user's secret that
/// RDS keeps. Sources: "AWS KMS key management", Amazon Aurora User Guide; "Password management
/// with Amazon Aurora and AWS Secrets Manager", the same.
#[derive(Clone, Copy, Debug)]
pub enum Rds {}

impl KeyUse for Rds {
    const ENCRYPTS: &'static str = "databases";

    fn statements(site: &Site) -> Vec<Statement> {
        through(&["rds", "secretsmanager"], site)
    }
}

/// Log groups. Source: "Encrypt log data in CloudWatch Logs using AWS Key Management Service",
/// Amazon CloudWatch Logs User Guide.
#[derive(Clone, Copy, Debug)]
pub enum Logs {}

impl KeyUse for Logs {
    const ENCRYPTS: &'static str = "log groups";

    fn statements(site: &Site) -> Vec<Statement> {
        let (region, account) = (site.region(), site.account());
        vec![
            Statement::allow([
                "kms:Encrypt*",
                "kms:Decrypt*",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:Describe*",
            ])
            .sid("UseByLogs")
            .to(Principal::service(format!("logs.{region}.amazonaws.com")))
            .on_all()
            .when(Condition::arn_like(
                "kms:EncryptionContext:aws:logs:arn",
                format!("arn:aws:logs:{region}:{account}:*"),
            )),
        ]
    }
}

/// Workspaces of Amazon Managed Service for Prometheus. Whoever makes a workspace lets the service make its
/// grants; whoever writes to it or asks it comes through the service. Source: "Encryption at rest", Amazon
/// Managed Service for Prometheus User Guide.
#[derive(Clone, Copy, Debug)]
pub enum Prometheus {}

impl KeyUse for Prometheus {
    const ENCRYPTS: &'static str = "metrics of Prometheus";

    fn statements(site: &Site) -> Vec<Statement> {
        let via = format!("aps.{}.amazonaws.com", site.region());
        vec![
            Statement::allow([
                "kms:CreateGrant",
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:GenerateDataKey",
            ])
            .sid("UseThroughService")
            .to(Principal::aws("*"))
            .on_all()
            .when(Condition::string_equals("kms:CallerAccount", site.account().to_owned()))
            .when(Condition::string_equals("kms:ViaService", via)),
        ]
    }
}

/// Topics that alarms, event rules, budgets, cost anomalies, AWS Backup, RDS events and alert managers of
/// Prometheus publish to. Sources: "Managing Amazon SNS encryption keys and costs", Amazon SNS Developer
/// Guide; "Configuring alert manager to send messages to your Amazon SNS topic", Amazon Managed Service for
/// Prometheus User Guide.
#[derive(Clone, Copy, Debug)]
pub enum Sns {}

impl KeyUse for Sns {
    const ENCRYPTS: &'static str = "topics";

    fn statements(site: &Site) -> Vec<Statement> {
        let services = [
            "cloudwatch.amazonaws.com",
            "budgets.amazonaws.com",
            "costalerts.amazonaws.com",
            "backup.amazonaws.com",
            "events.rds.amazonaws.com",
            "aps.amazonaws.com",
        ];
        let mut statements = through(&["sns"], site);
        statements.push(by_services(&services, site));
        // EventBridge sends no source when it publishes to an encrypted topic: what a condition on
        // one would let in is dropped. The topic's policy has that condition instead.
        let topics = format!("arn:aws:sns:{}:{}:*", site.region(), site.account());
        statements.push(
            Statement::allow(READ_AND_WRITE)
                .sid("UseByEventRules")
                .to(Principal::service("events.amazonaws.com"))
                .on_all()
                .when(Condition::arn_like("kms:EncryptionContext:aws:sns:topicArn", topics)),
        );
        statements
    }
}

/// Queues that event rules and topics send to. Source: "Key management", Amazon SQS Developer Guide.
#[derive(Clone, Copy, Debug)]
pub enum Sqs {}

impl KeyUse for Sqs {
    const ENCRYPTS: &'static str = "queues";

    fn statements(site: &Site) -> Vec<Statement> {
        let mut statements = through(&["sqs"], site);
        statements.push(by_services(&["events.amazonaws.com", "sns.amazonaws.com"], site));
        statements
    }
}

/// Buckets that the account's own principals read and write. Source: "Using server-side encryption
/// with AWS KMS keys (SSE-KMS)", Amazon S3 User Guide.
#[derive(Clone, Copy, Debug)]
pub enum S3 {}

impl KeyUse for S3 {
    const ENCRYPTS: &'static str = "buckets";

    fn statements(site: &Site) -> Vec<Statement> {
        through(&["s3"], site)
    }
}

/// Buckets that CloudFront serves a site from. Source: "Restrict access to an Amazon S3 origin",
/// Amazon CloudFront Developer Guide. Any distribution of the account may read, since a policy that
/// named the one distribution would make a cycle with it.
#[derive(Clone, Copy, Debug)]
pub enum StaticSite {}

impl KeyUse for StaticSite {
    const ENCRYPTS: &'static str = "sites";

    fn statements(site: &Site) -> Vec<Statement> {
        let mut statements = through(&["s3"], site);
        statements.push(
            Statement::allow(["kms:Decrypt"])
                .sid("ReadByCloudFront")
                .to(Principal::service("cloudfront.amazonaws.com"))
                .on_all()
                .when(Condition::arn_like(
                    "aws:SourceArn",
                    format!("arn:aws:cloudfront::{}:distribution/*", site.account()),
                )),
        );
        statements
    }
}

/// Buckets that services deliver logs to: flow logs, CloudTrail, Config. Load balancers can't:
/// their access logs need a bucket encrypted by S3 itself. Source: "Logging IP traffic using VPC
/// Flow Logs", Amazon VPC User Guide; "Encrypting CloudTrail log files", AWS CloudTrail User Guide.
#[derive(Clone, Copy, Debug)]
pub enum LogDelivery {}

impl KeyUse for LogDelivery {
    const ENCRYPTS: &'static str = "delivered logs";

    fn statements(site: &Site) -> Vec<Statement> {
        let mut statements = through(&["s3"], site);
        for (sid, services, actions) in [
            ("UseByLogDelivery", &["delivery.logs.amazonaws.com"][..], &USE[..]),
            (
                "UseByService",
                &["cloudtrail.amazonaws.com", "config.amazonaws.com"][..],
                &["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"][..],
            ),
        ] {
            let allow = Statement::allow(actions.iter().copied()).sid(sid);
            statements.push(
                services
                    .iter()
                    .fold(allow, |statement, service| statement.to(Principal::service(*service)))
                    .on_all()
                    .when(Condition::string_equals("aws:SourceAccount", site.account().to_owned())),
            );
        }
        statements
    }
}

/// Secrets in Secrets Manager. Source: "Secret encryption and decryption in AWS Secrets Manager",
/// AWS Secrets Manager User Guide.
#[derive(Clone, Copy, Debug)]
pub enum Secrets {}

impl KeyUse for Secrets {
    const ENCRYPTS: &'static str = "secrets";

    fn statements(site: &Site) -> Vec<Statement> {
        through(&["secretsmanager"], site)
    }
}

/// The Kubernetes secrets in a cluster's data. The cluster's role gets its own right from its own
/// policy; whoever creates the cluster lets EKS make the grant. Source: "Encrypt Kubernetes secrets
/// with KMS", Amazon EKS User Guide.
#[derive(Clone, Copy, Debug)]
pub enum EksSecrets {}

impl KeyUse for EksSecrets {
    const ENCRYPTS: &'static str = "Kubernetes secrets";

    fn statements(site: &Site) -> Vec<Statement> {
        vec![
            Statement::allow(["kms:CreateGrant"])
                .sid("GrantToCluster")
                .to(Principal::aws("*"))
                .on_all()
                .when(Condition::string_equals("kms:CallerAccount", site.account().to_owned()))
                .when(Condition::bool("kms:GrantIsForAWSResource", true)),
        ]
    }
}

/// Backup vaults. Copies of volumes and of databases come through EC2 and RDS. Source: "Encryption for
/// backups in AWS Backup", AWS Backup Developer Guide.
#[derive(Clone, Copy, Debug)]
pub enum Backup {}

impl KeyUse for Backup {
    const ENCRYPTS: &'static str = "backups";

    fn statements(site: &Site) -> Vec<Statement> {
        through(&["backup", "ec2", "rds"], site)
    }
}

/// Repositories of container images. Source: "Encryption at rest", Amazon ECR User Guide.
#[derive(Clone, Copy, Debug)]
pub enum Ecr {}

impl KeyUse for Ecr {
    const ENCRYPTS: &'static str = "container images";

    fn statements(site: &Site) -> Vec<Statement> {
        through(&["ecr"], site)
    }
}
