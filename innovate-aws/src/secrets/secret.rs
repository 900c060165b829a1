//! The construct of a secret.

use innovate_cfn::secretsmanager as sm;
use innovate_core::{AnyStack, Construct, Scope, value::Str};
use typed_builder::TypedBuilder;

use super::{
    Generated, Rotation, SecretHandle,
    store::{Replica, Store, environment_name},
};
use crate::{
    keys::{Key, Secrets},
    name::SecretPath,
    region::Region,
};

/// Where a secret's value comes from. There is no way to write one.
#[derive(Clone, Debug, PartialEq)]
pub enum Contents {
    /// Secrets Manager makes it up.
    Generated(Generated),
    /// Someone brings it after the deployment, as for a token that another company issued: with `aws
    /// secretsmanager put-secret-value`, as a JSON object. Until then it is empty, and what reads it
    /// fails.
    Brought,
}

impl Default for Contents {
    fn default() -> Self {
        Self::Generated(Generated::default())
    }
}

/// What says where a secret's value comes from: [`Generated`], or [`Contents`].
#[diagnostic::on_unimplemented(
    message = "a program doesn't write the value of a secret",
    label = "not where a value comes from",
    note = "`Generated::password()` and `Generated::token()` have Secrets Manager make it up; `Contents::Brought` leaves it to someone who brings it"
)]
pub trait Fills {
    /// Where it comes from.
    fn contents(self) -> Contents;
}

impl Fills for Contents {
    fn contents(self) -> Contents {
        self
    }
}

impl Fills for Generated {
    fn contents(self) -> Contents {
        Contents::Generated(self)
    }
}

/// A secret in Secrets Manager, whose value nobody has seen.
///
/// Its name is `<application>/<stage>/<path>`, the same in templates and manifests. It is encrypted with
/// a customer-managed key; its policy refuses whoever is of another account, and Secrets Manager refuses
/// a policy that opens it to everyone. In production it stays when it leaves its stack.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_aws::{identity::PodRole, keys::{KmsKey, Secrets}};
/// # use innovate_core::{Prod, Stack};
/// use innovate_aws::secrets::{Generated, Secret};
///
/// # fn program(api: &mut Stack<Prod>, api_role: &PodRole) {
/// # let key = api.add("Secrets", KmsKey::<Secrets>::new());
/// let session = Secret::builder()
///     .path(name!(SecretPath: "api/session"))
///     .contents(Generated::token())
///     .key(&key)
///     .build();
/// let session = api.add("Session", session);
/// api.add("ReadSession", session.grant_read(api_role));
/// assert_eq!(session.name().as_str(), "innovate/prod/api/session");
/// # }
/// ```
///
/// Source: "Create AWS Secrets Manager secrets in AWS CloudFormation", AWS Secrets Manager User Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Replicates it to another region, with a key of that region. May be called for each region.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn replica(&mut self, region: Region, key: &Key<Secrets>) {
        self.replicas.push(Replica { region, key: key.clone() });
    }
))]
pub struct Secret {
    /// What its name ends in: `name!(SecretPath: "api/session")`.
    path: SecretPath,
    /// What encrypts it. External Secrets reads what is encrypted with the key that it was given.
    #[builder(setter(transform = |key: &Key<Secrets>| key.clone()))]
    key: Key<Secrets>,
    /// Where its value comes from. By default Secrets Manager makes up a password of 32 characters.
    #[builder(default, setter(
        fn transform(contents: impl Fills) -> Contents {
            contents.contents()
        }
    ))]
    contents: Contents,
    /// What it is for, up to 2,048 characters.
    #[builder(default, setter(into, strip_option))]
    description: Option<Str>,
    /// What replaces its value: a function, or none for a reason. None by default, which is a warning in
    /// production; see [`Rotation`] for what needs none.
    #[builder(default, setter(strip_option))]
    rotation: Option<Rotation>,
    #[builder(via_mutators)]
    replicas: Vec<Replica>,
}

impl Construct for Secret {
    type Handle = SecretHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> SecretHandle {
        let Self { path, key, contents, description, rotation, replicas } = self;
        let mut secret = sm::Secret::new();
        if let Some(description) = description {
            secret = secret.description(description);
        }
        let field = match &contents {
            Contents::Generated(generated) => {
                secret = secret.generate_secret_string(generated.property());
                Some(generated.generated_field().clone())
            }
            Contents::Brought => None,
        };
        let name = environment_name(scope.site(), &path);
        Store { name, key, replicas, rotation, field }.build(scope, secret)
    }
}
