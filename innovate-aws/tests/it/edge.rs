//! A distribution with all that belongs to it, for the tests to look at and to break.

use innovate_aws::{
    Environment,
    edge::{
        Certificate, CertificateHandle, Distribution, DistributionHandle, HostedZone,
        HostedZoneHandle, Origin,
    },
    keys::{Key, KmsKey, Secrets, StaticSite},
    load_balancer::OriginHeader,
    name,
    name::SecretPath,
    secrets::{Generated, Secret, SecretHandle},
    security::{CloudFront, WebAcl, WebAclHandle},
    storage::{AccessLogBucket, SiteBucket, SiteBucketHandle},
};
use innovate_core::{App, Prod, Stack, Stage, UsEast1};
use serde_json::Value;

use crate::program::{assembly, environment};

/// What a distribution is made of, in the stacks of an environment.
pub(crate) struct Edge<S: Stage = Prod> {
    pub(crate) environment: Environment<S>,
    pub(crate) dns: Stack<S>,
    pub(crate) stack: Stack<S, UsEast1>,
    pub(crate) zone: HostedZoneHandle,
    pub(crate) certificate: CertificateHandle<CloudFront>,
    pub(crate) acl: WebAclHandle<CloudFront>,
    pub(crate) site: SiteBucketHandle,
    pub(crate) header: OriginHeader,
    secrets: Key<Secrets>,
}

impl<S: Stage> Edge<S> {
    pub(crate) fn new() -> Self {
        let environment = environment::<S>();
        let mut dns = environment.stack("dns");
        let zone = dns.add("Zone", HostedZone::builder().domain(environment.domain()).build());
        let mut stack = environment.us_east_1_stack("edge");
        let key = stack.add("SiteKey", KmsKey::<StaticSite>::new());
        let logs = stack.add("AccessLogs", AccessLogBucket::builder().build());
        let site = SiteBucket::builder().key(&key).access_logs(&logs).build();
        let certificate = Certificate::<CloudFront>::builder().zone(&zone).build();
        let secrets = stack.add("Secrets", KmsKey::<Secrets>::new());
        let path = name!(SecretPath: "edge/origin");
        let secret =
            Secret::builder().path(path).contents(Generated::token()).key(&secrets).build();
        Self {
            secrets,
            site: stack.add("Site", site),
            certificate: stack.add("Certificate", certificate),
            acl: stack.add("WebAcl", WebAcl::<CloudFront>::builder().build()),
            header: OriginHeader::of(&stack.add("OriginSecret", secret)),
            environment,
            dns,
            stack,
            zone,
        }
    }

    /// Another secret for a header.
    pub(crate) fn secret(&mut self, id: &'static str, path: SecretPath) -> SecretHandle {
        let contents = Generated::token();
        let secret = Secret::builder().path(path).contents(contents).key(&self.secrets).build();
        self.stack.add(id, secret)
    }

    /// An internet-facing load balancer that answers for a host of the environment.
    pub(crate) fn origin(&self, label: &str) -> Origin {
        Origin::load_balancer(self.environment.host(label), &self.header)
    }

    /// A distribution of the site and its API, that sets nothing but what it must.
    pub(crate) fn plain(&self) -> Distribution {
        Distribution::builder()
            .aliases([self.environment.host("www")])
            .certificate(&self.certificate)
            .web_acl(&self.acl)
            .frontend(&self.site)
            .api(self.origin("origin-api"))
            .zone(&self.zone)
            .build()
    }

    /// The same in the stack.
    pub(crate) fn with_distribution(mut self) -> (Self, DistributionHandle) {
        let distribution = self.plain();
        let distribution = self.stack.add("Distribution", distribution);
        (self, distribution)
    }

    pub(crate) fn app(self) -> App {
        App::new("test").stack(self.dns).stack(self.stack)
    }
}

/// The resources of the stack `edge`, as its template has them.
pub(crate) fn template(app: App) -> Value {
    let assembly = assembly(app);
    let file = assembly.files().iter().find(|(path, _)| path.contains("innovate-prod-edge"));
    let mut template: Value = serde_json::from_str(file.unwrap().1).unwrap();
    template["Resources"].take()
}
