//! A plan is kept, and a deployment does just that.

use std::{fs, path::PathBuf};

use fake_cloudformation::{Fake, Script, StackStatus};

use crate::{
    cloud::{ACCOUNT, REGION, access, id, stack},
    command::run_against,
};

/// A file of this test alone.
fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("innovate-saved-plan-{name}-{}", std::process::id()))
}

fn save(fake: &Fake, variation: &str, name: &str) -> String {
    let path = file(name);
    let path = path.to_str().unwrap();
    let (code, out, err) = run_against(fake, variation, &["plan", "--save", path]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(err.contains("deploy --plan"), "{err}");
    path.to_owned()
}

fn deploy(fake: &Fake, variation: &str, path: &str) -> (Option<i32>, String) {
    let arguments = ["deploy", "--yes", "--poll-every", "1", "--plan", path];
    let (code, out, err) = run_against(fake, variation, &arguments);
    (code, format!("{out}{err}"))
}

#[tokio::test]
async fn a_saved_plan_is_deployed_and_once_more_it_does_nothing() {
    let fake = Fake::start(Script::new()).unwrap();
    let first = save(&fake, "", "first");
    let (code, said) = deploy(&fake, "", &first);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::CreateComplete);
    let made = fake.made(ACCOUNT, REGION).len();
    let second = save(&fake, "wider", "second");
    // The first one is done: what it wants is what is there.
    assert_eq!(deploy(&fake, "", &first).0, Some(0));
    let (code, said) = deploy(&fake, "wider", &second);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::UpdateComplete);
    assert_eq!(deploy(&fake, "wider", &second).0, Some(0));
    assert_eq!(fake.made(ACCOUNT, REGION).len(), made);
    for path in [first, second] {
        fs::remove_file(path).unwrap();
    }
}

#[tokio::test]
async fn a_world_or_a_program_that_moved_is_refused_by_name() {
    let fake = Fake::start(Script::new()).unwrap();
    let first = save(&fake, "", "world");
    let (code, said) = deploy(&fake, "wider", &first);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("acme-data (111122223333, eu-west-1): the program yields another one"));
    assert!(fake.stacks().is_empty(), "{said}");
    assert_eq!(deploy(&fake, "", &first).0, Some(0));

    let wider = save(&fake, "wider", "wider");
    // Somebody else deploys something else.
    let client = access(&fake).client(&id("acme-data")).await.unwrap();
    let body = stack(&fake, "acme-data").template.replace("\"Width\":4", "\"Width\":5");
    let body = body.replace("\"Width\": 4", "\"Width\": 5");
    assert_ne!(body, stack(&fake, "acme-data").template);
    let request = client.create_change_set().stack_name("acme-data").change_set_name("other");
    request.template_body(body).send().await.unwrap();
    fake.tick(10);
    let execute = client.execute_change_set().stack_name("acme-data").change_set_name("other");
    execute.send().await.unwrap();
    fake.tick(100);
    let (code, said) = deploy(&fake, "wider", &wider);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains(
            "acme-data (111122223333, eu-west-1): it was changed meanwhile (UPDATE_COMPLETE since "
        ),
        "{said}"
    );
    assert!(!said.contains("acme-network (111122223333, eu-west-1): it was"), "{said}");

    client.delete_stack().stack_name("acme-data").send().await.unwrap();
    fake.tick(100);
    let (code, said) = deploy(&fake, "wider", &wider);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("it was deleted meanwhile"), "{said}");
    for path in [first, wider] {
        fs::remove_file(path).unwrap();
    }
}

#[tokio::test]
async fn a_file_that_is_no_plan_of_this_program_says_what_it_is() {
    let fake = Fake::start(Script::new()).unwrap();
    let path = save(&fake, "", "file");
    let text = fs::read_to_string(&path).unwrap();
    for (text, why) in [
        ("{".to_owned(), "it is no JSON"),
        ("{}".to_owned(), "it has no version"),
        (text.replace("\"version\": 1", "\"version\": 7"), "its form is version 7"),
        (text.replace("\"app\"", "\"program\""), "unknown field `program`"),
    ] {
        fs::write(&path, text).unwrap();
        let (code, said) = deploy(&fake, "", &path);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
    fs::write(&path, text.replace("\"app\": \"acme\"", "\"app\": \"other\"")).unwrap();
    let (code, said) = deploy(&fake, "", &path);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the plan is of the program `other`, and this is `acme`"), "{said}");
    fs::remove_file(&path).unwrap();
    let (code, said) = deploy(&fake, "", &path);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("can't read the plan"), "{said}");
    assert!(fake.stacks().is_empty());
}

#[tokio::test]
async fn a_plan_that_can_not_be_deployed_is_not_saved() {
    let fake = Fake::start(Script::new()).unwrap();
    let first = save(&fake, "", "lost");
    assert_eq!(deploy(&fake, "", &first).0, Some(0));
    fs::remove_file(&first).unwrap();
    let arguments = ["plan", "--save", &first];
    let (code, _, err) = run_against(&fake, "lost", &arguments);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("the plan is not saved"), "{err}");
    assert!(fs::metadata(&first).is_err());
    let named = ["plan", "--save", &first, "--delete", "acme-data/Jobs"];
    assert_eq!(run_against(&fake, "lost", &named).0, Some(0));
    let (code, said) = deploy(&fake, "lost", &first);
    assert_eq!(code, Some(0), "{said}");
    assert!(!stack(&fake, "acme-data").resources.contains_key("Jobs"));
    // Done, and with nothing left to name.
    assert_eq!(deploy(&fake, "lost", &first).0, Some(0));
    fs::remove_file(&first).unwrap();
}

#[tokio::test]
async fn a_change_set_that_does_more_than_the_plan_is_not_executed() {
    let fake = Fake::start(Script::new()).unwrap();
    let first = save(&fake, "", "more");
    assert_eq!(deploy(&fake, "", &first).0, Some(0));
    let wider = save(&fake, "wider", "wide");
    // As if the plan had not had the change.
    let text = fs::read_to_string(&wider).unwrap();
    let mut plan: serde_json::Value = serde_json::from_str(&text).unwrap();
    for stack in plan["stacks"].as_array_mut().unwrap() {
        stack["changes"] = serde_json::json!({});
    }
    fs::write(&wider, plan.to_string()).unwrap();
    let (code, said) = deploy(&fake, "wider", &wider);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("what the saved plan doesn't have"), "{said}");
    assert!(said.contains("Reader"), "{said}");
    assert_eq!(stack(&fake, "acme-data").status, StackStatus::CreateComplete);
    for path in [first, wider] {
        fs::remove_file(path).unwrap();
    }
}
