//! Who grants can be made to.

use innovate_cfn::{
    iam,
    kind::{RoleArn, RoleName},
};
use innovate_core::{Gives, Site, Value, value::Str};

use super::{IrsaRole, PodRole};

/// What acts as a role, so that it can be granted something.
///
/// A construct of the program's own that makes a role implements it with a [`RoleHandle`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no role that could be granted something",
    label = "nothing can be granted to this",
    note = "grants are made to what acts as a role: a `PodRole`, an `IrsaRole`, or a `RoleHandle` of a role that the program makes itself"
)]
pub trait Grantee {
    /// Its role.
    fn grantee(&self) -> RoleHandle;
}

/// A role, as far as grants need to know it.
#[derive(Clone, Debug)]
pub struct RoleHandle {
    title: Str,
    name: Value<RoleName>,
    arn: Value<RoleArn>,
    account: Str,
}

impl RoleHandle {
    /// A role of the program. `title` stands for it in descriptions and findings, `site` is that of the
    /// stack that it is in.
    pub fn new(title: impl Into<Str>, role: &iam::RoleRef, site: &Site) -> Self {
        let account = Str::Owned(site.account().to_owned());
        Self { title: title.into(), name: role.give(), arn: role.arn(), account }
    }

    /// A role that exists outside the program, in the account of `site`.
    pub fn existing(name: &crate::name::RoleName, site: &Site) -> Self {
        let account = site.account();
        let arn = Value::literal(format!("arn:aws:iam::{account}:role/{name}"));
        let title = Str::Owned(name.to_string());
        Self { title, name: name.give(), arn, account: Str::Owned(account.to_owned()) }
    }

    /// What it is called in descriptions and findings.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its name in IAM, known at deployment unless the program gave it.
    pub fn name(&self) -> Value<RoleName> {
        self.name.clone()
    }

    /// Its ARN: what the policy of a resource names it by.
    pub fn arn(&self) -> Value<RoleArn> {
        self.arn.clone()
    }

    /// The account that it is in.
    pub fn account(&self) -> &str {
        &self.account
    }
}

impl Grantee for RoleHandle {
    fn grantee(&self) -> RoleHandle {
        self.clone()
    }
}

impl Grantee for PodRole {
    fn grantee(&self) -> RoleHandle {
        RoleHandle::new(self.service_account().to_string(), self.role(), self.site())
    }
}

impl Grantee for IrsaRole {
    fn grantee(&self) -> RoleHandle {
        RoleHandle::new(self.service_account().to_string(), self.role(), self.site())
    }
}

impl<G: Grantee> Grantee for &G {
    fn grantee(&self) -> RoleHandle {
        (*self).grantee()
    }
}
