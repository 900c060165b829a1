//! An arbitrary valid environment, and the program that makes it with the public API.

use std::collections::BTreeMap;

use innovate::{
    aws::{
        cluster::Architecture as NodeArchitecture,
        database::{Acu, BackupRetention, DeletionProtection, EnhancedMonitoring, PromotionTier},
        network::{VpcCidr, ZoneOutage},
        region::Zones,
    },
    cfn::policy::Statement,
    core::{Cidr, TemplateFormat},
    k8s::{Taint, TlsPolicy},
    prelude::*,
};
use proptest::{
    prelude::*,
    sample::{select, subsequence},
};

use crate::{
    option::{Beside, Options, options},
    parts::{Around, Parts, parts, recovery_region},
    template::Templates,
};

/// The choices that an environment leaves open.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    stage: Chosen,
    network: Network,
    platform: Platform,
    database: Database,
    edge: Edge,
    parts: Parts,
    options: Options,
}

/// A stage, of which each has a type of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chosen {
    Dev,
    Staging,
    Prod,
}

#[derive(Clone, Debug)]
struct Network {
    block: VpcCidr,
    zones: Zones,
    nat: Nat,
    endpoints: Endpoints,
    retention: Retention,
}

#[derive(Clone, Debug)]
struct Platform {
    version: KubernetesVersion,
    public: bool,
    /// Whether pods run only where a pool is named.
    dedicated: bool,
    core: (NodeArchitecture, u16),
    pools: Vec<(Architecture, u8, Purchase)>,
    replicas: (u16, u16),
}

#[derive(Clone, Debug)]
struct Database {
    engine: AuroraPostgres,
    capacity: Capacity,
    readers: Vec<PromotionTier>,
    backup_days: u16,
    iam: bool,
    insights: Option<Insights>,
    monitoring: EnhancedMonitoring,
    protection: DeletionProtection,
}

#[derive(Clone, Debug)]
struct Edge {
    rates: Vec<u32>,
    more: Vec<ManagedRuleGroup>,
    large_bodies: bool,
    internet: bool,
    tls: TlsPolicy,
    front: Front,
}

/// Who makes the load balancer that the pods are behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Front {
    /// The controller in the cluster, for an `Ingress`.
    Controller,
    CloudFormation,
    /// One each, as while a program moves from one to the other.
    Both,
}

/// Where something that has nothing to do with the rest is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unrelated {
    Absent,
    /// At the top of its stack, and all else is in the reverse order where it can be.
    First,
    Last,
}

/// Any configuration that the library calls valid.
pub(crate) fn any_configuration() -> impl Strategy<Value = Configuration> {
    let stage = select(vec![Chosen::Dev, Chosen::Staging, Chosen::Prod, Chosen::Prod]);
    (stage, network(), platform(), database(), edge(), parts(), options()).prop_map(
        |(stage, network, platform, database, edge, parts, options)| Configuration {
            stage,
            network,
            platform,
            database,
            edge,
            parts,
            options,
        },
    )
}

/// The zones of a region in which EKS places its control plane.
fn zones_of(region: Region) -> Vec<u8> {
    let refused = region.zones_without_eks();
    region.zone_numbers().iter().copied().filter(|zone| !refused.contains(zone)).collect()
}

