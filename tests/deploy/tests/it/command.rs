//! The command line of a program that may ask AWS.

use std::process::{Command, Output};

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let home = std::env::temp_dir();
    Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"))
        .args(arguments)
        .env_clear()
        .env("HOME", &home)
        // No instance is asked for credentials, and nothing leaves this machine.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_plan_without_credentials_says_how_to_get_them() {
    let ended = run(&["plan"], &[]);
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let said = text(&ended.stderr);
    assert!(said.contains("there are no credentials"), "{said}");
    assert!(said.contains("--profile"), "{said}");
}

#[test]
fn a_plan_says_that_aws_can_not_be_reached_and_shows_no_secret() {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "very-secret")];
    let ended = run(&["plan"], &keys);
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let said = text(&ended.stderr);
    assert!(said.contains("AWS can't be reached"), "{said}");
    assert!(!said.contains("very-secret"), "{said}");
}
