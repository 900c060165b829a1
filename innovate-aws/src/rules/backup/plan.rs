//! How the rules read plans and vaults.

use innovate_core::{Node, Resource, Site, check::Model};

use crate::{
    identity::document::flat,
    rules::read::{items, number, text},
};

pub(crate) const PLAN: &str = "AWS::Backup::BackupPlan";
pub(super) const VAULT: &str = "AWS::Backup::BackupVault";
pub(super) const AIR_GAPPED: &str = "AWS::Backup::LogicallyAirGappedBackupVault";

/// A rule of a plan.
#[derive(Clone, Copy)]
pub(crate) struct Rule<'m> {
    pub(crate) plan: &'m Resource,
    pub(super) site: &'m Site,
    pub(super) index: usize,
    pub(super) node: &'m Node,
}

/// Every rule of every plan.
pub(super) fn rules<'m>(model: &Model<'m>) -> Vec<Rule<'m>> {
    let plans = model.resources_of(PLAN);
    plans.filter_map(|plan| Some(rules_of(plan, model.stack_of(plan)?.site()))).flatten().collect()
}

/// The rules of a plan of the stack at the site.
pub(crate) fn rules_of<'m>(plan: &'m Resource, site: &'m Site) -> impl Iterator<Item = Rule<'m>> {
    let nodes = plan.properties().at("BackupPlan/BackupPlanRule").map_or(&[][..], items);
    nodes.iter().enumerate().map(move |(index, node)| Rule { plan, site, index, node })
}

impl<'m> Rule<'m> {
    /// The rule's name, as a person knows it.
    pub(crate) fn name(&self) -> String {
        match self.node.get("RuleName").and_then(Node::as_text) {
            Some(name) => name.to_owned(),
            None => format!("rule {}", self.index + 1),
        }
    }

    /// The path of one of its properties in the template.
    pub(super) fn path(&self, property: &str) -> String {
        format!("BackupPlan/BackupPlanRule/{}/{property}", self.index)
    }

    /// For how many days its recovery points are kept, or for ever: `Some(None)`. `None` where it is known only
    /// at deployment.
    pub(super) fn kept(&self) -> Option<Option<i64>> {
        kept(self.node.get("Lifecycle"))
    }

    /// The same of one of its copies, which has the original's lifecycle unless it has one of its own.
    pub(super) fn copy_kept(&self, copy: &Node) -> Option<Option<i64>> {
        kept(copy.get("Lifecycle").or_else(|| self.node.get("Lifecycle")))
    }

    /// Whether it backs up continuously.
    pub(super) fn is_continuous(&self) -> bool {
        self.node.get("EnableContinuousBackup").and_then(Node::as_bool) == Some(true)
    }

    /// Its copies, each with its number.
    pub(crate) fn copies(&self) -> impl Iterator<Item = (usize, &'m Node)> + use<'m> {
        self.node.get("CopyActions").map_or(&[][..], items).iter().enumerate()
    }
}

fn kept(lifecycle: Option<&Node>) -> Option<Option<i64>> {
    match lifecycle.and_then(|node| node.get("DeleteAfterDays")) {
        Some(days) => number(days).map(Some),
        None => Some(None),
    }
}

/// A vault of the program.
pub(crate) struct Vault<'m> {
    pub(super) resource: &'m Resource,
    site: &'m Site,
}

/// Every vault of the program.
pub(crate) fn vaults<'m>(model: &Model<'m>) -> Vec<Vault<'m>> {
    let found = model.resources_of(VAULT).chain(model.resources_of(AIR_GAPPED));
    found
        .filter_map(|resource| Some(Vault { resource, site: model.stack_of(resource)?.site() }))
        .collect()
}

impl Vault<'_> {
    fn name(&self) -> Option<&str> {
        text(self.resource, "BackupVaultName")
    }

    /// The shortest and the longest retention that it takes, if it is locked.
    pub(super) fn lock(&self) -> Option<(i64, Option<i64>)> {
        let properties = self.resource.properties();
        let lock = match self.resource.type_name() {
            AIR_GAPPED => {
                properties.get("MinRetentionDays").zip(Some(properties.get("MaxRetentionDays")))
            }
            _ => {
                let lock = properties.get("LockConfiguration")?;
                lock.get("MinRetentionDays").zip(Some(lock.get("MaxRetentionDays")))
            }
        };
        let (min, max) = lock?;
        Some((number(min)?, max.and_then(number)))
    }
}

/// The vault that a rule names, in its own region.
pub(super) fn target<'v, 'm>(
    vaults: &'v [Vault<'m>],
    model: &Model<'m>,
    rule: &Rule<'m>,
) -> Option<&'v Vault<'m>> {
    let node = rule.node.get("TargetBackupVault")?;
    if let Some(resource) = model.target(node) {
        return vaults.iter().find(|vault| vault.resource.address() == resource.address());
    }
    let name = node.as_text()?;
    let here = |vault: &&Vault<'_>| {
        vault.site.region() == rule.site.region() && vault.site.account() == rule.site.account()
    };
    vaults.iter().filter(here).find(|vault| vault.name() == Some(name))
}

/// Where a copy goes: the parts of its vault's ARN, as far as they are known.
pub(crate) struct Destination<'v, 'm> {
    pub(crate) region: String,
    pub(super) account: String,
    pub(super) vault: Option<&'v Vault<'m>>,
}

/// Where a copy goes, if that is known.
pub(crate) fn destination<'v, 'm>(
    vaults: &'v [Vault<'m>],
    model: &Model<'m>,
    site: &Site,
    copy: &Node,
) -> Option<Destination<'v, 'm>> {
    let node = copy.get("DestinationBackupVaultArn")?;
    if let Some(resource) = model.target(node) {
        let vault = vaults.iter().find(|vault| vault.resource.address() == resource.address())?;
        let (region, account) = (vault.site.region().into(), vault.site.account().into());
        return Some(Destination { region, account, vault: Some(vault) });
    }
    let arn = flat(node, Some(site));
    let mut parts = arn.splitn(7, ':').skip(3);
    let (region, account) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let name = parts.nth(1)?;
    let vault = vaults.iter().find(|vault| {
        vault.site.region() == region
            && vault.site.account() == account
            && vault.name() == Some(name)
    });
    Some(Destination { region, account, vault })
}
