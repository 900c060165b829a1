//! What AWS decides at deployment can't be measured, cut or compared before.

use innovate::cfn::ec2;

fn short(vpc: &ec2::VPCRef) -> bool {
    vpc.vpc_id().len() < 24
}

fn main() {}
