//! What an environment may have beside what every one has here: each is there or isn't, in one of its
//! ways.

use innovate::{
    aws::{
        cluster::Cluster,
        database::{AuroraCluster, AuroraMetric, BackupRetention, InstanceStorage, RdsInstance},
        identity::PodRole,
        network::VpcHandle,
    },
    cfn::schema,
    core::{StackModel, StageKind},
    prelude::*,
};
use proptest::{option::weighted, prelude::*, sample::select};

use crate::parts::recovery_region;

/// The choices that it leaves open.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    images: Option<Images>,
    instance: Option<Instance>,
    proxy: Option<Proxy>,
    velero: bool,
    replica: Option<Replica>,
    watch: Option<Watch>,
}

/// A repository that is replicated, and caches of others.
#[derive(Clone, Debug)]
struct Images {
    tags: TagMutability,
    lifecycle: ImageLifecycle,
    organization: bool,
    caches: Vec<Upstream>,
}

/// An instance of RDS for PostgreSQL.
#[derive(Clone, Debug)]
struct Instance {
    engine: PostgresVersion,
    storage: InstanceStorage,
    replicas: u8,
    copies: Option<u16>,
    insights: Insights,
    iam: bool,
}

/// A proxy before Aurora or before the instance.
#[derive(Clone, Debug)]
struct Proxy {
    reads: bool,
    passwords: bool,
    before_instance: bool,
}

/// A bucket and its replica in the recovery region.
#[derive(Clone, Debug)]
struct Replica {
    locked: bool,
    soon: bool,
}

/// What is counted in logs, and a dashboard.
#[derive(Clone, Debug)]
struct Watch {
    status: Option<u16>,
    dashboard: bool,
}

pub(crate) fn options() -> impl Strategy<Value = Options> {
    let parts = (
        weighted(0.25, images()),
        weighted(0.25, instance()),
        weighted(0.25, any::<[bool; 3]>()),
        weighted(0.25, any::<[bool; 2]>()),
        weighted(0.25, (proptest::option::of(400_u16..=599), any::<bool>())),
    );
    (parts, proptest::bool::weighted(0.25)).prop_map(
        |((images, instance, proxy, replica, watch), velero)| Options {
            images,
            instance,
            proxy: proxy.map(|[reads, passwords, before_instance]| Proxy {
                reads,
                passwords,
                before_instance,
            }),
            velero,
            replica: replica.map(|[locked, soon]| Replica { locked, soon }),
            watch: watch.map(|(status, dashboard)| Watch { status, dashboard }),
        },
    )
}

fn images() -> impl Strategy<Value = Images> {
    let moving = TagMutability::ImmutableExcept(vec![name!(TagPattern: "cache-*")]);
    let tags = select(vec![TagMutability::Immutable, moving]);
    let lifecycle = (1_u16..=1_000, any::<bool>()).prop_map(|(most, by_age)| match by_age {
        true => ImageLifecycle::keep_for_days(most),
        false => ImageLifecycle::keep_newest(most),
    });
    let caches = select(vec![
        Vec::new(),
        vec![Upstream::EcrPublic],
        vec![Upstream::Kubernetes, Upstream::EcrPublic],
    ]);
    (tags, lifecycle, any::<bool>(), caches).prop_map(|(tags, lifecycle, organization, caches)| {
        Images { tags, lifecycle, organization, caches }
    })
}

fn instance() -> impl Strategy<Value = Instance> {
    let engine = select(vec![PostgresVersion::V16_12, PostgresVersion::V17, PostgresVersion::V18]);
    let storage = (20_u32..=1_000, 0_u32..=1_000).prop_map(|(allocated, more)| {
        InstanceStorage::growing(allocated, allocated + allocated.div_ceil(10) + more).unwrap()
    });
    let copies = proptest::option::of(7_u16..=35);
    let insights = select(vec![Insights::Standard, Insights::Advanced]);
    (engine, storage, 0_u8..=2, copies, insights, any::<bool>()).prop_map(
        |(engine, storage, replicas, copies, insights, iam)| Instance {
            engine,
            storage,
            replicas,
            copies,
            insights,
            iam,
        },
    )
}

/// What it is beside.
pub(crate) struct Beside<'a, S: Stage> {
    pub(crate) environment: &'a Environment<S>,
    pub(crate) vpc: &'a VpcHandle,
    pub(crate) cluster: &'a Cluster,
    pub(crate) database: &'a AuroraCluster,
    pub(crate) role: &'a PodRole,
}

