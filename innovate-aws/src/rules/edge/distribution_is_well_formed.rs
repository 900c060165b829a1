//! `CF-06`: routes, origins and pages that CloudFront takes.

use innovate_core::{Rule, check::Check};

/// `CF-06`. The construct [`Distribution`](crate::edge::Distribution) reports it.
pub static DISTRIBUTION_IS_WELL_FORMED: Rule = Rule {
    code: "CF-06",
    title: "the routes, origins and pages of a distribution are such as CloudFront takes",
    explanation: "\
Each route has a pattern of its own, and each origin a host of its own. CloudFront waits 1 to 120 seconds \
for an origin, gathers requests in regions that have an Origin Shield only, finds the page for an error by \
a path that begins with a slash, and is let into a bucket for its log in us-east-1. Only files of a site are \
kept without being asked for again. CloudFormation passes other values on, and the deployment fails after \
minutes.

Sources: AWS::CloudFront::Distribution, AWS CloudFormation Template Reference Guide; \"Use Amazon CloudFront \
Origin Shield\", Amazon CloudFront Developer Guide.",
    check: Check::Elsewhere,
};
