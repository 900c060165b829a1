//! Where restores go, and what restore tests can be told.

use innovate_aws::{
    backup::{
        BackupRule, RestoreNetwork, RestoreNetworkHandle, RestoreRole, RestoreTest, RestoreTesting,
    },
    database::Availability,
    keys::{KmsKey, Logs},
    lifecycle,
    network::{Endpoints, HasSecurityGroup, Nat, Vpc},
    vpc_cidr, zones,
};
use innovate_core::{App, Diagnostic, HomeRegion, Node, Prod, RecoveryRegion, Stack};

use crate::{
    backup::Vaults,
    database::Program,
    program::{findings, flow_logs, of_type, resource, text},
    rds_postgres::postgres,
    recovery::recoverable,
};

/// A network in the recovery region that costs nothing but its flow logs, and a place for restores in it.
fn network(stack: &mut Stack<Prod, RecoveryRegion>) -> RestoreNetworkHandle {
    let logs = stack.add("LogsKey", KmsKey::<Logs>::new());
    let vpc = Vpc::builder()
        .cidr(vpc_cidr!("10.31.0.0/16"))
        .zones(zones!(EuCentral1: az1, az2, az3))
        .nat(Nat::None)
        .endpoints(Endpoints::Gateways)
        .flow_logs(flow_logs(&logs))
        .build();
    let vpc = stack.add("Vpc", vpc);
    stack.add("Restores", RestoreNetwork::of(vpc.data()))
}

#[test]
fn databases_are_restored_into_a_network_that_waits_for_them() {
    let mut vaults = Vaults::new();
    let network = network(&mut vaults.recovery);
    assert_eq!(network.subnet_group_name(), "innovate-prod-dr-restores");
    let role = vaults.backup.add("RestoreRole", RestoreRole::new());
    let testing = RestoreTesting::<RecoveryRegion>::builder()
        .vault(&vaults.recovery_vault)
        .role(&role)
        .tests([
            RestoreTest::aurora_cluster().in_network(&network),
            RestoreTest::rds_instance()
                .in_network(&network)
                .with("DBINSTANCECLASS", "db.t4g.medium"),
        ])
        .build();
    vaults.recovery.add("RestoreTesting", testing);
    let stack = vaults.recovery.model();
    let group = resource(stack, "Restores");
    assert_eq!(group.type_name(), "AWS::RDS::DBSubnetGroup");
    assert_eq!(text(group, "DBSubnetGroupName"), "innovate-prod-dr-restores");
    let subnets = group.properties().get("SubnetIds").and_then(Node::as_list).unwrap();
    assert_eq!(subnets.len(), 3);
    for test in ["RestoreTestingAurora", "RestoreTestingRDS"] {
        let test = resource(stack, test);
        let overrides = test.properties().get("RestoreMetadataOverrides").unwrap();
        let name = overrides.get("dbSubnetGroupName").and_then(Node::as_text);
        assert_eq!(name, Some("innovate-prod-dr-restores"));
        let groups = format!("{:?}", overrides.get("vpcSecurityGroupIds"));
        assert!(groups.contains("[\\\"") && groups.contains("Restores/SecurityGroup"), "{groups}");
    }
    for costly in ["AWS::EC2::NatGateway", "AWS::EC2::EIP"] {
        assert_eq!(of_type(stack, costly).len(), 0, "{costly}");
    }
    let endpoints = of_type(stack, "AWS::EC2::VPCEndpoint");
    assert!(endpoints.iter().all(|endpoint| text(endpoint, "VpcEndpointType") == "Gateway"));
    assert_eq!(network.security_group().name(), "RestoresSecurityGroup");
    assert_eq!(findings(vaults.app()), []);
}

#[test]
fn a_key_that_a_restore_test_does_not_take_is_an_error_with_those_that_it_takes() {
    let found = |test: RestoreTest| {
        let mut vaults = Vaults::new();
        let role = vaults.backup.add("RestoreRole", RestoreRole::new().s3_buckets());
        let testing = RestoreTesting::<HomeRegion>::builder()
            .vault(&vaults.home_vault)
            .role(&role)
            .tests([test])
            .build();
        vaults.backup.add("RestoreTesting", testing);
        findings(vaults.app())
    };
    let one = |found: Vec<Diagnostic>| {
        let [finding] = &*found else { panic!("{found:#?}") };
        finding.clone()
    };
    let bucket = one(found(RestoreTest::s3_bucket().with("destinationBucketName", "restored")));
    assert_eq!((bucket.code(), bucket.setter_name()), ("BKP-05", Some("tests")));
    assert_eq!(bucket.given_value(), Some("destinationBucketName"));
    assert_eq!(bucket.allowed_values(), Some("encryptionType, kmsKey"));
    let misspelt = one(found(RestoreTest::aurora_cluster().with("dbsubnetgroup", "recovery")));
    assert_eq!(misspelt.given_value(), Some("dbsubnetgroup"));
    for right in [
        RestoreTest::aurora_cluster().with("dbsubnetgroupname", "recovery"),
        RestoreTest::ebs_volume().with("AvailabilityZone", "eu-west-1a"),
        RestoreTest::dynamodb_table().with("encryptionType", "KMS"),
        RestoreTest::efs_file_system().with("performanceMode", "maxIO"),
    ] {
        assert_eq!(found(right), []);
    }
}

