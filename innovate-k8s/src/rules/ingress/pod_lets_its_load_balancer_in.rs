//! `NET-20`: the nodes of what a load balancer leads to let it in.

use innovate_aws::rules::network::{Admissions, Caller};
use innovate_core::{
    Cidr, Manifest, Node, Resource, Rule, Severity,
    check::{Check, Findings, Model},
};

use super::{
    super::{clusters, workload::node_group::nodes},
    target_group,
};
use crate::{
    cluster,
    view::{Demand, Objects, selects_labels, title},
};

pub(crate) static POD_LETS_ITS_LOAD_BALANCER_IN: Rule = Rule {
    code: "NET-20",
    title: "the security group of pods lets in the load balancer that leads to them",
    explanation: "A request passes three doors on its way from a load balancer to a pod: the security \
group of the load balancer lets it out, that of the pod's node lets it in, and so does the pod's \
network policy. `TargetGroupBinding` opens the third; the first two are opened together, in a stack: \
`stack.allow(&load_balancer, Port::tcp(8443), &cluster)`. Without them every target is unhealthy, and \
clients get 502 and 504.\n\nSource: \"Target groups for your Application Load Balancers\", Elastic \
Load Balancing User Guide; \"View Amazon EKS security group requirements for clusters\", Amazon EKS \
User Guide.",
    check: Check::Model(check),
};

const LISTENER: &str = "AWS::ElasticLoadBalancingV2::Listener";
const LISTENER_RULE: &str = "AWS::ElasticLoadBalancingV2::ListenerRule";

fn check(model: &Model<'_>, findings: &mut Findings) {
    let mut rules = None;
    for objects in clusters(model) {
        let Some(cluster) = cluster::resource(model, objects.set().cluster()) else { continue };
        for binding in objects.of_kind("TargetGroupBinding") {
            let Some(group) = target_group(model, objects, binding) else { continue };
            let port = group.properties().at("Port").and_then(Node::as_integer);
            let Some(port) = port.and_then(|port| u16::try_from(port).ok()) else { continue };
            let demands = pods_of(objects, binding);
            let nodes = nodes(model, objects, cluster, &demands);
            for balancer in balancers(model, group) {
                let caller = caller(model, balancer);
                let rules = rules.get_or_insert_with(|| Admissions::of(model));
                let shut = nodes.iter().find(|nodes| {
                    let mut groups = nodes.caller.groups.iter();
                    !groups.any(|group| rules.admits(group, port, &caller))
                });
                let Some(shut) = shut else { continue };
                let message =
                    format!("the nodes of {} don't let its load balancer in", title(binding));
                findings.report(
                    objects
                        .finding("NET-20", Severity::Error, binding, message)
                        .property("spec/targetGroupName")
                        .given(format!(
                            "no rule lets in TCP {port} from `{}` to the nodes of `{}`",
                            balancer.logical_id(),
                            shut.name,
                        ))
                        .related(balancer.location(), "the load balancer is made here")
                        .help(format!(
                            "connect them in a stack: `stack.allow(&load_balancer, Port::tcp({port}), &cluster)`"
                        )),
                );
            }
        }
    }
}

/// What the pods of the binding's service ask of their nodes.
fn pods_of<'app>(objects: Objects<'app>, binding: &Manifest) -> Vec<Demand<'app>> {
    let name = binding.text("/spec/serviceRef/name");
    let Some(service) = objects.find("Service", binding.namespace(), name) else {
        return Vec::new();
    };
    let Some(selector) = service.object().pointer("/spec/selector") else { return Vec::new() };
    let chosen = objects.workloads().filter(|workload| {
        workload.namespace() == service.namespace() && selects_labels(selector, workload.labels())
    });
    chosen.map(Demand::of).collect()
}

/// The load balancers that lead to a target group.
fn balancers<'app>(model: &Model<'app>, group: &'app Resource) -> Vec<&'app Resource> {
    let address = group.address();
    let by_rule = model
        .referrers(LISTENER_RULE, "Actions", address)
        .filter_map(|rule| model.target(rule.properties().get("ListenerArn")?));
    let by_default = model.referrers(LISTENER, "DefaultActions", address);
    let mut found: Vec<&Resource> = by_rule
        .chain(by_default)
        .filter_map(|listener| model.target(listener.properties().get("LoadBalancerArn")?))
        .collect();
    found.sort_by_key(|balancer| balancer.address());
    found.dedup_by_key(|balancer| balancer.address());
    found
}

/// A load balancer as security groups see it.
fn caller<'app>(model: &Model<'app>, balancer: &'app Resource) -> Caller<'app> {
    let list = |property: &str| {
        balancer.properties().get(property).and_then(Node::as_list).unwrap_or_default()
    };
    let groups = list("SecurityGroups").iter().filter_map(Node::as_reference);
    let subnets = list("Subnets").iter().filter_map(|node| model.target(node));
    let block = |subnet: &Resource| -> Option<Cidr> {
        subnet.properties().at("CidrBlock")?.as_text()?.parse().ok()
    };
    Caller {
        groups: groups.map(|found| &found.target).collect(),
        blocks: subnets.filter_map(block).collect(),
    }
}
