//! Load balancers.

mod access_logs_can_be_written;
mod class_admits_namespace;
mod group_agrees;
mod ingress_is_encrypted;
mod web_acl_exists;

pub(super) use access_logs_can_be_written::ACCESS_LOGS_CAN_BE_WRITTEN;
pub(super) use class_admits_namespace::CLASS_ADMITS_NAMESPACE;
pub(super) use group_agrees::GROUP_AGREES;
pub(super) use ingress_is_encrypted::INGRESS_IS_ENCRYPTED;
pub(super) use web_acl_exists::WEB_ACL_EXISTS;

use innovate_core::Manifest;
use serde_json::Value;

use crate::{ingress::ALB, view::Objects};

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
