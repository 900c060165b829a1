//! Zones whose answers nobody can forge.

use innovate_cfn::{
    kms::{self, key},
    policy::{Condition, PolicyDocument, Principal, Statement},
    route53::{self, key_signing_key},
};
use innovate_core::{
    Construct, DeletionPolicy, MAIN, ResourceRef, ResourceType as _, Scope, StackInUsEast1, Text,
    Value, text, value::pseudo,
};

use super::{HostedZoneHandle, HostedZoneMetric};
use crate::{
    keys::alias_of,
    name::{name_of, underscored},
    observability::{
        Alarms, Condition as When, MissingData, Period,
        alarm::{Datapoints, Proposal, alarm_kinds},
    },
};

/// The service that signs.
const SERVICE: &str = "dnssec-route53.amazonaws.com";

/// Signs the answers of a public zone (DNSSEC), so that resolvers that verify them can't be told anything
/// else: with a key of its own, which never leaves KMS.
///
/// It goes into a stack in us-east-1, where Route 53 wants the key, wherever the stack of the zone is.
///
/// To sign is half of it. Nobody looks at the signatures before the zone above says which key makes them, and
/// CloudFormation doesn't know that in advance. So it is done in two deployments: the first signs. A day
/// later, when no resolver has unsigned answers left, `aws route53 get-dnssec` shows the `DSRecord`, and
/// the second names it with `HostedZone::builder().signer(..)` or [`Delegation::signer`](super::Delegation::signer),
/// or at the registrar of the domain. `DNS-05` reminds of it.
///
/// From then on, without the key or the signatures nobody who verifies answers finds the zone any more. So all
/// of it stays when it leaves its stack, and its alarms belong to it. It is undone from the other end: take the
/// signer out of the zone above, wait a day, and only then disable signing, by hand.
///
/// KMS doesn't rotate such a key. To replace it takes days: a second `route53::KeySigningKey` of the zone
/// with a key of its own, the zone above told of both, and then of the new one alone.
///
/// ```
/// # use innovate_aws::{Environment, Region, account, domain, name};
/// # use innovate_core::Prod;
/// use innovate_aws::{
///     edge::{HostedZone, ZoneSigning},
///     observability::AlarmTopic,
/// };
/// # let prod = Environment::<Prod>::builder().application(name!("innovate")).account(account!("444455556666"))
/// #     .region(Region::EuWest1).domain(domain!("innovate.example")).owner("platform").build();
///
/// let mut dns = prod.stack("dns");
/// let zone = dns.add("Zone", HostedZone::builder().domain(prod.domain()).build());
///
/// let mut edge = prod.us_east_1_stack("edge");
/// let signing = edge.add("ZoneSigning", ZoneSigning::of(&zone));
/// let alerts = edge.add("Alerts", AlarmTopic::builder().build());
/// edge.add("ZoneAlarms", signing.alarms().notify(&alerts));
/// ```
///
/// Sources: "Configuring DNSSEC signing in Amazon Route 53" and its pages on customer managed keys, chains
/// of trust and disabling, Amazon Route 53 Developer Guide; AWS::Route53::KeySigningKey and
/// AWS::Route53::DNSSEC, AWS CloudFormation Template Reference Guide.
#[derive(Clone, Debug)]
pub struct ZoneSigning {
    zone: HostedZoneHandle,
}

impl ZoneSigning {
    /// Signs a public zone.
    pub fn of(zone: &HostedZoneHandle) -> Self {
        Self { zone: zone.clone() }
    }

    /// Who may do what with the key: the account administers it, Route 53 signs this zone with it.
    fn policy(&self, account: &str) -> PolicyDocument {
        let zone =
            text!["arn:", pseudo::partition(), ":route53:::hostedzone/", self.zone.zone_id()];
        PolicyDocument::new([
            Statement::allow(["kms:*"]).sid("Administer").to(Principal::own_account()).on_all(),
            Statement::allow(["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"])
                .sid("SignByRoute53")
                .to(Principal::service(SERVICE))
                .on_all()
                .when(Condition::string_equals("aws:SourceAccount", account.to_owned()))
                .when(Condition::arn_like("aws:SourceArn", zone)),
            Statement::allow(["kms:CreateGrant"])
                .sid("GrantToRoute53")
                .to(Principal::service(SERVICE))
                .on_all()
                .when(Condition::bool("kms:GrantIsForAWSResource", true)),
        ])
    }
}

