//! One template in many accounts and regions, by each kind of permissions.

use innovate::{
    core::{Parameter, Text},
    prelude::*,
};

/// A stack of an account that administers StackSets.
pub(crate) fn stack(staging: &Environment<Staging>) -> Stack<Staging> {
    let mut stack = staging.stack("organization");
    let mut baseline = staging.template("baseline");
    let logs = baseline.add("LogKey", KmsKey::<Logs>::new());
    let group = LogGroup::builder()
        .name(name!(LogGroupName: "/baseline/audit"))
        .retention(Retention::OneYear)
        .key(&logs);
    baseline.add("Audit", group.build());
    let objects = baseline.add("ObjectKey", KmsKey::<S3>::new());
    let access_logs = baseline.add("AccessLogs", AccessLogBucket::builder().build());
    let records = Bucket::builder().key(&objects).access_logs(&access_logs).build();
    baseline.add("Records", records);
    let messages = baseline.add("MessageKey", KmsKey::<Sqs>::new());
    baseline.add("Findings", Queue::builder().key(&messages).build());
    let everywhere = StackSet::builder()
        .template(baseline)
        .targets(
            Targets::units([name!(OrganizationalUnitId: "ou-ab12-11111111")])
                .except([account!("222233334444")])
                .auto_deployment(AutoDeployment::RetainOnRemoval)
                .as_delegated_administrator(),
        )
        .regions([Region::EuWest1, Region::EuCentral1])
        .rollout(Rollout::concurrent(percent!(25)).tolerate(percent!(10)).regions_at_once())
        .description("What every account has in every region");
    stack.add("Baseline", everywhere.build());

    let mut once = staging.template("once");
    let scope = &mut once.scope();
    let trusted = scope.parameter::<Text>("Trusted", Parameter::default());
    let trust = json! {
        "Version" => "2012-10-17",
        "Statement" => intrinsic::array([json! {
            "Effect" => "Allow",
            "Action" => "sts:AssumeRole",
            "Principal" => json! { "AWS" => text!["arn:aws:iam::", trusted, ":root"] },
        }]),
    };
    once.add("Reader", innovate::cfn::iam::Role::new(trust).role_name(name!(RoleName: "reader")));
    let by_account = StackSet::builder()
        .template(once)
        .targets(
            Targets::accounts([account!("222233334444"), account!("333344445555")])
                .administration_role(arn!(RoleArn: "arn:aws:iam::111122223333:role/stack-sets"))
                .execution_role(name!(RoleName: "stack-set-execution")),
        )
        .regions([Region::EuWest1])
        .rollout(Rollout::concurrent(2).despite_failures())
        .parameter("Trusted", "111122223333");
    stack.add("Once", by_account.build());
    stack
}
