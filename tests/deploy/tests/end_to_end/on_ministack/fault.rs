//! What goes wrong on the way to ministack, by a proxy before it.

use std::time::Duration;

use fake_cloudformation::{Fault, FaultPlan, FaultProxy};
use innovate::{aws::deploy::Deployed, core::diff::StackId};
use serde_json::json;

use super::{by_hand::deploy, cloud::Cloud};

/// Each kind of fault.
const FAULTS: [Fault; 7] = [
    Fault::Throttle,
    Fault::Error500,
    Fault::DropBefore,
    Fault::DropAfter,
    Fault::Truncate,
    Fault::Hang(Duration::from_millis(200)),
    Fault::Slow(Duration::from_millis(200)),
];

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn what_is_deployed_is_read_through_every_fault() {
    let cloud = Cloud::new("300000000030");
    let template = json!({ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue" } } });
    deploy(&cloud.client("eu-west-1"), "jobs", &template).await;
    let (name, account, region) = ("jobs", cloud.account.clone(), "eu-west-1");
    let ids = [StackId { name: name.to_owned(), account, region: region.to_owned() }];
    let there = Deployed::read(&cloud.access(), &ids).await.unwrap();
    for fault in FAULTS {
        let mut plan = FaultPlan::default();
        for action in ["GetCallerIdentity", "DescribeStacks", "GetTemplate"] {
            plan.nth(action, 1, fault);
        }
        let proxy = FaultProxy::start(&cloud.endpoint, plan).unwrap();
        let access = cloud.through(proxy.endpoint()).access();
        let read = Deployed::read(&access, &ids).await;
        assert_eq!(read.as_ref(), Ok(&there), "{fault:?}");
        let suffered = proxy.requests().iter().filter(|request| request.fault.is_some()).count();
        assert_eq!(suffered, 3, "{fault:?}");
    }
}
