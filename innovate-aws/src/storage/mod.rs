//! Buckets, and what may be done with what is in them.
//!
//! A bucket is private, encrypted, versioned, tidied up, reached by TLS alone, and its requests are
//! logged. Each of these can be done without only by a [`Waiver`], whose reason the report shows.
//! A bucket that a service of AWS writes to is a construct of its own, since each writer needs its
//! own policy and can use some ways of encryption only.
//!
//! * [`Bucket`]: objects of the application; [`BucketHandle`] is what the rest of the program has,
//!   [`BucketFolder`] a part of it,
//! * [`SiteBucket`]: what CloudFront serves; its policy waits for the distribution,
//! * [`AccessLogBucket`]: where other buckets log their requests,
//! * [`LoadBalancerLogBucket`]: where load balancers do,
//! * [`LogBucket`]: where a [`LogWriter`] delivers: [`VendedLogs`], [`CloudTrail`] or [`AwsConfig`],
//! * [`BackupReportBucket`]: where AWS Backup delivers its reports,
//! * [`VeleroBucket`]: where Velero keeps the backups of a cluster,
//! * [`TemplateBucket`]: where a deployment puts templates that are too large for a request,
//! * [`ReplicaBucket`]: where the copies of another bucket are, in the recovery region,
//! * [`ExistingBucket`]: one that exists outside the program, to grant what may be done with it,
//! * [`BucketPolicy`]: who may do what, one a bucket; [`BucketStatement`]s are what a program adds to it,
//! * [`Encryption`], [`ObjectLifecycle`], [`ObjectLock`], [`Replication`]: its parts,
//! * [`BucketMetric`], [`RequestMetric`], [`ReplicationMetric`]: what it counts; [`BucketAlarm`],
//!   [`BucketCopyAlarm`]: what alarms watch,
//! * `blueprint`: what every bucket is made of.

mod access_log;
mod alarm;
mod backup_report;
mod blueprint;
mod bucket;
mod encryption;
mod existing;
mod folder;
mod handle;
mod lifecycle;
mod load_balancer_log;
mod log;
mod metric;
mod object_lock;
mod policy;
mod replica;
mod replication;
mod site;
mod statement;
mod template;
mod velero;
mod waiver;

pub use access_log::{AccessLogBucket, AccessLogBucketHandle, AccessLogs, LogsAccess};
pub use alarm::{BucketAlarm, BucketCopyAlarm};
pub use backup_report::{BackupReportBucket, BackupReportBucketHandle, ReportServiceRole};
pub use bucket::Bucket;
pub use encryption::{Encryption, EncryptsBucket};
pub use existing::ExistingBucket;
pub use folder::BucketFolder;
pub use handle::BucketHandle;
pub use lifecycle::{ObjectLifecycle, ObjectStorageClass, Tidies};
pub use load_balancer_log::{LoadBalancerLogBucket, LoadBalancerLogBucketHandle};
pub use log::{AwsConfig, CloudTrail, LogBucket, LogBucketHandle, LogWriter, VendedLogs};
pub use metric::{BucketMetric, ReplicationMetric, RequestMetric};
pub use object_lock::{NobodyCanDelete, ObjectLock};
pub use policy::BucketPolicy;
pub use replica::ReplicaBucket;
pub use replication::Replication;
pub use site::{SiteBucket, SiteBucketHandle};
pub use statement::{BucketPrincipal, BucketStatement};
pub use template::TemplateBucket;
pub use velero::{KeepsBackups, VeleroBucket, VeleroBucketHandle};
pub use waiver::Waiver;
