//! Who administers a database.

use innovate_cfn::kind::KeyArn;
use innovate_core::{Str, Value};

use crate::keys::{Key, Secrets};

/// The user that may do everything in a new cluster, and how it proves who it is. There is no way to
/// give it a password in the program.
#[derive(Clone, Debug)]
pub struct MasterUser {
    pub(super) name: Str,
    pub(super) proof: Proof,
}

#[derive(Clone, Debug)]
pub(super) enum Proof {
    /// With the cluster's own key, or another.
    ManagedSecret(Option<Value<KeyArn>>),
    Iam,
}

impl MasterUser {
    /// RDS keeps a password in Secrets Manager and changes it every 7 days. It is encrypted with the
    /// cluster's key.
    ///
    /// Source: "Password management with Amazon Aurora and AWS Secrets Manager", Amazon Aurora User
    /// Guide.
    pub const fn managed_secret() -> Self {
        Self { name: DEFAULT_NAME, proof: Proof::ManagedSecret(None) }
    }

    /// The same, encrypted with another key, so that who reads the secret needs no right to the
    /// cluster's.
    pub fn managed_secret_with(key: &Key<Secrets>) -> Self {
        Self { name: DEFAULT_NAME, proof: Proof::ManagedSecret(Some(key.arn())) }
    }

    /// It has no password and logs in with a token of IAM.
    ///
    /// Source: `MasterUserAuthenticationType`, AWS::RDS::DBCluster, AWS CloudFormation Template
    /// Reference Guide.
    pub const fn iam() -> Self {
        Self { name: DEFAULT_NAME, proof: Proof::Iam }
    }

    /// Gives it another name than `dbadmin`.
    #[must_use]
    pub fn named(mut self, name: impl Into<Str>) -> Self {
        self.name = name.into();
        self
    }

    /// Whether RDS keeps a password of it.
    pub(super) const fn has_password(&self) -> bool {
        matches!(self.proof, Proof::ManagedSecret(_))
    }

    /// Whether PostgreSQL and RDS take its name.
    pub(super) fn has_valid_name(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        is_identifier(&name) && !RESERVED.contains(&&*name) && !name.starts_with("pg_")
    }
}

const DEFAULT_NAME: Str = Str::Borrowed("dbadmin");

/// Names that Aurora PostgreSQL keeps for itself. Source: `MasterUsername`, "CreateDBCluster", Amazon
/// RDS API Reference: no word that the engine reserves.
const RESERVED: [&str; 5] = ["admin", "rdsadmin", "rds_superuser", "public", "user"];

/// 1 to 63 letters, digits and underscores, beginning with a letter.
pub(super) fn is_identifier(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|each| each.is_ascii_alphanumeric() || each == '_')
}
