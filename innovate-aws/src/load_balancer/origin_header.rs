//! The header by which CloudFront proves that a request comes from the program's own distribution.

use innovate_cfn::kind::SecretArn;
use innovate_core::{Gives, Str, Text, Value, text};

/// A header whose value only the program's distribution knows: CloudFront adds it to each request,
/// and the load balancer refuses requests without it.
///
/// CloudFront's addresses are shared by all of its customers, so without it anyone's distribution
/// reaches the load balancer. The value is in Secrets Manager, and CloudFormation fetches it when it
/// deploys: after the secret has a new value, both stacks must be deployed again, first the
/// distribution's and then the load balancer's.
///
/// The value must have no `*` and no `?`, which a listener takes for wildcards, and 128 characters at
/// most.
///
/// Source: "Restrict access to Application Load Balancers", Amazon CloudFront Developer Guide;
/// "Get a secret or secret value from Secrets Manager", AWS CloudFormation User Guide.
#[derive(Clone, Debug, PartialEq)]
pub struct OriginHeader {
    name: &'static str,
    secret: Value<SecretArn>,
    key: Str,
}

impl OriginHeader {
    /// The header `X-Origin-Verify`, with the value of a key of the JSON in a secret. The secret must
    /// be in the region of the stacks that use the header, as itself or as a replica.
    pub fn new(secret: impl Gives<SecretArn>, key: impl Into<Str>) -> Self {
        Self { name: "X-Origin-Verify", secret: secret.give(), key: key.into() }
    }

    /// The header's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// A reference to its value, which CloudFormation resolves when it deploys.
    pub fn value(&self) -> Value<Text> {
        let end = format!(":SecretString:{}}}}}", self.key);
        text!["{{resolve:secretsmanager:", self.secret.clone().assume::<Text>(), end]
    }
}
