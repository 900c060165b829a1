//! The construct of a VPC.

use std::marker::PhantomData;

use innovate_cfn::{
    Tag,
    ec2::{self, nat_gateway::AvailabilityMode, vpc_endpoint::VpcEndpointType},
    kind::{NatGatewayId, RouteTableId},
};
use innovate_core::{
    AnyStack, Cidr, Construct, Diagnostic, MAIN, ResourceRef, ResourceType as _, Scope, Value,
};
use typed_builder::TypedBuilder;

use super::{
    ANYWHERE, Egress, EndpointService, Endpoints, FlowLogs, Nat, Port, SecurityGroup,
    SecurityGroupHandle, VpcCidr, VpcHandle, acl,
    connect::ingress_from_block,
    flow_log,
    tier::{Subnet, Subnets, TierKind},
};
use crate::{
    name::ClusterName,
    region::{Zone, Zones},
};

const ACCEPTED: &str = "the program accepts that one zone's failure cuts private subnets off the \
internet: `Nat::OneAccepting`";

/// A network of five tiers in three or four zones.
///
/// | tier | what lives there | way out |
/// |---|---|---|
/// | public | load balancers, NAT gateways of a zone | internet gateway |
/// | private | nodes and pods | NAT, endpoints |
/// | data | databases | none |
/// | intra | the control plane's network interfaces | none |
/// | endpoint | interface endpoints | none |
///
/// Each tier has a network ACL that lets through what the tier is for. Nothing gets a public address
/// on launch, every flow is logged, and the default security group is used by nothing.
#[derive(Clone, Debug, TypedBuilder)]
pub struct Vpc {
    /// Its block: [`vpc_cidr!`](crate::vpc_cidr).
    cidr: VpcCidr,
    /// The zones that it spans: [`zones!`](crate::zones).
    zones: Zones,
    /// The blocks of networks that it may be connected to one day: other environments' and offices'. An
    /// address that it shares with one is a finding. None by default.
    #[builder(default, setter(transform = |blocks: impl IntoIterator<Item = Cidr>| blocks.into_iter().collect()))]
    apart_from: Vec<Cidr>,
    /// How private subnets reach the internet. Through a regional NAT gateway by default.
    #[builder(default)]
    nat: Nat,
    /// Which services have an endpoint. By default those that a private cluster needs.
    #[builder(default)]
    endpoints: Endpoints,
    /// Services that have an endpoint beside those.
    #[builder(default, setter(transform = |services: impl IntoIterator<Item = EndpointService>| services.into_iter().collect()))]
    additional_endpoints: Vec<EndpointService>,
    /// Where its flow logs go.
    flow_logs: FlowLogs,
    /// The cluster whose nodes Karpenter starts in the private subnets, which are tagged with it. By
    /// default the cluster that has the environment's name.
    #[builder(default, setter(strip_option))]
    cluster: Option<ClusterName>,
    /// The ports on which private subnets may connect to the internet. 443 by default. The entries of
    /// network ACLs are numbered in this order, so a port added at the end leaves the others' alone.
    #[builder(default = vec![Port::HTTPS], setter(transform = |ports: impl IntoIterator<Item = Port>| ports.into_iter().collect()))]
    internet_ports: Vec<Port>,
    /// The ports on which private subnets may connect to the data tier. 5432 by default. The order
    /// matters as it does to `internet_ports`.
    #[builder(default = vec![Port::POSTGRES], setter(transform = |ports: impl IntoIterator<Item = Port>| ports.into_iter().collect()))]
    database_ports: Vec<Port>,
}

