//! Who pulls images beside the account that they are in.

use innovate_cfn::policy::{Condition, PolicyDocument, Principal, Statement};
use innovate_core::value::json_text;
use serde_json::json;

use super::{CACHE, PULL};
use crate::name::{AccountId, OrganizationId, OrganizationPath};

/// Who may pull images, and keep copies in caches of their own, beside the account that the images are in:
/// `account!("555566667777")`, `name!(OrganizationPath: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111")` or
/// `organization!("o-a1b2c3d4e5")`. What their own roles may, their own policies say.
///
/// The narrower, the better: whoever may pull production's images reads what is in them. An account is
/// named where one pipeline promotes images, a unit where all accounts below it run them.
///
/// Sources: "Private repository policies in Amazon ECR" and "Setting up permissions for cross-account ECR to
/// ECR PTC", Amazon ECR User Guide; "AWS global condition context keys", IAM User Guide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Puller {
    /// An account.
    Account(AccountId),
    /// All accounts of a unit of an organization, and of the units below it.
    Unit(OrganizationPath),
    /// All accounts of an organization.
    Organization(OrganizationId),
}

impl From<AccountId> for Puller {
    fn from(account: AccountId) -> Self {
        Self::Account(account)
    }
}

impl From<OrganizationPath> for Puller {
    fn from(unit: OrganizationPath) -> Self {
        Self::Unit(unit)
    }
}

impl From<OrganizationId> for Puller {
    fn from(organization: OrganizationId) -> Self {
        Self::Organization(organization)
    }
}

impl Puller {
    /// Whether it may be of an account.
    pub(super) fn may_be(&self, account: &str) -> bool {
        match self {
            Self::Account(named) => named.to_string() == account,
            Self::Unit(_) | Self::Organization(_) => true,
        }
    }
}

/// What a policy says of pullers of one sort.
#[derive(Debug)]
struct Opening {
    sid: &'static str,
    to: To,
}

#[derive(Debug)]
enum To {
    Accounts(Vec<String>),
    /// An operator and a key, and what one of the key's values is like.
    Everyone(&'static str, &'static str, Vec<String>),
}

/// A key with several values, of which one has to be like one of those that are named.
const ANY_LIKE: &str = "ForAnyValue:StringLike";

fn openings(pullers: &[Puller]) -> Vec<Opening> {
    let mut pullers: Vec<&Puller> = pullers.iter().collect();
    pullers.sort();
    pullers.dedup();
    let (mut accounts, mut units, mut organizations) = (Vec::new(), Vec::new(), Vec::new());
    for puller in pullers {
        match puller {
            Puller::Account(account) => accounts.push(account.to_string()),
            Puller::Unit(unit) => units.push(format!("{unit}/*")),
            Puller::Organization(organization) => organizations.push(organization.to_string()),
        }
    }
    let mut openings = Vec::new();
    if !accounts.is_empty() {
        openings.push(Opening { sid: "PullByAccount", to: To::Accounts(accounts) });
    }
    if !units.is_empty() {
        let to = To::Everyone(ANY_LIKE, "aws:PrincipalOrgPaths", units);
        openings.push(Opening { sid: "PullInUnit", to });
    }
    if !organizations.is_empty() {
        let to = To::Everyone("StringEquals", "aws:PrincipalOrgID", organizations);
        openings.push(Opening { sid: "PullInOrganization", to });
    }
    openings
}

fn actions() -> Vec<&'static str> {
    PULL.into_iter().chain(CACHE).collect()
}

/// The statements that let them pull, which name no resource.
pub(super) fn statements(pullers: &[Puller]) -> Vec<Statement> {
    let statement = |Opening { sid, to }: Opening| {
        let statement = Statement::allow(actions()).sid(sid);
        match to {
            To::Accounts(accounts) => accounts
                .into_iter()
                .fold(statement, |statement, account| statement.to(Principal::account(account))),
            To::Everyone(operator, key, values) => {
                let condition = match operator {
                    ANY_LIKE => Condition::string_like(key, values).for_any_value(),
                    _ => Condition::string_equals(key, values),
                };
                statement.to(Principal::aws("*")).when(condition)
            }
        }
    };
    openings(pullers).into_iter().map(statement).collect()
}

/// The policy of a repository that lets them pull. It names no resource.
pub(super) fn document(pullers: &[Puller]) -> PolicyDocument {
    PolicyDocument::new(statements(pullers))
}

/// The same as text, which a template of repositories takes.
pub(super) fn text(pullers: &[Puller]) -> String {
    let one_or_more = |mut texts: Vec<String>| match texts.len() {
        1 => json!(texts.remove(0)),
        _ => json!(texts),
    };
    let statement = |Opening { sid, to }: Opening| match to {
        To::Accounts(accounts) => {
            let arn = |account: String| format!("arn:aws:iam::{account}:root");
            let accounts = accounts.into_iter().map(arn).collect();
            json!({
                "Sid": sid,
                "Effect": "Allow",
                "Principal": {"AWS": one_or_more(accounts)},
                "Action": actions(),
            })
        }
        To::Everyone(operator, key, values) => json!({
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions(),
            "Condition": {operator: {key: one_or_more(values)}},
        }),
    };
    let statements: Vec<_> = openings(pullers).into_iter().map(statement).collect();
    json_text(json!({"Version": "2012-10-17", "Statement": statements}))
}
