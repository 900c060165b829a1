//! The production environment of Innovate Inc.: a Flask API on EKS with Aurora PostgreSQL, in three
//! zones, with everything encrypted and nothing but the load balancer facing the internet.
//!
//!     cargo run --example prod             # checks, then writes innovate.out/prod
//!     cargo run --example prod -- check    # findings only
//!
//! The account has before: the role `innovate-eks-admin`, the service-linked role of EC2 Spot, and in
//! ACM a certificate for `api.innovate.example`. The cluster has before the manifests: the charts of
//! Karpenter and the AWS Load Balancer Controller with their CRDs, in `kube-system`. The image is for
//! arm64 and amd64, and answers HTTPS on port 8443. The host's DNS record leads to the load balancer.

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(prod)
}

fn prod() -> App {
    let prod = Environment::<Prod>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build();

    // Keys: one for each class of data, each granting what its use needs and nothing else.
    let mut keys = prod.stack("keys");
    let logs_key = keys.add("Logs", KmsKey::<Logs>::new());
    let volume_key = keys.add("Volumes", KmsKey::<Ebs>::new());
    let secrets_key = keys.add("ClusterSecrets", KmsKey::<EksSecrets>::new());
    let database_key = keys.add("Database", KmsKey::<Rds>::new());

    // Network: three zones, no way from the internet to the data tier, AWS reached through endpoints.
    let mut network = prod.stack("network");
    let vpc = network.add(
        "Vpc",
        Vpc::builder()
            .cidr(vpc_cidr!("10.30.0.0/16"))
            .zones(zones!(EuWest1: az1, az2, az3))
            .nat(Nat::Regional)
            .endpoints(Endpoints::PrivateEks)
            .flow_logs(FlowLogs::to(&logs_key, Retention::OneYear))
            .build(),
    );

    // Cluster: private API, nodes in private subnets, a few Graviton nodes for the cluster's own needs.
    let mut compute = prod.stack("cluster");
    let cluster = compute.add(
        "Cluster",
        EksCluster::builder()
            .version(KubernetesVersion::V1_35)
            .network(vpc.private(), vpc.intra())
            .endpoint(Endpoint::Private)
            .administrator(name!(RoleName: "innovate-eks-admin"))
            .secrets_key(&secrets_key)
            .volume_key(&volume_key)
            .logs_key(&logs_key)
            .build(),
    );
    let karpenter = compute.add("Karpenter", Karpenter::new(&cluster));
    compute.add("LoadBalancerController", LoadBalancerController::new(&cluster));

    // Database: Aurora PostgreSQL that scales with its load; only the cluster may connect.
    let mut data = prod.stack("data");
    let database = data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(vpc.data())
            .key(&database_key)
            .logs_key(&logs_key)
            .capacity(capacity!(1..=64))
            .readers(Readers::failover())
            .backup_retention(days!(35))
            .build(),
    );
    data.allow(&cluster, Port::POSTGRES, &database);

    // Protection of what faces the internet: OWASP's threats, known bad inputs, and too many calls.
    let mut protection = prod.stack("protection");
    let acl = protection.add(
        "WebAcl",
        WebAcl::<Regional>::builder()
            .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path("/login")])
            .logs_key(&logs_key)
            .build(),
    );

    // Nodes: Graviton first, x86_64 second; Spot while there is any, on demand otherwise.
    let mut manifests = prod.manifests(&cluster, &vpc);
    let nodes = manifests.add(
        EC2NodeClass::builder()
            .name(object_name!("default"))
            .karpenter(&karpenter)
            .ami(ami!("bottlerocket@v1.44.0"))
            .build(),
    );
    for (name, architecture, weight) in [
        (object_name!("arm64"), Architecture::Arm64, 100),
        (object_name!("amd64"), Architecture::Amd64, 10),
    ] {
        manifests.add(
            NodePool::builder()
                .name(name)
                .node_class(&nodes)
                .arch(architecture)
                .purchase(Purchase::SpotThenOnDemand)
                .limits(Limits::new(400, 1_600))
                .weight(weight)
                .build(),
        );
    }

    // Volumes that pods claim: gp3, encrypted with the cluster's key.
    let volumes = StorageClass::builder().name(object_name!("gp3")).cluster(&cluster);
    manifests.add(volumes.default_class().build());

    // The API: at least three pods over three zones, reached through the load balancer alone.
    let namespace = manifests.add(Namespace::new(object_name!("api")));
    let settings = manifests.add(
        ConfigMap::builder()
            .namespace(&namespace)
            .name(object_name!("api"))
            .entry("LOG_LEVEL", "info")
            .build(),
    );
    let api = manifests.add(
        WebService::builder()
            .namespace(&namespace)
            .name(object_name!("api"))
            .image(image!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"))
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(250).memory_mib(256))
            .replicas(3..=60)
            .config(&settings)
            .connects_to(&database)
            .build(),
    );
    let internet = manifests.add(
        IngressClass::builder()
            .name(object_name!("internet"))
            .exposure(Exposure::internet(acl.web_acl_name()))
            .namespace(&namespace)
            .build(),
    );
    manifests.add(
        Ingress::builder()
            .name(object_name!("api"))
            .class(&internet)
            .host(prod.host("api"))
            .service(&api)
            .build(),
    );

    App::new("prod").stacks([keys, network, compute, data, protection]).manifests(manifests)
}
