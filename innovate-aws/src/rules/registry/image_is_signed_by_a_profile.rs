//! `ECR-10`: images are signed by a profile for images.

use innovate_core::{
    Diagnostic, Resource, Rule,
    check::{Check, Findings, Model},
};

use super::registry;
use crate::rules::read::{each, list, text};

/// `ECR-10`.
pub static IMAGE_IS_SIGNED_BY_A_PROFILE: Rule = Rule {
    code: "ECR-10",
    title: "a registry signs images with a profile of AWS Signer for images, of its own account and region",
    explanation: "ECR signs each image as it is pushed, with a profile of AWS Signer. The profile is for a \
platform: one for Lambda signs no images, and every push of an image that should be signed leaves it \
unsigned. ECR names the profile by its ARN, in the registry's region. Signatures last for 135 months at \
most.\n\nSources: \"Managed signing\", Amazon ECR User Guide; \"Signing platforms\", AWS Signer Developer \
Guide; \"PutSigningProfile\", AWS Signer API Reference.",
    check: Check::Model(check),
};

const PLATFORM: &str = "Notation-OCI-SHA384-ECDSA";

fn check(model: &Model<'_>, findings: &mut Findings) {
    for (stack, setting) in each(model, "AWS::ECR::SigningConfiguration") {
        let (account, region) = registry(stack.site());
        for (index, rule) in list(setting, "Rules").iter().enumerate() {
            let Some(arn) = rule.get("SigningProfileArn") else { continue };
            let finding = |message: &str| {
                Diagnostic::error("ECR-10", message)
                    .on(setting)
                    .property(format!("Rules/{index}/SigningProfileArn"))
                    .setter("with")
            };
            let form = format!("arn:aws:signer:{region}:{account}:/signing-profiles/..");
            let help = "make the profile with `SigningProfile::new()`, in a stack of the registry's region";
            if let Some(profile) = model.target(arn) {
                if let Some(given) = unfit(model, profile, &(account.clone(), region.clone())) {
                    findings.report(
                        finding("images are signed with a profile that can't sign them")
                            .given(given)
                            .allowed(format!("a profile for {PLATFORM} in {account}/{region}"))
                            .related(profile.location(), "the profile is made here")
                            .help(help),
                    );
                }
            } else if let Some(given) = arn.as_text().filter(|arn| !is_profile(arn, &region)) {
                findings.report(
                    finding(
                        "images are signed with what is no profile of AWS Signer in this region",
                    )
                    .given(given)
                    .allowed(form)
                    .help(help),
                );
            }
        }
    }
}

/// Why a profile of the program signs no images of the registry.
fn unfit(model: &Model<'_>, profile: &Resource, own: &(String, String)) -> Option<String> {
    let type_name = profile.type_name();
    if type_name != "AWS::Signer::SigningProfile" {
        return Some(type_name.to_owned());
    }
    if let Some(platform) = text(profile, "PlatformId").filter(|platform| *platform != PLATFORM) {
        return Some(platform.to_owned());
    }
    let stack = profile.address().stack();
    let found = model.stacks().iter().find(|found| found.name() == stack)?;
    let place = registry(found.site());
    (place != *own).then(|| format!("a profile in {}/{}", place.0, place.1))
}

/// `arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME`.
fn is_profile(arn: &str, region: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(
        parts.as_slice(),
        ["arn", _, "signer", place, _, path]
            if *place == region && path.starts_with("/signing-profiles/")
    )
}
