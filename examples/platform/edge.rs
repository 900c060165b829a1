//! The edge: CloudFront serves the site from a bucket that nobody else reads, and leads calls of the API
//! to the load balancer. The zone's answers are signed. All of it is in us-east-1.

use innovate::prelude::*;

use super::{choices::Choices, ingress::WayIn, monitoring};

pub(crate) fn stack<S: Choices>(
    environment: &Environment<S>,
    zone: &HostedZoneHandle,
    way_in: &WayIn,
) -> Stack<S, UsEast1> {
    let mut edge = environment.us_east_1_stack("edge");
    let site_key = edge.add("SiteKey", KmsKey::<StaticSite>::new());
    let logs_key = edge.add("LogsKey", KmsKey::<Logs>::new());
    let logs = edge.add("AccessLogs", AccessLogBucket::builder().build());
    let site = edge.add("Site", SiteBucket::builder().key(&site_key).access_logs(&logs).build());
    let certificate = Certificate::<CloudFront>::builder().zone(zone).build();
    let certificate = edge.add("Certificate", certificate);
    let web_acl = edge.add(
        "WebAcl",
        WebAcl::<CloudFront>::builder()
            .rate_limits([RateLimit::per_ip(2_000), RateLimit::per_ip(100).on_path("/api/login")])
            .logs_key(&logs_key)
            .build(),
    );
    let api = Origin::vpc(environment.host("origin"), &way_in.load_balancer);
    let distribution = edge.add(
        "Distribution",
        Distribution::builder()
            .aliases([environment.host("www")])
            .redirect(environment.domain())
            .zone(zone)
            .certificate(&certificate)
            .web_acl(&web_acl)
            .frontend(&site)
            .immutable(name!(PathPattern: "/assets/*"))
            .api(api)
            .logs_key(&logs_key)
            .build(),
    );
    let alerts = monitoring::alerts(&mut edge);
    let watched = edge.add("DistributionAlarms", distribution.alarms().notify(&alerts));
    edge.add("CertificateAlarms", certificate.alarms().notify(&alerts));
    edge.add("WebAclAlarms", web_acl.alarms().notify(&alerts));

    // What the zone answers can't be forged, and who asks it is written down.
    let signing = edge.add("ZoneSigning", ZoneSigning::of(zone));
    let signed = edge.add("ZoneAlarms", signing.alarms().notify(&alerts));
    edge.add("ZoneLog", QueryLog::builder().zone(zone).key(&logs_key).build());

    let pager = monitoring::pager(&mut edge);
    let outage = [
        watched.alarm(DistributionAlarm::ServerErrors),
        signed.alarm(ZoneSigningAlarm::InternalFailure),
        signed.alarm(ZoneSigningAlarm::KeyNeedsAction),
    ];
    let outage = CompositeAlarm::any(outage.into_iter().flatten());
    edge.add("Outage", outage.describe("Users see errors, or nothing at all").notify(&pager));
    edge
}
