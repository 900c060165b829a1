//! References between stacks.

use innovate_core::{
    App, Counterpart, HomeRegion, List, Manifest, ManifestSet, Node, Prod, ResourceRef,
    ResourceType, Site, Stack, Text, Value, value::intrinsic,
};
use serde_json::{Value as Json, json};

use crate::program::{Plain, Set, app, finding, findings, site, stack, synth, template};

fn producer(site: Site) -> (Stack<Prod>, ResourceRef) {
    let mut stack: Stack<Prod, HomeRegion> = Stack::new("producer", site);
    let vpc = stack.add("Vpc", Plain::new());
    (stack, vpc)
}

/// What the consumer reads, and the producer's outputs.
fn read(site: Site, value: impl Fn(&ResourceRef) -> Node) -> (Json, Json) {
    let (producer, vpc) = producer(site);
    let mut consumer = stack("consumer");
    consumer.add("Subnet", Plain::new().set("VpcId", value(&vpc)));
    let program = app([consumer, producer]);
    let consumer = template(program.clone(), "consumer");
    let producer = template(program, "producer");
    (consumer["Resources"]["Subnet"]["Properties"]["VpcId"].clone(), producer["Outputs"].clone())
}

fn attribute(vpc: &ResourceRef) -> Value<Text> {
    vpc.attribute("CidrBlock")
}

#[test]
fn a_value_of_another_stack_is_read_from_its_output() {
    let (read, outputs) = read(site(), |vpc| vpc.reference::<Text>().into_node());
    assert_eq!(
        read,
        json!({ "Fn::GetStackOutput": { "StackName": "producer", "OutputName": "VpcRef" } })
    );
    assert_eq!(outputs, json!({ "VpcRef": { "Value": { "Ref": "Vpc" } } }));
}

#[test]
fn another_region_is_named() {
    let (read, _) = read(site().in_region("us-east-1"), |vpc| attribute(vpc).into_node());
    assert_eq!(
        read,
        json!({ "Fn::GetStackOutput": {
            "StackName": "producer", "OutputName": "VpcCidrBlock", "Region": "us-east-1",
        } })
    );
}

fn other_account() -> Site {
    Site::new("acme", site().stage(), "444455556666", "eu-west-1")
}

#[test]
fn another_account_is_read_with_its_role() {
    let role = "arn:aws:iam::444455556666:role/reader";
    let site = other_account().with_reader_role(role);
    let (read, _) = read(site, |vpc| attribute(vpc).into_node());
    assert_eq!(
        read,
        json!({ "Fn::GetStackOutput": {
            "StackName": "producer", "OutputName": "VpcCidrBlock", "RoleArn": role,
        } })
    );
}

#[test]
fn another_account_without_a_role_is_an_error() {
    let (producer, vpc) = producer(other_account());
    let mut consumer = stack("consumer");
    consumer.add("Subnet", Plain::new().set("VpcId", attribute(&vpc)));
    let found = finding(app([producer, consumer]), "REF-03");
    assert_eq!(found.given_value(), Some("`Vpc` of account 444455556666"));
    assert_eq!(found.path(), Some("Subnet"));
}

#[test]
fn a_strong_reference_is_an_export() {
    let (read, outputs) = read(site(), |vpc| attribute(vpc).strong().into_node());
    assert_eq!(read, json!({ "Fn::ImportValue": "producer:VpcCidrBlock" }));
    assert_eq!(outputs["VpcCidrBlock"]["Export"], json!({ "Name": "producer:VpcCidrBlock" }));
}

#[test]
fn both_keeps_the_export_while_consumers_move() {
    let (read, outputs) = read(site(), |vpc| attribute(vpc).both().into_node());
    assert_eq!(read["Fn::GetStackOutput"]["OutputName"], "VpcCidrBlock");
    assert_eq!(outputs["VpcCidrBlock"]["Export"], json!({ "Name": "producer:VpcCidrBlock" }));
}

#[test]
fn a_strong_reference_stays_in_its_account_and_region() {
    for make in [Value::<Text>::strong, Value::<Text>::both] {
        let (producer, vpc) = producer(site().in_region("us-east-1"));
        let mut consumer = stack("consumer");
        consumer.add("Subnet", Plain::new().set("VpcId", make(attribute(&vpc))));
        let found = finding(app([producer, consumer]), "REF-02");
        let given = "from 111122223333/eu-west-1 to 111122223333/us-east-1";
        assert_eq!(found.given_value(), Some(given));
    }
}

