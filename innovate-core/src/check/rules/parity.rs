//! What mirrors something else.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "PAR-01",
        title: "what mirrors another environment is as that one is",
        explanation: concat!(
            "What was tried in staging says something about production only as far as the two are the same. So\n",
            "`App::mirrors` compares them: every resource and every Kubernetes object, property by property. What is\n",
            "each environment's own counts as equal: its name, stage, account, domain and regions, and the\n",
            "addresses in its networks.\n",
            "\n",
            "Make the two equal, or allow the difference for a reason:\n",
            "`Difference::in_property(\"AWS::RDS::DBCluster\", \"BackupRetentionPeriod\").because(\"..\")`. Whole\n",
            "resources that only one of them has are allowed by `Difference::in_presence_of`.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PAR-02",
        title: "what may differ does",
        explanation: concat!(
            "A difference that is allowed and isn't there any more, or that names what neither environment has,\n",
            "would hide what comes later: leave it out. The types are those of the templates and manifests\n",
            "(`AWS::RDS::DBCluster`, `apps/v1/Deployment`), and the properties' paths have slashes between.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "PAR-03",
        title: "what may differ says why",
        explanation: concat!(
            "Whoever reviews the program must see why an environment may differ from the one that it mirrors. A\n",
            "reason that says nothing is an error itself.",
        ),
        check: Check::Elsewhere,
    },
];
