//! An environment that mirrors another.

use innovate_core::{
    App, Construct, DeletionPolicy, Diagnostic, Draft, Gives, Manifest, ManifestSet, Node,
    Parameter, Prod, ResourceType, Site, Stack, StageKind, Staging, Str, Synthesis, TemplateFormat,
    Text,
    check::{Facts, Registry, TagFacts, TagShape},
    parity::Difference,
    text,
    value::pseudo,
};
use serde_json::{Value, json};

use crate::program::{Plain, Set, Thing};

/// Knows that a `Network` has a block of addresses, and that a `Thing` has tags.
struct Networks;

impl Registry for Networks {
    fn version(&self) -> &str {
        "2026-01-01"
    }

    fn facts(&self, type_name: &str) -> Option<Facts> {
        let tags = TagFacts { property: "Tags", shape: TagShape::List };
        Some(Facts { tags: (type_name == Thing::TYPE).then_some(tags), stateful: false })
    }

    fn block_property(&self, type_name: &str) -> Option<&'static str> {
        (type_name == Network::TYPE).then_some("Block")
    }
}

#[derive(Default)]
struct Network(Draft);

impl ResourceType for Network {
    const TYPE: &'static str = "Test::Unit::Network";
    type Ref = innovate_core::ResourceRef;

    fn draft(&mut self) -> &mut Draft {
        &mut self.0
    }

    fn into_draft(self) -> Draft {
        self.0
    }
}

fn staging() -> Site {
    Site::new("acme-staging", StageKind::Staging, "333344445555", "eu-west-1")
        .with_domain("staging.acme.example")
        .tag("environment", "staging")
        .tag("owner", "platform")
}

fn prod() -> Site {
    Site::new("acme-prod", StageKind::Prod, "444455556666", "eu-west-1")
        .with_domain("acme.example")
        .tag("environment", "prod")
        .tag("owner", "platform")
}

/// A program of one stack, protected as production's is, so that the two differ in what a test
/// makes alone.
fn program(site: Site, fill: impl Fn(&mut Stack<Prod>)) -> App {
    let (name, stage) = (format!("{}-data", site.environment()), site.stage());
    let mut stack = Stack::<Prod>::new(name, site);
    fill(&mut stack);
    App::new(stage.name()).stack(stack)
}

fn synth(app: App) -> Synthesis {
    let checks = innovate_core::Checks { registry: &Networks, rules: &[] };
    app.synth(checks, TemplateFormat::Json)
}

/// The findings about a staging that mirrors production.
fn findings(ours: impl Fn(&mut Stack<Prod>), theirs: impl Fn(&mut Stack<Prod>)) -> Vec<Diagnostic> {
    let app = program(staging(), ours).mirrors(program(prod(), theirs), []);
    synth(app).report.findings().to_vec()
}

/// What both properties of a thing say about each other.
fn difference(ours: impl Into<Node>, theirs: impl Into<Node>) -> Option<Diagnostic> {
    let thing = |node: Node| Thing::new().with_node("Value", node);
    let (ours, theirs) = (ours.into(), theirs.into());
    let found = findings(
        |stack| {
            stack.add("Thing", thing(ours.clone()));
        },
        |stack| {
            stack.add("Thing", thing(theirs.clone()));
        },
    );
    assert!(found.len() < 2, "{found:#?}");
    found.into_iter().next()
}

trait WithNode: ResourceType {
    fn with_node(mut self, name: &'static str, node: Node) -> Self {
        self.draft().properties.set_node(name.into(), node);
        self
    }
}

impl<R: ResourceType> WithNode for R {}

fn value(text: impl Gives<Text>) -> Node {
    text.give().into_node()
}

fn words(text: &'static str) -> Node {
    Node::Text(Str::Borrowed(text))
}

#[test]
fn what_is_each_environments_own_counts_as_equal() {
    for (ours, theirs) in [
        ("acme-staging-database", "acme-prod-database"),
        ("acme/staging/database", "acme/prod/database"),
        (
            "arn:aws:iam::333344445555:role/acme-staging-api",
            "arn:aws:iam::444455556666:role/acme-prod-api",
        ),
        ("https://api.staging.acme.example/v1", "https://api.acme.example/v1"),
        ("staging", "prod"),
    ] {
        assert_eq!(difference(words(ours), words(theirs)), None, "{ours} {theirs}");
    }
    let key = |key: &'static str| Node::Map(vec![(key.into(), words("owned"))]);
    let keys = ("kubernetes.io/cluster/acme-staging", "kubernetes.io/cluster/acme-prod");
    assert_eq!(difference(key(keys.0), key(keys.1)), None);
    let arn = |name: &'static str| value(text!["arn:aws:sqs:", pseudo::region(), ":", name]);
    assert_eq!(difference(arn("acme-staging"), arn("acme-prod")), None);
    assert!(difference(arn("acme-staging"), arn("other")).is_some());
}

