//! Where a stack is deployed, and what everything in it is tagged with.

use std::{collections::BTreeMap, sync::Arc};

use super::{Leftovers, StageKind};
use crate::value::Str;

/// Tags by key.
pub type Tags = BTreeMap<Str, Str>;

/// Account, region, stage and tags of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    environment: Str,
    stage: StageKind,
    account: Str,
    region: Str,
    recovery_region: Option<Str>,
    is_for_recovery: bool,
    domain: Option<Str>,
    tags: Tags,
    reader_role: Option<Str>,
    leftovers: Leftovers,
}

impl Site {
    /// A site of the environment `environment` (such as `innovate-prod`).
    pub fn new(
        environment: impl Into<Str>,
        stage: StageKind,
        account: impl Into<Str>,
        region: impl Into<Str>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                environment: environment.into(),
                stage,
                account: account.into(),
                region: region.into(),
                recovery_region: None,
                is_for_recovery: false,
                domain: None,
                tags: Tags::new(),
                reader_role: None,
                leftovers: Leftovers::default(),
            }),
        }
    }

    /// The same site in another account.
    #[must_use]
    pub(super) fn in_account(mut self, account: impl Into<Str>) -> Self {
        Arc::make_mut(&mut self.inner).account = account.into();
        self
    }

    /// The same site with nowhere to recover, and without the role that reads outputs.
    #[must_use]
    pub(super) fn without_recovery_region(mut self) -> Self {
        let inner = Arc::make_mut(&mut self.inner);
        (inner.recovery_region, inner.reader_role, inner.is_for_recovery) = (None, None, false);
        self
    }

    /// The same site in another region.
    #[must_use]
    pub fn in_region(mut self, region: impl Into<Str>) -> Self {
        Arc::make_mut(&mut self.inner).region = region.into();
        self
    }

    /// The same site in the region to recover in, for what waits there until its own region is lost.
    #[must_use]
    pub fn in_recovery_region(self, region: impl Into<Str>) -> Self {
        let mut there = self.in_region(region);
        Arc::make_mut(&mut there.inner).is_for_recovery = true;
        there
    }

    /// Names the region that backups are copied to.
    #[must_use]
    pub fn with_recovery_region(mut self, region: impl Into<Str>) -> Self {
        Arc::make_mut(&mut self.inner).recovery_region = Some(region.into());
        self
    }

    /// Names the domain of the environment's hosts.
    #[must_use]
    pub fn with_domain(mut self, domain: impl Into<Str>) -> Self {
        Arc::make_mut(&mut self.inner).domain = Some(domain.into());
        self
    }

    /// The same site with one more tag on every taggable resource.
    #[must_use]
    pub fn tag(mut self, key: impl Into<Str>, value: impl Into<Str>) -> Self {
        Arc::make_mut(&mut self.inner).tags.insert(key.into(), value.into());
        self
    }

    /// Names the role that stacks of other accounts assume to read outputs here. It needs
    /// `cloudformation:DescribeStacks`.
    #[must_use]
    pub fn with_reader_role(mut self, arn: impl Into<Str>) -> Self {
        Arc::make_mut(&mut self.inner).reader_role = Some(arn.into());
        self
    }

    /// The same site, which shares with others what a program forgets to add to its app.
    #[must_use]
    pub fn with_leftovers(mut self, leftovers: &Leftovers) -> Self {
        Arc::make_mut(&mut self.inner).leftovers = leftovers.clone();
        self
    }

    /// What the program made here and forgot to add to its app.
    pub fn leftovers(&self) -> &Leftovers {
        &self.inner.leftovers
    }

    /// The role that stacks of other accounts assume to read outputs here.
    pub fn reader_role(&self) -> Option<&str> {
        self.inner.reader_role.as_deref()
    }

    /// The environment's name, with which the names of stacks begin.
    pub fn environment(&self) -> &str {
        &self.inner.environment
    }

    /// What the environment is for.
    pub fn stage(&self) -> StageKind {
        self.inner.stage
    }

    /// The account's 12 digits.
    pub fn account(&self) -> &str {
        &self.inner.account
    }

    /// The region's code, such as `eu-west-1`.
    pub fn region(&self) -> &str {
        &self.inner.region
    }

    /// Whether it waits in the recovery region, and is not where the environment runs.
    pub fn is_for_recovery(&self) -> bool {
        self.inner.is_for_recovery
    }

    /// The code of the region that backups are copied to, if the environment has one.
    pub fn recovery_region(&self) -> Option<&str> {
        self.inner.recovery_region.as_deref()
    }

    /// The domain of the environment's hosts, if it has one.
    pub fn domain(&self) -> Option<&str> {
        self.inner.domain.as_deref()
    }

    /// What every taggable resource gets.
    pub fn tags(&self) -> &Tags {
        &self.inner.tags
    }
}
