//! What differs between the environments, side by side.

use std::ops::RangeInclusive;

use innovate::{
    aws::{
        backup::Lifecycle,
        database::{
            AlwaysOn, AutoPause, Idle, Pausing, Redundancy, RetainsBackups, WithFailover,
            WithoutFailover,
        },
        name::{AccountId, DomainName},
        network::VpcCidr,
    },
    core::MetBy,
    parity::{self, Difference},
    prelude::*,
};

/// What a stage chooses.
pub(crate) trait Choices: Stage + Sized {
    /// Each environment has an account of its own, so that what goes wrong in one stays there.
    const ACCOUNT: AccountId;
    /// The account that takes over what was tried here: its pipeline pulls the images.
    const PROMOTED_TO: Option<AccountId> = None;
    /// Its hosts are in this domain.
    const DOMAIN: DomainName;
    /// Parts of the domain that other environments have.
    const PARTS: &[Part] = &[];

    /// The addresses of the VPC.
    const BLOCK: VpcCidr;
    /// Those of the network in the recovery region, for trials.
    const RECOVERY_BLOCK: VpcCidr;
    /// How private subnets reach the internet.
    const NAT: Nat;
    /// Which of AWS's services have an endpoint in the VPC.
    const ENDPOINTS: Endpoints;
    /// How long its logs are kept.
    const LOGS: Retention;

    /// Whether the database pauses while nobody uses it: in production that doesn't compile.
    type Pausing: Pausing<Needs<Self::Redundancy>: MetBy<Stack<Self>>>;
    /// Whether a reader is ready to take over: in production it doesn't compile without.
    type Redundancy: Redundancy;
    /// How far the database scales.
    const CAPACITY: Capacity<Self::Pausing>;
    /// The database's instances beside the writer.
    fn readers() -> Readers<Self::Redundancy>;
    /// How many more readers there are when those are busy.
    const READER_SCALING: Option<ReaderScaling>;
    /// How far back the database can be restored.
    fn backups() -> impl RetainsBackups;

    /// How long a daily backup is kept, here and in the recovery region.
    const DAILY: Lifecycle;
    /// How long a weekly one is.
    const WEEKLY: Lifecycle;
    /// How long a monthly one is.
    const MONTHLY: Lifecycle;

    /// How many pods serve the API.
    const REPLICAS: RangeInclusive<u16>;
    /// What all nodes of one architecture may have together.
    const NODES: Limits;

    /// Holds the environment to another one. To none by default.
    fn held(app: App) -> App {
        app
    }
}

/// A part of the domain that another environment has. There is none until the zone of the part is deployed: whoever
/// has a zone on a server that is named here answers for the part.
pub(crate) struct Part {
    pub(crate) id: &'static str,
    pub(crate) domain: DomainName,
    /// The output `ZoneDelegationNameServers` of its stack `names`.
    pub(crate) servers: [Hostname; 4],
    /// By which key it is signed: what `aws route53 get-dnssec` shows a day after its stack `edge` is deployed. None
    /// until then, and again for two days before that stack is made anew: a part with another key doesn't resolve.
    pub(crate) signer: Option<DelegationSigner>,
}

disjoint!(Dev::BLOCK, Staging::BLOCK, Prod::BLOCK);
disjoint!(Dev::RECOVERY_BLOCK, Staging::RECOVERY_BLOCK, Prod::RECOVERY_BLOCK);

impl Choices for Dev {
    const ACCOUNT: AccountId = account!("222233334444");
    const PROMOTED_TO: Option<AccountId> = Some(Staging::ACCOUNT);
    const DOMAIN: DomainName = domain!("dev.innovate.example");

    const BLOCK: VpcCidr = vpc_cidr!("10.10.0.0/16");
    const RECOVERY_BLOCK: VpcCidr = vpc_cidr!("10.110.0.0/20");
    const NAT: Nat = Nat::One;
    const ENDPOINTS: Endpoints = Endpoints::Minimal;
    const LOGS: Retention = Retention::OneWeek;

    type Pausing = AutoPause;
    type Redundancy = WithoutFailover;
    const CAPACITY: Capacity<AutoPause> = Capacity::auto_pause(acu!(4), Idle::FIVE_MINUTES);
    fn readers() -> Readers<WithoutFailover> {
        Readers::none()
    }
    const READER_SCALING: Option<ReaderScaling> = None;
    fn backups() -> impl RetainsBackups {
        days!(7)
    }

    const DAILY: Lifecycle = lifecycle!(7 days);
    const WEEKLY: Lifecycle = lifecycle!(28 days);
    const MONTHLY: Lifecycle = lifecycle!(62 days);

    const REPLICAS: RangeInclusive<u16> = 2..=4;
    const NODES: Limits = Limits::new(32, 128);
}

