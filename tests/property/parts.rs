//! What an environment has around its cluster and its database: buckets, secrets, backups, names, the way
//! in, and alarms.

use innovate::{
    aws::{
        backup::{Lifecycle, RetentionRange},
        cluster::{Cluster, KarpenterHandle},
        database::AuroraCluster,
        edge::{PriceClass, ViewerTls},
        identity::PodRole,
        load_balancer::{LoadBalancerAlarm, TargetGroupHandle},
        network::VpcHandle,
    },
    cfn::kind::PrefixListId,
    core::{StackModel, StageKind},
    prelude::*,
};
use proptest::{prelude::*, sample::select};

/// The choices that they leave open.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    daily: u16,
    weekly: u16,
    least: u16,
    copies: bool,
    expire: bool,
    replica: bool,
    token: bool,
    latency: f64,
    rejected: bool,
    viewers: ViewerTls,
    price: PriceClass,
    tls: TlsPolicy,
}

pub(crate) fn parts() -> impl Strategy<Value = Parts> {
    let viewers =
        select(vec![ViewerTls::Tls13And12, ViewerTls::Tls13And12Of2025, ViewerTls::Tls13]);
    let price = select(vec![PriceClass::NorthAmericaAndEurope, PriceClass::All]);
    let tls = select(vec![TlsPolicy::Tls13And12, TlsPolicy::Tls13]);
    let kept = (1_u16..=35, 0_u16..=65, 1_u16..=300, any::<bool>());
    let secret = (any::<bool>(), any::<bool>());
    let alarms = (1_u8..=50, any::<bool>());
    (kept, any::<bool>(), secret, alarms, (viewers, price, tls)).prop_map(
        |((least, more, longer, copies), expire, (replica, token), (latency, rejected), edge)| {
            let (viewers, price, tls) = edge;
            let daily = least + more;
            Parts {
                daily,
                weekly: daily + longer,
                least,
                copies,
                expire,
                replica,
                token,
                latency: f64::from(latency) / 10.0,
                rejected,
                viewers,
                price,
                tls,
            }
        },
    )
}

/// What they are around of.
pub(crate) struct Around<'a, S: Stage> {
    pub(crate) environment: &'a Environment<S>,
    pub(crate) vpc: &'a VpcHandle,
    pub(crate) cluster: &'a Cluster,
    pub(crate) karpenter: &'a KarpenterHandle,
    pub(crate) database: &'a AuroraCluster,
    pub(crate) role: &'a PodRole,
}

/// The region that backups are copied to.
pub(crate) fn recovery_region(region: Region) -> Region {
    if region == Region::EuCentral1 { Region::EuWest1 } else { Region::EuCentral1 }
}

impl Parts {
    /// Whether they have something of everything that an invariant looks at.
    pub(crate) fn show_everything(&self) -> bool {
        self.copies && self.token
    }

    /// The stacks that hold them, and where the load balancer of CloudFormation sends requests.
    pub(crate) fn stacks<S: Stage>(
        &self,
        around: &Around<'_, S>,
    ) -> (Vec<StackModel>, TargetGroupHandle) {
        let environment = around.environment;
        let (recovery, vault, secrets) = self.recovery(environment);
        let mut stacks = vec![recovery.into()];
        stacks.push(self.backup(around, &vault).into());
        stacks.extend(self.links(around, &secrets));
        let (way_in, targets) = self.way_in(around);
        stacks.extend(way_in);
        (stacks, targets)
    }

    fn lifecycle(days: u16) -> Lifecycle {
        Lifecycle::of_days(days)
    }

    fn recovery<S: Stage>(
        &self,
        environment: &Environment<S>,
    ) -> (Stack<S, RecoveryRegion>, Vault<RecoveryRegion>, innovate::aws::keys::Key<Secrets>) {
        let mut recovery = environment.recovery_stack("recovery");
        let key = recovery.add("Backups", KmsKey::<Backup>::new());
        let lock = VaultLock::governance(RetentionRange::at_least(self.least).unwrap());
        let vault = BackupVault::<RecoveryRegion>::builder().key(&key).lock(lock).build();
        let vault = recovery.add("Copies", vault);
        let secrets = recovery.add("Secrets", KmsKey::<Secrets>::new());
        let topic = recovery.add("Alerts", AlarmTopic::builder().build());
        recovery.add("CopyAlarms", vault.alarms().notify(&topic));
        (recovery, vault, secrets)
    }

    fn backup<S: Stage>(&self, around: &Around<'_, S>, copies: &Vault<RecoveryRegion>) -> Stack<S> {
        let mut backup = around.environment.stack("backup");
        let key = backup.add("Key", KmsKey::<Backup>::new());
        let lock = VaultLock::governance(RetentionRange::at_least(self.least).unwrap());
        let vault = BackupVault::<HomeRegion>::builder().key(&key).lock(lock).build();
        let vault = backup.add("Vault", vault);
        // A production database without copies elsewhere is refused.
        let copied = self.copies || S::KIND == StageKind::Prod;
        let copied = |rule: BackupRule| if copied { rule.copy_to(copies) } else { rule };
        let rules = [
            BackupRule::daily(Self::lifecycle(self.daily)),
            BackupRule::weekly(Weekday::Sunday, Self::lifecycle(self.weekly)),
        ];
        let plan = BackupPlan::builder()
            .vault(&vault)
            .rules(rules.map(copied))
            .selections([Selection::of(around.database), Selection::of(around.cluster)])
            .build();
        backup.add("Plan", plan);
        backup
    }

