//! The header by which CloudFront proves that a request comes from the program's own distribution.

use innovate_cfn::kind::SecretArn;
use innovate_core::{Gives, ResourceRef, Str, Text, Value, text};

use crate::secrets::SecretHandle;

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
#[derive(Clone, Debug)]
pub struct OriginHeader {
    value: Value<Text>,
    secret: Option<ResourceRef>,
}

/// What the header is called.
const NAME: &str = "X-Origin-Verify";

impl OriginHeader {
    /// The header `X-Origin-Verify`, with the value that was made up for a secret, as
    /// `Generated::token()` makes one.
    ///
    /// The secret must be in both regions: in us-east-1, beside the distribution, with a replica in
    /// the load balancer's region. So the load balancer's stack waits for the distribution's, and no
    /// cycle arises.
    ///
    /// ```
    /// use innovate_aws::{
    ///     Environment, keys::{Key, KmsKey, Secrets}, load_balancer::OriginHeader, name,
    ///     secrets::{Generated, Secret},
    /// };
    /// use innovate_core::{Prod, Stack, UsEast1};
    ///
    /// fn header(prod: &Environment<Prod>, edge: &mut Stack<Prod, UsEast1>, home: &Key<Secrets>) -> OriginHeader {
    ///     let key = edge.add("OriginKey", KmsKey::<Secrets>::new());
    ///     let secret = Secret::builder()
    ///         .path(name!(SecretPath: "edge/origin"))
    ///         .contents(Generated::token())
    ///         .key(&key)
    ///         .replica(prod.region(), home)
    ///         .build();
    ///     OriginHeader::of(&edge.add("OriginSecret", secret))
    /// }
    /// ```
    pub fn of(secret: &SecretHandle) -> Self {
        Self { value: secret.value(), secret: Some(secret.as_ref().clone()) }
    }

    /// The header `X-Origin-Verify`, with the value of a key of the JSON in a secret that exists
    /// outside the program. The secret must be in the region of the stacks that use the header.
    pub fn new(secret: impl Gives<SecretArn>, key: impl Into<Str>) -> Self {
        let end = format!(":SecretString:{}}}}}", key.into());
        let secret = secret.give().assume::<Text>();
        Self { value: text!["{{resolve:secretsmanager:", secret, end], secret: None }
    }

    /// The header's name.
    pub const fn name(&self) -> &'static str {
        NAME
    }

    /// A reference to its value, which CloudFormation resolves when it deploys.
    pub fn value(&self) -> Value<Text> {
        self.value.clone()
    }

    /// The secret, if the program makes it: what uses the value waits for it.
    pub const fn secret(&self) -> Option<&ResourceRef> {
        self.secret.as_ref()
    }
}

impl PartialEq for OriginHeader {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