fn network() -> impl Strategy<Value = Network> {
    let regions = Region::ALL.iter().copied();
    let regions: Vec<Region> =
        regions.filter(|region| zones_of(*region).len() >= Zones::FEWEST).collect();
    let zones = select(regions).prop_flat_map(|region| {
        let all = zones_of(region);
        let most = all.len().min(Zones::MOST);
        subsequence(all, Zones::FEWEST..=most)
            .prop_shuffle()
            // A region of more zones than a network spans has some that can't stand side by side.
            .prop_filter_map("zones that fit", move |zones| Zones::new(region, &zones).ok())
    });
    let block = (16_u8..=22, any::<u16>()).prop_map(|(prefix, seed)| {
        let bits = (u32::from(seed) << 8) & !((1 << (32 - prefix)) - 1);
        let [_, second, third, _] = bits.to_be_bytes();
        VpcCidr::new(Cidr::parse(&format!("10.{second}.{third}.0/{prefix}")).unwrap()).unwrap()
    });
    let outside = select(vec![
        (Nat::Regional, Endpoints::Gateways),
        (Nat::Regional, Endpoints::PrivateEks),
        (Nat::Regional, Endpoints::Isolated),
        (Nat::PerZone, Endpoints::Minimal),
        (Nat::PerZone, Endpoints::PrivateEks),
        (Nat::OneAccepting(ZoneOutage), Endpoints::PrivateEks),
        (Nat::None, Endpoints::PrivateEks),
        (Nat::None, Endpoints::Isolated),
    ]);
    let retention = select(vec![Retention::OneYear, Retention::TwoYears, Retention::TenYears]);
    (block, zones, outside, retention).prop_map(|(block, zones, (nat, endpoints), retention)| {
        Network { block, zones, nat, endpoints, retention }
    })
}

fn platform() -> impl Strategy<Value = Platform> {
    let version = select(vec![KubernetesVersion::V1_34, KubernetesVersion::V1_35]);
    let core = select(vec![NodeArchitecture::Arm64, NodeArchitecture::Amd64]);
    let architecture = select(vec![Architecture::Arm64, Architecture::Amd64]);
    let purchase = select(vec![Purchase::SpotThenOnDemand, Purchase::OnDemand, Purchase::Spot]);
    let pools = proptest::collection::vec((architecture, 1_u8..=100, purchase), 1..3);
    let replicas = (3_u16..=6, 0_u16..=50).prop_map(|(least, more)| (least, least + more));
    (version, any::<bool>(), any::<bool>(), (core, 2_u16..=6), pools, replicas).prop_map(
        |(version, public, dedicated, core, pools, replicas)| Platform {
            version,
            public,
            dedicated,
            core,
            pools,
            replicas,
        },
    )
}

fn database() -> impl Strategy<Value = Database> {
    let engine = select(vec![AuroraPostgres::V16_13, AuroraPostgres::V17, AuroraPostgres::V17_11]);
    let capacity = (4_u16..=64, 0_u16..=448).prop_map(|(min, more)| {
        let acu = |halves| Acu::from_halves(halves).unwrap();
        Capacity::between(acu(min), acu(min + more)).check().unwrap()
    });
    let tiers = vec![PromotionTier::T2, PromotionTier::T5, PromotionTier::T15];
    let insights = select(vec![None, Some(Insights::Standard), Some(Insights::Advanced)]);
    let monitoring = select(vec![
        EnhancedMonitoring::Off,
        EnhancedMonitoring::EverySecond,
        EnhancedMonitoring::EveryMinute,
    ]);
    let protection = select(vec![DeletionProtection::InProduction, DeletionProtection::Always]);
    let readers = subsequence(tiers, 0..=3);
    let watched = (insights, monitoring, protection);
    (engine, capacity, readers, 14_u16..=35, any::<bool>(), watched).prop_map(
        |(engine, capacity, readers, backup_days, iam, (insights, monitoring, protection))| {
            Database {
                engine,
                capacity,
                readers,
                backup_days,
                iam,
                insights,
                monitoring,
                protection,
            }
        },
    )
}

fn edge() -> impl Strategy<Value = Edge> {
    let more = subsequence(vec![ManagedRuleGroup::Linux, ManagedRuleGroup::AnonymousIp], 0..=2);
    let rates = proptest::collection::vec(100_u32..=20_000, 1..3);
    let tls = select(vec![TlsPolicy::Tls13And12, TlsPolicy::Tls13]);
    let front = select(vec![Front::Controller, Front::CloudFormation, Front::Both]);
    (rates, more, any::<bool>(), any::<bool>(), tls, front).prop_map(
        |(rates, more, large_bodies, internet, tls, front)| Edge {
            rates,
            more,
            large_bodies,
            internet,
            tls,
            front,
        },
    )
}

