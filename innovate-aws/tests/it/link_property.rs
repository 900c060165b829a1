//! What holds for every graph of links: grants between any role and any resource, connections between
//! any two security groups, across stacks and regions.

use innovate_aws::{
    Environment, Region,
    database::{
        Availability, PostgresEndpoint, PostgresVersion, ProxyAuth, ProxyHandle, RdsInstance,
        RdsInstanceClass, RdsPostgres, RdsProxy,
    },
    environment::Links,
    identity::{Grant, Grantee, RoleHandle},
    keys::{Ecr, Key, KmsKey, Logs, Rds, S3, Secrets, Sqs},
    messaging::{Queue, QueueHandle},
    name,
    name::{RepositoryName, SecretPath},
    network::{
        Connect, Connection, HasSecurityGroup, Port, SecurityGroup, SecurityGroupHandle, Vpc,
    },
    observability::{AlarmTopic, LogGroup, LogGroupHandle, Retention, TopicHandle},
    registry::{
        PullThroughCache, PullThroughCacheHandle, Repository, RepositoryHandle, SigningProfile,
        SigningProfileHandle, Upstream,
    },
    secrets::{Secret, SecretHandle},
    storage,
    storage::{AccessLogBucket, Bucket, BucketHandle},
    zones,
};
use innovate_cfn::{
    iam,
    policy::{PolicyDocument, Principal},
};
use innovate_core::{App, Prod, Stack, StackModel};
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::program::{environment, flow_logs, problems, synth, with_code};

/// What is granted, or connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    ReadSecret,
    WriteSecret,
    PullImages,
    PushImages,
    SignImages,
    PullThroughCache,
    ReadObjects,
    WriteObjects,
    DeleteObjects,
    ReadLogs,
    WriteLogs,
    Publish,
    UseKey,
    SendMessages,
    ReceiveMessages,
    LogIn,
    LogInByProxy,
    Connect,
    ConnectToDatabase,
    ConnectToProxy,
}

const ALL: [What; 20] = [
    What::ReadSecret,
    What::WriteSecret,
    What::PullImages,
    What::PushImages,
    What::SignImages,
    What::PullThroughCache,
    What::ReadObjects,
    What::WriteObjects,
    What::DeleteObjects,
    What::ReadLogs,
    What::WriteLogs,
    What::Publish,
    What::UseKey,
    What::SendMessages,
    What::ReceiveMessages,
    What::LogIn,
    What::LogInByProxy,
    What::Connect,
    What::ConnectToDatabase,
    What::ConnectToProxy,
];

impl What {
    /// Whether it is a connection and no grant.
    fn connects(self) -> bool {
        matches!(self, Self::Connect | Self::ConnectToDatabase | Self::ConnectToProxy)
    }
}

/// From the role or group of one stack to the resource or group of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    what: What,
    from: usize,
    to: usize,
}

/// Whether each stack is in us-east-1, and the links between them, each once.
#[derive(Clone, Debug)]
struct Graph {
    away: Vec<bool>,
    links: Vec<Link>,
}

fn graph() -> impl Strategy<Value = Graph> {
    (2usize..=5).prop_flat_map(|count| {
        let link = (prop::sample::select(ALL.to_vec()), 0..count, 0..count);
        let link = link.prop_map(|(what, from, to)| Link { what, from, to });
        (prop::collection::vec(any::<bool>(), count), prop::collection::vec(link, 1..=12)).prop_map(
            |(away, mut links)| {
                let mut seen = Vec::new();
                links.retain(|link| {
                    !seen.contains(link) && {
                        seen.push(*link);
                        true
                    }
                });
                // Groups of different networks have no rules for each other, nor one for itself.
                links.retain(|link| {
                    !link.what.connects()
                        || away[link.from] == away[link.to]
                            && (link.from != link.to || link.what != What::Connect)
                });
                Graph { away, links }
            },
        )
    })
}

/// A stack with something of every kind.
struct Place {
    stack: Stack<Prod>,
    role: RoleHandle,
    group: SecurityGroupHandle,
    secret: SecretHandle,
    repository: RepositoryHandle,
    cache: PullThroughCacheHandle,
    signer: SigningProfileHandle,
    bucket: BucketHandle,
    logs: LogGroupHandle,
    topic: TopicHandle,
    queue: QueueHandle,
    database: RdsInstance,
    proxy: ProxyHandle,
    key: Key<S3>,
}

