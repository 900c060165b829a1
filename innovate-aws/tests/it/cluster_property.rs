//! What holds for every cluster that can be written.

use std::collections::BTreeSet;

use innovate_aws::{
    Region,
    cluster::{
        Addon, Addons, AllowList, Cluster, CoreNodes, EksCluster, Endpoint, Karpenter,
        KubernetesVersion, LoadBalancerController,
    },
    identity::{Permissions, PodIdentity},
    name, service_account,
};
use innovate_cfn::policy::Statement;
use innovate_core::{App, Cidr, Dev, Node, Prod, Resource, StackModel, Stage, app::Synthesis};
use proptest::prelude::*;

use crate::program::{Platform, problems, synth_with_registry};

/// What a program may choose.
#[derive(Clone, Debug)]
struct Choice {
    version: KubernetesVersion,
    public: Option<Cidr>,
    nodes: CoreNodes,
    addons: Vec<Addon>,
    services: Cidr,
}

fn choice() -> impl Strategy<Value = Choice> {
    let version = prop::sample::select(KubernetesVersion::ALL);
    let public = prop::option::of((1u8..=9, 0u8..=255, 8u8..=32).prop_map(|(a, b, prefix)| {
        let address = (u32::from(a) << 24 | u32::from(b) << 16) & (u32::MAX << (32 - prefix));
        let [a, b, c, d] = address.to_be_bytes();
        format!("{a}.{b}.{c}.{d}/{prefix}").parse().unwrap()
    }));
    let nodes = (2u16..12, any::<bool>(), 20u16..400).prop_map(|(count, arm, gib)| {
        let nodes = if arm { CoreNodes::arm64(count) } else { CoreNodes::amd64(count) };
        nodes.data_volume_gib(gib)
    });
    let optional = vec![
        Addon::MetricsServer,
        Addon::EbsCsiDriver,
        Addon::EfsCsiDriver,
        Addon::CloudWatchObservability,
        Addon::NodeMonitoringAgent,
        Addon::SnapshotController,
    ];
    let addons = prop::sample::subsequence(optional, 0..=6);
    let services = (16u8..=24, 0u8..=255).prop_map(|(prefix, third)| {
        let third = u32::from(third) << 8 & (u32::MAX << (32 - prefix));
        format!("172.20.{}.0/{prefix}", third >> 8).parse().unwrap()
    });
    (version, public, nodes, addons, services).prop_map(
        |(version, public, nodes, addons, services)| Choice {
            version,
            public,
            nodes,
            addons,
            services,
        },
    )
}

/// The platform with the cluster that is chosen.
fn platform<S: Stage>(choice: &Choice) -> (Platform<S>, Cluster) {
    let mut platform = Platform::<S>::new();
    let addons = choice.addons.iter().copied().fold(Addons::core(), Addons::with);
    let endpoint = match choice.public {
        Some(block) => Endpoint::public_to(AllowList::new([block]).unwrap()),
        None => Endpoint::Private,
    };
    let cluster = EksCluster::builder()
        .version(choice.version)
        .network(platform.vpc.private(), platform.vpc.intra())
        .endpoint(endpoint)
        .administrator(name!(RoleName: "innovate-eks-admin"))
        .secrets_key(&platform.secrets_key)
        .volume_key(&platform.volume_key)
        .logs_key(&platform.logs_key)
        .core_nodes(choice.nodes.clone())
        .addons(addons)
        .service_cidr(choice.services)
        .build();
    let cluster = platform.compute.add("Cluster", cluster);
    platform.compute.add("Karpenter", Karpenter::new(&cluster));
    platform.compute.add("LoadBalancerController", LoadBalancerController::new(&cluster));
    (platform, cluster)
}

/// Checks with every rule, the registry's schema among them.
fn synth<S: Stage>(platform: Platform<S>) -> Synthesis {
    let app = App::new("test").stack(platform.keys).stack(platform.network);
    synth_with_registry(app.stack(platform.compute))
}

/// Problems other than the notice that a version's support ends soon.
fn faults(synthesis: &Synthesis) -> Vec<String> {
    let notice = |problem: &String| problem.contains("standard support of Kubernetes");
    problems(synthesis).into_iter().filter(|problem| !notice(problem)).collect()
}

