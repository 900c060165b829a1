//! An arbitrary valid environment, and the program that makes it with the public API.

use innovate::{
    aws::{
        database::{Acu, BackupRetention, PromotionTier},
        network::{VpcCidr, ZoneOutage},
        region::Zones,
    },
    core::Cidr,
    prelude::*,
};
use proptest::{prelude::*, sample::select};

use crate::template::Templates;

/// The choices that an environment leaves open.
#[derive(Clone, Debug)]
pub(crate) struct Configuration {
    block: VpcCidr,
    zones: Zones,
    nat: Nat,
    endpoints: Endpoints,
    retention: Retention,
    capacity: Capacity,
    scaling_reader: bool,
    backup_days: u16,
    rate: u32,
    pools: Vec<(Architecture, u8)>,
    replicas: (u16, u16),
}

/// Where something that has nothing to do with the rest is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unrelated {
    Absent,
    First,
    Last,
}

/// Any configuration that the library calls valid.
pub(crate) fn any_configuration() -> impl Strategy<Value = Configuration> {
    let zones = select(vec![
        (Region::EuWest1, &[1, 2, 3][..]),
        (Region::UsEast1, &[1, 2, 4][..]),
        (Region::UsEast1, &[6, 4, 2][..]),
        (Region::UsEast1, &[1, 2, 4, 6][..]),
    ]);
    let zones = zones.prop_map(|(region, numbers)| Zones::new(region, numbers).unwrap());
    let block = (0_u8..=255, 16_u8..=18).prop_map(|(second, prefix)| {
        VpcCidr::new(Cidr::parse(&format!("10.{second}.0.0/{prefix}")).unwrap()).unwrap()
    });
    // Without a NAT gateway the cluster needs an endpoint for everything.
    let outside = select(vec![
        (Nat::Regional, Endpoints::PrivateEks),
        (Nat::Regional, Endpoints::Isolated),
        (Nat::PerZone, Endpoints::PrivateEks),
        (Nat::PerZone, Endpoints::Isolated),
        (Nat::OneAccepting(ZoneOutage), Endpoints::PrivateEks),
        (Nat::None, Endpoints::Isolated),
    ]);
    let retention = select(vec![Retention::OneYear, Retention::TwoYears, Retention::TenYears]);
    let capacity = (2_u16..=64, 0_u16..=448).prop_map(|(min, more)| {
        let acu = |halves| Acu::from_halves(halves).unwrap();
        Capacity::between(acu(min), acu(min + more)).check().unwrap()
    });
    let architecture = select(vec![Architecture::Arm64, Architecture::Amd64]);
    let pools = proptest::collection::vec((architecture, 1_u8..=100), 1..3);
    let replicas = (3_u16..=6, 1_u16..=50).prop_map(|(least, more)| (least, least + more));
    let network = (block, zones, outside, retention);
    let rest = (capacity, any::<bool>(), 14_u16..=35, 100_u32..=20_000, pools, replicas);
    (network, rest).prop_map(|((block, zones, (nat, endpoints), retention), rest)| {
        let (capacity, scaling_reader, backup_days, rate, pools, replicas) = rest;
        Configuration {
            block,
            zones,
            nat,
            endpoints,
            retention,
            capacity,
            scaling_reader,
            backup_days,
            rate,
            pools,
            replicas,
        }
    })
}

impl Configuration {
    /// The same in three zones, and in one more.
    pub(crate) fn in_three_and_four_zones(&self) -> (Self, Self) {
        let zones = |numbers: &[u8]| Zones::new(Region::UsEast1, numbers).unwrap();
        let (three, four) = (zones(&[1, 2, 4]), zones(&[1, 2, 4, 6]));
        (Self { zones: three, ..self.clone() }, Self { zones: four, ..self.clone() })
    }

    /// Checks it, and makes its files.
    pub(crate) fn synth(&self, unrelated: Unrelated) -> Templates {
        Templates::of(self.program(unrelated))
    }