impl Construct for Vpc {
    type Handle = VpcHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> VpcHandle {
        self.check(scope);
        let name = scope.site().environment().to_owned();
        let cluster = self.cluster.clone().unwrap_or_else(|| ClusterName::of(scope.site()));
        let vpc = ec2::VPC::new()
            .cidr_block(self.cidr.cidr())
            .enable_dns_support(true)
            .enable_dns_hostnames(true)
            .tags([Tag::new("Name", name.clone())]);
        let vpc = scope.add(MAIN, vpc);
        let internet = self.internet_gateway(scope, &vpc, &name);

        let network = Network { plan: &self, vpc: &vpc, name: &name, cluster: &cluster };
        let mut public = network.tier(scope, TierKind::Public);
        let mut private = network.tier(scope, TierKind::Private);
        let data = network.tier(scope, TierKind::Data);
        let endpoint = network.tier(scope, TierKind::Endpoint);
        let intra = network.tier(scope, TierKind::Intra);

        public.route(scope, |scope, _, table| {
            let route = ec2::Route::new(table)
                .destination_cidr_block(ANYWHERE)
                .gateway_id(&internet.gateway)
                .depends_on(&internet.attachment);
            Some(scope.add("DefaultRoute", route).as_ref().clone())
        });
        let gateways = self.nat_gateways(scope, &network, &public, &internet);
        private.route(scope, |scope, zone, table| {
            let (_, gateway) = gateways.iter().find(|(of, _)| of.is_none() || *of == zone)?;
            let route =
                ec2::Route::new(table).destination_cidr_block(ANYWHERE).nat_gateway_id(gateway);
            Some(scope.add("DefaultRoute", route).as_ref().clone())
        });
        // Not the data tier's: its network ACL lets nothing through to S3 or DynamoDB.
        let tables = private.tables.iter().map(|(_, table)| table.clone()).collect();
        let (group, endpoints) = self.add_endpoints(scope, &network, tables, &endpoint);
        private.ready.extend(endpoints.iter().cloned());
        scope.within("FlowLog", |scope| flow_log::add(scope, &vpc, self.flow_logs.clone()));

        VpcHandle {
            vpc: vpc.clone(),
            cidr: self.cidr,
            zones: self.zones,
            nat: self.nat,
            gateways: gateways.into_iter().map(|(_, gateway)| gateway).collect(),
            services: self.services(),
            cluster: cluster.clone(),
            endpoint_group: group,
            internet_gateway: internet.gateway.reference(),
            public: public.into_subnets(&network),
            private: private.into_subnets(&network),
            data: data.into_subnets(&network),
            intra: intra.into_subnets(&network),
            endpoint: endpoint.into_subnets(&network),
        }
    }
}

struct Internet {
    gateway: ec2::InternetGatewayRef,
    attachment: ec2::VPCGatewayAttachmentRef,
}

/// What all parts of the network have in common while it is built.
struct Network<'a> {
    plan: &'a Vpc,
    vpc: &'a ec2::VPCRef,
    name: &'a str,
    cluster: &'a ClusterName,
}

/// A tier while it is built.
struct Built {
    kind: TierKind,
    subnets: Vec<Subnet>,
    /// Each with the zone whose subnet it is for, or none if it is for all.
    tables: Vec<(Option<Zone>, Value<RouteTableId>)>,
    ready: Vec<ResourceRef>,
}

impl Vpc {
    fn check(&self, scope: &mut Scope<'_>) {
        let (region, own) = (self.zones.region().code(), scope.site().region().to_owned());
        if region != own {
            let named: Vec<String> = self.zones.iter().map(|zone| zone.to_string()).collect();
            let finding =
                Diagnostic::error("NET-15", "the zones are of another region than the stack")
                    .setter("zones")
                    .given(named.join(", "))
                    .allowed(format!("zones of {own}"))
                    .help(format!("name zones of {own}, or make the environment in {region}"));
            scope.report(finding);
        }
        let block = self.cidr.cidr();
        for other in self.apart_from.iter().filter(|other| other.overlaps(block)) {
            let finding = Diagnostic::error("NET-01", "the network's block is another network's, too")
                .setter("cidr")
                .given(block)
                .allowed(format!("a block that shares no address with {other}"))
                .help("networks with an address in common can never be peered, nor meet in a transit gateway");
            scope.report(finding);
        }
    }

    fn services(&self) -> Vec<EndpointService> {
        let mut services = self.endpoints.services().to_vec();
        services.extend(&self.additional_endpoints);
        services.sort_unstable();
        services.dedup();
        services
    }

    fn internet_gateway(&self, scope: &mut Scope<'_>, vpc: &ec2::VPCRef, name: &str) -> Internet {
        let gateway = ec2::InternetGateway::new().tags([Tag::new("Name", name.to_owned())]);
        let gateway = scope.add("InternetGateway", gateway);
        let attachment = ec2::VPCGatewayAttachment::new(vpc).internet_gateway_id(&gateway);
        let attachment = scope.add("InternetGatewayAttachment", attachment);
        Internet { gateway, attachment }
    }

