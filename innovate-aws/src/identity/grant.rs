//! One right of one role on one resource.

use innovate_cfn::{
    iam,
    policy::{PolicyDocument, Statement},
};
use innovate_core::{AnyStack, Construct, Diagnostic, MAIN, Scope, Site, value::Str};

use super::{Grantee, Permissions, RoleHandle, wildcard::needless};
use crate::{keys::Key, name::name_of};

/// The most characters of the name of an inline policy. Source: "PutRolePolicy", AWS Identity and
/// Access Management API Reference.
const POLICY_NAME: usize = 128;

/// Lets a role use a resource: what the resource's handle gives, such as `secret.grant_read(&role)`,
/// and the program adds to a stack.
///
/// It becomes a policy of the role in the stack that it is added to, whichever stacks the role and the
/// resource are in. It refers to both and nothing refers to it. So the stack of the role is a good place for
/// it, unless the resource's stack needs something of that one; a stack of
/// [`Links`](crate::environment::Links) alone never closes a cycle.
///
/// The policy is an inline one: it belongs to this role and to no other, and goes with it. A role
/// takes any number of them, 10,240 characters in all, but only ten managed ones. A grant of more than half
/// of these characters leaves no room for others, so it becomes managed policies by itself, as many as it
/// takes; that depends on the grant alone, so no other grant changes what it becomes. For a role that many
/// small grants fill, say [`managed`](Self::managed) of some.
///
/// Constructs of a program's own grant in the same way:
///
/// ```
/// # use innovate_aws::identity::{Grant, Grantee};
/// # use innovate_cfn::{kind::QueueArn, policy::Statement};
/// # use innovate_core::{Site, Value};
/// struct Orders {
///     queue: Value<QueueArn>,
///     site: Site,
/// }
///
/// impl Orders {
///     fn grant_send(&self, to: &impl Grantee) -> Grant {
///         let send = Statement::allow(["sqs:SendMessage"]).sid("SendOrders").on(&self.queue);
///         Grant::new(to, &self.site, [send])
///     }
/// }
/// ```
///
/// Sources: "IAM and AWS STS quotas" and "Managed policies and inline policies", AWS Identity and
/// Access Management User Guide.
#[derive(Clone, Debug)]
#[must_use = "a grant allows nothing until it is added to a stack"]
pub struct Grant {
    to: RoleHandle,
    statements: Vec<Statement>,
    /// The account whose own policies have to let the role in, unless they are known to.
    owner: Option<Str>,
    form: Form,
}

/// Which sort of policy it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Inline,
    Managed,
}

impl Grant {
    /// The statements, which name no principal, on a resource of the stack at `owner`.
    ///
    /// A resource of another account than the role's must be opened by its own policy too. Unless
    /// [`admitted`](Self::admitted) says that it is, such a grant is a finding.
    pub fn new(
        to: &impl Grantee,
        owner: &Site,
        statements: impl IntoIterator<Item = Statement>,
    ) -> Self {
        let owner = Some(Str::Owned(owner.account().to_owned()));
        let statements = statements.into_iter().collect();
        Self { to: to.grantee(), statements, owner, form: Form::Inline }
    }

    /// Adds a statement.
    pub fn with(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// Adds the right to decrypt with the resource's key what `service` keeps in the region of `owner`:
    /// the service asks on behalf of the role, so only through it.
    pub fn decrypting<U>(self, key: &Key<U>, service: &str, owner: &Site) -> Self {
        self.with(key.decrypt_through(service, owner.region()))
    }

    /// Adds the right to encrypt with the resource's key what `service` keeps in the region of `owner`,
    /// and to decrypt it, as for [`decrypting`](Self::decrypting).
    pub fn encrypting<U>(self, key: &Key<U>, service: &str, owner: &Site) -> Self {
        self.with(key.encrypt_through(service, owner.region()))
    }

    /// Says that the resource's own policy lets the role in, so that the role may be of another
    /// account.
    pub fn admitted(mut self) -> Self {
        self.owner = None;
        self
    }

    /// Makes managed policies of it, as many as IAM's 6,144 characters for each ask for. By default it
    /// is one inline policy, unless it is a long one.
    pub const fn managed(mut self) -> Self {
        self.form = Form::Managed;
        self
    }

    /// What stands in the way of the role's account.
    fn misplaced(&self, site: &Site) -> Option<Diagnostic> {
        let (title, account) = (self.to.title(), self.to.account());
        if site.account() != account {
            let message =
                format!("the policy of `{title}` would be in another account than its role");
            return Some(
                Diagnostic::error("IAM-06", message)
                    .given(format!("a stack of account {}", site.account()))
                    .allowed(format!("a stack of account {account}, in any region"))
                    .help("add the grant to a stack of the role's account"),
            );
        }
        let owner = self.owner.as_ref().filter(|owner| **owner != account)?;
        let message = format!("`{title}` is granted what belongs to another account");
        Some(
            Diagnostic::error("IAM-06", message)
                .given(format!("a role of account {account}, a resource of account {owner}"))
                .allowed("a role of the resource's account")
                .help(format!(
                    "account {owner} decides too: the resource's own policy, and that of its key, need a \
                     statement for the role's ARN; then say so here with `.admitted()`"
                )),
        )
    }
}

impl Construct for Grant {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        if let Some(finding) = self.misplaced(&scope.site().clone()) {
            scope.report(finding);
        }
        let Self { to, statements, form, .. } = self;
        if statements.is_empty() {
            scope.report(
                Diagnostic::error("IAM-06", "a grant without a statement")
                    .allowed("at least one statement: IAM refuses an empty policy")
                    .help("give `Grant::new` what the role may do, or leave the grant out"),
            );
        }
        let wildcards = needless(&statements, &scope.site().clone());
        if !wildcards.is_empty() {
            scope.report(
                Diagnostic::error("IAM-07", format!("`{}` is granted more than it is told", to.title()))
                    .given(wildcards.join("; "))
                    .allowed("the names of actions, and the ARNs of resources")
                    .help("list what the role does, on which resources; or suppress the finding if the service takes nothing else"),
            );
        }
        let permissions = Permissions::new(statements.iter().cloned());
        let form = match permissions.ask_for_managed_policies(&scope.site().clone()) {
            true => Form::Managed,
            false => form,
        };
        match form {
            Form::Managed => {
                permissions.attach_to(scope, &to.name(), format!("Grant to {}", to.title()));
            }
            Form::Inline => {
                let name = policy_name(scope);
                let policy = iam::RolePolicy::new(name, to.name())
                    .policy_document(PolicyDocument::new(statements));
                scope.add(MAIN, policy);
            }
        }
    }
}

/// A name that no other grant of the program has: a second policy of one name would replace the first
/// without a word, whichever stack it comes from.
fn policy_name(scope: &mut Scope<'_>) -> String {
    let name = name_of(scope);
    if name.len() > POLICY_NAME {
        scope.report(
            Diagnostic::error("IAM-06", "a policy would have too long a name")
                .given(format!("`{name}`, {} characters", name.len()))
                .allowed(format!("up to {POLICY_NAME}"))
                .help("add the grant under a shorter id, or to a stack with a shorter name"),
        );
    }
    name
}
