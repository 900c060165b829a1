//! What a difference to what is deployed is held to.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "PLAN-01",
        title: "a resource that holds data is not replaced",
        explanation: concat!(
            "Some properties can't change in place: CloudFormation makes a new resource, moves what refers to it,\n",
            "and deletes the old one with what it holds (or keeps it outside of any stack, by its\n",
            "`UpdateReplacePolicy`). The new one is empty. A replacement also follows from what a property refers\n",
            "to: the plan names it.\n",
            "\n",
            "If that is meant, name the resource: `--replace Stack/LogicalId`.\n",
            "\n",
            "Source: Update behaviors of stack resources, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PLAN-02",
        title: "a resource that holds data keeps its logical id, or says what it was",
        explanation: concat!(
            "What CloudFormation knows under one logical id is another resource than what the program has under a\n",
            "new one. `.moved_from(\"OldId\")` on the resource, or `stack.moved(\"OldId\", \"NewId\")`, says that it is\n",
            "the same. The plan then lists the move, to be done before the deployment by a stack refactor\n",
            "(`aws cloudformation create-stack-refactor`), which touches nothing that the resource holds.\n",
            "\n",
            "Source: Stack refactoring, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PLAN-03",
        title: "a resource that holds data is not deleted unless it is named",
        explanation: concat!(
            "What a program doesn't have any more, a deployment deletes, or leaves in the account without a stack,\n",
            "by its `DeletionPolicy`; so it does with a resource whose condition holds no more. With a stack that\n",
            "is destroyed goes all that it doesn't retain, even if a last snapshot is kept. If that is meant,\n",
            "name the resource: `--delete Stack/LogicalId`.\n",
            "\n",
            "Source: DeletionPolicy attribute, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PLAN-04",
        title: "a logical id keeps its type",
        explanation: concat!(
            "CloudFormation refuses to update a stack in which a logical id has another type than before. Give\n",
            "the new resource another id.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PLAN-05",
        title: "a resource with a name of its own is replaced under another name",
        explanation: concat!(
            "To replace a resource, CloudFormation makes the new one before it deletes the old one, so two would\n",
            "have the name at once, and the service refuses. Change the name with the property. Types that the\n",
            "registry lists as deleted first are not concerned.\n",
            "\n",
            "Source: Name type, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PLAN-06",
        title: "an export that is imported stays as it is",
        explanation: concat!(
            "CloudFormation refuses to change or delete an exported output while another stack imports it. Take\n",
            "two steps: first nobody imports it any more, then it goes. References without `strong()` have no\n",
            "such ties.\n",
            "\n",
            "Source: Get exported outputs from a deployed CloudFormation stack, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PLAN-07",
        title: "a stack that is protected against deletion is destroyed only if it is named",
        explanation: concat!(
            "CloudFormation refuses to delete a stack with termination protection. Name the stack, so that the\n",
            "protection is lifted first: `--unprotect Stack`.\n",
            "\n",
            "Source: Protect CloudFormation stacks from being deleted, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PLAN-08",
        title: "a resource that is protected against deletion stops its stack half way",
        explanation: concat!(
            "Services refuse to delete what is protected: databases, tables, load balancers, clusters, user pools,\n",
            "log groups. CloudFormation meets that in the middle of a stack's deletion, and leaves the rest as a\n",
            "ruin. Set the property to its opposite and deploy that; then destroy. If the protection was lifted\n",
            "elsewhere, so that the template doesn't show it, name the resource: `--lifted Stack/LogicalId`.\n",
            "\n",
            "Source: Troubleshooting CloudFormation, Delete stack fails, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
];
