//! An environment: what all stacks of one stage have in common.
//!
//! * [`Environment`]: stage, account, region, domain and tags; it makes the stacks,
//! * [`Links`]: a stack of grants and connections alone, which closes no cycle,
//! * [`DataClassification`]: how sensitive the data is.

mod links;

use std::{fmt, marker::PhantomData};

use innovate_core::{
    Anywhere, Diagnostic, HomeRegion, RecoveryRegion, Site, Stack, Stage, UsEast1,
    stack::Leftovers, value::Str,
};
pub use links::{Link, Links};
use typed_builder::TypedBuilder;

use crate::{
    name::{AccountId, ApplicationName, DomainName, Hostname},
    region::Region,
};

/// How much harm it does when data of the environment gets out: the tag `data-classification`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataClassification {
    /// Meant for everyone.
    Public,
    /// Meant for everyone in the company.
    Internal,
    /// Personal or commercially sensitive data.
    #[default]
    Confidential,
    /// Data whose loss the law punishes.
    Restricted,
}

impl DataClassification {
    /// The tag's value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }
}

impl fmt::Display for DataClassification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One stage of an application, in an account of its own: it makes the stacks.
///
/// Every taggable resource gets the tags `application`, `environment`, `owner`, `cost-center` and
/// `data-classification`.
///
/// ```
/// use innovate_aws::{Environment, Region, account, domain, name};
/// use innovate_core::Prod;
///
/// let prod = Environment::<Prod>::builder()
///     .application(name!("innovate"))
///     .account(account!("444455556666"))
///     .region(Region::EuWest1)
///     .domain(domain!("innovate.example"))
///     .owner("platform")
///     .build();
/// assert_eq!(prod.stack("network").name(), "innovate-prod-network");
/// ```
#[derive(Clone, Debug, TypedBuilder)]
pub struct Environment<S: Stage> {
    /// What the names of stacks and keys begin with.
    application: ApplicationName,
    /// The account that everything is deployed to.
    account: AccountId,
    /// The region that everything is deployed to, apart from what CloudFront needs in us-east-1.
    region: Region,
    /// The region that backups are copied to, and in which everything is made anew if its own region
    /// is lost: another one. None by default: what is copied nowhere is lost with its region.
    #[builder(default, setter(strip_option))]
    recovery_region: Option<Region>,
    /// The domain of its hosts.
    domain: DomainName,
    /// Who answers for it: the tag `owner`, a team or a mailbox.
    #[builder(setter(into))]
    owner: Str,
    /// What pays for it: the tag `cost-center`. The application's name by default.
    #[builder(default, setter(into, strip_option))]
    cost_center: Option<Str>,
    /// How sensitive its data is: the tag `data-classification`. Confidential by default.
    #[builder(default)]
    data_classification: DataClassification,
    /// The role that stacks of other accounts assume to read outputs here, by its ARN. None by
    /// default: other accounts can't.
    #[builder(default, setter(into, strip_option))]
    reader_role: Option<Str>,
    #[builder(default, setter(skip))]
    leftovers: Leftovers,
    #[builder(default, setter(skip))]
    stage: PhantomData<fn() -> S>,
}

impl<S: Stage> Environment<S> {
    /// A stack named `<application>-<stage>-<id>` in the environment's region.
    #[track_caller]
    pub fn stack(&self, id: &str) -> Stack<S, HomeRegion> {
        Stack::new(self.stack_name(id), self.site())
    }

    /// A stack of links alone, named `<application>-<stage>-<id>`, in the environment's region.
    #[track_caller]
    pub fn links(&self, id: &str) -> Links<S, HomeRegion> {
        Links::new(self.stack(id))
    }

    /// A stack in us-east-1, where what belongs to CloudFront must be.
    #[track_caller]
    pub fn us_east_1_stack(&self, id: &str) -> Stack<S, UsEast1> {
        Stack::new(self.stack_name(id), self.site().in_region(Region::UsEast1.code()))
    }

    /// A stack in the recovery region, for what must be there before the environment's own region is
    /// lost: vaults, replicas of keys, buckets and registries.
    ///
    /// An environment without a recovery region, or whose recovery region is its own, has none: a
    /// finding.
    #[track_caller]
    pub fn recovery_stack(&self, id: &str) -> Stack<S, RecoveryRegion> {
        let own = self.region;
        let region = self.recovery_region.unwrap_or(own);
        let site = self.site().in_recovery_region(region.code());
        let mut stack = Stack::new(self.stack_name(id), site);
        if region == own {
            let message = match self.recovery_region {
                Some(_) => "the recovery region is the environment's own, and is lost with it",
                None => "the environment has no recovery region",
            };
            stack.scope().report(
                Diagnostic::error("BKP-02", message)
                    .setter("recovery_region")
                    .given(self.recovery_region.map_or("nothing", Region::code))
                    .allowed(format!("any region but {}", own.code()))
                    .help("set `.recovery_region(Region::..)` on the environment"),
            );
        }
        stack
    }

