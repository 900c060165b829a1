//! The edits that compile, and that `check` refuses.

use super::variation::{Variation, found};

const PEER: &str = "\
let other = network.add(
    \"Other\",
    Vpc::builder()
        .cidr(vpc_cidr!(\"10.30.128.0/17\"))
        .zones(zones!(EuWest1: az1, az2, az3))
        .flow_logs(FlowLogs::to(&keys.logs, Retention::OneYear))
        .build(),
);
let peering = innovate::cfn::ec2::VPCPeeringConnection::new(other.vpc_id(), vpc.vpc_id());
network.add(\"Peering\", peering);
";
const ADMINISTRATOR: &str = "\
compute.add(
    \"Deployer\",
    PodIdentity::builder()
        .cluster(&eks)
        .service_account(service_account!(\"api\", \"api\"))
        .permissions(innovate::cfn::policy::Statement::allow([\"*\"]).on_all())
        .build(),
);
";
const TYPO: &str = "\
compute.add(
    \"Reader\",
    PodIdentity::builder()
        .cluster(&eks)
        .service_account(service_account!(\"api\", \"api\"))
        .permissions(
            innovate::cfn::policy::Statement::allow([\"s3:GetObjects\"]).on(\"arn:aws:s3:::a/*\"),
        )
        .build(),
);
";
const OPEN: &str = "\
data.add(
    \"Open\",
    innovate::cfn::ec2::SecurityGroupIngress::new(\"tcp\")
        .group_id(&innovate::aws::network::HasSecurityGroup::security_group(&database))
        .cidr_ip(cidr!(\"0.0.0.0/0\"))
        .from_port(5432)
        .to_port(5432)
        .description(\"Support\"),
);
";
const LIMITS: &str = "\
.client_ip(ClientIp::ForwardedFor)
            .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path(\"/api/login\")])";
const MANY: &str = "\
for number in 0..500 {
    keys.add(
        format!(\"Handle{number}\"),
        innovate::cfn::cloudformation::WaitConditionHandle::new(),
    );
}
";
const STAGING_NAT: &str = "\
const NAT: Nat = Nat::Regional;
    const ENDPOINTS: Endpoints = Endpoints::PrivateEks;
    const LOGS: Retention = Retention::OneMonth;";
const IMAGE: &str = "Image::of(image.uri(), &BUILD)";
const WEB: &str = "\
image!(\"444455556666.dkr.ecr.eu-west-1.amazonaws.com/innovate/web@sha256:\
4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865\")";
const SITE: &str = "\
Stack::<S>::new(\"innovate-prod-network\", innovate::core::Site::new(\
\"innovate-prod\", innovate::core::StageKind::Prod, \"444455556666\", \"eu-west-1\"))";
const BACK: &str = "\
let mut network = network;
network.allow(&cluster.eks, Port::POSTGRES, &data.database);
";
const MISSPELT: &str = "\
manifests.raw(serde_json::json!({
    \"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"dta\": {},
    \"metadata\": {\"name\": \"raw\", \"namespace\": \"kube-system\"},
}));
";
const ROOT: &str = "\
manifests.raw(serde_json::json!({
    \"apiVersion\": \"v1\", \"kind\": \"Pod\",
    \"metadata\": {\"name\": \"debug\", \"namespace\": \"api\"},
    \"spec\": {\"containers\": [{
        \"name\": \"debug\", \"image\": \"debug@sha256:\
4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865\",
        \"securityContext\": {\"privileged\": true},
        \"resources\": {
            \"requests\": {\"cpu\": \"1\", \"memory\": \"1Gi\"}, \"limits\": {\"memory\": \"1Gi\"},
        },
    }]},
}));
";

/// Each with the code of its finding.
pub const CHECK: &[Variation] = &[
    // Stacks.
    found("two stacks of one name", "STK-01")
        .replace("environment.stack(\"network\")", "environment.stack(\"keys\")")
        .says("two stacks are named `innovate-prod-keys`"),
    found("two constructs of one id", "STK-03")
        .replace("keys.add(\"Volumes\"", "keys.add(\"Logs\"")
        .says("two resources of this stack have the id `Logs`"),
    found("a stack that is not in the app", "REF-01")
        .replace("[keys_stack, network", "[network")
        .at("let session = api.add(")
        .says("the app doesn't have the stack `innovate-prod-keys`"),
    found("two stacks that wait for each other", "REF-06")
        .insert("let (ingress, way_in) =", BACK)
        .at("network.allow(")
        .says("these stacks wait for each other"),
    found("a database under another id", "LOCK-01")
        .replace("\"Database\",\n        Aurora", "\"Orders\",\n        Aurora")
        .at("let mut data =")
        .says("stack.moved(\"Database\", \"Orders\")"),
    found("a stack without tags", "TAG-01")
        .replace("environment.stack(\"network\")", SITE)
        .says("no application, no cost-center, no data-classification, no environment, no owner"),
    found("an override of nothing", "STK-02")
        .insert("data.allow(", "data.override_property(\"DatabaseWritter\", \"PromotionTier\", 1);")
        .says("no resource `DatabaseWritter` in stack `innovate-prod-data`"),
    found("a suppression with an empty reason", "SUP-03")
        .replace("Karpenter::new(&eks)", "Karpenter::new(&eks).suppress(\"CFN-02\", \"\")")
        .says("`CFN-02` is accepted without a reason"),
    // The network.
    found("zones of another region", "NET-15")
        .replace("EuWest1: az1, az2, az3", "UsEast1: az1, az2, az4")
        .says("the zones are of another region than the stack"),
    found("networks that are peered and overlap", "NET-01")
        .insert("(network, vpc)\n", PEER)
        .at(".cidr(vpc_cidr!(\"10.30.128.0/17\"))")
        .says("are peered and overlap"),
    found("no way out and too few endpoints", "NET-08")
        .replace(
            "S::NAT)\n            .endpoints(S::ENDPOINTS)",
            "Nat::None)\n            .endpoints(Endpoints::Minimal)",
        )
        .at("let eks = compute.add(")
        .says("no default route, and no endpoint for ec2"),
    found("a subnet that gives public addresses", "NET-12")
        .insert(
            "(network, vpc)\n",
            "network.override_property(\"VpcPublicAz1\", \"MapPublicIpOnLaunch\", true);",
        )
        .says("the subnet `VpcPublicAz1` gives every instance a public address"),
    found("services of Kubernetes in the block of the network", "NET-01")
        .insert(".volume_key(", ".service_cidr(cidr!(\"10.30.0.0/16\"))")
        .says("the block of the cluster's services overlaps its VPC"),
    // The cluster.
    found("one core node", "EKS-08")
        .insert(".volume_key(", ".core_nodes(CoreNodes::arm64(1))")
        .says("a node group that may shrink below two nodes"),
    found("no controller for the ingress", "EKS-15")
        .remove("LoadBalancerController::new")
        .at("manifests.add(TargetGroupBinding")
        .says("add it to the cluster's stack: `LoadBalancerController::new(&cluster)`"),
    found("a role that may do everything", "IAM-01")
        .insert("(compute, Compute {", ADMINISTRATOR)
        .says("a statement allows everything on every resource"),
    found("an action that does not exist", "IAM-04")
        .insert("(compute, Compute {", TYPO)
        .says("the service has no such action"),
    // The database.
    found("maintenance while backups are made", "DB-03")
        .insert(".readers(", ".maintenance_window(weekly_window!(\"sun:02:30-sun:03:30\"))")
        .says("the maintenance window meets the backup window"),
    found("production backups for a week", "DB-03")
        .replace("days!(35)", "days!(7)")
        .at(".backup_retention(")
        .says("allowed: 14 to 35 days"),
    found("a public address by an override", "DB-01")
        .insert(
            "data.allow(",
            "data.override_property(\"DatabaseWriter\", \"PubliclyAccessible\", true);",
        )
        .says("the database has a public address"),
    found("storage that is not encrypted by an override", "DB-02")
        .insert("data.allow(", "data.override_property(\"Database\", \"StorageEncrypted\", false);")
        .says("the database isn't encrypted"),
    found("the internet in the security group of the database", "NET-09")
        .insert("data.allow(", OPEN)
        .says("`DatabaseSecurityGroup` lets the whole internet in"),
    found("a master user with a reserved name", "DB-10")
        .insert(
            ".key(&keys.database)",
            ".master_user(MasterUser::managed_secret().named(\"admin\"))",
        )
        .says("the master user can't have this name"),
    found("a database that does not let the cluster in", "NET-17")
        .remove("data.allow(")
        .at(".connects_to(&data.database)")
        .says("`stack.allow(&cluster, Port::POSTGRES, &destination)`"),
    // What faces the internet.
    found("no limit of calls", "WAF-03")
        .replace(LIMITS, ".client_ip(ClientIp::ForwardedFor)\n            .rate_limits([])")
        .at(".rate_limits([])")
        .says("the production web ACL limits no rate"),
    found("too few groups of rules", "WAF-03")
        .insert(".client_ip(", ".managed([ManagedRuleGroup::CommonRuleSet])")
        .says("AWSManagedRulesKnownBadInputsRuleSet, AWSManagedRulesSQLiRuleSet"),
    found("a listener of yesterday", "ELB-01")
        .insert(
            "ingress.allow(&load_balancer",
            "ingress.override_property(\"LoadBalancerHttps\", \"SslPolicy\", \"ELBSecurityPolicy-2016-08\");",
        )
        .says("a listener speaks TLS that is out of date"),
    // Keys and buckets.
    found("a key that does not rotate", "KMS-01")
        .insert("(keys, made)", "keys.override_property(\"Volumes\", \"EnableKeyRotation\", false);")
        .says("the key `Volumes` does not rotate"),
    found("a site that anyone may read", "S3-01")
        .insert(
            "let certificate = Certificate::<CloudFront>",
            "edge.override_property(\"Site\", \"PublicAccessBlockConfiguration/BlockPublicPolicy\", false);",
        )
        .at("let site = edge.add(")
        .says("without BlockPublicPolicy"),
    found("more resources than a stack takes", "LIM-01")
        .insert("(keys, made)", MANY)
        .at("environment.stack(\"keys\")")
        .says("at most 500"),
    // Backups.
    found("backups that the vault does not take", "BKP-01")
        .replace("lifecycle!(35 days)", "lifecycle!(3 days)")
        .at(".rules([")
        .says("the lock of the vault refuses what the rule `daily-0500` makes"),
    found("a recovery region that is lost with its own", "BKP-02")
        .replace("Region::EuCentral1", "Region::EuWest1")
        .at("environment.recovery_stack(")
        .says("the recovery region is the environment's own"),
    // What staging has in common with production.
    found("a staging with one way to the internet", "PAR-01")
        .replace(STAGING_NAT, "const NAT: Nat = Nat::One;\n    const ENDPOINTS: Endpoints = Endpoints::PrivateEks;\n    const LOGS: Retention = Retention::OneMonth;")
        .at("app.mirrors(")
        .of_staging()
        .says("`VpcNat` of `prod` is missing here"),
    found("a staging that says more", "PAR-01")
        .replace(
            "\"LOG_LEVEL\", \"info\"",
            "\"LOG_LEVEL\", if S::KIND.name() == \"staging\" { \"debug\" } else { \"info\" }",
        )
        .at("let settings = manifests.add(")
        .of_staging()
        .says("differs from `prod` in `data/LOG_LEVEL`"),
    found("a difference that nobody explains", "PAR-03")
        .replace("\"what is lost is made anew\"", "\"\"")
        .of_staging()
        .says("say why the two may differ"),
    // Names.
    found("a certificate for a host of somebody else", "DNS-01")
        .replace(
            "zone(zone).host(environment.host(\"origin\"))",
            "zone(zone).host(name!(Hostname: \"origin.innovate.test\"))",
        )
        .at("ingress.add(\"Certificate\"")
        .says("`origin.innovate.test` is not in the zone `innovate.example`"),
    found("a part of the domain that is none", "DNS-01")
        .replace("Dev::DOMAIN,", "domain!(\"dev.innovate.test\"),")
        .at("names.add(*id")
        .says("`dev.innovate.test` is not in the zone `innovate.example`"),
    // The load balancer.
    found("nodes that do not let the load balancer in", "NET-20")
        .remove("ingress.allow(&load_balancer")
        .at("manifests.add(TargetGroupBinding")
        .says("`stack.allow(&load_balancer, Port::tcp(8443), &cluster)`"),
    found("a load balancer that asks at another port", "K8S-04")
        .replace(".port(8443)\n", ".port(9443)\n")
        .at("manifests.add(TargetGroupBinding")
        .says("`.port(8443)`"),
    // Secrets, and who may act.
    found("two secrets of one name", "SEC-05")
        .replace("SecretPath: \"api/session\"", "SecretPath: \"database/connection\"")
        .at("api.add(\"Session\"")
        .says("two secrets have one name"),
    found("a replica with a key of another region", "SEC-04")
        .replace("&recovery.secrets)", "&keys.secrets)")
        .at("api.add(\"Session\"")
        .says("a replica is encrypted with a key of another region"),
    found("pods that cannot reach their credentials", "K8S-18")
        .remove(".connects_to(&AwsCredentials)")
        .at(".connects_to(&data.database)")
        .says("their network policies keep them from its credentials"),
    found("a role for pods that are not there", "EKS-16")
        .replace(
            ".service_account(service_account!(\"api\", \"api\"))",
            ".service_account(service_account!(\"api\", \"web\"))",
        )
        .says("a role is bound to a service account that there is not"),
    // Images.
    found("an image of no repository", "ECR-09")
        .replace(IMAGE, WEB)
        .says("of Deployment api/api is of no repository"),
    found("a registry that is set up twice", "ECR-05")
        .insert("images.add(\"Copies\"", "images.add(\"Again\", RegistryScanning::enhanced());")
        .says("a registry has one such setting, and here are two"),
    // Alarms.
    found("a pager that is called without TLS", "ALM-03")
        .replace("\"https://pager", "\"http://pager")
        .at("stack.add(\"Pager\"")
        .says("a web hook is called by HTTPS alone"),
    // Backups.
    found("a database that no plan backs up", "DB-09")
        .remove("Selection::of(&data.database)")
        .at("let database = data.add(")
        .says("no backup plan selects the production database"),
    found("a copy that another rule's backup takes the place of", "BKP-03")
        .replace(
            "BackupRule::monthly(S::MONTHLY).copy_to(&recovery.copies)",
            "BackupRule::monthly(S::MONTHLY)",
        )
        .at(".rules([")
        .says("the rules `monthly-1-0500` and `daily-0500` of a plan begin at the same time"),
    // The nodes.
    found("a weight that Karpenter does not take", "KAR-01")
        .replace("Architecture::Amd64, 10)", "Architecture::Amd64, 101)")
        .at(".weight(weight)")
        .says("has a weight outside of 1 to 100"),
    found("pools that the pods of the service do not tolerate", "KAR-06")
        .insert(
            ".weight(weight)",
            ".taint(innovate::k8s::Taint::no_schedule(label!(\"team\", \"batch\")))",
        )
        .at("let api = manifests.add(")
        .says("no node pool makes a node for the pods of Deployment api/api"),
    // The service.
    found("one pod", "K8S-06")
        .replace("3..=60", "1..=60")
        .at(".replicas(")
        .says("lets the pods become fewer than 2"),
    found("a range of pods the wrong way round", "K8S-06")
        .replace("3..=60", "60..=3")
        .at(".replicas(")
        .says("has its least number of pods above the most"),
    found("a secret in a config map", "SEC-02")
        .replace("\"LOG_LEVEL\", \"info\"", "\"DATABASE_PASSWORD\", \"hunter2\"")
        .at("let settings = manifests.add(")
        .says("a literal where a secret belongs: `DATABASE_PASSWORD`"),
    found("settings of another namespace", "K8S-04")
        .replace(
            "ConfigMap::builder()\n            .namespace(&namespace)",
            "ConfigMap::builder()\n            .namespace(\
             &innovate::k8s::NamespaceRef::existing(object_name!(\"web\")))",
        )
        .at(".config(&settings)")
        .says("can't read a config map of `web`"),
    found("a host that the certificate does not cover", "CF-01")
        .replace("environment.host(\"www\")", "environment.host(\"www.shop\")")
        .says("the distribution's certificate doesn't cover one of its hosts"),
    found("a host that is led to itself", "CF-06")
        .insert(".redirect(", ".redirect(environment.host(\"www\"))")
        .says("a host that is led to another is named twice"),
    found("a misspelt field", "K8S-12")
        .insert("let settings =", MISSPELT)
        .says("ConfigMap has no field `dta`"),
    found("a privileged pod", "K8S-09")
        .insert("let api = manifests.add(", ROOT)
        .says("`debug` is privileged; `debug` may gain privileges"),
];
