//! The production environment of Innovate Inc.: a React site on CloudFront, and a Flask API on EKS with
//! Aurora PostgreSQL, in three zones, with everything encrypted and nothing but CloudFront facing the
//! internet.
//!
//!     cargo run --example prod             # checks, then writes innovate.out/prod
//!     cargo run --example prod -- check    # findings only
//!
//! What it is made of is in `platform`, which development and staging share; what production chooses
//! is in `platform/choices.rs`.
//!
//! What is there before, and isn't of this program:
//!
//! * In the account: the role `innovate-eks-admin`, the service-linked roles of EC2 Spot and of AWS Backup's
//!   reports, AWS Config recording what backups are audited by, and AWS Backup turned on in both regions for
//!   Aurora, EKS and whatever else is tagged `backup`. People sign in to Grafana, which AWS runs on the internet,
//!   through the organization's IAM Identity Center; its data sources are added there.
//! * Who is told of alarms has an address outside of the domain, and confirms each subscription.
//! * Once the stack `names` is deployed, the domain is delegated to its zone: the certificates wait for that. A day
//!   after `edge` is, the zone above is told of the key that signs it.
//! * In the cluster, whose API is reached from within the network alone: the charts of Karpenter and the AWS
//!   Load Balancer Controller in `kube-system`, that of the External Secrets Operator in `external-secrets`, that
//!   of Velero in `velero`, and their CRDs.
//! * The image, in the repository of the stack `images`, for arm64 and amd64. It runs as any user with a
//!   read-only root, answers HTTPS on port 8443 with a certificate of its own, and says how it is at
//!   `/startupz`, `/readyz` and `/livez`. It reads the files in `/etc/database` and `/etc/session`, logs in to
//!   the database with a token of IAM as the user that its migration has made (`CREATE USER api WITH LOGIN;
//!   GRANT rds_iam TO api;`), logs JSON with a `level`, and has an SDK of OpenTelemetry.

mod platform;

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(platform::app::<Prod>)
}
