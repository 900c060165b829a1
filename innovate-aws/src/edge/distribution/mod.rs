//! CloudFront in front of a site and its API.
//!
//! * [`Distribution`]: the construct; [`DistributionHandle`] is what the rest of the program needs,
//! * [`Frontend`]: what it serves where no route says otherwise,
//! * [`Origin`]: a load balancer that it gets the rest from,
//! * `behavior`: which request goes where, and what is cached, `check`: what CloudFront would refuse,
//! * [`ServerError`]: the errors that can have a page of their own,
//! * [`ResponseHeaders`] and their [`ContentSecurityPolicy`]: what it tells browsers,
//! * [`BrowserFeature`]: what of a browser its pages may use,
//! * `routing`: the functions that lead all pages of an application to its one file, and hosts that
//!   have moved to the one that is left, and that say which files browsers keep,
//! * `logging`: where its requests are written down,
//! * [`DistributionMetric`], [`DistributionAlarm`]: what is measured, and what alarms watch.

mod alarm;
mod behavior;
mod browser_feature;
mod check;
mod content_security_policy;
mod error;
mod frontend;
mod handle;
mod logging;
mod metric;
mod option;
mod origin;
mod response_headers;
mod routing;

use std::cmp::Ordering;

use innovate_cfn::{
    cloudfront::{
        self,
        distribution::{
            CacheBehavior, DistributionConfig, DistributionConfigHttpVersion, FunctionAssociation,
            Origin as OriginProperty, OriginShield, Restrictions, S3OriginConfig,
            ViewerCertificate, ViewerCertificateSslSupportMethod,
        },
        monitoring_subscription as monitoring, origin_access_control as access,
    },
    kind::{ResponseHeadersPolicyId, WebAclArn},
};
use innovate_core::{Construct, MAIN, ResourceType as _, Scope, StackInUsEast1, Str, Value};
use typed_builder::TypedBuilder;

use super::{AliasRecord, CertificateHandle, HostedZoneHandle};
use crate::{
    Region,
    keys::{Key, Logs},
    name::{Hostname, PathPattern, name_of},
    observability::Retention,
    security::{CloudFront, WebAclHandle},
    storage::{BucketHandle, LogBucketHandle, SiteBucketHandle, VendedLogs},
};

pub use alarm::DistributionAlarm;
pub use browser_feature::BrowserFeature;
pub use content_security_policy::{ContentSecurityPolicy, ScriptSource, Source};
pub use error::ServerError;
pub use frontend::{Frontend, FrontendOrigin};
pub use handle::DistributionHandle;
pub use metric::DistributionMetric;
pub use option::{Countries, Metrics, PriceClass, ViewerTls};
pub use origin::Origin;
use response_headers::Responses;
pub use response_headers::{ReferrerPolicy, ResponseHeaders};
use routing::Moved;

