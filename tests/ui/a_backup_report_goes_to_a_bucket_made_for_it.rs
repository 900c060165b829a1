//! The role of AWS Backup's reports may write to no other bucket.

use innovate_aws::{
    backup::{Report, ReportPlan},
    storage::BucketHandle,
};

fn plan(bucket: &BucketHandle) -> ReportPlan {
    ReportPlan::builder().report(Report::backup_jobs()).bucket(bucket).build()
}

fn main() {}
