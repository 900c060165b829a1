//! `NET-15`: the zones of a network are of its stack's region.

use innovate_core::{Rule, check::Check};

/// `NET-15`. The construct [`Vpc`](crate::network::Vpc) reports it.
pub static ZONES_ARE_OF_THE_STACKS_REGION: Rule = Rule {
    code: "NET-15",
    title: "the zones of a network are of its stack's region",
    explanation: "A subnet is made in a zone of the region that its stack is deployed to; EC2 refuses \
the id of another region's zone. Name zones of the environment's region, or change the environment's \
region.\n\nSource: \"AZ IDs\", AWS Regions and Availability Zones.",
    check: Check::Elsewhere,
};