/// Where the API of a site is.
const API: &str = "/api/*";
/// The page of a single-page application.
const INDEX: &str = "index.html";
/// CloudFront in front of a site and its API, from edge locations all over the world.
///
/// It answers for its aliases by HTTPS alone, with TLS 1.2 or newer, HTTP/2 and HTTP/3, over IPv4 and
/// IPv6, through its web ACL. It fetches the files of the site from a bucket that nobody else can read,
/// and each address that doesn't end as a file does is the application's one page. Requests for a route, such as
/// `/api/*`, go to a load balancer over TLS, and neither answers nor errors of it are cached. Each
/// response has the headers of [`ResponseHeaders`], and each request is written to a log group
/// that is encrypted and kept as long as the stage asks for, without its cookies.
///
/// A file of the site is kept as long as its own header `Cache-Control` says. One without is asked for again
/// each time, by CloudFront and by browsers, which costs little where nothing has changed: so users get a
/// new version as soon as it is uploaded, and no cache need be invalidated. Build tools give scripts and
/// styles names that change with what is in them; where such files are, `.immutable(..)` says, and they
/// are kept for a year. They are uploaded before the page that leads to them, and those of the version
/// before stay for a while, for users who still have its page. An invalidation, which
/// [`grant_invalidate`](DistributionHandle::grant_invalidate) allows, takes files of one name out of
/// CloudFront's caches, though not out of browsers': 1,000 paths a month cost nothing, and `/*` is one.
///
/// It goes into a stack in us-east-1, together with certificate, web ACL, and the bucket and its key.
/// Nothing in another region refers to it, and it refers to other regions by host names, so no cycle
/// arises.
///
/// ```
/// use innovate_aws::{
///     Environment,
///     edge::{Certificate, Distribution, HostedZoneHandle, Origin},
///     keys::{KmsKey, StaticSite},
///     load_balancer::OriginHeader,
///     security::{CloudFront, WebAcl},
///     storage::{AccessLogBucket, SiteBucket},
/// };
/// use innovate_core::{Prod, Stack, UsEast1};
///
/// fn edge(prod: &Environment<Prod>, zone: &HostedZoneHandle, header: &OriginHeader) -> Stack<Prod, UsEast1> {
///     let mut edge = prod.us_east_1_stack("edge");
///     let key = edge.add("SiteKey", KmsKey::<StaticSite>::new());
///     let logs = edge.add("AccessLogs", AccessLogBucket::builder().build());
///     let site = edge.add("Site", SiteBucket::builder().key(&key).access_logs(&logs).build());
///     let certificate = edge.add("Certificate", Certificate::<CloudFront>::builder().zone(zone).build());
///     let acl = edge.add("WebAcl", WebAcl::<CloudFront>::builder().build());
///     edge.add(
///         "Distribution",
///         Distribution::builder()
///             .aliases([prod.host("www")])
///             .redirect(prod.domain())
///             .certificate(&certificate)
///             .web_acl(&acl)
///             .frontend(&site)
///             .api(Origin::load_balancer(prod.host("origin-api"), header))
///             .zone(zone)
///             .build(),
///     );
///     edge
/// }
/// ```
///
/// A frontend that runs in the cluster needs no bucket: `.frontend(Origin::load_balancer(..))` puts
/// CloudFront in front of it, and without CloudFront an ingress leads to it beside the API.
///
/// Sources: "Use various origins with CloudFront distributions", "Restrict access to an Amazon S3
/// origin", "Manage how long content stays in the cache (expiration)" and "Invalidate files to remove
/// content", Amazon CloudFront Developer Guide; AWS::CloudFront::Distribution, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Leads `/api/*` to an origin.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn api(&mut self, origin: Origin) {
        self.routes.push((PathPattern::trusted(API), origin));
    }
    /// Leads paths to an origin: `name!(PathPattern: "/graphql")`. May be called for each; the pattern
    /// that begins with the longest text goes first.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn route(&mut self, paths: PathPattern, origin: Origin) {
        self.routes.push((paths, origin));
    }
    /// Where the files of the site have names that change with what is in them: `name!(PathPattern:
    /// "/assets/*")`. CloudFront and browsers keep them for up to a year and don't ask again. May be called
    /// for each. Upload them before the page that names them, and delete none that an older page names. One
    /// that is missing is answered 404, which no browser is told to keep: it is there as soon as it is
    /// uploaded. A function of CloudFront tells browsers what to keep, which costs 0.10 USD for a million
    /// answers.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn immutable(&mut self, paths: PathPattern) {
        self.immutable.push(paths);
    }
    /// Leads a host to the first of the aliases for good, at the same path and query: the domain itself
    /// to `www`, or a name that the site had before. The certificate must cover it, and it gets records
    /// in the zone as the aliases do. May be called for each.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn redirect(&mut self, host: impl Into<Hostname>) {
        self.redirects.push(host.into());
    }
    /// Shows a page of the site for an error of the server, with the error's own code: also for such
    /// errors of the API, whose text is then lost. By default CloudFront's own pages are shown.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn error_page(&mut self, error: ServerError, page: impl Into<Str>) {
        self.error_pages.push((error, page.into()));
    }
))]
pub struct Distribution {
    /// The hosts that it answers for.
    #[builder(setter(
        fn transform<H: Into<Hostname>>(hosts: impl IntoIterator<Item = H>) -> Vec<Hostname> {
            hosts.into_iter().map(Into::into).collect()
        }
    ))]
    aliases: Vec<Hostname>,
    /// A certificate that covers them.
    #[builder(setter(transform = |certificate: &CertificateHandle<CloudFront>| certificate.clone()))]
    certificate: CertificateHandle<CloudFront>,
    /// The web ACL that each request passes.
    #[builder(setter(transform = |acl: &WebAclHandle<CloudFront>| acl.arn()))]
    web_acl: Value<WebAclArn>,
    /// What it serves where no route says otherwise: the bucket of a site, or an [`Origin`].
    #[builder(setter(transform = |frontend: impl Frontend| frontend.frontend()))]
    frontend: FrontendOrigin,
    /// The zone of its hosts, for records that lead to it. None by default: the records are made
    /// elsewhere.
    #[builder(default, setter(transform = |zone: &HostedZoneHandle| Some(zone.clone())))]
    zone: Option<HostedZoneHandle>,
    /// What it tells browsers. The strictest by default.
    #[builder(default)]
    headers: ResponseHeaders,
    /// Which TLS it speaks with viewers. TLS 1.3 and 1.2 by default.
    #[builder(default)]
    tls: ViewerTls,
    /// Where it answers from. Everywhere by default.
    #[builder(default)]
    price_class: PriceClass,
    /// The countries that it answers to. All by default.
    #[builder(default, setter(strip_option))]
    countries: Option<Countries>,
    /// The region where it gathers the requests for its origins: theirs, or the nearest that has an
    /// Origin Shield. None by default.
    #[builder(default, setter(strip_option))]
    origin_shield: Option<Region>,
    /// Which metrics there are. Those that cost nothing by default.
    #[builder(default)]
    metrics: Metrics,
    /// A bucket in us-east-1 to write its log to, which costs less than a log group and isn't searched
    /// as easily. A log group of its own by default.
    #[builder(default, setter(transform = |bucket: &LogBucketHandle<VendedLogs>| Some(bucket.bucket().clone())))]
    log_bucket: Option<BucketHandle>,
    /// How long its log group is kept. By default a year in production and a month elsewhere.
    #[builder(default, setter(strip_option))]
    log_retention: Option<Retention>,
    /// What encrypts its log group, in us-east-1. A key of its own by default.
    #[builder(default, setter(transform = |key: &Key<Logs>| Some(key.clone())))]
    logs_key: Option<Key<Logs>>,
    #[builder(via_mutators)]
    routes: Vec<(PathPattern, Origin)>,
    #[builder(via_mutators)]
    immutable: Vec<PathPattern>,
    #[builder(via_mutators)]
    redirects: Vec<Hostname>,
    #[builder(via_mutators)]
    error_pages: Vec<(ServerError, Str)>,
}