/// The networks of both regions, each in a stack of its own.
struct Networks {
    stacks: Vec<StackModel>,
    vpcs: [innovate_aws::network::VpcHandle; 2],
}

fn site(environment: &Environment<Prod>, away: bool) -> innovate_core::Site {
    let site = environment.site();
    if away { site.in_region(Region::UsEast1.code()) } else { site }
}

fn networks(environment: &Environment<Prod>) -> Networks {
    let mut stacks = Vec::new();
    let vpcs = [false, true].map(|away| {
        let name = if away { "innovate-prod-network-away" } else { "innovate-prod-network" };
        let mut stack = Stack::<Prod>::new(name, site(environment, away));
        let key = stack.add("Logs", KmsKey::<Logs>::new());
        let (zones, cidr) = match away {
            false => (zones!(EuWest1: az1, az2, az3), innovate_aws::vpc_cidr!("10.30.0.0/16")),
            true => (zones!(UsEast1: az1, az2, az4), innovate_aws::vpc_cidr!("10.40.0.0/16")),
        };
        let vpc = Vpc::builder().cidr(cidr).zones(zones).flow_logs(flow_logs(&key)).build();
        let vpc = stack.add("Vpc", vpc);
        stacks.push(stack.into());
        vpc
    });
    Networks { stacks, vpcs }
}

fn place(environment: &Environment<Prod>, networks: &Networks, at: usize, away: bool) -> Place {
    let name = format!("innovate-prod-place{at}");
    let mut stack = Stack::<Prod>::new(name, site(environment, away));
    let trust = PolicyDocument::assumable_by(Principal::service("ec2.amazonaws.com"));
    let role = stack.add("Role", iam::Role::new(trust));
    let vpc = &networks.vpcs[usize::from(away)];
    let group = SecurityGroup::builder().vpc(vpc).description("A group").build();
    let secrets = stack.add("Secrets", KmsKey::<Secrets>::new());
    let images = stack.add("Images", KmsKey::<Ecr>::new());
    let objects = stack.add("Objects", KmsKey::<S3>::new());
    let log_key = stack.add("Logs", KmsKey::<Logs>::new());
    let access = stack.add(format!("AccessLogs{at}"), AccessLogBucket::builder().build());
    let path = SecretPath::new(format!("place/{at}")).unwrap();
    let repository = RepositoryName::new(format!("place/{at}")).unwrap();
    let prefix = innovate_aws::name::RepositoryPrefix::new(format!("quay{at}")).unwrap();
    let data = stack.add("Data", KmsKey::<Rds>::new());
    let messages = stack.add("Messages", KmsKey::<Sqs>::new());
    let database = RdsPostgres::builder()
        .engine(PostgresVersion::V17)
        .instance_class(RdsInstanceClass::M8gLarge)
        .availability(Availability::multi_az())
        .storage(storage!(100..=1000))
        .network(vpc.data())
        .key(&data)
        .build();
    // Links name a connection after its ends, so these have names of their own.
    let database = stack.add(format!("Database{at}"), database);
    let proxy = RdsProxy::builder()
        .database(&database)
        .network(vpc.data())
        .auth(ProxyAuth::iam([name!(DatabaseUser: "app")]))
        .build();
    Place {
        role: RoleHandle::new(format!("place {at}"), &role, stack.model().site()),
        group: stack.add(format!("Group{at}"), group),
        secret: stack.add("Secret", Secret::builder().path(path).key(&secrets).build()),
        repository: stack
            .add("Repository", Repository::builder().name(repository).key(&images).build()),
        cache: stack.add(
            "Cache",
            PullThroughCache::builder()
                .upstream(Upstream::Quay)
                .prefix(prefix)
                .key(&images)
                .build(),
        ),
        signer: stack.add("Signer", SigningProfile::new()),
        topic: stack.add("Topic", AlarmTopic::builder().build()),
        queue: stack.add("Queue", Queue::builder().key(&messages).build()),
        proxy: stack.add(format!("Proxy{at}"), proxy),
        database,
        bucket: stack.add(
            format!("Bucket{at}"),
            Bucket::builder().key(&objects).access_logs(&access).build(),
        ),
        logs: stack.add(
            "LogGroup",
            LogGroup::builder().retention(Retention::OneYear).key(&log_key).build(),
        ),
        key: objects,
        stack,
    }
}

