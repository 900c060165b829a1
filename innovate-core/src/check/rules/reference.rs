//! Values that one resource takes from another.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "REF-01",
        title: "what a reference points to is in the program",
        explanation: concat!(
            "A handle can be used in any stack of the program, but the stack that owns the resource must be\n",
            "added to the app: `App::new(..).stack(..)`. So must the stack of a cluster that has manifests, and\n",
            "of a database that pods connect to. A handle of a `Stack` value that was made again under the same\n",
            "name is not of that stack either.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-02",
        title: "a strong reference stays in its account and region",
        explanation: concat!(
            "`strong()` and `both()` ask for an export, and `Fn::ImportValue` reads exports of the same account\n",
            "and region only. Without them the reference is `Fn::GetStackOutput`, which crosses both.\n",
            "\n",
            "Source: Fn::ImportValue, AWS CloudFormation Template Reference Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-03",
        title: "a value of another account has a role to read it with",
        explanation: concat!(
            "`Fn::GetStackOutput` reads an output of another account through a role there. The role needs\n",
            "`cloudformation:DescribeStacks`, and must let the consumer's deployment role assume it. Name it in\n",
            "the environment of the producer: `Environment::builder()..reader_role(\"arn:..\")`.\n",
            "\n",
            "Source: Fn::GetStackOutput, AWS CloudFormation Template Reference Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-04",
        title: "an output is of its own stack",
        explanation: concat!(
            "An output that hands on a value of another stack would be read in two steps, and would be stale\n",
            "after the first stack's next deployment. Read the value from the stack that makes it.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-05",
        title: "no resource waits for itself",
        explanation: concat!(
            "CloudFormation makes a resource after all that it refers to or depends on. Resources that refer to\n",
            "each other have no first one. The finding shows the shortest such cycle.\n",
            "\n",
            "Usually one of the links can be a resource of its own that comes after both: a rule of a security\n",
            "group (`AWS::EC2::SecurityGroupIngress`), an attachment, a policy, a route.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-06",
        title: "no stack waits for itself",
        explanation: concat!(
            "A stack is deployed after those whose values it reads. The finding shows the shortest cycle, and\n",
            "for each step the line that causes it.\n",
            "\n",
            "Move one of the resources to the stack that needs it, or make the links (grants, rules of security\n",
            "groups) in a stack that holds nothing else: it refers to all that it links, and nothing refers to\n",
            "it, so it closes no cycle. `environment.links(..)` makes such a stack.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-07",
        title: "parameters, conditions and mappings are of the stack that uses them",
        explanation: concat!(
            "They belong to one template. A value made of a parameter of one stack can't be used in another, and\n",
            "a name in the template of `sub` must be one of its variables, a parameter or a pseudo parameter.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-08",
        title: "a condition depends on no resource",
        explanation: concat!(
            "CloudFormation decides conditions before it makes anything. They compare parameters, pseudo\n",
            "parameters and mappings.\n",
            "\n",
            "Source: Condition functions, AWS CloudFormation Template Reference Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "REF-09",
        title: "what exists under a condition is used under that condition",
        explanation: concat!(
            "Where the condition of a resource doesn't hold, CloudFormation refuses a template in which anything\n",
            "else refers to it (\"Unresolved resource dependencies\"). Use it within `intrinsic::if_` on the\n",
            "condition, or give what uses it the same condition or one that implies it. An output, and so what\n",
            "other stacks read, is there in any case.\n",
            "\n",
            "Whether one condition implies another is tried with every combination of the values that they\n",
            "compare; not in a stack with more than 4,096 of them. Two values that are compared with each other\n",
            "count as equal or not, whatever else they are compared with: accept the finding if that misleads.\n",
            "\n",
            "Source: Condition functions, AWS CloudFormation Template Reference Guide; rule W1001 of cfn-lint.",
        ),
        check: Check::Elsewhere,
    },
];
