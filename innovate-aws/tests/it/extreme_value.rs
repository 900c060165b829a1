//! Numbers as large as the format holds: whatever a program says, the check ends with findings.

use innovate_aws::network::{Connect, Port, SecurityGroup};
use innovate_cfn::wafv2::{self, rule_group, web_acl as waf};
use innovate_core::{App, Dev, Node, Prod, json};

use crate::program::{codes, database, environment, program, vpc};

#[test]
fn a_port_of_a_network_acl_may_be_any_number() {
    for port in [i64::MIN, -1, 0, i64::MAX - 1, i64::MAX] {
        for end in ["PortRange/From", "PortRange/To"] {
            let app = program::<Prod>(vpc, |stack, network| {
                let store = database(stack, network);
                let caller = SecurityGroup::builder().vpc(network).description("A caller").build();
                let caller = stack.add("Caller", caller);
                stack.allow(&caller, Port::POSTGRES, &store);
                let entries: Vec<String> = stack
                    .model()
                    .resources_of("AWS::EC2::NetworkAclEntry")
                    .map(|entry| entry.logical_id().to_owned())
                    .collect();
                for entry in entries {
                    stack.override_property(&entry, end, Node::Integer(port));
                }
            });
            let shut = if end == "PortRange/To" { port <= 0 } else { port > 65_535 };
            assert_eq!(codes(app).contains(&"NET-18"), shut, "{end} {port}");
        }
    }
}

#[test]
fn a_rule_group_may_claim_any_capacity() {
    let mut stack = environment::<Dev>().stack("protection");
    let visibility = || waf::VisibilityConfig::new(true, "edge", true);
    let groups = ["One", "Two"].map(|id| {
        let measured = rule_group::VisibilityConfig::new(true, "group", true);
        let group = wafv2::RuleGroup::new(1, rule_group::Scope::REGIONAL, measured);
        let group = stack.add(id, group);
        stack.override_property(id, "Capacity", Node::Integer(i64::from(u32::MAX)));
        let statement = waf::RuleGroupReferenceStatement::new(group.arn());
        let statement = waf::Statement::new().rule_group_reference_statement(statement);
        let action = waf::OverrideAction::new().none(json! {});
        waf::Rule::new(id, if id == "One" { 0 } else { 1 }, statement, visibility())
            .override_action(action)
    });
    let allow = waf::DefaultAction::new().allow(waf::AllowAction::new());
    let acl = wafv2::WebACL::new(allow, waf::Scope::REGIONAL, visibility()).rules(groups);
    stack.add("WebAcl", acl);
    let found = codes(App::new("test").stack(stack));
    assert!(found.contains(&"WAF-02"), "{found:?}");
}
