//! What `Fn::GetAtt` and `Ref` return.
//!
//! `Fn::GetAtt` gives what `readOnlyProperties` lists, and of some types more: cfn-lint keeps the list
//! of those (`cfnlint/schema/_getatts.py`), whose facts are the tables here. `Ref` gives the primary
//! identifier, except for the types of the last table, whose "Return values" in the AWS CloudFormation
//! Template Reference Guide say otherwise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{kind::Kind, meaning::Meanings, model::Schema, name::snake, shape::Shaper};
use crate::Result;

/// Types whose every property is an attribute too.
#[rustfmt::skip]
const ALL_PROPERTIES: &[&str] = &[
    "AWS::Amplify::Branch", "AWS::Amplify::Domain", "AWS::AppSync::DomainName",
    "AWS::AppSync::FunctionConfiguration", "AWS::AppSync::Resolver",
    "AWS::AutoScaling::AutoScalingGroup", "AWS::Backup::BackupSelection", "AWS::Backup::BackupVault",
    "AWS::Backup::LogicallyAirGappedBackupVault", "AWS::CodeArtifact::Domain",
    "AWS::CodeArtifact::Repository", "AWS::EC2::CapacityReservation", "AWS::EC2::Instance",
    "AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::EC2::VPC", "AWS::EFS::MountTarget",
    "AWS::EKS::Nodegroup", "AWS::ElastiCache::ReplicationGroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::Events::EventBus",
    "AWS::EventSchemas::Discoverer", "AWS::EventSchemas::Registry", "AWS::EventSchemas::Schema",
    "AWS::GameLift::GameSessionQueue", "AWS::GameLift::MatchmakingConfiguration",
    "AWS::GameLift::MatchmakingRuleSet", "AWS::Grafana::Workspace",
    "AWS::Greengrass::ConnectorDefinition", "AWS::Greengrass::CoreDefinition",
    "AWS::Greengrass::DeviceDefinition", "AWS::Greengrass::FunctionDefinition",
    "AWS::Greengrass::Group", "AWS::Greengrass::LoggerDefinition",
    "AWS::Greengrass::ResourceDefinition", "AWS::Greengrass::SubscriptionDefinition",
    "AWS::ImageBuilder::Component", "AWS::ImageBuilder::ContainerRecipe",
    "AWS::ImageBuilder::DistributionConfiguration", "AWS::ImageBuilder::ImagePipeline",
    "AWS::ImageBuilder::ImageRecipe", "AWS::ImageBuilder::InfrastructureConfiguration",
    "AWS::ManagedBlockchain::Node", "AWS::Neptune::DBCluster", "AWS::RDS::DBInstance",
    "AWS::RDS::DBParameterGroup", "AWS::RedshiftServerless::Workgroup",
    "AWS::RoboMaker::RobotApplication", "AWS::RoboMaker::SimulationApplication",
    "AWS::Route53Resolver::ResolverRule", "AWS::Route53Resolver::ResolverRuleAssociation",
    "AWS::S3::AccessPoint", "AWS::SageMaker::DataQualityJobDefinition",
    "AWS::SageMaker::ModelBiasJobDefinition", "AWS::SageMaker::ModelExplainabilityJobDefinition",
    "AWS::SageMaker::ModelQualityJobDefinition", "AWS::SageMaker::MonitoringSchedule",
    "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SSM::Parameter", "AWS::StepFunctions::Activity",
];

