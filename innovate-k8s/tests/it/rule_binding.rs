//! What a program is told of pods behind a load balancer that CloudFormation owns.

use innovate_aws::{
    Region, arn, domain,
    edge::{CertificateHandle, CertificateName},
    load_balancer::{
        Internal, LoadBalancer, LoadBalancerHandle, Scheme, TargetGroup, TargetGroupHandle,
    },
    name,
    network::{Connect, Port},
    security::Regional,
};
use innovate_core::{Diagnostic, Prod, Severity, Stack};
use innovate_k8s::{Listen, Resources, ServiceRef, TargetGroupBinding, WebService, object_name};
use serde_json::json;

use crate::{
    program::{IMAGE, Program},
    rule::{namespace, service, told},
};

struct Bound {
    program: Program<Prod>,
    orders: ServiceRef,
    targets: TargetGroupHandle,
}

fn certificate() -> CertificateHandle<Regional> {
    let arn = arn!(CertificateArn: "arn:aws:acm:eu-west-1:444455556666:certificate/1");
    let names = [CertificateName::Wildcard(domain!("innovate.example"))];
    CertificateHandle::existing(arn, Region::EuWest1, names)
}

/// A service and a load balancer for it, which the nodes let in if `open` says so.
fn program(
    open: impl FnOnce(&mut Stack<Prod>, &Program<Prod>, &LoadBalancerHandle<Internal>),
    group: impl FnOnce(&LoadBalancerHandle<Internal>) -> TargetGroup,
) -> Bound {
    let mut program = Program::new().with_nodes();
    let mut stack = program.environment.stack("ingress");
    let balancer = LoadBalancer::builder()
        .scheme(Scheme::vpc_origin(&program.vpc))
        .certificate(&certificate())
        .access_logs(&name!(BucketName: "innovate-prod-access"))
        .build();
    let balancer = stack.add("LoadBalancer", balancer);
    open(&mut stack, &program, &balancer);
    let targets = stack.add("Orders", group(&balancer));
    program.stacks.push(stack);
    let shop = namespace(&mut program);
    let orders = service!(&shop, object_name!("orders")).replicas(3..=9).build();
    let orders = program.manifests.add(orders);
    Bound { program, orders, targets }
}

fn opened(stack: &mut Stack<Prod>, program: &Program<Prod>, on: &LoadBalancerHandle<Internal>) {
    stack.allow(on, Port::tcp(8443), &program.cluster);
}

fn plain(on: &LoadBalancerHandle<Internal>) -> TargetGroup {
    TargetGroup::builder().load_balancer(on).port(8443).build()
}

impl Bound {
    fn bind(mut self) -> Program<Prod> {
        let binding =
            TargetGroupBinding::builder().service(&self.orders).target_group(&self.targets);
        self.program.manifests.add(binding.build());
        self.program
    }

    /// The binding as someone writes it by hand.
    fn bind_raw(mut self, name: &str, group: &str, port: u16) -> Self {
        self.program.manifests.raw(json!({
            "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "TargetGroupBinding",
            "metadata": { "name": name, "namespace": "other" },
            "spec": {
                "serviceRef": { "name": "orders", "port": port },
                "targetGroupName": group, "targetType": "ip",
            },
        }));
        self
    }

    fn bind_only(self) -> Diagnostic {
        self.bind().only_finding()
    }
}

#[test]
fn a_service_bound_to_a_target_group_is_good_and_lets_the_load_balancer_in() {
    let program = program(opened, plain).bind();
    let objects = program.manifests.objects();
    let binding = objects.iter().find(|object| object.kind() == "TargetGroupBinding").unwrap();
    assert_eq!(
        binding.object()["spec"],
        json!({
            "serviceRef": { "name": "orders", "port": 8443 },
            "targetGroupName": "innovate-prod-orders-8443",
            "targetGroupProtocol": "HTTPS",
            "targetType": "ip",
            "ipAddressType": "ipv4",
        })
    );
    let name = "orders-from-target-group-orders";
    let policy = objects.iter().find(|object| object.name() == name).unwrap();
    assert_eq!(
        policy.object()["spec"]["ingress"],
        json!([{
            "from": [{ "ipBlock": { "cidr": program.vpc.private().block().to_string() } }],
            "ports": [{ "port": 8443, "protocol": "TCP" }],
        }])
    );
    assert_eq!(program.findings(), []);
}

