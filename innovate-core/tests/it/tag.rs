//! Tags that resources inherit.

use innovate_core::{Prod, ResourceType, Site, Stack, Text, Value, json};
use serde_json::json as expect;

use crate::program::{Group, Labelled, Plain, Set, Thing, app, site, template};

fn tagged() -> Site {
    site().tag("team", "platform").tag("app", "shop")
}

#[test]
fn tags_are_written_in_the_shape_of_the_type() {
    let mut made: Stack<Prod> = Stack::new("s", tagged());
    made.add("Thing", Thing::new());
    made.add("Group", Group::new());
    made.add("Labelled", Labelled::new());
    made.add("Plain", Plain::new());
    made.add("Untagged", Thing::new().without_inherited_tags());
    let template = template(app([made]), "s");
    let properties = |id: &str| template["Resources"][id].get("Properties").cloned();
    assert_eq!(
        properties("Thing"),
        Some(expect!({ "Tags": [
            { "Key": "app", "Value": "shop" }, { "Key": "team", "Value": "platform" },
        ] }))
    );
    assert_eq!(
        properties("Group"),
        Some(expect!({ "Tags": [
            { "Key": "app", "Value": "shop", "PropagateAtLaunch": true },
            { "Key": "team", "Value": "platform", "PropagateAtLaunch": true },
        ] }))
    );
    assert_eq!(
        properties("Labelled"),
        Some(expect!({ "Labels": { "app": "shop", "team": "platform" } }))
    );
    assert_eq!(properties("Plain"), None);
    assert_eq!(properties("Untagged"), None);
}

#[test]
fn a_tag_of_its_own_wins() {
    let mut made: Stack<Prod> = Stack::new("s", tagged());
    let own = json! { "Key" => "team", "Value" => "data" };
    let name = json! { "Key" => "Name", "Value" => "x" };
    made.add(
        "Thing",
        Thing::new().set("Tags", innovate_core::value::intrinsic::array([own, name])),
    );
    made.add("Labelled", Labelled::new().set("Labels", json! { "team" => "data" }));
    let template = template(app([made]), "s");
    assert_eq!(
        template["Resources"]["Thing"]["Properties"]["Tags"],
        expect!([
            { "Key": "Name", "Value": "x" },
            { "Key": "app", "Value": "shop" },
            { "Key": "team", "Value": "data" },
        ])
    );
    let labels = &template["Resources"]["Labelled"]["Properties"]["Labels"];
    assert_eq!(labels, &expect!({ "app": "shop", "team": "data" }));
}

#[test]
fn tags_that_are_an_expression_are_left_alone() {
    let mut made: Stack<Prod> = Stack::new("s", tagged());
    let other: Value<Text> = made.add("Other", Plain::new()).attribute("Tags");
    made.add("Thing", Thing::new().set("Tags", other));
    let template = template(app([made]), "s");
    let tags = &template["Resources"]["Thing"]["Properties"]["Tags"];
    assert_eq!(tags, &expect!({ "Fn::GetAtt": ["Other", "Tags"] }));
}
