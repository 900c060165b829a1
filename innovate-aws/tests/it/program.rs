//! Programs for the tests to look at and to break: a network, a platform with a cluster, and what
//! their check says.

use innovate_aws::{
    Environment, Region, account,
    cluster::{
        Cluster, CoreNodes, EksCluster, ExternalSecrets, Karpenter, KarpenterHandle,
        KubernetesVersion, LoadBalancerController,
    },
    domain,
    keys::{Ebs, EksSecrets, Key, KmsKey, Logs, Secrets},
    name,
    network::{FlowLogs, Nat, SecurityGroup, SecurityGroupHandle, Vpc, VpcHandle},
    observability::Retention,
    rules, vpc_cidr, zones,
};
use innovate_cfn::{rds, schema};
use innovate_core::{
    App, Assembly, Checks, DeletionPolicy, Diagnostic, Node, Prod, Resource, ResourceType as _,
    Severity, Stack, StackModel, Stage, TemplateFormat,
    app::Synthesis,
    check::{Facts, Registry},
};

/// Knows no resource type.
struct NoFacts;

impl Registry for NoFacts {
    fn version(&self) -> &str {
        "test"
    }

    fn facts(&self, _: &str) -> Option<Facts> {
        None
    }
}

pub(crate) fn environment<S: Stage>() -> Environment<S> {
    Environment::<S>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

/// The same with a region to recover in.
pub(crate) fn recoverable<S: Stage>() -> Environment<S> {
    Environment::<S>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .recovery_region(Region::EuCentral1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

/// A stack with a key for logs.
pub(crate) fn keys<S: Stage>(environment: &Environment<S>) -> (Stack<S>, Key<Logs>) {
    let mut keys = environment.stack("keys");
    let logs = keys.add("Logs", KmsKey::<Logs>::new());
    (keys, logs)
}

/// Where a good network's flow logs go.
pub(crate) fn flow_logs(key: &Key<Logs>) -> FlowLogs {
    FlowLogs::to(key, Retention::OneYear)
}

/// A good network, which sets nothing but what it must.
pub(crate) fn vpc(logs: &Key<Logs>) -> Vpc {
    vpc_with(Nat::default())(logs)
}

/// A network with this way to the internet.
pub(crate) fn vpc_with(nat: Nat) -> impl FnOnce(&Key<Logs>) -> Vpc {
    move |logs| {
        Vpc::builder()
            .cidr(vpc_cidr!("10.30.0.0/16"))
            .zones(zones!(EuWest1: az1, az2, az3))
            .nat(nat)
            .flow_logs(flow_logs(logs))
            .build()
    }
}

/// A program of keys and a network, with whatever `more` adds to the network's stack.
pub(crate) fn program<S: Stage>(
    make: impl FnOnce(&Key<Logs>) -> Vpc,
    more: impl FnOnce(&mut Stack<S>, &VpcHandle),
) -> App {
    let environment = environment::<S>();
    let (keys, logs) = keys(&environment);
    let mut network = environment.stack("network");
    let handle = network.add("Vpc", make(&logs));
    more(&mut network, &handle);
    App::new("test").stack(keys).stack(network)
}

/// A database in the data tier with a group of its own.
pub(crate) fn database(stack: &mut Stack<Prod>, vpc: &VpcHandle) -> SecurityGroupHandle {
    let subnets = rds::DBSubnetGroup::new("The data tier", vpc.data().ids());
    let subnets = stack.add("DatabaseSubnets", subnets);
    let group = SecurityGroup::builder().vpc(vpc).description("The database").build();
    let group = stack.add("DatabaseGroup", group);
    let cluster = rds::DBCluster::new()
        .db_subnet_group_name(&subnets)
        .vpc_security_group_ids([group.group_id()])
        .removal_policy(DeletionPolicy::Snapshot);
    stack.add("Database", cluster);
    group
}

/// Keys and network in stacks of their own, and a stack for the cluster.
pub(crate) struct Platform<S = Prod> {
    pub(crate) network: Stack<S>,
    pub(crate) keys: Stack<S>,
    pub(crate) compute: Stack<S>,
    pub(crate) vpc: VpcHandle,
    pub(crate) secrets_key: Key<EksSecrets>,
    pub(crate) volume_key: Key<Ebs>,
    pub(crate) logs_key: Key<Logs>,
    pub(crate) application_key: Key<Secrets>,
}

impl<S: Stage> Platform<S> {
    pub(crate) fn new() -> Self {
        let environment = environment::<S>();
        let (mut keys, logs_key) = keys(&environment);
        let mut network = environment.stack("network");
        let vpc = network.add("Vpc", vpc(&logs_key));
        Self {
            secrets_key: keys.add("ClusterSecrets", KmsKey::<EksSecrets>::new()),
            volume_key: keys.add("Volumes", KmsKey::<Ebs>::new()),
            application_key: keys.add("Secrets", KmsKey::<Secrets>::new()),
            compute: environment.stack("cluster"),
            network,
            keys,
            vpc,
            logs_key,
        }
    }

    /// A cluster that sets nothing but what it must.
    pub(crate) fn plain_cluster(&self) -> EksCluster {
        EksCluster::builder()
            .version(KubernetesVersion::V1_35)
            .network(self.vpc.private(), self.vpc.intra())
            .administrator(name!(RoleName: "innovate-eks-admin"))
            .secrets_key(&self.secrets_key)
            .volume_key(&self.volume_key)
            .logs_key(&self.logs_key)
            .core_nodes(CoreNodes::arm64(3))
            .build()
    }

    /// The same in the stack, with Karpenter and the controllers.
    pub(crate) fn with_cluster(mut self) -> (Self, Cluster, KarpenterHandle) {
        let cluster = self.compute.add("Cluster", self.plain_cluster());
        let karpenter = self.compute.add("Karpenter", Karpenter::new(&cluster));
        self.compute.add("LoadBalancerController", LoadBalancerController::new(&cluster));
        self.compute.add(
            "ExternalSecrets",
            ExternalSecrets::builder().cluster(&cluster).key(&self.application_key).build(),
        );
        (self, cluster, karpenter)
    }

    /// Checks the program with every rule.
    pub(crate) fn synth(self) -> Synthesis {
        synth(App::new("test").stack(self.keys).stack(self.network).stack(self.compute))
    }
}

/// Checks a program with every rule of this crate.
pub(crate) fn synth(app: App) -> Synthesis {
    let checks = Checks { registry: &NoFacts, rules: rules::RULES };
    guided(app.synth(checks, TemplateFormat::Json))
}

/// The same, once each finding has been seen to say what is allowed or what to do: whoever reads one
/// doesn't have to look it up.
pub(crate) fn guided(synthesis: Synthesis) -> Synthesis {
    for found in synthesis.report.findings() {
        let guides = found.allowed_values().is_some() || !found.help_texts().is_empty();
        assert!(guides, "neither what is allowed nor what to do: {found:#?}");
    }
    synthesis
}

/// Checks a program with every rule of this crate and with the registry's schema.
pub(crate) fn synth_with_registry(app: App) -> Synthesis {
    let all: Vec<_> = rules::RULES.iter().chain(schema::RULES.iter()).copied().collect();
    guided(app.synth(Checks { registry: &schema::Registry, rules: &all }, TemplateFormat::Json))
}

/// What the programs here lack on purpose: tags, since the registry here knows none, and alarms, backup
/// plans and a word on rotation, since they are parts of an environment.
fn is_lacking(found: &Diagnostic) -> bool {
    found.code() == "TAG-01" || is_part_of_an_environment(found)
}

/// What asks for alarms, for backup plans and for rotation.
pub(crate) fn is_part_of_an_environment(found: &Diagnostic) -> bool {
    ["ALM-02", "SEC-09"].contains(&found.code())
        || found.given_value() == Some("a program without a backup plan")
}

/// What every rule finds, but for what is lacking on purpose.
pub(crate) fn findings(app: App) -> Vec<Diagnostic> {
    let findings = synth(app).report.findings().to_vec();
    findings.into_iter().filter(|found| !is_lacking(found)).collect()
}

/// The codes of [`findings`].
pub(crate) fn codes(app: App) -> Vec<&'static str> {
    findings(app).iter().map(Diagnostic::code).collect()
}

/// What a program without errors yields.
pub(crate) fn assembly(app: App) -> Assembly {
    let synthesis = app.synth(Checks { registry: &NoFacts, rules: &[] }, TemplateFormat::Json);
    assert_eq!(synthesis.report.findings(), []);
    synthesis.assembly.expect("a program without errors yields files")
}

/// The stacks that are deployed before a stack, as the manifest names them.
pub(crate) fn stacks_before<'a>(files: &'a Assembly, stack: &str) -> &'a [String] {
    let mut stacks = files.index().stacks.iter();
    &stacks.find(|entry| entry.name == stack).expect("the stack is in the manifest").depends_on
}

