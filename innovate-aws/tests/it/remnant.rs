//! What a deletion of stacks runs into or leaves behind.

use innovate_aws::plan::{PhysicalIds, Remnant, RemnantKind, protected, remnants};
use innovate_cfn::schema::Registry;
use innovate_core::diff::{Diff, Snapshot, StackId, StackSnapshot};
use serde_json::{Value, json};

fn id(name: &str) -> StackId {
    let (account, region) = ("111122223333".to_owned(), "eu-west-1".to_owned());
    StackId { name: name.to_owned(), account, region }
}

fn stack(name: &str, resources: Value) -> StackSnapshot {
    StackSnapshot::new(id(name), json!({ "Resources": resources }))
}

fn found(stacks: impl IntoIterator<Item = StackSnapshot>) -> Vec<Remnant> {
    let deployed = Snapshot::new(stacks);
    let ids: Vec<StackId> = deployed.stacks().map(|stack| stack.id.clone()).collect();
    let deletion = Diff::destroying(&deployed, ids, &Registry);
    remnants(&deployed, &deletion, &PhysicalIds::new())
}

/// What is said of one resource: the kind and what it is.
fn of(resource: Value) -> Vec<(RemnantKind, String)> {
    let said = |remnant: Remnant| (remnant.kind, remnant.what);
    found([stack("app", json!({ "It": resource }))]).into_iter().map(said).collect()
}

fn codes(stack: StackSnapshot) -> Vec<(&'static str, String, bool)> {
    let deployed = Snapshot::new([stack]);
    let ids: Vec<StackId> = deployed.stacks().map(|stack| stack.id.clone()).collect();
    let refusals = protected(&deployed, &Diff::destroying(&deployed, ids, &Registry));
    let each = |found: innovate_core::diff::Refusal| {
        (found.finding.code(), found.logical_id, found.by_name)
    };
    refusals.into_iter().map(each).collect()
}

#[test]
fn what_refuses_its_deletion_is_refused_before_anything_is_deleted() {
    for (type_name, properties) in [
        ("AWS::RDS::DBCluster", json!({ "DeletionProtection": true })),
        ("AWS::RDS::DBCluster", json!({ "DeletionProtection": "true" })),
        ("AWS::DynamoDB::Table", json!({ "DeletionProtectionEnabled": true })),
        (
            "AWS::DynamoDB::GlobalTable",
            json!({ "Replicas": [{ "Region": "a" }, { "DeletionProtectionEnabled": true }] }),
        ),
        ("AWS::Cognito::UserPool", json!({ "DeletionProtection": "ACTIVE" })),
        ("AWS::Logs::LogGroup", json!({ "DeletionProtectionEnabled": true })),
        ("AWS::EKS::Cluster", json!({ "DeletionProtection": true })),
        ("AWS::EC2::Instance", json!({ "DisableApiTermination": true })),
        (
            "AWS::VerifiedPermissions::PolicyStore",
            json!({ "DeletionProtection": { "Mode": "ENABLED" } }),
        ),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            json!({ "LoadBalancerAttributes": [{ "Key": "deletion_protection.enabled", "Value": "true" }] }),
        ),
    ] {
        let resource =
            json!({ "Type": type_name, "DeletionPolicy": "Delete", "Properties": properties });
        let refused = codes(stack("app", json!({ "It": resource })));
        assert_eq!(refused, [("PLAN-08", "It".to_owned(), true)], "{type_name}");
        let first = (RemnantKind::Obstacle, "protection against deletion".to_owned());
        assert!(of(resource.clone()).contains(&first), "{type_name}");
        let mut retained = resource;
        retained["DeletionPolicy"] = json!("Retain");
        assert_eq!(codes(stack("app", json!({ "It": retained }))), [], "{type_name} stays");
    }
}

#[test]
fn what_is_not_protected_is_not_refused() {
    for (type_name, properties) in [
        ("AWS::RDS::DBCluster", json!({ "DeletionProtection": false })),
        ("AWS::RDS::DBCluster", json!({})),
        ("AWS::Cognito::UserPool", json!({ "DeletionProtection": "INACTIVE" })),
        ("AWS::AutoScaling::AutoScalingGroup", json!({ "DeletionProtection": "none" })),
        (
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            json!({ "LoadBalancerAttributes": [{ "Key": "deletion_protection.enabled", "Value": "false" }] }),
        ),
    ] {
        let resource = json!({ "Type": type_name, "Properties": properties });
        assert_eq!(codes(stack("app", json!({ "It": resource }))), [], "{type_name}");
    }
}