fn grant(what: What, of: &Place, to: &impl Grantee) -> Option<Grant> {
    let site = of.stack.model().site();
    let user = name!(DatabaseUser: "app");
    Some(match what {
        What::ReadSecret => of.secret.grant_read(to),
        What::WriteSecret => of.secret.grant_write(to),
        What::SignImages => of.signer.grant_sign(to),
        What::ReadLogs => of.logs.grant_read(to),
        What::Publish => of.topic.grant_publish(to),
        What::SendMessages => of.queue.grant_send(to),
        What::ReceiveMessages => of.queue.grant_receive(to),
        What::LogIn => of.database.grant_connect(&user, to),
        What::LogInByProxy => of.proxy.grant_connect(&user, to),
        What::PullImages => of.repository.grant_pull(to),
        What::PushImages => of.repository.grant_push(to),
        What::PullThroughCache => of.cache.grant_pull(to),
        What::ReadObjects => of.bucket.grant_read(to),
        What::WriteObjects => of.bucket.grant_write(to),
        What::DeleteObjects => of.bucket.grant_delete(to),
        What::WriteLogs => of.logs.grant_write(to),
        What::UseKey => Grant::new(to, site, [of.key.decrypt_through("s3", site.region())]),
        What::Connect | What::ConnectToDatabase | What::ConnectToProxy => return None,
    })
}

/// What a connection leads to, and on which port.
fn destination(what: What, of: &Place) -> (SecurityGroupHandle, Port) {
    match what {
        What::ConnectToDatabase => (of.database.security_group(), Port::POSTGRES),
        What::ConnectToProxy => (of.proxy.security_group(), Port::POSTGRES),
        _ => (of.group.clone(), Port::HTTPS),
    }
}

/// Where the links are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placed {
    /// In the stack of the role, or of the group that connects.
    AtTheGrantee,
    /// In stacks of links, one a region.
    InLinks,
}

fn program(graph: &Graph, placed: Placed) -> App {
    let environment = environment::<Prod>();
    let networks = networks(&environment);
    let mut places: Vec<Place> = graph
        .away
        .iter()
        .enumerate()
        .map(|(at, away)| place(&environment, &networks, at, *away))
        .collect();
    let mut links = [false, true].map(|away| {
        let here = |link: &Link| graph.away[link.from] == away;
        if placed == Placed::AtTheGrantee || !graph.links.iter().any(here) {
            return None;
        }
        let name = if away { "innovate-prod-links-away" } else { "innovate-prod-links" };
        Some(Links::new(Stack::<Prod>::new(name, site(&environment, away))))
    });
    for (at, link) in graph.links.iter().enumerate() {
        let away = usize::from(graph.away[link.from]);
        let (from, to) = (&places[link.from], &places[link.to]);
        let id = format!("Link{at}");
        let links = links[away].as_mut();
        match (grant(link.what, to, &from.role), links) {
            (Some(grant), Some(links)) => links.add(id, grant),
            (Some(grant), None) => places[link.from].stack.add(id, grant),
            (None, Some(links)) => {
                let (group, port) = destination(link.what, to);
                links.allow(&from.group, port, &group);
            }
            (None, None) => {
                let (group, port) = destination(link.what, to);
                let connection = Connection::new(&from.group, port, &group);
                places[link.from].stack.add(id, connection);
            }
        }
    }
    let app = networks.stacks.into_iter().fold(App::new("test"), App::stack);
    let app = places.into_iter().fold(app, |app, place| app.stack(place.stack));
    links.into_iter().flatten().fold(app, App::stack)
}

/// A value of a template as text; what is known only at deployment is as long as a long ARN.
fn text_of(node: &Json) -> String {
    match node {
        Json::String(text) => text.clone(),
        Json::Object(object) => match object.iter().next() {
            Some((function, arguments)) if function == "Fn::Join" => {
                arguments[1].as_array().unwrap().iter().map(text_of).collect()
            }
            Some((function, name)) if function == "Ref" && name == "AWS::Partition" => {
                "aws".to_owned()
            }
            Some((function, template)) if function == "Fn::Sub" && template.is_string() => {
                template.as_str().unwrap().replace("${AWS::Partition}", "aws")
            }
            _ => "x".repeat(120),
        },
        other => panic!("no text: {other}"),
    }
}

