//! What is deployed, as the library reads it and as a plan sees it.

use innovate::{
    aws::deploy::{Deployed, Standing},
    cfn::schema::Registry,
    core::diff::{Diff, Impact, Snapshot, StackChange, StackId, StackSnapshot},
};
use serde_json::json;

use super::{
    by_hand::{deploy, deploy_with_tags},
    cloud::Cloud,
    cut::types,
    example::example,
};

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_plan_sees_what_is_deployed_in_each_region() {
    let cloud = Cloud::new("300000000020");
    let id = |region: &str| {
        let (name, account) = ("jobs".to_owned(), cloud.account.clone());
        StackId { name, account, region: region.to_owned() }
    };
    let template = |delay: u32| {
        let properties = json!({ "DelaySeconds": delay });
        json!({ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue", "Properties": properties } } })
    };
    deploy(&cloud.client("eu-west-1"), "jobs", &template(5)).await;
    deploy(&cloud.client("us-east-1"), "jobs", &template(6)).await;
    let ids = [id("eu-west-1"), id("us-east-1"), id("eu-central-1")];
    let deployed = Deployed::read(&cloud.access(), &ids).await.unwrap();
    let standings: Vec<Standing> = deployed.standings.values().copied().collect();
    assert_eq!(standings, [Standing::Absent, Standing::Ready, Standing::Ready]);
    let plan = |delay: u32| {
        let wanted = ids[..2].iter().map(|id| StackSnapshot::new(id.clone(), template(delay)));
        Diff::between(&deployed.snapshot, &Snapshot::new(wanted), &Registry)
    };
    let regions_of = |changed: &[StackChange]| -> Vec<String> {
        let changed = changed.iter().filter(|stack| !stack.resources.is_empty());
        changed.map(|stack| stack.id.region.clone()).collect()
    };
    assert_eq!(regions_of(&plan(5).stacks), ["us-east-1"]);
    assert_eq!(regions_of(&plan(6).stacks), ["eu-west-1"]);
    assert_eq!(plan(7).impact(), Impact::Update);
}

/// The regions of the examples.
const REGIONS: [&str; 3] = ["eu-central-1", "eu-west-1", "us-east-1"];

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn the_stacks_of_staging_are_made_and_a_plan_finds_nothing_to_change() {
    let cloud = Cloud::new("300000000021");
    let stacks = example("staging", &cloud.account);
    for stack in &stacks {
        let client = cloud.client(&stack.id.region);
        let made = deploy_with_tags(&client, &stack.id.name, &stack.template, &stack.tags).await;
        assert_eq!(made.stack_status().unwrap().as_str(), "CREATE_COMPLETE", "{}", stack.id);
    }
    let ids: Vec<StackId> = stacks.iter().map(|stack| stack.id.clone()).collect();
    let deployed = Deployed::read(&cloud.access(), &ids).await.unwrap();
    let program = Snapshot::new(stacks.iter().map(|stack| {
        let mut wanted = StackSnapshot::new(stack.id.clone(), stack.template.clone());
        wanted.tags.extend(stack.tags.iter().cloned());
        wanted
    }));
    let diff = Diff::between(&deployed.snapshot, &program, &Registry);
    assert!(diff.is_empty(), "{diff:?}");
    // Things, not only records of them.
    let there = REGIONS.map(|region| cloud.inventory(region));
    let sum = |kind: &str| there.iter().map(|there| there[kind]).sum::<usize>();
    let wanted = |kind: &str| {
        stacks.iter().filter_map(|stack| types(&stack.template).remove(kind)).sum::<usize>()
    };
    assert_eq!(sum("keys"), wanted("AWS::KMS::Key"));
    assert_eq!(sum("repositories"), wanted("AWS::ECR::Repository"));
}