#[test]
fn a_word_is_an_environments_own_as_a_whole_alone() {
    for (ours, theirs) in [
        ("acme-stagings", "acme-prods"),
        ("upstaging", "upprod"),
        ("acme-staging", "acme-production"),
        ("acme-prod", "acme-staging"),
        ("other-staging-1", "other-prod-2"),
        ("acme-staging", "acme-prod-more"),
    ] {
        assert!(difference(words(ours), words(theirs)).is_some(), "{ours} {theirs}");
    }
}

#[test]
fn a_difference_is_a_finding_at_our_line_with_both_values() {
    let line = line!() + 3;
    let found = findings(
        |stack| {
            stack.add("Thing", Thing::new().set("Size", "small").set("Same", "yes"));
        },
        |stack| {
            stack.add("Thing", Thing::new().set("Size", "large").set("Same", "yes"));
        },
    );
    let [found] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(found.code(), "PAR-01");
    assert_eq!(found.message(), "`Thing` differs from `prod` in `Size`");
    assert_eq!(found.place().unwrap().line, line);
    assert_eq!(
        (found.given_value(), found.allowed_values()),
        (Some("small"), Some("large, as in `prod`"))
    );
    assert_eq!(found.property_path(), Some("Size"));
    assert_eq!(found.related_places().len(), 1);
    assert!(
        found.help_texts()[0]
            .contains(r#"`Difference::in_property("Test::Unit::Thing", "Size").because("..")`"#)
    );
}

#[test]
fn what_one_of_them_has_alone_is_a_finding() {
    let only = |stack: &mut Stack<Prod>| {
        stack.add("Thing", Thing::new());
        stack.add("Extra", Plain::new());
    };
    let both = |stack: &mut Stack<Prod>| {
        stack.add("Thing", Thing::new());
    };
    let ours = findings(only, both);
    assert_eq!(
        ours.iter().map(Diagnostic::message).collect::<Vec<_>>(),
        ["`Extra` is not in `prod`"]
    );
    let theirs = findings(both, only);
    assert_eq!(
        theirs.iter().map(Diagnostic::message).collect::<Vec<_>>(),
        ["`Extra` of `prod` is missing here"]
    );
    assert_eq!(theirs[0].setter_name(), Some("mirrors"));
    assert_eq!(theirs[0].related_places().len(), 1);
}

#[test]
fn a_stack_that_is_missing_is_one_finding() {
    let whole = program(prod(), |stack| {
        stack.add("Thing", Thing::new());
    });
    let app = App::new("staging").mirrors(whole.clone(), []);
    let found = synth(app).report.findings().to_vec();
    assert_eq!(
        found.iter().map(Diagnostic::message).collect::<Vec<_>>(),
        ["`acme-prod-data` of `prod` is missing here"]
    );
    let allowed = Difference::in_presence_of("AWS::CloudFormation::Stack")
        .only_of("acme-prod-data")
        .because("it is made by hand");
    assert_eq!(synth(App::new("staging").mirrors(whole, [allowed])).report.findings(), []);
}

#[test]
fn every_kind_of_difference_is_found() {
    let thing = || Thing::new().set("Size", "large");
    type Fill = fn(&mut Stack<Prod>);
    let one: [(&str, Fill); 7] = [
        ("Size", |stack| {
            stack.add("Thing", Thing::new());
        }),
        ("More", |stack| {
            stack.add("Thing", Thing::new().set("Size", "large").set("More", "yes"));
        }),
        ("DeletionPolicy", |stack| {
            let thing = Thing::new().set("Size", "large");
            stack.add("Thing", thing.deletion_policy(DeletionPolicy::Retain));
        }),
        ("UpdateReplacePolicy", |stack| {
            let thing = Thing::new().set("Size", "large");
            stack.add("Thing", thing.update_replace_policy(DeletionPolicy::Retain));
        }),
        ("Type", |stack| {
            stack.add("Thing", Plain::new().set("Size", "large"));
        }),
        ("Metadata", |stack| {
            let thing = Thing::new().set("Size", "large");
            stack.add("Thing", thing.metadata("Why", Node::Bool(true)));
        }),
        ("Outputs/Size", |stack| {
            stack.add("Thing", Thing::new().set("Size", "large"));
            stack.scope().output("Size", "large");
        }),
    ];
    for (property, ours) in one {
        let found = findings(ours, |stack| {
            stack.add("Thing", thing());
        });
        let properties: Vec<_> = found.iter().map(|found| found.property_path()).collect();
        assert_eq!(properties, [Some(property)], "{found:#?}");
    }
}

/// A stack that says all that one can say beside its resources.
fn telling(stack: &mut Stack<Prod>, parameter: Parameter) {
    stack.add("Thing", Thing::new());
    stack.describe("where things are");
    stack.scope().output("Url", "u").describe("where it answers").export("url");
    let _: Size = stack.scope().parameter("Size", parameter);
}

type Size = innovate_core::Value<Text>;

fn size() -> Parameter {
    let allowed_values = vec!["small".into(), "large".into()];
    Parameter { default: Some("small".into()), allowed_values, ..Parameter::default() }
}

#[test]
fn what_a_stack_says_beside_its_resources_is_compared() {
    type Fill = fn(&mut Stack<Prod>);
    let theirs: Fill = |stack| telling(stack, size());
    let one: [(&str, Fill); 8] = [
        ("Description", |stack| {
            telling(stack, size());
            stack.describe("where things were");
        }),
        ("Outputs/More", |stack| {
            telling(stack, size());
            stack.scope().output("More", "u");
        }),
        ("Outputs/Url/Export", |stack| {
            stack.add("Thing", Thing::new());
            stack.describe("where things are");
            stack.scope().output("Url", "u").describe("where it answers");
            let _: Size = stack.scope().parameter("Size", size());
        }),
        ("Parameters/Size/Default", |stack| {
            telling(stack, Parameter { default: Some("large".into()), ..size() });
        }),
        ("Parameters/Size/Type", |stack| {
            telling(stack, Parameter { type_name: Some("Number".into()), ..size() });
        }),
        ("Parameters/Size/AllowedPattern", |stack| {
            telling(stack, Parameter { allowed_pattern: Some("[a-z]+".into()), ..size() });
        }),
        ("Parameters/Size/AllowedValues", |stack| {
            telling(stack, Parameter { allowed_values: vec!["small".into()], ..size() });
        }),
        ("Parameters/Size/NoEcho", |stack| {
            telling(stack, Parameter { no_echo: true, ..size() });
        }),
    ];
    assert_eq!(findings(theirs, theirs), []);
    for (property, ours) in one {
        let found = findings(ours, theirs);
        let properties: Vec<_> = found.iter().map(|found| found.property_path()).collect();
        assert_eq!(properties, [Some(property)], "{found:#?}");
    }
}

#[test]
fn protection_of_the_stack_is_compared() {
    let stack = Stack::<Staging>::new("acme-staging-data", staging());
    let app = App::new("staging").stack(stack).mirrors(program(prod(), |_| ()), []);
    let found = synth(app).report.findings().to_vec();
    let differ = found.iter().filter(|found| found.code() == "PAR-01");
    let properties: Vec<_> = differ.map(|found| found.property_path()).collect();
    assert_eq!(properties, [Some("EnableTerminationProtection")], "{found:#?}");
}

#[test]
fn lists_are_compared_by_the_keys_of_their_items() {
    let list = |items: Value| Node::from(items);
    let ours = list(json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]));
    let moved = list(json!([{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]));
    assert_eq!(difference(ours.clone(), moved), None);
    let other = list(json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "3"}]));
    assert_eq!(difference(ours.clone(), other).unwrap().property_path(), Some("Value/b/Value"));
    let fewer = list(json!([{"Key": "a", "Value": "1"}]));
    let found = difference(ours, fewer).unwrap();
    assert_eq!(found.property_path(), Some("Value/b"));
    assert_eq!(found.allowed_values(), Some("nothing, as in `prod`"));
    let (ours, theirs) = (list(json!(["a", "b"])), list(json!(["a", "c", "d"])));
    let found = difference(ours, theirs).unwrap();
    assert_eq!(found.given_value(), Some(r#"with ["b"]"#));
    assert_eq!(found.allowed_values(), Some(r#"with ["c","d"], as in `prod`"#));
}

#[test]
fn entries_are_compared_with_those_of_their_very_keys_first() {
    let ours = || Node::from(json!({"staging": 1, "prod": 2}));
    let theirs = |entries: Value| Node::from(entries);
    assert_eq!(difference(ours(), theirs(json!({"prod": 2, "staging": 1}))), None);
    let found = difference(ours(), theirs(json!({"prod": 2}))).unwrap();
    assert_eq!(found.property_path(), Some("Value/staging"), "`prod` has its partner already");
    let own = Node::from(json!({"staging": 1}));
    assert_eq!(difference(own, theirs(json!({"prod": 1}))), None);
    let list = Node::from(json!([{"Key": "staging", "V": 1}, {"Key": "prod", "V": 2}]));
    let moved = Node::from(json!([{"Key": "prod", "V": 2}, {"Key": "staging", "V": 1}]));
    assert_eq!(difference(list, moved), None);
}

/// The findings where each environment has a network, and an address somewhere.
fn with_networks(
    (block, address): (&'static str, &'static str),
    (other_block, other_address): (&'static str, &'static str),
) -> usize {
    let fill = |block: &'static str, address: &'static str| {
        move |stack: &mut Stack<Prod>| {
            stack.add("Network", Network::default().set("Block", block));
            stack.add("Thing", Thing::new().set("Address", address));
        }
    };
    findings(fill(block, address), fill(other_block, other_address)).len()
}

#[test]
fn addresses_are_compared_by_their_place_in_the_network() {
    let (ours, theirs) = ("10.20.0.0/16", "10.30.0.0/16");
    for (address, other, differ) in [
        ("10.20.32.0/19", "10.30.32.0/19", 0),
        ("10.20.0.2", "10.30.0.2", 0),
        ("from 10.20.0.0/17, 10.20.200.0/24", "from 10.30.0.0/17, 10.30.200.0/24", 0),
        ("10.20.32.0/19", "10.30.64.0/19", 1),
        ("10.20.32.0/19", "10.30.32.0/20", 1),
        ("10.21.32.0/19", "10.31.32.0/19", 1),
        ("192.168.0.0/24", "192.168.1.0/24", 1),
    ] {
        let found = with_networks((ours, address), (theirs, other));
        assert_eq!(found, differ, "{address} {other}");
    }
    let sizes = with_networks((ours, "10.20.0.0/24"), ("10.30.0.0/17", "10.30.0.0/24"));
    assert_eq!(sizes, 2, "the networks themselves, and what is in them");
}

#[test]
fn another_region_has_other_zones() {
    let other = || Site::new("acme-prod", StageKind::Prod, "444455556666", "us-east-1");
    let here = || Site::new("acme-staging", StageKind::Staging, "333344445555", "eu-west-1");
    let zone = |site: Site, text: &'static str| {
        program(site, move |stack| {
            stack.add("Thing", Thing::new().set("Zone", text));
        })
    };
    let count = |app: App| synth(app).report.findings().len();
    assert_eq!(count(zone(here(), "euw1-az1").mirrors(zone(other(), "use1-az4"), [])), 0);
    assert_eq!(count(zone(here(), "eu-west-1a").mirrors(zone(other(), "us-east-1a"), [])), 0);
    assert_eq!(count(zone(staging(), "euw1-az1").mirrors(zone(prod(), "euw1-az2"), [])), 1);
}

#[test]
fn what_is_named_after_its_host_has_a_counterpart() {
    let record = |host: &'static str| {
        move |stack: &mut Stack<Prod>| {
            let record = stack.add(format!("Record {host}"), Plain::new());
            stack.add("Thing", Thing::new().set("Record", record.reference::<Text>()));
        }
    };
    let found = findings(record("www.staging.acme.example"), record("www.acme.example"));
    assert_eq!(found, []);
    let found = findings(record("www.staging.acme.example"), record("api.acme.example"));
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn references_are_compared_by_what_they_refer_to() {
    let refer = |to: &'static str| {
        move |stack: &mut Stack<Prod>| {
            let one = stack.add("One", Plain::new());
            let two = stack.add("Two", Plain::new());
            let target = if to == "One" { one } else { two };
            stack.add("Thing", Thing::new().set("Target", target.reference::<Text>()));
        }
    };
    assert_eq!(findings(refer("One"), refer("One")).len(), 0);
    let found = findings(refer("One"), refer("Two"));
    let values = (found[0].given_value(), found[0].allowed_values());
    assert_eq!(values, (Some(r#""One""#), Some(r#""Two", as in `prod`"#)));
}

fn cluster(site: Site, objects: Vec<Value>) -> ManifestSet {
    let location = std::panic::Location::caller();
    let objects = objects.into_iter().map(|object| Manifest::new(object, location)).collect();
    ManifestSet::new(site.environment().to_owned(), site, objects)
}

fn deployment(replicas: u8) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "api", "namespace": "api"},
        "spec": {"replicas": replicas},
    })
}

