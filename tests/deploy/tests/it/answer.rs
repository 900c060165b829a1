//! Answers that are made up: a function of what is asked stands for AWS.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use aws_config::{Region, SdkConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::test_util::infallible_client_fn;
use aws_smithy_types::body::SdkBody;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) action: String,
    pub(crate) region: String,
    /// The access key that signed it.
    pub(crate) key: String,
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Request {
    fn read(request: &http::Request<SdkBody>) -> Self {
        let body = request.body().bytes().unwrap_or_default();
        let parameters: BTreeMap<String, String> = form_urlencoded::parse(body)
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        // `AWS4-HMAC-SHA256 Credential=KEY/20261122/REGION/SERVICE/aws4_request, ..`
        let signed = request.headers().get("authorization").unwrap().to_str().unwrap().to_owned();
        let scope = signed.split("Credential=").nth(1).unwrap().to_owned();
        let mut scope = scope.split('/');
        Self {
            action: parameters["Action"].clone(),
            key: scope.next().unwrap().to_owned(),
            region: scope.nth(1).unwrap().to_owned(),
            parameters,
        }
    }

    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }
}

/// All that was asked.
pub(crate) type Asked = Arc<Mutex<Vec<Request>>>;

/// A configuration of the SDK whose requests `answer` answers, with a status and a body.
pub(crate) fn answered(
    answer: impl Fn(&Request) -> (u16, String) + Send + Sync + 'static,
) -> (SdkConfig, Asked) {
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    let client = infallible_client_fn(move |request: http::Request<SdkBody>| {
        let request = Request::read(&request);
        let (status, body) = answer(&request);
        noted.lock().unwrap().push(request);
        http::Response::builder().status(status).body(body).unwrap()
    });
    let credentials = Credentials::new("CALLER", "secret-of-the-caller", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(client)
        .build();
    (config, asked)
}

/// An answer in the form of AWS's query protocol.
pub(crate) fn result(action: &str, body: &str) -> (u16, String) {
    (200, format!("<{action}Response><{action}Result>{body}</{action}Result></{action}Response>"))
}

/// A refusal.
pub(crate) fn error(status: u16, code: &str, message: &str) -> (u16, String) {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    );
    (status, body)
}

/// Whose the caller is.
pub(crate) fn identity(account: &str) -> (u16, String) {
    let arn = format!("arn:aws:iam::{account}:user/someone");
    result(
        "GetCallerIdentity",
        &format!("<Account>{account}</Account><Arn>{arn}</Arn><UserId>A</UserId>"),
    )
}
