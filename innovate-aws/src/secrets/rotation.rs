//! How often a value is replaced.

use innovate_cfn::{
    kind::{FunctionArn, SecretArn},
    secretsmanager::{RotationSchedule, rotation_schedule::RotationRules},
};
use innovate_core::{Gives, Value};

/// How often: no less than the 90 days that Security Hub asks for (control SecretsManager.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RotationInterval {
    /// Every day.
    Daily,
    /// Every 7 days.
    Weekly,
    /// Every 30 days.
    Monthly,
    /// Every 90 days.
    Quarterly,
}

impl RotationInterval {
    /// In days.
    pub const fn days(self) -> u16 {
        match self {
            Self::Daily => 1,
            Self::Weekly => 7,
            Self::Monthly => 30,
            Self::Quarterly => 90,
        }
    }
}

/// A rotation by a function that exists: it makes a value, tells the service that checks it, and tries
/// it. Without one Secrets Manager has nobody to tell.
///
/// There are rotations without a function of one's own. That of a database's administrator is RDS's
/// (`MasterUser::Managed`); a user of the database needs no password with IAM authentication; what the
/// deployment may replace has a new [`generation`](super::Generated::generation). Secrets Manager also
/// has functions to be hosted in your account, which need a transform of the template and a function in
/// the VPC, with a route to the service and the database: an application that logs in through IAM
/// needs none of it, so there is no construct for them.
///
/// Source: "Rotation by Lambda function", AWS Secrets Manager User Guide.
#[derive(Clone, Debug)]
pub struct Rotation {
    function: Value<FunctionArn>,
    interval: RotationInterval,
}

impl Rotation {
    /// By a function, which Secrets Manager may invoke, and which it does for the first time at once.
    pub fn by(function: impl Gives<FunctionArn>, interval: RotationInterval) -> Self {
        Self { function: function.give(), interval }
    }

    pub(super) fn schedule(self, secret: impl Gives<SecretArn>) -> RotationSchedule {
        let rules = RotationRules::new().automatically_after_days(self.interval.days());
        RotationSchedule::new(secret).rotation_lambda_arn(self.function).rotation_rules(rules)
    }
}
