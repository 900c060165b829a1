//! The edits that the compiler refuses by types: something is missing, is of another kind, or does
//! not exist.

use super::variation::{Variation, refused};

const IMAGE: &str = "Image::of(image.uri(), &BUILD)";

const CHOSEN: &str = "\
type Pausing = AlwaysOn;
    type Redundancy = WithFailover;
    const CAPACITY: Capacity = capacity!(2..=64);
    fn readers() -> Readers {
        Readers::failover()
    }";
const PAUSING: &str = "\
type Pausing = AutoPause;
    type Redundancy = WithFailover;
    const CAPACITY: Capacity<AutoPause> = Capacity::auto_pause(acu!(64), Idle::ONE_HOUR);
    fn readers() -> Readers {
        Readers::failover()
    }";
const ALONE: &str = "\
type Pausing = AlwaysOn;
    type Redundancy = WithoutFailover;
    const CAPACITY: Capacity = capacity!(2..=64);
    fn readers() -> Readers<WithoutFailover> {
        Readers::none()
    }";

/// Each with what the message says.
pub const TYPES: &[Variation] = &[
    // The environment.
    refused("a region that does not exist")
        .replace("Region::EuWest1", "Region::EuWest9")
        .says("no variant or associated item named `EuWest9` found"),
    refused("an environment that nobody owns")
        .remove(".owner(")
        .at(".build()")
        .says("Missing_required_field_owner"),
    refused("two regions")
        .insert(".owner(", ".region(Region::UsEast1)")
        .says("Repeated_field_region"),
    // The network.
    refused("flow logs with a key for volumes")
        .replace("FlowLogs::to(&keys.logs", "FlowLogs::to(&keys.volumes")
        .says("expected `&Key<Logs>`, found `&Key<Ebs>`"),
    refused("a network without flow logs")
        .remove(".flow_logs(FlowLogs::to(&keys.logs")
        .at(".build()")
        .says("Missing_required_field_flow_logs"),
    refused("logs for a number of days that does not exist")
        .replace("Retention::OneYear", "Retention::FortyDays")
        .says("no variant or associated item named `FortyDays` found"),
    // The cluster.
    refused("nodes in public subnets")
        .replace("vpc.private(), vpc.intra()", "vpc.public(), vpc.intra()")
        .says("expected `Subnets<Private>`, found `Subnets<Public>`"),
    refused("a cluster that nobody administers")
        .remove(".administrator(")
        .at(".build()")
        .says("Missing_required_field_administrator"),
    refused("a version that is out of support")
        .replace("KubernetesVersion::V1_35", "KubernetesVersion::V1_31")
        .says("no variant or associated item named `V1_31` found"),
    refused("volumes with the key for secrets")
        .replace(".volume_key(&keys.volumes)", ".volume_key(&keys.cluster_secrets)")
        .says("expected `&Key<Ebs>`, found `&Key<EksSecrets>`"),
    refused("an add-on that does not exist")
        .insert(".volume_key(", ".addons(Addons::platform().with(Addon::CorDns))")
        .says("no variant or associated item named `CorDns` found"),
    refused("a Karpenter of no cluster")
        .replace("Karpenter::new(&eks)", "Karpenter::new(vpc)")
        .says("expected `&Cluster`, found `&VpcHandle`"),
    refused("a suppression without a reason")
        .replace("Karpenter::new(&eks)", "Karpenter::new(&eks).suppress(\"CFN-02\")")
        .says("this method takes 2 arguments but 1 argument was supplied"),
    // The database.
    refused("a database outside the data tier")
        .replace("vpc.data()", "vpc.private()")
        .says("expected `Subnets<Data>`, found `Subnets<Private>`"),
    refused("a database with the key for volumes")
        .replace(".key(&keys.database)", ".key(&keys.volumes)")
        .says("expected `&Key<Rds>`, found `&Key<Ebs>`"),
    refused("a database without a key")
        .remove(".key(&keys.database)")
        .at(".build()")
        .says("Missing_required_field_key"),
    refused("a database with a public address")
        .insert(".key(&keys.database)", ".publicly_accessible(true)")
        .says("no method named `publicly_accessible` found"),
    refused("a password in the program")
        .insert(".key(&keys.database)", ".master_user(MasterUser::password(\"hunter2\"))")
        .says("no function or associated item named `password` found"),
    refused("a database that can be deleted by mistake")
        .insert(".key(&keys.database)", ".deletion_protection(false)")
        .says("expected `DeletionProtection`, found `bool`"),
    refused("a production database that pauses")
        .replace(CHOSEN, PAUSING)
        .says("a production database may not pause"),
    refused("no reader to take over")
        .replace(CHOSEN, ALONE)
        .says("a production database needs a reader that can take over"),
    refused("backups for three days")
        .replace(
            "fn backups() -> impl RetainsBackups {\n        days!(35)",
            "fn backups() -> impl RetainsBackups {\n        days!(3)",
        )
        .says("`Days<3>` is no retention of automated backups"),
    refused("backups for a year")
        .replace(
            "fn backups() -> impl RetainsBackups {\n        days!(35)",
            "fn backups() -> impl RetainsBackups {\n        days!(365)",
        )
        .says("`Days<365>` is no retention of automated backups"),
    refused("a version of PostgreSQL that does not exist")
        .replace("AuroraPostgres::V17", "AuroraPostgres::V17_8")
        .says("no associated item named `V17_8` found"),
    refused("a database that is open to addresses")
        .replace("data.allow(&cluster.eks,", "data.allow(&cidr!(\"0.0.0.0/0\"),")
        .says("has no security group"),
    // What faces the internet.
    refused("a web ACL for CloudFront in Ireland")
        .replace("WebAcl::<Regional>", "WebAcl::<CloudFront>")
        .says("this construct needs a stack in us-east-1"),
    refused("a group of rules that does not exist")
        .insert(".client_ip(", ".managed([ManagedRuleGroup::CommonRules])")
        .says("no variant or associated item named `CommonRules` found"),
    refused("a rule that its group does not have")
        .insert(".client_ip(", ".overrides([web_acl::CommonRule::SizeRestrictionBody.count()])")
        .says("no variant or associated item named `SizeRestrictionBody` found"),
    refused("an internet without a web ACL")
        .replace("Scheme::vpc_origin(vpc).protected_by(&web_acl)", "Scheme::internet(vpc)")
        .says("argument #2 of type `&WebAclHandle<"),
    refused("a certificate of another region for CloudFront")
        .replace("Certificate::<CloudFront>", "Certificate::<Regional>")
        .at(".certificate(&certificate)")
        .says("expected `&CertificateHandle<CloudFront>`, found `&CertificateHandle<Regional>`"),
    refused("a site in a bucket with the key for logs")
        .replace(".key(&site_key)", ".key(&logs_key)")
        .says("expected `&Key<StaticSite>`, found `&Key<Logs>`"),
    refused("an alarm that tells nobody")
        .replace("vpc.alarms().notify(&alerts)", "vpc.alarms()")
        .says("this alarm tells nobody that it went off"),
    refused("a copy in the vault that it is made in")
        .replace(
            "BackupRule::daily(S::DAILY).copy_to(&recovery.copies)",
            "BackupRule::daily(S::DAILY).copy_to(&vault)",
        )
        .says("no copies go to `innovate::prelude::Vault<innovate::prelude::HomeRegion>`"),
    // The nodes.
    refused("an image for development in production")
        .replace("ami!(\"bottlerocket@v1.53.0\")", "innovate::k8s::LatestAmi::Bottlerocket")
        .says("outside of development, nodes boot a pinned image"),
    refused("nodes with a role by name")
        .replace(".karpenter(&cluster.karpenter)", ".karpenter(\"innovate-prod-node\")")
        .says("expected `&KarpenterHandle`, found `&str`"),
    refused("a pool without limits")
        .remove(".limits(")
        .at(".build()")
        .says("Missing_required_field_limits"),
    // The service.
    refused("an image by its tag in production")
        .replace(IMAGE, "tagged_image!(\"registry.example/api:v3\")")
        .says("production takes an image by its digest"),
    refused("a container that may take all memory")
        .replace("Resources::cpu_millis(250).memory_mib(256)", "Resources::cpu_millis(250)")
        .says("a container states its processor time and its memory"),
    refused("a container without resources")
        .remove(".resources(")
        .at(".build()")
        .says("Missing_required_field_resources"),
    refused("a privileged container")
        .insert(".config(&settings)", ".privileged(true)")
        .says("no method named `privileged` found"),
    refused("what is known at deployment in a manifest")
        .replace("\"LOG_LEVEL\", \"info\"", "\"DATABASE_HOST\", data.database.endpoint()")
        .says("is not known before deployment, and can't be a setting"),
    refused("pods that connect to addresses")
        .replace(".connects_to(&data.database)", ".connects_to(&cidr!(\"10.0.0.0/8\"))")
        .says("pods can't be connected to"),
    refused("no TLS behind the load balancer")
        .replace("Listen::https(8443)", "Listen::http(8080)")
        .at(".service(&api)")
        .says("an ingress can't lead to"),
    refused("an ingress to a service that does not exist")
        .replace(".service(&api)", ".service(\"api\")")
        .says("an ingress can't lead to `&str`"),
];
