//! `ELB-05`: what Elastic Load Balancing accepts. The constructs report it, at the setter.

use innovate_core::{
    Rule,
    check::{Check, Findings, Model},
};

/// `ELB-05`.
pub static LOAD_BALANCER_IS_ACCEPTED: Rule = Rule {
    code: "ELB-05",
    title: "a load balancer and its target groups say what Elastic Load Balancing accepts",
    explanation: "Names of target groups have up to 32 characters, priorities go from 1 to 50,000, a \
rule has up to five values in its conditions, paths begin with a slash, and times have their bounds. \
What is outside of them is refused at deployment, after other resources have been made. Where \
CloudFront is let in by its prefix list, the list's id in the region must be known, too.\n\nSource: \
\"Quotas for your Application Load Balancers\" and \"Condition types for listener rules\", Elastic \
Load Balancing User Guide.",
    check: Check::Model(check),
};

/// The constructs have looked already.
const fn check(_: &Model<'_>, _: &mut Findings) {}
