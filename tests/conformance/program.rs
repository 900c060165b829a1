//! The choices that `examples/prod.rs` doesn't make, so that what they yield meets the validators
//! too: a staging environment that takes the other way wherever there is one.

mod backup;
mod database;
mod edge;
mod links;
mod load_balancer;
mod observability;
mod stack_set;
mod storage;

use innovate::{
    aws::{
        cluster::{Cluster, ContainerInsights, KarpenterHandle},
        network::{Egress, VpcCidr, VpcHandle},
        observability::{DataIdentifier, DataProtectionPolicy},
        security::web_acl::{
            Action, CommonRule, CustomRule, GeoRule, IpRule, Logged, RateWindow, statement,
        },
        storage::LoadBalancerLogBucketHandle,
    },
    cfn::policy::Statement,
    k8s::{
        AccessLogs, ClusterSecretStore, Consolidation, ExternalSecret, ReclaimPolicy, Taint,
        TlsPolicy,
    },
    prelude::*,
};

use database::Databases;
use links::Linked;
use storage::Storage;

fn main() -> ExitCode {
    innovate::run(other_choices)
}

fn other_choices() -> App {
    let staging = Environment::<Staging>::builder()
        .application(name!("innovate"))
        .account(account!("111122223333"))
        .region(Region::EuWest1)
        .recovery_region(Region::EuCentral1)
        .domain(domain!("staging.innovate.example"))
        .owner("platform")
        .build();
    let mut keys = staging.stack("keys");
    let every = Keys::add_to(&mut keys);

    let storage = Storage::new(&staging, &every.objects, &every.delivered);
    let to_group = || FlowLogs::to(&every.logs, Retention::OneYear);
    let to_bucket = FlowLogs::to_bucket(&storage.flow_logs);
    let mut network = staging.stack("network");
    let outside = (Nat::PerZone, Endpoints::Minimal);
    let vpc = network.add("Vpc", vpc(outside, vpc_cidr!("10.40.0.0/20"), to_group()));
    let outside = (Nat::None, Endpoints::Isolated);
    network.add("Isolated", self::vpc(outside, vpc_cidr!("10.41.0.0/18"), to_group()));
    let outside = (Nat::OneAccepting(ZoneOutage), Endpoints::PrivateEks);
    network.add("Accepting", self::vpc(outside, vpc_cidr!("10.42.0.0/22"), to_bucket));

    let (compute, ingress, manifests, cluster, karpenter) =
        cluster(&staging, &vpc, &every, &storage.load_balancer_logs);
    let Databases { stack: data, mut recovery, secondary, watched } =
        Databases::new(&staging, &vpc, &every);
    let Linked { credentials, stack: linked, links } =
        Linked::new(&staging, &mut recovery, &cluster, &every);
    backup::replicate(&mut keys, &mut recovery);
    let backup = backup::stack(&staging, &mut recovery);
    let watching = observability::Compute { vpc: &vpc, cluster: &cluster, karpenter: &karpenter };
    let monitoring = observability::stack(&staging, &every, &watching, &watched);
    let (dns, edge) = edge::stacks(&staging, distributed());

    let organization = stack_set::stack(&staging);

    App::new("conformance")
        .stacks([keys, storage.stack, network, compute, ingress, data, credentials, linked, backup])
        .stack(storage.copies)
        .stack(links)
        .stack(organization)
        .stack(recovery)
        .stack(secondary)
        .stack(monitoring)
        .stack(dns)
        .stack(edge)
        .manifests(manifests)
}

/// A key for every use, of which some are used below.
struct Keys {
    logs: Key<Logs>,
    volumes: Key<Ebs>,
    cluster: Key<EksSecrets>,
    databases: Key<Rds>,
    topics: Key<Sns>,
    secrets: Key<Secrets>,
    images: Key<Ecr>,
    objects: Key<S3>,
    delivered: Key<LogDelivery>,
}

