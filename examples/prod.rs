//! The production environment of Innovate Inc.: a Flask API on EKS with Aurora PostgreSQL, in three
//! zones, with everything encrypted and nothing but the load balancer facing the internet.
//!
//!     cargo run --example prod             # checks, then writes innovate.out/prod
//!     cargo run --example prod -- check    # findings only
//!
//! What it is made of is in `platform`, which development and staging share; what production chooses
//! is in `platform/choices.rs`.
//!
//! The account has before: the role `innovate-eks-admin`, the service-linked role of EC2 Spot, and in
//! ACM a certificate for `api.innovate.example`. The cluster has before the manifests: the charts of
//! Karpenter and the AWS Load Balancer Controller with their CRDs, in `kube-system`. The image is for
//! arm64 and amd64, and answers HTTPS on port 8443. The host's DNS record leads to the load balancer.

mod platform;

use innovate::prelude::*;

fn main() -> ExitCode {
    innovate::run(platform::app::<Prod>)
}
