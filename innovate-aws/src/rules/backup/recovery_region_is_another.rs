//! `BKP-02`: the recovery region is another than the environment's own.

use innovate_core::{Rule, check::Check};

/// `BKP-02`.
pub static RECOVERY_REGION_IS_ANOTHER: Rule = Rule {
    code: "BKP-02",
    title: "an environment's recovery region is another than its own",
    explanation: "A stack of the recovery region holds what is left when the environment's own region \
is lost: the vault that backups are copied to, and the keys they are encrypted with. In the same region \
it would be lost with the rest.\n\nSet `.recovery_region(Region::..)` on the environment, to a region \
other than its `.region(..)`.\n\nSource: \"Disaster recovery options in the cloud\", Disaster Recovery \
of Workloads on AWS: Recovery in the Cloud.",
    check: Check::Elsewhere,
};