/// Types of which some properties are attributes too.
#[rustfmt::skip]
const SOME_PROPERTIES: &[(&str, &[&str])] = &[
    ("AWS::AppMesh::GatewayRoute", &["GatewayRouteName", "MeshName", "MeshOwner", "VirtualGatewayName"]),
    ("AWS::AppMesh::Mesh", &["MeshName"]),
    ("AWS::AppMesh::Route", &["MeshName", "MeshOwner", "RouteName", "VirtualRouterName"]),
    ("AWS::AppMesh::VirtualGateway", &["MeshName", "MeshOwner", "VirtualGatewayName"]),
    ("AWS::AppMesh::VirtualNode", &["MeshName", "MeshOwner", "VirtualNodeName"]),
    ("AWS::AppMesh::VirtualRouter", &["MeshName", "MeshOwner", "VirtualRouterName"]),
    ("AWS::AppMesh::VirtualService", &["MeshName", "MeshOwner", "VirtualServiceName"]),
    ("AWS::AppSync::DataSource", &["Name"]),
    ("AWS::Cloud9::EnvironmentEC2", &["Name"]),
    ("AWS::CloudWatch::InsightRule", &["RuleName"]),
    ("AWS::DocDB::DBCluster", &["Port"]),
    ("AWS::Kinesis::StreamConsumer", &["ConsumerName", "StreamARN"]),
    ("AWS::ManagedBlockchain::Member", &["NetworkId"]),
    ("AWS::MediaConvert::JobTemplate", &["Name"]),
    ("AWS::MediaConvert::Preset", &["Name"]),
    ("AWS::MediaConvert::Queue", &["Name"]),
    ("AWS::MediaLive::Input", &["Destinations", "Sources"]),
    ("AWS::Route53Resolver::ResolverEndpoint", &["Direction", "Name"]),
    ("AWS::SageMaker::CodeRepository", &["CodeRepositoryName"]),
    ("AWS::SageMaker::Endpoint", &["EndpointName"]),
    ("AWS::SageMaker::EndpointConfig", &["EndpointConfigName"]),
    ("AWS::SageMaker::Model", &["ModelName"]),
    ("AWS::SageMaker::NotebookInstance", &["NotebookInstanceName"]),
    ("AWS::SageMaker::NotebookInstanceLifecycleConfig", &["NotebookInstanceLifecycleConfigName"]),
    ("AWS::SageMaker::Workteam", &["WorkteamName"]),
    ("AWS::ServiceDiscovery::Service", &["Name"]),
    ("AWS::Transfer::User", &["ServerId", "UserName"]),
];

/// Types whose `Ref` is another property than the primary identifier.
#[rustfmt::skip]
const REFERENCES: &[(&str, &str)] = &[
    ("AWS::ApiGateway::Authorizer", "AuthorizerId"),
    ("AWS::ApiGateway::Deployment", "DeploymentId"),
    ("AWS::ApiGateway::DocumentationPart", "DocumentationPartId"),
    ("AWS::ApiGateway::Model", "Name"),
    ("AWS::ApiGateway::RequestValidator", "RequestValidatorId"),
    ("AWS::ApiGateway::Resource", "ResourceId"),
    ("AWS::ApiGateway::Stage", "StageName"),
    ("AWS::ApiGatewayV2::ApiMapping", "ApiMappingId"),
    ("AWS::ApiGatewayV2::Authorizer", "AuthorizerId"),
    ("AWS::ApiGatewayV2::Deployment", "DeploymentId"),
    ("AWS::ApiGatewayV2::Integration", "IntegrationId"),
    ("AWS::ApiGatewayV2::IntegrationResponse", "IntegrationResponseId"),
    ("AWS::ApiGatewayV2::Model", "ModelId"),
    ("AWS::ApiGatewayV2::Route", "RouteId"),
    ("AWS::ApiGatewayV2::RouteResponse", "RouteResponseId"),
    ("AWS::ApiGatewayV2::Stage", "StageName"),
    ("AWS::AppConfig::ConfigurationProfile", "ConfigurationProfileId"),
    ("AWS::AppConfig::Environment", "EnvironmentId"),
    ("AWS::AppConfig::HostedConfigurationVersion", "VersionNumber"),
    ("AWS::AppMesh::GatewayRoute", "Arn"),
    ("AWS::AppMesh::Mesh", "Arn"),
    ("AWS::AppMesh::Route", "Arn"),
    ("AWS::AppMesh::VirtualGateway", "Arn"),
    ("AWS::AppMesh::VirtualNode", "Arn"),
    ("AWS::AppMesh::VirtualRouter", "Arn"),
    ("AWS::AppMesh::VirtualService", "Arn"),
    ("AWS::AppSync::ApiKey", "Arn"),
    ("AWS::Batch::JobDefinition", "JobDefinitionArn"),
    ("AWS::CodeBuild::Project", "Name"),
    ("AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName"),
    ("AWS::CodePipeline::Webhook", "Name"),
    ("AWS::Cognito::UserPoolClient", "ClientId"),
    ("AWS::Cognito::UserPoolDomain", "Domain"),
    ("AWS::Cognito::UserPoolGroup", "GroupName"),
    ("AWS::Cognito::UserPoolIdentityProvider", "ProviderName"),
    ("AWS::Cognito::UserPoolResourceServer", "Identifier"),
    ("AWS::Cognito::UserPoolUser", "Username"),
    ("AWS::DAX::Cluster", "ClusterName"),
    ("AWS::EC2::EIP", "PublicIp"),
    ("AWS::ECS::Service", "ServiceArn"),
    ("AWS::ElastiCache::User", "UserName"),
    ("AWS::Elasticsearch::Domain", "DomainName"),
    ("AWS::EventSchemas::RegistryPolicy", "RegistryName"),
    ("AWS::Events::Rule", "Name"),
    ("AWS::Glue::DevEndpoint", "EndpointName"),
    ("AWS::IoT::Policy", "PolicyName"),
    ("AWS::Logs::LogStream", "LogStreamName"),
    ("AWS::Logs::SubscriptionFilter", "FilterName"),
    ("AWS::Route53::RecordSet", "Name"),
    ("AWS::SSM::MaintenanceWindowTarget", "WindowTargetId"),
    ("AWS::SSM::MaintenanceWindowTask", "WindowTaskId"),
    ("AWS::SecretsManager::ResourcePolicy", "SecretId"),
    ("AWS::SecretsManager::SecretTargetAttachment", "SecretId"),
];

