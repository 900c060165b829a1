//! What the registry knows of a type beside its properties.

use innovate_cfn::schema::{
    Handler, Registry, Replacement, ReplacementOrder, TagForm, resource_type, resource_types,
};
use innovate_core::check::{Registry as _, TagShape};

#[test]
fn the_facts_are_those_of_the_registry() {
    let Some(bucket) = resource_type("AWS::S3::Bucket") else { panic!("no bucket") };
    assert!(bucket.is_stateful());
    assert!(resource_type("AWS::EKS::Cluster").is_some_and(|cluster| cluster.is_stateful()));
    assert!(bucket.has_handlers());
    assert_eq!(bucket.primary_identifier().collect::<Vec<_>>(), ["BucketName"]);
    assert_eq!(bucket.replacement("BucketName"), Replacement::Always);
    assert_eq!(bucket.replacement("Tags/0/Value"), Replacement::Never);
    assert!(bucket.permissions(Handler::Create).any(|action| action == "s3:CreateBucket"));
    assert_eq!(bucket.exists_in("eu-west-1"), Some(true));
    assert_eq!(bucket.exists_in("mars-north-1"), None);
    let Some(cluster) = resource_type("AWS::RDS::DBCluster") else { panic!("no cluster") };
    assert!(cluster.is_write_only("MasterUserPassword"));
    assert_eq!(cluster.replacement_order(), ReplacementOrder::CreateFirst);
    let orders = resource_types().map(|facts| facts.replacement_order());
    assert!(orders.filter(|order| *order == ReplacementOrder::DeleteFirst).count() > 10);
    assert_eq!(resource_type("AWS::S3::bucket").map(|facts| facts.name()), None);
}

#[test]
fn tags_are_known_in_every_form() {
    for (type_name, property, form) in [
        ("AWS::S3::Bucket", "Tags", TagForm::List),
        ("AWS::AutoScaling::AutoScalingGroup", "Tags", TagForm::PropagatingList),
        ("AWS::SSM::Parameter", "Tags", TagForm::Map),
        ("AWS::Backup::BackupVault", "BackupVaultTags", TagForm::Map),
        ("AWS::EFS::FileSystem", "FileSystemTags", TagForm::List),
        ("AWS::Route53::HostedZone", "HostedZoneTags", TagForm::List),
        ("AWS::CloudFront::AnycastIpList", "Tags", TagForm::Items),
        ("AWS::EC2::CapacityReservation", "TagSpecifications", TagForm::Specifications),
    ] {
        let tagging = resource_type(type_name).and_then(|facts| facts.tagging());
        assert_eq!(
            tagging.map(|tags| (tags.property, tags.form)),
            Some((property, form)),
            "{type_name}"
        );
    }
    assert_eq!(resource_type("AWS::EC2::Route").and_then(|facts| facts.tagging()), None);
    let tags = |name| Registry.facts(name).and_then(|facts| facts.tags);
    let nested = tags("AWS::CloudFront::AnycastIpList").map(|tags| (tags.property, tags.shape));
    assert_eq!(nested, Some(("Tags/Items", TagShape::List)));
    assert_eq!(tags("AWS::EC2::CapacityReservation"), None);
    assert!(Registry.version().contains("cfn-lint 1."), "{}", Registry.version());
}