#[test]
fn manifests_are_compared_too() {
    let ours = || App::new("staging").manifests(cluster(staging(), vec![deployment(2)]));
    let theirs = |objects| App::new("prod").manifests(cluster(prod(), objects));
    assert_eq!(synth(ours().mirrors(theirs(vec![deployment(2)]), [])).report.findings(), []);

    let found = synth(ours().mirrors(theirs(vec![deployment(3)]), [])).report.findings().to_vec();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].type_name(), Some("apps/v1/Deployment"));
    assert_eq!(
        (found[0].given_value(), found[0].property_path()),
        (Some("2"), Some("spec/replicas"))
    );
    let fewer = Difference::in_property("apps/v1/Deployment", "spec/replicas").only_of("api");
    let app = ours().mirrors(theirs(vec![deployment(3)]), [fewer.because("two are enough")]);
    assert_eq!(synth(app).report.findings(), []);

    let missing = synth(ours().mirrors(theirs(vec![]), [])).report.findings().to_vec();
    assert_eq!(missing[0].message(), "`api/deployment-api.yaml` is not in `prod`");
    let extra = App::new("staging").mirrors(theirs(vec![deployment(3)]), []);
    let extra = synth(extra).report.findings().to_vec();
    assert_eq!(extra[0].message(), "`api/deployment-api.yaml` of `prod` is missing here");
}

