//! Who asks: credentials, accounts and regions.

use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};

use aws_config::{
    AppName, BehaviorVersion, Region, SdkConfig, identity::IdentityCache, retry::RetryConfig,
    sts::AssumeRoleProvider, timeout::TimeoutConfig,
};
use aws_sdk_cloudformation::{Client, config::SharedCredentialsProvider};
use aws_smithy_async::{
    rt::sleep::{SharedAsyncSleep, TokioSleep},
    time::{SharedTimeSource, SystemTimeSource},
};
use innovate_core::diff::StackId;
use tokio::sync::{Mutex, OnceCell};

use super::AwsError;

/// How often a request is tried, with growing pauses of random length between.
const ATTEMPTS: u32 = 8;

/// How often the first request is: without a way to AWS nobody wants to wait long to learn it.
const FIRST_ATTEMPTS: u32 = 3;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(20);

/// Which credentials to use. By default those that the AWS CLI would use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The profile of the shared configuration files.
    pub name: Option<String>,
    /// The name of the role to assume in accounts that aren't the caller's own; none by default.
    pub role: Option<String>,
}

/// The right to ask AWS: who calls, and in which accounts.
///
/// Credentials are found as the AWS CLI finds them: environment, profiles, IAM Identity Center, web
/// identity, processes, containers and instances. Before anything is asked about an account's stacks,
/// the caller is asked for: credentials of another account are refused, unless a role is named that
/// is assumed there.
///
/// Source: "Credential provider chain", AWS SDKs and Tools Reference Guide.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

struct Inner {
    base: SdkConfig,
    role: Option<String>,
    caller: OnceCell<Caller>,
    /// The credentials by account: the caller's own, and those of assumed roles.
    accounts: Mutex<BTreeMap<String, SharedCredentialsProvider>>,
}

struct Caller {
    account: String,
    /// `aws`, or another partition such as `aws-cn`.
    partition: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("role", &self.0.role).finish_non_exhaustive()
    }
}

impl Access {
    /// Finds the credentials. Nothing is asked of AWS yet.
    pub async fn load(profile: Profile) -> Self {
        let app = AppName::new(concat!("innovate-", env!("CARGO_PKG_VERSION"))).ok();
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(app) = app {
            loader = loader.app_name(app);
        }
        if let Some(name) = &profile.name {
            loader = loader.profile_name(name);
        }
        Self::new(loader.load().await, profile.role)
    }

    /// Uses a configuration of the SDK: its credentials, endpoint and way to connect. `role` is the name of
    /// the role to assume in accounts that aren't the caller's own.
    pub fn new(config: SdkConfig, role: Option<String>) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).build();
        let clock =
            config.time_source().unwrap_or_else(|| SharedTimeSource::new(SystemTimeSource::new()));
        let sleep = config.sleep_impl().unwrap_or_else(|| SharedAsyncSleep::new(TokioSleep::new()));
        let base = config
            .into_builder()
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts)
            .time_source(clock)
            .sleep_impl(sleep)
            // One for all clients: a role is assumed once for all regions.
            .identity_cache(IdentityCache::lazy().build())
            .build();
        Self(Arc::new(Inner { base, role, caller: OnceCell::new(), accounts: Mutex::default() }))
    }

    /// A client for a stack's account and region.
    ///
    /// # Errors
    ///
    /// If there are no credentials for that account, or if AWS can't be asked whose they are.
    pub async fn client(&self, stack: &StackId) -> Result<Client, AwsError> {
        let credentials = self.credentials(&stack.account).await?;
        let region = Region::new(stack.region.clone());
        let config = self.0.base.to_builder().region(region);
        Ok(Client::new(&config.credentials_provider(credentials).build()))
    }

    /// A client for the buckets of a stack's account and region. With an endpoint of its own, which stands
    /// for all of AWS, a bucket is named by the path and not by the host.
    ///
    /// # Errors
    ///
    /// If there are no credentials for that account, or if AWS can't be asked whose they are.
    pub(super) async fn buckets(&self, stack: &StackId) -> Result<aws_sdk_s3::Client, AwsError> {
        let credentials = self.credentials(&stack.account).await?;
        let region = Region::new(stack.region.clone());
        let config = self.0.base.to_builder().region(region).credentials_provider(credentials);
        let config = config.build();
        let by_path = config.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&config).force_path_style(by_path).build();
        Ok(aws_sdk_s3::Client::from_conf(config))
    }

    async fn credentials(&self, account: &str) -> Result<SharedCredentialsProvider, AwsError> {
        let caller = self.0.caller.get_or_try_init(|| self.caller()).await?;
        let mut accounts = self.0.accounts.lock().await;
        if let Some(known) = accounts.get(account) {
            return Ok(known.clone());
        }
        let what = format!("use account {account}");
        let own = self.0.base.credentials_provider();
        let credentials = match (&self.0.role, own) {
            (_, None) => return Err(AwsError::new(what, "there are no credentials")),
            (_, Some(own)) if caller.account == account => own,
            (None, _) => {
                let reason = format!("the credentials are those of account {}", caller.account);
                return Err(AwsError::new(what, reason).help(format!(
                    "use a profile of account {account} (`--profile`), or name a role that may be assumed there (`--role`)"
                )));
            }
            (Some(role), _) => {
                let arn = format!("arn:{}:iam::{account}:role/{role}", caller.partition);
                let provider = AssumeRoleProvider::builder(&arn)
                    .session_name("innovate")
                    .configure(&self.base_in_a_region())
                    .build()
                    .await;
                let provider = SharedCredentialsProvider::new(provider);
                let config = self.base_in_a_region().into_builder();
                let config = config.credentials_provider(provider.clone()).build();
                let assumed = whose(&config, &format!("the credentials of `{arn}`")).await?;
                if assumed.account != account {
                    let reason = format!("`{arn}` is of account {}", assumed.account);
                    return Err(AwsError::new(what, reason));
                }
                provider
            }
        };
        accounts.insert(account.to_owned(), credentials.clone());
        Ok(credentials)
    }

    async fn caller(&self) -> Result<Caller, AwsError> {
        whose(&self.base_in_a_region(), "the credentials").await
    }

    /// STS answers in every region; the configuration may name none.
    fn base_in_a_region(&self) -> SdkConfig {
        let region = self.0.base.region().cloned();
        let region = region.unwrap_or_else(|| Region::from_static("us-east-1"));
        self.0.base.to_builder().region(region).build()
    }
}

/// Whose the credentials of a configuration are.
async fn whose(config: &SdkConfig, name: &str) -> Result<Caller, AwsError> {
    let what = || format!("find out whose {name} are");
    let ask = async |attempts| {
        let retries = RetryConfig::standard().with_max_attempts(attempts);
        let config = config.to_builder().retry_config(retries).build();
        let answer = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
        answer.map_err(|error| AwsError::of(what(), &error))
    };
    let answer = match ask(FIRST_ATTEMPTS).await {
        // There is a way to AWS, which is only busy.
        Err(error) if error.may_pass() && error.code().is_some() => ask(ATTEMPTS).await?,
        answer => answer?,
    };
    let partition = answer.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    match answer.account() {
        Some(account) => {
            Ok(Caller { account: account.to_owned(), partition: partition.to_owned() })
        }
        None => Err(AwsError::new(what(), "AWS named no account")),
    }
}