/// An attribute of a resource.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Its name in `Fn::GetAtt`: `Endpoint.Address`.
    pub(crate) name: String,
    /// What it means.
    pub(crate) kind: Kind,
}

/// The attributes of a type, by the names of their methods.
///
/// # Errors
///
/// If two of them would have one method.
pub(crate) fn attributes(
    schema: &Schema,
    meanings: &Meanings,
) -> Result<BTreeMap<String, Attribute>> {
    let shaper = Shaper::new(schema, meanings);
    let mut paths: BTreeSet<String> = schema
        .texts("readOnlyProperties")
        .into_iter()
        .filter_map(|pointer| pointer.strip_prefix("/properties/"))
        // Nothing reaches into a list.
        .filter(|path| path.split('/').all(|segment| !matches!(segment, "*" | "items" | "")))
        .map(str::to_owned)
        .collect();
    let some = SOME_PROPERTIES.iter().filter(|(name, _)| *name == schema.name);
    paths.extend(some.flat_map(|(_, names)| names.iter().map(|name| (*name).to_owned())));
    if ALL_PROPERTIES.contains(&schema.name.as_str()) {
        paths.extend(shaper.leaves());
    }
    // An object is given in its parts where it has any.
    let parents: Vec<String> = paths
        .iter()
        .filter(|path| paths.iter().any(|other| other.starts_with(&format!("{path}/"))))
        .cloned()
        .collect();
    for parent in parents {
        paths.remove(&parent);
    }
    let mut found: BTreeMap<String, Attribute> = BTreeMap::new();
    for path in paths {
        let (name, kind) = (path.replace('/', "."), shaper.read_kind(&path));
        let method = snake(&name);
        match found.get(&method) {
            // One datum under its own name and under its path: the plain name stays.
            Some(known) if !known.name.contains('.') && name.contains('.') => {}
            Some(known) if !known.name.contains('.') => {
                let known = &known.name;
                return Err(
                    format!("{}: `{known}` and `{name}` are one method", schema.name).into()
                );
            }
            _ => {
                found.insert(method, Attribute { name, kind });
            }
        }
    }
    Ok(found)
}

/// What `Ref` returns: the primary identifier, or text if that has several parts.
pub(crate) fn reference(schema: &Schema, meanings: &Meanings) -> Kind {
    let shaper = Shaper::new(schema, meanings);
    if let Some((_, path)) = REFERENCES.iter().find(|(name, _)| *name == schema.name) {
        return shaper.read_kind(path);
    }
    match schema.document.get("primaryIdentifier").and_then(Value::as_array).map(Vec::as_slice) {
        Some([Value::String(pointer)]) => {
            shaper.read_kind(pointer.trim_start_matches("/properties/"))
        }
        _ => Kind::TEXT,
    }
}

