//! How often a value is replaced.

use innovate_cfn::{
    kind::{FunctionArn, SecretArn},
    secretsmanager::{RotationSchedule, rotation_schedule::RotationRules},
};
use innovate_core::{Gives, Str, Value, check::Suppression};

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

/// How a secret's value comes to be replaced: by a function that exists, or on purpose by none.
///
/// A function makes a value, tells the service that checks it, and tries it. Without one Secrets Manager has
/// nobody to tell, and rotates nothing: a production secret says so, or is a warning (`SEC-09`). There is much
/// that needs no function of one's own. The password of a database's administrator is RDS's
/// (`MasterUser::Managed`); a user of the database, and a proxy before it, need none with IAM
/// authentication; what the deployment may replace has a new [`generation`](super::Generated::generation).
///
/// Secrets Manager also has functions to be hosted in your account (`HostedRotationLambda`). They need a
/// transform of the whole template (`AWS::SecretsManager-2024-09-16`), which is deployed with another
/// capability, and a function in the VPC with a route to the service and the database. All that they rotate
/// are passwords of a database's users, which are better without: so there is no construct for them.
///
/// ```
/// use innovate_aws::{
///     keys::{Key, Secrets},
///     name,
///     secrets::{Generated, Rotation, Secret},
/// };
///
/// fn session(key: &Key<Secrets>) -> Secret {
///     Secret::builder()
///         .path(name!(SecretPath: "api/session"))
///         .contents(Generated::token().generation(2))
///         .key(key)
///         .rotation(Rotation::none_because("each spring has a generation of its own"))
///         .build()
/// }
/// ```
///
/// Source: "Rotation by Lambda function", AWS Secrets Manager User Guide; control SecretsManager.1, AWS
/// Security Hub User Guide.
#[derive(Clone, Debug)]
pub struct Rotation {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Function(Value<FunctionArn>, RotationInterval),
    None(Suppression),
}

impl Rotation {
    /// By a function, which Secrets Manager may invoke, and which it does for the first time at once.
    pub fn by(function: impl Gives<FunctionArn>, interval: RotationInterval) -> Self {
        Self { kind: Kind::Function(function.give(), interval) }
    }

    /// By none, for a reason that stands in the program and with the findings that it accepts.
    #[track_caller]
    pub fn none_because(reason: impl Into<Str>) -> Self {
        Self { kind: Kind::None(Suppression::new("SEC-09", reason)) }
    }

    /// What accepts that there is none.
    pub(super) fn acceptance(&self) -> Option<Suppression> {
        match &self.kind {
            Kind::Function(..) => None,
            Kind::None(acceptance) => Some(acceptance.clone()),
        }
    }

    pub(super) fn schedule(self, secret: impl Gives<SecretArn>) -> Option<RotationSchedule> {
        let Kind::Function(function, interval) = self.kind else { return None };
        let rules = RotationRules::new().automatically_after_days(interval.days());
        Some(RotationSchedule::new(secret).rotation_lambda_arn(function).rotation_rules(rules))
    }
}
