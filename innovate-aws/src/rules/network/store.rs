//! What holds data: databases, caches and file systems, with their security groups and subnets.

use innovate_core::{Node, Resource, check::Model, stack::Address};

use crate::rules::read::list;

/// What holds data: its security groups and subnets.
pub(super) type Store<'m> = (&'m Resource, Vec<&'m Address>, Vec<&'m Address>);

/// A type that holds data: where it names its groups, and where its subnets, itself or in a group.
struct StoreType {
    name: &'static str,
    groups: &'static str,
    subnets: &'static str,
}

const STORE_TYPES: [StoreType; 11] = [
    store("AWS::RDS::DBCluster", "VpcSecurityGroupIds", "DBSubnetGroupName"),
    store("AWS::RDS::DBInstance", "VPCSecurityGroups", "DBSubnetGroupName"),
    store("AWS::RDS::DBProxy", "VpcSecurityGroupIds", "VpcSubnetIds"),
    store("AWS::DocDB::DBCluster", "VpcSecurityGroupIds", "DBSubnetGroupName"),
    store("AWS::Neptune::DBCluster", "VpcSecurityGroupIds", "DBSubnetGroupName"),
    store("AWS::ElastiCache::ReplicationGroup", "SecurityGroupIds", "CacheSubnetGroupName"),
    store("AWS::ElastiCache::ServerlessCache", "SecurityGroupIds", "SubnetIds"),
    store("AWS::MemoryDB::Cluster", "SecurityGroupIds", "SubnetGroupName"),
    store("AWS::OpenSearchService::Domain", "VPCOptions/SecurityGroupIds", "VPCOptions/SubnetIds"),
    store("AWS::Redshift::Cluster", "VpcSecurityGroupIds", "ClusterSubnetGroupName"),
    store("AWS::EFS::MountTarget", "SecurityGroups", "SubnetId"),
];

const fn store(name: &'static str, groups: &'static str, subnets: &'static str) -> StoreType {
    StoreType { name, groups, subnets }
}

/// All of them.
pub(super) fn stores<'m>(model: &Model<'m>) -> Vec<Store<'m>> {
    let mut stores = Vec::new();
    for StoreType { name, groups, subnets } in STORE_TYPES {
        for resource in model.resources_of(name) {
            let named = addresses(list(resource, subnets));
            let subnets = named.into_iter().flat_map(|address| {
                let group = model
                    .resource(address)
                    .filter(|found| found.type_name().ends_with("SubnetGroup"));
                group.map_or_else(|| vec![address], |group| addresses(list(group, "SubnetIds")))
            });
            stores.push((resource, addresses(list(resource, groups)), subnets.collect()));
        }
    }
    stores
}

/// What the nodes refer to.
pub(in crate::rules) fn addresses(nodes: &[Node]) -> Vec<&Address> {
    nodes.iter().filter_map(|node| Some(&node.as_reference()?.target)).collect()
}