/// Fails if a row of a table names a type or property that is gone, or says what the schema says.
pub(crate) fn verify<'a>(types: impl Fn(&str) -> Option<&'a Schema>) -> Result {
    let mut idle = Vec::new();
    let has = |name: &str, path: &str| {
        types(name)
            .is_some_and(|schema| schema.document.pointer(&format!("/properties/{path}")).is_some())
    };
    for name in ALL_PROPERTIES.iter().filter(|name| types(name).is_none()) {
        idle.push((*name).to_owned());
    }
    for (name, paths) in SOME_PROPERTIES {
        for path in paths.iter().filter(|path| !has(name, path)) {
            idle.push(format!("{name}.{path}"));
        }
    }
    for (name, path) in REFERENCES {
        let identifier = format!("/properties/{path}");
        let told = types(name)
            .is_some_and(|schema| schema.texts("primaryIdentifier") == [identifier.as_str()]);
        if !has(name, path) || told {
            idle.push(format!("{name}: Ref gives {path}"));
        }
    }
    if idle.is_empty() {
        return Ok(());
    }
    Err(format!(
        "rows of xtask/src/codegen/attribute.rs that nothing needs any more:\n  {}",
        idle.join("\n  ")
    )
    .into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema(name: &str, document: Value) -> Schema {
        Schema { name: name.to_owned(), document, regions: BTreeSet::new(), stateful: false }
    }

    /// Method, name in `Fn::GetAtt`, and kind of each attribute.
    fn read(name: &str, document: Value) -> Vec<String> {
        attributes(&schema(name, document), &Meanings::default())
            .unwrap()
            .into_iter()
            .map(|(method, attribute)| {
                format!("{method} {} {}", attribute.name, attribute.kind.within(None))
            })
            .collect()
    }

    fn endpoint() -> Value {
        json!({
            "properties": {
                "Arn": {"type": "string"},
                "Endpoint": {"type": "object", "properties": {
                    "Address": {"type": "string"}, "Port": {"type": "integer"},
                }},
                "Hosts": {"type": "array", "items": {"type": "object", "properties": {"Ip": {"type": "string"}}}},
                "Size": {"type": "integer"},
                "Zones": {"type": "array", "items": {"type": "string"}},
            },
            "readOnlyProperties": [
                "/properties/Arn", "/properties/Endpoint", "/properties/Endpoint/Address",
                "/properties/Hosts/*/Ip",
            ],
        })
    }

    #[test]
    fn an_object_is_read_in_parts_and_a_list_is_not() {
        let expected = ["arn Arn t::Text", "endpoint_address Endpoint.Address t::Text"];
        assert_eq!(read("AWS::Test::Thing", endpoint()), expected);
    }

    #[test]
    fn some_types_give_every_property() {
        assert_eq!(
            read("AWS::SQS::Queue", endpoint()),
            [
                "arn Arn t::QueueArn",
                "endpoint_address Endpoint.Address t::Text",
                "endpoint_port Endpoint.Port t::Integer",
                "size Size t::Integer",
                "zones Zones t::List<t::Text>",
            ]
        );
    }

    #[test]
    fn one_datum_under_two_names_has_one_method() {
        let document = json!({
            "properties": {
                "Authority": {"type": "object", "properties": {"Data": {"type": "string"}}},
                "AuthorityData": {"type": "string"},
            },
            "readOnlyProperties": ["/properties/Authority/Data", "/properties/AuthorityData"],
        });
        assert_eq!(read("AWS::Test::Thing", document), ["authority_data AuthorityData t::Text"]);
    }

    #[test]
    fn two_data_never_share_a_method() {
        let document = json!({
            "properties": {"ARN": {"type": "string"}, "Arn": {"type": "string"}},
            "readOnlyProperties": ["/properties/ARN", "/properties/Arn"],
        });
        let error = attributes(&schema("AWS::Test::Thing", document), &Meanings::default());
        assert_eq!(
            error.unwrap_err().to_string(),
            "AWS::Test::Thing: `ARN` and `Arn` are one method"
        );
    }

    #[test]
    fn ref_is_the_primary_identifier_unless_the_documentation_says_otherwise() {
        let of = |name: &str, identifier: Value| {
            let document = json!({
                "properties": {"Id": {"type": "string"}, "PublicIp": {"type": "string"}, "VpcId": {"type": "string"}},
                "primaryIdentifier": identifier,
            });
            reference(&schema(name, document), &Meanings::default()).within(None).to_string()
        };
        assert_eq!(of("AWS::EC2::VPC", json!(["/properties/VpcId"])), "t::VpcId");
        assert_eq!(of("AWS::EC2::EIP", json!(["/properties/VpcId"])), "t::Text");
        let several = json!(["/properties/Id", "/properties/VpcId"]);
        assert_eq!(of("AWS::Test::Thing", several), "t::Text");
    }

    #[test]
    fn a_row_about_a_type_that_is_gone_fails() {
        let error = verify(|_| None).unwrap_err().to_string();
        assert!(error.contains("AWS::SQS::Queue"), "{error}");
        assert!(error.contains("AWS::EC2::EIP: Ref gives PublicIp"), "{error}");
    }
}
