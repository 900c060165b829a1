//! The way in to the cluster: a load balancer without public addresses, which only CloudFront reaches,
//! through a web ACL against OWASP's threats, known bad inputs and too many calls.

use innovate::{
    aws::{
        edge::CertificateHandle,
        load_balancer::{Internal, LoadBalancerHandle, TargetGroupHandle},
        network::VpcHandle,
        security::{ClientIp, WebAclHandle},
    },
    prelude::*,
};

use super::{choices::Choices, cluster::Compute, keys::Keys, storage::Storage};

pub(crate) struct WayIn {
    pub(crate) web_acl: WebAclHandle<Regional>,
    pub(crate) certificate: CertificateHandle<Regional>,
    pub(crate) load_balancer: LoadBalancerHandle<Internal>,
    /// The pods of the API.
    pub(crate) api: TargetGroupHandle,
}

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    keys: &Keys,
    zone: &HostedZoneHandle,
    vpc: &VpcHandle,
    storage: &Storage,
    cluster: &Compute,
) -> (Stack<S>, WayIn) {
    let mut ingress = environment.stack("ingress");
    let web_acl = ingress.add(
        "WebAcl",
        WebAcl::<Regional>::builder()
            .client_ip(ClientIp::ForwardedFor)
            .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path("/api/login")])
            .logs_key(&keys.logs)
            .build(),
    );
    // What the load balancer shows to CloudFront.
    let certificate =
        Certificate::<Regional>::builder().zone(zone).host(environment.host("origin"));
    let certificate = ingress.add("Certificate", certificate.build());
    let load_balancer = ingress.add(
        "LoadBalancer",
        LoadBalancer::builder()
            .scheme(Scheme::vpc_origin(vpc).protected_by(&web_acl))
            .certificate(&certificate)
            .access_logs(&storage.of_load_balancers)
            .build(),
    );
    ingress.allow(&load_balancer, Port::tcp(8443), &cluster.eks);
    let api = TargetGroup::builder()
        .load_balancer(&load_balancer)
        .port(8443)
        .host(environment.host("origin"));
    let api = ingress.add("Api", api.build());
    (ingress, WayIn { web_acl, certificate, load_balancer, api })
}