/// What checkov is told, which looks for logs in a bucket.
const LOGGED: &str =
    "CloudWatch Logs delivers its requests to a log group that is encrypted and kept";

impl Construct for Distribution {
    type Handle = DistributionHandle;
    type Needs = StackInUsEast1;

    fn build(mut self, scope: &mut Scope<'_>) -> DistributionHandle {
        self.check(scope);
        // Also the origins are written in the order of the routes, not in that of the program.
        self.routes.sort_by(|(one, _), (other, _)| by_precedence(one, other));
        let name = name_of(scope);
        let config = self.config(&name, scope);
        let mut distribution = cloudfront::Distribution::new(config);
        for (_, origin) in &self.routes {
            if let Some(secret) = origin.secret() {
                distribution = distribution.depends_on(secret);
            }
        }
        if let frontend::Kind::Service(origin) = &self.frontend.0
            && let Some(secret) = origin.secret()
        {
            distribution = distribution.depends_on(secret);
        }
        let handle = DistributionHandle {
            distribution: scope.add(MAIN, distribution.suppress("CKV_AWS_86", LOGGED)),
            site: scope.site().clone(),
            aliases: self.aliases.into_iter().chain(self.redirects).collect(),
        };
        if let frontend::Kind::Site(site) = &self.frontend.0 {
            scope.add("SitePolicy", site.allow_distribution(handle.distribution_id()));
        }
        let log = logging::Destination {
            bucket: self.log_bucket,
            retention: self.log_retention,
            key: self.logs_key,
        };
        logging::build(&name, handle.arn(), log, scope);
        if self.metrics == Metrics::Additional {
            scope.add("Metrics", additional_metrics(&handle));
        }
        if let Some(zone) = &self.zone {
            for host in &handle.aliases {
                let record = AliasRecord::new(zone, host.clone(), &handle);
                scope.within("Record", |scope| scope.add(host.to_string(), record));
            }
        }
        handle
    }
}

impl Distribution {
    /// The load balancers that it gets something from, each with the method that named it.
    fn origins(&self) -> Vec<(&'static str, &Origin)> {
        let frontend = match &self.frontend.0 {
            frontend::Kind::Service(origin) => Some(("frontend", &**origin)),
            frontend::Kind::Site(_) => None,
        };
        let routes = self
            .routes
            .iter()
            .map(|(paths, origin)| (if paths.as_str() == API { "api" } else { "route" }, origin));
        frontend.into_iter().chain(routes).collect()
    }