impl Construct for ZoneSigning {
    type Handle = ZoneSigningHandle;
    type Needs = StackInUsEast1;

    fn build(self, scope: &mut Scope<'_>) -> ZoneSigningHandle {
        let kept = DeletionPolicy::RetainExceptOnCreate;
        let site = scope.site().clone();
        let key = kms::Key::new()
            .description(format!("Signs {}", self.zone.domain()))
            .key_spec(key::KeySpec::ECC_NIST_P256)
            .key_usage(key::KeyUsage::SIGN_VERIFY)
            .pending_window_in_days(30)
            .key_policy(self.policy(site.account()))
            .removal_policy(kept);
        let key = scope.add("Key", key);
        let alias = alias_of(&site, scope.path());
        scope.add("KeyAlias", kms::Alias::new(&alias, key.key_id()));
        let signer = route53::KeySigningKey::new(
            self.zone.zone_id(),
            key.arn().assume::<Text>(),
            underscored(&name_of(scope)),
            key_signing_key::Status::ACTIVE,
        );
        let signer = scope.add("KeySigningKey", signer.removal_policy(kept));
        // A zone is signed once it has a key, and keeps its key as long as it is signed.
        let signing = route53::DNSSEC::new(self.zone.zone_id()).depends_on(&signer);
        let signing = scope.add(MAIN, signing.removal_policy(kept));
        ZoneSigningHandle {
            zone: self.zone,
            signing: signing.as_ref().clone(),
            key: key.arn().assume(),
        }
    }
}

/// A zone that is signed.
#[derive(Clone, Debug)]
pub struct ZoneSigningHandle {
    zone: HostedZoneHandle,
    signing: ResourceRef,
    key: Value<Text>,
}

impl ZoneSigningHandle {
    /// The ARN of the key that signs.
    pub fn key_arn(&self) -> Value<Text> {
        self.key.clone()
    }

    /// The alarms that it comes with: [`ZoneSigningAlarm`].
    pub fn alarms(&self) -> Alarms<ZoneSigningAlarm, StackInUsEast1> {
        // Route 53 reports every four hours: until then, what was said last holds.
        let any = |metric, description| {
            let metric = self.zone.metric(metric).sum();
            Proposal::when(metric, When::AtLeast(1.0), MissingData::Ignore)
                .over(Datapoints::in_a_row(1), Period::FiveMinutes)
                .describe(description)
        };
        Alarms::of([
            (
                ZoneSigningAlarm::InternalFailure,
                any(
                    HostedZoneMetric::DnssecInternalFailure,
                    "Route 53 can't sign the zone: whoever verifies answers finds it no more, once signatures expire",
                ),
            ),
            (
                ZoneSigningAlarm::KeyNeedsAction,
                any(
                    HostedZoneMetric::DnssecKeySigningKeysNeedingAction,
                    "Route 53 can't use the key of the zone: look at the key's policy and whether it is disabled",
                ),
            ),
        ])
    }
}

impl AsRef<ResourceRef> for ZoneSigningHandle {
    fn as_ref(&self) -> &ResourceRef {
        &self.signing
    }
}

alarm_kinds! {
    /// The alarms of a zone that is signed, which go into a stack in us-east-1, where its metrics are.
    ///
    /// Source: "Monitoring hosted zones using Amazon CloudWatch", Amazon Route 53 Developer Guide.
    ZoneSigningAlarm {
        /// Route 53 can't sign something in the zone.
        InternalFailure,
        /// Route 53 can't use the key.
        KeyNeedsAction,
    }
}
