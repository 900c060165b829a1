//! Between the load balancer and the pods there is TLS as well.

use innovate_aws::name::Hostname;
use innovate_k8s::{Ingress, IngressClassRef, ServiceRef, object_name, workload::Http};

fn ingress(class: &IngressClassRef, host: Hostname, plain: &ServiceRef<Http>) {
    let _ = Ingress::builder()
        .name(object_name!("api"))
        .class(class)
        .host(host)
        .service(plain)
        .build();
}

fn main() {}