#[test]
fn a_list_crosses_joined_by_commas() {
    let list = |vpc: &ResourceRef| vpc.attribute::<List<Text>>("CidrBlocks");
    let (read, outputs) = read(site(), |vpc| list(vpc).into_node());
    let output =
        json!({ "Fn::GetStackOutput": { "StackName": "producer", "OutputName": "VpcCidrBlocks" } });
    assert_eq!(read, json!({ "Fn::Split": [",", { "Fn::Join": ["", [output]] }] }));
    let value = json!({ "Fn::Join": [",", { "Fn::GetAtt": ["Vpc", "CidrBlocks"] }] });
    assert_eq!(outputs["VpcCidrBlocks"]["Value"], value);
    let (selected, _) =
        self::read(site(), |vpc| intrinsic::select::<Text>(0, list(vpc)).into_node());
    assert_eq!(selected, json!({ "Fn::Select": [0, read] }));
}

#[test]
fn stacks_are_deployed_after_those_that_they_read() {
    let (producer, vpc) = producer(site());
    let mut consumer = stack("consumer");
    let subnet = consumer.add("Subnet", Plain::new().set("VpcId", attribute(&vpc)));
    let mut last = stack("a-last");
    // Without a value there is nothing to read, and still an order.
    last.add("It", Plain::new().depends_on(&subnet));
    let assembly = synth(app([last, consumer, producer])).assembly.unwrap();
    let index = assembly.index();
    let order: Vec<&str> = index.stacks.iter().map(|stack| &*stack.name).collect();
    assert_eq!(order, ["producer", "consumer", "a-last"]);
    assert_eq!(index.stacks[2].depends_on, ["consumer"]);

    let part = assembly.select(&["consumer"]).unwrap();
    let files: Vec<&str> = part.files().keys().map(String::as_str).collect();
    assert_eq!(
        files,
        ["manifest.json", "templates/consumer.template.json", "templates/producer.template.json"]
    );
}

#[test]
fn a_stack_that_the_app_lacks_is_one_error_however_much_of_it_is_used() {
    let (_, vpc) = producer(site());
    let mut consumer = stack("consumer");
    for id in ["One", "Two"] {
        consumer.add(id, Plain::new().set("VpcId", attribute(&vpc)).depends_on(&vpc));
    }
    let line = line!() - 2;
    consumer.add("Three", Plain::new().depends_on(&vpc));
    let found = finding(App::new("app").stack(consumer), "REF-01");
    assert_eq!(found.message(), "the app doesn't have the stack `producer`");
    assert_eq!(found.help_texts(), ["add the stack `producer` to the app"]);
    assert_eq!(found.given_value(), Some("`One` uses `Vpc`, and 1 more"));
    assert_eq!(found.place().unwrap().line, line);
    let [(place, what)] = found.related_places() else { panic!("{found:?}") };
    assert_eq!((place.line, &**what), (line + 3, "`Three` uses `Vpc`"));
}

#[test]
fn what_manifests_stand_for_is_in_the_app() {
    let (_, vpc) = producer(site());
    let mut own = stack("own");
    own.add("It", Plain::new());
    let here = std::panic::Location::caller();
    let object = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "pod" } });
    let part = Counterpart::new("spec".to_owned(), attribute(&vpc).into_node(), here);
    let set = |objects| ManifestSet::new("cluster", site(), objects);
    let with_object = set(vec![Manifest::new(object, here).with_counterparts([part])]);
    let with_cluster = set(Vec::new()).of_resource(vpc.address().clone(), here);
    let without = App::new("app").stack(own).manifests(with_cluster);
    for app in [without.clone(), App::new("app").manifests(with_object)] {
        let found = finding(app.clone(), "REF-01");
        assert_eq!(found.place().unwrap().line, here.line());
        assert_eq!(found.given_value(), Some("the manifests of `cluster` use `Vpc`"));
        let (producer, _) = self::producer(site());
        assert!(findings(app.stack(producer)).is_empty());
    }

    let mut again = stack("producer");
    again.add("Elsewhere", Plain::new());
    let found = finding(without.stack(again), "REF-01");
    let message = "the manifests of `cluster` use `Vpc`, which is not in the stack `producer`";
    assert_eq!(found.message(), message);
}

