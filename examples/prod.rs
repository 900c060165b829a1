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
//! The account has before: the role `innovate-eks-admin`, the service-linked role of EC2 Spot, and
//! AWS Backup turned on for Aurora and EKS in both regions. The domain is delegated to the zone that the
//! stack `names` makes, which waits for that. The cluster has before the manifests: the charts of
//! Karpenter and the AWS Load Balancer Controller in `kube-system`, that of the External Secrets Operator
//! in `external-secrets`, that of Velero in `velero`, and their CRDs. The image is in the repository of
//! the stack `images`, for arm64 and amd64, and answers HTTPS on port 8443; its migration has made the
//! database's user `api`.

mod platform;

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(platform::app::<Prod>)
}