impl Options {
    /// All of it, each in the way of which an invariant sees most.
    pub(crate) fn everything() -> Self {
        Self {
            images: Some(Images {
                tags: TagMutability::Immutable,
                lifecycle: ImageLifecycle::keep_newest(50),
                organization: true,
                caches: vec![Upstream::EcrPublic],
            }),
            instance: Some(Instance {
                engine: PostgresVersion::V17,
                storage: InstanceStorage::growing(100, 1_000).unwrap(),
                replicas: 1,
                copies: Some(35),
                insights: Insights::Advanced,
                iam: false,
            }),
            proxy: Some(Proxy { reads: true, passwords: false, before_instance: false }),
            velero: true,
            replica: Some(Replica { locked: false, soon: true }),
            watch: Some(Watch { status: Some(500), dashboard: true }),
        }
    }

    /// What of it a region has.
    fn in_region(&self, region: Region) -> Self {
        let exists = |types: &[&str]| {
            types.iter().all(|name| {
                let facts = schema::resource_type(name).unwrap();
                facts.regions().any(|having| having == region.code())
            })
        };
        let proxies = exists(&["AWS::RDS::DBProxy", "AWS::RDS::DBProxyEndpoint"]);
        Self { proxy: self.proxy.clone().filter(|_| proxies), ..self.clone() }
    }

    /// Whether all of it is there in a region.
    pub(crate) fn is_whole_in(region: Region) -> bool {
        Self::everything().in_region(region).proxy.is_some()
    }

    /// The stacks that hold it.
    pub(crate) fn stacks<S: Stage>(&self, beside: &Beside<'_, S>) -> Vec<StackModel> {
        let chosen = self.in_region(beside.environment.region());
        let mut copies = beside.environment.recovery_stack("copies");
        let mut stacks = Vec::new();
        if let Some(images) = &chosen.images {
            stacks.push(images.stack(beside, &mut copies));
        }
        let mut data = beside.environment.stack("more-data");
        let instance = chosen
            .instance
            .as_ref()
            .map(|instance| instance.add_to(&mut data, beside, &mut copies));
        if let Some(proxy) = &chosen.proxy {
            proxy.add_to(&mut data, beside, instance.as_ref());
        }
        if !data.model().resources().is_empty() {
            stacks.push(data.into());
        }
        if chosen.velero {
            stacks.push(velero(beside));
        }
        if let Some(replica) = &chosen.replica {
            stacks.push(replica.stack(beside, &mut copies));
        }
        if let Some(watch) = &chosen.watch {
            stacks.push(watch.stack(beside));
        }
        if !copies.model().resources().is_empty() {
            stacks.push(copies.into());
        }
        stacks
    }
}

impl Images {
    fn stack<S: Stage>(
        &self,
        beside: &Beside<'_, S>,
        copies: &mut Stack<S, RecoveryRegion>,
    ) -> StackModel {
        let mut stack = beside.environment.stack("images");
        let key = stack.add("Key", KmsKey::<Ecr>::new());
        let repository = Repository::builder()
            .name(name!(RepositoryName: "innovate/api"))
            .key(&key)
            .tags(self.tags.clone())
            .lifecycle(self.lifecycle.clone());
        let repository = stack.add(
            "Repository",
            match self.organization {
                true => repository.pulled_by(organization!("o-a1b2c3d4e5")).build(),
                false => repository.build(),
            },
        );
        stack.add("Pull", repository.grant_pull(beside.role));
        stack.add("Scanning", RegistryScanning::enhanced());
        let elsewhere = recovery_region(beside.environment.region());
        let prefix = name!(RepositoryPrefix: "innovate");
        stack.add("Replication", RegistryReplication::to(elsewhere).of_prefix(prefix));
        let there = copies.add("Images", KmsKey::<Ecr>::new());
        copies.add("Replicas", RepositoryTemplate::for_replicas(&there));
        for upstream in &self.caches {
            let id = format!("{upstream:?}");
            let cache = PullThroughCache::builder().upstream(upstream.clone()).key(&key).build();
            let cache = stack.add(id.clone(), cache);
            stack.add(format!("Pull{id}"), cache.grant_pull(beside.role));
        }
        stack.into()
    }
}

impl Instance {
    fn add_to<S: Stage>(
        &self,
        data: &mut Stack<S>,
        beside: &Beside<'_, S>,
        copies: &mut Stack<S, RecoveryRegion>,
    ) -> RdsInstance {
        let key = data.add("InstanceKey", KmsKey::<Rds>::new());
        let instance = RdsPostgres::builder()
            .engine(self.engine)
            .instance_class(RdsInstanceClass::M8gLarge)
            .availability(Availability::multi_az())
            .storage(self.storage)
            .replicas((0..self.replicas).map(|_| ReadReplica::of_class(RdsInstanceClass::M8gLarge)))
            .network(beside.vpc.data())
            .key(&key)
            .insights(self.insights)
            .master_user(match self.iam {
                true => MasterUser::iam(),
                false => MasterUser::managed_secret(),
            });
        // A production database without copies elsewhere is refused.
        let days = match (self.copies, S::KIND) {
            (None, StageKind::Prod) => Some(14),
            (days, _) => days,
        };
        let instance = match days {
            Some(days) => {
                let there = copies.add("Backups", KmsKey::<Rds>::new());
                let region = recovery_region(beside.environment.region());
                let replication = BackupReplication::to(region, &there);
                instance
                    .backup_replication(replication.keep(BackupRetention::of_days(days)))
                    .build()
            }
            None => instance.build(),
        };
        let instance = data.add("Instance", instance);
        data.allow(beside.cluster, Port::POSTGRES, &instance);
        let user = name!(DatabaseUser: "reports");
        data.add("ConnectToInstance", instance.grant_connect(&user, beside.role));
        instance
    }
}

