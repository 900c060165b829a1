//! The files that a program yields.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "OUT-01",
        title: "every file can be written in its format",
        explanation: "A value has no form in JSON or YAML.",
        check: Check::Elsewhere,
    },
    Rule {
        code: "OUT-02",
        title: "every object has a file of its own",
        explanation: concat!(
            "A manifest is written to a file named by its namespace, kind and name. Two objects with the same\n",
            "three would overwrite each other, in the folder and, if they share their API group, in the cluster.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "OUT-03",
        title: "names of objects can be parts of a path",
        explanation: concat!(
            "Namespace, kind and name of an object name its file, and Kubernetes puts them into URLs: they hold\n",
            "no `/` and no `%`, and are not `.` or `..`.\n",
            "\n",
            "Source: Object Names and IDs, Kubernetes documentation.",
        ),
        check: Check::Elsewhere,
    },
];
