//! The header by which CloudFront proves that a request comes from the program's own distribution.

use innovate_cfn::kind::SecretArn;
use innovate_core::{Gives, ResourceRef, Str, Text, Value, text};

use crate::secrets::SecretHandle;

/// A header whose value only the program's distribution knows: CloudFront adds it to each request,
/// and the load balancer refuses requests without it.
///
/// CloudFront's addresses are shared by all of its customers, so without it anyone's distribution
/// reaches the load balancer. The value is in Secrets Manager, and CloudFormation fetches it when it
/// makes a resource that holds it.
///
/// It doesn't fetch it again while the template says the same: a secret that gets another value changes
/// nothing until the distribution or a rule is changed for another reason, and then one of the two
/// knows a value that the other doesn't. So such a secret has neither a rotation schedule, which `CF-07`
/// refuses, nor another generation. The value changes by another secret, without a request refused, in
/// three deployments:
///
/// 1. `OriginHeader::of(&old).accepting(&OriginHeader::of(&new))`: CloudFront shows the old value, the load
///    balancer lets in both,
/// 2. `OriginHeader::of(&new).accepting(&OriginHeader::of(&old))`: CloudFront goes over to the new value,
///    which takes it some minutes,
/// 3. `OriginHeader::of(&new)`: the load balancer forgets the old one, whose secret can go.
///
/// The value must have no `*` and no `?`, which a listener takes for wildcards, and 128 characters at
/// most.
///
/// Source: "Restrict access to Application Load Balancers", Amazon CloudFront Developer Guide;
/// "Get a secret or secret value from Secrets Manager", AWS CloudFormation User Guide, which allows
/// such values in all properties of resources; "Rule condition types", Elastic Load Balancing User Guide.
#[derive(Clone, Debug)]
pub struct OriginHeader {
    shown: Shown,
    also: Vec<Shown>,
}

/// A value, and the secret that has it if the program makes it.
#[derive(Clone, Debug)]
struct Shown {
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
    ///     secrets::{Generated, Rotation, Secret},
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
    ///         .rotation(Rotation::none_because("another secret replaces it each year"))
    ///         .build();
    ///     OriginHeader::of(&edge.add("OriginSecret", secret))
    /// }
    /// ```
    pub fn of(secret: &SecretHandle) -> Self {
        Self::shown(secret.value(), Some(secret.as_ref().clone()))
    }

    /// The header `X-Origin-Verify`, with the value of a key of the JSON in a secret that exists
    /// outside the program. The secret must be in the region of the stacks that use the header.
    pub fn new(secret: impl Gives<SecretArn>, key: impl Into<Str>) -> Self {
        let end = format!(":SecretString:{}}}}}", key.into());
        let secret = secret.give().assume::<Text>();
        Self::shown(text!["{{resolve:secretsmanager:", secret, end], None)
    }

    const fn shown(value: Value<Text>, secret: Option<ResourceRef>) -> Self {
        Self { shown: Shown { value, secret }, also: Vec::new() }
    }

    /// Lets in requests with the value of another header as well, while CloudFront goes over from one to
    /// the other. CloudFront itself shows the first.
    ///
    /// ```
    /// use innovate_aws::{load_balancer::OriginHeader, secrets::SecretHandle};
    ///
    /// fn header(this_year: &SecretHandle, last_year: &SecretHandle) -> OriginHeader {
    ///     OriginHeader::of(this_year).accepting(&OriginHeader::of(last_year))
    /// }
    /// ```
    #[must_use]
    pub fn accepting(mut self, other: &Self) -> Self {
        self.also.push(other.shown.clone());
        self.also.extend(other.also.iter().cloned());
        self
    }

    /// The header's name.
    pub const fn name(&self) -> &'static str {
        NAME
    }

    /// A reference to the value that CloudFront shows, which CloudFormation resolves when it deploys.
    pub fn value(&self) -> Value<Text> {
        self.shown.value.clone()
    }

    /// The secret of that value, if the program makes it: what uses the value waits for it.
    pub const fn secret(&self) -> Option<&ResourceRef> {
        self.shown.secret.as_ref()
    }

    /// References to all values that are let in, the one that CloudFront shows first.
    pub fn accepted(&self) -> impl Iterator<Item = Value<Text>> {
        self.every().map(|shown| shown.value.clone())
    }

    /// The secrets of all values that are let in, as far as the program makes them.
    pub fn secrets(&self) -> impl Iterator<Item = &ResourceRef> {
        self.every().filter_map(|shown| shown.secret.as_ref())
    }

    fn every(&self) -> impl Iterator<Item = &Shown> {
        std::iter::once(&self.shown).chain(&self.also)
    }
}

/// Whether CloudFront shows the same.
impl PartialEq for OriginHeader {
    fn eq(&self, other: &Self) -> bool {
        self.shown.value == other.shown.value
    }
}
