//! AWS may say anything about a stack and answer anything: it ends, and what happened is said.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use aws_sdk_cloudformation::types::StackStatus;
use innovate::{
    aws::deploy::{Access, Deployer, Failure, Outcome},
    core::{App, Stack, Staging, Synthesis},
};
use tokio::task::JoinSet;

use crate::{
    answer::{Request, answered, error, identity, result},
    cloud::{ACCOUNT, Hasty, REGION, handle, id, site, synthesized},
};

/// More requests than anything here needs.
const MOST: usize = 1_500;

const NAME: &str = "acme-network";

const SECRET: &str = "secret-of-the-caller";

/// A program of one stack.
fn program() -> &'static Synthesis {
    static PROGRAM: OnceLock<Synthesis> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut network: Stack<Staging> = Stack::new(NAME, site());
        network.add("Gate", handle(1));
        synthesized(App::new("acme").stack(network))
    })
}

/// The way that a deployment takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// There is nothing yet.
    Creation,
    /// There is something else.
    Update,
    /// There is the same.
    NoChange,
    /// The creation failed: it is deleted, and made anew.
    Ruin,
    /// A rollback failed: it goes on, and the stack is updated.
    Rollback,
}

impl Way {
    const ALL: [Self; 5] =
        [Self::Creation, Self::Update, Self::NoChange, Self::Ruin, Self::Rollback];

    fn found(self) -> Option<&'static str> {
        match self {
            Self::Creation => None,
            Self::Update | Self::NoChange => Some("CREATE_COMPLETE"),
            Self::Ruin => Some("ROLLBACK_COMPLETE"),
            Self::Rollback => Some("UPDATE_ROLLBACK_FAILED"),
        }
    }
}

/// A stack as it is told of.
#[derive(Debug, Default)]
struct Cloud {
    status: Option<String>,
    /// The state that the last operation ended in, and its token.
    ended: Option<(String, String)>,
    protected: bool,
}

fn arn() -> String {
    format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{NAME}/1")
}

fn stacks(status: &str, protected: bool) -> (u16, String) {
    let member = format!(
        "<Stacks><member><StackName>{NAME}</StackName><StackId>{}</StackId><StackStatus>{status}</StackStatus>\
         <CreationTime>2026-01-01T00:00:00Z</CreationTime>\
         <EnableTerminationProtection>{protected}</EnableTerminationProtection>\
         <Tags>{}</Tags></member></Stacks>",
        arn(),
        tags()
    );
    result("DescribeStacks", &member)
}

/// The tags that the stack shall have.
fn tags() -> &'static str {
    static TAGS: OnceLock<String> = OnceLock::new();
    TAGS.get_or_init(|| {
        let tags = &program().assembly.as_ref().unwrap().index().stacks[0].tags;
        let tag = |(key, value)| format!("<member><Key>{key}</Key><Value>{value}</Value></member>");
        tags.iter().map(tag).collect()
    })
}

fn change_set(status: &str, execution: &str, action: &str) -> (u16, String) {
    let set = format!(
        "<ChangeSetName>set</ChangeSetName><ChangeSetId>arn:set</ChangeSetId><StackId>{}</StackId>\
         <Status>{status}</Status><ExecutionStatus>{execution}</ExecutionStatus>\
         <StatusReason>The submitted information didn't contain changes.</StatusReason>\
         <Changes><member><Type>Resource</Type><ResourceChange><Action>{action}</Action>\
         <LogicalResourceId>Gate</LogicalResourceId>\
         <ResourceType>AWS::CloudFormation::WaitConditionHandle</ResourceType></ResourceChange></member></Changes>",
        arn()
    );
    result("DescribeChangeSet", &set)
}

