//! What CloudFormation refuses of a StackSet, and what could not work.

use std::collections::BTreeSet;

use innovate_core::{
    Diagnostic, Node, Resource, Scope, StackModel,
    check::suggest,
    stack::{ANY_ACCOUNT, ANY_REGION},
    value::{Intrinsic, Pseudo},
};

use super::{Rollout, StackSet, Targets, construct::Template, rollout::Accounts, target::Filter};
use crate::name::AccountId;

impl StackSet {
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        self.check_regions(scope);
        self.check_targets(scope);
        self.rollout.check(self.targets.named(), scope);
        self.check_parameters(scope);
        let Template(template) = &self.template;
        if let Targets::Organization(_) = self.targets {
            check_managed(template, scope);
        }
        let accounts = self.targets.named().map_or(usize::MAX, <[AccountId]>::len);
        for resource in template.resources() {
            check_name(resource, accounts > 1, self.regions.len() > 1, scope);
        }
    }

    fn check_regions(&self, scope: &mut Scope<'_>) {
        let finding = |message: &str| Diagnostic::error("SET-01", message).setter("regions");
        let codes: Vec<&'static str> = self.regions.iter().map(|region| region.code()).collect();
        if codes.is_empty() {
            scope.report(
                finding("the StackSet deploys to no region").given("none").allowed("one or more"),
            );
        }
        if let Some(twice) = repeated(codes.iter().copied()) {
            scope.report(
                finding("the StackSet names a region twice")
                    .given(twice)
                    .allowed("each region once"),
            );
        }
    }

    fn check_targets(&self, scope: &mut Scope<'_>) {
        let finding = |message: &str| Diagnostic::error("SET-01", message).setter("targets");
        let mut accounts: &[AccountId] = &[];
        match &self.targets {
            Targets::Accounts(_) => accounts = self.targets.named().unwrap_or_default(),
            Targets::Organization(to) => {
                if to.units.is_empty() {
                    scope.report(
                        finding("the StackSet deploys to no unit of the organization")
                            .given("none")
                            .allowed("one or more")
                            .help("the root's id, `r-..`, stands for all accounts of the organization"),
                    );
                }
                let units = to.units.iter().filter_map(|unit| unit.node().as_text());
                if let Some(twice) = repeated(units) {
                    scope.report(
                        finding("the StackSet names a unit twice")
                            .given(twice)
                            .allowed("each unit once"),
                    );
                }
                if let Filter::Only(list) | Filter::Except(list) = &to.filter {
                    accounts = list;
                }
                let own = scope.site().account().to_owned();
                let is_own = |account: &AccountId| account.to_string() == own;
                if let Filter::Only(list) = &to.filter
                    && !to.delegated
                    && list.iter().any(is_own)
                {
                    scope.report(
                        finding("StackSets never deploys to the management account")
                            .given(own)
                            .allowed("other accounts of the organization")
                            .help("what the management account needs too goes into a stack of its own there"),
                    );
                }
                if let Filter::None = to.filter {
                    return;
                }
            }
        }
        if accounts.is_empty() {
            scope.report(
                finding("the StackSet names no account").given("none").allowed("one or more"),
            );
        }
        let numbers: Vec<String> = accounts.iter().map(AccountId::to_string).collect();
        if let Some(twice) = repeated(numbers.iter().map(String::as_str)) {
            scope.report(
                finding("the StackSet names an account twice")
                    .given(twice)
                    .allowed("each account once"),
            );
        }
    }

    fn check_parameters(&self, scope: &mut Scope<'_>) {
        let Template(template) = &self.template;
        let finding = |message: String| Diagnostic::error("SET-04", message).setter("parameter");
        let known = || template.parameters().iter().map(|(id, _)| &**id);
        let given: Vec<&str> = self.parameters.iter().map(|(id, _)| &**id).collect();
        for id in &given {
            if known().any(|known| known == *id) {
                continue;
            }
            let finding = finding(format!("the template has no parameter `{id}`"));
            scope.report(match suggest::nearest(id, known()) {
                Some(nearest) => finding.help(format!("there is `{nearest}`")),
                None => finding.allowed(match known().next() {
                    Some(_) => known().collect::<Vec<_>>().join(", "),
                    None => "none: the template has no parameters".to_owned(),
                }),
            });
        }
        if let Some(twice) = repeated(given.iter().copied()) {
            scope.report(
                finding(format!("the parameter `{twice}` is given twice")).allowed("one value"),
            );
        }
        for (id, parameter) in template.parameters() {
            if parameter.default.is_none() && !given.contains(&&**id) {
                scope.report(
                    finding(format!("the template's parameter `{id}` has no value")).help(format!(
                        "set it with `.parameter(\"{id}\", ..)`, or give it a default"
                    )),
                );
            }
        }
    }
}

