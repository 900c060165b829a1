//! Load balancers.

mod access_logs_can_be_written;
mod certificate_is_found;
mod class_admits_namespace;
mod group_agrees;
mod ingress_is_encrypted;
mod pod_lets_its_load_balancer_in;
mod target_group_is_bound_once;
mod web_acl_exists;

pub(super) use access_logs_can_be_written::ACCESS_LOGS_CAN_BE_WRITTEN;
pub(super) use certificate_is_found::CERTIFICATE_IS_FOUND;
pub(super) use class_admits_namespace::CLASS_ADMITS_NAMESPACE;
pub(super) use group_agrees::GROUP_AGREES;
pub(super) use ingress_is_encrypted::INGRESS_IS_ENCRYPTED;
pub(super) use pod_lets_its_load_balancer_in::POD_LETS_ITS_LOAD_BALANCER_IN;
pub(super) use target_group_is_bound_once::TARGET_GROUP_IS_BOUND_ONCE;
pub(super) use web_acl_exists::WEB_ACL_EXISTS;

use innovate_core::{Manifest, Node, Resource, check::Model};
use serde_json::Value;

use crate::{
    ingress::ALB,
    view::{Objects, items},
};

/// An annotation for the load balancer controller.
fn annotation<'app>(manifest: &'app Manifest, name: &str) -> Option<&'app str> {
    let annotations = manifest.object().pointer("/metadata/annotations")?;
    annotations.get(format!("{ALB}/{name}")).and_then(Value::as_str)
}

/// What is pinned for all ingresses of the class, if the class is the controller's and known.
fn parameters<'app>(objects: Objects<'app>, ingress: &Manifest) -> Option<&'app Value> {
    let class = objects.find("IngressClass", None, ingress.text("/spec/ingressClassName"))?;
    let name = class.text("/spec/parameters/name");
    objects.find("IngressClassParams", None, name)?.object().pointer("/spec")
}

/// Whether an ingress or its class names the certificates of its load balancer.
fn names_certificate(objects: Objects<'_>, ingress: &Manifest) -> bool {
    let pinned = parameters(objects, ingress).map(|spec| items(spec, "/certificateArn"));
    annotation(ingress, "certificate-arn").is_some()
        || pinned.is_some_and(|mut arns| arns.next().is_some())
}

/// The ingresses whose load balancers this controller makes.
fn ingresses<'app>(objects: Objects<'app>) -> impl Iterator<Item = &'app Manifest> {
    objects.of_kind("Ingress").filter(move |ingress| {
        let class = ingress.text("/spec/ingressClassName");
        let found = objects.find("IngressClass", None, class);
        match found {
            Some(class) => class.text("/spec/controller") == "ingress.k8s.aws/alb",
            None => class == "alb" || annotation(ingress, "scheme").is_some(),
        }
    })
}

/// The target group that a binding names, in the cluster's account and region.
fn target_group<'app>(
    model: &Model<'app>,
    objects: Objects<'app>,
    binding: &Manifest,
) -> Option<&'app Resource> {
    let name = binding.text("/spec/targetGroupName");
    target_groups(model, objects).find(|group| name_of(group) == Some(name))
}

/// The target groups of the cluster's account and region.
fn target_groups<'app>(
    model: &Model<'app>,
    objects: Objects<'app>,
) -> impl Iterator<Item = &'app Resource> {
    of_the_cluster(model, objects, "AWS::ElasticLoadBalancingV2::TargetGroup")
}

/// The resources of a type in the cluster's account and region.
fn of_the_cluster<'app>(
    model: &Model<'app>,
    objects: Objects<'app>,
    type_name: &'static str,
) -> impl Iterator<Item = &'app Resource> {
    let site = objects.set().site();
    let stacks = model.stacks().iter().filter(move |stack| {
        (stack.site().account(), stack.site().region()) == (site.account(), site.region())
    });
    stacks.flat_map(move |stack| stack.resources_of(type_name))
}

fn name_of(group: &Resource) -> Option<&str> {
    group.properties().get("Name").and_then(Node::as_text)
}
