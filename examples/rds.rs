//! PostgreSQL on RDS, where an environment has no need of Aurora: one database with a standby, a replica, a
//! proxy and backups in another region, and one for experiments that is off at night. Applications connect to
//! either as they do to Aurora, through `PostgresEndpoint`.
//!
//!     cargo run --example rds             # checks, then writes innovate.out/rds
//!     cargo run --example rds -- check    # findings only
//!
//! The account has the role `shop-api`, with which the application runs in the private subnets and the security
//! group of this program. A migration makes the user in each database: `CREATE USER shop WITH LOGIN;
//! GRANT rds_iam TO shop;`.

use innovate::{
    aws::{name::SecretPath, network::SecurityGroupHandle},
    prelude::*,
};

/// As whom the application logs in, with tokens of IAM.
const USER: DatabaseUser = name!(DatabaseUser: "shop");

fn main() -> ExitCode {
    innovate::run(shop)
}

fn shop() -> App {
    let staging = Environment::<Staging>::builder()
        .application(name!("shop"))
        .account(account!("555566667777"))
        .region(Region::EuWest1)
        .recovery_region(Region::EuCentral1)
        .domain(domain!("staging.shop.example"))
        .owner("platform")
        .build();

    let mut recovery = staging.recovery_stack("recovery");
    let copies = recovery.add("DatabaseCopies", KmsKey::<Rds>::new());

    let mut keys = staging.stack("keys");
    let logs = keys.add("Logs", KmsKey::<Logs>::new());
    let storage = keys.add("Database", KmsKey::<Rds>::new());
    let secrets = keys.add("Secrets", KmsKey::<Secrets>::new());

    let mut network = staging.stack("network");
    let vpc = Vpc::builder()
        .cidr(vpc_cidr!("10.50.0.0/16"))
        .zones(zones!(EuWest1: az1, az2, az3))
        .nat(Nat::One)
        .endpoints(Endpoints::Minimal)
        .flow_logs(FlowLogs::to(&logs, Retention::OneMonth));
    let vpc = network.add("Vpc", vpc.build());
    let api =
        SecurityGroup::builder().vpc(&vpc.private()).description("The API of the shop").build();
    let api = network.add("Api", api);
    // Where it reads its secrets.
    network.allow(&api, Port::HTTPS, vpc.endpoint_group());

    let mut data = staging.stack("data");
    let role = RoleHandle::existing(&name!(RoleName: "shop-api"), &staging.site());
    let client = Client { group: api, role, secrets };

    // A standby in a second zone takes over within two minutes; the replica answers reports.
    let orders = RdsPostgres::builder()
        .engine(PostgresVersion::V18)
        .instance_class(RdsInstanceClass::M8gLarge)
        .availability(Availability::multi_az())
        .storage(storage!(100..=1000))
        .replicas([ReadReplica::of_source_class()])
        .backup_retention(days!(14))
        .backup_replication(BackupReplication::to(Region::EuCentral1, &copies))
        .network(vpc.data())
        .database_name("shop")
        .key(&storage)
        .logs_key(&logs)
        .build();
    let orders = data.add("Orders", orders);
    // The application connects to a proxy, which keeps connections open over a failover.
    let proxy = RdsProxy::builder().database(&orders).network(vpc.data());
    let proxy = proxy.auth(ProxyAuth::iam([USER])).logs_key(&logs).build();
    let proxy = data.add("OrdersProxy", proxy);
    client.connect(&mut data, "Orders", name!(SecretPath: "orders/connection"), &proxy);
    // For auditors, who want more than what automated backups keep: nobody deletes these but people.
    let weekly = Recurrence::weekly(Weekday::Sunday, time_of_day!("01:00"));
    data.add("OrdersWeekly", ScheduledSnapshot::builder().database(&orders).at(weekly).build());
    let on_call = [Subscriber::email(email!("oncall@ops.example"))];
    let alerts = data.add("Alerts", AlarmTopic::builder().subscribers(on_call).build());
    data.add("OrdersAlarms", orders.alarms().notify(&alerts));
    data.add("OrdersProxyAlarms", proxy.alarms().notify(&alerts));
    for (replica, number) in orders.replicas().iter().zip(1..) {
        data.add(format!("Replica{number}Alarms"), replica.alarms().notify(&alerts));
    }

    // RDS can't pause as Aurora does; it can be off while nobody is at work, but for its windows.
    let trials = RdsPostgres::builder()
        .engine(PostgresVersion::V18)
        .instance_class(RdsInstanceClass::T4gMedium)
        .availability(Availability::single_az())
        .storage(storage!(20..=100))
        .backup_window(window!("09:00-10:00"))
        .maintenance_window(weekly_window!("wed:10:30-wed:11:30"))
        .network(vpc.data())
        .database_name("shop")
        .key(&storage)
        .logs_key(&logs)
        .build();
    let trials = data.add("Trials", trials);
    client.connect(&mut data, "Trials", name!(SecretPath: "trials/connection"), &trials);
    let at_night = ScheduledStop::builder()
        .database(&trials)
        .stop(time_of_day!("20:00"))
        .start(Recurrence::workdays(time_of_day!("07:00")))
        .time_zone(time_zone!("Europe/Berlin"));
    data.add("TrialsAtNight", at_night.build());

    App::new("rds").stacks([keys, network, data]).stack(recovery)
}

/// The application, as far as a database has to know it.
struct Client {
    group: SecurityGroupHandle,
    role: RoleHandle,
    secrets: Key<Secrets>,
}

impl Client {
    /// A way to a database, a user in it, and where it answers; whichever database it is.
    fn connect(
        &self,
        stack: &mut Stack<Staging>,
        id: &str,
        path: SecretPath,
        database: &impl PostgresEndpoint,
    ) {
        stack.allow(&self.group, database.port(), database);
        stack.add(format!("{id}Connect"), database.grant_connect(&USER, &self.role));
        let facts = database.connection_facts().username(&USER);
        let connection = ConnectionSecret::builder().path(path).key(&self.secrets).facts(facts);
        let connection = stack.add(format!("{id}Connection"), connection.build());
        stack.add(format!("{id}Read"), connection.grant_read(&self.role));
    }
}