impl Configuration {
    /// Whether it has something of everything that an invariant looks at, and of nothing so much
    /// that a part of it can't be missed.
    pub(crate) fn shows_everything(&self) -> bool {
        let Self { stage, network, platform, database, edge, parts, .. } = self;
        *stage == Chosen::Prod
            && Options::is_whole_in(network.zones.region())
            && network.nat != Nat::None
            && network.endpoints == Endpoints::PrivateEks
            && platform.public
            && platform.dedicated
            && database.readers.is_empty()
            && !database.iam
            && database.insights == Some(Insights::Advanced)
            && database.monitoring != EnhancedMonitoring::Off
            && edge.internet
            && edge.front == Front::Both
            && parts.show_everything()
    }

    /// The same with all that an environment may have besides.
    pub(crate) fn with_everything(self) -> Self {
        Self { options: Options::everything(), ..self }
    }

    /// The same without a way out.
    pub(crate) fn isolated(self) -> Self {
        let network = Network { nat: Nat::None, endpoints: Endpoints::Isolated, ..self.network };
        Self { network, ..self }
    }

    /// The same, but for some of the choices of another: `which` says of which of its parts.
    pub(crate) fn with(&self, other: &Self, which: [bool; 5]) -> Self {
        let pick = |part: usize| which[part];
        Self {
            stage: self.stage,
            // Another network has other zones, which would make the choices of both impossible.
            network: self.network.clone(),
            platform: if pick(0) { &other.platform } else { &self.platform }.clone(),
            database: if pick(1) { &other.database } else { &self.database }.clone(),
            edge: if pick(2) { &other.edge } else { &self.edge }.clone(),
            parts: if pick(3) { &other.parts } else { &self.parts }.clone(),
            options: if pick(4) { &other.options } else { &self.options }.clone(),
        }
    }