    /// The template of a [`StackSet`](crate::stack_set::StackSet), and that StackSet's name:
    /// `<application>-<stage>-<id>`. It takes constructs as a stack does. Where they write their account or
    /// region into a text, the template has `AWS::AccountId` and `AWS::Region`.
    #[track_caller]
    pub fn template(&self, id: &str) -> Stack<S, Anywhere> {
        Stack::new(self.stack_name(id), self.site().anywhere())
    }

    /// The host `label` in the environment's domain: `api.innovate.example`. A label that isn't one
    /// is a finding of the ingress or the config map that the host is given to.
    pub fn host(&self, label: &str) -> Hostname {
        Hostname::trusted(format!("{label}.{}", self.domain))
    }

    /// Account, region, stage and tags of the environment's stacks.
    pub fn site(&self) -> Site {
        let cost_center = self.cost_center.clone().unwrap_or_else(|| text(&self.application));
        let site = Site::new(self.name(), S::KIND, self.account.to_string(), self.region.code())
            .tag("application", text(&self.application))
            .tag("environment", S::KIND.name())
            .tag("owner", self.owner.clone())
            .tag("cost-center", cost_center)
            .tag("data-classification", self.data_classification.name())
            .with_domain(Str::Owned(self.domain.to_string()))
            .with_leftovers(&self.leftovers);
        let site = match self.recovery_region {
            Some(region) => site.with_recovery_region(region.code()),
            None => site,
        };
        match &self.reader_role {
            Some(role) => site.with_reader_role(role.clone()),
            None => site,
        }
    }

    /// The environment's name: `<application>-<stage>`.
    pub fn name(&self) -> String {
        format!("{}-{}", self.application, S::KIND)
    }

    /// The application.
    pub const fn application(&self) -> &ApplicationName {
        &self.application
    }

    /// The account.
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The region.
    pub const fn region(&self) -> Region {
        self.region
    }

    /// The region that backups are copied to, if there is one.
    pub const fn recovery_region(&self) -> Option<Region> {
        self.recovery_region
    }

    /// The domain.
    pub const fn domain(&self) -> &DomainName {
        &self.domain
    }

    fn stack_name(&self, id: &str) -> String {
        format!("{}-{id}", self.name())
    }
}

fn text(name: &ApplicationName) -> Str {
    Str::Owned(name.to_string())
}

#[cfg(test)]
mod tests {
    use innovate_core::{Dev, StageKind};

    use super::*;
    use crate::{account, domain, name};

    fn dev() -> Environment<Dev> {
        Environment::<Dev>::builder()
            .application(name!("innovate"))
            .account(account!("111122223333"))
            .region(Region::EuWest1)
            .domain(domain!("dev.innovate.example"))
            .owner("platform")
            .build()
    }

    #[test]
    fn stacks_are_named_after_application_and_stage() {
        let stack = dev().stack("network");
        assert_eq!(stack.name(), "innovate-dev-network");
        assert_eq!(stack.model().site().region(), "eu-west-1");
        assert_eq!(stack.model().site().account(), "111122223333");
        assert_eq!(stack.model().site().stage(), StageKind::Dev);
        assert_eq!(dev().us_east_1_stack("edge").model().site().region(), "us-east-1");
    }

    #[test]
    fn every_stack_carries_the_mandatory_tags() {
        let tags = dev().site();
        let tags: Vec<(&str, &str)> = tags.tags().iter().map(|(k, v)| (&**k, &**v)).collect();
        let expected = [
            ("application", "innovate"),
            ("cost-center", "innovate"),
            ("data-classification", "confidential"),
            ("environment", "dev"),
            ("owner", "platform"),
        ];
        assert_eq!(tags, expected);
    }

    #[test]
    fn hosts_are_in_the_environments_domain() {
        assert_eq!(dev().host("api").as_str(), "api.dev.innovate.example");
        assert_eq!(dev().host("api").verify(), Ok(()));
        let error = dev().host("Our API").verify().unwrap_err();
        assert_eq!(error.given(), "Our API.dev.innovate.example");
    }
}
