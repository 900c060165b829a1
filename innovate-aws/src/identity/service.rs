//! The names under which AWS's services act.

use innovate_core::check::suggest::nearest;

use super::action::is_service_prefix;

/// Names that differ from the prefix of the service's actions.
///
/// Source: the user guides of the services, each under "trust policy" or "service principal".
const OTHERS: &[&str] = &[
    "apidestinations.events",
    "application-autoscaling",
    "aps",
    "auditmanager",
    "backup",
    "batchoperations.s3",
    "billingconsole",
    "cassandra.application-autoscaling",
    "channels.lex",
    "cloudfront",
    "cloudtrail",
    "codedeploy",
    "cognito-idp",
    "config-conforms",
    "config-multiaccountsetup",
    "connect",
    "costalerts",
    "cur",
    "delivery.logs",
    "devices.iot1click",
    "dms-data-migrations",
    "dnssec-route53",
    "dynamodb.application-autoscaling",
    "ec2.application-autoscaling",
    "ec2fleet",
    "ec2scheduled",
    "ecs-tasks",
    "ecs.application-autoscaling",
    "edgelambda",
    "eks-fargate-pods",
    "eks-nodegroup",
    "elasticmapreduce",
    "es",
    "export.rds",
    "gamelift",
    "globalaccelerator",
    "imagebuilder",
    "importexport",
    "inspector2",
    "ipam",
    "jellyfish",
    "lakeformation",
    "logdelivery.elasticloadbalancing",
    "logger.cloudfront",
    "logging.s3",
    "macie",
    "malware-protection-plan.guardduty",
    "management.chatbot",
    "member.org.stacksets.cloudformation",
    "monitoring",
    "monitoring.rds",
    "notifications",
    "observability.aoss",
    "opensearchservice",
    "ops.apigateway",
    "ops.emr-serverless",
    "opsworks",
    "opsworks-cm",
    "pipes",
    "pods.eks",
    "pullthroughcache.ecr",
    "quicksight",
    "ram",
    "rds.application-autoscaling",
    "replication.dynamodb",
    "replication.ecr",
    "replicator.lambda",
    "resource-explorer-2",
    "s3.data-source.lustre.fsx",
    "scheduler",
    "scraper.aps",
    "serverlessrepo",
    "spot",
    "spotfleet",
    "stacksets.cloudformation",
    "storagegateway",
    "streams.metrics.cloudwatch",
    "tagpolicies.tag",
    "trustedadvisor",
    "vpc-flow-logs",
    "worklink",
];

/// Why a text is no service that can be a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UnknownService {
    /// It doesn't end as the names of services do.
    Malformed,
    /// The name is near to that of a service.
    Misspelt(String),
    /// No service that this version knows.
    Unknown,
}

/// Whether `principal` is the name of a service, such as `ec2.amazonaws.com`, also in the form with
/// a region.
pub(crate) fn check_service(principal: &str) -> Result<(), UnknownService> {
    if principal.contains("${") {
        return Ok(());
    }
    let suffixes = [".amazonaws.com.cn", ".amazonaws.com", ".amazonaws.eu", ".aws.internal"];
    let name = suffixes
        .iter()
        .find_map(|suffix| principal.strip_suffix(suffix))
        .ok_or(UnknownService::Malformed)?;
    let known = |name: &str| OTHERS.contains(&name) || is_service_prefix(name);
    // `logs.eu-west-1.amazonaws.com`: the region comes last.
    let without_region = name.rsplit_once('.').map(|(service, _)| service);
    if known(name) || without_region.is_some_and(known) {
        return Ok(());
    }
    match nearest(name, OTHERS.iter().copied().chain(COMMON.iter().copied())) {
        Some(near) => Err(UnknownService::Misspelt(format!("{near}.amazonaws.com"))),
        None => Err(UnknownService::Unknown),
    }
}

/// The services that roles are most often made for, to find a spelling mistake.
const COMMON: &[&str] = &[
    "apigateway",
    "autoscaling",
    "cloudformation",
    "codebuild",
    "codepipeline",
    "config",
    "ec2",
    "ecs",
    "eks",
    "events",
    "firehose",
    "glue",
    "guardduty",
    "kinesis",
    "lambda",
    "logs",
    "rds",
    "s3",
    "sagemaker",
    "scheduler",
    "sns",
    "sqs",
    "ssm",
    "states",
    "transfer",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_with_and_without_a_region() {
        for service in [
            "ec2",
            "eks",
            "pods.eks",
            "pullthroughcache.ecr",
            "delivery.logs",
            "logs.eu-west-1",
            "events",
            "monitoring.rds",
            "vpc-flow-logs",
        ] {
            assert_eq!(check_service(&format!("{service}.amazonaws.com")), Ok(()), "{service}");
        }
    }

    #[test]
    fn a_misspelt_service_is_told_from_an_unknown_one() {
        assert_eq!(
            check_service("lamda.amazonaws.com"),
            Err(UnknownService::Misspelt("lambda.amazonaws.com".to_owned()))
        );
        assert_eq!(check_service("no-such-thing.amazonaws.com"), Err(UnknownService::Unknown));
        assert_eq!(check_service("lambda"), Err(UnknownService::Malformed));
    }
}