fn events(all: &[(&str, &str)]) -> (u16, String) {
    let mut members = String::new();
    for (status, token) in all {
        let _ = write!(
            members,
            "<member><EventId>{status}-{token}</EventId><StackId>{arn}</StackId><StackName>{NAME}</StackName>\
             <LogicalResourceId>{NAME}</LogicalResourceId><PhysicalResourceId>{arn}</PhysicalResourceId>\
             <ResourceType>AWS::CloudFormation::Stack</ResourceType><ResourceStatus>{status}</ResourceStatus>\
             <Timestamp>2026-01-01T00:00:00Z</Timestamp><ClientRequestToken>{token}</ClientRequestToken></member>",
            arn = arn()
        );
    }
    result("DescribeStackEvents", &format!("<StackEvents>{members}</StackEvents>"))
}

impl Cloud {
    fn of(way: Way) -> Self {
        Self {
            status: way.found().map(str::to_owned),
            ended: None,
            protected: way != Way::Creation,
        }
    }

    fn operated(&mut self, request: &Request, status: &str) -> (u16, String) {
        self.ended = Some((status.to_owned(), request.parameter("ClientRequestToken").to_owned()));
        self.status = (status != "DELETE_COMPLETE").then(|| status.to_owned());
        result(&request.action, "")
    }

    fn answer(&mut self, way: Way, request: &Request) -> (u16, String) {
        match &*request.action {
            "GetCallerIdentity" => identity(ACCOUNT),
            "DescribeStacks" => match &self.status {
                Some(status) => stacks(status, self.protected),
                None => {
                    let message = format!("Stack with id {NAME} does not exist");
                    error(400, "ValidationError", &message)
                }
            },
            "CreateChangeSet" => {
                let body = format!("<Id>arn:set</Id><StackId>{}</StackId>", arn());
                result("CreateChangeSet", &body)
            }
            "DescribeChangeSet" if way == Way::NoChange => {
                change_set("FAILED", "UNAVAILABLE", "Add")
            }
            "DescribeChangeSet" => change_set("CREATE_COMPLETE", "AVAILABLE", "Add"),
            "ExecuteChangeSet" => {
                let new = self.status.is_none();
                self.operated(request, if new { "CREATE_COMPLETE" } else { "UPDATE_COMPLETE" })
            }
            "DeleteStack" => {
                self.protected = false;
                self.operated(request, "DELETE_COMPLETE")
            }
            "ContinueUpdateRollback" => self.operated(request, "UPDATE_ROLLBACK_COMPLETE"),
            "UpdateTerminationProtection" => {
                self.protected = false;
                result("UpdateTerminationProtection", "")
            }
            "DescribeStackEvents" => match &self.ended {
                Some((status, token)) => events(&[(&**status, &**token)]),
                None => events(&[("UPDATE_ROLLBACK_FAILED", "another")]),
            },
            "GetTemplate" => result("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
            action => result(action, ""),
        }
    }
}

/// Deploys to what answers so: how it ended, and what was asked.
async fn deployed(
    answer: impl Fn(&Request) -> (u16, String) + Send + Sync + 'static,
    continues: bool,
) -> (Outcome, Vec<Request>) {
    let (config, asked) = answered(answer);
    let config = config.into_builder().sleep_impl(Hasty).build();
    let synthesis = program();
    let assembly = synthesis.assembly.as_ref().unwrap();
    let access = Access::new(config, None);
    let mut deployer = Deployer::new(access, assembly, &synthesis.app)
        .unwrap()
        .poll_every(Duration::from_micros(100));
    if continues {
        deployer = deployer.continue_rollback(&[(id(NAME), "Gate".to_owned())].into());
    }
    let mut deployment = deployer.start().unwrap();
    let mut told = String::new();
    let run = async {
        while let Some(event) = deployment.events().next().await {
            let _ = write!(told, "{event:?}");
        }
        deployment.finish().await
    };
    let too_many = async {
        for _ in 0..3_000 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let count = asked.lock().unwrap().len();
            assert!(count < MOST, "it asks without end: {:?}", asked.lock().unwrap().pop());
        }
    };
    let mut summary = tokio::select! {
        summary = run => summary,
        () = too_many => panic!("it waits without end"),
    };
    assert!(!format!("{told}{summary:?}").contains(SECRET));
    let asked = asked.lock().unwrap().clone();
    (summary.stacks.remove(0).outcome, asked)
}

