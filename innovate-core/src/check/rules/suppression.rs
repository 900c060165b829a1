//! What a program accepts.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "SUP-01",
        title: "a suppression accepts something",
        explanation: concat!(
            "`.suppress(\"CODE\", \"reason\")` accepts the findings with that code on one construct. Where there\n",
            "are none any more it would hide what comes later: leave it out.\n",
            "\n",
            "Findings about what a file would say wrongly, such as two resources with one id, can't be accepted,\n",
            "nor can those about `innovate.lock`: that a resource goes is said once, with `--update-lock`.\n",
            "\n",
            "A code of checkov (`CKV_AWS_33`) is accepted in the same way, and written into the resource's\n",
            "metadata, where checkov reads it. Whether checkov would find something isn't known here.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "SUP-02",
        title: "a suppression names a rule",
        explanation: "The command `explain` lists every code.",
        check: Check::Elsewhere,
    },
    Rule {
        code: "SUP-03",
        title: "a suppression says why",
        explanation: concat!(
            "What a program accepts is shown by `check` with the reason, for whoever reviews it. A reason that\n",
            "says nothing is an error itself.",
        ),
        check: Check::Elsewhere,
    },
];