/// A staging that differs from production in its size.
fn smaller(allowed: impl IntoIterator<Item = innovate_core::parity::Allowed>) -> Vec<Diagnostic> {
    let size = |size: &'static str| {
        move |stack: &mut Stack<Prod>| {
            stack.add("Thing", Thing::new().set("Size", size));
        }
    };
    let app = program(staging(), size("small")).mirrors(program(prod(), size("large")), allowed);
    synth(app).report.findings().to_vec()
}

#[test]
fn what_is_allowed_is_no_finding() {
    let size = || Difference::in_property("Test::Unit::Thing", "Size");
    assert_eq!(smaller([size().because("it costs less")]), []);
    assert_eq!(smaller([size().only_of("Thing").because("it costs less")]), []);
    const GROUP: Difference =
        Difference::of(&[("Test::Unit::Thing", "Size"), ("Test::Unit::Store", "Size")]);
    assert_eq!(smaller([GROUP.because("sizes differ")]), []);
}

#[test]
fn what_is_allowed_and_does_not_differ_is_a_warning_at_its_line() {
    let size = || Difference::in_property("Test::Unit::Thing", "Size").because("it costs less");
    let line = line!() + 1;
    let idle = Difference::in_property("Test::Unit::Thing", "Colour").because("taste");
    let found = smaller([size(), idle]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].place().unwrap().line), ("PAR-02", line));
    assert_eq!(found[0].given_value(), Some("Test::Unit::Thing Colour"));

    let elsewhere = Difference::in_property("Test::Unit::Thing", "Size").only_of("Other");
    let codes: Vec<_> = smaller([elsewhere.because("no")]).iter().map(Diagnostic::code).collect();
    assert_eq!(codes, ["PAR-01", "PAR-02"]);
}

