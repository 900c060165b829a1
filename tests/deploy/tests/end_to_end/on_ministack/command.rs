//! The command line of a program, end to end: what a person types.

use std::{
    collections::BTreeMap,
    process::{Command, Output},
};

use fake_cloudformation::{Fault, FaultPlan, FaultProxy};
use innovate::core::diff::StackId;
use serde_json::json;

use super::{assembly::Wanted, cloud::Cloud, state::State};

/// The account of the program: no other test has it.
const ACCOUNT: &str = "111122223333";

/// A person's shell.
struct Shell {
    folder: tempfile::TempDir,
    endpoint: String,
}

impl Shell {
    fn run(&self, variation: &str, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_innovate-deploy-tests"))
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", ACCOUNT)
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("VARIATION", variation)
            .output()
            .unwrap()
    }

    /// Runs it, and takes what it says if it ends with this code.
    #[track_caller]
    fn says(&self, code: i32, variation: &str, line: &str) -> String {
        let ended = self.run(variation, line);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&ended.stdout), text(&ended.stderr));
        assert_eq!(ended.status.code(), Some(code), "{line}\n{out}\n{err}");
        assert!(!out.contains("secret") && !err.contains("secret"), "{out}\n{err}");
        out + &err
    }
}

const DEPLOY: &str = "deploy --yes --poll-every 5";

#[tokio::test]
#[ignore = "asks ministack: cargo xtask test ministack"]
async fn a_program_is_planned_deployed_changed_and_refused_through_its_command_line() {
    let cloud = Cloud::new(ACCOUNT);
    let folder = tempfile::tempdir().unwrap();
    // One request in ten suffers something, from the first on.
    let mut plan = FaultPlan::default();
    plan.nth("ExecuteChangeSet", 1, Fault::DropAfter);
    plan.percent("*", 5, 1, Fault::DropAfter);
    plan.percent("*", 5, 2, Fault::Truncate);
    let proxy = FaultProxy::start(&cloud.endpoint, plan).unwrap();
    let shell = Shell { folder, endpoint: proxy.endpoint().to_owned() };
    let state = async || {
        let id = StackId {
            name: String::new(),
            account: ACCOUNT.to_owned(),
            region: "eu-west-1".to_owned(),
        };
        State::of(&cloud, &[Wanted::new(id, json!({}))]).await
    };

    let said = shell.says(0, "", "plan");
    assert!(said.contains("3 to create in 2 stacks"), "{said}");
    shell.says(0, "", DEPLOY);
    let made = state().await;
    let statuses: BTreeMap<_, _> = made.stacks.iter().map(|(id, it)| (&*id.1, &**it)).collect();
    let complete =
        BTreeMap::from([("acme-data", "CREATE_COMPLETE"), ("acme-network", "CREATE_COMPLETE")]);
    assert_eq!(statuses, complete);
    assert_eq!(made.things["eu-west-1"]["queues"], 1);

    let said = shell.says(0, "", "plan");
    assert!(said.contains("no changes in 2 stacks"), "{said}");
    shell.says(0, "", DEPLOY);
    assert_eq!(state().await, made, "nothing is done to what is as it should be");

    shell.says(0, "wider", DEPLOY);
    let wider = state().await;
    assert_eq!(wider.statuses(), ["CREATE_COMPLETE", "UPDATE_COMPLETE"]);
    assert_eq!(wider.things, made.things);

    // A queue with a delay comes, somebody changes it, and that is told with the line of the program.
    shell.says(0, "mail", DEPLOY);
    let drift = "drift --poll-every 5";
    shell.says(0, "mail", drift);
    cloud.set_delay("eu-west-1", "Mail", "9");
    let said = shell.says(1, "mail", drift);
    assert!(said.contains("DelaySeconds") && said.contains("main.rs"), "{said}");
    let wider = state().await;
    let said = shell.says(1, "lost", DEPLOY);
    assert!(said.contains("--delete acme-data/Jobs"), "{said}");
    assert_eq!(state().await, wider, "a queue that holds jobs is not deleted unnamed");

    shell.says(0, "lost", &format!("{DEPLOY} --delete acme-data/Jobs --delete acme-data/Mail"));
    let lost = state().await;
    let resources: Vec<&str> = lost.resources.keys().map(|(_, _, id)| &**id).collect();
    assert!(!resources.contains(&"Jobs"), "{resources:?}");
    // It is retained: it leaves the stack, and stays.
    assert_eq!(lost.things["eu-west-1"]["queues"], 2);
    assert!(proxy.requests().iter().filter(|request| request.fault.is_some()).count() > 5);
}
