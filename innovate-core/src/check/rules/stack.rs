//! What is in a stack, and how it is named.

use crate::check::{Check, Rule};

pub(super) static RULES: &[Rule] = &[
    Rule {
        code: "STK-01",
        title: "every stack has a name of its own",
        explanation: concat!(
            "References, the output folder and AWS itself find a stack by its name. Two stacks of one name in\n",
            "one program would overwrite each other's template; on disks that don't tell upper from lower\n",
            "case, so would two whose names differ in case only.\n",
            "\n",
            "Name one of them otherwise. A stack that AWS has deployed keeps its name: renaming it makes a new\n",
            "stack beside the old one.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-02",
        title: "what a program changes by its logical id exists",
        explanation: concat!(
            "`override_property` and `moved` find a resource by its logical id in the template, which must be\n",
            "there already: call them after the construct was added. The command `list` shows every logical id.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-03",
        title: "every id of a stack stands for one thing",
        explanation: concat!(
            "A logical id is the path to the resource with each part in Pascal case: `Vpc` / `private-az1` gives\n",
            "`VpcPrivateAz1`. Two paths can yield one id, and parameters share their names with resources.\n",
            "\n",
            "CloudFormation knows a resource by this id: another id means another resource. So change the id of\n",
            "what is newer, or not yet deployed. There is no number that is appended by itself, since it would\n",
            "depend on the order of the program.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-04",
        title: "the path of an override leads to a property",
        explanation: concat!(
            "The path of `override_property` goes through maps by name and through lists by number\n",
            "(`Rules/0/Action`). What is a function, text or a number has nothing below it: override it as a\n",
            "whole. A list grows by the number behind its last item, and by no other.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-05",
        title: "names and ids are what CloudFormation takes",
        explanation: concat!(
            "A stack's name begins with a letter, goes on with letters, digits and hyphens, and has at most 128\n",
            "characters. A logical id has 1 to 255 letters and digits; what else an id holds is left out, so an\n",
            "id of nothing else has no logical id.\n",
            "\n",
            "Source: Template Reference, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-06",
        title: "every output of a stack has a name of its own",
        explanation: concat!(
            "A value that another stack reads becomes an output named by the resource's logical id and the\n",
            "attribute (`Vpc` and `VpcId` give `VpcVpcId`). Another resource and attribute, or an output of the\n",
            "program's own, can yield the same name.\n",
            "\n",
            "Give the newer resource or output another id.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-07",
        title: "every export has a name of its own",
        explanation: concat!(
            "`Fn::ImportValue` finds an export by its name, so no two exports of an account and region may\n",
            "share one. A `strong()` or `both()` reference exports its value as `stack:output`.\n",
            "\n",
            "Source: CloudFormation template Outputs syntax, AWS CloudFormation User Guide.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-08",
        title: "what a program makes is in the app",
        explanation: concat!(
            "A stack, and the manifests of a cluster, are values of their own: they become files only if they\n",
            "are handed to the app, with `.stack(..)`, `.stacks(..)` or `.manifests(..)`. One that is made in an\n",
            "environment and dropped was probably forgotten. Make it only where it is added.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-09",
        title: "a template that is deployed elsewhere refers to nothing outside of it",
        explanation: concat!(
            "The template of a StackSet becomes stacks in other accounts and regions. A value of one of this\n",
            "program's stacks isn't known there, and what the template makes is in many places at once, so that\n",
            "no stack of the program can read it.\n",
            "\n",
            "Give the value as a parameter of the template, or as a literal if the program knows it.",
        ),
        check: Check::Elsewhere,
    },
    Rule {
        code: "STK-10",
        title: "a template that is deployed to several places says none of them in a key",
        explanation: concat!(
            "Where a construct writes the account or the region of its stack into a text, such a template has\n",
            "`AWS::AccountId` and `AWS::Region`. The key of a map is no place for a function: what needs the\n",
            "account or region in one, such as the trust in an identity provider's subject, can't be in the\n",
            "template.\n",
            "\n",
            "Source: Intrinsic function reference, AWS CloudFormation Template Reference Guide.",
        ),
        check: Check::Elsewhere,
    },
];
