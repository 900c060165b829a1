//! `BKP-02`: what a region's loss must not reach is in another.

use innovate_core::{
    Diagnostic, Rule,
    check::{Check, Findings, Model},
};

use super::plan::{self, AIR_GAPPED};

/// `BKP-02`.
pub static RECOVERY_REGION_IS_ANOTHER: Rule = Rule {
    code: "BKP-02",
    title: "the recovery region, and the vaults that copies go to, are in another region",
    explanation: "A stack of the recovery region holds what is left when the environment's own region \
is lost: the vault that backups are copied to, and the keys they are encrypted with. In the same region \
it would be lost with the rest.\n\nSet `.recovery_region(Region::..)` on the environment, to a region \
other than its `.region(..)`, and copy to a vault of a recovery stack. A copy to a logically air-gapped \
vault or to another account may stay in the region: it is a protection against people, not against the \
loss of a region.\n\nSource: \"Disaster recovery options in the cloud\", Disaster Recovery \
of Workloads on AWS: Recovery in the Cloud.",
    check: Check::Model(check),
};

fn check(model: &Model<'_>, findings: &mut Findings) {
    let vaults = plan::vaults(model);
    for rule in plan::rules(model) {
        for (index, copy) in rule.copies() {
            let Some(to) = plan::destination(&vaults, model, rule.site, copy) else { continue };
            let air_gapped = to.vault.is_some_and(|to| to.resource.type_name() == AIR_GAPPED);
            if to.region != rule.site.region() || to.account != rule.site.account() || air_gapped {
                continue;
            }
            let message = format!("copies of the rule `{}` stay in the region", rule.name());
            let finding = Diagnostic::error("BKP-02", message)
                .on(rule.plan)
                .setter("rules")
                .property(rule.path(&format!("CopyActions/{index}/DestinationBackupVaultArn")))
                .given(format!("a vault in {}", to.region))
                .allowed(format!("a vault in any region but {}", rule.site.region()))
                .help("copy to a vault of `environment.recovery_stack(..)`");
            findings.report(match to.vault {
                Some(vault) => finding.related(vault.resource.location(), "the vault is made here"),
                None => finding,
            });
        }
    }
}
