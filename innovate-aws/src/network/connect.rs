//! Links between what has a security group.

use innovate_cfn::{ec2, kind::SecurityGroupId};
use innovate_core::{AnyStack, Cidr, Construct, Place, Scope, Stack, Stage, Value};

use super::{Egress, HasSecurityGroup, Port, SecurityGroupHandle};

/// Lets one end open connections to a port of the other.
///
/// Its rules are in the stack that it is added to, whichever stacks the ends are in.
#[derive(Clone, Debug)]
pub struct Connection {
    from: SecurityGroupHandle,
    port: Port,
    to: SecurityGroupHandle,
}

impl Connection {
    /// From one end to a port of the other.
    pub fn new(from: &impl HasSecurityGroup, port: Port, to: &impl HasSecurityGroup) -> Self {
        Self { from: from.security_group(), port, to: to.security_group() }
    }

    /// `ClusterToDatabase5432`: as readable as an id can be, whatever else is connected.
    fn id(&self) -> String {
        let (from, to) = (self.from.name(), self.to.name());
        let ports = self.port.to_string().replace("TCP ", "").replace("UDP ", "Udp");
        format!("{from}To{to}{}", ports.replace('-', "To"))
    }
}

impl Construct for Connection {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        let Self { from, port, to } = self;
        let ingress = ec2::SecurityGroupIngress::new(port.protocol().name())
            .group_id(&to)
            .source_security_group_id(&from)
            .from_port(port.from())
            .to_port(port.to())
            .description(format!("{port} from {}", from.name()));
        scope.add("Ingress", ingress);
        if from.egress() == Egress::Connections {
            let egress = ec2::SecurityGroupEgress::new(&from, port.protocol().name())
                .destination_security_group_id(&to)
                .from_port(port.from())
                .to_port(port.to())
                .description(format!("{port} to {}", to.name()));
            scope.add("Egress", egress);
        }
    }
}

/// Makes connections in a stack.
pub trait Connect {
    /// Lets `from` open connections to `port` of `to`. The rules are in this stack: that of one of the
    /// ends, or, where stacks connect in both directions, one of [`Links`](crate::environment::Links).
    ///
    /// The rules' ids are made of the ends' names. Where two pairs of ends have the same names, add a
    /// [`Connection`] under an id of its own.
    ///
    /// ```
    /// # use innovate_aws::network::{Connect, HasSecurityGroup, Port};
    /// # use innovate_core::{Prod, Stack};
    /// fn link(data: &mut Stack<Prod>, cluster: &impl HasSecurityGroup, database: &impl HasSecurityGroup) {
    ///     data.allow(cluster, Port::POSTGRES, database);
    /// }
    /// ```
    #[track_caller]
    fn allow(&mut self, from: &impl HasSecurityGroup, port: Port, to: &impl HasSecurityGroup);
}

impl<S: Stage, P: Place> Connect for Stack<S, P> {
    #[track_caller]
    fn allow(&mut self, from: &impl HasSecurityGroup, port: Port, to: &impl HasSecurityGroup) {
        let connection = Connection::new(from, port, to);
        self.add(connection.id(), connection);
    }
}

pub(super) fn ingress_from_block(
    group: &Value<SecurityGroupId>,
    block: Cidr,
    port: Port,
    description: String,
) -> ec2::SecurityGroupIngress {
    ec2::SecurityGroupIngress::new(port.protocol().name())
        .group_id(group)
        .cidr_ip(block)
        .from_port(port.from())
        .to_port(port.to())
        .description(description)
}
