//! Templates that are too large for a request, and the stack of their bucket.

use fake_cloudformation::{Failing, Fake, Script, StackStatus, Step};
use innovate::{
    aws::deploy::{Event, Outcome, Summary, bootstrap},
    cfn::cloudformation::WaitConditionHandle,
    core::{App, Node, ResourceType, Stack, Staging},
};

use crate::cloud::{ACCOUNT, REGION, deploy, site, stack};

/// Two stacks whose templates no request takes.
fn large(width: usize) -> App {
    let stack = |name: &'static str| {
        let mut stack: Stack<Staging> = Stack::new(name, site());
        for number in 0..60 {
            let text = format!("{number}").repeat(width);
            let handle = WaitConditionHandle::new().metadata("Text", Node::Text(text.into()));
            stack.add(format!("Handle{number}"), handle);
        }
        stack
    };
    App::new("large").stack(stack("large-one")).stack(stack("large-two"))
}

fn outcome<'a>(summary: &'a Summary, name: &str) -> &'a Outcome {
    &summary.stacks.iter().find(|stack| stack.id.name == name).unwrap().outcome
}

fn failure(summary: &Summary, name: &str) -> String {
    match outcome(summary, name) {
        Outcome::Failed { failure } => format!("{failure}"),
        other => panic!("{other:?}"),
    }
}

fn count(fake: &Fake, action: &str, stack: &str) -> usize {
    let requests = fake.requests();
    let of_stack = |value: Option<&String>| value.is_none_or(|name| name.contains(stack));
    let counts = requests.iter().filter(|one| one.action == action);
    counts.filter(|one| of_stack(one.parameters.get("StackName"))).count()
}

#[tokio::test]
async fn the_first_large_template_makes_the_stack_and_later_ones_find_it() {
    let fake = Fake::start(Script::new()).unwrap();
    let (events, summary) = deploy(&fake, large(600)).await;
    assert!(summary.is_good(), "{summary:?}");
    let made = stack(&fake, bootstrap::STACK);
    assert_eq!(made.status, StackStatus::CreateComplete);
    assert!(made.termination_protection);
    assert_eq!(made.outputs[bootstrap::VERSION_OUTPUT], bootstrap::VERSION.to_string());
    let about = |event: &&Event| event.stack().is_some_and(|id| id.name == bootstrap::STACK);
    let ended = events.iter().filter(about).filter_map(|event| match event {
        Event::Ended { outcome, .. } => Some(outcome),
        _ => None,
    });
    assert_eq!(ended.collect::<Vec<_>>(), [&Outcome::Created], "once, for both stacks");
    assert_eq!(count(&fake, "PutObject", ""), 2);
    assert_eq!(stack(&fake, "large-one").status, StackStatus::CreateComplete);
    assert_eq!(stack(&fake, "large-one").resources.len(), 60);

    let (_, summary) = deploy(&fake, large(601)).await;
    assert_eq!(*outcome(&summary, "large-two"), Outcome::Updated);
    assert_eq!(count(&fake, "CreateChangeSet", bootstrap::STACK), 1);
    let puts = count(&fake, "PutObject", "");
    let (_, summary) = deploy(&fake, large(601)).await;
    assert_eq!(*outcome(&summary, "large-two"), Outcome::Unchanged);
    assert_eq!(count(&fake, "PutObject", ""), puts, "nothing is sent for what stays");
}

#[tokio::test]
async fn a_small_program_makes_no_such_stack() {
    let fake = Fake::start(Script::new()).unwrap();
    let (_, summary) = deploy(&fake, large(4)).await;
    assert!(summary.is_good());
    assert!(fake.stack(ACCOUNT, REGION, bootstrap::STACK).is_none());
}

#[tokio::test]
async fn a_stack_whose_creation_failed_is_made_anew() {
    let why = "the bucket is not there yet";
    let failing = Failing::new("TemplatesPolicy", Step::Create, why).times(1);
    let fake = Fake::start(Script::new().failing(failing)).unwrap();
    let (_, summary) = deploy(&fake, large(600)).await;
    assert!(failure(&summary, "large-one").contains("could not be made"), "{summary:?}");
    assert!(failure(&summary, "large-two").contains("could not be made"), "{summary:?}");
    assert_eq!(stack(&fake, bootstrap::STACK).status, StackStatus::RollbackComplete);
    let (_, summary) = deploy(&fake, large(600)).await;
    assert!(summary.is_good(), "{summary:?}");
    assert_eq!(stack(&fake, bootstrap::STACK).status, StackStatus::CreateComplete);
}

/// A stack of the name, whose template is this.
async fn there(fake: &Fake, template: &str) {
    let client = aws_sdk_cloudformation::Client::new(&crate::cloud::config(fake, ACCOUNT));
    let set = client.create_change_set().stack_name(bootstrap::STACK).change_set_name("other");
    let set = set.change_set_type(aws_sdk_cloudformation::types::ChangeSetType::Create);
    set.template_body(template).send().await.unwrap();
    fake.tick(3);
    let execute = client.execute_change_set().stack_name(bootstrap::STACK);
    execute.change_set_name("other").send().await.unwrap();
}

const OLDER: &str = r#"{ "Resources": { "Old": { "Type": "AWS::CloudFormation::WaitConditionHandle" } }, "Outputs": { "Version": { "Value": "0" } } }"#;

#[tokio::test]
async fn an_older_version_is_updated() {
    let fake = Fake::start(Script::new()).unwrap();
    there(&fake, OLDER).await;
    fake.tick(20);
    let (_, summary) = deploy(&fake, large(600)).await;
    assert!(summary.is_good(), "{summary:?}");
    let updated = stack(&fake, bootstrap::STACK);
    assert_eq!(updated.status, StackStatus::UpdateComplete);
    assert_eq!(updated.outputs[bootstrap::VERSION_OUTPUT], bootstrap::VERSION.to_string());
}

#[tokio::test]
async fn somebody_elses_creation_of_it_is_waited_for() {
    let fake = Fake::start(Script::new().takes("Old", 15)).unwrap();
    there(&fake, OLDER).await;
    let (events, summary) = deploy(&fake, large(600)).await;
    assert!(summary.is_good(), "{summary:?}");
    let waited = events.iter().any(
        |event| matches!(event, Event::Warning { message, .. } if message.contains("waited for")),
    );
    assert!(waited, "{events:?}");
}

#[tokio::test]
async fn another_stack_of_the_name_is_left_alone() {
    let fake = Fake::start(Script::new()).unwrap();
    let other =
        r#"{ "Resources": { "Mine": { "Type": "AWS::CloudFormation::WaitConditionHandle" } } }"#;
    there(&fake, other).await;
    fake.tick(20);
    let (_, summary) = deploy(&fake, large(600)).await;
    assert!(failure(&summary, "large-one").contains("isn't this library's"), "{summary:?}");
    assert_eq!(stack(&fake, bootstrap::STACK).status, StackStatus::CreateComplete);
    assert_eq!(stack(&fake, bootstrap::STACK).resources.len(), 1);
}
