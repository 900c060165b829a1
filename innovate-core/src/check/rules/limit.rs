//! CloudFormation's quotas. Each is a warning from 80 % on.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "LIM-01",
        title: "a stack has at most 500 resources",
        explanation: concat!(
            "CloudFormation refuses a template with more. Stacks split best by how often they change: network,\n",
            "keys, data, cluster, applications. References between stacks resolve by themselves.\n",
            "\n",
            "What AWS has deployed moves to its new stack by a stack refactor before the deployment\n",
            "(`aws cloudformation create-stack-refactor`); the lock file accepts it where the program says\n",
            "`moved_from` on it.\n",
            "\n",
            "Source: Understand CloudFormation quotas, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LIM-02",
        title: "a stack has at most 200 outputs",
        explanation: concat!(
            "What other stacks read counts too. Where a name is known to the program, use the name instead of a\n",
            "reference.\n",
            "\n",
            "Source: Understand CloudFormation quotas, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LIM-03",
        title: "a stack has at most 200 parameters",
        explanation: concat!(
            "What the program knows needs no parameter.\n",
            "\n",
            "Source: Understand CloudFormation quotas, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LIM-04",
        title: "a stack has at most 200 mappings",
        explanation: concat!(
            "What the program knows needs no mapping: choose in Rust.\n",
            "\n",
            "Source: Understand CloudFormation quotas, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LIM-05",
        title: "a template has at most 1,000,000 bytes",
        explanation: concat!(
            "The body is counted as written. Split the stack.\n",
            "\n",
            "Source: Understand CloudFormation quotas, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LIM-06",
        title: "a stack has a resource",
        explanation: "CloudFormation refuses a template without resources. Add to the stack, or leave it out of the app.",
        check: Check::Elsewhere,
    },
    Rule {
        code: "LIM-07",
        title: "a description has at most 1,024 bytes",
        explanation: "Source: Template Description syntax, AWS CloudFormation User Guide.",
        check: Check::Elsewhere,
    },
];