impl Proxy {
    fn add_to<S: Stage>(
        &self,
        data: &mut Stack<S>,
        beside: &Beside<'_, S>,
        instance: Option<&RdsInstance>,
    ) {
        let user = name!(DatabaseUser: "app");
        let auth = match self.passwords {
            true => {
                let key = data.add("PasswordKey", KmsKey::<Secrets>::new());
                let password = Secret::builder()
                    .path(name!(SecretPath: "database/app"))
                    .key(&key)
                    .contents(Contents::Generated(Generated::password().username("app")))
                    .rotation(Rotation::none_because("it has generations"))
                    .build();
                ProxyAuth::secrets([&data.add("Password", password)])
            }
            false => ProxyAuth::iam([user.clone()]),
        };
        let proxy = RdsProxy::builder().network(beside.vpc.data()).auth(auth);
        let proxy = match instance.filter(|_| self.before_instance) {
            Some(instance) => proxy.database(instance).build(),
            None if self.reads => proxy.database(beside.database).read_only_endpoint().build(),
            None => proxy.database(beside.database).build(),
        };
        let proxy = data.add("Proxy", proxy);
        data.allow(beside.cluster, Port::POSTGRES, &proxy);
        data.add("ConnectToProxy", proxy.grant_connect(&user, beside.role));
    }
}

fn velero<S: Stage>(beside: &Beside<'_, S>) -> StackModel {
    let mut stack = beside.environment.stack("velero");
    let key = stack.add("Key", KmsKey::<S3>::new());
    let logs = stack.add("VeleroLogs", AccessLogBucket::builder().build());
    let bucket = VeleroBucket::builder().key(&key).access_logs(&logs).build();
    let bucket = stack.add("Velero", bucket);
    stack.add("Server", Velero::builder().cluster(beside.cluster).bucket(bucket.bucket()).build());
    stack.into()
}

impl Replica {
    fn stack<S: Stage>(
        &self,
        beside: &Beside<'_, S>,
        copies: &mut Stack<S, RecoveryRegion>,
    ) -> StackModel {
        let lock = ObjectLock::governance(days!(30));
        let key = copies.add("Objects", KmsKey::<S3>::new());
        let logs = copies.add("CopyLogs", AccessLogBucket::builder().build());
        let copy = Bucket::builder().key(&key).access_logs(&logs);
        let copy = copies.add(
            "Copies",
            match self.locked {
                true => copy.object_lock(lock).build(),
                false => copy.build(),
            },
        );

        let mut stack = beside.environment.stack("invoices");
        let key = stack.add("Key", KmsKey::<S3>::new());
        let logs = stack.add("InvoiceLogs", AccessLogBucket::builder().build());
        let replication = Replication::to(&copy);
        let invoices =
            Bucket::builder().key(&key).access_logs(&logs).replication(match self.soon {
                true => replication.within_15_minutes(),
                false => replication,
            });
        stack.add(
            "Invoices",
            match self.locked {
                true => invoices.object_lock(lock).build(),
                false => invoices.build(),
            },
        );
        stack.into()
    }
}

impl Watch {
    fn stack<S: Stage>(&self, beside: &Beside<'_, S>) -> StackModel {
        let mut stack = beside.environment.stack("watch");
        let topic = stack.add("Alerts", AlarmTopic::builder().build());
        let pattern = match self.status {
            Some(status) => LogPattern::field_at_least("$.log_processed.status", i64::from(status)),
            None => LogPattern::field("$.log_processed.level", "error"),
        };
        let errors =
            stack.add("Errors", LogMetric::count(pattern, beside.cluster.application_logs()));
        let many =
            Alarm::when(errors.clone().sum(), Condition::Above(10.0), MissingData::NotBreaching);
        let many = many.describe("The application logs errors").notify(&topic);
        stack.add("ManyErrors", many);
        if self.dashboard {
            let clients = beside.database.metric(AuroraMetric::DatabaseConnections).maximum();
            stack.add(
                "Overview",
                Dashboard::new()
                    .section("Application", [Widget::line("Errors", [errors.sum()])])
                    .section("Database", [Widget::number("Clients", [clients])]),
            );
        }
        stack.into()
    }
}