/// The findings with a code.
pub(crate) fn with_code<'a>(synthesis: &'a Synthesis, code: &str) -> Vec<&'a Diagnostic> {
    synthesis.report.findings().iter().filter(|found| found.code() == code).collect()
}

/// Whether one of the findings with a code has this message.
pub(crate) fn finds(synthesis: &Synthesis, code: &str, message: &str) -> bool {
    with_code(synthesis, code).iter().any(|found| found.message().contains(message))
}

/// The findings that aren't notes, as text.
pub(crate) fn problems(synthesis: &Synthesis) -> Vec<String> {
    let findings = synthesis.report.findings().iter();
    findings
        .filter(|found| found.severity() > Severity::Note && !is_part_of_an_environment(found))
        .map(|found| format!("{} {} {:?}", found.code(), found.message(), found.given_value()))
        .collect()
}

/// The resources of one type in a stack.
pub(crate) fn of_type<'a>(stack: &'a StackModel, name: &str) -> Vec<&'a Resource> {
    stack.resources().iter().filter(|found| found.type_name() == name).collect()
}

/// The one resource with a logical id.
pub(crate) fn resource<'a>(stack: &'a StackModel, logical_id: &str) -> &'a Resource {
    stack.resource(logical_id).unwrap_or_else(|| {
        let ids: Vec<_> = stack.resources().iter().map(Resource::logical_id).collect();
        panic!("no `{logical_id}` among {ids:?}")
    })
}

/// A property's text.
pub(crate) fn text<'a>(resource: &'a Resource, path: &str) -> &'a str {
    resource.properties().at(path).and_then(Node::as_text).unwrap_or_else(|| {
        panic!("{} has no text at {path}: {:?}", resource.logical_id(), resource.properties())
    })
}
