//! Restores that are tried before they are needed.

use innovate_cfn::backup::{
    self,
    restore_testing_plan::{
        RestoreTestingRecoveryPointSelection, RestoreTestingRecoveryPointSelectionAlgorithm,
        RestoreTestingRecoveryPointType,
    },
};
use innovate_core::{
    Construct, Diagnostic, Gives, MAIN, ResourceType as _, Scope, Str, Text, Value,
};
use typed_builder::TypedBuilder;

use super::{
    HasRecoveryPoints, RecoveryPoints, RestoreNetworkHandle, RestoreRoleHandle, StartWindow,
    VaultPlace, Weekday, schedule::Cadence,
};
use crate::{
    database::{DatabaseKind, PostgresDatabase},
    name::{name_of, underscored},
};

const SUBNETS: &str = "dbSubnetGroupName";
const S3: &str = "S3";

/// What a restore test restores: the latest recovery point of a resource of this kind, or of each of
/// them.
///
/// AWS Backup works out what a restore needs to be told from the recovery point, and falls back on
/// defaults such as the region's default network. [`of`](Self::of) a database of the program restores
/// into that database's own subnets. In another region, where there may be no default network, databases need
/// a [`RestoreNetwork`](super::RestoreNetwork): [`in_network`](Self::in_network).
///
/// Source: "Restore testing inferred metadata", AWS Backup Developer Guide.
#[derive(Clone, Debug)]
pub struct RestoreTest {
    kind: &'static str,
    metadata: Vec<(Str, Value<Text>)>,
    validation_hours: u8,
    /// Of the database in whose subnets it restores.
    region: Option<Str>,
}

impl RestoreTest {
    const fn new(kind: &'static str) -> Self {
        Self { kind, metadata: Vec::new(), validation_hours: 1, region: None }
    }

    /// Databases of the sort that this one is, restored into its subnets.
    pub fn of(database: &impl PostgresDatabase) -> Self {
        let test = match database.database_kind() {
            DatabaseKind::Cluster => Self::aurora_cluster(),
            DatabaseKind::Instance => Self::rds_instance(),
        };
        let test = test.with(SUBNETS, database.subnet_group().assume::<Text>());
        Self { region: Some(database.region().to_owned().into()), ..test }
    }

    /// Clusters of Aurora.
    pub const fn aurora_cluster() -> Self {
        Self::new("Aurora")
    }

    /// Instances of RDS that are in no cluster.
    pub const fn rds_instance() -> Self {
        Self::new("RDS")
    }

    /// Volumes of EBS.
    pub const fn ebs_volume() -> Self {
        Self::new("EBS")
    }

    /// Buckets of S3. The role that restores them is a
    /// [`RestoreRole`](super::RestoreRole::s3_buckets) that says so.
    pub const fn s3_bucket() -> Self {
        Self::new(S3)
    }

    /// Tables of DynamoDB.
    pub const fn dynamodb_table() -> Self {
        Self::new("DynamoDB")
    }

    /// File systems of EFS.
    pub const fn efs_file_system() -> Self {
        Self::new("EFS")
    }

    /// Restores databases into this network, in its security group.
    #[must_use]
    pub fn in_network(self, network: &RestoreNetworkHandle) -> Self {
        self.with(SUBNETS, network.subnet_group_name().to_owned())
            .with("vpcSecurityGroupIds", network.security_group_ids())
    }

    /// Tells the restore something that AWS Backup doesn't work out. A key that restores of the kind don't
    /// take is a finding; whether its letters are capitals doesn't matter. What is said last holds.
    #[must_use]
    pub fn with(mut self, key: impl Into<Str>, value: impl Gives<Text>) -> Self {
        let key = key.into();
        self.metadata.retain(|(known, _)| !known.eq_ignore_ascii_case(&key));
        if key.eq_ignore_ascii_case(SUBNETS) {
            self.region = None;
        }
        self.metadata.push((key, value.give()));
        self
    }

    /// Leaves what was restored for so many hours, 0 to 168, so that it can be looked into. An hour
    /// by default. It is charged as long as it is there.
    #[must_use]
    pub const fn validated_within_hours(mut self, hours: u8) -> Self {
        self.validation_hours = hours;
        self
    }
}

