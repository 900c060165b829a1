//! Templates that are texts in other templates.

use innovate_core::{
    AnyStack, Anywhere, App, Construct, MAIN, Node, Prod, ResourceRef, ResourceType as _, Scope,
    Stack, StackModel, TemplateFormat, Text, Value,
    stack::{ANY_ACCOUNT, ANY_REGION},
    text,
    value::{Pseudo, pseudo},
};
use serde_json::{Value as Json, json};

use crate::program::{Plain, STRICT, Set, Thing, app, finding, site, stack, synth, template};

/// Deploys a template elsewhere.
struct Copies(StackModel);

impl Construct for Copies {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        let resource = scope.add(MAIN, Plain::new());
        scope.embed(&resource, "Body", self.0);
    }
}

fn elsewhere() -> Stack<Prod, Anywhere> {
    Stack::new("baseline", site().anywhere())
}

fn with(template: Stack<Prod, Anywhere>) -> App {
    let mut outer = stack("outer");
    outer.add("Copies", Copies(template.into_template()));
    app([outer])
}

/// The template within the template, as it is written and as it reads.
fn body(template_of: Stack<Prod, Anywhere>) -> (String, Json) {
    let outer = template(with(template_of), "outer");
    let body = outer["Resources"]["Copies"]["Properties"]["Body"].as_str().unwrap().to_owned();
    let read = serde_json::from_str(&body).unwrap();
    (body, read)
}

#[test]
fn a_template_is_a_text_on_one_line_and_no_file_of_its_own() {
    let mut inner = elsewhere();
    let first = inner.add("First", Plain::new().set("Size", Node::Integer(4)));
    inner.add("Second", Plain::new().set("Of", first.reference::<Text>().into_node()));
    inner.scope().output("First", first.reference::<Text>());
    let (text, read) = body(inner);
    assert!(!text.contains('\n'), "{text}");
    assert_eq!(
        read,
        json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Resources": {
                "First": { "Type": "Test::Unit::Plain", "Properties": { "Size": 4 } },
                "Second": { "Type": "Test::Unit::Plain", "Properties": { "Of": { "Ref": "First" } } },
            },
            "Outputs": { "First": { "Value": { "Ref": "First" } } },
        })
    );
    let mut inner = elsewhere();
    inner.add("First", Plain::new());
    let synthesis = synth(with(inner));
    let files: Vec<String> = synthesis.assembly.unwrap().files().keys().cloned().collect();
    assert_eq!(files, ["manifest.json", "templates/outer.template.json"]);
}

#[test]
fn the_account_and_the_region_are_those_of_each_place() {
    let mut inner = elsewhere();
    let own = inner.model().site().clone();
    let arn = format!("arn:aws:sqs:{}:{}:jobs", own.region(), own.account());
    let mixed: Value<Text> = text!["name-", own.account().to_owned(), "-", pseudo::stack_name()];
    let thing = Plain::new()
        .set("Arn", Node::Text(arn.into()))
        .set("Account", Node::Text(own.account().to_owned().into()))
        .set("Mixed", mixed.into_node())
        .set("Deep", Node::list([Node::map([("In".into(), Node::Text(ANY_REGION.into()))])]))
        .metadata("Where", Node::Text(ANY_ACCOUNT.into()));
    inner.add("Thing", thing);
    let (text, read) = body(inner);
    let thing = &read["Resources"]["Thing"];
    assert_eq!(
        thing["Properties"],
        json!({
            "Arn": { "Fn::Sub": "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs" },
            "Account": { "Ref": "AWS::AccountId" },
            "Mixed": { "Fn::Sub": "name-${AWS::AccountId}-${AWS::StackName}" },
            "Deep": [{ "In": { "Ref": "AWS::Region" } }],
        })
    );
    assert_eq!(thing["Metadata"]["Where"], json!({ "Ref": Pseudo::AccountId.name() }));
    assert!(!text.contains(ANY_ACCOUNT) && !text.contains(ANY_REGION), "{text}");
}

#[test]
fn what_is_known_nowhere_is_no_key() {
    let mut inner = elsewhere();
    let key = format!("{ANY_REGION}:sub");
    inner.add("Thing", Plain::new().set("Map", Node::map([(key.into(), Node::Bool(true))])));
    let line = line!() - 1;
    let found = finding(with(inner), "STK-10");
    assert_eq!(found.given_value(), Some("each-region-1:sub"));
    assert_eq!(found.place().unwrap().line, line);
}

#[test]
fn a_dynamic_reference_is_resolved_where_the_template_is_deployed() {
    let mut inner = elsewhere();
    let secret = "{{resolve:secretsmanager:database:SecretString:password}}";
    inner.add("Thing", Plain::new().set("Password", Node::Text(secret.into())));
    let (text, read) = body(inner);
    assert!(!text.contains("{{resolve:"), "{text}");
    assert_eq!(read["Resources"]["Thing"]["Properties"]["Password"], secret);
}

#[test]
fn rules_look_into_a_template_and_the_program_accepts_there() {
    let wrong = || Thing::new().set("Wrong", Node::Bool(true));
    let mut inner = elsewhere();
    inner.add("Thing", wrong());
    let line = line!() - 1;
    let report = with(inner).synth(STRICT, TemplateFormat::Json).report;
    let [one] = report.findings() else { panic!("{report:#?}") };
    assert_eq!((one.code(), one.place().unwrap().line), ("TST-01", line));
    assert_eq!(one.stack(), Some("baseline"));
    let mut inner = elsewhere();
    inner.add("Thing", wrong().suppress("TST-01", "it is a test"));
    let report = with(inner).synth(STRICT, TemplateFormat::Json).report;
    assert_eq!(report.findings(), []);
    assert_eq!(report.accepted().len(), 1);
}

#[test]
fn nothing_leaves_a_template_and_nothing_enters_it() {
    let mut outer = stack("outer");
    let vpc = outer.add("Vpc", Plain::new());
    let mut inner = elsewhere();
    inner.add("Subnet", Plain::new().set("VpcId", vpc.reference::<Text>().into_node()));
    let line = line!() - 1;
    outer.add("Copies", Copies(inner.into_template()));
    let found = finding(app([outer]), "STK-09");
    assert_eq!((found.given_value(), found.place().unwrap().line), (Some("`outer:Vpc`"), line));

    let mut inner = elsewhere();
    let thing: ResourceRef = inner.add("Thing", Plain::new());
    let mut outer = stack("outer");
    outer.add("Copies", Copies(inner.into_template()));
    outer.add("Reads", Plain::new().set("Of", thing.reference::<Text>().into_node()));
    let found = finding(app([outer]), "REF-01");
    assert!(found.help_texts()[0].contains("a template that is deployed elsewhere"), "{found:?}");
}

#[test]
fn a_template_has_a_name_of_its_own() {
    let mut inner = elsewhere();
    inner.add("Thing", Plain::new());
    let mut baseline = stack("baseline");
    baseline.add("Thing", Plain::new());
    let found = finding(with(inner).stack(baseline), "STK-01");
    assert!(found.message().contains("`baseline`"), "{found:?}");
}