    fn config(&self, name: &str, scope: &mut Scope<'_>) -> DistributionConfig {
        let is_site = matches!(self.frontend.0, frontend::Kind::Site(_));
        let own = if is_site { Responses::Site } else { Responses::Service };
        let headers = self.headers.build("Headers", name.to_owned(), own, scope);
        let route_headers = match is_site && !self.routes.is_empty() {
            true => {
                let name = format!("{name}-routes");
                self.headers.build("RouteHeaders", name, Responses::Service, scope)
            }
            false => headers.clone(),
        };
        let moved = Moved::of(&self.redirects, &self.aliases);
        let redirect = moved
            .filter(|_| !self.origins().is_empty() || !self.immutable.is_empty())
            .map(|moved| routing::service(name, moved, scope));
        let shield = self
            .origin_shield
            .map(|region| OriginShield::new().enabled(true).origin_shield_region(region.code()));
        let mut origins: Vec<OriginProperty> = Vec::new();
        let default = match &self.frontend.0 {
            frontend::Kind::Site(site) => {
                origins.push(site_origin(site, name, scope));
                let routing = routing::site(name, moved, scope);
                behavior::site(&headers, routing, name, scope)
            }
            frontend::Kind::Service(origin) => {
                behavior::service(&origin.id(), &headers, redirect.clone())
            }
        };
        let mut known: Vec<String> = Vec::new();
        for (_, origin) in self.origins() {
            if !known.contains(&origin.id()) {
                known.push(origin.id());
                origins.push(origin.property(name, scope));
            }
        }
        if let Some(shield) = shield {
            origins =
                origins.into_iter().map(|origin| origin.origin_shield(shield.clone())).collect();
        }
        let certificate = ViewerCertificate::new()
            .acm_certificate_arn(self.certificate.arn())
            .minimum_protocol_version(self.tls.property())
            .ssl_support_method(ViewerCertificateSslSupportMethod::SNI_ONLY);
        let mut config = DistributionConfig::new(default, true)
            .comment(format!("{name}: {}", self.hosts()))
            .aliases(self.aliases.iter().chain(&self.redirects).cloned().collect::<Vec<_>>())
            .origins(origins)
            .viewer_certificate(certificate)
            .web_acl_id(self.web_acl.clone())
            .http_version(DistributionConfigHttpVersion::HTTP2AND3)
            .ipv6_enabled(true)
            .price_class(self.price_class.property());
        if is_site {
            config = config.default_root_object(INDEX);
        }
        let behaviors = self.behaviors(&route_headers, redirect.as_ref(), name, scope);
        if !behaviors.is_empty() {
            config = config.cache_behaviors(behaviors);
        }
        let errors = self.errors();
        if !errors.is_empty() {
            config = config.custom_error_responses(errors);
        }
        if let Some(countries) = &self.countries {
            config = config.restrictions(Restrictions::new(countries.property()));
        }
        config
    }

    /// What is otherwise than by default, the pattern that begins with the longest text first.
    fn behaviors(
        &self,
        of_routes: &Value<ResponseHeadersPolicyId>,
        redirect: Option<&FunctionAssociation>,
        name: &str,
        scope: &mut Scope<'_>,
    ) -> Vec<CacheBehavior> {
        let mut behaviors: Vec<(&PathPattern, CacheBehavior)> = Vec::new();
        for (paths, origin) in &self.routes {
            let behavior = behavior::route(paths, &origin.id(), of_routes, redirect.cloned());
            behaviors.push((paths, behavior));
        }
        if !self.immutable.is_empty() {
            let kept = routing::immutable(name, scope);
            let name = format!("{name}-immutable");
            let headers = self.headers.build("ImmutableHeaders", name, Responses::Immutable, scope);
            for paths in &self.immutable {
                let behavior =
                    behavior::immutable(paths, &headers, redirect.cloned(), kept.clone());
                behaviors.push((paths, behavior));
            }
        }
        behaviors.sort_by(|(one, _), (other, _)| by_precedence(one, other));
        behaviors.into_iter().map(|(_, behavior)| behavior).collect()
    }

    /// The hosts, as far as a comment of 128 characters has room for them.
    fn hosts(&self) -> String {
        let hosts: Vec<&str> = self.aliases.iter().map(Hostname::as_str).collect();
        hosts.join(", ").chars().take(64).collect()
    }
}

/// The pattern that begins with the longest text goes first.
fn by_precedence(one: &PathPattern, other: &PathPattern) -> Ordering {
    (other.literal_length(), one).cmp(&(one.literal_length(), other))
}

/// The bucket as an origin that only CloudFront may read, with signed requests.
fn site_origin(site: &SiteBucketHandle, name: &str, scope: &mut Scope<'_>) -> OriginProperty {
    let control = access::OriginAccessControlConfig::new(name.to_owned(), "s3", "always", "sigv4");
    let control = scope.add("AccessControl", cloudfront::OriginAccessControl::new(control));
    // The property must be there, and empty, for an origin with access control.
    let config = S3OriginConfig::new().origin_access_identity("");
    OriginProperty::new(site.bucket().regional_domain_name(), behavior::SITE)
        .origin_access_control_id(&control)
        .s3_origin_config(config)
}

fn additional_metrics(handle: &DistributionHandle) -> cloudfront::MonitoringSubscription {
    let enabled =
        monitoring::RealtimeMetricsSubscriptionConfigRealtimeMetricsSubscriptionStatus::ENABLED;
    let config = monitoring::RealtimeMetricsSubscriptionConfig::new(enabled);
    let subscription =
        monitoring::MonitoringSubscription::new().realtime_metrics_subscription_config(config);
    cloudfront::MonitoringSubscription::new(handle.distribution_id(), subscription)
}
