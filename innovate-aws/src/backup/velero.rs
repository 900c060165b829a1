//! Velero's part of AWS.

use std::collections::BTreeSet;

use innovate_cfn::policy::{Condition, Statement};
use innovate_core::{AnyStack, Construct, Scope, Site, Text, Value, text, value::pseudo};
use typed_builder::TypedBuilder;

use crate::{
    cluster::Cluster,
    identity::{Permissions, PodIdentity, PodRole},
    name::{BucketName, ClusterName},
    service_account,
    storage::{BucketHandle, KeepsBackups},
};

/// A tag that the EBS driver gives each volume it makes.
///
/// Source: "Driver Options", AWS EBS CSI Driver documentation.
const OF_DRIVER: &str = "ebs.csi.aws.com/cluster";
/// A tag that Velero gives each snapshot it takes, and each volume that it makes of one.
const OF_VELERO: &str = "velero.io/backup";

/// What Velero needs of AWS: the role of its service account `velero/velero-server`, which its chart makes,
/// for the snapshots of the cluster's volumes and the objects of one bucket.
///
/// It takes snapshots of volumes that the EBS driver made, and deletes snapshots that it took itself; it
/// can't detach or delete a volume. The bucket's own key encrypts the objects, so Velero needs not be told
/// of one.
///
/// Velero restores a namespace, or one object, into the same cluster or another. What is lost at worst
/// (RPO) is what was written since the last of its schedules ran, an hour or a day; a restore (RTO) takes
/// minutes for objects, and as long as EBS takes to fill volumes from snapshots for data. It is beside
/// [AWS Backup for EKS](super::BackupPlan), which keeps recovery points in vaults that can be locked and
/// copied to another region; Velero's hooks freeze an application while it is saved.
///
/// ```
/// use innovate_aws::{backup::Velero, cluster::Cluster, storage::VeleroBucketHandle};
/// use innovate_core::{Prod, Stack};
///
/// fn velero(stack: &mut Stack<Prod>, cluster: &Cluster, bucket: &VeleroBucketHandle) {
///     let velero = stack.add("Velero", Velero::builder().cluster(cluster).bucket(bucket).build());
///     assert_eq!(velero.pod_role().service_account().name().as_str(), "velero-server");
/// }
/// ```
///
/// With `.reads(/// With [`reads`](VeleroBuilder::reads) it alsobucket)` it also restores what is in another bucket: the copies in the recovery
/// region, when the bucket at home is lost, or what another cluster has saved.
///
/// Source: "Set permissions for Velero", README of velero-plugin-for-aws.
#[derive(Clone, Debug, TypedBuilder)]
#[builder(mutators(
    /// Lets it restore backups of another bucket, which it can neither change nor delete: the copies in a
    /// [`ReplicaBucket`](crate::storage::ReplicaBucket), or the bucket of another cluster. May be called for each
    /// of them. Velero puts the results of its restores there, below `restores/`. By default it reads its
    /// own bucket alone.
    #[allow(unreachable_pub, reason = "the builder has it as a public method")]
    pub fn reads(&mut self, bucket: &impl KeepsBackups) {
        self.reads.push(bucket.bucket().clone());
    }
))]
pub struct Velero {
    /// The cluster.
    #[builder(setter(transform = |cluster: &Cluster| cluster.clone()))]
    cluster: Cluster,
    /// Where backups are kept: the handle of a [`VeleroBucket`](crate::storage::VeleroBucket), or of another
    /// bucket. No other cluster writes to it.
    #[builder(setter(
        fn transform(bucket: &impl KeepsBackups) -> BucketHandle {
            bucket.bucket().clone()
        }
    ))]
    bucket: BucketHandle,
    #[builder(via_mutators)]
    reads: Vec<BucketHandle>,
}

impl Construct for Velero {
    type Handle = VeleroHandle;
    type Needs = AnyStack;