impl Rollout {
    fn check(&self, accounts: Option<&[AccountId]>, scope: &mut Scope<'_>) {
        let finding = |message: &str| Diagnostic::error("SET-02", message).setter("rollout");
        if self.concurrent == Accounts::Count(0) {
            scope.report(
                finding("the StackSet deploys to no account at a time")
                    .given(0)
                    .allowed("1 or more"),
            );
        }
        let of = accounts.map(<[AccountId]>::len);
        let given = match (self.tolerated, of) {
            (Accounts::Share(share), _) if share.get() == 100 => Some(share.to_string()),
            (Accounts::Count(count), Some(of))
                if count > 0 && usize::try_from(count).is_ok_and(|count| count >= of) =>
            {
                Some(format!("{count} of {of} accounts"))
            }
            _ => None,
        };
        if let Some(given) = given {
            scope.report(
                finding("all accounts may fail, and the deployment would be called a success")
                    .given(given)
                    .allowed("fewer than there are"),
            );
        }
        // Never more at a time than may fail, and one.
        if let (Accounts::Count(concurrent), Accounts::Count(tolerated), false) =
            (self.concurrent, self.tolerated, self.soft)
            && concurrent > tolerated.saturating_add(1)
        {
            scope.report(
                finding("so many accounts at a time are never deployed to")
                    .given(format!("{concurrent} at a time, {tolerated} of which may fail"))
                    .allowed(format!("up to {} at a time", tolerated.saturating_add(1)))
                    .help("tolerate more failures, or say `.despite_failures()`: then more may fail than are tolerated"),
            );
        }
    }
}

/// What StackSets with permissions that AWS manages doesn't take.
fn check_managed(template: &StackModel, scope: &mut Scope<'_>) {
    let allowed = "none, or targets by account: `Targets::accounts(..)`";
    if template.needs_transform() {
        scope.report(
            Diagnostic::error("SET-03", "a StackSet of an organization takes no macros")
                .setter("template")
                .given("`Fn::ToJsonString`, for which the template has the transform `AWS::LanguageExtensions`")
                .allowed(allowed),
        );
    }
    for nested in template.resources_of("AWS::CloudFormation::Stack") {
        scope.report(
            Diagnostic::error("SET-03", "a StackSet of an organization takes no nested stacks")
                .on(nested)
                .given(nested.logical_id())
                .allowed(allowed)
                .help("add what is in the nested stack to the template itself"),
        );
    }
}

/// Where a name is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Namespace {
    /// One for all regions of an account.
    Account,
    /// One for all accounts.
    Everyone,
}

/// What is found by its name in all regions.
///
/// Sources: "Best practices for using AWS CloudFormation StackSets", AWS CloudFormation User Guide; "IAM
/// identifiers", IAM User Guide; "General purpose bucket naming rules", Amazon S3 User Guide.
const NAMED: [(&str, &str, Namespace); 9] = [
    ("AWS::IAM::Role", "RoleName", Namespace::Account),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName", Namespace::Account),
    ("AWS::IAM::User", "UserName", Namespace::Account),
    ("AWS::IAM::Group", "GroupName", Namespace::Account),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName", Namespace::Account),
    ("AWS::IAM::ServerCertificate", "ServerCertificateName", Namespace::Account),
    ("AWS::IAM::OIDCProvider", "Url", Namespace::Account),
    ("AWS::IAM::SAMLProvider", "Name", Namespace::Account),
    ("AWS::S3::Bucket", "BucketName", Namespace::Everyone),
];

fn check_name(resource: &Resource, accounts: bool, regions: bool, scope: &mut Scope<'_>) {
    let Some((_, property, space)) = NAMED.iter().find(|(name, ..)| *name == resource.type_name())
    else {
        return;
    };
    let Some(name) = resource.properties().get(property) else { return };
    let lacks_account = accounts && *space == Namespace::Everyone && !says(name, Pseudo::AccountId);
    let (what, part) = match () {
        () if lacks_account => ("account", "AWS::AccountId"),
        () if regions && !says(name, Pseudo::Region) => ("region", "AWS::Region"),
        () => return,
    };
    let finding = Diagnostic::error(
        "SET-05",
        format!("the stacks of each {what} would make something of the same name"),
    );
    let finding = finding.on(resource).property(*property).allowed(format!(
        "no name, or one with `{part}` in it: `text![.., {}]`",
        if what == "region" { "pseudo::region()" } else { "pseudo::account_id()" }
    ));
    let finding = match name.as_text() {
        Some(text) => finding.given(format!("`{text}`")),
        None => finding,
    };
    scope.report(match *space {
        Namespace::Account if what == "region" => finding.help(
            "what belongs to an account as a whole goes into a StackSet of its own, with one region",
        ),
        _ => finding,
    });
}

/// Whether what is said differs from account to account, or from region to region.
fn says(node: &Node, what: Pseudo) -> bool {
    let mark = if what == Pseudo::AccountId { ANY_ACCOUNT } else { ANY_REGION };
    match node {
        Node::Text(text) => text.contains(mark),
        Node::Intrinsic(intrinsic) => match &**intrinsic {
            // The name of each stack ends in an id of its own.
            Intrinsic::Pseudo(pseudo) => {
                [what, Pseudo::StackName, Pseudo::StackId].contains(pseudo)
            }
            Intrinsic::Reference(_) | Intrinsic::GetStackOutput { .. } => true,
            Intrinsic::Sub { template, .. } if template.contains(what.name()) => true,
            other => {
                let mut found = false;
                other.each_child(&mut |child| found = found || says(child, what));
                found
            }
        },
        _ => false,
    }
}

fn repeated<'a>(items: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    items.into_iter().find(|item| !seen.insert(*item))
}
