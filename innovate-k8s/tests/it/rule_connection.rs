//! What a program is told whose pods connect to what doesn't let them in.

use innovate_aws::{
    capacity,
    database::{AuroraCluster, AuroraPostgres, AuroraServerless, Readers},
    keys::KmsKey,
    network::{Connect, Egress, Port, SecurityGroupHandle},
};
use innovate_cfn::{ec2, kind::SecurityGroupName};
use innovate_core::{Cidr, Diagnostic, Prod, Stack, Value, cidr};
use innovate_k8s::{Destination, Internet, Listen, Resources, WebService, object_name};
use serde_json::json;

use crate::{
    program::{IMAGE, Program},
    rule::{namespace, service, told},
};

/// The good program with a database and a service that connects to it, for which a test opens the
/// database or doesn't. Gives the line of the connection, too.
fn program(
    open: impl FnOnce(&mut Stack<Prod>, &Program<Prod>, &AuroraCluster),
) -> (Program<Prod>, u32) {
    let mut program = Program::new().with_nodes();
    let keys = &mut program.stacks[0];
    let key = keys.add("Database", KmsKey::new());
    let mut data = program.environment.stack("data");
    let database = data.add(
        "Database",
        AuroraServerless::builder()
            .engine(AuroraPostgres::V17)
            .network(program.vpc.data())
            .key(&key)
            .capacity(capacity!(2..=64))
            .readers(Readers::failover())
            .build(),
    );
    open(&mut data, &program, &database);
    program.stacks.push(data);
    let shop = namespace(&mut program);
    let service = service!(&shop, object_name!("orders")).replicas(3..=9);
    let service = service.connects_to(&Internet);
    let line = line!() + 1;
    let service = service.connects_to(&database).build();
    program.manifests.add(service);
    (program, line)
}

fn refused(
    open: impl FnOnce(&mut Stack<Prod>, &Program<Prod>, &AuroraCluster),
) -> (Diagnostic, u32) {
    let (program, line) = program(open);
    (program.only_finding(), line)
}

#[test]
fn a_database_that_lets_the_cluster_in_is_connected_to() {
    let (program, _) =
        program(|data, program, database| data.allow(&program.cluster, Port::POSTGRES, database));
    assert_eq!(program.findings(), []);
}

#[test]
fn a_database_that_lets_nobody_in_is_told_at_the_line_of_the_connection() {
    let (finding, line) = refused(|_, _, _| ());
    assert_eq!(
        told(&finding),
        (
            "NET-17",
            innovate_core::Severity::Error,
            "the pods of Deployment other/orders connect to what doesn't let them in",
            "no rule of the security group `DatabaseSecurityGroup` lets in TCP 5432 from the nodes of `arm64`, `amd64`",
        )
    );
    assert_eq!(finding.place().map(|place| place.line), Some(line));
    assert_eq!(
        finding.help_texts(),
        [
            "let the cluster in, in the stack of what it connects to: `stack.allow(&cluster, Port::POSTGRES, &destination)`"
        ]
    );
    assert_eq!(finding.related_places().len(), 1);
}

#[test]
fn another_port_and_another_group_do_not_let_the_cluster_in() {
    let (mysql, _) =
        program(|data, program, database| data.allow(&program.cluster, Port::MYSQL, database));
    let codes: Vec<_> = mysql.findings().iter().map(Diagnostic::code).collect();
    // The data tier's network ACL lets the database's own port in.
    assert_eq!(codes, ["NET-17", "NET-18"]);
    let (finding, _) = refused(|data, program, database| {
        let bastion = group(data, program, "Bastion");
        data.allow(&bastion, Port::POSTGRES, database);
    });
    assert_eq!(finding.code(), "NET-17");
}

/// Databases are never opened to blocks of addresses: this is a store of the program's own.
#[test]
fn a_rule_for_the_blocks_of_all_nodes_lets_them_in() {
    let open = |block: Cidr| {
        let mut program = Program::new().with_nodes();
        let mut data = program.environment.stack("data");
        let store = group(&mut data, &program, "Store");
        let rule = ec2::SecurityGroupIngress::new("tcp")
            .group_id(&store)
            .cidr_ip(block)
            .from_port(6379)
            .to_port(6379)
            .description("Redis from the nodes");
        data.add("FromNodes", rule);
        program.stacks.push(data);
        let shop = namespace(&mut program);
        let service = service!(&shop, object_name!("orders")).replicas(3..=9);
        program.manifests.add(service.connects_to(&Cache(store)).build());
        program
    };
    assert_eq!(open(cidr!("10.30.0.0/17")).findings(), []);
    // One zone's nodes of three.
    assert_eq!(open(cidr!("10.30.0.0/19")).only_finding().code(), "NET-17");
}

fn group(data: &mut Stack<Prod>, program: &Program<Prod>, id: &'static str) -> SecurityGroupHandle {
    let group = ec2::SecurityGroup::new(format!("Members of {id}"))
        .group_name(Value::<SecurityGroupName>::literal(id))
        .vpc_id(program.vpc.vpc_id());
    let group = data.add(id, group);
    SecurityGroupHandle::existing(id, group.group_id(), Egress::Anywhere)
}

/// Something of the program's own that pods connect to.
struct Cache(SecurityGroupHandle);

impl Destination for Cache {
    fn egress(&self) -> Vec<innovate_k8s::workload::Egress> {
        let block = cidr!("10.30.136.0/22");
        vec![innovate_k8s::workload::Egress::blocks([block], 6379).guarded_by(&self.0)]
    }
}

#[test]
fn nodes_with_a_group_of_their_own_are_let_in_by_that_group() {
    let with = |let_in: &str| {
        let mut program =
            Program::<Prod>::new().with_nodes().breaking("EC2NodeClass", "default", |class| {
                class["spec"]["securityGroupSelectorTerms"] = json!([{ "name": "Nodes" }]);
            });
        let mut data = program.environment.stack("data");
        let [nodes, store] = ["Nodes", "Store"].map(|id| group(&mut data, &program, id));
        match let_in {
            "nodes" => data.allow(&nodes, Port::REDIS, &store),
            _ => data.allow(&program.cluster, Port::REDIS, &store),
        }
        program.stacks.push(data);
        let shop = namespace(&mut program);
        let service = service!(&shop, object_name!("orders")).replicas(3..=9);
        program.manifests.add(service.connects_to(&Cache(store)).build());
        program
    };
    assert_eq!(with("nodes").findings(), []);
    let finding = with("cluster").only_finding();
    assert_eq!(
        finding.help_texts(),
        [
            "let the security group of these nodes in: `stack.allow(&group, Port::REDIS, &destination)`"
        ]
    );
}

#[test]
fn a_database_whose_stack_was_forgotten_is_noticed() {
    let (mut program, line) =
        program(|data, program, database| data.allow(&program.cluster, Port::POSTGRES, database));
    program.stacks.retain(|stack| stack.name() != "innovate-prod-data");
    let finding = program.only_finding();
    assert_eq!(finding.message(), "the app doesn't have the stack `innovate-prod-data`");
    assert_eq!(finding.place().map(|place| place.line), Some(line));
}