/// Restores from a vault, regularly and by itself, and deletes what it restored: a backup that was
/// never restored is a hope.
///
/// Every Wednesday between 09:00 and 10:00 UTC by default, from the latest recovery point of the last 30
/// days. The time that a restore took is in the restore job's report: it is the recovery time
/// objective that can be kept. A failed restore is counted by the vault's
/// [`RestoreJobsFailed`](super::BackupMetric::RestoreJobsFailed).
///
/// In the recovery region it proves the copies, which is what counts when the region is lost. The role that
/// it restores with is of that region's stack as well, `dr.add("RestoreRole", RestoreRole::new())`: a plan that
/// copies waits for the vault there, so a role of the plan's stack would close a cycle:
///
/// ```
/// use innovate_aws::backup::{RestoreRoleHandle, RestoreTest, RestoreTesting, Vault};
/// use innovate_core::{Prod, RecoveryRegion, Stack};
///
/// fn test(
///     dr: &mut Stack<Prod, RecoveryRegion>,
///     vault: &Vault<RecoveryRegion>,
///     role: &RestoreRoleHandle,
/// ) {
///     dr.add(
///         "RestoreTesting",
///         RestoreTesting::<RecoveryRegion>::builder()
///             .vault(vault)
///             .role(role)
///             .tests([RestoreTest::aurora_cluster(), RestoreTest::ebs_volume()])
///             .build(),
///     );
/// }
/// ```
///
/// Clusters of EKS can't be tested: AWS Backup restores them, and doesn't test that.
///
/// Source: "Restore testing", AWS Backup Developer Guide.
#[derive(Clone, Debug, TypedBuilder)]
pub struct RestoreTesting<P: VaultPlace> {
    /// The vault whose recovery points are restored, in the region of the stack.
    #[builder(setter(
        fn transform(vault: &impl HasRecoveryPoints<P>) -> RecoveryPoints<P> {
            vault.recovery_points()
        }
    ))]
    vault: RecoveryPoints<P>,
    /// Who restores.
    #[builder(setter(transform = |role: &RestoreRoleHandle| role.clone()))]
    role: RestoreRoleHandle,
    /// What is restored: one test a kind of resource.
    #[builder(setter(
        fn transform(tests: impl IntoIterator<Item = RestoreTest>) -> Vec<RestoreTest> {
            tests.into_iter().collect()
        }
    ))]
    tests: Vec<RestoreTest>,
    /// The day of the week on which it is done. Wednesday by default, when people are there to
    /// read what failed.
    #[builder(default = Weekday::Wednesday)]
    day: Weekday,
    /// When it begins, in UTC. 09:00 to 10:00 by default.
    #[builder(default = StartWindow::hour_from(9))]
    window: StartWindow,
    /// How old the recovery point may be, in days: 1 to 365. 30 by default.
    #[builder(default = 30)]
    within_days: u16,
}

impl<P: VaultPlace> Construct for RestoreTesting<P> {
    type Handle = ();
    type Needs = P::Needs;

    fn build(self, scope: &mut Scope<'_>) {
        self.check(scope);
        let name = underscored(&name_of(scope));
        let points = RestoreTestingRecoveryPointSelection::new(
            RestoreTestingRecoveryPointSelectionAlgorithm::LATEST_WITHIN_WINDOW,
            [self.vault.arn.clone().assume::<Text>()],
            [RestoreTestingRecoveryPointType::SNAPSHOT],
        )
        .selection_window_days(self.within_days);
        let schedule = Cadence::Weekly(self.day).cron(self.window);
        // In whole hours, and never less than the window.
        let hours = self.window.minutes().div_ceil(60);
        let plan = backup::RestoreTestingPlan::new(points, name.clone(), schedule)
            .start_window_hours(hours)
            .depends_on(&self.vault.vault);
        let plan = scope.add(MAIN, plan);
        for test in self.tests {
            let mut selection = backup::RestoreTestingSelection::new(
                self.role.arn(),
                test.kind,
                name.clone(),
                test.kind,
            )
            .protected_resource_arns(["*"])
            .validation_window_hours(test.validation_hours)
            .depends_on(&plan);
            if !test.metadata.is_empty() {
                selection = selection.restore_metadata_overrides(metadata(test.metadata));
            }
            scope.add(test.kind, selection);
        }
    }
}

