//! The construct of a load balancer.

use std::{marker::PhantomData, sync::Arc};

use innovate_cfn::{
    elasticloadbalancingv2::{
        self as elb,
        listener::{self, Protocol},
        load_balancer::{self, LoadBalancerAttribute},
    },
    wafv2,
};
use innovate_core::{
    AnyStack, Construct, Diagnostic, MAIN, ResourceType as _, Scope, StageKind, Text,
};
use typed_builder::TypedBuilder;

use super::{
    LoadBalancerHandle, OriginHeader, Reach, Scheme, TlsPolicy,
    access_logs::{AccessLogs, TakesAccessLogs},
    handle::Inner,
};
use crate::{edge::CertificateHandle, security::Regional};

/// The longest that a load balancer keeps an idle connection, in seconds. Source: "Application Load
/// Balancer attributes", Elastic Load Balancing User Guide.
const LONGEST_IDLE: u16 = 4000;

/// An Application Load Balancer that CloudFormation owns. Its [`Scheme`] says who reaches it; it
/// speaks TLS 1.2 or newer, redirects HTTP, drops malformed headers, writes down each request, and in
/// production can't be deleted by mistake.
///
/// It answers 404 until target groups take requests from it: add [`TargetGroup`](super::TargetGroup)s,
/// and connect it to what is in them.
///
/// ```
/// # use innovate_aws::{cluster::Cluster, edge::CertificateHandle, load_balancer::*, network::*};
/// # use innovate_aws::{name::{BucketName, Hostname}, security::Regional};
/// # use innovate_core::{Prod, Stack};
/// fn ingress(
///     stack: &mut Stack<Prod>,
///     vpc: &VpcHandle,
///     cluster: &Cluster,
///     certificate: &CertificateHandle<Regional>,
///     logs: &BucketName,
///     host: Hostname,
/// ) {
///     let balancer = stack.add(
///         "LoadBalancer",
///         LoadBalancer::builder()
///             .scheme(Scheme::vpc_origin(vpc))
///             .certificate(certificate)
///             .access_logs(logs)
///             .build(),
///     );
///     stack.allow(&balancer, Port::tcp(8443), cluster);
///     let api = TargetGroup::builder().load_balancer(&balancer).port(8443).host(host).build();
///     stack.add("Api", api);
/// }
/// ```
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Adds a certificate for more hosts: a client gets the one that covers the host it asks for.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn certificate_for_more(&mut self, certificate: &CertificateHandle<Regional>) {
        self.more_certificates.push(certificate.clone());
    }
))]
pub struct LoadBalancer<R> {
    /// Who reaches it.
    scheme: Scheme<R>,
    /// The certificate that it shows, of this region.
    #[builder(setter(transform = |certificate: &CertificateHandle<Regional>| certificate.clone()))]
    certificate: CertificateHandle<Regional>,
    /// Where it writes down each request.
    #[builder(setter(transform = |bucket: &impl TakesAccessLogs| bucket.access_logs()))]
    access_logs: AccessLogs,
    /// Which TLS it speaks with clients. TLS 1.3 and 1.2 by default.
    #[builder(default)]
    tls: TlsPolicy,
    /// After how long a connection on which nothing is sent is closed, in seconds: 1 to 4000, 60 by
    /// default.
    #[builder(default = 60)]
    idle_timeout_seconds: u16,
    /// The header without which it refuses requests: what the program's own distribution adds. None
    /// by default; a load balancer that CloudFront reaches over the internet needs one.
    #[builder(default, setter(strip_option))]
    origin_header: Option<OriginHeader>,
    #[builder(via_mutators)]
    more_certificates: Vec<CertificateHandle<Regional>>,
}

impl<R: Reach> Construct for LoadBalancer<R> {
    type Handle = LoadBalancerHandle<R>;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> LoadBalancerHandle<R> {
        self.check(scope);
        let group = self.scheme.security_group(scope);
        let mut balancer = elb::LoadBalancer::new()
            .type_(load_balancer::Type::APPLICATION)
            .scheme(R::SCHEME)
            .ip_address_type(load_balancer::IpAddressType::IPV4)
            .subnets(self.scheme.subnets.clone())
            .security_groups([group.group_id()])
            .load_balancer_attributes(self.attributes(scope.stage()))
            .depends_on_all(&self.scheme.ready);
        if let Some(ready) = &self.access_logs.ready {
            balancer = balancer.depends_on(ready);
        }
        let balancer = scope.add(MAIN, balancer);
        let listener = self.listeners(&balancer, scope);
        if let Some(acl) = self.scheme.web_acl {
            let association =
                wafv2::WebACLAssociation::new(balancer.load_balancer_arn().assume::<Text>(), acl);
            scope.add("WebAcl", association);
        }
        let (vpc, block) = (self.scheme.vpc, self.scheme.block);
        let certificates = [self.certificate].into_iter().chain(self.more_certificates).collect();
        let header = self.origin_header;
        let region = scope.site().region().to_owned().into();
        let inner = Inner { balancer, listener, region, group, vpc, block, certificates, header };
        LoadBalancerHandle { inner: Arc::new(inner), reach: PhantomData }
    }
}

