//! An ARN has the form of its kind: here the account is missing.

use innovate::prelude::*;

fn main() {
    let _ = Principal::arn("Ci", arn!(RoleArn: "arn:aws:iam:role/ci"));
}
