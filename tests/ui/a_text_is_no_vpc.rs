//! The id of a network comes from its handle, or is declared as one that exists already.

use innovate::cfn::ec2;

fn main() {
    let _ = ec2::Subnet::new("vpc-0123456789abcdef0");
}