#[test]
fn an_unknown_type_says_which_was_meant() {
    let found = smaller([Difference::in_property("Test::Unit::Things", "Size").because("typing")]);
    let unknown = found.iter().find(|found| found.code() == "PAR-02").unwrap();
    assert_eq!(
        unknown.help_texts(),
        ["neither has a `Test::Unit::Things`; there is `Test::Unit::Thing`"]
    );
}

#[test]
fn a_difference_without_a_reason_is_an_error() {
    let line = line!() + 1;
    let found = smaller([Difference::in_property("Test::Unit::Thing", "Size").because(" ")]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].place().unwrap().line), ("PAR-03", line));
}

#[test]
fn the_original_leaves_no_files() {
    let both = |stack: &mut Stack<Prod>| {
        stack.add("Thing", Thing::new());
    };
    let app = program(staging(), both).mirrors(program(prod(), both), []);
    let assembly = synth(app).assembly.unwrap();
    let files = assembly.files();
    assert!(files.iter().all(|(path, text)| !path.contains("prod") && !text.contains("prod")));
    assert!(files.keys().any(|path| path.contains("acme-staging-data")), "{files:?}");
}

#[test]
fn a_finding_is_accepted_on_the_construct_too() {
    let made = |stack: &mut Stack<Prod>| {
        let thing = Thing::new().set("Size", "small");
        stack.add("Thing", thing.suppress("PAR-01", "it is made for the tests"));
    };
    let found = findings(made, |stack| {
        stack.add("Thing", Thing::new().set("Size", "large"));
    });
    assert_eq!(found, []);
}
