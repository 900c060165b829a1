//! `EKS-14`: the block of services is one that EKS takes.

use innovate_core::{Rule, check::Check};

/// `EKS-14`.
pub static SERVICE_BLOCK_IS_ALLOWED: Rule = Rule {
    code: "EKS-14",
    title: "the block of Kubernetes services is one that EKS takes",
    explanation: "\
EKS takes a /12 to /24 of the private space 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, and can't \
change it later. It must not overlap the network or what is connected to it, since pods would no \
longer reach that.

Source: \"CreateCluster\", Amazon EKS API Reference.",
    check: Check::Elsewhere,
};
