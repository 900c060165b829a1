//! Signatures of images.

use std::fmt;

use innovate_cfn::{
    ecr::{self, signing_configuration as configuration},
    policy::Statement,
    signer::{
        self,
        signing_profile::{PlatformId, SignatureValidityPeriod, SignatureValidityPeriodType},
    },
};
use innovate_core::{
    AnyStack, Construct, Diagnostic, Gives, MAIN, ResourceRef, Scope, Site, Text, Value,
};

use crate::{
    identity::{Grant, Grantee},
    name::RepositoryPrefix,
};

/// Who signs container images: a profile of AWS Signer, which makes the key and the certificate and keeps
/// them.
///
/// What runs images can refuse those that nobody signed: the profile's ARN is what it trusts. When it leaves
/// its stack it signs nothing more, and what it signed stays valid.
///
/// ```
/// use innovate_aws::{
///     identity::RoleHandle,
///     registry::{ImageSigning, SigningProfile},
/// };
/// use innovate_core::{Prod, Stack};
///
/// fn sign(images: &mut Stack<Prod>, pushes: &RoleHandle) {
///     let profile = images.add("Signer", SigningProfile::new());
///     images.add("Signing", ImageSigning::with(&profile));
///     images.add("MaySign", profile.grant_sign(pushes));
/// }
/// ```
///
/// Sources: "Signing profiles" and "Signing platforms", AWS Signer Developer Guide.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct SigningProfile {
    validity: Option<SignatureValidity>,
}

/// How long a signature is good, after which the image must be signed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureValidity {
    number: u16,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Month,
    Year,
}

/// The longest validity, in months, which is the default of AWS Signer. Source: "PutSigningProfile", AWS
/// Signer API Reference.
const LONGEST: u16 = 135;

impl SignatureValidity {
    /// So many days.
    pub const fn days(number: u16) -> Self {
        Self { number, unit: Unit::Day }
    }

    /// So many months.
    pub const fn months(number: u16) -> Self {
        Self { number, unit: Unit::Month }
    }

    /// So many years.
    pub const fn years(number: u16) -> Self {
        Self { number, unit: Unit::Year }
    }

    const fn unit(self) -> SignatureValidityType {
        match self.unit {
            Unit::Day => SignatureValidityPeriodType::DAYS,
            Unit::Month => SignatureValidityPeriodType::MONTHS,
            Unit::Year => SignatureValidityPeriodType::YEARS,
        }
    }

    /// Whether AWS Signer takes it.
    const fn fits(self) -> bool {
        let most = match self.unit {
            // A month has 30 days at least, but for February.
            Unit::Day => LONGEST * 30,
            Unit::Month => LONGEST,
            Unit::Year => LONGEST / 12,
        };
        1 <= self.number && self.number <= most
    }
}

impl fmt::Display for SignatureValidity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Day => "days",
            Unit::Month => "months",
            Unit::Year => "years",
        };
        write!(f, "{} {unit}", self.number)
    }
}

type SignatureValidityType = innovate_core::Literal<SignatureValidityPeriodType>;

impl SigningProfile {
    /// A profile whose signatures are good for eleven years and three months.
    pub const fn new() -> Self {
        Self { validity: None }
    }

    /// How long a signature is good. It can't be changed later.
    pub const fn valid_for(mut self, validity: SignatureValidity) -> Self {
        self.validity = Some(validity);
        self
    }
}

impl Construct for SigningProfile {
    type Handle = SigningProfileHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> SigningProfileHandle {
        let mut profile = signer::SigningProfile::new(PlatformId::NOTATION_OCI_SHA384_ECDSA);
        if let Some(validity) = self.validity {
            if !validity.fits() {
                scope.report(
                    Diagnostic::error("ECR-10", "AWS Signer takes no signatures of this validity")
                        .setter("valid_for")
                        .given(validity.to_string())
                        .allowed(format!("1 day to {LONGEST} months"))
                        .help("leave it out for the longest"),
                );
            }
            let period =
                SignatureValidityPeriod::new().type_(validity.unit()).value(validity.number);
            profile = profile.signature_validity_period(period);
        }
        SigningProfileHandle { profile: scope.add(MAIN, profile), site: scope.site().clone() }
    }
}

/// A profile of AWS Signer that is in a stack.
#[derive(Clone, Debug)]
pub struct SigningProfileHandle {
    profile: signer::SigningProfileRef,
    site: Site,
}

impl SigningProfileHandle {
    /// Its ARN: what a policy on signatures trusts.
    pub fn arn(&self) -> Value<Text> {
        self.profile.arn()
    }

    /// Lets a role sign with it: who pushes to a registry that signs.
    ///
    /// Source: "Managed signing", Amazon ECR User Guide.
    pub fn grant_sign(&self, to: &impl Grantee) -> Grant {
        let sign = Statement::allow(["signer:SignPayload"]).sid("SignImages").on(self.arn());
        Grant::new(to, &self.site, [sign])
    }
}

impl AsRef<ResourceRef> for SigningProfileHandle {
    fn as_ref(&self) -> &ResourceRef {
        self.profile.as_ref()
    }
}

impl Gives<Text> for &SigningProfileHandle {
    fn give(self) -> Value<Text> {
        self.arn()
    }
}

/// Signs images as they are pushed: what runs them can then refuse those that nobody signed.
///
/// ECR signs on behalf of whoever pushes, who needs [`grant_sign`](SigningProfileHandle::grant_sign) for that
/// beside [`grant_push`](super::RepositoryHandle::grant_push). A registry has one such setting.
///
/// Source: "Managed signing", Amazon ECR User Guide.
#[derive(Clone, Debug)]
#[must_use]
pub struct ImageSigning {
    profile: Value<Text>,
    prefixes: Vec<RepositoryPrefix>,
}

impl ImageSigning {
    /// Of every image, with a [`SigningProfile`] of the program by its handle, or one that exists outside of
    /// it by its ARN.
    pub fn with(profile: impl Gives<Text>) -> Self {
        Self { profile: profile.give(), prefixes: Vec::new() }
    }

    /// Only in repositories whose names begin so, or with one of several prefixes.
    pub fn of_prefix(mut self, prefix: RepositoryPrefix) -> Self {
        self.prefixes.push(prefix);
        self
    }
}

impl Construct for ImageSigning {
    type Handle = ();
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) {
        let mut rule = configuration::Rule::new(self.profile);
        if !self.prefixes.is_empty() {
            let filter = |prefix: &RepositoryPrefix| {
                let kind = configuration::FilterType::WILDCARD_MATCH;
                configuration::RepositoryFilter::new(format!("{prefix}/*"), kind)
            };
            rule = rule.repository_filters(self.prefixes.iter().map(filter).collect::<Vec<_>>());
        }
        scope.add(MAIN, ecr::SigningConfiguration::new([rule]));
    }
}