#[test]
fn stacks_in_a_stack_are_refused_since_nobody_sees_what_they_hold() {
    for type_name in ["AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"] {
        let nested = |policy: &str| {
            stack("app", json!({ "It": { "Type": type_name, "DeletionPolicy": policy } }))
        };
        let known = innovate_core::check::Registry::facts(&Registry, type_name);
        let by_registry = known.is_some_and(|facts| facts.stateful);
        let refused = codes(nested("Delete"));
        assert!(by_registry || refused == [("PLAN-03", "It".to_owned(), true)], "{refused:?}");
        assert_eq!(codes(nested("Retain")), []);
    }
}

#[test]
fn a_protection_that_a_parameter_decides_about_is_followed_and_an_unknown_one_is_told() {
    let resource = json!({
        "Type": "AWS::DynamoDB::Table",
        "Properties": { "DeletionProtectionEnabled": { "Ref": "Protect" } },
    });
    let mut app = stack("app", json!({ "It": resource }));
    assert_eq!(codes(app.clone()), [], "its value isn't known");
    assert!(found([app.clone()]).iter().any(|remnant| remnant.why.contains("isn't known here")));
    app.template["Parameters"] = json!({ "Protect": { "Type": "String", "Default": "true" } });
    assert_eq!(codes(app.clone()).len(), 1);
    app.parameters.insert("Protect".to_owned(), "false".to_owned());
    assert_eq!(codes(app.clone()), []);
    let told = |remnant: &Remnant| remnant.what == "protection against deletion";
    assert!(!found([app]).iter().any(told));
}

#[test]
fn what_must_be_empty_says_so_unless_it_stays() {
    for (type_name, what) in [
        ("AWS::S3::Bucket", "objects, their versions and delete markers"),
        ("AWS::ECR::Repository", "images"),
        ("AWS::Backup::BackupVault", "recovery points"),
    ] {
        let resource = json!({ "Type": type_name, "DeletionPolicy": "Delete" });
        assert!(of(resource).contains(&(RemnantKind::Obstacle, what.to_owned())), "{type_name}");
        let retained = of(json!({ "Type": type_name, "DeletionPolicy": "Retain" }));
        let kinds: Vec<_> = retained.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [RemnantKind::Retained], "{type_name}");
    }
    let emptied =
        json!({ "Type": "AWS::ECR::Repository", "Properties": { "EmptyOnDelete": true } });
    assert_eq!(of(emptied), []);
}

#[test]
fn the_lock_of_a_vault_tells_how_long_it_could_be_taken_away() {
    let vault = json!({ "Type": "AWS::Backup::BackupVault", "Properties": {
        "LockConfiguration": { "MinRetentionDays": 7, "ChangeableForDays": 3 }
    } });
    let all = found([stack("app", json!({ "Vault": vault }))]);
    let lock = all.iter().find(|remnant| remnant.what.contains("lock")).unwrap();
    assert!(lock.why.contains("3 days after it was set"), "{lock:?}");
}

#[test]
fn keys_secrets_and_snapshots_tell_what_becomes_of_them() {
    let key = json!({ "Type": "AWS::KMS::Key", "Properties": { "PendingWindowInDays": 7 } });
    assert_eq!(of(key), [(RemnantKind::Delayed, "the key, for 7 days".to_owned())]);
    let key = json!({ "Type": "AWS::KMS::Key" });
    assert_eq!(of(key), [(RemnantKind::Delayed, "the key, for 30 days".to_owned())]);
    let secret = json!({ "Type": "AWS::SecretsManager::Secret" });
    assert_eq!(of(secret), [(RemnantKind::Delayed, "the secret, at once".to_owned())]);
    let cluster = json!({ "Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Snapshot" });
    assert_eq!(
        of(cluster),
        [(RemnantKind::Snapshot, "a last snapshot of the database".to_owned())]
    );
}

/// A cluster, and what else is said of it, with what each part names it by.
fn cluster(more: Value) -> Vec<Remnant> {
    let mut resources = json!({ "Cluster": {
        "Type": "AWS::EKS::Cluster", "Properties": { "Name": "acme" }
    } });
    resources.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    found([stack("cluster", resources)])
}

fn association(name: Value, account: &str) -> Value {
    json!({ "Type": "AWS::EKS::PodIdentityAssociation", "Properties": {
        "ClusterName": name, "Namespace": "kube-system", "ServiceAccount": account,
    } })
}

