//! What CloudFront would refuse, or do otherwise.

use innovate_core::{Diagnostic, Scope};

use super::{API, Distribution, frontend::Kind, option::SHIELDS};
use crate::Region;

/// Where everything of CloudFront's is.
const US_EAST_1: &str = Region::UsEast1.code();

impl Distribution {
    /// Reports what CloudFormation would take, and CloudFront would refuse or do otherwise.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        if self.aliases.is_empty() {
            scope.report(
                Diagnostic::error("CF-01", "the distribution answers for no host of its own")
                    .setter("aliases")
                    .help("without one it speaks old versions of TLS: name a host, `.aliases([environment.host(\"www\")])`"),
            );
        }
        let hosts = self.aliases.iter().map(|host| ("aliases", host));
        let hosts = hosts.chain(self.redirects.iter().map(|host| ("redirect", host)));
        for (setter, host) in hosts.filter(|(_, host)| self.certificate.misses(host)) {
            scope.report(
                Diagnostic::error(
                    "CF-01",
                    "the distribution's certificate doesn't cover one of its hosts",
                )
                .setter(setter)
                .given(host)
                .allowed(format!("what the certificate covers: {}", self.certificate.covered())),
            );
        }
        for (index, host) in self.redirects.iter().enumerate() {
            if self.aliases.contains(host) || self.redirects.iter().take(index).any(|it| it == host)
            {
                scope.report(
                    Diagnostic::error("CF-06", "a host that is led to another is named twice")
                        .setter("redirect")
                        .given(host)
                        .help("name it once: among the aliases, or as a redirect"),
                );
            }
        }
        self.check_patterns(scope);
        let origins = self.origins();
        for (index, (setter, origin)) in origins.iter().enumerate() {
            let mut before = origins.iter().take(index).map(|(_, origin)| origin);
            match before.find(|before| before.id() == origin.id()) {
                Some(before) if before == origin => {}
                Some(_) => scope.report(
                    Diagnostic::error("CF-06", "two origins of the distribution have one host")
                        .setter(*setter)
                        .given(origin.id())
                        .help("write one origin and give its clone to both"),
                ),
                None => origin.check(setter, scope),
            }
        }
        if let Some(region) = self.origin_shield.filter(|region| !SHIELDS.contains(region)) {
            let allowed = SHIELDS.map(Region::code).join(", ");
            scope.report(
                Diagnostic::error("CF-06", "the region has no Origin Shield")
                    .setter("origin_shield")
                    .given(region)
                    .allowed(allowed),
            );
        }
        if let Some(bucket) = self.log_bucket.as_ref().filter(|bucket| bucket.region() != US_EAST_1)
        {
            scope.report(
                Diagnostic::error("CF-06", "the distribution's log goes to a bucket in us-east-1")
                    .setter("log_bucket")
                    .given(format!("`{}` in {}", bucket.bucket_name(), bucket.region()))
                    .allowed(US_EAST_1),
            );
        }
        for (_, page) in self.error_pages.iter().filter(|(_, page)| !page.starts_with('/')) {
            scope.report(
                Diagnostic::error("CF-06", "the path of a page begins with a slash")
                    .setter("error_page")
                    .given(page)
                    .help(format!("write `/{page}`")),
            );
        }
    }

    fn check_patterns(&self, scope: &mut Scope<'_>) {
        let routes = self
            .routes
            .iter()
            .map(|(paths, _)| (if paths.as_str() == API { "api" } else { "route" }, paths));
        let patterns: Vec<_> =
            routes.chain(self.immutable.iter().map(|paths| ("immutable", paths))).collect();
        for (index, (setter, paths)) in patterns.iter().enumerate() {
            if patterns.iter().take(index).any(|(_, before)| before == paths) {
                scope.report(
                    Diagnostic::error("CF-06", "two routes of the distribution have one pattern")
                        .setter(*setter)
                        .given(paths)
                        .help("give each route a pattern of its own"),
                );
            }
        }
        if let (Kind::Service(_), Some(paths)) = (&self.frontend.0, self.immutable.first()) {
            scope.report(
                Diagnostic::error("CF-06", "only files of a site are kept without being asked for again")
                    .setter("immutable")
                    .given(paths)
                    .help("what a load balancer answers is never kept: leave it out, or serve the files from a `SiteBucket`"),
            );
        }
    }
}