impl Keys {
    fn add_to(stack: &mut Stack<Staging>) -> Self {
        let site = stack.model().site().clone();
        let objects = KmsKey::<S3>::new().statement(storage::readers().use_key(&site));
        stack.add("Backup", KmsKey::<Backup>::new());
        stack.add("Queues", KmsKey::<Sqs>::new());
        stack.add("Site", KmsKey::<StaticSite>::new());
        Self {
            logs: stack.add("Logs", KmsKey::<Logs>::new()),
            volumes: stack.add("Volumes", KmsKey::<Ebs>::new()),
            cluster: stack.add("ClusterSecrets", KmsKey::<EksSecrets>::new()),
            databases: stack.add("Database", KmsKey::<Rds>::new()),
            topics: stack.add("Topics", KmsKey::<Sns>::new()),
            secrets: stack.add("Secrets", KmsKey::<Secrets>::new()),
            images: stack.add("Images", KmsKey::<Ecr>::new()),
            objects: stack.add("Objects", objects),
            delivered: stack.add("Deliveries", KmsKey::<LogDelivery>::new()),
        }
    }
}

/// A network with a way to the internet or none, and with the services that have endpoints.
fn vpc((nat, endpoints): (Nat, Endpoints), block: VpcCidr, flow_logs: FlowLogs) -> Vpc {
    Vpc::builder()
        .cidr(block)
        .zones(zones!(EuWest1: az1, az2, az3))
        .nat(nat)
        .endpoints(endpoints)
        .flow_logs(flow_logs)
        .internet_ports([Port::HTTPS, Port::tcp(587)])
        .build()
}

