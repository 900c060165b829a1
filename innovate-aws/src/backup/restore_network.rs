//! Where databases are restored to.

use innovate_cfn::rds;
use innovate_core::{AnyStack, Construct, Gives, MAIN, ResourceRef, Scope, Text, Value, text};

use crate::{
    name::name_of,
    network::{HasSecurityGroup, SecurityGroup, SecurityGroupHandle, Subnets, tier::Data},
};

/// What a restored database needs of a network: a subnet group, and a security group that lets nothing in
/// yet. Without them RDS restores into the region's default network, and where there is none, a restore
/// fails: the first one, on the day on which the region is lost.
///
/// Its names are known before deployment, and outputs of its stack: the subnet group's is its stack's and its
/// path's, `<stack>-<path>`.
///
/// In the recovery region it takes a network that costs nothing but its flow logs: without NAT and without
/// interface endpoints, which the program adds on the day that nodes need them.
///
/// ```
/// use innovate_aws::{
///     backup::{RestoreNetwork, RestoreRoleHandle, RestoreTest, RestoreTesting, Vault},
///     network::{Endpoints, FlowLogs, Nat, Vpc},
///     vpc_cidr, zones,
/// };
/// use innovate_core::{Prod, RecoveryRegion, Stack};
///
/// fn restores(
///     dr: &mut Stack<Prod, RecoveryRegion>,
///     flow_logs: FlowLogs,
///     vault: &Vault<RecoveryRegion>,
///     role: &RestoreRoleHandle,
/// ) {
///     let vpc = Vpc::builder()
///         .cidr(vpc_cidr!("10.31.0.0/16"))
///         .zones(zones!(EuCentral1: az1, az2, az3))
///         .nat(Nat::None)
///         .endpoints(Endpoints::Gateways)
///         .flow_logs(flow_logs)
///         .build();
///     let vpc = dr.add("Vpc", vpc);
///     let network = dr.add("Restores", RestoreNetwork::of(vpc.data()));
///     let testing = RestoreTesting::<RecoveryRegion>::builder()
///         .vault(vault)
///         .role(role)
///         .tests([RestoreTest::aurora_cluster().in_network(&network)])
///         .build();
///     dr.add("RestoreTesting", testing);
/// }
/// ```
///
/// Source: "Restore testing inferred metadata", AWS Backup Developer Guide.
#[derive(Clone, Debug)]
pub struct RestoreNetwork {
    network: Subnets<Data>,
}

impl RestoreNetwork {
    /// In a network's data tier: `vpc.data()`.
    pub const fn of(network: Subnets<Data>) -> Self {
        Self { network }
    }
}

impl Construct for RestoreNetwork {
    type Handle = RestoreNetworkHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> RestoreNetworkHandle {
        let name = name_of(scope);
        let subnets = rds::DBSubnetGroup::new("Databases that are restored", self.network.ids())
            .db_subnet_group_name(name.clone());
        let subnets = scope.add(MAIN, subnets);
        let group = SecurityGroup::builder()
            .vpc(&self.network)
            .description("Connections to databases that are restored")
            .build();
        let group = scope.add("SecurityGroup", group);
        scope
            .output("SubnetGroup", Gives::<Text>::give(name.clone()))
            .describe("The subnet group to restore databases into");
        scope
            .output("SecurityGroupId", group.group_id().assume::<Text>())
            .describe("The security group of databases that are restored");
        RestoreNetworkHandle { subnets, name, group }
    }
}

/// A network for restores that is in a stack. Who connects to what was restored is let in as to any
/// database: `stack.allow(&nodes, Port::POSTGRES, &network)`.
#[derive(Clone, Debug)]
pub struct RestoreNetworkHandle {
    subnets: rds::DBSubnetGroupRef,
    name: String,
    group: SecurityGroupHandle,
}

impl RestoreNetworkHandle {
    /// The name of the subnet group, known before deployment: `dbSubnetGroupName` of a restore.
    pub fn subnet_group_name(&self) -> &str {
        &self.name
    }

    /// `vpcSecurityGroupIds` of a restore: a list as JSON.
    pub(super) fn security_group_ids(&self) -> Value<Text> {
        text!["[\"", self.group.group_id().assume::<Text>(), "\"]"]
    }
}

impl HasSecurityGroup for RestoreNetworkHandle {
    fn security_group(&self) -> SecurityGroupHandle {
        self.group.clone()
    }
}

impl AsRef<ResourceRef> for RestoreNetworkHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.subnets.as_ref()
    }
}
