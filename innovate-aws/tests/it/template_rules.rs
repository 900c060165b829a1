//! The rules that hold for every resource, whatever its service.

use innovate_aws::{Environment, Region, account, domain, name, rules};
use innovate_cfn::{rds, s3};
use innovate_core::{
    App, Checks, DeletionPolicy, Dev, Prod, ResourceType, Severity, Site, Stack, Stage, StageKind,
    TemplateFormat,
    check::{Facts, Registry},
};

/// Knows that buckets hold data.
struct Buckets;

impl Registry for Buckets {
    fn version(&self) -> &str {
        "test"
    }

    fn facts(&self, type_name: &str) -> Option<Facts> {
        Some(Facts { stateful: type_name == "AWS::S3::Bucket", ..Facts::default() })
    }
}

fn environment<S: Stage>() -> Environment<S> {
    Environment::<S>::builder()
        .application(name!("innovate"))
        .account(account!("444455556666"))
        .region(Region::EuWest1)
        .domain(domain!("innovate.example"))
        .owner("platform")
        .build()
}

/// The findings' codes and messages.
fn findings<S: Stage>(stack: Stack<S>) -> Vec<(&'static str, Severity, String)> {
    let checks = Checks { registry: &Buckets, rules: rules::RULES };
    let synthesis = App::new("test").stack(stack).synth(checks, TemplateFormat::Json);
    let findings = synthesis.report.findings().iter();
    findings.map(|found| (found.code(), found.severity(), found.message().to_owned())).collect()
}

#[test]
fn a_bucket_that_says_nothing_of_its_removal_is_refused() {
    let mut stack = environment::<Dev>().stack("data");
    stack.add("Uploads", s3::Bucket::new());
    let found = findings(stack);
    assert!(
        found.iter().any(|(code, severity, message)| {
            (*code, *severity) == ("CFN-02", Severity::Error)
                && message.contains("sets no DeletionPolicy")
        }),
        "{found:?}"
    );
}

#[test]
fn a_bucket_of_production_may_not_be_deleted() {
    fn stack<S: Stage>(policy: DeletionPolicy) -> Stack<S> {
        let mut stack = environment::<S>().stack("data");
        stack.add("Uploads", s3::Bucket::new().removal_policy(policy));
        stack
    }
    let codes = |found: Vec<(&'static str, Severity, String)>| {
        found.into_iter().filter(|(code, ..)| *code == "CFN-02").count()
    };
    assert_eq!(codes(findings(stack::<Prod>(DeletionPolicy::Delete))), 1);
    assert_eq!(codes(findings(stack::<Prod>(DeletionPolicy::Retain))), 0);
    assert_eq!(codes(findings(stack::<Dev>(DeletionPolicy::Delete))), 0);
}

#[test]
fn a_password_in_the_program_is_refused_and_not_shown() {
    let mut stack = environment::<Prod>().stack("data");
    let instance = rds::DBInstance::new().master_user_password("correct horse");
    stack.add("Database", instance.removal_policy(DeletionPolicy::Snapshot));
    let found = findings(stack);
    let secrets: Vec<_> = found.iter().filter(|(code, ..)| *code == "SEC-01").collect();
    assert_eq!(secrets.len(), 1, "{found:?}");
    assert!(!format!("{secrets:?}").contains("correct horse"));
}

#[test]
fn a_dynamic_reference_is_no_secret() {
    let mut stack = environment::<Prod>().stack("data");
    let password = "{{resolve:secretsmanager:db:SecretString:password}}";
    let instance = rds::DBInstance::new().master_user_password(password);
    stack.add("Database", instance.removal_policy(DeletionPolicy::Snapshot));
    assert!(findings(stack).iter().all(|(code, ..)| *code != "SEC-01"));
}

#[test]
fn a_site_without_the_mandatory_tags_is_warned_of() {
    let site = Site::new("plain", StageKind::Dev, "444455556666", "eu-west-1").tag("owner", "me");
    let mut stack = Stack::<Dev>::new("plain", site);
    stack.add("Uploads", s3::Bucket::new().removal_policy(DeletionPolicy::Retain));
    let found = findings(stack);
    assert!(
        found
            .iter()
            .any(|(code, severity, _)| { (*code, *severity) == ("TAG-01", Severity::Warning) })
    );
}

#[test]
fn a_production_stack_without_the_mandatory_tags_is_an_error() {
    let site = Site::new("plain", StageKind::Prod, "444455556666", "eu-west-1").tag("owner", "me");
    let mut stack = Stack::<Prod>::new("plain", site);
    stack.add("Uploads", s3::Bucket::new().removal_policy(DeletionPolicy::Retain));
    let found = findings(stack);
    assert!(
        found.iter().any(|(code, severity, _)| (*code, *severity) == ("TAG-01", Severity::Error))
    );
}