#[test]
fn a_database_is_not_restored_into_the_subnets_of_another_region() {
    let found = |elsewhere: bool| {
        let mut program = Program::<Prod>::new();
        let database = postgres!(program, availability(Availability::multi_az()));
        let database = program.data.add("Database", database);
        let mut vaults = Vaults::new();
        let network = network(&mut vaults.recovery);
        let role = vaults.backup.add("RestoreRole", RestoreRole::new());
        let test = RestoreTest::of(&database);
        let test = if elsewhere { test } else { test.in_network(&network) };
        let testing = RestoreTesting::<RecoveryRegion>::builder()
            .vault(&vaults.recovery_vault)
            .role(&role)
            .tests([test])
            .build();
        vaults.recovery.add("RestoreTesting", testing);
        let found = findings(vaults.app());
        found.into_iter().filter(|found| found.code() == "BKP-05").collect::<Vec<_>>()
    };
    assert_eq!(found(false), []);
    let found = found(true);
    let [one] = &*found else { panic!("{found:#?}") };
    assert_eq!(one.setter_name(), Some("tests"));
    assert_eq!(one.given_value(), Some("the subnets of a database in eu-west-1"));
    assert_eq!(one.allowed_values(), Some("subnets in eu-central-1"));
}

#[test]
fn a_restore_network_stands_in_any_region() {
    let mut recovery = recoverable().recovery_stack("dr");
    network(&mut recovery);
    assert_eq!(findings(App::new("test").stack(recovery)), []);
}

#[test]
fn copies_are_restored_by_a_role_of_the_recovery_regions_own_stack() {
    for (of_recovery, cycles) in [(true, 0), (false, 1)] {
        let mut vaults = Vaults::new();
        let daily = BackupRule::daily(lifecycle!(35 days)).copy_to(&vaults.recovery_vault);
        vaults.plan([daily]);
        let network = network(&mut vaults.recovery);
        let role = match of_recovery {
            true => vaults.recovery.add("RestoreRole", RestoreRole::new()),
            false => vaults.backup.add("RestoreRole", RestoreRole::new()),
        };
        let testing = RestoreTesting::<RecoveryRegion>::builder()
            .vault(&vaults.recovery_vault)
            .role(&role)
            .tests([RestoreTest::aurora_cluster().in_network(&network)])
            .build();
        vaults.recovery.add("RestoreTesting", testing);
        let found = findings(vaults.app());
        assert_eq!(found.len(), cycles, "{found:#?}");
    }
}

#[test]
fn a_role_restores_buckets_only_where_it_is_said_to() {
    let tested = |role: RestoreRole| {
        let mut vaults = Vaults::new();
        let role = vaults.backup.add("RestoreRole", role);
        let testing = RestoreTesting::<HomeRegion>::builder()
            .vault(&vaults.home_vault)
            .role(&role)
            .tests([RestoreTest::ebs_volume(), RestoreTest::s3_bucket()])
            .build();
        vaults.backup.add("RestoreTesting", testing);
        let role = resource(vaults.backup.model(), "RestoreRole");
        let policies = role.properties().at("ManagedPolicyArns").and_then(Node::as_list).unwrap();
        (policies.len(), format!("{policies:?}").contains("S3Restore"), findings(vaults.app()))
    };
    let (policies, buckets, found) = tested(RestoreRole::new());
    assert_eq!((policies, buckets), (1, false));
    let [finding] = &*found else { panic!("{found:#?}") };
    assert_eq!((finding.code(), finding.setter_name()), ("BKP-05", Some("role")));
    assert_eq!(finding.given_value(), Some("a role that restores no buckets"));
    let (policies, buckets, found) = tested(RestoreRole::new().s3_buckets());
    assert_eq!((policies, buckets), (2, true));
    assert_eq!(found, []);
}
