//! The rules that the registry's schemas make, one code each.

use innovate_core::{
    StackModel,
    check::{Check, Findings, Model, Rule},
};

use super::{
    validate::{Passed, code},
    validate_beside,
};

/// The rules about the registry's schemas. The first one checks for all.
pub const RULES: [&Rule; 13] = [
    &UNKNOWN_TYPE,
    &UNKNOWN_PROPERTY,
    &MISSING,
    &KIND,
    &ENUM,
    &FORM,
    &LENGTH,
    &RANGE,
    &ITEMS,
    &COMBINATION,
    &REGION,
    &READ_ONLY,
    &DEPRECATED,
];

fn check(_: &Model<'_>, stack: &StackModel, findings: &mut Findings) {
    let mut passed = Passed::default();
    for resource in stack.resources() {
        findings.extend(validate_beside(resource, stack.site().region(), &mut passed));
    }
}

const fn elsewhere(code: &'static str, title: &'static str, explanation: &'static str) -> Rule {
    Rule { code, title, explanation, check: Check::Elsewhere }
}

static UNKNOWN_TYPE: Rule = Rule {
    code: code::UNKNOWN_TYPE,
    title: "every resource has a type of the CloudFormation registry",
    explanation: "\
CloudFormation refuses a template with a type that it doesn't know. Types of the registry are compared \
by their full name; custom resources (`Custom::`), modules and types of third parties are not checked.

Source: \"AWS resource and property types reference\", AWS CloudFormation Template Reference Guide.",
    check: Check::EachStack(check),
};

static UNKNOWN_PROPERTY: Rule = elsewhere(
    code::UNKNOWN_PROPERTY,
    "a resource has only the properties of its type",
    "\
CloudFormation refuses a property that the type's schema doesn't name. Names are compared with their \
capitals. The generated types know them all; this finds what raw resources, free JSON and overrides \
spell differently.",
);

static MISSING: Rule = elsewhere(
    code::MISSING,
    "a resource has every property that its type requires",
    "\
CloudFormation refuses a resource, or a nested property, that lacks what its schema requires. A property \
that is left out by a condition (`AWS::NoValue`) in every case counts as missing.",
);

static KIND: Rule = elsewhere(
    code::KIND,
    "a property has a value of the kind that its type asks for",
    "\
A list where a single value belongs, or the reverse, fails at deployment. What CloudFormation converts is \
accepted: numbers and booleans written as text, and the reverse. Of a value that is known only at \
deployment it is checked whether it is a list, where that is known.",
);

static ENUM: Rule = elsewhere(
    code::ENUM,
    "a property with an enumeration has one of its values",
    "\
The service refuses any other value, often minutes into the deployment. If AWS has added a value since \
these schemas were taken, suppress this on the resource with the reason.",
);

static FORM: Rule = elsewhere(
    code::FORM,
    "a text has the form that its type asks for",
    "\
The schema gives a regular expression or the name of a form: an id, an ARN, an address block, a point in \
time, JSON. A text with a dynamic reference (`{{resolve:..}}`) is not checked. Categories of Unicode are \
checked for ASCII only, and of a few expressions that look around, only the rest is checked.",
);

static LENGTH: Rule = elsewhere(
    code::LENGTH,
    "a text is as long as its type allows",
    "Lengths are counted in characters. The service refuses a text that is too long or too short.",
);

static RANGE: Rule = elsewhere(
    code::RANGE,
    "a number is within the range of its type",
    "The service refuses a number out of its range, also one that is written as text.",
);

static ITEMS: Rule = elsewhere(
    code::ITEMS,
    "a list or map has as many items as its type allows, and none twice where they must differ",
    "\
Items that a condition may leave out are counted only where they surely are there. Items that are known \
only at deployment are not compared.",
);

static COMBINATION: Rule = elsewhere(
    code::COMBINATION,
    "properties that need or exclude each other are set so",
    "\
Some properties need another beside them, some exclude each other, and of some groups one must be set. \
Where that depends on a value known only at deployment, nothing is reported.",
);

static REGION: Rule = elsewhere(
    code::REGION,
    "the stack's region has the resource's type",
    "\
Not every region has every type. Known are the types of all public regions, of China and of GovCloud, on \
the day on which the schemas were taken; a region that is newer is not checked.",
);

static READ_ONLY: Rule = elsewhere(
    code::READ_ONLY,
    "no property is set that can only be read",
    "\
AWS decides its value: what the template says is ignored at best, and shows as drift.",
);

static DEPRECATED: Rule = elsewhere(
    code::DEPRECATED,
    "no property is set that AWS advises against",
    "The schema marks it as deprecated: it still works, and a later version of the type may refuse it.",
);
