//! Its certificate and its web ACL are there, too.

use innovate_aws::edge::Distribution;
use innovate_core::{HomeRegion, Prod, Stack};

fn add(stack: &mut Stack<Prod, HomeRegion>, distribution: Distribution) {
    stack.add("Distribution", distribution);
}

fn main() {}