#[test]
fn what_controllers_made_is_deleted_while_they_run() {
    let add_on = |name: &str| json!({ "Type": "AWS::EKS::Addon", "Properties": { "ClusterName": "acme", "AddonName": name } });
    let all = cluster(json!({
        "Balancers": association(json!({ "Ref": "Cluster" }), "aws-load-balancer-controller"),
        "Nodes": association(json!("acme"), "karpenter"),
        "Dns": association(json!({ "Fn::GetStackOutput": { "StackName": "cluster", "OutputName": "n" } }), "external-dns"),
        "Volumes": add_on("aws-ebs-csi-driver"),
        "Insights": add_on("amazon-cloudwatch-observability"),
        "Group": { "Type": "AWS::Logs::LogGroup", "Properties": {
            "LogGroupName": "/aws/containerinsights/acme/host"
        } },
    }));
    let before: Vec<&str> = all
        .iter()
        .filter(|remnant| remnant.kind == RemnantKind::Before)
        .map(|remnant| &*remnant.what)
        .collect();
    assert_eq!(
        before,
        [
            "EBS volumes and snapshots of PersistentVolumes",
            "instances with their volumes and network interfaces, launch templates, instance profiles",
            "load balancers, target groups and their security groups",
            "records in hosted zones",
        ]
    );
    let after: Vec<&str> = all
        .iter()
        .filter(|remnant| remnant.kind == RemnantKind::After)
        .map(|remnant| &*remnant.what)
        .collect();
    assert_eq!(
        after,
        [
            "the log group `/aws/containerinsights/acme/application`",
            "the log group `/aws/containerinsights/acme/dataplane`",
            "the log group `/aws/containerinsights/acme/performance`",
        ],
        "the stack has the fourth"
    );
}

#[test]
fn a_controller_of_another_cluster_is_not_this_one_s() {
    let all = cluster(json!({ "Nodes": association(json!("other"), "karpenter") }));
    assert!(!all.iter().any(|remnant| remnant.why.contains("Karpenter")), "{all:?}");
    let bare = all.iter().any(|remnant| remnant.what.contains("of Services of type LoadBalancer"));
    assert!(bare, "the control plane makes load balancers without any controller: {all:?}");
}

#[test]
fn a_role_that_trusts_a_controller_s_service_account_shows_that_it_runs() {
    let all = cluster(json!({ "Role": { "Type": "AWS::IAM::Role", "Properties": {
        "AssumeRolePolicyDocument": { "Statement": [{ "Condition": { "StringEquals": {
            "oidc:sub": "system:serviceaccount:kube-system:karpenter"
        } } }] }
    } } }));
    assert!(all.iter().any(|remnant| remnant.why.contains("Karpenter")), "{all:?}");
}

#[test]
fn log_groups_that_services_made_are_named_unless_a_stack_has_them() {
    let cluster = json!({ "Type": "AWS::EKS::Cluster", "Properties": {
        "Name": "acme", "Logging": { "ClusterLogging": { "EnabledTypes": [{ "Type": "api" }] } },
    } });
    let group = json!({ "Type": "AWS::Logs::LogGroup", "Properties": {
        "LogGroupName": "/aws/eks/acme/cluster"
    } });
    let named = |all: Vec<Remnant>| {
        all.iter().any(|remnant| remnant.what == "the log group `/aws/eks/acme/cluster`")
    };
    assert!(named(found([stack("cluster", json!({ "It": cluster }))])));
    assert!(!named(found([
        stack("cluster", json!({ "It": cluster })),
        stack("logs", json!({ "Group": group })),
    ])));
}

#[test]
fn a_distribution_tells_of_replicas_only_if_functions_run_at_the_edge() {
    let distribution = |functions: Value| {
        of(json!({ "Type": "AWS::CloudFront::Distribution", "Properties": { "DistributionConfig": {
            "DefaultCacheBehavior": { "LambdaFunctionAssociations": functions }
        } } }))
    };
    assert_eq!(distribution(json!([])), []);
    let replicas = "replicas of its Lambda@Edge functions".to_owned();
    assert_eq!(
        distribution(json!([{ "EventType": "viewer-request" }])),
        [(RemnantKind::Obstacle, replicas)]
    );
}

#[test]
fn ids_in_aws_and_lines_are_told_where_they_are_known() {
    let mut app = stack(
        "app",
        json!({ "Bucket": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" } }),
    );
    let place = innovate_core::check::Place::from(std::panic::Location::caller());
    app.places.insert("Bucket".to_owned(), place.clone());
    let deployed = Snapshot::new([app]);
    let deletion = Diff::destroying(&deployed, [id("app")], &Registry);
    let ids = PhysicalIds::from([(
        id("app"),
        [("Bucket".to_owned(), "acme-app-bucket".to_owned())].into(),
    )]);
    let all = remnants(&deployed, &deletion, &ids);
    let [remnant] = &*all else { panic!("{all:?}") };
    assert_eq!(remnant.physical_id.as_deref(), Some("acme-app-bucket"));
    assert_eq!(remnant.place, Some(place));
}
