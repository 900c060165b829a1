//! CloudFront takes none from another region.

use innovate_aws::security::{CloudFront, WebAcl};
use innovate_core::{HomeRegion, Prod, Stack};

fn protection(stack: &mut Stack<Prod, HomeRegion>) {
    stack.add("WebAcl", WebAcl::<CloudFront>::builder().build());
}

fn main() {}
