//! The cluster: control plane, core nodes, add-ons and who may use it.

use innovate_cfn::{
    eks::{self, cluster as ec},
    iam,
    policy::{Condition, PolicyDocument, Principal as PolicyPrincipal, Statement},
};
use innovate_core::{
    AnyStack, Cidr, Construct, DeletionPolicy, Diagnostic, MAIN, ResourceRef, ResourceType as _,
    Scope, StageKind, cidr, value::Str,
};
use typed_builder::TypedBuilder;

use super::{
    Access, AccessPolicy, Addon, AddonVersion, Addons, Cluster, ContainerInsights, CoreNodes,
    Endpoint, KubernetesVersion, Phase, Principal, addon, handle, nodes::Surroundings,
};
use crate::{
    identity::{Permissions, RoleHandle, pod_trust},
    keys::{Ebs, EksSecrets, Key, Logs},
    name::{ClusterName, LogGroupName},
    network::{
        Subnets,
        tier::{Intra, Private},
    },
    observability::{DataProtectionPolicy, LogGroup, Retention},
};

/// An EKS cluster with its core nodes and add-ons.
///
/// Its API is private unless addresses are allowed, takes access entries alone, and is not open to
/// whoever created it. All five kinds of control-plane logs go to a log group that is made before.
/// Kubernetes secrets and volumes are encrypted with the given keys, those that pods claim by a
/// `StorageClass` among the manifests. The core nodes run Bottlerocket
/// in private subnets; the add-ons are pinned, have roles of their own, and are installed in the
/// order that nodes need. In production it is protected against deletion and stays when it leaves its
/// stack; elsewhere it goes with it. EKS upgrades it at the end of standard support instead of
/// charging for extended support.
///
/// Source: Amazon EKS User Guide; Amazon EKS Best Practices Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct EksCluster {
    /// Its name. By default the environment's, `<application>-<stage>`, with which the network tags
    /// its subnets.
    #[builder(default, setter(strip_option))]
    name: Option<ClusterName>,
    /// The version of Kubernetes.
    version: KubernetesVersion,
    /// Where its nodes and pods are, and where the control plane's interfaces are.
    #[builder(setter(transform = |nodes: Subnets<Private>, control_plane: Subnets<Intra>| {
        (nodes, control_plane)
    }))]
    network: (Subnets<Private>, Subnets<Intra>),
    /// From where its API can be reached. By default from the VPC only.
    #[builder(default)]
    endpoint: Endpoint,
    /// The role that may do everything in it, which must exist before. Nobody else can, not even who
    /// creates the cluster; further roles are given by `access`.
    #[builder(setter(into))]
    administrator: Principal,
    /// Further roles and what they may do.
    #[builder(default, setter(into))]
    access: Vec<Access>,
    /// What encrypts Kubernetes secrets in the cluster's data. It can't be changed later.
    #[builder(setter(transform = |key: &Key<EksSecrets>| key.clone()))]
    secrets_key: Key<EksSecrets>,
    /// What encrypts the volumes of nodes, and of pods whose `StorageClass` is made with the cluster.
    #[builder(setter(transform = |key: &Key<Ebs>| key.clone()))]
    volume_key: Key<Ebs>,
    /// What encrypts the logs of the control plane and of Container Insights.
    #[builder(setter(transform = |key: &Key<Logs>| key.clone()))]
    logs_key: Key<Logs>,
    /// How long those logs are kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// What is masked in the log group of applications, which the add-on
    /// [`CloudWatchObservability`](Addon::CloudWatchObservability) writes to. Nothing by default.
    #[builder(default, setter(strip_option))]
    application_log_protection: Option<DataProtectionPolicy>,
    /// How it is measured. [`ContainerInsights::Classic`] by default.
    #[builder(default)]
    container_insights: ContainerInsights,
    /// The block that the addresses of Kubernetes services come from, 172.20.0.0/16 by default. It
    /// can't be changed later and must not overlap the network or what is connected to it.
    #[builder(default = cidr!("172.20.0.0/16"))]
    service_cidr: Cidr,
    /// The nodes for what the cluster itself needs. By default three Graviton nodes.
    #[builder(default)]
    core_nodes: CoreNodes,
    /// Its add-ons. By default those of [`Addons::platform`].
    #[builder(default)]
    addons: Addons,
}

