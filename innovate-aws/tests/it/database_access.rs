//! How applications come to a database: users, names, proxies.

use innovate_aws::{
    capacity,
    database::{
        AuroraCluster, Availability, AvailabilityKind, ConnectionPool, PostgresDatabase,
        PostgresEndpoint, ProxyAuth, ProxyHandle, ProxyMetric, RdsPostgres, RdsProxy, Readers,
        StaysAwake,
    },
    identity::RoleHandle,
    keys::{KmsKey, Secrets},
    name,
    network::{Connect, Port, PrivateRecord, PrivateZone, SecurityGroup},
    percent,
    secrets::{ConnectionSecret, Contents, Generated, Secret},
};
use innovate_core::{App, Node, Prod, Resource, Stage};

use crate::{
    database::{Program, aurora, good},
    program::{environment, findings, of_type, resource, text},
    rds_postgres::postgres,
};

fn role<S: Stage>() -> RoleHandle {
    RoleHandle::existing(&name!(RoleName: "api"), &environment::<S>().site())
}

fn with_cluster() -> (Program<Prod>, AuroraCluster) {
    let mut program = Program::new();
    let database = program.data.add("Database", good(&program));
    (program, database)
}

fn instance<S: Stage, Z: AvailabilityKind>(
    program: &Program<S>,
    availability: Availability<Z>,
) -> RdsPostgres<Z> {
    postgres!(program, availability(availability))
}

fn proxy<D: StaysAwake>(program: &mut Program<Prod>, database: &D) -> ProxyHandle {
    let proxy = RdsProxy::builder()
        .database(database)
        .network(program.vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app"), name!(DatabaseUser: "jobs")]))
        .build();
    program.data.add("Proxy", proxy)
}

/// What the one policy of a resource allows, and on what, as the debug form of its nodes.
fn statement<'a>(resource: &'a Resource, path: &str) -> (&'a Node, String) {
    let statement = resource.properties().at(path).unwrap_or_else(|| {
        panic!("{} has no {path}: {:?}", resource.logical_id(), resource.properties())
    });
    let statement = statement.as_list().map_or(statement, |all| &all[0]);
    let resource = statement.get("Resource").map(|found| format!("{found:?}"));
    (statement.get("Action").unwrap_or(&Node::Null), resource.unwrap_or_default())
}

#[test]
fn a_role_is_let_in_as_one_user_of_one_database() {
    let (mut program, database) = with_cluster();
    let user = name!(DatabaseUser: "app");
    program.data.add("Connect", database.grant_connect(&user, &role::<Prod>()));
    let policy = resource(program.data.model(), "Connect");
    let (action, on) = statement(policy, "PolicyDocument/Statement");
    assert!(format!("{action:?}").contains("rds-db:connect"));
    assert!(on.contains(":rds-db:eu-west-1:444455556666:dbuser:"), "{on}");
    assert!(on.contains("DBClusterResourceId") && on.contains("/app") && !on.contains('*'), "{on}");
    assert_eq!(findings(program.app()), []);
}

#[test]
fn an_instance_of_rds_lets_a_role_in_by_its_own_id() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", instance(&program, Availability::multi_az()));
    let user = name!(DatabaseUser: "app");
    program.data.add("Connect", database.grant_connect(&user, &role::<Prod>()));
    let policy = resource(program.data.model(), "Connect");
    let (_, on) = statement(policy, "PolicyDocument/Statement");
    assert!(on.contains("DbiResourceId"), "{on}");
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_database_has_a_name_that_the_network_knows_before_deployment() {
    let (mut program, database) = with_cluster();
    let zone = program.network.add("Zone", PrivateZone::builder().vpc(&program.vpc).build());
    let host = program.data.add(
        "DatabaseName",
        PrivateRecord::cname(&zone, name!(HostLabel: "database"), database.endpoint()),
    );
    assert_eq!(host.as_str(), "database.innovate-prod.internal");
    assert_eq!(zone.domain().as_str(), "innovate-prod.internal");
    let record = resource(program.data.model(), "DatabaseName");
    assert_eq!(text(record, "Name"), "database.innovate-prod.internal");
    assert_eq!(text(record, "Type"), "CNAME");
    let leads_to = record.properties().at("ResourceRecords").and_then(Node::as_list).unwrap();
    assert!(format!("{leads_to:?}").contains("Endpoint.Address"), "{leads_to:?}");
    let zone = resource(program.network.model(), "Zone");
    assert!(
        zone.properties().at("VPCs").and_then(Node::as_list).is_some_and(|vpcs| vpcs.len() == 1)
    );
    assert_eq!(findings(program.app()), []);
}

