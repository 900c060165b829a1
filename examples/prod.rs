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
//! The account has before: the role `innovate-eks-admin`, the service-linked roles of EC2 Spot and of
//! AWS Backup's reports, AWS Config recording what backups are audited by, and AWS Backup turned on in both
//! regions for Aurora, EKS and whatever else is tagged `backup`. Once the stack
//! `names` is there, the domain is delegated to its zone; the certificates wait for that. The cluster's
//! API is private: what is applied to it is applied from within the network. It has before the
//! manifests: the charts of Karpenter and the AWS Load Balancer Controller in `kube-system`, that of the
//! External Secrets Operator in `external-secrets`, that of Velero in `velero`, and their CRDs. The image
//! is in the repository of the stack `images`, for arm64 and amd64, answers HTTPS on port 8443, and has an
//! SDK of OpenTelemetry; its migration has made the database's user `api`.

mod platform;

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(platform::app::<Prod>)
}