fn failure(outcome: &Outcome) -> &Failure {
    let Outcome::Failed { failure } = outcome else { panic!("{outcome:?}") };
    assert!(
        !failure.message.is_empty() && !failure.message.contains("without saying how"),
        "{failure:?}"
    );
    failure
}

#[tokio::test]
async fn each_state_that_a_stack_may_be_found_in_has_its_outcome() {
    let states = StackStatus::values().iter().copied().chain(["NEWS", ""]);
    for state in states {
        // Whatever is done, nothing changes, and no change set has changes.
        let (outcome, asked) = deployed(
            move |request| match &*request.action {
                "DescribeStacks" => stacks(state, false),
                "DescribeStackEvents" => events(&[("UPDATE_ROLLBACK_FAILED", "another")]),
                _ => Cloud::default().answer(Way::NoChange, request),
            },
            false,
        )
        .await;
        let expected = match state {
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE" => None,
            "CREATE_FAILED" | "UPDATE_FAILED" => {
                Some("its last operation failed and was not rolled back")
            }
            "REVIEW_IN_PROGRESS" | "DELETE_COMPLETE" => {
                Some("CloudFormation finds nothing to make")
            }
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" => Some("its creation failed"),
            "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
                Some("a rollback failed on the way")
            }
            "DELETE_FAILED" => Some("a deletion failed on the way"),
            "NEWS" | "" => Some("its status isn't known here"),
            busy if busy.ends_with("_IN_PROGRESS") => Some("another deployment is under way"),
            other => panic!("{other} is new"),
        };
        let Some(words) = expected else {
            assert_eq!(outcome, Outcome::Unchanged, "{state}");
            continue;
        };
        let failure = failure(&outcome);
        assert!(failure.message.contains(words), "{state}: {failure:?}");
        assert!(failure.help.as_ref().is_some_and(|help| !help.is_empty()), "{state}: {failure:?}");
        let changed = asked.iter().any(|it| it.action == "ExecuteChangeSet");
        assert!(!changed, "{state}");
    }
}

