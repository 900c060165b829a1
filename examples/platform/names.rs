//! Names: the zone of the environment's domain, and the certificate that the load balancer shows to
//! CloudFront.

use innovate::{aws::edge::CertificateHandle, prelude::*};

use super::choices::Choices;

pub(crate) struct Names {
    pub(crate) zone: HostedZoneHandle,
    pub(crate) origin: CertificateHandle<Regional>,
}

pub(crate) fn stack<S: Choices>(environment: &Environment<S>) -> (Stack<S>, Names) {
    let mut names = environment.stack("names");
    let zone = names.add("Zone", HostedZone::builder().domain(environment.domain()).build());
    let origin = Certificate::<Regional>::builder().zone(&zone).host(environment.host("origin"));
    let origin = names.add("OriginCertificate", origin.build());
    (names, Names { zone, origin })
}