impl Construct for EksCluster {
    type Handle = Cluster;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> Cluster {
        let name = self.name.clone().unwrap_or_else(|| ClusterName::of(scope.site()));
        if let Some(finding) = service_cidr(self.service_cidr) {
            scope.report(finding);
        }
        let retention = self.log_retention.unwrap_or_else(|| Retention::of_stage(scope.stage()));
        let protection = self.application_log_protection.as_ref();
        let logs = Logging { key: &self.logs_key, retention, protection };
        self.check_observability(scope);
        let role = control_plane_role(scope, &name, &self.secrets_key);
        let group = logs.add_to(scope, "Logs", format!("/aws/eks/{name}/cluster"), None);
        let cluster =
            scope.add(MAIN, self.control_plane(scope.stage(), &name, &role).depends_on(&group));
        let insights = self.container_insights;
        let installer = Installer { cluster: &cluster, name: &name, logs: &logs, insights };

        let entry = Access::of(self.administrator).in_cluster(AccessPolicy::ClusterAdmin);
        for access in std::iter::once(entry).chain(self.access) {
            access.add_to(scope, &cluster);
        }

        let versions: Vec<_> = self.addons.versions(self.version).collect();
        let of_phase =
            |phase| versions.iter().filter(move |(addon, _)| addon.phase() == phase).cloned();
        let mut before: Vec<ResourceRef> = Vec::new();
        for (addon, version) in of_phase(Phase::BeforeNodes) {
            before.push(installer.install(scope, addon, version, &[]).0);
        }
        let (nodes, _) = &self.network;
        let (group, node_role) = scope.within("CoreNodes", |scope| {
            self.core_nodes.clone().add_to(
                scope,
                Surroundings {
                    cluster: &cluster,
                    name: &name,
                    version: self.version,
                    subnets: nodes,
                    key: &self.volume_key,
                    before: &before,
                },
            )
        });
        let after = [ResourceRef::clone(&group)];
        let mut application_logs = None;
        for (addon, version) in of_phase(Phase::AfterNodes) {
            let (_, logs) = installer.install(scope, addon, version, &after);
            application_logs = application_logs.or(logs);
        }

        let id = scope.path().replace('/', "");
        let core_nodes = RoleHandle::new(format!("core nodes of {name}"), &node_role, scope.site());
        Cluster::new(handle::Inner {
            core_nodes,
            name,
            version: self.version,
            site: scope.site().clone(),
            cluster,
            id,
            nodes: nodes.clone(),
            volume_key: self.volume_key,
            application_logs,
        })
    }
}

impl EksCluster {
    /// Reports what is said of logs and metrics that nothing makes.
    fn check_observability(&self, scope: &mut Scope<'_>) {
        let addon = Addon::CloudWatchObservability;
        if self.application_log_protection.is_some() && !self.addons.contains(addon) {
            let name = addon.name();
            scope.report(
                Diagnostic::error("LOG-02", "nothing is masked: no log of applications is made")
                    .setter("application_log_protection")
                    .given(format!("no add-on `{name}`"))
                    .allowed(format!("only with the add-on `{name}`"))
                    .help("add it: `.with(Addon::CloudWatchObservability)`; a log group of another agent masks by its own `data_protection`"),
            );
        }
        let mut versions = self.addons.versions(self.version);
        let version = versions.find(|(found, _)| *found == addon).and_then(|(_, version)| version);
        self.container_insights.check(&self.addons, version.as_ref(), scope);
    }