/// A cluster whose API is open to an office, with roles over its identity provider, and objects.
fn cluster(
    staging: &Environment<Staging>,
    vpc: &VpcHandle,
    keys: &Keys,
    access_logs: &LoadBalancerLogBucketHandle,
) -> (Stack<Staging>, Stack<Staging>, Manifests<Staging>, Cluster, KarpenterHandle) {
    let mut stack = staging.stack("cluster");
    let view = Access::of(name!(RoleName: "innovate-developer"))
        .in_cluster(AccessPolicy::View)
        .in_namespace(AccessPolicy::Edit, name!(NamespaceName: "shop"))
        .group("developers");
    let cluster = stack.add(
        "Cluster",
        EksCluster::builder()
            .version(KubernetesVersion::V1_36)
            .network(vpc.private(), vpc.intra())
            .endpoint(Endpoint::public_to(allow_list!["203.0.113.0/24", "198.51.100.7/32"]))
            .administrator(name!(RoleName: "innovate-eks-admin"))
            .access([view])
            .secrets_key(&keys.cluster)
            .volume_key(&keys.volumes)
            .logs_key(&keys.logs)
            .application_log_protection(
                DataProtectionPolicy::masking(DataIdentifier::EmailAddress)
                    .and(DataIdentifier::PhoneNumberDe),
            )
            .container_insights(ContainerInsights::AndOpenTelemetry)
            .core_nodes(CoreNodes::amd64(2).data_volume_gib(80))
            .addons(Addons::core().with(Addon::EbsCsiDriver).with(Addon::CloudWatchObservability))
            .build(),
    );
    let karpenter = Karpenter::new(&cluster).spot_service_role(SpotServiceRole::Created);
    let karpenter = stack.add("Karpenter", karpenter);
    stack.add("LoadBalancerController", LoadBalancerController::new(&cluster));
    backup::velero(&mut stack, &cluster);
    let secrets = ExternalSecrets::builder().cluster(&cluster).key(&keys.secrets).build();
    let secrets = stack.add("ExternalSecrets", secrets);
    let provider = stack.add("Oidc", OidcProvider::new(&cluster));
    let exporter = Irsa::builder()
        .provider(&provider)
        .service_account(service_account!("monitoring", "exporter"))
        .role_name(name!(RoleName: "innovate-staging-exporter"))
        .permissions(Statement::allow(["cloudwatch:GetMetricData"]).on_all())
        .build();
    stack.add("Exporter", exporter);
    let runner = SecurityGroup::builder().vpc(&vpc.private()).description("Runners").build();
    let runner = stack.add("Runner", runner);
    let anywhere = SecurityGroup::builder()
        .vpc(&vpc.private())
        .description("Scanners")
        .egress(Egress::Anywhere)
        .build();
    stack.add("Scanner", anywhere);
    stack.allow(&runner, Port::HTTPS, &cluster);

    let mut manifests = staging.manifests(&cluster, vpc);
    let nodes = manifests.add(
        EC2NodeClass::builder()
            .name(object_name!("al2023"))
            .karpenter(&karpenter)
            .ami(ami!("al2023@v20260318"))
            .build(),
    );
    let pool = manifests.add(
        NodePool::builder()
            .name(object_name!("shop"))
            .node_class(&nodes)
            .arch(Architecture::Amd64)
            .purchase(Purchase::OnDemand)
            .limits(Limits::new(64, 256))
            .consolidation(Consolidation::WhenEmpty)
            .taint(Taint::no_schedule(label!("team", "shop")))
            .build(),
    );
    let kept = StorageClass::builder().name(object_name!("kept")).cluster(&cluster);
    manifests.add(kept.reclaim(ReclaimPolicy::Retain).build());
    let namespace = manifests.add(Namespace::new(object_name!("shop")));
    let store = manifests.add(
        ClusterSecretStore::builder()
            .name(object_name!("aws"))
            .operator(&secrets)
            .namespace(&namespace)
            .build(),
    );
    let token = manifests.add(
        ExternalSecret::builder()
            .namespace(&namespace)
            .name(object_name!("token"))
            .store(&store)
            .secret(name!(SecretName: "innovate/staging/token"))
            .build(),
    );
    let shop = manifests.add(
        WebService::builder()
            .namespace(&namespace)
            .name(object_name!("shop"))
            .image(tagged_image!("111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:1.4.2"))
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(100).memory_mib(128))
            .replicas(2..=4)
            .pool(&pool)
            .secret_files(&token, "/etc/token")
            .connects_to(&Internet)
            .connects_to(&AwsCredentials)
            .telemetry(Telemetry::Injected(Language::Python))
            .build(),
    );
    let identity = PodIdentity::builder()
        .cluster(&cluster)
        .service_account(shop.service_account().clone())
        .build();
    stack.add("Shop", identity);
    let inside = manifests.add(
        IngressClass::builder()
            .name(object_name!("inside"))
            .exposure(Exposure::Vpc)
            .group(object_name!("inside"))
            .tls(TlsPolicy::Tls13)
            .access_logs(AccessLogs::to(access_logs, "shop"))
            .namespace(&namespace)
            .build(),
    );
    manifests.add(
        Ingress::builder()
            .name(object_name!("shop"))
            .class(&inside)
            .host(staging.host("shop"))
            .service(&shop)
            .build(),
    );
    let ingress =
        load_balancer::stack(staging, vpc, &cluster, &shop, &keys.secrets, &mut manifests);
    (stack, ingress, manifests, cluster, karpenter)
}

/// A web ACL for CloudFront with a rule of each kind.
fn distributed() -> WebAcl<CloudFront> {
    WebAcl::<CloudFront>::builder()
        .managed([
            ManagedRuleGroup::CommonRuleSet.into(),
            ManagedRuleGroup::KnownBadInputs.into(),
            ManagedRuleGroup::SqlInjection.count(),
            ManagedRuleGroup::AntiDdos.into(),
            ManagedRuleGroup::BotControl.count(),
        ])
        .overrides([CommonRule::NoUserAgentHeader.count()])
        .rate_limits([RateLimit::per_ip(100).on_path("/login").window(RateWindow::OneMinute)])
        .addresses([
            IpRule::allow("Office", [cidr!("198.51.100.0/24")]),
            IpRule::block("Scanners", [cidr!("203.0.113.7/32")]),
        ])
        .countries(GeoRule::only([statement::Country::DE, statement::Country::AT]))
        .large_bodies(["/uploads/"])
        .custom_rules([
            CustomRule::new("Health", 0, statement::path_is("/healthz"), Action::Allow),
            CustomRule::new("OldApi", 900, statement::path_starts_with("/V1/"), Action::Count),
        ])
        .logged(Logged::Everything)
        .redacted_headers(["x-api-key"])
        .build()
}
