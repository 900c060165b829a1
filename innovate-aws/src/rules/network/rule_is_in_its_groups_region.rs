//! `NET-19`: a rule of a security group is made where the group is.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

/// `NET-19`.
pub static RULE_IS_IN_ITS_GROUPS_REGION: Rule = Rule {
    code: "NET-19",
    title: "a rule of a security group is in the account and region of its group",
    explanation: "A security group's rules are resources of the stack in which the connection is made. EC2 \
looks for the group, and for the group at the other end, in that stack's account and region, and fails if \
they are elsewhere. Make the connection in a stack of the groups' region.\n\nSource: \
\"AWS::EC2::SecurityGroupIngress\", AWS CloudFormation Template Reference Guide.",
    check: Check::Model(check),
};

const ENDS: [(&str, [&str; 2]); 2] = [
    ("AWS::EC2::SecurityGroupIngress", ["GroupId", "SourceSecurityGroupId"]),
    ("AWS::EC2::SecurityGroupEgress", ["GroupId", "DestinationSecurityGroupId"]),
];

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (type_name, properties) in ENDS {
        for rule in model.resources_of(type_name) {
            for property in properties {
                let group = rule.properties().at(property).and_then(|node| model.target(node));
                let Some(group) = group else { continue };
                let site = |stack: &str| {
                    let at = model.graph().position(stack)?;
                    Some(model.stacks().get(at)?.site())
                };
                let (here, there) = (site(rule.address().stack()), site(group.address().stack()));
                let (Some(here), Some(there)) = (here, there) else { continue };
                if here.account() == there.account() && here.region() == there.region() {
                    continue;
                }
                findings.report(
                    Diagnostic::error(
                        "NET-19",
                        "this rule is made in another place than its security group",
                    )
                    .on(rule)
                    .property(property)
                    .given(format!("a stack in {}/{}", here.account(), here.region()))
                    .allowed(format!("a stack in {}/{}", there.account(), there.region()))
                    .related(group.location(), "the group is made here")
                    .help("make the connection in a stack of the group's account and region"),
                );
            }
        }
    }
}
