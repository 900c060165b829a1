//! What AWS refused or did not answer.

use std::{error::Error, fmt};

use aws_sdk_cloudformation::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};

/// Why something could not be asked of AWS, in words that hold no credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsError {
    what: String,
    code: Option<String>,
    reason: String,
    help: Option<String>,
    passing: bool,
}

impl AwsError {
    /// `what` could not be done, for a reason of our own.
    pub(super) fn new(what: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { what: what.into(), code: None, reason: reason.into(), help: None, passing: false }
    }

    /// `what` could not be done, as an answer of AWS or the lack of one says.
    pub(super) fn of<E>(what: impl Into<String>, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let what = what.into();
        let (code, reason, help) = match error {
            SdkError::ServiceError(answer) => {
                let meta = answer.err().meta();
                let reason = meta.message().unwrap_or("it gave no reason").to_owned();
                (meta.code().map(str::to_owned), reason, permission_help(meta.code()))
            }
            SdkError::TimeoutError(_) => {
                (None, "AWS did not answer in time".to_owned(), Some(NETWORK))
            }
            SdkError::DispatchFailure(failure) => {
                let source =
                    failure.as_connector_error().map_or_else(String::new, |error| innermost(error));
                if source.contains("credentials") {
                    (None, "there are no credentials".to_owned(), Some(CREDENTIALS))
                } else {
                    (None, format!("AWS can't be reached: {source}"), Some(NETWORK))
                }
            }
            SdkError::ResponseError(_) => {
                (None, "what AWS answered can't be read".to_owned(), Some(NETWORK))
            }
            other => (None, innermost(other), None),
        };
        Self { what, code, reason, help: help.map(str::to_owned), passing: passes(error) }
    }

    /// Whether the same request may be answered later: AWS was out of reach, busy or not itself.
    pub(super) const fn may_pass(&self) -> bool {
        self.passing
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// AWS's code for the error, such as `AccessDenied`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// AWS's words, or why there are none.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What may be done about it.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

const NETWORK: &str = "look whether AWS can be reached from here";
const CREDENTIALS: &str =
    "sign in as for the AWS CLI (`aws sso login`), or name a profile with `--profile`";

fn permission_help(code: Option<&str>) -> Option<&'static str> {
    match code? {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
            Some("the credentials lack a permission: use another profile or role")
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            Some("the credentials have expired: sign in again")
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" | "SignatureDoesNotMatch" => {
            Some("the credentials are not known to AWS: sign in again")
        }
        _ => None,
    }
}

/// Whether the same request may be answered later.
fn passes<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::DispatchFailure(failure) => failure.is_io() || failure.is_timeout(),
        SdkError::ServiceError(answer) => {
            let throttled =
                ["Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown"];
            answer.raw().status().is_server_error()
                || answer.err().code().is_some_and(|code| throttled.contains(&code))
        }
        _ => false,
    }
}

/// The error behind all others.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, code, reason, .. } = self;
        write!(f, "can't {what}: {reason}")?;
        code.as_ref().map_or(Ok(()), |code| write!(f, " ({code})"))
    }
}

impl Error for AwsError {}