#[test]
fn nodes_that_do_not_let_the_load_balancer_in_are_told() {
    let finding = program(|_, _, _| (), plain).bind_only();
    assert_eq!(
        told(&finding),
        (
            "NET-20",
            Severity::Error,
            "the nodes of TargetGroupBinding other/orders don't let its load balancer in",
            "no rule lets in TCP 8443 from `LoadBalancer` to the nodes of `arm64`",
        )
    );
    assert_eq!(finding.related_places().len(), 1);
    let other_port =
        program(|stack, program, on| stack.allow(on, Port::HTTPS, &program.cluster), plain);
    assert_eq!(other_port.bind_only().code(), "NET-20");
}

#[test]
fn a_target_group_that_asks_for_something_else_is_told() {
    let port = program(
        |stack, program, on| stack.allow(on, Port::tcp(9443), &program.cluster),
        |on| TargetGroup::builder().load_balancer(on).port(9443).build(),
    );
    let finding = port.bind_only();
    assert_eq!(finding.given_value(), Some("port 9443"));
    assert_eq!(finding.allowed_values(), Some("8443, as `orders` has it"));
    assert_eq!(finding.help_texts(), ["make the target group with `.port(8443)`"]);
    let path = program(opened, |on| {
        TargetGroup::builder().load_balancer(on).port(8443).health_path("/health").build()
    });
    let finding = path.bind_only();
    assert_eq!(finding.given_value(), Some("health_path /health"));
    assert_eq!(finding.help_texts(), ["make the target group with `.health_path(\"/readyz\")`"]);
}

#[test]
fn a_binding_by_hand_to_no_target_group_of_the_app_is_warned_of() {
    let program = program(opened, plain).bind_raw("raw", "elsewhere", 8443).program;
    let finding = program.only_finding();
    assert_eq!(
        told(&finding),
        (
            "ELB-06",
            Severity::Warning,
            "TargetGroupBinding other/raw names a target group that is not in the app",
            "elsewhere",
        )
    );
    assert_eq!(finding.allowed_values(), Some("innovate-prod-orders-8443"));
}

#[test]
fn a_target_group_that_is_bound_twice_is_refused() {
    let bound = program(opened, plain).bind_raw("raw", "innovate-prod-orders-8443", 8443);
    let finding = bound.bind_only();
    assert_eq!((finding.code(), finding.severity()), ("ELB-06", Severity::Error));
    assert_eq!(finding.given_value(), Some("innovate-prod-orders-8443"));
}

#[test]
fn a_binding_by_hand_is_about_a_service_and_a_port_that_there_are() {
    let bound = program(opened, plain).bind_raw("raw", "innovate-prod-orders-8443", 443);
    let finding = bound.program.only_finding();
    assert_eq!((finding.code(), finding.given_value()), ("ELB-06", Some("443")));
    assert_eq!(finding.allowed_values(), Some("8443"));
}

#[test]
fn a_target_group_that_takes_nodes_takes_no_pods() {
    let mut bound = program(opened, plain);
    let stack = bound.program.stacks.last_mut().unwrap();
    let group = innovate_cfn::elasticloadbalancingv2::TargetGroup::new().name("nodes").port(8443);
    stack.add("Nodes", group);
    let finding = bound.bind_raw("raw", "nodes", 8443).program.only_finding();
    assert_eq!(finding.given_value(), Some("a target group of type `instance`"));
}