    fn control_plane(
        &self,
        stage: StageKind,
        name: &ClusterName,
        role: &iam::RoleRef,
    ) -> eks::Cluster {
        let removal = match stage {
            StageKind::Prod => DeletionPolicy::RetainExceptOnCreate,
            StageKind::Dev | StageKind::Staging => DeletionPolicy::Delete,
        };
        let (_, control_plane) = &self.network;
        let mut endpoints = ec::ResourcesVpcConfig::new(control_plane.ids())
            .endpoint_private_access(true)
            .endpoint_public_access(self.endpoint != Endpoint::Private);
        if let Endpoint::PublicTo(allowed) = &self.endpoint {
            endpoints = endpoints.public_access_cidrs(allowed.blocks().to_vec());
        }
        let kinds = [
            ec::LoggingTypeConfigType::API,
            ec::LoggingTypeConfigType::AUDIT,
            ec::LoggingTypeConfigType::AUTHENTICATOR,
            ec::LoggingTypeConfigType::CONTROLLER_MANAGER,
            ec::LoggingTypeConfigType::SCHEDULER,
        ];
        let kinds = kinds.map(|kind| ec::LoggingTypeConfig::new().type_(kind));
        let provider = ec::Provider::new().key_arn(self.secrets_key.arn());
        eks::Cluster::new(endpoints, role.arn())
            .name(name)
            .version(self.version.as_str())
            .access_config(
                ec::AccessConfig::new()
                    .authentication_mode(ec::AccessConfigAuthenticationMode::API)
                    .bootstrap_cluster_creator_admin_permissions(false),
            )
            .bootstrap_self_managed_addons(false)
            .deletion_protection(stage == StageKind::Prod)
            .encryption_config([ec::EncryptionConfig::new()
                .provider(provider)
                .resources(["secrets"])])
            .kubernetes_network_config(
                ec::KubernetesNetworkConfig::new()
                    .ip_family(ec::KubernetesNetworkConfigIpFamily::IPV4)
                    .service_ipv4_cidr(self.service_cidr),
            )
            .logging(
                ec::Logging::new().cluster_logging(ec::ClusterLogging::new().enabled_types(kinds)),
            )
            .upgrade_policy(
                ec::UpgradePolicy::new().support_type(ec::UpgradePolicySupportType::STANDARD),
            )
            .zonal_shift_config(ec::ZonalShiftConfig::new().enabled(true))
            .removal_policy(removal)
    }
}

/// The role that EKS acts in for the control plane.
///
/// Sources: "Amazon EKS cluster IAM role" and "Cross-service confused deputy prevention in Amazon EKS",
/// Amazon EKS User Guide.
fn control_plane_role(
    scope: &mut Scope<'_>,
    name: &ClusterName,
    key: &Key<EksSecrets>,
) -> iam::RoleRef {
    let site = scope.site().clone();
    let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole", "sts:TagSession"])
        .to(PolicyPrincipal::service("eks.amazonaws.com"))
        .when(Condition::string_equals("aws:SourceAccount", site.account().to_owned()))
        .when(Condition::arn_equals("aws:SourceArn", handle::arn(&site, name)))]);
    let secrets =
        Statement::allow(["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListGrants"])
            .sid("EncryptSecrets")
            .on(key.arn());
    scope.within("Role", |scope| {
        let own = Permissions::from(secrets).add_to(scope, "Encrypts the secrets of a cluster");
        let managed = addon::aws_managed_policy("AmazonEKSClusterPolicy");
        let policies: Vec<_> = std::iter::once(managed).chain(own).collect();
        let role = iam::Role::new(trust)
            .description("The control plane of a cluster")
            .managed_policy_arns(policies);
        scope.add(MAIN, role)
    })
}

/// Log groups of one retention and key.
struct Logging<'a> {
    key: &'a Key<Logs>,
    retention: Retention,
    /// What is masked in that of applications.
    protection: Option<&'a DataProtectionPolicy>,
}

