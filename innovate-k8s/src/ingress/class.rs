//! What the load balancers of a class have in common.

use std::collections::BTreeMap;

use innovate_aws::{
    load_balancer::TlsPolicy,
    name::{BucketName, WebAclName},
    storage::LoadBalancerLogBucketHandle,
};
use innovate_core::{Diagnostic, StageKind, Str};
use k8s_openapi::{
    api::networking::v1::{
        IngressClass as ClassObject, IngressClassParametersReference, IngressClassSpec,
    },
    apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement},
};
use serde::Serialize;
use typed_builder::TypedBuilder;

use crate::{
    AnyCluster, ManifestConstruct, ManifestScope, NamespaceRef, ObjectName,
    meta::{CustomObject, cluster_metadata},
};

/// Who reaches a load balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// Everyone, through a web ACL.
    Internet(WebAclName),
    /// What is in the VPC, or connected to it.
    Vpc,
}

impl Exposure {
    /// Everyone, through a web ACL for this region.
    pub fn internet(web_acl: &WebAclName) -> Self {
        Self::Internet(web_acl.clone())
    }
}

/// Where a load balancer writes down each request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLogs {
    bucket: BucketName,
    prefix: Str,
}

impl AccessLogs {
    /// Below `prefix` in a bucket of the program that is made for it.
    pub fn to(bucket: &LoadBalancerLogBucketHandle, prefix: impl Into<Str>) -> Self {
        Self { bucket: bucket.bucket().bucket_name().clone(), prefix: prefix.into() }
    }

    /// Below `prefix` in a bucket that exists outside the program. It must be encrypted with S3's own
    /// key, since load balancers write to no other; should the program make it after all, it is told
    /// so.
    pub fn new(bucket: BucketName, prefix: impl Into<Str>) -> Self {
        Self { bucket, prefix: prefix.into() }
    }
}

/// A class of ingresses. What is a matter of safety is pinned here for all of its load balancers, and
/// no ingress can say otherwise: who reaches them, TLS, the redirect from HTTP, the web ACL, and the
/// namespaces whose ingresses may use it.
///
/// Headers that are malformed are dropped; in production a load balancer can't be deleted by
/// mistake.
///
/// Source: "IngressClass", AWS Load Balancer Controller documentation.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Lets the ingresses of a namespace use it, and so its web ACL and its place before the
    /// internet. No namespace may by default; may be called for each that shall.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn namespace(&mut self, namespace: &NamespaceRef) {
        self.namespaces.push(namespace.clone());
    }
))]
pub struct IngressClass {
    name: ObjectName,
    /// Who reaches its load balancers.
    exposure: Exposure,
    /// Which TLS they speak with clients. TLS 1.3 and 1.2 by default.
    #[builder(default)]
    tls: TlsPolicy,
    /// Where they write down each request. Nowhere by default.
    #[builder(default, setter(strip_option))]
    access_logs: Option<AccessLogs>,
    /// After how long a connection on which nothing is sent is closed, in seconds: 60 by default.
    #[builder(default = 60)]
    idle_timeout_seconds: u16,
    /// The name of the group that all of its ingresses form: they share one load balancer, which costs less
    /// than one for each. By default each ingress has a load balancer of its own. Ingresses of other classes
    /// join by naming the group, so it is for a cluster whose teams trust each other.
    #[builder(default, setter(strip_option))]
    group: Option<ObjectName>,
    #[builder(via_mutators)]
    namespaces: Vec<NamespaceRef>,
}

/// A class of ingresses of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressClassRef {
    name: ObjectName,
    exposure: Exposure,
}

impl IngressClassRef {
    /// Its name.
    pub const fn name(&self) -> &ObjectName {
        &self.name
    }

    /// Who reaches its load balancers.
    pub const fn exposure(&self) -> &Exposure {
        &self.exposure
    }
}

