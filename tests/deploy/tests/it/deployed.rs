//! What is deployed of a program's stacks.

use std::collections::BTreeMap;

use innovate::{
    aws::deploy::{Access, Deployed, Recent, Standing},
    cfn::schema::Registry,
    core::diff::{Diff, Impact, Snapshot, StackId, StackSnapshot},
};
use serde_json::json;

use crate::answer::{answered, error, identity, result};

fn id(name: &str) -> StackId {
    let (account, region) = ("111122223333".to_owned(), "eu-west-1".to_owned());
    StackId { name: name.to_owned(), account, region }
}

const TEMPLATE: &str = r#"{ "Parameters": { "Class": { "Type": "String", "Default": "small" } }, "Resources": { "Jobs": { "Type": "AWS::SQS::Queue", "Properties": { "DelaySeconds": 5, "QueueName": { "Ref": "Class" } } } } }"#;

/// A cloud with one stack, `app`, of this status and template.
async fn deployed(status: &'static str, template: &'static str) -> Result<Deployed, String> {
    let (config, _) = answered(move |request| match request.action.as_str() {
        "GetCallerIdentity" => identity("111122223333"),
        "DescribeStacks" if request.parameter("StackName") == "app" => result(
            "DescribeStacks",
            &format!(
                "<Stacks><member><StackName>app</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>\
                 <StackStatus>{status}</StackStatus>\
                 <EnableTerminationProtection>true</EnableTerminationProtection>\
                 <Parameters><member><ParameterKey>Class</ParameterKey><ParameterValue>large</ParameterValue></member></Parameters>\
                 <Tags><member><Key>owner</Key><Value>platform</Value></member></Tags></member></Stacks>"
            ),
        ),
        "GetTemplate" => {
            assert_eq!(request.parameter("TemplateStage"), "Original");
            let body = template.replace('&', "&amp;").replace('<', "&lt;");
            result("GetTemplate", &format!("<TemplateBody>{body}</TemplateBody>"))
        }
        _ => error(400, "ValidationError", "Stack with id other does not exist"),
    });
    let stacks = [id("other"), id("app")];
    let read = Deployed::read(&Access::new(config, None), &stacks).await;
    read.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_stack_is_read_with_its_template_parameters_tags_and_protection() {
    let deployed = deployed("UPDATE_COMPLETE", TEMPLATE).await.unwrap();
    let stack = deployed.snapshot.stack(&id("app")).unwrap();
    assert_eq!(stack.template["Resources"]["Jobs"]["Properties"]["DelaySeconds"], 5);
    assert_eq!(stack.parameters["Class"], "large");
    assert_eq!(stack.tags["owner"], "platform");
    assert!(stack.termination_protection);
    assert_eq!(deployed.standings[&id("app")], Standing::Ready);
    assert_eq!(deployed.standings[&id("other")], Standing::Absent);
    assert_eq!(deployed.snapshot.stacks().count(), 1);
}

#[tokio::test]
async fn a_stack_without_resources_has_nothing_to_compare_with() {
    for (status, standing) in [
        ("REVIEW_IN_PROGRESS", Standing::Review),
        ("DELETE_COMPLETE", Standing::Absent),
        ("ROLLBACK_COMPLETE", Standing::Ruined),
    ] {
        let deployed = deployed(status, "no template is asked for").await.unwrap();
        assert_eq!(deployed.standings[&id("app")], standing);
        assert_eq!(deployed.snapshot.stacks().count(), 0);
    }
}

#[tokio::test]
async fn templates_of_yaml_are_read_and_others_are_named() {
    let yaml = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n";
    let read = deployed("CREATE_COMPLETE", yaml).await.unwrap();
    let stack = read.snapshot.stack(&id("app")).unwrap();
    assert_eq!(stack.template["Resources"]["Jobs"]["Type"], "AWS::SQS::Queue");
    let failure = deployed("CREATE_COMPLETE", "{ nonsense").await.unwrap_err();
    assert!(
        failure.starts_with("can't read the template of the stack app (111122223333, eu-west-1): "),
        "{failure}"
    );
}

#[tokio::test]
async fn a_plan_against_what_is_deployed_knows_the_values_of_parameters() {
    let deployed = deployed("CREATE_COMPLETE", TEMPLATE).await.unwrap();
    let mut program = StackSnapshot::new(id("app"), serde_json::from_str(TEMPLATE).unwrap());
    program.tags.insert("owner".to_owned(), "platform".to_owned());
    program.termination_protection = true;
    let plan = |program: &StackSnapshot| {
        Diff::between(&deployed.snapshot, &Snapshot::new([program.clone()]), &Registry)
    };
    assert_eq!(plan(&program).impact(), Impact::Replace, "its name is another one by default");
    program.parameters.insert("Class".to_owned(), "large".to_owned());
    assert!(plan(&program).is_empty());
    program.template["Resources"]["Jobs"]["Properties"]["DelaySeconds"] = json!(6);
    assert_eq!(plan(&program).impact(), Impact::Update);
}

#[tokio::test]
async fn of_an_operation_without_end_only_the_latest_events_are_read() {
    let arn = "arn:aws:cloudformation:eu-west-1:111122223333:stack/app/1";
    let (config, asked) = answered(move |request| match request.action.as_str() {
        "GetCallerIdentity" => identity("111122223333"),
        _ => {
            let event = |id: &str, physical: &str, status: &str| {
                format!(
                    "<member><StackId>{arn}</StackId><EventId>{id}</EventId><StackName>app</StackName>\
                     <LogicalResourceId>{id}</LogicalResourceId><PhysicalResourceId>{physical}</PhysicalResourceId>\
                     <Timestamp>2026-01-01T00:00:00.5Z</Timestamp><ResourceStatus>{status}</ResourceStatus></member>"
                )
            };
            let events = [
                event("Jobs", "jobs", "UPDATE_IN_PROGRESS"),
                event("app", arn, "UPDATE_ROLLBACK_IN_PROGRESS"),
                event("Mail", "mail", "UPDATE_FAILED"),
            ];
            let more = "<NextToken>more</NextToken>";
            let body = format!("<StackEvents>{}</StackEvents>{more}", events.concat());
            result("DescribeStackEvents", &body)
        }
    });
    let access = Access::new(config, None);
    let recent = Recent::read(&access, &id("app"), arn, &BTreeMap::new()).await.unwrap();
    assert!(!recent.complete);
    assert_eq!(recent.since.as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(recent.under_way[0].logical_id, "Jobs");
    assert_eq!(recent.causes.len() + recent.rollback_causes.len(), 1);
    let asked = asked.lock().unwrap();
    let pages = asked.iter().filter(|request| request.action == "DescribeStackEvents");
    assert_eq!(pages.count(), 20);
}