/// An answer, and whether the next one may be better.
type Odd = (&'static str, bool, (u16, String));

/// What an action may answer that is not what was hoped for.
fn odd(action: &str) -> Vec<Odd> {
    let refused = |code: &'static str, status| (code, false, error(status, code, "for a reason"));
    let says = |words: &'static str| (words, false, error(400, "ValidationError", words));
    let whole = result(action, "<Some>thing</Some>").1;
    let mut all = vec![
        refused("AccessDenied", 403),
        refused("ExpiredToken", 403),
        refused("ValidationError", 400),
        refused("AlreadyExistsException", 400),
        refused("ChangeSetNotFound", 404),
        refused("InvalidChangeSetStatus", 400),
        refused("TokenAlreadyExistsException", 400),
        refused("LimitExceededException", 400),
        refused("InsufficientCapabilitiesException", 400),
        refused("OperationInProgressException", 409),
        refused("NewsException", 400),
        says("Stack [acme-network] does not exist"),
        says("Stack [acme-network] already exists and cannot be created again"),
        says("Stack:acme-network is in X state and can not be updated."),
        says("Stack:acme-network is in X state and can not continue rolling back."),
        ("throttled", true, error(400, "Throttling", "Rate exceeded")),
        ("broken", true, error(500, "InternalFailure", "An internal error has occurred.")),
        ("unavailable", true, (503, "<html>try later</html>".to_owned())),
        ("no XML", false, (200, "{}".to_owned())),
        ("half an answer", false, (200, whole[..whole.len() / 2].to_owned())),
        ("nothing", false, (200, String::new())),
        ("an empty result", false, result(action, "")),
    ];
    let own = match action {
        "DescribeStacks" => {
            vec![stacks("NEWS", false), stacks("", false), stacks("UPDATE_IN_PROGRESS", false)]
        }
        "DescribeChangeSet" => vec![
            change_set("NEWS", "NEWS", "Add"),
            change_set("", "", ""),
            change_set("CREATE_IN_PROGRESS", "UNAVAILABLE", "Add"),
            change_set("CREATE_COMPLETE", "AVAILABLE", "NEWS"),
            change_set("CREATE_COMPLETE", "EXECUTE_COMPLETE", "Add"),
            change_set("CREATE_COMPLETE", "EXECUTE_FAILED", "Add"),
            change_set("CREATE_COMPLETE", "OBSOLETE", "Add"),
            change_set("DELETE_FAILED", "UNAVAILABLE", "Add"),
            change_set("FAILED", "UNAVAILABLE", "Add"),
        ],
        "DescribeStackEvents" => vec![
            events(&[]),
            events(&[("NEWS", "another")]),
            events(&[("", "")]),
            events(&[("CREATE_IN_PROGRESS", "another")]),
        ],
        _ => Vec::new(),
    };
    all.extend(own.into_iter().map(|answer| ("of its own", false, answer)));
    all
}

#[tokio::test]
async fn each_answer_of_each_action_ends_in_an_outcome_that_says_something() {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for way in Way::ALL {
        let cloud = Mutex::new(Cloud::of(way));
        let usual = move |request: &Request| cloud.lock().unwrap().answer(way, request);
        let (outcome, asked) = deployed(usual, way == Way::Rollback).await;
        assert!(outcome.is_good(), "{way:?}: {outcome:?}");
        let mut actions: Vec<String> = asked.into_iter().map(|request| request.action).collect();
        actions.sort();
        actions.dedup();
        for action in actions {
            // Once for each action: the next way to it tells nothing new.
            if seen.insert(action.clone(), 1).is_some() {
                continue;
            }
            let mut cases = JoinSet::new();
            for (name, passes, answer) in odd(&action) {
                for once in [true, false] {
                    let (action, answer) = (action.clone(), answer.clone());
                    cases.spawn(async move {
                        let outcome = strange(way, &action, answer.clone(), once).await;
                        let what = format!("{way:?}, {action}: {name} {answer:?}, once: {once}");
                        (name, once && passes, what, outcome)
                    });
                }
            }
            for (name, recovers, what, outcome) in cases.join_all().await {
                assert!(!recovers || outcome.is_good(), "{what}: {outcome:?}");
                if outcome.is_good() {
                    continue;
                }
                let failure = failure(&outcome);
                if name == "AccessDenied" {
                    assert!(failure.message.contains(name), "{what}: {failure:?}");
                    let help = failure.help.as_deref().unwrap_or_default();
                    assert!(
                        help.contains("permission") || help.contains("goes on"),
                        "{what}: {failure:?}"
                    );
                }
            }
        }
    }
    let actions: Vec<&str> = seen.keys().map(String::as_str).collect();
    assert_eq!(
        actions,
        [
            "ContinueUpdateRollback",
            "CreateChangeSet",
            "DeleteChangeSet",
            "DeleteStack",
            "DescribeChangeSet",
            "DescribeEvents",
            "DescribeStackEvents",
            "DescribeStacks",
            "ExecuteChangeSet",
            "GetCallerIdentity",
            "GetTemplate",
            "ListStackResources",
            "UpdateTerminationProtection",
        ]
    );
}

/// Deploys on that way, and one action answers so: the first time, or each time.
async fn strange(way: Way, action: &str, answer: (u16, String), once: bool) -> Outcome {
    let (cloud, count) = (Mutex::new(Cloud::of(way)), AtomicU32::new(0));
    let action: Arc<str> = action.into();
    let answers = move |request: &Request| {
        let odd =
            *request.action == *action && (!once || count.fetch_add(1, Ordering::SeqCst) == 0);
        if odd { answer.clone() } else { cloud.lock().unwrap().answer(way, request) }
    };
    deployed(answers, way == Way::Rollback).await.0
}