    fn program(&self, unrelated: Unrelated) -> App {
        let prod = Environment::<Prod>::builder()
            .application(name!("innovate"))
            .account(account!("444455556666"))
            .region(self.zones.region())
            .domain(domain!("innovate.example"))
            .owner("platform")
            .build();

        let mut keys = prod.stack("keys");
        if unrelated == Unrelated::First {
            keys.add("Archive", KmsKey::<S3>::new());
        }
        let logs_key = keys.add("Logs", KmsKey::<Logs>::new());
        let volume_key = keys.add("Volumes", KmsKey::<Ebs>::new());
        let secrets_key = keys.add("ClusterSecrets", KmsKey::<EksSecrets>::new());
        let database_key = keys.add("Database", KmsKey::<Rds>::new());
        if unrelated == Unrelated::Last {
            keys.add("Archive", KmsKey::<S3>::new());
        }

        let mut network = prod.stack("network");
        let audit = |network: &mut Stack<Prod>| {
            let group = LogGroup::builder().retention(self.retention).key(&logs_key).build();
            network.add("Audit", group);
        };
        if unrelated == Unrelated::First {
            audit(&mut network);
        }
        let vpc = network.add(
            "Vpc",
            Vpc::builder()
                .cidr(self.block)
                .zones(self.zones)
                .nat(self.nat)
                .endpoints(self.endpoints)
                .flow_logs(FlowLogs::to(&logs_key, self.retention))
                .build(),
        );
        if unrelated == Unrelated::Last {
            audit(&mut network);
        }

        let mut compute = prod.stack("cluster");
        let cluster = compute.add(
            "Cluster",
            EksCluster::builder()
                .version(KubernetesVersion::V1_35)
                .network(vpc.private(), vpc.intra())
                .administrator(name!(RoleName: "innovate-eks-admin"))
                .secrets_key(&secrets_key)
                .volume_key(&volume_key)
                .logs_key(&logs_key)
                .build(),
        );
        let karpenter = compute.add("Karpenter", Karpenter::new(&cluster));
        compute.add("LoadBalancerController", LoadBalancerController::new(&cluster));

        let mut data = prod.stack("data");
        let readers = match self.scaling_reader {
            true => Readers::failover().and(Reader::scaling(PromotionTier::T2)),
            false => Readers::failover(),
        };
        let database = data.add(
            "Database",
            AuroraServerless::builder()
                .engine(AuroraPostgres::V17)
                .network(vpc.data())
                .key(&database_key)
                .capacity(self.capacity)
                .readers(readers)
                .backup_retention(BackupRetention::of_days(self.backup_days))
                .build(),
        );
        data.allow(&cluster, Port::POSTGRES, &database);

        let mut protection = prod.stack("protection");
        let acl = protection.add(
            "WebAcl",
            WebAcl::<Regional>::builder().rate_limits([RateLimit::per_ip(self.rate)]).build(),
        );

        let mut manifests = prod.manifests(&cluster, &vpc);
        let nodes = manifests.add(
            EC2NodeClass::builder()
                .name(object_name!("default"))
                .karpenter(&karpenter)
                .ami(ami!("bottlerocket@v1.44.0"))
                .build(),
        );
        let names = [object_name!("first"), object_name!("second")];
        for ((architecture, weight), name) in self.pools.iter().copied().zip(names) {
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
        let namespace = manifests.add(Namespace::new(object_name!("api")));
        let (least, most) = self.replicas;
        let api = manifests.add(
            WebService::builder()
                .namespace(&namespace)
                .name(object_name!("api"))
                .image(image!("444455556666.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"))
                .listen(Listen::https(8443))
                .resources(Resources::cpu_millis(250).memory_mib(256))
                .replicas(least..=most)
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
        let stacks = match unrelated {
            Unrelated::First => [protection, data, compute, network, keys],
            _ => [keys, network, compute, data, protection],
        };
        App::new("prod").stacks(stacks).manifests(manifests)
    }
}
