//! A property says whose id it takes.

use innovate::cfn::ec2;

fn gateway(group: &ec2::SecurityGroupRef) -> ec2::NatGateway {
    ec2::NatGateway::new().subnet_id(group)
}

fn main() {}
