//! What a deployment is held to.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[Rule {
    code: "DEP-01",
    title: "what a program yields can be deployed",
    explanation: concat!(
        "CloudFormation could not make, change or delete a resource, or its validation before the deployment\n",
        "found a mistake: the words are CloudFormation's or the service's own. The resource that failed first\n",
        "is named first; what was only cancelled because of it is left out. CloudFormation rolls the stack\n",
        "back by itself; stacks that read from it are skipped, and all others are deployed.\n",
        "\n",
        "Mend the cause at the line that is named, and run the same command again: it goes on where it was.",
    ),
    check: Check::Elsewhere,
}];
