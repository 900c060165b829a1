//! Load balancers that CloudFormation owns, one of each scheme, and pods behind one of them.

use innovate::{
    aws::{
        cluster::Cluster,
        edge::{CertificateHandle, CertificateName},
        network::VpcHandle,
        security::web_acl::ClientIp,
        storage::{AccessLogBucket, LoadBalancerLogBucket},
    },
    k8s::{ServiceRef, TlsPolicy},
    prelude::*,
};

/// The stack of the load balancers, and in `manifests` a binding of `service`.
pub(crate) fn stack(
    staging: &Environment<Staging>,
    vpc: &VpcHandle,
    cluster: &Cluster,
    service: &ServiceRef,
    key: &Key<Secrets>,
    manifests: &mut Manifests<Staging>,
) -> Stack<Staging> {
    let mut stack = staging.stack("ingress");
    let requests = stack.add("AccessLogs", AccessLogBucket::builder().build());
    let logs = LoadBalancerLogBucket::builder().access_logs(&requests).build();
    let logs = stack.add("Logs", logs);
    let arn = arn!(CertificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd");
    let names = [CertificateName::Wildcard(staging.domain().clone())];
    let certificate = CertificateHandle::existing(arn, Region::EuWest1, names);

    // Clients come to the one directly, and to the other through CloudFront.
    let acl =
        WebAcl::<Regional>::builder().build().suppress("WAF-05", "it is for clients themselves");
    let acl = stack.add("WebAcl", acl);
    let forwarded = WebAcl::<Regional>::builder().client_ip(ClientIp::ForwardedFor).build();
    let forwarded = stack.add("ForwardedWebAcl", forwarded);
    let public = LoadBalancer::builder()
        .scheme(Scheme::internet(vpc, &acl))
        .certificate(&certificate)
        .certificate_for_more(&certificate)
        .access_logs(&logs)
        .build();
    let public = stack.add("Public", public);
    stack.allow(&public, Port::tcp(8443), cluster);
    let shop = TargetGroup::builder().load_balancer(&public).port(8443).host(staging.host("www"));
    let shop = stack.add("Shop", shop.path("/shop/*").path("/cart").build());
    manifests.add(
        TargetGroupBinding::builder()
            .name(object_name!("shop-public"))
            .service(service)
            .target_group(&shop)
            .build(),
    );
    let rest = TargetGroup::builder()
        .load_balancer(&public)
        .port(9443)
        .priority(50_000)
        .name(name!(TargetGroupName: "the-rest-of-it"))
        .health_path("/healthz")
        .drain_seconds(0);
    stack.add("Rest", rest.build());

    let secret = Secret::builder()
        .path(name!(SecretPath: "ingress/origin"))
        .contents(Generated::token())
        .key(key)
        .build();
    let header = OriginHeader::of(&stack.add("OriginHeader", secret));
    let secret = Secret::builder()
        .path(name!(SecretPath: "ingress/origin-of-last-year"))
        .contents(Generated::token())
        .key(key)
        .build();
    let before = OriginHeader::of(&stack.add("OriginHeaderOfBefore", secret));
    let fronted = LoadBalancer::builder()
        .scheme(Scheme::cloudfront(vpc).protected_by(&forwarded))
        .certificate(&certificate)
        .access_logs(&logs)
        .origin_header(header.accepting(&before))
        .tls(TlsPolicy::Tls13)
        .idle_timeout_seconds(4_000)
        .build();
    let fronted = stack.add("Fronted", fronted);
    let pods = TargetGroup::builder().load_balancer(&fronted).port(8443);
    stack.add("Origin", pods.host(staging.host("origin")).build());

    for (id, scheme) in [("Hidden", Scheme::vpc_origin(vpc)), ("Inside", Scheme::vpc(vpc))] {
        let balancer = LoadBalancer::builder()
            .scheme(scheme)
            .certificate(&certificate)
            .access_logs(&logs)
            .build();
        let balancer = stack.add(id, balancer);
        let pods = TargetGroup::builder().load_balancer(&balancer).port(8443).build();
        stack.add(format!("{id}Api"), pods);
    }
    stack
}