    /// What is found to be otherwise than in another configuration of the same stage.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let app = self.program::<Prod>(Unrelated::Absent);
        let app = app.mirrors(other.program::<Prod>(Unrelated::Absent), []);
        let report = app.synth(innovate::checks(), TemplateFormat::Json).report;
        let found = report.findings().iter().filter(|finding| finding.code() == "PAR-01");
        found.map(|finding| format!("{finding:?}")).collect()
    }

    /// The files of production.
    pub(crate) fn production(&self) -> BTreeMap<String, String> {
        let app = self.program::<Prod>(Unrelated::Absent);
        let synthesis = app.synth(innovate::checks(), TemplateFormat::Json);
        synthesis.assembly.unwrap().files().clone()
    }

    /// Checks it, and makes its files.
    pub(crate) fn synth(&self, unrelated: Unrelated) -> Templates {
        Templates::of(match self.stage {
            Chosen::Dev => self.program::<Dev>(unrelated),
            Chosen::Staging => self.program::<Staging>(unrelated),
            Chosen::Prod => self.program::<Prod>(unrelated),
        })
    }

    fn program<S: Stage>(&self, unrelated: Unrelated) -> App {
        let Self {
            network: chosen, platform, database: data_choices, edge, parts, options, ..
        } = self;
        let prod = Environment::<S>::builder()
            .application(name!("innovate"))
            .account(account!("444455556666"))
            .region(chosen.zones.region())
            .recovery_region(recovery_region(chosen.zones.region()))
            .domain(domain!("innovate.example"))
            .owner("platform")
            .build();

        let mut keys = prod.stack("keys");
        let logs = |keys: &mut Stack<S>| keys.add("Logs", KmsKey::<Logs>::new());
        let volumes = |keys: &mut Stack<S>| keys.add("Volumes", KmsKey::<Ebs>::new());
        let secrets = |keys: &mut Stack<S>| keys.add("ClusterSecrets", KmsKey::<EksSecrets>::new());
        let rows = |keys: &mut Stack<S>| keys.add("Database", KmsKey::<Rds>::new());
        let (logs_key, volume_key, secrets_key, database_key) = if unrelated == Unrelated::First {
            keys.add("Archive", KmsKey::<S3>::new());
            let (rows, secrets) = (rows(&mut keys), secrets(&mut keys));
            let (volumes, logs) = (volumes(&mut keys), logs(&mut keys));
            (logs, volumes, secrets, rows)
        } else {
            (logs(&mut keys), volumes(&mut keys), secrets(&mut keys), rows(&mut keys))
        };
        if unrelated == Unrelated::Last {
            keys.add("Archive", KmsKey::<S3>::new());
        }

        let mut network = prod.stack("network");
        let audit = |network: &mut Stack<S>| {
            let group = LogGroup::builder().retention(chosen.retention).key(&logs_key).build();
            network.add("Audit", group);
        };
        if unrelated == Unrelated::First {
            audit(&mut network);
        }
        let vpc = network.add(
            "Vpc",
            Vpc::builder()
                .cidr(chosen.block)
                .zones(chosen.zones)
                .nat(chosen.nat)
                .endpoints(chosen.endpoints)
                .flow_logs(FlowLogs::to(&logs_key, chosen.retention))
                .build(),
        );
        if unrelated == Unrelated::Last {
            audit(&mut network);
        }

        let mut compute = prod.stack("cluster");
        let cluster = compute.add(
            "Cluster",
            EksCluster::builder()
                .version(platform.version)
                .endpoint(match platform.public {
                    true => Endpoint::public_to(allow_list!["203.0.113.0/24"]),
                    false => Endpoint::Private,
                })
                .core_nodes(match platform.core {
                    (NodeArchitecture::Arm64, count) => CoreNodes::arm64(count),
                    (NodeArchitecture::Amd64, count) => CoreNodes::amd64(count),
                })
                .network(vpc.private(), vpc.intra())
                .administrator(name!(RoleName: "innovate-eks-admin"))
                .secrets_key(&secrets_key)
                .volume_key(&volume_key)
                .logs_key(&logs_key)
                .build(),
        );
        let rest = |compute: &mut Stack<S>| {
            compute.add("LoadBalancerController", LoadBalancerController::new(&cluster));
            let role = PodIdentity::builder()
                .cluster(&cluster)
                .service_account(service_account!("api", "api"))
                .permissions(Statement::allow(["cloudwatch:PutMetricData"]).on_all())
                .build();
            let api = compute.add("Api", role);
            let provider = compute.add("Oidc", OidcProvider::new(&cluster));
            let role = Irsa::builder()
                .provider(&provider)
                .service_account(service_account!("monitoring", "exporter"))
                .role_name(name!(RoleName: "innovate-exporter"))
                .permissions(Statement::allow(["cloudwatch:GetMetricData"]).on_all())
                .build();
            compute.add("Exporter", role);
            api
        };
        let before = (unrelated == Unrelated::First).then(|| rest(&mut compute));
        let karpenter = compute.add("Karpenter", Karpenter::new(&cluster));
        let role = before.unwrap_or_else(|| rest(&mut compute));

        let mut data = prod.stack("data");
        let readers = data_choices
            .readers
            .iter()
            .fold(Readers::failover(), |readers, tier| readers.and(Reader::scaling(*tier)));
        let aurora = AuroraServerless::builder()
            .engine(data_choices.engine)
            .network(vpc.data())
            .key(&database_key)
            .capacity(data_choices.capacity)
            .readers(readers)
            .backup_retention(BackupRetention::of_days(data_choices.backup_days))
            .master_user(match data_choices.iam {
                true => MasterUser::iam(),
                false => MasterUser::managed_secret(),
            })
            .monitoring(data_choices.monitoring)
            .deletion_protection(data_choices.protection);
        let aurora = match data_choices.insights {
            None => aurora.build(),
            Some(insights) => aurora.insights(insights).build(),
        };
        let database = data.add("Database", aurora);
        data.allow(&cluster, Port::POSTGRES, &database);

        let mut protection = prod.stack("protection");
        let groups = [
            ManagedRuleGroup::IpReputation,
            ManagedRuleGroup::CommonRuleSet,
            ManagedRuleGroup::KnownBadInputs,
            ManagedRuleGroup::SqlInjection,
        ];
        let acl = protection.add(
            "WebAcl",
            WebAcl::<Regional>::builder()
                .managed(groups.into_iter().chain(edge.more.iter().copied()))
                .rate_limits(edge.rates.iter().enumerate().map(|(at, rate)| {
                    let limit = RateLimit::per_ip(*rate);
                    if at == 0 { limit } else { limit.on_path(format!("/path{at}")) }
                }))
                .large_bodies(edge.large_bodies.then_some("/uploads"))
                .build(),
        );

        let mut manifests = prod.manifests(&cluster, &vpc);
        let nodes = manifests.add(
            EC2NodeClass::builder()
                .name(object_name!("default"))
                .karpenter(&karpenter)
                .ami(ami!("bottlerocket@v1.53.0"))
                .build(),
        );
        let names = [object_name!("first"), object_name!("second")];
        let mut pools = Vec::new();
        for ((architecture, weight, purchase), name) in platform.pools.iter().copied().zip(names) {
            let pool = NodePool::builder()
                .name(name)
                .node_class(&nodes)
                .arch(architecture)
                .purchase(purchase)
                .limits(Limits::new(400, 1_600))
                .weight(weight);
            let dedicated = Taint::no_schedule(label!("team", "api"));
            pools.push(manifests.add(match platform.dedicated {
                true => pool.taint(dedicated).build(),
                false => pool.build(),
            }));
        }
        let namespace = manifests.add(Namespace::new(object_name!("api")));
        let (least, most) = platform.replicas;
        let service =
            WebService::builder()
                .namespace(&namespace)
                .name(object_name!("api"))
                .image(image!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"))
                .listen(Listen::https(8443))
                .resources(Resources::cpu_millis(250).memory_mib(256))
                .replicas(least..=most)
                .connects_to(&database)
                .connects_to(&AwsCredentials);
        let api = manifests.add(match platform.dedicated {
            true => service.pool(&pools[0]).build(),
            false => service.build(),
        });
        if edge.front != Front::CloudFormation {
            let class = manifests.add(
                IngressClass::builder()
                    .name(object_name!("front"))
                    .exposure(match edge.internet {
                        true => Exposure::internet(acl.web_acl_name()),
                        false => Exposure::Vpc,
                    })
                    .tls(edge.tls)
                    .namespace(&namespace)
                    .build(),
            );
            manifests.add(
                Ingress::builder()
                    .name(object_name!("api"))
                    .class(&class)
                    .host(prod.host("api"))
                    .service(&api)
                    .build(),
            );
        }
        let stacks = match unrelated {
            Unrelated::First => [protection, data, compute, network, keys],
            _ => [keys, network, compute, data, protection],
        };
        let around = Around {
            environment: &prod,
            vpc: &vpc,
            cluster: &cluster,
            karpenter: &karpenter,
            database: &database,
            role: &role,
        };
        let (around_it, targets) = parts.stacks(&around);
        if edge.front != Front::Controller {
            manifests
                .add(TargetGroupBinding::builder().service(&api).target_group(&targets).build());
        }
        let beside = Beside {
            environment: &prod,
            vpc: &vpc,
            cluster: &cluster,
            database: &database,
            role: &role,
        };
        App::new("prod")
            .stacks(stacks)
            .stacks(around_it)
            .stacks(options.stacks(&beside))
            .manifests(manifests)
    }
}