fn ids(stack: &StackModel) -> BTreeSet<&str> {
    stack.resources().iter().map(Resource::logical_id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_cluster_satisfies_every_rule_and_the_registry(choice in choice()) {
        let synthesis = synth(platform::<Prod>(&choice).0);
        prop_assert_eq!(faults(&synthesis), Vec::<String>::new());
        let again = synth(platform::<Prod>(&choice).0);
        prop_assert_eq!(synthesis.assembly, again.assembly, "the same program gives the same bytes");
    }

    #[test]
    fn all_that_is_stored_is_encrypted(choice in choice()) {
        let stack: StackModel = platform::<Dev>(&choice).0.compute.into();
        for cluster in stack.resources_of("AWS::EKS::Cluster") {
            let secrets = cluster.properties().at("EncryptionConfig/0");
            prop_assert!(secrets.and_then(|it| it.at("Provider/KeyArn")).is_some());
        }
        for queue in stack.resources_of("AWS::SQS::Queue") {
            let managed = queue.properties().get("SqsManagedSseEnabled");
            prop_assert_eq!(managed, Some(&Node::Bool(true)));
        }
        for group in stack.resources_of("AWS::Logs::LogGroup") {
            prop_assert!(group.properties().get("KmsKeyId").is_some());
            prop_assert!(group.properties().get("RetentionInDays").is_some());
        }
        for template in stack.resources_of("AWS::EC2::LaunchTemplate") {
            let devices = template.properties().at("LaunchTemplateData/BlockDeviceMappings");
            for device in devices.and_then(Node::as_list).unwrap() {
                prop_assert_eq!(device.at("Ebs/Encrypted"), Some(&Node::Bool(true)));
                prop_assert!(device.at("Ebs/KmsKeyId").is_some());
            }
        }
    }

    #[test]
    fn what_acts_for_another_is_assumed_for_this_account_alone(choice in choice()) {
        let stack: StackModel = platform::<Prod>(&choice).0.compute.into();
        let roles: Vec<&Resource> = stack.resources_of("AWS::IAM::Role").collect();
        prop_assert!(roles.len() > 4);
        for role in roles {
            let trust = role.properties().at("AssumeRolePolicyDocument/Statement/0").unwrap();
            let service = trust.at("Principal/Service").and_then(Node::as_text).unwrap();
            let conditions = trust.at("Condition/StringEquals").and_then(Node::as_map);
            let source = conditions.unwrap_or_default().iter().find(|(key, _)| key == "aws:SourceAccount");
            // An instance is launched with its role by who may pass it; EC2 names no source.
            prop_assert_eq!(source.is_some(), service != "ec2.amazonaws.com", "{}", service);
        }
    }

    #[test]
    fn another_add_on_or_service_account_renames_nothing(choice in choice()) {
        let before: StackModel = platform::<Prod>(&choice).0.compute.into();
        let mut more = choice.clone();
        more.addons.push(Addon::SnapshotController);
        let (mut platform, cluster) = platform::<Prod>(&more);
        let identity = PodIdentity::builder()
            .cluster(&cluster)
            .service_account(service_account!("api", "api"))
            .build();
        platform.compute.add("Api", identity);
        let after: StackModel = platform.compute.into();
        prop_assert!(ids(&after).is_superset(&ids(&before)));
        for resource in before.resources() {
            let same = after.resource(resource.logical_id()).unwrap();
            let (old, new) = (resource.properties(), same.properties());
            prop_assert_eq!(format!("{old:?}"), format!("{new:?}"));
        }
    }

    #[test]
    fn permissions_of_any_length_fit_and_none_is_lost(lengths in prop::collection::vec(1usize..2_000, 0..40)) {
        let count = lengths.len();
        let statements = lengths.into_iter().enumerate().map(|(at, length)| {
            Statement::allow(["s3:GetObject"]).on(format!("arn:aws:s3:::{}/{at}", "b".repeat(length)))
        });
        let (mut platform, cluster, _) = Platform::<Prod>::new().with_cluster();
        let identity = PodIdentity::builder()
            .cluster(&cluster)
            .service_account(service_account!("api", "api"))
            .permissions(Permissions::new(statements))
            .build();
        platform.compute.add("Api", identity);
        let stack = &platform.compute.model().clone();
        let kept: usize = stack
            .resources_of("AWS::IAM::ManagedPolicy")
            .filter(|policy| policy.logical_id().starts_with("ApiPolicy"))
            .map(|policy| {
                let statements = policy.properties().at("PolicyDocument/Statement");
                statements.and_then(Node::as_list).unwrap().len()
            })
            .sum();
        prop_assert_eq!(kept, count);
        let synthesis = platform.synth();
        prop_assert!(!problems(&synthesis).iter().any(|found| found.starts_with("IAM-03")));
    }

    #[test]
    fn an_allow_list_lets_in_no_more_than_a_slash_eight_and_nothing_private(address: u32, prefix in 0u8..=32) {
        let network = if prefix == 0 { 0 } else { address & (u32::MAX << (32 - prefix)) };
        let [a, b, c, d] = network.to_be_bytes();
        let block: Cidr = format!("{a}.{b}.{c}.{d}/{prefix}").parse().unwrap();
        let private: [Cidr; 3] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(|text| text.parse().unwrap());
        if AllowList::new([block]).is_ok() {
            prop_assert!(prefix >= 8);
            prop_assert!(private.iter().all(|private| !private.overlaps(block)));
        }
    }
}

#[test]
fn names_that_the_program_does_not_choose_are_of_the_region_or_the_account() {
    let (_, _, karpenter) = Platform::<Prod>::new().with_cluster();
    assert!(karpenter.node_role_name().as_str().contains(Region::EuWest1.code()));
}
