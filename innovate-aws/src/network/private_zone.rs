//! Names that only a network knows.

use innovate_cfn::{
    kind::{HostedZoneId, VpcId},
    route53::{self, hosted_zone},
};
use innovate_core::{AnyStack, Construct, Gives, MAIN, ResourceRef, Scope, Text, Value};
use typed_builder::TypedBuilder;

use crate::name::{DomainName, HostLabel, Hostname};

/// Seconds for which a resolver remembers a record. What it leads to has a name that stays, so there is
/// nothing to gain by asking more often.
const TTL: &str = "60";

/// A private zone: names that are looked up within a VPC, and nowhere else.
///
/// Its names are known before deployment, so manifests may hold them. A client that verifies the name of
/// the host that it connects to, and a token of IAM, need the name that AWS gave instead: that one is in a
/// [`ConnectionSecret`](crate::secrets::ConnectionSecret).
///
/// ```
/// use innovate_aws::{
///     database::{PostgresDatabase, PostgresEndpoint},
///     name,
///     network::{PrivateRecord, PrivateZone, VpcHandle},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn names(stack: &mut Stack<Prod>, vpc: &VpcHandle, database: &impl PostgresDatabase) {
///     let zone = stack.add("Zone", PrivateZone::builder().vpc(vpc).build());
///     let host = stack.add(
///         "DatabaseName",
///         PrivateRecord::cname(&zone, name!(HostLabel: "database"), database.endpoint()),
///     );
///     assert_eq!(host.as_str(), "database.innovate-prod.internal");
/// }
/// # use innovate_aws::{Environment, Region, account, database::*, domain, keys::*, network::*, observability::Retention,
/// #     capacity, vpc_cidr, zones};
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
/// # let mut stack = prod.stack("network");
/// # let (logs, key) = (stack.add("Logs", KmsKey::<Logs>::new()), stack.add("Key", KmsKey::<Rds>::new()));
/// # let vpc = stack.add("Vpc", Vpc::builder().cidr(vpc_cidr!("10.30.0.0/16")).zones(zones!(EuWest1: az1, az2, az3))
/// #     .flow_logs(FlowLogs::to(&logs, Retention::OneYear)).build());
/// # let database = stack.add("Database", AuroraServerless::builder().engine(AuroraPostgres::V17).network(vpc.data())
/// #     .key(&key).capacity(capacity!(2..=64)).readers(Readers::failover()).build());
/// # names(&mut stack, &vpc, &database);
/// ```
///
/// Source: "Working with private hosted zones", Amazon Route 53 Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct PrivateZone {
    /// The VPC that knows it.
    #[builder(setter(transform = |vpc: impl Gives<VpcId>| vpc.give()))]
    vpc: Value<VpcId>,
    /// The domain. `<environment>.internal` by default: a top-level domain that the internet will never
    /// have. One that the internet has too is hidden from the VPC.
    #[builder(default, setter(strip_option))]
    domain: Option<DomainName>,
}

impl Construct for PrivateZone {
    type Handle = PrivateZoneHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> PrivateZoneHandle {
        let Self { vpc, domain } = self;
        let by_default = || DomainName::trusted(format!("{}.internal", scope.site().environment()));
        let domain = domain.unwrap_or_else(by_default);
        let config = hosted_zone::HostedZoneConfig::new()
            .comment(format!("Names within the network of {}", scope.site().environment()));
        let vpc = hosted_zone::VPC::new(vpc, scope.site().region().to_owned());
        let zone = route53::HostedZone::new()
            .name(domain.as_str().to_owned())
            .hosted_zone_config(config)
            .vpcs([vpc]);
        PrivateZoneHandle { zone: scope.add(MAIN, zone), domain }
    }
}

/// A private zone that is in a stack.
#[derive(Clone, Debug)]
pub struct PrivateZoneHandle {
    zone: route53::HostedZoneRef,
    domain: DomainName,
}

impl PrivateZoneHandle {
    /// Its id.
    pub fn zone_id(&self) -> Value<HostedZoneId> {
        self.zone.reference()
    }

    /// Its domain.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    /// The name of a host in it.
    pub fn host(&self, label: &HostLabel) -> Hostname {
        Hostname::trusted(format!("{label}.{}", self.domain))
    }
}

impl AsRef<ResourceRef> for PrivateZoneHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.zone.as_ref()
    }
}

/// Another name, in a private zone, for a host whose own is known only at deployment.
#[derive(Clone, Debug)]
pub struct PrivateRecord {
    zone: PrivateZoneHandle,
    label: HostLabel,
    host: Value<Text>,
}

impl PrivateRecord {
    /// `<label>.<zone>` leads to `host`: `name!(HostLabel: "database")`, `database.endpoint()`. Adding it
    /// gives the name.
    pub fn cname(zone: &PrivateZoneHandle, label: HostLabel, host: impl Gives<Text>) -> Self {
        Self { zone: zone.clone(), label, host: host.give() }
    }
}

impl Construct for PrivateRecord {
    type Handle = Hostname;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> Hostname {
        let host = self.zone.host(&self.label);
        let record = route53::RecordSet::new(host.as_str().to_owned(), "CNAME")
            .hosted_zone_id(self.zone.zone_id())
            .ttl(TTL)
            .resource_records([self.host]);
        scope.add(MAIN, record);
        host
    }
}
