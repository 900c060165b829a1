//! The edits that the compiler refuses by evaluating a literal, which it does only where all types
//! fit.

use super::variation::{Variation, refused};

/// Each with what the message says.
pub const LITERALS: &[Variation] = &[
    refused("an account of eleven digits")
        .replace("account!(\"444455556666\")", "account!(\"44445555666\")")
        .says("not an account id: `44445555666`: an account id is 12 digits"),
    refused("a domain with an underscore")
        .replace("domain!(\"innovate.example\")", "domain!(\"innovate_example\")")
        .says("not a valid domain name: `innovate_example`"),
    refused("a network in two zones")
        .replace("EuWest1: az1, az2, az3", "EuWest1: az1, az2")
        .says("a network spans at least three zones, so that two remain when one fails"),
    refused("a zone twice")
        .replace("EuWest1: az1, az2, az3", "EuWest1: az1, az2, az2")
        .says("the same zone is named twice"),
    refused("a zone that the region does not have")
        .replace("EuWest1: az1, az2, az3", "EuWest1: az1, az2, az4")
        .says("the region has no such zone"),
    refused("a zone without control planes")
        .replace("EuWest1: az1, az2, az3", "UsEast1: az1, az2, az3")
        .says("EKS does not place its control plane in this zone"),
    refused("a block with host bits")
        .replace("10.30.0.0/16", "10.30.1.0/16")
        .says("host bits are set"),
    refused("a block that is too wide")
        .replace("10.30.0.0/16", "10.0.0.0/8")
        .says("AWS takes /16 to /28; five tiers in four zones need /22 or larger"),
    refused("environments that share addresses")
        .replace("10.20.0.0/16", "10.30.0.0/16")
        .at("disjoint!(")
        .says("the blocks `Staging::BLOCK` and `Prod::BLOCK` share addresses"),
    refused("an API that is open to everyone")
        .replace("Endpoint::Private", "Endpoint::public_to(allow_list![\"0.0.0.0/0\"])")
        .says("opens the Kubernetes API to the internet"),
    refused("a role whose name IAM refuses")
        .replace("RoleName: \"innovate-eks-admin\"", "RoleName: \"innovate eks admin\"")
        .says("not a valid role name: `innovate eks admin`"),
    refused("an add-on without a version")
        .insert(
            ".volume_key(",
            ".addons(Addons::platform().with_version(Addon::CoreDns, addon_version!(\"latest\")))",
        )
        .says("not a version of an add-on: `latest`"),
    refused("a capacity between half steps")
        .replace("capacity!(2..=64)", "capacity!(1.3..=64)")
        .says("Aurora scales in steps of 0.5"),
    refused("a capacity the wrong way round")
        .replace("capacity!(2..=64)", "capacity!(64..=1)")
        .says("the minimum is above the maximum"),
    refused("a capacity that Aurora does not reach")
        .replace("capacity!(2..=64)", "capacity!(1..=512)")
        .says("a capacity is 0.5 to 256 units"),
    refused("a window of ten minutes")
        .insert(".readers(", ".backup_window(window!(\"02:00-02:10\"))")
        .says("a window is at least 30 minutes long"),
    refused("nodes whose image moves")
        .replace("bottlerocket@v1.53.0", "bottlerocket@latest")
        .says("`@latest` replaces nodes whenever AWS publishes an image"),
    refused("an object with a capital letter")
        .replace("Namespace::new(object_name!(\"api\"))", "Namespace::new(object_name!(\"Api\"))")
        .says("not the name of a Kubernetes object: `Api`"),
    refused("an image by a tag that moves")
        .replace(
            "\"sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865\"",
            "\"latest\"",
        )
        .at("digest!(")
        .says("not a digest of an image: `latest`"),
];