#[test]
fn a_stack_that_is_made_and_forgotten_is_a_warning_at_its_line() {
    let site = site();
    let line = line!() + 1;
    let mut forgotten: Stack<Prod> = Stack::new("forgotten", site.clone());
    forgotten.add("It", Plain::new());
    let mut own: Stack<Prod> = Stack::new("own", site.clone());
    own.add("It", Plain::new());
    let program = app([own]);
    assert!(findings(program.clone()).is_empty(), "it may still be added");
    drop(forgotten);
    let synthesis = synth(program.clone());
    let [found] = synthesis.report.findings() else { panic!("{:?}", synthesis.report) };
    assert_eq!((found.code(), found.place().unwrap().line), ("STK-08", line));
    assert!(synthesis.assembly.is_some());
    // Another environment's program is not told.
    assert!(findings(app([producer(self::site()).0])).is_empty());
    // One of the same name has come in its place.
    let mut again: Stack<Prod> = Stack::new("forgotten", site);
    again.add("It", Plain::new());
    assert!(findings(program.stack(again)).is_empty());
}

#[test]
fn a_stack_that_is_used_and_forgotten_is_shown_where_it_is_made() {
    let site = site();
    let mut own: Stack<Prod> = Stack::new("own", site.clone());
    let line = line!() + 1;
    let mut forgotten: Stack<Prod> = Stack::new("forgotten", site);
    let it = forgotten.add("It", Plain::new());
    drop(forgotten);
    own.add("It", Plain::new().depends_on(&it));
    let found = finding(app([own]), "REF-01");
    let [(place, what)] = found.related_places() else { panic!("{found:?}") };
    assert_eq!((place.line, &**what), (line, "the stack is made here"));
}

#[test]
fn a_handle_of_another_stack_value_of_that_name_is_an_error() {
    let (_, vpc) = producer(site());
    for name in ["producer", "consumer"] {
        let mut again = stack("producer");
        again.add("Elsewhere", Plain::new());
        let mut user = stack(name);
        user.add("Subnet", Plain::new().set("VpcId", attribute(&vpc)).depends_on(&vpc));
        let stacks = if name == "producer" { vec![user] } else { vec![again, user] };
        let found = findings(app(stacks));
        assert!(!found.is_empty());
        for finding in found {
            assert_eq!(finding.code(), "REF-01");
            let message = "`Subnet` uses `Vpc`, which is not in the stack `producer`";
            assert_eq!(finding.message(), message);
        }
    }
    let mut again = stack("producer");
    again.add("Elsewhere", Plain::new());
    again.scope().output("Cidr", attribute(&vpc));
    let found = finding(app([again]), "REF-01");
    let message = "the output `Cidr` uses `Vpc`, which is not in the stack `producer`";
    assert_eq!(found.message(), message);
    assert!(found.place().is_some());
}

#[test]
fn two_values_under_one_output_are_an_error() {
    let mut producer = stack("producer");
    let one: Value<Text> = producer.add("Vpc", Plain::new()).attribute("CidrBlock");
    let two: Value<Text> = producer.add("VpcCidr", Plain::new()).attribute("Block");
    let mut consumer = stack("consumer");
    consumer.add("It", Plain::new().set("One", one).set("Two", two));
    let found = finding(app([producer, consumer]), "STK-06");
    assert_eq!(found.given_value(), Some("`Block` of `VpcCidr` and `CidrBlock` of `Vpc`"));
}

#[test]
fn an_output_of_the_program_does_not_hide_one_that_is_read() {
    let (mut producer, vpc) = producer(site());
    producer.scope().output("VpcCidrBlock", "10.0.0.0/16");
    let mut consumer = stack("consumer");
    consumer.add("It", Plain::new().set("One", attribute(&vpc)));
    finding(app([producer, consumer]), "STK-06");
}

#[test]
fn an_output_does_not_hand_on_what_another_stack_makes() {
    let (producer, vpc) = producer(site());
    let mut consumer = stack("consumer");
    consumer.add("It", Plain::new());
    consumer.scope().output("Vpc", attribute(&vpc));
    finding(app([producer, consumer]), "REF-04");
}
