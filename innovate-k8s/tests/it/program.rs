//! A good program, which the tests break in one way each.

use std::collections::BTreeMap;

use innovate_aws::{
    Environment, Region, account,
    cluster::{
        Addons, Cluster, EksCluster, ExternalSecrets, Karpenter, KarpenterHandle,
        KubernetesVersion, LoadBalancerController,
    },
    domain,
    identity::PodIdentity,
    keys::KmsKey,
    name,
    name::SecretName,
    network::{FlowLogs, Vpc, VpcHandle},
    observability::Retention,
    security::{Regional, WebAcl},
    vpc_cidr, zones,
};
use innovate_cfn::{
    certificatemanager::{self, certificate::DomainValidationOption},
    schema,
};
use innovate_core::{
    App, Checks, Diagnostic, Prod, Stack, StackModel, Stage, Synthesis, TemplateFormat,
    check::model_rules,
};
use innovate_k8s::{
    AccessLogs, Architecture, AwsEndpoints, ClusterManifests, ClusterSecretStore, ConfigMap,
    EC2NodeClass, EC2NodeClassRef, Exposure, ExternalSecret, Image, Ingress, IngressClass, Listen,
    Manifests, Namespace, Resources, WebService, ami, image, object_name, rules::RULES,
};
use serde_json::Value;

/// A pool with the defaults, to which a test adds.
macro_rules! pool {
    ($nodes:expr, $name:expr, $arch:expr) => {
        innovate_k8s::NodePool::builder()
            .name($name)
            .node_class($nodes)
            .arch($arch)
            .purchase(innovate_k8s::Purchase::SpotThenOnDemand)
            .limits(innovate_k8s::Limits::new(400, 1_600))
    };
}
pub(crate) use pool;

/// An environment with a network, a cluster and Karpenter, and the manifests so far.
pub(crate) struct Program<S: Stage = Prod> {
    pub(crate) environment: Environment<S>,
    pub(crate) vpc: VpcHandle,
    pub(crate) cluster: Cluster,
    pub(crate) karpenter: KarpenterHandle,
    pub(crate) stacks: Vec<Stack<S>>,
    pub(crate) manifests: Manifests<S>,
    pub(crate) others: Vec<Manifests<S>>,
    /// Stacks of other regions.
    pub(crate) elsewhere: Vec<StackModel>,
}

pub(crate) const IMAGE: Image = image!(
    "444455556666.dkr.ecr.eu-west-1.amazonaws.com/api@sha256:9f2c4e1b9f2c4e1b9f2c4e1b9f2c4e1b9f2c4e1b9f2c4e1b9f2c4e1b9f2c4e1b"
);

impl<S: Stage> Program<S> {
    pub(crate) fn new() -> Self {
        Self::with_addons(Addons::default())
    }

    /// With no more add-ons than a cluster must have.
    pub(crate) fn with_core_addons() -> Self {
        Self::with_addons(Addons::core())
    }

