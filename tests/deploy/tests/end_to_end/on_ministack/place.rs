//! Accounts and regions: one deployment in several.

use innovate::{
    aws::deploy::{Access, Outcome},
    core::diff::StackId,
};
use serde_json::json;

use super::{
    assembly::{Wanted, all, deploy},
    cloud::Cloud,
};

/// A stack of one name in two accounts and two regions each.
fn everywhere(accounts: [&Cloud; 2]) -> Vec<Wanted> {
    let template = json!({ "Resources": { "Queue": { "Type": "AWS::SQS::Queue" } } });
    let stack = |cloud: &Cloud, region: &str| {
        let (name, account) = ("jobs".to_owned(), cloud.account.clone());
        let id = StackId { name, account, region: region.to_owned() };
        Wanted::new(id, template.clone())
    };
    let regions = ["eu-west-1", "us-east-1"];
    accounts.iter().flat_map(|cloud| regions.map(|region| stack(cloud, region))).collect()
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_role_is_assumed_in_another_account_and_all_regions_are_deployed_to() {
    let (own, other) = (Cloud::new("300000000050"), Cloud::new("300000000051"));
    let stacks = everywhere([&own, &other]);
    let access = Access::new(own.config(), Some("deployer".to_owned()));
    all(&deploy(access, &stacks).await, &Outcome::Created);
    for cloud in [&own, &other] {
        for region in ["eu-west-1", "us-east-1"] {
            let there = cloud.inventory(region);
            assert_eq!(there["queues"], 1, "{} {region}", cloud.account);
        }
        assert_eq!(cloud.inventory("eu-central-1")["queues"], 0);
    }
    let access = Access::new(own.config(), Some("deployer".to_owned()));
    all(&deploy(access, &stacks).await, &Outcome::Unchanged);
}

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn without_a_role_nothing_is_sent_to_another_account() {
    let (own, other) = (Cloud::new("300000000052"), Cloud::new("300000000053"));
    let summary = deploy(own.access(), &everywhere([&own, &other])).await;
    for stack in &summary.stacks {
        if stack.id.account == own.account {
            assert_eq!(stack.outcome, Outcome::Created, "{}", stack.id);
            continue;
        }
        let Outcome::Failed { failure } = &stack.outcome else { panic!("{summary:?}") };
        assert!(failure.message.contains(&own.account), "{failure:?}");
    }
    assert_eq!(other.inventory("eu-west-1")["queues"], 0);
}
