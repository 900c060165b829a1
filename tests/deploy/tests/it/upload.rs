//! Templates that are too large for a request.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use fake_cloudformation::{Fake, Fault, Script};
use innovate::{
    aws::{
        deploy::{Access, AwsError, bootstrap},
        storage::TemplateBucket,
    },
    core::diff::StackId,
};

const OWN: &str = "111122223333";
const BODY: &str = "{ \"Resources\": {} }";
/// What `sha256sum` says of it.
const SHA256: &str = "c0acfde733eac1029960beb0fbb5c1856d0aca963af6e454acd0ffaf806a53cc";

fn stack(region: &str) -> StackId {
    StackId { name: "network".to_owned(), account: OWN.to_owned(), region: region.to_owned() }
}

fn access(fake: &Fake) -> Access {
    let credentials = Credentials::new(format!("AKIA{OWN}"), "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url(fake.endpoint())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Access::new(config, None)
}

/// A cloud in which the bucket of the region is that account's, in that region.
fn cloud(region: &str, account: &str, in_region: &str) -> Fake {
    let bucket = TemplateBucket::name_in(OWN, region);
    Fake::start(Script::new().bucket(bucket.as_str(), account, in_region)).unwrap()
}

async fn put(fake: &Fake, region: &str) -> Result<String, AwsError> {
    access(fake).put_template(&stack(region), BODY, SHA256).await
}

fn actions(fake: &Fake) -> Vec<String> {
    let of_objects = |action: &String| action.ends_with("Object");
    fake.requests().into_iter().map(|request| request.action).filter(of_objects).collect()
}

#[tokio::test]
async fn a_template_is_sent_once_to_the_bucket_of_its_account_and_region() {
    let fake = cloud("eu-west-1", OWN, "eu-west-1");
    let url = put(&fake, "eu-west-1").await.unwrap();
    let start = format!(
        "https://s3.eu-west-1.amazonaws.com/innovate-bootstrap-{OWN}-eu-west-1-an/templates/{SHA256}?versionId="
    );
    assert!(url.starts_with(&start), "{url}");
    assert_eq!(put(&fake, "eu-west-1").await.unwrap(), url, "the same version");
    assert_eq!(actions(&fake), ["HeadObject", "PutObject", "HeadObject"]);
    for request in fake.requests().iter().filter(|one| one.action.ends_with("Object")) {
        assert_eq!(request.parameters["ExpectedBucketOwner"], OWN);
    }
}

#[tokio::test]
async fn a_url_is_of_the_partition_of_its_region() {
    for (region, start) in [
        ("cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn/innovate-bootstrap-"),
        ("us-gov-west-1", "https://s3.us-gov-west-1.amazonaws.com/innovate-bootstrap-"),
        ("eusc-de-east-1", "https://s3.eusc-de-east-1.amazonaws.eu/innovate-bootstrap-"),
        ("me-south-1", "https://s3.me-south-1.amazonaws.com/innovate-bootstrap-"),
    ] {
        let url = put(&cloud(region, OWN, region), region).await.unwrap();
        assert!(url.starts_with(start), "{url}");
    }
}

#[tokio::test]
async fn what_another_put_there_under_the_name_is_overwritten() {
    let fake = cloud("eu-west-1", OWN, "eu-west-1");
    let other = "0".repeat(64);
    let path = format!("innovate-bootstrap-{OWN}-eu-west-1-an/templates/{SHA256}");
    fake.plant(&path, "{ \"Resources\": { \"Evil\": {} } }", &other);
    let url = put(&fake, "eu-west-1").await.unwrap();
    assert_eq!(actions(&fake), ["HeadObject", "PutObject"]);
    assert!(url.contains("?versionId="), "{url}");
}

#[tokio::test]
async fn the_bucket_of_another_account_gets_nothing() {
    let fake = cloud("eu-west-1", "999988887777", "eu-west-1");
    let failure = put(&fake, "eu-west-1").await.unwrap_err();
    assert_eq!(
        failure.to_string(),
        format!(
            "can't put the template of the stack network ({OWN}, eu-west-1) into the bucket \
             innovate-bootstrap-{OWN}-eu-west-1-an: Access Denied (AccessDenied)"
        )
    );
    assert!(failure.help_text().unwrap().contains(OWN), "{failure:?}");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_or_in_another_region_says_so() {
    let nothing = Fake::start(Script::new()).unwrap();
    let failure = put(&nothing, "eu-west-1").await.unwrap_err();
    assert_eq!(failure.code(), Some("NoSuchBucket"));
    let failure = put(&cloud("eu-west-1", OWN, "us-east-1"), "eu-west-1").await.unwrap_err();
    assert!(failure.help_text().unwrap().contains("another region than eu-west-1"), "{failure:?}");
}

#[tokio::test]
async fn an_upload_that_is_interrupted_is_tried_again() {
    let fake = cloud("eu-west-1", OWN, "eu-west-1");
    fake.change(|script| {
        script
            .fault("HeadObject", 1, Fault::DropBefore)
            .fault("PutObject", 1, Fault::DropAfter)
            .fault("PutObject", 2, Fault::Error500)
    });
    put(&fake, "eu-west-1").await.unwrap();
    assert_eq!(actions(&fake), ["HeadObject", "HeadObject", "PutObject", "PutObject", "PutObject"]);
}

/// Whoever changes what is in the stack raises its version, or deployments leave the old one alone.
#[test]
fn the_stack_is_what_its_version_stands_for() {
    let assembly = bootstrap::assembly(OWN, "eu-west-1").unwrap();
    let template = &assembly.files()["templates/innovate-bootstrap.template.json"];
    assert_eq!(bootstrap::VERSION, 1);
    let golden = include_str!("../golden/innovate-bootstrap.template.json");
    assert_eq!(template, golden);
    let stack = &assembly.index().stacks[0];
    assert!(stack.termination_protection);
    assert_eq!(stack.resources, 2, "the bucket and its policy");
}

#[test]
fn the_stack_is_accepted_by_every_rule_in_every_partition() {
    for region in ["eu-west-1", "me-central-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"] {
        let assembly = bootstrap::assembly(OWN, region).unwrap();
        let template = &assembly.files()["templates/innovate-bootstrap.template.json"];
        let partition = match region {
            "cn-north-1" => "arn:aws-cn:s3:::",
            "us-gov-west-1" => "arn:aws-us-gov:s3:::",
            "eusc-de-east-1" => "arn:aws-eusc:s3:::",
            _ => "arn:aws:s3:::",
        };
        assert!(template.contains(partition), "{template}");
    }
}
