//! Who asks: access keys, roles, and the two actions of STS that a deployer calls.

use crate::moment::written;
use crate::refusal::Refusal;
use crate::resolve::partition;
use crate::world::{Answer, Call, World};
use crate::xml::Fields;

/// Who sent a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) account: String,
    pub(crate) region: String,
    arn: String,
    user: String,
}

/// A role that was assumed.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    account: String,
    arn: String,
    user: String,
}

impl Caller {
    pub(crate) fn xml(&self) -> Fields {
        Fields::new()
            .text("Arn", &self.arn)
            .text("UserId", &self.user)
            .text("Account", &self.account)
    }
}

impl World {
    /// Who signed, by the access key and the scope in the header.
    ///
    /// # Errors
    /// If there is no signature, or the key belongs to no account.
    pub(crate) fn caller(&self, authorization: &str) -> Result<Caller, Refusal> {
        let credential = authorization
            .split_once("Credential=")
            .map(|(_, rest)| rest.split([',', ' ']).next().unwrap_or_default());
        let Some(credential) = credential else {
            return Err(Refusal::new(
                403,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            ));
        };
        let mut scope = credential.split('/');
        let key = scope.next().unwrap_or_default();
        let region = scope.nth(1).unwrap_or_default().to_owned();
        if let Some(Session { account, arn, user }) = self.sessions.get(key).cloned() {
            return Ok(Caller { account, region, arn, user });
        }
        let digits: String = key.chars().rev().take(12).collect();
        let digits: String = digits.chars().rev().collect();
        let by_name = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let account = self.script.keys.get(key).cloned().or(by_name.then_some(digits));
        let Some(account) = account else {
            return Err(Refusal::new(
                403,
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            ));
        };
        let arn = format!("arn:{}:iam::{account}:user/deployer", partition(&region));
        Ok(Caller { account, region, arn, user: "AIDADEPLOYER".to_owned() })
    }

    pub(crate) fn assume_role(&mut self, call: &Call<'_>) -> Answer {
        let role = call.query.required("RoleArn")?;
        let session = call.query.required("RoleSessionName")?;
        let mut parts = role.split(':').skip(4);
        let account = parts.next().unwrap_or_default().to_owned();
        let name = parts.next().and_then(|rest| rest.strip_prefix("role/")).unwrap_or_default();
        if account.len() != 12 || name.is_empty() || self.script.denied.contains(role) {
            return Err(Refusal::new(
                403,
                "AccessDenied",
                format!("User is not authorized to perform: sts:AssumeRole on resource: {role}"),
            ));
        }
        let key = format!("ASIA{:04}{account}", self.sessions.len());
        let partition = partition(call.region);
        let name = name.rsplit('/').next().unwrap_or_default();
        let arn = format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}");
        let user = format!("AROA{}:{session}", name.to_uppercase());
        let expiration = written(self.clock.now() + 3_600_000 * 24 * 3650);
        let credentials = Fields::new()
            .text("AccessKeyId", &key)
            .text("SecretAccessKey", "a-secret-of-the-fake")
            .text("SessionToken", format!("a-token-of-the-fake-{key}"))
            .text("Expiration", expiration);
        let assumed = Fields::new().text("AssumedRoleId", &user).text("Arn", &arn);
        self.sessions.insert(key, Session { account, arn, user });
        let answer = Fields::new().nested("Credentials", credentials);
        Ok(Some(answer.nested("AssumedRoleUser", assumed)))
    }
}
