//! Who asks: accounts, regions, roles.

use aws_credential_types::Credentials;
use aws_sdk_sts::config::{BehaviorVersion, Region};
use fake_cloudformation::{Fake, Script};
use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud, REGION, client, queue, refused, template};

fn sts(fake: &Fake, credentials: Credentials) -> aws_sdk_sts::Client {
    let config = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(credentials)
        .endpoint_url(fake.endpoint())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    aws_sdk_sts::Client::from_conf(config)
}

fn key(key: &str) -> Credentials {
    Credentials::new(key, "secret", None, None, "test")
}

#[tokio::test]
async fn the_account_is_that_of_the_access_key() {
    let fake = Fake::start(Script::new().key("AKIASOMETHINGELSE", "333333333333")).unwrap();
    for (access_key, account) in
        [("AKIA111111111111", "111111111111"), ("AKIASOMETHINGELSE", "333333333333")]
    {
        let answer = sts(&fake, key(access_key)).get_caller_identity().send().await.unwrap();
        assert_eq!(answer.account(), Some(account));
        assert!(answer.arn().unwrap().starts_with(&format!("arn:aws:iam::{account}:user/")));
    }
    let (code, _) = refused(sts(&fake, key("AKIANOBODY")).get_caller_identity().send().await);
    assert_eq!(code, "InvalidClientTokenId");
}

#[tokio::test]
async fn an_assumed_role_is_of_its_account_and_a_denied_one_is_not_assumed() {
    let denied = "arn:aws:iam::222222222222:role/Nobody";
    let fake = Fake::start(Script::new().denied(denied)).unwrap();
    let client = sts(&fake, key("AKIA111111111111"));
    let assume =
        |role: &str| client.assume_role().role_arn(role).role_session_name("deploy").send();
    let answer = assume("arn:aws:iam::222222222222:role/Deploy").await.unwrap();
    let given = answer.credentials().unwrap();
    let session = Credentials::new(
        given.access_key_id(),
        given.secret_access_key(),
        Some(given.session_token().to_owned()),
        None,
        "test",
    );
    let caller = sts(&fake, session).get_caller_identity().send().await.unwrap();
    assert_eq!(caller.account(), Some("222222222222"));
    let arn = "arn:aws:sts::222222222222:assumed-role/Deploy/deploy";
    assert_eq!(caller.arn(), Some(arn));
    assert_eq!(refused(assume(denied).await).0, "AccessDenied");
}

#[tokio::test]
async fn accounts_and_regions_do_not_see_each_other() {
    let cloud = Cloud::new(Script::new());
    cloud.deploy("shop", &template(json!({ "Queue": queue(json!({})) }))).await;
    for (account, region) in [("222222222222", REGION), (ACCOUNT, "us-east-1")] {
        let retries = aws_sdk_cloudformation::config::retry::RetryConfig::disabled();
        let other = client(cloud.fake.endpoint(), account, region, retries);
        assert!(other.describe_stacks().send().await.unwrap().stacks().is_empty());
        assert!(cloud.fake.stack(account, region, "shop").is_none());
    }
    let last = cloud.fake.requests().pop().unwrap();
    assert_eq!((last.account.as_str(), last.region.as_str()), (ACCOUNT, "us-east-1"));
    assert_eq!(last.action, "DescribeStacks");
}
