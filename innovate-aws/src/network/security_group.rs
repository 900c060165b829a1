//! Security groups.
//!
//! A group's rules are resources of their own, made where a connection is made
//! ([`Connect`](super::Connect)), so that two groups that refer to each other make no cycle.

use innovate_cfn::{
    ec2,
    kind::{SecurityGroupId, VpcId},
};
use innovate_core::{
    AnyStack, Construct, Gives, MAIN, ResourceType as _, Scope, Value,
    value::{Node, Str},
};
use typed_builder::TypedBuilder;

use super::{ANYWHERE, Port, connect::ingress_from_block};

/// Where what is in a security group may open connections to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Egress {
    /// Only where a [`Connection`](super::Connection) leads.
    #[default]
    Connections,
    /// Anywhere that the network's routes and ACLs lead.
    Anywhere,
}

/// A security group with no rules but those of its connections.
#[derive(Clone, Debug, TypedBuilder)]
pub struct SecurityGroup {
    /// The network that it is in: a VPC's handle, some of its subnets, or its id.
    #[builder(setter(transform = |vpc: impl Gives<VpcId>| vpc.give()))]
    vpc: Value<VpcId>,
    /// What it is for, up to 255 characters.
    #[builder(setter(into))]
    description: Str,
    /// Where its members may connect to. By default only where a connection is made.
    #[builder(default)]
    egress: Egress,
}

impl Construct for SecurityGroup {
    type Handle = SecurityGroupHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> SecurityGroupHandle {
        let name = scope.path().replace('/', "");
        let group = draft(self.vpc, self.description, self.egress);
        let group = scope.add(MAIN, group);
        SecurityGroupHandle { id: group.group_id(), name: Str::Owned(name), egress: self.egress }
    }
}

/// The metadata entry of the one group that the internet may connect to.
pub(crate) const FACES: &str = "InnovateFaces";
pub(crate) const INTERNET: &str = "internet";

/// The security group of load balancers that face the internet: HTTPS from anywhere, and HTTP for
/// what redirects to it. No other group can be opened to the internet.
#[derive(Clone, Debug, TypedBuilder)]
pub struct PublicLoadBalancerGroup {
    /// The network that it is in: a VPC's handle, some of its subnets, or its id.
    #[builder(setter(transform = |vpc: impl Gives<VpcId>| vpc.give()))]
    vpc: Value<VpcId>,
}

impl Construct for PublicLoadBalancerGroup {
    type Handle = SecurityGroupHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> SecurityGroupHandle {
        let name = scope.path().replace('/', "");
        let description = "Load balancers that face the internet";
        let group = draft(self.vpc, description.into(), Egress::Connections)
            .metadata(FACES, Node::Text(Str::Borrowed(INTERNET)));
        let group = scope.add(MAIN, group);
        for (id, port) in [("Https", Port::HTTPS), ("Http", Port::HTTP)] {
            let description = format!("{port} from the internet");
            let rule = ingress_from_block(&group.group_id(), ANYWHERE, port, description);
            match port {
                Port::HTTP => scope.add(id, rule.suppress("CKV_AWS_260", REDIRECTED)),
                _ => scope.add(id, rule),
            };
        }
        let egress = Egress::Connections;
        SecurityGroupHandle { id: group.group_id(), name: Str::Owned(name), egress }
    }
}

/// What checkov is told of plain HTTP from the internet.
const REDIRECTED: &str = "load balancers listen there to redirect to HTTPS, and do nothing else";

/// The group itself. CloudFormation adds a rule that lets everything out unless one is given, so
/// one is: to the loopback address, which never leaves a host.
fn draft(vpc: Value<VpcId>, description: Str, egress: Egress) -> ec2::SecurityGroup {
    let rule = match egress {
        Egress::Connections => ec2::security_group::Egress::new("icmp")
            .cidr_ip(innovate_core::cidr!("127.0.0.1/32"))
            .from_port(0)
            .to_port(0)
            .description("Nothing beyond the rules of connections"),
        Egress::Anywhere => ec2::security_group::Egress::new("-1")
            .cidr_ip(ANYWHERE)
            .description("Anywhere that routes and network ACLs lead"),
    };
    ec2::SecurityGroup::new(description).vpc_id(vpc).security_group_egress([rule])
}

/// What has a security group, so that connections to and from it can be made.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no security group",
    label = "not an end of a connection",
    note = "a connection is made between security groups and what has one: a cluster, a database, a load balancer's group"
)]
pub trait HasSecurityGroup {
    /// Its security group.
    fn security_group(&self) -> SecurityGroupHandle;
}

/// A security group that is in a stack, or one that AWS made for a resource of a stack.
#[derive(Clone, Debug)]
pub struct SecurityGroupHandle {
    id: Value<SecurityGroupId>,
    name: Str,
    egress: Egress,
}

impl SecurityGroupHandle {
    /// A group that AWS makes, such as a cluster's, or one that exists outside the program. `name`
    /// stands for it in the logical ids of its connections.
    pub fn existing(name: impl Into<Str>, id: impl Gives<SecurityGroupId>, egress: Egress) -> Self {
        Self { id: id.give(), name: name.into(), egress }
    }

    /// Its id.
    pub fn group_id(&self) -> Value<SecurityGroupId> {
        self.id.clone()
    }

    /// What it is called in the logical ids of its connections.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its members may connect to beyond its connections.
    pub const fn egress(&self) -> Egress {
        self.egress
    }
}

impl HasSecurityGroup for SecurityGroupHandle {
    fn security_group(&self) -> SecurityGroupHandle {
        self.clone()
    }
}

impl Gives<SecurityGroupId> for &SecurityGroupHandle {
    fn give(self) -> Value<SecurityGroupId> {
        self.group_id()
    }
}
