//! Which requests go to which pods.

use std::sync::Arc;

use innovate_cfn::{
    elasticloadbalancingv2::{
        self as elb, listener_rule as rule,
        target_group::{
            HealthCheckProtocol, IpAddressType, Matcher, Protocol, TargetGroupAttribute, TargetType,
        },
    },
    kind::TargetGroupArn,
};
use innovate_core::{
    AnyStack, Cidr, Construct, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope, Str, Value,
};
use typed_builder::TypedBuilder;

use super::{
    LoadBalancerHandle, OriginHeader, TargetGroupMetric,
    handle::{Inner, NAMESPACE},
};
use crate::{
    name::{Hostname, TargetGroupName, short_name_of},
    network::{HasSecurityGroup, SecurityGroupHandle},
    observability::Metric,
};

/// The longest path of a condition, in characters. Source: "Condition types for listener rules",
/// Elastic Load Balancing User Guide.
const LONGEST_PATH: usize = 128;
/// How long a load balancer waits at most for a target that is taken out, in seconds. Source: "Target
/// group attributes", Elastic Load Balancing User Guide.
const LONGEST_DRAIN: u16 = 3600;
/// The last of a listener's rules. Source: "CreateRule", Elastic Load Balancing API Reference.
const LAST_PRIORITY: u16 = 50_000;

/// The targets of a load balancer for the requests of some hosts and paths: pods, which a binding in
/// the cluster puts in and takes out. They are spoken to and asked for their health over TLS.
///
/// Without a host or path it takes all requests that no rule with a lower priority takes. What a
/// target group is called is known before deployment, so that a manifest can name it.
///
/// The load balancer verifies no certificate of a target. Source: "Target groups for your Application
/// Load Balancers", Elastic Load Balancing User Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Takes requests for a host. May be called for each.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn host(&mut self, host: Hostname) {
        self.hosts.push(host);
    }

    /// Takes requests for a path, where `*` stands for any characters: `/api/*`. May be called for
    /// each.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn path(&mut self, path: impl Into<Str>) {
        self.paths.push(path.into());
    }
))]
pub struct TargetGroup {
    /// Whose requests it takes.
    #[builder(setter(
        fn transform<R>(balancer: &LoadBalancerHandle<R>) -> LoadBalancerHandle<()> {
            balancer.of_any_scheme()
        }
    ))]
    load_balancer: LoadBalancerHandle<()>,
    /// The port that the targets listen on.
    port: u16,
    /// The path that answers while a target welcomes requests: `/readyz` by default, as the pods of a
    /// web service have it.
    #[builder(default = "/readyz".into(), setter(into))]
    health_path: Str,
    /// Its place among the rules of the load balancer: the lowest that fits takes a request. 1 to
    /// 50,000, each once; 100 by default.
    #[builder(default = 100)]
    priority: u16,
    /// How long a target that is taken out may finish what it has begun, in seconds: 0 to 3600, 45 by
    /// default, as the pods of a web service need.
    #[builder(default = 45)]
    drain_seconds: u16,
    /// Its name. `<application>-<stage>-<id>-<port>` by default, which must not have more than 32
    /// characters.
    #[builder(default, setter(strip_option))]
    name: Option<TargetGroupName>,
    #[builder(via_mutators)]
    hosts: Vec<Hostname>,
    #[builder(via_mutators)]
    paths: Vec<Str>,
}

impl Construct for TargetGroup {
    type Handle = TargetGroupHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> TargetGroupHandle {
        // A target group can't move to another port, and CloudFormation makes the new one before it
        // deletes the old: with the port in it, the new one has a name of its own.
        let name = self.name.clone().unwrap_or_else(|| {
            TargetGroupName::trusted(format!("{}-{}", short_name_of(scope), self.port))
        });
        self.check(&name, scope);
        let attribute =
            |key: &'static str, value: String| TargetGroupAttribute::new().key(key).value(value);
        let group = elb::TargetGroup::new()
            .name(&name)
            .target_type(TargetType::IP)
            .ip_address_type(IpAddressType::IPV4)
            .vpc_id(&self.load_balancer.inner.vpc)
            .port(self.port)
            .protocol(Protocol::HTTPS)
            .protocol_version("HTTP1")
            .health_check_enabled(true)
            .health_check_protocol(HealthCheckProtocol::HTTPS)
            .health_check_path(self.health_path.clone())
            .health_check_interval_seconds(15)
            .health_check_timeout_seconds(5)
            .healthy_threshold_count(2)
            .unhealthy_threshold_count(3)
            .matcher(Matcher::new().http_code("200"))
            .target_group_attributes([attribute(
                "deregistration_delay.timeout_seconds",
                self.drain_seconds.to_string(),
            )]);
        let group = scope.add(MAIN, group);
        let forward =
            rule::Action::new(rule::ActionType::FORWARD).target_group_arn(group.target_group_arn());
        let mut rule = elb::ListenerRule::new([forward], self.conditions(), self.priority)
            .listener_arn(self.load_balancer.inner.listener.listener_arn());
        for secret in self.load_balancer.inner.header.iter().flat_map(OriginHeader::secrets) {
            rule = rule.depends_on(secret);
        }
        scope.add("Rule", rule);
        TargetGroupHandle {
            group,
            name,
            port: self.port,
            health_path: self.health_path,
            balancer: self.load_balancer.inner,
        }
    }
}

