//! Where something answers, in a secret that clusters read.

use innovate_cfn::secretsmanager as sm;
use innovate_core::{
    AnyStack, Construct, Gives, Scope, Text, Value, value::Str, value::intrinsic::concat,
};
use typed_builder::TypedBuilder;

use super::{
    SecretHandle,
    store::{Replica, Store, environment_name},
};
use crate::{
    keys::{Key, Secrets},
    name::{DatabaseUser, SecretPath},
    network::Port,
    region::Region,
};

/// Where something answers. None of it is a secret, and there is no place for one: an application logs
/// in with a token of IAM, or with a secret of its own.
#[derive(Clone, Debug)]
#[must_use]
pub struct ConnectionFacts {
    facts: Vec<(&'static str, Value<Text>)>,
}

impl ConnectionFacts {
    /// A host and a port, as the keys `host` and `port`.
    pub fn new(host: impl Gives<Text>, port: Port) -> Self {
        let port = port.from().to_string().give();
        Self { facts: vec![("host", host.give()), ("port", port)] }
    }

    /// The host that leads to readers, as the key `reader_host`.
    pub fn reader_host(self, host: impl Gives<Text>) -> Self {
        self.with("reader_host", host)
    }

    /// What speaks there, such as `postgres`, as the key `engine`.
    pub fn engine(self, engine: &'static str) -> Self {
        self.with("engine", engine)
    }

    /// The database, as the key `dbname`.
    pub fn database(self, name: impl Into<Str>) -> Self {
        let name: Str = name.into();
        self.with("dbname", name)
    }

    /// The user that an application logs in as, as the key `username`.
    pub fn username(self, user: &DatabaseUser) -> Self {
        self.with("username", user)
    }

    fn with(mut self, key: &'static str, value: impl Gives<Text>) -> Self {
        self.facts.push((key, value.give()));
        self
    }

    /// The JSON object of them. What is known only at deployment is a host's name, which needs no
    /// escape.
    fn json(self) -> Value<Text> {
        let mut parts = Vec::with_capacity(self.facts.len() * 2 + 1);
        let mut between = "{".to_owned();
        for (key, value) in self.facts {
            match value.node().as_text() {
                Some(literal) => {
                    let literal = serde_json::Value::from(literal);
                    between.push_str(&format!("\"{key}\":{literal}"));
                }
                None => {
                    between.push_str(&format!("\"{key}\":\""));
                    parts.push(std::mem::take(&mut between).give());
                    parts.push(value);
                    between.push('"');
                }
            }
            between.push(',');
        }
        between.pop();
        between.push('}');
        parts.push(between.give());
        concat(parts)
    }
}

/// Where something answers, as a secret that External Secrets brings to pods: no manifest can hold what
/// is known only at deployment, and a client that verifies the host's name needs the very name that AWS
/// gave.
///
/// The keys are those that Secrets Manager's own functions read. Its name is
/// `<application>/<stage>/<path>`.
///
/// Source: "JSON structure of AWS Secrets Manager secrets", AWS Secrets Manager User Guide.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Replicates it to another region, with a key of that region: for pods there that reach the same
    /// host. May be called for each region.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn replica(&mut self, region: Region, key: &Key<Secrets>) {
        self.replicas.push(Replica { region, key: key.clone() });
    }
))]
pub struct ConnectionSecret {
    /// What its name ends in: `name!(SecretPath: "database/main")`.
    path: SecretPath,
    /// What encrypts it. External Secrets reads what is encrypted with the key that it was given.
    #[builder(setter(transform = |key: &Key<Secrets>| key.clone()))]
    key: Key<Secrets>,
    /// Where it answers.
    facts: ConnectionFacts,
    #[builder(via_mutators)]
    replicas: Vec<Replica>,
}

impl Construct for ConnectionSecret {
    type Handle = SecretHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> SecretHandle {
        let Self { path, key, facts, replicas } = self;
        let secret = sm::Secret::new()
            .description("Where something answers: nothing that is secret")
            .secret_string(facts.json());
        let name = environment_name(scope.site(), &path);
        Store { name, key, replicas, rotation: None, field: None }.build(scope, secret)
    }
}