    fn with_addons(addons: Addons) -> Self {
        let environment = Environment::<S>::builder()
            .application(name!("innovate"))
            .account(account!("444455556666"))
            .region(Region::EuWest1)
            .domain(domain!("innovate.example"))
            .owner("platform")
            .build();
        let mut keys = environment.stack("keys");
        let logs = keys.add("Logs", KmsKey::new());
        let volumes = keys.add("Volumes", KmsKey::new());
        let secrets = keys.add("Secrets", KmsKey::new());
        let mut network = environment.stack("network");
        let vpc = network.add(
            "Vpc",
            Vpc::builder()
                .cidr(vpc_cidr!("10.30.0.0/16"))
                .zones(zones!(EuWest1: az1, az2, az3))
                .flow_logs(FlowLogs::to(&logs, Retention::OneYear))
                .build(),
        );
        let mut compute = environment.stack("cluster");
        let cluster = compute.add(
            "Cluster",
            EksCluster::builder()
                .version(KubernetesVersion::V1_35)
                .network(vpc.private(), vpc.intra())
                .administrator(name!(RoleName: "innovate-eks-admin"))
                .secrets_key(&secrets)
                .volume_key(&volumes)
                .logs_key(&logs)
                .addons(addons)
                .build(),
        );
        let karpenter = compute.add("Karpenter", Karpenter::new(&cluster));
        compute.add("LoadBalancerController", LoadBalancerController::new(&cluster));
        let manifests = environment.manifests(&cluster, &vpc);
        let stacks = vec![keys, network, compute];
        Self {
            environment,
            vpc,
            cluster,
            karpenter,
            stacks,
            manifests,
            others: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// Has manifests of a cluster that another program makes beside its own.
    pub(crate) fn of_another_cluster(mut self) -> Self {
        let site = self.cluster.site().clone();
        let other = Manifests::new("other", site, (&self.vpc).into());
        let own = std::mem::replace(&mut self.manifests, other);
        self.others.push(own);
        self
    }

    /// Adds a node class.
    pub(crate) fn node_class(&mut self) -> EC2NodeClassRef {
        self.manifests.add(
            EC2NodeClass::builder()
                .name(object_name!("default"))
                .karpenter(&self.karpenter)
                .ami(ami!("bottlerocket@v1.53.0"))
                .build(),
        )
    }

    /// Adds a node class and a pool for each architecture.
    pub(crate) fn with_nodes(mut self) -> Self {
        let nodes = self.node_class();
        for (name, arch, weight) in [
            (object_name!("arm64"), Architecture::Arm64, 100),
            (object_name!("amd64"), Architecture::Amd64, 10),
        ] {
            self.manifests.add(pool!(&nodes, name, arch).weight(weight).build());
        }
        self
    }

    /// Adds a service with a configuration, a role, an ingress and a certificate.
    pub(crate) fn with_service(self) -> Self {
        self.with_service_and_certificate(Some("*.innovate.example"))
    }

    /// The same with a certificate for another name, or with none.
    pub(crate) fn with_service_and_certificate(mut self, name: Option<&'static str>) -> Self {
        let namespace = self.manifests.add(Namespace::new(object_name!("shop")));
        let config = self.manifests.add(
            ConfigMap::builder()
                .namespace(&namespace)
                .name(object_name!("api"))
                .entry("LOG_LEVEL", "info")
                .build(),
        );
        let api = self.manifests.add(
            WebService::builder()
                .namespace(&namespace)
                .name(object_name!("api"))
                .image(IMAGE)
                .listen(Listen::https(8443))
                .resources(Resources::cpu_millis(250).memory_mib(256))
                .replicas(3..=60)
                .config(&config)
                .connects_to(&AwsEndpoints)
                .build(),
        );
        let identity = PodIdentity::builder()
            .cluster(&self.cluster)
            .service_account(api.service_account().clone())
            .build();
        if let Some(compute) = self.stacks.last_mut() {
            compute.add("ApiIdentity", identity);
            if let Some(name) = name {
                compute.add("Certificate", certificate(name));
            }
        }
        let mut protection = self.environment.stack("protection");
        let acl = protection.add("WebAcl", WebAcl::<Regional>::builder().build());
        self.stacks.insert(0, protection);
        let public = self.manifests.add(
            IngressClass::builder()
                .name(object_name!("public"))
                .exposure(Exposure::internet(acl.web_acl_name()))
                .access_logs(AccessLogs::new(name!(BucketName: "innovate-prod-logs"), "alb"))
                .namespace(&namespace)
                .build(),
        );
        self.manifests.add(
            Ingress::builder()
                .name(object_name!("api"))
                .class(&public)
                .host(self.environment.host("api"))
                .service(&api)
                .build(),
        );
        self
    }

    /// Changes one object, by its kind and name, as if it had been written by hand.
    pub(crate) fn breaking(
        mut self,
        kind: &str,
        name: &str,
        break_it: impl FnOnce(&mut Value),
    ) -> Self {
        let mut objects: Vec<Value> =
            self.manifests.objects().iter().map(|manifest| manifest.object().clone()).collect();
        let mut found = objects
            .iter_mut()
            .filter(|object| object["kind"] == kind && object["metadata"]["name"] == name);
        let (Some(object), None) = (found.next(), found.next()) else {
            panic!("not one {kind} {name}");
        };
        break_it(object);
        self.manifests = self.environment.manifests(&self.cluster, &self.vpc);
        objects.into_iter().for_each(|object| self.manifests.raw(object));
        self
    }

    /// Adds an object that is written by hand.
    pub(crate) fn with(mut self, object: Value) -> Self {
        self.manifests.raw(object);
        self
    }

    /// Adds the secrets operator, a store for a namespace and the namespace's secret of that name.
    pub(crate) fn with_secret(mut self, name: SecretName) -> Self {
        let Some(keys) = self.stacks.first_mut() else { panic!("no stack for keys") };
        let key = keys.add("StoredSecrets", KmsKey::new());
        let operator = ExternalSecrets::builder().cluster(&self.cluster).key(&key).build();
        let Some(compute) = self.stacks.last_mut() else { panic!("no stack for the cluster") };
        let operator = compute.add("ExternalSecrets", operator);
        let namespace = self.manifests.add(Namespace::new(object_name!("billing")));
        let store = self.manifests.add(
            ClusterSecretStore::builder()
                .name(object_name!("secrets-manager"))
                .operator(&operator)
                .namespace(&namespace)
                .build(),
        );
        let secret = self.manifests.add(
            ExternalSecret::builder()
                .namespace(&namespace)
                .name(object_name!("payment-provider"))
                .store(&store)
                .secret(name)
                .build(),
        );
        self.manifests.add(
            WebService::builder()
                .namespace(&namespace)
                .name(object_name!("billing"))
                .image(IMAGE)
                .listen(Listen::https(8443))
                .resources(Resources::cpu_millis(100).memory_mib(128))
                .replicas(2..=4)
                .secret_files(&secret, "/etc/payment-provider")
                .build(),
        );
        self
    }

    /// Synthesizes the program with all rules, as users' programs are, but for `ALM-02` and `DB-09`: the
    /// alarms and backups of the environment are another program's.
    pub(crate) fn synth(self) -> Synthesis {
        let app =
            App::new("shop").stacks(self.stacks).stacks(self.elsewhere).manifests(self.manifests);
        let app = self.others.into_iter().fold(app, App::manifests);
        let rules: Vec<_> = model_rules()
            .chain(schema::RULES.iter().copied())
            .chain(innovate_aws::rules::RULES.iter().copied())
            .chain(RULES.iter().copied())
            .filter(|rule| !["ALM-02", "DB-09"].contains(&rule.code))
            .collect();
        app.synth(Checks { registry: &schema::Registry, rules: &rules }, TemplateFormat::Json)
    }

    /// The findings, each of which names a property as all others do, and says what is allowed or what
    /// to do.
    pub(crate) fn findings(self) -> Vec<Diagnostic> {
        let findings = self.synth().report.findings().to_vec();
        for path in findings.iter().filter_map(Diagnostic::property_path) {
            assert!(!path.starts_with('/') && !path.contains("//"), "{path}");
        }
        for found in &findings {
            let guides = found.allowed_values().is_some() || !found.help_texts().is_empty();
            assert!(guides, "neither what is allowed nor what to do: {found:#?}");
        }
        findings
    }

    /// The one finding that the program has.
    pub(crate) fn only_finding(self) -> Diagnostic {
        let findings = self.findings();
        let [finding] = findings.as_slice() else { panic!("not one finding: {findings:#?}") };
        finding.clone()
    }
}

/// A certificate that is issued without anyone's help.
fn certificate(name: &'static str) -> certificatemanager::Certificate {
    let validation =
        DomainValidationOption::new().domain_name(name).hosted_zone_id("Z0123456789ABCDEFGHIJ");
    certificatemanager::Certificate::new(name)
        .validation_method("DNS")
        .domain_validation_options([validation])
}

/// All files of the manifests, by their paths below the cluster's folder.
pub(crate) fn files(synthesis: &Synthesis) -> BTreeMap<String, String> {
    let assembly = synthesis
        .assembly
        .as_ref()
        .unwrap_or_else(|| panic!("no files: {:#?}", synthesis.report.findings()));
    let folder = "manifests/innovate-prod/";
    let files = assembly.files().iter();
    files
        .filter_map(|(path, text)| Some((path.strip_prefix(folder)?.to_owned(), text.clone())))
        .collect()
}
