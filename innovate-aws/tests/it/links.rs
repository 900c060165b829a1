//! Links between stacks that link back: what closes a cycle, and what never does.

use innovate_aws::{
    environment::{Environment, Links},
    identity::{Grant, RoleHandle},
    keys::{KmsKey, S3},
    network::{Connect, Port, SecurityGroup, SecurityGroupHandle},
};
use innovate_cfn::{
    iam,
    policy::{PolicyDocument, Principal},
};
use innovate_core::{App, Prod, Stack, StackModel};

use crate::program::{environment, keys, problems, synth, vpc, with_code};

/// A role, a key and a security group in a stack of their own.
struct Side {
    stack: Stack<Prod>,
    role: RoleHandle,
    key: innovate_aws::keys::Key<S3>,
    group: SecurityGroupHandle,
}

/// Two sides, and what they have in common.
struct Sides {
    environment: Environment<Prod>,
    common: Vec<StackModel>,
    one: Side,
    other: Side,
}

impl Sides {
    fn new() -> Self {
        let environment = environment::<Prod>();
        let (keys, logs) = keys(&environment);
        let mut network = environment.stack("network");
        let vpc = network.add("Vpc", vpc(&logs));
        let side = |name: &str| {
            let mut stack = environment.stack(name);
            let trust = PolicyDocument::assumable_by(Principal::service("ec2.amazonaws.com"));
            let role = stack.add("Role", iam::Role::new(trust));
            let role = RoleHandle::new(name.to_owned(), &role, stack.model().site());
            let key = stack.add("Key", KmsKey::<S3>::new());
            let group = SecurityGroup::builder().vpc(&vpc).description("A side").build();
            let group = stack.add(format!("{name}Group"), group);
            Side { stack, role, key, group }
        };
        let (one, other) = (side("one"), side("other"));
        Self { common: vec![keys.into(), network.into()], one, other, environment }
    }

    fn app(self) -> App {
        let app = App::new("test").stack(self.one.stack).stack(self.other.stack);
        self.common.into_iter().fold(app, App::stack)
    }
}

fn read(of: &Side, to: &RoleHandle) -> Grant {
    let site = of.stack.model().site();
    Grant::new(to, site, [of.key.decrypt_through("s3", site.region())])
}

#[test]
fn links_in_both_directions_close_a_cycle_in_the_stacks_that_they_link() {
    let mut sides = Sides::new();
    let (from_one, from_other) =
        (read(&sides.one, &sides.other.role), read(&sides.other, &sides.one.role));
    sides.one.stack.add("ReadOther", from_other);
    sides.other.stack.add("ReadOne", from_one);
    let synthesis = synth(sides.app());
    let found = with_code(&synthesis, "REF-06");
    assert_eq!(found.len(), 1);
    assert!(found[0].help_texts()[0].contains("in a stack that holds nothing else"), "{found:?}");
}

#[test]
fn a_stack_of_links_closes_no_cycle() {
    let sides = Sides::new();
    let mut links = sides.environment.links("links");
    links.add("ReadOther", read(&sides.other, &sides.one.role));
    links.add("ReadOne", read(&sides.one, &sides.other.role));
    links.allow(&sides.one.group, Port::HTTPS, &sides.other.group);
    links.allow(&sides.other.group, Port::HTTPS, &sides.one.group);
    assert_eq!(links.name(), "innovate-prod-links");
    let synthesis = synth(sides.app().stack(links));
    assert_eq!(problems(&synthesis), [""; 0]);
}

#[test]
fn a_connection_is_made_in_the_region_of_its_groups() {
    let sides = Sides::new();
    let mut links = Links::new(sides.environment.us_east_1_stack("links"));
    links.allow(&sides.one.group, Port::HTTPS, &sides.other.group);
    let synthesis = synth(sides.app().stack(links));
    let found = with_code(&synthesis, "NET-19");
    let properties: Vec<_> = found.iter().filter_map(|found| found.property_path()).collect();
    assert_eq!(
        properties,
        ["GroupId", "DestinationSecurityGroupId", "GroupId", "SourceSecurityGroupId"]
    );
    assert_eq!(found[0].given_value(), Some("a stack in 444455556666/us-east-1"));
    assert_eq!(found[0].allowed_values(), Some("a stack in 444455556666/eu-west-1"));
}