impl Choices for Staging {
    const ACCOUNT: AccountId = account!("333344445555");
    const PROMOTED_TO: Option<AccountId> = Some(Prod::ACCOUNT);
    const DOMAIN: DomainName = domain!("staging.innovate.example");

    const BLOCK: VpcCidr = vpc_cidr!("10.20.0.0/16");
    const RECOVERY_BLOCK: VpcCidr = vpc_cidr!("10.120.0.0/20");
    const NAT: Nat = Nat::Regional;
    const ENDPOINTS: Endpoints = Endpoints::PrivateEks;
    const LOGS: Retention = Retention::OneMonth;

    type Pausing = AutoPause;
    type Redundancy = WithFailover;
    const CAPACITY: Capacity<AutoPause> = Capacity::auto_pause(acu!(16), Idle::ONE_HOUR);
    fn readers() -> Readers {
        Readers::failover()
    }
    const READER_SCALING: Option<ReaderScaling> =
        Some(ReaderScaling::by_cpu(percent!(70), reader_range!(1..=2)));
    fn backups() -> impl RetainsBackups {
        days!(7)
    }

    const DAILY: Lifecycle = lifecycle!(7 days);
    const WEEKLY: Lifecycle = lifecycle!(28 days);
    const MONTHLY: Lifecycle = lifecycle!(62 days);

    const REPLICAS: RangeInclusive<u16> = 3..=6;
    const NODES: Limits = Limits::new(100, 400);

    /// As production, but for what is listed here.
    fn held(app: App) -> App {
        const PARTS: &str = "no other environment is in its domain";
        let only = |kind: &'static str, id| Difference::in_presence_of(kind).only_of(id);
        app.mirrors(
            super::app::<Prod>(),
            [
                parity::SIZES.because("a few testers make less load than all users"),
                parity::RETENTION.because("nobody asks for the tests of last year"),
                parity::THRESHOLDS.because("nobody is woken up for a test"),
                parity::DELETION_PROTECTION.because("what is lost is made anew"),
                parity::INSIGHTS.because("a database that pauses isn't looked at"),
                only("AWS::IAM::Role", "DatabaseMonitoringRole")
                    .because("nothing monitors a database that pauses"),
                Difference::in_property("AWS::ECR::Repository", "RepositoryPolicyText").because(
                    "production takes its images from here, and nobody takes production's",
                ),
                only("AWS::Route53::RecordSet", "Dev").because(PARTS),
                only("AWS::Route53::RecordSet", "Staging").because(PARTS),
            ],
        )
    }
}

impl Choices for Prod {
    const ACCOUNT: AccountId = account!("444455556666");
    const DOMAIN: DomainName = domain!("innovate.example");
    const PARTS: &[Part] = &[
        Part {
            id: "Dev",
            domain: Dev::DOMAIN,
            servers: [
                name!(Hostname: "ns-1.awsdns-00.com"),
                name!(Hostname: "ns-600.awsdns-11.net"),
                name!(Hostname: "ns-1100.awsdns-22.org"),
                name!(Hostname: "ns-1700.awsdns-33.co.uk"),
            ],
            signer: None,
        },
        Part {
            id: "Staging",
            domain: Staging::DOMAIN,
            servers: [
                name!(Hostname: "ns-2.awsdns-01.com"),
                name!(Hostname: "ns-601.awsdns-12.net"),
                name!(Hostname: "ns-1101.awsdns-23.org"),
                name!(Hostname: "ns-1701.awsdns-34.co.uk"),
            ],
            signer: None,
        },
    ];

    const BLOCK: VpcCidr = vpc_cidr!("10.30.0.0/16");
    const RECOVERY_BLOCK: VpcCidr = vpc_cidr!("10.130.0.0/20");
    const NAT: Nat = Nat::Regional;
    const ENDPOINTS: Endpoints = Endpoints::PrivateEks;
    const LOGS: Retention = Retention::OneYear;

    type Pausing = AlwaysOn;
    type Redundancy = WithFailover;
    const CAPACITY: Capacity = capacity!(2..=64);
    fn readers() -> Readers {
        Readers::failover()
    }
    const READER_SCALING: Option<ReaderScaling> =
        Some(ReaderScaling::by_cpu(percent!(70), reader_range!(1..=3)));
    fn backups() -> impl RetainsBackups {
        days!(35)
    }

    const DAILY: Lifecycle = lifecycle!(35 days);
    const WEEKLY: Lifecycle = lifecycle!(90 days);
    const MONTHLY: Lifecycle = lifecycle!(365 days);

    const REPLICAS: RangeInclusive<u16> = 3..=60;
    const NODES: Limits = Limits::new(400, 1_600);
}
