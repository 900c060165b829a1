//! What the deployed stacks give, through the command line.

use fake_cloudformation::{Failing, Fake, Script, Step};
use serde_json::Value;

use crate::command::{KEYS, run, text};

fn command(fake: &Fake, arguments: &str) -> (Option<i32>, String, String) {
    let mut environment = vec![("AWS_ENDPOINT_URL", fake.endpoint())];
    environment.extend(KEYS);
    let ended = run(&arguments.split_whitespace().collect::<Vec<_>>(), &environment);
    (ended.status.code(), text(&ended.stdout), text(&ended.stderr))
}

fn deployed() -> Fake {
    let fake = Fake::start(Script::new()).unwrap();
    let (code, _, err) = command(&fake, "deploy --yes --poll-every 1");
    assert_eq!(code, Some(0), "{err}");
    fake
}

/// The only output of the network, by which the data read from it.
fn output(fake: &Fake) -> (String, String) {
    let stack = fake.stack("111122223333", "eu-west-1", "acme-network").unwrap();
    stack.outputs.into_iter().next().unwrap()
}

#[test]
fn all_outputs_are_shown_by_stack() {
    let fake = deployed();
    let (name, value) = output(&fake);
    let before = fake.requests().len();
    let (code, out, err) = command(&fake, "outputs");
    assert_eq!((code, &*err), (Some(0), ""));
    let expected = format!(
        "acme-network (111122223333, eu-west-1):\n  {name}  {value}\n\
         acme-data (111122223333, eu-west-1): no outputs\n"
    );
    assert_eq!(out, expected);
    assert_eq!(fake.requests().len() - before, 3, "who asks, and two stacks");
}

#[test]
fn one_output_is_the_bare_value() {
    let fake = deployed();
    let (name, value) = output(&fake);
    for stack in ["network", "acme-network"] {
        let (code, out, err) = command(&fake, &format!("outputs {stack} {name}"));
        assert_eq!((code, &*out, &*err), (Some(0), &*format!("{value}\n"), ""));
    }
    let (code, out, err) = command(&fake, &format!("outputs network {name}s"));
    assert_eq!((code, &*out), (Some(2), ""));
    assert!(err.contains(&format!("there is `{name}`")), "{err}");
    let (code, _, err) = command(&fake, "outputs data Any");
    assert_eq!(code, Some(2));
    assert!(err.contains("it has no outputs at all"), "{err}");
    let (code, _, err) = command(&fake, "outputs networks");
    assert_eq!(code, Some(2));
    assert!(err.contains("the program has no stack `networks`"), "{err}");
}

#[test]
fn json_says_all_of_it() {
    let fake = deployed();
    let (name, value) = output(&fake);
    let (code, out, _) = command(&fake, "outputs network --json");
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, said["stacks"].as_array().unwrap().len()), (Some(0), 1));
    let stack = &said["stacks"][0];
    assert_eq!(stack["name"], "acme-network");
    assert_eq!(stack["outputs"][&name]["value"], *value);
    let (_, out, _) = command(&fake, &format!("outputs network {name} --json"));
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(said["value"], *value);
}

#[test]
fn a_stack_that_is_not_deployed_has_none() {
    let script = Script::new().failing(Failing::new("Reader", Step::Create, "it is taken"));
    let fake = Fake::start(script).unwrap();
    let (code, out, err) = command(&fake, "outputs");
    assert_eq!((code, &*out), (Some(1), ""));
    assert_eq!(err.matches("isn't deployed").count(), 2, "{err}");
    command(&fake, "deploy --yes --poll-every 1");
    let (code, out, err) = command(&fake, "outputs");
    assert_eq!((code, out.lines().count()), (Some(1), 2), "{out}");
    assert!(err.contains("the stack acme-data (111122223333, eu-west-1) isn't deployed"), "{err}");
    let (_, out, _) = command(&fake, "outputs --json");
    let said: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(said["missing"][0]["name"], "acme-data");
    let (code, out, _) = command(&fake, "outputs data Any");
    assert_eq!((code, &*out), (Some(1), ""));
}