impl TargetGroup {
    fn conditions(&self) -> Vec<rule::RuleCondition> {
        let mut conditions = Vec::new();
        if let Some(header) = &self.load_balancer.inner.header {
            let config = rule::HttpHeaderConfig::new()
                .http_header_name(header.name())
                .values(header.accepted().collect::<Vec<_>>());
            conditions
                .push(rule::RuleCondition::new().field("http-header").http_header_config(config));
        }
        if !self.hosts.is_empty() {
            let hosts: Vec<String> = self.hosts.iter().map(ToString::to_string).collect();
            let config = rule::HostHeaderConfig::new().values(hosts);
            conditions
                .push(rule::RuleCondition::new().field("host-header").host_header_config(config));
        }
        let mut paths = self.paths.clone();
        if conditions.is_empty() && paths.is_empty() {
            // A rule has a condition.
            paths.push("/*".into());
        }
        if !paths.is_empty() {
            let config = rule::PathPatternConfig::new().values(paths);
            conditions
                .push(rule::RuleCondition::new().field("path-pattern").path_pattern_config(config));
        }
        conditions
    }

    /// Reports what Elastic Load Balancing would refuse.
    fn check(&self, name: &TargetGroupName, scope: &mut Scope<'_>) {
        if let Err(error) = name.verify() {
            scope.report(
                refused("a target group can't have this name", "name")
                    .given(error.given())
                    .allowed(error.allowed())
                    .help("give it a shorter one: `.name(name!(TargetGroupName: \"..\"))`"),
            );
        }
        if !(1..=LAST_PRIORITY).contains(&self.priority) {
            scope.report(
                refused("a listener's rule can't have this priority", "priority")
                    .given(self.priority)
                    .allowed(format!("1 to {LAST_PRIORITY}")),
            );
        }
        if self.port == 0 {
            scope.report(
                refused("targets can't listen on this port", "port").given(0).allowed("1 to 65535"),
            );
        }
        if self.drain_seconds > LONGEST_DRAIN {
            scope.report(
                refused("a load balancer doesn't wait so long", "drain_seconds")
                    .given(self.drain_seconds)
                    .allowed(format!("0 to {LONGEST_DRAIN} seconds")),
            );
        }
        let setters = self.paths.iter().map(|path| (path, "path"));
        for (path, setter) in setters.chain([(&self.health_path, "health_path")]) {
            if !path.starts_with('/') || path.len() > LONGEST_PATH {
                scope.report(
                    refused("a load balancer doesn't take this path", setter)
                        .given(path)
                        .allowed(format!("`/` and up to {} more characters", LONGEST_PATH - 1)),
                );
            }
        }
        for error in self.hosts.iter().filter_map(|host| host.verify().err()) {
            scope.report(
                refused("no request is for a host that can't exist", "host")
                    .given(error.given())
                    .allowed(error.allowed()),
            );
        }
        let certificates = &self.load_balancer.inner.certificates;
        for host in &self.hosts {
            if !certificates.iter().any(|certificate| certificate.covers(host)) {
                let names = certificates.iter().flat_map(|certificate| certificate.names());
                let names: Vec<String> = names.map(ToString::to_string).collect();
                scope.report(
                    refused("no certificate of the load balancer covers the host", "host")
                        .given(host)
                        .allowed(names.join(", "))
                        .help("add the host to the certificate, or one more: `.certificate_for_more(&certificate)`"),
                );
            }
        }
    }
}

fn refused(message: &'static str, setter: &'static str) -> Diagnostic {
    Diagnostic::error("ELB-05", message).setter(setter)
}

/// A target group that is in a stack. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TargetGroupHandle {
    group: elb::TargetGroupRef,
    name: TargetGroupName,
    port: u16,
    health_path: Str,
    balancer: Arc<Inner>,
}

impl TargetGroupHandle {
    /// Its name, known before deployment: what a manifest refers to it by.
    pub const fn target_group_name(&self) -> &TargetGroupName {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> Value<TargetGroupArn> {
        self.group.target_group_arn()
    }

    /// The port that its targets listen on.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The path by which its targets are asked for their health.
    pub const fn health_path(&self) -> &Str {
        &self.health_path
    }

    /// The block of addresses from which the load balancer connects to its targets.
    pub fn load_balancer_block(&self) -> Cidr {
        self.balancer.block
    }

    /// The security group of the load balancer.
    pub fn load_balancer_group(&self) -> &SecurityGroupHandle {
        &self.balancer.group
    }

    /// One of its metrics.
    pub fn metric(&self, metric: TargetGroupMetric) -> Metric {
        let dimensions = [
            ("LoadBalancer", self.balancer.full_name()),
            ("TargetGroup", self.group.target_group_full_name()),
        ];
        Metric::new(NAMESPACE, metric.name(), dimensions).in_unit(metric.unit())
    }
}

impl HasSecurityGroup for TargetGroupHandle {
    fn security_group(&self) -> SecurityGroupHandle {
        self.balancer.group.clone()
    }
}

impl AsRef<ResourceRef> for TargetGroupHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.group.as_ref()
    }
}