    /// The gateways, each with the zone whose subnets it serves, or none if it serves all.
    fn nat_gateways(
        &self,
        scope: &mut Scope<'_>,
        network: &Network<'_>,
        public: &Built,
        internet: &Internet,
    ) -> Vec<(Option<Zone>, Value<NatGatewayId>)> {
        let mut zonal = |each: &Subnet| {
            let zone = each.zone.name();
            let name = Tag::new("Name", format!("{}-nat-{zone}", network.name));
            scope.within(format!("Nat{}", capitalized(&zone)), |scope| {
                let address = ec2::EIP::new()
                    .domain("vpc")
                    .tags([name.clone()])
                    .depends_on(&internet.attachment);
                let address = scope.add("Address", address);
                let gateway = ec2::NatGateway::new()
                    .subnet_id(&each.subnet)
                    .allocation_id(address.allocation_id())
                    .tags([name])
                    .depends_on(&internet.attachment)
                    // A gateway of one zone goes out through the routes and the ACL of its subnet.
                    .depends_on_all(&public.ready);
                match self.nat {
                    Nat::OneAccepting(_) => scope.add(MAIN, gateway.suppress("NET-05", ACCEPTED)),
                    _ => scope.add(MAIN, gateway),
                }
                .reference()
            })
        };
        let mut subnets = public.subnets.iter();
        match self.nat {
            Nat::None => Vec::new(),
            Nat::PerZone => subnets.map(|each| (Some(each.zone), zonal(each))).collect(),
            Nat::One | Nat::OneAccepting(_) => {
                subnets.next().map(|first| (None, zonal(first))).into_iter().collect()
            }
            Nat::Regional => {
                let gateway = ec2::NatGateway::new()
                    .availability_mode(AvailabilityMode::REGIONAL)
                    .vpc_id(network.vpc)
                    .tags([Tag::new("Name", format!("{}-nat", network.name))])
                    .depends_on(&internet.attachment);
                vec![(None, scope.add("Nat", gateway).reference())]
            }
        }
    }

    fn add_endpoints(
        &self,
        scope: &mut Scope<'_>,
        network: &Network<'_>,
        tables: Vec<Value<RouteTableId>>,
        tier: &Built,
    ) -> (SecurityGroupHandle, Vec<ResourceRef>) {
        let region = scope.site().region().to_owned();
        let group = scope.add(
            "EndpointSecurityGroup",
            SecurityGroup::builder()
                .vpc(network.vpc)
                .description("Interface endpoints of AWS services")
                .egress(Egress::Connections)
                .build(),
        );
        let description = format!("{} from the network", Port::HTTPS);
        let ingress =
            ingress_from_block(&group.group_id(), self.cidr.cidr(), Port::HTTPS, description);
        scope.add("EndpointSecurityGroupIngress", ingress);

        let endpoints = scope.within("Endpoint", |scope| {
            let mut made = Vec::new();
            for (id, service) in [("S3", "s3"), ("DynamoDb", "dynamodb")] {
                let gateway = ec2::VPCEndpoint::new(network.vpc)
                    .vpc_endpoint_type(VpcEndpointType::GATEWAY)
                    .service_name(format!("com.amazonaws.{region}.{service}"))
                    .route_table_ids(tables.clone())
                    .tags([Tag::new("Name", format!("{}-{service}", network.name))]);
                made.push(scope.add(id, gateway).as_ref().clone());
            }
            for service in self.services() {
                let subnets: Vec<_> =
                    tier.subnets.iter().map(|each| each.subnet.reference()).collect();
                let interface = ec2::VPCEndpoint::new(network.vpc)
                    .vpc_endpoint_type(VpcEndpointType::INTERFACE)
                    .service_name(format!("com.amazonaws.{region}.{}", service.name()))
                    .subnet_ids(subnets)
                    .security_group_ids([group.group_id()])
                    .private_dns_enabled(true)
                    .tags([Tag::new("Name", format!("{}-{}", network.name, service.name()))]);
                made.push(scope.add(service.id(), interface).as_ref().clone());
            }
            made
        });
        (group, endpoints)
    }
}