    fn build(self, scope: &mut Scope<'_>) -> VeleroHandle {
        let site = self.cluster.site().clone();
        let mut permissions = volumes(&site);
        permissions.extend(self.bucket.backup_statements());
        let mut reads = BTreeSet::new();
        for other in self.reads {
            let name = other.bucket_name();
            if name != self.bucket.bucket_name() && reads.insert(name.clone()) {
                permissions.extend(other.restore_statements(reads.len()));
            }
        }
        let identity = PodIdentity::builder()
            .cluster(&self.cluster)
            .service_account(service_account!("velero", "velero-server"))
            .permissions(permissions)
            .build();
        VeleroHandle {
            role: identity.build(scope),
            cluster: self.cluster.name().clone(),
            bucket: self.bucket.bucket_name().clone(),
            bucket_region: self.bucket.region().to_owned(),
            objects_expire_after_days: self.bucket.objects_expire_after_days(),
            reads,
        }
    }
}

/// Snapshots of the cluster's volumes, and volumes of its snapshots.
fn volumes(site: &Site) -> Permissions {
    let (region, account) = (site.region(), site.account());
    let volumes = || -> Value<Text> {
        text!["arn:", pseudo::partition(), format!(":ec2:{region}:{account}:volume/*")]
    };
    // A snapshot belongs to no account in its ARN.
    let snapshots = || -> Value<Text> {
        text!["arn:", pseudo::partition(), format!(":ec2:{region}::snapshot/*")]
    };
    let by_velero = |key: &str| Condition::null(format!("{key}/{OF_VELERO}"), false);
    Permissions::new([
        // EC2 takes no resource for what only looks.
        Statement::allow(["ec2:DescribeSnapshots", "ec2:DescribeVolumes"]).sid("Look").on_all(),
        Statement::allow(["ec2:CreateSnapshot"])
            .sid("SaveVolumes")
            .on(volumes())
            .when(Condition::string_equals(format!("aws:ResourceTag/{OF_DRIVER}"), "true")),
        Statement::allow(["ec2:CreateSnapshot"])
            .sid("MakeSnapshots")
            .on(snapshots())
            .when(by_velero("aws:RequestTag")),
        Statement::allow(["ec2:CreateVolume"])
            .sid("MakeVolumes")
            .on(volumes())
            .when(by_velero("aws:RequestTag")),
        Statement::allow(["ec2:CreateVolume"])
            .sid("ReadSnapshots")
            .on(snapshots())
            .when(by_velero("aws:ResourceTag")),
        Statement::allow(["ec2:CreateTags"])
            .sid("TagWhatItMakes")
            .on([volumes(), snapshots()])
            .when(Condition::string_equals("ec2:CreateAction", ["CreateSnapshot", "CreateVolume"])),
        Statement::allow(["ec2:DeleteSnapshot"])
            .sid("ForgetSnapshots")
            .on(snapshots())
            .when(by_velero("aws:ResourceTag")),
    ])
}

/// Velero's part of AWS, as its manifests name it.
#[derive(Clone, Debug)]
pub struct VeleroHandle {
    role: PodRole,
    cluster: ClusterName,
    bucket: BucketName,
    bucket_region: String,
    objects_expire_after_days: Option<u16>,
    reads: BTreeSet<BucketName>,
}

impl VeleroHandle {
    /// The name of the cluster that it is in.
    pub const fn cluster_name(&self) -> &ClusterName {
        &self.cluster
    }

    /// Its role and service account.
    pub const fn pod_role(&self) -> &PodRole {
        &self.role
    }

    /// The bucket that backups are kept in.
    pub const fn bucket_name(&self) -> &BucketName {
        &self.bucket
    }

    /// The other buckets that it restores from.
    pub fn reads(&self) -> impl Iterator<Item = &BucketName> {
        self.reads.iter()
    }

    /// After how many days the bucket's lifecycle deletes what is in it, if it does.
    pub const fn objects_expire_after_days(&self) -> Option<u16> {
        self.objects_expire_after_days
    }

    /// The code of the region that the bucket is in.
    pub fn bucket_region(&self) -> &str {
        &self.bucket_region
    }
}