/// A policy as IAM counts it.
fn flat(node: &Json) -> Json {
    match node {
        Json::Array(items) => items.iter().map(flat).collect(),
        Json::Object(object) => {
            let function =
                object.keys().next().is_some_and(|key| key == "Ref" || key.starts_with("Fn::"));
            if function {
                return Json::String(text_of(node));
            }
            object.iter().map(|(key, item)| (key.clone(), flat(item))).collect()
        }
        other => other.clone(),
    }
}

/// The texts of an action or resource, which is one or a list.
fn texts(node: &Json) -> Vec<String> {
    match node {
        Json::Array(items) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
        node => vec![node.as_str().unwrap().to_owned()],
    }
}

/// What a service allows on all resources or not at all.
const UNSCOPED: [&str; 2] = ["ecr:GetAuthorizationToken", "logs:GetQueryResults"];

/// The policies of grants by the role that they are of.
fn policies(app: App) -> Vec<(String, Json)> {
    let synthesis = synth(app);
    let assembly = synthesis.assembly.expect("a program without errors yields files");
    let mut policies = Vec::new();
    for (path, text) in assembly.files() {
        let Ok(template) = serde_json::from_str::<Json>(text) else { continue };
        let Some(resources) = template["Resources"].as_object() else { continue };
        for resource in resources.values() {
            if resource["Type"] == "AWS::IAM::RolePolicy" {
                let properties = &resource["Properties"];
                // In the role's own stack the reference doesn't name the stack.
                let role = match properties["RoleName"].get("Ref") {
                    Some(id) => format!("{path} {id}"),
                    None => properties["RoleName"].to_string(),
                };
                policies.push((role, flat(&properties["PolicyDocument"])));
            }
        }
    }
    policies
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn links_of_any_graph_close_no_cycle_in_stacks_of_links(graph in graph()) {
        let synthesis = synth(program(&graph, Placed::InLinks));
        prop_assert_eq!(problems(&synthesis), Vec::<String>::new());
    }

    #[test]
    fn links_that_follow_the_order_of_stacks_close_no_cycle_at_the_grantee(graph in graph()) {
        let mut graph = graph;
        for link in &mut graph.links {
            (link.from, link.to) = (link.from.max(link.to), link.from.min(link.to));
        }
        let mut seen = Vec::new();
        graph.links.retain(|link| !seen.contains(link) && { seen.push(*link); true });
        let synthesis = synth(program(&graph, Placed::AtTheGrantee));
        prop_assert_eq!(problems(&synthesis), Vec::<String>::new());
    }

    #[test]
    fn what_closes_a_cycle_at_the_grantee_is_found_and_nothing_else_is(graph in graph()) {
        let synthesis = synth(program(&graph, Placed::AtTheGrantee));
        let cycles = with_code(&synthesis, "REF-06").len();
        prop_assert_eq!(problems(&synthesis).len(), cycles, "{:?}", problems(&synthesis));
        prop_assert_eq!(synthesis.assembly.is_none(), cycles > 0);
        let says = |help: &String| help.contains("holds nothing else");
        let all = with_code(&synthesis, "REF-06").iter().all(|found| found.help_texts().iter().any(says));
        prop_assert!(all);
    }

    #[test]
    fn every_granted_policy_is_named_and_fits(graph in graph()) {
        let policies = policies(program(&graph, Placed::InLinks));
        let grants = graph.links.iter().filter(|link| !link.what.connects()).count();
        prop_assert_eq!(policies.len(), grants);
        let mut sizes = std::collections::BTreeMap::<String, usize>::new();
        for (role, policy) in &policies {
            *sizes.entry(role.clone()).or_default() += policy.to_string().len();
            for statement in policy["Statement"].as_array().unwrap() {
                let actions = texts(&statement["Action"]);
                prop_assert!(actions.iter().all(|action| !action.contains('*')), "{}", statement);
                for resource in texts(&statement["Resource"]) {
                    prop_assert!(resource != "*" || UNSCOPED.contains(&&*actions.join(" ")), "{}", statement);
                    let open = [":repository/quay", ":s3:::", ":secret:", ":log-group:"];
                    let named = open.iter().any(|known| resource.contains(known));
                    prop_assert!(resource == "*" || named || !resource.contains(['*', '?']), "{}", resource);
                }
            }
        }
        prop_assert!(sizes.values().all(|size| *size <= 10_240), "{:?}", sizes);
    }
}