fn metadata(entries: Vec<(Str, Value<Text>)>) -> Value<innovate_core::Map<Text>> {
    let entries = entries.into_iter().map(|(key, value)| (key, value.into_node()));
    Value::from_node(innovate_core::Node::map(entries))
}

impl<P: VaultPlace> RestoreTesting<P> {
    /// Reports what restore testing doesn't take.
    fn check(&self, scope: &mut Scope<'_>) {
        if self.tests.is_empty() {
            scope.report(
                Diagnostic::error("BKP-05", "restore testing without tests restores nothing")
                    .setter("tests")
                    .given("none")
                    .allowed("one test or more")
                    .help("add `RestoreTest::aurora_cluster()`, or another kind"),
            );
        }
        if !(1..=365).contains(&self.within_days) {
            scope.report(
                Diagnostic::error("BKP-05", "restore testing doesn't look so far back")
                    .setter("within_days")
                    .given(format!("{} days", self.within_days))
                    .allowed("1 to 365 days"),
            );
        }
        for test in &self.tests {
            let known = overridable(test.kind);
            let is_known = |key: &str| known.iter().any(|known| known.eq_ignore_ascii_case(key));
            for (key, _) in test.metadata.iter().filter(|(key, _)| !is_known(key)) {
                let message = format!("a restore test of {} takes no `{key}`", test.kind);
                scope.report(
                    Diagnostic::error("BKP-05", message)
                        .setter("tests")
                        .given(key)
                        .allowed(known.join(", ")),
                );
            }
        }
        if self.tests.iter().any(|test| test.kind == S3) && !self.role.restores_buckets() {
            scope.report(
                Diagnostic::error("BKP-05", "the role can't restore the buckets that are tested")
                    .setter("role")
                    .given("a role that restores no buckets")
                    .allowed("a role that restores buckets of S3")
                    .help("make it so: `RestoreRole::new().s3_buckets()`"),
            );
        }
        let own = scope.site().region().to_owned();
        let regions = self.tests.iter().filter_map(|test| test.region.as_deref());
        for region in regions.filter(|region| *region != own) {
            scope.report(
                Diagnostic::error(
                    "BKP-05",
                    "a database can't be restored into another region's subnets",
                )
                .setter("tests")
                .given(format!("the subnets of a database in {region}"))
                .allowed(format!("subnets in {own}"))
                .help("say `.in_network(&network)` with a `RestoreNetwork` of this region"),
            );
        }
        for test in self.tests.iter().filter(|test| test.validation_hours > 168) {
            scope.report(
                Diagnostic::error("BKP-05", "what a test restored can't stay so long")
                    .setter("tests")
                    .given(format!("{} hours", test.validation_hours))
                    .allowed("0 to 168 hours"),
            );
        }
    }
}

/// What a restore test of a kind of resource can be told. Source: "Restore testing inferred metadata", AWS
/// Backup Developer Guide.
fn overridable(kind: &str) -> &'static [&'static str] {
    match kind {
        "Aurora" => &[
            "availabilityZones",
            "databaseName",
            "dbClusterParameterGroupName",
            "dbSubnetGroupName",
            "enableCloudwatchLogsExports",
            "enableIamDatabaseAuthentication",
            "engine",
            "engineMode",
            "engineVersion",
            "kmsKeyId",
            "optionGroupName",
            "port",
            "scalingConfiguration",
            "vpcSecurityGroupIds",
        ],
        "RDS" => &[
            "allocatedStorage",
            "availabilityZones",
            "dbInstanceClass",
            "dbName",
            "dbParameterGroupName",
            "dbSubnetGroupName",
            "domain",
            "domainIamRoleName",
            "enableCloudwatchLogsExports",
            "enableIamDatabaseAuthentication",
            "iops",
            "licenseModel",
            "multiAz",
            "optionGroupName",
            "port",
            "processorFeatures",
            "publiclyAccessible",
            "storageType",
            "vpcSecurityGroupIds",
        ],
        "EBS" => {
            &["availabilityZone", "iops", "kmsKeyId", "throughput", "volumeSize", "volumeType"]
        }
        "S3" => &["encryptionType", "kmsKey"],
        "DynamoDB" => &["encryptionType", "kmsMasterKeyArn"],
        "EFS" => &["kmsKeyId", "performanceMode"],
        _ => &[],
    }
}
