//! What CloudFormation makes in us-east-1 only can't be in a template that is deployed to several regions.

use innovate::prelude::*;

fn protect(baseline: &mut Stack<Prod, Anywhere>, acl: WebAcl<CloudFront>) {
    baseline.add("WebAcl", acl);
}

fn main() {}