impl Logging<'_> {
    fn add_to(
        &self,
        scope: &mut Scope<'_>,
        id: impl Into<Str>,
        name: String,
        protection: Option<&DataProtectionPolicy>,
    ) -> ResourceRef {
        let group = LogGroup::builder()
            .name(LogGroupName::trusted(name))
            .retention(self.retention)
            .key(self.key)
            .data_protection(protection.cloned())
            .build();
        let group = scope.add(id, group);
        AsRef::<ResourceRef>::as_ref(&group).clone()
    }
}

/// What add-ons are installed on.
struct Installer<'a> {
    cluster: &'a eks::ClusterRef,
    name: &'a ClusterName,
    logs: &'a Logging<'a>,
    insights: ContainerInsights,
}

impl Installer<'_> {
    /// Adds an add-on with its role and, if it writes logs, its log groups, and gives it and the log
    /// group of applications.
    fn install(
        &self,
        scope: &mut Scope<'_>,
        addon: Addon,
        version: Option<AddonVersion>,
        after: &[ResourceRef],
    ) -> (ResourceRef, Option<ResourceRef>) {
        scope.within(addon.id(), |scope| {
            let mut resource = eks::Addon::new(addon.name(), self.cluster)
                .resolve_conflicts(eks::addon::ResolveConflicts::OVERWRITE)
                .depends_on_all(after);
            match version {
                Some(version) => resource = resource.addon_version(version.to_string()),
                None => scope.report(no_version(addon)),
            }
            if let Some(identity) = addon.identity() {
                let account = &identity.service_account;
                let trust = pod_trust(scope.site(), self.name, account);
                let role = iam::Role::new(trust)
                    .description(addon.role_description())
                    .managed_policy_arns(identity.policy_arns());
                let role = scope.add("Role", role);
                let name = account.name().as_str().to_owned();
                let association = eks::addon::PodIdentityAssociation::new(role.arn(), name);
                resource = resource.pod_identity_associations([association]);
            }
            if let Some(mut values) = addon::configuration(addon) {
                if addon == Addon::CloudWatchObservability {
                    self.insights.configure(&mut values);
                }
                resource = resource.configuration_values(values.to_string());
            }
            let mut application = None;
            if addon == Addon::CloudWatchObservability {
                for kind in ["Application", "Dataplane", "Host", "Performance"] {
                    let suffix = kind.to_ascii_lowercase();
                    let name = format!("/aws/containerinsights/{}/{suffix}", self.name);
                    let protection = self.logs.protection.filter(|_| kind == "Application");
                    let group = self.logs.add_to(scope, format!("{kind}Logs"), name, protection);
                    resource = resource.depends_on(&group);
                    application = application.or(Some(group));
                }
            }
            (ResourceRef::clone(&scope.add(MAIN, resource)), application)
        })
    }
}

fn no_version(addon: Addon) -> Diagnostic {
    let name = addon.name();
    Diagnostic::error("EKS-04", format!("no version of the add-on `{name}` is pinned"))
        .setter("addons")
        .given(name)
        .help(format!(
            "name one that `aws eks describe-addon-versions --addon-name {name}` lists: `.with_version(Addon::{}, addon_version!(\"v1.0.0-eksbuild.1\"))`",
            addon.id()
        ))
}

/// What EKS refuses as the block of services. Source: "CreateCluster", Amazon EKS API Reference.
fn service_cidr(block: Cidr) -> Option<Diagnostic> {
    let private = [cidr!("10.0.0.0/8"), cidr!("172.16.0.0/12"), cidr!("192.168.0.0/16")];
    let fits =
        (12..=24).contains(&block.prefix()) && private.iter().any(|each| each.contains(block));
    (!fits).then(|| {
        Diagnostic::error("EKS-14", "EKS refuses this block for the addresses of services")
            .setter("service_cidr")
            .given(block)
            .allowed("a /12 to /24 within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
            .help("leave it out for 172.20.0.0/16")
    })
}
