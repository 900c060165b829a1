//! A site and its API as images in EKS, behind an internet-facing load balancer with a web ACL, which the
//! AWS Load Balancer Controller makes of an ingress: no CloudFront, and no bucket. TLS ends at the load
//! balancer and begins again there, up to the pods.
//!
//!     cargo run --example load_balancer             # checks, then writes innovate.out/load_balancer
//!     cargo run --example load_balancer -- check    # findings only
//!
//! The account has the role `shop-eks-admin`. Once the stack `names` is there, the domain is delegated to its
//! zone; the certificate waits for that. The cluster has the charts of Karpenter and the AWS Load Balancer
//! Controller in `kube-system`. Both images are for arm64, run as any user with a read-only root, and answer
//! HTTPS on port 8443, also at `/startupz`, `/readyz` and `/livez`.

use innovate::{cfn::policy::Statement, prelude::*};

/// What the pipeline built: nginx with the site, and the API.
const SITE: Digest =
    digest!("sha256:0b1e3f1c5cfdd2b5e7a63a1d1f5f7d7d9a0e0a6f6f3f6d8f0c1b2a394857667a");
const API: Digest =
    digest!("sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865");

fn main() -> ExitCode {
    innovate::run(shop)
}

fn shop() -> App {
    let prod = Environment::<Prod>::builder()
        .application(name!("shop"))
        .account(account!("666677778888"))
        .region(Region::EuWest1)
        .domain(domain!("shop.example"))
        .owner("platform")
        .build();

    let mut keys = prod.stack("keys");
    let logs = keys.add("Logs", KmsKey::<Logs>::new());
    let volumes = keys.add("Volumes", KmsKey::<Ebs>::new());
    let secrets = keys.add("ClusterSecrets", KmsKey::<EksSecrets>::new());
    let images_key = keys.add("Images", KmsKey::<Ecr>::new());
    let objects = keys.add("Objects", KmsKey::<S3>::new());

    let mut network = prod.stack("network");
    let vpc = Vpc::builder()
        .cidr(vpc_cidr!("10.60.0.0/16"))
        .zones(zones!(EuWest1: az1, az2, az3))
        .flow_logs(FlowLogs::to(&logs, Retention::OneYear));
    let vpc = network.add("Vpc", vpc.build());

    let mut compute = prod.stack("cluster");
    let eks = EksCluster::builder()
        .version(KubernetesVersion::V1_35)
        .network(vpc.private(), vpc.intra())
        .endpoint(Endpoint::Private)
        .administrator(name!(RoleName: "shop-eks-admin"))
        .addons(Addons::platform().with(Addon::ExternalDns))
        .secrets_key(&secrets)
        .volume_key(&volumes)
        .logs_key(&logs);
    let eks = compute.add("Cluster", eks.build());
    let karpenter = compute.add("Karpenter", Karpenter::new(&eks));
    compute.add("LoadBalancerController", LoadBalancerController::new(&eks));

    // In a stack of its own, since the certificate waits for the domain to be delegated to it.
    let mut names = prod.stack("names");
    let zone = names.add("Zone", HostedZone::builder().domain(prod.domain()).build());
    // ExternalDNS leads the host of the ingress to the load balancer that the controller makes.
    let records = text!["arn:", pseudo::partition(), ":route53:::hostedzone/", zone.zone_id()];
    let lists = ["route53:ListHostedZones", "route53:ListResourceRecordSets"];
    let writes_records = PodIdentity::builder()
        .cluster(&eks)
        .service_account(service_account!("external-dns", "external-dns"))
        .permissions(Permissions::new([
            Statement::allow(["route53:ChangeResourceRecordSets"]).on(records),
            Statement::allow(lists).on_all(),
        ]));
    compute.add("ExternalDns", writes_records.build());

    // What the load balancer is given by name: its certificate by its host, its web ACL, and a bucket.
    let mut ingress = prod.stack("ingress");
    let certificate = Certificate::<Regional>::builder().zone(&zone).build();
    let certificate = ingress.add("Certificate", certificate);
    let limits = [RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path("/api/login")];
    let web_acl = WebAcl::<Regional>::builder().rate_limits(limits).logs_key(&logs);
    let web_acl = ingress.add("WebAcl", web_acl.build());
    let logged = ingress.add("AccessLogs", AccessLogBucket::builder().build());
    let requests = LoadBalancerLogBucket::builder().access_logs(&logged);
    let requests = ingress.add("LoadBalancerLogs", requests.build());
    let on_call = [Subscriber::email(email!("oncall@ops.example"))];
    let alerts = ingress.add("Alerts", AlarmTopic::builder().subscribers(on_call).build());
    ingress.add("ClusterAlarms", eks.alarms().notify(&alerts));
    ingress.add("LoadBalancerAlarms", eks.ingress_alarms().notify(&alerts));
    ingress.add("CertificateAlarms", certificate.alarms().notify(&alerts));
    ingress.add("WebAclAlarms", web_acl.alarms().notify(&alerts));

    // What customers upload: the API alone has it, by a role through the cluster's own provider of identities.
    let mut uploads = prod.stack("uploads");
    let provider = uploads.add("Identities", OidcProvider::new(&eks));
    let api_role = Irsa::builder()
        .provider(&provider)
        .service_account(service_account!("shop", "api"))
        .role_name(name!(RoleName: "shop-prod-api"));
    let api_role = uploads.add("Api", api_role.build());
    let bucket = Bucket::builder().key(&objects).access_logs(&logged).build();
    let bucket = uploads.add("Uploads", bucket);
    uploads.add("WriteUploads", bucket.grant_read_write(&api_role));

    let mut manifests = prod.manifests(&eks, &vpc);
    let nodes = EC2NodeClass::builder()
        .name(object_name!("default"))
        .karpenter(&karpenter)
        .ami(ami!("bottlerocket@v1.53.0"));
    let nodes = manifests.add(nodes.build());
    // The site may move at any time. Uploads are not to be interrupted: nodes on demand, for the API alone.
    let pool = |name, purchase| {
        let pool = NodePool::builder().name(name).node_class(&nodes).arch(Architecture::Arm64);
        pool.purchase(purchase).limits(Limits::new(100, 400))
    };
    manifests.add(pool(object_name!("spot"), Purchase::SpotThenOnDemand).build());
    let steady = pool(object_name!("steady"), Purchase::OnDemand);
    let steady = steady.taint(Taint::no_schedule(label!("shop.example/pods", "api")));
    let steady = manifests.add(steady.build());

    let namespace = manifests.add(Namespace::new(object_name!("shop")));
    let mut images = prod.stack("images");
    let mut service = |id, name, images_name, build| {
        let repository = Repository::builder().name(images_name).key(&images_key);
        let repository = images.add(id, repository.build());
        WebService::builder()
            .namespace(&namespace)
            .name(name)
            .image(Image::of(repository.uri(), &build))
            .listen(Listen::https(8443))
            .resources(Resources::cpu_millis(250).memory_mib(256))
            .replicas(3..=60)
    };
    let site = service("Site", object_name!("site"), name!(RepositoryName: "shop/site"), SITE);
    let site = manifests.add(site.build());
    let api = service("Api", object_name!("api"), name!(RepositoryName: "shop/api"), API);
    let api = api.pool(&steady).irsa(&api_role).connects_to(&AwsEndpoints).connects_to(&Internet);
    let api = manifests.add(api.build());
    let class = IngressClass::builder()
        .name(object_name!("internet"))
        .exposure(Exposure::internet(web_acl.web_acl_name()))
        .access_logs(AccessLogs::to(&requests, "shop"))
        .namespace(&namespace);
    let class = manifests.add(class.build());
    let shop = Ingress::builder()
        .name(object_name!("shop"))
        .class(&class)
        .host(prod.domain())
        .service(&site)
        .route("/api", &api);
    manifests.add(shop.build());

    App::new("load_balancer")
        .stacks([names, keys, images, network, compute, ingress, uploads])
        .manifests(manifests)
}