impl<R: Reach> LoadBalancer<R> {
    /// Reports what Elastic Load Balancing would refuse, and what would let anyone in.
    fn check(&self, scope: &mut Scope<'_>) {
        if !(1..=LONGEST_IDLE).contains(&self.idle_timeout_seconds) {
            let message = "a load balancer doesn't take this idle timeout";
            scope.report(
                Diagnostic::error("ELB-05", message)
                    .setter("idle_timeout_seconds")
                    .given(self.idle_timeout_seconds)
                    .allowed(format!("1 to {LONGEST_IDLE} seconds")),
            );
        }
        let region = scope.site().region().to_owned();
        for certificate in self.certificates().filter(|found| found.region() != region) {
            let message = "a load balancer shows certificates of its own region only";
            scope.report(
                Diagnostic::error("ELB-05", message)
                    .setter("certificate")
                    .given(format!("a certificate of {}", certificate.region()))
                    .allowed(format!("a certificate of {region}"))
                    .help("make a `Certificate<Regional>` in a stack of this region"),
            );
        }
        let public = R::SCHEME.as_str() == load_balancer::Scheme::INTERNET_FACING.as_str();
        if public && self.scheme.is_for_cloudfront() && self.origin_header.is_none() {
            let message = "anyone's CloudFront distribution reaches the load balancer";
            scope.report(
                Diagnostic::error("CF-04", message)
                    .setter("scheme")
                    .help("ask for a header that only the program's distribution knows, `.origin_header(..)`, or use `Scheme::vpc_origin(..)`"),
            );
        }
    }

    fn certificates(&self) -> impl Iterator<Item = &CertificateHandle<Regional>> {
        std::iter::once(&self.certificate).chain(&self.more_certificates)
    }

    fn attributes(&self, stage: StageKind) -> Vec<LoadBalancerAttribute> {
        let pairs = [
            ("access_logs.s3.enabled", "true".to_owned()),
            ("access_logs.s3.bucket", self.access_logs.bucket.to_string()),
            ("deletion_protection.enabled", (stage == StageKind::Prod).to_string()),
            ("idle_timeout.timeout_seconds", self.idle_timeout_seconds.to_string()),
            ("routing.http.desync_mitigation_mode", "defensive".to_owned()),
            ("routing.http.drop_invalid_header_fields.enabled", "true".to_owned()),
            ("routing.http2.enabled", "true".to_owned()),
        ];
        pairs.map(|(key, value)| LoadBalancerAttribute::new().key(key).value(value)).into()
    }

    /// The listener for HTTPS, and one that leads to it.
    fn listeners(
        &self,
        balancer: &elb::LoadBalancerRef,
        scope: &mut Scope<'_>,
    ) -> elb::ListenerRef {
        let nothing = listener::Action::new(listener::ActionType::FIXED_RESPONSE)
            .fixed_response_config(listener::FixedResponseConfig::new("404"));
        let certificate = listener::Certificate::new().certificate_arn(self.certificate.arn());
        let https = elb::Listener::new([nothing], balancer.load_balancer_arn())
            .port(443)
            .protocol(Protocol::HTTPS)
            .ssl_policy(self.tls.name())
            .certificates([certificate]);
        let https = scope.add("Https", https);
        for (number, certificate) in (2..).zip(&self.more_certificates) {
            let certificate =
                elb::listener_certificate::Certificate::new().certificate_arn(certificate.arn());
            let certificate = elb::ListenerCertificate::new([certificate], https.listener_arn());
            scope.add(format!("Certificate{number}"), certificate);
        }
        if self.scheme.redirects() {
            let redirect =
                listener::RedirectConfig::new(listener::RedirectConfigStatusCode::HTTP_301)
                    .protocol("HTTPS")
                    .port("443");
            let redirect =
                listener::Action::new(listener::ActionType::REDIRECT).redirect_config(redirect);
            let http = elb::Listener::new([redirect], balancer.load_balancer_arn())
                .port(80)
                .protocol(Protocol::HTTP);
            scope.add("Http", http);
        }
        https
    }
}