impl From<&Self> for IngressClassRef {
    fn from(class: &Self) -> Self {
        class.clone()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ParamsSpec {
    scheme: &'static str,
    ip_address_type: &'static str,
    target_type: &'static str,
    ssl_policy: &'static str,
    ssl_redirect_port: &'static str,
    #[serde(rename = "wafv2AclName")]
    wafv2_acl_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Group>,
    namespace_selector: LabelSelector,
    load_balancer_attributes: Vec<Pair>,
    tags: Vec<Pair>,
}

#[derive(Serialize)]
struct Group {
    name: String,
}

#[derive(Serialize)]
struct Pair {
    key: String,
    value: String,
}

fn pairs<K: ToString, V: ToString>(pairs: impl IntoIterator<Item = (K, V)>) -> Vec<Pair> {
    let pair = |(key, value): (K, V)| Pair { key: key.to_string(), value: value.to_string() };
    pairs.into_iter().map(pair).collect()
}

impl IngressClass {
    fn attributes(&self, stage: StageKind) -> BTreeMap<&'static str, String> {
        let mut attributes = BTreeMap::from([
            ("deletion_protection.enabled", (stage == StageKind::Prod).to_string()),
            ("idle_timeout.timeout_seconds", self.idle_timeout_seconds.to_string()),
            ("routing.http.drop_invalid_header_fields.enabled", true.to_string()),
            ("routing.http2.enabled", true.to_string()),
        ]);
        if let Some(logs) = &self.access_logs {
            attributes.extend([
                ("access_logs.s3.enabled", true.to_string()),
                ("access_logs.s3.bucket", logs.bucket.to_string()),
                ("access_logs.s3.prefix", logs.prefix.to_string()),
            ]);
        }
        attributes
    }

    fn namespace_selector(&self) -> LabelSelector {
        let names: Vec<String> =
            self.namespaces.iter().map(|namespace| namespace.name().to_string()).collect();
        // An empty selector would mean every namespace.
        let (operator, values) = match names.as_slice() {
            [] => ("DoesNotExist", None),
            _ => ("In", Some(names)),
        };
        LabelSelector {
            match_expressions: Some(vec![LabelSelectorRequirement {
                key: "kubernetes.io/metadata.name".to_owned(),
                operator: operator.to_owned(),
                values,
            }]),
            match_labels: None,
        }
    }

    /// What Elastic Load Balancing would refuse.
    fn check(&self, scope: &mut ManifestScope<'_>) {
        if !(1..=4000).contains(&self.idle_timeout_seconds) {
            let message = "a load balancer doesn't take this idle timeout";
            let finding = Diagnostic::error("K8S-02", message)
                .setter("idle_timeout_seconds")
                .given(self.idle_timeout_seconds)
                .allowed("1 to 4000 seconds");
            scope.report(finding);
        }
    }
}

impl ManifestConstruct for IngressClass {
    type Handle = IngressClassRef;
    type Needs = AnyCluster;

    fn build(self, scope: &mut ManifestScope<'_>) -> IngressClassRef {
        self.check(scope);
        let (scheme, web_acl) = match &self.exposure {
            Exposure::Internet(name) => ("internet-facing", Some(name.to_string())),
            Exposure::Vpc => ("internal", None),
        };
        scope.add(&CustomObject {
            api_version: "elbv2.k8s.aws/v1beta1",
            kind: "IngressClassParams",
            metadata: cluster_metadata(&self.name),
            spec: ParamsSpec {
                scheme,
                ip_address_type: "ipv4",
                target_type: "ip",
                ssl_policy: self.tls.name(),
                ssl_redirect_port: "443",
                wafv2_acl_name: web_acl,
                group: self.group.as_ref().map(|name| Group { name: name.to_string() }),
                namespace_selector: self.namespace_selector(),
                load_balancer_attributes: pairs(self.attributes(scope.stage())),
                tags: pairs(scope.site().tags().iter()),
            },
        });
        scope.add(&ClassObject {
            metadata: cluster_metadata(&self.name),
            spec: Some(IngressClassSpec {
                controller: Some("ingress.k8s.aws/alb".to_owned()),
                parameters: Some(IngressClassParametersReference {
                    api_group: Some("elbv2.k8s.aws".to_owned()),
                    kind: "IngressClassParams".to_owned(),
                    name: self.name.to_string(),
                    ..IngressClassParametersReference::default()
                }),
            }),
        });
        IngressClassRef { name: self.name, exposure: self.exposure }
    }
}
