//! Whose credentials are used where.

use innovate::{
    aws::deploy::{Access, Deployed},
    core::diff::StackId,
};

use crate::answer::{Request, answered, error, identity, result};

const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";

fn stack(account: &str, region: &str) -> StackId {
    let (account, region) = (account.to_owned(), region.to_owned());
    StackId { name: "app".to_owned(), account, region }
}

/// No stack is there, and a role may be assumed.
fn cloud(request: &Request) -> (u16, String) {
    match request.action.as_str() {
        "GetCallerIdentity" if request.key == "ASSUMED" => identity(OTHER),
        "GetCallerIdentity" => identity(OWN),
        "AssumeRole" => result(
            "AssumeRole",
            "<Credentials><AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
             <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
        ),
        _ => error(400, "ValidationError", "Stack with id app does not exist"),
    }
}

#[tokio::test]
async fn the_account_of_the_credentials_is_compared_before_anything_else_is_asked() {
    let (config, asked) = answered(cloud);
    let access = Access::new(config, None);
    let failure = Deployed::read(&access, &[stack(OTHER, "eu-west-1")]).await.unwrap_err();
    assert_eq!(
        failure.to_string(),
        "can't use account 444455556666: the credentials are those of account 111122223333"
    );
    assert!(failure.help_text().unwrap().contains("--role"));
    let asked: Vec<String> =
        asked.lock().unwrap().iter().map(|request| request.action.clone()).collect();
    assert_eq!(asked, ["GetCallerIdentity"]);
}

#[tokio::test]
async fn a_role_is_assumed_in_other_accounts_and_once_each() {
    let (config, asked) = answered(cloud);
    let access = Access::new(config, Some("deployer".to_owned()));
    let stacks = [stack(OTHER, "eu-west-1"), stack(OTHER, "us-east-1"), stack(OWN, "eu-west-1")];
    Deployed::read(&access, &stacks).await.unwrap();
    let asked = asked.lock().unwrap();
    let roles: Vec<&str> = asked
        .iter()
        .filter(|request| request.action == "AssumeRole")
        .map(|request| request.parameter("RoleArn"))
        .collect();
    assert_eq!(roles, ["arn:aws:iam::444455556666:role/deployer"]);
    let mut described: Vec<(&str, &str)> = asked
        .iter()
        .filter(|request| request.action == "DescribeStacks")
        .map(|request| (&*request.key, &*request.region))
        .collect();
    described.sort_unstable();
    assert_eq!(
        described,
        [("ASSUMED", "eu-west-1"), ("ASSUMED", "us-east-1"), ("CALLER", "eu-west-1")]
    );
}

#[tokio::test]
async fn a_role_that_leads_to_another_account_is_not_used() {
    let (config, _) = answered(|request| match request.action.as_str() {
        "GetCallerIdentity" => identity(OWN),
        _ => cloud(request),
    });
    let access = Access::new(config, Some("deployer".to_owned()));
    let failure = Deployed::read(&access, &[stack(OTHER, "eu-west-1")]).await.unwrap_err();
    assert!(failure.reason().contains("is of account 111122223333"), "{failure}");
}

#[tokio::test]
async fn a_refusal_says_what_aws_said_and_no_secret_is_shown() {
    let (config, _) = answered(|request| match request.action.as_str() {
        "GetCallerIdentity" => error(403, "ExpiredToken", "The security token is expired"),
        _ => cloud(request),
    });
    let access = Access::new(config, None);
    let failure = Deployed::read(&access, &[stack(OWN, "eu-west-1")]).await.unwrap_err();
    assert_eq!(
        failure.to_string(),
        "can't find out whose the credentials are: The security token is expired (ExpiredToken)"
    );
    assert_eq!(failure.help_text(), Some("the credentials have expired: sign in again"));
    assert!(!format!("{failure:?} {access:?}").contains("secret-of-the-caller"));
}

#[tokio::test]
async fn throttling_and_errors_of_the_service_are_tried_again() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let (config, asked) = answered(move |request| match request.action.as_str() {
        "DescribeStacks" => match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => error(400, "Throttling", "Rate exceeded"),
            1 => error(500, "InternalFailure", "An internal error"),
            _ => cloud(request),
        },
        _ => cloud(request),
    });
    Deployed::read(&Access::new(config, None), &[stack(OWN, "eu-west-1")]).await.unwrap();
    let described =
        asked.lock().unwrap().iter().filter(|one| one.action == "DescribeStacks").count();
    assert_eq!(described, 3);
}