    /// Buckets and secrets, and what the role may do with them.
    fn links<S: Stage>(
        &self,
        around: &Around<'_, S>,
        replica: &innovate::aws::keys::Key<Secrets>,
    ) -> Vec<StackModel> {
        let mut storage = around.environment.stack("storage");
        let key = storage.add("Objects", KmsKey::<S3>::new());
        let logs = storage.add("AccessLogs", AccessLogBucket::builder().build());
        let uploads = Bucket::builder().key(&key).access_logs(&logs);
        let uploads = storage.add(
            "Uploads",
            match self.expire {
                true => uploads.lifecycle(ObjectLifecycle::new().expire_after(days!(365))).build(),
                false => uploads.build(),
            },
        );

        let mut secrets = around.environment.stack("secrets");
        let key = secrets.add("Key", KmsKey::<Secrets>::new());
        let secret =
            Secret::builder().path(name!(SecretPath: "api/session")).key(&key).contents(match self
                .token
            {
                true => Generated::token(),
                false => Generated::password(),
            });
        let secret = secret.rotation(Rotation::none_because("it has generations"));
        let secret = match self.replica {
            true => secret.replica(recovery_region(around.environment.region()), replica),
            false => secret,
        };
        let secret = secrets.add("Session", secret.build());

        let mut links = around.environment.stack("links");
        links.add("Uploads", uploads.grant_read_write(around.role));
        links.add("Session", secret.grant_read(around.role));
        let user = name!(DatabaseUser: "api");
        links.add("Connect", around.database.grant_connect(&user, around.role));
        vec![storage.into(), secrets.into(), links.into()]
    }

    /// Names, the load balancer, CloudFront and the alarms on all of it.
    fn way_in<S: Stage>(&self, around: &Around<'_, S>) -> (Vec<StackModel>, TargetGroupHandle) {
        let environment = around.environment;
        let mut names = environment.stack("names");
        let zone = names.add("Zone", HostedZone::builder().domain(environment.domain()).build());
        let certificate = Certificate::<Regional>::builder().zone(&zone);
        // The controller looks for a certificate of its ingress's host, too.
        let certificate =
            certificate.host(environment.host("origin")).host(environment.host("api")).build();
        let certificate = names.add("Certificate", certificate);

        let mut ingress = environment.stack("ingress");
        let logs = ingress.add("BucketLogs", AccessLogBucket::builder().build());
        let logs = LoadBalancerLogBucket::builder().access_logs(&logs).build();
        let logs = ingress.add("Logs", logs);
        let list = Value::<PrefixListId>::literal("pl-0123456789abcdef0");
        let balancer = LoadBalancer::builder()
            .scheme(Scheme::vpc_origin(around.vpc).prefix_list(list))
            .certificate(&certificate)
            .access_logs(&logs)
            .tls(self.tls)
            .build();
        let balancer = ingress.add("LoadBalancer", balancer);
        ingress.allow(&balancer, Port::tcp(8443), around.cluster);
        let targets = TargetGroup::builder().load_balancer(&balancer).port(8443);
        let targets = ingress.add("Api", targets.host(environment.host("origin")).build());

        let mut edge = environment.us_east_1_stack("edge");
        let key = edge.add("SiteKey", KmsKey::<StaticSite>::new());
        let logs = edge.add("SiteBucketLogs", AccessLogBucket::builder().build());
        let site = SiteBucket::builder().key(&key).access_logs(&logs).build();
        let site = edge.add("Site", site);
        let certificate = Certificate::<CloudFront>::builder().zone(&zone).build();
        let certificate = edge.add("Certificate", certificate);
        let acl = WebAcl::<CloudFront>::builder().rate_limits([RateLimit::per_ip(2_000)]).build();
        let acl = edge.add("SiteAcl", acl);
        let distribution = Distribution::builder()
            .aliases([environment.host("www")])
            .zone(&zone)
            .certificate(&certificate)
            .web_acl(&acl)
            .frontend(&site)
            .api(Origin::vpc(environment.host("origin"), &balancer))
            .tls(self.viewers)
            .price_class(self.price)
            .build();
        edge.add("Distribution", distribution);
        let topic = edge.add("Alerts", AlarmTopic::builder().build());
        edge.add("AclAlarms", acl.alarms().notify(&topic));

        let mut monitoring = environment.stack("monitoring");
        let topic = monitoring.add("Alerts", AlarmTopic::builder().build());
        let alarms = balancer.alarms().threshold(LoadBalancerAlarm::Latency, self.latency);
        let alarms = match self.rejected {
            true => alarms,
            false => alarms.without(LoadBalancerAlarm::RejectedConnections),
        };
        monitoring.add("LoadBalancer", alarms.notify(&topic));
        monitoring.add("Api", targets.alarms().notify(&topic));
        monitoring.add("Network", around.vpc.alarms().notify(&topic));
        monitoring.add("Cluster", around.cluster.alarms().notify(&topic));
        monitoring.add("Karpenter", around.karpenter.alarms().notify(&topic));
        monitoring.add("Database", around.database.alarms().notify(&topic));
        (vec![names.into(), ingress.into(), edge.into(), monitoring.into()], targets)
    }
}
