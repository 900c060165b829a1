//! What `innovate.lock` holds a program to.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "LOCK-01",
        title: "a stateful resource keeps its logical id",
        explanation: concat!(
            "CloudFormation knows a resource by its logical id. If the id goes from the template, CloudFormation\n",
            "deletes the resource (or, with a retain policy, forgets it), and what has a new id is created empty.\n",
            "So the ids of resources that hold data are kept in `innovate.lock`, beside the program.\n",
            "\n",
            "If the resource was renamed, say so: `.moved_from(\"OldId\")` on a resource, or\n",
            "`stack.moved(\"OldId\", \"NewId\")` for one that a construct makes; `Stack/OldId` if it was in another\n",
            "stack. Then move what is deployed, before the deployment, with a stack refactor\n",
            "(`aws cloudformation create-stack-refactor`): without it CloudFormation makes the resource anew.\n",
            "`synth` says which are to be moved, and `manifest.json` lists them. Resources move within one\n",
            "account and region only.\n",
            "\n",
            "If it is really to go, say `--update-lock` once, and commit the lock file with the change.\n",
            "\n",
            "Source: Stack refactoring, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LOCK-02",
        title: "a stateful resource keeps its type",
        explanation: concat!(
            "A resource whose type changes under the same logical id is replaced: the old one is deleted with\n",
            "what it holds. Give the new one another id, and move the data first.\n",
            "\n",
            "If that is what is meant, say `--update-lock` once, and commit the lock file with the change.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LOCK-03",
        title: "with --locked, the lock file is complete",
        explanation: concat!(
            "`--locked` is for CI: the lock file must have been committed with the change that adds or renames a\n",
            "stateful resource. Run `synth` without it, and commit `innovate.lock`.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "LOCK-04",
        title: "a resource becomes one other, and no two",
        explanation: concat!(
            "`moved_from` and `moved` say which resource of the lock file became which of the program, so that a\n",
            "stack refactor before the deployment can move it. Two that say so of the same one contradict each\n",
            "other: only one of them can keep the data.",
        ),
        check: Check::Elsewhere,
    },
];