#[test]
fn pods_learn_the_name_that_rds_gave_from_a_secret() {
    let mut program = Program::<Prod>::new();
    let key = program.keys.add("Secrets", KmsKey::<Secrets>::new());
    let database = aurora!(
        program,
        capacity(capacity!(2..=64)),
        readers(Readers::failover()),
        database_name("shop")
    );
    let database = program.data.add("Database", database);
    let facts = database.connection_facts().username(&name!(DatabaseUser: "app"));
    let secret = ConnectionSecret::builder()
        .path(name!(SecretPath: "database/main"))
        .key(&key)
        .facts(facts)
        .build();
    program.data.add("Connection", secret);
    let secret = resource(program.data.model(), "Connection");
    assert_eq!(text(secret, "Name"), "innovate/prod/database/main");
    let value = format!("{:?}", secret.properties().get("SecretString"));
    for part in ["Endpoint.Address", "ReadEndpoint.Address", "5432", "postgres", "shop", "app"] {
        assert!(value.contains(part), "no {part} in {value}");
    }
    assert_eq!(database.database_name(), Some("shop"));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn clients_are_let_into_the_proxy_and_the_proxy_into_the_database() {
    let (mut program, database) = with_cluster();
    let handle = proxy(&mut program, &database);
    let group = SecurityGroup::builder().vpc(&program.vpc.private()).description("api").build();
    let api = program.data.add("Api", group);
    program.data.allow(&api, handle.port(), &handle);
    let user = name!(DatabaseUser: "app");
    program.data.add("Connect", handle.grant_connect(&user, &role::<Prod>()));

    let data = program.data.model();
    let rules: Vec<&str> = of_type(data, "AWS::EC2::SecurityGroupIngress")
        .into_iter()
        .map(Resource::logical_id)
        .collect();
    assert_eq!(rules, ["ProxyToDatabaseIngress", "ApiToProxySecurityGroup5432Ingress"]);
    let proxy = resource(data, "Proxy");
    assert_eq!(proxy.properties().get("RequireTLS").and_then(Node::as_bool), Some(true));
    assert_eq!(text(proxy, "DefaultAuthScheme"), "IAM_AUTH");
    assert_eq!(proxy.properties().get("Auth"), None);
    let (_, as_whom) =
        statement(resource(data, "ProxyRole"), "Policies/0/PolicyDocument/Statement");
    assert!(as_whom.contains("/app") && as_whom.contains("/jobs") && !as_whom.contains('*'));
    let (_, through) = statement(resource(data, "Connect"), "PolicyDocument/Statement");
    assert!(through.contains("DBProxyArn"), "{through}");
    let targets = resource(data, "ProxyTargets");
    let waits: Vec<&str> = targets.depends_on().iter().map(|each| each.logical_id()).collect();
    assert_eq!(waits, ["DatabaseWriter", "DatabaseReader1"]);
    let metric = handle.metric(ProxyMetric::ClientConnections);
    assert_eq!(metric.dimensions()[0].1.node().as_text(), Some("innovate-prod-data-proxy"));
    assert_eq!(handle.port(), Port::POSTGRES);
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_proxy_may_be_in_another_stack_than_its_database() {
    let (mut program, database) = with_cluster();
    let mut access = environment::<Prod>().stack("access");
    let proxy = RdsProxy::builder()
        .database(&database)
        .network(program.vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
        .build();
    let proxy = access.add("Proxy", proxy);
    access.add("Connect", proxy.grant_connect(&name!(DatabaseUser: "app"), &role::<Prod>()));
    program.data.add("Unrelated", KmsKey::<Secrets>::new());
    let synthesis = crate::program::synth(program.app().stack(access));
    assert_eq!(crate::program::problems(&synthesis), Vec::<String>::new());
    assert!(synthesis.assembly.is_some());
}

#[test]
fn a_proxy_reads_the_secrets_that_it_is_given_and_no_others() {
    let mut program = Program::<Prod>::new();
    let key = program.keys.add("Secrets", KmsKey::<Secrets>::new());
    let password = Secret::builder()
        .path(name!(SecretPath: "database/app"))
        .key(&key)
        .contents(Contents::Generated(Generated::password().username("app")))
        .build();
    let password = program.data.add("Password", password);
    let database = program.data.add("Database", instance(&program, Availability::multi_az()));
    let proxy = RdsProxy::builder()
        .database(&database)
        .network(program.vpc.data())
        .auth(ProxyAuth::secrets([&password]))
        .logs_key(&program.logs)
        .build();
    program.data.add("Proxy", proxy);
    let data = program.data.model();
    let proxy = resource(data, "Proxy");
    assert_eq!(text(proxy, "Auth/0/IAMAuth"), "REQUIRED");
    assert_eq!(text(proxy, "Auth/0/AuthScheme"), "SECRETS");
    let (_, on) = statement(resource(data, "ProxyReadSecret1"), "PolicyDocument/Statement");
    assert!(!on.is_empty());
    let targets = resource(data, "ProxyTargets").properties();
    assert!(targets.get("DBInstanceIdentifiers").is_some());
    assert!(data.resource("ProxyLogKey").is_none());
    assert_eq!(findings(program.app()), []);
}

#[test]
fn readers_are_reached_through_an_endpoint_of_their_own() {
    let (mut program, database) = with_cluster();
    let proxy = RdsProxy::builder()
        .database(&database)
        .network(program.vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
        .read_only_endpoint()
        .build();
    let handle = program.data.add("Proxy", proxy);
    assert_ne!(handle.endpoint(), handle.reader_endpoint());
    let endpoint = resource(program.data.model(), "ProxyReadOnly");
    assert_eq!(text(endpoint, "TargetRole"), "READ_ONLY");
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_proxy_without_a_user_and_a_read_only_endpoint_of_an_instance_are_refused_at_their_setters() {
    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", instance(&program, Availability::multi_az()));
    let proxy = RdsProxy::builder()
        .database(&database)
        .network(program.vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
        .read_only_endpoint()
        .build();
    program.data.add("Proxy", proxy);
    let found = findings(program.app());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-13", Some("read_only_endpoint")));

    let mut program = Program::<Prod>::new();
    let database = program.data.add("Database", good(&program));
    let proxy = RdsProxy::builder()
        .database(&database)
        .network(program.vpc.data())
        .auth(ProxyAuth::secrets([]))
        .build();
    program.data.add("Proxy", proxy);
    let found = findings(program.app());
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].code(), found[0].setter_name()), ("DB-13", Some("auth")));
}

#[test]
fn a_proxy_shares_its_connections_as_it_is_told() {
    let (mut program, database) = with_cluster();
    let pool = ConnectionPool::new()
        .max_connections(percent!(80))
        .max_idle_connections(percent!(10))
        .connection_borrow_timeout_seconds(5)
        .init_query("SET search_path = shop");
    let told = RdsProxy::builder()
        .database(&database)
        .network(program.vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
        .pool(pool)
        .idle_client_timeout_minutes(5)
        .build();
    program.data.add("Told", told);
    proxy(&mut program, &database);
    let data = program.data.model();
    let number =
        |id: &str, path: &str| resource(data, id).properties().at(path).and_then(Node::as_integer);
    let info = "ConnectionPoolConfigurationInfo";
    for (property, told, untold) in [
        ("MaxConnectionsPercent", 80, 100),
        ("MaxIdleConnectionsPercent", 10, 50),
        ("ConnectionBorrowTimeout", 5, 120),
    ] {
        let path = format!("{info}/{property}");
        assert_eq!(number("ToldTargets", &path), Some(told), "{property}");
        assert_eq!(number("ProxyTargets", &path), Some(untold), "{property}");
    }
    let statements = text(resource(data, "ToldTargets"), &format!("{info}/InitQuery"));
    assert_eq!(statements, "SET search_path = shop");
    assert_eq!(number("Told", "IdleClientTimeout"), Some(300));
    assert_eq!(number("Proxy", "IdleClientTimeout"), Some(1_800));
    assert_eq!(findings(program.app()), []);
}

#[test]
fn a_pool_that_does_not_fit_together_is_refused_at_its_setter() {
    let half = ConnectionPool::new().max_connections(percent!(50));
    for (pool, minutes, setter, given) in [
        (half.clone().max_idle_connections(percent!(51)), 30, "pool", "51 % kept idle, of 50 %"),
        (half.clone().connection_borrow_timeout_seconds(301), 30, "pool", "301 seconds"),
        (half.clone(), 0, "idle_client_timeout_minutes", "0 minutes"),
        (half, 481, "idle_client_timeout_minutes", "481 minutes"),
    ] {
        let (mut program, database) = with_cluster();
        let proxy = RdsProxy::builder()
            .database(&database)
            .network(program.vpc.data())
            .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
            .pool(pool)
            .idle_client_timeout_minutes(minutes)
            .build();
        program.data.add("Proxy", proxy);
        let found = findings(program.app());
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((found[0].code(), found[0].setter_name()), ("DB-13", Some(setter)));
        assert_eq!(found[0].given_value(), Some(given));
    }
}

/// The good program with a proxy, one of whose properties is something else.
fn broken(property: &'static str, value: Node) -> Vec<innovate_core::Diagnostic> {
    let (mut program, database) = with_cluster();
    proxy(&mut program, &database);
    program.data.override_property("Proxy", property, value);
    let app: App = program.app();
    findings(app)
}

#[test]
fn a_proxy_that_takes_clients_without_tls_or_logs_their_data_is_refused() {
    for (property, value, message) in [
        ("RequireTLS", false, "the proxy answers clients without TLS"),
        ("DebugLogging", true, "the proxy writes statements and their data to its log"),
    ] {
        let found = broken(property, Node::Bool(value));
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((found[0].code(), found[0].message()), ("DB-13", message));
        assert_eq!(found[0].property_path(), Some(property));
    }
    let auth = Node::list([Node::Map(vec![("AuthScheme".into(), Node::Text("SECRETS".into()))])]);
    let found = broken("Auth", auth);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), "clients of the proxy need the database's password");
    assert_eq!(found[0].given_value(), Some("nothing, which means DISABLED"));
}