impl Network<'_> {
    /// The subnets of a tier with their route tables and their network ACL.
    fn tier(&self, scope: &mut Scope<'_>, kind: TierKind) -> Built {
        let tier = kind.name().to_lowercase();
        scope.within(kind.name(), |scope| {
            let name = Tag::new("Name", format!("{}-{tier}", self.name));
            let acl = ec2::NetworkAcl::new(self.vpc).tags([name.clone()]);
            let (acl, ready) = scope.within("Acl", |scope| {
                let acl = scope.add(MAIN, acl).reference();
                let flows = acl::flows(
                    kind,
                    self.plan.cidr,
                    self.plan.nat,
                    &self.plan.internet_ports,
                    &self.plan.database_ports,
                );
                let ready = acl::add_entries(scope, &acl, &flows);
                (acl, ready)
            });
            // Tiers whose zones all have the same routes share a table.
            let shared = (kind != TierKind::Private).then(|| {
                let table = ec2::RouteTable::new(self.vpc).tags([name]);
                scope.add("RouteTable", table).reference()
            });
            let mut built = Built { kind, subnets: Vec::new(), tables: Vec::new(), ready };
            built.tables.extend(shared.clone().map(|table| (None, table)));
            for zone in self.plan.zones.iter() {
                scope.within(capitalized(&zone.name()), |scope| {
                    let tags = self.tags(kind, &tier, zone);
                    let subnet = ec2::Subnet::new(self.vpc)
                        .cidr_block(self.plan.cidr.subnet(kind, zone))
                        .availability_zone_id(zone.to_string())
                        .map_public_ip_on_launch(false)
                        .tags(tags.clone());
                    let subnet = scope.add(MAIN, subnet);
                    let table = shared.clone().unwrap_or_else(|| {
                        let name = tags.first().cloned();
                        let table = ec2::RouteTable::new(self.vpc)
                            .tags(name.into_iter().collect::<Vec<_>>());
                        let table = scope.add("RouteTable", table).reference();
                        built.tables.push((Some(zone), table.clone()));
                        table
                    });
                    let routes = ec2::SubnetRouteTableAssociation::new(&table, &subnet);
                    let acl = ec2::SubnetNetworkAclAssociation::new(&acl, &subnet);
                    let routes = scope.add("RouteTableAssociation", routes);
                    let acl = scope.add("AclAssociation", acl);
                    built.ready.extend([routes.as_ref().clone(), acl.as_ref().clone()]);
                    built.subnets.push(Subnet { zone, subnet });
                });
            }
            built
        })
    }

    /// What the load balancer controller and Karpenter look for.
    fn tags(&self, kind: TierKind, tier: &str, zone: Zone) -> Vec<Tag> {
        let mut tags = vec![
            Tag::new("Name", format!("{}-{tier}-{}", self.name, zone.name())),
            Tag::new("tier", tier.to_owned()),
        ];
        match kind {
            TierKind::Public => tags.push(Tag::new("kubernetes.io/role/elb", "1")),
            TierKind::Private => {
                tags.push(Tag::new("kubernetes.io/role/internal-elb", "1"));
                tags.push(Tag::new("karpenter.sh/discovery", self.cluster));
            }
            TierKind::Data | TierKind::Endpoint | TierKind::Intra => {}
        }
        tags
    }
}

impl Built {
    /// Adds a route to each table, in the scope of the zone if the zone has its own.
    fn route(
        &mut self,
        scope: &mut Scope<'_>,
        mut add: impl FnMut(&mut Scope<'_>, Option<Zone>, &Value<RouteTableId>) -> Option<ResourceRef>,
    ) {
        for (zone, table) in &self.tables {
            let made = scope.within(self.kind.name(), |scope| match zone {
                Some(each) => {
                    scope.within(capitalized(&each.name()), |scope| add(scope, *zone, table))
                }
                None => add(scope, None, table),
            });
            self.ready.extend(made);
        }
    }

    fn into_subnets<T>(self, network: &Network<'_>) -> Subnets<T> {
        Subnets {
            vpc_id: network.vpc.reference(),
            block: network.plan.cidr.tier(self.kind),
            subnets: self.subnets,
            tables: self.tables.into_iter().map(|(_, table)| table).collect(),
            egress: self.ready,
            tier: PhantomData,
        }
    }
}

fn capitalized(zone: &str) -> String {
    zone.replacen("az", "Az", 1)
}
